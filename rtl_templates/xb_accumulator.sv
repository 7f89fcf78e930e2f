// SPDX-License-Identifier: Apache-2.0
// Sums of each slot over the planes and groups of a window: what comes is shifted to its plane and added. An xb_ram where
// there are many sums, else registers; the rule of xb_store.
module xb_accumulator #(
    parameter int Parts   = 2,   // sums of a slot, 1..
    parameter int SumBits = 26,  // of a sum
    parameter int Slots   = 8,   // 1..1024
    localparam int WIDTH  = Parts * SumBits
) (
    input  logic             clk_i,
    input  logic             read_i,       // add_i follows in the next cycle, and is not the first of its window
    input  logic [      9:0] read_slot_i,  // ... with this slot, which is not the one added in this cycle
    input  logic             add_i,
    input  logic             first_i,      // of a window
    input  logic             last_i,
    input  logic [      9:0] slot_i,
    input  logic [      3:0] shift_i,
    input  logic [WIDTH-1:0] parts_i,
    output logic [WIDTH-1:0] sums_o        // of a slot and window, from the cycle after its last_i on
);

  localparam int SLOT_BITS = (Slots > 1) ? $clog2(Slots) : 1;

  if (Slots >= 8 && WIDTH * Slots > 2048) begin : g_ram
    logic [WIDTH-1:0] old, next;
    logic unused_slots;
    assign unused_slots = ^{read_slot_i, slot_i};

    always_comb begin
      next = WIDTH'(1'b0);
      if (add_i) begin
        for (int m = 0; m < Parts; m++) begin
          next[m*SumBits+:SumBits] = (first_i ? '0 : old[m*SumBits+:SumBits]) + (parts_i[m*SumBits+:SumBits] << shift_i);
        end
      end
    end

    xb_ram #(
        .Width(WIDTH),
        .Words(Slots)
    ) u_ram (
        .clk_i       (clk_i),
        .write_i     (add_i && !last_i),
        .write_addr_i(slot_i[SLOT_BITS-1:0]),
        .write_data_i(next),
        .read_i      (read_i),
        .read_addr_i (read_slot_i[SLOT_BITS-1:0]),
        .read_data_o (old)
    );

    always_ff @(posedge clk_i) if (add_i && last_i) sums_o <= next;
  end else begin : g_registers
    logic [WIDTH-1:0] sums[Slots];
    logic unused_read;
    assign unused_read = ^{read_i, read_slot_i, slot_i};

    // One clocked block under add_i, so that a simulation pays for no idle cycle.
    always_ff @(posedge clk_i) begin : accumulate
      logic [WIDTH-1:0] next;
      next = WIDTH'(1'b0);
      if (add_i) begin
        for (int m = 0; m < Parts; m++) begin
          next[m*SumBits+:SumBits] = (first_i ? '0 : sums[slot_i[SLOT_BITS-1:0]][m*SumBits+:SumBits])
                                   + (parts_i[m*SumBits+:SumBits] << shift_i);
        end
        if (last_i) sums_o <= next;
        else sums[slot_i[SLOT_BITS-1:0]] <= next;
      end
    end
  end

endmodule
