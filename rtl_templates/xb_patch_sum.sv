// SPDX-License-Identifier: Apache-2.0
// Digital counts of the `offset` encoding where a window has several outputs: for each output the sum of the codes under its
// kernel, over all channels or over the channels of each block of a block-diagonal layer. In two stages: sums of a tap's
// channels, then of taps. The counts of a window stand at sum_o until the next window's last taps are added.
module xb_patch_sum #(
    parameter int KernelH  = 4,   // window, in positions
    parameter int KernelW  = 4,
    parameter int Side     = 2,   // outputs side by side, and one below the other, 1..
    parameter int StrideH  = 1,   // from output to output
    parameter int StrideW  = 1,
    parameter int StepH    = 1,   // from tap to tap of an output's kernel: its dilation
    parameter int StepW    = 1,
    parameter int Channels = 3,   // codes of a position, 1..
    parameter int Rate     = 1,   // positions a cycle, 1..
    parameter int Sums     = 1,   // blocks, a divisor of Channels
    parameter int SumBits  = 16,  // unsigned width of a sum
    parameter int CodeBits = 8,   // of a code, 1..16
    localparam int OUTPUTS = Side * Side
) (
    input  logic                              clk_i,
    input  logic                              rst_ni,
    input  logic                              take_i,      // positions are taken
    input  logic                              add_i,       // ... and added, in a cycle after that
    input  logic                              tap_first_i, // of those that are taken
    input  logic                              tap_last_i,
    input  logic [Rate*Channels*CodeBits-1:0] tap_data_i,
    output logic [  Sums*OUTPUTS*SumBits-1:0] sum_o        // output p of block s at s*OUTPUTS + p
);

  localparam int TAPS = KernelH * KernelW;
  localparam int BEATS = (TAPS + Rate - 1) / Rate;
  localparam int BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int REACH_H = KernelH - (Side - 1) * StrideH;  // rows under an output's kernel
  localparam int REACH_W = KernelW - (Side - 1) * StrideW;
  localparam int MASK = OUTPUTS * Rate;
  localparam int BLOCK = Channels / Sums;
  localparam int PART_BITS = CodeBits + $clog2(BLOCK);

  // Which outputs have a tap at a position: bit p*Rate + r for the r-th position of a beat.
  function automatic [BEATS*MASK-1:0] masks(input int outputs);
    int y, x;
    masks = (BEATS * MASK)'(1'b0);
    for (int t = 0; t < TAPS; t++) begin
      for (int p = 0; p < outputs; p++) begin
        y = t / KernelW - p / Side * StrideH;
        x = t % KernelW - p % Side * StrideW;
        masks[t/Rate*MASK+p*Rate+t%Rate] = y >= 0 && x >= 0 && y < REACH_H && x < REACH_W && y % StepH == 0 && x % StepW == 0;
      end
    end
  endfunction

  localparam logic [BEATS*MASK-1:0] TAPPED = masks(OUTPUTS);

  logic [BEAT_BITS-1:0] beat_q, beat;
  logic [MASK-1:0] mask_q;
  logic first_q, last_q;
  logic [Sums*Rate*PART_BITS-1:0] parts_q;
  logic [Sums*OUTPUTS*SumBits-1:0] sum_q;  // of the window so far
  assign beat = tap_first_i ? '0 : beat_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beat_q <= '0;
    else if (take_i) beat_q <= beat + 1'b1;
  end

  // Plain chains of additions: synthesis makes carry-save trees of them. Positions beyond a window's last one tap nothing.
  always_ff @(posedge clk_i) begin : make_parts
    logic [Sums*Rate*PART_BITS-1:0] parts;
    logic [PART_BITS-1:0] part;
    if (take_i) begin
      for (int s = 0; s < Sums; s++) begin
        for (int r = 0; r < Rate; r++) begin
          part = '0;
          for (int i = 0; i < BLOCK; i++) part = part + PART_BITS'(tap_data_i[(r*Channels+s*BLOCK+i)*CodeBits+:CodeBits]);
          parts[(s*Rate+r)*PART_BITS+:PART_BITS] = part;
        end
      end
      parts_q <= parts;
      mask_q  <= TAPPED[32'(beat)*MASK+:MASK];
      first_q <= tap_first_i;
      last_q  <= tap_last_i;
    end
  end

  always_ff @(posedge clk_i) begin : sum_up
    logic [Sums*OUTPUTS*SumBits-1:0] sums;
    logic [SumBits-1:0] sum;
    if (add_i) begin
      for (int s = 0; s < Sums; s++) begin
        for (int p = 0; p < OUTPUTS; p++) begin
          sum = first_q ? '0 : sum_q[(s*OUTPUTS+p)*SumBits+:SumBits];
          for (int r = 0; r < Rate; r++) begin
            sum = sum + (mask_q[p*Rate+r] ? SumBits'(parts_q[(s*Rate+r)*PART_BITS+:PART_BITS]) : SumBits'(0));
          end
          sums[(s*OUTPUTS+p)*SumBits+:SumBits] = sum;
        end
      end
      if (last_q) sum_o <= sums;
      else sum_q <= sums;
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (take_i && tap_last_i) begin
      if (32'(beat) != BEATS - 1) $error("a window ends with its beat %0d of %0d", beat, BEATS);
    end
  end
`endif

endmodule
