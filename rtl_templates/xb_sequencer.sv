// SPDX-License-Identifier: Apache-2.0
// Time of a weight layer: planes, groups of active rows and slots of one step, plane outermost, every slot for Interval
// cycles. A step begins when its windows are there and a bank of sums is free for it (a credit), and is never held up;
// it follows the one before without a gap where it can.
module xb_sequencer #(
    parameter int Planes   = 8,  // input planes, 1..16
    parameter int Groups   = 1,  // groups of active rows, 1..1024
    parameter int Slots    = 8,  // converter uses per plane and group, 1..1024
    parameter int Interval = 1,  // cycles per slot, 1..64
    parameter int Credits  = 2   // banks of sums, 1..
) (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        clear_i,    // steps count from 0 again
    input  logic        window_i,   // all copies have their next window
    input  logic        free_i,     // a bank is free again
    output logic        open_o,     // a step could begin
    output logic        load_o,     // take the windows; the step begins in the next cycle
    output logic        shift_o,    // the next plane begins in the next cycle
    output logic        busy_o,
    output logic        blocked_o,  // windows wait for a bank
    output logic        issue_o,    // a slot is read in this cycle
    output logic        first_o,    // ... of the first plane and group
    output logic        last_o,     // ... of the last plane and group
    output logic [ 3:0] plane_o,
    output logic [ 9:0] group_o,
    output logic [ 9:0] slot_o,
    output logic [47:0] step_o      // number of the step
);

  localparam int PLANE_BITS = (Planes > 1) ? $clog2(Planes) : 1;
  localparam int GROUP_BITS = (Groups > 1) ? $clog2(Groups) : 1;
  localparam int SLOT_BITS = (Slots > 1) ? $clog2(Slots) : 1;
  localparam int WAIT_BITS = (Interval > 1) ? $clog2(Interval) : 1;
  localparam int CREDIT_BITS = $clog2(Credits + 1);

  localparam logic [1:0] StIdle = 2'd0;
  localparam logic [1:0] StRun = 2'd1;

  logic [1:0] state_q;
  logic [WAIT_BITS-1:0] wait_q;
  logic [PLANE_BITS-1:0] plane_q;
  logic [GROUP_BITS-1:0] group_q;
  logic [SLOT_BITS-1:0] slot_q;
  logic [CREDIT_BITS-1:0] credits_q;
  logic [47:0] next_q;  // number of the next step
  logic slot_done, group_done, plane_done, step_done, credit;

  assign slot_done = wait_q == WAIT_BITS'(Interval - 1);
  assign group_done = slot_done && slot_q == SLOT_BITS'(Slots - 1);
  assign plane_done = group_done && group_q == GROUP_BITS'(Groups - 1);
  assign step_done = plane_done && plane_q == PLANE_BITS'(Planes - 1);
  assign credit = credits_q != '0;

  assign busy_o = state_q == StRun;
  assign blocked_o = !busy_o && window_i && !credit;
  assign open_o = state_q == StIdle || step_done;
  assign load_o = window_i && credit && open_o;
  assign shift_o = busy_o && plane_done && !step_done;
  assign issue_o = busy_o && wait_q == '0;
  assign first_o = plane_q == '0 && group_q == '0;
  assign last_o = plane_q == PLANE_BITS'(Planes - 1) && group_q == GROUP_BITS'(Groups - 1);
  assign plane_o = 4'(plane_q);
  assign group_o = 10'(group_q);
  assign slot_o = 10'(slot_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StIdle;
      wait_q  <= '0;
      plane_q <= '0;
      group_q <= '0;
      slot_q  <= '0;
    end else if (load_o) begin
      state_q <= StRun;
      wait_q  <= '0;
      plane_q <= '0;
      group_q <= '0;
      slot_q  <= '0;
    end else if (busy_o) begin
      if (step_done) state_q <= StIdle;
      wait_q <= slot_done ? '0 : wait_q + 1'b1;
      if (slot_done) slot_q <= group_done ? '0 : slot_q + 1'b1;
      if (group_done) group_q <= plane_done ? '0 : group_q + 1'b1;
      if (plane_done) plane_q <= plane_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) credits_q <= CREDIT_BITS'(Credits);
    else if (load_o && !free_i) credits_q <= credits_q - 1'b1;
    else if (free_i && !load_o) credits_q <= credits_q + 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q <= '0;
      step_o <= '0;
    end else if (clear_i) begin
      next_q <= '0;
    end else if (load_o) begin
      next_q <= next_q + 1'b1;
      step_o <= next_q;
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (free_i) begin
      if (!load_o && credits_q == CREDIT_BITS'(Credits)) $error("a bank is freed that nobody has");
    end
  end
`endif

endmodule
