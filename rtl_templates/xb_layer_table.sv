// SPDX-License-Identifier: Apache-2.0
// A function of one code: each code of a word is looked up in a table, one for all channels or one for each
// (docs/numerics.md 5, Functions of one code). A lane has a memory of its own, with the tables of the channels it works on.

module xb_layer_table #(
  parameter int Channels   = 10, // channels of a word, 1..
  parameter int Words      = 1,  // most words of a beat, 1..
  parameter int ImageWords = 1,  // words of an image, 1..
  parameter int Lanes      = 4,  // channels of a beat worked on in a cycle, 1..
  parameter int Tables     = 1,  // 0 one for all channels, 1 one for each
  parameter int InBits     = 8,  // of a code, 1..8
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

  localparam int Groups    = (Words * Channels + Lanes - 1) / Lanes;
  localparam int Entries   = (Tables != 0 ? Groups : 1) << InBits;  // of a lane, table by table
  localparam int EntryBits = $clog2(Entries);

  logic        unused_clear;
  logic [31:0] unused_regs;
  logic [73:0] prog;

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
    .Latency (1)
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

  // Program records of kind 4: the first word is where the others go, one behind the other.
  logic                 mine, amid_q, write, unused_prog;
  logic [EntryBits-1:0] at_q;

  assign mine        = prog[73] && prog[71:68] == 4'd4 && prog[67:48] == {4'd0, layer_i};
  assign write       = mine && amid_q && 32'(at_q) < Entries;
  assign unused_prog = ^prog;

  // The end of any record, or the beginning of a frame, starts a record anew.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) amid_q <= 1'b0;
    else if (prog[73]) amid_q <= mine && !prog[72];
  end

  always_ff @(posedge clk_i) begin
    if (mine) at_q <= amid_q ? at_q + 1'b1 : EntryBits'(prog[31:0]);
  end

  // Which group of its beat group_o is, where that says whose table is looked up.
  logic [EntryBits-1:0] base;

  if (EntryBits > InBits) begin : g_group
    localparam int GroupBits = EntryBits - InBits;
    logic [GroupBits-1:0] next_q, group_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) next_q <= '0;
      else if (in_valid && !blocked) next_q <= ready ? '0 : next_q + 1'b1;
    end

    always_ff @(posedge clk_i) begin
      if (in_valid && !blocked) group_q <= next_q;
    end

    assign base = {group_q, {InBits{1'b0}}};
  end else begin : g_one
    assign base = '0;
  end

  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    // Programs come when the chip is idle, so nothing is read while they do.
    xb_store #(
      .Width(OutBits),
      .Words(Entries),
      .Banks(Lanes)
    ) u_table (
      .clk_i       (clk_i),
      .write_i     (write && (Tables == 0 || prog[47:32] == 16'(i))),
      .write_addr_i(at_q),
      .write_data_i(prog[OutBits-1:0]),
      .read_i      (en),
      .read_addr_i (base | EntryBits'(group[i*InBits+:InBits])),
      .read_data_o (result[i*OutBits+:OutBits])
    );
  end

  xb_layer_shell #(
    .Registers    (0),
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
    .prog_o       (prog),
    .regs_o       (unused_regs),
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
