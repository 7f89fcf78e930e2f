// SPDX-License-Identifier: Apache-2.0
// Test bench part: takes images, word after word, from a stream of the chip with random pauses into a memory and
// watches the stream's rules: once valid is high, everything stays until the handshake; a beat has 1 to Words words
// and none beyond its image; none of them has an unknown bit.
module tb_word_sink #(
  parameter int Width  = 8,   // bits of a word
  parameter int Words  = 1,   // most words of a beat
  parameter int Image  = 1,   // words of an image
  parameter int Images = 16,
  parameter int Full   = 0,   // 1: only an image's last beat may be partial
  parameter int Stall  = 30,  // percent of cycles that are not ready
  parameter int Seed   = 2,
  localparam int CountBits = $clog2(Words + 1)
) (
  input  logic                   clk,
  input  logic                   rst_n,
  input  logic                   valid,
  output logic                   ready,
  input  logic [  CountBits-1:0] count,
  input  logic [Words*Width-1:0] data
);
  logic [Width-1:0] mem[0:Images*Image-1];
  logic [Words*Width-1:0] data_before;
  logic [CountBits-1:0] count_before;
  logic waiting;
  integer words, beats, errors, cycle, first_cycle, last_cycle, left, seed, i;

  initial begin
    errors = 0;
    seed = Seed;
  end

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("beat %0d, word %0d: %0d words %h (%0d)", beats, words, count, data, what);
  endtask

  always @(posedge clk) begin
    if (!rst_n) begin
      ready <= 1'b0;
      words = 0;
      beats = 0;
      cycle <= 0;
      waiting <= 1'b0;
    end else begin
      cycle <= cycle + 1;
      ready <= $unsigned($random(seed)) % 100 >= Stall;
      if (valid !== 1'b0 && valid !== 1'b1) wrong(1);
      if (waiting && (valid !== 1'b1 || data !== data_before || count !== count_before)) wrong(2);
      waiting <= valid && !ready;
      data_before <= data;
      count_before <= count;
      if (valid) begin
        left = Image - words % Image;
        if (!(count >= 1 && count <= Words && count <= left)) wrong(3);
        if (Full != 0 && count < Words && count < left) wrong(4);
        for (i = 0; i < count; i = i + 1) if (^data[i*Width+:Width] === 1'bx) wrong(5);
      end
      if (valid && ready) begin
        if (beats == 0) first_cycle <= cycle;
        last_cycle <= cycle;
        for (i = 0; i < count; i = i + 1) begin
          if (words < Images * Image) mem[words] = data[i*Width+:Width];
          else wrong(6);
          words = words + 1;
        end
        beats = beats + 1;
      end
    end
  end
endmodule
