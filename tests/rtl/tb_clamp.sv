// SPDX-License-Identifier: Apache-2.0
// xb_clamp: random values, and those at the ends of 32 bits, where the sum with a zero point needs a bit more.
module tb_clamp;
  parameter int Bits = 8;
  `include "tb_math.svh"
  logic clk = 0, en = 0;
  logic signed [31:0] value = 0;
  logic [15:0] zero = 0, lo = 0, hi = 0, want;
  logic [Bits-1:0] code;
  integer errors = 0, seed = 17, i;

  always #5 clk = !clk;
  xb_clamp #(.Bits(Bits)) dut (.clk_i(clk), .en_i(en), .value_i(value), .zero_i(zero), .lo_i(lo), .hi_i(hi),
    .code_o(code));

  initial begin
    want = 'x;
    for (i = 0; i < 5000; i = i + 1) begin
      @(negedge clk);
      en = i % 5 != 0;
      case (i % 4)
        0: value = 32'h7fffffff - $unsigned($random(seed)) % (2 << Bits);
        1: value = 32'h80000000 + $unsigned($random(seed)) % (2 << Bits);
        default: value = $random(seed) >>> ($unsigned($random(seed)) % 32);
      endcase
      zero = $unsigned($random(seed)) % (1 << Bits);
      lo = $unsigned($random(seed)) % (1 << Bits);
      hi = lo + $unsigned($random(seed)) % ((1 << Bits) - lo);
      if (en) want = clamped(64'(value) + $signed({48'd0, zero}), lo, hi);
      @(posedge clk) #1 if (i > 0 && code !== want[Bits-1:0]) errors = errors + 1;
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
