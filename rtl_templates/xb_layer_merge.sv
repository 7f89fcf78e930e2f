// SPDX-License-Identifier: Apache-2.0
// The codes that the blocks of a split layer have of an output become one (docs/numerics.md 5, Split layers). A word of the
// input holds the codes of all outputs block by block.

module xb_layer_merge #(
  parameter int Merge      = 0,  // 0 majority, ties go up; 1 sum; 2 average
  parameter int Blocks     = 3,  // 1..
  parameter int Channels   = 4,  // of an output word, 1..
  parameter int Words      = 1,  // most words of a beat, 1..
  parameter int ImageWords = 1,  // words of an image, 1..
  parameter int Lanes      = 2,  // channels of a beat worked on in a cycle, 1..
  parameter int InBits     = 1,  // of a block's code, 1..8
  parameter int OutBits    = 1,  // of the output: 1 of a majority, all of the sum, InBits of an average
  parameter int Counters   = 1,  // 0: no counters are built
  localparam int CountBits = $clog2(Words + 1)
) (
  input  logic                                     clk_i,
  input  logic                                     rst_ni,
  input  logic                                     in_valid_i,
  output logic                                     in_ready_o,
  input  logic [                    CountBits-1:0] in_count_i,
  input  logic [ Words*Blocks*Channels*InBits-1:0] in_data_i,
  output logic                                     out_valid_o,
  input  logic                                     out_ready_i,
  output logic [                    CountBits-1:0] out_count_o,
  output logic [       Words*Channels*OutBits-1:0] out_data_o,
  input  logic [                             15:0] layer_i,
  input  logic [                             73:0] prog_i,
  input  logic [                             65:0] cnt_chain_i,
  output logic [                             65:0] cnt_chain_o,
  output logic                                     busy_o,
  input  logic                                     turn_i  // beats may be taken
);

  localparam int Beat    = Words * Channels;
  localparam int SumBits = $clog2(Blocks * ((1 << InBits) - 1) + 1);
  localparam int Average = 2;

  logic [2*32-1:0] regs;  // of an average: multiplier, shift
  logic            unused_clear, unused_regs;
  logic     [73:0] unused_prog;
  assign unused_regs = ^regs;

  // Blocks side by side, each with its codes of the whole beat.
  function automatic logic [Blocks*Beat*InBits-1:0] turned(input logic [Words*Blocks*Channels*InBits-1:0] words);
    for (int g = 0; g < Blocks; g++) begin
      for (int w = 0; w < Words; w++) begin
        turned[(g*Beat+w*Channels)*InBits+:Channels*InBits] = words[(w*Blocks+g)*Channels*InBits+:Channels*InBits];
      end
    end
  endfunction

  logic [Blocks*Lanes*InBits-1:0] group;
  logic       [Lanes*OutBits-1:0] result;
  logic                           in_valid, ready, en, blocked, unused_side;

  assign in_valid   = in_valid_i && turn_i;
  assign in_ready_o = ready && turn_i;

  xb_lanes #(
    .Channels(Beat),
    .Lanes   (Lanes),
    .Streams (Blocks),
    .InBits  (InBits),
    .OutBits (OutBits),
    .SideBits(1),
    .TagBits (CountBits),
    .Latency (Merge == Average ? 3 : 2)
  ) u_lanes (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid),
    .in_ready_o (ready),
    .in_data_i  (turned(in_data_i)),
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
    logic [SumBits-1:0] sum_q;
    logic [OutBits-1:0] code_q;
    assign result[i*OutBits+:OutBits] = code_q;

    always_ff @(posedge clk_i) begin : add
      logic [SumBits-1:0] sum;
      if (en) begin
        sum = '0;
        for (int g = 0; g < Blocks; g++) sum = sum + SumBits'(group[(g*Lanes+i)*InBits+:InBits]);
        sum_q <= sum;
      end
    end

    if (Merge == Average) begin : g_average
      logic [SumBits+29:0] product_q;

      function automatic logic [OutBits-1:0] averaged(input logic [SumBits+29:0] product, input logic [4:0] right);
        logic [SumBits+30:0] mean;
        mean     = ({1'b0, product} + ((right == '0) ? '0 : (SumBits + 31)'(1'b1) << (right - 5'd1))) >> right;
        averaged = (mean >> OutBits) != '0 ? ~OutBits'(1'b0) : OutBits'(mean);
      endfunction

      always_ff @(posedge clk_i) begin
        if (en) begin
          product_q <= (SumBits + 30)'(sum_q) * (SumBits + 30)'(regs[29:0]);
          code_q    <= averaged(product_q, regs[36:32]);
        end
      end
    end else begin : g_plain
      always_ff @(posedge clk_i) begin
        if (en) code_q <= Merge == 0 ? OutBits'(2 * 32'(sum_q) >= Blocks) : OutBits'(sum_q);
      end
    end
  end

  xb_layer_shell #(
    .Registers    (2),
    .InWords      (Words),
    .InImageWords (ImageWords),
    .OutWords     (Words),
    .OutImageWords(ImageWords),
    .OutBits      (Beat * OutBits),
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
