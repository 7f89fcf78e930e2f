// SPDX-License-Identifier: Apache-2.0
// Units of bits gathered in one width and given in another, in order and without a lost cycle on the narrow side. An
// input brings any number of units; Fill more, which are 0, follow where it is marked to end something.

module xb_gearbox #(
  parameter int Unit     = 8,  // bits that stay together, 1..
  parameter int InUnits  = 1,  // most units of an input, 1..
  parameter int OutUnits = 3,  // units of an output, 1..
  parameter int Fill     = 0,  // units that follow a marked input, 0..
  localparam int InBits  = $clog2(InUnits + 1)
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     in_valid_i,
  output logic                     in_ready_o,
  input  logic                     in_last_i,   // Fill units follow
  input  logic [       InBits-1:0] in_units_i,  // units of the input, from the lowest on, 1..InUnits
  input  logic [ InUnits*Unit-1:0] in_data_i,   // 0 beyond them
  output logic                     out_valid_o,
  input  logic                     out_ready_i,
  output logic [OutUnits*Unit-1:0] out_data_o
);

  localparam int Most     = InUnits + Fill;
  // A filled end may stand before an input that gives way: room for both at once. Inputs that are wider than an output,
  // but not twice as wide, may come one behind the other for a while: one more waits then, until a pause.
  localparam bit Bursts   = InUnits > OutUnits && InUnits < 2 * OutUnits;
  localparam int Slack    = Bursts ? 2 * Most : Fill > 0 || Most < OutUnits ? Most : OutUnits;
  localparam int Room     = Most + OutUnits + Slack - 1;
  localparam int RoomBits = $clog2(Room + 1);

  logic [Room*Unit-1:0] buf_q;   // zero above the fill level
  logic [ RoomBits-1:0] fill_q;  // units held
  logic [ RoomBits-1:0] base;    // where the new input goes
  logic                 push, pop;

  assign in_ready_o  = fill_q <= RoomBits'(Room - Most);
  assign out_valid_o = fill_q >= RoomBits'(OutUnits);
  assign out_data_o  = buf_q[OutUnits*Unit-1:0];
  assign push        = in_valid_i && in_ready_o;
  assign pop         = out_valid_o && out_ready_i;
  assign base        = pop ? fill_q - RoomBits'(OutUnits) : fill_q;

  // A function, so that a simulator shifts only when an input comes.
  function automatic logic [Room*Unit-1:0] placed(input logic [InUnits*Unit-1:0] data,
                                                  input logic [RoomBits-1:0] units);
    placed = (Room * Unit)'(data) << (32'(units) * Unit);
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      buf_q  <= (Room * Unit)'(1'b0);
      fill_q <= '0;
    end else if (push) begin
      buf_q  <= (pop ? buf_q >> (OutUnits * Unit) : buf_q) | placed(in_data_i, base);
      fill_q <= base + RoomBits'(in_units_i) + (in_last_i ? RoomBits'(Fill) : '0);
    end else if (pop) begin
      buf_q  <= buf_q >> (OutUnits * Unit);
      fill_q <= base;
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (push) begin
      if (32'(in_units_i) - 32'd1 >= InUnits) $error("an input of %0d units, not 1 to %0d", in_units_i, InUnits);
      if (32'(base) + 32'(in_units_i) + (in_last_i ? Fill : 0) > Room) $error("%0d units overflow", Room);
    end
  end
`endif

endmodule
