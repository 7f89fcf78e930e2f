// SPDX-License-Identifier: Apache-2.0
// The registers of one layer that the program stream writes (docs/rtl.md, Layer registers).

module xb_prog_regs #(
  parameter int Count = 4  // registers, 1..
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic [        15:0] layer_i,
  input  logic [        73:0] prog_i,
  output logic [Count*32-1:0] regs_o    // register n in bits 32n+31..32n
);

  logic        mine;
  logic [15:0] addr;
  logic        unused_last;  // records of registers have one word

  assign addr        = prog_i[47:32];
  assign mine        = prog_i[73] && prog_i[71:68] == 4'd2 && prog_i[67:48] == {4'd0, layer_i};
  assign unused_last = prog_i[72];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      regs_o <= '0;
    end else if (mine) begin
      for (int i = 0; i < Count; i++) if (addr == 16'(i)) regs_o[i*32+:32] <= prog_i[31:0];
    end
  end

endmodule
