// SPDX-License-Identifier: Apache-2.0
// xb_macro against sums made cell by cell and counted thresholds (docs/numerics.md 4): rows programmed in any order and
// again, references of all kinds, slots, groups and counts drawn, starts back to back or apart, idle drives. The codes come
// 1 + Latency cycles after each start, and at no other time. Read noise is made from the definition of numerics.md 6, normal
// quantiles too. Module names the macro that is looked at.
`ifndef MACRO
`define MACRO xb_macro
`endif
module tb_macro;
  parameter int Rows = 128;
  parameter int Cols = 128;
  parameter int LevelBits = 2;
  parameter int DacBits = 1;
  parameter int ActiveRows = Rows;
  parameter int Converters = 16;
  parameter int Analog = 0;
  parameter int CodeBits = 9;
  parameter int Lists = 0;
  parameter int Noise = 0;
  parameter int Latency = 1;
  parameter int Interval = 1;
  parameter int Starts = 144;
  parameter int Phases = 24;  // each with references or rows of its own
  localparam int Pair = Analog != 0 ? 2 : 1;
  localparam int Conversions = Cols / Pair;
  localparam int Slots = (Conversions + Converters - 1) / Converters;
  localparam int Groups = (Rows + ActiveRows - 1) / ActiveRows;
  localparam int Depth = Latency + 4;

  logic clk = 0, rst_n = 0, write = 0, ref_w = 0, start = 0;
  logic [15:0] row, ref_addr, count;
  logic [Cols*LevelBits-1:0] levels;
  logic [31:0] ref_data;
  logic [9:0] group, slot;
  logic [Rows*DacBits-1:0] drive, held_drive;
  logic valid;
  logic [Converters*CodeBits-1:0] codes;
  logic [Converters-1:0] saturated;
  integer errors = 0, checked = 0, seed = 5;
  integer level[0:Rows*Cols-1];
  integer strength[0:Rows-1];  // of each row, as it is driven
  integer delta, lo, top;
  integer curve = 0;  // 0: steps; 1: a list; 2: a list of each conversion
  integer threshold[0:(Lists == 2 ? Conversions : 1) * (1 << CodeBits)-1];
  integer quantile[0:4095];
  integer amplitude = 0, planes, groups, list, listed = 0, moved = 0;
  reg [47:0] step = 0;
  reg [3:0] plane = 0;
  reg [63:0] seed_key;
  // What is due, by the cycle in which it comes.
  logic due[0:Depth-1];
  integer due_count[0:Depth-1];
  logic [CodeBits-1:0] due_code[0:Depth*Converters-1];
  logic due_saturated[0:Depth*Converters-1];
  integer cycle = 0, gap = 0, held = 0, i, j, k, r, c, phase, sum, code, at;

  always #1 clk = !clk;

  `MACRO #(
    .Rows(Rows), .Cols(Cols), .LevelBits(LevelBits), .DacBits(DacBits), .ActiveRows(ActiveRows), .Converters(Converters),
    .Analog(Analog), .CodeBits(CodeBits), .Lists(Lists), .Noise(Noise), .Latency(Latency), .Interval(Interval)
  ) dut (
    .clk_i(clk), .rst_ni(rst_n), .write_i(write), .row_i(row), .levels_i(levels), .ref_i(ref_w), .ref_addr_i(ref_addr),
    .ref_data_i(ref_data), .start_i(start), .array_i(32'h00100002), .step_i(step), .plane_i(plane), .group_i(group),
    .slot_i(slot), .count_i(count), .drive_i(drive), .codes_valid_o(valid), .codes_o(codes), .saturated_o(saturated)
  );

  function integer below(input integer n);
    below = $unsigned($random(seed)) % n;
  endfunction

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 6) $display("cycle %0d: fault %0d, converter %0d", cycle, what, j);
  endtask

  task program_row(input integer number);
    for (c = 0; c < Cols; c = c + 1) begin
      level[number*Cols+c] = below(8) == 0 ? (1 << LevelBits) - 1 : below(1 << LevelBits);
      levels[c*LevelBits+:LevelBits] = level[number*Cols+c];
    end
    row = number;
    write = 1;
    @(negedge clk) write = 0;
  endtask

  task refer(input integer number, input integer value);
    ref_addr = number;
    ref_data = value;
    ref_w = 1;
    @(negedge clk) ref_w = 0;
  endtask

  task draw_references;
    delta = phase % 3 == 0 ? 1 : phase % 3 == 1 ? 2 + below(5) : 1 + below(ActiveRows);
    if (LevelBits > 4 && phase % 3 != 0) delta = delta << (LevelBits - 3);
    top = (2 << below(CodeBits)) - 1;
    lo = Analog != 0 ? -((top + 1) / 2) : below(3) == 0 ? -below(top + 1) : 0;
    refer(below(3), 1 + below(50));
    refer(2, top);
    refer(0, delta);
    refer(1, lo);
    if (Noise != 0) draw_noise;
    if (Lists != 0) draw_lists;
  endtask

  task draw_noise;
    amplitude = below(4) == 0 ? 0 : below(1 << (10 + below(LevelBits + 4)));
    seed_key = {$random(seed), $random(seed)};
    planes = 1 + below(16);
    groups = Groups + below(2);
    refer(3, amplitude);
    refer(4, seed_key[31:0]);
    refer(5, seed_key[63:32]);
    refer(6, planes);
    refer(7, groups);
  endtask

  // Thresholds that never fall, many of them equal, the first now and then always reached and the last never.
  task draw_lists;
    curve = below(4) == 0 ? 0 : Lists == 2 ? 1 + below(2) : 1;
    for (list = 0; list < (curve == 2 ? Conversions : curve); list = list + 1) begin
      refer(9, list);
      k = Analog != 0 ? -below(1 << (LevelBits + 3)) : below(9) - 4;
      for (code = 1; code <= top; code = code + 1) begin
        if (below(3) != 0) k = k + below(2 * delta + 1);
        i = code <= top / 4 && list % 5 == 1 ? 32'h80000000 : code >= top - top / 4 && list % 5 == 2 ? 32'h7fffffff : k;
        threshold[list*(1<<CodeBits)+code] = i;
        refer(16384 + code, i);
      end
    end
    refer(8, curve);
  endtask

  // The normal distribution up to x >= 0, by its series.
  function real normal(input real x);
    real term, total, odd;
    term = x;
    total = x;
    for (odd = 3.0; term > 1.0e-17; odd = odd + 2.0) begin
      term = term * x * x / odd;
      total = total + term;
    end
    normal = 0.5 + total * $exp(-x * x / 2.0) / $sqrt(8.0 * $atan(1.0));
  endfunction

  // round(4096 times the quantile of (i + 1/2) / 4096): the q between whose edges that lies.
  task make_quantiles;
    k = 0;
    for (i = 2048; i < 4096; i = i + 1) begin
      while (normal((k + 0.5) / 4096.0) <= (i + 0.5) / 4096.0) k = k + 1;
      quantile[i] = k;
      quantile[4095-i] = -k;
    end
  endtask

  // Word `number` of Philox4x32-10.
  function [31:0] philox(input [31:0] a, input [31:0] b, input [31:0] n, input [31:0] d, input [1:0] number);
    reg [127:0] x;
    reg [63:0] key, left, right;
    integer round;
    x = {d, n, b, a};
    key = seed_key;
    for (round = 0; round < 10; round = round + 1) begin
      left = 64'hd2511f53 * x[31:0];
      right = 64'hcd9e8d57 * x[95:64];
      x = {left[31:0], left[63:32] ^ x[127:96] ^ key[63:32], right[31:0], right[63:32] ^ x[63:32] ^ key[31:0]};
      key = {key[63:32] + 32'hbb67ae85, key[31:0] + 32'h9e3779b9};
    end
    philox = x[32*number+:32];
  endfunction

  // What is added to a conversion.
  function integer noise(input [31:0] column);
    reg [63:0] n;
    reg signed [63:0] product;
    reg [31:0] drawn;
    n = (64'(step) * planes + plane) * groups + group;
    drawn = philox(32'h00100002, column / 4, n[31:0], 32'h80000000 + n[63:32], column % 4);
    product = amplitude;
    product = product * quantile[drawn>>20] + 8388608;
    noise = product >>> 24;
  endfunction

  // One conversion as the page says: the sum, and the thresholds that it reaches.
  task expect_code(input integer conversion);
    sum = 0;
    for (i = 0; i < Pair; i = i + 1) begin
      for (r = group * ActiveRows; r < (group + 1) * ActiveRows && r < Rows && conversion * Pair + i < Cols; r = r + 1) begin
        if (strength[r] != 0) sum = sum + (i == 0 ? strength[r] : -strength[r]) * level[r*Cols+conversion*Pair+i];
      end
    end
    if (Noise != 0) begin
      i = noise(conversion * Pair);
      if (i != 0) moved = moved + 1;
      sum = sum + i;
    end
    if (curve != 0) begin
      list = curve == 2 ? conversion * (1 << CodeBits) : 0;
      code = 0;
      while (code < top && sum >= threshold[list+code+1]) code = code + 1;
      due_saturated[at*Converters+j] = 0;
      if (code != 0) listed = listed + 1;
    end else begin
      // T[n] = (lo + n) * delta - floor(delta / 2): the code is the number of T[1..top] reached.
      code = 0;
      while (code < top && sum >= (lo + code + 1) * delta - delta / 2) code = code + 1;
      due_saturated[at*Converters+j] = sum < lo * delta - delta / 2 || sum >= (lo + top + 1) * delta - delta / 2;
    end
    due_code[at*Converters+j] = code;
  endtask

  task draw_drive;
    for (i = 0; i < Rows * DacBits; i = i + 1) begin
      case (phase / 2 % 4)
        0: held_drive[i] = below(10) < 3;
        1: held_drive[i] = 1;
        2: held_drive[i] = below(40) == 0;
        default: held_drive[i] = below(2);
      endcase
    end
    if (below(6) == 0) held_drive = 0;
  endtask

  task draw_start;
    slot = below(Slots);
    // As a sequencer does, several slots of one read; now and then the one before.
    if (held > 0) held = held - 1;
    else begin
      held = below(4);
      draw_drive;
    end
    if (below(2) == 0) group = below(Groups);
    if (Noise != 0) begin
      step = below(3) != 0 ? step + 1 : {$random(seed), $random(seed)};
      plane = below(planes);
    end
    drive = held_drive;
    for (r = 0; r < Rows; r = r + 1) begin
      strength[r] = 0;
      for (c = 0; c < DacBits; c = c + 1) if (drive[c*Rows+r]) strength[r] = strength[r] + (1 << c);
    end
    k = Conversions - slot * Converters;
    if (k > Converters) k = Converters;
    count = below(4) == 0 ? below(k + 1) : k;
    at = (cycle + 1 + Latency) % Depth;
    due[at] = 1;
    due_count[at] = count;
    for (j = 0; j < count; j = j + 1) expect_code(slot * Converters + j);
  endtask

  // Looks at one cycle, after its falling edge.
  task look;
    at = cycle % Depth;
    j = 0;
    if (valid !== due[at]) wrong(0);
    if (due[at]) begin
      for (j = 0; j < Converters; j = j + 1) begin
        if (j < due_count[at]) begin
          if (codes[j*CodeBits+:CodeBits] !== due_code[at*Converters+j]) wrong(1);
          if (saturated[j] !== due_saturated[at*Converters+j]) wrong(2);
          checked = checked + 1;
        end else if (saturated[j] !== 1'b0) wrong(3);
      end
    end
    due[at] = 0;
  endtask

  task run(input integer starts);
    while (starts > 0) begin
      start = 0;
      if (gap == 0 && below(phase % 2 == 0 ? 1 : 3) == 0) begin
        draw_start;
        start = 1;
        gap = Interval;
        starts = starts - 1;
      end else begin
        drive = ~drive;
        slot = slot + 1;
      end
      if (gap > 0) gap = gap - 1;
      @(posedge clk);
      cycle = cycle + 1;
      @(negedge clk) look;
    end
    start = 0;
    for (i = 0; i < Depth + Interval; i = i + 1) begin
      gap = 0;
      @(posedge clk);
      cycle = cycle + 1;
      @(negedge clk) look;
    end
  endtask

  initial begin
    for (i = 0; i < Rows * Cols; i = i + 1) level[i] = 0;
    for (i = 0; i < Depth; i = i + 1) due[i] = 0;
    drive = 0;
    held_drive = 0;
    group = 0;
    slot = 0;
    if (Noise != 0) make_quantiles;
    #5 rst_n = 1;
    @(negedge clk);
    // A third of the rows is never programmed: 0.
    for (r = 0; r < Rows; r = r + 1) if (below(3) != 0) program_row(r);
    for (phase = 0; phase < Phases; phase = phase + 1) begin
      if (phase % 2 == 0) draw_references;
      run((Starts + Phases - 1) / Phases);
      for (k = 0; k < 4 && phase % 2 == 0; k = k + 1) program_row(below(Rows));
      held = 2;
    end
    if (checked < Starts / 2) begin
      errors = errors + 1;
      $display("only %0d conversions", checked);
    end
    if ((Lists != 0 && listed == 0) || (Noise != 0 && moved == 0)) begin
      errors = errors + 1;
      $display("no list gave a code, or noise moved nothing");
    end
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
