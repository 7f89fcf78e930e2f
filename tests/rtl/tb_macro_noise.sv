// SPDX-License-Identifier: Apache-2.0
// xb_macro_noise against recorded draws, +draws=FILE: a line has the seed in hex, array, column, number of the conversion,
// amplitude, and what is added. Each with step, plane and group that make the number; pairs for plus columns.
module tb_macro_noise;
  logic clk = 0, ref_w = 0, start = 0;
  logic [15:0] ref_addr;
  logic [31:0] ref_data, array;
  logic [47:0] step;
  logic [3:0] plane;
  logic [9:0] group, column;
  logic signed [31:0] single, pair;
  reg [63:0] key, number;
  reg [8*256-1:0] path;
  integer file, got, amplitude, added, planes, groups, at, draws = 0, moved = 0, errors = 0;

  always #1 clk = !clk;

  xb_macro_noise #(.Converters(1)) dut (
    .clk_i(clk), .ref_i(ref_w), .ref_addr_i(ref_addr), .ref_data_i(ref_data), .start_i(start), .start_place_i(1'b1),
    .array_i(array), .step_i(step), .plane_i(plane), .group_i(group), .slot_i(column), .count_i(16'd1),
    .done_place_i(1'b1), .noise_o(single)
  );
  xb_macro_noise #(.Converters(1), .Analog(1)) dut_pair (
    .clk_i(clk), .ref_i(ref_w), .ref_addr_i(ref_addr), .ref_data_i(ref_data), .start_i(start), .start_place_i(1'b0),
    .array_i(array), .step_i(step), .plane_i(plane), .group_i(group), .slot_i(10'(column >> 1)), .count_i(16'd1),
    .done_place_i(1'b0), .noise_o(pair)
  );

  task refer(input integer address, input integer value);
    ref_addr = address;
    ref_data = value;
    ref_w = 1;
    @(negedge clk) ref_w = 0;
  endtask

  // number = (step * planes + plane) * groups + group
  task draw;
    planes = 1 + draws % 16;
    groups = 1 + draws % 7;
    group = number % groups;
    plane = number / groups % planes;
    step = number / groups / planes;
    refer(3, amplitude);
    refer(4, key[31:0]);
    refer(5, key[63:32]);
    refer(6, planes);
    refer(7, groups);
    start = 1;
    @(negedge clk) start = 0;
    draws = draws + 1;
    if (added != 0) moved = moved + 1;
    if (single !== added || (!column[0] && pair !== added)) begin
      errors = errors + 1;
      $display("draw %0d: %0d and %0d, not %0d", draws, single, pair, added);
    end
  endtask

  initial begin
    got = $value$plusargs("draws=%s", path);
    file = $fopen(path, "r");
    got = 6;
    @(negedge clk);
    while (got == 6) begin
      got = $fscanf(file, "%h %d %d %d %d %d", key, array, at, number, amplitude, added);
      column = at;
      if (got == 6) draw;
    end
    if (errors == 0 && moved >= 10) $display("PASS %0d draws", draws);
    else $display("FAIL errors %0d, %0d of %0d draws are not 0", errors, moved, draws);
    $finish;
  end
endmodule
