// SPDX-License-Identifier: Apache-2.0
// Memory with one write port and one synchronous read port, no reset: a black box in synthesis, the one file that a
// user replaces by the SRAM macros of his process. The output holds until the next read. What is read in the cycle in
// which it is written, or was never written, is undefined: here it is garbage made from +xb_ram_seed=N, and no result
// depends on it.
(* blackbox *)
module xb_ram #(
    parameter int Width = 32,  // bits of a word, 1..
    parameter int Words = 80,  // 1..
    localparam int ADDR_BITS = (Words > 1) ? $clog2(Words) : 1
) (
    input  logic                 clk_i,
    input  logic                 write_i,
    input  logic [ADDR_BITS-1:0] write_addr_i,  // 0..Words-1
    input  logic [    Width-1:0] write_data_i,
    input  logic                 read_i,
    input  logic [ADDR_BITS-1:0] read_addr_i,
    output logic [    Width-1:0] read_data_o    // from the cycle after read_i to the one after the next
);

`ifndef SYNTHESIS  // which Yosys defines

  localparam int CHUNKS = (Width + 31) / 32;

  logic [Width-1:0] words[Words];
  logic written[Words];
  int seed;

  initial begin
    if (!$value$plusargs("xb_ram_seed=%d", seed)) seed = 1;
    for (int i = 0; i < Words; i++) written[i] = 1'b0;
  end

  // No function: what Verilator makes of one is code of its own for every instance.
  logic [31:0] garbage;
  always_comb begin
    garbage = '0;
    if (read_i) garbage = ((32'(read_addr_i) + 32'(seed)) ^ 32'h5bd1e995) * 32'h9e3779b1;
  end

  always_ff @(posedge clk_i) begin
    if (write_i) begin
      words[write_addr_i]   <= write_data_i;
      written[write_addr_i] <= 1'b1;
    end
    if (read_i) begin
      if (!written[read_addr_i] || (write_i && write_addr_i == read_addr_i)) begin
        read_data_o <= Width'({CHUNKS{garbage ^ (garbage >> 15)}});
      end else begin
        read_data_o <= words[read_addr_i];
      end
    end
  end

`endif

endmodule
