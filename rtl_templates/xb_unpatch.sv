// SPDX-License-Identifier: Apache-2.0
// Outputs of sub-images into the order of the image: windows come row by row of windows, each with Side x Side words; a row
// of windows waits in memory until it is whole, and leaves row by row of words while the next ones come. Words beyond the
// edges of the image are left out. Beats are full but for the last one of an image.
module xb_unpatch #(
    parameter int Side     = 2,   // rows of a window, and words of each, 1..
    parameter int Width    = 8,   // bits of a word
    parameter int OutH     = 5,   // image: rows, words of a row
    parameter int OutW     = 7,
    parameter int Windows  = 1,   // most windows of an input beat, 1..windows of a row
    parameter int Columns  = 1,   // windows that are read side by side, 1..; all of a row where Windows or Rows is more than 1
    parameter int Rows     = 1,   // rows of words that are read at once, 1..Side
    parameter int Words    = 1,   // words of an output beat, 1..
    localparam int PATCH      = Side * Side * Width,
    localparam int IN_COUNT   = $clog2(Windows + 1),
    localparam int OUT_COUNT  = $clog2(Words + 1)
) (
    input  logic                     clk_i,
    input  logic                     rst_ni,
    input  logic                     in_valid_i,
    output logic                     in_ready_o,
    input  logic [     IN_COUNT-1:0] in_count_i,  // windows of the beat, 1..Windows
    input  logic [Windows*PATCH-1:0] in_data_i,   // word x of row y of window w at (w*Side*Side + y*Side + x)*Width
    output logic                     out_valid_o,
    input  logic                     out_ready_i,
    output logic [    OUT_COUNT-1:0] out_count_o,
    output logic [  Words*Width-1:0] out_data_o
);

  localparam int ACROSS = (OutW + Side - 1) / Side;
  localparam int DOWN = (OutH + Side - 1) / Side;
  localparam int LINES = (ACROSS + Columns - 1) / Columns;  // reads of a row of words
  localparam int HELD = (Windows > 1) ? 3 : 2;              // rows of windows; a beat may be of two
  localparam int DEPTH = HELD * LINES;
  localparam int STRIP = Side * Width;                      // a window's part of a row of words
  localparam int BANKS = Side * Columns;
  localparam int ROW_WORDS = (LINES == 1) ? OutW : Columns * Side;
  localparam int READ_WORDS = Rows * ROW_WORDS;
  localparam int GROUPS = (Side + Rows - 1) / Rows;         // of rows that are read at once
  localparam int LAST_ROWS = OutH - (DOWN - 1) * Side;      // of an image's last row of windows
  localparam int LAST_GROUPS = (LAST_ROWS + Rows - 1) / Rows;
  localparam int ADDR_BITS = (DEPTH > 1) ? $clog2(DEPTH) : 1;
  localparam int COL_BITS = $clog2(ACROSS + Windows + 1);
  localparam int LINE_BITS = (LINES > 1) ? $clog2(LINES) : 1;
  localparam int GROUP_BITS = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam int DOWN_BITS = (DOWN > 1) ? $clog2(DOWN) : 1;
  localparam int READ_COUNT = $clog2(READ_WORDS + 1);

`ifdef VERILATOR
  if (Columns < ACROSS && (Windows > 1 || Rows > 1)) begin : g_check
    $error("xb_unpatch: several windows come, or rows leave, where a whole row of windows is read");
  end
`endif

  logic [1:0] whole_q;  // rows of windows that are whole
  logic accept, row_comes, row_leaves;

  assign in_ready_o = !whole_q[1];
  assign accept     = in_valid_i && in_ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) whole_q <= '0;
    else if (row_comes && !row_leaves) whole_q <= whole_q + 1'b1;
    else if (row_leaves && !row_comes) whole_q <= whole_q - 1'b1;
  end

  // ---- windows into memory: bank y*Columns + b has row y of the windows in column b of a line ----

  logic [COL_BITS-1:0] col_q, col_next;  // of the next window in its row of windows
  logic [Columns-1:0] write;
  logic [Columns*ADDR_BITS-1:0] write_addr;
  logic [Columns*PATCH-1:0] write_data;

  function automatic [ADDR_BITS-1:0] following(input [ADDR_BITS-1:0] place, input [ADDR_BITS:0] by);
    logic [ADDR_BITS:0] sum;
    sum = {1'b0, place} + by;
    if (32'(sum) >= DEPTH) sum = sum - (ADDR_BITS + 1)'(DEPTH);
    following = sum[ADDR_BITS-1:0];
  endfunction

  assign col_next  = col_q + COL_BITS'(in_count_i);
  assign row_comes = accept && 32'(col_next) >= ACROSS;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) col_q <= '0;
    else if (accept) col_q <= row_comes ? col_next - COL_BITS'(ACROSS) : col_next;
  end

  logic [ADDR_BITS-1:0] line_in_q;  // where the next window goes

  if (Windows == 1) begin : g_one
    localparam int BANK_BITS = (Columns > 1) ? $clog2(Columns) : 1;
    logic [BANK_BITS-1:0] bank_q;
    logic line_ends;
    assign line_ends = row_comes || bank_q == BANK_BITS'(Columns - 1);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        bank_q    <= '0;
        line_in_q <= '0;
      end else if (accept) begin
        bank_q <= line_ends ? '0 : bank_q + 1'b1;
        if (line_ends) line_in_q <= following(line_in_q, (ADDR_BITS + 1)'(1));
      end
    end

    for (genvar b = 0; b < Columns; b++) begin : g_column
      assign write[b] = accept && bank_q == BANK_BITS'(b);
      assign write_addr[b*ADDR_BITS+:ADDR_BITS] = line_in_q;
      assign write_data[b*PATCH+:PATCH] = in_data_i;
    end
  end else begin : g_several
    logic [ADDR_BITS-1:0] line_next;
    assign line_next = following(line_in_q, (ADDR_BITS + 1)'(1));

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) line_in_q <= '0;
      else if (row_comes) line_in_q <= line_next;
    end

    for (genvar b = 0; b < Columns; b++) begin : g_column
      logic here;                  // in the row of windows that col_q is in
      logic [COL_BITS-1:0] lane;   // which window of the beat
      assign here = COL_BITS'(b) >= col_q;
      assign lane = COL_BITS'(here ? b : b + ACROSS) - col_q;
      assign write[b] = accept && lane < COL_BITS'(in_count_i);
      assign write_addr[b*ADDR_BITS+:ADDR_BITS] = here ? line_in_q : line_next;
      assign write_data[b*PATCH+:PATCH] = in_data_i[32'(lane)*PATCH+:PATCH];
    end
  end

  // ---- rows out of memory ----

  logic [LINE_BITS-1:0] line_q;    // of the row
  logic [GROUP_BITS-1:0] group_q;  // rows of the row of windows
  logic [DOWN_BITS-1:0] down_q;    // row of windows of the image
  logic [ADDR_BITS-1:0] base_q, read_addr_q, read_next;
  logic read, last_line, last_group, last_down, ready, gear_ready;
  logic read_valid_q, beat_valid_q, beat_ready;
  logic [GROUP_BITS-1:0] read_group_q;
  logic [READ_COUNT-1:0] read_count_q, beat_count_q;
  logic [BANKS*STRIP-1:0] stored;
  logic [READ_WORDS*Width-1:0] beat_q;

  assign beat_ready = !beat_valid_q || gear_ready;
  assign ready      = !read_valid_q || beat_ready;
  assign read       = whole_q != '0 && ready;
  assign last_line  = line_q == LINE_BITS'(LINES - 1);
  assign last_down  = down_q == DOWN_BITS'(DOWN - 1);
  assign last_group = group_q == (last_down ? GROUP_BITS'(LAST_GROUPS - 1) : GROUP_BITS'(GROUPS - 1));
  assign row_leaves = read && last_line && last_group;
  assign read_next  = following(base_q, (ADDR_BITS + 1)'(LINES));

  function automatic [READ_COUNT-1:0] words_of(input line_ends, input group_ends, input down_ends);
    int rows;
    rows = !group_ends ? Rows : down_ends ? LAST_ROWS - (LAST_GROUPS - 1) * Rows : Side - (GROUPS - 1) * Rows;
    words_of = READ_COUNT'((LINES == 1) ? rows * OutW : line_ends ? OutW - (LINES - 1) * ROW_WORDS : ROW_WORDS);
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      line_q      <= '0;
      group_q     <= '0;
      down_q      <= '0;
      base_q      <= '0;
      read_addr_q <= '0;
    end else if (read) begin
      line_q <= last_line ? '0 : line_q + 1'b1;
      if (last_line) group_q <= last_group ? '0 : group_q + 1'b1;
      if (row_leaves) begin
        down_q <= last_down ? '0 : down_q + 1'b1;
        base_q <= read_next;
      end
      read_addr_q <= row_leaves ? read_next : last_line ? base_q : read_addr_q + 1'b1;
    end
  end

  for (genvar y = 0; y < Side; y++) begin : g_row
    for (genvar b = 0; b < Columns; b++) begin : g_column
      xb_store #(
          .Width(STRIP),
          .Words(DEPTH),
          .Banks(BANKS)
      ) u_strips (
          .clk_i       (clk_i),
          .write_i     (write[b]),
          .write_addr_i(write_addr[b*ADDR_BITS+:ADDR_BITS]),
          .write_data_i(write_data[b*PATCH+y*STRIP+:STRIP]),
          .read_i      (read && group_q == GROUP_BITS'(y / Rows)),
          .read_addr_i (read_addr_q),
          .read_data_o (stored[(y*Columns+b)*STRIP+:STRIP])
      );
    end
  end

  // Rows beyond a window's last one are not counted.
  function automatic [READ_WORDS*Width-1:0] chosen(input [BANKS*STRIP-1:0] rows, input [GROUP_BITS-1:0] group);
    logic [GROUPS*Rows*Columns*STRIP-1:0] all;
    all = (GROUPS * Rows * Columns * STRIP)'(rows);
    for (int r = 0; r < Rows; r++) begin
      chosen[r*ROW_WORDS*Width+:ROW_WORDS*Width] = all[(32'(group)*Rows+r)*Columns*STRIP+:ROW_WORDS*Width];
    end
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_valid_q <= 1'b0;
      beat_valid_q <= 1'b0;
    end else begin
      if (ready) read_valid_q <= read;
      if (beat_ready) beat_valid_q <= read_valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (read) begin
      read_group_q <= group_q;
      read_count_q <= words_of(last_line, last_group, last_down);
    end
    if (read_valid_q && beat_ready) begin
      beat_q       <= chosen(stored, read_group_q);
      beat_count_q <= read_count_q;
    end
  end

  xb_regear #(
      .InWidth   (Width),
      .InWords   (READ_WORDS),
      .OutWidth  (Width),
      .OutWords  (Words),
      .ImageWords(OutH * OutW)
  ) u_regear (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (beat_valid_q),
      .in_ready_o (gear_ready),
      .in_count_i (beat_count_q),
      .in_data_i  (beat_q),
      .out_valid_o(out_valid_o),
      .out_ready_i(out_ready_i),
      .out_count_o(out_count_o),
      .out_data_o (out_data_o)
  );

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (accept) begin
      if (32'(in_count_i) - 32'd1 >= Windows) $error("a beat of %0d windows, not 1 to %0d", in_count_i, Windows);
      if (row_comes && whole_q > 2'd1) $error("a row of windows overwrites one that has not left");
    end
    if (row_leaves && whole_q == '0) $error("a row of windows leaves that is not whole");
  end
`endif

endmodule
