// SPDX-License-Identifier: Apache-2.0
// Column sums in order: the slots of a step come in; a finished step moves on and leaves as entries of Lanes
// channels, Words copies at a time (the last of a step may be fewer), every channel with its columns.
module xb_collect #(
    parameter int Copies      = 1,   // 1..
    parameter int Words       = 1,   // copies that leave side by side, 1..Copies
    parameter int ColTiles    = 1,   // 1..
    parameter int PerArray    = 16,  // sums of a slot, 1..
    parameter int Slots       = 8,   // slots of a step, 1..
    parameter int Used        = 128, // conversions in use of a full column tile, 1..Slots*PerArray
    parameter int Channels    = 16,  // output channels, 1..
    parameter int Columns     = 8,   // conversions of one channel, 1..
    parameter int Lanes       = 2,   // channels of an entry and word, 1..Channels
    parameter int SumBits     = 26,  // signed width of a column sum
    parameter int UnitUsed    = Channels * Columns,  // conversions of a block on the diagonal
    localparam int ENTRIES    = (Channels + Lanes - 1) / Lanes,
    localparam int COUNT_BITS = $clog2(Words + 1)
) (
    input  logic                                         clk_i,
    input  logic                                         rst_ni,
    input  logic                                         slot_valid_i,  // all copies and column tiles
    output logic                                         slot_ready_o,
    input  logic [Copies*ColTiles*PerArray*SumBits-1:0]  slot_data_i,
    output logic                                         step_o,        // a step moves on
    input  logic [                           Copies-1:0] step_active_i, // copies that had a window
    output logic                                         entry_valid_o,
    input  logic                                         entry_ready_i,
    output logic                                         entry_last_o,  // last entry of its words
    output logic [                                 15:0] entry_o,       // number of the entry in its words
    output logic [                                 15:0] entry_turn_o,  // words are of copies turn * Words and up
    output logic [                       COUNT_BITS-1:0] entry_count_o, // ... that had a window, 1..Words
    output logic [      Words*Lanes*Columns*SumBits-1:0] entry_data_o   // what lies beyond has no meaning
);

  localparam int SLOT = PerArray * SumBits;        // bits of a slot of one column tile
  localparam int SUMS = Used * SumBits;            // ... of a column tile's sums that are looked at
  localparam int LAST = (Used - 1) / PerArray;     // slot of the last of them
  localparam int WHOLE = (SUMS < SLOT) ? SUMS : SLOT;  // bits of a slot before it
  localparam int ENTRY = Lanes * Columns * SumBits;
  localparam int SKIP = ENTRY / SUMS;              // an entry is so many column tiles
  localparam int REST = ENTRY % SUMS;              // ... and so many bits
  localparam int SLOT_BITS = (Copies * ColTiles * Slots > 1) ? $clog2(Copies * ColTiles * Slots) : 1;
  localparam int COPY_BITS = (Copies * ColTiles > 1) ? $clog2(Copies * ColTiles) : 1;

  // A block that takes several column tiles leaves a gap in its last one; sums move on without gaps.
  localparam int ALL = Channels * Columns;
  localparam int TILES_PER_UNIT = (UnitUsed + Used - 1) / Used;
  localparam bit GAPS = UnitUsed < ALL && TILES_PER_UNIT > 1 && UnitUsed % Used != 0;

  // Arrays, so that a simulation touches only what changes.
  logic [SLOT-1:0] slots_q[Copies*ColTiles*Slots];
  logic [SUMS-1:0] held_q[Copies*ColTiles];
  logic [9:0] count_q;   // slots noted
  logic full_q, valid_q;
  logic [15:0] left_q;   // copies still to give, those of the current turn included
  logic accept, take, word_done, empties;

  assign word_done = entry_o == 16'(ENTRIES - 1);
  assign take = valid_q && entry_ready_i;
  assign empties = take && word_done && left_q <= 16'(Words);
  assign step_o = full_q && (!valid_q || empties);
  assign slot_ready_o = !full_q || step_o;
  assign accept = slot_valid_i && slot_ready_o;
  assign entry_valid_o = valid_q;
  assign entry_last_o = word_done;
  assign entry_count_o = (left_q < 16'(Words)) ? COUNT_BITS'(left_q) : COUNT_BITS'(Words);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
      full_q  <= 1'b0;
    end else begin
      if (accept) count_q <= (count_q == 10'(Slots - 1)) ? '0 : count_q + 1'b1;
      if (accept && count_q == 10'(Slots - 1)) full_q <= 1'b1;
      else if (step_o) full_q <= 1'b0;
    end
  end

  // The slot of a copy, over all column tiles, that brings a conversion.
  function automatic [31:0] slot_of(input [31:0] conversion);
    slot_of = (conversion / UnitUsed * TILES_PER_UNIT + conversion % UnitUsed / Used) * Slots
              + conversion % UnitUsed % Used / PerArray;
  endfunction

  // Slots are noted one by one. The sums of a finished step, column tile after column tile, move on together and
  // leave from below; what lies beyond the last channel is never looked at.
  for (genvar c = 0; c < Copies; c++) begin : g_copy
    for (genvar t = 0; t < ColTiles; t++) begin : g_tile
      localparam int PLACE = c * ColTiles + t;
      localparam int HERE = (t + SKIP < ColTiles) ? PLACE + SKIP : PLACE;
      localparam int ABOVE = (t + SKIP + 1 < ColTiles) ? PLACE + SKIP + 1 : PLACE;

      always_ff @(posedge clk_i) begin
        if (accept) slots_q[SLOT_BITS'(PLACE*Slots+32'(count_q))] <= slot_data_i[PLACE*SLOT+:SLOT];
      end

      always_ff @(posedge clk_i) begin : move
        logic [SUMS-1:0] sums;
        if (step_o) begin
          if (GAPS) begin
            for (int x = 0; x < Used; x++) begin  // the conversion t * Used + x of the copy
              sums[x*SumBits+:SumBits] = slots_q[c*ColTiles*Slots+slot_of((t*Used+x)%ALL)][
                  (t*Used+x)%ALL%UnitUsed%Used%PerArray*SumBits+:SumBits];
            end
          end else begin
            for (int s = 0; s < LAST; s++) sums[s*SLOT+:WHOLE] = slots_q[PLACE*Slots+s][WHOLE-1:0];
            sums[SUMS-1:LAST*SLOT] = slots_q[PLACE*Slots+LAST][SUMS-LAST*SLOT-1:0];
          end
          held_q[PLACE] <= sums;
        end else if (take && entry_turn_o == 16'(c / Words)) begin
          held_q[PLACE] <= SUMS'({held_q[ABOVE], held_q[HERE]} >> REST);
        end
      end
    end
  end

  // The last turn may have fewer copies than words; what stands in for them is never looked at.
  function automatic [31:0] copy_of(input [15:0] turn, input [31:0] word);
    copy_of = 32'(turn) * Words + word;
    if (copy_of >= Copies) copy_of = 0;
  endfunction

  for (genvar w = 0; w < Words; w++) begin : g_word
    for (genvar t = 0; t <= SKIP; t++) begin : g_part
      localparam int BITS = (t < SKIP) ? SUMS : REST;
      if (BITS > 0 && t < ColTiles) begin : g_bits
        assign entry_data_o[w*ENTRY+t*SUMS+:BITS] =
            held_q[COPY_BITS'(copy_of(entry_turn_o, w)*ColTiles+t)][BITS-1:0];
      end else if (BITS > 0) begin : g_beyond
        assign entry_data_o[w*ENTRY+t*SUMS+:BITS] = BITS'(0);
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q      <= 1'b0;
      left_q       <= '0;
      entry_o      <= '0;
      entry_turn_o <= '0;
    end else if (step_o) begin
      valid_q      <= 1'b1;
      left_q       <= 16'($countones(step_active_i));
      entry_o      <= '0;
      entry_turn_o <= '0;
    end else if (take) begin
      valid_q <= !empties;
      entry_o <= word_done ? '0 : entry_o + 1'b1;
      if (word_done) begin
        left_q       <= left_q - 16'(Words);
        entry_turn_o <= empties ? '0 : entry_turn_o + 1'b1;
      end
    end
  end

endmodule
