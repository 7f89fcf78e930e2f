// SPDX-License-Identifier: Apache-2.0
// xb_layer_concat: random codes of two streams, side by side or in turn; as many words as its inputs have, a beat in every
// cycle.
module tb_concat;
  parameter int Turns = 0;
  parameter int ChannelsA = 10;
  parameter int ChannelsB = 6;
  parameter int Words = 1;
  parameter int ImageWords = 1;
  parameter int ImageWordsB = ImageWords;
  parameter int CodeBits = 8;
  parameter int DepthA = 2;
  parameter int DepthB = 2;
  parameter int Stall = 30;
  parameter int Turn = 0;     // 1: turns begin and end at random
  localparam int BeatsA = (ImageWords + Words - 1) / Words;
  localparam int BeatsB = (ImageWordsB + Words - 1) / Words;
  localparam int Beats = Turns != 0 ? BeatsA + BeatsB : BeatsA;
  localparam int Images = 80 / Beats;
  localparam int OutImage = Turns != 0 ? ImageWords + ImageWordsB : ImageWords;
  localparam int Total = Images * OutImage;
  localparam int CountBits = $clog2(Words + 1);
  localparam int BitsA = ChannelsA * CodeBits;
  localparam int BitsB = ChannelsB * CodeBits;
  localparam int OutBits = Turns != 0 ? BitsA : BitsA + BitsB;
  logic clk = 0, rst_n = 0, run = 0, req = 0, busy, turn = 1, held = 0;
  logic av, ar, bv, br, ov, orr;
  logic [CountBits-1:0] ac, bc, oc;
  logic [Words*BitsA-1:0] ad;
  logic [Words*BitsB-1:0] bd;
  logic [Words*OutBits-1:0] od;
  logic [OutBits-1:0] wanted;
  logic [73:0] prog = 0;
  logic [1:0] answer;
  logic [63:0] value;
  logic [3:0] sel = 0;
  integer errors = 0, i;

  always #1 clk = !clk;
  // A turn ends with a beat that is taken.
  always @(posedge clk) held <= ov && !orr;
  always @(negedge clk) if (!held) turn = Turn == 0 || $random % 2;
  tb_word_source #(.Width(BitsA), .Words(Words), .Image(ImageWords), .Images(Images), .Stall(Stall)) u_a (clk, run, av, ar,
    ac, ad);
  tb_word_source #(.Width(BitsB), .Words(Words), .Image(ImageWordsB), .Images(Images), .Stall(Stall), .Seed(8)) u_b (clk,
    run, bv, br, bc, bd);
  tb_word_sink #(.Width(OutBits), .Words(Words), .Image(OutImage), .Images(Images), .Full(Turns == 0), .Stall(Stall)) u_snk (clk, run,
    ov, orr, oc, od);
  xb_layer_concat #(.Turns(Turns), .ImageWordsB(ImageWordsB), .ChannelsA(ChannelsA), .ChannelsB(ChannelsB), .Words(Words), .ImageWords(ImageWords), .DepthA(DepthA),
    .DepthB(DepthB), .CodeBits(CodeBits)) dut (.clk_i(clk), .rst_ni(rst_n), .a_valid_i(av === 1'b1), .a_ready_o(ar),
    .a_count_i(ac), .a_data_i(ad), .b_valid_i(bv === 1'b1), .b_ready_o(br), .b_count_i(bc), .b_data_i(bd),
    .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od), .layer_i(16'd6), .prog_i(prog),
    .cnt_chain_i({req, 45'd0, 16'd6, sel}), .cnt_chain_o({answer, value}), .busy_o(busy), .turn_i(turn));

  initial begin
    #5 rst_n = 1;
    @(negedge clk) prog = {2'b11, 72'd0};
    @(negedge clk) prog = 0;
    @(negedge clk) run = 1;
    for (i = 0; i < 50000 && (i < 4 || u_snk.words < Total); i = i + 1) @(posedge clk);
    for (i = 6; i < 9; i = i + 1) begin  // words in, words out, cycles of work
      @(negedge clk) sel = i % 8; req = 1;
      @(negedge clk) req = 0;
      @(negedge clk) if (answer[0] !== 1 || value !== (i == 8 ? Images * Beats : Total)) errors = errors + 1;
    end
    if (busy !== 0) errors = errors + 1;
    for (i = 0; i < Total; i = i + 1) begin
      if (Turns == 0) wanted = {u_b.mem[i][BitsB-1:0], u_a.mem[i][BitsA-1:0]};
      else if (i % OutImage < ImageWords) wanted = u_a.mem[i/OutImage*ImageWords+i%OutImage];
      else wanted = u_b.mem[i/OutImage*ImageWordsB+i%OutImage-ImageWords];
      if (u_snk.mem[i][OutBits-1:0] !== wanted) begin
        errors = errors + 1;
        if (errors < 4) $display("word %0d: %h, not %h", i, u_snk.mem[i], wanted);
      end
    end
    if (Stall == 0 && Turn == 0 && u_snk.last_cycle - u_snk.first_cycle != u_snk.beats - 1) errors = errors + 1;
    if (u_snk.words != Total) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words", errors, u_snk.words, Total);
    $finish;
  end
endmodule
