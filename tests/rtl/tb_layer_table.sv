// SPDX-License-Identifier: Apache-2.0
// xb_layer_table: random tables against random codes; a beat every ceil(Words*Channels/Lanes) cycles, with as many words
// as its input has; tables of other layers and lanes, and what is beyond a lane's entries, are not taken.
module tb_layer_table;
  parameter int Channels = 10;
  parameter int Words = 1;
  parameter int ImageWords = 1;
  parameter int Lanes = 4;
  parameter int Tables = 1;
  parameter int InBits = 8;
  parameter int OutBits = 8;
  parameter int Partial = 0;  // 1: beats of any number of words
  parameter int Stall = 30;
  parameter int Turn = 0;     // 1: it is the layer's turn in half of the cycles
  localparam int Beats = (ImageWords + Words - 1) / Words;
  localparam int Images = 80 / Beats;
  localparam int Total = Images * ImageWords;
  localparam int Groups = (Words * Channels + Lanes - 1) / Lanes;
  localparam int Codes = 1 << InBits;
  localparam int Held = Tables != 0 ? Channels : 1;
  logic clk = 0, rst_n = 0, run = 0, req = 0, busy, turn = 1;
  logic iv, ir, ov, orr;
  logic [$clog2(Words+1)-1:0] ic, oc;
  logic [Words*Channels*InBits-1:0] id;
  logic [Words*Channels*OutBits-1:0] od;
  logic [73:0] prog = 0;
  logic [1:0] answer;
  logic [63:0] value;
  logic [3:0] sel = 0;
  logic [OutBits-1:0] tables[0:Held*Codes-1];
  logic [OutBits-1:0] wanted;
  integer errors = 0, seed = 5, i, c, round;

  always #1 clk = !clk;
  always @(negedge clk) turn = Turn == 0 || $random % 2;
  tb_word_source #(.Width(Channels * InBits), .Words(Words), .Image(ImageWords), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, run, iv, ir, ic, id);
  tb_word_sink #(.Width(Channels * OutBits), .Words(Words), .Image(ImageWords), .Images(Images), .Full(!Partial),
    .Stall(Stall)) u_snk (clk, run, ov, orr, oc, od);
  xb_layer_table #(.Channels(Channels), .Words(Words), .ImageWords(ImageWords), .Lanes(Lanes), .Tables(Tables),
    .InBits(InBits), .OutBits(OutBits)) dut (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1), .in_ready_o(ir),
    .in_count_i(ic), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od),
    .layer_i(16'd6), .prog_i(prog), .cnt_chain_i({req, 45'd0, 16'd6, sel}), .cnt_chain_o({answer, value}), .busy_o(busy),
    .turn_i(turn));

  task word(input last, input [3:0] kind, input [19:0] unit, input [15:0] addr, input [31:0] data);
    @(negedge clk) prog = {1'b1, last, kind, unit, addr, data};
    @(negedge clk) prog = {1'b0, prog[72:0]};
  endtask

  // The table of a lane's group; with `wrong` its words turned over, for someone else. What does not fit comes in front.
  task write(input integer wrong, input [3:0] kind, input [19:0] unit, input integer lane, input integer group);
    integer k;
    word(0, kind, unit, lane, group * Codes);
    for (k = 0; k < Codes; k = k + 1) begin
      word(k == Codes - 1, kind, unit, lane,
           wrong ? ~tables[(group*Lanes+lane)%Held*Codes+k] : tables[(group*Lanes+lane)%Held*Codes+k]);
    end
  endtask

  task program_tables;
    for (i = 0; i < Held * Codes; i = i + 1) tables[i] = $random(seed);
    word(1, 0, 0, 0, 0);
    for (i = 0; i < (Tables != 0 ? Words * Channels : 1); i = i + 1) begin
      write(0, 4, 6, i % Lanes, i / Lanes);
      if (i == 0) begin
        write(1, 4, 7, 0, 0);
        write(1, 4, 20'h10006, 0, 0);
        write(1, 3, 6, 0, 0);
        if (Tables != 0) write(1, 4, 6, Lanes, 0);
      end
    end
    // A record that breaks off, as a frame that ends early leaves it.
    word(0, 4, 6, 0, Codes - 1);
    word(1, 0, 0, 0, 0);
  endtask

  initial begin
    #5 rst_n = 1;
    for (round = 0; round < 2; round = round + 1) begin
      run = 0;
      program_tables;
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
          wanted = tables[c%Held*Codes+u_src.mem[i][c*InBits+:InBits]];
          if (u_snk.mem[i][c*OutBits+:OutBits] !== wanted) begin
            errors = errors + 1;
            if (errors < 4) $display("word %0d channel %0d: %0d, not %0d", i, c, u_snk.mem[i][c*OutBits+:OutBits], wanted);
          end
        end
      end
      if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle != (u_snk.beats - 1) * Groups) errors = errors + 1;
      if (u_snk.words != Total) errors = errors + 1;
    end
    errors = errors + u_snk.errors;
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words", errors, u_snk.words, Total);
    $finish;
  end
endmodule
