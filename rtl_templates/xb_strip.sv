// SPDX-License-Identifier: Apache-2.0
// The windows of a step, filled by words that come once for all of them (xb_gather), each by an xb_patch. With Access 1
// (`share`) the windows of a step begin empty, with 2 (`kp`) and 3 (`line`) with what they have in common with those of
// the step before in the same row of windows. Counts the words that come through the port of the buffer: those that a
// window lacked, with 3 only those of the image that none of its windows has had.
module xb_strip #(
    parameter int Access    = 1,   // 1 share, 2 kp, 3 line
    parameter int Width     = 24,  // bits of a word, 1..
    parameter int KernelH   = 3,   // geometry: see xb_fetch
    parameter int KernelW   = 3,
    parameter int StrideH   = 1,
    parameter int DilationH = 1,
    parameter int OutH      = 5,
    parameter int OutW      = 5,
    parameter int Copies    = 1,
    parameter int RowLanes  = 1,   // as xb_sweep
    parameter int ColLanes  = 1,
    parameter int RowPitch  = 1,
    parameter int Onward    = 1,   // as xb_sweep
    parameter int Tap       = 1,   // units from tap to tap of a row
    parameter int FirstH    = 1,   // as xb_patch
    parameter int Early     = 1,   // rows of windows that see words first in all their rows of taps
    parameter int UnitBits  = 5,
    localparam int LANES = RowLanes * ColLanes,
    localparam int LOAD_BITS = $clog2(LANES + 1),
    localparam int WINDOW = KernelH * KernelW * Width,
    localparam int TAP_BITS = (KernelH > 1) ? $clog2(KernelH) : 1,
    localparam int ROWS = (OutW + Copies - 2) / OutW + 1,
    localparam int ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1,
    localparam int SIDE = 2 + ROW_BITS + TAP_BITS + UnitBits + 2 * LANES
) (
    input  logic                     clk_i,
    input  logic                     rst_ni,
    input  logic                     in_valid_i,
    output logic                     in_ready_o,
    input  logic [         SIDE-1:0] in_side_i,    // as xb_gather
    input  logic [  LANES*Width-1:0] in_data_i,
    output logic                     full_o,       // the windows of a step are whole
    output logic [       Copies-1:0] active_o,     // ... of these copies
    output logic [Copies*WINDOW-1:0] window_o,     // tap = row * KernelW + column
    output logic [    LOAD_BITS-1:0] loads_o,      // words that come through the port in this cycle
    input  logic                     load_i        // the windows are driven
);

  localparam int STEPS = (OutH * OutW + Copies - 1) / Copies;
  localparam int LAST_COPIES = OutH * OutW - (STEPS - 1) * Copies;
  localparam int DY = Copies / OutW;
  localparam int DX = Copies % OutW;

  localparam int FIRST_W = (Onward < KernelW) ? Onward : KernelW;
  localparam int EARLY_BITS = $clog2(Early + 1);

  logic last, last_step;  // words of a step come, of an image's last step
  logic [ROW_BITS-1:0] row;
  logic [TAP_BITS-1:0] tap;
  logic [UnitBits-1:0] unit;
  logic [LANES-1:0] here, in_image;
  assign {last, last_step, row, tap, unit, here, in_image} = in_side_i;

  // ---- the step that is filled: where its first window begins, and which copies have windows ----

  logic [UnitBits-1:0] start_q, start;
  logic [EARLY_BITS-1:0] early_q, early;  // row of windows of its first one; Early: that or a later one
  logic [Copies-1:0] active;
  logic take, wrap;

  assign in_ready_o = !full_o || load_i;
  assign take       = in_valid_i && in_ready_o;
  assign wrap       = start_q >= UnitBits'((OutW - DX) * Onward);
  assign active     = last_step ? {Copies{1'b1}} >> (Copies - LAST_COPIES) : '1;

  always_comb begin
    start = start_q + (wrap ? UnitBits'((DX - OutW) * Onward) : UnitBits'(DX * Onward));
    early = (32'(early_q) + DY + 32'(wrap) > Early) ? EARLY_BITS'(Early) : early_q + EARLY_BITS'(DY) + EARLY_BITS'(wrap);
    if (last_step) start = '0;
    if (last_step) early = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      start_q  <= '0;
      early_q  <= '0;
      full_o   <= 1'b0;
      active_o <= '0;
    end else if (take && last) begin
      start_q  <= start;
      early_q  <= early;
      full_o   <= 1'b1;
      active_o <= active;
    end else if (load_i) begin
      full_o <= 1'b0;
    end
  end

  // ---- windows ----

  logic [Copies*LANES-1:0] lacks, news;
  logic [LANES-1:0] loaded;

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    localparam int BACK = (c + Tap) / Tap * Tap;  // windows back to the one that words are handed on from
    localparam int FROM = Copies + c - BACK;      // its copy
    localparam int SHIFT = BACK * Onward / Tap;   // its tap less ours

    logic [UnitBits-1:0] at_unit_q;
    logic [ROW_BITS-1:0] at_row_q;
    logic [KernelW-1:0] kept;
    logic [WINDOW-1:0] hand;
    logic early_row_q, early_col_q;

    function automatic [ROW_BITS-1:0] row_of(input [UnitBits-1:0] from);
      row_of = '0;
      for (int k = 1; k < ROWS; k++) begin
        if (32'(from) + c * Onward >= k * OutW * Onward) row_of = ROW_BITS'(k);
      end
    endfunction

    function automatic [UnitBits-1:0] unit_of(input [UnitBits-1:0] from);
      unit_of = from + UnitBits'(c * Onward);
      for (int k = 1; k < ROWS; k++) begin
        if (32'(from) + c * Onward >= k * OutW * Onward) unit_of = from + UnitBits'((c - k * OutW) * Onward);
      end
    endfunction

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        at_unit_q <= UnitBits'(c % OutW * Onward);
        at_row_q  <= ROW_BITS'(c / OutW);
      end else if (take && last) begin
        at_unit_q <= unit_of(start);
        at_row_q  <= row_of(start);
      end
    end

    always_comb begin
      for (int q = 0; q < KernelW; q++) begin
        kept[q] = Access > 1 && FROM >= 0 && q + SHIFT < KernelW && at_row_q == '0 &&
            32'(start_q) >= (BACK - c) * Onward;
      end
    end

    assign early_row_q = 32'(early_q) + 32'(at_row_q) < Early;
    assign early_col_q = 32'(at_unit_q) < Tap * Onward;

    for (genvar t = 0; t < KernelH * KernelW; t++) begin : g_hand
      if (FROM >= 0 && t % KernelW + SHIFT < KernelW) begin : g_kept
        assign hand[t*Width+:Width] = window_o[FROM*WINDOW+(t+SHIFT)*Width+:Width];
      end else begin : g_none
        assign hand[t*Width+:Width] = '0;
      end
    end

    xb_patch #(
        .Width    (Width),
        .KernelH  (KernelH),
        .KernelW  (KernelW),
        .StrideH  (StrideH),
        .DilationH(DilationH),
        .TapUnits (Tap),
        .RowLanes (RowLanes),
        .ColLanes (ColLanes),
        .RowPitch (RowPitch),
        .UnitBits (UnitBits),
        .RowBits  (ROW_BITS),
        .FirstH   (FirstH),
        .FirstW   (FIRST_W)
    ) u_patch (
        .clk_i      (clk_i),
        .rst_ni     (rst_ni),
        .take_i     (take),
        .row_i      (row),
        .tap_i      (tap),
        .unit_i     (unit),
        .here_i     (here),
        .data_i     (in_data_i),
        .active_i   (active[c]),
        .at_row_i   (at_row_q),
        .at_unit_i  (at_unit_q),
        .early_row_i(early_row_q),
        .early_col_i(early_col_q),
        .load_i     (load_i),
        .kept_i     (kept),
        .hand_i     (hand),
        .window_o   (window_o[c*WINDOW+:WINDOW]),
        .lack_o     (lacks[c*LANES+:LANES]),
        .new_o      (news[c*LANES+:LANES])
    );
  end

  // Trees, not chains, of gates: they stand at the end of long paths.
  for (genvar i = 0; i < LANES; i++) begin : g_loaded
    logic [Copies-1:0] some;
    for (genvar c = 0; c < Copies; c++) begin : g_some
      assign some[c] = (Access == 3) ? news[c*LANES+i] : lacks[c*LANES+i];
    end
    assign loaded[i] = some != '0 && (Access != 3 || in_image[i]);
  end

  always_comb begin
    loads_o = '0;
    for (int i = 0; i < LANES; i++) loads_o = loads_o + LOAD_BITS'(loaded[i]);
  end

endmodule
