// SPDX-License-Identifier: Apache-2.0
// What follows the arrays of a layer: banks of sums, requantization, words. What is known of a step when its windows are
// driven (the digital counts) waits here for its sums. Only this part of a layer stands still while nobody takes its
// output; free_o gives a bank back.
module xb_finish #(
    parameter int Channels    = 4,   // sums of a window: output channels, for each of its outputs
    parameter int Outputs     = 1,   // as xb_words
    parameter int Split       = 0,
    parameter int Words       = 1,
    parameter int Windows     = 16,
    parameter int Lanes       = 1,   // as xb_requant
    parameter int Copies      = 1,
    parameter int ColTiles    = 1,
    parameter int Parts       = 1,
    parameter int Slots       = 4,
    parameter int Interval    = 1,   // cycles between two slots
    parameter int Banks       = 2,   // as xb_collect
    parameter int PerArray    = 8,
    parameter int Used        = 32,
    parameter int Columns     = 8,
    parameter int UnitUsed    = Channels * Columns,
    parameter int SumBits     = 26,
    parameter int Counts      = 0,   // digital counts of a copy, as xb_requant
    parameter int CountBits   = 16,
    parameter int WeightBits  = 8,
    parameter int CountWeight = -1,  // as xb_requant
    parameter int FracBits    = 0,
    parameter int SumShift    = 0,
    parameter int Post        = 0,   // as xb_post, or 3: sums are codes, of OutBits
    parameter int Rounding    = 0,
    parameter int OutBits     = 8,
    localparam int WORD       = ((Split != 0) ? Channels / Outputs : Channels) * OutBits,
    localparam int BEAT_BITS  = $clog2(Words + 1),
    localparam int SLOT       = Copies * ColTiles * Parts * SumBits,
    localparam int COUNT      = (Counts > 0) ? Copies * Counts * CountBits : CountBits
) (
    input  logic                               clk_i,
    input  logic                               rst_ni,
    input  logic [                       15:0] layer_i,
    input  logic [                       73:0] prog_i,
    input  logic [                       15:0] out_zero_i,
    input  logic [                       15:0] clamp_lo_i,
    input  logic [                       15:0] clamp_hi_i,
    input  logic [                       31:0] delta_i,
    input  logic                               step_valid_i,  // a step begins
    input  logic [                  COUNT-1:0] step_count_i,  // its digital counts
    input  logic                               slot_valid_i,  // sums of a slot, all copies and column tiles
    input  logic [                   SLOT-1:0] slot_data_i,
    output logic                               free_o,
    output logic                               out_valid_o,
    input  logic                               out_ready_i,
    output logic [              BEAT_BITS-1:0] out_count_o,
    output logic [             Words*WORD-1:0] out_data_o
);

  localparam int PHASES = (Copies * ColTiles * Parts + Lanes - 1) / Lanes;
  localparam int PACE = (PHASES > Interval) ? PHASES : Interval;
  localparam int PHASE_BITS = (PHASES > 1) ? $clog2(PHASES) : 1;
  localparam int ENTRY_BITS = (Slots * PHASES > 1) ? $clog2(Slots * PHASES) : 1;

  logic en, entry_valid, entry_last, code_valid, code_last;
  logic [ENTRY_BITS-1:0] entry;
  logic [PHASE_BITS-1:0] entry_phase, code_phase;
  logic [SLOT-1:0] entry_data;
  logic [Lanes*OutBits-1:0] code_data;
  logic [COUNT-1:0] count;

  if (Counts > 0) begin : g_counts
    logic unused_ready, unused_valid;
    xb_fifo #(
        .Width(COUNT),
        .Depth(Banks + 1)  // a bank is free while its last entries are still worked on
    ) u_steps (
        .clk_i      (clk_i),
        .rst_ni     (rst_ni),
        .in_valid_i (step_valid_i),
        .in_ready_o (unused_ready),
        .in_data_i  (step_count_i),
        .out_valid_o(unused_valid),
        .out_ready_i(en && entry_valid && entry_last),
        .out_data_o (count)
    );

`ifdef XB_ASSERT
    always @(posedge clk_i) begin
      if (step_valid_i && !unused_ready) $error("the counts of a step are lost");
    end
`endif
  end else begin : g_no_counts
    logic unused_step;
    assign unused_step = &{1'b0, step_valid_i, step_count_i};
    assign count = '0;
  end

  xb_collect #(
      .Width (SLOT),
      .Slots (Slots),
      .Banks (Banks),
      .Phases(PHASES),
      .Pace  (PACE)
  ) u_collect (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .slot_valid_i (slot_valid_i),
      .slot_data_i  (slot_data_i),
      .free_o       (free_o),
      .en_i         (en),
      .entry_valid_o(entry_valid),
      .entry_last_o (entry_last),
      .entry_o      (entry),
      .entry_phase_o(entry_phase),
      .entry_data_o (entry_data)
  );

  if (Post == 3) begin : g_codes
    logic unused;
    assign unused = ^{layer_i, prog_i, out_zero_i, clamp_lo_i, clamp_hi_i, delta_i, entry, count};

    xb_pick #(
        .Places (Copies * ColTiles * Parts),
        .Lanes  (Lanes),
        .OutBits(OutBits)
    ) u_pick (
        .clk_i        (clk_i),
        .rst_ni       (rst_ni),
        .en_i         (en),
        .entry_valid_i(entry_valid),
        .entry_last_i (entry_last),
        .entry_phase_i(entry_phase),
        .entry_data_i (entry_data),
        .code_valid_o (code_valid),
        .code_last_o  (code_last),
        .code_phase_o (code_phase),
        .code_data_o  (code_data)
    );
  end else begin : g_sums
    xb_requant #(
        .Copies    (Copies),
        .ColTiles  (ColTiles),
        .Parts     (Parts),
        .Slots     (Slots),
        .Lanes     (Lanes),
        .SumBits   (SumBits),
        .PerArray  (PerArray),
        .Used      (Used),
        .Columns   (Columns),
        .UnitUsed  (UnitUsed),
        .Channels  (Channels),
        .Counts    (Counts),
        .Outputs   ((Split != 0) ? 1 : Outputs),
        .CountBits (CountBits),
        .WeightBits(WeightBits),
        .CountWeight(CountWeight),
        .FracBits  (FracBits),
        .SumShift  (SumShift),
        .Post      (Post),
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
        .en_i         (en),
        .entry_valid_i(entry_valid),
        .entry_last_i (entry_last),
        .entry_i      (entry),
        .entry_phase_i(entry_phase),
        .entry_data_i (entry_data),
        .count_i      (count),
        .code_valid_o (code_valid),
        .code_last_o  (code_last),
        .code_phase_o (code_phase),
        .code_data_o  (code_data)
    );
  end

  xb_words #(
      .Copies  (Copies),
      .Outputs (Outputs),
      .Split   (Split),
      .Words   (Words),
      .Windows (Windows),
      .ColTiles(ColTiles),
      .Parts   (Parts),
      .Slots   (Slots),
      .Lanes   (Lanes),
      .PerArray(PerArray),
      .Used    (Used),
      .Columns (Columns),
      .UnitUsed(UnitUsed),
      .Channels(Channels),
      .OutBits (OutBits)
  ) u_words (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .en_o        (en),
      .code_valid_i(code_valid),
      .code_last_i (code_last),
      .code_phase_i(code_phase),
      .code_data_i (code_data),
      .out_valid_o (out_valid_o),
      .out_ready_i (out_ready_i),
      .out_count_o (out_count_o),
      .out_data_o  (out_data_o)
  );

endmodule
