// SPDX-License-Identifier: Apache-2.0
// xb_layer_reshape and, with Bare, xb_regear, whose images are of any number of bytes: the same bytes in the same
// order, 0 beyond the image; the counters; throughput.
module tb_reshape;
  parameter int Bare = 0;
  parameter int InChannels = 4;
  parameter int InWords = 1;
  parameter int OutChannels = 6;
  parameter int OutWords = 1;
  parameter int ImageBytes = 12;
  parameter int Stall = 30;
  localparam int Images = 20;
  localparam int InBytes = InWords * InChannels;
  localparam int OutBytes = OutWords * OutChannels;
  localparam int InBeats = (ImageBytes + InBytes - 1) / InBytes;
  localparam int OutBeats = (ImageBytes + OutBytes - 1) / OutBytes;
  logic clk = 0, rst_n = 0, req = 0, busy;
  logic iv, ir, ov, orr;
  logic [InBytes*8-1:0] id;
  logic [OutBytes*8-1:0] od;
  logic [63:0] value;
  logic [3:0] sel = 0;
  logic [7:0] code;
  integer errors = 0, i, k, most;

  always #1 clk = !clk;
  tb_source #(.Width(InBytes * 8), .Words(Images * InBeats), .Stall(Stall), .Beats(InBeats),
    .Used((ImageBytes - (InBeats - 1) * InBytes) * 8)) u_src (clk, rst_n, iv, ir, id);
  tb_sink #(.Width(OutBytes * 8), .Words(Images * OutBeats), .Stall(Stall)) u_snk (clk, rst_n, ov, orr, od);
  if (Bare) begin : g_bare
    xb_regear #(.InBytes(InBytes), .OutBytes(OutBytes), .ImageBytes(ImageBytes)) dut (.clk_i(clk), .rst_ni(rst_n),
      .in_valid_i(iv), .in_ready_o(ir), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_data_o(od));
  end else begin : g_layer
    xb_layer_reshape #(.InChannels(InChannels), .InWords(InWords), .OutChannels(OutChannels), .OutWords(OutWords),
      .ImageBytes(ImageBytes)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv), .in_ready_o(ir), .in_data_i(id),
      .out_valid_o(ov), .out_ready_i(orr), .out_data_o(od), .layer_i(16'd1), .prog_i(74'd0), .cnt_req_i(req),
      .cnt_sel_i(sel), .cnt_value_o(value), .busy_o(busy));
  end

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
    for (i = 0; i < 50000 && u_snk.count < Images * OutBeats; i = i + 1) @(posedge clk);
    #20;
    for (i = 0; i < Images * OutBeats * OutBytes; i = i + 1) begin
      k = i % (OutBeats * OutBytes);
      code = 0;
      if (k < ImageBytes) code = u_src.mem[i/(OutBeats*OutBytes)*InBeats+k/InBytes][(k%InBytes)*8+:8];
      if (u_snk.mem[i/OutBytes][(i%OutBytes)*8+:8] !== code) errors = errors + 1;
    end
    most = Images * (InBeats > OutBeats ? InBeats : OutBeats);
    if (!Bare) begin
      if (busy !== 0) errors = errors + 1;
      read(0, most);
      read(6, Images * (ImageBytes / InChannels));
      read(7, Images * (ImageBytes / OutChannels));
      read(3, 0);
      read(12, 0);
    end
    if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle > most) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0 && u_snk.count == Images * OutBeats) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d beats in %0d cycles", errors, u_snk.count, Images * OutBeats,
                  u_snk.last_cycle - u_snk.first_cycle);
    $finish;
  end
endmodule
