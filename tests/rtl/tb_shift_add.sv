// SPDX-License-Identifier: Apache-2.0
// xb_shift_add: random codes of slots that begin and end anywhere in a channel, against the weights of docs/numerics.md.
// Slots come back to back or apart; each leaves in its cycle, and its sums stand until the next one does.
module tb_shift_add;
  parameter int Codes = 16;
  parameter int CodeBits = 9;
  parameter int Slices = 4;
  parameter int CellBits = 2;
  parameter int Encoding = 0;
  parameter int Analog = 0;
  parameter int Amid = 0;
  parameter int SumBits = 26;
  localparam int Polarities = Encoding == 0 && Analog == 0 ? 2 : 1;
  localparam int Columns = Slices * Polarities;
  localparam int Parts = Amid != 0 ? (Columns + Codes - 2) / Columns + 1 : (Codes + Columns - 1) / Columns;
  localparam int ColumnBits = Columns > 1 ? $clog2(Columns) : 1;
  logic clk = 0, valid = 0;
  logic [Codes*CodeBits-1:0] codes;
  logic [15:0] count;
  logic [ColumnBits-1:0] column;
  logic signed [31:0] lo;
  localparam int Stages = Amid != 0 ? 2 : 1;
  logic [Parts*SumBits-1:0] parts;
  // The parts that leave after an edge, by the edge's number; and those that stand now.
  integer want[0:Stages*Parts-1], stand[0:Parts-1];
  logic due[0:Stages-1];
  integer errors = 0, seed = 43, slots = 0, at, i, j, m, term, checked = 0, known = 0;

  always #5 clk = !clk;
  xb_shift_add #(.Codes(Codes), .CodeBits(CodeBits), .Columns(Columns), .Parts(Parts), .Amid(Amid), .Slices(Slices),
    .CellBits(CellBits), .Encoding(Encoding), .Analog(Analog), .SumBits(SumBits)) dut (.clk_i(clk), .valid_i(valid),
    .codes_i(codes), .count_i(count), .column_i(column), .lo_i(lo), .parts_o(parts));

  task draw_slot;
    count = Amid != 0 ? 1 + $unsigned($random(seed)) % Codes : Codes;
    column = Amid != 0 ? $unsigned($random(seed)) % Columns : 0;
    lo = slots % 3 == 0 ? 0 : -($unsigned($random(seed)) % (1 << CodeBits));
    for (m = 0; m < Parts; m = m + 1) want[at*Parts+m] = 0;
    for (j = 0; j < count; j = j + 1) begin
      codes[j*CodeBits+:CodeBits] = slots % 5 == 0 ? {CodeBits{1'b1}} : $random(seed);
      term = lo + codes[j*CodeBits+:CodeBits];
      m = (column + j) % Columns;
      term = term * (1 << (CellBits * (m / Polarities)));
      if ((Polarities == 2 && m % 2 == 1) || (Encoding == 2 && m == Slices - 1)) term = -term;
      m = at * Parts + (column + j) / Columns;
      want[m] = want[m] + term;
    end
    slots = slots + 1;
  endtask

  initial begin
    for (i = 0; i < Stages; i = i + 1) due[i] = 0;
    for (i = 0; i < 1200; i = i + 1) begin
      @(negedge clk);
      at = i % Stages;  // what is due after the edge before; the slot of this cycle is due in its place, Stages later
      if (due[at]) begin
        for (m = 0; m < Parts; m = m + 1) stand[m] = want[at*Parts+m];
        known = 1;
      end
      for (m = 0; m < Parts && known; m = m + 1) begin
        checked = checked + 1;
        if (parts[m*SumBits+:SumBits] !== SumBits'(stand[m])) begin
          errors = errors + 1;
          if (errors < 4) $display("cycle %0d part %0d: %0d, not %0d", i, m, $signed(parts[m*SumBits+:SumBits]), stand[m]);
        end
      end
      codes = 'x;  // a converter beyond the last conversion gives anything
      count = 'x;
      column = 'x;
      lo = 'x;
      valid = $random(seed) % 3 != 0;
      due[at] = valid;
      if (valid) draw_slot;
    end
    if (errors == 0 && checked > 600 * Parts) $display("PASS"); else $display("FAIL errors %0d of %0d", errors, checked);
    $finish;
  end
endmodule
