// SPDX-License-Identifier: Apache-2.0
// One stream to several readers: every reader takes each word once, in its own time, and the word leaves when the last
// of them has it. Readers that are always ready cost no cycle. A FIFO of two words in front keeps the readers' ready
// signals from the writer.

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
  logic               valid, leave;

  xb_fifo #(
    .Width(Width),
    .Depth(2)
  ) u_words (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .out_valid_o(valid),
    .out_ready_i(leave),
    .out_data_o (out_data_o)
  );

  assign out_valid_o = valid ? ~done_q : '0;
  assign done_d      = done_q | out_ready_i;
  assign leave       = &done_d;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) done_q <= '0;
    else if (valid) done_q <= leave ? '0 : done_d;
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (done_q != '0 && !valid) $error("readers have had a word that is not there");
  end
`endif

endmodule
