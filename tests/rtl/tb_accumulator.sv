// SPDX-License-Identifier: Apache-2.0
// xb_accumulator: windows of several planes over all slots in order, with idle cycles between. Each sum must be that of
// its shifted parts, in the cycle after its last one, and stand while others are added up.
module tb_accumulator;
  parameter int Parts = 2;
  parameter int SumBits = 20;
  parameter int Slots = 7;
  localparam int Width = Parts * SumBits;
  localparam int Planes = 4;
  localparam int Windows = 60;

  logic clk = 0, read = 0, add = 0, first = 0, last = 0;
  logic [9:0] read_slot = 'x, slot = 'x;
  logic [3:0] shift = 'x;
  logic [Width-1:0] parts = 'x, got, want = 'x;
  logic [SumBits-1:0] total[0:Slots*Parts-1];
  logic [SumBits-1:0] part;
  integer errors = 0, checked = 0, seed = 5, w, p, s, m, pending_slot, pending_plane;
  logic pending = 0;

  always #1 clk = !clk;
  xb_accumulator #(.Parts(Parts), .SumBits(SumBits), .Slots(Slots)) dut (.clk_i(clk), .read_i(read), .read_slot_i(read_slot),
    .add_i(add), .first_i(first), .last_i(last), .slot_i(slot), .shift_i(shift), .parts_i(parts), .sums_o(got));

  // Adds a slot of a plane, as it was read in the cycle before.
  task add_slot(input integer from, input integer of);
    {add, first, last, slot, shift} = {1'b1, of == 0, of == Planes - 1, 10'(from), 4'(3 * of)};
    for (m = 0; m < Parts; m = m + 1) begin
      part = $random(seed);
      parts[m*SumBits+:SumBits] = part;
      total[from*Parts+m] = (of == 0 ? 0 : total[from*Parts+m]) + (part << shift);
    end
  endtask

  task judge;
    for (m = 0; m < Parts; m = m + 1) begin
      checked = checked + 1;
      if (got[m*SumBits+:SumBits] !== want[m*SumBits+:SumBits]) errors = errors + 1;
    end
  endtask

  // The sums that the last clock edge finished are there from now on; slot s of plane p is read, or nothing is.
  task cycle(input reads);
    @(negedge clk);
    if (add && last) for (m = 0; m < Parts; m = m + 1) want[m*SumBits+:SumBits] = total[slot*Parts+m];
    if (want !== 'x) judge;
    {add, first, last, slot, shift, parts} = 'x;
    add = 0;
    if (pending) add_slot(pending_slot, pending_plane);
    pending = reads;
    pending_slot = s;
    pending_plane = p;
    read = reads && p != 0;
    read_slot = read ? s : 'x;
  endtask

  initial begin
    for (w = 0; w < Windows; w = w + 1) begin
      for (p = 0; p < Planes; p = p + 1) begin
        for (s = 0; s < Slots; s = s + 1) begin
          repeat ($unsigned($random(seed)) % 4 == 0 ? 2 : 0) cycle(0);
          cycle(1);
        end
      end
    end
    repeat (3) cycle(0);
    if (errors == 0 && checked > Windows * Slots * Parts) $display("PASS");
    else $display("FAIL: %0d errors in %0d sums", errors, checked);
    $finish;
  end
endmodule
