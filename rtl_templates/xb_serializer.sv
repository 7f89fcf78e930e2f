// SPDX-License-Identifier: Apache-2.0
// Window register and row driver of one copy whose taps come one after the other, Rate a cycle: they fill one window
// while the planes of the window before are driven (xb_planes).
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

  logic [BEATS*BEAT-1:0] window_q;
  logic [BEAT_BITS-1:0] beat_q, beat;
  logic accept;

  assign tap_ready_o = !full_o || load_i;
  assign accept = tap_valid_i && tap_ready_o;
  assign beat = tap_first_i ? '0 : beat_q;

  for (genvar b = 0; b < BEATS; b++) begin : g_beat
    always_ff @(posedge clk_i) if (accept && beat == BEAT_BITS'(b)) window_q[b*BEAT+:BEAT] <= tap_data_i;
  end

  if (BEATS * Rate > Taps) begin : g_beyond
    logic unused_window;
    assign unused_window = ^window_q[BEATS*BEAT-1:ROWS*CodeBits];
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

  xb_planes #(
      .Taps    (Taps),
      .Channels(Channels),
      .DacBits (DacBits),
      .Planes  (Planes),
      .RowOrder(RowOrder),
      .CodeBits(CodeBits)
  ) u_planes (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .load_i  (load_i),
      .window_i(window_q[ROWS*CodeBits-1:0]),
      .shift_i (shift_i),
      .drive_o (drive_o)
  );

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (load_i && !full_o) $error("a window is driven before it is whole");
  end
`endif

endmodule
