// SPDX-License-Identifier: Apache-2.0
// xb_reset_sync: the reset is there at once, with the clock standing too; it ends at the second rising edge after the pin's,
// however short it was and wherever between two edges it ended. Edges of the clock, of the pin and checks never coincide.
module tb_reset_sync;
  logic clk = 0, run = 1, rst_n = 1, out;
  integer errors = 0, seed = 7, i, edges = 2;

  initial forever #12 if (run) clk = !clk;
  xb_reset_sync dut (.clk_i(clk), .rst_ni(rst_n), .rst_no(out));

  always @(posedge clk or negedge rst_n) edges = rst_n ? edges + 1 : 0;
  initial #1 forever #2 if (out !== (rst_n && edges >= 2)) begin
    errors = errors + 1;
    $display("%0t: %b, %0d edges after the pin's %b", $time, out, edges, rst_n);
  end

  initial begin
    #2 rst_n = 0;
    for (i = 0; i < 200; i = i + 1) begin
      run = i % 4 != 3;  // a reset that comes and goes while the clock stands
      #(4 + 4 * ($unsigned($random(seed)) % 15)) rst_n = 1;
      #(4 + 4 * ($unsigned($random(seed)) % 6)) run = 1;
      #(4 + 4 * ($unsigned($random(seed)) % 25)) rst_n = 0;
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
