// SPDX-License-Identifier: Apache-2.0
// xb_unpatch: windows of images whose edges lie amid windows, every word in its place and none from beyond the edges; beats
// of any number of windows; throughput.
module tb_unpatch;
  parameter int Side = 2;
  parameter int Width = 8;
  parameter int OutH = 5;
  parameter int OutW = 7;
  parameter int Windows = 1;
  parameter int Columns = 1;
  parameter int Rows = 1;
  parameter int Words = 1;
  parameter int Partial = 0;  // 1: input beats of any number of windows
  parameter int Stall = 30;
  localparam int Images = 12;
  localparam int Across = (OutW + Side - 1) / Side;
  localparam int Down = (OutH + Side - 1) / Side;
  localparam int Patch = Side * Side * Width;
  localparam int Pixels = OutH * OutW;
  localparam int Reads = (Down - 1) * ((Side + Rows - 1) / Rows) * ((Across + Columns - 1) / Columns) +
      (OutH - (Down - 1) * Side + Rows - 1) / Rows * ((Across + Columns - 1) / Columns);
  localparam int InBeats = (Across * Down + Windows - 1) / Windows;
  localparam int OutBeats = (Pixels + Words - 1) / Words;
  logic clk = 0, rst_n = 0, iv, ir, ov, orr;
  logic [$clog2(Windows+1)-1:0] ic;
  logic [$clog2(Words+1)-1:0] oc;
  logic [Windows*Patch-1:0] id;
  logic [Words*Width-1:0] od;
  integer errors = 0, i, y, x, w, most;

  always #1 clk = !clk;
  tb_word_source #(.Width(Patch), .Words(Windows), .Image(Across * Down), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, rst_n, iv, ir, ic, id);
  tb_word_sink #(.Width(Width), .Words(Words), .Image(Pixels), .Images(Images), .Full(1), .Stall(Stall)) u_snk (clk, rst_n,
    ov, orr, oc, od);
  xb_unpatch #(.Side(Side), .Width(Width), .OutH(OutH), .OutW(OutW), .Windows(Windows), .Columns(Columns), .Rows(Rows),
    .Words(Words)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1), .in_ready_o(ir), .in_count_i(ic),
    .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od));

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 50000 && u_snk.words < Images * Pixels; i = i + 1) @(posedge clk);
    #20;
    for (i = 0; i < Images * Pixels; i = i + 1) begin
      y = i % Pixels / OutW;
      x = i % OutW;
      w = (i / Pixels * Down + y / Side) * Across + x / Side;
      if (u_snk.mem[i] !== u_src.mem[w][(y%Side*Side+x%Side)*Width+:Width]) errors = errors + 1;
    end
    // One row of windows comes while the one before leaves.
    most = InBeats > OutBeats ? InBeats : OutBeats;
    most = Images * (most > Reads ? most : Reads) + (Reads + InBeats) / Down + 8;
    if (Stall == 0 && Partial == 0 && u_snk.last_cycle - u_snk.first_cycle > most) errors = errors + 1000000;
    errors = errors + u_snk.errors;
    if (errors == 0 && u_snk.words == Images * Pixels) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words in %0d cycles, at most %0d", errors, u_snk.words, Images * Pixels,
                  u_snk.last_cycle - u_snk.first_cycle, most);
    $finish;
  end
endmodule
