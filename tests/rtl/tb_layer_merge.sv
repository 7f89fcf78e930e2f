// SPDX-License-Identifier: Apache-2.0
// xb_layer_merge: random codes of blocks against the rules of docs/numerics.md 5; a beat every ceil(Words*Channels/Lanes)
// cycles, with as many words as its input has. Ties, and averages beyond the largest code, must have come.
module tb_layer_merge;
  parameter int Merge = 0;
  parameter int Blocks = 4;
  parameter int Channels = 10;
  parameter int Words = 1;
  parameter int ImageWords = 1;
  parameter int Lanes = 4;
  parameter int InBits = Merge == 0 ? 1 : 2;
  parameter int Partial = 0;  // 1: beats of any number of words
  parameter int Stall = 30;
  parameter int Turn = 0;     // 1: it is the layer's turn in half of the cycles
  localparam int Most = Blocks * ((1 << InBits) - 1);
  localparam int OutBits = Merge == 0 ? 1 : Merge == 1 ? $clog2(Most + 1) : InBits;
  localparam int Beats = (ImageWords + Words - 1) / Words;
  localparam int Images = 80 / Beats;
  localparam int Total = Images * ImageWords;
  localparam int Groups = (Words * Channels + Lanes - 1) / Lanes;
  logic clk = 0, rst_n = 0, run = 0, req = 0, busy, turn = 1;
  logic iv, ir, ov, orr;
  logic [$clog2(Words+1)-1:0] ic, oc;
  logic [Words*Blocks*Channels*InBits-1:0] id;
  logic [Words*Channels*OutBits-1:0] od;
  logic [73:0] prog = 0;
  logic [1:0] answer;
  logic [63:0] value, sum, code;
  logic [3:0] sel = 0;
  logic [31:0] multiplier, shift;
  integer errors = 0, ties = 0, beyond = 0, seed = 17, i, c, g, round;

  always #1 clk = !clk;
  always @(negedge clk) turn = Turn == 0 || $random % 2;
  tb_word_source #(.Width(Blocks * Channels * InBits), .Words(Words), .Image(ImageWords), .Images(Images),
    .Partial(Partial), .Stall(Stall)) u_src (clk, run, iv, ir, ic, id);
  tb_word_sink #(.Width(Channels * OutBits), .Words(Words), .Image(ImageWords), .Images(Images), .Full(!Partial),
    .Stall(Stall)) u_snk (clk, run, ov, orr, oc, od);
  xb_layer_merge #(.Merge(Merge), .Blocks(Blocks), .Channels(Channels), .Words(Words), .ImageWords(ImageWords),
    .Lanes(Lanes), .InBits(InBits), .OutBits(OutBits)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1),
    .in_ready_o(ir), .in_count_i(ic), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc),
    .out_data_o(od), .layer_i(16'd6), .prog_i(prog), .cnt_chain_i({req, 45'd0, 16'd6, sel}),
    .cnt_chain_o({answer, value}), .busy_o(busy), .turn_i(turn));

  task write(input [3:0] kind, input [19:0] unit, input [15:0] addr, input [31:0] data);
    @(negedge clk) prog = {2'b11, kind, unit, addr, data};
    @(negedge clk) prog = {1'b0, prog[72:0]};
  endtask

  // Multipliers near 2^shift / Blocks, and such that saturate.
  task program_merge;
    shift = round == 0 ? 0 : round * 6;
    multiplier = round == 0 ? 1 : (64'd1 << shift) / Blocks + (round == 3 ? (64'd1 << shift) / 2 : 1);
    write(0, 0, 0, 0);
    write(2, 6, 0, multiplier);
    write(2, 6, 1, shift);
    write(2, 7, 0, ~multiplier);
    write(2, 7, 1, ~shift);
  endtask

  task check_word;
    for (c = 0; c < Channels; c = c + 1) begin
      sum = 0;
      for (g = 0; g < Blocks; g = g + 1) sum = sum + u_src.mem[i][(g*Channels+c)*InBits+:InBits];
      ties = ties + (2 * sum == Blocks);
      code = sum;
      if (Merge == 0) code = 2 * sum >= Blocks;
      if (Merge == 2) code = (sum * multiplier + (shift == 0 ? 0 : 64'd1 << (shift - 1))) >> shift;
      if (Merge == 2 && code >= 1 << InBits) begin
        code = (1 << InBits) - 1;
        beyond = beyond + 1;
      end
      if (u_snk.mem[i][c*OutBits+:OutBits] !== code[OutBits-1:0]) begin
        errors = errors + 1;
        if (errors < 4) $display("word %0d channel %0d: %0d, not %0d", i, c, u_snk.mem[i][c*OutBits+:OutBits], code);
      end
    end
  endtask

  initial begin
    #5 rst_n = 1;
    for (round = 0; round < 5; round = round + 1) begin
      run = 0;
      program_merge;
      @(negedge clk) run = 1;
      for (i = 0; i < 50000 && (i < 4 || u_snk.words < Total); i = i + 1) @(posedge clk);
      for (i = 6; i < (Partial ? 8 : 9); i = i + 1) begin  // words in, words out, cycles of work
        @(negedge clk) sel = i % 8; req = 1;
        @(negedge clk) req = 0;
        @(negedge clk) if (answer[0] !== 1 || value !== (i == 8 ? Images * Beats * Groups : Total)) errors = errors + 1;
      end
      if (busy !== 0) errors = errors + 1;
      for (i = 0; i < Total; i = i + 1) check_word;
      if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle != (u_snk.beats - 1) * Groups) errors = errors + 1;
      if (u_snk.words != Total) errors = errors + 1;
    end
    if ((Merge == 0 && Blocks % 2 == 0 && ties == 0) || (Merge == 2 && Blocks > 1 && beyond == 0)) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words, %0d ties, %0d beyond", errors, u_snk.words, Total, ties, beyond);
    $finish;
  end
endmodule
