// SPDX-License-Identifier: Apache-2.0
// A box of the map: rows, columns and channels from a first one on, each step of them one. The codes pass as they are;
// words outside the box are taken and dropped, those inside wait, as they come in a part of an image's time, and are cut
// anew into beats.

module xb_layer_slice #(
  parameter int  InRows       = 4,  // the map, 1..
  parameter int  InCols       = 4,
  parameter int  InChannels   = 4,
  parameter int  InWords      = 1,  // most words of an input beat, 1..
  parameter int  OutRows      = 2,  // the box, 1..
  parameter int  OutCols      = 2,
  parameter int  OutChannels  = 2,
  parameter int  OutWords     = 1,  // most words of an output beat, 1..
  parameter int  BeginRow     = 1,  // its first row, column and channel, 0..
  parameter int  BeginCol     = 1,
  parameter int  BeginChannel = 1,
  parameter int  StepRow      = 1,  // from one that it has to the next, 1..
  parameter int  StepCol      = 1,
  parameter int  StepChannel  = 1,
  parameter int  Held         = 0,  // input beats with words of the box that wait, 2.. or 0
  parameter int  CodeBits     = 8,  // of a code, 1..16
  parameter int  Counters     = 1,  // 0: no counters are built
  localparam int InCountBits  = $clog2(InWords + 1),
  localparam int OutCountBits = $clog2(OutWords + 1),
  localparam int InWidth      = InChannels * CodeBits,
  localparam int OutWidth     = OutChannels * CodeBits
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         in_valid_i,
  output logic                         in_ready_o,
  input  logic [      InCountBits-1:0] in_count_i,
  input  logic [  InWords*InWidth-1:0] in_data_i,
  output logic                         out_valid_o,
  input  logic                         out_ready_i,
  output logic [     OutCountBits-1:0] out_count_o,
  output logic [OutWords*OutWidth-1:0] out_data_o,
  input  logic [                 15:0] layer_i,
  input  logic [                 73:0] prog_i,
  input  logic [                 65:0] cnt_chain_i,
  output logic [                 65:0] cnt_chain_o,
  output logic                         busy_o,
  input  logic                         turn_i  // beats with words of the box may be taken
);

  localparam bit AllWords = OutRows == InRows && OutCols == InCols;
  localparam int InBeats  = (InRows * InCols + InWords - 1) / InWords;
  localparam int OutBeats = (OutRows * OutCols + OutWords - 1) / OutWords;

`ifdef VERILATOR
  if (BeginRow + (OutRows - 1) * StepRow >= InRows || BeginCol + (OutCols - 1) * StepCol >= InCols ||
      BeginChannel + (OutChannels - 1) * StepChannel >= InChannels) begin : g_check
    $error("xb_layer_slice: the box leaves the map");
  end
`endif

  logic                         none;  // the beat has no word of the box
  logic [      InCountBits-1:0] count;
  logic [ InWords*OutWidth-1:0] picked, kept;
  logic                         push, ready, work, blocked, unused_clear, unused_data;
  logic [                 73:0] unused_prog;
  logic [                 31:0] unused_regs;  // no registers here
  logic                         gear_valid, gear_ready;
  logic [      InCountBits-1:0] gear_count;
  logic [ InWords*OutWidth-1:0] gear_data;

  // Nobody's turn is needed to drop what nobody looks at.
  assign in_ready_o = none || (ready && turn_i);
  assign push       = in_valid_i && !none && turn_i;

  // The side with more beats sets the pace, and its beats are the work.
  assign work    = InBeats > OutBeats ? push : out_valid_o;
  assign blocked = work && !(InBeats > OutBeats ? ready : out_ready_i);

  // ---- channels ----

  assign unused_data = &{1'b0, in_data_i};

  for (genvar k = 0; k < InWords; k++) begin : g_word
    if (StepChannel == 1) begin : g_run
      assign picked[k*OutWidth+:OutWidth] = in_data_i[k*InWidth+BeginChannel*CodeBits+:OutWidth];
    end else begin : g_some
      for (genvar c = 0; c < OutChannels; c++) begin : g_channel
        assign picked[k*OutWidth+c*CodeBits+:CodeBits] =
            in_data_i[k*InWidth+(BeginChannel+c*StepChannel)*CodeBits+:CodeBits];
      end
    end
  end

  // ---- words ----

  localparam int ColBits   = InCols > 1 ? $clog2(InCols) : 1;
  localparam int PlaceRows = $clog2(InRows + InWords / InCols + 2);  // bits of a row that may lie behind the image

  // Bit n: row or column n is one of the box. They are looked up, as nothing is divided on the chip, and written without a
  // loop, as a map may be longer than loops are unrolled.
  /* verilator lint_off WIDTHCONCAT */
  localparam logic [2**PlaceRows-1:0] BOX_ROWS = (2 ** PlaceRows)'({OutRows{StepRow'(1)}}) << BeginRow;
  localparam logic [  2**ColBits-1:0] BOX_COLS = (2 ** ColBits)'({OutCols{StepCol'(1)}}) << BeginCol;
  /* verilator lint_on WIDTHCONCAT */

  if (AllWords) begin : g_all
    assign none  = 1'b0;
    assign count = in_count_i;
    assign kept  = picked;
  end else begin : g_box
    localparam int RowBits = InRows > 1 ? $clog2(InRows) : 1;

    logic [RowBits-1:0] row_q;  // of the next beat's first word
    logic [ColBits-1:0] col_q;
    logic [(InWords+1)*PlaceRows-1:0] row;  // of its words, and of the word behind it
    logic [  (InWords+1)*ColBits-1:0] col;
    logic [PlaceRows-1:0] next_row;
    logic [InWords-1:0] boxed;

    for (genvar k = 0; k <= InWords; k++) begin : g_place
      logic [ColBits:0] over;
      logic wraps;
      assign over  = (ColBits + 1)'(col_q) + (ColBits + 1)'(k % InCols);
      assign wraps = over >= (ColBits + 1)'(InCols);
      assign col[k*ColBits+:ColBits] = ColBits'(wraps ? over - (ColBits + 1)'(InCols) : over);
      assign row[k*PlaceRows+:PlaceRows] = PlaceRows'(row_q) + PlaceRows'(k / InCols) + PlaceRows'(wraps);
    end

    for (genvar k = 0; k < InWords; k++) begin : g_inside
      assign boxed[k] = InCountBits'(k) < in_count_i && BOX_ROWS[row[k*PlaceRows+:PlaceRows]] && BOX_COLS[col[k*ColBits+:ColBits]];
    end

    // The words that are taken, one behind the other, and above them their number.
    function automatic logic [InCountBits+InWords*OutWidth-1:0] gathered(input logic [InWords-1:0] takes,
                                                                        input logic [InWords*OutWidth-1:0] data);
      logic [InWords*OutWidth-1:0] sum;
      logic [InCountBits-1:0] n;
      /* verilator lint_off WIDTHCONCAT */
      sum = '0;
      /* verilator lint_on WIDTHCONCAT */
      n   = '0;
      for (int k = 0; k < InWords; k++) begin
        if (takes[k]) begin
          sum = sum | (InWords * OutWidth)'(data[k*OutWidth+:OutWidth]) << (32'(n) * OutWidth);
          n   = n + 1'b1;
        end
      end
      gathered = {n, sum};
    endfunction

    assign none          = boxed == '0;
    assign {count, kept} = gathered(boxed, picked);
    assign next_row      = row[32'(in_count_i)*PlaceRows+:PlaceRows];

    if (InRows > 1) begin : g_row
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) row_q <= '0;
        else if (in_valid_i && in_ready_o) row_q <= next_row == PlaceRows'(InRows) ? '0 : RowBits'(next_row);
      end
    end else begin : g_no_row
      logic unused_row;
      assign row_q      = '0;
      assign unused_row = &{1'b0, next_row};
    end

    if (InCols > 1) begin : g_col
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) col_q <= '0;
        else if (in_valid_i && in_ready_o) col_q <= col[32'(in_count_i)*ColBits+:ColBits];
      end
    end else begin : g_no_col
      logic unused_col;
      assign col_q      = '0;
      assign unused_col = &{1'b0, col};
    end
  end

  // ---- beats ----

  if (Held > 0) begin : g_held
    xb_fifo #(
      .Width(InCountBits + InWords * OutWidth),
      .Depth(Held)
    ) u_held (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (push),
      .in_ready_o (ready),
      .in_data_i  ({count, kept}),
      .out_valid_o(gear_valid),
      .out_ready_i(gear_ready),
      .out_data_o ({gear_count, gear_data})
    );
  end else begin : g_through
    assign gear_valid = push;
    assign ready      = gear_ready;
    assign gear_count = count;
    assign gear_data  = kept;
  end

  xb_regear #(
    .InWidth   (OutWidth),
    .InWords   (InWords),
    .OutWidth  (OutWidth),
    .OutWords  (OutWords),
    .ImageWords(OutRows * OutCols)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (gear_valid),
    .in_ready_o (gear_ready),
    .in_count_i (gear_count),
    .in_data_i  (gear_data),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_count_o(out_count_o),
    .out_data_o (out_data_o)
  );

  xb_layer_shell #(
    .Registers    (0),
    .InWords      (InWords),
    .InImageWords (InRows * InCols),
    .OutWords     (OutWords),
    .OutImageWords(OutRows * OutCols),
    .OutBits      (OutWords * OutWidth),
    .Counters     (Counters)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .prog_o       (unused_prog),
    .regs_o       (unused_regs),
    .clear_o      (unused_clear),
    .work_i       (work),
    .blocked_i    (blocked),
    .in_i         (in_valid_i && in_ready_o),
    .in_count_i   (in_count_i),
    .out_valid_i  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_count_i  (out_count_o),
    .out_data_i   (out_data_o),
    .reads_i      (64'd0),
    .conversions_i(64'd0),
    .saturated_i  (64'd0),
    .loads_i      (64'd0),
    .held_i       (32'd0),
    .cnt_chain_i  (cnt_chain_i),
    .cnt_chain_o  (cnt_chain_o),
    .busy_o       (busy_o)
  );

endmodule
