// SPDX-License-Identifier: Apache-2.0
// Digital counts of the `offset` encoding: sums of a window's codes over all channels, or over the channels of each
// block of a block-diagonal layer.
// The sum of a window stands at sum_o until the next window's last taps.
module xb_window_sum #(
    parameter int Taps       = 9,   // words of a window, 1..
    parameter int Channels   = 3,   // codes of a word, 1..
    parameter int Rate       = 1,   // taps a cycle, 1..
    parameter int Sums       = 1,   // blocks, a divisor of Channels
    parameter int SumBits    = 16,  // unsigned width of a sum
    parameter int CodeBits   = 8    // of a code, 1..16
) (
    input  logic                              clk_i,
    input  logic                              accept_i,    // taps are taken
    input  logic                              tap_first_i,
    input  logic                              tap_last_i,
    input  logic [Rate*Channels*CodeBits-1:0] tap_data_i,
    output logic [          Sums*SumBits-1:0] sum_o
);

  localparam int LAST_TAPS = Taps - ((Taps + Rate - 1) / Rate - 1) * Rate;  // taps of the last beat

  localparam int ALL = Sums * SumBits;
  logic [ALL-1:0] sum_q;

  function automatic [Sums*SumBits-1:0] add_beat(input [Sums*SumBits-1:0] old, input is_last,
                                                 input [Rate*Channels*CodeBits-1:0] data);
    add_beat = old;
    for (int r = 0; r < Rate; r++) begin
      for (int c = 0; c < Channels; c++) begin
        if (!is_last || r < LAST_TAPS) begin
          add_beat[(c/(Channels/Sums))*SumBits+:SumBits] =
              add_beat[(c/(Channels/Sums))*SumBits+:SumBits] + SumBits'(data[(r*Channels+c)*CodeBits+:CodeBits]);
        end
      end
    end
  endfunction

  always_ff @(posedge clk_i) begin
    if (accept_i) begin
      if (tap_last_i) sum_o <= add_beat(tap_first_i ? ALL'(0) : sum_q, 1'b1, tap_data_i);
      else sum_q <= add_beat(tap_first_i ? ALL'(0) : sum_q, 1'b0, tap_data_i);
    end
  end

endmodule
