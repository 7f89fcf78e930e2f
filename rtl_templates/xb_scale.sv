// SPDX-License-Identifier: Apache-2.0
// Fixed-point multiplier M(a; q, e) of docs/numerics.md section 5: a * q * 2^(e-31), rounded.
// Four pipeline stages that advance with en_i: a result stands at y_o four enabled cycles after its operands, one a
// cycle. The plan proves that |a| * 2^max(e, 0) is less than 2^31, so nothing here is wider than the product.
module xb_scale #(
    parameter int Rounding = 0  // 0 double rounding, 1 single, 2 exact half away from zero
) (
    input  logic               clk_i,
    input  logic               en_i,
    input  logic signed [31:0] a_i,
    input  logic        [31:0] q_i,  // 0 .. 2^31 - 1
    input  logic signed [ 6:0] e_i,  // -31 .. 30
    output logic signed [31:0] y_o
);

  // Shift of the last rounding: what a negative exponent asks for behind the first one, or 31 - e in one go.
  function automatic logic [5:0] right_shift(input logic signed [6:0] e);
    if (Rounding == 0) right_shift = (e < 0) ? 6'(-e) : 6'd0;
    else right_shift = 6'(7'sd31 - e);
  endfunction

  logic signed [31:0] a_q;
  logic        [30:0] q_q;
  logic        [ 5:0] right1_q, right2_q, right3_q;
  logic signed [63:0] low_q, high_q;  // the product in two parts: a multiplier of 32 bits is too deep for a cycle
  logic               neg_q;          // the product is negative, or 0
  logic               unused_sign;

  assign unused_sign = q_i[31];

  // A positive exponent is put in before the multiplication where the rule says so.
  always_ff @(posedge clk_i) begin
    if (en_i) begin
      a_q      <= (Rounding == 0 && e_i > 0) ? a_i << e_i[4:0] : a_i;
      q_q      <= q_i[30:0];
      right1_q <= right_shift(e_i);
      low_q    <= 64'(a_q) * $signed({48'd0, q_q[15:0]});
      high_q   <= 64'(a_q) * $signed({49'd0, q_q[30:16]});
      neg_q    <= a_q < 0;
      right2_q <= right1_q;
      right3_q <= right2_q;
    end
  end

  if (Rounding == 0) begin : g_double
    logic signed [32:0] h_q;
    logic               unused_neg;

    assign unused_neg = neg_q;

    function automatic logic signed [32:0] first(input logic signed [63:0] part_lo, input logic signed [63:0] part_hi);
      first = 33'(((part_hi <<< 16) + part_lo + 64'sd1073741824) >>> 31);
    endfunction

    // Half away from zero; a shift by 0 adds nothing.
    function automatic logic signed [31:0] second(input logic signed [32:0] h, input logic [5:0] right);
      logic signed [32:0] half;
      half   = (right == 0) ? 33'sd0 : (33'sd1 <<< (right - 6'd1)) - ((h < 0) ? 33'sd1 : 33'sd0);
      second = 32'((h + half) >>> right);
    endfunction

    always_ff @(posedge clk_i) begin
      if (en_i) begin
        h_q <= first(low_q, high_q);
        y_o <= second(h_q, right3_q);
      end
    end
  end else begin : g_once
    logic signed [63:0] h_q;

    // Half up, or half away from zero; the shift is at least 1, so that a product of 0 stays 0.
    function automatic logic signed [63:0] raised(input logic signed [63:0] part_lo, input logic signed [63:0] part_hi,
                                                  input logic neg, input logic [5:0] right);
      raised = (part_hi <<< 16) + part_lo + ((64'sd1 <<< (right - 6'd1)) - ((Rounding == 2 && neg) ? 64'sd1 : 64'sd0));
    endfunction

    always_ff @(posedge clk_i) begin
      if (en_i) begin
        h_q <= raised(low_q, high_q, neg_q, right2_q);
        y_o <= 32'(h_q >>> right3_q);
      end
    end
  end

endmodule
