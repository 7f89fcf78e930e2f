// SPDX-License-Identifier: Apache-2.0
// A lane of xb_requant: from a sum in steps of the converter to the output. The step multiplies it, what is less than a
// level is rounded away, a digital count is taken off and the bias added; the rest is xb_post.
module xb_requant_lane #(
    parameter int SumBits   = 26,  // as xb_requant
    parameter int FracBits  = 0,
    parameter int SumShift  = 0,
    parameter int Post      = 0,
    parameter int Rounding  = 0,
    parameter int OutBits   = 8,
    localparam int CONSTANT = (Post == 0) ? 39 : (Post == 1) ? 32 * ((1 << OutBits) - 1) : 1
) (
    input  logic                clk_i,
    input  logic                sum_valid_i,   // moves the sum on
    input  logic [ SumBits-1:0] sum_i,         // signed
    input  logic [        31:0] delta_i,
    input  logic                bias_valid_i,  // one move later
    input  logic [        31:0] offset_i,      // ... with these
    input  logic [        31:0] bias_i,        // signed
    input  logic [CONSTANT-1:0] constants_i,   // as xb_post
    input  logic                is_alive_i,    // a channel, which must fit; a copy without a window may be unknown
    input  logic                post_i,        // moves xb_post
    input  logic [        15:0] out_zero_i,
    input  logic [        15:0] clamp_lo_i,
    input  logic [        15:0] clamp_hi_i,
    output logic [ OutBits-1:0] code_o
);

  // A step of the converter has up to 21 bits, or 32 where it is of parts of a level: multiplied in two halves, the low one
  // rounded to levels as it is. What it has below a level is what the whole has.
  localparam int LOW = (FracBits > 11) ? FracBits : 11;
  localparam int HIGH = ((FracBits > 0) ? 32 : 22) - LOW;
  localparam int HALF = (FracBits > 0) ? (1 << FracBits) / 2 : 0;

  logic signed [SumBits-1:0] sum;
  logic signed [31:0] low, levels, acc_q;
  logic signed [31-FracBits:0] low_q;
  logic signed [31-LOW:0] high_q;
  logic [CONSTANT-1:0] constants_q;
  logic unused;  // what a step does not have
  assign unused = ^{delta_i, is_alive_i};

  assign sum    = $signed(sum_i);
  assign low    = (32'(sum) * $signed(32'(delta_i[LOW-1:0]))) <<< SumShift;
  assign levels = 32'(low_q) + (32'(high_q) <<< (LOW + SumShift - FracBits));

  always_ff @(posedge clk_i) begin
    if (sum_valid_i) begin
      low_q  <= (32 - FracBits)'((low + HALF) >>> FracBits);
      high_q <= (32 - LOW)'(sum) * $signed((32 - LOW)'(delta_i[LOW+:HIGH]));
    end
    if (bias_valid_i) begin
      acc_q       <= levels - $signed(offset_i) + $signed(bias_i);
      constants_q <= constants_i;
    end
  end

`ifdef XB_ASSERT
  function automatic fits(input signed [63:0] value);
    fits = value == 64'($signed(value[31:0]));
  endfunction

  function automatic signed [63:0] biased(input signed [31:0] steps, input [31:0] offset, input signed [31:0] bias);
    biased = 64'(steps) - $signed({32'd0, offset}) + 64'(bias);
  endfunction

  always @(posedge clk_i) begin
    if (sum_valid_i) begin
      if (fits(64'(sum) * $signed({32'd0, delta_i} << SumShift)) === 1'b0) begin
        $error("%0d steps of %0d leave 32 bits", sum, delta_i);
      end
    end
    if (bias_valid_i) begin
      if (is_alive_i && fits(biased(levels, offset_i, $signed(bias_i))) === 1'b0) $error("a sum leaves 32 bits with its bias");
    end
  end
`endif

  xb_post #(
      .Post    (Post),
      .Rounding(Rounding),
      .OutBits (OutBits)
  ) u_post (
      .clk_i      (clk_i),
      .en_i       (post_i),
      .sum_i      (acc_q),
      .constants_i(constants_q),
      .out_zero_i (out_zero_i),
      .clamp_lo_i (clamp_lo_i),
      .clamp_hi_i (clamp_hi_i),
      .code_o     (code_o)
  );

endmodule
