// SPDX-License-Identifier: Apache-2.0
// Behavioural bank of converters: an analog macro, a black box in synthesis. Mid-tread, docs/numerics.md 4:
// code = clamp(floor((I - lo*delta + floor(delta/2)) / delta), 0, code_max).
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

  // {saturated, code}
  function automatic [Bits:0] convert(input signed [CurrentBits-1:0] level,
                                      input signed [31:0] threshold, input [31:0] delta,
                                      input [13:0] code_max);
    logic signed [31:0] above;
    logic [31:0] steps;
    above = 32'(level) - threshold;
    steps = (delta == 1) ? $unsigned(above) : $unsigned(above) / delta;
    if (above < 0) convert = {1'b1, {Bits{1'b0}}};
    else if (steps > 32'(code_max)) convert = {1'b1, Bits'(code_max)};
    else convert = {1'b0, Bits'(steps)};
  endfunction

  // Threshold of code 0, lo*delta - floor(delta/2).
  logic signed [31:0] bottom;
  assign bottom = lo_i * $signed(delta_i) - $signed(delta_i >> 1);

  logic [Converters*Bits-1:0] code_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      code_q      <= '0;
      saturated_o <= '0;
    end else if (en_i) begin
      for (int j = 0; j < Converters; j++) begin
        if (j < 32'(count_i)) begin
          {saturated_o[j], code_q[j*Bits+:Bits]} <= convert(
              $signed(current_i[j*CurrentBits+:CurrentBits]), bottom, delta_i, code_max_i);
        end else begin
          saturated_o[j] <= 1'b0;
        end
      end
    end
  end

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

endmodule
