// SPDX-License-Identifier: Apache-2.0
// xb_shift_add: random codes of slots that begin and end anywhere in a channel, against the weights of docs/numerics.md.
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
  logic [Parts*SumBits-1:0] parts, held;
  integer errors = 0, seed = 43, want[0:Parts-1], i, j, m, term, checked = 0;

  always #5 clk = !clk;
  xb_shift_add #(.Codes(Codes), .CodeBits(CodeBits), .Columns(Columns), .Parts(Parts), .Amid(Amid), .Slices(Slices),
    .CellBits(CellBits), .Encoding(Encoding), .Analog(Analog), .SumBits(SumBits)) dut (.clk_i(clk), .valid_i(valid),
    .codes_i(codes), .count_i(count), .column_i(column), .lo_i(lo), .parts_o(parts));

  initial begin
    for (i = 0; i < 600; i = i + 1) begin
      @(negedge clk);
      valid = 1;
      count = Amid != 0 ? 1 + $unsigned($random(seed)) % Codes : Codes;
      column = Amid != 0 ? $unsigned($random(seed)) % Columns : 0;
      lo = i % 3 == 0 ? 0 : -($unsigned($random(seed)) % (1 << CodeBits));
      for (m = 0; m < Parts; m = m + 1) want[m] = 0;
      codes = 'x;  // a converter beyond the last conversion gives anything
      for (j = 0; j < count; j = j + 1) begin
        codes[j*CodeBits+:CodeBits] = i % 5 == 0 ? {CodeBits{1'b1}} : $random(seed);
        term = lo + codes[j*CodeBits+:CodeBits];
        m = (column + j) % Columns;
        term = term * (1 << (CellBits * (m / Polarities)));
        if ((Polarities == 2 && m % 2 == 1) || (Encoding == 2 && m == Slices - 1)) term = -term;
        want[(column+j)/Columns] = want[(column+j)/Columns] + term;
      end
      @(negedge clk) valid = 0;
      for (m = 0; m < Parts; m = m + 1) begin
        checked = checked + 1;
        if (m < (column + count + Columns - 1) / Columns && parts[m*SumBits+:SumBits] !== SumBits'(want[m])) begin
          errors = errors + 1;
          if (errors < 4) $display("slot %0d part %0d: %0d, not %0d", i, m, $signed(parts[m*SumBits+:SumBits]), want[m]);
        end
      end
      held = parts;
      codes = 'x;
      @(negedge clk) if (parts !== held) errors = errors + 1;  // stands until the next slot
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d of %0d", errors, checked);
    $finish;
  end
endmodule
