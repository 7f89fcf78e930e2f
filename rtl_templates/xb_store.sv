// SPDX-License-Identifier: Apache-2.0
// Storage with one write and one synchronous read port: an xb_ram where it is large, registers where it is small.
// A storage of at least 8 words and more than 2,048 bits is large; the plan counts memory by the same rule. What holds
// one of several banks of an array is large if the whole array is.
module xb_store #(
    parameter int Width = 32,  // bits of a word, 1..
    parameter int Words = 16,  // 1..
    parameter int Banks = 1,   // of the array, each with so many words, 1..
    localparam int ADDR_BITS = (Words > 1) ? $clog2(Words) : 1
) (
    input  logic                 clk_i,
    input  logic                 write_i,
    input  logic [ADDR_BITS-1:0] write_addr_i,  // 0..Words-1
    input  logic [    Width-1:0] write_data_i,
    input  logic                 read_i,
    input  logic [ADDR_BITS-1:0] read_addr_i,   // not the one that is written in this cycle
    output logic [    Width-1:0] read_data_o    // from the cycle after read_i to the one after the next
);

  if (Words * Banks >= 8 && 64'(Width) * 64'(Words) * 64'(Banks) > 2048) begin : g_ram
    xb_ram #(
        .Width(Width),
        .Words(Words)
    ) u_ram (
        .clk_i       (clk_i),
        .write_i     (write_i),
        .write_addr_i(write_addr_i),
        .write_data_i(write_data_i),
        .read_i      (read_i),
        .read_addr_i (read_addr_i),
        .read_data_o (read_data_o)
    );
  end else begin : g_registers
    logic [Width-1:0] words[Words];

    always_ff @(posedge clk_i) begin
      if (write_i) words[write_addr_i] <= write_data_i;
      if (read_i) read_data_o <= words[read_addr_i];
    end
  end

endmodule
