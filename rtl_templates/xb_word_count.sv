// SPDX-License-Identifier: Apache-2.0
// Counts the words of a stream's images, and so knows where they begin and end.

module xb_word_count #(
  parameter int  Words      = 1,  // most words of a beat, 1..
  parameter int  ImageWords = 1,  // words of an image, 1..
  localparam int CountBits  = $clog2(Words + 1)
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 clear_i,
  input  logic                 beat_i,    // a beat passes
  input  logic [CountBits-1:0] words_i,   // ... of so many words
  output logic                 inside_o,  // an image has begun and is not over
  output logic                 end_o      // pulse: the beat that passes is the last of an image
);

  localparam int LeftBits = $clog2(ImageWords + 1);
  localparam int Bits = LeftBits > CountBits ? LeftBits : CountBits;
  localparam logic [LeftBits-1:0] IMAGE = LeftBits'(ImageWords);

  logic [LeftBits-1:0] left_q;  // words of the present image still to come
  logic                last;

  assign last     = Bits'(left_q) == Bits'(words_i);
  assign inside_o = left_q != IMAGE;
  assign end_o    = beat_i && last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) left_q <= IMAGE;
    else if (clear_i) left_q <= IMAGE;
    else if (beat_i) begin
      left_q <= last ? IMAGE : left_q - LeftBits'(words_i);
`ifdef XB_ASSERT
      if (words_i == '0 || 32'(words_i) > 32'(left_q)) $error("a beat of %0d words, 1 to %0d are due", words_i, left_q);
`endif
    end
  end

endmodule
