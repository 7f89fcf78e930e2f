// SPDX-License-Identifier: Apache-2.0
// Layers that combine the pixels of a window channel by channel: maximum, average, mean; and padding, whose window is
// one pixel. Copies windows are worked on side by side; their words leave as one beat.

module xb_layer_pool #(
  parameter int Mode       = 0,   // 0 maximum, 1 average, 2 mean (the window is the image), 3 padding
  parameter int Channels   = 10,  // channels of a word, 1..
  parameter int InWords    = 1,   // words of an input beat, 1..
  parameter int InH        = 5,   // geometry: see xb_fetch
  parameter int InW        = 5,   // 1..
  parameter int KernelH    = 3,   // 1..; 1 for padding
  parameter int KernelW    = 3,   // 1..; 1 for padding
  parameter int StrideH    = 1,   // 1..
  parameter int StrideW    = 1,   // 1..
  parameter int DilationH  = 1,   // 1..
  parameter int DilationW  = 1,   // 1..
  parameter int PadT       = 1,   // 0..
  parameter int PadL       = 1,   // 0..
  parameter int OutH       = 5,   // 1..
  parameter int OutW       = 5,   // 1..
  parameter int Copies     = 1,   // windows worked on at once, words of an output beat, 1..
  parameter int Rate       = 1,   // taps a cycle and window, 1..; 1 for padding
  parameter int RingBeats  = 35,  // input beats held
  parameter int Lanes      = 2,   // channels of a window finished in a cycle, 1..
  parameter int CodeOffset = 128, // code of the value 0, 0 or 128 (average)
  parameter int RecipShift = 32,  // binary places of a reciprocal, 0..63 (average)
  parameter int Rounding   = 0    // 0 double, 1 single, 2 exact half away (mean)
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  input  logic                          in_valid_i,
  output logic                          in_ready_o,
  input  logic [InWords*Channels*8-1:0] in_data_i,
  output logic                          out_valid_o,
  input  logic                          out_ready_i,
  output logic [ Copies*Channels*8-1:0] out_data_o,
  input  logic [                  15:0] layer_i,
  input  logic [                  73:0] prog_i,
  input  logic                          cnt_req_i,
  input  logic [                   3:0] cnt_sel_i,
  output logic [                  63:0] cnt_value_o,
  output logic                          busy_o
);

  localparam int Taps = KernelH * KernelW;
  localparam int Pixels = ((KernelH < InH) ? KernelH : InH) * ((KernelW < InW) ? KernelW : InW);  // inside the image
  localparam int WordBits = Channels * 8;

`ifdef VERILATOR
  if (Mode == 3 && (Taps != 1 || Rate != 1)) begin : g_check_pad
    $error("xb_layer_pool: padding reads one pixel a window");
  end
`endif

  logic [7*32-1:0] regs;
  logic            unused_clear;

  logic                            tap_valid, tap_ready, tap_first, tap_last;
  logic [Copies*Rate*WordBits-1:0] tap_data;
  logic [         Copies*Rate-1:0] tap_inside;
  logic [              Copies-1:0] unused_active;  // words beyond the last window are never looked at
  logic [                    31:0] held;

  xb_fetch #(
    .Width    (WordBits),
    .Words    (InWords),
    .InH      (InH),
    .InW      (InW),
    .KernelH  (KernelH),
    .KernelW  (KernelW),
    .StrideH  (StrideH),
    .StrideW  (StrideW),
    .DilationH(DilationH),
    .DilationW(DilationW),
    .PadT     (PadT),
    .PadL     (PadL),
    .OutH     (OutH),
    .OutW     (OutW),
    .Copies   (Copies),
    .Rate     (Rate),
    .RingBeats(RingBeats)
  ) u_fetch (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (in_valid_i),
    .in_ready_o  (in_ready_o),
    .in_data_i   (in_data_i),
    .pad_i       ({Channels{regs[7:0]}}),
    .tap_valid_o (tap_valid),
    .tap_ready_i (tap_ready),
    .tap_first_o (tap_first),
    .tap_last_o  (tap_last),
    .tap_active_o(unused_active),
    .tap_data_o  (tap_data),
    .tap_inside_o(tap_inside),
    .held_o      (held)
  );

  if (Mode == 3) begin : g_pad
    logic unused_pad;
    assign unused_pad = &{1'b0, tap_first, tap_last, tap_inside, regs};

    xb_fifo #(
      .Width(Copies * WordBits),
      .Depth(2)
    ) u_out (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (tap_valid),
      .in_ready_o (tap_ready),
      .in_data_i  (tap_data),
      .out_valid_o(out_valid_o),
      .out_ready_i(out_ready_i),
      .out_data_o (out_data_o)
    );
  end else begin : g_pool
    // The windows run in step, so one speaks for all.
    logic [Copies-1:0] readies, valids;
    logic              unused_flags;

    assign tap_ready    = readies[0];
    assign out_valid_o  = valids[0];
    assign unused_flags = &{1'b0, readies, valids};

    for (genvar c = 0; c < Copies; c++) begin : g_window
      xb_pool_window #(
        .Mode      (Mode),
        .Channels  (Channels),
        .Pixels    (Pixels),
        .Rate      (Rate),
        .Lanes     (Lanes),
        .CodeOffset(CodeOffset),
        .RecipShift(RecipShift),
        .Rounding  (Rounding)
      ) u_window (
        .clk_i       (clk_i),
        .rst_ni      (rst_ni),
        .layer_i     (layer_i),
        .prog_i      (prog_i),
        .regs_i      (regs),
        .tap_valid_i (tap_valid),
        .tap_ready_o (readies[c]),
        .tap_first_i (tap_first),
        .tap_last_i  (tap_last),
        .tap_data_i  (tap_data[c*Rate*WordBits+:Rate*WordBits]),
        .tap_inside_i(tap_inside[c*Rate+:Rate]),
        .out_valid_o (valids[c]),
        .out_ready_i (out_ready_i),
        .out_data_o  (out_data_o[c*WordBits+:WordBits])
      );
    end
  end

  // Taps are the work, as many cycles of it a window as the plan has: those behind them never take longer.
  xb_layer_shell #(
    .Registers    (7),
    .InWords      (InWords),
    .InImageWords (InH * InW),
    .OutWords     (Copies),
    .OutImageWords(OutH * OutW),
    .OutBits      (Copies * WordBits)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .regs_o       (regs),
    .clear_o      (unused_clear),
    .work_i       (tap_valid),
    .blocked_i    (tap_valid && !tap_ready),
    .in_i         (in_valid_i && in_ready_o),
    .out_valid_i  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_data_i   (out_data_o),
    .reads_i      (64'd0),
    .conversions_i(64'd0),
    .saturated_i  (64'd0),
    .held_i       (held),
    .cnt_req_i    (cnt_req_i),
    .cnt_sel_i    (cnt_sel_i),
    .cnt_value_o  (cnt_value_o),
    .busy_o       (busy_o)
  );

endmodule
