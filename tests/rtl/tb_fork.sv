// SPDX-License-Identifier: Apache-2.0
// xb_fork: every reader gets every word once; ready readers cost no cycle.
module tb_fork;
  parameter int Readers = 3;
  parameter int Stall = 40;
  localparam int Width = 12;
  localparam int Words = 200;
  logic clk = 0, rst_n = 0;
  logic iv, ir;
  logic [Readers-1:0] ov, orr;
  logic [Width-1:0] id, od;
  integer errors = 0, i;
  integer done[0:Readers-1];
  integer bad[0:Readers-1];

  always #1 clk = !clk;
  tb_source #(.Width(Width), .Words(Words), .Stall(Stall)) u_src (clk, rst_n, iv, ir, id);
  xb_fork #(.Width(Width), .Readers(Readers)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv), .in_ready_o(ir),
    .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_data_o(od));
  for (genvar g = 0; g < Readers; g++) begin : g_r
    integer j;
    tb_sink #(.Width(Width), .Words(Words), .Stall(Stall), .Seed(g + 7)) u_snk (clk, rst_n, ov[g], orr[g], od);
    always @(posedge clk) begin
      done[g] = u_snk.count;
      bad[g] = u_snk.errors;
      if (u_snk.count == Words) begin
        for (j = 0; j < Words; j = j + 1) if (u_snk.mem[j] !== u_src.mem[j]) bad[g] = bad[g] + 1;
        if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle != Words - 1) bad[g] = bad[g] + 1;
      end
    end
  end

  initial begin
    #5 rst_n = 1;
    repeat (Stall == 0 ? 230 : 3000) @(posedge clk);
    for (i = 0; i < Readers; i = i + 1) if (done[i] != Words || bad[i] != 0) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL readers wrong: %0d", errors);
    $finish;
  end
endmodule
