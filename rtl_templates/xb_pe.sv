// SPDX-License-Identifier: Apache-2.0
// Processing element: one crossbar with its converters and a shift-and-add accumulator per column.
// All PEs of a layer run in step: the layer's sequencer gives them the same slots, delayed to each stage.
// Sums are in steps of the converter (lo + code), over all planes and groups of one window.
module xb_pe #(
    parameter int Rows       = 128,  // word lines, 8..1024
    parameter int Cols       = 128,  // bit lines, 8..1024
    parameter int CellBits   = 2,    // 1..4
    parameter int DacBits    = 1,    // 1..4
    parameter int ActiveRows = 128,  // rows read together, 1..Rows
    parameter int PerArray   = 16,   // converters, a divisor of Cols
    parameter int Analog     = 0,    // 1: pairs are subtracted before the converter
    parameter int AdcBits    = 9,    // widest code, 1..14
    parameter int AdcLatency = 1,    // 1..
    parameter int SumBits    = 24,   // signed width of a column's sum, 2..32
    parameter int CodeStage  = 0     // 1: a register between converter and accumulator
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic                        en_i,          // the layer advances
    input  logic                        clear_i,       // counters
    input  logic [                73:0] prog_i,
    input  logic [                19:0] array_i,       // number of this array on the chip
    input  logic [                15:0] conversions_i, // conversions in use
    input  logic [    Rows*DacBits-1:0] drive_i,
    input  logic                        read_i,        // read stage
    input  logic [                 9:0] read_slot_i,
    input  logic [                 9:0] read_group_i,
    input  logic                        convert_i,     // converter stage
    input  logic [                 9:0] convert_slot_i,
    input  logic                        sum_i,         // accumulator stage
    input  logic                        sum_first_i,   // first plane and group of a window
    input  logic                        sum_last_i,    // last plane and group of a window
    input  logic [                 9:0] sum_slot_i,
    input  logic [                 3:0] sum_shift_i,   // plane * DacBits
    input  logic signed [         31:0] delta_i,
    input  logic signed [         31:0] lo_i,
    input  logic [                13:0] code_max_i,
    output logic [PerArray*SumBits-1:0] sum_o,         // sums of a slot, one cycle after sum_last_i
    output logic [                47:0] reads_o,       // counters
    output logic [                47:0] conversions_o,
    output logic [                47:0] saturated_o
);

  localparam int CURRENT_BITS = $clog2(Rows * ((1 << DacBits) - 1) * ((1 << CellBits) - 1) + 1) + 1;
  localparam int CONVERSIONS = (Analog != 0) ? Cols / 2 : Cols;
  localparam int SLOTS = (CONVERSIONS + PerArray - 1) / PerArray;
  localparam int PROG_WORDS = (Cols * CellBits + 31) / 32;

  logic write;
  logic [15:0] write_row;
  logic [PROG_WORDS*32-1:0] write_data;
  logic unused_prog;  // the bus is wider than the array
  logic [PerArray*CURRENT_BITS-1:0] current;
  logic [PerArray*AdcBits-1:0] adc_code, code;
  logic [PerArray-1:0] saturated;
  logic [15:0] count;
  logic converted_q;

  assign unused_prog = ^{write_row, write_data};

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

  xb_crossbar #(
      .Rows      (Rows),
      .Cols      (Cols),
      .CellBits  (CellBits),
      .DacBits   (DacBits),
      .ActiveRows(ActiveRows),
      .PerArray  (PerArray),
      .Analog    (Analog)
  ) u_crossbar (
      .clk_i    (clk_i),
      .write_i  (write),
      .row_i    (write_row[$clog2(Rows)-1:0]),
      .levels_i (write_data[Cols*CellBits-1:0]),
      .read_i   (en_i && read_i),
      .group_i  (read_group_i),
      .slot_i   (read_slot_i),
      .drive_i  (drive_i),
      .current_o(current)
  );

  // Conversions of this slot: all converters, but for the last slot of the array.
  logic [31:0] convert_first;
  assign convert_first = 32'(convert_slot_i) * PerArray;
  assign count = (!convert_i || convert_first >= 32'(conversions_i)) ? 16'd0
                 : (32'(conversions_i) - convert_first > PerArray) ? 16'(PerArray)
                 : 16'(32'(conversions_i) - convert_first);

  xb_adc #(
      .Converters (PerArray),
      .CurrentBits(CURRENT_BITS),
      .Bits       (AdcBits),
      .Latency    (AdcLatency)
  ) u_adc (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .en_i       (en_i),
      .count_i    (count),
      .current_i  (current),
      .delta_i    (delta_i),
      .lo_i       (lo_i),
      .code_max_i (code_max_i),
      .code_o     (adc_code),
      .saturated_o(saturated)
  );

  xb_delay #(
      .Width (PerArray * AdcBits),
      .Stages(CodeStage)
  ) u_code (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i(adc_code),
      .data_o(code)
  );

  localparam int SLOT_BITS = (SLOTS > 1) ? $clog2(SLOTS) : 1;

  // Shift-and-add: one word holds the sums of a slot's conversions.
  localparam int WORD_BITS = PerArray * SumBits;
  logic [WORD_BITS-1:0] accumulator[SLOTS];
  logic [SLOT_BITS-1:0] slot;
  assign slot = SLOT_BITS'(sum_slot_i);

  logic [WORD_BITS-1:0] sum_next;

  // Under the condition, an idle PE costs a simulation nothing.
  always_comb begin
    sum_next = WORD_BITS'(0);
    if (sum_i) begin
      for (int j = 0; j < PerArray; j++) begin
        sum_next[j*SumBits+:SumBits] = (sum_first_i ? '0 : accumulator[slot][j*SumBits+:SumBits])
            + SumBits'((lo_i + $signed({18'd0, 14'(code[j*AdcBits+:AdcBits])})) <<< sum_shift_i);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (en_i && sum_i) begin
      if (sum_last_i) sum_o <= sum_next;
      else accumulator[slot] <= sum_next;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      converted_q   <= 1'b0;
      reads_o       <= '0;
      conversions_o <= '0;
      saturated_o   <= '0;
    end else if (clear_i) begin
      reads_o       <= '0;
      conversions_o <= '0;
      saturated_o   <= '0;
    end else if (en_i) begin
      converted_q <= convert_i;
      if (read_i && read_slot_i == '0) reads_o <= reads_o + 1'b1;
      if (convert_i) conversions_o <= conversions_o + 48'(count);
      if (converted_q) saturated_o <= saturated_o + 48'($countones(saturated));
    end
  end

  logic [31:0] sum_begin, sum_left;  // the probe's first conversion, and those from it on
  assign sum_begin = 32'(sum_slot_i) * PerArray;
  assign sum_left = (sum_begin < 32'(conversions_i)) ? 32'(conversions_i) - sum_begin : 32'd0;

  xb_probe_adc #(
      .Conversions(PerArray),
      .CodeBits   (AdcBits)
  ) u_probe (
      .clk_i  (clk_i),
      .array_i(array_i),
      .valid_i(en_i && sum_i),
      .first_i(sum_begin[15:0]),
      .count_i((sum_left > PerArray) ? 16'(PerArray) : sum_left[15:0]),
      .codes_i(code)
  );

endmodule
