// SPDX-License-Identifier: Apache-2.0
// Every current of a small macro through every step and lowest code: codes by the division of docs/numerics.md 4, ties and
// both saturations counted. The levels of a column make every sum from 0 on; with Analog those of a second one are taken off.
module tb_macro_sweep;
  parameter int LevelBits = 3;
  parameter int Analog = 0;
  parameter int Lists = 0;     // 1: the same thresholds as a list, which never saturates
  parameter int CodeBits = 3;
  parameter int Steps = 6;     // largest step
  localparam int Rows = 16;    // 8 of the plus column, 8 of the minus column
  localparam int Cols = 8;
  localparam int Top = (1 << CodeBits) - 1;

  logic clk = 0, rst_n = 0, write = 0, ref_w = 0, start = 0, valid;
  logic [15:0] row, ref_addr;
  logic [Cols*LevelBits-1:0] levels = 0;
  logic [31:0] ref_data;
  logic [Rows-1:0] drive = 0;
  logic [CodeBits-1:0] code;
  logic saturated;
  integer level[0:7];
  integer errors = 0, ties = 0, low = 0, high = 0, most = 0, delta, lo, current, want, k, rest;

  always #1 clk = !clk;

  xb_macro #(
    .Rows(Rows), .Cols(Cols), .LevelBits(LevelBits), .ActiveRows(Rows), .Converters(1), .Analog(Analog),
    .CodeBits(CodeBits), .Lists(Lists)
  ) dut (
    .clk_i(clk), .rst_ni(rst_n), .write_i(write), .row_i(row), .levels_i(levels), .ref_i(ref_w), .ref_addr_i(ref_addr),
    .ref_data_i(ref_data), .start_i(start), .array_i(32'd0), .step_i(48'd0), .plane_i(4'd0), .group_i(10'd0),
    .slot_i(10'd0), .count_i(16'd1), .drive_i(drive), .codes_valid_o(valid), .codes_o(code), .saturated_o(saturated)
  );

  task refer(input integer number, input integer value);
    ref_addr = number;
    ref_data = value;
    ref_w = 1;
    @(negedge clk) ref_w = 0;
  endtask

  // Rows of one column that carry `sum`.
  task choose(input integer base, input integer sum);
    for (k = 7; k >= 0; k = k - 1) begin
      drive[base+k] = sum >= level[k];
      if (drive[base+k]) sum = sum - level[k];
    end
  endtask

  task convert;
    choose(0, current > 0 ? current : 0);
    choose(8, current < 0 ? -current : 0);
    start = 1;
    @(negedge clk) start = 0;
    @(negedge clk);
    // floor((I - lo * delta + floor(delta / 2)) / delta), clamped
    rest = current - lo * delta + delta / 2;
    want = rest >= 0 ? rest / delta : -((delta - 1 - rest) / delta);
    if (delta % 2 == 0 && rest % delta == 0 && want > 0 && want <= Top) ties = ties + 1;
    if (want < 0) low = low + 1;
    if (want > Top) high = high + 1;
    if (!valid || saturated !== (Lists == 0 && (want < 0 || want > Top))) errors = errors + 1;
    if (code !== (want < 0 ? 0 : want > Top ? Top : want)) errors = errors + 1;
  endtask

  initial begin
    for (k = 0; k < 8; k = k + 1) begin
      level[k] = (1 << k) < (1 << LevelBits) ? 1 << k : (1 << LevelBits) - 1;
      most = most + level[k];
    end
    #5 rst_n = 1;
    @(negedge clk);
    for (rest = 0; rest < Rows; rest = rest + 1) begin
      levels = 0;
      levels[(Analog != 0 && rest >= 8 ? 1 : 0)*LevelBits+:LevelBits] = rest >= 8 && Analog == 0 ? 0 : level[rest%8];
      row = rest;
      write = 1;
      @(negedge clk) write = 0;
    end
    for (delta = 1; delta <= Steps; delta = delta + 1) begin
      for (lo = 0; lo >= -Top; lo = lo - 1) begin
        refer(0, delta);
        refer(1, lo);
        refer(2, Top);
        if (Lists != 0) begin
          refer(8, 1);
          refer(9, 0);
          for (k = 1; k <= Top; k = k + 1) refer(16384 + k, (lo + k) * delta - delta / 2);
        end
        for (current = Analog != 0 ? -most : 0; current <= most; current = current + 1) convert;
      end
    end
    if (ties == 0 || high == 0 || (low == 0 && Analog != 0)) begin
      errors = errors + 1;
      $display("%0d ties, %0d below, %0d above", ties, low, high);
    end
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
