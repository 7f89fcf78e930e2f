// SPDX-License-Identifier: Apache-2.0
// Time of a weight layer: planes, groups of active rows and slots of one step, plane outermost, every
// slot for Interval cycles. A step follows the one before without a gap when a window is ready.
module xb_sequencer #(
    parameter int Planes   = 8,  // input planes, 1..16
    parameter int Groups   = 1,  // groups of active rows, 1..1024
    parameter int Slots    = 8,  // converter uses per plane and group, 1..1024
    parameter int Interval = 1   // cycles per slot, 1..
) (
    input  logic       clk_i,
    input  logic       rst_ni,
    input  logic       en_i,       // the layer advances
    input  logic       window_i,   // all copies have their next window
    output logic       load_o,     // take the windows; the step begins in the next cycle
    output logic       shift_o,    // the next plane begins in the next cycle
    output logic       busy_o,
    output logic       issue_o,    // a slot is read in this cycle
    output logic       first_o,    // ... of the first plane and group
    output logic       last_o,     // ... of the last plane and group
    output logic [3:0] plane_o,
    output logic [9:0] group_o,
    output logic [9:0] slot_o
);

  typedef enum logic {
    StIdle,
    StRun
  } state_e;

  state_e state_q;
  logic [6:0] wait_q;
  logic slot_done, group_done, plane_done, step_done;

  assign slot_done = wait_q == 7'(Interval - 1);
  assign group_done = slot_done && slot_o == 10'(Slots - 1);
  assign plane_done = group_done && group_o == 10'(Groups - 1);
  assign step_done = plane_done && plane_o == 4'(Planes - 1);

  assign busy_o = state_q == StRun;
  assign load_o = en_i && window_i && (state_q == StIdle || step_done);
  assign shift_o = en_i && busy_o && plane_done && !step_done;
  assign issue_o = busy_o && wait_q == '0;
  assign first_o = plane_o == '0 && group_o == '0;
  assign last_o = plane_o == 4'(Planes - 1) && group_o == 10'(Groups - 1);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StIdle;
      wait_q  <= '0;
      plane_o <= '0;
      group_o <= '0;
      slot_o  <= '0;
    end else if (load_o) begin
      state_q <= StRun;
      wait_q  <= '0;
      plane_o <= '0;
      group_o <= '0;
      slot_o  <= '0;
    end else if (en_i && busy_o) begin
      if (step_done) state_q <= StIdle;
      wait_q <= slot_done ? '0 : wait_q + 1'b1;
      if (slot_done) slot_o <= group_done ? '0 : slot_o + 1'b1;
      if (group_done) group_o <= plane_done ? '0 : group_o + 1'b1;
      if (plane_done) plane_o <= plane_o + 1'b1;
    end
  end

endmodule
