// SPDX-License-Identifier: Apache-2.0
// A stream of images cut anew: words and beats of one size to words and beats of another, the same bits in the same
// order. Input beats have any number of words; output beats are full but for the last one of an image. The next image
// begins in a beat of its own, on both sides.

module xb_regear #(
  parameter int InWidth    = 8,   // bits of an input word, 1..
  parameter int InWords    = 4,   // most words of an input beat, 1..
  parameter int OutWidth   = 16,  // bits of an output word, 1..
  parameter int OutWords   = 3,   // words of an output beat, 1..
  parameter int ImageWords = 22,  // input words of an image, 1..; they are a whole number of output words
  localparam int InCountBits  = $clog2(InWords + 1),
  localparam int OutCountBits = $clog2(OutWords + 1)
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         in_valid_i,
  output logic                         in_ready_o,
  input  logic [      InCountBits-1:0] in_count_i,   // words of the beat, 1..InWords
  input  logic [  InWords*InWidth-1:0] in_data_i,    // what lies beyond them is ignored
  output logic                         out_valid_o,
  input  logic                         out_ready_i,
  output logic [     OutCountBits-1:0] out_count_o,
  output logic [OutWords*OutWidth-1:0] out_data_o    // ... is 0
);

  // Everything moves in units of the greatest common divisor, which keeps the shifter small.
  function automatic int gcd(input int a, input int b);
    int x, y, t;
    x = a;
    y = b;
    for (int i = 0; i < 48; i++) begin
      if (y != 0) begin
        t = x % y;
        x = y;
        y = t;
      end
    end
    gcd = x;
  endfunction

  localparam int Unit      = gcd(InWidth, OutWords * OutWidth);
  localparam int WordUnits = InWidth / Unit;             // of an input word
  localparam int InUnits   = InWords * WordUnits;
  localparam int OutUnits  = OutWords * OutWidth / Unit;
  localparam int UnitBits  = $clog2(InUnits + 1);
  localparam int OutImage  = ImageWords * InWidth / OutWidth;               // output words of an image
  localparam int OutBeats  = (OutImage + OutWords - 1) / OutWords;
  localparam int LastWords = OutImage - (OutBeats - 1) * OutWords;          // of its last beat
  localparam int Fill      = OutBeats * OutUnits - ImageWords * WordUnits;  // units that the last beat lacks
  localparam int LeftBits  = $clog2(ImageWords + 1);
  localparam int BeatBits  = OutBeats > 1 ? $clog2(OutBeats) : 1;
  localparam logic [InWords*InWidth-1:0] ALL = ~(InWords * InWidth)'(1'b0);
  localparam logic [BeatBits-1:0] BEAT_LAST = BeatBits'(OutBeats - 1);

`ifdef VERILATOR
  if (OutImage * OutWidth != ImageWords * InWidth) begin : g_check
    $error("xb_regear: an image is a whole number of output words");
  end
`endif

  logic [LeftBits-1:0]        left_q;  // words of the present image still to come
  logic [BeatBits-1:0]        beat_q;  // beats of an image given
  logic                       last, gear_valid, gear_ready;
  logic [UnitBits-1:0]        units;
  logic [InWords*InWidth-1:0] data;
  logic [OutWords*OutWidth-1:0] gear_data;

  assign last  = left_q == LeftBits'(in_count_i);
  assign units = UnitBits'(32'(in_count_i) * WordUnits);
  assign data  = in_data_i & ~(ALL << (32'(in_count_i) * InWidth));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) left_q <= LeftBits'(ImageWords);
    else if (in_valid_i && in_ready_o) left_q <= last ? LeftBits'(ImageWords) : left_q - LeftBits'(in_count_i);
  end

  xb_gearbox #(
    .Unit    (Unit),
    .InUnits (InUnits),
    .OutUnits(OutUnits),
    .Fill    (Fill)
  ) u_gearbox (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_last_i  (last),
    .in_units_i (units),
    .in_data_i  (data),
    .out_valid_o(gear_valid),
    .out_ready_i(gear_ready),
    .out_data_o (gear_data)
  );

  // A wide beat steps aside, so that the next one gathers while the reader works on it.
  if (OutUnits > InUnits) begin : g_aside
    xb_fifo #(
      .Width(OutWords * OutWidth),
      .Depth(2)
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

  assign out_count_o = beat_q == BEAT_LAST ? OutCountBits'(LastWords) : OutCountBits'(OutWords);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beat_q <= '0;
    else if (out_valid_o && out_ready_i) beat_q <= beat_q == BEAT_LAST ? '0 : beat_q + 1'b1;
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (in_valid_i && in_ready_o) begin
      if (in_count_i == '0 || 32'(in_count_i) > 32'(left_q)) begin
        $error("a beat of %0d words, %0d are left of the image", in_count_i, left_q);
      end
    end
  end
`endif

endmodule
