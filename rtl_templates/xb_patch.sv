// SPDX-License-Identifier: Apache-2.0
// The window of one copy, filled by words that come once for all copies: it takes those that lie on its taps. When it is
// driven, taps that the next window has in common with a window before are handed on. Says which words it lacked.
module xb_patch #(
    parameter int Width     = 24,  // bits of a word, 1..
    parameter int KernelH   = 3,
    parameter int KernelW   = 3,
    parameter int StrideH   = 1,
    parameter int DilationH = 1,
    parameter int TapUnits  = 1,   // units from tap to tap of a row; units: see xb_sweep
    parameter int RowLanes  = 1,   // as xb_sweep
    parameter int ColLanes  = 1,
    parameter int RowPitch  = 1,
    parameter int UnitBits  = 5,
    parameter int RowBits   = 1,   // of a row of windows within a step
    parameter int FirstH    = 1,   // a word is new to the image in the last FirstH rows of taps, or in a window of early_rows_i
    parameter int FirstW    = 1,   // likewise columns
    localparam int LANES = RowLanes * ColLanes,
    localparam int TAPS = KernelH * KernelW,
    localparam int TAP_BITS = (KernelH > 1) ? $clog2(KernelH) : 1
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,
    input  logic                    take_i,     // words come
    input  logic [     RowBits-1:0] row_i,      // of these: as xb_sweep
    input  logic [    TAP_BITS-1:0] tap_i,
    input  logic [    UnitBits-1:0] unit_i,
    input  logic [       LANES-1:0] here_i,
    input  logic [ LANES*Width-1:0] data_i,
    input  logic                    active_i,   // this copy has a window in the step that is filled
    input  logic [     RowBits-1:0] at_row_i,   // ... in this row of windows
    input  logic [    UnitBits-1:0] at_unit_i,  // ... which begins here
    input  logic                    early_row_i,  // no row of windows before has had any of its rows
    input  logic                    early_col_i,
    input  logic                    load_i,     // the window is driven, the next one begins
    input  logic [     KernelW-1:0] kept_i,     // columns of taps that it has from the beginning
    input  logic [  TAPS*Width-1:0] hand_i,     // ... their words
    output logic [  TAPS*Width-1:0] window_o,   // tap = row * KernelW + column
    output logic [       LANES-1:0] lack_o,     // words that it takes and did not have
    output logic [       LANES-1:0] new_o       // ... which no window of the image had
);

  localparam int ROW_WAYS = RowLanes * KernelH;
  localparam int COL_WAYS = ColLanes * KernelW;
  localparam int LOWEST = ((1 << RowBits) - 1) * StrideH + (KernelH - 1) * DilationH + RowLanes * RowPitch;
  localparam int BELOW_BITS = $clog2(LOWEST + 1) + 1;

  logic [TAPS-1:0] have_q, have, taps;  // taps: those whose words come
  logic [ROW_WAYS-1:0] on_row;  // row lane i holds tap row p at i * KernelH + p
  logic [COL_WAYS-1:0] on_col;
  logic signed [UnitBits:0] right;  // of lane 0 from the window's first column
  logic signed [RowBits:0] down;    // rows of windows
  logic [BELOW_BITS-1:0] below;     // of lane 0 from the window's first row, modulo what no lane reaches

  assign right = $signed({1'b0, unit_i}) - $signed({1'b0, at_unit_i});
  assign down  = $signed({1'b0, row_i}) - $signed({1'b0, at_row_i});
  assign below = BELOW_BITS'(32'(down) * StrideH + 32'(tap_i) * DilationH);

  // Only when words come, so that a simulator has nothing to do else.
  always_comb begin : match
    logic [ROW_WAYS-1:0] rows;
    logic [COL_WAYS-1:0] cols;
    rows = '0;
    cols = '0;
    if (take_i && active_i) begin
      for (int i = 0; i < RowLanes; i++) begin
        for (int p = 0; p < KernelH; p++) begin
          rows[i*KernelH+p] = below == BELOW_BITS'(p * DilationH - i * RowPitch);
        end
      end
      for (int j = 0; j < ColLanes; j++) begin
        for (int q = 0; q < KernelW; q++) cols[j*KernelW+q] = 32'(right) == q * TapUnits - j;
      end
    end
    on_row = rows;
    on_col = cols;
  end

  // What it has before this cycle's words.
  assign have = load_i ? {KernelH{kept_i}} : have_q;

  always_comb begin : find
    logic [TAPS-1:0] taken;
    logic [LANES-1:0] lack, fresh;
    logic [ColLanes-1:0] lanes, hit;  // of a column of taps: lanes on it, those of them with a word
    logic on, missed, early;
    taken  = '0;
    lack   = '0;
    fresh  = '0;
    lanes  = '0;
    hit    = '0;
    on     = 1'b0;
    missed = 1'b0;
    early  = 1'b0;
    if (take_i && active_i) begin
      for (int q = 0; q < KernelW; q++) begin
        for (int j = 0; j < ColLanes; j++) lanes[j] = on_col[j*KernelW+q];
        for (int i = 0; i < RowLanes; i++) begin
          hit    = lanes & here_i[i*ColLanes+:ColLanes];
          missed = 1'b0;  // of the taps in this column, those on the lane's row
          early  = 1'b0;
          for (int p = 0; p < KernelH; p++) begin
            on     = on_row[i*KernelH+p] && !have[p*KernelW+q];
            missed = missed || on;
            early  = early || (on && (p >= KernelH - FirstH || early_row_i));
            taken[p*KernelW+q] = taken[p*KernelW+q] || (on_row[i*KernelH+p] && hit != '0);
          end
          early = early && (q >= KernelW - FirstW || early_col_i);
          if (missed) lack[i*ColLanes+:ColLanes] = lack[i*ColLanes+:ColLanes] | hit;
          if (early) fresh[i*ColLanes+:ColLanes] = fresh[i*ColLanes+:ColLanes] | hit;
        end
      end
    end
    taps   = taken;
    lack_o = lack;
    new_o  = fresh;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) have_q <= '0;
    else if (take_i) have_q <= have | taps;
    else if (load_i) have_q <= have;
  end

  always_ff @(posedge clk_i) begin : fill
    logic [Width-1:0] word;
    if (load_i) window_o <= hand_i;
    if (take_i) begin
      for (int p = 0; p < KernelH; p++) begin
        for (int q = 0; q < KernelW; q++) begin
          if (taps[p*KernelW+q]) begin
            word = '0;
            for (int i = 0; i < RowLanes; i++) begin
              for (int j = 0; j < ColLanes; j++) begin
                if (on_row[i*KernelH+p] && on_col[j*KernelW+q]) word = word | data_i[(i*ColLanes+j)*Width+:Width];
              end
            end
            window_o[(p*KernelW+q)*Width+:Width] <= word;
          end
        end
      end
    end
  end

endmodule
