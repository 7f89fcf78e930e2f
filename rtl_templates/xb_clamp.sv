// SPDX-License-Identifier: Apache-2.0
// The last step of every requantization: add the output's zero point and clamp to the range of codes.
// One register stage that advances with en_i. The sum has 33 bits, so that no value is wrapped before it is clamped.

module xb_clamp #(
  parameter int Bits = 8  // of a code, 1..16
) (
  input  logic               clk_i,
  input  logic               en_i,
  input  logic signed [31:0] value_i,
  input  logic        [15:0] zero_i,
  input  logic        [15:0] lo_i,
  input  logic        [15:0] hi_i,     // a code, not below lo_i
  output logic    [Bits-1:0] code_o
);

  function automatic logic [Bits-1:0] clamped(input logic signed [32:0] total, input logic [15:0] lo,
                                              input logic [15:0] hi);
    if (total < $signed({17'd0, lo})) clamped = Bits'(lo);
    else if (total > $signed({17'd0, hi})) clamped = Bits'(hi);
    else clamped = total[Bits-1:0];
  endfunction

  always_ff @(posedge clk_i) begin
    if (en_i) code_o <= clamped(33'(value_i) + $signed({17'd0, zero_i}), lo_i, hi_i);
  end

endmodule
