// SPDX-License-Identifier: Apache-2.0
// What every layer has around its arithmetic: registers from the program stream, counters, the probe of its output, and
// whether there is still something to do for the images it has begun.

module xb_layer_shell #(
  parameter int  Registers     = 4,  // registers of the program stream, 0..
  parameter int  InWords       = 1,  // most words of an input beat, 1..
  parameter int  InImageWords  = 1,  // words of an image
  parameter int  OutWords      = 1,  // the same of the output
  parameter int  OutImageWords = 1,
  parameter int  OutBits       = 8,  // bits of an output beat, 1..
  parameter int  Counters      = 1,  // 0: no counters are built
  localparam int InCountBits   = $clog2(InWords + 1),
  localparam int OutCountBits  = $clog2(OutWords + 1),
  localparam int RegBits       = Registers > 0 ? Registers * 32 : 32
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,
  input  logic [            15:0] layer_i,
  input  logic [            73:0] prog_i,          // the program bus, and a stage later for the rest of the layer
  output logic [            73:0] prog_o,
  output logic [     RegBits-1:0] regs_o,          // register n in bits 32n+31..32n
  output logic                    clear_o,         // a program frame begins
  input  logic                    work_i,          // there is something to work on; cycles of it: the layer's interval at most
  input  logic                    blocked_i,       // ... or was, and waits for the output to be taken
  input  logic                    in_i,            // a beat comes in
  input  logic [ InCountBits-1:0] in_count_i,
  input  logic                    out_valid_i,     // the output stream
  input  logic                    out_ready_i,
  input  logic [OutCountBits-1:0] out_count_i,
  input  logic [     OutBits-1:0] out_data_i,
  input  logic [            63:0] reads_i,         // counted where they happen; 0 where a layer has none
  input  logic [            63:0] conversions_i,
  input  logic [            63:0] saturated_i,
  input  logic [            63:0] loads_i,
  input  logic [            31:0] held_i,          // words in the ring now
  input  logic [            65:0] cnt_chain_i,     // counter chain, as xb_counters
  output logic [            65:0] cnt_chain_o,
  output logic                    busy_o           // from an image's first word taken to its last one taken and given
);

  localparam int ImageBits = 16;  // images taken and not given: far more than any ring holds

  xb_prog_stage u_prog (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .prog_i(prog_i),
    .prog_o(prog_o)
  );

  assign clear_o = prog_o[73] && prog_o[71:68] == 4'd0;

  if (Registers > 0) begin : g_regs
    xb_prog_regs #(
      .Count(Registers)
    ) u_regs (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .layer_i(layer_i),
      .prog_i (prog_o),
      .regs_o (regs_o)
    );
  end else begin : g_no_regs
    logic unused_prog;
    assign regs_o      = '0;
    assign unused_prog = &{1'b0, layer_i, prog_o[72], prog_o[67:0]};
  end

  logic out, in_inside, in_end, out_end, unused_inside;

  assign out = out_valid_i && out_ready_i;

  xb_word_count #(
    .Words     (InWords),
    .ImageWords(InImageWords)
  ) u_in (
    .clk_i   (clk_i),
    .rst_ni  (rst_ni),
    .clear_i (clear_o),
    .beat_i  (in_i),
    .words_i (in_count_i),
    .inside_o(in_inside),
    .end_o   (in_end)
  );

  xb_word_count #(
    .Words     (OutWords),
    .ImageWords(OutImageWords)
  ) u_out (
    .clk_i   (clk_i),
    .rst_ni  (rst_ni),
    .clear_i (clear_o),
    .beat_i  (out),
    .words_i (out_count_i),
    .inside_o(unused_inside),
    .end_o   (out_end)
  );

  // Images taken less images given. A pool may give the last word of an image before it has taken its last rows, which
  // nobody looks at: then it is -1, and the image is not over.
  logic signed [ImageBits-1:0] images_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      images_q <= '0;
    end else if (clear_o) begin
      images_q <= '0;
`ifdef XB_ASSERT
      if (busy_o || in_i || out) $error("a program frame begins while an image is inside");
`endif
    end else if (in_end && !out_end) begin
      images_q <= images_q + 1'b1;
`ifdef XB_ASSERT
      if (images_q == {1'b0, {ImageBits - 1{1'b1}}}) $error("more images are inside than can be counted");
`endif
    end else if (out_end && !in_end) begin
      images_q <= images_q - 1'b1;
`ifdef XB_ASSERT
      if (images_q < 0 || (images_q == 0 && !in_inside)) $error("an image ends that has not begun");
`endif
    end
  end

  assign busy_o = in_inside || images_q != '0;

  if (Counters != 0) begin : g_counters
    // Every cycle counts once: busy, starved or blocked.
    xb_counters #(
      .InWords (InWords),
      .OutWords(OutWords)
    ) u_counters (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .layer_i      (layer_i),
      .clear_i      (clear_o),
      .busy_i       (work_i && !blocked_i),
      .starved_i    (!work_i && !blocked_i),
      .blocked_i    (blocked_i),
      .in_i         (in_i),
      .in_count_i   (in_count_i),
      .out_i        (out),
      .out_count_i  (out_count_i),
      .reads_i      (reads_i),
      .conversions_i(conversions_i),
      .saturated_i  (saturated_i),
      .loads_i      (loads_i),
      .held_i       (held_i),
      .cnt_chain_i  (cnt_chain_i),
      .cnt_chain_o  (cnt_chain_o)
    );
  end else begin : g_no_counters
    logic unused_counts;
    assign cnt_chain_o   = cnt_chain_i;
    assign unused_counts = &{1'b0, work_i, blocked_i, reads_i, conversions_i, saturated_i, loads_i, held_i};
  end

  xb_probe_stream #(
    .Width(OutBits),
    .Words(OutWords)
  ) u_probe (
    .clk_i  (clk_i),
    .layer_i(layer_i),
    .work_i (work_i),
    .valid_i(out_valid_i),
    .ready_i(out_ready_i),
    .count_i(out_count_i),
    .data_i (out_data_i)
  );

  xb_probe_place #(
    .Words     (OutWords),
    .ImageWords(OutImageWords)
  ) u_place (
    .clk_i  (clk_i),
    .layer_i(layer_i),
    .beat_i (out),
    .count_i(out_count_i)
  );

`ifdef XB_ASSERT
  xb_check_stream #(
    .Width   (OutBits),
    .SideBits($clog2(OutWords + 1))
  ) u_check (
    .clk_i  (clk_i),
    .rst_ni (rst_ni),
    .valid_i(out_valid_i),
    .ready_i(out_ready_i),
    .side_i (out_count_i),
    .data_i (out_data_i)
  );
`endif

endmodule
