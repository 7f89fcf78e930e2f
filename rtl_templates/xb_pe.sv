// SPDX-License-Identifier: Apache-2.0
// Processing element: one macro (crossbar and converters) with shift-and-add and accumulators.
// All PEs of a layer run in step: the layer's sequencer gives them the same slots, delayed to each stage, and nothing
// stops them. Sums are in steps of the converter (lo + code), over all planes and groups of one window.
module xb_pe #(
    parameter int Rows        = 128,  // word lines, 8..1024
    parameter int Cols        = 128,  // bit lines, 8..1024
    parameter int CellBits    = 2,    // of a slice of a weight, 1..4
    parameter int LevelBits   = CellBits,  // of a cell's conductance, 1..16
    parameter int DacBits     = 1,    // 1..8
    parameter int ActiveRows  = 128,  // rows read together, 1..Rows
    parameter int PerArray    = 16,   // converters, a divisor of Cols
    parameter int Analog      = 0,    // 1: pairs are subtracted before the converter
    parameter int AdcBits     = 9,    // widest code, 1..14
    parameter int Lists       = 0,    // as xb_macro
    parameter int Noise       = 0,
    parameter int AdcLatency  = 1,    // 1..64
    parameter int AdcInterval = 1,    // 1..64
    parameter int Codes       = 16,   // as xb_shift_add, 1..PerArray
    parameter int Columns     = 8,
    parameter int Parts       = 2,
    parameter int Amid        = 0,
    parameter int Slices      = 4,
    parameter int Encoding    = 0,
    parameter int SumBits     = 26,
    parameter int Slots       = 8,    // slots of a plane and group, 1..1024
    parameter int Direct      = 0,    // 1: of a split layer, whose sums are the codes, in SumBits
    parameter int CodeStage   = 0,    // 1: a register behind the macro
    parameter int CountBits   = 16,   // of a number of saturated conversions; 0: they are not counted
    localparam int COLUMN_BITS = (Columns > 1) ? $clog2(Columns) : 1,
    localparam int CHAIN_BITS  = (CountBits > 0) ? CountBits : 1
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic [                 4:0] active_i,       // {program, add, sum, codes, start}: what happens here
    input  logic [                49:0] prog_i,         // word of the program: {reference, last, addr, data}
    input  logic [                19:0] array_i,        // number of this array on the chip
    input  logic [                31:0] key_i,          // (layer << 20) + number in the layer
    input  logic [                32:0] counts_i,       // {sum, codes, start}: conversions in use of the slot there
    input  logic [                60:0] control_i,      // as below; one word, which a simulation copies at once
    input  logic [                47:0] start_step_i,   // number of the step since programming
    input  logic [    Rows*DacBits-1:0] start_drive_i,
    input  logic [     COLUMN_BITS-1:0] sum_column_i,   // as xb_shift_add
    input  logic signed [         31:0] lo_i,
    output logic [   Parts*SumBits-1:0] sums_o,         // of a slot, one cycle after add_last
    input  logic [      CHAIN_BITS-1:0] saturated_i,    // saturated conversions of the PEs before
    output logic [      CHAIN_BITS-1:0] saturated_o
);

  localparam int CONVERSIONS = (Analog != 0) ? Cols / 2 : Cols;
  localparam int PROG_WORDS = (Cols * LevelBits + 31) / 32;
  localparam int WORD_BITS = Parts * SumBits;

`ifdef VERILATOR
  if (Codes > PerArray || (Slots - 1) * PerArray >= CONVERSIONS) begin : g_check
    $error("xb_pe: more slots or codes than an array has conversions");
  end
`endif

  // ---- control: the stages of a slot, start + 1 + AdcLatency = codes, + CodeStage = sum, + 1 + Amid = add ----

  logic start, codes_due, sum, add, prog, levels_hit, ref_hit;
  logic [3:0] start_plane, add_shift;  // plane; plane * DacBits
  logic [9:0] start_group, start_slot, codes_slot, sum_slot, add_slot;
  logic sum_first, add_first, add_last;  // first and last plane and group of a window
  logic [10:0] start_count, codes_count, sum_count;

  assign {prog, add, sum, codes_due, start} = active_i;
  assign levels_hit = prog && !prog_i[49];
  assign ref_hit = prog && prog_i[49];
  assign {sum_count, codes_count, start_count} = counts_i;
  assign {add_shift, add_last, add_first, add_slot, sum_first, sum_slot, codes_slot, start_plane, start_group, start_slot}
      = control_i;

  // ---- program: levels of rows, references of the converters ----

  logic write;
  logic [15:0] write_row;
  logic [PROG_WORDS*32-1:0] write_data;
  logic unused_prog;  // the bus is wider than the array, and slots than their number

  xb_prog_row #(
      .Words(PROG_WORDS)
  ) u_prog (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .hit_i   (levels_hit),
      .word_i  (prog_i[48:0]),
      .commit_o(write),
      .addr_o  (write_row),
      .data_o  (write_data)
  );

  assign unused_prog = ^{write_data, sum_slot, sum_first, codes_slot, codes_count};

  // ---- macro ----

  logic codes_valid;
  logic [PerArray*AdcBits-1:0] codes;
  logic [PerArray-1:0] saturated;

  xb_macro #(
      .Rows      (Rows),
      .Cols      (Cols),
      .LevelBits (LevelBits),
      .DacBits   (DacBits),
      .ActiveRows(ActiveRows),
      .Converters(PerArray),
      .Analog    (Analog),
      .CodeBits  (AdcBits),
      .Lists     (Lists),
      .Noise     (Noise),
      .Latency   (AdcLatency),
      .Interval  (AdcInterval)
  ) u_macro (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .write_i      (write),
      .row_i        (write_row),
      .levels_i     (write_data[Cols*LevelBits-1:0]),
      .ref_i        (ref_hit),
      .ref_addr_i   (prog_i[47:32]),
      .ref_data_i   (prog_i[31:0]),
      .start_i      (start),
      .array_i      (key_i),
      .step_i       (start_step_i),
      .plane_i      (start_plane),
      .group_i      (start_group),
      .slot_i       (start_slot),
      .count_i      (16'(start_count)),
      .drive_i      (start_drive_i),
      .codes_valid_o(codes_valid),
      .codes_o      (codes),
      .saturated_o  (saturated)
  );

`ifdef XB_ASSERT
  // A macro gives its codes at their cycle: they are sampled there, whatever codes_valid_o says. $error would name the
  // instance, and with it Verilator makes code of its own for every PE.
  always @(posedge clk_i) begin
    if (codes_valid != codes_due) begin
      $display("%%Error: array %0d, slot %0d: codes_valid_o is %0d in the cycle where adc.latency wants %0d", array_i,
               codes_slot, codes_valid, codes_due);
      $stop;
    end
  end
`else
  logic unused_valid;
  assign unused_valid = codes_valid;
`endif

  // ---- sums ----

  logic [Codes*AdcBits-1:0] slot_codes;
  logic [WORD_BITS-1:0] parts;

  if (CodeStage != 0) begin : g_code_stage
    logic [Codes*AdcBits-1:0] codes_q;
    always_ff @(posedge clk_i) if (codes_due) codes_q <= codes[Codes*AdcBits-1:0];
    assign slot_codes = codes_q;
  end else begin : g_no_code_stage
    assign slot_codes = codes[Codes*AdcBits-1:0];
  end

  if (Codes < PerArray) begin : g_idle
    logic unused_codes;  // of converters that never convert
    assign unused_codes = ^codes[PerArray*AdcBits-1:Codes*AdcBits];
  end

  if (Direct != 0) begin : g_direct
    // A conversion is all that there is of a sum: two registers, as long as adding takes.
    logic unused;
    assign unused = ^{sum_first, add_first, add_last, add_slot, add_shift, sum_column_i, sum_count, lo_i};

    always_ff @(posedge clk_i) begin
      if (sum) begin
        for (int m = 0; m < Parts; m++) parts[m*SumBits+:SumBits] <= slot_codes[m*AdcBits+:SumBits];
      end
      if (add) sums_o <= parts;
    end
  end else begin : g_added
    xb_shift_add #(
        .Codes   (Codes),
        .CodeBits(AdcBits),
        .Columns (Columns),
        .Parts   (Parts),
        .Amid    (Amid),
        .Slices  (Slices),
        .CellBits(CellBits),
        .Encoding(Encoding),
        .Analog  (Analog),
        .SumBits (SumBits)
    ) u_shift_add (
        .clk_i   (clk_i),
        .valid_i (sum),
        .codes_i (slot_codes),
        .count_i (16'(sum_count)),
        .column_i(sum_column_i),
        .lo_i    (lo_i),
        .parts_o (parts)
    );

    // Over planes and groups. A memory reads a slot's sums while its parts are added up.
    logic read;
    logic [9:0] read_slot;

    if (Amid != 0) begin : g_amid
      logic read_q;
      logic [9:0] slot_q;
      assign read = read_q;
      assign read_slot = slot_q;
      always_ff @(posedge clk_i) begin
        read_q <= sum && !sum_first;
        if (sum) slot_q <= sum_slot;
      end
    end else begin : g_whole
      assign read = sum && !sum_first;
      assign read_slot = sum_slot;
    end

    xb_accumulator #(
        .Parts  (Parts),
        .SumBits(SumBits),
        .Slots  (Slots)
    ) u_sums (
        .clk_i      (clk_i),
        .read_i     (read),
        .read_slot_i(read_slot),
        .add_i      (add),
        .first_i    (add_first),
        .last_i     (add_last),
        .slot_i     (add_slot),
        .shift_i    (add_shift),
        .parts_i    (parts),
        .sums_o     (sums_o)
    );
  end

  // ---- counts and probe ----

  if (CountBits > 0) begin : g_count
    logic [CHAIN_BITS-1:0] here_q;
    logic some_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        some_q      <= 1'b0;
        saturated_o <= CHAIN_BITS'(1'b0);
      end else begin
        some_q      <= codes_due && saturated != '0;
        saturated_o <= some_q ? saturated_i + here_q : saturated_i;
      end
    end

    // What is not in use is not judged.
    always_ff @(posedge clk_i) begin : count
      logic [CHAIN_BITS-1:0] clipped;
      if (codes_due && saturated != '0) begin
        clipped = CHAIN_BITS'(1'b0);
        // A sum without choices within: a tree, and not a chain as long as there are converters.
        for (int j = 0; j < Codes; j++) clipped = clipped + CHAIN_BITS'(saturated[j] && j < 32'(codes_count));
        here_q <= clipped;
      end
    end
  end else begin : g_no_count
    logic unused_saturated;
    assign unused_saturated = &{1'b0, saturated, saturated_i, codes_due};
    assign saturated_o = '0;
  end

  logic [15:0] sum_begin;  // the probe's first conversion
  assign sum_begin = 16'(32'(sum_slot) * PerArray);

  xb_probe_adc #(
      .Conversions(Codes),
      .CodeBits   (AdcBits)
  ) u_probe (
      .clk_i  (clk_i),
      .array_i(array_i),
      .valid_i(sum),
      .first_i(sum_begin),
      .count_i(16'(sum_count)),
      .codes_i(slot_codes)
  );

endmodule
