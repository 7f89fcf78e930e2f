// SPDX-License-Identifier: Apache-2.0
// xb_adder_tree: random terms, also the ends of their range, against their sum Stages cycles later.
module tb_adder_tree;
  parameter int Inputs = 3;
  parameter int Lanes = 4;
  parameter int InBits = 8;
  parameter int Stages = 0;
  localparam int OutBits = InBits + (Inputs > 1 ? $clog2(Inputs) : 0);
  localparam int Cycles = 1500;
  logic clk = 0, rst_n = 0, valid = 0, out_valid;
  logic [Inputs*Lanes*InBits-1:0] data = 0;
  logic [Lanes*OutBits-1:0] sums;
  logic signed [InBits-1:0] term;
  // What has gone in, by cycle.
  logic went[0:Cycles];
  logic [Lanes*OutBits-1:0] want[0:Cycles];
  integer errors = 0, seed = 31, n = 0, seen = 0, i, j, k, sum;

  always #5 clk = !clk;
  xb_adder_tree #(.Inputs(Inputs), .Lanes(Lanes), .InBits(InBits), .OutBits(OutBits), .Stages(Stages)) dut (.clk_i(clk), .rst_ni(rst_n),
    .valid_i(valid), .data_i(data), .valid_o(out_valid), .data_o(sums));

  initial begin
    #18 rst_n = 1;
    for (n = 0; n < Cycles; n = n + 1) begin
      @(negedge clk);
      valid = $unsigned($random(seed)) % 3 != 0;
      went[n] = valid;
      for (j = 0; j < Lanes; j = j + 1) begin
        sum = 0;
        for (i = 0; i < Inputs; i = i + 1) begin
          term = $random(seed);
          if ($unsigned($random(seed)) % 4 == 0) term = n % 2 ? {1'b1, {(InBits - 1){1'b0}}} : {1'b0, {(InBits - 1){1'b1}}};
          data[(i*Lanes+j)*InBits+:InBits] = valid ? term : {InBits{1'bx}};
          sum = sum + term;
        end
        want[n][j*OutBits+:OutBits] = sum;
      end
      #1;
      if (n >= Stages) begin
        if (out_valid !== went[n-Stages]) errors = errors + 1;
        if (went[n-Stages]) begin
          seen = seen + 1;
          if (sums !== want[n-Stages]) errors = errors + 1;
          if (errors == 1) $display("cycle %0d: %h, not %h", n, sums, want[n-Stages]);
        end
      end else if (out_valid !== 1'b0) errors = errors + 1;
    end
    if (errors == 0 && seen > Cycles / 2) $display("PASS"); else $display("FAIL errors %0d, %0d sums", errors, seen);
    $finish;
  end
endmodule
