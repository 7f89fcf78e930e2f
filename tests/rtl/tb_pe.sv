// SPDX-License-Identifier: Apache-2.0
// xb_pe (with xb_macro and xb_shift_add): random levels and references, programmed word by word and again between windows;
// windows of random planes. Sums of channels must be those of the codes of docs/numerics.md 4, shifted, added over planes
// and groups and given once, in their cycle; saturated conversions join the count that passes in theirs.
// Control has a meaning only in the stage that it is for.
module tb_pe;
  parameter int Rows = 12;
  parameter int Cols = 32;
  parameter int CellBits = 2;
  parameter int LevelBits = CellBits;
  parameter int DacBits = 1;
  parameter int ActiveRows = 5;
  parameter int PerArray = 8;
  parameter int Analog = 0;
  parameter int AdcBits = 4;
  parameter int AdcLatency = 1;
  parameter int AdcInterval = 1;
  parameter int Slices = 4;
  parameter int Encoding = 0;
  parameter int Direct = 0;  // 1: codes are the sums
  parameter int SumBits = Direct ? AdcBits : 24;
  parameter int Planes = 4;
  parameter int CodeStage = 1;
  parameter int CountBits = 16;
  parameter int Full = Analog != 0 ? Cols / 2 : Cols;  // conversions of a full column tile
  parameter int Used = Full;                           // ... of this one
  parameter int Phase = 0;                             // ... that its first channel has in an earlier one
  localparam int Pair = Analog != 0 ? 2 : 1;
  localparam int Polarities = Encoding == 0 && Analog == 0 ? 2 : 1;
  localparam int Columns = Slices * Polarities;
  localparam int Codes = Full < PerArray ? Full : PerArray;
  localparam int Slots = (Full + PerArray - 1) / PerArray;
  localparam int Amid = (Slots > 1 && PerArray % Columns != 0) || Phase != 0 || Full % Columns != 0 ? 1 : 0;
  localparam int Parts = Amid != 0 ? (Columns + Codes - 2) / Columns + 1 : (Codes + Columns - 1) / Columns;
  localparam int Groups = (Rows + ActiveRows - 1) / ActiveRows;
  localparam int Words = (Cols * LevelBits + 31) / 32;
  localparam int ColumnBits = Columns > 1 ? $clog2(Columns) : 1;
  localparam int ChainBits = CountBits > 0 ? CountBits : 1;
  localparam int Most = ActiveRows * ((1 << DacBits) - 1) * ((1 << LevelBits) - 1);  // that a conversion can sum up
  localparam int LastSlot = (Used - 1) / PerArray;
  localparam int Windows = 30;
  // Cycles from the start of a slot to its stages.
  localparam int CodesAt = 1 + AdcLatency;
  localparam int CountAt = CodesAt + 2;
  localparam int SumAt = CodesAt + CodeStage;
  localparam int AddAt = SumAt + 1 + Amid;
  localparam int SumsAt = AddAt + 1;
  localparam int Depth = SumsAt + 2;

  logic clk = 0, rst_n = 0;
  logic [4:0] active = 0;
  logic [49:0] prog;
  logic [32:0] counts;
  logic [60:0] control;
  logic [47:0] start_step;
  logic [Rows*DacBits-1:0] drive, lines;
  logic [ColumnBits-1:0] sum_column;
  logic signed [31:0] lo = 0;
  logic [Parts*SumBits-1:0] sums;
  logic [ChainBits-1:0] passing = 0, saturated, counted;
  integer level[0:Rows*Cols-1];
  logic [Words*32-1:0] row;
  // Slots under way, by the cycle of their start.
  logic begun[0:Depth-1], is_first[0:Depth-1], is_last[0:Depth-1];
  integer plane[0:Depth-1], group[0:Depth-1], slot[0:Depth-1], clipped[0:Depth-1];
  logic [Parts*SumBits-1:0] want[0:Depth-1], stand;  // parts, in time summed up
  logic [Parts*SumBits-1:0] total[0:Slots-1];
  integer errors = 0, seed = 61, cycle = 0, checked = 0, some_clipped = 0, delta, top, code, sum, term;
  integer w, p, g, l;  // the slot that starts
  integer at, i, j, k, m, r, c, s, whole = 0;

  always #1 clk = !clk;
  xb_pe #(.Rows(Rows), .Cols(Cols), .CellBits(CellBits), .LevelBits(LevelBits), .DacBits(DacBits), .ActiveRows(ActiveRows), .PerArray(PerArray),
    .Analog(Analog), .AdcBits(AdcBits), .AdcLatency(AdcLatency), .AdcInterval(AdcInterval), .Codes(Codes), .Columns(Columns),
    .Parts(Parts), .Amid(Amid), .Slices(Slices), .Encoding(Encoding), .SumBits(SumBits), .Slots(Slots), .Direct(Direct), .CodeStage(CodeStage),
    .CountBits(CountBits)) dut (.clk_i(clk), .rst_ni(rst_n), .active_i(active), .prog_i(prog), .array_i(20'd9),
    .key_i(32'h00300004), .counts_i(counts), .control_i(control),
    .start_step_i(start_step), .start_drive_i(lines), .sum_column_i(sum_column), .lo_i(lo),
    .sums_o(sums), .saturated_i(passing), .saturated_o(saturated));

  function integer below(input integer n);
    below = $unsigned($random(seed)) % n;
  endfunction

  // The place of the slot that started so many cycles ago.
  function integer ago(input integer cycles);
    ago = (cycle + Depth - cycles) % Depth;
  endfunction

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 5) $display("cycle %0d (%0d): sums %h, not %h; codes %b, saturated %0d, not %0d", cycle, what, sums, stand,
                             dut.codes_valid, saturated, counted);
  endtask

  task program_row(input integer number);
    row = {Words{$random(seed)}};  // what is beyond the last column is nobody's
    for (c = 0; c < Cols; c = c + 1) begin
      level[number*Cols+c] = below(6) == 0 ? (1 << LevelBits) - 1 : below(1 << LevelBits);
      row[c*LevelBits+:LevelBits] = level[number*Cols+c];
    end
    for (i = 0; i < Words; i = i + 1) begin
      active = 5'b10000;
      prog = {1'b0, i == Words - 1, 16'(number), row[i*32+:32]};
      @(negedge clk) active = 0;
      prog = 'x;
      repeat (below(2)) @(negedge clk);
    end
    @(negedge clk);
  endtask

  // A record of so many references from this one on.
  task refer(input integer from, input integer count);
    for (i = 0; i < count; i = i + 1) begin
      active = 5'b10000;
      prog = {1'b1, i == count - 1, 16'(from + i), from + i == 0 ? delta : from + i == 1 ? lo : top};
      @(negedge clk) active = 0;
    end
    prog = 'x;
  endtask

  task draw_references;
    delta = 1 + below(2 * (Most >> AdcBits) + 1);
    top = (2 << below(AdcBits)) - 1;
    lo = Analog != 0 ? -((top + 1) / 2) : below(2) == 0 ? -below(1 + top / 2) : 0;
    if (below(2) == 0) refer(0, 3);
    else begin
      refer(2, 1);
      refer(0, 2);
    end
  endtask

  task draw_drive;
    for (i = 0; i < Rows * DacBits; i = i + 1) drive[i] = w % 4 == 0 ? 1 : w % 4 == 1 ? below(5) == 0 : below(2);
  endtask

  // The conversion: the thresholds T[n] = (lo + n) * delta - floor(delta / 2) that its sum reaches.
  task convert(input integer conversion);
    sum = 0;
    for (r = g * ActiveRows; r < (g + 1) * ActiveRows && r < Rows; r = r + 1) begin
      k = 0;
      for (i = 0; i < DacBits; i = i + 1) k = k + (drive[i*Rows+r] ? 1 << i : 0);
      sum = sum + k * level[r*Cols+conversion*Pair];
      if (Pair == 2) sum = sum - k * level[r*Cols+conversion*Pair+1];
    end
    code = 0;
    while (code < top && sum >= (lo + code + 1) * delta - delta / 2) code = code + 1;
    if (sum < lo * delta - delta / 2 || sum >= (lo + top + 1) * delta - delta / 2) clipped[at] = clipped[at] + 1;
  endtask

  // What slot l of plane p and group g, which starts now, is to give.
  task draw_slot;
    begun[at] = 1;
    plane[at] = p;
    group[at] = g;
    slot[at] = l;
    is_first[at] = p == 0 && g == 0;
    is_last[at] = p == Planes - 1 && g == Groups - 1;
    clipped[at] = 0;
    if (is_first[at]) total[l] = 0;
    for (j = l * PerArray; j < (l + 1) * PerArray && j < Used; j = j + 1) begin
      convert(j);
      m = (Phase + j) % Columns;
      term = (lo + code) * (1 << (CellBits * (m / Polarities) + DacBits * p));
      if ((Polarities == 2 && m % 2 == 1) || (Encoding == 2 && m == Slices - 1)) term = -term;
      m = (Phase + j) / Columns - (Phase + l * PerArray) / Columns;
      if (Direct) total[l][m*SumBits+:SumBits] = code;
      else total[l][m*SumBits+:SumBits] = total[l][m*SumBits+:SumBits] + SumBits'(term);
    end
    some_clipped = some_clipped + clipped[at];
    want[at] = total[l];
  endtask

  // Conversions in use of a slot.
  function [10:0] in_use(input integer of);
    in_use = Used <= of * PerArray ? 0 : Used - of * PerArray < Codes ? Used - of * PerArray : Codes;
  endfunction

  // Control of this cycle: undefined where nothing happens.
  task set_control;
    active = 0;
    control = 'x;
    counts = 'x;
    lines = 'x;
    start_step = 'x;
    sum_column = 'x;
    if (begun[ago(0)]) begin
      active[0] = 1;
      control[23:0] = {4'(plane[ago(0)]), 10'(group[ago(0)]), 10'(slot[ago(0)])};
      counts[10:0] = in_use(slot[ago(0)]);
      lines = drive;
      start_step = w;
    end
    if (begun[ago(CodesAt)]) begin
      active[1] = 1;
      control[33:24] = slot[ago(CodesAt)];
      counts[21:11] = in_use(slot[ago(CodesAt)]);
    end
    if (begun[ago(SumAt)]) begin
      active[2] = 1;
      counts[32:22] = in_use(slot[ago(SumAt)]);
      control[44:34] = {is_first[ago(SumAt)], 10'(slot[ago(SumAt)])};
      sum_column = (Phase + slot[ago(SumAt)] * PerArray) % Columns;
    end
    if (begun[ago(AddAt)]) begin
      active[3] = 1;
      control[60:45] = {4'(plane[ago(AddAt)] * DacBits), is_last[ago(AddAt)], is_first[ago(AddAt)], 10'(slot[ago(AddAt)])};
    end
  endtask

  // Parts of channels that have conversions in this slot; where slots begin amid channels, all others are 0.
  task look;
    if (begun[ago(SumsAt)] && is_last[ago(SumsAt)]) begin
      stand = want[ago(SumsAt)];
      s = Used - slot[ago(SumsAt)] * PerArray;
      if (s > PerArray) s = PerArray;
      whole = Amid != 0 ? Parts : s > 0 ? (s + Columns - 1) / Columns : 0;
      checked = checked + 1;
    end
    for (m = 0; m < whole; m = m + 1) if (sums[m*SumBits+:SumBits] !== stand[m*SumBits+:SumBits]) wrong(1);
    if (dut.codes_valid !== begun[ago(CodesAt)]) wrong(2);
    counted = passing + ChainBits'(begun[ago(CountAt)] ? clipped[ago(CountAt)] : 0);
    if (CountBits == 0) counted = 0;
    if (saturated !== counted) wrong(3);
  endtask

  // What a macro is told is more than the behavioural one looks at.
  always @(posedge clk) if (active[0]) begin
    k = Used - slot[ago(0)] * PerArray;
    if (dut.u_macro.array_i !== 32'h00300004 || dut.u_macro.step_i !== w || dut.u_macro.plane_i !== plane[ago(0)]) wrong(4);
    if (dut.u_macro.count_i !== (k < 0 ? 0 : k < Codes ? k : Codes)) wrong(5);
  end

  // One cycle, in which a slot starts or none.
  task pass(input integer is_start);
    look;
    at = ago(0);
    begun[at] = 0;
    if (is_start != 0) draw_slot;
    set_control;
    passing = below(3) == 0 ? $random(seed) : 0;
    @(negedge clk) cycle = cycle + 1;
  endtask

  task play_window;
    for (p = 0; p < Planes; p = p + 1) begin
      draw_drive;
      for (g = 0; g < Groups; g = g + 1) begin
        for (l = 0; l < Slots; l = l + 1) begin
          pass(1);
          repeat (AdcInterval - 1) pass(0);
          while (w % 2 == 1 && below(4) == 0) pass(0);
        end
      end
    end
  endtask

  task program_some;
    repeat (Depth) pass(0);
    active = 0;
    for (r = 0; r < Rows; r = r + 1) if (w == 0 || below(4) == 0) program_row(r);
    draw_references;
  endtask

  initial begin
    for (at = 0; at < Depth; at = at + 1) begun[at] = 0;
    prog = 'x;
    #5 rst_n = 1;
    @(negedge clk);
    for (w = 0; w < Windows; w = w + 1) begin
      if (w % 3 == 0) program_some;
      play_window;
    end
    repeat (Depth) pass(0);
    if (errors == 0 && checked == Windows * Slots && some_clipped > 0) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d slots, %0d saturated", errors, checked, Windows * Slots, some_clipped);
    $finish;
  end
endmodule
