// SPDX-License-Identifier: Apache-2.0
// From column sums to output codes, Lanes channels of Words words a cycle: slices and polarities, converter step,
// digital count of the offset encoding, bias, multiplier, rounding and clamp; the codes of a beat leave together, with
// the number of words that it has.
module xb_requant #(
    parameter int Channels   = 16,  // output channels, 1..
    parameter int Words      = 1,   // most words of a beat, worked on side by side, 1..Copies
    parameter int Lanes      = 2,   // 1..Channels
    parameter int Columns    = 8,   // conversions of one channel, 1..
    parameter int Slices     = 4,   // cells of a weight, 1..8
    parameter int CellBits   = 2,   // 1..4
    parameter int Encoding   = 0,   // 0 differential, 1 offset, 2 two's complement
    parameter int Analog     = 0,   // 1: pairs were subtracted before the converter
    parameter int SumBits    = 26,  // signed width of a column sum
    parameter int Copies     = 1,   // 1..
    parameter int Counts     = 1,   // digital counts of a copy: one for each block of the diagonal
    parameter int CountBits  = 16,  // width of a digital count
    parameter int WeightBits = 8,   // a count weighs 2^(WeightBits-1)
    parameter int Rounding   = 0,   // as xb_scale
    parameter int OutBits    = 8,   // of a code, 1..16
    localparam int ENTRIES   = (Channels + Lanes - 1) / Lanes,
    localparam int BEAT_BITS = $clog2(Words + 1)
) (
    input  logic                               clk_i,
    input  logic                               rst_ni,
    input  logic [                       15:0] layer_i,
    input  logic [                       73:0] prog_i,
    input  logic [                       15:0] out_zero_i,
    input  logic [                       15:0] clamp_lo_i,
    input  logic [                       15:0] clamp_hi_i,
    input  logic [                       31:0] delta_i,
    input  logic                               entry_valid_i,
    output logic                               entry_ready_o,
    input  logic                               entry_last_i,
    input  logic [                       15:0] entry_i,
    input  logic [                       15:0] entry_turn_i,
    input  logic [              BEAT_BITS-1:0] entry_count_i,
    input  logic [Words*Lanes*Columns*SumBits-1:0] entry_data_i,
    input  logic [Copies*Counts*CountBits-1:0] count_i,  // of the step that the entries belong to
    output logic                               out_valid_o,
    input  logic                               out_ready_i,
    output logic [              BEAT_BITS-1:0] out_count_o,
    output logic [ Words*Channels*OutBits-1:0] out_data_o
);

  localparam int TABLE_BITS = 71;  // e, q, bias'
  localparam int PIPE = 8;         // stages up to the code
  localparam int INDEX_BITS = (ENTRIES > 1) ? $clog2(ENTRIES) : 1;
  localparam int POLARITIES = (Encoding == 0 && Analog == 0) ? 2 : 1;

  logic write;
  logic [15:0] write_addr;
  logic [Lanes*96-1:0] write_data;
  logic [Lanes*TABLE_BITS-1:0] entry_table[ENTRIES];
  logic [PIPE-1:0] valid_q, last_q;
  logic [PIPE*BEAT_BITS-1:0] beat_q;  // words of the beat that an entry is of
  logic [INDEX_BITS-1:0] index1_q, index2_q;
  logic en, word_ready, unused_bits;

  xb_prog_row #(
      .Kind (3),
      .Words(Lanes * 3)
  ) u_prog (
      .clk_i   (clk_i),
      .rst_ni  (rst_ni),
      .prog_i  (prog_i),
      .unit_i  ({4'd0, layer_i}),
      .commit_o(write),
      .addr_o  (write_addr),
      .data_o  (write_data)
  );

  // Addresses are wider than the table, and only the offset encoding looks at counts.
  assign unused_bits = ^{write_addr, write_data, entry_i, entry_turn_i, count_i};

  function automatic [Lanes*TABLE_BITS-1:0] pack(input [Lanes*96-1:0] words);
    for (int l = 0; l < Lanes; l++) pack[l*TABLE_BITS+:TABLE_BITS] = words[l*96+:TABLE_BITS];
  endfunction

  always_ff @(posedge clk_i) begin
    if (write) entry_table[INDEX_BITS'(write_addr)] <= pack(write_data);
  end

  assign word_ready = valid_q[PIPE-1] && last_q[PIPE-1];
  assign en = !(word_ready && out_valid_o && !out_ready_i);
  assign entry_ready_o = en;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q  <= '0;
      last_q   <= '0;
      beat_q   <= '0;
      index1_q <= '0;
      index2_q <= '0;
    end else if (en) begin
      valid_q  <= {valid_q[PIPE-2:0], entry_valid_i};
      last_q   <= {last_q[PIPE-2:0], entry_last_i};
      beat_q   <= {beat_q[(PIPE-1)*BEAT_BITS-1:0], entry_count_i};
      index1_q <= INDEX_BITS'(entry_i);
      index2_q <= index1_q;
    end
  end

  // Sum over the slices and polarities of one channel.
  function automatic signed [31:0] recombine(input [Columns*SumBits-1:0] sums);
    logic signed [31:0] term;
    recombine = '0;
    for (int k = 0; k < Columns; k++) begin
      term = 32'($signed(sums[k*SumBits+:SumBits])) <<< (CellBits * (k / POLARITIES));
      if ((POLARITIES == 2 && k % 2 == 1) || (Encoding == 2 && k == Slices - 1)) term = -term;
      recombine = recombine + term;
    end
  endfunction

  function automatic [31:0] digital_count(input [Copies*Counts*CountBits-1:0] counts, input [31:0] copy,
                                          input [31:0] channel);
    logic [31:0] place;
    place = copy * Counts + channel / (Channels / Counts);
    digital_count = (place < Copies * Counts) ? 32'(counts[place*CountBits+:CountBits]) : 32'd0;
  endfunction

  for (genvar w = 0; w < Words; w++) begin : g_word
    logic [Lanes*OutBits-1:0] code;

    for (genvar l = 0; l < Lanes; l++) begin : g_lane
      localparam int PLACE = (w * Lanes + l) * Columns * SumBits;
      logic signed [31:0] sum_q, steps_q, acc_q, scaled;
      logic [31:0] offset1, offset2_q, q_q;
      logic signed [6:0] e_q;
      logic [TABLE_BITS-1:0] constants;

      assign constants = entry_table[index2_q][l*TABLE_BITS+:TABLE_BITS];

      if (Encoding == 1) begin : g_offset
        logic [31:0] offset_q;
        assign offset1 = offset_q;
        always_ff @(posedge clk_i) begin
          if (en && entry_valid_i) begin
            offset_q <= digital_count(count_i, 32'(entry_turn_i) * Words + w, 32'(entry_i) * Lanes + l)
                        << (WeightBits - 1);
          end
        end
      end else begin : g_no_offset
        assign offset1 = '0;
      end

      always_ff @(posedge clk_i) begin
        if (en && entry_valid_i) sum_q <= recombine(entry_data_i[PLACE+:Columns*SumBits]);
        if (en && valid_q[0]) begin
          steps_q   <= sum_q * $signed(delta_i);
          offset2_q <= offset1;
        end
        if (en && valid_q[1]) begin
          acc_q <= steps_q - $signed(offset2_q) + $signed(constants[31:0]);
          q_q   <= constants[63:32];
          e_q   <= constants[70:64];
        end
      end

      xb_scale #(
          .Rounding(Rounding)
      ) u_scale (
          .clk_i (clk_i),
          .en_i  (en),
          .a_i   (acc_q),
          .q_i   (q_q),
          .e_i   (e_q),
          .y_o   (scaled)
      );

      xb_clamp #(
          .Bits(OutBits)
      ) u_clamp (
          .clk_i  (clk_i),
          .en_i   (en),
          .value_i(scaled),
          .zero_i (out_zero_i),
          .lo_i   (clamp_lo_i),
          .hi_i   (clamp_hi_i),
          .code_o (code[l*OutBits+:OutBits])
      );
    end

    // Codes of a word gather until its last entry.
    logic [ENTRIES*Lanes*OutBits-1:0] word;
    if (ENTRIES == 1) begin : g_whole
      assign word = code;
    end else begin : g_parts
      logic [(ENTRIES-1)*Lanes*OutBits-1:0] part_q;
      assign word = {code, part_q};
      always_ff @(posedge clk_i) begin
        if (en && valid_q[PIPE-1]) part_q <= word[ENTRIES*Lanes*OutBits-1:Lanes*OutBits];
      end
    end

    always_ff @(posedge clk_i) begin
      if (word_ready && en) out_data_o[w*Channels*OutBits+:Channels*OutBits] <= word[Channels*OutBits-1:0];
    end

    if (ENTRIES * Lanes > Channels) begin : g_unused
      logic unused_codes;  // of the lanes beyond the last channel
      assign unused_codes = &{1'b0, word[ENTRIES*Lanes*OutBits-1:Channels*OutBits]};
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) out_valid_o <= 1'b0;
    else if (word_ready && en) out_valid_o <= 1'b1;
    else if (out_ready_i) out_valid_o <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (word_ready && en) out_count_o <= beat_q[(PIPE-1)*BEAT_BITS+:BEAT_BITS];
  end

endmodule
