// SPDX-License-Identifier: Apache-2.0
// The back door of the program bus, in front of a tile (docs/rtl.md, Simulation probes): where the simulation has one
// open (+xb_backdoor), the words for the arrays of the tile come through it, a word a cycle from the reset on and for
// all tiles at once. What stands behind it sees the words that the bus would have brought, in their order.
// Without XB_COSIM there is nothing in it.

module xb_prog_door #(
  parameter int Units = 2  // arrays behind it, numbered from unit_i on, 1..
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [73:0] prog_i,
  input  logic [19:0] unit_i,
  output logic [73:0] prog_o
);

`ifdef XB_COSIM
  import "DPI-C" function int xb_cosim_program(input int unit, input int units, output bit [95:0] word);

  bit open;  // it may have a word more
  initial open = $test$plusargs("xb_backdoor") != 0;

  logic [73:0] word_q;
  bit   [95:0] word;
  bit          more;

  /* verilator lint_off BLKSEQ */
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_q <= '0;
    end else if (open) begin
      more = xb_cosim_program({12'd0, unit_i}, Units, word) != 0;
      open   <= more;
      word_q <= more ? word[73:0] : '0;
`ifdef XB_ASSERT
      if (prog_i[73]) $error("a word comes on the program bus while the back door is open");
`endif
    end
  end
  /* verilator lint_on BLKSEQ */

  assign prog_o = word_q[73] ? word_q : prog_i;

  logic unused_word;  // whole words of 32 bits
  assign unused_word = ^word[95:74];
`else
  assign prog_o = prog_i;

  logic unused_door;
  assign unused_door = &{1'b0, clk_i, rst_ni, unit_i, Units == 0};
`endif

endmodule
