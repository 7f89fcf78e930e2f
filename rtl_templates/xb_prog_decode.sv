// SPDX-License-Identifier: Apache-2.0
// A register stage of the program bus at a tile (docs/rtl.md, Program bus): which of its arrays a word is for, and of a
// reference, where it goes. Nothing but valid moves while nothing is sent.
module xb_prog_decode #(
    parameter int Units = 2  // arrays, numbered from unit_i on, 1..
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic [     73:0] prog_i,
    input  logic [     19:0] unit_i,
    output logic [Units-1:0] hit_o,
    output logic [     49:0] word_o  // {reference, last, addr, data}; else of a row's levels
);

  logic [15:0] word_q;  // words of the record so far
  logic is_levels, is_ref;

  assign is_levels = prog_i[71:68] == 4'd1;
  assign is_ref = prog_i[71:68] == 4'd5;

  // A row has one address, references have one each.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      hit_o  <= '0;
      word_q <= '0;
    end else if (prog_i[73]) begin
      for (int u = 0; u < Units; u++) hit_o[u] <= (is_levels || is_ref) && prog_i[67:48] == unit_i + 20'(u);
      word_q <= prog_i[72] ? 16'd0 : word_q + 1'b1;
    end else begin
      hit_o <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (prog_i[73]) word_o <= {is_ref, prog_i[72], prog_i[47:32] + (is_ref ? word_q : 16'd0), prog_i[31:0]};
  end

endmodule
