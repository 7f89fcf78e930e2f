// SPDX-License-Identifier: Apache-2.0
// Plain bench: programs xb_top, streams the images of vectors/input.npy in and compares every result byte with
// vectors/output.npy. It knows nothing of the inside, so the same bench serves the RTL and a synthesized netlist.
// Prints FAIL with the first difference, or "cycles N" (first input beat to last output beat) and PASS.
// +folder=PATH (the emitted folder, default .) +images=N (default all) +stall=0..95 (per cent of the cycles in which the
// bench does not offer or take).
`timescale 1ns / 1ps
`include "xb_design.svh"

module tb_xb;

  localparam integer InBytes = `XB_IN_BYTES;
  localparam integer OutBytes = `XB_OUT_BYTES;
  localparam integer ImageBytes = `XB_IMAGE_BYTES;
  localparam integer ResultBytes = `XB_RESULT_BYTES;
  localparam integer IN_BEATS = (ImageBytes + InBytes - 1) / InBytes;
  localparam integer OUT_BEATS = (ResultBytes + OutBytes - 1) / OutBytes;
  localparam integer TIME_OUT = 100000 + 4 * `XB_LATENCY;  // cycles in which nothing moves

  string folder = ".";
  integer stall = 0, images = 0;
  integer program_file, input_file, output_file;
  integer prog_words, there;

  // Bytes of a file of the folder; what cannot be read ends the run.
  integer length;
  task open(input string name, output integer file);
    file = $fopen({folder, "/", name}, "rb");
    if (file == 0) begin
      $display("FAIL %0s/%0s cannot be read", folder, name);
      $fatal(0);
    end else begin
      there  = $fseek(file, 0, 2);
      length = $ftell(file);
      there  = $fseek(file, 0, 0);
    end
  endtask

  // Past the header of a .npy file, whose length stands in bytes 8 and 9.
  task skip_header(input integer file);
    there  = $fseek(file, 8, 0);
    there  = $fgetc(file);
    there  = there + 256 * $fgetc(file) + 10;
    length = length - there;
    there  = $fseek(file, there, 0);
  endtask

  initial begin
    there = $value$plusargs("folder=%s", folder);
    there = $value$plusargs("stall=%d", stall);
    open("mem/program.bin", program_file);
    prog_words = length / 4;
    open("vectors/output.npy", output_file);
    skip_header(output_file);
    open("vectors/input.npy", input_file);
    skip_header(input_file);
    if (!$value$plusargs("images=%d", images)) images = length / ImageBytes;
    if ((images >= 1 && images <= length / ImageBytes) !== 1'b1) begin
      $display("error: +images (IMAGES): a number from 1 to %0d, the images of vectors/, is needed", length / ImageBytes);
      $finish;
    end
    if ((stall >= 0 && stall <= 95) !== 1'b1) begin
      $display("error: +stall (STALL): a number from 0 to 95 is needed");
      $finish;
    end
  end

  reg clk = 1'b0;
  reg rst_n = 1'b0;
  always #5 clk = !clk;

  reg [31:0] prog_data;
  reg prog_valid = 1'b0, prog_last;
  wire prog_ready;
  reg [InBytes*8-1:0] in_data;
  reg [InBytes-1:0] in_keep;
  reg in_valid = 1'b0, in_last;
  wire in_ready;
  wire [OutBytes*8-1:0] out_data;
  wire [OutBytes-1:0] out_keep;
  wire out_valid, out_last;
  reg out_ready = 1'b0;
  reg ar_valid = 1'b0;
  wire ar_ready, r_valid, aw_ready, w_ready, b_valid;
  wire [31:0] r_data;
  wire [1:0] r_resp, b_resp;

  xb_top u_top (
      .aclk              (clk),
      .aresetn           (rst_n),
      .s_axis_tdata      (in_data),
      .s_axis_tkeep      (in_keep),
      .s_axis_tvalid     (in_valid),
      .s_axis_tready     (in_ready),
      .s_axis_tlast      (in_last),
      .m_axis_tdata      (out_data),
      .m_axis_tkeep      (out_keep),
      .m_axis_tvalid     (out_valid),
      .m_axis_tready     (out_ready),
      .m_axis_tlast      (out_last),
      .s_axis_prog_tdata (prog_data),
      .s_axis_prog_tkeep (4'hf),
      .s_axis_prog_tvalid(prog_valid),
      .s_axis_prog_tready(prog_ready),
      .s_axis_prog_tlast (prog_last),
      .s_axil_awaddr     (20'd0),
      .s_axil_awprot     (3'd0),
      .s_axil_awvalid    (1'b0),
      .s_axil_awready    (aw_ready),
      .s_axil_wdata      (32'd0),
      .s_axil_wstrb      (4'd0),
      .s_axil_wvalid     (1'b0),
      .s_axil_wready     (w_ready),
      .s_axil_bresp      (b_resp),
      .s_axil_bvalid     (b_valid),
      .s_axil_bready     (1'b1),
      .s_axil_araddr     (20'h010),  // STATUS, again and again
      .s_axil_arprot     (3'd0),
      .s_axil_arvalid    (ar_valid),
      .s_axil_arready    (ar_ready),
      .s_axil_rdata      (r_data),
      .s_axil_rresp      (r_resp),
      .s_axil_rvalid     (r_valid),
      .s_axil_rready     (1'b1)
  );

  integer seed = 1;
  integer cycle = 0, first_cycle = 0, moved = 0;
  integer prog_n = 0, in_image = 0, in_beat = 0, out_image = 0, out_beat = 0;
  integer i, at;
  reg [7:0] expected;
  reg done = 1'b0, programmed = 1'b0;

  function integer now(input integer unused);  // the bench works in this cycle
    now = ($urandom(seed) % 100) >= stall;
  endfunction

  task fail(input [8*24-1:0] what);
    if (!done) begin
      $display("FAIL %0s, cycle %0d, image %0d, beat %0d: %h", what, cycle, out_image, out_beat, out_data);
      done = 1'b1;
      $fatal(0);
    end
  endtask

  task offer_program;
    if (!prog_valid || prog_ready) begin
      prog_valid <= prog_n < prog_words;
      if (prog_n < prog_words) for (i = 0; i < 4; i = i + 1) prog_data[i*8+:8] <= $fgetc(program_file);
      prog_last <= prog_n == prog_words - 1;
      if (prog_n < prog_words) prog_n = prog_n + 1;
    end
  endtask

  task offer_image;
    if (!in_valid || in_ready) begin
      in_valid <= 1'b0;
      if (in_image < images && now(0)) begin
        in_valid <= 1'b1;
        for (i = 0; i < InBytes; i = i + 1) begin
          at = in_beat * InBytes + i;
          in_keep[i] <= at < ImageBytes;
          in_data[i*8+:8] <= (at < ImageBytes) ? $fgetc(input_file) : 8'd0;
        end
        in_last <= in_beat == IN_BEATS - 1;
        in_beat = in_beat + 1;
        if (in_beat == IN_BEATS) begin
          in_beat  = 0;
          in_image = in_image + 1;
        end
      end
    end
  endtask

  task take_result;
    if (out_valid !== 1'b0 && out_valid !== 1'b1 && rst_n) fail("valid unknown");
    if (out_valid && out_ready) begin
      for (i = 0; i < OutBytes; i = i + 1) begin
        at = out_beat * OutBytes + i;
        if (out_keep[i] !== (at < ResultBytes)) fail("tkeep");
        if (at < ResultBytes) begin
          expected = $fgetc(output_file);
          if (out_data[i*8+:8] !== expected) fail("data");
        end
      end
      if (out_last !== (out_beat == OUT_BEATS - 1)) fail("tlast");
      out_beat = out_beat + 1;
      if (out_beat == OUT_BEATS) begin
        out_beat  = 0;
        out_image = out_image + 1;
      end
      if (out_image == images && !done) begin
        $display("cycles %0d", cycle - first_cycle);
        $display("PASS");
        done = 1'b1;
        $finish;
      end
    end
    out_ready <= now(0) != 0;
  endtask

  always @(posedge clk) begin
    cycle = cycle + 1;
    rst_n <= cycle > 4;
    if (!rst_n && cycle > 1 && {prog_ready, in_ready, out_valid, ar_ready, r_valid, aw_ready, w_ready, b_valid} !== 8'd0) fail("not still in reset");
    if (rst_n && !done) begin
      if ((prog_valid && prog_ready) || (in_valid && in_ready) || (out_valid && out_ready)) moved = cycle;
      if (cycle - moved > TIME_OUT) fail("time-out");
      offer_program;
      ar_valid <= 1'b1;
      if (r_valid) begin
        if (r_data[3:2] !== 2'b00) fail("program or frame error");
        if (r_data[0] === 1'b1 && !programmed) begin
          programmed  <= 1'b1;
          first_cycle = cycle;
        end
      end
      if (programmed) offer_image;
      take_result;
    end
  end

endmodule
