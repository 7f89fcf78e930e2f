// SPDX-License-Identifier: Apache-2.0
// A stream of the chip to the AXI4-Stream bus: codes to numbers on the bus, beats of the chip to bus beats, one frame an
// image. The last beat of a frame is partial where the image does not fill it, and the next image starts in a beat of
// its own.

module xb_axis_out #(
  parameter int BusBytes   = 1,    // bytes of tdata, a multiple of CodeBytes
  parameter int CodeBytes  = 1,    // bytes of a number on the bus: 1, 2 or 4
  parameter int CodeBits   = 8,    // bits of a code, 1..8*CodeBytes
  parameter int CodeOffset = 128,  // code of the number 0: 2^(CodeBits-1), the bus has signed numbers, or 0
  parameter int Channels   = 10,   // codes of a word, 1..
  parameter int Words      = 1,    // most words of a beat of the chip, 1..
  parameter int ImageWords = 1,    // words of an image, 1..
  localparam int CountBits = $clog2(Words + 1)
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               in_valid_i,
  output logic                               in_ready_o,
  input  logic [              CountBits-1:0] in_count_i,
  input  logic [Words*Channels*CodeBits-1:0] in_data_i,
  output logic [             BusBytes*8-1:0] m_axis_tdata,
  output logic [               BusBytes-1:0] m_axis_tkeep,
  output logic                               m_axis_tvalid,
  input  logic                               m_axis_tready,
  output logic                               m_axis_tlast,
  output logic                               image_o        // pulse: a whole image has been given
);

  localparam int Codes     = BusBytes / CodeBytes;  // of a bus beat
  localparam int Image     = ImageWords * Channels;
  localparam int Beats     = (Image + Codes - 1) / Codes;
  localparam int BeatBits  = Beats > 1 ? $clog2(Beats) : 1;
  localparam int CodesBits = $clog2(Codes + 1);
  localparam logic [BeatBits-1:0] BEAT_LAST = BeatBits'(Beats - 1);
  localparam logic [BusBytes*8-1:0] ALL = ~(BusBytes * 8)'(1'b0);
  localparam logic [CodeBits-1:0] FLIP = CodeBits'(CodeOffset);

`ifdef VERILATOR
  if (CodeOffset != 0 && CodeOffset != (1 << (CodeBits - 1))) begin : g_check_offset
    $error("xb_axis_out: CodeOffset is 0 or 2^(CodeBits-1)");
  end
  if (BusBytes % CodeBytes != 0 || CodeBits > 8 * CodeBytes) begin : g_check_codes
    $error("xb_axis_out: the bus carries whole codes");
  end
`endif

  logic [      BeatBits-1:0] beat_q;  // beats of the present frame given
  logic                      give;
  logic [     CodesBits-1:0] count;   // codes of the bus beat
  logic [Codes*CodeBits-1:0] codes;
  logic [    BusBytes*8-1:0] numbers;

  assign give         = m_axis_tvalid && m_axis_tready;
  assign m_axis_tlast = beat_q == BEAT_LAST;

  // Numbers as the bus has them, extended by their sign or by zeros.
  if (CodeBits == CodeBytes * 8) begin : g_whole  // at once: a bus may be wider than loops are unrolled
    /* verilator lint_off WIDTHCONCAT */
    assign numbers = codes ^ {Codes{FLIP}};
    /* verilator lint_on WIDTHCONCAT */
  end else begin : g_narrow
    for (genvar i = 0; i < Codes; i++) begin : g_code
      logic [CodeBits-1:0] code;
      assign code = codes[i*CodeBits+:CodeBits] ^ FLIP;
      assign numbers[i*CodeBytes*8+:CodeBytes*8] =
          CodeOffset != 0 ? (CodeBytes * 8)'($signed(code)) : (CodeBytes * 8)'(code);
    end
  end

  assign m_axis_tkeep = ~({BusBytes{1'b1}} << (32'(count) * CodeBytes));
  assign m_axis_tdata = numbers & ~(ALL << (32'(count) * CodeBytes * 8));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q  <= '0;
      image_o <= 1'b0;
    end else begin
      image_o <= give && m_axis_tlast;
      if (give) beat_q <= m_axis_tlast ? '0 : beat_q + 1'b1;
    end
  end

  xb_regear #(
    .InWidth   (Channels * CodeBits),
    .InWords   (Words),
    .OutWidth  (CodeBits),
    .OutWords  (Codes),
    .ImageWords(ImageWords)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_count_i (in_count_i),
    .in_data_i  (in_data_i),
    .out_valid_o(m_axis_tvalid),
    .out_ready_i(m_axis_tready),
    .out_count_o(count),
    .out_data_o (codes)
  );

`ifdef XB_ASSERT
  xb_check_stream #(
    .Width   (8 * BusBytes),
    .SideBits(1 + BusBytes)
  ) u_check (
    .clk_i  (clk_i),
    .rst_ni (rst_ni),
    .valid_i(m_axis_tvalid),
    .ready_i(m_axis_tready),
    .side_i ({m_axis_tlast, m_axis_tkeep}),
    .data_i (m_axis_tdata)
  );
`endif

endmodule
