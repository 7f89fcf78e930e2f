// SPDX-License-Identifier: Apache-2.0
// Banks of sums: the sums of a step come slot by slot, whenever they do, since a bank is free for them; they leave slot
// by slot, each for so many entries (cycles) as the lanes behind need for it, as soon as a step has begun to come.
module xb_collect #(
    parameter int Width  = 208,  // bits of a slot: sums of all copies and column tiles, 1..
    parameter int Slots  = 8,    // of a step, 1..
    parameter int Banks  = 2,    // steps that are under way or wait, 1..
    parameter int Phases = 4,    // entries of a slot, 1..
    parameter int Pace   = 4,    // cycles from a slot to the next, Phases.. and not less than they come in
    localparam int ENTRIES    = Slots * Phases,
    localparam int PHASE_BITS = (Phases > 1) ? $clog2(Phases) : 1,
    localparam int ENTRY_BITS = (ENTRIES > 1) ? $clog2(ENTRIES) : 1
) (
    input  logic                  clk_i,
    input  logic                  rst_ni,
    input  logic                  slot_valid_i,
    input  logic [     Width-1:0] slot_data_i,
    output logic                  free_o,        // pulse: a bank is free again
    input  logic                  en_i,          // what follows advances
    output logic                  entry_valid_o,
    output logic                  entry_last_o,  // the step's last
    output logic [ENTRY_BITS-1:0] entry_o,       // number in its step
    output logic [PHASE_BITS-1:0] entry_phase_o, // ... and in its slot
    output logic [     Width-1:0] entry_data_o   // the whole slot
);

  localparam int WORDS = Banks * Slots;
  localparam int ADDR_BITS = (WORDS > 1) ? $clog2(WORDS) : 1;
  localparam int SLOT_BITS = (Slots > 1) ? $clog2(Slots) : 1;
  localparam int PACE_BITS = (Pace > 1) ? $clog2(Pace) : 1;
  localparam int BANK_BITS = $clog2(Banks + 1);

  localparam logic [1:0] StIdle = 2'd0;
  localparam logic [1:0] StRun = 2'd1;

  logic [ADDR_BITS-1:0] write_q, read_q;
  logic [SLOT_BITS-1:0] slot_in_q, slot_q;
  logic [PACE_BITS-1:0] phase_q;
  logic [BANK_BITS-1:0] begun_q;  // steps that have begun to come and not to leave
  logic [1:0] state_q;
  logic first_in, begin_step, slot_done, step_done, start, active;

  function automatic [ADDR_BITS-1:0] following(input [ADDR_BITS-1:0] place);
    following = (place == ADDR_BITS'(WORDS - 1)) ? '0 : place + 1'b1;
  endfunction

  assign first_in = slot_valid_i && slot_in_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q   <= '0;
      slot_in_q <= '0;
    end else if (slot_valid_i) begin
      write_q   <= following(write_q);
      slot_in_q <= (slot_in_q == SLOT_BITS'(Slots - 1)) ? '0 : slot_in_q + 1'b1;
    end
  end

  // A slot is read in its first cycle; its data stand until the next one is.
  assign slot_done  = phase_q == PACE_BITS'(Pace - 1);
  assign step_done  = slot_done && slot_q == SLOT_BITS'(Slots - 1);
  assign active     = state_q == StRun;
  assign start      = active && phase_q == '0;
  assign begin_step = begun_q != '0 && (!active || step_done);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StIdle;
      slot_q  <= '0;
      phase_q <= '0;
      read_q  <= '0;
    end else if (en_i) begin
      if (begin_step) state_q <= StRun;
      else if (step_done) state_q <= StIdle;
      if (active) begin
        phase_q <= slot_done ? '0 : phase_q + 1'b1;
        if (slot_done) slot_q <= step_done ? '0 : slot_q + 1'b1;
        if (start) read_q <= following(read_q);
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begun_q <= '0;
    else if (first_in && !(en_i && begin_step)) begun_q <= begun_q + 1'b1;
    else if (!first_in && en_i && begin_step) begun_q <= begun_q - 1'b1;
  end

  xb_store #(
      .Width(Width),
      .Words(WORDS)
  ) u_sums (
      .clk_i       (clk_i),
      .write_i     (slot_valid_i),
      .write_addr_i(write_q),
      .write_data_i(slot_data_i),
      .read_i      (en_i && start),
      .read_addr_i (read_q),
      .read_data_o (entry_data_o)
  );

  logic valid;
  assign valid = active && 32'(phase_q) < Phases;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      entry_valid_o <= 1'b0;
      entry_last_o  <= 1'b0;
      entry_o       <= '0;
      entry_phase_o <= '0;
      free_o        <= 1'b0;
    end else begin
      free_o <= en_i && start && slot_q == SLOT_BITS'(Slots - 1);
      if (en_i) begin
        entry_valid_o <= valid;
        entry_last_o  <= slot_q == SLOT_BITS'(Slots - 1) && phase_q == PACE_BITS'(Phases - 1);
        entry_phase_o <= PHASE_BITS'(phase_q);
        if (start && slot_q == '0) entry_o <= '0;
        else if (valid) entry_o <= entry_o + 1'b1;
      end
    end
  end

`ifdef XB_ASSERT
  logic [BANK_BITS-1:0] held_q;  // banks that are not free
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) held_q <= '0;
    else if (first_in && !free_o) held_q <= held_q + 1'b1;
    else if (free_o && !first_in) held_q <= held_q - 1'b1;
  end
  always @(posedge clk_i) begin
    if (first_in) begin
      if (!free_o && held_q == BANK_BITS'(Banks)) $error("sums come for which no bank is free");
    end
  end
`endif

endmodule
