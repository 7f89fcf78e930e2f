// SPDX-License-Identifier: Apache-2.0
// xb_window_sum: sums of random windows, also of the largest codes, for each block of channels; what lies beyond the last
// tap is unknown and does not count; a sum stays until the next window's last taps are added. In two stages, the second
// one takes taps in the next cycle or in a later one, also while others come behind them.
module tb_window_sum;
  parameter int Taps = 6;
  parameter int Channels = 4;
  parameter int Rate = 1;
  parameter int Sums = 1;
  parameter int CodeBits = 8;
  parameter int Staged = 0;
  localparam int Beats = (Taps + Rate - 1) / Rate;
  localparam int SumBits = $clog2(Taps * (Channels / Sums) * ((1 << CodeBits) - 1) + 1);
  localparam int Windows = 200;
  logic clk = 0, take = 0, add = 0, first = 0, last = 0, held = 0, held_last = 0;
  logic [Rate*Channels*CodeBits-1:0] data = 'x;
  logic [Sums*SumBits-1:0] sum;
  logic [CodeBits-1:0] code;
  integer want[0:Windows*Sums-1];
  integer errors = 0, seed = 71, n = 0, b = 0, done = 0, cycle, r, c, s;

  always #5 clk = !clk;
  xb_window_sum #(.Taps(Taps), .Channels(Channels), .Rate(Rate), .Sums(Sums), .SumBits(SumBits), .CodeBits(CodeBits),
    .Staged(Staged)) dut (.clk_i(clk), .take_i(take), .add_i(add), .tap_first_i(first), .tap_last_i(last),
    .tap_data_i(data), .sum_o(sum));

  task check;
    for (s = 0; s < Sums; s = s + 1) if (done > 0 && sum[s*SumBits+:SumBits] !== want[(done-1)*Sums+s]) begin
      errors = errors + 1;
      if (errors < 4) $display("window %0d sum %0d: %0d, not %0d", done - 1, s, sum[s*SumBits+:SumBits], want[(done-1)*Sums+s]);
    end
  endtask

  // Beat b of window n, or nothing.
  task draw;
    data = 'x;
    first = b == 0;
    last = b == Beats - 1;
    for (s = 0; take && first && s < Sums; s = s + 1) want[n*Sums+s] = 0;
    for (r = 0; take && r < Rate && b * Rate + r < Taps; r = r + 1) begin
      for (c = 0; c < Channels; c = c + 1) begin
        code = n % 3 == 0 ? {CodeBits{1'b1}} : $random(seed);
        data[(r*Channels+c)*CodeBits+:CodeBits] = code;
        want[n*Sums+c/(Channels/Sums)] = want[n*Sums+c/(Channels/Sums)] + code;
      end
    end
  endtask

  initial begin
    for (cycle = 0; cycle < 20000 && done < Windows; cycle = cycle + 1) begin
      @(negedge clk) check;
      add = held && $unsigned($random(seed)) % 3 != 0;
      take = (!held || add) && n < Windows && $unsigned($random(seed)) % 4 != 0;
      draw;
      if (Staged == 0) add = take;
      @(posedge clk);
      if (add && (Staged != 0 ? held_last : last)) done = done + 1;
      held = Staged != 0 && (take || (held && !add));
      if (take) begin
        held_last = last;
        b = last ? 0 : b + 1;
        n = last ? n + 1 : n;
      end
    end
    @(negedge clk) check;
    if (errors == 0 && done == Windows) $display("PASS"); else $display("FAIL errors %0d, %0d windows", errors, done);
    $finish;
  end
endmodule
