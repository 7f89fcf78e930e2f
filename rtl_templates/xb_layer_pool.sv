// SPDX-License-Identifier: Apache-2.0
// Layers that combine the pixels of a window channel by channel: maximum, average, mean; and padding, whose window is
// one pixel. Copies windows are worked on side by side; their words leave as one beat, as many as there were windows.

module xb_layer_pool #(
  parameter int Mode       = 0,   // 0 maximum, 1 average, 2 mean, 3 padding
  parameter int Channels   = 10,  // channels of a word, 1..
  parameter int InWords    = 1,   // most words of an input beat, 1..
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
  parameter int RingWords  = 35,  // input words held
  parameter int Lanes      = 2,   // channels of a window finished in a cycle, 1..
  parameter int InBits     = 8,   // of a code, 1..16
  parameter int OutBits    = 8,   // ... of the output; as InBits for padding
  parameter int CodeOffset = 128, // code of the value 0 (average)
  parameter int RecipShift = 32,  // binary places of a reciprocal, 2..63 (average)
  parameter int Rounding   = 0,   // 0 double, 1 single, 2 exact half away (mean)
  parameter int Signs      = 0,   // maximum: 1: some channels want their minimum
  parameter int Counters   = 1,  // 0: no counters are built
  localparam int InCountBits  = $clog2(InWords + 1),
  localparam int OutCountBits = $clog2(Copies + 1)
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  input  logic                                   in_valid_i,
  output logic                                   in_ready_o,
  input  logic [                InCountBits-1:0] in_count_i,
  input  logic [    InWords*Channels*InBits-1:0] in_data_i,
  output logic                                   out_valid_o,
  input  logic                                   out_ready_i,
  output logic [               OutCountBits-1:0] out_count_o,
  output logic [    Copies*Channels*OutBits-1:0] out_data_o,
  input  logic [                           15:0] layer_i,
  input  logic [                           73:0] prog_i,
  input  logic [                           65:0] cnt_chain_i,
  output logic [                           65:0] cnt_chain_o,
  output logic                                   busy_o,
  input  logic                                   turn_i  // steps may begin
);

  localparam int Taps = KernelH * KernelW;
  localparam int Pixels = ((KernelH < InH) ? KernelH : InH) * ((KernelW < InW) ? KernelW : InW);  // inside the image
  localparam int WordBits = Channels * InBits;
  localparam int OutWordBits = Channels * OutBits;

`ifdef VERILATOR
  if (Mode == 3 && (Taps != 1 || Rate != 1)) begin : g_check_pad
    $error("xb_layer_pool: padding reads one pixel a window");
  end
  if (Mode == 3 && InBits != OutBits) begin : g_check_bits
    $error("xb_layer_pool: padding leaves codes as they are");
  end
`endif

  // Codes that are turned over have their maximum where they had their minimum: registers behind the others say whose.
  localparam int SignWords = Signs != 0 ? (Channels + 31) / 32 : 0;
  logic [(7+SignWords)*32-1:0] all_regs;
  logic [7*32-1:0] regs;
  logic [InWords*Channels*InBits-1:0] in_data;
  logic [Copies*Channels*OutBits-1:0] out_data;
  assign regs = all_regs[7*32-1:0];

  if (Signs != 0) begin : g_signs
    logic [InWords*Channels*InBits-1:0] in_mask;
    logic [Copies*Channels*OutBits-1:0] out_mask;
    logic unused_signs;  // whole words of them are programmed

    always_comb begin
      for (int i = 0; i < InWords * Channels; i++) in_mask[i*InBits+:InBits] = {InBits{all_regs[7*32+i%Channels]}};
      for (int i = 0; i < Copies * Channels; i++) out_mask[i*OutBits+:OutBits] = {OutBits{all_regs[7*32+i%Channels]}};
    end

    assign in_data      = in_data_i ^ in_mask;
    assign out_data_o   = out_data ^ out_mask;
    assign unused_signs = ^all_regs;
  end else begin : g_no_signs
    assign in_data    = in_data_i;
    assign out_data_o = out_data;
  end

  logic            unused_clear;
  logic [    73:0] prog;         // the program bus, by way of u_shell
  logic            unused_prog;  // padding has nothing on it
  assign unused_prog = ^prog;

  logic                            tap_valid, tap_ready, tap_first, tap_last;
  logic [Copies*Rate*WordBits-1:0] tap_data;
  logic [         Copies*Rate-1:0] tap_inside;
  logic [              Copies-1:0] unused_active;  // out_count_o says it
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
    .RingWords(RingWords)
  ) u_fetch (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (in_valid_i),
    .in_ready_o  (in_ready_o),
    .in_count_i  (in_count_i),
    .in_data_i   (in_data),
    .pad_i       ({Channels{regs[InBits-1:0]}}),
    .turn_i      (turn_i),
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
      .out_data_o (out_data)
    );
  end else begin : g_pool
    // The windows run in step, so one speaks for all.
    logic [Copies-1:0] readies, valids;
    logic              unused_flags;

    assign tap_ready    = readies[0];
    assign out_valid_o  = valids[0];
    assign unused_flags = &{1'b0, readies, valids};

`ifdef XB_ASSERT
    always @(posedge clk_i) begin
      if (tap_valid && readies != {Copies{tap_ready}}) $error("windows do not take taps in step");
      if (out_valid_o && valids != {Copies{1'b1}}) $error("windows are not finished in step");
    end
`endif

    for (genvar c = 0; c < Copies; c++) begin : g_window
      xb_pool_window #(
        .Mode      (Mode),
        .Channels  (Channels),
        .Pixels    (Pixels),
        .Rate      (Rate),
        .Lanes     (Lanes),
        .InBits    (InBits),
        .OutBits   (OutBits),
        .CodeOffset(CodeOffset),
        .RecipShift(RecipShift),
        .Rounding  (Rounding)
      ) u_window (
        .clk_i       (clk_i),
        .rst_ni      (rst_ni),
        .layer_i     (layer_i),
        .prog_i      (prog),
        .regs_i      (regs),
        .tap_valid_i (tap_valid),
        .tap_ready_o (readies[c]),
        .tap_first_i (tap_first),
        .tap_last_i  (tap_last),
        .tap_data_i  (tap_data[c*Rate*WordBits+:Rate*WordBits]),
        .tap_inside_i(tap_inside[c*Rate+:Rate]),
        .out_valid_o (valids[c]),
        .out_ready_i (out_ready_i),
        .out_data_o  (out_data[c*OutWordBits+:OutWordBits])
      );
    end
  end

  // A beat is a step: all but an image's last have a word of every copy.
  localparam int Steps = (OutH * OutW + Copies - 1) / Copies;
  localparam int LastWords = OutH * OutW - (Steps - 1) * Copies;
  localparam int StepBits = Steps > 1 ? $clog2(Steps) : 1;

  logic [StepBits-1:0] step_q;
  logic                last_step;

  assign last_step   = step_q == StepBits'(Steps - 1);
  assign out_count_o = last_step ? OutCountBits'(LastWords) : OutCountBits'(Copies);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) step_q <= '0;
    else if (out_valid_o && out_ready_i) step_q <= last_step ? '0 : step_q + 1'b1;
  end

  // Taps are the work, as many cycles of it a window as the plan has: those behind them never take longer.
  xb_layer_shell #(
    .Registers    (7 + SignWords),
    .InWords      (InWords),
    .InImageWords (InH * InW),
    .OutWords     (Copies),
    .OutImageWords(OutH * OutW),
    .OutBits      (Copies * OutWordBits),
    .Counters     (Counters)
  ) u_shell (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .layer_i      (layer_i),
    .prog_i       (prog_i),
    .prog_o       (prog),
    .regs_o       (all_regs),
    .clear_o      (unused_clear),
    .work_i       (tap_valid),
    .blocked_i    (tap_valid && !tap_ready),
    .in_i         (in_valid_i && in_ready_o),
    .in_count_i   (in_count_i),
    .out_valid_i  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_count_i  (out_count_o),
    .out_data_i   (out_data_o),
    .reads_i      (64'd0),
    .conversions_i(64'd0),
    .saturated_i  (64'd0),
    .loads_i      (64'd0),
    .held_i       (held),
    .cnt_chain_i  (cnt_chain_i),
    .cnt_chain_o  (cnt_chain_o),
    .busy_o       (busy_o)
  );

endmodule
