// SPDX-License-Identifier: Apache-2.0
// Test bench part: plays the words of its memory into a valid/ready stream with random gaps. While valid is low the
// data is unknown, so that a cell that uses it shows.
module tb_source #(
  parameter int Width = 8,
  parameter int Words = 16,
  parameter int Stall = 30,  // percent of cycles without a word
  parameter int Seed  = 1
) (
  input  logic             clk,
  input  logic             rst_n,
  output logic             valid,
  input  logic             ready,
  output logic [Width-1:0] data
);
  logic [Width-1:0] mem[0:Words-1];
  integer index, seed, i, b;

  initial begin
    seed = Seed;
    for (i = 0; i < Words; i = i + 1) begin
      for (b = 0; b < Width; b = b + 1) mem[i][b] = $random(seed);
    end
  end

  assign data = valid ? mem[index] : 'x;

  always @(posedge clk) begin
    if (!rst_n) begin
      valid <= 1'b0;
      index <= 0;
    end else begin
      if (valid && ready) index <= index + 1;
      if (!valid || ready) begin
        valid <= index + (valid ? 1 : 0) < Words && $unsigned($random(seed)) % 100 >= Stall;
      end
    end
  end
endmodule
