// SPDX-License-Identifier: Apache-2.0
// The product of two streams, code by code. A FIFO at each input holds what one branch is ahead of the other, and keeps
// the ready of one from the valid of the other. Gated, stream b has one word an image, which is kept for all words of
// stream a: the map waits in its FIFO until that word is there, and the word of the next image may come meanwhile.
// Arithmetic: docs/numerics.md section 5, MUL.

module xb_layer_mul #(
  parameter int Channels   = 10, // channels of a word, 1..
  parameter int Words      = 1,  // most words of a beat of a, and of b if it is not gated, 1..
  parameter int ImageWords = 1,  // words of an image, 1..
  parameter int Lanes      = 4,  // channels of a beat worked on in a cycle, 1..
  parameter int DepthA     = 2,  // beats held at input a, 2..
  parameter int DepthB     = 2,  // ... at input b
  parameter int Gated      = 0,  // 1: an image of b is one word
  parameter int Rounding   = 0,  // 0 double, 1 single, 2 exact half away
  parameter int InBits     = 8,  // of a code, 1..8
  parameter int OutBits    = 8,  // ... of the output
  parameter int Counters   = 1,  // 0: no counters are built
  localparam int CountBits = $clog2(Words + 1),
  localparam int WordsB    = Gated != 0 ? 1 : Words,
  localparam int CountBitsB = $clog2(WordsB + 1)
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  input  logic                                a_valid_i,
  output logic                                a_ready_o,
  input  logic [               CountBits-1:0] a_count_i,
  input  logic [   Words*Channels*InBits-1:0] a_data_i,
  input  logic                                b_valid_i,
  output logic                                b_ready_o,
  input  logic [              CountBitsB-1:0] b_count_i,  // as a_count_i, or 1
  input  logic [  WordsB*Channels*InBits-1:0] b_data_i,
  output logic                                out_valid_o,
  input  logic                                out_ready_i,
  output logic [               CountBits-1:0] out_count_o,
  output logic [  Words*Channels*OutBits-1:0] out_data_o,
  input  logic [                        15:0] layer_i,
  input  logic [                        73:0] prog_i,
  input  logic [                        65:0] cnt_chain_i,
  output logic [                        65:0] cnt_chain_o,
  output logic                                busy_o,
  input  logic                                turn_i  // beats may be multiplied
);

  localparam int BeatBits = Words * Channels * InBits;
  localparam int BeatBitsB = WordsB * Channels * InBits;
  localparam int Difference = InBits + 1;  // bits of a code less its zero point
  localparam int Product = 2 * Difference;

  logic [7*32-1:0] regs;
  logic            clear;
  logic [73:0] unused_prog;

  logic [InBits-1:0] in_zero_a, in_zero_b;
  logic [15:0] out_zero, clamp_lo, clamp_hi;
  logic [31:0] scale_q;
  logic signed [6:0] scale_e;
  logic unused_regs;  // zero points, clamps and exponents need the low bits only

  assign in_zero_a   = regs[0*32+:InBits];
  assign out_zero    = regs[1*32+:16];
  assign clamp_lo    = regs[2*32+:16];
  assign clamp_hi    = regs[3*32+:16];
  assign scale_q     = regs[4*32+:32];
  assign scale_e     = $signed(regs[5*32+:7]);
  assign in_zero_b   = regs[6*32+:InBits];
  assign unused_regs = ^regs;

  logic [2*Lanes*InBits-1:0] group;
  logic [ Lanes*OutBits-1:0] result;
  logic [     CountBits-1:0] a_count;
  logic [      BeatBits-1:0] a_data, b_words;
  logic [     BeatBitsB-1:0] b_data;
  logic                      a_valid, b_valid, pair, take, take_b, ready, en, blocked, unused_side;

  assign pair = a_valid && b_valid && turn_i;
  assign take = pair && ready;

  xb_fifo #(
    .Width(CountBits + BeatBits),
    .Depth(DepthA)
  ) u_fifo_a (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (a_valid_i),
    .in_ready_o (a_ready_o),
    .in_data_i  ({a_count_i, a_data_i}),
    .out_valid_o(a_valid),
    .out_ready_i(take),
    .out_data_o ({a_count, a_data})
  );

  if (Gated != 0) begin : g_gated
    logic unused_inside, unused_count;
    assign unused_count = &{1'b0, b_count_i};

    xb_word_count #(
      .Words     (Words),
      .ImageWords(ImageWords)
    ) u_map (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .clear_i (clear),
      .beat_i  (take),
      .words_i (a_count),
      .inside_o(unused_inside),
      .end_o   (take_b)
    );

    xb_fifo #(
      .Width(BeatBitsB),
      .Depth(DepthB)
    ) u_fifo_b (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (b_valid_i),
      .in_ready_o (b_ready_o),
      .in_data_i  (b_data_i),
      .out_valid_o(b_valid),
      .out_ready_i(take_b),
      .out_data_o (b_data)
    );

    assign b_words = {Words{b_data}};
  end else begin : g_pair
    logic [CountBits-1:0] b_count;
    logic                 unused_clear;

    xb_fifo #(
      .Width(CountBits + BeatBits),
      .Depth(DepthB)
    ) u_fifo_b (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (b_valid_i),
      .in_ready_o (b_ready_o),
      .in_data_i  ({b_count_i, b_data_i}),
      .out_valid_o(b_valid),
      .out_ready_i(take_b),
      .out_data_o ({b_count, b_data})
    );

    assign take_b       = take;
    assign b_words      = b_data;
    assign unused_clear = clear;

`ifdef XB_ASSERT
    always @(posedge clk_i) begin
      if (take && a_count != b_count) $error("beats of %0d and %0d words are multiplied", a_count, b_count);
    end
`else
    logic unused_count;  // that of a says it
    assign unused_count = &{1'b0, b_count};
`endif
  end

  xb_lanes #(
    .Channels(Words * Channels),
    .Lanes   (Lanes),
    .Streams (2),
    .InBits  (InBits),
    .OutBits (OutBits),
    .SideBits(1),
    .TagBits (CountBits),
    .Latency (7)
  ) u_lanes (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (pair),
    .in_ready_o (ready),
    .in_data_i  ({b_words, a_data}),
    .side_i     (1'b0),
    .tag_i      (a_count),
    .en_o       (en),
    .group_o    (group),
    .side_o     (unused_side),
    .result_i   (result),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .tag_o      (out_count_o),
    .blocked_o  (blocked)
  );

  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    logic signed [Difference-1:0] a_q, b_q;
    logic signed [   Product-1:0] product_q;
    logic signed [          31:0] scaled;

    always_ff @(posedge clk_i) begin
      if (en) begin
        a_q       <= $signed({1'b0, group[i*InBits+:InBits]}) - $signed({1'b0, in_zero_a});
        b_q       <= $signed({1'b0, group[(Lanes+i)*InBits+:InBits]}) - $signed({1'b0, in_zero_b});
        product_q <= Product'(a_q) * Product'(b_q);
      end
    end

    xb_scale #(
      .Rounding(Rounding)
    ) u_scale (
      .clk_i(clk_i),
      .en_i (en),
      .a_i  (32'(product_q)),
      .q_i  (scale_q),
      .e_i  (scale_e),
      .y_o  (scaled)
    );

    xb_clamp #(
      .Bits(OutBits)
    ) u_clamp (
      .clk_i  (clk_i),
      .en_i   (en),
      .value_i(scaled),
      .zero_i (out_zero),
      .lo_i   (clamp_lo),
      .hi_i   (clamp_hi),
      .code_o (result[i*OutBits+:OutBits])
    );
  end

  xb_layer_shell #(
    .Registers    (7),
    .InWords      (Words),
    .InImageWords (ImageWords),
    .OutWords     (Words),
    .OutImageWords(ImageWords),
    .OutBits      (Words * Channels * OutBits),
    .Counters     (Counters)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .prog_o       (unused_prog),
    .regs_o       (regs),
    .clear_o      (clear),
    .work_i       (pair),
    .blocked_i    (blocked),
    .in_i         (take),
    .in_count_i   (a_count),
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
