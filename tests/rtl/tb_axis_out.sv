// SPDX-License-Identifier: Apache-2.0
// xb_axis_out: beats to bytes, tkeep and tlast, one frame an image, throughput.
module tb_axis_out;
  parameter int BusBytes = 1;
  parameter int CodeBytes = 1;
  parameter int CodeBits = 8;
  parameter int Channels = 3;
  parameter int Words = 1;
  parameter int ImageWords = 5;
  parameter int CodeOffset = CodeBits < 32 ? 1 << (CodeBits - 1) : 0;
  parameter int Partial = 0;  // 1: beats of any number of words
  parameter int Stall = 30;
  localparam int Images = 20;
  localparam int ImageBytes = ImageWords * Channels * CodeBytes;
  localparam int Beats = (ImageBytes + BusBytes - 1) / BusBytes;
  localparam int BW = BusBytes * 9 + 1;
  localparam int InBeats = (ImageWords + Words - 1) / Words;
  logic clk = 0, rst_n = 0;
  logic iv, ir, ov, orr, img;
  logic [BW-1:0] od;
  logic [$clog2(Words+1)-1:0] ic;
  logic [Words*Channels*CodeBits-1:0] id;
  logic [63:0] number;
  integer errors = 0, images = 0, i, j, k, n;
  logic [7:0] code;
  logic keep;

  always #1 clk = !clk;
  tb_word_source #(.Width(Channels * CodeBits), .Words(Words), .Image(ImageWords), .Images(Images), .Partial(Partial),
    .Stall(Stall)) u_src (clk, rst_n, iv, ir, ic, id);
  tb_sink #(.Width(BW), .Words(Images * Beats), .Stall(Stall)) u_snk (clk, rst_n, ov, orr, od);
  xb_axis_out #(.BusBytes(BusBytes), .CodeBytes(CodeBytes), .CodeBits(CodeBits), .Channels(Channels), .Words(Words),
    .ImageWords(ImageWords), .CodeOffset(CodeOffset)) dut (
    .clk_i(clk), .rst_ni(rst_n), .in_valid_i(iv), .in_ready_o(ir), .in_count_i(ic), .in_data_i(id),
    .m_axis_tdata(od[BusBytes*8-1:0]), .m_axis_tkeep(od[BusBytes*8+:BusBytes]), .m_axis_tvalid(ov),
    .m_axis_tready(orr), .m_axis_tlast(od[BW-1]), .image_o(img));

  always @(posedge clk) if (rst_n) images = images + img;

  initial begin
    #5 rst_n = 1;
    for (i = 0; i < 50000 && u_snk.count < Images * Beats; i = i + 1) @(posedge clk);
    #20 errors = u_snk.errors;
    for (i = 0; i < Images * Beats; i = i + 1) begin
      if (u_snk.mem[i][BW-1] !== (i % Beats == Beats - 1)) errors = errors + 1;
      for (j = 0; j < BusBytes; j = j + 1) begin
        k = (i % Beats) * BusBytes + j;
        keep = k < ImageBytes;
        code = 0;
        if (keep) begin
          n = k / CodeBytes;  // code of the image
          number = u_src.mem[i/Beats*ImageWords+n/Channels][n%Channels*CodeBits+:CodeBits];
          number = number - CodeOffset;
          code = number[k%CodeBytes*8+:8];
        end
        if (u_snk.mem[i][BusBytes*8+j] !== keep || u_snk.mem[i][j*8+:8] !== code) errors = errors + 1;
      end
    end
    if (images != Images) errors = errors + 1;
    n = Images * (Beats > InBeats ? Beats : InBeats);
    if (Stall == 0 && Partial == 0 && u_snk.last_cycle - u_snk.first_cycle > n) errors = errors + 1;
    if (errors == 0 && u_snk.count == Images * Beats) $display("PASS");
    else $display("FAIL errors %0d beats %0d of %0d, images %0d, cycles %0d", errors, u_snk.count, Images * Beats,
                  images, u_snk.last_cycle - u_snk.first_cycle);
    $finish;
  end
endmodule
