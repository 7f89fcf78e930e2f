// SPDX-License-Identifier: Apache-2.0
// A register stage of the program bus (docs/rtl.md, Program bus). Only valid moves while nothing is sent.
module xb_prog_stage (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [73:0] prog_i,
  output logic [73:0] prog_o
);

  logic        valid_q;
  logic [72:0] word_q;

  assign prog_o = {valid_q, word_q};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= prog_i[73];
  end

  always_ff @(posedge clk_i) if (prog_i[73]) word_q <= prog_i[72:0];

endmodule
