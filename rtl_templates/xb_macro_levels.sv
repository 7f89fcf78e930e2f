// SPDX-License-Identifier: Apache-2.0
// Array and converters of xb_macro for cells of few bits, steps of one size and no noise: the ideal ones.
//
// Most of a simulation's time is spent here. So the array is stored as sums: for each four rows, what they give under
// each of the 16 ways to drive them, for a block of conversions in one word. A read adds a word for each four rows.
(* blackbox *)
module xb_macro_levels #(
    parameter int Rows       = 128,  // as xb_macro
    parameter int Cols       = 128,
    parameter int LevelBits  = 2,    // 1..4
    parameter int DacBits    = 1,
    parameter int ActiveRows = 128,
    parameter int Converters = 16,
    parameter int Analog     = 0,
    parameter int CodeBits   = 9,
    parameter int PlaceBits  = 1     // of the place where codes wait
) (
    input  logic                           clk_i,
    input  logic                           write_i,
    input  logic [                   15:0] row_i,
    input  logic [     Cols*LevelBits-1:0] levels_i,
    input  logic                           ref_i,
    input  logic [                   15:0] ref_addr_i,
    input  logic [                   31:0] ref_data_i,
    input  logic                           start_i,
    input  logic [          PlaceBits-1:0] start_place_i,  // where its codes wait
    input  logic [                   31:0] array_i,
    input  logic [                    9:0] group_i,
    input  logic [                    9:0] slot_i,
    input  logic [                   15:0] count_i,
    input  logic [       Rows*DacBits-1:0] drive_i,
    input  logic                           done_i,         // the codes are due that wait ...
    input  logic [          PlaceBits-1:0] done_place_i,   // ... here
    output logic [Converters*CodeBits-1:0] codes_o,        // one cycle later
    output logic [         Converters-1:0] saturated_o
);

`ifndef SYNTHESIS  // which Yosys defines

  localparam int PAIR = (Analog != 0) ? 2 : 1;  // columns of a conversion
  localparam int LARGEST = ActiveRows * ((1 << DacBits) - 1) * ((1 << LevelBits) - 1);
  localparam int FIELD = (LevelBits <= 2 && LARGEST < (1 << 14)) ? 4 : 8;  // bits of a sum of four rows
  localparam int SUM = 4 * FIELD;               // bits of a whole sum
  localparam int WIDTH = 64 / FIELD;            // conversions of a block
  localparam int BLOCKS = (Converters + WIDTH - 1) / WIDTH;               // of a slot
  localparam int HELD = (Converters < WIDTH) ? Converters : WIDTH;       // converters of a block
  localparam int SPAN = (Converters < WIDTH) ? WIDTH / Converters : 1;    // slots of a block
  localparam int SLOTS = (Cols / PAIR + Converters - 1) / Converters;
  localparam int UNITS = (SLOTS + SPAN - 1) / SPAN * BLOCKS * PAIR;       // blocks of columns
  localparam int STRIDES = (Rows + 63) / 64;
  localparam int ADDR_BITS = (UNITS * STRIDES > 1) ? $clog2(UNITS * STRIDES) : 1;
  localparam int DONE_BITS = $clog2(BLOCKS << PlaceBits);

  localparam logic [63:0] ONES = (FIELD == 4) ? 64'h0001000100010001 : 64'h0000000100000001;
  localparam logic [63:0] TOPS = ONES << (SUM - 1);
  localparam logic [63:0] EVEN = (FIELD == 4) ? 64'h0f0f0f0f0f0f0f0f : 64'h00ff00ff00ff00ff;
  localparam logic [63:0] FOURTH = (FIELD == 4) ? 64'h00ff00ff00ff00ff : 64'h0000ffff0000ffff;
  localparam logic [63:0] ZERO = (Analog != 0) ? ONES << (SUM - 2) : 64'd0;  // sums start here, and stay above 0

  logic [63:0] sums[1<<ADDR_BITS][16][16];  // block, polarity and 64 rows; four rows; how they are driven
  initial begin
    for (int i = 0; i < (1 << ADDR_BITS); i++) begin
      for (int k = 0; k < 256; k++) sums[i][k/16][k%16] = 64'd0;
    end
  end

  // All working variables are assigned at once. Those that are also set where their block begins become local
  // variables of the simulation; loops with `while` and more than one condition stay loops.
  /* verilator lint_off BLKSEQ */

  // Programming: the 8 sums of a row that is driven follow from those in which it is not.
  logic [63:0] fresh;
  logic [31:0] unit, column, last, field, step;
  logic [ADDR_BITS-1:0] at_row;
  logic [3:0] way, mask;
  always @(posedge clk_i) begin
    if (write_i) begin
      unit = 0;
      mask = 4'd1 << row_i[1:0];
      while (unit < UNITS && write_i) begin
        at_row = ADDR_BITS'(unit * STRIDES + (32'(row_i) >> 6));
        column = unit / (PAIR * BLOCKS) * Converters * SPAN * PAIR + unit / PAIR % BLOCKS * WIDTH * PAIR + unit % PAIR;
        last = (SPAN > 1) ? Converters * SPAN : Converters - unit / PAIR % BLOCKS * WIDTH;
        fresh = 64'd0;
        field = 0;
        while (field < WIDTH && field < last) begin
          if (column < Cols) fresh[field*FIELD+:LevelBits] = levels_i[column*LevelBits+:LevelBits];
          column = column + PAIR;
          field = field + 1;
        end
        way = 4'd15;
        step = 0;
        while (step < 8 && write_i) begin
          way = (way + 4'd1) | mask;
          sums[at_row][row_i[5:2]][way] = sums[at_row][row_i[5:2]][way^mask] + fresh;
          step = step + 1;
        end
        unit = unit + 1;
      end
    end
  end

  // References, and what follows from them: the threshold of code 0; where sums of step 1 make codes, and what
  // they and one bit make overflow for from code 0 on, and from beyond the largest code on.
  logic [31:0] delta, lo, code_max, bottom;
  logic [63:0] first, floor_carry, ceil_carry;
  logic plain;
  always @(posedge clk_i) begin
    if (ref_i) begin
      if (ref_addr_i == 16'd0) delta = ref_data_i;
      if (ref_addr_i == 16'd1) lo = ref_data_i;
      if (ref_addr_i == 16'd2) code_max = ref_data_i;
      bottom = lo * delta - (delta >> 1);
      first = ZERO + ONES * 64'($signed(lo));
      floor_carry = TOPS - first;
      ceil_carry = floor_carry - ONES - ONES * 64'(code_max);
      plain = delta == 32'd1 && $signed(lo) > -(1 << 14) && $signed(lo) <= 0 && code_max < (1 << 14);
    end
  end

  // Conversions under way.
  logic [HELD*CodeBits-1:0] done_codes[1<<DONE_BITS];
  logic [HELD-1:0] done_saturated[1<<DONE_BITS];

  logic [Rows*DacBits-1:0] masked;
  logic [STRIDES*64-1:0] padded;
  initial padded = '0;
  logic [63:0] driven[DacBits*STRIDES];
  logic [63:0] on, word, even, odd, part0, part1, part2, part3;
  logic [31:0] block, term, stride, at, above, steps, left;
  logic [$clog2(WIDTH)-1:0] place;
  logic [WIDTH-1:0] saturated;
  logic [WIDTH*CodeBits-1:0] codes;

  logic again, same;
  logic [Rows*DacBits-1:0] same_drive;
  logic [9:0] same_group, same_block;
  logic [WIDTH-1:0] same_saturated;
  initial same = 1'b0;

  always @(posedge clk_i) begin
    on = 64'd0;
    word = 64'd0;
    even = 64'd0;
    odd = 64'd0;
    part0 = 64'd0;
    part1 = 64'd0;
    part2 = 64'd0;
    part3 = 64'd0;
    block = 0;
    term = 0;
    stride = 0;
    at = 0;
    above = 0;
    steps = 0;
    left = 0;
    place = '0;
    saturated = '0;
    again = 1'b0;
    if (SPAN > 1 && (write_i || ref_i)) same = 1'b0;
    if (start_i) begin
      // A block of several slots is converted once, as long as what it depends on stays the same.
      again = SPAN > 1 && same && slot_i / 10'(SPAN) == same_block && group_i == same_group && drive_i == same_drive;
      if (!again) begin
        masked = drive_i;
        if (ActiveRows < Rows) begin
          masked = drive_i & {DacBits{Rows'({ActiveRows{1'b1}}) << (32'(group_i) * ActiveRows)}};
        end
        for (int j = 0; j < DacBits; j++) begin
          padded[Rows-1:0] = masked[j*Rows+:Rows];
          for (int w = 0; w < STRIDES; w++) driven[j*STRIDES+w] = padded[64*w+:64];
        end
      end
      for (int b = 0; b < BLOCKS; b++) done_saturated[DONE_BITS'(32'(start_place_i)*BLOCKS+b)] = '0;
      while (block < BLOCKS && block * WIDTH < 32'(count_i)) begin
        if (!again) begin
          part0 = ZERO;
          part1 = ZERO;
          part2 = ZERO;
          part3 = ZERO;
          at = (32'(slot_i) / SPAN * BLOCKS + block) * PAIR * STRIDES;
          term = 0;
          while (term < DacBits * PAIR && start_i) begin
            stride = 0;
            while (stride < STRIDES && start_i) begin
              on = driven[term%DacBits*STRIDES+stride];
              even = 64'd0;
              odd = 64'd0;
              for (int p = 0; p < 4; p++) begin
                if (on[15:0] != 16'd0) begin
                  for (int q = 0; q < 4; q++) begin
                    word = sums[ADDR_BITS'(at)][4*p+q][on[4*q+:4]];
                    even = even + word;
                    odd = odd + ((word >> FIELD) & EVEN);
                  end
                end
                on = on >> 16;
              end
              even = even - (odd << FIELD);
              if (term < DacBits) begin
                part0 = part0 + ((even & FOURTH) << (term % DacBits));
                part1 = part1 + ((odd & FOURTH) << (term % DacBits));
                part2 = part2 + (((even >> (2 * FIELD)) & FOURTH) << (term % DacBits));
                part3 = part3 + (((odd >> (2 * FIELD)) & FOURTH) << (term % DacBits));
              end else begin
                part0 = part0 - ((even & FOURTH) << (term % DacBits));
                part1 = part1 - ((odd & FOURTH) << (term % DacBits));
                part2 = part2 - (((even >> (2 * FIELD)) & FOURTH) << (term % DacBits));
                part3 = part3 - (((odd >> (2 * FIELD)) & FOURTH) << (term % DacBits));
              end
              at = at + 1;
              stride = stride + 1;
            end
            term = term + 1;
            // The next bit of the drive reads the same columns again.
            if (term % DacBits != 0) at = at - STRIDES;
          end
          saturated = '0;
          word = (part0 + floor_carry) & ~(part0 + ceil_carry) & (part1 + floor_carry) & ~(part1 + ceil_carry)
               & (part2 + floor_carry) & ~(part2 + ceil_carry) & (part3 + floor_carry) & ~(part3 + ceil_carry) & TOPS;
          if (plain && word == TOPS) begin
            part0 = part0 - first;
            part1 = part1 - first;
            part2 = part2 - first;
            part3 = part3 - first;
          end else begin
            // One field after the other from the low end, and back in at the high end.
            left = WIDTH;
            while (left != 0 && start_i) begin
              above = 32'(part0[SUM-1:0]) - 32'(ZERO[SUM-1:0]) - bottom;
              steps = (delta == 32'd1) ? above : above / delta;
              saturated = saturated >> 1;
              if ($signed(above) < 0 || steps > code_max) begin
                steps = ($signed(above) < 0) ? 32'd0 : code_max;
                saturated[WIDTH-1] = 1'b1;
              end
              word = 64'({steps[SUM-1:0], part0[63:SUM]});
              part0 = part1;
              part1 = part2;
              part2 = part3;
              part3 = word;
              left = left - 1;
            end
          end
          for (int r = 0; r < WIDTH / 4; r++) begin
            codes[r*4*CodeBits+:4*CodeBits] = {part3[r*SUM+:CodeBits], part2[r*SUM+:CodeBits],
                                               part1[r*SUM+:CodeBits], part0[r*SUM+:CodeBits]};
          end
          if (SPAN > 1) begin
            same           = 1'b1;
            same_drive     = drive_i;
            same_group     = group_i;
            same_block     = slot_i / 10'(SPAN);
            same_saturated = saturated;
          end
        end else begin
          saturated = same_saturated;
        end
        place = $clog2(WIDTH)'(32'(slot_i) % SPAN * Converters);
        done_codes[DONE_BITS'(32'(start_place_i)*BLOCKS+block)] = codes[32'(place)*CodeBits+:HELD*CodeBits];
        done_saturated[DONE_BITS'(32'(start_place_i)*BLOCKS+block)]
            = saturated[place+:HELD] & ~({HELD{1'b1}} << (32'(count_i) - block * HELD));
        block = block + 1;
      end
    end
  end

  /* verilator lint_on BLKSEQ */

  localparam int REST = Converters - (BLOCKS - 1) * HELD;  // converters of a slot's last block
  always_ff @(posedge clk_i) begin
    if (done_i) begin
      for (int b = 0; b < BLOCKS - 1; b++) begin
        codes_o[b*HELD*CodeBits+:HELD*CodeBits] <= done_codes[DONE_BITS'(32'(done_place_i)*BLOCKS+b)];
        saturated_o[b*HELD+:HELD] <= done_saturated[DONE_BITS'(32'(done_place_i)*BLOCKS+b)];
      end
      codes_o[Converters*CodeBits-1-:REST*CodeBits]
          <= done_codes[DONE_BITS'(32'(done_place_i)*BLOCKS+BLOCKS-1)][REST*CodeBits-1:0];
      saturated_o[Converters-1-:REST] <= done_saturated[DONE_BITS'(32'(done_place_i)*BLOCKS+BLOCKS-1)][REST-1:0];
    end
  end

`ifdef XB_COSIM
  // All that is stored at the end of a simulation, for those who ask (docs/rtl.md, Simulation probes); last the references.
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
    if (unit != 0) xb_cosim_cells(array_i, unit, 1024'({code_max, lo, delta}));
  end
  /* verilator lint_on BLKSEQ */
`endif

  logic unused;  // only what is said at the end names the array
  assign unused = ^{array_i};

`endif

endmodule
