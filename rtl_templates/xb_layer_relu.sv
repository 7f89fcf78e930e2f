// SPDX-License-Identifier: Apache-2.0
// A RELU that stands alone: every channel is requantized, the clamp does the rest.

module xb_layer_relu #(
  parameter int Channels   = 10, // channels of a word, 1..
  parameter int Words      = 1,  // most words of a beat, 1..
  parameter int ImageWords = 1,  // words of an image, 1..
  parameter int Lanes      = 4,  // channels of a beat worked on in a cycle, 1..
  parameter int Rounding   = 0,  // 0 double, 1 single, 2 exact half away
  parameter int InBits     = 8,  // of a code, 1..16
  parameter int OutBits    = 8,  // ... of the output
  parameter int Counters   = 1,  // 0: no counters are built
  localparam int CountBits = $clog2(Words + 1)
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  input  logic                                in_valid_i,
  output logic                                in_ready_o,
  input  logic [               CountBits-1:0] in_count_i,
  input  logic [   Words*Channels*InBits-1:0] in_data_i,
  output logic                                out_valid_o,
  input  logic                                out_ready_i,
  output logic [               CountBits-1:0] out_count_o,
  output logic [  Words*Channels*OutBits-1:0] out_data_o,
  input  logic [                        15:0] layer_i,
  input  logic [                        73:0] prog_i,
  input  logic [                        65:0] cnt_chain_i,
  output logic [                        65:0] cnt_chain_o,
  output logic                                busy_o,
  input  logic                                turn_i  // beats may be taken
);

  logic [6*32-1:0] regs;
  logic            unused_clear;
  logic [73:0] unused_prog;

  logic [15:0] in_zero, out_zero, clamp_lo, clamp_hi;
  logic [31:0] scale_q;
  logic signed [6:0] scale_e;
  logic unused_regs;  // zero points, clamps and exponents need the low bits only

  assign in_zero     = regs[0*32+:16];
  assign out_zero    = regs[1*32+:16];
  assign clamp_lo    = regs[2*32+:16];
  assign clamp_hi    = regs[3*32+:16];
  assign scale_q     = regs[4*32+:32];
  assign scale_e     = $signed(regs[5*32+:7]);
  assign unused_regs = ^regs;

  logic [ Lanes*InBits-1:0] group;
  logic [Lanes*OutBits-1:0] result;
  logic                     in_valid, ready, en, blocked, unused_side;

  assign in_valid   = in_valid_i && turn_i;
  assign in_ready_o = ready && turn_i;

  xb_lanes #(
    .Channels(Words * Channels),
    .Lanes   (Lanes),
    .Streams (1),
    .InBits  (InBits),
    .OutBits (OutBits),
    .SideBits(1),
    .TagBits (CountBits),
    .Latency (5)
  ) u_lanes (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid),
    .in_ready_o (ready),
    .in_data_i  (in_data_i),
    .side_i     (1'b0),
    .tag_i      (in_count_i),
    .en_o       (en),
    .group_o    (group),
    .side_o     (unused_side),
    .result_i   (result),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .tag_o      (out_count_o),
    .blocked_o  (blocked)
  );

  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    logic signed [31:0] scaled;

    xb_scale #(
      .Rounding(Rounding)
    ) u_scale (
      .clk_i(clk_i),
      .en_i (en),
      .a_i  ($signed(32'(group[i*InBits+:InBits])) - $signed({16'd0, in_zero})),
      .q_i  (scale_q),
      .e_i  (scale_e),
      .y_o  (scaled)
    );

    xb_clamp #(
      .Bits(OutBits)
    ) u_clamp (
      .clk_i  (clk_i),
      .en_i   (en),
      .value_i(scaled),
      .zero_i (out_zero),
      .lo_i   (clamp_lo),
      .hi_i   (clamp_hi),
      .code_o (result[i*OutBits+:OutBits])
    );
  end

  xb_layer_shell #(
    .Registers    (6),
    .InWords      (Words),
    .InImageWords (ImageWords),
    .OutWords     (Words),
    .OutImageWords(ImageWords),
    .OutBits      (Words * Channels * OutBits),
    .Counters     (Counters)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .prog_o       (unused_prog),
    .regs_o       (regs),
    .clear_o      (unused_clear),
    .work_i       (in_valid),
    .blocked_i    (blocked),
    .in_i         (in_valid && ready),
    .in_count_i   (in_count_i),
    .out_valid_i  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_count_i  (out_count_o),
    .out_data_i   (out_data_o),
    .reads_i      (64'd0),
    .conversions_i(64'd0),
    .saturated_i  (64'd0),
    .loads_i      (64'd0),
    .held_i       (32'd0),
    .cnt_chain_i  (cnt_chain_i),
    .cnt_chain_o  (cnt_chain_o),
    .busy_o       (busy_o)
  );

endmodule
