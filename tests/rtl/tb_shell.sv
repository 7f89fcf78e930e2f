// SPDX-License-Identifier: Apache-2.0
// xb_layer_shell: random events against counts kept here; registers of the layer alone; busy from the first word taken of
// an image until all that is due of it has been taken and given, whichever comes last. A program frame begins only while
// nothing is due, as xb_program sees to.
module tb_shell;
  parameter int Registers = 4;
  parameter int InWords = 1;
  parameter int InImageWords = 1;
  parameter int OutWords = 1;
  parameter int OutImageWords = 1;
  parameter int Counters = 1;
  localparam int Cycles = 6000;
  localparam [15:0] LAYER = 16'd5;
  logic clk = 0, rst_n = 0, work = 0, blocked = 0, in = 0, ov = 0, ordy = 0;
  logic [73:0] prog = 0, prog_1 = 0, passed;  // on the bus; a cycle before; what the shell passes on
  logic [63:0] outside[0:3];
  logic [31:0] held = 0;
  logic clear, busy;
  logic [65:0] chain = 0, answer, expected;  // counter chain: before the shell, behind it
  logic [63:0] want[0:15];
  logic [(Registers > 0 ? Registers : 1)*32-1:0] regs, want_regs = '0;
  logic [$clog2(InWords+1)-1:0] in_count = 1;
  logic [$clog2(OutWords+1)-1:0] out_count = 1;
  integer errors = 0, seed = 9, i, k, n, in_left = InImageWords, out_left = OutImageWords;  // words of an image
  integer begun = 0, taken = 0, given = 0;  // images
  integer seen_busy = 0, seen_idle = 0, seen_tail = 0, seen_clear = 0, answers = 0;
  logic due;

  always #5 clk = !clk;
  xb_layer_shell #(.Registers(Registers), .InWords(InWords), .InImageWords(InImageWords), .OutWords(OutWords),
    .OutImageWords(OutImageWords), .OutBits(8), .Counters(Counters)) dut (.clk_i(clk), .rst_ni(rst_n), .layer_i(LAYER), .prog_i(prog), .prog_o(passed),
    .regs_o(regs), .clear_o(clear), .work_i(work), .blocked_i(blocked), .in_i(in), .in_count_i(in_count), .out_valid_i(ov), .out_ready_i(ordy),
    .out_count_i(out_count), .out_data_i(8'd0), .reads_i(outside[0]), .conversions_i(outside[1]), .saturated_i(outside[2]), .loads_i(outside[3]), .held_i(held),
    .cnt_chain_i(chain), .cnt_chain_o(answer), .busy_o(busy));

  // Words of a beat: at least one and none beyond the image.
  function automatic integer words_of(input integer most, input integer left);
    words_of = 1 + $unsigned($random(seed)) % (left < most ? left : most);
  endfunction

  // One word on the program bus: a register of some layer, a record of another kind, or the mark of a new frame.
  task program_word;
    n = $unsigned($random(seed)) % 8;
    prog = {1'b1, 1'b1, 4'd2, 4'd0, LAYER, 16'($unsigned($random(seed)) % (Registers + 2)), 32'($random(seed))};
    if (n == 0) prog[67:48] = 20'd4;
    else if (n == 1) prog[67:48] = 20'h10005;
    else if (n == 2) prog[71:68] = 4'd3;
    else if (n == 3) prog[73] = 1'b0;
  endtask

  // A message on the counter chain: a question of this layer, of another one, or an answer that passes.
  task message;
    chain = {$random(seed), $random(seed), $random(seed)};
    if ($random(seed) % 2) chain[64:4] = {45'd0, LAYER};
    else if ($random(seed) % 2) chain[64:4] = {45'd0, 16'($random(seed))};
    expected = chain;
    if (chain[64] == 0 && chain[19:4] == LAYER && chain[3:0] <= 9) expected = {chain[65], 1'b1, want[chain[3:0]]};
  endtask

  initial begin
    for (i = 0; i < 16; i = i + 1) want[i] = 0;
    for (i = 0; i < 4; i = i + 1) outside[i] = 0;
    #18 rst_n = 1;
    for (i = 0; i < Cycles; i = i + 1) begin
      @(negedge clk);
      work = $random(seed); blocked = $random(seed);
      // Up to three images inside; the output of one may be over before its input, never before it began. From time to
      // time the input pauses for long.
      in = $random(seed) % 2 && taken - given < 3 && i % 400 < 300;
      in_count = words_of(InWords, in_left);
      if (!ov || ordy) begin  // a beat that is offered stays
        out_count = words_of(OutWords, out_left);
        ov = $random(seed) % 2 && given < begun;
      end
      ordy = $random(seed);
      held = $unsigned($random(seed)) % (1 + i / 20);
      due = in_left != InImageWords || taken != given;
      prog_1 = prog;
      prog[73] = 0;
      if (prog_1[73] && prog_1[71:68] == 0) begin in = 0; ov = 0; end
      if (prog_1[73] && prog_1[71:48] == {4'd2, 4'd0, LAYER} && prog_1[47:32] < Registers)
        want_regs[prog_1[47:32]*32+:32] = prog_1[31:0];
      if ($unsigned($random(seed)) % 16 == 0) program_word;
      else if (!due && i % 1000 > 500 && $random(seed) % 4 == 0) begin
        prog = {2'b11, 72'd0};
        in = 0; ov = 0;
        seen_clear = seen_clear + 1;
      end
      for (k = 0; k < 4; k = k + 1) begin
        outside[k] = {$random(seed), $random(seed)};
        want[k == 3 ? 9 : 3+k] = outside[k];
      end
      message;
      if (Counters == 0) expected = chain;
      k = blocked ? 2 : work ? 0 : 1;
      want[k] = want[k] + 1;
      if (held > want[8]) want[8] = held;
      #1 if (clear !== (prog_1[73] && prog_1[71:68] == 0)) errors = errors + 1;
      if (passed[73] !== prog_1[73] || (prog_1[73] && passed !== prog_1)) errors = errors + 1;
      if (in) begin
        want[6] = want[6] + in_count;
        if (in_left == InImageWords) begun = begun + 1;
        in_left = in_left - in_count;
        if (in_left == 0) begin
          taken = taken + 1;
          in_left = InImageWords;
        end
      end
      if (ov && ordy) begin
        want[7] = want[7] + out_count;
        out_left = out_left - out_count;
        if (out_left == 0) begin
          given = given + 1;
          out_left = OutImageWords;
        end
      end
      if (clear) for (k = 0; k < 16; k = k + 1) want[k] = 0;
      @(posedge clk) #1;
      if (answer[65] !== expected[65] || (expected[65] && answer !== expected)) begin
        errors = errors + 1;
        $display("chain %h instead of %h", answer, expected);
      end
      answers = answers + (expected[65:64] === 2'b11);
      if (Registers > 0 && regs !== want_regs) errors = errors + 1;
      due = in_left != InImageWords || taken != given;
      if (busy !== due) begin
        errors = errors + 1;
        $display("busy %b: taken %0d and all but %0d words, given %0d and %0d", busy, taken, in_left, given, out_left);
      end
      seen_busy = seen_busy + due; seen_idle = seen_idle + !due; seen_tail = seen_tail + (given > taken);
    end
    if (seen_busy < 100 || seen_idle < 100 || seen_clear < 3 || answers < 200 || (InImageWords > 1 && seen_tail < 20)) begin
      errors = errors + 1;
      $display("busy %0d, idle %0d, tail %0d, clear %0d", seen_busy, seen_idle, seen_tail, seen_clear);
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
