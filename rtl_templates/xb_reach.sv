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
  localparam int COL_BITS = $clog2(InW + 2 * OutW * StrideW + ReachW + PadL + 1) + 2;
  localparam int WORD_BITS = $clog2(64'(InW) * 64'(ROWS) + 64'(Words) + 1) + 1;
  localparam int ROW_BITS = (WORD_BITS > COL_BITS) ? WORD_BITS : COL_BITS;
  localparam int LEFT_BITS = $clog2(2 * OutW + 1);

  // So many rows, in words.
  function automatic signed [ROW_BITS-1:0] words(input signed [31:0] rows);
    words = ROW_BITS'(64'(rows) * 64'(InW));
  endfunction

  // Last rows and columns, from which the constants below are made (no function of signed constants: Icarus takes them
  // as unsigned).
  localparam int BOTTOM_ROW = END / OutW * StrideH + ReachH - PadT;  // of the first step
  localparam int RIGHT_COL = END % OutW * StrideW + ReachW - PadL;
  localparam int FINAL_ROW = (OutH - 1) * StrideH + ReachH - PadT;   // of an image's last window
  localparam int FINAL_COL = (OutW - 1) * StrideW + ReachW - PadL;
  localparam int BELOW_ROW = InH + ReachH;  // of a window below the image
  // From here on the row of windows before, too, had the image's last row.
  localparam int AGAIN_ROW = ((ReachH - PadT > InH - 1) ? ReachH - PadT : InH - 1) + StrideH;
  localparam int FINAL_IN = (FINAL_COL < 0) ? 0 : (FINAL_COL >= InW) ? InW - 1 : FINAL_COL;
  localparam int RIGHT_IN = (RIGHT_COL < 0) ? 0 : (RIGHT_COL >= InW) ? InW - 1 : RIGHT_COL;
  localparam int FIRST_NEED = (BOTTOM_ROW < 0) ? 0 : ((BOTTOM_ROW >= InH) ? InH - 1 : BOTTOM_ROW) * InW +
      ((BOTTOM_ROW >= BELOW_ROW) ? InW - 1 : (BOTTOM_ROW >= AGAIN_ROW) ? FINAL_IN : RIGHT_IN);
  localparam int LAST_NEED = (FINAL_ROW < 0) ? 0 : ((FINAL_ROW >= InH) ? InH - 1 : FINAL_ROW) * InW +
      ((FINAL_ROW >= BELOW_ROW) ? InW - 1 : FINAL_IN);

  localparam logic signed [ROW_BITS-1:0] IMAGE = words(InH);
  localparam logic signed [ROW_BITS-1:0] END_ROW = words(InH - 1);
  localparam logic signed [ROW_BITS-1:0] STEP = words(DY * StrideH);  // on to the next step, in rows of windows
  localparam logic signed [ROW_BITS-1:0] WRAP = words((DY + 1) * StrideH);
  localparam logic signed [ROW_BITS-1:0] TOP = words(-PadT);
  localparam logic signed [ROW_BITS-1:0] BOTTOM = words(BOTTOM_ROW);
  localparam logic signed [ROW_BITS-1:0] BELOW = words(BELOW_ROW);
  localparam logic signed [ROW_BITS-1:0] AGAIN = words(AGAIN_ROW);
  localparam logic signed [COL_BITS-1:0] RIGHT = COL_BITS'(RIGHT_COL);
  localparam logic signed [COL_BITS-1:0] END_RIGHT = COL_BITS'(FINAL_COL);
  localparam logic signed [COL_BITS-1:0] END_COL = COL_BITS'(FINAL_IN);

  // The last word that a step looks at. A window above the image waits for its first word, lest padding runs ahead of
  // it; one below needs all of it.
  function automatic signed [ROW_BITS-1:0] last_word(input signed [ROW_BITS-1:0] bottom,
                                                    input signed [COL_BITS-1:0] right);
    logic signed [ROW_BITS-1:0] row;
    logic signed [COL_BITS-1:0] col;
    row = (bottom < 0) ? '0 : (bottom > END_ROW) ? END_ROW : bottom;
    col = (right >= $signed(COL_BITS'(InW))) ? COL_BITS'(InW - 1) : (right < 0) ? '0 : right;
    if (bottom < 0) col = '0;
    else if (bottom >= BELOW) col = COL_BITS'(InW - 1);
    else if (bottom >= AGAIN) col = END_COL;
    last_word = row + ROW_BITS'(col);
  endfunction

  // ---- a step ahead: its first and its last window ----

  logic [STEP_BITS-1:0] step_q;
  logic signed [ROW_BITS-1:0] top_q, bottom_q;
  logic [LEFT_BITS-1:0] left_q;  // window of its row
  logic signed [COL_BITS-1:0] right_q;
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

  logic signed [ROW_BITS-1:0] need_q, need_before_q, more_q;
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
      need_q          <= last_step ? ROW_BITS'(LAST_NEED) : last_word(bottom_q, right_q);
      oldest_q        <= (top_q < 0) ? '0 : (top_q > IMAGE) ? FREE_BITS'(IMAGE) : FREE_BITS'(top_q);
      need_before_q   <= need_q;
      oldest_before_q <= oldest_q;
      more_q          <= need_q - need_before_q + (first_q ? IMAGE : '0);
      free_o          <= oldest_q - oldest_before_q + (first_q ? FREE_BITS'(IMAGE) : '0);
    end
  end

  // ---- words that have come beyond the last one needed, less one ----

  logic signed [ROW_BITS-1:0] beyond_q, come;

  assign come = beyond_q + (write_i ? ROW_BITS'(count_i) : '0);
  assign go_o = stages_q == 2'd3 && !beyond_q[ROW_BITS-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beyond_q <= ROW_BITS'(-FIRST_NEED - 1);
    else if (next_i) beyond_q <= come - more_q;
    else beyond_q <= come;
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (next_i && !go_o) $error("a step ends before its words have come");
  end
`endif

endmodule
