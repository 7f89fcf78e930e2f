// SPDX-License-Identifier: Apache-2.0
// xb_layer_reshape: the same bytes in the same order; its counters; throughput.
module tb_reshape;
  parameter int InBytes = 4;
  parameter int OutBytes = 6;
  parameter int Stall = 30;
  localparam int Bytes = InBytes * OutBytes * 20;
  logic clk = 0, rst_n = 0, req = 0;
  logic iv, ir, ov, orr;
  logic [InBytes*8-1:0] id;
  logic [OutBytes*8-1:0] od;
  logic [63:0] value;
  logic [3:0] sel = 0;
  integer errors = 0, i, most;

  always #1 clk = !clk;
  tb_source #(.Width(InBytes * 8), .Words(Bytes / InBytes), .Stall(Stall)) u_src (clk, rst_n, iv, ir, id);
  tb_sink #(.Width(OutBytes * 8), .Words(Bytes / OutBytes), .Stall(Stall)) u_snk (clk, rst_n, ov, orr, od);
  xb_layer_reshape #(.InBytes(InBytes), .OutBytes(OutBytes)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv),
    .in_ready_o(ir), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_data_o(od), .layer_i(16'd1),
    .prog_i(74'd0), .cnt_req_i(req), .cnt_sel_i(sel), .cnt_value_o(value));

  task read(input [3:0] which, input [63:0] want);
    @(negedge clk) sel = which; req = 1;
    @(negedge clk) req = 0;
    @(negedge clk) if (value !== want) begin
      errors = errors + 1;
      $display("counter %0d: %0d instead of %0d", which, value, want);
    end
  endtask

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 50000 && u_snk.count < Bytes / OutBytes; i = i + 1) @(posedge clk);
    #4;
    for (i = 0; i < Bytes; i = i + 1) begin
      if (u_snk.mem[i/OutBytes][(i%OutBytes)*8+:8] !== u_src.mem[i/InBytes][(i%InBytes)*8+:8]) errors = errors + 1;
    end
    read(6, Bytes / InBytes);
    read(7, Bytes / OutBytes);
    read(3, 0);
    read(12, 0);
    most = InBytes < OutBytes ? Bytes / InBytes : Bytes / OutBytes;
    if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle > most) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d words %0d", errors, u_snk.count);
    $finish;
  end
endmodule
