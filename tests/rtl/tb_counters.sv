// SPDX-License-Identifier: Apache-2.0
// xb_counters: random events against counts kept here.
module tb_counters;
  parameter int InWords = 1;
  parameter int InImageWords = 1;
  parameter int OutWords = 1;
  parameter int OutImageWords = 1;
  logic clk = 0, rst_n = 0, clear = 0, req = 0;
  logic [4:0] event_bits = 0;
  logic [63:0] outside[0:2];
  logic [31:0] held = 0;
  logic [3:0] sel = 0;
  logic [63:0] value, expected;
  logic [63:0] want[0:15];
  integer errors = 0, seed = 9, i, k, in_left = InImageWords, out_left = OutImageWords;

  always #5 clk = !clk;
  xb_counters #(.InWords(InWords), .InImageWords(InImageWords), .OutWords(OutWords), .OutImageWords(OutImageWords))
    dut (.clk_i(clk), .rst_ni(rst_n), .clear_i(clear), .busy_i(event_bits[0]), .starved_i(event_bits[1]),
    .blocked_i(event_bits[2]), .in_i(event_bits[3]), .out_i(event_bits[4]), .reads_i(outside[0]),
    .conversions_i(outside[1]), .saturated_i(outside[2]), .held_i(held), .cnt_req_i(req), .cnt_sel_i(sel),
    .cnt_value_o(value));

  // A beat: the words of it that the image still has.
  task beat(input integer counter, input integer words, input integer image, inout integer left);
    want[counter] = want[counter] + (left < words ? left : words);
    left = left > words ? left - words : image;
  endtask

  initial begin
    for (i = 0; i < 16; i = i + 1) want[i] = 0;
    for (i = 0; i < 3; i = i + 1) outside[i] = 0;
    #12 rst_n = 1;
    for (i = 0; i < 5000; i = i + 1) begin
      @(negedge clk);
      event_bits = $random(seed);
      held = $unsigned($random(seed)) % (1 + i / 20);
      clear = i == 2500;
      for (k = 0; k < 3; k = k + 1) begin
        outside[k] = {$random(seed), $random(seed)};
        want[3+k] = outside[k];
      end
      req = $random(seed);
      sel = $random(seed);
      if (req) expected = want[sel];
      for (k = 0; k < 3; k = k + 1) if (event_bits[k]) want[k] = want[k] + 1;
      if (event_bits[3]) beat(6, InWords, InImageWords, in_left);
      if (event_bits[4]) beat(7, OutWords, OutImageWords, out_left);
      if (held > want[8]) want[8] = held;
      if (clear) begin  // a new program begins with a new image
        for (k = 0; k < 16; k = k + 1) want[k] = 0;
        in_left = InImageWords;
        out_left = OutImageWords;
      end
      @(posedge clk) #1 if (expected !== 64'bx && value !== expected) errors = errors + 1;
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
