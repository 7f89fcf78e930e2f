// SPDX-License-Identifier: Apache-2.0
// xb_arrays (with xb_tile, xb_pe and xb_join): random levels of a block-diagonal matrix, put on the arrays as
// docs/numerics.md 2 says; what leaves must be the product of the plain matrix and the inputs, channel by channel and
// whatever the tiling. Converters are lossless. Every copy has levels of its own; copies without a window change nothing.
module tb_arrays;
  parameter int Copies = 1;
  parameter int Rows = 8;
  parameter int Cols = 8;
  parameter int CellBits = 2;
  parameter int InBits = 4;
  parameter int DacBits = 1;
  parameter int ActiveRows = 8;
  parameter int Analog = 0;
  parameter int PerArray = 4;
  parameter int AdcBits = 9;
  parameter int AdcLatency = 1;
  parameter int AdcInterval = 1;
  parameter int RowTiles = 2;
  parameter int ColTiles = 2;
  parameter int Units = 1;
  parameter int UnitRows = 13;
  parameter int UnitUsed = 12;  // conversions of a block: its channels' columns
  parameter int Slices = 2;
  parameter int Encoding = 0;
  parameter int UnitsPerArray = 1;
  parameter int SegRows = UnitRows;
  parameter int SegsPerTile = 1;
  parameter int Depth = 2;
  parameter int FirstArray = 5;
  parameter int ArraysPerTile = 3;
  parameter int SumBits = 24;
  parameter int TreeBits = 28;
  localparam int Pair = Analog != 0 ? 2 : 1;
  localparam int LayerRows = Units * UnitRows;
  localparam int LayerUsed = Units * UnitUsed;
  localparam int Full = UnitsPerArray * UnitUsed < Cols / Pair ? UnitsPerArray * UnitUsed : Cols / Pair;  // a column tile's
  localparam int Polarities = Encoding == 0 && Analog == 0 ? 2 : 1;
  localparam int Columns = Slices * Polarities;
  localparam int Channels = LayerUsed / Columns;
  localparam int Codes = Full < PerArray ? Full : PerArray;
  localparam int Amid = (Full > PerArray && PerArray % Columns != 0) || (UnitUsed > Full && Full % Columns != 0) ? 1 : 0;
  localparam int Parts = Amid != 0 ? (Columns + Codes - 2) / Columns + 1 : (Codes + Columns - 1) / Columns;
  localparam int Planes = (InBits + DacBits - 1) / DacBits;
  localparam int Groups = (Rows + ActiveRows - 1) / ActiveRows;
  localparam int Slots = (Full + PerArray - 1) / PerArray;
  localparam int UnitTiles = (UnitUsed + Full - 1) / Full;           // column tiles of a unit that is not packed
  localparam int SegTiles = (SegRows + Rows - 1) / Rows;             // row tiles of a segment
  localparam int Arrays = Copies * RowTiles * ColTiles;
  localparam int Words = (Cols * CellBits + 31) / 32;
  localparam int Steps = 12;
  logic clk = 0, rst_n = 0, clear = 0, issue = 0, settling, first = 0, last = 0, slot_valid;
  logic [73:0] prog = 0;
  logic signed [31:0] lo = Analog != 0 ? -(1 << (AdcBits - 1)) : 0;
  logic [Copies*LayerRows*DacBits-1:0] drive = 0;
  logic [Copies-1:0] active = 0;
  logic [3:0] plane = 0;
  logic [9:0] group = 0, slot = 0;
  logic [Copies*ColTiles*Parts*TreeBits-1:0] sums;
  logic [47:0] step = 0;
  logic [63:0] reads, conversions, saturated;
  logic signed [TreeBits-1:0] got;
  // The matrix: one entry for a copy, a conversion and a row; levels of its columns, and what they make together.
  logic [Pair*CellBits-1:0] level[0:Copies*LayerUsed*LayerRows-1];
  integer weight[0:Copies*LayerUsed*LayerRows-1];
  logic [Words*32-1:0] cells[0:Arrays*Rows-1];  // rows of the arrays
  logic [InBits-1:0] x[0:Steps*Copies*LayerRows-1];
  integer windows[0:Steps-1];  // copies that have one
  integer errors = 0, seed = 17, active_sum = 0, checked = 0, out_step = 0, out_slot = 0, a, c, i, j, k, s, u, w, copy, channel, column;  // the last three are of the checks

  always #1 clk = !clk;
  xb_arrays #(.Copies(Copies), .LayerRows(LayerRows), .Rows(Rows), .Cols(Cols), .CellBits(CellBits), .DacBits(DacBits),
    .ActiveRows(ActiveRows), .Analog(Analog), .PerArray(PerArray), .AdcBits(AdcBits), .AdcLatency(AdcLatency),
    .AdcInterval(AdcInterval), .Encoding(Encoding), .Slices(Slices), .Slots(Slots), .Columns(Columns), .Parts(Parts),
    .SumBits(SumBits), .TreeBits(TreeBits), .RowTiles(RowTiles), .ColTiles(ColTiles), .LayerUsed(LayerUsed), .Used(Full),
    .Units(Units), .UnitsPerArray(UnitsPerArray), .SegRows(SegRows), .SegsPerTile(SegsPerTile), .Depth(Depth),
    .FirstArray(FirstArray), .ArraysPerTile(ArraysPerTile)) dut (.clk_i(clk), .rst_ni(rst_n), .clear_i(clear),
    .prog_i(prog), .number_i(12'd3), .lo_i(lo), .drive_i(drive), .issue_i(issue), .active_i(active), .first_i(first),
    .last_i(last), .plane_i(plane), .group_i(group), .slot_i(slot), .step_i(step), .slot_valid_o(slot_valid),
    .slot_sums_o(sums), .reads_o(reads), .conversions_o(conversions), .saturated_o(saturated), .settling_o(settling));

  // Puts the levels of row i and conversion u, both of the layer, on copy c's array.
  task place(input integer c, input integer u, input integer i);
    integer unit, row, used, row_tile, column_tile, k;
    unit = u / UnitUsed;
    row = i % UnitRows;
    used = u % UnitUsed;
    if (UnitsPerArray > 1) begin
      row_tile = 0;
      row = unit % UnitsPerArray * UnitRows + row;
      column_tile = unit / UnitsPerArray;
      used = unit % UnitsPerArray * UnitUsed + used;
    end else begin
      row_tile = row / SegRows / SegsPerTile * SegTiles + row % SegRows / Rows;
      row = row / SegRows % SegsPerTile * SegRows + row % SegRows % Rows;
      column_tile = unit * UnitTiles + used / Full;
      used = used % Full;
    end
    for (k = 0; k < Pair; k = k + 1)
      cells[((c*RowTiles+row_tile)*ColTiles+column_tile)*Rows+row][(used*Pair+k)*CellBits+:CellBits] =
        level[(c*LayerUsed+u)*LayerRows+i][k*CellBits+:CellBits];
  endtask

  task make_matrix;
    for (i = 0; i < Arrays * Rows; i = i + 1) cells[i] = 0;
    for (c = 0; c < Copies; c = c + 1) begin
      for (u = 0; u < LayerUsed; u = u + 1) begin
        for (i = 0; i < LayerRows; i = i + 1) begin
          k = (c * LayerUsed + u) * LayerRows + i;
          level[k] = i / UnitRows == u / UnitUsed ? $random(seed) : 0;
          weight[k] = level[k][CellBits-1:0];
          if (Pair == 2) weight[k] = weight[k] - level[k][Pair*CellBits-1:(Pair-1)*CellBits];
          if (i / UnitRows == u / UnitUsed) place(c, u, i);
        end
      end
    end
  endtask

  task make_inputs;
    for (s = 0; s < Steps; s = s + 1) begin
      windows[s] = s % 3 == 2 ? 1 + $unsigned($random(seed)) % Copies : Copies;
      active_sum = active_sum + windows[s];
      for (i = 0; i < Copies * LayerRows; i = i + 1)
        x[s*Copies*LayerRows+i] = $unsigned($random(seed)) % 4 == 0 ? {InBits{1'b1}} : $random(seed);
    end
  endtask

  task program_arrays;
    for (a = 0; a < Arrays; a = a + 1) begin
      for (i = 0; i < Rows; i = i + 1) begin
        for (w = 0; w < Words; w = w + 1) begin
          @(negedge clk) prog = {1'b1, w == Words - 1, 4'd1, 20'(FirstArray + a), 16'(i), cells[a*Rows+i][w*32+:32]};
        end
      end
    end
    for (a = 0; a < Arrays; a = a + 1) begin
      for (i = 0; i < 3; i = i + 1) @(negedge clk)
        prog = {1'b1, i == 2, 4'd5, 20'(FirstArray + a), 16'd0, i == 0 ? 32'd1 : i == 1 ? lo : (32'd1 << AdcBits) - 32'd1};
    end
    @(negedge clk) prog = 0;
    repeat (4) @(negedge clk);
  endtask

  // The plane of a step on the rows; copies without a window drive anything.
  task set_drive(input integer s, input integer p);
    for (c = 0; c < Copies; c = c + 1)
      for (i = 0; i < LayerRows; i = i + 1)
        for (j = 0; j < DacBits; j = j + 1)
          drive[(c*DacBits+j)*LayerRows+i] = p * DacBits + j < InBits && x[(s*Copies+c)*LayerRows+i][(p*DacBits+j)%InBits];
  endtask

  task play_step(input integer s);
    integer p, g, l;
    active = {Copies{1'b1}} >> (Copies - windows[s]);
    step = s;
    for (p = 0; p < Planes; p = p + 1) begin
      set_drive(s, p);
      for (g = 0; g < Groups; g = g + 1) begin
        for (l = 0; l < Slots; l = l + 1) begin
          issue = 1; plane = p; group = g; slot = l;
          first = p == 0 && g == 0;
          last = p == Planes - 1 && g == Groups - 1;
          @(negedge clk) issue = 0;
          repeat (AdcInterval - 1) @(negedge clk);
          while (s % 2 == 0 && $unsigned($random(seed)) % 16 == 0) @(negedge clk);
        end
      end
    end
  endtask

  // A channel of the layer, of a copy: the product of rows of the plain matrix, by weight of their columns. It leaves in the
  // slot of its last conversion, or in the last slot of the column tile that it leaves, as the part-th channel in it.
  task check_channel;
    integer first_of, local_first, tile, at, part, v, row, sum;
    first_of = channel * Columns;
    if (UnitsPerArray > 1) begin
      tile = first_of / UnitUsed / UnitsPerArray;
      local_first = first_of - tile * UnitsPerArray * UnitUsed;
    end else begin
      tile = first_of / UnitUsed * UnitTiles + first_of % UnitUsed / Full;
      local_first = first_of % UnitUsed % Full;
    end
    at = local_first + Columns > Full ? Slots - 1 : (local_first + Columns - 1) / PerArray;
    part = channel - (first_of - local_first + at * PerArray) / Columns;
    if (at == out_slot) begin
      sum = 0;
      for (column = 0; column < Columns; column = column + 1) begin
        v = 1 << (CellBits * (column / Polarities));
        if ((Polarities == 2 && column % 2 == 1) || (Encoding == 2 && column == Slices - 1)) v = -v;
        for (row = 0; row < LayerRows; row = row + 1)
          sum = sum + v * weight[(copy*LayerUsed+first_of+column)*LayerRows+row] * x[(out_step*Copies+copy)*LayerRows+row];
      end
      got = sums[((copy*ColTiles+tile)*Parts+part)*TreeBits+:TreeBits];
      checked = checked + 1;
      if (got !== sum) begin
        errors = errors + 1;
        if (errors < 4) $display("step %0d copy %0d channel %0d: %0d, not %0d", out_step, copy, channel, got, sum);
      end
    end
  endtask

  always @(negedge clk) if (slot_valid === 1'b1) begin
    for (copy = 0; copy < windows[out_step]; copy = copy + 1) for (channel = 0; channel < Channels; channel = channel + 1) check_channel;
    out_step = out_slot == Slots - 1 ? out_step + 1 : out_step;
    out_slot = out_slot == Slots - 1 ? 0 : out_slot + 1;
  end

  task check_count(input [63:0] got_count, input integer want);
    if (got_count !== want) begin
      errors = errors + 1;
      $display("counted %0d, not %0d", got_count, want);
    end
  endtask

  initial begin
    make_matrix;
    make_inputs;
    #5 rst_n = 1;
    program_arrays;
    for (s = 0; s < Steps; s = s + 1) play_step(s);
    repeat (Depth + AdcLatency + 8) @(negedge clk);
    while (settling) @(negedge clk);
    check_count(reads, active_sum * RowTiles * ColTiles * Planes * Groups);
    check_count(conversions, active_sum * RowTiles * LayerUsed * Planes * Groups);
    check_count(saturated, 0);
    if (errors == 0 && out_step == Steps && checked == active_sum * Channels) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d steps, %0d of %0d channels", errors, out_step, Steps, checked, active_sum * Channels);
    $finish;
  end
endmodule
