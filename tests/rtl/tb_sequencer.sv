// SPDX-License-Identifier: Apache-2.0
// xb_sequencer: place in time counted here, in one number; random windows, and banks that are freed late. No step begins
// without a bank, and none that has begun is held up.
module tb_sequencer;
  parameter int Planes = 8;
  parameter int Groups = 3;
  parameter int Slots = 4;
  parameter int Interval = 1;
  parameter int Credits = 2;
  localparam int Cycles = Planes * Groups * Slots * Interval;  // of a step
  logic clk = 0, rst_n = 0, clear = 0, window = 0, free = 0;
  logic load, shift, busy, blocked, issue, first, last;
  logic [3:0] plane;
  logic [9:0] group, slot;
  logic [47:0] step;
  integer errors = 0, seed = 21, at = -1, steps = 0, number = -1, since = 0, held = 0, joined = 0, waited = 0, i, part;

  always #5 clk = !clk;
  xb_sequencer #(.Planes(Planes), .Groups(Groups), .Slots(Slots), .Interval(Interval), .Credits(Credits)) dut (.clk_i(clk),
    .rst_ni(rst_n), .clear_i(clear), .window_i(window), .free_i(free), .load_o(load), .shift_o(shift), .busy_o(busy),
    .blocked_o(blocked), .issue_o(issue), .first_o(first), .last_o(last), .plane_o(plane), .group_o(group), .slot_o(slot),
    .step_o(step));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("cycle %0d of step %0d: plane %0d group %0d slot %0d (%0d)", at, steps, plane, group, slot, what);
  endtask

  task check;
    if (busy !== (at >= 0)) wrong(1);
    if (load !== (window && held < Credits && (at < 0 || at == Cycles - 1))) wrong(2);
    if (shift !== (at >= 0 && at < Cycles - 1 && (at + 1) % (Cycles / Planes) == 0)) wrong(3);
    if (issue !== (at >= 0 && at % Interval == 0)) wrong(4);
    if (blocked !== (at < 0 && window && held == Credits)) wrong(5);
    if (at >= 0) begin
      part = at / Interval;
      if (slot !== part % Slots || group !== part / Slots % Groups || plane !== part / Slots / Groups) wrong(6);
      if (first !== (part / Slots == 0) || last !== (part / Slots == Planes * Groups - 1)) wrong(7);
      if (step !== number) wrong(8);
    end
  endtask

  initial begin
    #18 rst_n = 1;
    for (i = 0; i < 16 * Cycles + 2000; i = i + 1) begin
      @(negedge clk);
      // Windows are there at once in one part of the run, and rare in the other; banks are freed soon or late.
      window = i < 8 * Cycles || $unsigned($random(seed)) % 16 == 0;
      free = held > (at >= 0 ? 1 : 0) && $unsigned($random(seed)) % (i % 4000 < 2000 ? 4 : 4 * Cycles) == 0;
      clear = at < 0 && !window && i > 8 * Cycles && $unsigned($random(seed)) % 64 == 0;
      #1 check;
      if (load && at >= 0) joined = joined + 1;
      if (blocked) waited = waited + 1;
      if (load) begin
        at = 0;
        steps = steps + 1;
        number = since;
        since = since + 1;
      end else begin
        if (at >= 0) at = at == Cycles - 1 ? -1 : at + 1;
        if (clear) since = 0;
      end
      held = held + load - free;
    end
    if (steps < 8 || (joined < 2 && Credits > 1) || waited == 0) wrong(9);
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d steps, %0d joined, %0d waited", errors, steps, joined, waited);
    $finish;
  end
endmodule
