// SPDX-License-Identifier: Apache-2.0
// A stream of images cut anew: beats of one width to beats of another, the same bytes in the same order. The last beat
// of an image may be partly filled, and the next image begins in a beat of its own, on both sides.

module xb_regear #(
  parameter int InBytes    = 4,   // bytes of an input beat, 1..
  parameter int OutBytes   = 6,   // bytes of an output beat, 1..
  parameter int ImageBytes = 22   // bytes of an image, 1..
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  in_valid_i,
  output logic                  in_ready_o,
  input  logic [InBytes*8-1:0]  in_data_i,   // what lies beyond the image is ignored
  output logic                  out_valid_o,
  input  logic                  out_ready_i,
  output logic [OutBytes*8-1:0] out_data_o   // ... is 0
);

  localparam int InBeats   = (ImageBytes + InBytes - 1) / InBytes;
  localparam int OutBeats  = (ImageBytes + OutBytes - 1) / OutBytes;
  localparam int LastBytes = ImageBytes - (InBeats - 1) * InBytes;     // of the last input beat
  localparam int Padding   = OutBeats * OutBytes - ImageBytes;         // of the last output beat
  localparam int BeatBits  = InBeats > 1 ? $clog2(InBeats) : 1;
  localparam logic [BeatBits-1:0] BEAT_LAST = BeatBits'(InBeats - 1);

  logic [BeatBits-1:0]  beat_q;  // beats of the present image taken
  logic                 last;
  logic [InBytes*8-1:0] data;

  logic                  gear_valid, gear_ready;
  logic [OutBytes*8-1:0] gear_data;

  assign last = beat_q == BEAT_LAST;

  if (LastBytes < InBytes) begin : g_partial
    assign data = last ? (InBytes * 8)'(in_data_i[LastBytes*8-1:0]) : in_data_i;
  end else begin : g_whole
    assign data = in_data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beat_q <= '0;
    else if (in_valid_i && in_ready_o) beat_q <= last ? '0 : beat_q + 1'b1;
  end

  xb_gearbox #(
    .InBytes  (InBytes),
    .OutBytes (OutBytes),
    .LastBytes(LastBytes + Padding)
  ) u_gearbox (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_last_i  (last),
    .in_data_i  (data),
    .out_valid_o(gear_valid),
    .out_ready_i(gear_ready),
    .out_data_o (gear_data)
  );

  // A wide beat steps aside, so that the next one gathers while the reader works on it.
  if (OutBytes > InBytes) begin : g_aside
    xb_fifo #(
      .Width(OutBytes * 8),
      .Depth(1)
    ) u_aside (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (gear_valid),
      .in_ready_o (gear_ready),
      .in_data_i  (gear_data),
      .out_valid_o(out_valid_o),
      .out_ready_i(out_ready_i),
      .out_data_o (out_data_o)
    );
  end else begin : g_direct
    assign out_valid_o = gear_valid;
    assign gear_ready  = out_ready_i;
    assign out_data_o  = gear_data;
  end

endmodule
