// SPDX-License-Identifier: Apache-2.0
// xb_lanes: words of several streams through a pipeline that stands here, adds them and the word's side value channel by
// channel; order, tags, full throughput, and no result lost when the output waits.
module tb_lanes;
  parameter int Channels = 10;
  parameter int Lanes = 4;
  parameter int Streams = 2;
  parameter int InBits = 8;
  parameter int Latency = 2;
  parameter int Stall = 30;
  parameter int Hold = 0;  // cycles at the beginning in which no word is taken
  localparam int Words = 100;
  localparam int SideBits = 4;
  localparam int OutBits = InBits + 4;
  localparam int InWidth = SideBits + Streams * Channels * InBits;
  localparam int OutWidth = Channels * OutBits + SideBits;
  localparam int Groups = (Channels + Lanes - 1) / Lanes;
  logic clk = 0, rst_n = 0, iv, ir, ov, orr, en, blocked;
  logic [InWidth-1:0] id;
  logic [OutWidth-1:0] od;
  logic [Streams*Lanes*InBits-1:0] group;
  logic [SideBits-1:0] side;
  logic [Lanes*OutBits-1:0] stage[0:Latency];
  logic [OutBits-1:0] sum;
  integer errors = 0, work = 0, cycle = 0, i, c, s;

  always #1 clk = !clk;
  tb_source #(.Width(InWidth), .Words(Words), .Stall(Stall)) u_src (clk, rst_n, iv, ir, id);
  tb_sink #(.Width(OutWidth), .Words(Words), .Stall(Stall), .Hold(Hold)) u_snk (clk, rst_n, ov, orr, od);
  xb_lanes #(.Channels(Channels), .Lanes(Lanes), .Streams(Streams), .InBits(InBits), .OutBits(OutBits), .SideBits(SideBits),
    .TagBits(SideBits), .Latency(Latency)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1), .in_ready_o(ir),
    .in_data_i(id[Streams*Channels*InBits-1:0]), .side_i(id[InWidth-1-:SideBits]), .tag_i(id[InWidth-1-:SideBits]),
    .en_o(en), .group_o(group), .side_o(side), .result_i(stage[Latency]), .out_valid_o(ov), .out_ready_i(orr),
    .out_data_o(od[Channels*OutBits-1:0]), .tag_o(od[OutWidth-1-:SideBits]), .blocked_o(blocked));

  always_comb begin
    for (int l = 0; l < Lanes; l++) begin
      stage[0][l*OutBits+:OutBits] = OutBits'(side);
      for (int t = 0; t < Streams; t++)
        stage[0][l*OutBits+:OutBits] = stage[0][l*OutBits+:OutBits] + OutBits'(group[(t*Lanes+l)*InBits+:InBits]);
    end
  end
  for (genvar d = 1; d <= Latency; d++) begin : g_stage
    always @(posedge clk) if (en) stage[d] <= stage[d-1];
  end

  // Blocked is when a word is done and two before it are still there: then, and only then, nothing moves.
  always @(posedge clk) if (rst_n) begin
    work = work + (iv === 1'b1 && !blocked);
    cycle = cycle + 1;
    // Nothing moves any more: two words at the output, one done behind them, and a full pipeline.
    if (cycle == Hold - 5 && Stall == 0 && work != 3 * Groups + Latency) errors = errors + 1;
    if (blocked && (en || ir || !ov)) errors = errors + 1;
  end

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 20000 && u_snk.count < Words; i = i + 1) @(posedge clk);
    #20 errors = errors + u_snk.errors;
    for (i = 0; i < Words; i = i + 1) begin
      for (c = 0; c < Channels; c = c + 1) begin
        sum = OutBits'(u_src.mem[i][InWidth-1-:SideBits]);
        for (s = 0; s < Streams; s = s + 1) sum = sum + OutBits'(u_src.mem[i][(s*Channels+c)*InBits+:InBits]);
        if (u_snk.mem[i][c*OutBits+:OutBits] !== sum) errors = errors + 1;
      end
      if (u_snk.mem[i][OutWidth-1-:SideBits] !== u_src.mem[i][InWidth-1-:SideBits]) errors = errors + 1;
    end
    if (Stall == 0 && Hold == 0 && u_snk.last_cycle - u_snk.first_cycle != (Words - 1) * Groups) errors = errors + 1;
    if (work != Words * Groups) errors = errors + 1;
    if (errors == 0 && u_snk.count == Words) $display("PASS");
    else $display("FAIL errors %0d words %0d, %0d cycles of work", errors, u_snk.count, work);
    $finish;
  end
endmodule
