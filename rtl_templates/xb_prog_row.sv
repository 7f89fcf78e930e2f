// SPDX-License-Identifier: Apache-2.0
// Gathers the data words of a program record (docs/rtl.md, Program bus).
module xb_prog_row #(
    parameter int Words = 8  // data words of a record, 1..
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic                hit_i,     // a word comes that is meant for this unit
    input  logic [        48:0] word_i,    // {last, addr, data}
    output logic                commit_o,  // one cycle: addr_o and data_o are complete
    output logic [        15:0] addr_o,
    output logic [Words*32-1:0] data_o     // first word lowest
);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) commit_o <= 1'b0;
    else commit_o <= hit_i && word_i[48];
  end

  always_ff @(posedge clk_i) if (hit_i) addr_o <= word_i[47:32];

  if (Words == 1) begin : g_one
    always_ff @(posedge clk_i) if (hit_i) data_o <= word_i[31:0];
  end else begin : g_many
    always_ff @(posedge clk_i) if (hit_i) data_o <= {word_i[31:0], data_o[Words*32-1:32]};
  end

endmodule
