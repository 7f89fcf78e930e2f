// SPDX-License-Identifier: Apache-2.0
// The counters of one layer, a link of the counter chain (docs/rtl.md, Registers). A message {valid, answered, data[63:0]}
// moves on by a layer a cycle: a question, data[19:0] = {layer, counter}, becomes the answer in the layer that it asks.

module xb_counters #(
  parameter int  InWords      = 1,  // most words of an input beat, 1..
  parameter int  OutWords     = 1,  // ... of an output beat
  localparam int InCountBits  = $clog2(InWords + 1),
  localparam int OutCountBits = $clog2(OutWords + 1)
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,
  input  logic [            15:0] layer_i,
  input  logic                    clear_i,        // a program begins
  input  logic                    busy_i,         // cycles in which the layer works
  input  logic                    starved_i,      // ... has nothing to work on
  input  logic                    blocked_i,      // ... waits for its output to be taken
  input  logic                    in_i,           // a beat comes in
  input  logic [ InCountBits-1:0] in_count_i,
  input  logic                    out_i,          // a beat leaves
  input  logic [OutCountBits-1:0] out_count_i,
  input  logic [            63:0] reads_i,        // counted where they happen; 0 where a layer has none
  input  logic [            63:0] conversions_i,
  input  logic [            63:0] saturated_i,
  input  logic [            63:0] loads_i,        // words through the port of the buffer
  input  logic [            31:0] held_i,         // words in the ring now
  input  logic [            65:0] cnt_chain_i,
  output logic [            65:0] cnt_chain_o
);

  logic [63:0] busy_q, starved_q, blocked_q, words_in_q, words_out_q;
  logic [31:0] held_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q      <= '0;
      starved_q   <= '0;
      blocked_q   <= '0;
      words_in_q  <= '0;
      words_out_q <= '0;
      held_q      <= '0;
    end else if (clear_i) begin
      busy_q      <= '0;
      starved_q   <= '0;
      blocked_q   <= '0;
      words_in_q  <= '0;
      words_out_q <= '0;
      held_q      <= '0;
    end else begin
      if (busy_i) busy_q <= busy_q + 1'b1;
      if (starved_i) starved_q <= starved_q + 1'b1;
      if (blocked_i) blocked_q <= blocked_q + 1'b1;
      if (in_i) words_in_q <= words_in_q + 64'(in_count_i);
      if (out_i) words_out_q <= words_out_q + 64'(out_count_i);
      if (held_i > held_q) held_q <= held_i;
    end
  end

  function automatic logic [63:0] counter(input logic [3:0] number);
    case (number)
      4'd0: counter = busy_q;
      4'd1: counter = starved_q;
      4'd2: counter = blocked_q;
      4'd3: counter = reads_i;
      4'd4: counter = conversions_i;
      4'd5: counter = saturated_i;
      4'd6: counter = words_in_q;
      4'd7: counter = words_out_q;
      4'd8: counter = {32'd0, held_q};
      default: counter = loads_i;
    endcase
  endfunction

  logic        valid_q, answered_q;
  logic [63:0] data_q;
  logic        mine;  // the question is for a counter of this layer

  assign cnt_chain_o = {valid_q, answered_q, data_q};
  assign mine        = !cnt_chain_i[64] && cnt_chain_i[19:4] == layer_i && cnt_chain_i[3:0] <= 4'd9;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= cnt_chain_i[65];
  end

  always_ff @(posedge clk_i) begin
    if (cnt_chain_i[65]) begin
      answered_q <= mine || cnt_chain_i[64];
      data_q     <= mine ? counter(cnt_chain_i[3:0]) : cnt_chain_i[63:0];
    end
  end

endmodule
