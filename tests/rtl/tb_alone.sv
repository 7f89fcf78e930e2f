// SPDX-License-Identifier: Apache-2.0
// xb_alone: an image's first beat is taken only where none is inside, and from the cycle on that follows the last beat of
// the one before, in which xb_axis_out tells of it; images whose result is given before their last beats have come.
module tb_alone;
  parameter int Beats = 3;  // of an image that comes
  logic clk = 0, rst_n = 0, run = 1, enable, valid = 0, ready = 0, begun, start, given = 0, entry;
  integer errors = 0, seed = 7, i, beat = 0, present = 0, images = 0, early = 0, at_once = 0;

  always #5 clk = !clk;
  assign begun = beat != 0;
  xb_alone dut (.clk_i(clk), .rst_ni(rst_n), .run_i(run), .enable_o(enable), .valid_i(valid), .ready_i(ready),
    .begun_i(begun), .start_o(start), .given_i(given));

  initial begin
    #18 rst_n = 1;
    for (i = 0; i < 4000; i = i + 1) begin
      @(negedge clk);
      given = present && $unsigned($random(seed)) % 4 == 0;
      run = $unsigned($random(seed)) % 8 != 0;
      valid = valid && !ready ? 1'b1 : $random(seed) % 2;
      #1 if (enable !== (run && (present == 0 || given))) errors = errors + 1;
      ready = (enable || begun) && $unsigned($random(seed)) % 4 != 0;
      #1 entry = valid && ready && !begun;
      if (start !== entry) errors = errors + 1;
      if (given && begun) early = early + 1;
      if (given && entry) at_once = at_once + 1;
      if (given) present = 0;
      if (entry) begin
        present = 1;
        images = images + 1;
      end
      @(posedge clk) #1 if (valid && ready) beat = (beat + 1) % Beats;
    end
    if (images < 100 || at_once == 0 || (Beats > 1 && early == 0)) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d images", errors, images);
    $finish;
  end
endmodule
