// SPDX-License-Identifier: Apache-2.0
// Processing element: one macro (crossbar and converters) with shift-and-add and accumulators.
// All PEs of a layer run in step: the layer's sequencer gives them the same slots, delayed to each stage, and nothing
// stops them. Sums are in steps of the converter (lo + code), over all planes and groups of one window.
module xb_pe #(
    parameter int Rows        = 128,  // word lines, 8..1024
    parameter int Cols        = 128,  // bit lines, 8..1024
    parameter int CellBits    = 2,    // 1..4
    parameter int DacBits     = 1,    // 1..4
    parameter int ActiveRows  = 128,  // rows read together, 1..Rows
    parameter int PerArray    = 16,   // converters, a divisor of Cols
    parameter int Analog      = 0,    // 1: pairs are subtracted before the converter
    parameter int AdcBits     = 9,    // widest code, 1..14
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
    parameter int CodeStage   = 0,    // 1: a register behind the macro
    parameter int CountBits   = 16,   // of a number of saturated conversions; 0: they are not counted
    localparam int COLUMN_BITS = (Columns > 1) ? $clog2(Columns) : 1,
    localparam int CHAIN_BITS  = (CountBits > 0) ? CountBits : 1
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic [                73:0] prog_i,
    input  logic [                19:0] array_i,        // number of this array on the chip
    input  logic [                31:0] key_i,          // (layer << 20) + number in the layer
    input  logic [                 9:0] last_slot_i,    // the last slot in use
    input  logic [                15:0] last_count_i,   // ... and its conversions
    input  logic                        start_i,        // the macro reads and converts a slot
    input  logic [                47:0] start_step_i,   // number of the step since programming
    input  logic [                 3:0] start_plane_i,
    input  logic [                 9:0] start_group_i,
    input  logic [                 9:0] start_slot_i,
    input  logic [    Rows*DacBits-1:0] start_drive_i,
    input  logic                        codes_i,        // codes of a slot are due
    input  logic [                 9:0] codes_slot_i,
    input  logic                        sum_i,          // ... and are added over slices, CodeStage cycles later
    input  logic [                 9:0] sum_slot_i,
    input  logic                        sum_first_i,    // first plane and group of a window
    input  logic [     COLUMN_BITS-1:0] sum_column_i,   // as xb_shift_add
    input  logic                        add_i,          // ... and over planes and groups, one cycle later
    input  logic [                 9:0] add_slot_i,
    input  logic                        add_first_i,
    input  logic                        add_last_i,     // last plane and group of a window
    input  logic [                 3:0] add_shift_i,    // plane * DacBits
    input  logic signed [         31:0] lo_i,
    output logic [   Parts*SumBits-1:0] sums_o,         // of a slot, one cycle after add_last_i
    input  logic [      CHAIN_BITS-1:0] saturated_i,    // saturated conversions of the PEs before
    output logic [      CHAIN_BITS-1:0] saturated_o
);

  localparam int CONVERSIONS = (Analog != 0) ? Cols / 2 : Cols;
  localparam int PROG_WORDS = (Cols * CellBits + 31) / 32;
  localparam int SLOT_BITS = (Slots > 1) ? $clog2(Slots) : 1;
  localparam int WORD_BITS = Parts * SumBits;

`ifdef VERILATOR
  if (Codes > PerArray || (Slots - 1) * PerArray >= CONVERSIONS) begin : g_check
    $error("xb_pe: more slots or codes than an array has conversions");
  end
`endif

  // ---- program: levels of rows, references of the converters ----

  logic write;
  logic [15:0] write_row;
  logic [PROG_WORDS*32-1:0] write_data;
  logic ref_hit;
  logic [15:0] ref_word_q;  // words of the record so far
  logic unused_prog;        // the bus is wider than the array, and slots than their number

  xb_prog_row #(
      .Kind (1),
      .Words(PROG_WORDS)
  ) u_prog (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .prog_i  (prog_i),
      .unit_i  (array_i),
      .commit_o(write),
      .addr_o  (write_row),
      .data_o  (write_data)
  );

  assign ref_hit = prog_i[73] && prog_i[71:68] == 4'd5 && prog_i[67:48] == array_i;
  assign unused_prog = ^{write_data, sum_slot_i, add_slot_i, codes_slot_i};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) ref_word_q <= '0;
    else if (ref_hit) ref_word_q <= prog_i[72] ? '0 : ref_word_q + 1'b1;
  end

  // ---- macro ----

  // Conversions in use of a slot: all converters, but for the last slot of the array.
  function automatic [15:0] in_use(input [9:0] slot, input [9:0] last_slot, input [15:0] last_count);
    in_use = (slot < last_slot) ? 16'(Codes) : (slot == last_slot) ? last_count : 16'd0;
  endfunction

  logic codes_valid;
  logic [PerArray*AdcBits-1:0] codes;
  logic [PerArray-1:0] saturated;

  xb_macro #(
      .Rows      (Rows),
      .Cols      (Cols),
      .LevelBits (CellBits),
      .DacBits   (DacBits),
      .ActiveRows(ActiveRows),
      .Converters(PerArray),
      .Analog    (Analog),
      .CodeBits  (AdcBits),
      .Latency   (AdcLatency),
      .Interval  (AdcInterval)
  ) u_macro (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .write_i      (write),
      .row_i        (write_row),
      .levels_i     (write_data[Cols*CellBits-1:0]),
      .ref_i        (ref_hit),
      .ref_addr_i   (prog_i[47:32] + ref_word_q),
      .ref_data_i   (prog_i[31:0]),
      .start_i      (start_i),
      .array_i      (key_i),
      .step_i       (start_step_i),
      .plane_i      (start_plane_i),
      .group_i      (start_group_i),
      .slot_i       (start_slot_i),
      .count_i      (in_use(start_slot_i, last_slot_i, last_count_i)),
      .drive_i      (start_drive_i),
      .codes_valid_o(codes_valid),
      .codes_o      (codes),
      .saturated_o  (saturated)
  );

`ifdef XB_ASSERT
  always_ff @(posedge clk_i) begin
    if (rst_ni && codes_valid != codes_i) begin
      $error("%m: array %0d, slot %0d: codes_valid_o is %0d in the cycle where adc.latency wants %0d",
             array_i, codes_slot_i, codes_valid, codes_i);
    end
  end
`else
  logic unused_valid;  // sampled at its cycle, whatever the macro says
  assign unused_valid = codes_valid;
`endif

  // ---- sums ----

  logic [Codes*AdcBits-1:0] slot_codes;
  logic [WORD_BITS-1:0] parts, old;

  if (CodeStage != 0) begin : g_code_stage
    logic [Codes*AdcBits-1:0] codes_q;
    always_ff @(posedge clk_i) if (codes_i) codes_q <= codes[Codes*AdcBits-1:0];
    assign slot_codes = codes_q;
  end else begin : g_no_code_stage
    assign slot_codes = codes[Codes*AdcBits-1:0];
  end

  if (Codes < PerArray) begin : g_idle
    logic unused_codes;  // of converters that never convert
    assign unused_codes = ^codes[PerArray*AdcBits-1:Codes*AdcBits];
  end

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
      .valid_i (sum_i),
      .codes_i (slot_codes),
      .count_i (in_use(sum_slot_i, last_slot_i, last_count_i)),
      .column_i(sum_column_i),
      .lo_i    (lo_i),
      .parts_o (parts)
  );

  function automatic [WORD_BITS-1:0] accumulated(input is_first, input [WORD_BITS-1:0] sums,
                                                 input [WORD_BITS-1:0] more, input [3:0] shift);
    for (int m = 0; m < Parts; m++) begin
      accumulated[m*SumBits+:SumBits] = (is_first ? '0 : sums[m*SumBits+:SumBits])
                                        + (more[m*SumBits+:SumBits] << shift);
    end
  endfunction

  if (Slots == 1) begin : g_one
    logic [WORD_BITS-1:0] sum_q;
    logic unused_first;
    assign unused_first = sum_first_i;
    assign old = sum_q;
    always_ff @(posedge clk_i) begin
      if (add_i && !add_last_i) sum_q <= accumulated(add_first_i, old, parts, add_shift_i);
    end
  end else begin : g_slots
    // Written one cycle after it is read; the same slot comes again later still.
    logic write_sum;
    logic [WORD_BITS-1:0] next;
    assign write_sum = add_i && !add_last_i;
    assign next = write_sum ? accumulated(add_first_i, old, parts, add_shift_i) : '0;
    xb_store #(
        .Width(WORD_BITS),
        .Words(Slots)
    ) u_sums (
        .clk_i       (clk_i),
        .write_i     (write_sum),
        .write_addr_i(SLOT_BITS'(add_slot_i)),
        .write_data_i(next),
        .read_i      (sum_i && !sum_first_i),
        .read_addr_i (SLOT_BITS'(sum_slot_i)),
        .read_data_o (old)
    );
  end

  always_ff @(posedge clk_i) begin
    if (add_i && add_last_i) sums_o <= accumulated(add_first_i, old, parts, add_shift_i);
  end

  // ---- counts and probe ----

  if (CountBits > 0) begin : g_count
    // What is not in use is not judged.
    function automatic [CHAIN_BITS-1:0] clipped(input [PerArray-1:0] flags, input [15:0] count);
      clipped = CHAIN_BITS'(0);
      for (int j = 0; j < Codes; j++) if (j < 32'(count)) clipped = clipped + CHAIN_BITS'(flags[j]);
    endfunction

    logic [CHAIN_BITS-1:0] here_q;
    logic some_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        some_q      <= 1'b0;
        here_q      <= CHAIN_BITS'(0);
        saturated_o <= CHAIN_BITS'(0);
      end else begin
        some_q <= codes_i && saturated != '0;
        if (codes_i && saturated != '0) here_q <= clipped(saturated, in_use(codes_slot_i, last_slot_i, last_count_i));
        saturated_o <= some_q ? saturated_i + here_q : saturated_i;
      end
    end
  end else begin : g_no_count
    logic unused_saturated;
    assign unused_saturated = &{1'b0, saturated, saturated_i};
    assign saturated_o = '0;
  end

  logic [15:0] sum_begin;  // the probe's first conversion
  assign sum_begin = 16'(32'(sum_slot_i) * PerArray);

  xb_probe_adc #(
      .Conversions(Codes),
      .CodeBits   (AdcBits)
  ) u_probe (
      .clk_i  (clk_i),
      .array_i(array_i),
      .valid_i(sum_i),
      .first_i(sum_begin),
      .count_i(in_use(sum_slot_i, last_slot_i, last_count_i)),
      .codes_i(slot_codes)
  );

endmodule
