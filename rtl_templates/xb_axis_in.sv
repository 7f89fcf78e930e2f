// SPDX-License-Identifier: Apache-2.0
// Images from the AXI4-Stream bus to a stream of the chip: bytes to codes, bus beats to beats of the chip, and the frame
// check.
// The byte count alone decides where an image ends; a frame that disagrees is reported, never followed.

module xb_axis_in #(
  parameter int BusBytes   = 1,    // bytes of tdata, 1..
  parameter int BeatBytes  = 3,    // bytes of a beat of the chip (channels of its words), 1..
  parameter int ImageBytes = 192,  // bytes of an image, 1..
  parameter int CodeOffset = 128   // 128: int8 bytes, 0: uint8 bytes
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   enable_i,       // low: no new image is taken
  input  logic [BusBytes*8-1:0]  s_axis_tdata,
  input  logic [BusBytes-1:0]    s_axis_tkeep,
  input  logic                   s_axis_tvalid,
  output logic                   s_axis_tready,
  input  logic                   s_axis_tlast,
  output logic                   out_valid_o,
  input  logic                   out_ready_i,
  output logic [BeatBytes*8-1:0] out_data_o,
  output logic                   frame_error_o,  // pulse: tlast or tkeep not where the byte count says
  output logic                   begun_o,        // an image has been taken in part
  output logic                   image_o         // pulse: a whole image has been taken
);

  localparam int Beats     = (ImageBytes + BusBytes - 1) / BusBytes;
  localparam int LastBytes = ImageBytes - (Beats - 1) * BusBytes;
  localparam int BeatBits  = Beats > 1 ? $clog2(Beats) : 1;
  localparam logic [BeatBits-1:0] BEAT_LAST = BeatBits'(Beats - 1);
  localparam logic [BusBytes-1:0] KEEP_LAST = {BusBytes{1'b1}} >> (BusBytes - LastBytes);
  localparam logic [BusBytes*8-1:0] FLIP =
      CodeOffset == 128 ? {BusBytes{8'h80}} : {BusBytes{8'h00}};

`ifdef VERILATOR
  if (CodeOffset != 0 && CodeOffset != 128) begin : g_check_offset
    $error("xb_axis_in: CodeOffset is 0 or 128");
  end
`endif

  logic [BeatBits-1:0]   beat_q;  // beats of the present image taken
  logic                  last, take, ready;
  logic [BusBytes*8-1:0] codes;

  assign last          = beat_q == BEAT_LAST;
  assign begun_o       = beat_q != '0;
  assign s_axis_tready = ready && (enable_i || begun_o);
  assign take          = s_axis_tvalid && s_axis_tready;
  assign codes         = s_axis_tdata ^ FLIP;

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
    .InBytes   (BusBytes),
    .OutBytes  (BeatBytes),
    .ImageBytes(ImageBytes)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (take),
    .in_ready_o (ready),
    .in_data_i  (codes),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o)
  );

endmodule
