// SPDX-License-Identifier: Apache-2.0
// xb_fetch: every tap of every window of images back to back against the images; no bubble between taps once the
// first window is there, where the stream brings words as fast as windows use them up (Gapless); the smallest ring;
// no taps before the turn (Whole).
module tb_fetch;
  parameter int Width = 12;
  parameter int Words = 1;
  parameter int InH = 6;
  parameter int InW = 7;
  parameter int KernelH = 3;
  parameter int KernelW = 3;
  parameter int StrideH = 1;
  parameter int StrideW = 1;
  parameter int DilationH = 1;
  parameter int DilationW = 1;
  parameter int PadT = 1;
  parameter int PadL = 1;
  parameter int OutH = 6;
  parameter int OutW = 7;
  parameter int Copies = 1;
  parameter int Rate = 1;
  parameter int Partial = 0;  // 1: beats of any number of words
  parameter int Spare = 1;  // words of the ring that no step needs
  parameter int Stall = 30;
  parameter int Gapless = 0;
  parameter int Whole = 0;  // 1: an image begins when all its words are in the ring
  `include "tb_ring.svh"
  localparam int RingWords = step_words(0) + Words - 1 + Spare;
  localparam int Images = 5;
  localparam int Image = InH * InW;
  localparam int Beats = (Image + Words - 1) / Words;
  localparam int Taps = KernelH * KernelW;
  localparam int Turns = (Taps + Rate - 1) / Rate;
  localparam int Windows = OutH * OutW;
  localparam int Steps = (Windows + Copies - 1) / Copies;
  localparam int Total = Images * Steps * Turns;
  localparam logic [Width-1:0] Pad = {Width{1'b1}} ^ 5;
  logic clk = 0, rst_n = 0, run = 0, ready = 0, done = 0;
  logic iv, ir, valid, first, last;
  logic [$clog2(Words+1)-1:0] ic;
  logic [Words*Width-1:0] id;
  logic [Width-1:0] word;
  logic [Copies-1:0] active;
  logic [Copies*Rate*Width-1:0] data, data_before;
  logic [Copies*Rate-1:0] in_image;
  logic [31:0] held;
  integer errors = 0, seed = 3, n = 0, taken = 0, cycle = 0, most, c, r, window, tap, row, col;
  logic here, turn, waiting = 0;
  integer steps = 0;  // that have begun as a whole

  assign turn = Whole == 0 || taken >= (steps / Steps + 1) * Image;

  always @(posedge clk) if (rst_n && dut.step_done) steps <= steps + 1;

  always #1 clk = !clk;
  tb_word_source #(.Width(Width), .Words(Words), .Image(Image), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, run, iv, ir, ic, id);
  xb_fetch #(.Width(Width), .Words(Words), .InH(InH), .InW(InW), .KernelH(KernelH), .KernelW(KernelW),
    .StrideH(StrideH), .StrideW(StrideW), .DilationH(DilationH), .DilationW(DilationW), .PadT(PadT), .PadL(PadL),
    .OutH(OutH), .OutW(OutW), .Copies(Copies), .Rate(Rate), .RingWords(RingWords)) dut (.clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(iv === 1'b1), .in_ready_o(ir), .in_count_i(ic), .in_data_i(id), .pad_i(Pad), .turn_i(turn), .tap_valid_o(valid), .tap_ready_i(ready),
    .tap_first_o(first), .tap_last_o(last), .tap_active_o(active), .tap_data_o(data), .tap_inside_o(in_image),
    .held_o(held));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("turn %0d copy %0d tap %0d: %h (%0d)", n, c, tap, data[(c*Rate+r)*Width+:Width], what);
  endtask

  task check_turn;
    if (Whole != 0 && taken < (n / Turns / Steps + 1) * Image) wrong(6);
    if (first !== (n % Turns == 0) || last !== (n % Turns == Turns - 1)) wrong(1);
    for (c = 0; c < Copies; c = c + 1) begin
      window = n / Turns % Steps * Copies + c;
      if (active[c] !== (window < Windows)) wrong(2);
      for (r = 0; r < Rate; r = r + 1) begin
        tap = n % Turns * Rate + r;
        row = window / OutW * StrideH - PadT + tap / KernelW * DilationH;
        col = window % OutW * StrideW - PadL + tap % KernelW * DilationW;
        here = row >= 0 && row < InH && col >= 0 && col < InW;
        if (in_image[c*Rate+r] !== (window < Windows && tap < Taps && here)) wrong(3);
        col = row * InW + col;
        word = here ? u_src.mem[n/Turns/Steps*Image+col] : Pad;
        if (window < Windows && tap < Taps && data[(c*Rate+r)*Width+:Width] !== word) wrong(4);
      end
    end
  endtask

  always @(posedge clk) if (run) begin
    cycle <= cycle + 1;
    ready <= $unsigned($random(seed)) % 100 >= Stall;
    if (valid !== 1'b0 && valid !== 1'b1) wrong(5);
    if (held > RingWords || held > taken) wrong(6);
    if (waiting && (!valid || data !== data_before)) wrong(7);
    waiting <= valid && !ready;
    data_before <= data;
    if (iv === 1'b1 && ir) taken = taken + ic;
    if (valid && ready && !done) begin
      check_turn;
      n = n + 1;
      done <= n == Total;
    end
    if (Gapless != 0 && n > 0 && n < Total && !valid) wrong(8);
  end

  initial begin
    #5 rst_n = 1;
    @(negedge clk) run = 1;
    while (!done && cycle < 100000) @(posedge clk);
    most = Steps * Turns > Beats ? Steps * Turns : Beats;
    if (Gapless != 0 && cycle > Images * most + RingWords + 20) wrong(9);
    if (errors == 0 && n == Total) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d turns", errors, n, Total);
    $finish;
  end
endmodule
