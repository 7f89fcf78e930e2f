// SPDX-License-Identifier: Apache-2.0
// Words of a ring: how many it holds, and whether a full beat has room.
module xb_room #(
    parameter int Words     = 1,   // most words of a beat, 1..
    parameter int RingWords = 35,  // Words..
    parameter int Image     = 25,  // words of an image
    parameter int FreeBits  = 5,
    localparam int COUNT_BITS = $clog2(Words + 1)
) (
    input  logic                  clk_i,
    input  logic                  rst_ni,
    output logic                  ready_o,   // a beat may come
    input  logic                  accept_i,  // it comes
    input  logic [COUNT_BITS-1:0] count_i,
    input  logic                  read_i,    // words are read, the last ones of a step or others
    input  logic [  FreeBits-1:0] free_i,    // ... and so many are free
    output logic [          31:0] held_o     // words held, for the counters
);

  localparam int BITS = $clog2(2 * Image + RingWords + Words) + 1;  // signed
  localparam logic signed [BITS-1:0] ROOM = BITS'(RingWords - Words);

  logic signed [BITS-1:0] room_q;  // free words beyond a full beat; those of an image's end may still come
  logic signed [BITS-1:0] left;

  assign ready_o = !room_q[BITS-1];
  assign left    = room_q - (accept_i ? BITS'(count_i) : '0);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      room_q <= ROOM;
      held_o <= '0;
    end else begin
      room_q <= read_i ? left + BITS'(free_i) : left;
      if (accept_i || read_i) held_o <= (room_q > ROOM) ? 32'd0 : 32'($unsigned(ROOM - room_q));
`ifdef XB_ASSERT
      if (accept_i && left < -BITS'(Words)) $error("a ring of %0d words overflows", RingWords);
`endif
    end
  end

`ifdef XB_ASSERT
  int unused_words;  // in the ring: who reads it looks at this in a check of its own
  assign unused_words = 32'(ROOM) - 32'(room_q);
`endif

endmodule
