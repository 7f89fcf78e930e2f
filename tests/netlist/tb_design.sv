// SPDX-License-Identifier: Apache-2.0
// Plain bench for a whole emitted design: programs xb_top, streams images in and compares every result byte. It knows
// nothing of the inside, so the same bench serves the RTL and a synthesized netlist.
// Prints FAIL with the first difference, or "cycles N" (first input beat to last output beat) and PASS.
`timescale 1ns / 1ps

module tb_design #(
    parameter integer InBytes     = 1,
    parameter integer OutBytes    = 1,
    parameter integer ProgWords   = 1,
    parameter integer ImageBytes  = 1,
    parameter integer ResultBytes = 1,
    parameter integer Images      = 1,
    parameter integer Stall       = 0,  // per cent of the cycles in which the bench does not offer or take
    parameter integer TimeOut     = 1000000
);

  localparam integer IN_BEATS = (ImageBytes + InBytes - 1) / InBytes;
  localparam integer OUT_BEATS = (ResultBytes + OutBytes - 1) / OutBytes;

  reg [1023:0] file;
  reg [31:0] prog[0:ProgWords-1];
  reg [7:0] image[0:Images*ImageBytes-1];
  reg [7:0] result[0:Images*ResultBytes-1];

  initial begin
    if ($value$plusargs("prog=%s", file)) $readmemh(file, prog);
    if ($value$plusargs("input=%s", file)) $readmemh(file, image);
    if ($value$plusargs("output=%s", file)) $readmemh(file, result);
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
  integer cycle = 0, first_cycle = 0;
  integer prog_n = 0, in_image = 0, in_beat = 0, out_image = 0, out_beat = 0;
  integer i, at;
  reg done = 1'b0, programmed = 1'b0;

  function integer now(input integer unused);  // the bench works in this cycle
    now = ($urandom(seed) % 100) >= Stall;
  endfunction

  task fail(input [8*24-1:0] what);
    if (!done) begin
      $display("FAIL %0s, cycle %0d, image %0d, beat %0d: %h", what, cycle, out_image, out_beat, out_data);
      done = 1'b1;
      $finish;
    end
  endtask

  task offer_program;
    if (!prog_valid || prog_ready) begin
      prog_valid <= prog_n < ProgWords;
      if (prog_n < ProgWords) prog_data <= prog[prog_n];
      prog_last <= prog_n == ProgWords - 1;
      if (prog_n < ProgWords) prog_n = prog_n + 1;
    end
  endtask

  task offer_image;
    if (!in_valid || in_ready) begin
      in_valid <= 1'b0;
      if (in_image < Images && now(0)) begin
        in_valid <= 1'b1;
        for (i = 0; i < InBytes; i = i + 1) begin
          at = in_beat * InBytes + i;
          in_keep[i] <= at < ImageBytes;
          in_data[i*8+:8] <= (at < ImageBytes) ? image[in_image*ImageBytes+at] : 8'd0;
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
        if (at < ResultBytes && out_data[i*8+:8] !== result[out_image*ResultBytes+at]) fail("data");
      end
      if (out_last !== (out_beat == OUT_BEATS - 1)) fail("tlast");
      out_beat = out_beat + 1;
      if (out_beat == OUT_BEATS) begin
        out_beat  = 0;
        out_image = out_image + 1;
      end
      if (out_image == Images && !done) begin
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
      if (cycle > TimeOut) fail("time-out");
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
