// SPDX-License-Identifier: Apache-2.0
// Shift and add over the slices and polarities of a weight: the codes of a slot to sums of channels, in steps of the
// converter (lo + code). A slot may begin and end amid a channel: then its sums are parts of those channels.
module xb_shift_add #(
    parameter int Codes    = 16,  // converters that are looked at, 1..
    parameter int CodeBits = 9,   // 1..14
    parameter int Columns  = 8,   // conversions of a channel, 1..
    parameter int Parts    = 2,   // channels that a slot can have a part in, 1..
    parameter int Amid     = 0,   // 1: slots begin and end amid channels
    parameter int Slices   = 4,   // cells of a weight, 1..16
    parameter int CellBits = 2,   // bits of a slice, 1..4
    parameter int Encoding = 0,   // 0 differential, 1 offset, 2 two's complement
    parameter int Analog   = 0,   // 1: pairs were subtracted before the converter
    parameter int SumBits  = 26,  // signed width of a sum, 2..32
    localparam int COLUMN_BITS = (Columns > 1) ? $clog2(Columns) : 1
) (
    input  logic                         clk_i,
    input  logic                         valid_i,
    input  logic        [Codes*CodeBits-1:0] codes_i,
    input  logic        [          15:0] count_i,   // codes in use, from the lowest on
    input  logic        [COLUMN_BITS-1:0] column_i, // number of the first code's conversion within its channel
    input  logic signed [          31:0] lo_i,      // lowest code's value in steps
    output logic        [Parts*SumBits-1:0] parts_o // 1 + Amid cycles later, part m of the m-th channel in the slot
);

  localparam bit PAIRED = Encoding == 0 && Analog == 0;  // plus and minus columns take turns
  localparam int STEP_BITS = CodeBits + 1;               // lo + code lies within +-(2^CodeBits - 1)
  localparam int WIDE = STEP_BITS + CellBits * (Slices - 1) + $clog2(Columns + 1);
  localparam int TERM_BITS = (WIDE < SumBits) ? WIDE : SumBits;

  logic signed [STEP_BITS-1:0] lo;
  logic unused_lo;
  assign lo = $signed(lo_i[STEP_BITS-1:0]);
  assign unused_lo = ^lo_i;

  // No functions: what Verilator makes of one is code of its own for every instance.
  if (Amid == 0) begin : g_whole
    logic unused_amid;
    assign unused_amid = &{1'b0, count_i, column_i};

    always_ff @(posedge clk_i) begin : add
      logic signed [STEP_BITS-1:0] step;
      logic signed [TERM_BITS-1:0] plus, minus, term;
      logic [Parts*SumBits-1:0] sums;
      if (valid_i) begin
        for (int m = 0; m < Parts; m++) begin
          plus = '0;
          minus = '0;
          for (int c = 0; c < Columns; c++) begin
            if (m * Columns + c < Codes) begin
              step = lo + $signed({1'b0, codes_i[(m*Columns+c)%Codes*CodeBits+:CodeBits]});
              term = TERM_BITS'(step) <<< (PAIRED ? CellBits * (c / 2) : CellBits * c);
              if ((PAIRED && c % 2 == 1) || (Encoding == 2 && c == Slices - 1)) minus = minus + term;
              else plus = plus + term;
            end
          end
          plus = plus - minus;
          sums[m*SumBits+:SumBits] = SumBits'(plus);
        end
        parts_o <= sums;
      end
    end
  end else begin : g_amid
    // Two stages: each code to its place, column c of part m at m*Columns+c, then sums of fixed weights. What a sum takes
    // off is put there inverted, as -step - 1, and what is not in use as 0; the ones are made good by one constant.
    localparam int PLACES = Parts * Columns;
    localparam int ONES = PAIRED ? ((1 << CellBits * Slices) - 1) / ((1 << CellBits) - 1)
                                 : (Encoding == 2) ? 1 << CellBits * (Slices - 1) : 0;

    logic [PLACES*STEP_BITS-1:0] places_q;
    logic placed_q;

    always_ff @(posedge clk_i) begin : place
      logic [PLACES*STEP_BITS-1:0] places;
      placed_q <= valid_i;
      if (valid_i) begin
        places = (PLACES * STEP_BITS)'(1'b0);
        for (int j = 0; j < Codes; j++) begin
          if (j < 32'(count_i)) places[j*STEP_BITS+:STEP_BITS] = lo + $signed({1'b0, codes_i[j*CodeBits+:CodeBits]});
        end
        for (int b = 0; b < COLUMN_BITS; b++) if (column_i[b]) places = places << (STEP_BITS << b);
        for (int p = 0; p < PLACES; p++) begin
          if ((PAIRED && p % Columns % 2 == 1) || (Encoding == 2 && p % Columns == Slices - 1)) begin
            places[p*STEP_BITS+:STEP_BITS] = ~places[p*STEP_BITS+:STEP_BITS];
          end
        end
        places_q <= places;
      end
    end

    always_ff @(posedge clk_i) begin : add
      logic signed [TERM_BITS-1:0] sum;
      logic [Parts*SumBits-1:0] sums;
      if (placed_q) begin
        for (int m = 0; m < Parts; m++) begin
          sum = TERM_BITS'(ONES);
          for (int c = 0; c < Columns; c++) begin
            sum = sum + (TERM_BITS'($signed(places_q[(m*Columns+c)*STEP_BITS+:STEP_BITS]))
                         <<< (PAIRED ? CellBits * (c / 2) : CellBits * c));
          end
          sums[m*SumBits+:SumBits] = SumBits'(sum);
        end
        parts_o <= sums;
      end
    end
  end

endmodule
