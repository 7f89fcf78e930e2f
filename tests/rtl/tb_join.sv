// SPDX-License-Identifier: Apache-2.0
// xb_join: random terms of conversions, cut into slots and column tiles as xb_arrays cuts them; every channel must leave whole,
// once, where it ends within the tile that it begins in. Slots come back to back or apart and leave in their cycle.
module tb_join;
  parameter int Conversions = 8;    // of an array
  parameter int PerArray = 4;       // ... of a slot
  parameter int Columns = 3;        // ... of a channel
  parameter int UnitUsed = 24;      // ... of a block, a multiple of Columns
  parameter int Units = 1;          // blocks
  parameter int UnitsPerArray = 1;  // several of them where they fit
  parameter int SumBits = 12;
  parameter int Spare = 0;          // parts more than any slot has
  localparam int Together = UnitsPerArray * UnitUsed;
  localparam int Full = Together < Conversions ? Together : Conversions;  // of a full column tile
  localparam int UnitTiles = (UnitUsed + Full - 1) / Full;
  localparam int ColTiles = UnitsPerArray > 1 ? (Units + UnitsPerArray - 1) / UnitsPerArray : Units * UnitTiles;
  localparam int Slots = (Full + PerArray - 1) / PerArray;
  localparam int Total = Units * UnitUsed;
  localparam int Steps = 16;
  localparam int Latency = UnitUsed > Full && Full % Columns != 0 ? 2 : Slots > 1 && PerArray % Columns != 0 ? 1 : 0;
  // The most channels that a slot has a part of: conversions begin and end anywhere in a tile, and in a slot of it.
  function automatic integer most_parts(input integer spare);
    integer t, s, begins, ends, tile_ends;
    most_parts = 1;
    for (t = 0; t < ColTiles; t = t + 1) begin
      begins = UnitsPerArray > 1 ? t * Together : t / UnitTiles * UnitUsed + t % UnitTiles * Full;
      tile_ends = UnitsPerArray > 1 ? Total : (t / UnitTiles + 1) * UnitUsed;
      if (tile_ends > begins + Full) tile_ends = begins + Full;
      for (s = 0; s < Slots; s = s + 1) begin
        ends = begins + PerArray < tile_ends ? begins + PerArray : tile_ends;
        if (begins < ends && (ends - 1) / Columns - begins / Columns + 1 > most_parts)
          most_parts = (ends - 1) / Columns - begins / Columns + 1;
        begins = begins + PerArray;
      end
    end
    most_parts = most_parts + spare;
  endfunction
  localparam int Parts = most_parts(Spare);
  logic clk = 0, rst_n = 0, valid = 0, out_valid;
  logic [2:0] due = 0;  // slots that came in this cycle and in the ones before
  logic [ColTiles*Parts*SumBits-1:0] data, sums;
  logic [SumBits-1:0] term[0:Steps*Total-1], want, got;
  integer tile_base[0:ColTiles-1], tile_used[0:ColTiles-1];
  integer errors = 0, seed = 19, came = 0, left = 0, checked = 0, base, channel, place, i, j, k, t;

  always #5 clk = !clk;
  xb_join #(.ColTiles(ColTiles), .Parts(Parts), .SumBits(SumBits), .Slots(Slots), .PerArray(PerArray), .Used(Full),
    .Columns(Columns), .UnitUsed(UnitUsed)) dut (.clk_i(clk), .rst_ni(rst_n), .valid_i(valid), .data_i(data),
    .valid_o(out_valid), .data_o(sums));

  task cut_tiles;
    for (t = 0; t < ColTiles; t = t + 1) begin
      tile_base[t] = UnitsPerArray > 1 ? t * Together : t / UnitTiles * UnitUsed + t % UnitTiles * Full;
      tile_used[t] = (UnitsPerArray > 1 ? Total : (t / UnitTiles + 1) * UnitUsed) - tile_base[t];
      if (tile_used[t] > Full) tile_used[t] = Full;
    end
  endtask

  // Sums of the next slot: a channel without a conversion in it has a part of 0.
  task draw_slot;
    data = 0;
    for (t = 0; t < ColTiles; t = t + 1) begin
      base = tile_base[t] + came % Slots * PerArray;
      for (j = 0; j < PerArray && base + j < tile_base[t] + tile_used[t]; j = j + 1) begin
        place = (t * Parts + (base + j) / Columns - base / Columns) * SumBits;
        data[place+:SumBits] = data[place+:SumBits] + term[came/Slots*Total+base+j];
      end
    end
    came = came + 1;
  endtask

  task check_channel;
    t = 0;
    while (channel * Columns >= tile_base[t] + tile_used[t]) t = t + 1;
    j = channel * Columns + Columns - 1 - tile_base[t];  // its last conversion in this tile
    if (j >= Full) j = Full - 1;
    if (j / PerArray == left % Slots) begin
      want = 0;
      for (k = 0; k < Columns; k = k + 1) want = want + term[left/Slots*Total+channel*Columns+k];
      place = t * Parts + channel - (tile_base[t] + left % Slots * PerArray) / Columns;
      got = sums[place*SumBits+:SumBits];
      checked = checked + 1;
      if (got !== want) begin
        errors = errors + 1;
        if (errors < 4) $display("step %0d slot %0d channel %0d: %h, not %h", left / Slots, left % Slots, channel, got, want);
      end
    end
  endtask

  initial begin
    cut_tiles;
    for (i = 0; i < Steps * Total; i = i + 1) term[i] = $random(seed);
    data = 'x;
    #18 rst_n = 1;
    for (i = 0; i < 40 * Steps * Slots && left < Steps * Slots; i = i + 1) begin
      @(negedge clk);
      valid = came < Steps * Slots && (came / Slots % 2 == 0 || $random(seed) % 3 == 0);
      data = 'x;
      if (valid) draw_slot;
      due = {due[1:0], valid};
      #1;
      if (out_valid !== due[Latency]) begin
        errors = errors + 1;
        if (errors < 4) $display("slot %0d: valid %b, not %b", left, out_valid, due[Latency]);
      end
      if (due[Latency]) begin
        for (channel = 0; channel < Total / Columns; channel = channel + 1) check_channel;
        left = left + 1;
      end
    end
    if (errors == 0 && left == Steps * Slots && checked == Steps * (Total / Columns)) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d slots, %0d channels", errors, left, Steps * Slots, checked);
    $finish;
  end
endmodule
