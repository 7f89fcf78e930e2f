// SPDX-License-Identifier: Apache-2.0
// Images from the AXI4-Stream bus to a stream of the chip: numbers on the bus to codes, bus beats to beats of the chip,
// and the frame check.
// The count alone decides where an image ends; a frame that disagrees is reported, never followed.

module xb_axis_in #(
  parameter int BusBytes   = 1,    // bytes of tdata, a multiple of CodeBytes
  parameter int CodeBytes  = 1,    // bytes of a number on the bus: 1 or 2
  parameter int CodeBits   = 8,    // bits of a code, 1..8*CodeBytes
  parameter int CodeOffset = 128,  // code of the number 0: 2^(CodeBits-1), the bus has signed numbers, or 0
  parameter int Channels   = 3,    // codes of a word, 1..
  parameter int Words      = 1,    // words of a beat of the chip, 1..
  parameter int ImageWords = 64,   // words of an image, 1..
  localparam int CountBits = $clog2(Words + 1)
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               enable_i,       // low: no new image is taken
  input  logic [             BusBytes*8-1:0] s_axis_tdata,
  input  logic [               BusBytes-1:0] s_axis_tkeep,
  input  logic                               s_axis_tvalid,
  output logic                               s_axis_tready,
  input  logic                               s_axis_tlast,
  output logic                               out_valid_o,
  input  logic                               out_ready_i,
  output logic [              CountBits-1:0] out_count_o,
  output logic [Words*Channels*CodeBits-1:0] out_data_o,
  output logic                               frame_error_o,  // pulse: tlast or tkeep not where the count says
  output logic                               begun_o,        // an image has been taken in part
  output logic                               image_o         // pulse: a whole image has been taken
);

  localparam int Codes     = BusBytes / CodeBytes;  // of a bus beat
  localparam int Image     = ImageWords * Channels;
  localparam int Beats     = (Image + Codes - 1) / Codes;
  localparam int LastCodes = Image - (Beats - 1) * Codes;
  localparam int BeatBits  = Beats > 1 ? $clog2(Beats) : 1;
  localparam int CodesBits = $clog2(Codes + 1);
  localparam logic [BeatBits-1:0] BEAT_LAST = BeatBits'(Beats - 1);
  localparam logic [BusBytes-1:0] KEEP_LAST = {BusBytes{1'b1}} >> (BusBytes - LastCodes * CodeBytes);
  localparam logic [CodeBits-1:0] FLIP = CodeBits'(CodeOffset);

`ifdef VERILATOR
  if (CodeOffset != 0 && CodeOffset != (1 << (CodeBits - 1))) begin : g_check_offset
    $error("xb_axis_in: CodeOffset is 0 or 2^(CodeBits-1)");
  end
  if (BusBytes % CodeBytes != 0 || CodeBits > 8 * CodeBytes) begin : g_check_codes
    $error("xb_axis_in: the bus carries whole codes");
  end
`endif

  logic [      BeatBits-1:0] beat_q;  // beats of the present image taken
  logic                      last, take, ready;
  logic [Codes*CodeBits-1:0] codes;

  assign last          = beat_q == BEAT_LAST;
  assign begun_o       = beat_q != '0;
  assign s_axis_tready = ready && (enable_i || begun_o);
  assign take          = s_axis_tvalid && s_axis_tready;

  if (CodeBits == CodeBytes * 8) begin : g_whole  // at once: a bus may be wider than loops are unrolled
    /* verilator lint_off WIDTHCONCAT */
    assign codes = s_axis_tdata ^ {Codes{FLIP}};
    /* verilator lint_on WIDTHCONCAT */
  end else begin : g_narrow
    logic unused_bits;  // extensions
    assign unused_bits = ^s_axis_tdata;
    for (genvar i = 0; i < Codes; i++) begin : g_code
      assign codes[i*CodeBits+:CodeBits] = s_axis_tdata[i*CodeBytes*8+:CodeBits] ^ FLIP;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q        <= '0;
      frame_error_o <= 1'b0;
      image_o       <= 1'b0;
    end else begin
      frame_error_o <= take && (s_axis_tlast != last || s_axis_tkeep != (last ? KEEP_LAST : '1));
      image_o       <= take && last;
      if (take) beat_q <= last ? '0 : beat_q + 1'b1;
    end
  end

  xb_regear #(
    .InWidth   (CodeBits),
    .InWords   (Codes),
    .OutWidth  (Channels * CodeBits),
    .OutWords  (Words),
    .ImageWords(Image)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (take),
    .in_ready_o (ready),
    .in_count_i (last ? CodesBits'(LastCodes) : CodesBits'(Codes)),
    .in_data_i  (codes),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_count_o(out_count_o),
    .out_data_o (out_data_o)
  );

`ifdef XB_ASSERT
  xb_check_stream #(
    .Width   (8 * BusBytes),
    .SideBits(1 + BusBytes)
  ) u_check (
    .clk_i  (clk_i),
    .rst_ni (rst_ni),
    .valid_i(s_axis_tvalid),
    .ready_i(s_axis_tready),
    .side_i ({s_axis_tlast, s_axis_tkeep}),
    .data_i (s_axis_tdata)
  );
`endif

endmodule
