// SPDX-License-Identifier: Apache-2.0
// xb_finish (xb_collect and xb_requant): random sums and constants against docs/numerics.md, windows of images whose
// last step may be partial, beats that may be partial in every step; a step every max(slots, entries) cycles.
module tb_finish;
  parameter int Channels = 5;
  parameter int Words = 1;
  parameter int Lanes = 2;
  parameter int Copies = 1;
  parameter int Windows = 5;  // of an image
  parameter int ColTiles = 1;
  parameter int PerArray = 6;
  parameter int Slots = 4;
  parameter int Used = 24;
  parameter int SumBits = 10;
  parameter int Slices = 2;
  parameter int CellBits = 4;
  parameter int Encoding = 0;
  parameter int Analog = 0;
  parameter int Counts = 0;
  parameter int WeightBits = 8;
  parameter int Rounding = 0;
  parameter int OutBits = 8;
  parameter int Stall = 30;
  localparam int Polarities = Encoding == 0 && Analog == 0 ? 2 : 1;
  localparam int Columns = Slices * Polarities;
  localparam int CountBits = 12;
  localparam int Images = 6;
  localparam int Steps = (Windows + Copies - 1) / Copies;  // of an image
  localparam int Entries = (Channels + Lanes - 1) / Lanes;
  localparam int SlotBits = Copies * ColTiles * PerArray * SumBits;
  localparam int StepBits = Copies + Copies * Counts * CountBits;
  localparam int Inside = 3;
  `include "tb_math.svh"
  logic clk = 0, rst_n = 0, run = 0, sv, sr, sready, ov, orr, step_valid, offered;
  logic [SlotBits-1:0] sd;
  logic [Words*Channels*OutBits-1:0] od;
  logic [$clog2(Words+1)-1:0] oc;
  logic [StepBits-1:0] step;
  logic [73:0] prog = 0;
  logic [31:0] delta = 37;
  localparam int Top = (1 << OutBits) - 1;
  logic [15:0] zero = Top * 2 / 5, lo = Top / 25, hi = Top - Top / 50, code;
  logic signed [31:0] bias[0:Channels-1], q[0:Channels-1], e[0:Channels-1];
  logic [CountBits-1:0] counts[0:Images*Windows*(Counts>0?Counts:1)-1];
  integer errors = 0, seed = 13, pushed = 0, accepted = 0, i, c, k, n, w, most;
  logic signed [63:0] sum, term;

  always #1 clk = !clk;
  tb_source #(.Width(SlotBits), .Words(Images * Steps * Slots), .Stall(Stall)) u_src (clk, run, sv, sr, sd);
  tb_word_sink #(.Width(Channels * OutBits), .Words(Words), .Image(Windows), .Images(Images),
    .Stall(Stall)) u_snk (clk, run, ov, orr, oc, od);
  xb_finish #(.Channels(Channels), .Words(Words), .Lanes(Lanes), .Copies(Copies), .ColTiles(ColTiles),
    .PerArray(PerArray), .Slots(Slots), .Used(Used), .Columns(Columns), .SumBits(SumBits), .Slices(Slices),
    .CellBits(CellBits), .Encoding(Encoding), .Analog(Analog), .Counts(Counts), .CountBits(CountBits),
    .WeightBits(WeightBits), .Rounding(Rounding), .OutBits(OutBits), .StepsInside(Inside)) dut (
    .clk_i(clk), .rst_ni(rst_n),
    .layer_i(16'd5), .prog_i(prog), .out_zero_i(zero), .clamp_lo_i(lo), .clamp_hi_i(hi), .delta_i(delta),
    .step_valid_i(step_valid), .step_i(step), .slot_valid_i(offered && sv), .slot_ready_o(sready), .slot_data_i(sd),
    .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od));

  // A step begins before its sums come and leaves when they move on: at the latest before the next step's first.
  assign step_valid = run && pushed < Images * Steps && pushed < Inside + (accepted - 1) / Slots;
  assign offered = run && accepted < pushed * Slots;
  assign sr = offered && sready;

  always @(posedge clk) if (run) begin
    if (step_valid) pushed <= pushed + 1;
    if (sv && sr) accepted <= accepted + 1;
  end

  always_comb begin
    step = '0;
    for (int copy = 0; copy < Copies; copy++) begin
      step[copy] = pushed % Steps * Copies + copy < Windows;
      for (int m = 0; m < Counts; m++) begin
        step[Copies+(copy*Counts+m)*CountBits+:CountBits] = step[copy] ?
          counts[(pushed/Steps*Windows+pushed%Steps*Copies+copy)*Counts+m] : 'x;
      end
    end
  end

  task write(input last, input [19:0] unit, input [15:0] addr, input [31:0] data);
    @(negedge clk) prog = {1'b1, last, 4'd3, unit, addr, data};
    @(negedge clk) prog = {1'b0, prog[72:0]};
  endtask

  initial begin
    for (i = 0; i < Images * Windows * (Counts > 0 ? Counts : 1); i = i + 1) counts[i] = $random(seed);
    #5 rst_n = 1;
    for (i = 0; i < Entries * Lanes; i = i + 1) begin
      if (i < Channels) begin
        bias[i] = $random(seed) >>> 12;
        q[i] = 32'h40000000 | ($random(seed) & 32'h3fffffff);
        e[i] = OutBits - 16 - $unsigned($random(seed)) % 8;
      end
      for (k = 5; k < 7; k = k + 1) begin  // layer 6 is another one
        write(0, k, i / Lanes, k == 6 || i >= Channels ? 0 : bias[i]);
        write(0, k, i / Lanes, k == 6 || i >= Channels ? 0 : q[i]);
        write(i % Lanes == Lanes - 1, k, i / Lanes, k == 6 || i >= Channels ? 0 : e[i]);
      end
    end
    @(negedge clk) run = 1;
    for (i = 0; i < 50000 && (i < 4 || u_snk.words < Images * Windows); i = i + 1) @(posedge clk);
    repeat (20) @(posedge clk);
    for (i = 0; i < Images * Windows; i = i + 1) begin
      w = i % Windows;
      for (c = 0; c < Channels; c = c + 1) begin
        sum = 0;
        for (k = 0; k < Columns; k = k + 1) begin
          n = (c * Columns + k) % Used;
          term = $signed(u_src.mem[(i/Windows*Steps+w/Copies)*Slots+n/PerArray]
            [((w%Copies*ColTiles+(c*Columns+k)/Used)*PerArray+n%PerArray)*SumBits+:SumBits]);
          term = term * (1 << (CellBits * (k / Polarities)));
          if (Polarities == 2 && k % 2 == 1 || Encoding == 2 && k == Slices - 1) term = -term;
          sum = sum + term;
        end
        sum = sum * $signed({32'd0, delta}) + bias[c];
        if (Encoding == 1) sum = sum - (1 << (WeightBits - 1)) * $signed({52'd0, counts[i*Counts+c/(Channels/Counts)]});
        code = clamped(multiplier(Rounding, sum, {32'd0, q[c]}, e[c]) + zero, lo, hi);
        if (u_snk.mem[i][c*OutBits+:OutBits] !== code) begin
          errors = errors + 1;
          if (errors < 4) $display("window %0d channel %0d: %0d, not %0d (%0d)", i, c,
                                   u_snk.mem[i][c*OutBits+:OutBits], code, sum);
        end
      end
    end
    most = 0;  // cycles of an image
    for (i = 0; i < Windows; i = i + Copies) begin
      k = ((Windows - i < Copies ? Windows - i : Copies) + Words - 1) / Words * Entries;
      most = most + (k > Slots ? k : Slots);
    end
    if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle > Images * most) errors = errors + 1;
    errors = errors + u_snk.errors;
    if (errors == 0 && u_snk.words == Images * Windows) $display("PASS");
    else $display("FAIL errors %0d, %0d of %0d words in %0d cycles, not %0d", errors, u_snk.words, Images * Windows,
                  u_snk.last_cycle - u_snk.first_cycle, Images * most);
    $finish;
  end
endmodule
