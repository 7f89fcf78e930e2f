// SPDX-License-Identifier: Apache-2.0
// The last step of every requantization: add the output's zero point and clamp to the range of codes.
// One register stage that advances with en_i.

module xb_clamp (
  input  logic               clk_i,
  input  logic               en_i,
  input  logic signed [31:0] value_i,
  input  logic        [ 7:0] zero_i,
  input  logic        [ 7:0] lo_i,
  input  logic        [ 7:0] hi_i,     // not below lo_i
  output logic        [ 7:0] code_o
);

  function automatic logic [7:0] clamped(input logic signed [32:0] sum, input logic [7:0] lo,
                                         input logic [7:0] hi);
    if (sum < $signed({25'd0, lo})) clamped = lo;
    else if (sum > $signed({25'd0, hi})) clamped = hi;
    else clamped = sum[7:0];
  endfunction

  always_ff @(posedge clk_i) begin
    if (en_i) code_o <= clamped(33'(value_i) + $signed({25'd0, zero_i}), lo_i, hi_i);
  end

endmodule
