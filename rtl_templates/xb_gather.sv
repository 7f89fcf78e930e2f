// SPDX-License-Identifier: Apache-2.0
// Input delivery for copies that share their words: a buffer, out of which each word that the windows of a step look at is
// read once for all of them, RowLanes rows of taps by ColLanes columns a cycle. With Skip, words that the windows of the
// step before have had in the same row of windows are passed over. xb_strip puts the words into the windows.
module xb_gather #(
    parameter int Skip      = 0,   // as xb_sweep
    parameter int Width     = 24,  // bits of a word, 1..
    parameter int Words     = 1,   // geometry and ring: see xb_fetch
    parameter int InH       = 5,
    parameter int InW       = 5,
    parameter int KernelH   = 3,
    parameter int StrideH   = 1,
    parameter int StrideW   = 1,
    parameter int DilationH = 1,
    parameter int ReachW    = 2,   // words from a window's first column to its last, 0..
    parameter int PadT      = 1,
    parameter int PadL      = 1,
    parameter int OutH      = 5,
    parameter int OutW      = 5,
    parameter int Copies    = 1,
    parameter int RowLanes  = 1,   // as xb_sweep
    parameter int ColLanes  = 1,
    parameter int RowPitch  = 1,
    parameter int RowGroup  = 1,
    parameter int RingWords = 35,
    parameter int Unit      = 1,   // as xb_sweep
    parameter int Onward    = 1,
    parameter int Span      = 3,
    parameter int UnitBits  = 5,
    localparam int COUNT_BITS = $clog2(Words + 1),
    localparam int LANES = RowLanes * ColLanes,
    localparam int TAP_BITS = (KernelH > 1) ? $clog2(KernelH) : 1,
    localparam int ROWS = (OutW + Copies - 2) / OutW + 1,
    localparam int ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1,
    localparam int SIDE = 2 + ROW_BITS + TAP_BITS + UnitBits + 2 * LANES
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,
    input  logic                    in_valid_i,
    output logic                    in_ready_o,
    input  logic [  COUNT_BITS-1:0] in_count_i,
    input  logic [ Words*Width-1:0] in_data_i,
    input  logic [       Width-1:0] pad_i,         // word that padding delivers
    input  logic                    turn_i,        // steps may begin
    output logic                    out_valid_o,   // words of a step
    input  logic                    out_ready_i,
    output logic [        SIDE-1:0] out_side_o,    // ... {last of the step, of an image's last step, row, tap, unit, here, inside}: as xb_sweep
    output logic [ LANES*Width-1:0] out_data_o,
    output logic [            31:0] held_o         // words held, for the counters
);

  localparam int FREE_BITS = $clog2(InH * InW + 1);
  localparam int LINES = (RingWords + Words - 1) / Words;
  localparam int LINE_BITS = (LINES > 1) ? $clog2(LINES) : 1;
  localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1;
  localparam int PLACE_BITS = LINE_BITS + BANK_BITS;

  logic go, step, walk_valid, walk_last, walk_end, ask_ready;
  logic [FREE_BITS-1:0] free, walk_free;
  logic [ROW_BITS-1:0] walk_row;
  logic [TAP_BITS-1:0] walk_tap;
  logic [UnitBits-1:0] walk_unit;
  logic [LANES-1:0] walk_here, walk_inside;
  logic [LANES*PLACE_BITS-1:0] walk_place;

  xb_sweep #(
      .Words    (Words),
      .InH      (InH),
      .InW      (InW),
      .KernelH  (KernelH),
      .StrideH  (StrideH),
      .DilationH(DilationH),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (OutH),
      .OutW     (OutW),
      .Copies   (Copies),
      .Lines    (LINES),
      .Unit     (Unit),
      .Onward   (Onward),
      .Span     (Span),
      .Skip     (Skip),
      .RowLanes (RowLanes),
      .ColLanes (ColLanes),
      .RowPitch (RowPitch),
      .RowGroup (RowGroup),
      .UnitBits (UnitBits),
      .FreeBits (FREE_BITS)
  ) u_sweep (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .go_i    (go),
      .free_i  (free),
      .step_o  (step),
      .next_i  (walk_valid && ask_ready),
      .valid_o (walk_valid),
      .last_o  (walk_last),
      .end_o   (walk_end),
      .free_o  (walk_free),
      .row_o   (walk_row),
      .tap_o   (walk_tap),
      .unit_o  (walk_unit),
      .here_o  (walk_here),
      .inside_o(walk_inside),
      .place_o (walk_place)
  );

  xb_buffer #(
      .Width    (Width),
      .Words    (Words),
      .InH      (InH),
      .InW      (InW),
      .ReachH   ((KernelH - 1) * DilationH),
      .ReachW   (ReachW),
      .StrideH  (StrideH),
      .StrideW  (StrideW),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (OutH),
      .OutW     (OutW),
      .Copies   (Copies),
      .RingWords(RingWords),
      .Ports    (LANES),
      .SideBits (SIDE)
  ) u_buffer (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .in_valid_i  (in_valid_i),
      .in_ready_o  (in_ready_o),
      .in_count_i  (in_count_i),
      .in_data_i   (in_data_i),
      .pad_i       (pad_i),
      .turn_i      (turn_i),
      .go_o        (go),
      .free_o      (free),
      .next_i      (step),
      .ask_valid_i (walk_valid),
      .ask_ready_o (ask_ready),
      .ask_inside_i(walk_inside),
      .ask_place_i (walk_place),
      .ask_free_i  (walk_free),
      .ask_side_i  ({walk_last, walk_end, walk_row, walk_tap, walk_unit, walk_here, walk_inside}),
      .out_valid_o (out_valid_o),
      .out_ready_i (out_ready_i),
      .out_side_o  (out_side_o),
      .out_data_o  (out_data_o),
      .held_o      (held_o)
  );

endmodule
