// SPDX-License-Identifier: Apache-2.0
// The words that the windows of a step look at, each once a row of windows: walks row by row of windows over the columns
// from the first window's to the last one's, RowLanes tap rows by ColLanes columns a cycle, then goes on to the next
// step. With Skip it leaves out the columns that the windows of the step before have had in the same row. A step shorter
// than its rows of windows takes RowGroup of them in a cycle: the lanes then cover all their rows and columns.
// Columns are counted in units, from the left edge of the padded image: one is what a window's columns and the way to
// the next window have in common. All that is known of a step is ready one step ahead, so the walk has no gaps.
module xb_sweep #(
    parameter int Words     = 1,  // geometry and ring: see xb_fetch
    parameter int InH       = 5,
    parameter int InW       = 5,
    parameter int KernelH   = 3,
    parameter int StrideH   = 1,
    parameter int DilationH = 1,
    parameter int PadT      = 1,
    parameter int PadL      = 1,
    parameter int OutH      = 5,
    parameter int OutW      = 5,
    parameter int Copies    = 1,
    parameter int Lines     = 35,
    parameter int Unit      = 1,  // words of a unit, 1..
    parameter int Onward    = 1,  // units from window to window, 1..
    parameter int Span      = 3,  // units from a window's first column to its last, and one more
    parameter int Skip      = 0,  // units of a window that the one before has had; 0: all are walked
    parameter int RowLanes  = 1,  // rows of the image a cycle, RowPitch apart: tap rows, 1..KernelH, or of RowGroup all
    parameter int ColLanes  = 1,  // units a cycle, 1..
    parameter int RowPitch  = 1,  // DilationH, or with several RowGroup what divides it and StrideH
    parameter int RowGroup  = 1,  // rows of windows a cycle, 1..
    parameter int UnitBits  = 5,  // of a number of units
    parameter int FreeBits  = 5,
    localparam int LANES = RowLanes * ColLanes,
    localparam int LINE_BITS = (Lines > 1) ? $clog2(Lines) : 1,
    localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1,
    localparam int PLACE_BITS = LINE_BITS + BANK_BITS,
    localparam int TAP_BITS = (KernelH > 1) ? $clog2(KernelH) : 1,
    localparam int ROWS = (OutW + Copies - 2) / OutW + 1,  // most rows of windows of a step
    localparam int ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic                        go_i,      // all words of the step have come
    input  logic [        FreeBits-1:0] free_i,    // words that the step frees
    output logic                        step_o,    // the walk goes on to the next step
    input  logic                        next_i,    // a cycle's places are taken; only where valid_o is 1
    output logic                        valid_o,
    output logic                        last_o,    // the last of the step
    output logic                        end_o,     // ... which is the last of its image
    output logic [        FreeBits-1:0] free_o,    // words that are free when these are read
    output logic [        ROW_BITS-1:0] row_o,     // row of windows, from the step's first one
    output logic [        TAP_BITS-1:0] tap_o,     // row of taps of lane 0
    output logic [        UnitBits-1:0] unit_o,    // column of lane 0
    output logic [           LANES-1:0] here_o,    // the lane has a word; lane = row lane * ColLanes + column lane
    output logic [           LANES-1:0] inside_o,  // ... of the image
    output logic [LANES*PLACE_BITS-1:0] place_o    // in the ring, {line, bank}
);

  localparam int STEPS = (OutH * OutW + Copies - 1) / Copies;
  localparam int STEP_BITS = (STEPS > 1) ? $clog2(STEPS) : 1;
  localparam int LAST_FIRST = (STEPS - 1) * Copies;  // first window of an image's last step
  localparam int DY = Copies / OutW;
  localparam int DX = Copies % OutW;
  localparam int END_DY = (Copies - 1) / OutW;  // from a step's first window to its last one
  localparam int END_DX = (Copies - 1) % OutW;
  localparam int LAST_ROW = OutH - 1 - LAST_FIRST / OutW;  // rows of windows of the last step, less one
  localparam int FIRST_END = (STEPS == 1) ? OutW - 1 : END_DX;  // column of the first step's last window
  localparam int Y_BITS = $clog2(InH + OutH * StrideH + KernelH * DilationH + RowLanes * RowPitch + PadT + 1) + 2;  // signed rows
  localparam int FULL = (OutW - 1) * Onward + Span - 1;  // last unit of a row of windows

  localparam logic signed [63:0] RING = 64'(Words) * 64'(Lines);

  // The way over so many rows and words, forward in the ring.
  function automatic [PLACE_BITS-1:0] forward(input signed [31:0] rows, input signed [31:0] cols);
    logic signed [63:0] way;
    way = 64'(rows) * 64'(InW) + 64'(cols);
    way = ((way % RING) + RING) % RING;
    forward = {LINE_BITS'(way / 64'(Words)), BANK_BITS'(way % 64'(Words))};
  endfunction

  function automatic [PLACE_BITS-1:0] moved(input [PLACE_BITS-1:0] place, input [PLACE_BITS-1:0] way);
    logic [BANK_BITS:0] bank;
    logic [LINE_BITS:0] line;
    logic over;
    bank = (BANK_BITS + 1)'(place[BANK_BITS-1:0]) + (BANK_BITS + 1)'(way[BANK_BITS-1:0]);
    over = bank >= (BANK_BITS + 1)'(Words);
    if (over) bank = bank - (BANK_BITS + 1)'(Words);
    line = (LINE_BITS + 1)'(place[PLACE_BITS-1:BANK_BITS]) + (LINE_BITS + 1)'(way[PLACE_BITS-1:BANK_BITS]) +
        (LINE_BITS + 1)'(over);
    if (line >= (LINE_BITS + 1)'(Lines)) line = line - (LINE_BITS + 1)'(Lines);
    moved = {line[LINE_BITS-1:0], bank[BANK_BITS-1:0]};
  endfunction

  localparam logic [PLACE_BITS-1:0] CORNER = forward(-PadT, -PadL);
  localparam logic [PLACE_BITS-1:0] STEP_DOWN = forward(DY * StrideH, 0);
  localparam logic [PLACE_BITS-1:0] WRAP_DOWN = forward((DY + 1) * StrideH, 0);
  localparam logic [PLACE_BITS-1:0] IMAGE_DOWN = forward(InH - LAST_FIRST / OutW * StrideH, 0);
  localparam logic [PLACE_BITS-1:0] STEP_ON = forward(0, DX * Onward * Unit);
  localparam logic [PLACE_BITS-1:0] WRAP_ON = forward(0, (DX - OutW) * Onward * Unit);
  localparam logic [PLACE_BITS-1:0] SKIP_ON = forward(0, Skip * Unit);
  localparam logic [PLACE_BITS-1:0] ROW_DOWN = forward(RowGroup * StrideH, 0);
  localparam logic [PLACE_BITS-1:0] TAP_DOWN = forward(RowLanes * RowPitch, 0);
  localparam logic [PLACE_BITS-1:0] LANES_ON = forward(0, ColLanes * Unit);

  // ---- the next step ----

  logic [STEP_BITS-1:0] step_q;
  logic [UnitBits-1:0] start_q, end_q;     // first units of its first and last window
  logic [PLACE_BITS-1:0] base_q, begin_q;  // first word of its first row of windows; the way from there to start_q
  logic signed [Y_BITS-1:0] y_q;           // row of the image of its first taps
  logic full_q;                            // the walk has a step
  logic advance, last_step, wrap, wrap_end, step_done;

  assign advance   = !full_q || step_done;
  assign last_step = step_q == STEP_BITS'(STEPS - 1);
  assign wrap      = start_q >= UnitBits'((OutW - DX) * Onward);
  assign wrap_end  = end_q >= UnitBits'((OutW - DX) * Onward);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q  <= '0;
      start_q <= '0;
      end_q   <= UnitBits'(FIRST_END * Onward);
      base_q  <= CORNER;
      begin_q <= '0;
      y_q     <= Y_BITS'(-PadT);
    end else if (advance && last_step) begin
      step_q  <= '0;
      start_q <= '0;
      end_q   <= UnitBits'(FIRST_END * Onward);
      base_q  <= moved(base_q, IMAGE_DOWN);
      begin_q <= '0;
      y_q     <= Y_BITS'(-PadT);
    end else if (advance) begin
      step_q  <= step_q + 1'b1;
      start_q <= start_q + (wrap ? UnitBits'((DX - OutW) * Onward) : UnitBits'(DX * Onward));
      end_q   <= end_q + (wrap_end ? UnitBits'((DX - OutW) * Onward) : UnitBits'(DX * Onward));
      base_q  <= moved(base_q, wrap ? WRAP_DOWN : STEP_DOWN);
      begin_q <= moved(begin_q, wrap ? WRAP_ON : STEP_ON);
      y_q     <= y_q + (wrap ? Y_BITS'((DY + 1) * StrideH) : Y_BITS'(DY * StrideH));
    end
  end

  // ---- the walk ----

  logic [ROW_BITS-1:0] row_q, rows_q;  // row of windows, the last one
  logic [TAP_BITS-1:0] tap_q;
  logic [UnitBits-1:0] unit_q, from_q, to_q;  // from_q: where the row begins; to_q: last unit of the step's last row
  logic [PLACE_BITS-1:0] top_q, line_q, way_q, way_from_q;  // of row of windows and taps; the way from there
  logic signed [Y_BITS-1:0] top_y_q, line_y_q;
  logic end_step_q, last_row, cols_done, taps_done, issue, ready;
  logic [UnitBits-1:0] to;

  assign last_row  = 32'(row_q) + RowGroup > 32'(rows_q);
  assign to        = last_row ? to_q : UnitBits'(FULL);
  assign cols_done = (UnitBits + 1)'(unit_q) + (UnitBits + 1)'(ColLanes) > (UnitBits + 1)'(to);
  assign taps_done = cols_done && 32'(tap_q) + RowLanes >= KernelH;
  assign issue     = full_q && go_i && ready;
  assign step_done = issue && taps_done && last_row;
  assign step_o    = step_done;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) full_q <= 1'b0;
    else full_q <= 1'b1;
  end

  always_ff @(posedge clk_i) begin : walk
    logic [PLACE_BITS-1:0] way;
    logic [UnitBits-1:0] from;
    if (advance) begin
      way        = (start_q != '0) ? moved(begin_q, SKIP_ON) : begin_q;
      from       = (start_q != '0) ? start_q + UnitBits'(Skip) : start_q;
      if (RowGroup > 1) {way, from} = '0;
      end_step_q <= last_step;
      rows_q     <= last_step ? ROW_BITS'(LAST_ROW) :
          ROW_BITS'(END_DY) + ROW_BITS'(start_q > UnitBits'((OutW - 1 - END_DX) * Onward));
      to_q       <= last_step ? UnitBits'(FULL) : end_q + UnitBits'(Span - 1);
      row_q      <= '0;
      tap_q      <= '0;
      unit_q     <= from;
      from_q     <= from;
      way_q      <= way;
      way_from_q <= way;
      top_q      <= base_q;
      line_q     <= base_q;
      top_y_q    <= y_q;
      line_y_q   <= y_q;
    end else if (issue && !cols_done) begin
      unit_q <= unit_q + UnitBits'(ColLanes);
      way_q  <= moved(way_q, LANES_ON);
    end else if (issue && !taps_done) begin
      tap_q    <= tap_q + TAP_BITS'(RowLanes);
      unit_q   <= from_q;
      way_q    <= way_from_q;
      line_q   <= moved(line_q, TAP_DOWN);
      line_y_q <= line_y_q + Y_BITS'(RowLanes * RowPitch);
    end else if (issue) begin
      row_q      <= row_q + ROW_BITS'(RowGroup);
      tap_q      <= '0;
      unit_q     <= '0;
      from_q     <= '0;
      way_q      <= '0;
      way_from_q <= '0;
      top_q      <= moved(top_q, ROW_DOWN);
      line_q     <= moved(top_q, ROW_DOWN);
      top_y_q    <= top_y_q + Y_BITS'(RowGroup * StrideH);
      line_y_q   <= top_y_q + Y_BITS'(RowGroup * StrideH);
    end
  end

  // ---- the place of lane 0, then those of all lanes ----

  logic valid_q, last_q, end_s_q, take;
  logic [FreeBits-1:0] free_q;
  logic [ROW_BITS-1:0] row_s_q, left_s_q;  // left: rows of windows behind it
  logic [TAP_BITS-1:0] tap_s_q;
  logic [UnitBits-1:0] unit_s_q, to_s_q;
  logic [PLACE_BITS-1:0] place_q;
  logic signed [Y_BITS-1:0] y_s_q;

  assign take  = !valid_o || next_i;
  assign ready = !valid_q || take;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      valid_o <= 1'b0;
    end else begin
      if (ready) valid_q <= full_q && go_i;
      if (take) valid_o <= valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (issue) begin
      last_q   <= step_done;
      free_q   <= step_done ? free_i : '0;
      end_s_q  <= end_step_q;
      row_s_q  <= row_q;
      tap_s_q  <= tap_q;
      unit_s_q <= unit_q;
      left_s_q <= rows_q - row_q;
      to_s_q   <= to_q;
      place_q  <= moved(line_q, way_q);
      y_s_q    <= line_y_q;
    end
    if (valid_q && take) begin
      last_o <= last_q;
      free_o <= free_q;
      end_o  <= end_s_q;
      row_o  <= row_s_q;
      tap_o  <= tap_s_q;
      unit_o <= unit_s_q;
    end
  end

  for (genvar i = 0; i < RowLanes; i++) begin : g_row
    localparam int BELOW = i * RowPitch - (KernelH - 1) * DilationH;
    localparam int LOWEST = (BELOW > 0) ? (BELOW + StrideH - 1) / StrideH : 0;  // row of windows that ends here or below
    logic row_here;
    logic [UnitBits-1:0] row_to;

    assign row_here = (RowGroup > 1) ? 32'(left_s_q) + 1 > LOWEST : 32'(tap_s_q) + i < KernelH;
    assign row_to   = (32'(left_s_q) > LOWEST) ? UnitBits'(FULL) : to_s_q;

    for (genvar j = 0; j < ColLanes; j++) begin : g_col
      localparam int LANE = i * ColLanes + j;
      localparam logic [PLACE_BITS-1:0] WAY = forward(i * RowPitch, j * Unit);
      localparam int LEFT = (PadL - j * Unit + Unit - 1) / Unit;  // first and last unit of lane 0 with this one inside
      localparam int RIGHT = (InW - 1 + PadL - j * Unit + Unit) / Unit - 1;
      logic here, in_image;
      logic signed [Y_BITS-1:0] y;

      assign y = y_s_q + $signed(Y_BITS'(i * RowPitch));
      assign here = row_here && (UnitBits + 1)'(unit_s_q) + (UnitBits + 1)'(j) <= (UnitBits + 1)'(row_to);
      assign in_image = y >= 0 && y < $signed(Y_BITS'(InH)) && $signed({1'b0, 31'(unit_s_q)}) >= LEFT &&
          $signed({1'b0, 31'(unit_s_q)}) <= RIGHT;

      always_ff @(posedge clk_i) begin
        if (valid_q && take) begin
          here_o[LANE]                         <= here;
          inside_o[LANE]                       <= here && in_image;
          place_o[LANE*PLACE_BITS+:PLACE_BITS] <= moved(place_q, WAY);
        end
      end
    end
  end

endmodule
