// SPDX-License-Identifier: Apache-2.0
// xb_layer_slice: random codes of a map, those of the box in their order and in full beats, image after image; the
// counters; throughput.
module tb_slice;
  parameter int InRows = 4;
  parameter int InCols = 5;
  parameter int InChannels = 4;
  parameter int InWords = 1;
  parameter int OutRows = 2;
  parameter int OutCols = 3;
  parameter int OutChannels = 2;
  parameter int OutWords = 1;
  parameter int BeginRow = 1;
  parameter int BeginCol = 1;
  parameter int BeginChannel = 1;
  parameter int StepRow = 1;
  parameter int StepCol = 1;
  parameter int StepChannel = 1;
  parameter int Held = 0;
  parameter int CodeBits = 8;
  parameter int Partial = 0;  // 1: input beats of any number of words
  parameter int Stall = 30;
  parameter int Turn = 0;     // 1: it is the layer's turn in half of the cycles
  localparam int Images = 20;
  localparam int InImage = InRows * InCols;
  localparam int OutImage = OutRows * OutCols;
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
  integer errors = 0, i, c, most, from;

  always #1 clk = !clk;
  always @(negedge clk) turn = Turn == 0 || $random % 2;
  tb_word_source #(.Width(InChannels * CodeBits), .Words(InWords), .Image(InImage), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, rst_n, iv, ir, ic, id);
  tb_word_sink #(.Width(OutChannels * CodeBits), .Words(OutWords), .Image(OutImage), .Images(Images), .Full(1),
    .Stall(Stall)) u_snk (clk, rst_n, ov, orr, oc, od);
  xb_layer_slice #(.InRows(InRows), .InCols(InCols), .InChannels(InChannels), .InWords(InWords), .OutRows(OutRows),
    .OutCols(OutCols), .OutChannels(OutChannels), .OutWords(OutWords), .BeginRow(BeginRow), .BeginCol(BeginCol),
    .BeginChannel(BeginChannel), .StepRow(StepRow), .StepCol(StepCol), .StepChannel(StepChannel), .Held(Held),
    .CodeBits(CodeBits)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1), .in_ready_o(ir), .in_count_i(ic),
    .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od), .layer_i(16'd1),
    .prog_i(74'd0), .cnt_chain_i({req, 45'd0, 16'd1, sel}), .cnt_chain_o({answer, value}), .busy_o(busy), .turn_i(turn));

  task read(input [3:0] which, input [63:0] want);
    @(negedge clk) sel = which; req = 1;
    @(negedge clk) req = 0;
    @(negedge clk) if (answer[0] !== 1 || value !== want) begin
      errors = errors + 1;
      $display("counter %0d: %0d instead of %0d", which, value, want);
    end
  endtask

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 50000 && u_snk.words < Images * OutImage; i = i + 1) @(posedge clk);
    for (i = 0; i < 5000 && busy !== 0; i = i + 1) @(posedge clk);  // words behind the box
    #20;
    for (i = 0; i < Images * OutImage; i = i + 1) begin
      from = i / OutImage * InImage + (BeginRow + i % OutImage / OutCols * StepRow) * InCols + BeginCol + i % OutCols * StepCol;
      for (c = 0; c < OutChannels; c = c + 1) begin
        if (u_snk.mem[i][c*CodeBits+:CodeBits] !== u_src.mem[from][(BeginChannel+c*StepChannel)*CodeBits+:CodeBits]) begin
          errors = errors + 1;
          if (errors < 4) $display("word %0d: %h, from %h", i, u_snk.mem[i], u_src.mem[from]);
        end
      end
    end
    most = Images * (InBeats > OutBeats ? InBeats : OutBeats);
    if (busy !== 0) errors = errors + 1;
    read(6, Images * InImage);
    read(7, Images * OutImage);
    read(3, 0);
    if (Stall == 0 && Partial == 0 && Turn == 0 && u_snk.last_cycle - u_snk.first_cycle > most) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0 && u_snk.words == Images * OutImage) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words in %0d cycles", errors, u_snk.words, Images * OutImage,
                  u_snk.last_cycle - u_snk.first_cycle);
    $finish;
  end
endmodule
