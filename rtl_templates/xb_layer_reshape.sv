// SPDX-License-Identifier: Apache-2.0
// A RESHAPE that changes the word: the same bytes in the same order, cut anew.

module xb_layer_reshape #(
  parameter int InChannels  = 4,  // bytes of an input word, 1..
  parameter int InWords     = 1,  // words of an input beat, 1..
  parameter int OutChannels = 6,  // the same of the output
  parameter int OutWords    = 1,
  parameter int ImageBytes  = 12  // bytes of an image, a multiple of InChannels and OutChannels
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  input  logic                              in_valid_i,
  output logic                              in_ready_o,
  input  logic [  InWords*InChannels*8-1:0] in_data_i,
  output logic                              out_valid_o,
  input  logic                              out_ready_i,
  output logic [OutWords*OutChannels*8-1:0] out_data_o,
  input  logic [                      15:0] layer_i,
  input  logic [                      73:0] prog_i,
  input  logic                              cnt_req_i,
  input  logic [                       3:0] cnt_sel_i,
  output logic [                      63:0] cnt_value_o,
  output logic                              busy_o
);

  localparam int InBeats  = (ImageBytes / InChannels + InWords - 1) / InWords;
  localparam int OutBeats = (ImageBytes / OutChannels + OutWords - 1) / OutWords;

  logic        work, blocked, unused_clear;
  logic [31:0] unused_regs;  // no registers here

  // The side with more beats sets the pace, and its beats are the work.
  assign work    = InBeats > OutBeats ? in_valid_i : out_valid_o;
  assign blocked = work && !(InBeats > OutBeats ? in_ready_o : out_ready_i);

  xb_regear #(
    .InBytes   (InWords * InChannels),
    .OutBytes  (OutWords * OutChannels),
    .ImageBytes(ImageBytes)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o)
  );

  xb_layer_shell #(
    .Registers    (0),
    .InWords      (InWords),
    .InImageWords (ImageBytes / InChannels),
    .OutWords     (OutWords),
    .OutImageWords(ImageBytes / OutChannels),
    .OutBits      (OutWords * OutChannels * 8)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .regs_o       (unused_regs),
    .clear_o      (unused_clear),
    .work_i       (work),
    .blocked_i    (blocked),
    .in_i         (in_valid_i && in_ready_o),
    .out_valid_i  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_data_i   (out_data_o),
    .reads_i      (64'd0),
    .conversions_i(64'd0),
    .saturated_i  (64'd0),
    .held_i       (32'd0),
    .cnt_req_i    (cnt_req_i),
    .cnt_sel_i    (cnt_sel_i),
    .cnt_value_o  (cnt_value_o),
    .busy_o       (busy_o)
  );

endmodule
