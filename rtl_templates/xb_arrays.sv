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
    parameter int LevelBits     = CellBits,
    parameter int DacBits       = 1,
    parameter int ActiveRows    = 32,
    parameter int Encoding      = 0,
    parameter int Analog        = 0,
    parameter int Slices        = 4,
    parameter int PerArray      = 8,
    parameter int AdcBits       = 7,
    parameter int Lists         = 0,
    parameter int Noise         = 0,
    parameter int AdcLatency    = 1,
    parameter int AdcInterval   = 1,
    parameter int SumBits       = 26,   // of a PE's sums
    parameter int TreeBits      = 26,   // ... and of those of all row tiles, SumBits..32
    parameter int Slots         = 4,    // of a plane and group
    parameter int Direct        = 0,    // as xb_pe
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

  // ---- time: what each stage of a slot is told, and the drive lines ----

  logic [Copies*4-1:0] active;  // {add, sum, codes, start}
  logic [60:0] control;         // as xb_pe takes it
  logic [ColTiles*33-1:0] counts;
  logic [ColTiles*COLUMN_BITS-1:0] column;
  logic sums_valid;
  logic [47:0] start_step;
  logic [Copies*LayerRows*DacBits-1:0] drive;

  xb_stages #(
      .Copies       (Copies),
      .ColTiles     (ColTiles),
      .Slots        (Slots),
      .PerArray     (PerArray),
      .Codes        (CODES),
      .Columns      (Columns),
      .Units        (Units),
      .UnitsPerArray(UnitsPerArray),
      .UnitUsed     (UNIT_USED),
      .Used         (Used),
      .Amid         (AMID ? 1 : 0),
      .DacBits      (DacBits),
      .AdcLatency   (AdcLatency),
      .DriveStage   (DRIVE_STAGE),
      .CodeStage    (CODE_STAGE)
  ) u_stages (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .issue_i     (issue_i),
      .active_i    (active_i),
      .first_i     (first_i),
      .last_i      (last_i),
      .plane_i     (plane_i),
      .group_i     (group_i),
      .slot_i      (slot_i),
      .active_o    (active),
      .control_o   (control),
      .counts_o    (counts),
      .column_o    (column),
      .sums_valid_o(sums_valid)
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

  // ---- arrays: number a = (copy * RowTiles + row tile) * ColTiles + column tile ----

  logic [ARRAYS*Rows*DacBits-1:0] array_drive;
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
        .LevelBits  (LevelBits),
        .DacBits    (DacBits),
        .ActiveRows (ActiveRows),
        .PerArray   (PerArray),
        .Analog     (Analog),
        .AdcBits    (AdcBits),
        .Lists      (Lists),
        .Noise      (Noise),
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
        .Direct     (Direct),
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

  xb_merge #(
      .Copies  (Copies),
      .RowTiles(RowTiles),
      .ColTiles(ColTiles),
      .Parts   (Parts),
      .SumBits (SumBits),
      .TreeBits(TreeBits),
      .Stages  (TREE_STAGES),
      .Slots   (Slots),
      .PerArray(PerArray),
      .Used    (Used),
      .Columns (Columns),
      .UnitUsed(UNIT_USED)
  ) u_merge (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .valid_i(sums_valid),
      .sums_i (array_sums),
      .valid_o(slot_valid_o),
      .sums_o (slot_sums_o)
  );

  logic [Copies-1:0] starts;
  for (genvar c = 0; c < Copies; c++) begin : g_start
    assign starts[c] = active[c*4];
  end

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
      .start_i      (starts),
      .slot_i       (control[9:0]),
      .codes_i      (active[1]),
      .saturated_i  (chain[TILES*CHAIN_BITS+:CHAIN_BITS]),
      .reads_o      (reads_o),
      .conversions_o(conversions_o),
      .saturated_o  (saturated_o),
      .settling_o   (settling_o)
  );

endmodule
