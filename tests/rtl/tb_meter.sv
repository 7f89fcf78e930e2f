// SPDX-License-Identifier: Apache-2.0
// xb_meter: steps with random words against the exact time model: a step begins in the first cycle in which its words
// have come, the arrays are free, and ceil(bits / BitsPerCycle) cycles have gone by since the step before began, or, if
// Serial, since it ended; of an image's first step, since the turn of the layer began.
module tb_meter;
  parameter int BitsPerCycle = 20;
  parameter int WordBits = 24;
  parameter int Words = 30;  // most words of a step
  parameter int StoreBits = 32;
  parameter int Serial = 0;
  parameter int Rate = 2;    // most words of a cycle
  parameter int Cycles = 5;  // of a step in the arrays
  parameter int Image = 0;   // steps of an image, that waits for the layer's turn; 0: it is always
  localparam int LoadBits = $clog2(Rate + 1);
  localparam int Steps = 400;
  logic clk = 0, rst_n = 0, turn = Image == 0, full = 0, granted, open, load;
  logic [LoadBits-1:0] loads = 0, loads_q = 0;
  logic last = 0;  // an image's last step has begun
  integer errors = 0, seed = 5, n = 0, left, asked, busy = 0, port = 0, cycles, late = 0;

  always #5 clk = !clk;
  xb_meter #(.BitsPerCycle(BitsPerCycle), .WordBits(WordBits), .StoreBits(StoreBits), .Most(Words * WordBits + StoreBits),
    .Serial(Serial), .LoadBits(LoadBits)) dut (.clk_i(clk), .rst_ni(rst_n), .turn_i(turn), .loads_i(loads_q), .full_i(full), .full_o(granted),
    .free_i(open), .load_i(load));

  always @(posedge clk) loads_q <= loads;

  assign open = busy <= 1;
  assign load = granted && open;

  task begin_step;
    asked = $unsigned($random(seed)) % (Words + 1);
    left = asked;
    port = 0;
  endtask

  // What the model says of this cycle, before its clock edge.
  task check;
    cycles = (asked * WordBits + StoreBits + BitsPerCycle - 1) / BitsPerCycle;
    if (granted !== (full && (n == 0 && Image == 0 ? granted : port >= cycles))) begin
      errors = errors + 1;
      if (errors < 5) $display("step %0d: granted %b after %0d cycles, of %0d", n, granted, port, cycles);
    end
    if (full && !granted) late = late + 1;
  endtask

  always @(negedge clk) if (rst_n && n < Steps) begin
    #1 check;
    if (load) begin
      n = n + 1;
      begin_step;
      last = Image != 0 && n % Image == 0;
    end
    if (!turn && busy == 0) begin
      turn = $random(seed) % 8 == 0;
      port = 0;
    end
    // This cycle's words belong to the step that is filled, the next one if the windows are taken.
    loads = (full && !load) ? 0 : $unsigned($random(seed)) % (Rate + 1);
    if (loads > left || !turn || last) loads = turn && !last ? left : 0;
  end

  always @(posedge clk) if (rst_n && n < Steps) begin
    left = left - loads;
    if (load) port = (Serial != 0) ? 0 : 1;
    else if (Serial == 0 || open) port = port + 1;
    busy <= load ? Cycles : busy > 0 ? busy - 1 : 0;
    full <= (load || !full) ? turn && !last && left == 0 && $random(seed) % 4 != 0 : 1'b1;
    if (last) turn <= 0;
    last = 0;
  end

  initial begin
    begin_step;
    #17 rst_n = 1;
    while (n < Steps && errors == 0) @(posedge clk);
    if (late < 20) begin
      $display("only %0d cycles wait for the port", late);
      errors = errors + 1;
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
