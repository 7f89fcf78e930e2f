// SPDX-License-Identifier: Apache-2.0
// xb_collect: steps of random sums, each begun as soon as a bank is free or later; the lanes behind stand still at random.
// Every slot leaves once, in order, for as many entries as it needs, and a bank is free in time for the next step.
module tb_collect;
  parameter int Width = 40;
  parameter int Slots = 5;
  parameter int Banks = 2;
  parameter int Phases = 3;
  parameter int Interval = 1;  // cycles from a slot to the next as they come
  parameter int Stall = 30;
  localparam int Pace = Phases > Interval ? Phases : Interval;
  localparam int Steps = 40;
  localparam int Entries = Slots * Phases;
  localparam int EntryBits = Entries > 1 ? $clog2(Entries) : 1;
  localparam int PhaseBits = Phases > 1 ? $clog2(Phases) : 1;
  logic clk = 0, rst_n = 0, en = 0, slot_valid = 0, free, valid, last;
  logic [Width-1:0] slot_data, data;
  logic [EntryBits-1:0] entry;
  logic [PhaseBits-1:0] phase;
  logic [Width-1:0] sums[0:Steps*Slots-1];
  integer errors = 0, seed = 41, credits = Banks, came = 0, pause = 0, left = 0, at = 0, cycles = 0, begun = 0, limit, i;

  always #5 clk = !clk;
  xb_collect #(.Width(Width), .Slots(Slots), .Banks(Banks), .Phases(Phases), .Pace(Pace)) dut (.clk_i(clk), .rst_ni(rst_n),
    .slot_valid_i(slot_valid), .slot_data_i(slot_data), .free_o(free), .en_i(en), .entry_valid_o(valid), .entry_last_o(last),
    .entry_o(entry), .entry_phase_o(phase), .entry_data_o(data));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("entry %0d (%0d): %0d of phase %0d, last %b, %h", at, what, entry, phase, last, data);
  endtask

  // What leaves, when it moves on.
  task check;
    if (valid && at >= came * Phases) wrong(1);
    else if (valid) begin
      if (entry !== at % Entries || phase !== at % Phases || last !== (at % Entries == Entries - 1)) wrong(2);
      if (data !== sums[at/Phases]) wrong(3);
    end
    if (valid && en) at = at + 1;
  endtask

  initial begin
    for (i = 0; i < Steps * Slots; i = i + 1) sums[i] = {(Width + 31) / 32{$random(seed)}};
    #18 rst_n = 1;
    for (cycles = 0; cycles < 100 * Steps * Slots * Pace && at < Steps * Entries; cycles = cycles + 1) begin
      @(negedge clk);
      en = $unsigned($random(seed)) % 100 >= Stall;
      #1 check;
      if (free) credits = credits + 1;
      if (credits > Banks) wrong(4);
      // A step that has begun comes to its end, whatever is behind.
      slot_valid = 0;
      slot_data = 'x;
      if (left == 0 && begun < Steps && credits > 0 && (Stall == 0 || $random(seed) % 2)) begin
        left = Slots;
        pause = 0;
        begun = begun + 1;
        credits = credits - 1;
      end
      if (left > 0 && pause == 0) begin
        slot_valid = 1;
        slot_data = sums[came];
        came = came + 1;
        left = left - 1;
        pause = Interval;
      end
      if (pause > 0) pause = pause - 1;
    end
    limit = Steps * Slots * Pace + Slots * Interval + 10;
    if (Stall == 0 && Banks > 1 && Slots * Pace >= Slots * Interval + 4 && cycles > limit) wrong(5);
    repeat (4) @(negedge clk) if (valid && en) errors = errors + (at >= Steps * Entries);
    if (errors == 0 && at == Steps * Entries) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d entries in %0d cycles, not %0d", errors, at, Steps * Entries, cycles, limit);
    $finish;
  end
endmodule
