// SPDX-License-Identifier: Apache-2.0
// xb_layer_mul: random codes and multipliers against the numeric contract, of two streams and of a stream with a word
// an image beside it; a beat every ceil(Words*Channels/Lanes) cycles, from image to image too, with as many words as
// stream a has; registers of other layers are not taken. A word that comes late meets a map that waits.
module tb_layer_mul;
  parameter int Gated = 0;
  parameter int Channels = 10;
  parameter int Words = 1;
  parameter int ImageWords = 1;
  parameter int Lanes = 4;
  parameter int Rounding = 0;
  parameter int InBits = 8;
  parameter int OutBits = 8;
  parameter int Partial = 0;  // 1: beats of any number of words
  parameter int DepthA = 2;
  parameter int DepthB = 2;
  parameter int Stall = 30;
  parameter int StallB = Stall;
  parameter int Turn = 0;     // 1: it is the layer's turn in half of the cycles
  localparam int WordsB = Gated ? 1 : Words;
  localparam int ImageWordsB = Gated ? 1 : ImageWords;
  localparam int Beats = (ImageWords + Words - 1) / Words;
  localparam int Images = 80 / Beats;
  localparam int Total = Images * ImageWords;
  localparam int CountBits = $clog2(Words + 1);
  localparam int InMask = (1 << InBits) - 1;
  localparam int OutMask = (1 << OutBits) - 1;
  localparam int Groups = (Words * Channels + Lanes - 1) / Lanes;
  `include "tb_math.svh"
  logic clk = 0, rst_n = 0, run = 0, req = 0, busy;
  logic av, ar, bv, br, ov, orr;
  logic [CountBits-1:0] ac, oc;
  logic [$clog2(WordsB+1)-1:0] bc;
  logic [Words*Channels*InBits-1:0] ad;
  logic [WordsB*Channels*InBits-1:0] bd;
  logic [Words*Channels*OutBits-1:0] od;
  logic [73:0] prog = 0;
  logic [1:0] answer;
  logic [63:0] value;
  logic [3:0] sel = 0;
  logic [31:0] r[0:6];
  logic turn = 1;
  integer errors = 0, seed = 21, i, c, round;
  logic signed [63:0] y;
  logic [15:0] code;

  always #1 clk = !clk;
  always @(negedge clk) turn = Turn == 0 || $random % 2;
  tb_word_source #(.Width(Channels * InBits), .Words(Words), .Image(ImageWords), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_a (clk, run, av, ar, ac, ad);
  tb_word_source #(.Width(Channels * InBits), .Words(WordsB), .Image(ImageWordsB), .Images(Images), .Stall(StallB),
    .Seed(8)) u_b (clk, run, bv, br, bc, bd);
  tb_word_sink #(.Width(Channels * OutBits), .Words(Words), .Image(ImageWords), .Images(Images), .Full(!Partial),
    .Stall(Stall)) u_snk (clk, run, ov, orr, oc, od);
  xb_layer_mul #(.Channels(Channels), .Words(Words), .ImageWords(ImageWords), .Lanes(Lanes), .Rounding(Rounding),
    .DepthA(DepthA), .DepthB(DepthB), .Gated(Gated), .InBits(InBits), .OutBits(OutBits)) dut (.clk_i(clk),
    .rst_ni(rst_n), .a_valid_i(av === 1'b1), .a_ready_o(ar), .a_count_i(ac), .a_data_i(ad),
    .b_valid_i(bv === 1'b1), .b_ready_o(br), .b_count_i(bc), .b_data_i(bd), .out_valid_o(ov), .out_ready_i(orr),
    .out_count_o(oc), .out_data_o(od), .layer_i(16'd6), .prog_i(prog),
    .cnt_chain_i({req, 45'd0, 16'd6, sel}), .cnt_chain_o({answer, value}), .busy_o(busy), .turn_i(turn));

  task write(input [3:0] kind, input [19:0] unit, input [15:0] addr, input [31:0] data);
    @(negedge clk) prog = {2'b11, kind, unit, addr, data};
    @(negedge clk) prog = {1'b0, prog[72:0]};
  endtask

  initial begin
    #5 rst_n = 1;
    for (round = 0; round < 6; round = round + 1) begin
      run = 0;
      r[0] = $random(seed) & InMask; r[6] = $random(seed) & InMask; r[1] = $random(seed) & OutMask;
      r[2] = OutMask * round / 25; r[3] = OutMask - OutMask * round / 36;
      r[4] = 32'h40000000 | ($random(seed) & 32'h3fffffff);
      r[5] = OutBits - 2 * InBits + 2 - round % 4;
      write(0, 0, 0, 0);
      for (i = 0; i < 7; i = i + 1) begin
        write(2, 20'd6, i, r[i]);
        write(2, 20'd7, i, ~r[i]);
        write(2, 20'h10006, i, ~r[i]);
        write(3, 20'd6, i, ~r[i]);
      end
      @(negedge clk) run = 1;
      for (i = 0; i < 50000 && (i < 4 || u_snk.words < Total); i = i + 1) @(posedge clk);
      for (i = 6; i < (Partial ? 8 : 9); i = i + 1) begin  // words in, words out, cycles of work
        @(negedge clk) sel = i % 8; req = 1;
        @(negedge clk) req = 0;
        @(negedge clk) if (answer[0] !== 1 || value !== (i == 8 ? Images * Beats * Groups : Total)) errors = errors + 1;
      end
      if (busy !== 0) errors = errors + 1;
      for (i = 0; i < Total; i = i + 1) begin
        for (c = 0; c < Channels; c = c + 1) begin
          y = ($signed(64'(u_a.mem[i][c*InBits+:InBits])) - $signed({32'd0, r[0]}))
            * ($signed(64'(u_b.mem[Gated ? i / ImageWords : i][c*InBits+:InBits])) - $signed({32'd0, r[6]}));
          y = multiplier(Rounding, y, r[4], $signed(r[5]));
          code = clamped(y + $signed({32'd0, r[1]}), r[2], r[3]);
          if (u_snk.mem[i][c*OutBits+:OutBits] !== code[OutBits-1:0]) begin
            errors = errors + 1;
            if (errors < 4) $display("word %0d channel %0d: %0d, not %0d", i, c, u_snk.mem[i][c*OutBits+:OutBits], y + r[1]);
          end
        end
      end
      if (Stall == 0 && StallB == 0 && Turn == 0 && u_snk.last_cycle - u_snk.first_cycle != (u_snk.beats - 1) * Groups) errors = errors + 1;
      if (u_snk.words != Total) errors = errors + 1;
    end
    errors = errors + u_snk.errors;
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d beats %0d cycles %0d", errors, u_snk.beats, u_snk.last_cycle - u_snk.first_cycle);
    $finish;
  end
endmodule
