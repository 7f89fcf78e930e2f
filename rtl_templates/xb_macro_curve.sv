// SPDX-License-Identifier: Apache-2.0
// The converters of xb_macro where currents are of any size: steps of one size, or the threshold list of all conversions or
// of each (docs/numerics.md 4). A code is the number of thresholds that current and noise reach.
(* blackbox *)
module xb_macro_curve #(
    parameter int Conversions = 128,  // of the array, 4..1024
    parameter int Converters  = 16,   // as xb_macro
    parameter int CodeBits    = 9,
    parameter int Lists       = 2,
    parameter int PlaceBits   = 1     // of the place where currents wait
) (
    input  logic                           clk_i,
    input  logic                           ref_i,
    input  logic [                   15:0] ref_addr_i,
    input  logic [                   31:0] ref_data_i,
    input  logic                           start_i,
    input  logic [          PlaceBits-1:0] start_place_i,
    input  logic [                   31:0] array_i,
    input  logic [                    9:0] slot_i,
    input  logic [                   15:0] count_i,
    input  logic                           done_i,
    input  logic [          PlaceBits-1:0] done_place_i,
    input  logic [      Converters*32-1:0] currents_i,   // of done_place_i, like what is added to them
    input  logic [      Converters*32-1:0] noise_i,
    output logic [Converters*CodeBits-1:0] codes_o,      // one cycle after done_i
    output logic [         Converters-1:0] saturated_o
);

`ifndef SYNTHESIS

  localparam int HELD = (Lists == 2) ? Conversions : 1;  // lists
  localparam int LIST_BITS = (HELD > 1) ? $clog2(HELD) : 1;
  localparam int WORD_BITS = (Lists != 0) ? CodeBits : 1;
  localparam int ADDR_BITS = LIST_BITS + WORD_BITS;

  /* verilator lint_off BLKSEQ */

  // References (docs/rtl.md): steps, or which list the words are of that come at 16384 and up.
  logic [31:0] delta, lo, code_max, bottom, curve;
  logic [LIST_BITS-1:0] filled;
  logic [31:0] thresholds[1<<ADDR_BITS];
  initial begin
    curve = 32'd0;
    filled = '0;
  end
  always @(posedge clk_i) begin
    if (ref_i) begin
      if (ref_addr_i == 16'd0) delta = ref_data_i;
      if (ref_addr_i == 16'd1) lo = ref_data_i;
      if (ref_addr_i == 16'd2) code_max = ref_data_i;
      if (ref_addr_i == 16'd8) curve = ref_data_i;
      if (ref_addr_i == 16'd9) filled = LIST_BITS'(ref_data_i);
      if (Lists != 0 && ref_addr_i[15:14] == 2'd1) thresholds[{filled, ref_addr_i[WORD_BITS-1:0]}] = ref_data_i;
      bottom = lo * delta - (delta >> 1);
    end
  end

  // Whose currents wait.
  logic [25:0] waiting[1<<PlaceBits];
  always @(posedge clk_i) if (start_i) waiting[start_place_i] = {slot_i, count_i};

  logic [Converters*CodeBits-1:0] codes;
  logic [Converters-1:0] saturated;
  logic [31:0] j, current, above, steps, code, trial, bits;
  logic [LIST_BITS-1:0] list;
  logic [9:0] slot;
  logic [15:0] count;
  always @(posedge clk_i) begin
    j = 0;
    current = 0;
    above = 0;
    steps = 0;
    code = 0;
    trial = 0;
    list = '0;
    bits = 0;
    saturated = '0;
    if (done_i) begin
      {slot, count} = waiting[done_place_i];
      while (j < Converters && j < 32'(count)) begin
        current = currents_i[32*j+:32] + noise_i[32*j+:32];
        if (Lists != 0 && curve != 0) begin
          // Thresholds never fall: bit by bit from the highest on, the largest code whose threshold is reached.
          list = (curve == 32'd2) ? LIST_BITS'(32'(slot) * Converters + j) : '0;
          code = 0;
          bits = CodeBits;
          while (bits != 0 && done_i) begin
            bits = bits - 1;
            trial = code | (32'd1 << bits);
            above = thresholds[{list, WORD_BITS'(trial)}];
            if (trial <= code_max && $signed(current) >= $signed(above) && above != 32'h7fffffff) code = trial;
          end
        end else begin
          above = current - bottom;
          steps = (delta == 32'd1) ? above : above / delta;
          code = ($signed(above) < 0) ? 32'd0 : (steps > code_max) ? code_max : steps;
          saturated[j] = $signed(above) < 0 || steps > code_max;
        end
        codes[j*CodeBits+:CodeBits] = code[CodeBits-1:0];
        j = j + 1;
      end
      codes_o     <= codes;
      saturated_o <= saturated;
    end
  end

  /* verilator lint_on BLKSEQ */

`ifdef XB_COSIM
  // References at the end of a simulation, for those who ask: the steps, then each list, 32 words a place.
  import "DPI-C" function void xb_cosim_cells(input int array, input int place, input bit [1023:0] held);
  localparam int WORDS = (1 << ADDR_BITS < 32) ? 1 << ADDR_BITS : 32;
  logic [1023:0] held;
  logic [31:0] place;
  /* verilator lint_off BLKSEQ */
  final begin
    place = 0;
    if ($test$plusargs("xb_cells") != 0) xb_cosim_cells(array_i, 32'h10000000, 1024'({curve, code_max, lo, delta}));
    while (Lists != 0 && place << 5 < (1 << ADDR_BITS) && $test$plusargs("xb_cells") != 0) begin
      held = '0;
      for (int k = 0; k < WORDS; k++) held[32*k+:32] = thresholds[ADDR_BITS'((place << 5) + k)];
      xb_cosim_cells(array_i, 32'h10000001 + place, held);
      place = place + 1;
    end
  end
  /* verilator lint_on BLKSEQ */
`endif

  logic unused;  // only what is said at the end names the array
  assign unused = ^{array_i, ref_addr_i[13:0], code};

`endif

endmodule
