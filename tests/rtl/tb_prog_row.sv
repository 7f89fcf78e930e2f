// SPDX-License-Identifier: Apache-2.0
// xb_prog_row: records of this unit and words for others between them, with pauses inside; each is committed once, whole.
module tb_prog_row;
  parameter int Words = 3;
  logic clk = 0, rst_n = 0, hit = 0, commit;
  logic [48:0] word = 0;
  logic [15:0] addr, want_addr = 0;
  logic [Words*32-1:0] data, want = 0;
  integer errors = 0, seed = 81, commits = 0, n, w;

  always #5 clk = !clk;
  xb_prog_row #(.Words(Words)) dut (.clk_i(clk), .rst_ni(rst_n), .hit_i(hit), .word_i(word), .commit_o(commit),
    .addr_o(addr), .data_o(data));

  always @(negedge clk) if (rst_n && commit !== 1'b0) begin
    commits = commits + 1;
    if (commit !== 1'b1 || addr !== want_addr || data !== want) errors = errors + 1;
  end

  task other;  // words that are not meant for this unit
    while ($unsigned($random(seed)) % 3 == 0) begin
      word = {$random(seed), $random(seed)};
      @(posedge clk) #1;
    end
  endtask

  initial begin
    #18 rst_n = 1;
    @(posedge clk) #1;
    for (n = 0; n < 300; n = n + 1) begin
      for (w = 0; w < Words; w = w + 1) begin
        other;
        hit = 1;
        word = {w == Words - 1, 16'(n * 37), $random(seed)};
        want_addr = word[47:32];
        want[w*32+:32] = word[31:0];
        @(posedge clk) #1 hit = 0;
      end
      word = {$random(seed), $random(seed)};
      @(posedge clk) #1;
      if (commits != n + 1) errors = errors + 1;
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d of %0d", errors, commits, n);
    $finish;
  end
endmodule
