// SPDX-License-Identifier: Apache-2.0
// Input delivery: a ring of image rows filled by the incoming stream, and an address generator that walks
// the taps of one window per copy, Rate taps a cycle. Images follow one another without a gap.
// A row is free again when no later window of the image needs it; that is the only back-pressure.
module xb_fetch #(
    parameter int Width     = 8,  // bits of one word (a pixel), 1..
    parameter int InH       = 5,  // rows of an image, 1..
    parameter int InW       = 5,  // words of a row, 1..
    parameter int KernelH   = 3,  // 1..
    parameter int KernelW   = 3,  // 1..
    parameter int StrideH   = 1,  // 1..
    parameter int StrideW   = 1,  // 1..
    parameter int DilationH = 1,  // 1..
    parameter int DilationW = 1,  // 1..
    parameter int PadT      = 1,  // rows of padding above, 0..
    parameter int PadL      = 1,  // words of padding to the left, 0..
    parameter int OutH      = 5,  // rows of windows, 1..
    parameter int OutW      = 5,  // windows in a row, 1..
    parameter int Copies    = 1,  // windows worked on at once, 1..
    parameter int Rate      = 1,  // taps read per cycle and copy, 1..
    parameter int RingRows  = 7   // image rows held, more than one step needs
) (
    input  logic                         clk_i,
    input  logic                         rst_ni,
    input  logic                         in_valid_i,
    output logic                         in_ready_o,
    input  logic [            Width-1:0] in_data_i,
    input  logic [            Width-1:0] pad_i,         // word that padding delivers
    output logic                         tap_valid_o,   // a beat: up to Rate taps of every copy's window
    input  logic                         tap_ready_i,
    output logic                         tap_first_o,   // first beat of a window
    output logic                         tap_last_o,    // last beat of a window
    output logic [           Copies-1:0] tap_active_o,  // copies that have a window in this step
    output logic [Copies*Rate*Width-1:0] tap_data_o,
    output logic [      Copies*Rate-1:0] tap_inside_o,  // tap exists and lies inside the image
    output logic [                 15:0] rows_o         // rows held, for the counters
);

  localparam int TAPS = KernelH * KernelW;
  localparam int BEATS = (TAPS + Rate - 1) / Rate;
  localparam int STEPS = (OutH * OutW + Copies - 1) / Copies;
  localparam int LAST_COPIES = OutH * OutW - (STEPS - 1) * Copies;  // windows of the last step
  localparam int WORDS = RingRows * InW;
  localparam int ADDR_BITS = (WORDS > 1) ? $clog2(WORDS) : 1;
  localparam int BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int STEP_BITS = (STEPS > 1) ? $clog2(STEPS) : 1;
  localparam int ROW_SPAN = InH + OutH * StrideH + KernelH * DilationH + PadT + RingRows + Copies;
  localparam int COL_SPAN = InW + 2 * OutW * StrideW + KernelW * DilationW + PadL;
  localparam int RB = $clog2(ROW_SPAN + 1) + 2;  // signed row numbers
  localparam int CB = $clog2(COL_SPAN + 1) + 2;  // signed column numbers

  localparam logic signed [RB-1:0] ROWS = RB'(InH);
  localparam logic signed [RB-1:0] ZERO = '0;
  localparam logic signed [CB-1:0] COLS = CB'(InW);

  logic [Width-1:0] ring[WORDS];

  // Writer: rows_q complete rows since the first row of the image being read (negative while the
  // writer has not finished the image before it), plus col_q words of the next one.
  logic signed [RB-1:0] rows_q;
  logic [CB-1:0] col_q;
  logic [ADDR_BITS-1:0] write_q;

  // Reader: top left corner of every copy's window, in image coordinates.
  logic [Copies*RB-1:0] top_q;
  logic [Copies*CB-1:0] left_q;
  logic [STEP_BITS-1:0] step_q;
  logic [BEAT_BITS-1:0] beat_q;
  logic [RB-1:0] slot_q;  // ring slot of the oldest row still needed

  logic signed [RB-1:0] oldest, oldest_next, held_rows;
  logic [Copies*RB-1:0] top_next;
  logic [Copies*CB-1:0] left_next;
  logic [Copies-1:0] active;
  logic available, issue, last_step, last_beat, accept, row_done;

  function automatic signed [RB-1:0] clamp_row(input signed [RB-1:0] row);
    if (row < 0) clamp_row = '0;
    else if (row > ROWS) clamp_row = ROWS;
    else clamp_row = row;
  endfunction

  // The word of a window's last tap inside the image has been written.
  function automatic arrived(input signed [RB-1:0] top, input signed [CB-1:0] left,
                             input signed [RB-1:0] rows, input [CB-1:0] col);
    logic signed [RB-1:0] row;
    logic signed [CB-1:0] last;
    row  = top + RB'((KernelH - 1) * DilationH);
    last = left + CB'((KernelW - 1) * DilationW);
    if (row >= ROWS) begin
      row = RB'(InH - 1);
      if (top >= ROWS) last = CB'(InW - 1);  // below the image: all of it has been read
    end
    if (last >= COLS) last = CB'(InW - 1);
    if (row < 0) begin  // above the image: wait for its first word, lest padding runs ahead of it
      row  = ZERO;
      last = '0;
    end
    if (last < 0) last = '0;
    arrived = (row < rows) || (row == rows && last < $signed(col));
  endfunction

  assign last_step = step_q == STEP_BITS'(STEPS - 1);
  assign last_beat = beat_q == BEAT_BITS'(BEATS - 1);
  assign oldest = clamp_row($signed(top_q[RB-1:0]));
  assign oldest_next = clamp_row($signed(top_next[RB-1:0]));
  assign in_ready_o = (rows_q - oldest) < RB'(RingRows);
  assign accept = in_valid_i && in_ready_o;
  assign row_done = accept && col_q == CB'(InW - 1);
  assign issue = available && (!tap_valid_o || tap_ready_i);
  assign held_rows = (rows_q > oldest) ? rows_q - oldest : ZERO;
  assign rows_o = 16'($unsigned(held_rows));

  always_comb begin
    available = 1'b1;
    for (int c = 0; c < Copies; c++) begin
      active[c] = !last_step || c < LAST_COPIES;
      if (active[c]) begin
        available = available && arrived($signed(top_q[c*RB+:RB]), $signed(left_q[c*CB+:CB]), rows_q,
                                         col_q);
      end
    end
  end

  // Windows of the next step: Copies further in raster order, or the first ones of the next image.
  always_comb begin
    for (int c = 0; c < Copies; c++) begin
      top_next[c*RB+:RB]  = top_q[c*RB+:RB] + RB'((Copies / OutW) * StrideH);
      left_next[c*CB+:CB] = left_q[c*CB+:CB] + CB'((Copies % OutW) * StrideW);
      if ($signed(left_next[c*CB+:CB]) > $signed(CB'((OutW - 1) * StrideW - PadL))) begin
        top_next[c*RB+:RB]  = top_next[c*RB+:RB] + RB'(StrideH);
        left_next[c*CB+:CB] = left_next[c*CB+:CB] - CB'(OutW * StrideW);
      end
      if (last_step) begin
        top_next[c*RB+:RB]  = RB'((c / OutW) * StrideH - PadT);
        left_next[c*CB+:CB] = CB'((c % OutW) * StrideW - PadL);
      end
    end
  end

  // Image row and column of a tap; the ring address of a place in the image.
  function automatic signed [RB-1:0] tap_row(input signed [RB-1:0] top, input [31:0] tap);
    tap_row = top + $signed(RB'((tap / KernelW) * DilationH));
  endfunction

  function automatic signed [CB-1:0] tap_col(input signed [CB-1:0] left, input [31:0] tap);
    tap_col = left + $signed(CB'((tap % KernelW) * DilationW));
  endfunction

  function automatic in_image(input signed [RB-1:0] row, input signed [CB-1:0] col,
                              input [31:0] tap);
    in_image = row >= 0 && row < ROWS && col >= 0 && col < COLS && tap < TAPS;
  endfunction

  // slot: ring slot of row `first`, the oldest one; row is held, so it lies less than a ring further.
  function automatic [ADDR_BITS-1:0] address(input signed [RB-1:0] row, input signed [CB-1:0] col,
                                             input signed [RB-1:0] first, input [RB-1:0] slot);
    logic [RB-1:0] place;
    place = slot + $unsigned(row - first);
    if (place >= RB'(RingRows)) place = place - RB'(RingRows);
    address = ADDR_BITS'(32'(place) * InW + 32'($unsigned(col)));
  endfunction

  // Ring slot after the oldest row has moved on by `rows`.
  function automatic [RB-1:0] advance(input [RB-1:0] slot, input signed [RB-1:0] rows);
    advance = RB'((32'(slot) + 32'($unsigned(rows))) % RingRows);
  endfunction

  always_ff @(posedge clk_i) begin
    if (accept) ring[write_q] <= in_data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rows_q  <= '0;
      col_q   <= '0;
      write_q <= '0;
    end else begin
      rows_q <= rows_q + (row_done ? RB'(1) : '0) - ((issue && last_beat && last_step) ? ROWS : '0);
      if (accept) begin
        col_q   <= row_done ? '0 : col_q + 1'b1;
        write_q <= (write_q == ADDR_BITS'(WORDS - 1)) ? '0 : write_q + 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q <= '0;
      beat_q <= '0;
      slot_q <= '0;
      for (int c = 0; c < Copies; c++) begin
        top_q[c*RB+:RB]  <= RB'((c / OutW) * StrideH - PadT);
        left_q[c*CB+:CB] <= CB'((c % OutW) * StrideW - PadL);
      end
    end else if (issue) begin
      beat_q <= last_beat ? '0 : beat_q + 1'b1;
      if (last_beat) begin
        step_q <= last_step ? '0 : step_q + 1'b1;
        top_q  <= top_next;
        left_q <= left_next;
        slot_q <= advance(slot_q, oldest_next - oldest + (last_step ? ROWS : ZERO));
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tap_valid_o  <= 1'b0;
      tap_first_o  <= 1'b0;
      tap_last_o   <= 1'b0;
      tap_active_o <= '0;
    end else if (issue) begin
      tap_valid_o  <= 1'b1;
      tap_first_o  <= beat_q == '0;
      tap_last_o   <= last_beat;
      tap_active_o <= active;
    end else if (tap_ready_i) begin
      tap_valid_o <= 1'b0;
    end
  end

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    for (genvar r = 0; r < Rate; r++) begin : g_tap
      logic [31:0] tap;
      logic signed [RB-1:0] row;
      logic signed [CB-1:0] col;
      logic held;
      assign tap  = 32'(beat_q) * Rate + r;
      assign row  = tap_row($signed(top_q[c*RB+:RB]), tap);
      assign col  = tap_col($signed(left_q[c*CB+:CB]), tap);
      assign held = in_image(row, col, tap);
      always_ff @(posedge clk_i) begin
        if (issue) begin
          tap_data_o[(c*Rate+r)*Width+:Width] <= held ? ring[address(row, col, oldest, slot_q)] : pad_i;
          tap_inside_o[c*Rate+r] <= held && active[c];
        end
      end
    end
  end

endmodule
