// SPDX-License-Identifier: Apache-2.0
// Behavioural RRAM array with its column multiplexer: an analog macro, a black box in synthesis.
// One read gives the bit-line currents of PerArray conversions, in units of one level of one cell.
// Cells and working variables are assigned at once (blocking): nothing outside the two blocks sees them, and
// rows are written while the array is not read.
(* blackbox *)
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

`ifndef SYNTHESIS  // which Yosys defines

  localparam int PAIR = (Analog != 0) ? 2 : 1;  // columns of a conversion
  localparam int WORDS = (Rows + 31) / 32 * 32;  // whole words: Icarus counts all their bits

  logic [Rows-1:0] cells[Cols*CellBits];  // bit plane k of column c at c*CellBits+k

  initial for (int i = 0; i < Cols * CellBits; i++) cells[i] = '0;

  logic [Rows*DacBits-1:0] masked;
  if (ActiveRows < Rows) begin : g_group
    logic [Rows-1:0] on;
    assign on = {{(Rows - ActiveRows) {1'b0}}, {ActiveRows{1'b1}}} << (32'(group_i) * ActiveRows);
    assign masked = drive_i & {DacBits{on}};
  end else begin : g_all
    logic unused_group;
    assign unused_group = ^group_i;
    assign masked = drive_i;
  end

  logic [31:0] column;
  logic signed [CURRENT_BITS-1:0] sum;

  /* verilator lint_off BLKSEQ */
  always @(posedge clk_i) begin
    if (read_i) begin
      for (int n = 0; n < PerArray; n++) begin
        sum = '0;
        for (int i = 0; i < PAIR; i++) begin
          column = (32'(slot_i) * PerArray + n) * PAIR + i;
          if (column < Cols) begin
            for (int j = 0; j < DacBits; j++) begin
              for (int k = 0; k < CellBits; k++) begin
                if (i == 0) begin
                  sum = sum + (CURRENT_BITS'($countones(WORDS'(masked[j*Rows+:Rows])
                                                        & WORDS'(cells[column*CellBits+k]))) <<< (j + k));
                end else begin
                  sum = sum - (CURRENT_BITS'($countones(WORDS'(masked[j*Rows+:Rows])
                                                        & WORDS'(cells[column*CellBits+k]))) <<< (j + k));
                end
              end
            end
          end
        end
        current_o[n*CURRENT_BITS+:CURRENT_BITS] <= sum;
      end
    end
  end

  always @(posedge clk_i) begin
    if (write_i) begin
      for (int i = 0; i < Cols * CellBits; i++) cells[i][row_i] = levels_i[i];
    end
  end
  /* verilator lint_on BLKSEQ */

`endif

endmodule
