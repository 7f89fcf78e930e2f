// SPDX-License-Identifier: Apache-2.0
// The turn of a layer, in a chip whose layers work one after the other: from the word that starts it, the last one of
// the layer before, until its own last word has been taken, which starts the layer behind it.

module xb_turn #(
  parameter int  Words      = 1,  // most words of an output beat, 1..
  parameter int  ImageWords = 1,  // words of an image, 1..
  localparam int CountBits  = $clog2(Words + 1)
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 start_i,  // pulse: from the next cycle on it is the layer's turn
  output logic                 turn_o,
  input  logic                 valid_i,  // the layer's output
  input  logic                 ready_i,
  input  logic [CountBits-1:0] count_i,
  output logic                 end_o     // pulse: the last word of an image is taken
);

  logic unused_inside;

  xb_word_count #(
    .Words     (Words),
    .ImageWords(ImageWords)
  ) u_out (
    .clk_i   (clk_i),
    .rst_ni  (rst_ni),
    .clear_i (1'b0),  // the chip is programmed between images
    .beat_i  (valid_i && ready_i),
    .words_i (count_i),
    .inside_o(unused_inside),
    .end_o   (end_o)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) turn_o <= 1'b0;
    else if (start_i || end_o) begin
      turn_o <= start_i;
`ifdef XB_ASSERT
      if (start_i && turn_o) $error("a layer starts that has not ended");
      if (end_o && !turn_o) $error("a layer ends that it is not the turn of");
`endif
    end
  end

endmodule
