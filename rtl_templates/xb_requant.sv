// SPDX-License-Identifier: Apache-2.0
// From sums of channels to output codes, Lanes of them a cycle: converter step, rounding to whole levels, digital count of
// the offset encoding, bias, multiplier, rounding and clamp. An entry is the phase-th part of a slot's sums; what stands in a lane is told
// by its number in the slot, n = phase * Lanes + lane = (copy * ColTiles + column tile) * Parts + part.
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
    parameter int FracBits   = 0,   // steps are in units of 2^-FracBits of a level, 0..14
    parameter int Rounding   = 0,   // as xb_scale
    parameter int OutBits    = 8,   // of a code, 1..16
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

  localparam int TABLE_BITS = 71;  // e, q, bias'
  localparam int PIPE = 4 + 4;     // stages up to the code, four of them in xb_scale
  localparam int PADDED = PHASES * Lanes * SumBits;

  // ---- constants of the entries ----

  logic write;
  logic [15:0] write_addr;
  logic [Lanes*96-1:0] write_data;
  logic [Lanes*TABLE_BITS-1:0] constants;
  logic [PIPE-1:0] valid_q, last_q;
  logic [PIPE*PHASE_BITS-1:0] phase_q;
  logic [ENTRY_BITS-1:0] entry_q;
  logic unused_bits;

  xb_prog_row #(
      .Words(Lanes * 3)
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

  function automatic [Lanes*TABLE_BITS-1:0] pack(input [Lanes*96-1:0] words);
    for (int l = 0; l < Lanes; l++) pack[l*TABLE_BITS+:TABLE_BITS] = words[l*96+:TABLE_BITS];
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

`ifdef XB_ASSERT
  function automatic fits(input signed [63:0] value);
    fits = value == 64'($signed(value[31:0]));
  endfunction

  function automatic signed [63:0] biased(input signed [31:0] steps, input [31:0] offset, input signed [31:0] bias);
    biased = 64'(steps) - $signed({32'd0, offset}) + 64'(bias);
  endfunction
`endif

  // A step of the converter has up to 21 bits, or 32 where it is of parts of a level: multiplied in two halves, the low one
  // rounded to levels as it is. What it has below a level is what the whole has.
  localparam int LOW = (FracBits > 11) ? FracBits : 11;
  localparam int HIGH = ((FracBits > 0) ? 32 : 22) - LOW;
  localparam int HALF = (FracBits > 0) ? (1 << FracBits) / 2 : 0;

  for (genvar l = 0; l < Lanes; l++) begin : g_lane
    logic signed [31:0] acc_q, scaled;
    logic signed [31-FracBits:0] low_q;
    logic signed [31-LOW:0] high_q;
    logic [31:0] offset, q_q;
    logic signed [6:0] e_q;
    logic [TABLE_BITS-1:0] mine;

    assign mine = constants[l*TABLE_BITS+:TABLE_BITS];

    if (Counts > 0) begin : g_offset
      localparam logic [WHERE*TERM_BITS-1:0] TERM = terms(l);
      logic [TERM_BITS-1:0] term;
      logic [31:0] offset1_q, offset2_q;
      if (Counts > 1) begin : g_entry
        assign term = TERM[32'(entry_i)*TERM_BITS+:TERM_BITS];
      end else begin : g_phase
        assign term = TERM[32'(entry_phase_i)*TERM_BITS+:TERM_BITS];
      end
      assign offset = offset2_q;
      always_ff @(posedge clk_i) begin
        if (en_i && entry_valid_i) offset1_q <= 32'(count_i[32'(term)*CountBits+:CountBits]) << (WeightBits - 1);
        if (en_i && valid_q[0]) offset2_q <= offset1_q;
      end
    end else begin : g_no_offset
      assign offset = '0;
    end

    always_ff @(posedge clk_i) begin
      if (en_i && valid_q[0]) begin
        low_q  <= (32 - FracBits)'((32'($signed(sum_q[l*SumBits+:SumBits])) * $signed(32'(delta_i[LOW-1:0])) + HALF) >>> FracBits);
        high_q <= (32 - LOW)'($signed(sum_q[l*SumBits+:SumBits])) * $signed((32 - LOW)'(delta_i[LOW+:HIGH]));
`ifdef XB_ASSERT
        if (fits(64'($signed(sum_q[l*SumBits+:SumBits])) * $signed({32'd0, delta_i})) === 1'b0) begin
          $error("%0d steps of %0d leave 32 bits", $signed(sum_q[l*SumBits+:SumBits]), delta_i);
        end
`endif
      end
      if (en_i && valid_q[1]) begin
        acc_q <= 32'(low_q) + (32'(high_q) <<< (LOW - FracBits)) - $signed(offset) + $signed(mine[31:0]);
`ifdef XB_ASSERT
        if (mine[63:32] != '0) begin  // a channel that lives; a copy without a window may be unknown
          if (fits(biased(32'(low_q) + (32'(high_q) <<< (LOW - FracBits)), offset, $signed(mine[31:0]))) === 1'b0) begin
            $error("a sum leaves 32 bits with its bias");
          end
        end
`endif
        q_q   <= mine[63:32];
        e_q   <= mine[70:64];
      end
    end

    xb_scale #(
        .Rounding(Rounding)
    ) u_scale (
        .clk_i (clk_i),
        .en_i  (move),
        .a_i   (acc_q),
        .q_i   (q_q),
        .e_i   (e_q),
        .y_o   (scaled)
    );

    xb_clamp #(
        .Bits(OutBits)
    ) u_clamp (
        .clk_i  (clk_i),
        .en_i   (move),
        .value_i(scaled),
        .zero_i (out_zero_i),
        .lo_i   (clamp_lo_i),
        .hi_i   (clamp_hi_i),
        .code_o (code_data_o[l*OutBits+:OutBits])
    );
  end

  logic unused_delta;  // what a step does not have
  assign unused_delta = ^delta_i;

endmodule
