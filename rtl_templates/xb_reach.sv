// SPDX-License-Identifier: Apache-2.0
// How far the steps of a layer reach into the stream: says when the last word that a step looks at has come, and how
// many words no step behind it needs. A word is needed as long as a later step of its image begins above or on its row;
// words of an image that nobody looks at count as needed by its last step. Counts ahead of the step that is worked on,
// in stages.
module xb_reach #(
    parameter int Words   = 1,  // geometry: see xb_fetch
    parameter int InH     = 5,
    parameter int InW     = 5,
    parameter int ReachH  = 2,  // rows from a window's first to its last, 0..
    parameter int ReachW  = 2,  // words from its first column to its last, 0..
    parameter int StrideH = 1,
    parameter int StrideW = 1,
    parameter int PadT    = 1,
    parameter int PadL    = 1,
    parameter int OutH    = 5,
    parameter int OutW    = 5,
    parameter int Copies  = 1,
    localparam int COUNT_BITS = $clog2(Words + 1),
    localparam int FREE_BITS = $clog2(InH * InW + 1)
) (
    input  logic                  clk_i,
    input  logic                  rst_ni,
    input  logic                  write_i,  // words come
    input  logic [COUNT_BITS-1:0] count_i,
    input  logic                  next_i,   // the next step begins
    output logic                  go_o,     // all words that the step looks at have come
    output logic [ FREE_BITS-1:0] free_o    // words that this step is the last to need
);

  // The first window of a step is the one with the highest row, its last one sees the last word. Rows are counted in
  // words, from the first word of the image.
  localparam int STEPS = (OutH * OutW + Copies - 1) / Copies;
  localparam int STEP_BITS = (STEPS > 1) ? $clog2(STEPS) : 1;
  localparam int END = (STEPS > 1) ? Copies - 1 : OutH * OutW - 1;  // last window of the first step
  localparam int DY = Copies / OutW;
  localparam int DX = Copies % OutW;
  localparam int ROWS = 2 * InH + (OutH + DY + 3) * StrideH + ReachH + PadT;  // more than a count reaches
  localparam int ROW_BITS = $clog2(64'(InW) * 64'(ROWS) + 64'(Words) + 1) + 1;
  localparam int COL_BITS = $clog2(InW + 2 * OutW * StrideW + ReachW + PadL + 1) + 2;
  localparam int LEFT_BITS = $clog2(2 * OutW + 1);

  typedef logic signed [ROW_BITS-1:0] row_t;
  typedef logic signed [COL_BITS-1:0] col_t;

  // So many rows, in words.
  function automatic row_t words(input signed [31:0] rows);
    words = ROW_BITS'(64'(rows) * 64'(InW));
  endfunction

  localparam row_t IMAGE = words(InH);
  localparam row_t END_ROW = words(InH - 1);
  localparam row_t STEP = words(DY * StrideH);  // on to the next step, in rows of windows
  localparam row_t WRAP = words((DY + 1) * StrideH);
  localparam row_t TOP = words(-PadT);
  localparam row_t BOTTOM = words(END / OutW * StrideH + ReachH - PadT);
  localparam col_t RIGHT = COL_BITS'(END % OutW * StrideW + ReachW - PadL);
  localparam col_t END_RIGHT = COL_BITS'((OutW - 1) * StrideW + ReachW - PadL);
  localparam col_t END_COL = (END_RIGHT < 0) ? '0 : (END_RIGHT >= COL_BITS'(InW)) ? COL_BITS'(InW - 1) : END_RIGHT;
  localparam row_t FINAL = words((OutH - 1) * StrideH + ReachH - PadT);
  localparam row_t BELOW = words(InH + ReachH);  // window below the image
  // From here on the row of windows before, too, had the image's last row.
  localparam row_t AGAIN = words(((ReachH - PadT > InH - 1) ? ReachH - PadT : InH - 1) + StrideH);

  // The last word that a step looks at. A window above the image waits for its first word, lest padding runs ahead of
  // it; one below needs all of it.
  function automatic row_t last_word(input row_t bottom, input col_t right);
    row_t row;
    col_t col;
    row = (bottom < 0) ? '0 : (bottom > END_ROW) ? END_ROW : bottom;
    col = (right >= COL_BITS'(InW)) ? COL_BITS'(InW - 1) : (right < 0) ? '0 : right;
    if (bottom < 0) col = '0;
    else if (bottom >= BELOW) col = COL_BITS'(InW - 1);
    else if (bottom >= AGAIN) col = END_COL;
    last_word = row + ROW_BITS'(col);
  endfunction

  localparam row_t FIRST_NEED = last_word(BOTTOM, RIGHT);
  localparam row_t LAST_NEED = last_word(FINAL, END_RIGHT);

  // ---- a step ahead: its first and its last window ----

  logic [STEP_BITS-1:0] step_q;
  row_t top_q, bottom_q;
  logic [LEFT_BITS-1:0] left_q;  // window of its row
  col_t right_q;
  logic advance, last_step, wrap_top, wrap_bottom;

  assign last_step   = step_q == STEP_BITS'(STEPS - 1);
  assign wrap_top    = left_q >= LEFT_BITS'(OutW - DX);
  assign wrap_bottom = right_q + $signed(COL_BITS'(DX * StrideW)) > END_RIGHT;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q   <= '0;
      top_q    <= TOP;
      left_q   <= '0;
      bottom_q <= BOTTOM;
      right_q  <= RIGHT;
    end else if (advance && last_step) begin
      step_q   <= '0;
      top_q    <= TOP;
      left_q   <= '0;
      bottom_q <= BOTTOM;
      right_q  <= RIGHT;
    end else if (advance) begin
      step_q   <= step_q + 1'b1;
      top_q    <= top_q + (wrap_top ? WRAP : STEP);
      left_q   <= left_q + (wrap_top ? LEFT_BITS'(DX - OutW) : LEFT_BITS'(DX));
      bottom_q <= bottom_q + (wrap_bottom ? WRAP : STEP);
      right_q  <= right_q + (wrap_bottom ? COL_BITS'((DX - OutW) * StrideW) : COL_BITS'(DX * StrideW));
    end
  end

  // ---- its words in the image, then how far they are from those of the step before ----

  row_t need_q, need_before_q, more_q;
  logic [FREE_BITS-1:0] oldest_q, oldest_before_q;
  logic first_q;
  logic [1:0] stages_q;  // filled after reset

  assign advance = next_i || stages_q != 2'd3;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) stages_q <= '0;
    else if (stages_q != 2'd3) stages_q <= stages_q + 1'b1;
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      first_q         <= step_q == '0;
      need_q          <= last_step ? LAST_NEED : last_word(bottom_q, right_q);
      oldest_q        <= (top_q < 0) ? '0 : (top_q > IMAGE) ? FREE_BITS'(IMAGE) : FREE_BITS'(top_q);
      need_before_q   <= need_q;
      oldest_before_q <= oldest_q;
      more_q          <= need_q - need_before_q + (first_q ? IMAGE : '0);
      free_o          <= oldest_q - oldest_before_q + (first_q ? FREE_BITS'(IMAGE) : '0);
    end
  end

  // ---- words that have come beyond the last one needed, less one ----

  row_t beyond_q, come;

  assign come = beyond_q + (write_i ? ROW_BITS'(count_i) : '0);
  assign go_o = stages_q == 2'd3 && !beyond_q[ROW_BITS-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beyond_q <= -FIRST_NEED - 1'b1;
    else if (next_i) begin
      beyond_q <= come - more_q;
`ifdef XB_ASSERT
      assert (go_o) else $error("a step ends before its words have come");
`endif
    end else beyond_q <= come;
  end

endmodule
