// SPDX-License-Identifier: Apache-2.0
// One stream to several readers: every reader takes each word once, in its own time, and the word leaves the input
// when the last of them has it. Readers that are always ready cost no cycle.

module xb_fork #(
  parameter int Width   = 8,  // bits of a word, 1..
  parameter int Readers = 2   // readers, 1..
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               in_valid_i,
  output logic               in_ready_o,
  input  logic [Width-1:0]   in_data_i,
  output logic [Readers-1:0] out_valid_o,
  input  logic [Readers-1:0] out_ready_i,
  output logic [Width-1:0]   out_data_o   // the same for all readers
);

  logic [Readers-1:0] done_q;  // readers that have the present word already
  logic [Readers-1:0] done_d;

  assign out_valid_o = in_valid_i ? ~done_q : '0;
  assign out_data_o  = in_data_i;
  assign done_d      = done_q | out_ready_i;
  assign in_ready_o  = &done_d;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) done_q <= '0;
    else if (in_valid_i) done_q <= in_ready_o ? '0 : done_d;
  end

endmodule
