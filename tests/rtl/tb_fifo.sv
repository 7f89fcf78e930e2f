// SPDX-License-Identifier: Apache-2.0
// xb_fifo: order, capacity, full throughput.
module tb_fifo;
  parameter int Width = 8;
  parameter int Depth = 4;
  parameter int Stall = 30;
  localparam int Words = 300;
  logic clk = 0, rst_n = 0;
  logic iv, ir, ov, orr;
  logic [Width-1:0] id, od;
  integer errors = 0, held = 0, most = 0, i;

  always #1 clk = !clk;
  tb_source #(.Width(Width), .Words(Words), .Stall(Stall)) u_src (clk, rst_n, iv, ir, id);
  tb_sink #(.Width(Width), .Words(Words), .Stall(Stall), .Hold(Stall ? 60 + 4 * Depth : 0)) u_snk (clk, rst_n, ov, orr, od);
  xb_fifo #(.Width(Width), .Depth(Depth)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv), .in_ready_o(ir),
    .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_data_o(od));

  always @(posedge clk) if (rst_n) begin
    held = held + ((iv && ir) ? 1 : 0) - ((ov && orr) ? 1 : 0);
    if (held > most) most = held;
  end

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 20000 && u_snk.count < Words; i = i + 1) @(posedge clk);
    #20 errors = u_snk.errors;
    for (i = 0; i < Words; i = i + 1) if (u_snk.mem[i] !== u_src.mem[i]) errors = errors + 1;
    if (Stall != 0 && most != Depth) errors = errors + 1;
    if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle != Words - 1) errors = errors + 1;
    if (errors == 0 && u_snk.count == Words) $display("PASS");
    else $display("FAIL errors %0d words %0d most %0d", errors, u_snk.count, most);
    $finish;
  end
endmodule
