// SPDX-License-Identifier: Apache-2.0
// Window register and bit-serial row driver of one copy. Groups of taps fill one window while the planes
// of the window before are driven; load_i puts the rows in order and drives the first plane, shift_i the next one.
module xb_serializer #(
    parameter int Taps     = 9,  // words of a window, 1..
    parameter int Channels = 3,  // codes of a word, 1..
    parameter int Rate     = 1,  // taps a cycle, 1..
    parameter int DacBits  = 1,  // bits of a plane, 1..8
    parameter int Planes   = 8,  // ceil(CodeBits / DacBits)
    parameter int RowOrder = 0,  // 0: row = channel * Taps + tap; 1: row = tap * Channels + channel
    parameter int CodeBits = 8,  // of a code, 1..16
    localparam int ROWS = Taps * Channels
) (
    input  logic                               clk_i,
    input  logic                               rst_ni,
    input  logic                               tap_valid_i,
    output logic                               tap_ready_o,
    input  logic                               tap_first_i,
    input  logic                               tap_last_i,
    input  logic [ Rate*Channels*CodeBits-1:0] tap_data_i,
    output logic                               full_o,  // a whole window waits
    input  logic                               load_i,
    input  logic                               shift_i,
    output logic [           ROWS*DacBits-1:0] drive_o  // bit j of all rows at j*ROWS
);

  localparam int BEATS = (Taps + Rate - 1) / Rate;
  localparam int BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int BEAT = Rate * Channels * CodeBits;
  localparam int PLANE = ROWS * DacBits;
  localparam int LATER = (Planes > 1) ? Planes - 1 : 1;  // planes behind the first one
  localparam int PLANE_BITS = (LATER > 1) ? $clog2(LATER) : 1;

  logic [Rate*Channels*CodeBits-1:0] window[BEATS];
  logic [BEAT_BITS-1:0] beat_q, beat;
  logic [PLANE-1:0] planes[LATER];
  logic [PLANE_BITS-1:0] next_q;  // of these, the one that follows
  logic accept;

  assign tap_ready_o = !full_o || load_i;
  assign accept = tap_valid_i && tap_ready_o;
  assign beat = tap_first_i ? '0 : beat_q;

  always_ff @(posedge clk_i) begin
    if (accept) window[beat] <= tap_data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_o <= 1'b0;
      beat_q <= '0;
    end else begin
      if (accept) beat_q <= beat + 1'b1;
      if (accept && tap_last_i) full_o <= 1'b1;
      else if (load_i) full_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q <= '0;
    end else if (load_i) begin
      next_q <= '0;
    end else if (shift_i) begin
      next_q <= next_q + 1'b1;
    end
  end

  if (Planes == 1) begin : g_single
    always_ff @(posedge clk_i) if (load_i) planes[0] <= '0;  // none follows
  end

  // A plane of the window: bit j of every row at j*ROWS; bits beyond the code are 0. One loop over all rows keeps
  // the simulation's code small; a block for each plane, and a window read word by word, keep synthesis fast.
  for (genvar p = 0; p < Planes; p++) begin : g_plane
    if (p == 0) begin : g_first
      always_ff @(posedge clk_i) begin : load
        logic [PLANE-1:0] bits;
        logic [BEATS*BEAT-1:0] whole;
        if (load_i) begin
          for (int b = 0; b < BEATS; b++) whole[b*BEAT+:BEAT] = window[b];
          for (int row = 0; row < ROWS; row++) begin
            for (int j = 0; j < DacBits; j++) begin
              bits[j*ROWS+row] = (p * DacBits + j >= CodeBits) ? 1'b0 :
                  (RowOrder == 0) ? whole[(row%Taps*Channels+row/Taps)*CodeBits+(p*DacBits+j)%CodeBits] :
                  whole[row*CodeBits+(p*DacBits+j)%CodeBits];
            end
          end
          drive_o <= bits;
        end else if (shift_i) begin
          drive_o <= planes[next_q];
        end
      end
    end else begin : g_later
      always_ff @(posedge clk_i) begin : load
        logic [PLANE-1:0] bits;
        logic [BEATS*BEAT-1:0] whole;
        if (load_i) begin
          for (int b = 0; b < BEATS; b++) whole[b*BEAT+:BEAT] = window[b];
          for (int row = 0; row < ROWS; row++) begin
            for (int j = 0; j < DacBits; j++) begin
              bits[j*ROWS+row] = (p * DacBits + j >= CodeBits) ? 1'b0 :
                  (RowOrder == 0) ? whole[(row%Taps*Channels+row/Taps)*CodeBits+(p*DacBits+j)%CodeBits] :
                  whole[row*CodeBits+(p*DacBits+j)%CodeBits];
            end
          end
          planes[p-1] <= bits;
        end
      end
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (load_i && !full_o) $error("a window is driven before it is whole");
  end
`endif

endmodule
