// SPDX-License-Identifier: Apache-2.0
// xb_sequencer: place in time counted here, in one number; random windows and pauses of the layer.
module tb_sequencer;
  parameter int Planes = 8;
  parameter int Groups = 3;
  parameter int Slots = 4;
  parameter int Interval = 1;
  localparam int Cycles = Planes * Groups * Slots * Interval;  // of a step
  logic clk = 0, rst_n = 0, en = 0, window = 0;
  logic load, shift, busy, issue, first, last;
  logic [3:0] plane;
  logic [9:0] group, slot;
  integer errors = 0, seed = 21, at = -1, steps = 0, joined = 0, i, part;  // at: cycle of the step, -1 between steps

  always #5 clk = !clk;
  xb_sequencer #(.Planes(Planes), .Groups(Groups), .Slots(Slots), .Interval(Interval)) dut (.clk_i(clk), .rst_ni(rst_n),
    .en_i(en), .window_i(window), .load_o(load), .shift_o(shift), .busy_o(busy), .issue_o(issue), .first_o(first),
    .last_o(last), .plane_o(plane), .group_o(group), .slot_o(slot));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("cycle %0d of step %0d: plane %0d group %0d slot %0d (%0d)", at, steps, plane, group, slot, what);
  endtask

  task check;
    if (busy !== (at >= 0)) wrong(1);
    if (load !== (en && window && (at < 0 || at == Cycles - 1))) wrong(2);
    if (shift !== (en && at >= 0 && at < Cycles - 1 && (at + 1) % (Cycles / Planes) == 0)) wrong(3);
    if (issue !== (at >= 0 && at % Interval == 0)) wrong(4);
    if (at >= 0) begin
      part = at / Interval;
      if (slot !== part % Slots || group !== part / Slots % Groups || plane !== part / Slots / Groups) wrong(5);
      if (first !== (part / Slots == 0) || last !== (part / Slots == Planes * Groups - 1)) wrong(6);
    end
  endtask

  initial begin
    #18 rst_n = 1;
    for (i = 0; i < 12 * Cycles + 2000; i = i + 1) begin
      @(negedge clk);
      en = $unsigned($random(seed)) % 8 != 0;
      // Windows are there at once in one part of the run, and rare in the other.
      window = i < 6 * Cycles || $unsigned($random(seed)) % 16 == 0;
      #1 check;
      if (load && at >= 0) joined = joined + 1;
      if (en && load) begin
        at = 0;
        steps = steps + 1;
      end else if (en && at >= 0) at = at == Cycles - 1 ? -1 : at + 1;
    end
    if (steps < 8 || joined < 2) wrong(7);
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d steps, %0d of them joined", errors, steps, joined);
    $finish;
  end
endmodule
