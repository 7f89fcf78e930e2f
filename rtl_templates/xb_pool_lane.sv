// SPDX-License-Identifier: Apache-2.0
// What one lane of a pool does with the finished maximum or sum of a channel: clamp, divide by the number of pixels,
// or requantize. The arithmetic of docs/numerics.md section 5; registers advance with en_i.

module xb_pool_lane #(
  parameter int Mode       = 0,   // 0 maximum, 1 average, 2 mean
  parameter int SumBits    = 12,  // bits of a maximum or sum, 1..32
  parameter int CountBits  = 4,   // bits of the number of pixels, 1..; below SumBits (average)
  parameter int OutBits    = 8,   // of a code, 1..16
  parameter int CodeOffset = 128, // code of the value 0 (average)
  parameter int RecipShift = 32,  // binary places of a reciprocal, 2..63 (average)
  parameter int Rounding   = 0,   // 0 double, 1 single, 2 exact half away (mean)
  localparam int RecipBits = Mode == 1 ? RecipShift : 1
) (
  input  logic                 clk_i,
  input  logic                 en_i,
  input  logic [  SumBits-1:0] sum_i,
  input  logic [CountBits-1:0] count_i,     // pixels inside the image (average)
  input  logic [RecipBits-1:0] recip_i,     // reciprocal of count_i, one enabled cycle later (average)
  input  logic [         31:0] zero_sum_i,  // count * zero point (mean)
  input  logic [         31:0] scale_q_i,   // (mean)
  input  logic signed [   6:0] scale_e_i,   // (mean)
  input  logic [         15:0] out_zero_i,  // (mean)
  input  logic [         15:0] clamp_lo_i,
  input  logic [         15:0] clamp_hi_i,
  output logic [  OutBits-1:0] code_o       // Mode 0: 1, 1: 4, 2: 5 enabled cycles after sum_i
);

  logic signed [31:0] value;
  logic        [15:0] zero;

  if (Mode == 0) begin : g_max
    assign value = 32'(sum_i);
    assign zero  = 16'd0;

    logic unused_max;
    assign unused_max = &{1'b0, count_i, recip_i, zero_sum_i, scale_q_i, scale_e_i, out_zero_i};
  end else if (Mode == 1) begin : g_average
    localparam int DoubleBits   = SumBits + 1;
    localparam int QuotientBits = SumBits - CountBits + 1;  // a bit more than a code
    localparam int LowBits      = RecipShift / 2;

    logic [  DoubleBits-1:0] double_q;  // 2 |S| + n, S the sum of the signed values
    logic                    neg1_q, neg2_q;
    logic [            63:0] low_q, high_q;  // times the reciprocal's halves
    logic [QuotientBits-1:0] magnitude;
    logic signed [QuotientBits:0] value_q;

    function automatic logic negative(input logic [SumBits-1:0] sum, input logic [CountBits-1:0] n);
      negative = $signed(33'(sum)) < $signed(33'(n)) * CodeOffset;
    endfunction

    function automatic logic [DoubleBits-1:0] doubled(input logic [SumBits-1:0] sum, input logic [CountBits-1:0] n);
      if (negative(sum, n)) doubled = DoubleBits'(32'(n) * (2 * CodeOffset + 1)) - DoubleBits'({sum, 1'b0});
      else doubled = DoubleBits'({sum, 1'b0}) - DoubleBits'(32'(n) * (2 * CodeOffset - 1));
    endfunction

    // The plan keeps the product within 64 bits.
    assign magnitude = QuotientBits'(((high_q << LowBits) + low_q) >> RecipShift);

    always_ff @(posedge clk_i) begin
      if (en_i) begin
        double_q <= doubled(sum_i, count_i);
        neg1_q   <= negative(sum_i, count_i);
        low_q    <= 64'(double_q) * 64'(recip_i[LowBits-1:0]);
        high_q   <= 64'(double_q) * 64'(recip_i[RecipShift-1:LowBits]);
        neg2_q   <= neg1_q;
        value_q  <= neg2_q ? -$signed({1'b0, magnitude}) : $signed({1'b0, magnitude});
      end
    end

    assign value = 32'(value_q);
    assign zero  = 16'(CodeOffset);

    logic unused_average;
    assign unused_average = &{1'b0, zero_sum_i, scale_q_i, scale_e_i, out_zero_i};
  end else begin : g_mean
    xb_scale #(
      .Rounding(Rounding)
    ) u_scale (
      .clk_i(clk_i),
      .en_i (en_i),
      .a_i  ($signed(32'(sum_i)) - $signed(zero_sum_i)),
      .q_i  (scale_q_i),
      .e_i  (scale_e_i),
      .y_o  (value)
    );
    assign zero = out_zero_i;

    logic unused_mean;
    assign unused_mean = &{1'b0, count_i, recip_i};
  end

  xb_clamp #(
    .Bits(OutBits)
  ) u_clamp (
    .clk_i  (clk_i),
    .en_i   (en_i),
    .value_i(value),
    .zero_i (zero),
    .lo_i   (clamp_lo_i),
    .hi_i   (clamp_hi_i),
    .code_o (code_o)
  );

endmodule
