// SPDX-License-Identifier: Apache-2.0
// The chip's reset from its pin: asserted at once, also without a clock; released two clock edges after the pin, in step
// with the clock.
module xb_reset_sync (
  input  logic clk_i,
  input  logic rst_ni,
  output logic rst_no
);

  // Its last stage resets all others at once, and its first feeds the last: what newer linters ask about is the point.
  /* verilator lint_off SYNCASYNCNET */
  (* async_reg = "true" *) logic [1:0] stage_q;
  /* verilator lint_on SYNCASYNCNET */

  assign rst_no = stage_q[1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) stage_q <= 2'b00;
    else stage_q <= {stage_q[0], 1'b1};
  end

endmodule
