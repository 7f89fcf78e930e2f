// SPDX-License-Identifier: Apache-2.0
// Column sums in order: the slots of a step shift in, one register per copy and column tile; a finished
// step moves on and leaves as entries of Lanes channels, copy by copy, every channel with its columns.
module xb_collect #(
    parameter int Copies      = 1,   // 1..
    parameter int ColTiles    = 1,   // 1..
    parameter int PerArray    = 16,  // sums of a slot, 1..
    parameter int Slots       = 8,   // slots of a step, 1..
    parameter int Used        = 128, // conversions in use of a full column tile, 1..Slots*PerArray
    parameter int Channels    = 16,  // output channels, 1..
    parameter int Columns     = 8,   // conversions of one channel, 1..
    parameter int Lanes       = 2,   // channels of an entry, 1..Channels
    parameter int SumBits     = 26,  // signed width of a column sum
    localparam int ENTRIES    = (Channels + Lanes - 1) / Lanes
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
    output logic                                         entry_last_o,  // last entry of a word
    output logic [                                 15:0] entry_o,       // number of the entry in its word
    output logic [                                 15:0] entry_copy_o,
    output logic [            Lanes*Columns*SumBits-1:0] entry_data_o
);

  localparam int TILE = Slots * PerArray * SumBits;       // bits of a column tile's register
  localparam int SUMS = ColTiles * Used * SumBits;        // bits of a copy's sums
  localparam int ENTRY = Lanes * Columns * SumBits;
  localparam int SECTION = (SUMS > ENTRIES * ENTRY) ? SUMS : ENTRIES * ENTRY;  // ... and of its place

  logic [TILE-1:0] shift_q[Copies*ColTiles];
  logic [Copies*ENTRY-1:0] copy_entry;  // what each copy would give next
  logic [9:0] count_q;              // slots shifted in
  logic full_q, valid_q;
  logic [15:0] copies_q;            // copies still to give, the current one included
  logic accept, take, word_done, empties;

  assign word_done = entry_o == 16'(ENTRIES - 1);
  assign take = valid_q && entry_ready_i;
  assign empties = take && word_done && copies_q == 16'd1;
  assign step_o = full_q && (!valid_q || empties);
  assign slot_ready_o = !full_q || step_o;
  assign accept = slot_valid_i && slot_ready_o;
  assign entry_valid_o = valid_q;
  assign entry_last_o = word_done;
  assign entry_data_o = copy_entry[32'(entry_copy_o)*ENTRY+:ENTRY];

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

  // A copy: slots shift into the registers of its column tiles; the used sums of a finished step move on
  // side by side and leave from below. What lies beyond the last channel is never looked at.
  for (genvar c = 0; c < Copies; c++) begin : g_copy
    logic [SECTION-1:0] held_q;

    for (genvar t = 0; t < ColTiles; t++) begin : g_tile
      localparam int PLACE = (c * ColTiles + t) * PerArray * SumBits;
      if (Slots == 1) begin : g_one
        always_ff @(posedge clk_i) if (accept) shift_q[c*ColTiles+t] <= slot_data_i[PLACE+:TILE];
      end else begin : g_many
        always_ff @(posedge clk_i) begin
          if (accept) begin
            shift_q[c*ColTiles+t] <= {slot_data_i[PLACE+:PerArray*SumBits],
                                      shift_q[c*ColTiles+t][TILE-1:PerArray*SumBits]};
          end
        end
      end
    end

    always_ff @(posedge clk_i) begin
      if (step_o) begin
        for (int t = 0; t < ColTiles; t++) begin
          held_q[t*Used*SumBits+:Used*SumBits] <= shift_q[c*ColTiles+t][Used*SumBits-1:0];
        end
      end else if (take && entry_copy_o == 16'(c)) begin
        held_q <= held_q >> ENTRY;
      end
    end
    assign copy_entry[c*ENTRY+:ENTRY] = held_q[ENTRY-1:0];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q      <= 1'b0;
      copies_q     <= '0;
      entry_o      <= '0;
      entry_copy_o <= '0;
    end else if (step_o) begin
      valid_q      <= 1'b1;
      copies_q     <= 16'($countones(step_active_i));
      entry_o      <= '0;
      entry_copy_o <= '0;
    end else if (take) begin
      valid_q <= !empties;
      entry_o <= word_done ? '0 : entry_o + 1'b1;
      if (word_done) begin
        copies_q     <= copies_q - 1'b1;
        entry_copy_o <= empties ? '0 : entry_copy_o + 1'b1;
      end
    end
  end

endmodule
