// SPDX-License-Identifier: Apache-2.0
// The counters of one layer (docs/rtl.md, Registers). The selection happens only in the cycle of a request, so that
// a simulation does not pay for it in all the others.

module xb_counters (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,        // a program begins
  input  logic        busy_i,         // cycles in which the layer works
  input  logic        starved_i,      // ... has nothing to work on
  input  logic        blocked_i,      // ... waits for its output to be taken
  input  logic [63:0] reads_i,        // counted where they happen; 0 where a layer has none
  input  logic [63:0] conversions_i,
  input  logic [63:0] saturated_i,
  input  logic [63:0] words_in_i,
  input  logic [63:0] words_out_i,
  input  logic [31:0] held_i,         // words in the ring now
  input  logic        cnt_req_i,
  input  logic [ 3:0] cnt_sel_i,
  output logic [63:0] cnt_value_o     // from the cycle after the request to the next request
);

  logic [63:0] busy_q, starved_q, blocked_q;
  logic [31:0] held_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q    <= '0;
      starved_q <= '0;
      blocked_q <= '0;
      held_q    <= '0;
    end else if (clear_i) begin
      busy_q    <= '0;
      starved_q <= '0;
      blocked_q <= '0;
      held_q    <= '0;
    end else begin
      if (busy_i) busy_q <= busy_q + 1'b1;
      if (starved_i) starved_q <= starved_q + 1'b1;
      if (blocked_i) blocked_q <= blocked_q + 1'b1;
      if (held_i > held_q) held_q <= held_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cnt_value_o <= '0;
    end else if (cnt_req_i) begin
      case (cnt_sel_i)
        4'd0: cnt_value_o <= busy_q;
        4'd1: cnt_value_o <= starved_q;
        4'd2: cnt_value_o <= blocked_q;
        4'd3: cnt_value_o <= reads_i;
        4'd4: cnt_value_o <= conversions_i;
        4'd5: cnt_value_o <= saturated_i;
        4'd6: cnt_value_o <= words_in_i;
        4'd7: cnt_value_o <= words_out_i;
        4'd8: cnt_value_o <= {32'd0, held_q};
        default: cnt_value_o <= '0;
      endcase
    end
  end

endmodule
