// SPDX-License-Identifier: Apache-2.0
// Digital counts of the `offset` encoding: sums of a window's codes over all channels, or over the channels of each
// block of a block-diagonal layer. Long sums are made in two stages: parts of what is taken, then their sum.
// The sum of a window stands at sum_o until the next window's last taps are added.
module xb_window_sum #(
    parameter int Taps     = 9,   // words of a window, 1..
    parameter int Channels = 3,   // codes of a word, 1..
    parameter int Rate     = 1,   // taps a cycle, 1..
    parameter int Sums     = 1,   // blocks, a divisor of Channels
    parameter int SumBits  = 16,  // unsigned width of a sum
    parameter int CodeBits = 8,   // of a code, 1..16
    parameter int Staged   = 0    // 1: taps are added when the next stage has them, in a cycle after they are taken
) (
    input  logic                              clk_i,
    input  logic                              take_i,      // taps are taken; only if Staged is 1
    input  logic                              add_i,       // ... and added; in the same cycle if Staged is 0
    input  logic                              tap_first_i, // of those that are taken
    input  logic                              tap_last_i,
    input  logic [Rate*Channels*CodeBits-1:0] tap_data_i,
    output logic [          Sums*SumBits-1:0] sum_o
);

  localparam int LAST_TAPS = Taps - ((Taps + Rate - 1) / Rate - 1) * Rate;  // taps of the last beat
  localparam int BLOCK = Channels / Sums;                                   // channels of a sum
  localparam int TERMS = Rate * BLOCK;                                      // codes that a sum gains in a cycle

  logic [Sums*SumBits-1:0] sum_q;  // of the window so far

  // Plain chains of additions: synthesis makes carry-save trees of them.
  if (Staged == 0) begin : g_direct
    logic unused_take;
    assign unused_take = take_i;

    always_ff @(posedge clk_i) begin : sum_up
      logic [Sums*SumBits-1:0] sums;
      logic [SumBits-1:0] sum;
      if (add_i) begin
        for (int s = 0; s < Sums; s++) begin
          sum = tap_first_i ? '0 : sum_q[s*SumBits+:SumBits];
          for (int i = 0; i < TERMS; i++) begin
            sum = sum + ((tap_last_i && i / BLOCK >= LAST_TAPS) ? SumBits'(0) :
                SumBits'(tap_data_i[(i/BLOCK*Channels+s*BLOCK+i%BLOCK)*CodeBits+:CodeBits]));
          end
          sums[s*SumBits+:SumBits] = sum;
        end
        if (tap_last_i) sum_o <= sums;
        else sum_q <= sums;
      end
    end
  end else begin : g_staged
    localparam int PARTS = (TERMS + 63) / 64;
    localparam int PART_TERMS = (TERMS + PARTS - 1) / PARTS;
    localparam int PART_BITS = CodeBits + $clog2(PART_TERMS);

    logic [Sums*PARTS*PART_BITS-1:0] parts_q;
    logic first_q, last_q;

    always_ff @(posedge clk_i) begin : make_parts
      logic [Sums*PARTS*PART_BITS-1:0] parts;
      logic [PART_BITS-1:0] part;
      int i;
      if (take_i) begin
        for (int s = 0; s < Sums; s++) begin
          for (int p = 0; p < PARTS; p++) begin
            part = '0;
            for (int k = 0; k < PART_TERMS; k++) begin
              i = (p * PART_TERMS + k) % TERMS;
              part = part + ((p * PART_TERMS + k >= TERMS || (tap_last_i && i / BLOCK >= LAST_TAPS)) ? PART_BITS'(0) :
                  PART_BITS'(tap_data_i[(i/BLOCK*Channels+s*BLOCK+i%BLOCK)*CodeBits+:CodeBits]));
            end
            parts[(s*PARTS+p)*PART_BITS+:PART_BITS] = part;
          end
        end
        parts_q <= parts;
        first_q <= tap_first_i;
        last_q  <= tap_last_i;
      end
    end

    always_ff @(posedge clk_i) begin : sum_up
      logic [Sums*SumBits-1:0] sums;
      logic [SumBits-1:0] sum;
      if (add_i) begin
        for (int s = 0; s < Sums; s++) begin
          sum = first_q ? '0 : sum_q[s*SumBits+:SumBits];
          for (int p = 0; p < PARTS; p++) sum = sum + SumBits'(parts_q[(s*PARTS+p)*PART_BITS+:PART_BITS]);
          sums[s*SumBits+:SumBits] = sum;
        end
        if (last_q) sum_o <= sums;
        else sum_q <= sums;
      end
    end
  end

endmodule
