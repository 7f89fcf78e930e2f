// SPDX-License-Identifier: Apache-2.0
// Behavioural bank of converters: an analog macro, a black box in synthesis. Mid-tread, docs/numerics.md 4:
// code = clamp(floor((I - lo*delta + floor(delta/2)) / delta), 0, code_max).
(* blackbox *)
module xb_adc #(
    parameter int Converters  = 16,  // 1..
    parameter int CurrentBits = 10,  // signed width of a current
    parameter int Bits        = 9,   // widest code, 1..14
    parameter int Latency     = 1    // cycles from current to code, 1..
) (
    input  logic                              clk_i,
    input  logic                              rst_ni,
    input  logic                              en_i,
    input  logic        [               15:0] count_i,      // converters 0..count-1 convert
    input  logic        [Converters*CurrentBits-1:0] current_i,
    input  logic        [               31:0] delta_i,       // step, 1..
    input  logic signed [               31:0] lo_i,          // lowest code's value in steps, <= 0
    input  logic        [               13:0] code_max_i,
    output logic        [Converters*Bits-1:0] code_o,
    output logic        [     Converters-1:0] saturated_o    // the clamp changed the code; one cycle after count_i
);

`ifndef SYNTHESIS  // which Yosys defines

  // Threshold of code 0, lo*delta - floor(delta/2).
  logic signed [31:0] bottom;
  assign bottom = lo_i * $signed(delta_i) - $signed(delta_i >> 1);

  localparam int CODE_BITS = Converters * Bits;
  logic [CODE_BITS-1:0] code_q;
  logic signed [31:0] above;  // distance to that threshold
  logic [31:0] steps;         // ... in steps

  // One converter after the other; the two working variables live in this block alone.
  /* verilator lint_off BLKSEQ */
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      code_q      <= CODE_BITS'(0);
      saturated_o <= '0;
    end else if (en_i) begin
      for (int j = 0; j < Converters; j++) begin
        if (j < 32'(count_i)) begin
          above = 32'($signed(current_i[j*CurrentBits+:CurrentBits])) - bottom;
          steps = (delta_i == 1) ? $unsigned(above) : $unsigned(above) / delta_i;
          saturated_o[j] <= above < 0 || steps > 32'(code_max_i);
          code_q[j*Bits+:Bits]
              <= (above < 0) ? '0 : (steps > 32'(code_max_i)) ? Bits'(code_max_i) : Bits'(steps);
        end else begin
          saturated_o[j] <= 1'b0;
        end
      end
    end
  end
  /* verilator lint_on BLKSEQ */

  xb_delay #(
      .Width (Converters * Bits),
      .Stages(Latency - 1)
  ) u_latency (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i(code_q),
      .data_o(code_o)
  );

`endif

endmodule
