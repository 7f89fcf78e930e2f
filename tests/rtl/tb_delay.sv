// SPDX-License-Identifier: Apache-2.0
// xb_delay: a word comes out Stages cycles later, and zeros before the first.
module tb_delay;
  parameter int Width = 5;
  parameter int Stages = 1;
  logic clk = 0, rst_n = 0;
  logic [Width-1:0] in = 0, out;
  logic [Width-1:0] went[0:1000];
  integer errors = 0, seed = 91, n;

  always #5 clk = !clk;
  xb_delay #(.Width(Width), .Stages(Stages)) dut (.clk_i(clk), .rst_ni(rst_n), .data_i(in), .data_o(out));

  initial begin
    #18 rst_n = 1;
    for (n = 0; n < 1000; n = n + 1) begin
      @(negedge clk);
      in = $random(seed);
      went[n] = in;
      #1 if (out !== (n < Stages ? Width'(0) : went[n-Stages])) errors = errors + 1;
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
