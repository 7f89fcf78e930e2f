// SPDX-License-Identifier: Apache-2.0
// xb_layer_pool: maximum, average, mean and padding of random images against sums formed here; Copies windows every
// max(turns, groups) cycles where the input allows it; the most words held stay within the ring; the layer works as many
// cycles as its taps take, whatever the stalls, and is idle at the end.
module tb_pool;
  parameter int Mode = 0;
  parameter int Channels = 5;
  parameter int InWords = 1;
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
  parameter int InBits = 8;
  parameter int OutBits = InBits;
  parameter int Partial = 0;  // 1: input beats of any number of words
  parameter int Spare = 14;  // words of the ring that no step needs
  parameter int Lanes = 2;
  parameter int CodeOffset = 1 << (InBits - 1);
  parameter int Rounding = 0;
  parameter int Signs = 0;   // 1: some channels want their minimum
  parameter int Stall = 30;
  `include "tb_ring.svh"
  localparam int Images = 4;
  localparam int RingWords = step_words(0) + InWords - 1 + Spare;
  localparam int InImage = InH * InW;
  localparam int InBeats = (InImage + InWords - 1) / InWords;
  localparam int OutImage = OutH * OutW;
  localparam int Steps = (OutImage + Copies - 1) / Copies;  // beats of an output image
  localparam int Taps = KernelH * KernelW;
  localparam int Turns = (Taps + Rate - 1) / Rate;
  localparam int Groups = (Channels + Lanes - 1) / Lanes;
  localparam int Window = Mode == 3 ? 1 : Turns > Groups ? Turns : Groups;
  localparam int Shift = 34;  // of reciprocals
  localparam int InMask = (1 << InBits) - 1;
  localparam int OutMask = (1 << OutBits) - 1;
  `include "tb_math.svh"
  logic clk = 0, rst_n = 0, run = 0, req = 0, busy;
  logic iv, ir, ov, orr;
  logic [$clog2(InWords+1)-1:0] ic;
  logic [$clog2(Copies+1)-1:0] oc;
  logic [InWords*Channels*InBits-1:0] id;
  logic [Copies*Channels*OutBits-1:0] od;
  logic [73:0] prog = 0;
  logic [1:0] answer;
  logic [63:0] value;
  logic [3:0] sel = 0;
  logic [31:0] r[0:6];
  logic [(Channels+31)/32*32-1:0] signs = 0;
  integer errors = 0, seed = 31, i, c, ky, kx, row, col, n, most, limit;
  logic signed [63:0] s, y;
  logic [OutBits-1:0] code;

  always #1 clk = !clk;
  tb_word_source #(.Width(Channels * InBits), .Words(InWords), .Image(InImage), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, run, iv, ir, ic, id);
  tb_word_sink #(.Width(Channels * OutBits), .Words(Copies), .Image(OutImage), .Images(Images), .Full(1),
    .Stall(Stall)) u_snk (clk, run, ov, orr, oc, od);
  xb_layer_pool #(.Mode(Mode), .Channels(Channels), .InWords(InWords), .InH(InH), .InW(InW), .KernelH(KernelH),
    .KernelW(KernelW), .StrideH(StrideH), .StrideW(StrideW), .DilationH(DilationH), .DilationW(DilationW), .PadT(PadT),
    .PadL(PadL), .OutH(OutH), .OutW(OutW), .Copies(Copies), .Rate(Rate), .RingWords(RingWords), .Lanes(Lanes),
    .InBits(InBits), .OutBits(OutBits),
    .CodeOffset(CodeOffset), .RecipShift(Shift), .Rounding(Rounding), .Signs(Signs)) dut (.clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(iv === 1'b1), .in_ready_o(ir), .in_count_i(ic), .in_data_i(id), .out_valid_o(ov), .out_ready_i(orr),
    .out_count_o(oc), .out_data_o(od),
    .layer_i(16'd9), .prog_i(prog), .cnt_chain_i({req, 45'd0, 16'd9, sel}), .cnt_chain_o({answer, value}), .busy_o(busy), .turn_i(1'b1));

  task write(input [3:0] kind, input last, input [19:0] unit, input [15:0] addr, input [31:0] data);
    @(negedge clk) prog = {1'b1, last, kind, unit, addr, data};
    @(negedge clk) prog = {1'b0, prog[72:0]};
  endtask

  task read(input [3:0] which);
    @(negedge clk) sel = which; req = 1;
    @(negedge clk) req = 0;
    @(negedge clk);
  endtask

  initial begin
    #5 rst_n = 1;
    r[0] = InMask * 3 / 10; r[1] = OutMask * 7 / 20; r[2] = OutMask / 12; r[3] = OutMask - OutMask / 17;
    r[4] = 32'h5a5a5a5a; r[6] = Taps * r[0];
    r[5] = OutBits - InBits - $clog2(Taps);
    write(0, 1, 0, 0, 0);
    for (i = 0; i < 7; i = i + 1) begin
      write(2, 1, 9, i, r[i]);
      write(2, 1, 8, i, ~r[i]);
    end
    for (i = 0; Signs && i < (Channels + 31) / 32; i = i + 1) begin
      signs[32*i+:32] = i == 0 ? 32'h5a5a5a5a : $random(seed);
      write(2, 1, 9, 7 + i, signs[32*i+:32]);
      write(2, 1, 8, 7 + i, ~signs[32*i+:32]);
    end
    if (Signs) begin  // all codes are wanted
      r[2] = 0;
      r[3] = InMask;
      write(2, 1, 9, 2, r[2]);
      write(2, 1, 9, 3, r[3]);
    end
    for (i = 1; i <= Taps; i = i + 1) begin
      s = ((64'd1 << Shift) + 2 * i - 1) / (2 * i);
      if (i == 2) write(4, 0, 9, i, 12345);  // a record broken off: the next frame starts anew
      if (i == 2) write(0, 1, 0, 0, 0);
      write(4, 0, 9, i, s[31:0]);
      write(4, 1, 9, i, s[63:32]);
      write(4, 0, 8, i, 1);
      write(4, 1, 8, i, 1);
    end
    @(negedge clk) run = 1;
    for (i = 0; i < 100000 && (i < 4 || u_snk.words < Images * OutImage || u_src.index < Images * InImage); i = i + 1)
      @(posedge clk);
    for (i = 0; i < Images * OutImage; i = i + 1) begin
      for (c = 0; c < Channels; c = c + 1) begin
        n = 0;
        s = 0;
        for (ky = 0; ky < KernelH; ky = ky + 1) begin
          for (kx = 0; kx < KernelW; kx = kx + 1) begin
            row = (i % OutImage) / OutW * StrideH - PadT + ky * DilationH;
            col = (i % OutImage % OutW) * StrideW - PadL + kx * DilationW;
            if (row >= 0 && row < InH && col >= 0 && col < InW) begin
              col = row * InW + col;
              y = u_src.mem[i/OutImage*InImage+col][c*InBits+:InBits];
              n = n + 1;
              if (Mode == 0 && signs[c]) s = n == 1 || y < s ? y : s;
              else if (Mode == 0) s = y > s ? y : s;
              else if (Mode == 1) s = s + y - CodeOffset;
              else s = s + y;
            end
          end
        end
        if (Mode == 0) y = clamped(s, r[2], r[3]);
        else if (Mode == 1) begin
          y = s < 0 ? -s : s;
          y = (2 * y + n) / (2 * n);  // half away from zero
          y = clamped((s < 0 ? -y : y) + CodeOffset, r[2], r[3]);
        end else if (Mode == 2) begin
          y = clamped(multiplier(Rounding, s - $signed({32'd0, r[6]}), r[4], $signed(r[5])) + $signed({32'd0, r[1]}), r[2], r[3]);
        end else y = n == 0 ? r[0] : s;
        code = u_snk.mem[i][c*OutBits+:OutBits];
        if (code !== y[OutBits-1:0]) begin
          errors = errors + 1;
          if (errors < 4) $display("word %0d channel %0d: %0d, not %0d", i, c, code, y);
        end
      end
    end
    read(0); if (value !== Images * Steps * Turns || busy !== 0) errors = errors + 1;
    read(6); if (value !== Images * InImage) errors = errors + 1;
    read(7); if (value !== Images * OutImage) errors = errors + 1;
    read(8); if (value == 0 || value > RingWords) errors = errors + 1;
    most = Steps * Window > InBeats ? Steps * Window : InBeats;
    limit = Images * most + InW * KernelH * DilationH / InWords + 20;
    if (Stall == 0 && u_snk.last_cycle > limit) begin
      errors = errors + 1;
      $display("%0d cycles, not %0d", u_snk.last_cycle, limit);
    end
    errors = errors + u_snk.errors;
    if (errors == 0 && u_snk.words == Images * OutImage) $display("PASS");
    else $display("FAIL errors %0d words %0d", errors, u_snk.words);
    $finish;
  end
endmodule
