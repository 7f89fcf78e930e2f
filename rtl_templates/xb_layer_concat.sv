// SPDX-License-Identifier: Apache-2.0
// Two streams become one. Side by side: of each pixel the channels of input a, then those of input b. In turn: of each
// image the words of input a, then those of input b, which have as many channels. Codes pass as they are. A FIFO at each
// input holds what one branch is ahead of the other, and keeps the ready of one from the valid of the other.

module xb_layer_concat #(
  parameter int  Turns       = 0,  // 0 side by side, 1 in turn: then ChannelsB is ChannelsA
  parameter int  ChannelsA   = 10, // channels of a word of input a, 1..
  parameter int  ChannelsB   = 6,  // ... of input b
  parameter int  Words       = 1,  // most words of a beat, 1..
  parameter int  ImageWords  = 1,  // words of an image of input a, 1..
  parameter int  ImageWordsB = 1,  // ... of input b; side by side ImageWords
  parameter int  DepthA      = 2,  // beats held at input a, 2..
  parameter int  DepthB      = 2,  // ... at input b
  parameter int  CodeBits    = 8,  // of a code, 1..16
  parameter int  Counters    = 1,  // 0: no counters are built
  localparam int CountBits   = $clog2(Words + 1),
  localparam int BitsA       = ChannelsA * CodeBits,
  localparam int BitsB       = ChannelsB * CodeBits,
  localparam int OutBits     = Turns != 0 ? BitsA : BitsA + BitsB  // of a word
) (
  input  logic                           clk_i,
  input  logic                           rst_ni,
  input  logic                           a_valid_i,
  output logic                           a_ready_o,
  input  logic [          CountBits-1:0] a_count_i,
  input  logic [        Words*BitsA-1:0] a_data_i,
  input  logic                           b_valid_i,
  output logic                           b_ready_o,
  input  logic [          CountBits-1:0] b_count_i,  // side by side as a_count_i: both come in beats of one size
  input  logic [        Words*BitsB-1:0] b_data_i,
  output logic                           out_valid_o,
  input  logic                           out_ready_i,
  output logic [          CountBits-1:0] out_count_o,
  output logic [      Words*OutBits-1:0] out_data_o,
  input  logic [                   15:0] layer_i,
  input  logic [                   73:0] prog_i,
  input  logic [                   65:0] cnt_chain_i,
  output logic [                   65:0] cnt_chain_o,
  output logic                           busy_o,
  input  logic                           turn_i  // beats may be joined
);

  localparam int OutImage = Turns != 0 ? ImageWords + ImageWordsB : ImageWords;

  logic [  CountBits-1:0] a_count, b_count;
  logic [Words*BitsA-1:0] a_data;
  logic [Words*BitsB-1:0] b_data;
  logic                   a_valid, b_valid, a_take, b_take, take, clear;
  logic [           73:0] unused_prog;
  logic [           31:0] unused_regs;  // no registers here

  assign take = out_valid_o && out_ready_i;

  xb_fifo #(
    .Width(CountBits + Words * BitsA),
    .Depth(DepthA)
  ) u_fifo_a (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (a_valid_i),
    .in_ready_o (a_ready_o),
    .in_data_i  ({a_count_i, a_data_i}),
    .out_valid_o(a_valid),
    .out_ready_i(a_take),
    .out_data_o ({a_count, a_data})
  );

  xb_fifo #(
    .Width(CountBits + Words * BitsB),
    .Depth(DepthB)
  ) u_fifo_b (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (b_valid_i),
    .in_ready_o (b_ready_o),
    .in_data_i  ({b_count_i, b_data_i}),
    .out_valid_o(b_valid),
    .out_ready_i(b_take),
    .out_data_o ({b_count, b_data})
  );

  if (Turns != 0) begin : g_turns
    logic second_q, a_end, b_end;  // it is the turn of input b
    logic [1:0] unused_inside;

    assign out_valid_o = (second_q ? b_valid : a_valid) && turn_i;
    assign out_count_o = second_q ? b_count : a_count;
    assign out_data_o  = second_q ? b_data : a_data;
    assign a_take      = take && !second_q;
    assign b_take      = take && second_q;

    xb_word_count #(
      .Words     (Words),
      .ImageWords(ImageWords)
    ) u_a (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .clear_i (clear),
      .beat_i  (a_take),
      .words_i (a_count),
      .inside_o(unused_inside[0]),
      .end_o   (a_end)
    );

    xb_word_count #(
      .Words     (Words),
      .ImageWords(ImageWordsB)
    ) u_b (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .clear_i (clear),
      .beat_i  (b_take),
      .words_i (b_count),
      .inside_o(unused_inside[1]),
      .end_o   (b_end)
    );

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) second_q <= 1'b0;
      else if (a_end || b_end) second_q <= a_end;
    end
  end else begin : g_pairs
    logic unused_clear;

    assign out_valid_o  = a_valid && b_valid && turn_i;
    assign out_count_o  = a_count;
    assign a_take       = take;
    assign b_take       = take;
    assign unused_clear = clear;

`ifdef XB_ASSERT
    always @(posedge clk_i) begin
      if (take && a_count != b_count) $error("beats of %0d and %0d words are joined", a_count, b_count);
    end
`else
    logic unused_count;  // that of a says it
    assign unused_count = &{1'b0, b_count};
`endif

    for (genvar k = 0; k < Words; k++) begin : g_word
      assign out_data_o[k*OutBits+:OutBits] = {b_data[k*BitsB+:BitsB], a_data[k*BitsA+:BitsA]};
    end
  end

  xb_layer_shell #(
    .Registers    (0),
    .InWords      (Words),
    .InImageWords (OutImage),
    .OutWords     (Words),
    .OutImageWords(OutImage),
    .OutBits      (Words * OutBits),
    .Counters     (Counters)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .prog_o       (unused_prog),
    .regs_o       (unused_regs),
    .clear_o      (clear),
    .work_i       (out_valid_o),
    .blocked_i    (out_valid_o && !out_ready_i),
    .in_i         (take),
    .in_count_i   (out_count_o),
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
