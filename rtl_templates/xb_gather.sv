// SPDX-License-Identifier: Apache-2.0
// Input delivery for copies that share their words: a ring, out of which each word that the windows of a step look at is
// read once for all of them, RowLanes rows of taps by ColLanes columns a cycle. With Skip, words that the windows of the
// step before have had in the same row of windows are passed over. xb_strip puts the words into the windows.
module xb_gather #(
    parameter int Skip      = 0,   // as xb_sweep
    parameter int Width     = 24,  // bits of a word, 1..
    parameter int Words     = 1,   // geometry and ring: see xb_fetch
    parameter int InH       = 5,
    parameter int InW       = 5,
    parameter int KernelH   = 3,
    parameter int StrideH   = 1,
    parameter int StrideW   = 1,
    parameter int DilationH = 1,
    parameter int ReachW    = 2,   // words from a window's first column to its last, 0..
    parameter int PadT      = 1,
    parameter int PadL      = 1,
    parameter int OutH      = 5,
    parameter int OutW      = 5,
    parameter int Copies    = 1,
    parameter int RowLanes  = 1,   // as xb_sweep
    parameter int ColLanes  = 1,
    parameter int RingWords = 35,
    parameter int Unit      = 1,   // as xb_sweep
    parameter int Onward    = 1,
    parameter int Span      = 3,
    parameter int UnitBits  = 5,
    localparam int COUNT_BITS = $clog2(Words + 1),
    localparam int LANES = RowLanes * ColLanes,
    localparam int TAP_BITS = (KernelH > 1) ? $clog2(KernelH) : 1,
    localparam int ROWS = (OutW + Copies - 2) / OutW + 1,
    localparam int ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1,
    localparam int SIDE = 2 + ROW_BITS + TAP_BITS + UnitBits + 2 * LANES
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,
    input  logic                    in_valid_i,
    output logic                    in_ready_o,
    input  logic [  COUNT_BITS-1:0] in_count_i,
    input  logic [ Words*Width-1:0] in_data_i,
    input  logic [       Width-1:0] pad_i,         // word that padding delivers
    input  logic                    turn_i,        // steps may begin
    output logic                    out_valid_o,   // words of a step
    input  logic                    out_ready_i,
    output logic [        SIDE-1:0] out_side_o,    // ... {last of the step, of an image's last step, row, tap, unit, here, inside}: as xb_sweep
    output logic [ LANES*Width-1:0] out_data_o,
    output logic [            31:0] held_o         // words held, for the counters
);

  localparam int FREE_BITS = $clog2(InH * InW + 1);
  localparam int LINES = (RingWords + Words - 1) / Words;
  localparam int LINE_BITS = (LINES > 1) ? $clog2(LINES) : 1;
  localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1;
  localparam int PLACE_BITS = LINE_BITS + BANK_BITS;

  // ---- words come, steps go ----

  logic accept, come, step, walk_valid, walk_last, walk_end, read, give;
  logic [FREE_BITS-1:0] free, walk_free;
  logic [ROW_BITS-1:0] walk_row;
  logic [TAP_BITS-1:0] walk_tap;
  logic [UnitBits-1:0] walk_unit;
  logic [LANES-1:0] walk_here, walk_inside;
  logic [LANES*PLACE_BITS-1:0] walk_place;

  assign accept = in_valid_i && in_ready_o;

  xb_room #(
      .Words    (Words),
      .RingWords(RingWords),
      .Image    (InH * InW),
      .FreeBits (FREE_BITS)
  ) u_room (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .ready_o (in_ready_o),
      .accept_i(accept),
      .count_i (in_count_i),
      .read_i  (read),
      .free_i  (walk_free),
      .held_o  (held_o)
  );

  xb_reach #(
      .Words  (Words),
      .InH    (InH),
      .InW    (InW),
      .ReachH ((KernelH - 1) * DilationH),
      .ReachW (ReachW),
      .StrideH(StrideH),
      .StrideW(StrideW),
      .PadT   (PadT),
      .PadL   (PadL),
      .OutH   (OutH),
      .OutW   (OutW),
      .Copies (Copies)
  ) u_reach (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .write_i(accept),
      .count_i(in_count_i),
      .next_i (step),
      .go_o   (come),
      .free_o (free)
  );

  xb_sweep #(
      .Words    (Words),
      .InH      (InH),
      .InW      (InW),
      .KernelH  (KernelH),
      .StrideH  (StrideH),
      .DilationH(DilationH),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (OutH),
      .OutW     (OutW),
      .Copies   (Copies),
      .Lines    (LINES),
      .Unit     (Unit),
      .Onward   (Onward),
      .Span     (Span),
      .Skip     (Skip),
      .RowLanes (RowLanes),
      .ColLanes (ColLanes),
      .UnitBits (UnitBits),
      .FreeBits (FREE_BITS)
  ) u_sweep (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .go_i    (come && turn_i),
      .free_i  (free),
      .step_o  (step),
      .next_i  (read),
      .valid_o (walk_valid),
      .last_o  (walk_last),
      .end_o   (walk_end),
      .free_o  (walk_free),
      .row_o   (walk_row),
      .tap_o   (walk_tap),
      .unit_o  (walk_unit),
      .here_o  (walk_here),
      .inside_o(walk_inside),
      .place_o (walk_place)
  );

  // ---- stages: read, words; each waits for the next one ----

  logic read_valid_q, read_ready, ready;
  logic [SIDE-1:0] read_side_q;

  assign ready      = !out_valid_o || out_ready_i;
  assign read_ready = !read_valid_q || ready;
  assign read       = walk_valid && read_ready;
  assign give       = read_valid_q && ready;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_valid_q <= 1'b0;
      out_valid_o  <= 1'b0;
    end else begin
      if (read_ready) read_valid_q <= walk_valid;
      if (ready) out_valid_o <= read_valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (read) read_side_q <= {walk_last, walk_end, walk_row, walk_tap, walk_unit, walk_here, walk_inside};
    if (give) out_side_o <= read_side_q;
  end

  xb_ring #(
      .Width(Width),
      .Words(Words),
      .Lines(LINES),
      .Ports(LANES)
  ) u_ring (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .write_i (accept),
      .count_i (in_count_i),
      .data_i  (in_data_i),
      .read_i  (read),
      .inside_i(walk_inside),
      .place_i (walk_place),
      .give_i  (give),
      .pad_i   (pad_i),
      .data_o  (out_data_o)
  );

`ifdef XB_ASSERT
  int at_q;  // place of the next word in the ring
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) at_q <= 0;
    else if (accept) at_q <= (at_q + 32'(in_count_i)) % (LINES * Words);
  end

  always @(posedge clk_i) begin : check
    int behind;  // how far before it the word of lane 0 lies
    if (read && walk_inside[0]) begin
      behind = at_q - 32'(walk_place[BANK_BITS+:LINE_BITS]) * Words - 32'(walk_place[0+:BANK_BITS]);
      if (behind <= 0) behind = behind + LINES * Words;
      if (behind > u_room.unused_words) $error("a word is read that is not in the ring");
    end
  end
`endif

endmodule
