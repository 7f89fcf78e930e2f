// SPDX-License-Identifier: Apache-2.0
// xb_layer_reshape and, with Bare, xb_regear: the same bits in the same order, whatever the number of words of a beat,
// and full beats of them; the counters; throughput.
module tb_reshape;
  parameter int Bare = 0;
  parameter int InChannels = 4;
  parameter int InWords = 1;
  parameter int OutChannels = 6;
  parameter int OutWords = 1;
  parameter int ImageCodes = 12;
  parameter int CodeBits = 8;
  parameter int Partial = 0;  // 1: input beats of any number of words
  parameter int Stall = 30;
  parameter int Turn = 0;     // 1: it is the layer's turn in half of the cycles
  localparam int Images = 20;
  localparam int InImage = ImageCodes / InChannels;
  localparam int OutImage = ImageCodes / OutChannels;
  localparam int InBeats = (InImage + InWords - 1) / InWords;
  localparam int OutBeats = (OutImage + OutWords - 1) / OutWords;
  logic clk = 0, rst_n = 0, req = 0, busy;
  logic iv, ir, ov, orr;
  logic [$clog2(InWords+1)-1:0] ic;
  logic [$clog2(OutWords+1)-1:0] oc;
  logic [InWords*InChannels*CodeBits-1:0] id;
  logic [OutWords*OutChannels*CodeBits-1:0] od;
  logic [1:0] answer;
  logic [63:0] value;
  logic [3:0] sel = 0;
  logic turn = 1;
  integer errors = 0, i, most;

  always #1 clk = !clk;
  always @(negedge clk) turn = Turn == 0 || $random % 2;
  tb_word_source #(.Width(InChannels * CodeBits), .Words(InWords), .Image(InImage), .Images(Images),
    .Partial(Partial), .Stall(Stall)) u_src (clk, rst_n, iv, ir, ic, id);
  tb_word_sink #(.Width(OutChannels * CodeBits), .Words(OutWords), .Image(OutImage), .Images(Images), .Full(1),
    .Stall(Stall)) u_snk (clk, rst_n, ov, orr, oc, od);
  if (Bare) begin : g_bare
    xb_regear #(.InWidth(InChannels * CodeBits), .InWords(InWords), .OutWidth(OutChannels * CodeBits),
      .OutWords(OutWords), .ImageWords(InImage)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv), .in_ready_o(ir),
      .in_count_i(ic), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od));
  end else begin : g_layer
    xb_layer_reshape #(.InChannels(InChannels), .InWords(InWords), .OutChannels(OutChannels), .OutWords(OutWords),
      .ImageCodes(ImageCodes), .CodeBits(CodeBits)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1),
      .in_ready_o(ir), .in_count_i(ic), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc),
      .out_data_o(od), .layer_i(16'd1), .prog_i(74'd0), .cnt_chain_i({req, 45'd0, 16'd1, sel}), .cnt_chain_o({answer, value}),
      .busy_o(busy), .turn_i(turn));
  end

  task read(input [3:0] which, input [63:0] want);
    @(negedge clk) sel = which; req = 1;
    @(negedge clk) req = 0;
    @(negedge clk) if (answer[0] !== (which <= 8) || (which <= 8 && value !== want)) begin
      errors = errors + 1;
      $display("counter %0d: %0d instead of %0d", which, value, want);
    end
  endtask

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 50000 && u_snk.words < Images * OutImage; i = i + 1) @(posedge clk);
    #20;
    for (i = 0; i < Images * ImageCodes; i = i + 1) begin
      if (u_snk.mem[i/OutChannels][i%OutChannels*CodeBits+:CodeBits]
          !== u_src.mem[i/InChannels][i%InChannels*CodeBits+:CodeBits]) errors = errors + 1;
    end
    most = Images * (InBeats > OutBeats ? InBeats : OutBeats);
    if (!Bare) begin
      if (busy !== 0) errors = errors + 1;
      if (Partial == 0) read(0, most);
      read(6, Images * InImage);
      read(7, Images * OutImage);
      read(3, 0);
      read(12, 0);
    end
    if (Stall == 0 && Partial == 0 && u_snk.last_cycle - u_snk.first_cycle > most) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0 && u_snk.words == Images * OutImage) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words in %0d cycles", errors, u_snk.words, Images * OutImage,
                  u_snk.last_cycle - u_snk.first_cycle);
    $finish;
  end
endmodule
