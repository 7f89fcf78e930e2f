// SPDX-License-Identifier: Apache-2.0
// Test bench part: takes words with random pauses into a memory and watches the stream's rules: once valid is high,
// valid and data stay until the handshake, and no bit is unknown.
module tb_sink #(
  parameter int Width = 8,
  parameter int Words = 16,
  parameter int Stall = 30,  // percent of cycles that are not ready
  parameter int Hold  = 0,   // cycles without any ready after reset
  parameter int Seed  = 2
) (
  input  logic             clk,
  input  logic             rst_n,
  input  logic             valid,
  output logic             ready,
  input  logic [Width-1:0] data
);
  logic [Width-1:0] mem[0:Words-1];
  logic [Width-1:0] data_before;
  logic waiting;
  integer count, errors, cycle, first_cycle, last_cycle, seed;

  initial begin
    errors = 0;
    seed = Seed;
  end

  always @(posedge clk) begin
    if (!rst_n) begin
      ready <= 1'b0;
      count <= 0;
      cycle <= 0;
      waiting <= 1'b0;
    end else begin
      cycle <= cycle + 1;
      ready <= cycle >= Hold && $unsigned($random(seed)) % 100 >= Stall;
      if (valid !== 1'b0 && valid !== 1'b1) begin
        $display("valid is unknown");
        errors = errors + 1;
      end
      if (waiting && (valid !== 1'b1 || data !== data_before)) begin
        $display("word %0d changed before the handshake", count);
        errors = errors + 1;
      end
      if (valid && ^data === 1'bx) begin
        $display("word %0d has unknown bits", count);
        errors = errors + 1;
      end
      waiting <= valid && !ready;
      data_before <= data;
      if (valid && ready) begin
        if (count == 0) first_cycle <= cycle;
        last_cycle <= cycle;
        if (count < Words) mem[count] <= data;
        else errors = errors + 1;
        count <= count + 1;
      end
    end
  end
endmodule
