// SPDX-License-Identifier: Apache-2.0
// xb_patch_sum: for each output of random windows, and for each block of channels, the sum of the codes under its kernel;
// what lies beyond the last position is unknown and does not count; sums stay until the next window's last positions are
// added, which is in the cycle after they are taken or in a later one.
module tb_patch_sum;
  parameter int KernelH = 4;
  parameter int KernelW = 5;
  parameter int Side = 2;
  parameter int StrideH = 1;
  parameter int StrideW = 2;
  parameter int StepH = 1;
  parameter int StepW = 1;
  parameter int Channels = 4;
  parameter int Rate = 1;
  parameter int Sums = 1;
  parameter int CodeBits = 8;
  localparam int Taps = KernelH * KernelW;
  localparam int Beats = (Taps + Rate - 1) / Rate;
  localparam int Outputs = Side * Side;
  localparam int SumBits = $clog2(Taps * (Channels / Sums) * ((1 << CodeBits) - 1) + 1);
  localparam int Windows = 60;
  logic clk = 0, rst_n = 0, take = 0, add = 0, first = 0, last = 0, held = 0, held_last = 0;
  logic [Rate*Channels*CodeBits-1:0] data = 'x;
  logic [Sums*Outputs*SumBits-1:0] sum;
  logic [CodeBits-1:0] code;
  integer want[0:Windows*Sums*Outputs-1];
  integer errors = 0, seed = 73, n = 0, b = 0, done = 0, cycle, r, c, s, p, y, x, at;

  always #5 clk = !clk;
  xb_patch_sum #(.KernelH(KernelH), .KernelW(KernelW), .Side(Side), .StrideH(StrideH), .StrideW(StrideW), .StepH(StepH),
    .StepW(StepW), .Channels(Channels), .Rate(Rate), .Sums(Sums), .SumBits(SumBits), .CodeBits(CodeBits)) dut (.clk_i(clk),
    .rst_ni(rst_n), .take_i(take), .add_i(add), .tap_first_i(first), .tap_last_i(last), .tap_data_i(data), .sum_o(sum));

  task check;
    for (s = 0; s < Sums * Outputs; s = s + 1) begin
      at = (done - 1) * Sums * Outputs + s;
      if (done > 0 && sum[s*SumBits+:SumBits] !== want[at]) begin
        errors = errors + 1;
        if (errors < 4) $display("window %0d sum %0d: %0d, not %0d", done - 1, s, sum[s*SumBits+:SumBits], want[at]);
      end
    end
  endtask

  // Walks from each output to its taps, to see whether one is at the position.
  function is_tapped(input integer position, input integer output_number);
    is_tapped = 0;
    for (y = output_number / Side * StrideH; y <= output_number / Side * StrideH + KernelH - 1 - (Side - 1) * StrideH; y = y + StepH)
      for (x = output_number % Side * StrideW; x <= output_number % Side * StrideW + KernelW - 1 - (Side - 1) * StrideW; x = x + StepW)
        if (y * KernelW + x == position) is_tapped = 1;
  endfunction

  // Beat b of window n, or nothing.
  task draw;
    data = 'x;
    first = b == 0;
    last = b == Beats - 1;
    for (s = 0; take && first && s < Sums * Outputs; s = s + 1) want[n*Sums*Outputs+s] = 0;
    for (r = 0; take && r < Rate && b * Rate + r < Taps; r = r + 1) begin
      for (c = 0; c < Channels; c = c + 1) begin
        code = n % 3 == 0 ? {CodeBits{1'b1}} : $random(seed);
        data[(r*Channels+c)*CodeBits+:CodeBits] = code;
        for (p = 0; p < Outputs; p = p + 1) if (is_tapped(b * Rate + r, p)) begin
          at = (n * Sums + c / (Channels / Sums)) * Outputs + p;
          want[at] = want[at] + code;
        end
      end
    end
  endtask

  initial begin
    @(negedge clk) rst_n = 1;
    for (cycle = 0; cycle < 20000 && done < Windows; cycle = cycle + 1) begin
      @(negedge clk) check;
      add = held && $unsigned($random(seed)) % 3 != 0;
      take = (!held || add) && n < Windows && $unsigned($random(seed)) % 4 != 0;
      draw;
      @(posedge clk);
      if (add && held_last) done = done + 1;
      held = take || (held && !add);
      if (take) begin
        held_last = last;
        b = last ? 0 : b + 1;
        if (last) n = n + 1;
      end
    end
    @(negedge clk) check;
    if (errors == 0 && done == Windows) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d windows", errors, done, Windows);
    $finish;
  end
endmodule
