// SPDX-License-Identifier: Apache-2.0
// xb_window: every plane of every row of every step, and the digital counts, against the images; codes of any width,
// beats of any number of words.
module tb_window;
  parameter int Channels = 3;
  parameter int InWords = 1;
  parameter int InBits = 8;
  parameter int InH = 5;
  parameter int InW = 6;
  parameter int KernelH = 3;
  parameter int KernelW = 2;
  parameter int StrideH = 1;
  parameter int StrideW = 2;
  parameter int DilationH = 1;
  parameter int DilationW = 1;
  parameter int PadT = 1;
  parameter int PadL = 1;
  parameter int OutH = 5;
  parameter int OutW = 3;
  parameter int Copies = 1;
  parameter int Rate = 1;
  parameter int Access = 0;
  parameter int RowLanes = 1;
  parameter int ColLanes = 1;
  parameter int Spare = 4;
  parameter int DacBits = 1;
  parameter int RowOrder = 0;
  parameter int Counts = 0;
  parameter int Partial = 0;
  parameter int Stall = 30;
  `include "tb_ring.svh"
  localparam int Images = 4;
  localparam int Image = InH * InW;
  localparam int Taps = KernelH * KernelW;
  localparam int Rows = Taps * Channels;
  localparam int Planes = (InBits + DacBits - 1) / DacBits;
  localparam int CountBits = InBits + $clog2(Rows + 1);
  localparam int Windows = OutH * OutW;
  localparam int Steps = (Windows + Copies - 1) / Copies;
  localparam logic [InBits-1:0] Pad = {InBits{1'b1}} ^ 4;
  logic clk = 0, rst_n = 0, run = 0, iv, ir, full, load = 0, shift = 0;
  logic [$clog2(InWords+1)-1:0] ic;
  logic [InWords*Channels*InBits-1:0] id;
  logic [(Counts > 0 ? Copies * Counts : 1)*CountBits-1:0] count;
  logic [Copies-1:0] active;
  logic [Copies*Rows*DacBits-1:0] drive;
  logic [31:0] held;
  logic [63:0] loads;
  logic counted;
  integer errors = 0, seed = 4, s, p, c, i, row, tap, channel, y, x, wait_cycles;
  logic [InBits-1:0] code;
  logic [CountBits-1:0] sum[0:(Counts>0?Counts:1)-1];

  always #1 clk = !clk;
  tb_word_source #(.Width(Channels * InBits), .Words(InWords), .Image(Image), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, run, iv, ir, ic, id);
  xb_window #(.Access(Access), .RowLanes(RowLanes), .ColLanes(ColLanes), .Channels(Channels), .InBits(InBits), .InWords(InWords), .InH(InH), .InW(InW), .KernelH(KernelH),
    .KernelW(KernelW), .StrideH(StrideH), .StrideW(StrideW), .DilationH(DilationH), .DilationW(DilationW), .PadT(PadT),
    .PadL(PadL), .OutH(OutH), .OutW(OutW), .Copies(Copies), .Rate(Rate), .RingWords(step_words(0) + InWords - 1 + Spare),
    .DacBits(DacBits), .Planes(Planes), .RowOrder(RowOrder), .Counts(Counts), .CountBits(CountBits)) dut (.clk_i(clk),
    .rst_ni(rst_n), .clear_i(1'b0), .in_valid_i(iv === 1'b1), .in_ready_o(ir), .in_count_i(ic), .in_data_i(id), .pad_i(Pad), .turn_i(1'b1),
    .full_o(full), .free_i(1'b1), .load_i(load), .counted_o(counted), .count_o(count), .active_o(active), .shift_i(shift),
    .drive_o(drive), .loads_o(loads), .held_o(held));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("step %0d plane %0d copy %0d row %0d (%0d)", s, p, c, row, what);
  endtask

  // The code on a row of the window of copy c in step s.
  task find_code;
    tap = RowOrder == 0 ? row % Taps : row / Channels;
    channel = RowOrder == 0 ? row / Taps : row % Channels;
    i = s % Steps * Copies + c;
    y = i / OutW * StrideH - PadT + tap / KernelW * DilationH;
    x = i % OutW * StrideW - PadL + tap % KernelW * DilationW;
    code = Pad;
    if (y >= 0 && y < InH && x >= 0 && x < InW)
      code = u_src.mem[s/Steps*Image+y*InW+x][channel*InBits+:InBits];
  endtask

  task check_counts;
    for (c = 0; c < Copies; c = c + 1) begin
      for (i = 0; i < Counts; i = i + 1) sum[i] = 0;
      for (row = 0; row < Rows; row = row + 1) begin
        find_code;
        if (Counts > 0) sum[channel/(Channels/Counts)] = sum[channel/(Channels/Counts)] + code;
      end
      for (i = 0; i < Counts; i = i + 1)
        if (s % Steps * Copies + c < Windows && count[(c*Counts+i)*CountBits+:CountBits] !== sum[i]) wrong(2);
    end
  endtask

  task check_plane;
    for (c = 0; c < Copies; c = c + 1) if (active[c] !== (s % Steps * Copies + c < Windows)) wrong(1);
    for (c = 0; c < Copies && s % Steps * Copies + c < Windows; c = c + 1) begin
      for (row = 0; row < Rows; row = row + 1) begin
        find_code;
        for (i = 0; i < DacBits; i = i + 1)
          if (drive[(c*DacBits+i)*Rows+row] !== (p * DacBits + i < InBits ? code[p*DacBits+i] : 1'b0)) wrong(3);
      end
    end
  endtask

  initial begin
    #5 rst_n = 1;
    @(negedge clk) run = 1;
    for (s = 0; s < Images * Steps && errors == 0; s = s + 1) begin
      p = 0;
      for (wait_cycles = 0; full !== 1'b1 && wait_cycles < 2000; wait_cycles = wait_cycles + 1) @(negedge clk);
      if (full !== 1'b1) wrong(4);
      load = 1;
      #0 if (Access == 0 && counted !== 1'b1) wrong(5);
      if (Access == 0) check_counts;
      @(negedge clk) load = 0;
      if (Access != 0 && counted !== 1'b1) wrong(5);
      if (Access != 0) check_counts;
      for (p = 0; p < Planes; p = p + 1) begin
        repeat ($unsigned($random(seed)) % 3) @(negedge clk);
        check_plane;
        shift = p < Planes - 1;
        @(negedge clk) shift = 0;
      end
    end
    if (Access == 0 && errors == 0 && loads !== Images * Windows * Taps) wrong(6);
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
