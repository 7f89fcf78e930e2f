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
    output logic        [Parts*SumBits-1:0] parts_o // one cycle later, part m of the m-th channel in the slot
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
    localparam int PLACE_BITS = COLUMN_BITS + 1;
    localparam logic [PLACE_BITS-1:0] COLUMNS = PLACE_BITS'(Columns);

    always_ff @(posedge clk_i) begin : add
      logic [PLACE_BITS-1:0] place;
      logic over;
      logic signed [STEP_BITS-1:0] step;
      logic signed [TERM_BITS-1:0] term;
      logic [Parts*SumBits-1:0] sums;
      if (valid_i) begin
        sums = (Parts * SumBits)'(1'b0);
        for (int j = 0; j < Codes; j++) begin
          place = PLACE_BITS'(column_i) + PLACE_BITS'(j % Columns);
          over = place >= COLUMNS;
          if (over) place = place - COLUMNS;
          step = lo + $signed({1'b0, codes_i[j*CodeBits+:CodeBits]});
          term = TERM_BITS'(step) <<< ((6'(place) >> (PAIRED ? 1 : 0)) * 6'(CellBits));
          if ((PAIRED && place[0]) || (Encoding == 2 && place == PLACE_BITS'(Slices - 1))) term = -term;
          if (j < 32'(count_i)) begin
            if (!over) begin
              sums[j/Columns*SumBits+:SumBits] = sums[j/Columns*SumBits+:SumBits] + SumBits'(term);
            end else if (j / Columns + 1 < Parts) begin
              sums[(j/Columns+1)%Parts*SumBits+:SumBits] = sums[(j/Columns+1)%Parts*SumBits+:SumBits] + SumBits'(term);
            end
          end
        end
        parts_o <= sums;
      end
    end
  end

endmodule
