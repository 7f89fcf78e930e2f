// SPDX-License-Identifier: Apache-2.0
// xb_counters: three of them in a chain, driven at random and read in every cycle: each message comes out three cycles
// later, questions with the number that the counter had when they passed its layer, all others as they were.
module tb_counters;
  parameter int InWords = 1;
  parameter int OutWords = 1;
  localparam int Layers = 3;
  logic clk = 0, rst_n = 0, clear = 0;
  logic [2:0] state[0:Layers-1];  // blocked, starved, busy
  logic in[0:Layers-1], out[0:Layers-1];
  logic [$clog2(InWords+1)-1:0] in_count[0:Layers-1];
  logic [$clog2(OutWords+1)-1:0] out_count[0:Layers-1];
  logic [255:0] outside[0:Layers-1];
  logic [31:0] held[0:Layers-1];
  logic [65:0] chain[0:Layers], message = 0, due[0:Layers];  // due[l]: what layer l has now
  logic [63:0] want[0:Layers*16-1];
  integer errors = 0, seed = 8, i, l, answered = 0, passed = 0;

  always #5 clk = !clk;
  assign chain[0] = message;
  for (genvar g = 0; g < Layers; g = g + 1) begin : g_layer
    logic [65:0] to, from;
    assign to = chain[g];
    assign chain[g+1] = from;
    xb_counters #(.InWords(InWords), .OutWords(OutWords)) dut (.clk_i(clk), .rst_ni(rst_n), .layer_i(16'(g * 300)), .clear_i(clear),
      .busy_i(state[g][0]), .starved_i(state[g][1]), .blocked_i(state[g][2]), .in_i(in[g]), .in_count_i(in_count[g]), .out_i(out[g]),
      .out_count_i(out_count[g]), .reads_i(outside[g][63:0]), .conversions_i(outside[g][127:64]), .saturated_i(outside[g][191:128]),
      .loads_i(outside[g][255:192]), .held_i(held[g]), .cnt_chain_i(to), .cnt_chain_o(from));
  end

  // What a layer's counters are after this cycle, and what it makes of the message in front of it.
  task count(input integer k);
    integer n;
    n = k * 16;
    {want[n+9], want[n+5], want[n+4], want[n+3]} = outside[k];
    due[k+1] = due[k];
    if (due[k][65:64] == 2'b10 && due[k][19:4] == k * 300 && due[k][3:0] <= 9)
      due[k+1] = {2'b11, want[n+due[k][3:0]]};
    if (state[k][0]) want[n] = want[n] + 1;
    if (state[k][1]) want[n+1] = want[n+1] + 1;
    if (state[k][2]) want[n+2] = want[n+2] + 1;
    if (in[k]) want[n+6] = want[n+6] + in_count[k];
    if (out[k]) want[n+7] = want[n+7] + out_count[k];
    if (held[k] > want[n+8]) want[n+8] = held[k];
    for (n = k * 16; clear && n < k * 16 + 16; n = n + 1) want[n] = 0;
  endtask

  initial begin
    for (i = 0; i < Layers * 16; i = i + 1) want[i] = 0;
    for (l = 0; l <= Layers; l = l + 1) due[l] = 0;
    #18 rst_n = 1;
    for (i = 0; i < 5000; i = i + 1) begin
      @(negedge clk);
      clear = $unsigned($random(seed)) % 500 == 0;
      message = {2'($random(seed)), $random(seed), $random(seed)};
      if ($random(seed) % 2) message[64:4] = {45'd0, 16'($unsigned($random(seed)) % 4 * 300)};
      for (l = 0; l < Layers; l = l + 1) begin
        state[l] = $random(seed);
        {in[l], out[l]} = $random(seed);
        in_count[l] = 1 + $unsigned($random(seed)) % InWords;
        out_count[l] = 1 + $unsigned($random(seed)) % OutWords;
        outside[l] = {$random(seed), $random(seed), $random(seed), $random(seed), $random(seed), $random(seed), $random(seed), $random(seed)};
        held[l] = $unsigned($random(seed)) % (1 + i);
      end
      due[0] = message;
      for (l = Layers - 1; l >= 0; l = l - 1) count(l);
      @(posedge clk) #1;
      if (chain[Layers][65] !== due[Layers][65] || (due[Layers][65] && chain[Layers] !== due[Layers])) begin
        errors = errors + 1;
        $display("%h instead of %h", chain[Layers], due[Layers]);
      end
      if (due[Layers][65]) answered = answered + due[Layers][64];
      if (due[Layers][65]) passed = passed + !due[Layers][64];
    end
    if (answered < 500 || passed < 300) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d, %0d answered, %0d passed", errors, answered, passed);
    $finish;
  end
endmodule
