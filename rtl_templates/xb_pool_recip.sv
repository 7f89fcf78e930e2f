// SPDX-License-Identifier: Apache-2.0
// The reciprocals of an average pool: written by the program stream (kind 4), read by the number of pixels.

module xb_pool_recip #(
  parameter int Entries  = 10,  // most pixels of a window + 1, 2..65536
  parameter int AddrBits = 4,   // bits of a number of pixels, clog2(Entries)
  parameter int Width    = 32   // bits of a reciprocal, 1..63
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic [        15:0] layer_i,
  input  logic [        73:0] prog_i,
  input  logic                en_i,
  input  logic [AddrBits-1:0] count_i,
  output logic [   Width-1:0] recip_o   // of count_i, one enabled cycle later
);

  logic [31:0] low_q;   // the first of the two words
  logic        high_q;  // the second one is next
  logic        mine, write, unused_bits;  // a reciprocal is given in 64 bits

  assign mine = prog_i[73] && prog_i[71:68] == 4'd4 && prog_i[67:48] == {4'd0, layer_i};

  // The end of any record, or the beginning of a frame, starts a record anew.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) high_q <= 1'b0;
    else if (prog_i[73]) high_q <= mine && !prog_i[72];
  end

  always_ff @(posedge clk_i) begin
    if (mine && !high_q) low_q <= prog_i[31:0];
  end

  assign write       = mine && high_q && 32'(prog_i[47:32]) < Entries;
  assign unused_bits = ^{prog_i[31:0], low_q};

  // Programs come when the chip is idle, so nothing is read while they do.
  xb_store #(
    .Width(Width),
    .Words(Entries)
  ) u_store (
    .clk_i       (clk_i),
    .write_i     (write),
    .write_addr_i(prog_i[32+:AddrBits]),
    .write_data_i(Width'({prog_i[31:0], low_q})),
    .read_i      (en_i),
    .read_addr_i (count_i),
    .read_data_o (recip_o)
  );

endmodule
