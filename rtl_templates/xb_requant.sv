// SPDX-License-Identifier: Apache-2.0
// From sums of channels to output codes, Lanes of them a cycle: converter step, rounding to whole levels, digital count of
// the offset encoding, bias, and what makes the output of the sum (xb_post). An entry is the phase-th part of a slot's sums;
// what stands in a lane is told by its number in the slot, n = phase * Lanes + lane = (copy * ColTiles + column tile) *
// Parts + part.
module xb_requant #(
    parameter int Copies     = 1,   // 1..
    parameter int ColTiles   = 2,   // 1..
    parameter int Parts      = 2,   // sums of a slot, copy and column tile, 1..
    parameter int Slots      = 8,   // of a step, 1..
    parameter int Lanes      = 1,   // 1..Copies*ColTiles*Parts
    parameter int SumBits    = 26,  // signed width of a sum, 2..32
    parameter int PerArray   = 16,  // conversions of a slot
    parameter int Used       = 128, // ... of a full column tile
    parameter int Columns    = 8,   // ... of a channel
    parameter int UnitUsed   = 256, // ... of a block on the diagonal
    parameter int Channels   = 32,  // sums of a copy
    parameter int Counts     = 0,   // digital counts of a copy: 0, or one for each block and output
    parameter int Outputs    = 1,   // of a window, whose sums stand side by side, each with a count of its own
    parameter int CountBits  = 16,  // width of a digital count
    parameter int WeightBits = 8,   // a count weighs 2^(WeightBits-1)
    parameter int CountWeight = -1, // ... or this, 0..255, if it is not negative: weights have a zero point
    parameter int FracBits   = 0,   // steps are in units of 2^-FracBits of a level, 0..14
    parameter int SumShift   = 0,   // 1: inputs are -1 and +1, so that sums count twice
    parameter int Post       = 0,   // as xb_post
    parameter int Rounding   = 0,
    parameter int OutBits    = 8,
    localparam int PLACES     = Copies * ColTiles * Parts,
    localparam int PHASES     = (PLACES + Lanes - 1) / Lanes,
    localparam int ENTRIES    = Slots * PHASES,
    localparam int PHASE_BITS = (PHASES > 1) ? $clog2(PHASES) : 1,
    localparam int ENTRY_BITS = (ENTRIES > 1) ? $clog2(ENTRIES) : 1,
    localparam int TERMS      = (Counts > 0) ? Copies * Counts : 1
) (
    input  logic                       clk_i,
    input  logic                       rst_ni,
    input  logic [               15:0] layer_i,
    input  logic [               73:0] prog_i,
    input  logic [               15:0] out_zero_i,
    input  logic [               15:0] clamp_lo_i,
    input  logic [               15:0] clamp_hi_i,
    input  logic [               31:0] delta_i,
    input  logic                       en_i,           // all stages advance
    input  logic                       entry_valid_i,
    input  logic                       entry_last_i,
    input  logic [     ENTRY_BITS-1:0] entry_i,
    input  logic [     PHASE_BITS-1:0] entry_phase_i,
    input  logic [ PLACES*SumBits-1:0] entry_data_i,
    input  logic [TERMS*CountBits-1:0] count_i,        // of the step that the entry belongs to
    output logic                       code_valid_o,
    output logic                       code_last_o,    // the step's last codes
    output logic [     PHASE_BITS-1:0] code_phase_o,
    output logic [  Lanes*OutBits-1:0] code_data_o
);

  localparam int LEVELS = (1 << OutBits) - 1;
  localparam int WORDS = (Post == 0) ? 3 : (Post == 1) ? 1 + LEVELS : 1;  // of a lane's constants
  localparam int TABLE_BITS = (Post == 0) ? 71 : WORDS * 32;  // {e, q, bias'}, {thresholds, bias'}, bias'
  localparam int CONSTANT = (Post == 2) ? 1 : TABLE_BITS - 32;
  localparam int PIPE = 3 + ((Post == 0) ? 5 : (Post == 1) ? 2 : 0);  // stages up to the code, the last ones in xb_post
  localparam int PADDED = PHASES * Lanes * SumBits;

  // ---- constants of the entries ----

  logic write;
  logic [15:0] write_addr;
  logic [Lanes*WORDS*32-1:0] write_data;
  logic [Lanes*TABLE_BITS-1:0] constants;
  logic [PIPE-1:0] valid_q, last_q;
  logic [PIPE*PHASE_BITS-1:0] phase_q;
  logic [ENTRY_BITS-1:0] entry_q;
  logic unused_bits;

  xb_prog_row #(
      .Words(Lanes * WORDS)
  ) u_prog (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .hit_i   (prog_i[73] && prog_i[71:68] == 4'd3 && prog_i[67:48] == {4'd0, layer_i}),
      .word_i  ({prog_i[72], prog_i[47:0]}),
      .commit_o(write),
      .addr_o  (write_addr),
      .data_o  (write_data)
  );

  // Addresses are wider than the table, and only the offset encoding looks at counts.
  assign unused_bits = ^{write_addr, write_data, count_i, entry_i};

  function automatic [Lanes*TABLE_BITS-1:0] pack(input [Lanes*WORDS*32-1:0] words);
    for (int l = 0; l < Lanes; l++) pack[l*TABLE_BITS+:TABLE_BITS] = words[l*WORDS*32+:TABLE_BITS];
  endfunction

  xb_store #(
      .Width(Lanes * TABLE_BITS),
      .Words(ENTRIES)
  ) u_table (
      .clk_i       (clk_i),
      .write_i     (write),
      .write_addr_i(ENTRY_BITS'(write_addr)),
      .write_data_i(pack(write_data)),
      .read_i      (en_i && valid_q[0]),
      .read_addr_i (entry_q),
      .read_data_o (constants)
  );

  // ---- control ----

  // Nothing moves where nothing is under way.
  logic move;
  assign move         = en_i && (entry_valid_i || valid_q != '0);
  assign code_valid_o = valid_q[PIPE-1];
  assign code_last_o  = last_q[PIPE-1];
  assign code_phase_o = phase_q[(PIPE-1)*PHASE_BITS+:PHASE_BITS];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      last_q  <= '0;
      phase_q <= '0;
      entry_q <= '0;
    end else if (move) begin
      valid_q <= {valid_q[PIPE-2:0], entry_valid_i};
      last_q  <= {last_q[PIPE-2:0], entry_valid_i && entry_last_i};
      phase_q <= {phase_q[(PIPE-1)*PHASE_BITS-1:0], entry_phase_i};
      entry_q <= entry_i;
    end
  end

  // ---- lanes ----

  // Which count belongs to what: by the phase alone, where a window has one.
  localparam int WHERE = (Counts > 1) ? ENTRIES : PHASES;
  localparam int TERM_BITS = (TERMS > 1) ? $clog2(TERMS) : 1;
  localparam int WHERE_BITS = (WHERE > 1) ? $clog2(WHERE) : 1;

  function automatic [WHERE*TERM_BITS-1:0] terms(input int lane);
    int place, slot, tile, first, channel;
    terms = (WHERE * TERM_BITS)'(1'b0);
    for (int i = 0; i < WHERE; i++) begin
      place = i % PHASES * Lanes + lane;
      slot = i / PHASES;
      tile = place / Parts % ColTiles;
      first = (UnitUsed > Used) ? tile / ((UnitUsed + Used - 1) / Used) * UnitUsed + tile % ((UnitUsed + Used - 1) / Used) * Used
                                : tile * Used;
      channel = (first + slot * PerArray) / Columns + place % Parts;
      if (place < PLACES && channel < Channels) begin
        terms[i*TERM_BITS+:TERM_BITS] = 
            TERM_BITS'(place / Parts / ColTiles * Counts + channel / (Channels / (Counts / Outputs)) * Outputs + channel % Outputs);
      end
    end
  endfunction

  // Where a lane finds its sum: padded to whole phases.
  function automatic [Lanes*SumBits-1:0] chosen(input [PADDED-1:0] sums, input [PHASE_BITS-1:0] phase);
    chosen = sums[32'(phase)*Lanes*SumBits+:Lanes*SumBits];
  endfunction

  logic [Lanes*SumBits-1:0] sum_q;
  always_ff @(posedge clk_i) begin
    if (en_i && entry_valid_i) sum_q <= chosen(PADDED'(entry_data_i), entry_phase_i);
  end

  for (genvar l = 0; l < Lanes; l++) begin : g_lane
    logic [31:0] offset;
    logic [TABLE_BITS-1:0] mine;

    assign mine = constants[l*TABLE_BITS+:TABLE_BITS];

    if (Counts > 0) begin : g_offset
      // Of many counts a lane sees few: no more than those are chosen from.
      localparam logic [WHERE*TERM_BITS-1:0] TERM = terms(l);
      localparam int CHOICES = (WHERE < TERMS) ? WHERE : TERMS;
      localparam int CHOICE_BITS = (CHOICES > 1) ? $clog2(CHOICES) : 1;
      localparam logic [31:0] WEIGHT = ((CountWeight < 0) ? 1 << (WeightBits - 1) : CountWeight) << SumShift;
      logic [WHERE_BITS-1:0] where;
      logic [CHOICES*CountBits-1:0] choice;
      logic [CHOICE_BITS-1:0] which;
      logic [CountBits-1:0] count_q;
      logic [31:0] offset_q;
      if (WHERE < TERMS) begin : g_own
        always_comb begin
          for (int i = 0; i < WHERE; i++) choice[i*CountBits+:CountBits] = count_i[32'(TERM[i*TERM_BITS+:TERM_BITS])*CountBits+:CountBits];
        end
        assign which = where;
      end else begin : g_all
        assign choice = count_i;
        assign which  = TERM[32'(where)*TERM_BITS+:TERM_BITS];
      end
      assign where  = (Counts > 1) ? WHERE_BITS'(entry_i) : WHERE_BITS'(entry_phase_i);
      assign offset = offset_q;
      always_ff @(posedge clk_i) begin
        if (en_i && entry_valid_i) count_q <= choice[32'(which)*CountBits+:CountBits];
        if (en_i && valid_q[0]) offset_q <= 32'(count_q) * WEIGHT;
      end
    end else begin : g_no_offset
      assign offset = '0;
    end

    xb_requant_lane #(
        .SumBits (SumBits),
        .FracBits(FracBits),
        .SumShift(SumShift),
        .Post    (Post),
        .Rounding(Rounding),
        .OutBits (OutBits)
    ) u_lane (
        .clk_i       (clk_i),
        .sum_valid_i (en_i && valid_q[0]),
        .sum_i       (sum_q[l*SumBits+:SumBits]),
        .delta_i     (delta_i),
        .bias_valid_i(en_i && valid_q[1]),
        .offset_i    (offset),
        .bias_i      (mine[31:0]),
        .constants_i (CONSTANT'(mine >> 32)),
        .is_alive_i  (Post != 0 || (mine >> 32) != '0),
        .post_i      (move),
        .out_zero_i  (out_zero_i),
        .clamp_lo_i  (clamp_lo_i),
        .clamp_hi_i  (clamp_hi_i),
        .code_o      (code_data_o[l*OutBits+:OutBits])
    );
  end

endmodule
