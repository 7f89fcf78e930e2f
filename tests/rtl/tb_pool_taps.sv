// SPDX-License-Identifier: Apache-2.0
// xb_pool_taps: random taps, inside the image or not, against sums, maxima and counts formed here; a value for each
// cycle that had taps, in order, a fixed number of enabled cycles later.
module tb_pool_taps;
  parameter int Mode = 0;
  parameter int Channels = 3;
  parameter int Rate = 5;
  parameter int InBits = 8;
  parameter int Stall = 30;
  localparam int Cycles = 1000;
  localparam int Levels = Rate > 64 ? 4 : Rate > 16 ? 3 : Rate > 4 ? 2 : 1;
  localparam int CountBits = $clog2(Rate + 1);
  localparam int OutBits = Mode == 0 ? InBits : InBits + $clog2(Rate);
  logic clk = 0, rst_n = 0, en = 0, valid = 0, first = 0, last = 0, vo, fo, lo;
  logic [Rate*Channels*InBits-1:0] data;
  logic [Rate-1:0] inside_image;
  logic [CountBits-1:0] count;
  logic [Channels*OutBits-1:0] out;
  logic [2:0] flags[0:Cycles-1];
  logic [31:0] counts[0:Cycles-1];
  logic [Channels*32-1:0] values[0:Cycles-1];
  integer errors = 0, seen = 0, seed = 3, n = 0, c, r, v;

  always #1 clk = !clk;
  xb_pool_taps #(.Mode(Mode), .Channels(Channels), .Rate(Rate), .InBits(InBits)) dut (.clk_i(clk), .rst_ni(rst_n),
    .en_i(en), .valid_i(valid), .first_i(first), .last_i(last), .data_i(data), .inside_i(inside_image), .valid_o(vo),
    .first_o(fo), .last_o(lo), .count_o(count), .data_o(out));

  task choose;
    valid = $unsigned($random(seed)) % 4 != 0;
    first = $random(seed);
    last = $random(seed);
    for (r = 0; r < Rate; r = r + 1) inside_image[r] = $unsigned($random(seed)) % 3 != 0;
    for (r = 0; r < Rate * Channels * InBits; r = r + 1) data[r] = $random(seed);
    if ($unsigned($random(seed)) % 8 == 0) data = ~{Rate * Channels * InBits{1'b0}};
    if ($unsigned($random(seed)) % 8 == 0) inside_image = ~{Rate{1'b0}};
    if (!valid) data = 'x;
  endtask

  task expect_later;
    flags[n] = {valid, first, last};
    counts[n] = 0;
    for (c = 0; c < Channels; c = c + 1) begin
      values[n][c*32+:32] = 0;
      for (r = 0; r < Rate; r = r + 1) begin
        v = data[(r*Channels+c)*InBits+:InBits];
        if (c == 0 && inside_image[r]) counts[n] = counts[n] + 1;
        if (inside_image[r] && Mode != 0) values[n][c*32+:32] = values[n][c*32+:32] + v;
        else if (inside_image[r] && v > values[n][c*32+:32]) values[n][c*32+:32] = v;
      end
    end
    n = n + 1;
  endtask

  initial begin
    #4 rst_n = 1;
    while (n < Cycles) begin
      @(negedge clk);
      if (n >= Levels && vo !== flags[n-Levels][2]) errors = errors + 1;
      if (n >= Levels && vo === 1'b1) begin
        seen = seen + 1;
        if ({fo, lo} !== flags[n-Levels][1:0] || 32'(count) !== counts[n-Levels]) errors = errors + 1;
        for (c = 0; c < Channels; c = c + 1)
          if (32'(out[c*OutBits+:OutBits]) !== values[n-Levels][c*32+:32]) errors = errors + 1;
      end
      en = $unsigned($random(seed)) % 100 >= Stall;
      choose;
      if (en) expect_later;
    end
    if (errors == 0 && seen > Cycles / 2) $display("PASS");
    else $display("FAIL errors %0d, %0d values", errors, seen);
    $finish;
  end
endmodule
