// SPDX-License-Identifier: Apache-2.0
// Test bench part: plays images, word after word of its memory, into a stream of the chip with random gaps. Beats are
// full but for the last one of an image, or hold any number of words. Whatever has no meaning is unknown, so that a
// cell that uses it shows: everything while valid is low, and what lies beyond a beat's words.
module tb_word_source #(
  parameter int Width   = 8,   // bits of a word
  parameter int Words   = 1,   // most words of a beat
  parameter int Image   = 1,   // words of an image
  parameter int Images  = 16,
  parameter int Partial = 0,   // 1: beats of any number of words
  parameter int Stall   = 30,  // percent of cycles without a beat
  parameter int Seed    = 1,
  localparam int CountBits = $clog2(Words + 1)
) (
  input  logic                   clk,
  input  logic                   rst_n,
  output logic                   valid,
  input  logic                   ready,
  output logic [  CountBits-1:0] count,
  output logic [Words*Width-1:0] data
);
  logic [Width-1:0] mem[0:Images*Image-1];
  integer index, words, left, seed, i, b;  // next word; of the present beat

  initial begin
    seed = Seed;
    for (i = 0; i < Images * Image; i = i + 1) for (b = 0; b < Width; b = b + 1) mem[i][b] = $random(seed);
  end

  always @(posedge clk) begin
    if (!rst_n) begin
      valid <= 1'b0;
      count <= 'x;
      data <= 'x;
      index = 0;
      words = 0;
    end else if (!valid || ready) begin
      if (valid) index = index + words;
      valid <= 1'b0;
      count <= 'x;
      data <= 'x;
      if (index < Images * Image && $unsigned($random(seed)) % 100 >= Stall) begin
        left = Image - index % Image;
        words = left < Words ? left : Words;
        if (Partial != 0) words = 1 + $unsigned($random(seed)) % words;
        valid <= 1'b1;
        count <= words;
        for (i = 0; i < words; i = i + 1) data[i*Width+:Width] <= mem[index+i];
      end
    end
  end
endmodule
