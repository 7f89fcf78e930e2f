// SPDX-License-Identifier: Apache-2.0
// xb_gather and xb_strip: every tap of every window of images back to back against the images, and the words that come through the
// port in each step, counted anew from the positions that the windows look at. Where the stream is fast and windows are
// driven at once, no cycle is lost between the turns of the walk (Gapless).
module tb_strip;
  parameter int Access = 1;
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
  parameter int RowLanes = 1;
  parameter int ColLanes = 1;
  parameter int RowGroup = 1;  // more: RowLanes, ColLanes cover all their rows and columns
  parameter int Spare = 1;  // words of the ring that no step needs
  parameter int Stall = 30;
  parameter int Gapless = 0;
  parameter int PitchH = 1;  // rows: the greatest that divides StrideH and DilationH
  parameter int Unit = 1;  // words of a unit: the greatest that divides StrideW and, if there are several taps, DilationW
  `include "tb_ring.svh"
  localparam int RingWords = step_words(0) + Words - 1 + Spare;
  localparam int RowPitch = RowGroup > 1 ? PitchH : DilationH;
  localparam int Onward = StrideW / Unit;
  localparam int Tap = KernelW == 1 ? 1 : DilationW / Unit;
  localparam int Span = (KernelW - 1) * Tap + 1;
  localparam int Skip = (Access > 1 && Tap == 1 && Span > Onward) ? Span - Onward : 0;
  localparam int UnitBits = $clog2(OutW * Onward + Span + ColLanes + 1);
  localparam int StepRows = (OutW + Copies - 2) / OutW + 1;
  localparam int Side = 2 + (StepRows > 1 ? $clog2(StepRows) : 1) + (KernelH > 1 ? $clog2(KernelH) : 1) + UnitBits + 2 * RowLanes * ColLanes;
  localparam int Images = 4;
  localparam int Image = InH * InW;
  localparam int Taps = KernelH * KernelW;
  localparam int Windows = OutH * OutW;
  localparam int Steps = (Windows + Copies - 1) / Copies;
  localparam logic [Width-1:0] Pad = {Width{1'b1}} ^ 5;
  logic clk = 0, rst_n = 0, run = 0, load, ready = 0;
  logic iv, ir, full;
  logic [$clog2(Words+1)-1:0] ic;
  logic [Words*Width-1:0] id;
  logic [Copies-1:0] active;
  logic [Copies*Taps*Width-1:0] windows;
  logic [$clog2(RowLanes*ColLanes+1)-1:0] loads;
  logic [31:0] held;
  logic valid, take;
  logic [Side-1:0] side;
  logic [RowLanes*ColLanes*Width-1:0] data;
  logic [Width-1:0] word;
  integer errors = 0, seed = 3, n = 0, taken = 0, cycle = 0, began = 0, turns = 0, total = 0, c, t, row, col;
  logic seen[-9:InH+OutH*StrideH+KernelH*DilationH][-9:InW+OutW*StrideW+KernelW*DilationW];
  logic line[-9:InH+OutH*StrideH+KernelH*DilationH][-9:InW+OutW*StrideW+KernelW*DilationW];

  always #1 clk = !clk;
  tb_word_source #(.Width(Width), .Words(Words), .Image(Image), .Images(Images), .Partial(Words > 1),
    .Stall(Stall)) u_src (clk, run, iv, ir, ic, id);
  xb_gather #(.Skip(Skip), .Width(Width), .Words(Words), .InH(InH), .InW(InW), .KernelH(KernelH), .StrideH(StrideH),
    .StrideW(StrideW), .DilationH(DilationH), .ReachW((KernelW - 1) * DilationW), .PadT(PadT), .PadL(PadL), .OutH(OutH), .OutW(OutW),
    .Copies(Copies), .RowLanes(RowLanes), .ColLanes(ColLanes), .RowPitch(RowPitch), .RowGroup(RowGroup),
    .RingWords(RingWords), .Unit(Unit), .Onward(Onward), .Span(Span),
    .UnitBits(UnitBits)) u_gather (.clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv === 1'b1), .in_ready_o(ir), .in_count_i(ic),
    .in_data_i(id), .pad_i(Pad), .turn_i(1'b1), .out_valid_o(valid), .out_ready_i(take), .out_side_o(side), .out_data_o(data), .held_o(held));
  xb_strip #(.Access(Access), .Width(Width), .KernelH(KernelH), .KernelW(KernelW), .StrideH(StrideH), .DilationH(DilationH),
    .OutH(OutH), .OutW(OutW), .Copies(Copies), .RowLanes(RowLanes), .ColLanes(ColLanes), .RowPitch(RowPitch), .Onward(Onward), .Tap(Tap),
    .FirstH(StrideH / PitchH < KernelH ? StrideH / PitchH : KernelH), .Early(DilationH > PitchH ? DilationH / PitchH : 1), .UnitBits(UnitBits)) u_strip (.clk_i(clk),
    .rst_ni(rst_n), .in_valid_i(valid), .in_ready_o(take), .in_side_i(side),
    .in_data_i(data), .full_o(full), .active_o(active), .window_o(windows), .loads_o(loads), .load_i(load));

  assign load = full && ready;

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 6) $display("step %0d copy %0d tap %0d: %h (%0d)", n, c, t, windows[(c*Taps+t)*Width+:Width], what);
  endtask

  function automatic integer row_at(input integer window, input integer tap);
    row_at = window / OutW * StrideH - PadT + tap / KernelW * DilationH;
  endfunction

  function automatic integer col_at(input integer window, input integer tap);
    col_at = window % OutW * StrideW - PadL + tap % KernelW * DilationW;
  endfunction

  // Whether a window of the step before, in the same row of windows, has had this position.
  function automatic had(input integer step, input integer window, input integer y, input integer x);
    integer w, k;
    had = 0;
    for (w = (step - 1) * Copies; step > 0 && w < step * Copies; w = w + 1) begin
      for (k = 0; k < Taps; k = k + 1) begin
        if (w / OutW == window / OutW && row_at(w, k) == y && col_at(w, k) == x) had = 1;
      end
    end
  endfunction

  integer due[0:Steps-1];  // words, as the first image has found

  // The words that a step loads.
  function automatic integer expected(input integer step);
    integer w, k, y, x;
    expected = 0;
    for (y = -9; y < InH + OutH * StrideH + KernelH * DilationH; y = y + 1)
      for (x = -9; x < InW + OutW * StrideW + KernelW * DilationW; x = x + 1) begin
        seen[y][x] = 0;
        if (step == 0) line[y][x] = 0;
      end
    for (w = step * Copies; w < (step + 1) * Copies && w < Windows; w = w + 1) begin
      for (k = 0; k < Taps; k = k + 1) begin
        y = row_at(w, k);
        x = col_at(w, k);
        if (Access == 3) begin
          if (y >= 0 && y < InH && x >= 0 && x < InW && !line[y][x]) expected = expected + 1;
          line[y][x] = 1;
        end else if (!seen[y][x] && (Access == 1 || !had(step, w, y, x))) begin
          expected = expected + 1;
          seen[y][x] = 1;
        end
      end
    end
  endfunction

  // Turns of the walk in a step.
  function automatic integer step_turns(input integer step);
    integer w, first, last, from, to;
    step_turns = 0;
    w = step * Copies;
    while (w < (step + 1) * Copies && w < Windows) begin
      first = w % OutW;
      last = (step + 1) * Copies - 1 < Windows ? (step + 1) * Copies - 1 : Windows - 1;
      if (last / OutW != w / OutW) last = OutW - 1;
      else last = last % OutW;
      from = first * Onward + ((first > 0 && w == step * Copies) ? Skip : 0);
      to = last * Onward + Span - 1;
      step_turns = step_turns + (KernelH + RowLanes - 1) / RowLanes * ((to - from + ColLanes) / ColLanes);
      w = w + last - first + 1;
    end
    if (RowGroup > 1) step_turns = ((w - 1) / OutW - step * Copies / OutW + RowGroup) / RowGroup;
  endfunction

  task check_step;
    integer step;
    step = n % Steps;
    if (n < Steps) due[step] = expected(step);
    if (total !== due[step]) begin
      $display("step %0d: %0d words, not %0d", n, total, due[step]);
      wrong(1);
    end
    for (c = 0; c < Copies; c = c + 1) begin
      if (active[c] !== (step * Copies + c < Windows)) wrong(2);
      for (t = 0; t < Taps; t = t + 1) begin
        row = row_at(step * Copies + c, t);
        col = col_at(step * Copies + c, t);
        word = (row >= 0 && row < InH && col >= 0 && col < InW) ? u_src.mem[n/Steps*Image+row*InW+col] : Pad;
        if (active[c] === 1'b1 && windows[(c*Taps+t)*Width+:Width] !== word) wrong(3);
      end
    end
  endtask

  always @(posedge clk) if (run) begin
    cycle <= cycle + 1;
    ready <= Gapless != 0 || $unsigned($random(seed)) % 100 >= Stall;
    if (held > RingWords || held > taken) wrong(4);
    if (iv === 1'b1 && ir) taken = taken + ic;
    if (load) begin
      check_step;
      if (n == 0) began = cycle;
      else turns = turns + step_turns(n % Steps);
      n = n + 1;
      total = loads;
    end else begin
      total = total + loads;
    end
    if (loads === 'x) wrong(5);
  end

  initial begin
    #5 rst_n = 1;
    @(negedge clk) run = 1;
    while (n < Images * Steps && cycle < 100000) @(posedge clk);
    if (Gapless != 0 && cycle - began > turns + 1) begin
      $display("%0d cycles for %0d turns", cycle - began, turns);
      wrong(6);
    end
    if (errors == 0 && n == Images * Steps) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d steps", errors, n, Images * Steps);
    $finish;
  end
endmodule
