// SPDX-License-Identifier: Apache-2.0
// The arrays of a weight layer with everything that runs in step with them: drive lines, PEs in their tiles,
// row-tile adder trees. From a plane on the rows to merged column sums, one slot at a time.
module xb_arrays #(
    parameter int Copies        = 1,    // copies of the arrays, one window each
    parameter int LayerRows     = 27,   // rows of the layer
    parameter int Rows          = 32,   // crossbar, as xb_pe
    parameter int Cols          = 32,
    parameter int CellBits      = 2,
    parameter int DacBits       = 1,
    parameter int ActiveRows    = 32,
    parameter int Analog        = 0,
    parameter int PerArray      = 8,
    parameter int AdcBits       = 7,
    parameter int AdcLatency    = 1,
    parameter int SumBits       = 20,
    parameter int RowTiles      = 1,    // arrays of a copy
    parameter int ColTiles      = 1,
    parameter int LayerUsed     = 32,   // conversions of the layer, one copy
    parameter int Used          = 32,   // conversions of a full column tile
    parameter int Units         = 1,    // blocks of the layer's block-diagonal matrix
    parameter int UnitsPerArray = 1,    // whole blocks on an array
    parameter int SegRows       = LayerRows / Units,  // rows of a segment, which is not cut where it fits an array
    parameter int SegsPerTile   = 1,    // segments in a row tile
    parameter int Depth         = 2,    // register stages from drive lines to merged sums, 0..
    parameter int FirstArray    = 0,    // number of the layer's first array on the chip
    parameter int ArraysPerTile = 8,
    localparam int TREE_BITS = SumBits + ((RowTiles > 1) ? $clog2(RowTiles) : 0)
) (
    input  logic                                          clk_i,
    input  logic                                          rst_ni,
    input  logic                                          en_i,          // the layer advances
    input  logic                                          clear_i,       // counters
    input  logic [                                  73:0] prog_i,
    input  logic signed [                           31:0] delta_i,       // converter: step, lowest and
    input  logic signed [                           31:0] lo_i,          // highest code
    input  logic [                                  13:0] code_max_i,
    input  logic [          Copies*LayerRows*DacBits-1:0] drive_i,       // bit j of copy c at (c*DacBits+j)*LayerRows
    input  logic                                          issue_i,       // a slot is read
    input  logic [                            Copies-1:0] active_i,      // ... by these copies
    input  logic                                          first_i,       // ... of the first plane and group
    input  logic                                          last_i,        // ... of the last plane and group
    input  logic [                                   3:0] plane_i,
    input  logic [                                   9:0] group_i,
    input  logic [                                   9:0] slot_i,
    output logic                                          slot_valid_o,  // sums of a slot of a finished window
    output logic [Copies*ColTiles*PerArray*TREE_BITS-1:0] slot_sums_o,
    input  logic                                          count_i,       // add the arrays' counters up
    output logic [                                  63:0] reads_o,       // from the cycle after count_i
    output logic [                                  63:0] conversions_o,
    output logic [                                  63:0] saturated_o
);

  localparam int ARRAYS = Copies * RowTiles * ColTiles;
  localparam int DRIVE_STAGE = (Depth >= 1) ? 1 : 0;
  localparam int CODE_STAGE = (Depth >= 2) ? 1 : 0;
  localparam int TREE_STAGES = (Depth > 2) ? Depth - 2 : 0;
  localparam int SUM_STAGES = AdcLatency + CODE_STAGE;  // from converter to accumulator
  localparam int CONTROL_BITS = Copies + 26;
  localparam int UNIT_ROWS = LayerRows / Units;
  localparam int UNIT_USED = LayerUsed / Units;
  localparam int TILES_PER_SEG = (SegRows + Rows - 1) / Rows;
  localparam int TILES_PER_UNIT = (UnitsPerArray > 1) ? 1 : (UNIT_USED + Used - 1) / Used;

  // The sequencer's word at each stage: {copies, first, last, plane, group, slot}.
  logic [CONTROL_BITS-1:0] issue_control, read_control;
  logic [CONTROL_BITS-11:0] convert_control, sum_control;  // without the group

  assign issue_control = {issue_i ? active_i : {Copies{1'b0}}, first_i, last_i, plane_i, group_i, slot_i};

  xb_delay #(
      .Width (CONTROL_BITS),
      .Stages(DRIVE_STAGE)
  ) u_read_control (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i(issue_control),
      .data_o(read_control)
  );

  xb_delay #(
      .Width (CONTROL_BITS - 10),
      .Stages(1)
  ) u_convert_control (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i({read_control[CONTROL_BITS-1:20], read_control[9:0]}),
      .data_o(convert_control)
  );

  xb_delay #(
      .Width (CONTROL_BITS - 10),
      .Stages(SUM_STAGES)
  ) u_sum_control (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i(convert_control),
      .data_o(sum_control)
  );

  logic [Copies*LayerRows*DacBits-1:0] drive;

  xb_delay #(
      .Width (Copies * LayerRows * DacBits),
      .Stages(DRIVE_STAGE)
  ) u_drive (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i(drive_i),
      .data_o(drive)
  );

  // Arrays: number a = (copy * RowTiles + row tile) * ColTiles + column tile.
  logic [ARRAYS*Rows*DacBits-1:0] array_drive;
  logic [ARRAYS*16-1:0] array_used;
  logic [ARRAYS-1:0] array_read, array_convert, array_sum;
  logic [ARRAYS*PerArray*SumBits-1:0] array_sums;
  logic [ARRAYS*144-1:0] array_counts;

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
        localparam int USED_LEFT = (UNIT + UNITS_HERE) * UNIT_USED - (UNIT * UNIT_USED + t % TILES_PER_UNIT * Used);

        for (genvar j = 0; j < DacBits; j++) begin : g_bit
          assign array_drive[(ARRAY*DacBits+j)*Rows+:Rows] =
              Rows'(drive[(c*DacBits+j)*LayerRows+ROW_BASE+:ROWS_HERE]);
        end
        assign array_used[ARRAY*16+:16] = 16'((USED_LEFT < Used) ? USED_LEFT : Used);
        assign array_read[ARRAY] = read_control[26+c];
        assign array_convert[ARRAY] = convert_control[16+c];
        assign array_sum[ARRAY] = sum_control[16+c];
      end
    end
  end

  for (genvar t = FirstArray / ArraysPerTile; t * ArraysPerTile < FirstArray + ARRAYS; t++) begin : g_tile
    localparam int BEGIN = (t * ArraysPerTile > FirstArray) ? t * ArraysPerTile - FirstArray : 0;
    localparam int END = ((t + 1) * ArraysPerTile < FirstArray + ARRAYS)
                         ? (t + 1) * ArraysPerTile - FirstArray : ARRAYS;
    localparam int PES = END - BEGIN;

    xb_tile #(
        .Pes       (PES),
        .Rows      (Rows),
        .Cols      (Cols),
        .CellBits  (CellBits),
        .DacBits   (DacBits),
        .ActiveRows(ActiveRows),
        .PerArray  (PerArray),
        .Analog    (Analog),
        .AdcBits   (AdcBits),
        .AdcLatency(AdcLatency),
        .SumBits   (SumBits),
        .CodeStage (CODE_STAGE)
    ) u_tile (
        .clk_i         (clk_i),
        .rst_ni        (rst_ni),
        .en_i          (en_i),
        .clear_i       (clear_i),
        .prog_i        (prog_i),
        .array_i       (20'(FirstArray + BEGIN)),
        .conversions_i (array_used[BEGIN*16+:PES*16]),
        .drive_i       (array_drive[BEGIN*Rows*DacBits+:PES*Rows*DacBits]),
        .read_i        (array_read[BEGIN+:PES]),
        .read_slot_i   (read_control[9:0]),
        .read_group_i  (read_control[19:10]),
        .convert_i     (array_convert[BEGIN+:PES]),
        .convert_slot_i(convert_control[9:0]),
        .sum_i         (array_sum[BEGIN+:PES]),
        .sum_first_i   (sum_control[15]),
        .sum_last_i    (sum_control[14]),
        .sum_slot_i    (sum_control[9:0]),
        .sum_shift_i   (4'(sum_control[13:10] * 4'(DacBits))),
        .delta_i       (delta_i),
        .lo_i          (lo_i),
        .code_max_i    (code_max_i),
        .sum_o         (array_sums[BEGIN*PerArray*SumBits+:PES*PerArray*SumBits]),
        .counts_o      (array_counts[BEGIN*144+:PES*144])
    );
  end

  // Merge: row tiles of a copy's column tile are added.
  logic sums_q;  // the PEs have given the sums of a slot
  logic [Copies*ColTiles-1:0] slot_valid;
  assign slot_valid_o = &slot_valid;  // all at once

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) sums_q <= 1'b0;
    else if (en_i) sums_q <= sum_control[16] && sum_control[14];
  end

  for (genvar c = 0; c < Copies; c++) begin : g_merge
    for (genvar t = 0; t < ColTiles; t++) begin : g_column
      logic [RowTiles*PerArray*SumBits-1:0] terms;
      for (genvar r = 0; r < RowTiles; r++) begin : g_row
        assign terms[r*PerArray*SumBits+:PerArray*SumBits] =
            array_sums[((c*RowTiles+r)*ColTiles+t)*PerArray*SumBits+:PerArray*SumBits];
      end
      xb_adder_tree #(
          .Inputs(RowTiles),
          .Lanes (PerArray),
          .InBits(SumBits),
          .Stages(TREE_STAGES)
      ) u_tree (
          .clk_i  (clk_i),
          .rst_ni (rst_ni),
          .en_i   (en_i),
          .valid_i(sums_q),
          .data_i (terms),
          .valid_o(slot_valid[c*ColTiles+t]),
          .data_o (slot_sums_o[(c*ColTiles+t)*PerArray*TREE_BITS+:PerArray*TREE_BITS])
      );
    end
  end

  // The arrays' own counters are added up when somebody asks.
  function automatic [63:0] total(input [ARRAYS*144-1:0] counts, input [31:0] which);
    total = '0;
    for (int a = 0; a < ARRAYS; a++) total = total + 64'(counts[a*144+which*48+:48]);
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reads_o       <= '0;
      conversions_o <= '0;
      saturated_o   <= '0;
    end else if (count_i) begin
      reads_o       <= total(array_counts, 32'd0);
      conversions_o <= total(array_counts, 32'd1);
      saturated_o   <= total(array_counts, 32'd2);
    end
  end

endmodule
