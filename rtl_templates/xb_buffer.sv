// SPDX-License-Identifier: Apache-2.0
// The input buffer of a layer: a ring of words filled by the incoming images, which follow one another without a gap, each
// in a beat of its own. It says when the words of a step have come, gives them at places that are asked for, and keeps them
// until no later step of the image needs their row. A beat is taken where the ring has room for a full one; there is no
// other back-pressure. What is asked for is there two stages later, a read and the padding mux; each waits for the next one.
module xb_buffer #(
    parameter int Width     = 8,  // bits of one word (a pixel), 1..
    parameter int Words     = 1,  // most words of a beat, 1..
    parameter int InH       = 5,  // geometry: see xb_reach
    parameter int InW       = 5,
    parameter int ReachH    = 2,
    parameter int ReachW    = 2,
    parameter int StrideH   = 1,
    parameter int StrideW   = 1,
    parameter int PadT      = 1,
    parameter int PadL      = 1,
    parameter int OutH      = 5,
    parameter int OutW      = 5,
    parameter int Copies    = 1,
    parameter int RingWords = 35, // words held: what one step needs and Words - 1 more, or above
    parameter int Ports     = 1,  // words read in a cycle, 1..
    parameter int SideBits  = 1,  // 1..
    localparam int COUNT_BITS = $clog2(Words + 1),
    localparam int FREE_BITS = $clog2(InH * InW + 1),
    localparam int LINES = (RingWords + Words - 1) / Words,
    localparam int LINE_BITS = (LINES > 1) ? $clog2(LINES) : 1,
    localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1,
    localparam int PLACE_BITS = LINE_BITS + BANK_BITS
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic                        in_valid_i,
    output logic                        in_ready_o,
    input  logic [      COUNT_BITS-1:0] in_count_i,    // words of the beat, from the lowest on, 1..Words
    input  logic [     Words*Width-1:0] in_data_i,
    input  logic [           Width-1:0] pad_i,         // word that padding delivers
    input  logic                        turn_i,        // steps may begin
    output logic                        go_o,          // all words of the step have come
    output logic [       FREE_BITS-1:0] free_o,        // ... and so many no step behind it needs
    input  logic                        next_i,        // the next step begins
    input  logic                        ask_valid_i,   // words are asked for
    output logic                        ask_ready_o,
    input  logic [           Ports-1:0] ask_inside_i,  // ... those that lie in the image, others are padding
    input  logic [Ports*PLACE_BITS-1:0] ask_place_i,   // their places, {line, bank} each
    input  logic [       FREE_BITS-1:0] ask_free_i,    // words that are free when these are read
    input  logic [        SideBits-1:0] ask_side_i,    // whatever is known of them
    output logic                        out_valid_o,
    input  logic                        out_ready_i,
    output logic [        SideBits-1:0] out_side_o,
    output logic [     Ports*Width-1:0] out_data_o,
    output logic [                31:0] held_o         // words held, for the counters
);

  localparam int BITS = $clog2(2 * InH * InW + RingWords + Words) + 1;  // signed
  localparam logic signed [BITS-1:0] ROOM = BITS'(RingWords - Words);

`ifdef VERILATOR
  if (RingWords < Words) begin : g_check
    $error("xb_buffer: the ring holds at least a beat");
  end
`endif

  // ---- words: what may come, what has come ----

  logic signed [BITS-1:0] room_q;  // free words beyond a full beat; those of an image's end may still come
  logic signed [BITS-1:0] left;
  logic accept, come, read, give;

  assign in_ready_o = !room_q[BITS-1];
  assign accept     = in_valid_i && in_ready_o;
  assign left       = room_q - (accept ? BITS'(in_count_i) : '0);
  assign go_o       = come && turn_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      room_q <= ROOM;
      held_o <= '0;
    end else begin
      room_q <= read ? left + BITS'(ask_free_i) : left;
      if (accept || read) held_o <= (room_q > ROOM) ? 32'd0 : 32'($unsigned(ROOM - room_q));
    end
  end

  xb_reach #(
      .Words  (Words),
      .InH    (InH),
      .InW    (InW),
      .ReachH (ReachH),
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
      .next_i (next_i),
      .go_o   (come),
      .free_o (free_o)
  );

  // ---- words that are read ----

  logic read_valid_q, out_ready;
  logic [SideBits-1:0] read_side_q;

  assign out_ready   = !out_valid_o || out_ready_i;
  assign ask_ready_o = !read_valid_q || out_ready;
  assign read        = ask_valid_i && ask_ready_o;
  assign give        = read_valid_q && out_ready;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_valid_q <= 1'b0;
      out_valid_o  <= 1'b0;
    end else begin
      if (ask_ready_o) read_valid_q <= ask_valid_i;
      if (out_ready) out_valid_o <= read_valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (read) read_side_q <= ask_side_i;
    if (give) out_side_o <= read_side_q;
  end

  xb_ring #(
      .Width(Width),
      .Words(Words),
      .Lines(LINES),
      .Ports(Ports)
  ) u_ring (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .write_i (accept),
      .count_i (in_count_i),
      .data_i  (in_data_i),
      .read_i  (read),
      .inside_i(ask_inside_i),
      .place_i (ask_place_i),
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

  // How far before it the word lies that a port reads, less the words held.
  function automatic int beyond(input logic [PLACE_BITS-1:0] place);
    int behind;
    behind = at_q - 32'(place[PLACE_BITS-1:BANK_BITS]) * Words - 32'(place[BANK_BITS-1:0]);
    if (behind <= 0) behind = behind + LINES * Words;
    beyond = behind - (32'(ROOM) - 32'(room_q));
  endfunction

  always @(posedge clk_i) begin
    if (read && ((ask_inside_i[0] && beyond(ask_place_i[PLACE_BITS-1:0]) > 0) ||
                 (ask_inside_i[Ports-1] && beyond(ask_place_i[(Ports-1)*PLACE_BITS+:PLACE_BITS]) > 0)))
      $error("a word is read that is not in the ring");
    if (accept && left < -BITS'(Words)) $error("a ring of %0d words overflows", RingWords);
  end
`endif

endmodule
