// SPDX-License-Identifier: Apache-2.0
// The number of thresholds that a sum reaches (docs/numerics.md 5, Thresholds): compared with all of them at once, then
// counted. Two register stages that advance with en_i.
module xb_thresholds #(
    parameter int Bits    = 2,  // of a code, 1..8
    localparam int LEVELS = (1 << Bits) - 1
) (
    input  logic                 clk_i,
    input  logic                 en_i,
    input  logic signed [  31:0] sum_i,
    input  logic [LEVELS*32-1:0] thresholds_i,  // none below the one before; -2^31 is always reached, 2^31-1 never
    output logic [     Bits-1:0] code_o
);

  function automatic logic [LEVELS-1:0] reached(input logic signed [31:0] sum, input logic [LEVELS*32-1:0] thresholds);
    for (int k = 0; k < LEVELS; k++) begin
      reached[k] = sum >= $signed(thresholds[k*32+:32]) && thresholds[k*32+:32] != 32'h7fffffff;
    end
  endfunction

  function automatic logic [Bits-1:0] counted(input logic [LEVELS-1:0] flags);
    counted = '0;
    for (int k = 0; k < LEVELS; k++) counted = counted + Bits'(flags[k]);
  endfunction

  logic [LEVELS-1:0] reached_q;
  always_ff @(posedge clk_i) begin
    if (en_i) begin
      reached_q <= reached(sum_i, thresholds_i);
      code_o    <= counted(reached_q);
    end
  end

endmodule
