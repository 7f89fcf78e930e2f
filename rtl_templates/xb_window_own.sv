// SPDX-License-Identifier: Apache-2.0
// Input delivery of a weight layer whose copies read each its own window, tap by tap, Rate taps a cycle: the next step's
// windows are filled while the present one is driven, plane by plane, onto the rows. A copy may have several windows, one
// after the other on its rows.
module xb_window_own #(
    parameter int Channels   = 3,  // codes of a word, 1..
    parameter int InWords    = 1,  // most words of an input beat, 1..
    parameter int InBits     = 8,  // of a code, 1..16
    parameter int InH        = 4,  // geometry: see xb_fetch
    parameter int InW        = 4,
    parameter int KernelH    = 3,
    parameter int KernelW    = 3,
    parameter int StrideH    = 1,
    parameter int StrideW    = 1,
    parameter int DilationH  = 1,
    parameter int DilationW  = 1,
    parameter int PadT       = 1,
    parameter int PadL       = 1,
    parameter int OutH       = 4,
    parameter int OutW       = 4,
    parameter int Copies     = 1,
    parameter int Run        = 1,  // windows of a copy, 1..
    parameter int Rate       = 1,  // taps a cycle and window
    parameter int RingWords  = 32,
    parameter int DacBits    = 1,  // as xb_serializer
    parameter int Planes     = 8,
    parameter int RowOrder   = 0,
    parameter int Counts     = 0,  // digital counts of a window: 0, or one for each block of channels and output
    parameter int Side       = 1,  // outputs of a window, as xb_patch_sum; only for digital counts
    parameter int StepH      = 1,
    parameter int StepW      = 1,
    parameter int CountBits  = 16, // width of a digital count
    localparam int IN_COUNT  = $clog2(InWords + 1),
    localparam int POINTS    = Copies * Run,  // windows of a step
    localparam int ROWS      = KernelH * KernelW * Channels,
    localparam int COUNT     = (Counts > 0) ? POINTS * Counts * CountBits : CountBits,
    localparam int LOAD_BITS = $clog2(POINTS * Rate + 1)
) (
    input  logic                                   clk_i,
    input  logic                                   rst_ni,
    input  logic                                   in_valid_i,
    output logic                                   in_ready_o,
    input  logic [                   IN_COUNT-1:0] in_count_i,
    input  logic [    InWords*Channels*InBits-1:0] in_data_i,
    input  logic [                     InBits-1:0] pad_i,  // code of padding
    input  logic                                   turn_i,  // steps may begin
    output logic                                   full_o,  // the next step's windows are whole
    output logic [                      COUNT-1:0] count_o,  // ... and their digital counts, if there are any
    output logic [                  LOAD_BITS-1:0] loads_o,  // words that come into windows in this cycle
    input  logic                                   load_i,  // drive them from the next cycle on
    output logic [                     Copies-1:0] active_o,  // copies that have one of the next step's
    input  logic                                   shift_i,  // drive the next plane
    output logic [        POINTS*ROWS*DacBits-1:0] drive_o,  // bit j of a copy's rows at (copy * DacBits + j) * Run * ROWS
    output logic [                           31:0] held_o  // input words held
);

  localparam int BEAT = Rate * Channels * InBits;  // of a window
  localparam int LAST_TAPS = (KernelH * KernelW - 1) % Rate + 1;  // taps of a window's last beat
  localparam int LAST_COPIES = (OutH * OutW - 1) % POINTS / Run + 1;  // copies that work in an image's last step
  localparam bit PATCHED = Side > 1 || StepH > 1 || StepW > 1;  // counts are not of all that a window has
  localparam int STAGED = (Counts > 0 && (PATCHED || Rate * Channels > 64 * Counts)) ? 1 : 0;  // see xb_window_sum

  logic tap_valid, tap_ready, tap_first, tap_last;
  logic [POINTS-1:0] tap_active, fill_readies, fulls;
  logic [POINTS*BEAT-1:0] tap_data;
  logic [POINTS*Rate-1:0] unused_inside;  // padding words already hold the zero point

  // Taps on their way into the windows; these are filled in step, so one speaks for all.
  logic fill_valid, fill_first, fill_last, take, fill, unused_copies;
  logic [POINTS-1:0] fill_active;
  logic [POINTS*BEAT-1:0] fill_data;

  assign take          = tap_valid && tap_ready;
  assign fill          = fill_valid && fill_readies[0];
  assign full_o        = fulls[0];
  assign unused_copies = &{1'b0, fill_readies, fulls, fill_active, take};

  xb_fetch #(
      .Width    (Channels * InBits),
      .Words    (InWords),
      .InH      (InH),
      .InW      (InW),
      .KernelH  (KernelH),
      .KernelW  (KernelW),
      .StrideH  (StrideH),
      .StrideW  (StrideW),
      .DilationH(DilationH),
      .DilationW(DilationW),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (OutH),
      .OutW     (OutW),
      .Copies   (POINTS),
      .Rate     (Rate),
      .RingWords(RingWords)
  ) u_fetch (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .in_valid_i  (in_valid_i),
      .in_ready_o  (in_ready_o),
      .in_count_i  (in_count_i),
      .in_data_i   (in_data_i),
      .pad_i       ({Channels{pad_i}}),
      .turn_i      (turn_i),
      .tap_valid_o (tap_valid),
      .tap_ready_i (tap_ready),
      .tap_first_o (tap_first),
      .tap_last_o  (tap_last),
      .tap_active_o(tap_active),
      .tap_data_o  (tap_data),
      .tap_inside_o(unused_inside),
      .held_o      (held_o)
  );

  // A long sum takes a stage more than the window does, so the taps wait for it in a register.
  if (STAGED == 0) begin : g_direct
    assign {fill_valid, fill_first, fill_last, fill_active} = {tap_valid, tap_first, tap_last, tap_active};
    assign fill_data = tap_data;
    assign tap_ready = fill_readies[0];
  end else begin : g_staged
    assign tap_ready = !fill_valid || fill_readies[0];

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) fill_valid <= 1'b0;
      else if (tap_ready) fill_valid <= tap_valid;
    end

    always_ff @(posedge clk_i) begin
      if (take) begin
        {fill_first, fill_last, fill_active} <= {tap_first, tap_last, tap_active};
        fill_data <= tap_data;
      end
    end
  end

  // A copy works if its first window is one of the image. What its others lack is loaded as padding.
  logic [Copies-1:0] works;
  for (genvar c = 0; c < Copies; c++) begin : g_works
    assign works[c] = fill_active[c*Run];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) active_o <= '0;
    else if (fill && fill_last) active_o <= works;
  end

  logic all_copies;
  assign all_copies = works[Copies-1];
  assign loads_o = !fill ? '0 :
      LOAD_BITS'(fill_last ? LAST_TAPS : Rate) * LOAD_BITS'(Run * (all_copies ? Copies : LAST_COPIES));

  for (genvar c = 0; c < POINTS; c++) begin : g_copy
    logic [ROWS*DacBits-1:0] drive;
    for (genvar j = 0; j < DacBits; j++) begin : g_bit
      assign drive_o[((c/Run*DacBits+j)*Run+c%Run)*ROWS+:ROWS] = drive[j*ROWS+:ROWS];
    end

    xb_serializer #(
        .Taps    (KernelH * KernelW),
        .Channels(Channels),
        .Rate    (Rate),
        .DacBits (DacBits),
        .Planes  (Planes),
        .RowOrder(RowOrder),
        .CodeBits(InBits)
    ) u_serializer (
        .clk_i      (clk_i),
        .rst_ni     (rst_ni),
        .tap_valid_i(fill_valid),
        .tap_ready_o(fill_readies[c]),
        .tap_first_i(fill_first),
        .tap_last_i (fill_last),
        .tap_data_i (fill_data[c*BEAT+:BEAT]),
        .full_o     (fulls[c]),
        .load_i     (load_i),
        .shift_i    (shift_i),
        .drive_o    (drive)
    );

    if (Counts > 0 && PATCHED) begin : g_patch_count
      xb_patch_sum #(
          .KernelH (KernelH),
          .KernelW (KernelW),
          .Side    (Side),
          .StrideH (StrideH / Side),
          .StrideW (StrideW / Side),
          .StepH   (StepH),
          .StepW   (StepW),
          .Channels(Channels),
          .Rate    (Rate),
          .Sums    (Counts / (Side * Side)),
          .SumBits (CountBits),
          .CodeBits(InBits)
      ) u_patch_sum (
          .clk_i      (clk_i),
          .rst_ni     (rst_ni),
          .take_i     (take),
          .add_i      (fill),
          .tap_first_i(tap_first),
          .tap_last_i (tap_last),
          .tap_data_i (tap_data[c*BEAT+:BEAT]),
          .sum_o      (count_o[c*Counts*CountBits+:Counts*CountBits])
      );
    end else if (Counts > 0) begin : g_count
      xb_window_sum #(
          .Taps    (KernelH * KernelW),
          .Channels(Channels),
          .Rate    (Rate),
          .Sums    (Counts),
          .SumBits (CountBits),
          .CodeBits(InBits),
          .Staged  (STAGED)
      ) u_window_sum (
          .clk_i      (clk_i),
          .take_i     (take),
          .add_i      (fill),
          .tap_first_i(tap_first),
          .tap_last_i (tap_last),
          .tap_data_i (tap_data[c*BEAT+:BEAT]),
          .sum_o      (count_o[c*Counts*CountBits+:Counts*CountBits])
      );
    end
  end

  if (Counts == 0) begin : g_no_counts
    assign count_o = '0;
  end

endmodule
