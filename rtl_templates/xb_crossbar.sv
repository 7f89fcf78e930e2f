// SPDX-License-Identifier: Apache-2.0
// Behavioural RRAM array with its column multiplexer: an analog macro, a black box in synthesis.
// One read gives the bit-line currents of PerArray conversions, in units of one level of one cell.
// Blocking assignments to the cells are safe: this block alone reads and writes them.
module xb_crossbar #(
    parameter int Rows       = 128,  // word lines, 8..1024
    parameter int Cols       = 128,  // bit lines, 8..1024
    parameter int CellBits   = 2,    // bits of a cell's level, 1..4
    parameter int DacBits    = 1,    // bits of a word line's drive, 1..4
    parameter int ActiveRows = 128,  // rows read together, 1..Rows
    parameter int PerArray   = 16,   // converters
    parameter int Analog     = 0,    // 1: plus minus minus column of each pair
    localparam int CURRENT_BITS = $clog2(Rows * ((1 << DacBits) - 1) * ((1 << CellBits) - 1) + 1) + 1
) (
    input  logic                             clk_i,
    input  logic                             write_i,    // program one row
    input  logic [         $clog2(Rows)-1:0] row_i,
    input  logic [        Cols*CellBits-1:0] levels_i,
    input  logic                             read_i,
    input  logic [                      9:0] group_i,    // group of ActiveRows rows that is on
    input  logic [                      9:0] slot_i,     // converts slot*PerArray ..
    input  logic [         Rows*DacBits-1:0] drive_i,    // bit j of all rows at j*Rows
    output logic [PerArray*CURRENT_BITS-1:0] current_o   // signed, one cycle after read_i
);

  localparam int CONVERSIONS = (Analog != 0) ? Cols / 2 : Cols;

  logic [Rows-1:0] cells[Cols*CellBits];  // bit plane k of column c at c*CellBits+k

  initial for (int i = 0; i < Cols * CellBits; i++) cells[i] = '0;

  function automatic [Rows-1:0] active_mask(input [9:0] group);
    active_mask = '1;
    if (ActiveRows < Rows) begin
      active_mask = ~(active_mask << ActiveRows);
      active_mask = active_mask << (32'(group) * ActiveRows);
    end
  endfunction

  function automatic [31:0] column_sum(input [31:0] column, input [Rows*DacBits-1:0] drive);
    column_sum = '0;
    for (int j = 0; j < DacBits; j++) begin
      for (int k = 0; k < CellBits; k++) begin
        column_sum = column_sum
            + (32'($countones(drive[j*Rows+:Rows] & cells[column*CellBits+k])) << (j + k));
      end
    end
  endfunction

  function automatic [31:0] bit_line(input [31:0] n, input [Rows*DacBits-1:0] drive);
    if (n >= CONVERSIONS) bit_line = '0;
    else if (Analog != 0) bit_line = column_sum(2 * n, drive) - column_sum(2 * n + 1, drive);
    else bit_line = column_sum(n, drive);
  endfunction

  logic [Rows*DacBits-1:0] masked;
  assign masked = drive_i & {DacBits{active_mask(group_i)}};

  always_ff @(posedge clk_i) begin
    if (read_i) begin
      for (int j = 0; j < PerArray; j++) begin
        current_o[j*CURRENT_BITS+:CURRENT_BITS] <= CURRENT_BITS'(bit_line(32'(slot_i) * PerArray + j, masked));
      end
    end
  end

  /* verilator lint_off BLKSEQ */
  always @(posedge clk_i) begin
    if (write_i) begin
      for (int i = 0; i < Cols * CellBits; i++) cells[i][row_i] = levels_i[i];
    end
  end
  /* verilator lint_on BLKSEQ */

endmodule
