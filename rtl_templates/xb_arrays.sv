// SPDX-License-Identifier: Apache-2.0
// The arrays of a weight layer with everything that runs in step with them: drive lines, PEs in their tiles, row-tile
// adder trees, and channels that several slots or tiles have a part of. From a plane on the rows to sums of channels,
// one slot at a time; nothing here ever waits.
module xb_arrays #(
    parameter int Copies        = 1,    // copies of the arrays, one window each
    parameter int LayerRows     = 27,   // rows of the layer
    parameter int Rows          = 32,   // crossbar, as xb_pe
    parameter int Cols          = 32,
    parameter int CellBits      = 2,
    parameter int DacBits       = 1,
    parameter int ActiveRows    = 32,
    parameter int Encoding      = 0,
    parameter int Analog        = 0,
    parameter int Slices        = 4,
    parameter int PerArray      = 8,
    parameter int AdcBits       = 7,
    parameter int AdcLatency    = 1,
    parameter int AdcInterval   = 1,
    parameter int SumBits       = 26,   // of a PE's sums
    parameter int TreeBits      = 26,   // ... and of those of all row tiles, SumBits..32
    parameter int Slots         = 4,    // of a plane and group
    parameter int RowTiles      = 1,    // arrays of a copy
    parameter int ColTiles      = 1,
    parameter int LayerUsed     = 32,   // conversions of the layer, one copy
    parameter int Used          = 32,   // conversions of a full column tile
    parameter int Columns       = 8,    // conversions of a channel
    parameter int Parts         = 1,    // as xb_shift_add
    parameter int Units         = 1,    // blocks of the layer's block-diagonal matrix
    parameter int UnitsPerArray = 1,    // whole blocks on an array
    parameter int SegRows       = LayerRows / Units,  // rows of a segment, which is not cut where it fits an array
    parameter int SegsPerTile   = 1,    // segments in a row tile
    parameter int Depth         = 2,    // register stages from drive lines to merged sums, 0..
    parameter int FirstArray    = 0,    // number of the layer's first array on the chip
    parameter int ArraysPerTile = 8,
    parameter int Counters      = 1,    // 0: nothing is counted
    localparam int SLOT = Copies * ColTiles * Parts * TreeBits
) (
    input  logic                                 clk_i,
    input  logic                                 rst_ni,
    input  logic                                 clear_i,       // counters
    input  logic [                         73:0] prog_i,
    input  logic [                         11:0] number_i,      // of the layer, among those with arrays
    input  logic signed [                  31:0] lo_i,          // lowest code of the converters
    input  logic [ Copies*LayerRows*DacBits-1:0] drive_i,       // bit j of copy c at (c*DacBits+j)*LayerRows
    input  logic                                 issue_i,       // a slot is read
    input  logic [                   Copies-1:0] active_i,      // ... by these copies
    input  logic                                 first_i,       // ... of the first plane and group
    input  logic                                 last_i,        // ... of the last plane and group
    input  logic [                          3:0] plane_i,
    input  logic [                          9:0] group_i,
    input  logic [                          9:0] slot_i,
    input  logic [                         47:0] step_i,        // number of the step since programming
    output logic                                 slot_valid_o,  // sums of a slot of a finished window
    output logic [                     SLOT-1:0] slot_sums_o,   // part m of column tile t of copy c at (c*ColTiles+t)*Parts+m
    output logic [                         63:0] reads_o,       // counters
    output logic [                         63:0] conversions_o,
    output logic [                         63:0] saturated_o,
    output logic                                 settling_o     // counts are still on their way
);

  localparam int ARRAYS = Copies * RowTiles * ColTiles;
  localparam int DRIVE_STAGE = (Depth >= 1) ? 1 : 0;
  localparam int CODE_STAGE = (Depth >= 2) ? 1 : 0;
  localparam int TREE_STAGES = (Depth > 2) ? Depth - 2 : 0;
  localparam int PE_SUMS = Parts * SumBits;
  localparam int TREE_SUMS = Parts * TreeBits;
  localparam int COLUMN_BITS = (Columns > 1) ? $clog2(Columns) : 1;
  // Of the chain of counts: one of two widths, so that the PEs of most layers are alike.
  localparam int COUNT_BITS = (Counters == 0) ? 0 : (ARRAYS * PerArray < 65536) ? 16 : 32;
  localparam int CHAIN_BITS = (COUNT_BITS > 0) ? COUNT_BITS : 1;

  localparam int UNIT_ROWS = LayerRows / Units;
  localparam int UNIT_USED = LayerUsed / Units;
  localparam int TILES_PER_UNIT = (UNIT_USED + Used - 1) / Used;  // 1 where several stand on an array
  localparam int TILES_PER_SEG = (SegRows + Rows - 1) / Rows;     // 1 where several stand in a row tile
  localparam bit AMID = (Slots > 1 && PerArray % Columns != 0) || (TILES_PER_UNIT > 1 && Used % Columns != 0);
  localparam int CODES = (Used < PerArray) ? Used : PerArray;

  // Conversions in use of column tile t.
  function automatic [31:0] used_of(input [31:0] t);
    logic [31:0] unit, here, left;
    unit = t / TILES_PER_UNIT * UnitsPerArray;
    here = (Units - unit < UnitsPerArray) ? Units - unit : UnitsPerArray;
    left = here * UNIT_USED - t % TILES_PER_UNIT * Used;
    used_of = (left < Used) ? left : Used;
  endfunction

  // ---- time: a slot's control, delayed to each stage ----

  localparam int CONTROL = Copies + 16;  // {active, first, last, plane, slot}
  logic [CONTROL+9:0] issue_control, start_control;
  logic [CONTROL-1:0] codes_control, sum_control;
  logic [CONTROL-1:0] add_control;
  logic [47:0] start_step;
  logic [Copies*LayerRows*DacBits-1:0] drive;

  assign issue_control = {issue_i ? active_i : Copies'(1'b0), first_i, last_i, plane_i, slot_i, group_i};

  xb_delay #(
      .Width (CONTROL + 10),
      .Stages(DRIVE_STAGE)
  ) u_start (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(issue_control),
      .data_o(start_control)
  );

  xb_delay #(
      .Width (CONTROL),
      .Stages(1 + AdcLatency)
  ) u_codes (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(start_control[CONTROL+9:10]),
      .data_o(codes_control)
  );

  xb_delay #(
      .Width (CONTROL),
      .Stages(CODE_STAGE)
  ) u_sum (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(codes_control),
      .data_o(sum_control)
  );

  xb_delay #(
      .Width (CONTROL),
      .Stages(AMID ? 2 : 1)
  ) u_add (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(sum_control),
      .data_o(add_control)
  );

  if (DRIVE_STAGE != 0) begin : g_drive_stage
    logic [Copies*LayerRows*DacBits-1:0] drive_q;
    logic [47:0] step_q;
    assign drive = drive_q;
    assign start_step = step_q;
    always_ff @(posedge clk_i) begin
      if (issue_i && slot_i == '0) begin  // a plane stands for all of its slots
        drive_q <= drive_i;
        step_q  <= step_i;
      end
    end
  end else begin : g_no_drive_stage
    assign drive = drive_i;
    assign start_step = step_i;
  end

  // For each column tile, {sum, codes, start}: conversions in use of the slot there. All converters, but for the last slot.
  logic [ColTiles*33-1:0] counts;
  logic [29:0] stage_slots;
  assign stage_slots = {sum_control[9:0], codes_control[9:0], start_control[19:10]};
  for (genvar t = 0; t < ColTiles; t++) begin : g_count
    localparam int USED_HERE = used_of(t);
    localparam int LAST_SLOT = (USED_HERE - 1) / PerArray;
    for (genvar i = 0; i < 3; i++) begin : g_stage
      logic [10:0] slot;
      assign slot = {1'b0, stage_slots[10*i+:10]};
      assign counts[t*33+11*i+:11] = (slot == 11'(LAST_SLOT)) ? 11'(USED_HERE - LAST_SLOT * PerArray)
                                   : (slot > 11'(LAST_SLOT)) ? 11'd0 : 11'(CODES);
    end
  end

  // Where a slot begins within its first channel, for each column tile.
  logic [ColTiles*COLUMN_BITS-1:0] column;
  for (genvar t = 0; t < ColTiles; t++) begin : g_walk
    if (AMID) begin : g_amid
      localparam int PHASE = t % TILES_PER_UNIT * Used % Columns;
      localparam int STEP = PerArray % Columns;
      logic [COLUMN_BITS-1:0] column_q;
      logic [COLUMN_BITS:0] next;
      assign next = (COLUMN_BITS + 1)'(column_q) + (COLUMN_BITS + 1)'(STEP);
      assign column[t*COLUMN_BITS+:COLUMN_BITS] = column_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) column_q <= COLUMN_BITS'(PHASE);
        else if (sum_control[16]) begin
          if (sum_control[9:0] == 10'(Slots - 1)) column_q <= COLUMN_BITS'(PHASE);
          else column_q <= COLUMN_BITS'((32'(next) >= Columns) ? next - (COLUMN_BITS + 1)'(Columns) : next);
        end
      end
    end else begin : g_whole
      assign column[t*COLUMN_BITS+:COLUMN_BITS] = '0;
    end
  end

  // ---- arrays: number a = (copy * RowTiles + row tile) * ColTiles + column tile ----

  logic [ARRAYS*Rows*DacBits-1:0] array_drive;
  logic [Copies*4-1:0] active;  // {add, sum, codes, start}
  logic [60:0] control;         // as xb_pe takes it
  assign control = {4'(add_control[13:10] * 4'(DacBits)), add_control[14], add_control[15], add_control[9:0], sum_control[15],
                    sum_control[9:0], codes_control[9:0], start_control[23:20], start_control[9:0], start_control[19:10]};
  for (genvar c = 0; c < Copies; c++) begin : g_active
    assign active[c*4+:4] = {add_control[16+c], sum_control[16+c], codes_control[16+c], start_control[26+c]};
  end

  logic [ARRAYS*33-1:0] array_counts;
  logic [ARRAYS*COLUMN_BITS-1:0] array_column;
  logic [ARRAYS*4-1:0] array_active;
  logic [ARRAYS*PE_SUMS-1:0] array_sums;

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    for (genvar r = 0; r < RowTiles; r++) begin : g_row
      for (genvar t = 0; t < ColTiles; t++) begin : g_column
        localparam int ARRAY = (c * RowTiles + r) * ColTiles + t;
        localparam int UNIT = t / TILES_PER_UNIT * UnitsPerArray;  // the first on this array
        localparam int UNITS_HERE = (Units - UNIT < UnitsPerArray) ? Units - UNIT : UnitsPerArray;
        localparam int SEG_BASE = r / TILES_PER_SEG * SegsPerTile * SegRows;  // rows of a unit from here
        localparam int SEG_END = (SEG_BASE + SegsPerTile * SegRows < UNIT_ROWS) ? SEG_BASE + SegsPerTile * SegRows
                                                                                : UNIT_ROWS;
        localparam int PART_BASE = SEG_BASE + r % TILES_PER_SEG * Rows;
        localparam int PART = (SEG_END - PART_BASE < Rows) ? SEG_END - PART_BASE : Rows;
        localparam int ROW_BASE = UNIT * UNIT_ROWS + ((UNITS_HERE > 1) ? 0 : PART_BASE);
        localparam int ROWS_HERE = (UNITS_HERE > 1) ? UNITS_HERE * UNIT_ROWS : PART;

        for (genvar j = 0; j < DacBits; j++) begin : g_bit
          assign array_drive[(ARRAY*DacBits+j)*Rows+:Rows] =
              Rows'(drive[(c*DacBits+j)*LayerRows+ROW_BASE+:ROWS_HERE]);
        end
        assign array_counts[ARRAY*33+:33] = counts[t*33+:33];
        assign array_column[ARRAY*COLUMN_BITS+:COLUMN_BITS] = column[t*COLUMN_BITS+:COLUMN_BITS];
        assign array_active[ARRAY*4+:4] = active[c*4+:4];
      end
    end
  end

  localparam int FIRST_TILE = FirstArray / ArraysPerTile;
  localparam int TILES = (FirstArray + ARRAYS - 1) / ArraysPerTile - FIRST_TILE + 1;
  logic [(TILES+1)*CHAIN_BITS-1:0] chain;  // of saturated conversions, from tile to tile
  assign chain[CHAIN_BITS-1:0] = '0;

  for (genvar t = FIRST_TILE; t < FIRST_TILE + TILES; t++) begin : g_tile
    localparam int BEGIN = (t * ArraysPerTile > FirstArray) ? t * ArraysPerTile - FirstArray : 0;
    localparam int END = ((t + 1) * ArraysPerTile < FirstArray + ARRAYS)
                         ? (t + 1) * ArraysPerTile - FirstArray : ARRAYS;
    localparam int PES = END - BEGIN;

    xb_tile #(
        .Pes        (PES),
        .Rows       (Rows),
        .Cols       (Cols),
        .CellBits   (CellBits),
        .DacBits    (DacBits),
        .ActiveRows (ActiveRows),
        .PerArray   (PerArray),
        .Analog     (Analog),
        .AdcBits    (AdcBits),
        .AdcLatency (AdcLatency),
        .AdcInterval(AdcInterval),
        .Codes      (CODES),
        .Columns    (Columns),
        .Parts      (Parts),
        .Amid       (AMID ? 1 : 0),
        .Slices     (Slices),
        .Encoding   (Encoding),
        .SumBits    (SumBits),
        .Slots      (Slots),
        .CodeStage  (CODE_STAGE),
        .CountBits  (COUNT_BITS)
    ) u_tile (
        .clk_i        (clk_i),
        .rst_ni       (rst_ni),
        .prog_i       (prog_i),
        .array_i      (20'(FirstArray + BEGIN)),
        .key_i        ({number_i, 20'(BEGIN)}),
        .counts_i     (array_counts[BEGIN*33+:PES*33]),
        .active_i     (array_active[BEGIN*4+:PES*4]),
        .control_i    (control),
        .start_step_i (start_step),
        .start_drive_i(array_drive[BEGIN*Rows*DacBits+:PES*Rows*DacBits]),
        .sum_column_i (array_column[BEGIN*COLUMN_BITS+:PES*COLUMN_BITS]),
        .lo_i         (lo_i),
        .sums_o       (array_sums[BEGIN*PE_SUMS+:PES*PE_SUMS]),
        .saturated_i  (chain[(t-FIRST_TILE)*CHAIN_BITS+:CHAIN_BITS]),
        .saturated_o  (chain[(t-FIRST_TILE+1)*CHAIN_BITS+:CHAIN_BITS])
    );
  end

  // ---- merge: row tiles are added, then parts of channels ----

  logic sums_q;  // the PEs have given the sums of a slot
  logic [Copies*ColTiles-1:0] tree_valid;
  logic [Copies-1:0] join_valid;
  logic [SLOT-1:0] tree_sums;
  assign slot_valid_o = &join_valid;  // all at once

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) sums_q <= 1'b0;
    else sums_q <= add_control[16] && add_control[14];
  end

  for (genvar c = 0; c < Copies; c++) begin : g_merge
    for (genvar t = 0; t < ColTiles; t++) begin : g_column
      logic [RowTiles*PE_SUMS-1:0] terms;
      for (genvar r = 0; r < RowTiles; r++) begin : g_row
        assign terms[r*PE_SUMS+:PE_SUMS] = array_sums[((c*RowTiles+r)*ColTiles+t)*PE_SUMS+:PE_SUMS];
      end
      xb_adder_tree #(
          .Inputs (RowTiles),
          .Lanes  (Parts),
          .InBits (SumBits),
          .OutBits(TreeBits),
          .Stages (TREE_STAGES)
      ) u_tree (
          .clk_i  (clk_i),
          .rst_ni (rst_ni),
          .valid_i(sums_q),
          .data_i (terms),
          .valid_o(tree_valid[c*ColTiles+t]),
          .data_o (tree_sums[(c*ColTiles+t)*TREE_SUMS+:TREE_SUMS])
      );
    end

    xb_join #(
        .ColTiles(ColTiles),
        .Parts   (Parts),
        .SumBits (TreeBits),
        .Slots   (Slots),
        .PerArray(PerArray),
        .Used    (Used),
        .Columns (Columns),
        .UnitUsed(UNIT_USED)
    ) u_join (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .valid_i(&tree_valid[c*ColTiles+:ColTiles]),
        .data_i (tree_sums[c*ColTiles*TREE_SUMS+:ColTiles*TREE_SUMS]),
        .valid_o(join_valid[c]),
        .data_o (slot_sums_o[c*ColTiles*TREE_SUMS+:ColTiles*TREE_SUMS])
    );
  end

  // ---- counts ----

  xb_array_counts #(
      .Copies   (Copies),
      .RowTiles (RowTiles),
      .ColTiles (ColTiles),
      .Slots    (Slots),
      .PerArray (PerArray),
      .LayerUsed(LayerUsed),
      .Used     (Used),
      .Units    (Units),
      .UnitsPerArray(UnitsPerArray),
      .ChainBits(CHAIN_BITS),
      .Counters (Counters)
  ) u_counts (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear_i),
      .start_i      (start_control[26+:Copies]),
      .slot_i       (start_control[19:10]),
      .codes_i      (codes_control[16]),
      .saturated_i  (chain[TILES*CHAIN_BITS+:CHAIN_BITS]),
      .reads_o      (reads_o),
      .conversions_o(conversions_o),
      .saturated_o  (saturated_o),
      .settling_o   (settling_o)
  );

  logic unused_control;
  assign unused_control = &{1'b0, start_control[25:24]};

endmodule
