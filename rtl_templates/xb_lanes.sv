// SPDX-License-Identifier: Apache-2.0
// Takes words, or whole beats, apart into groups of Lanes channels, one group a cycle, and gathers the results of a
// pipeline that stands outside. Words follow each other without a gap. Two finished words may wait at the output; the
// whole freezes when a third one is finished. Whether it freezes, and in_ready_o, come from registers only.

module xb_lanes #(
  parameter int Channels = 10,  // channels of a word or beat, 1..
  parameter int Lanes    = 4,   // channels of a group, 1..
  parameter int Streams  = 1,   // words that are taken apart side by side, 1..
  parameter int InBits   = 8,   // bits of an input channel, 1..
  parameter int OutBits  = 8,   // bits of a result, 1..
  parameter int SideBits = 1,   // bits of a word that the pipeline sees beside it, 1..
  parameter int TagBits  = 1,   // bits that go along with a word to the output, 1..
  parameter int Latency  = 1    // enabled cycles from group_o to result_i, 0..
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               in_valid_i,
  output logic                               in_ready_o,
  input  logic [Streams*Channels*InBits-1:0] in_data_i,   // words one above the other
  input  logic [               SideBits-1:0] side_i,
  input  logic [                TagBits-1:0] tag_i,
  output logic                               en_o,        // the pipeline's registers advance
  output logic [   Streams*Lanes*InBits-1:0] group_o,     // stream s in its s-th part; 0 beyond the last channel
  output logic [               SideBits-1:0] side_o,      // of the word that group_o is from
  input  logic [          Lanes*OutBits-1:0] result_i,
  output logic                               out_valid_o,
  input  logic                               out_ready_i,
  output logic [       Channels*OutBits-1:0] out_data_o,
  output logic [                TagBits-1:0] tag_o,       // of the word at the output
  output logic                               blocked_o    // frozen: nobody takes the output
);

  localparam int Groups     = (Channels + Lanes - 1) / Lanes;
  localparam int WordBits   = Channels * InBits;
  localparam int PaddedBits = Groups * Lanes * InBits;
  localparam int GroupBits  = Lanes * InBits;
  localparam int CountBits  = Groups > 1 ? $clog2(Groups) : 1;
  localparam logic [CountBits-1:0] GROUP_LAST = CountBits'(Groups - 1);

  logic [CountBits-1:0] group_q;  // next group of the word at the input
  logic [    Latency:0] valid_q;  // groups in the pipeline; bit 0 is group_o
  logic [    Latency:0] last_q;   // ... that end a word
  logic [(Latency+1)*TagBits-1:0] tag_q;  // of their words
  logic                 adv, issue, last, done, room;
  logic [Groups*Lanes*OutBits-1:0] word;  // the finished one, its last group from result_i

  assign done       = valid_q[Latency] && last_q[Latency];
  assign blocked_o  = done && !room;
  assign adv        = !blocked_o;
  assign issue      = in_valid_i && adv;
  assign last       = group_q == GROUP_LAST;
  assign in_ready_o = adv && last;
  assign en_o       = adv && valid_q != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      group_q <= '0;
      valid_q <= '0;
      last_q  <= '0;
      tag_q   <= '0;
    end else if (en_o || issue) begin
      if (issue) group_q <= last ? '0 : group_q + 1'b1;
      valid_q <= (Latency + 1)'({valid_q, issue});
      last_q  <= (Latency + 1)'({last_q, last});
      tag_q   <= ((Latency + 1) * TagBits)'({tag_q, tag_i});
    end
  end

  xb_fifo #(
    .Width(TagBits + Channels * OutBits),
    .Depth(2)
  ) u_out (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (done),
    .in_ready_o (room),
    .in_data_i  ({tag_q[Latency*TagBits+:TagBits], word[Channels*OutBits-1:0]}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({tag_o, out_data_o})
  );

  for (genvar s = 0; s < Streams; s++) begin : g_stream
    if (Groups == 1) begin : g_whole
      always_ff @(posedge clk_i) begin
        if (issue) group_o[s*GroupBits+:GroupBits] <= GroupBits'(in_data_i[s*WordBits+:WordBits]);
      end
    end else if (PaddedBits == WordBits) begin : g_even
      always_ff @(posedge clk_i) begin
        if (issue) begin
          group_o[s*GroupBits+:GroupBits] <= in_data_i[s*WordBits+32'(group_q)*GroupBits+:GroupBits];
        end
      end
    end else begin : g_padded
      logic [PaddedBits-1:0] padded;
      assign padded = PaddedBits'(in_data_i[s*WordBits+:WordBits]);
      always_ff @(posedge clk_i) begin
        if (issue) group_o[s*GroupBits+:GroupBits] <= padded[32'(group_q)*GroupBits+:GroupBits];
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (issue) side_o <= side_i;
  end

  // Results come lowest group first, so a shift puts them in order.
  if (Groups == 1) begin : g_gather_one
    assign word = result_i;
  end else begin : g_gather
    logic [(Groups-1)*Lanes*OutBits-1:0] part_q;
    assign word = {result_i, part_q};
    always_ff @(posedge clk_i) begin
      if (adv && valid_q[Latency]) part_q <= word[Groups*Lanes*OutBits-1:Lanes*OutBits];
    end
  end

  if (Groups * Lanes > Channels) begin : g_unused
    logic unused_results;  // of the lanes beyond the last channel
    assign unused_results = &{1'b0, word[Groups*Lanes*OutBits-1:Channels*OutBits]};
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (issue && 32'(group_q) >= Groups) $error("group %0d of a word that has %0d", group_q, Groups);
  end
`endif

endmodule
