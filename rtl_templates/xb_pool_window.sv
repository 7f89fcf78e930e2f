// SPDX-License-Identifier: Apache-2.0
// One window of a pool: sums or maxima of all channels as the taps come, finished Lanes channels a cycle while the
// next window is read.

module xb_pool_window #(
  parameter int Mode       = 0,   // 0 maximum, 1 average, 2 mean
  parameter int Channels   = 10,  // channels of a word, 1..
  parameter int Pixels     = 9,   // most pixels of a window inside the image, 1..65535; mean: 1..2^24-1
  parameter int Rate       = 1,   // taps a cycle, 1..
  parameter int Lanes      = 2,   // channels finished in a cycle, 1..
  parameter int InBits     = 8,   // of a code, 1..16
  parameter int OutBits    = 8,   // ... of the output
  parameter int CodeOffset = 128, // as xb_pool_lane
  parameter int RecipShift = 32,
  parameter int Rounding   = 0
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  input  logic [                        15:0] layer_i,
  input  logic [                        73:0] prog_i,
  input  logic [                    7*32-1:0] regs_i,  // of the layer
  input  logic                                tap_valid_i,
  output logic                                tap_ready_o,
  input  logic                                tap_first_i,
  input  logic                                tap_last_i,
  input  logic [    Rate*Channels*InBits-1:0] tap_data_i,
  input  logic [                    Rate-1:0] tap_inside_i,
  output logic                                out_valid_o,
  input  logic                                out_ready_i,
  output logic [        Channels*OutBits-1:0] out_data_o
);

  localparam int CountBits = $clog2(Pixels + 1);
  localparam int SumBits = Mode == 0 ? InBits : InBits + CountBits;
  localparam int RecipBits = Mode == 1 ? RecipShift : 1;
  localparam int Latency = Mode == 0 ? 1 : Mode == 1 ? 4 : 5;

`ifdef VERILATOR
  if (SumBits > 32 || (Mode == 1 && Pixels > 65535)) begin : g_check_pixels
    $error("xb_pool_window: more pixels than a sum, or a table of reciprocals, has room for");
  end
`endif

  localparam int TapBits = Mode == 0 ? InBits : InBits + $clog2(Rate);
  localparam int TapCountBits = $clog2(Rate + 1);

  logic                        part_valid, part_first, part_last;  // the taps of a cycle, joined
  logic [    TapCountBits-1:0] part_count;
  logic [Channels*TapBits-1:0] part;
  logic [Channels*SumBits-1:0] acc_q;        // of the window that is being read
  logic [Channels*SumBits-1:0] sum_q;        // of the one before, whole
  logic [       CountBits-1:0] seen_q;       // pixels of the window so far
  logic [       CountBits-1:0] sum_count_q;
  logic [       CountBits-1:0] seen;
  logic                        sum_valid_q, sum_ready, adv, take, unused;

  // Zero points, clamps and exponents need the low bits only; no window has more taps inside than its pixels.
  assign unused = ^{regs_i, part_count};

  // Nothing moves while a finished window waits for the one before it.
  assign adv         = !(part_valid && part_last && sum_valid_q && !sum_ready);
  assign tap_ready_o = adv;
  assign take        = part_valid && adv;

  xb_pool_taps #(
    .Mode    (Mode),
    .Channels(Channels),
    .Rate    (Rate),
    .InBits  (InBits)
  ) u_taps (
    .clk_i   (clk_i),
    .rst_ni  (rst_ni),
    .en_i    (adv),
    .valid_i (tap_valid_i),
    .first_i (tap_first_i),
    .last_i  (tap_last_i),
    .data_i  (tap_data_i),
    .inside_i(tap_inside_i),
    .valid_o (part_valid),
    .first_o (part_first),
    .last_o  (part_last),
    .count_o (part_count),
    .data_o  (part)
  );

  // A function, so that a simulator works only when taps come.
  function automatic logic [Channels*SumBits-1:0] accumulated(
      input logic [Channels*SumBits-1:0] acc, input logic fresh, input logic [Channels*TapBits-1:0] data);
    logic [SumBits-1:0] sum;
    logic [SumBits-1:0] tap;
    for (int c = 0; c < Channels; c++) begin
      sum = fresh ? '0 : acc[c*SumBits+:SumBits];
      tap = SumBits'(data[c*TapBits+:TapBits]);
      if (Mode != 0) accumulated[c*SumBits+:SumBits] = sum + tap;
      else accumulated[c*SumBits+:SumBits] = tap > sum ? tap : sum;
    end
  endfunction

  assign seen = (part_first ? '0 : seen_q) + CountBits'(part_count);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) sum_valid_q <= 1'b0;
    else if (take && part_last) sum_valid_q <= 1'b1;
    else if (sum_ready) sum_valid_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (take && part_last) begin
      sum_q       <= accumulated(acc_q, part_first, part);
      sum_count_q <= seen;
    end else if (take) begin
      acc_q  <= accumulated(acc_q, part_first, part);
      seen_q <= seen;
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (take) begin
      if ((part_first ? 32'd0 : 32'(seen_q)) + 32'(part_count) > Pixels) $error("more than %0d pixels in a window", Pixels);
    end
  end
`endif

  logic [Lanes*SumBits-1:0] group;
  logic [Lanes*OutBits-1:0] result;
  logic [    CountBits-1:0] group_count;
  logic [    RecipBits-1:0] recip;
  logic                     en, unused_tag, unused_blocked;

  xb_lanes #(
    .Channels(Channels),
    .Lanes   (Lanes),
    .Streams (1),
    .InBits  (SumBits),
    .OutBits (OutBits),
    .SideBits(CountBits),
    .Latency (Latency)
  ) u_lanes (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (sum_valid_q),
    .in_ready_o (sum_ready),
    .in_data_i  (sum_q),
    .side_i     (sum_count_q),
    .tag_i      (1'b0),
    .en_o       (en),
    .group_o    (group),
    .side_o     (group_count),
    .result_i   (result),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .tag_o      (unused_tag),
    .blocked_o  (unused_blocked)
  );

  if (Mode == 1) begin : g_recip
    xb_pool_recip #(
      .Entries (Pixels + 1),
      .AddrBits(CountBits),
      .Width   (RecipBits)
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
    logic unused_prog;
    assign recip       = '0;
    assign unused_prog = &{1'b0, layer_i, prog_i};
  end

  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    xb_pool_lane #(
      .Mode      (Mode),
      .SumBits   (SumBits),
      .CountBits (CountBits),
      .OutBits   (OutBits),
      .CodeOffset(CodeOffset),
      .RecipShift(RecipShift),
      .Rounding  (Rounding)
    ) u_lane (
      .clk_i     (clk_i),
      .en_i      (en),
      .sum_i     (group[i*SumBits+:SumBits]),
      .count_i   (group_count),
      .recip_i   (recip),
      .zero_sum_i(regs_i[6*32+:32]),
      .scale_q_i (regs_i[4*32+:32]),
      .scale_e_i ($signed(regs_i[5*32+:7])),
      .out_zero_i(regs_i[1*32+:16]),
      .clamp_lo_i(regs_i[2*32+:16]),
      .clamp_hi_i(regs_i[3*32+:16]),
      .code_o    (result[i*OutBits+:OutBits])
    );
  end

endmodule
