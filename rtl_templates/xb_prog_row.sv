// SPDX-License-Identifier: Apache-2.0
// Gathers the data words of the program records meant for one unit (docs/rtl.md, program bus).
module xb_prog_row #(
    parameter int Kind  = 1,  // record kind it listens to, 1..15
    parameter int Words = 8   // data words of a record, 1..
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic [        73:0] prog_i,
    input  logic [        19:0] unit_i,
    output logic                commit_o,  // one cycle: addr_o and data_o are complete
    output logic [        15:0] addr_o,
    output logic [Words*32-1:0] data_o     // first word lowest
);

  logic hit;
  assign hit = prog_i[73] && prog_i[71:68] == 4'(Kind) && prog_i[67:48] == unit_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      commit_o <= 1'b0;
      addr_o   <= '0;
    end else begin
      commit_o <= hit && prog_i[72];
      if (hit) addr_o <= prog_i[47:32];
    end
  end

  if (Words == 1) begin : g_one
    always_ff @(posedge clk_i) if (hit) data_o <= prog_i[31:0];
  end else begin : g_many
    always_ff @(posedge clk_i) if (hit) data_o <= {prog_i[31:0], data_o[Words*32-1:32]};
  end

endmodule
