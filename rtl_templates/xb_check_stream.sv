// SPDX-License-Identifier: Apache-2.0
// Watches the rule of a stream (docs/rtl.md, Streams): once valid is high, valid and all that goes with it stay until
// the handshake. Instantiated under XB_ASSERT only, so it is in no hardware.
//
// A beat is kept when it begins to wait and compared when it is over: a stream that waits costs a simulation little.
// The variables are assigned at once (blocking) in this block alone, or a simulator copies them in every cycle.
module xb_check_stream #(
    parameter int Width    = 8,  // bits of a beat's data, 1..
    parameter int SideBits = 1   // bits of what goes with it, 1..
) (
    input logic                clk_i,
    input logic                rst_ni,
    input logic                valid_i,
    input logic                ready_i,
    input logic [SideBits-1:0] side_i,  // words of the beat, tlast, tkeep, ...; a constant where there is nothing
    input logic [   Width-1:0] data_i
);

`ifndef SYNTHESIS  // which Yosys defines
  logic                waits;  // a beat was there in the cycle before, and nobody took it
  logic [SideBits-1:0] side;   // of that beat
  logic [   Width-1:0] data;

  /* verilator lint_off BLKSEQ */
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      waits = 1'b0;
    end else if (waits) begin
      if (!valid_i || ready_i) begin
        waits = 1'b0;
        if (!valid_i) $error("valid falls before the handshake");
        else if (side_i !== side || data_i !== data) $error("a beat changes before the handshake");
      end
    end else if (valid_i) begin
      if (!ready_i) begin
        waits = 1'b1;
        side  = side_i;
        data  = data_i;
      end
    end
  end
  /* verilator lint_on BLKSEQ */
`endif

endmodule
