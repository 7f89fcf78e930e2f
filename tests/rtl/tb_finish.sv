// SPDX-License-Identifier: Apache-2.0
// xb_finish (xb_collect, xb_requant or xb_pick, xb_words): random sums and constants against docs/numerics.md, windows of images
// whose last step may be partial, beats that may be partial in every step; a step every Slots * max(entries, interval)
// cycles. Where a channel is finished is counted here conversion by conversion.
module tb_finish;
  parameter int Channels = 5;
  parameter int Words = 1;
  parameter int Lanes = 2;
  parameter int Copies = 1;
  parameter int Windows = 5;    // of an image
  parameter int ColTiles = 1;
  parameter int PerArray = 6;
  parameter int Slots = 4;
  parameter int Used = 24;      // conversions of a full column tile
  parameter int UnitUsed = 20;  // ... of a block on the diagonal
  parameter int Columns = 4;    // ... of a channel
  parameter int Interval = 1;
  parameter int Banks = 2;
  parameter int SumBits = 14;
  parameter int Counts = 0;
  parameter int WeightBits = 8;
  parameter int CountWeight = -1;
  localparam int WEIGHT = (CountWeight < 0) ? 1 << (WeightBits - 1) : CountWeight;
  parameter int FracBits = 0;
  parameter int Delta = 37;
  parameter int SumShift = 0;
  parameter int Post = 0;       // 0 scaled, 1 counted by thresholds, 2 sums, 3 codes
  parameter int Rounding = 0;
  parameter int OutBits = Post == 2 ? 32 : Post == 3 ? SumBits : 8;
  parameter int Stall = 30;
  localparam int Parts = (Columns + PerArray - 2) / Columns + 1;
  localparam int CountBits = 12;
  localparam int Images = 6;
  localparam int Steps = (Windows + Copies - 1) / Copies;  // of an image
  localparam int Places = Copies * ColTiles * Parts;
  localparam int Phases = (Places + Lanes - 1) / Lanes;
  localparam int Pace = Phases > Interval ? Phases : Interval;
  localparam int SlotBits = Places * SumBits;
  localparam int StepBits = Counts > 0 ? Copies * Counts * CountBits : CountBits;
  localparam int TilesPerUnit = (UnitUsed + Used - 1) / Used;
  localparam int UnitsPerTile = Used / UnitUsed > 0 ? Used / UnitUsed : 1;
  `include "tb_math.svh"
  logic clk = 0, rst_n = 0, run = 0, ov, orr, step_valid = 0, slot_valid = 0, free;
  logic [SlotBits-1:0] slot_data, sums[0:Images*Steps*Slots-1];
  logic [Words*Channels*OutBits-1:0] od;
  logic [$clog2(Words+1)-1:0] oc;
  logic [StepBits-1:0] step;
  logic [73:0] prog = 0;
  logic [31:0] delta = Delta;
  localparam int Top = (1 << OutBits) - 1;
  localparam int Levels = Post == 1 ? Top : 1;
  localparam int Constants = Post == 0 ? 3 : Post == 1 ? 1 + Levels : 1;  // words of a lane
  logic [15:0] zero = Top * 2 / 5, lo = Top / 25, hi = Top - Top / 50;
  logic [OutBits-1:0] code;
  logic signed [31:0] bias[0:Channels-1], q[0:Channels-1], e[0:Channels-1], threshold[0:Channels*Levels-1];
  logic [CountBits-1:0] counts[0:Images*Windows*(Counts>0?Counts:1)-1];
  integer tile_of[0:Channels-1], slot_of[0:Channels-1], part_of[0:Channels-1];
  integer owner[0:Slots*Phases*Lanes-1];  // the channel of an entry's lane; -1: none
  logic [Levels:0] seen = 0;  // codes that thresholds give
  integer errors = 0, seed = 13, begun = 0, came = 0, credits = Banks, left = 0, pause = 0, i, c, k, n, w, most;
  logic signed [63:0] sum;

  always #1 clk = !clk;
  tb_word_sink #(.Width(Channels * OutBits), .Words(Words), .Image(Windows), .Images(Images),
    .Stall(Stall)) u_snk (clk, run, ov, orr, oc, od);
  xb_finish #(.Channels(Channels), .Words(Words), .Windows(Windows), .Lanes(Lanes), .Copies(Copies), .ColTiles(ColTiles),
    .Parts(Parts), .Slots(Slots), .Interval(Interval), .Banks(Banks), .PerArray(PerArray), .Used(Used), .Columns(Columns),
    .UnitUsed(UnitUsed), .SumBits(SumBits), .Counts(Counts), .CountBits(CountBits), .WeightBits(WeightBits),
    .CountWeight(CountWeight), .FracBits(FracBits), .SumShift(SumShift), .Post(Post), .Rounding(Rounding), .OutBits(OutBits)) dut (.clk_i(clk), .rst_ni(rst_n),
    .layer_i(16'd5), .prog_i(prog), .out_zero_i(zero), .clamp_lo_i(lo), .clamp_hi_i(hi), .delta_i(delta),
    .step_valid_i(step_valid), .step_count_i(step), .slot_valid_i(slot_valid), .slot_data_i(slot_data), .free_o(free),
    .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od));

  // A step begins when a bank is free, and its sums come some cycles later, whatever is behind.
  task advance;
    credits = credits + free;
    step_valid = left == 0 && credits > 0 && begun < Images * Steps && (Stall == 0 || $random(seed) % 2);
    slot_valid = 0;
    slot_data = 'x;
    step = 'x;
    if (left > 0 && pause == 0) begin
      slot_valid = 1;
      slot_data = sums[came];
      came = came + 1;
      left = left - 1;
      pause = Interval;
    end
    if (pause > 0) pause = pause - 1;
    if (step_valid) begin
      for (k = 0; k < Copies * Counts; k = k + 1) begin
        w = begun % Steps * Copies + k / Counts;
        if (w < Windows) step[k*CountBits+:CountBits] = counts[(begun/Steps*Windows+w)*Counts+k%Counts];
      end
      left = Slots;
      begun = begun + 1;
      credits = credits - 1;
    end
  endtask

  task write(input last, input [19:0] unit, input [15:0] addr, input [31:0] data);
    @(negedge clk) prog = {1'b1, last, 4'd3, unit, addr, data};
    @(negedge clk) prog = {1'b0, prog[72:0]};
  endtask

  // What channel c of window i adds up to, in levels.
  task find_sum;
    w = i % Windows;
    sum = $signed(sums[(i/Windows*Steps+w/Copies)*Slots+slot_of[c]]
      [((w%Copies*ColTiles+tile_of[c])*Parts+part_of[c])*SumBits+:SumBits]);
    sum = sum * $signed({32'd0, delta});
    sum = sum <<< SumShift;
    if (FracBits > 0) sum = (sum + (1 << FracBits) / 2) >>> FracBits;
    sum = sum + bias[c];
    if (Counts > 0)
      sum = sum - (WEIGHT << SumShift) * $signed({52'd0, counts[i*Counts+c/(Channels/Counts)]});
  endtask

  // They rise, some not at all; the first may always be reached, the last never.
  task draw_thresholds;
    for (k = 0; k < Levels; k = k + 1) begin
      n = k == 0 ? -(1 << 20) : threshold[c*Levels+k-1];
      threshold[c*Levels+k] = n + ($unsigned($random(seed)) % 3 == 0 ? 0 : $unsigned($random(seed)) % ((1 << 22) / Levels));
    end
    find_sum;  // which one of them equals
    for (k = 0; k < Levels - 1 && threshold[c*Levels+k] < sum; k = k + 1);
    if (k == 0 || threshold[c*Levels+k-1] <= sum) threshold[c*Levels+k] = sum;
    if (c % 4 == 1) threshold[c*Levels] = 32'h80000000;
    if (c % 4 == 2) threshold[c*Levels+Levels-1] = 32'h7fffffff;
  endtask

  // Word n of a channel's constants.
  function [31:0] constant(input integer channel, input integer n);
    if (n == 0) constant = bias[channel];
    else if (Post == 1) constant = threshold[channel*Levels+n-1];
    else constant = n == 1 ? q[channel] : e[channel];
  endfunction

  // A channel is finished in the slot of its last conversion, or in the last slot of the tile that it leaves; it is the
  // part-th channel that has a conversion in that slot.
  task place;
    for (i = 0; i < Slots * Phases * Lanes; i = i + 1) owner[i] = -1;
    for (c = 0; c < Channels; c = c + 1) begin
      n = c * Columns;
      if (TilesPerUnit > 1) begin
        tile_of[c] = n / UnitUsed * TilesPerUnit + n % UnitUsed / Used;
        k = n % UnitUsed % Used;
      end else begin
        tile_of[c] = n / Used;
        k = n % Used;
      end
      slot_of[c] = 0;
      for (w = 0; w < Columns && k + w < Used; w = w + 1) slot_of[c] = (k + w) / PerArray;
      if (k + Columns > Used) slot_of[c] = Slots - 1;
      part_of[c] = c - (n - k + slot_of[c] * PerArray) / Columns;
      for (w = 0; w < Copies; w = w + 1) begin
        k = (w * ColTiles + tile_of[c]) * Parts + part_of[c];
        owner[(slot_of[c]*Phases+k/Lanes)*Lanes+k%Lanes] = c;
      end
    end
  endtask

  initial begin
    place;
    for (i = 0; i < Images * Windows * (Counts > 0 ? Counts : 1); i = i + 1) counts[i] = $random(seed);
    for (i = 0; i < Images * Steps * Slots; i = i + 1) for (k = 0; k < SlotBits; k = k + 1) sums[i][k] = $random(seed);
    for (c = 0; c < Channels; c = c + 1) begin
      bias[c] = $random(seed) >>> 12;
      q[c] = 32'h40000000 | ($random(seed) & 32'h3fffffff);
      e[c] = OutBits - 10 - $clog2(Delta) + FracBits - $unsigned($random(seed)) % 8;
      i = c % Windows;
      draw_thresholds;
    end
    #5 rst_n = 1;
    for (i = 0; i < Slots * Phases * Lanes; i = i + 1) begin
      for (k = 5; k < 7; k = k + 1) begin  // layer 6 is another one
        c = k == 6 ? -1 : owner[i];
        for (w = 0; w < Constants; w = w + 1) begin
          write(i % Lanes == Lanes - 1 && w == Constants - 1, k, i / Lanes, c < 0 ? 0 : constant(c, w));
        end
      end
    end
    @(negedge clk) run = 1;
    for (i = 0; i < 100000 && (i < 4 || u_snk.words < Images * Windows); i = i + 1) begin
      @(negedge clk) advance;
    end
    repeat (20) @(posedge clk);
    for (i = 0; i < Images * Windows; i = i + 1) begin
      w = i % Windows;
      for (c = 0; c < Channels; c = c + 1) begin
        find_sum;
        code = 0;
        if (Post == 0) code = clamped(multiplier(Rounding, sum, {32'd0, q[c]}, e[c]) + zero, lo, hi);
        else if (Post == 2) code = sum;
        else if (Post == 3) code = sums[(i/Windows*Steps+w/Copies)*Slots+slot_of[c]]
          [((w%Copies*ColTiles+tile_of[c])*Parts+part_of[c])*SumBits+:SumBits];
        for (k = 0; Post == 1 && k < Levels; k = k + 1)
          if (sum >= threshold[c*Levels+k] && threshold[c*Levels+k] != 32'h7fffffff) code = code + 1;
        if (Post == 1) seen[code] = 1;
        if (u_snk.mem[i][c*OutBits+:OutBits] !== code) begin
          errors = errors + 1;
          if (errors < 4) $display("window %0d channel %0d: %0d, not %0d (%0d)", i, c,
                                   u_snk.mem[i][c*OutBits+:OutBits], code, sum);
        end
      end
    end
    // A step takes as long as its entries, or as its beats.
    k = (Copies + Words - 1) / Words;
    most = Images * Steps * (k > Slots * Pace ? k : Slots * Pace) + 8;
    if (Stall == 0 && Banks > 2 && u_snk.last_cycle - u_snk.first_cycle > most) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (Post == 1 && OutBits < 5 && seen !== {(Levels + 1) {1'b1}}) errors = errors + 1;
    if (errors == 0 && u_snk.words == Images * Windows) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words in %0d cycles, not %0d", errors, u_snk.words, Images * Windows,
                  u_snk.last_cycle - u_snk.first_cycle, most);
    $finish;
  end
endmodule
