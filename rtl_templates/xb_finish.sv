// SPDX-License-Identifier: Apache-2.0
// What follows the arrays of a layer: column sums in order, channels, output codes. What is known of a step when its
// windows are driven waits here for its sums.
module xb_finish #(
    parameter int Channels    = 4,   // output channels, 1..
    parameter int Words       = 1,   // most words of an output beat, 1..Copies
    parameter int Lanes       = 1,   // channels of a word per cycle, 1..Channels
    parameter int Copies      = 1,   // 1..
    parameter int ColTiles    = 1,   // as xb_collect
    parameter int PerArray    = 8,
    parameter int Slots       = 4,
    parameter int Used        = 32,
    parameter int Columns     = 8,   // conversions of one channel, 1..
    parameter int SumBits     = 20,
    parameter int Slices      = 4,   // as xb_requant
    parameter int CellBits    = 2,
    parameter int Encoding    = 0,
    parameter int Analog      = 0,
    parameter int Counts      = 0,   // digital counts of a window: 0, or one for each block of the diagonal
    parameter int CountBits   = 16,
    parameter int WeightBits  = 8,
    parameter int UnitUsed    = Channels * Columns,  // as xb_collect
    parameter int Rounding    = 0,
    parameter int OutBits     = 8,
    parameter int StepsInside = 4,   // steps between their windows and their sums, 1..
    localparam int BEAT_BITS = $clog2(Words + 1),
    localparam int STEP_BITS = Copies + Copies * Counts * CountBits
) (
    input  logic                                        clk_i,
    input  logic                                        rst_ni,
    input  logic [                                15:0] layer_i,
    input  logic [                                73:0] prog_i,
    input  logic [                                15:0] out_zero_i,
    input  logic [                                15:0] clamp_lo_i,
    input  logic [                                15:0] clamp_hi_i,
    input  logic [                                31:0] delta_i,
    input  logic                                        step_valid_i,  // a step begins
    input  logic [                       STEP_BITS-1:0] step_i,        // {digital counts, copies that have a window}
    input  logic                                        slot_valid_i,  // sums of a slot, all copies and column tiles
    output logic                                        slot_ready_o,
    input  logic [Copies*ColTiles*PerArray*SumBits-1:0] slot_data_i,
    output logic                                        out_valid_o,
    input  logic                                        out_ready_i,
    output logic [                       BEAT_BITS-1:0] out_count_o,
    output logic [          Words*Channels*OutBits-1:0] out_data_o
);

  localparam int TERMS = (Counts > 0) ? Counts : 1;

  logic [STEP_BITS-1:0] step;
  logic step_done, unused_ready, unused_valid;
  logic entry_valid, entry_ready, entry_last;
  logic [15:0] entry, entry_turn;
  logic [BEAT_BITS-1:0] entry_count;
  logic [Words*Lanes*Columns*SumBits-1:0] entry_data;
  logic [Copies*TERMS*CountBits-1:0] count_q;

  xb_fifo #(
      .Width(STEP_BITS),
      .Depth(StepsInside > 1 ? StepsInside : 2)
  ) u_steps (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (step_valid_i),
      .in_ready_o (unused_ready),
      .in_data_i  (step_i),
      .out_valid_o(unused_valid),
      .out_ready_i(step_done),
      .out_data_o (step)
  );

  xb_collect #(
      .Copies  (Copies),
      .Words   (Words),
      .ColTiles(ColTiles),
      .PerArray(PerArray),
      .Slots   (Slots),
      .Used    (Used),
      .Channels(Channels),
      .Columns (Columns),
      .Lanes   (Lanes),
      .SumBits (SumBits),
      .UnitUsed(UnitUsed)
  ) u_collect (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .slot_valid_i (slot_valid_i),
      .slot_ready_o (slot_ready_o),
      .slot_data_i  (slot_data_i),
      .step_o       (step_done),
      .step_active_i(step[Copies-1:0]),
      .entry_valid_o(entry_valid),
      .entry_ready_i(entry_ready),
      .entry_last_o (entry_last),
      .entry_o      (entry),
      .entry_turn_o (entry_turn),
      .entry_count_o(entry_count),
      .entry_data_o (entry_data)
  );

  if (Counts > 0) begin : g_counts
    always_ff @(posedge clk_i) if (step_done) count_q <= step[STEP_BITS-1:Copies];
  end else begin : g_no_counts
    assign count_q = '0;
  end

  xb_requant #(
      .Channels  (Channels),
      .Words     (Words),
      .Lanes     (Lanes),
      .Columns   (Columns),
      .Slices    (Slices),
      .CellBits  (CellBits),
      .Encoding  (Encoding),
      .Analog    (Analog),
      .SumBits   (SumBits),
      .Copies    (Copies),
      .Counts    (TERMS),
      .CountBits (CountBits),
      .WeightBits(WeightBits),
      .Rounding  (Rounding),
      .OutBits   (OutBits)
  ) u_requant (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .layer_i      (layer_i),
      .prog_i       (prog_i),
      .out_zero_i   (out_zero_i),
      .clamp_lo_i   (clamp_lo_i),
      .clamp_hi_i   (clamp_hi_i),
      .delta_i      (delta_i),
      .entry_valid_i(entry_valid),
      .entry_ready_o(entry_ready),
      .entry_last_i (entry_last),
      .entry_i      (entry),
      .entry_turn_i (entry_turn),
      .entry_count_i(entry_count),
      .entry_data_i (entry_data),
      .count_i      (count_q),
      .out_valid_o  (out_valid_o),
      .out_ready_i  (out_ready_i),
      .out_count_o  (out_count_o),
      .out_data_o   (out_data_o)
  );

endmodule
