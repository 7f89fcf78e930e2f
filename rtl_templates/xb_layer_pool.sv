// SPDX-License-Identifier: Apache-2.0
// Layers that combine the pixels of a window channel by channel: maximum, average, mean; and padding, whose window is
// one pixel. Sums are formed for all channels as the taps come and finished Lanes channels a cycle meanwhile.

module xb_layer_pool #(
  parameter int Mode       = 0,   // 0 maximum, 1 average, 2 mean (the window is the image), 3 padding
  parameter int Channels   = 10,  // channels of a word, 1..
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
  parameter int Rate       = 1,   // taps a cycle, 1..; 1 for padding
  parameter int RingRows   = 7,   // image rows held
  parameter int Lanes      = 2,   // channels finished in a cycle, 1..
  parameter int CodeOffset = 128, // code of the value 0, 0 or 128 (average)
  parameter int RecipShift = 32,  // binary places of a reciprocal, 0..63 (average)
  parameter int Rounding   = 0    // 0 double, 1 single, 2 exact half away (mean)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  in_valid_i,
  output logic                  in_ready_o,
  input  logic [Channels*8-1:0] in_data_i,
  output logic                  out_valid_o,
  input  logic                  out_ready_i,
  output logic [Channels*8-1:0] out_data_o,
  input  logic [          15:0] layer_i,
  input  logic [          73:0] prog_i,
  input  logic                  cnt_req_i,
  input  logic [           3:0] cnt_sel_i,
  output logic [          63:0] cnt_value_o
);

  localparam int Taps = KernelH * KernelW;
  localparam int WordBits = Channels * 8;
  localparam int CountBits = $clog2(Taps + 1);
  localparam int SumBits = Mode == 0 ? 8 : 8 + CountBits;
  localparam int Latency = Mode == 0 ? 1 : Mode == 1 ? 3 : 4;

`ifdef VERILATOR
  if (Mode == 3 && (Taps != 1 || Rate != 1)) begin : g_check_pad
    $error("xb_layer_pool: padding reads one pixel a window");
  end
  if (SumBits > 24) begin : g_check_taps
    $error("xb_layer_pool: the window is larger than 65535 pixels");
  end
`endif

  logic [7*32-1:0] regs;
  logic            clear, unused_regs;

  assign unused_regs = ^regs;  // zero points, clamps and exponents need the low bits only

  xb_prog_regs #(
    .Count(7)
  ) u_prog_regs (
    .clk_i  (clk_i),
    .rst_ni (rst_ni),
    .layer_i(layer_i),
    .prog_i (prog_i),
    .regs_o (regs),
    .clear_o(clear)
  );

  logic                     tap_valid, tap_ready, tap_first, tap_last, beat;
  logic [Rate*WordBits-1:0] tap_data;
  logic [         Rate-1:0] tap_inside;
  logic [             15:0] rows;
  logic                     unused_active;  // the one copy has a window in every step

  assign beat = tap_valid && tap_ready;

  xb_fetch #(
    .Width    (WordBits),
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
    .Copies   (1),
    .Rate     (Rate),
    .RingRows (RingRows)
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
    .rows_o      (rows)
  );

  logic frozen;  // behind the sums

  if (Mode == 3) begin : g_pad
    logic unused_pad;
    assign frozen     = out_valid_o && !out_ready_i;
    assign unused_pad = &{1'b0, tap_first, tap_last, tap_inside};

    xb_fifo #(
      .Width(WordBits),
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
    logic [Channels*SumBits-1:0] acc_q;        // of the window that is being read
    logic [Channels*SumBits-1:0] sum_q;        // of the one before, whole
    logic [       CountBits-1:0] seen_q;       // pixels of the window so far
    logic [       CountBits-1:0] sum_count_q;
    logic [       CountBits-1:0] seen;
    logic                        sum_valid_q, sum_ready;

    // Functions, so that a simulator works only when a beat comes.
    function automatic logic [Channels*SumBits-1:0] accumulated(
        input logic [Channels*SumBits-1:0] acc, input logic fresh,
        input logic [Rate*WordBits-1:0] data, input logic [Rate-1:0] inside_image);
      logic [SumBits-1:0] sum;
      logic [SumBits-1:0] code;
      for (int c = 0; c < Channels; c++) begin
        sum = fresh ? '0 : acc[c*SumBits+:SumBits];
        for (int r = 0; r < Rate; r++) begin
          code = SumBits'(data[(r*Channels+c)*8+:8]);
          if (inside_image[r] && Mode != 0) sum = sum + code;
          else if (inside_image[r] && code > sum) sum = code;
        end
        accumulated[c*SumBits+:SumBits] = sum;
      end
    endfunction

    function automatic logic [CountBits-1:0] counted(
        input logic [CountBits-1:0] start, input logic [Rate-1:0] inside_image);
      counted = start;
      for (int r = 0; r < Rate; r++) counted = counted + CountBits'(inside_image[r]);
    endfunction

    assign tap_ready = !tap_last || !sum_valid_q || sum_ready;
    assign seen      = counted(tap_first ? '0 : seen_q, tap_inside);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) sum_valid_q <= 1'b0;
      else if (beat && tap_last) sum_valid_q <= 1'b1;
      else if (sum_ready) sum_valid_q <= 1'b0;
    end

    always_ff @(posedge clk_i) begin
      if (beat && tap_last) begin
        sum_q       <= accumulated(acc_q, tap_first, tap_data, tap_inside);
        sum_count_q <= seen;
      end else if (beat) begin
        acc_q  <= accumulated(acc_q, tap_first, tap_data, tap_inside);
        seen_q <= seen;
      end
    end

    logic [Lanes*SumBits-1:0] group;
    logic [      Lanes*8-1:0] result;
    logic [    CountBits-1:0] group_count;
    logic [             63:0] recip;
    logic                     en;

    xb_lanes #(
      .Channels(Channels),
      .Lanes   (Lanes),
      .Streams (1),
      .InBits  (SumBits),
      .SideBits(CountBits),
      .Latency (Latency)
    ) u_lanes (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (sum_valid_q),
      .in_ready_o (sum_ready),
      .in_data_i  (sum_q),
      .side_i     (sum_count_q),
      .en_o       (en),
      .group_o    (group),
      .side_o     (group_count),
      .result_i   (result),
      .out_valid_o(out_valid_o),
      .out_ready_i(out_ready_i),
      .out_data_o (out_data_o),
      .blocked_o  (frozen)
    );

    if (Mode == 1) begin : g_recip
      xb_pool_recip #(
        .Entries (Taps + 1),
        .AddrBits(CountBits)
      ) u_recip (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .layer_i(layer_i),
        .prog_i (prog_i),
        .en_i   (en),
        .count_i(group_count),
        .recip_o(recip)
      );
    end else begin : g_no_recip
      assign recip = 64'd0;
    end

    for (genvar i = 0; i < Lanes; i++) begin : g_lane
      xb_pool_lane #(
        .Mode      (Mode),
        .SumBits   (SumBits),
        .CountBits (CountBits),
        .CodeOffset(CodeOffset),
        .RecipShift(RecipShift),
        .Rounding  (Rounding)
      ) u_lane (
        .clk_i     (clk_i),
        .rst_ni    (rst_ni),
        .en_i      (en),
        .sum_i     (group[i*SumBits+:SumBits]),
        .count_i   (group_count),
        .recip_i   (recip),
        .zero_sum_i(regs[6*32+:32]),
        .scale_q_i (regs[4*32+:32]),
        .scale_e_i ($signed(regs[5*32+:7])),
        .out_zero_i(regs[1*32+:8]),
        .clamp_lo_i(regs[2*32+:8]),
        .clamp_hi_i(regs[3*32+:8]),
        .code_o    (result[i*8+:8])
      );
    end
  end

  logic blocked;
  assign blocked = frozen && !beat;

  xb_counters u_counters (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .clear_i      (clear),
    .busy_i       (tap_valid && !blocked),
    .starved_i    (!tap_valid && !blocked),
    .blocked_i    (blocked),
    .word_in_i    (in_valid_i && in_ready_o),
    .word_out_i   (out_valid_o && out_ready_i),
    .reads_i      (64'd0),
    .conversions_i(64'd0),
    .saturated_i  (64'd0),
    .rows_i       (rows),
    .cnt_req_i    (cnt_req_i),
    .cnt_sel_i    (cnt_sel_i),
    .cnt_value_o  (cnt_value_o)
  );

  xb_probe_stream #(
    .Width(WordBits)
  ) u_probe (
    .clk_i  (clk_i),
    .layer_i(layer_i),
    .valid_i(out_valid_o),
    .ready_i(out_ready_i),
    .data_i (out_data_o)
  );

endmodule
