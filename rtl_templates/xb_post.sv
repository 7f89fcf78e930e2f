// SPDX-License-Identifier: Apache-2.0
// From a channel's whole sum to its output: scaled and clamped to a code, counted by thresholds, or left as it is.
// Registers advance with en_i: five stages, two, or none.
module xb_post #(
    parameter int Post      = 0,  // 0 scaled, 1 counted, 2 left as it is
    parameter int Rounding  = 0,  // as xb_scale
    parameter int OutBits   = 8,  // of a code, 1..16; of a sum 32
    localparam int CONSTANT = (Post == 0) ? 39 : (Post == 1) ? 32 * ((1 << OutBits) - 1) : 1
) (
    input  logic                clk_i,
    input  logic                en_i,
    input  logic signed [ 31:0] sum_i,
    input  logic [CONSTANT-1:0] constants_i,  // e, q; or thresholds, the first one lowest
    input  logic [        15:0] out_zero_i,
    input  logic [        15:0] clamp_lo_i,
    input  logic [        15:0] clamp_hi_i,
    output logic [ OutBits-1:0] code_o
);

  if (Post == 0) begin : g_scaled
    logic signed [31:0] scaled;

    xb_scale #(
        .Rounding(Rounding)
    ) u_scale (
        .clk_i(clk_i),
        .en_i (en_i),
        .a_i  (sum_i),
        .q_i  (constants_i[31:0]),
        .e_i  ($signed(constants_i[38:32])),
        .y_o  (scaled)
    );

    xb_clamp #(
        .Bits(OutBits)
    ) u_clamp (
        .clk_i  (clk_i),
        .en_i   (en_i),
        .value_i(scaled),
        .zero_i (out_zero_i),
        .lo_i   (clamp_lo_i),
        .hi_i   (clamp_hi_i),
        .code_o (code_o)
    );
  end else begin : g_few
    logic unused;
    assign unused = ^{clk_i, en_i, constants_i, out_zero_i, clamp_lo_i, clamp_hi_i};

    if (Post == 1) begin : g_counted
      xb_thresholds #(
          .Bits(OutBits)
      ) u_thresholds (
          .clk_i       (clk_i),
          .en_i        (en_i),
          .sum_i       (sum_i),
          .thresholds_i(constants_i),
          .code_o      (code_o)
      );
    end else begin : g_sums
      assign code_o = OutBits'(sum_i);
    end
  end

endmodule
