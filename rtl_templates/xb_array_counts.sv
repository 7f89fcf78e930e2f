// SPDX-License-Identifier: Apache-2.0
// Counts what the arrays of a layer do: reads (one array, one plane, one group) and conversions where slots start, and
// saturated conversions as they come along the chain through the PEs.
module xb_array_counts #(
    parameter int Copies        = 2,   // as xb_arrays
    parameter int RowTiles      = 1,
    parameter int ColTiles      = 2,
    parameter int Slots         = 4,
    parameter int PerArray      = 8,
    parameter int LayerUsed     = 50,
    parameter int Used          = 32,
    parameter int Units         = 1,
    parameter int UnitsPerArray = 1,
    parameter int ChainBits     = 8,   // of the chain, 1..
    parameter int Counters      = 1    // 0: nothing is counted
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 clear_i,
    input  logic [   Copies-1:0] start_i,        // copies that read a slot
    input  logic [          9:0] slot_i,
    input  logic                 codes_i,        // codes of a slot come
    input  logic [ChainBits-1:0] saturated_i,
    output logic [         63:0] reads_o,
    output logic [         63:0] conversions_o,
    output logic [         63:0] saturated_o,
    output logic                 settling_o      // the chain may still hold something
);

  localparam int UNIT_USED = LayerUsed / Units;
  localparam int TILES_PER_UNIT = (UNIT_USED + Used - 1) / Used;
  localparam int SET = RowTiles * ColTiles;  // arrays of a copy
  localparam int MOST = SET * PerArray;      // conversions of a copy's slot
  localparam int MOST_BITS = $clog2(MOST + 1);

  // Conversions of a copy, slot by slot.
  function automatic [Slots*MOST_BITS-1:0] per_slot(input int slots);
    int unit, here, used, left, sum;
    for (int s = 0; s < slots; s++) begin
      sum = 0;
      for (int t = 0; t < ColTiles; t++) begin
        unit = t / TILES_PER_UNIT * UnitsPerArray;
        here = (Units - unit < UnitsPerArray) ? Units - unit : UnitsPerArray;
        used = here * UNIT_USED - t % TILES_PER_UNIT * Used;
        left = ((used < Used) ? used : Used) - s * PerArray;
        if (left > 0) sum = sum + ((left < PerArray) ? left : PerArray);
      end
      per_slot[s*MOST_BITS+:MOST_BITS] = MOST_BITS'(sum * RowTiles);
    end
  endfunction

  if (Counters == 0) begin : g_none
    logic unused;
    assign unused = &{1'b0, clk_i, rst_ni, clear_i, start_i, slot_i, codes_i, saturated_i};
    assign reads_o = '0;
    assign conversions_o = '0;
    assign saturated_o = '0;
    assign settling_o = 1'b0;
  end else begin : g_counts
    localparam int COPY_BITS = $clog2(Copies + 1);
    localparam int CHAIN = Copies * SET + 4;   // cycles along the chain
    localparam int CHAIN_CYCLES = $clog2(CHAIN + 1);

    localparam logic [Slots*MOST_BITS-1:0] IN_USE = per_slot(Slots);

    logic start_q, first_q;
    logic [COPY_BITS-1:0] copies_q;
    logic [MOST_BITS-1:0] in_use_q;
    logic more_q, more_reads_q;
    logic [31:0] reads_q, conversions_q;
    logic [CHAIN_CYCLES-1:0] settle_q;

    function automatic [COPY_BITS-1:0] counted(input [Copies-1:0] flags);
      counted = '0;
      for (int c = 0; c < Copies; c++) counted = counted + COPY_BITS'(flags[c]);
    endfunction

    assign settling_o = settle_q != '0;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        start_q      <= 1'b0;
        more_q       <= 1'b0;
        more_reads_q <= 1'b0;
        settle_q     <= '0;
      end else begin
        start_q      <= start_i[0];
        more_q       <= start_q;
        more_reads_q <= start_q && first_q;
        if (codes_i) settle_q <= CHAIN_CYCLES'(CHAIN);
        else if (settling_o) settle_q <= settle_q - 1'b1;
      end
    end

    always_ff @(posedge clk_i) begin
      if (start_i[0]) begin
        copies_q <= counted(start_i);
        in_use_q <= IN_USE[32'(slot_i)*MOST_BITS+:MOST_BITS];
        first_q  <= slot_i == '0;
      end
      if (start_q) begin
        reads_q       <= 32'(copies_q) * SET;
        conversions_q <= 32'(copies_q) * 32'(in_use_q);
      end
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        reads_o       <= '0;
        conversions_o <= '0;
        saturated_o   <= '0;
      end else if (clear_i) begin
        reads_o       <= '0;
        conversions_o <= '0;
        saturated_o   <= '0;
      end else begin
        if (more_reads_q) reads_o <= reads_o + 64'(reads_q);
        if (more_q) conversions_o <= conversions_o + 64'(conversions_q);
        if (saturated_i != '0) saturated_o <= saturated_o + 64'(saturated_i);
      end
    end
  end

endmodule
