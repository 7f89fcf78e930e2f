// SPDX-License-Identifier: Apache-2.0
// Fixed-point multiplier M(a; q, e) of docs/numerics.md section 5: a * q * 2^(e-31), rounded.
// Three pipeline stages that advance with en_i; one result per cycle.
module xb_scale #(
    parameter int Rounding = 0  // 0 double rounding, 1 single, 2 exact half away from zero
) (
    input  logic               clk_i,
    input  logic               rst_ni,
    input  logic               en_i,
    input  logic signed [31:0] a_i,
    input  logic        [31:0] q_i,  // 0 .. 2^31 - 1
    input  logic signed [ 6:0] e_i,  // -31 .. 30
    output logic signed [31:0] y_o
);

  // a * q, with a positive exponent put in before the multiplication where the rule says so.
  function automatic signed [63:0] product(input signed [31:0] a, input [31:0] q,
                                           input signed [6:0] e);
    logic signed [63:0] wide;
    wide = 64'(a);
    if (Rounding == 0 && e > 0) wide = wide << e[4:0];
    product = wide * $signed({32'd0, q});
  endfunction

  function automatic signed [63:0] magnitude(input signed [63:0] p);
    magnitude = (Rounding == 2 && p < 0) ? -p : p;
  endfunction

  logic signed [63:0] p_q;
  logic signed [63:0] h_q;
  logic signed [ 6:0] e_q;
  logic        [ 5:0] right_q;  // second rounding shift of the double rule
  logic               neg_q;

  // Shift of the single-step rules, 31 - e, as a number 0..63.
  logic        [ 5:0] shift;
  assign shift = 6'(7'sd31 - e_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      p_q     <= '0;
      h_q     <= '0;
      e_q     <= '0;
      right_q <= '0;
      neg_q   <= 1'b0;
      y_o     <= '0;
    end else if (en_i) begin
      p_q <= product(a_i, q_i, e_i);
      e_q <= e_i;
      neg_q <= p_q < 0;
      if (Rounding == 0) begin
        h_q     <= (p_q + 64'sd1073741824) >>> 31;
        right_q <= (e_q < 0) ? 6'(-e_q) : 6'd0;
        y_o     <= 32'((right_q == 0) ? h_q
                   : (h_q + ((64'sd1 <<< right_q) >>> 1) - ((h_q < 0) ? 64'sd1 : 64'sd0)) >>> right_q);
      end else begin
        h_q     <= (magnitude(p_q) + ((64'sd1 <<< shift) >>> 1)) >>> shift;
        right_q <= '0;
        y_o     <= (Rounding == 2 && neg_q) ? 32'(-h_q) : 32'(h_q);
      end
    end
  end

endmodule
