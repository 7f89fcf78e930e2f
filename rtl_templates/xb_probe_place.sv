// SPDX-License-Identifier: Apache-2.0
// Where a layer is, for who looks at a wave (docs/debugging.md): the image that leaves it, row and column of the window
// whose output leaves next. How long a row is the bench knows (docs/rtl.md, Simulation probes).
// Without XB_COSIM there is nothing in it, so it stays in the hardware at no cost.

module xb_probe_place #(
  parameter int  Words      = 1,  // most words of a beat, 1..
  parameter int  ImageWords = 1,  // words of an image, 1..
  localparam int CountBits  = $clog2(Words + 1)
) (
  input logic                 clk_i,
  input logic [         15:0] layer_i,
  input logic                 beat_i,  // a beat leaves
  input logic [CountBits-1:0] count_i  // words of the beat
);

`ifdef XB_COSIM
  import "DPI-C" pure function int xb_cosim_columns(input int layer);

  logic [31:0] word_q, sum, next, columns;

  // verilator lint_off UNUSEDSIGNAL
  logic [31:0] image_q, row_q, column_q;  // nobody else reads them
  // verilator lint_on UNUSEDSIGNAL

  initial begin
    word_q   = '0;
    image_q  = '0;
    row_q    = '0;
    column_q = '0;
  end

  assign sum     = word_q + 32'(count_i);
  assign next    = sum == ImageWords ? '0 : sum;
  assign columns = xb_cosim_columns({16'd0, layer_i});

  always @(posedge clk_i) begin
    if (beat_i) begin
      word_q   <= next;
      row_q    <= next / columns;
      column_q <= next % columns;
      if (next == '0) image_q <= image_q + 1'b1;
    end
  end
`else
  logic unused_probe;
  assign unused_probe = &{1'b0, clk_i, layer_i, beat_i, count_i, ImageWords == 1};
`endif

endmodule
