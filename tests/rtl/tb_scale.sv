// SPDX-License-Identifier: Apache-2.0
// xb_scale: random and extreme products in every exponent against the page's multiplier, one a cycle, with pauses.
module tb_scale;
  parameter int Rounding = 0;
  parameter int Stall = 20;
  localparam int Vectors = 20000;
  localparam int Stages = 4;
  `include "tb_math.svh"
  logic clk = 0, en = 0;
  logic signed [31:0] a = 0, y;
  logic [31:0] q = 0;
  logic signed [6:0] e = 0;
  logic signed [63:0] expected[0:Vectors-1];
  integer errors = 0, seed = 5, n = 0, bits;

  always #1 clk = !clk;
  xb_scale #(.Rounding(Rounding)) dut (.clk_i(clk), .en_i(en), .a_i(a), .q_i(q), .e_i(e), .y_o(y));

  // The plan proves |a| * 2^max(e, 0) < 2^31; ends of ranges and ties come often.
  task choose;
    e = $unsigned($random(seed)) % 62 - 31;
    bits = 31 - (e > 0 ? e : 0);
    a = $unsigned($random(seed)) >> (1 + $unsigned($random(seed)) % bits + (31 - bits));
    if ($unsigned($random(seed)) % 8 == 0) a = (64'd1 << bits) - 1;
    if ($random(seed) & 1) a = -a;
    q = 32'h40000000 | ($random(seed) & 32'h3fffffff);
    case ($unsigned($random(seed)) % 8)
      0: q = 32'h40000000;
      1: q = 32'h7fffffff;
      2: q = 32'h60000000;
      3: begin
        q = 0;
        e = 0;
      end
      4: q = q >> $unsigned($random(seed)) % 31;  // as the plan makes it where it fits a layer's own sums
      default: ;
    endcase
  endtask

  initial begin
    while (n < Vectors) begin
      @(negedge clk);
      if (en && n >= Stages && y !== expected[n-Stages][31:0]) begin
        errors = errors + 1;
        if (errors < 4) $display("vector %0d: %0d, not %0d", n - Stages, y, expected[n-Stages]);
      end
      en = $unsigned($random(seed)) % 100 >= Stall;
      choose;
      if (en) begin
        expected[n] = multiplier(Rounding, a, {32'd0, q}, e);
        n = n + 1;
      end
    end
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
