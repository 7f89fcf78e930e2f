// SPDX-License-Identifier: Apache-2.0
// A RESHAPE that changes the word: the same codes in the same order, cut anew.

module xb_layer_reshape #(
  parameter int InChannels  = 4,   // codes of an input word, 1..
  parameter int InWords     = 1,   // most words of an input beat, 1..
  parameter int OutChannels = 6,   // the same of the output
  parameter int OutWords    = 1,
  parameter int ImageCodes  = 12,  // codes of an image, a multiple of InChannels and OutChannels
  parameter int CodeBits    = 8,   // of a code, 1..16
  parameter int Counters   = 1,  // 0: no counters are built
  localparam int InCountBits  = $clog2(InWords + 1),
  localparam int OutCountBits = $clog2(OutWords + 1)
) (
  input  logic                                         clk_i,
  input  logic                                         rst_ni,
  input  logic                                         in_valid_i,
  output logic                                         in_ready_o,
  input  logic [                      InCountBits-1:0] in_count_i,
  input  logic [      InWords*InChannels*CodeBits-1:0] in_data_i,
  output logic                                         out_valid_o,
  input  logic                                         out_ready_i,
  output logic [                     OutCountBits-1:0] out_count_o,
  output logic [    OutWords*OutChannels*CodeBits-1:0] out_data_o,
  input  logic [                                 15:0] layer_i,
  input  logic [                                 73:0] prog_i,
  input  logic [                                 65:0] cnt_chain_i,
  output logic [                                 65:0] cnt_chain_o,
  output logic                                         busy_o,
  input  logic                                         turn_i  // beats may be taken
);

  localparam int InBeats  = (ImageCodes / InChannels + InWords - 1) / InWords;
  localparam int OutBeats = (ImageCodes / OutChannels + OutWords - 1) / OutWords;

  logic        in_valid, ready, work, blocked, unused_clear;
  logic [73:0] unused_prog;
  logic [31:0] unused_regs;  // no registers here

  assign in_valid   = in_valid_i && turn_i;
  assign in_ready_o = ready && turn_i;

  // The side with more beats sets the pace, and its beats are the work.
  assign work    = InBeats > OutBeats ? in_valid : out_valid_o;
  assign blocked = work && !(InBeats > OutBeats ? ready : out_ready_i);

  xb_regear #(
    .InWidth   (InChannels * CodeBits),
    .InWords   (InWords),
    .OutWidth  (OutChannels * CodeBits),
    .OutWords  (OutWords),
    .ImageWords(ImageCodes / InChannels)
  ) u_regear (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid),
    .in_ready_o (ready),
    .in_count_i (in_count_i),
    .in_data_i  (in_data_i),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_count_o(out_count_o),
    .out_data_o (out_data_o)
  );

  xb_layer_shell #(
    .Registers    (0),
    .InWords      (InWords),
    .InImageWords (ImageCodes / InChannels),
    .OutWords     (OutWords),
    .OutImageWords(ImageCodes / OutChannels),
    .OutBits      (OutWords * OutChannels * CodeBits),
    .Counters     (Counters)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .prog_o       (unused_prog),
    .regs_o       (unused_regs),
    .clear_o      (unused_clear),
    .work_i       (work),
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
