// SPDX-License-Identifier: Apache-2.0
// Input delivery: a ring of words filled by the incoming images, and an address generator that walks the taps of one
// window per copy, Rate taps a cycle. Images follow one another without a gap; each begins in a beat of its own. A word
// is free again when no later window of the image needs its row; a beat is taken where the ring has room for a full
// one. There is no other back-pressure.
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
  localparam int STEPS = (OutH * OutW + Copies - 1) / Copies;
  localparam int LAST_COPIES = OutH * OutW - (STEPS - 1) * Copies;  // windows of the last step
  localparam int SLOT_BITS = (RingWords > 1) ? $clog2(RingWords) : 1;
  localparam int TURN_BITS = (TURNS > 1) ? $clog2(TURNS) : 1;
  localparam int STEP_BITS = (STEPS > 1) ? $clog2(STEPS) : 1;
  localparam int RB = $clog2(InH + OutH * StrideH + KernelH * DilationH + PadT + Copies + 1) + 2;  // signed rows
  localparam int CB = $clog2(InW + 2 * OutW * StrideW + KernelW * DilationW + PadL + 1) + 2;  // signed columns
  localparam int WB = $clog2(InH * InW + RingWords + Words) + 2;  // signed words
  localparam logic signed [WB-1:0] IMAGE = WB'(InH * InW);

`ifdef VERILATOR
  if (RingWords < Words) begin : g_check
    $error("xb_fetch: the ring holds at least a beat");
  end
`endif

  logic [Width-1:0] ring[RingWords];

  // Words are numbered from the first one of the image being read.
  logic signed [WB-1:0] arrived_q;  // next to come; negative while the image before is not over
  logic signed [WB-1:0] need_q;     // last one that this step's windows look at
  logic known_q;                    // need_q is set: all the time but after reset
  logic signed [WB-1:0] oldest_q;   // first one that is still needed
  logic [SLOT_BITS-1:0] slot_q;     // ... and its place in the ring
  logic [SLOT_BITS-1:0] write_q;

  // Top left corner of every copy's window, in image coordinates.
  logic [Copies*RB-1:0] top_q;
  logic [Copies*CB-1:0] left_q;
  logic [STEP_BITS-1:0] step_q;
  logic [TURN_BITS-1:0] turn_q;

  logic signed [WB-1:0] held;
  logic accept, issue, last_step, last_turn, step_done;

  assign last_step = step_q == STEP_BITS'(STEPS - 1);
  assign last_turn = turn_q == TURN_BITS'(TURNS - 1);
  assign held = arrived_q - oldest_q;
  assign in_ready_o = held <= WB'(RingWords - Words);
  assign accept = in_valid_i && in_ready_o;
  assign issue = known_q && need_q < arrived_q && (!tap_valid_o || tap_ready_i);
  assign step_done = issue && last_turn;
  assign held_o = (held > 0) ? 32'($unsigned(held)) : 32'd0;

  // ---- windows ----

  function automatic signed [RB-1:0] first_top(input [31:0] copy);
    first_top = RB'((copy / OutW) * StrideH - PadT);
  endfunction

  function automatic signed [CB-1:0] first_left(input [31:0] copy);
    first_left = CB'((copy % OutW) * StrideW - PadL);
  endfunction

  // True if the window Copies further in raster order lies in the row of windows after the next full ones.
  function automatic wraps(input signed [CB-1:0] left);
    wraps = left + $signed(CB'((Copies % OutW) * StrideW)) > $signed(CB'((OutW - 1) * StrideW - PadL));
  endfunction

  function automatic signed [RB-1:0] next_top(input signed [RB-1:0] top, input signed [CB-1:0] left);
    next_top = top + RB'((Copies / OutW) * StrideH) + (wraps(left) ? RB'(StrideH) : '0);
  endfunction

  function automatic signed [CB-1:0] next_left(input signed [CB-1:0] left);
    next_left = left + CB'((Copies % OutW) * StrideW) - (wraps(left) ? CB'(OutW * StrideW) : '0);
  endfunction

  // ---- words ----

  // A window's last tap inside the image. A window above the image waits for its first word, lest
  // padding runs ahead of it; one below needs all of it.
  function automatic signed [WB-1:0] last_word(input signed [RB-1:0] top, input signed [CB-1:0] left);
    logic signed [31:0] row, col;
    row = 32'(top) + (KernelH - 1) * DilationH;
    col = 32'(left) + (KernelW - 1) * DilationW;
    if (32'(top) >= InH || col >= InW) col = InW - 1;
    if (row < 0 || col < 0) col = 0;
    if (row < 0) row = 0;
    if (row >= InH) row = InH - 1;
    last_word = WB'(row * InW + col);
  endfunction

  function automatic signed [WB-1:0] later(input signed [WB-1:0] a, input signed [WB-1:0] b);
    later = (a > b) ? a : b;
  endfunction

  // What the windows of an image's first step need.
  function automatic signed [WB-1:0] first_need(input [31:0] copies);
    first_need = '0;
    for (int c = 0; c < Copies; c++) begin
      if (c < copies) first_need = later(first_need, last_word(first_top(c), first_left(c)));
    end
  endfunction

  // What the first `copies` windows of the next step need.
  function automatic signed [WB-1:0] next_need(input [Copies*RB-1:0] top, input [Copies*CB-1:0] left,
                                               input [31:0] copies);
    logic signed [RB-1:0] t;
    logic signed [CB-1:0] l;
    next_need = '0;
    for (int c = 0; c < Copies; c++) begin
      t = $signed(top[c*RB+:RB]);
      l = $signed(left[c*CB+:CB]);
      if (c < copies) next_need = later(next_need, last_word(next_top(t, l), next_left(l)));
    end
  endfunction

  // First word of the row in which the first window of the next step begins.
  function automatic signed [WB-1:0] next_oldest(input signed [RB-1:0] top, input signed [CB-1:0] left);
    logic signed [31:0] row;
    row = 32'(next_top(top, left));
    if (row < 0) row = 0;
    if (row >= InH) row = InH;
    next_oldest = WB'(row * InW);
  endfunction

  // Place in the ring of the word that comes at most a ring's length after the one at `slot`.
  function automatic [SLOT_BITS-1:0] place(input [SLOT_BITS-1:0] slot, input [31:0] words);
    logic [31:0] sum;
    sum = 32'(slot) + words;
    place = SLOT_BITS'((sum >= RingWords) ? sum - RingWords : sum);
  endfunction

  // ... and of any later one.
  function automatic [SLOT_BITS-1:0] further(input [SLOT_BITS-1:0] slot, input signed [WB-1:0] words);
    further = SLOT_BITS'((32'(slot) + 32'($unsigned(words))) % RingWords);
  endfunction

  // ---- writer ----

  always_ff @(posedge clk_i) begin
    for (int w = 0; w < Words; w++) begin
      if (accept && w < 32'(in_count_i)) ring[place(write_q, w)] <= in_data_i[w*Width+:Width];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      arrived_q <= '0;
      write_q   <= '0;
    end else begin
      arrived_q <= arrived_q + (accept ? WB'(in_count_i) : '0) - ((step_done && last_step) ? IMAGE : '0);
      if (accept) write_q <= place(write_q, 32'(in_count_i));
    end
  end

  // ---- reader ----

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q   <= '0;
      turn_q   <= '0;
      slot_q   <= '0;
      oldest_q <= '0;
      need_q   <= '0;
      known_q  <= 1'b0;
      for (int c = 0; c < Copies; c++) begin
        top_q[c*RB+:RB]  <= RB'((c / OutW) * StrideH - PadT);
        left_q[c*CB+:CB] <= CB'((c % OutW) * StrideW - PadL);
      end
    end else if (!known_q) begin
      need_q  <= first_need((STEPS > 1) ? Copies : LAST_COPIES);
      known_q <= 1'b1;
    end else if (step_done && last_step) begin
      step_q   <= '0;
      turn_q   <= '0;
      slot_q   <= further(slot_q, IMAGE - oldest_q);
      oldest_q <= '0;
      need_q   <= first_need((STEPS > 1) ? Copies : LAST_COPIES);
      for (int c = 0; c < Copies; c++) begin
        top_q[c*RB+:RB]  <= first_top(c);
        left_q[c*CB+:CB] <= first_left(c);
      end
    end else if (step_done) begin
      step_q   <= step_q + 1'b1;
      turn_q   <= '0;
      slot_q   <= further(slot_q, next_oldest($signed(top_q[RB-1:0]), $signed(left_q[CB-1:0])) - oldest_q);
      oldest_q <= next_oldest($signed(top_q[RB-1:0]), $signed(left_q[CB-1:0]));
      need_q   <= next_need(top_q, left_q, (step_q == STEP_BITS'(STEPS - 2)) ? LAST_COPIES : Copies);
      for (int c = 0; c < Copies; c++) begin
        top_q[c*RB+:RB]  <= next_top($signed(top_q[c*RB+:RB]), $signed(left_q[c*CB+:CB]));
        left_q[c*CB+:CB] <= next_left($signed(left_q[c*CB+:CB]));
      end
    end else if (issue) begin
      turn_q <= turn_q + 1'b1;
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
      tap_first_o  <= turn_q == '0;
      tap_last_o   <= last_turn;
      tap_active_o <= last_step ? {Copies{1'b1}} >> (Copies - LAST_COPIES) : '1;
    end else if (tap_ready_i) begin
      tap_valid_o <= 1'b0;
    end
  end

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    for (genvar r = 0; r < Rate; r++) begin : g_tap
      logic [31:0] tap, word;
      logic signed [31:0] row, col;
      logic inside_image;
      logic [SLOT_BITS-1:0] slot;
      assign tap = 32'(turn_q) * Rate + r;
      assign row = 32'($signed(top_q[c*RB+:RB])) + (tap / KernelW) * DilationH;
      assign col = 32'($signed(left_q[c*CB+:CB])) + (tap % KernelW) * DilationW;
      assign inside_image = tap < TAPS && row >= 0 && row < InH && col >= 0 && col < InW;
      assign word = row * InW + col;
      assign slot = place(slot_q, word - 32'(oldest_q));
      always_ff @(posedge clk_i) begin
        if (issue) begin
          tap_data_o[(c*Rate+r)*Width+:Width] <= inside_image ? ring[slot] : pad_i;
          tap_inside_o[c*Rate+r] <= inside_image && (!last_step || c < LAST_COPIES);
        end
      end
    end
  end

endmodule
