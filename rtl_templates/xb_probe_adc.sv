// SPDX-License-Identifier: Apache-2.0
// Shows every conversion of an array to the simulation's comparator (docs/rtl.md, Simulation probes).
// Without XB_COSIM there is nothing in it, so it stays in the hardware at no cost.

module xb_probe_adc #(
  parameter int Conversions = 16,  // converters that can finish in one cycle, 1..
  parameter int CodeBits    = 9    // bits of a code, 1..16
) (
  input logic                            clk_i,
  input logic [                    19:0] array_i,
  input logic                            valid_i,
  input logic [                    15:0] first_i,  // number of the first conversion
  input logic [                    15:0] count_i,  // conversions that are real, from the lowest on
  input logic [Conversions*CodeBits-1:0] codes_i
);

`ifdef XB_COSIM
  localparam int Chunks = (Conversions + 63) / 64;

  import "DPI-C" function void xb_cosim_codes(input int array, input int first, input int count,
                                              input bit [1023:0] data);

  import "DPI-C" function int xb_cosim_wants_codes();
  bit wanted;  // nobody pays for codes that are not compared
  initial wanted = xb_cosim_wants_codes() != 0;

  // One call for up to 64 conversions; the working variables live in this block alone.
  logic [1023:0] data;
  int            left;

  /* verilator lint_off BLKSEQ */
  always @(posedge clk_i) begin
    if (wanted && valid_i) begin
      for (int i = 0; i < Chunks; i++) begin
        left = 32'(count_i) - 64 * i;
        if (left > 0) begin
          data = '0;
          for (int j = 0; j < 64; j++) begin
            if (64 * i + j < Conversions) data[j*16+:16] = 16'(codes_i[(64*i+j)*CodeBits+:CodeBits]);
          end
          xb_cosim_codes({12'd0, array_i}, 32'(first_i) + 64 * i, left > 64 ? 64 : left, data);
        end
      end
    end
  end
  /* verilator lint_on BLKSEQ */
`else
  logic unused_probe;  // without a comparator nobody looks
  assign unused_probe = &{1'b0, clk_i, array_i, valid_i, first_i, count_i, codes_i};
`endif

endmodule
