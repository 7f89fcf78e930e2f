// SPDX-License-Identifier: Apache-2.0
// Lets images in one by one: the first beat of the next one may be taken in the cycle after the last beat of the one
// before has been given.

module xb_alone (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic run_i,     // images may come at all
  output logic enable_o,  // ... and now
  input  logic valid_i,   // the bus that brings them
  input  logic ready_i,
  input  logic begun_i,   // an image has been taken in part
  output logic start_o,   // pulse: the first beat of an image is taken
  input  logic given_i    // pulse, in the cycle after: the last beat of an image has been given
);

  logic inside_q;

  assign enable_o = run_i && (!inside_q || given_i);
  assign start_o  = valid_i && ready_i && !begun_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) inside_q <= 1'b0;
    else if (start_o || given_i) begin
      inside_q <= start_o;
`ifdef XB_ASSERT
      if (start_o && inside_q && !given_i) $error("an image comes while another one is inside");
      if (given_i && !inside_q) $error("an image is given that has not come");
`endif
    end
  end

endmodule
