// SPDX-License-Identifier: Apache-2.0
// xb_prog_row: records of this and other units and kinds, with pauses inside; each of this unit is committed once, whole.
module tb_prog_row;
  parameter int Kind = 1;
  parameter int Words = 3;
  localparam [19:0] Unit = 20'h4a5;
  logic clk = 0, rst_n = 0, commit;
  logic [73:0] prog = 0;
  logic [15:0] addr, want_addr = 0;
  logic [Words*32-1:0] data, want = 0;
  integer errors = 0, seed = 81, commits = 0, wanted = 0, n, w, kind;
  logic mine;

  always #5 clk = !clk;
  xb_prog_row #(.Kind(Kind), .Words(Words)) dut (.clk_i(clk), .rst_ni(rst_n), .prog_i(prog), .unit_i(Unit),
    .commit_o(commit), .addr_o(addr), .data_o(data));

  always @(negedge clk) if (rst_n && commit !== 1'b0) begin
    commits = commits + 1;
    if (commit !== 1'b1 || addr !== want_addr || data !== want) errors = errors + 1;
  end

  initial begin
    #18 rst_n = 1;
    for (n = 0; n < 600; n = n + 1) begin
      kind = $random(seed) % 2 ? Kind : Kind == 3 ? 1 : 3;
      mine = $random(seed) % 2 && kind == Kind;
      @(posedge clk) #1;
      for (w = 0; w < Words; w = w + 1) begin
        prog = {1'b1, w == Words - 1, 4'(kind), mine || (kind != Kind && n % 2 == 0) ? Unit : Unit ^ (20'd1 << $unsigned($random(seed)) % 20), 16'($random(seed)), 32'($random(seed))};
        if (w > 0) prog[47:32] = want_addr;
        if (mine || w == 0) want_addr = prog[47:32];
        if (mine) want[w*32+:32] = prog[31:0];
        @(posedge clk) #1 prog[73] = 1'b0;
        while ($unsigned($random(seed)) % 4 == 0) begin
          prog[72:0] = {$random(seed), $random(seed), $random(seed)};
          @(posedge clk) #1;
        end
      end
      wanted = wanted + mine;
      @(posedge clk) #1;
      if (commits != wanted) errors = errors + 1;
    end
    if (errors == 0 && wanted > 50) $display("PASS"); else $display("FAIL errors %0d, %0d of %0d", errors, commits, wanted);
    $finish;
  end
endmodule
