// SPDX-License-Identifier: Apache-2.0
// A stream of the chip to the AXI4-Stream bus: codes to bytes, beats of the chip to bus beats, one frame an image. The last beat
// of a frame is partial where the image's bytes do not fill it, and the next image starts in a beat of its own.

module xb_axis_out #(
  parameter int BusBytes   = 1,   // bytes of tdata, 1..
  parameter int BeatBytes  = 10,  // bytes of a beat of the chip (channels of its words), 1..
  parameter int ImageBytes = 10,  // bytes of an image, 1..
  parameter int CodeOffset = 128  // 128: int8 bytes, 0: uint8 bytes
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   in_valid_i,
  output logic                   in_ready_o,
  input  logic [BeatBytes*8-1:0] in_data_i,
  output logic [BusBytes*8-1:0]  m_axis_tdata,
  output logic [BusBytes-1:0]    m_axis_tkeep,
  output logic                   m_axis_tvalid,
  input  logic                   m_axis_tready,
  output logic                   m_axis_tlast,
  output logic                   image_o        // pulse: a whole image has been given
);

  localparam int Beats      = (ImageBytes + BusBytes - 1) / BusBytes;
  localparam int Padding    = Beats * BusBytes - ImageBytes;
  localparam int BeatBits   = Beats > 1 ? $clog2(Beats) : 1;
  localparam logic [BeatBits-1:0] BEAT_LAST = BeatBits'(Beats - 1);
  localparam logic [BusBytes-1:0] KEEP_LAST = {BusBytes{1'b1}} >> Padding;
  localparam logic [BusBytes*8-1:0] MASK_LAST = {BusBytes*8{1'b1}} >> (Padding * 8);
  localparam logic [BusBytes*8-1:0] FLIP =
      CodeOffset == 128 ? {BusBytes{8'h80}} : {BusBytes{8'h00}};

`ifdef VERILATOR
  if (CodeOffset != 0 && CodeOffset != 128) begin : g_check_offset
    $error("xb_axis_out: CodeOffset is 0 or 128");
  end
`endif

  logic [  BeatBits-1:0] beat_q;  // beats of the present frame given
  logic                  give;
  logic [BusBytes*8-1:0] codes;

  assign give         = m_axis_tvalid && m_axis_tready;
  assign m_axis_tlast = beat_q == BEAT_LAST;
  assign m_axis_tkeep = m_axis_tlast ? KEEP_LAST : '1;
  assign m_axis_tdata = (codes ^ FLIP) & (m_axis_tlast ? MASK_LAST : '1);

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
    .InBytes   (BeatBytes),
    .OutBytes  (BusBytes),
    .ImageBytes(ImageBytes)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .out_valid_o(m_axis_tvalid),
    .out_ready_i(m_axis_tready),
    .out_data_o (codes)
  );

endmodule
