// SPDX-License-Identifier: Apache-2.0
// xb_pool_lane: maxima clamped, sums divided by the pixels, half away from zero, and means requantized, against the
// numeric contract; one a cycle, with pauses. Averages of up to 9 pixels: every number of pixels and every sum.
module tb_pool_lane;
  parameter int Mode = 0;
  parameter int InBits = 8;
  parameter int OutBits = 8;
  parameter int CodeOffset = 1 << (InBits - 1);
  parameter int Rounding = 0;
  parameter int Most = 9;  // pixels
  parameter int Stall = 20;
  localparam int CountBits = $clog2(Most + 1);
  localparam int SumBits = Mode == 0 ? InBits : InBits + CountBits;
  localparam int RecipShift = $clog2((((64'd2 << InBits) - 1) * Most * 2 * Most) + 1);
  localparam int Stages = Mode == 0 ? 1 : Mode == 1 ? 4 : 5;
  localparam int Code = (1 << InBits) - 1;
  `include "tb_math.svh"
  logic clk = 0, en = 0;
  logic [SumBits-1:0] sum = 0;
  logic [CountBits-1:0] count = 1;
  logic [63:0] recip;
  logic [OutBits-1:0] code;
  logic [15:0] expected[0:15];
  integer errors = 0, seed = 9, n = 0, pixels = 1, value = 0, i, lo, hi, zero, zero_sum;
  logic signed [63:0] s, y;

  always #1 clk = !clk;
  xb_pool_lane #(.Mode(Mode), .SumBits(SumBits), .CountBits(CountBits), .OutBits(OutBits), .CodeOffset(CodeOffset),
    .RecipShift(RecipShift), .Rounding(Rounding)) dut (.clk_i(clk), .en_i(en), .sum_i(sum), .count_i(count),
    .recip_i(recip[(Mode == 1 ? RecipShift : 1)-1:0]), .zero_sum_i(zero_sum), .scale_q_i(32'h5a5a5a5b),
    .scale_e_i(7'(OutBits - InBits - CountBits)), .out_zero_i(16'(zero)), .clamp_lo_i(16'(lo)), .clamp_hi_i(16'(hi)),
    .code_o(code));

  // The table of reciprocals gives the one of a number of pixels a cycle after it.
  always @(posedge clk) if (en) recip <= ((64'd1 << RecipShift) + 2 * count - 1) / (2 * count);

  initial begin
    lo = (1 << OutBits) / 16; hi = (1 << OutBits) - 1 - (1 << OutBits) / 20;
    zero = (1 << OutBits) / 3; zero_sum = Most * Code / 3;
    while (pixels <= Most) begin
      @(negedge clk);
      if (n >= Stages && code !== expected[(n-Stages)%16][OutBits-1:0]) begin
        errors = errors + 1;
        if (errors < 4) $display("value %0d: %0d, not %0d", n - Stages, code, expected[(n-Stages)%16]);
      end
      en = $unsigned($random(seed)) % 100 >= Stall;
      sum = value;
      count = pixels;
      if (en) begin
        s = Mode == 1 ? value - pixels * CodeOffset : value;
        y = s < 0 ? -s : s;
        if (Mode == 0) y = s;
        else if (Mode == 1) begin
          y = (2 * y + pixels) / (2 * pixels);
          y = (s < 0 ? -y : y) + CodeOffset;
        end else y = multiplier(Rounding, s - zero_sum, 64'h5a5a5a5b, OutBits - InBits - CountBits) + zero;
        expected[n%16] = clamped(y, lo, hi);
        n = n + 1;
        value = value + (Most > 9 || InBits > 8 ? 1 + $unsigned($random(seed)) % (Code / 3) : 1);
        if (value > (Mode == 0 ? Code : pixels * Code)) begin
          value = 0;
          pixels = pixels + 1;
        end
      end
    end
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d of %0d", errors, n);
    $finish;
  end
endmodule
