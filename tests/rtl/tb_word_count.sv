// SPDX-License-Identifier: Apache-2.0
// xb_word_count: images in beats of random sizes, with pauses and, now and then, a new program amid one.
module tb_word_count;
  parameter int Words = 1;
  parameter int ImageWords = 1;
  logic clk = 0, rst_n = 0, clear = 0, beat = 0, amid, last;
  logic [$clog2(Words+1)-1:0] words = 1;
  integer errors = 0, seed = 6, i, left = ImageWords, images = 0, broken = 0;

  always #5 clk = !clk;
  xb_word_count #(.Words(Words), .ImageWords(ImageWords)) dut (.clk_i(clk), .rst_ni(rst_n), .clear_i(clear), .beat_i(beat),
    .words_i(words), .inside_o(amid), .end_o(last));

  initial begin
    #18 rst_n = 1;
    for (i = 0; i < 4000; i = i + 1) begin
      @(negedge clk);
      clear = $unsigned($random(seed)) % 50 == 0;
      beat = $random(seed) % 2 && !clear;
      words = 1 + $unsigned($random(seed)) % (left < Words ? left : Words);
      #1 if (amid !== (left != ImageWords) || last !== (beat && words == left)) begin
        errors = errors + 1;
        $display("inside %b, end %b: %0d of %0d words to come, beat %b of %0d", amid, last, left, ImageWords, beat, words);
      end
      if (clear) broken = broken + (left != ImageWords);
      if (beat) left = left - words;
      if (left == 0) images = images + 1;
      if (left == 0 || clear) left = ImageWords;
    end
    if (images < 20 || (ImageWords > Words && broken == 0)) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d images", errors, images);
    $finish;
  end
endmodule
