// SPDX-License-Identifier: Apache-2.0
// An analog macro in the place of xbgen's own (sar.json): an RRAM array whose columns are held and then converted by
// successive approximation, one bit a cycle, from the highest on. Ports and timing: docs/rtl.md, The macro.
// Conversions overlap: stage k of a converter decides bit CodeBits-1-k of what was sampled k + 1 cycles ago.
(* blackbox *)
module sar_macro #(
    parameter int Rows       = 128,
    parameter int Cols       = 128,
    parameter int LevelBits  = 2,
    parameter int DacBits    = 1,
    parameter int ActiveRows = 128,
    parameter int Converters = 16,
    parameter int Analog     = 0,
    parameter int CodeBits   = 9,
    parameter int Lists      = 0,
    parameter int Noise      = 0,
    parameter int Latency    = 9,
    parameter int Interval   = 1
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           write_i,
    input  logic [                   15:0] row_i,
    input  logic [     Cols*LevelBits-1:0] levels_i,
    input  logic                           ref_i,
    input  logic [                   15:0] ref_addr_i,
    input  logic [                   31:0] ref_data_i,
    input  logic                           start_i,
    input  logic [                   31:0] array_i,
    input  logic [                   47:0] step_i,
    input  logic [                    3:0] plane_i,
    input  logic [                    9:0] group_i,
    input  logic [                    9:0] slot_i,
    input  logic [                   15:0] count_i,
    input  logic [       Rows*DacBits-1:0] drive_i,
    output logic                           codes_valid_o,
    output logic [Converters*CodeBits-1:0] codes_o,
    output logic [         Converters-1:0] saturated_o
);

`ifndef SYNTHESIS

  localparam int PAIR = (Analog != 0) ? 2 : 1;
  localparam int WORDS = (Rows + 31) / 32 * 32;  // whole words, for Icarus

`ifdef VERILATOR
  if (Latency < CodeBits) begin : g_check
    $error("sar_macro: adc.latency must be at least adc.bits: a bit takes a cycle");
  end
  if (Lists != 0 || Noise != 0) begin : g_check_kind
    $error("sar_macro: all steps have one size, and there is no noise");
  end
`endif

  // ---- the array: bit plane k of column c at c*LevelBits+k ----

  logic [Rows-1:0] cells[Cols*LevelBits];
  initial for (int i = 0; i < Cols * LevelBits; i++) cells[i] = '0;

  always @(posedge clk_i) begin
    /* verilator lint_off BLKSEQ */
    if (write_i) for (int i = 0; i < Cols * LevelBits; i++) cells[i][row_i[$clog2(Rows)-1:0]] = levels_i[i];
    /* verilator lint_on BLKSEQ */
  end

  logic signed [31:0] delta, lo, top;
  always_ff @(posedge clk_i) begin
    if (ref_i && ref_addr_i == 16'd0) delta <= $signed(ref_data_i);
    if (ref_i && ref_addr_i == 16'd1) lo <= $signed(ref_data_i);
    if (ref_i && ref_addr_i == 16'd2) top <= $signed(ref_data_i);
  end

  logic [Rows-1:0] on;
  assign on = Rows'({ActiveRows{1'b1}}) << (32'(group_i) * ActiveRows);

  // Current of a column: levels of the rows that are on, times their drives.
  function automatic signed [31:0] current(input [31:0] column, input [Rows-1:0] rows, input [Rows*DacBits-1:0] drive);
    current = 0;
    for (int j = 0; j < DacBits; j++) begin
      for (int k = 0; k < LevelBits; k++) begin
        current = current + ($signed(32'($countones(WORDS'(rows) & WORDS'(drive[j*Rows+:Rows])
                                                    & WORDS'(cells[column*LevelBits+k])))) <<< (j + k));
      end
    end
  endfunction

  // ---- sample and hold, then a bit a cycle ----

  // Threshold that code n is reached at.
  function automatic signed [31:0] threshold(input signed [31:0] n);
    threshold = (lo + n) * delta - (delta >>> 1);
  endfunction

  // The code with bit `place` decided, by one comparison.
  function automatic [CodeBits-1:0] decided(input [CodeBits-1:0] code, input int place, input signed [31:0] held);
    logic [31:0] trial;
    trial = 32'(code) | (32'd1 << place);
    decided = ($signed(trial) <= top && held >= threshold($signed(trial))) ? CodeBits'(trial) : code;
  endfunction

  logic signed [31:0] held_q[Latency*Converters];     // stage k of converter j at k*Converters + j
  logic [CodeBits-1:0] code_q[Latency*Converters];
  logic used_q[Latency*Converters];
  logic [Latency-1:0] busy_q;
  logic signed [31:0] sum;
  logic [31:0] column;

  always @(posedge clk_i) begin
    /* verilator lint_off BLKSEQ */
    for (int k = Latency - 1; k >= 0; k--) begin
      if (busy_q[k]) begin
        for (int j = 0; j < Converters; j++) begin
          if (k < CodeBits) code_q[k*Converters+j] = decided(code_q[k*Converters+j], CodeBits - 1 - k, held_q[k*Converters+j]);
          if (k == Latency - 1) begin
            codes_o[j*CodeBits+:CodeBits] <= code_q[k*Converters+j];
            saturated_o[j] <= used_q[k*Converters+j]
                && (held_q[k*Converters+j] < threshold(0) || held_q[k*Converters+j] >= threshold(top + 1));
          end else begin
            held_q[(k+1)*Converters+j] = held_q[k*Converters+j];
            code_q[(k+1)*Converters+j] = code_q[k*Converters+j];
            used_q[(k+1)*Converters+j] = used_q[k*Converters+j];
          end
        end
      end
    end
    if (start_i) begin
      for (int j = 0; j < Converters; j++) begin
        sum = 0;
        column = (32'(slot_i) * Converters + j) * PAIR;
        if (j < 32'(count_i)) begin
          sum = current(column, on, drive_i);
          if (Analog != 0) sum = sum - current(column + 1, on, drive_i);
        end
        held_q[j] = sum;
        code_q[j] = '0;
        used_q[j] = j < 32'(count_i);
      end
    end
    /* verilator lint_on BLKSEQ */
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q        <= '0;
      codes_valid_o <= 1'b0;
    end else begin
      busy_q        <= Latency'({busy_q, start_i});
      codes_valid_o <= busy_q[Latency-1];
    end
  end

  logic unused;  // this one can start in every cycle, and is the same in every array and at all times
  assign unused = ^{array_i, step_i, plane_i, row_i, 1'(Interval + Lists + Noise)};

`endif

endmodule
