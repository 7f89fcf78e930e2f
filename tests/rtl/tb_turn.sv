// SPDX-License-Identifier: Apache-2.0
// xb_turn: a layer's turn lasts from the cycle after its start to its last word, however its beats come and wait; images
// with pauses and without.
module tb_turn;
  parameter int Words = 1;
  parameter int ImageWords = 1;
  localparam int CountBits = $clog2(Words + 1);
  logic clk = 0, rst_n = 0, start = 0, turn, valid = 0, ready = 0, ended, expected = 0;
  logic [CountBits-1:0] count = 1;
  integer errors = 0, seed = 9, i, left = ImageWords, images = 0;

  always #5 clk = !clk;
  xb_turn #(.Words(Words), .ImageWords(ImageWords)) dut (.clk_i(clk), .rst_ni(rst_n), .start_i(start), .turn_o(turn),
    .valid_i(valid), .ready_i(ready), .count_i(count), .end_o(ended));

  initial begin
    #18 rst_n = 1;
    for (i = 0; i < 4000; i = i + 1) begin
      @(negedge clk);
      if (turn !== expected) errors = errors + 1;
      start = !expected && $unsigned($random(seed)) % 4 == 0;
      if (!valid || ready) begin  // a beat that is offered stays
        valid = expected && $random(seed) % 2;
        count = 1 + $unsigned($random(seed)) % (left < Words ? left : Words);
      end
      ready = $random(seed) % 2;
      #1 if (ended !== (valid && ready && count == left)) errors = errors + 1;
      if (start) expected = 1;
      if (valid && ready) left = left - count;
      if (left == 0) begin
        left = ImageWords;
        images = images + 1;
        expected = 0;
      end
    end
    if (images < 100) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d images", errors, images);
    $finish;
  end
endmodule
