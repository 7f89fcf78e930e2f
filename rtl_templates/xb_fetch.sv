// SPDX-License-Identifier: Apache-2.0
// Input delivery: a buffer, and an address generator that walks the taps of one window per copy, Rate taps a cycle.
module xb_fetch #(
    parameter int Width     = 8,  // bits of one word (a pixel), 1..
    parameter int Words     = 1,  // most words of a beat, 1..
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
    parameter int RingWords = 35, // words held: what one step needs and Words - 1 more, or above
    localparam int COUNT_BITS = $clog2(Words + 1)
) (
    input  logic                         clk_i,
    input  logic                         rst_ni,
    input  logic                         in_valid_i,
    output logic                         in_ready_o,
    input  logic [       COUNT_BITS-1:0] in_count_i,    // words of the beat, from the lowest on, 1..Words
    input  logic [      Words*Width-1:0] in_data_i,
    input  logic [            Width-1:0] pad_i,         // word that padding delivers
    input  logic                         turn_i,        // steps may begin
    output logic                         tap_valid_o,   // up to Rate taps of every copy's window
    input  logic                         tap_ready_i,
    output logic                         tap_first_o,   // first taps of a window
    output logic                         tap_last_o,    // last taps of a window
    output logic [           Copies-1:0] tap_active_o,  // copies that have a window in this step
    output logic [Copies*Rate*Width-1:0] tap_data_o,
    output logic [      Copies*Rate-1:0] tap_inside_o,  // tap exists and lies inside the image
    output logic [                 31:0] held_o         // words held, for the counters
);

  localparam int TAPS = KernelH * KernelW;
  localparam int TURNS = (TAPS + Rate - 1) / Rate;  // cycles of a window
  localparam int LAST_TAPS = TAPS - (TURNS - 1) * Rate;  // taps of the last one
  localparam int STEPS = (OutH * OutW + Copies - 1) / Copies;
  localparam int LAST_COPIES = OutH * OutW - (STEPS - 1) * Copies;  // windows of the last step
  localparam int LINES = (RingWords + Words - 1) / Words;
  localparam int LINE_BITS = (LINES > 1) ? $clog2(LINES) : 1;
  localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1;
  localparam int PLACE_BITS = LINE_BITS + BANK_BITS;
  localparam int PORTS = Copies * Rate;
  localparam int FREE_BITS = $clog2(InH * InW + 1);
  localparam int RB = $clog2(InH + (OutH + 1) * StrideH + KernelH * DilationH + PadT + (Copies + 1) * StrideH) + 2;  // signed rows
  localparam int CB = $clog2(InW + 2 * OutW * StrideW + 2 * KernelW * DilationW + PadL + 1) + 2;  // signed columns

  // ---- corners of the windows, and the way from a corner to a tap ----

  logic first_turn, last_turn, unused_first_step, last_step;
  logic [Copies*RB-1:0] top;
  logic [Copies*CB-1:0] left_side;
  logic [Copies*PLACE_BITS-1:0] corner;
  logic [Rate*RB-1:0] tap_down;
  logic [Rate*CB-1:0] tap_right;
  logic [Rate*PLACE_BITS-1:0] tap_way;

  xb_raster #(
      .Points  (Copies),
      .Cols    (OutW),
      .Turns   (STEPS),
      .StrideY (StrideH),
      .StrideX (StrideW),
      .PadY    (PadT),
      .PadX    (PadL),
      .RowWords(InW),
      .Words   (Words),
      .Lines   (LINES),
      .Onward  (InH * InW),
      .YBits   (RB),
      .XBits   (CB)
  ) u_windows (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .next_i (step_done),
      .first_o(unused_first_step),
      .last_o (last_step),
      .y_o    (top),
      .x_o    (left_side),
      .place_o(corner)
  );

  xb_raster #(
      .Points  (Rate),
      .Cols    (KernelW),
      .Turns   (TURNS),
      .StrideY (DilationH),
      .StrideX (DilationW),
      .RowWords(InW),
      .Words   (Words),
      .Lines   (LINES),
      .YBits   (RB),
      .XBits   (CB)
  ) u_taps (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .next_i (issue),
      .first_o(first_turn),
      .last_o (last_turn),
      .y_o    (tap_down),
      .x_o    (tap_right),
      .place_o(tap_way)
  );

  // ---- stages: addresses, then those of the buffer ----

  logic addr_valid_q, addr_ready, addr_first_q, addr_last_q, addr_end_q;
  logic go, issue, step_done, ask_ready, tap_end;
  logic [FREE_BITS-1:0] free, addr_free_q;  // by the step; when its last taps are read
  logic [PORTS*PLACE_BITS-1:0] addr_place_q;
  logic [PORTS-1:0] addr_inside_q;

  assign addr_ready   = !addr_valid_q || ask_ready;
  assign issue        = go && addr_ready;
  assign step_done    = issue && last_turn;
  assign tap_active_o = tap_end ? {Copies{1'b1}} >> (Copies - LAST_COPIES) : '1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) addr_valid_q <= 1'b0;
    else if (addr_ready) addr_valid_q <= go;
  end

  always_ff @(posedge clk_i) begin
    if (issue) begin
      addr_first_q <= first_turn;
      addr_last_q  <= last_turn;
      addr_end_q   <= last_step;
      addr_free_q  <= last_turn ? free : '0;
    end
  end

  xb_buffer #(
      .Width    (Width),
      .Words    (Words),
      .InH      (InH),
      .InW      (InW),
      .ReachH   ((KernelH - 1) * DilationH),
      .ReachW   ((KernelW - 1) * DilationW),
      .StrideH  (StrideH),
      .StrideW  (StrideW),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (OutH),
      .OutW     (OutW),
      .Copies   (Copies),
      .RingWords(RingWords),
      .Ports    (PORTS),
      .SideBits (PORTS + 3)
  ) u_buffer (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .in_valid_i  (in_valid_i),
      .in_ready_o  (in_ready_o),
      .in_count_i  (in_count_i),
      .in_data_i   (in_data_i),
      .pad_i       (pad_i),
      .turn_i      (turn_i),
      .go_o        (go),
      .free_o      (free),
      .next_i      (step_done),
      .ask_valid_i (addr_valid_q),
      .ask_ready_o (ask_ready),
      .ask_inside_i(addr_inside_q),
      .ask_place_i (addr_place_q),
      .ask_free_i  (addr_free_q),
      .ask_side_i  ({addr_inside_q, addr_first_q, addr_last_q, addr_end_q}),
      .out_valid_o (tap_valid_o),
      .out_ready_i (tap_ready_i),
      .out_side_o  ({tap_inside_o, tap_first_o, tap_last_o, tap_end}),
      .out_data_o  (tap_data_o),
      .held_o      (held_o)
  );

  // ---- taps ----

  function automatic [PLACE_BITS-1:0] tap_at(input [PLACE_BITS-1:0] place, input [PLACE_BITS-1:0] by);
    logic [BANK_BITS:0] bank;
    logic [LINE_BITS:0] line;
    logic over;
    bank = (BANK_BITS + 1)'(place[BANK_BITS-1:0]) + (BANK_BITS + 1)'(by[BANK_BITS-1:0]);
    over = bank >= (BANK_BITS + 1)'(Words);
    if (over) bank = bank - (BANK_BITS + 1)'(Words);
    line = (LINE_BITS + 1)'(place[PLACE_BITS-1:BANK_BITS]) + (LINE_BITS + 1)'(by[PLACE_BITS-1:BANK_BITS]) +
        (LINE_BITS + 1)'(over);
    if (line >= (LINE_BITS + 1)'(LINES)) line = line - (LINE_BITS + 1)'(LINES);
    tap_at = {line[LINE_BITS-1:0], bank[BANK_BITS-1:0]};
  endfunction

  function automatic is_inside(input signed [RB-1:0] row, input signed [CB-1:0] col);
    is_inside = row >= 0 && row < $signed(RB'(InH)) && col >= 0 && col < $signed(CB'(InW));
  endfunction

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    for (genvar r = 0; r < Rate; r++) begin : g_tap
      localparam int P = c * Rate + r;
      logic here;
      assign here = (r < LAST_TAPS || !last_turn) && (c < LAST_COPIES || !last_step);

      always_ff @(posedge clk_i) begin
        if (issue) begin
          addr_place_q[P*PLACE_BITS+:PLACE_BITS] <=
              tap_at(corner[c*PLACE_BITS+:PLACE_BITS], tap_way[r*PLACE_BITS+:PLACE_BITS]);
          addr_inside_q[P] <= here && is_inside($signed(top[c*RB+:RB]) + $signed(tap_down[r*RB+:RB]),
                                                $signed(left_side[c*CB+:CB]) + $signed(tap_right[r*CB+:CB]));
        end
      end
    end
  end

endmodule
