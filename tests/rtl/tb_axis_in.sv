// SPDX-License-Identifier: Apache-2.0
// xb_axis_in: bytes to beats, image boundary by the count, frame check, enable, throughput.
module tb_axis_in;
  parameter int BusBytes = 1;
  parameter int CodeBytes = 1;
  parameter int CodeBits = 8;
  parameter int Channels = 3;
  parameter int Words = 1;
  parameter int ImageWords = 5;
  parameter int CodeOffset = 1 << (CodeBits - 1);
  parameter int Stall = 30;
  parameter int Bad = 0;  // percent of bus beats with a wrong tlast or tkeep
  localparam int Images = 20;
  localparam int ImageBytes = ImageWords * Channels * CodeBytes;
  localparam int Beats = (ImageBytes + BusBytes - 1) / BusBytes;
  localparam int BW = BusBytes * 9 + 1;
  localparam int OutBeats = (ImageWords + Words - 1) / Words;
  logic clk = 0, rst_n = 0, enable = 0;
  logic iv, ir, ov, orr, ferr, img, begun;
  logic [BW-1:0] id;
  logic [$clog2(Words+1)-1:0] oc;
  logic [Words*Channels*CodeBits-1:0] od;
  integer errors = 0, want_errors = 0, got_errors = 0, images = 0, beat = 0, i, j, k, n, seed = 5;
  logic [CodeBits-1:0] code;
  logic last;
  logic [BusBytes-1:0] keep;

  always #1 clk = !clk;
  tb_source #(.Width(BW), .Words(Images * Beats), .Stall(Stall)) u_src (clk, rst_n, iv, ir, id);
  tb_word_sink #(.Width(Channels * CodeBits), .Words(Words), .Image(ImageWords), .Images(Images), .Full(1),
    .Stall(Stall)) u_snk (clk, rst_n, ov, orr, oc, od);
  xb_axis_in #(.BusBytes(BusBytes), .CodeBytes(CodeBytes), .CodeBits(CodeBits), .Channels(Channels), .Words(Words),
    .ImageWords(ImageWords), .CodeOffset(CodeOffset)) dut (
    .clk_i(clk), .rst_ni(rst_n), .enable_i(enable),
    .s_axis_tdata(id[BusBytes*8-1:0]), .s_axis_tkeep(id[BusBytes*8+:BusBytes]), .s_axis_tvalid(iv),
    .s_axis_tready(ir), .s_axis_tlast(id[BW-1]), .out_valid_o(ov), .out_ready_i(orr), .out_count_o(oc), .out_data_o(od),
    .frame_error_o(ferr), .begun_o(begun), .image_o(img));

  always @(posedge clk) if (rst_n) begin
    if (begun !== (beat != 0)) errors = errors + 1;
    if (iv && ir) begin
      if (beat == 0 && !enable) errors = errors + 1;
      beat = beat == Beats - 1 ? 0 : beat + 1;
    end
    got_errors = got_errors + ferr;
    images = images + img;
    if (Stall != 0) enable <= $unsigned($random(seed)) % 100 < 60;
    else enable <= 1'b1;
  end

  initial begin
    #1;
    for (i = 0; i < Images * Beats; i = i + 1) begin
      last = i % Beats == Beats - 1;
      n = last ? ImageBytes - (Beats - 1) * BusBytes : BusBytes;
      keep = {BusBytes{1'b1}} >> (BusBytes - n);
      if ($unsigned($random(seed)) % 100 < Bad) begin
        if (BusBytes > 1 && $random(seed) % 2 == 0) keep = keep ^ (1 << ($unsigned($random(seed)) % BusBytes));
        else last = !last;
        want_errors = want_errors + 1;
      end
      u_src.mem[i][BW-1:BusBytes*8] = {last, keep};
      for (j = n; j < BusBytes; j = j + 1) u_src.mem[i][j*8+:8] = 'x;
    end
    #4 rst_n = 1;
    for (i = 0; i < 50000 && u_snk.words < Images * ImageWords; i = i + 1) @(posedge clk);
    #20 errors = errors + u_snk.errors;
    for (i = 0; i < Images * ImageWords; i = i + 1) begin
      for (j = 0; j < Channels; j = j + 1) begin
        k = (i % ImageWords * Channels + j) * CodeBytes;  // byte of the image
        code = u_src.mem[i/ImageWords*Beats+k/BusBytes][k%BusBytes*8+:CodeBits] + CodeOffset;
        if (u_snk.mem[i][j*CodeBits+:CodeBits] !== code) errors = errors + 1;
      end
    end
    if (images != Images || got_errors != want_errors) errors = errors + 1;
    n = Images * (Beats > OutBeats ? Beats : OutBeats);
    if (Stall == 0 && u_snk.last_cycle - u_snk.first_cycle > n) errors = errors + 1;
    if (errors == 0 && u_snk.words == Images * ImageWords) $display("PASS");
    else $display("FAIL errors %0d words %0d of %0d, frame errors %0d of %0d, cycles %0d", errors, u_snk.words,
                  Images * ImageWords, got_errors, want_errors, u_snk.last_cycle - u_snk.first_cycle);
    $finish;
  end
endmodule
