// SPDX-License-Identifier: Apache-2.0
// Whole channels from parts, for one copy: a channel whose conversions lie in several slots of a column tile, or in
// several column tiles of a block, is added up where it begins, or where it ends within that tile. Slots come in order;
// the sums of a slot leave 0, 1 or 2 cycles later, as many as the layer needs.
module xb_join #(
    parameter int ColTiles = 3,   // 1..
    parameter int Parts    = 2,   // parts of a slot and column tile, 1..
    parameter int SumBits  = 26,  // signed width of a sum
    parameter int Slots    = 2,   // slots of a step, 1..
    parameter int PerArray = 4,   // conversions of a slot
    parameter int Used     = 8,   // conversions of a full column tile, 1..
    parameter int Columns  = 3,   // conversions of a channel, 1..
    parameter int UnitUsed = 24,  // conversions of a block on the diagonal
    localparam int SLOT = ColTiles * Parts * SumBits
) (
    input  logic            clk_i,
    input  logic            rst_ni,
    input  logic            valid_i,
    input  logic [SLOT-1:0] data_i,   // part m of column tile t at (t*Parts+m)*SumBits
    output logic            valid_o,
    output logic [SLOT-1:0] data_o    // the same places; what is still a part has no meaning
);

  localparam int TILES_PER_UNIT = (UnitUsed + Used - 1) / Used;
  localparam bit SPLIT = TILES_PER_UNIT > 1 && Used % Columns != 0;  // channels over several tiles
  localparam bit CARRY = SPLIT || (Slots > 1 && PerArray % Columns != 0);  // ... over several slots
  localparam int SLOT_BITS = (Slots > 1) ? $clog2(Slots) : 1;

  if (!CARRY) begin : g_wire
    logic unused;
    assign unused = &{1'b0, clk_i, rst_ni};
    assign valid_o = valid_i;
    assign data_o = data_i;
  end else begin : g_join
    localparam int COLUMN_BITS = $clog2(Columns);
    localparam int PLACE_BITS = $clog2(2 * Columns + PerArray);
    localparam int STEP = PerArray % Columns;  // from a slot's first conversion to the next one's, within a channel
    localparam int LAST_COUNT = Used - (Slots - 1) * PerArray;  // of a full tile's last slot

    logic [SLOT_BITS-1:0] slot_q;
    logic last, valid_q, last_q;
    logic [SLOT-1:0] slot_data_q;            // of the slot before, with what was carried into it
    logic [ColTiles*SumBits-1:0] head;       // of the channel that began in an earlier tile
    assign last = slot_q == SLOT_BITS'(Slots - 1);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        slot_q  <= '0;
        valid_q <= 1'b0;
        last_q  <= 1'b0;
      end else begin
        valid_q <= valid_i;
        last_q  <= last;
        if (valid_i) slot_q <= last ? '0 : slot_q + 1'b1;
      end
    end

    // The first part of a slot goes on with what the slot before left, the last one is left to the next slot.
    function automatic [Parts*SumBits-1:0] carried(input [Parts*SumBits-1:0] parts, input [SumBits-1:0] carry);
      carried = parts;
      carried[SumBits-1:0] = parts[SumBits-1:0] + carry;
    endfunction

    function automatic [SumBits-1:0] left(input [Parts*SumBits-1:0] parts, input [COLUMN_BITS-1:0] column);
      logic [PLACE_BITS-1:0] reach;
      reach = PLACE_BITS'(column) + PLACE_BITS'(PerArray);
      left = parts[SumBits-1:0];
      for (int m = 1; m <= Parts; m++) begin
        if (32'(reach) >= m * Columns) left = (m < Parts) ? parts[m%Parts*SumBits+:SumBits] : '0;
      end
    endfunction

    for (genvar t = 0; t < ColTiles; t++) begin : g_tile
      localparam int PHASE = t % TILES_PER_UNIT * Used % Columns;  // conversions of an earlier tile's channel
      localparam int PARTS = Parts * SumBits;

      logic [COLUMN_BITS-1:0] column_q;  // of the slot's first conversion within its channel
      logic [COLUMN_BITS:0] column_next;
      logic [SumBits-1:0] carry_q;
      assign column_next = (COLUMN_BITS + 1)'(column_q) + (COLUMN_BITS + 1)'(STEP);

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          column_q <= COLUMN_BITS'(PHASE);
          carry_q  <= '0;
        end else if (valid_i) begin
          if (last) column_q <= COLUMN_BITS'(PHASE);
          else column_q <= COLUMN_BITS'((32'(column_next) >= Columns) ? column_next - (COLUMN_BITS + 1)'(Columns) : column_next);
          carry_q <= last ? '0 : left(carried(data_i[t*PARTS+:PARTS], carry_q), column_q);
        end
      end

      always_ff @(posedge clk_i) begin
        if (valid_i) slot_data_q[t*PARTS+:PARTS] <= carried(data_i[t*PARTS+:PARTS], carry_q);
      end

      if (SPLIT && PHASE != 0) begin : g_head
        logic [SumBits-1:0] head_q;
        logic seen_q;  // the earlier tile's channel has ended
        assign head[t*SumBits+:SumBits] = head_q;
        logic ends;
        assign ends = 32'(column_q) + PerArray >= Columns;
        always_ff @(posedge clk_i or negedge rst_ni) begin
          if (!rst_ni) seen_q <= 1'b0;
          else if (valid_i) seen_q <= !last && (seen_q || ends);
        end
        always_ff @(posedge clk_i) begin
          if (valid_i && !seen_q && (ends || last)) head_q <= data_i[t*PARTS+:SumBits] + carry_q;
        end
      end else begin : g_no_head
        assign head[t*SumBits+:SumBits] = '0;
      end
    end

    if (SPLIT) begin : g_split
      logic [SLOT-1:0] data_q;
      logic done_q, unused_head;  // of tiles where no other tile's channel ends
      assign unused_head = ^head;
      assign valid_o = done_q;
      assign data_o = data_q;

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) done_q <= 1'b0;
        else done_q <= valid_q;
      end

      // The channel that a tile begins and does not end: what later tiles have of it is added to its last slot.
      for (genvar t = 0; t < ColTiles; t++) begin : g_tail
        localparam int PARTS = Parts * SumBits;
        localparam int PHASE = t % TILES_PER_UNIT * Used % Columns;
        localparam int REST = (Columns - (PHASE + Used) % Columns) % Columns;  // conversions in later tiles
        localparam int SPAN = (REST + Used - 1) / Used;                        // so many tiles
        localparam bit BEGINS = PHASE == 0 || PHASE + Used > Columns;  // the channel begins here
        localparam bit TAIL = BEGINS && SPAN > 0 && t % TILES_PER_UNIT + SPAN < TILES_PER_UNIT;
        localparam int AT = ((PHASE + (Slots - 1) * PerArray) % Columns + LAST_COUNT) / Columns;  // its part
        if (TAIL) begin : g_add
          function automatic [SumBits-1:0] total(input [SumBits-1:0] own, input [SPAN*SumBits-1:0] heads);
            total = own;
            for (int i = 0; i < SPAN; i++) total = total + heads[i*SumBits+:SumBits];
          endfunction
          for (genvar m = 0; m < Parts; m++) begin : g_part
            localparam int PLACE = t * PARTS + m * SumBits;
            if (m == AT) begin : g_tail_part
              always_ff @(posedge clk_i) begin
                if (valid_q) begin
                  data_q[PLACE+:SumBits] <= last_q ? total(slot_data_q[PLACE+:SumBits], head[(t+1)*SumBits+:SPAN*SumBits])
                                                   : slot_data_q[PLACE+:SumBits];
                end
              end
            end else begin : g_other_part
              always_ff @(posedge clk_i) if (valid_q) data_q[PLACE+:SumBits] <= slot_data_q[PLACE+:SumBits];
            end
          end
        end else begin : g_no_tail
          always_ff @(posedge clk_i) if (valid_q) data_q[t*PARTS+:PARTS] <= slot_data_q[t*PARTS+:PARTS];
        end
      end
    end else begin : g_whole
      logic unused_split;
      assign unused_split = &{1'b0, last_q, head};
      assign valid_o = valid_q;
      assign data_o = slot_data_q;
    end
  end

endmodule
