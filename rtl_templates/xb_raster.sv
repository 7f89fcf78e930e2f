// SPDX-License-Identifier: Apache-2.0
// Points of a grid in raster order, Points side by side: their coordinates in the image and their places in the ring, by
// adding constants. After Turns turns the walk begins again at its first points, Onward words further in the ring.
// The windows of a layer are such a grid, and the taps of a window another one, relative to its corner.
module xb_raster #(
    parameter int Points   = 1,   // worked on at once, 1..
    parameter int Cols     = 5,   // points of a row, 1..
    parameter int Turns    = 25,  // until all points were there, 1..
    parameter int StrideY  = 1,   // rows from point to point, 1..
    parameter int StrideX  = 1,   // words from point to point, 1..
    parameter int PadY     = 0,   // rows of the first point above the image, 0..
    parameter int PadX     = 0,   // words to the left of it, 0..
    parameter int RowWords = 5,   // words of a row of the image
    parameter int Words    = 1,   // the ring, as xb_ring
    parameter int Lines    = 35,
    parameter int Onward   = 0,   // 0..
    parameter int YBits    = 8,   // signed
    parameter int XBits    = 8,
    localparam int LINE_BITS = (Lines > 1) ? $clog2(Lines) : 1,
    localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1,
    localparam int PLACE_BITS = LINE_BITS + BANK_BITS
) (
    input  logic                         clk_i,
    input  logic                         rst_ni,
    input  logic                         next_i,
    output logic                         first_o,  // the first turn
    output logic                         last_o,   // the last one; it may have fewer points
    output logic [     Points*YBits-1:0] y_o,
    output logic [     Points*XBits-1:0] x_o,
    output logic [Points*PLACE_BITS-1:0] place_o  // in the ring, {line, bank} each; also of points outside the image
);

  localparam int TURN_BITS = (Turns > 1) ? $clog2(Turns) : 1;
  localparam int DY = Points / Cols;
  localparam int DX = Points % Cols;

  localparam logic signed [63:0] RING = 64'(Words) * 64'(Lines);

  // The way over so many points' rows and columns, then so many rows and words, forward in the ring.
  function automatic [PLACE_BITS-1:0] forward(input signed [31:0] rows, input signed [31:0] cols,
                                              input signed [31:0] down, input signed [31:0] on);
    logic signed [63:0] way;
    way = (64'(rows) * 64'(StrideY) + 64'(down)) * 64'(RowWords) + 64'(cols) * 64'(StrideX) + 64'(on);
    way = ((way % RING) + RING) % RING;
    forward = {LINE_BITS'(way / 64'(Words)), BANK_BITS'(way % 64'(Words))};
  endfunction

  // Ways to the next turn's point, without and with a change of row more.
  localparam logic [PLACE_BITS-1:0] STEP = forward(DY, DX, 0, 0);
  localparam logic [PLACE_BITS-1:0] WRAP = forward(DY + 1, DX - Cols, 0, 0);

  logic [TURN_BITS-1:0] turn_q;

  assign first_o = turn_q == '0;
  assign last_o  = turn_q == TURN_BITS'(Turns - 1);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) turn_q <= '0;
    else if (next_i) turn_q <= last_o ? '0 : turn_q + 1'b1;
  end

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

  for (genvar p = 0; p < Points; p++) begin : g_point
    localparam int LAST = (Turns - 1) * Points + p;  // its point in the last turn
    localparam int Y0 = p / Cols * StrideY - PadY;
    localparam int X0 = p % Cols * StrideX - PadX;
    localparam bit WRAP0 = p % Cols + DX >= Cols;
    localparam logic [PLACE_BITS-1:0] PLACE0 = forward(p / Cols, p % Cols, -PadY, -PadX);
    localparam logic [PLACE_BITS-1:0] BACK = forward(p / Cols - LAST / Cols, p % Cols - LAST % Cols, 0, Onward);

    logic signed [YBits-1:0] y_q;
    logic signed [XBits-1:0] x_q;
    logic [PLACE_BITS-1:0] place_q;
    logic wrap_q;  // the next turn's point lies a row further

    assign y_o[p*YBits+:YBits]               = y_q;
    assign x_o[p*XBits+:XBits]               = x_q;
    assign place_o[p*PLACE_BITS+:PLACE_BITS] = place_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin : walk
      logic signed [XBits-1:0] x;
      if (!rst_ni) begin
        y_q     <= YBits'(Y0);
        x_q     <= XBits'(X0);
        wrap_q  <= WRAP0;
        place_q <= PLACE0;
      end else if (next_i) begin
        x = x_q + (wrap_q ? XBits'((DX - Cols) * StrideX) : XBits'(DX * StrideX));
        y_q     <= last_o ? YBits'(Y0) : y_q + (wrap_q ? YBits'((DY + 1) * StrideY) : YBits'(DY * StrideY));
        x_q     <= last_o ? XBits'(X0) : x;
        wrap_q  <= last_o ? WRAP0 : x + $signed(XBits'(DX * StrideX)) > $signed(XBits'((Cols - 1) * StrideX - PadX));
        place_q <= moved(place_q, last_o ? BACK : wrap_q ? WRAP : STEP);
      end
    end
  end

endmodule
