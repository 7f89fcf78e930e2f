// SPDX-License-Identifier: Apache-2.0
// xb_check_stream says nothing of a stream that keeps the rule, whatever lies on it while valid is low, and while a
// reset comes amid a beat that waits. What it says of others: broken.txt.
module tb_check_stream;
  parameter int Width = 40;
  parameter int SideBits = 2;
  logic clk = 0, rst_n = 0, valid = 0, ready = 0;
  logic [SideBits-1:0] side = 0;
  logic [Width-1:0] data = 0;
  integer seed = 51, n, waited = 0;

  always #5 clk = !clk;
  xb_check_stream #(.Width(Width), .SideBits(SideBits)) dut (.clk_i(clk), .rst_ni(rst_n), .valid_i(valid), .ready_i(ready),
    .side_i(side), .data_i(data));

  initial begin
    for (n = 0; n < 2000; n = n + 1) begin
      @(negedge clk);
      rst_n = n > 3 && n % 100 != 50;
      if (!rst_n || !valid || ready) begin
        valid = rst_n && $random(seed);
        side = $random(seed);
        data = {(Width + 31) / 32{$random(seed)}};
      end
      ready = $unsigned($random(seed)) % 4 == 0;
      waited = waited + (valid && !ready);
    end
    if (waited > 200) $display("PASS"); else $display("FAIL %0d waited", waited);
    $finish;
  end
endmodule
