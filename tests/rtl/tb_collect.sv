// SPDX-License-Identifier: Apache-2.0
// xb_collect: every sum of every entry of active copies against the slots that brought it; sums that no channel has,
// and those of copies without a window, are unknown; a step every max(slots, entries) cycles.
module tb_collect;
  parameter int Copies = 1;
  parameter int Words = 1;
  parameter int ColTiles = 1;
  parameter int PerArray = 4;
  parameter int Slots = 3;
  parameter int Used = 12;
  parameter int Channels = 5;
  parameter int Columns = 2;
  parameter int Lanes = 2;
  parameter int SumBits = 9;
  parameter int UnitUsed = Channels * Columns;
  parameter int Stall = 30;
  localparam int UnitTiles = (UnitUsed + Used - 1) / Used;
  localparam int Steps = 60;
  localparam int Entries = (Channels + Lanes - 1) / Lanes;
  localparam int SlotBits = Copies * ColTiles * PerArray * SumBits;
  logic clk = 0, rst_n = 0, run = 0, ready = 0, done = 0, waiting = 0;
  logic iv, ir, step, valid, last;
  logic [SlotBits-1:0] id;
  logic [Words*Lanes*Columns*SumBits-1:0] data, data_before;
  logic [15:0] entry, turn;
  logic [$clog2(Words+1)-1:0] count;
  logic [SumBits-1:0] sum;
  integer active[0:Steps-1];
  integer errors = 0, seed = 6, moved = 0, s = 0, t = 0, e = 0, cycle = 0, most, i, k, c, w;

  always #1 clk = !clk;
  tb_source #(.Width(SlotBits), .Words(Steps * Slots), .Stall(Stall)) u_src (clk, run, iv, ir, id);
  xb_collect #(.Copies(Copies), .Words(Words), .ColTiles(ColTiles), .PerArray(PerArray), .Slots(Slots), .Used(Used),
    .Channels(Channels), .Columns(Columns), .Lanes(Lanes), .SumBits(SumBits), .UnitUsed(UnitUsed)) dut (.clk_i(clk), .rst_ni(rst_n),
    .slot_valid_i(iv === 1'b1), .slot_ready_o(ir), .slot_data_i(id), .step_o(step),
    .step_active_i(step ? {Copies{1'b1}} >> (Copies - active[moved]) : {Copies{1'bx}}), .entry_valid_o(valid),
    .entry_ready_i(ready), .entry_last_o(last), .entry_o(entry), .entry_turn_o(turn), .entry_count_o(count),
    .entry_data_o(data));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("step %0d turn %0d entry %0d: word %0d sum %0d (%0d)", s, t, e, w, k, what);
  endtask

  // Each unit begins a column tile: conversion k of it is conversion k % Used of its column tile k / Used.
  function automatic integer place(input integer copy, input integer conversion);
    place = ((copy * ColTiles + conversion / UnitUsed * UnitTiles + conversion % UnitUsed / Used) * PerArray
             + conversion % UnitUsed % Used % PerArray) * SumBits;
  endfunction

  task check_entry;
    if (entry !== e || turn !== t || last !== (e == Entries - 1)) wrong(1);
    if (count !== (active[s] - t * Words < Words ? active[s] - t * Words : Words)) wrong(7);
    for (w = 0; w < Words && t * Words + w < active[s]; w = w + 1) begin
      for (k = e * Lanes * Columns; k < (e + 1) * Lanes * Columns && k < Channels * Columns; k = k + 1) begin
        sum = u_src.mem[s*Slots+k%UnitUsed%Used/PerArray][place(t*Words+w, k)+:SumBits];
        if (data[(w*Lanes*Columns+k-e*Lanes*Columns)*SumBits+:SumBits] !== sum) wrong(2);
      end
    end
  endtask

  always @(posedge clk) if (run) begin
    cycle <= cycle + 1;
    ready <= $unsigned($random(seed)) % 100 >= Stall;
    if (step) moved <= moved + 1;
    if (valid !== 1'b0 && valid !== 1'b1) wrong(3);
    if (waiting && (!valid || data !== data_before)) wrong(4);
    waiting <= valid && !ready;
    data_before <= data;
    if (valid && done) wrong(5);
    if (valid && ready && !done) begin
      check_entry;
      e = e + 1;
      if (e == Entries) begin
        e = 0;
        t = t + 1;
      end
      if (t * Words >= active[s]) begin
        t = 0;
        s = s + 1;
      end
      done <= s == Steps;
    end
  end

  initial begin
    most = Slots + Entries * Copies + 8;
    for (i = 0; i < Steps; i = i + 1) begin
      active[i] = i % 3 == 0 ? 1 + $unsigned($random(seed)) % Copies : Copies;
      k = (active[i] + Words - 1) / Words * Entries;
      most = most + (k > Slots ? k : Slots);
    end
    #1;
    for (i = 0; i < Steps * Slots; i = i + 1) begin
      for (c = 0; c < Copies * ColTiles; c = c + 1) begin
        for (k = 0; k < PerArray; k = k + 1) begin
          w = i % Slots * PerArray + k;  // number in its column tile
          if (w >= Used || c % ColTiles % UnitTiles * Used + w >= UnitUsed || c % ColTiles / UnitTiles * UnitUsed >= Channels * Columns || c / ColTiles >= active[i/Slots])
            u_src.mem[i][(c*PerArray+k)*SumBits+:SumBits] = 'x;
        end
      end
    end
    #4 rst_n = 1;
    @(negedge clk) run = 1;
    while (!done && cycle < 50000) @(posedge clk);
    if (Stall == 0 && cycle > most) wrong(6);
    repeat (20) @(posedge clk);
    if (errors == 0 && s == Steps && moved == Steps) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d steps in %0d cycles, not %0d", errors, s, Steps, cycle, most);
    $finish;
  end
endmodule
