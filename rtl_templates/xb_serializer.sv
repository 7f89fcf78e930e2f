// SPDX-License-Identifier: Apache-2.0
// Window register and bit-serial row driver of one copy. Groups of taps fill one window while the planes
// of the window before are driven; load_i puts the rows in order, shift_i drives the next plane.
module xb_serializer #(
    parameter int Taps     = 9,  // words of a window, 1..
    parameter int Channels = 3,  // codes of a word, 1..
    parameter int Rate     = 1,  // taps a cycle, 1..
    parameter int DacBits  = 1,  // bits of a plane, 1..4
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
  localparam int PLANE = ROWS * DacBits;
  localparam int PLANE_BITS = (Planes > 1) ? $clog2(Planes) : 1;

  logic [Rate*Channels*CodeBits-1:0] window[BEATS];
  logic [BEAT_BITS-1:0] beat_q, beat;
  logic [PLANE-1:0] planes[Planes];
  logic [PLANE_BITS-1:0] plane_q;  // the driven one
  logic accept;

  assign tap_ready_o = !full_o || load_i;
  assign accept = tap_valid_i && tap_ready_o;
  assign beat = tap_first_i ? '0 : beat_q;
  assign drive_o = planes[plane_q];

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
    if (!rst_ni) plane_q <= '0;
    else if (load_i) plane_q <= '0;
    else if (shift_i) plane_q <= plane_q + 1'b1;
  end

  // A plane of the window: bit j of every row at j*ROWS; bits beyond the code are 0. One loop over all rows keeps
  // the simulation's code small.
  for (genvar p = 0; p < Planes; p++) begin : g_plane
    always_ff @(posedge clk_i) begin : load
      logic [PLANE-1:0] bits;
      if (load_i) begin
        for (int row = 0; row < ROWS; row++) begin
          for (int j = 0; j < DacBits; j++) begin
            if (p * DacBits + j >= CodeBits) bits[j*ROWS+row] = 1'b0;
            else if (RowOrder == 0) bits[j*ROWS+row] = window[row%Taps/Rate][(row%Taps%Rate*Channels+row/Taps)*CodeBits+(p*DacBits+j)%CodeBits];
            else bits[j*ROWS+row] = window[row/Channels/Rate][(row/Channels%Rate*Channels+row%Channels)*CodeBits+(p*DacBits+j)%CodeBits];
          end
        end
        planes[p] <= bits;
      end
    end
  end

endmodule
