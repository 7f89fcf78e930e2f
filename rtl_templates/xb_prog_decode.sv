// SPDX-License-Identifier: Apache-2.0
// A register stage of the program bus at a tile (docs/rtl.md, Program bus): which of its arrays a word is for. Nothing
// but valid moves while nothing is sent.
module xb_prog_decode #(
    parameter int Units = 2  // arrays, numbered from unit_i on, 1..
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic [     73:0] prog_i,
    input  logic [     19:0] unit_i,
    output logic [Units-1:0] levels_o,  // the word is of a row's levels
    output logic [Units-1:0] refs_o,    // ... of references
    output logic [     48:0] word_o     // {last, addr, data}
);

  logic valid_q;
  logic [Units-1:0] unit_q;
  logic refs_q;  // else levels

  assign levels_o = (valid_q && !refs_q) ? unit_q : Units'(1'b0);
  assign refs_o = (valid_q && refs_q) ? unit_q : Units'(1'b0);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= prog_i[73] && (prog_i[71:68] == 4'd1 || prog_i[71:68] == 4'd5);
  end

  always_ff @(posedge clk_i) begin
    if (prog_i[73]) begin
      for (int u = 0; u < Units; u++) unit_q[u] <= prog_i[67:48] == unit_i + 20'(u);
      refs_q <= prog_i[71:68] == 4'd5;
      word_o <= {prog_i[72], prog_i[47:0]};
    end
  end

endmodule
