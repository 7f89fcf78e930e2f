// SPDX-License-Identifier: Apache-2.0
// The array of xb_macro for cells of any conductance: what flows into the converters of a slot, cell by cell exact.
// Stored as sums, as in xb_macro_levels: for each four rows, what they give under each of the 16 ways to drive them, two
// conversions in a word.
(* blackbox *)
module xb_macro_cells #(
    parameter int Rows       = 128,  // as xb_macro
    parameter int Cols       = 128,
    parameter int LevelBits  = 7,    // 1..16
    parameter int DacBits    = 1,
    parameter int ActiveRows = 128,
    parameter int Converters = 16,
    parameter int Analog     = 0,
    parameter int PlaceBits  = 1     // of the place where currents wait
) (
    input  logic                      clk_i,
    input  logic                      write_i,
    input  logic [              15:0] row_i,
    input  logic [Cols*LevelBits-1:0] levels_i,
    input  logic                      start_i,
    input  logic [     PlaceBits-1:0] start_place_i,
    input  logic [              31:0] array_i,
    input  logic [               9:0] group_i,
    input  logic [               9:0] slot_i,
    input  logic [              15:0] count_i,
    input  logic [  Rows*DacBits-1:0] drive_i,
    input  logic [     PlaceBits-1:0] done_place_i,
    output logic [ Converters*32-1:0] currents_o     // those that wait at done_place_i, signed
);

`ifndef SYNTHESIS

  localparam int PAIR = (Analog != 0) ? 2 : 1;
  localparam int SLOTS = (Cols / PAIR + Converters - 1) / Converters;
  localparam int BLOCKS = (Converters + 1) / 2;        // words of a slot and polarity
  localparam int UNITS = SLOTS * BLOCKS * PAIR;        // ... of four rows: slot, block, polarity
  localparam int STRIDES = (Rows + 63) / 64;
  localparam int ADDR_BITS = (UNITS * STRIDES > 1) ? $clog2(UNITS * STRIDES) : 1;

  logic [63:0] sums[1<<ADDR_BITS][16][16];  // unit and 64 rows; four rows; how they are driven
  initial begin
    for (int i = 0; i < (1 << ADDR_BITS); i++) begin
      for (int k = 0; k < 256; k++) sums[i][k/16][k%16] = 64'd0;
    end
  end

  /* verilator lint_off BLKSEQ */

  // Programming: the 8 sums of a row that is driven follow from those in which it is not.
  logic [63:0] fresh;
  logic [31:0] unit, column, field, ways;
  logic [ADDR_BITS-1:0] at_row;
  logic [3:0] way, mask;
  always @(posedge clk_i) begin
    if (write_i) begin
      unit = 0;
      mask = 4'd1 << row_i[1:0];
      while (unit < UNITS && write_i) begin
        at_row = ADDR_BITS'(unit * STRIDES + (32'(row_i) >> 6));
        fresh = 64'd0;
        field = 0;
        while (field < 2 && write_i) begin
          column = unit / (PAIR * BLOCKS) * Converters + unit / PAIR % BLOCKS * 2 + field;  // the conversion
          column = column * PAIR + unit % PAIR;
          if (column < Cols && unit / PAIR % BLOCKS * 2 + field < Converters) begin
            fresh[32*field[0]+:LevelBits] = levels_i[column*LevelBits+:LevelBits];
          end
          field = field + 1;
        end
        way = 4'd15;
        ways = 0;
        while (ways < 8 && write_i) begin
          way = (way + 4'd1) | mask;
          sums[at_row][row_i[5:2]][way] = sums[at_row][row_i[5:2]][way^mask] + fresh;
          ways = ways + 1;
        end
        unit = unit + 1;
      end
    end
  end

  logic [BLOCKS*64-1:0] waiting[1<<PlaceBits];
  assign currents_o = waiting[done_place_i][Converters*32-1:0];

  logic [Rows*DacBits-1:0] masked;
  logic [STRIDES*64-1:0] padded;
  initial padded = '0;
  logic [63:0] driven[DacBits*STRIDES];
  logic [BLOCKS*64-1:0] currents;
  logic [63:0] on, sum, plus, minus;
  logic [31:0] block, term, stride, at;
  always @(posedge clk_i) begin
    on = 64'd0;
    sum = 64'd0;
    plus = 64'd0;
    minus = 64'd0;
    block = 0;
    term = 0;
    stride = 0;
    at = 0;
    if (start_i) begin
      masked = drive_i;
      if (ActiveRows < Rows) begin
        masked = drive_i & {DacBits{Rows'({ActiveRows{1'b1}}) << (32'(group_i) * ActiveRows)}};
      end
      for (int j = 0; j < DacBits; j++) begin
        padded[Rows-1:0] = masked[j*Rows+:Rows];
        for (int w = 0; w < STRIDES; w++) driven[j*STRIDES+w] = padded[64*w+:64];
      end
      while (block < BLOCKS && block * 2 < 32'(count_i)) begin
        plus = 64'd0;
        minus = 64'd0;
        term = 0;
        while (term < DacBits * PAIR && start_i) begin
          sum = 64'd0;
          at = ((32'(slot_i) * BLOCKS + block) * PAIR + term / DacBits) * STRIDES;
          stride = 0;
          while (stride < STRIDES && start_i) begin
            on = driven[term%DacBits*STRIDES+stride];
            for (int p = 0; p < 4; p++) begin
              if (on[15:0] != 16'd0) begin
                for (int q = 0; q < 4; q++) sum = sum + sums[ADDR_BITS'(at)][4*p+q][on[4*q+:4]];
              end
              on = on >> 16;
            end
            at = at + 1;
            stride = stride + 1;
          end
          if (term < DacBits) plus = plus + (sum << (term % DacBits));
          else minus = minus + (sum << (term % DacBits));
          term = term + 1;
        end
        currents[block*64+:64] = {plus[63:32] - minus[63:32], plus[31:0] - minus[31:0]};
        block = block + 1;
      end
      waiting[start_place_i] = currents;
    end
  end

  /* verilator lint_on BLKSEQ */

`ifdef XB_COSIM
  // All that is stored at the end of a simulation, for those who ask (docs/rtl.md, Simulation probes).
  import "DPI-C" function void xb_cosim_cells(input int array, input int place, input bit [1023:0] held);
  logic [1023:0] held;
  /* verilator lint_off BLKSEQ */
  final begin
    unit = 0;
    while (unit < UNITS * STRIDES * 16 && $test$plusargs("xb_cells") != 0) begin
      for (int k = 0; k < 16; k++) held[64*k+:64] = sums[unit[ADDR_BITS+3:4]][unit[3:0]][k];
      xb_cosim_cells(array_i, unit, held);
      unit = unit + 1;
    end
  end
  /* verilator lint_on BLKSEQ */
`endif

  logic unused;  // only what is said at the end names the array
  assign unused = ^{array_i, group_i};

`endif

endmodule
