// SPDX-License-Identifier: Apache-2.0
// Shows every beat that leaves a layer, and when it first works, to the simulation's comparator (docs/rtl.md, Simulation
// probes).
// Without XB_COSIM there is nothing in it, so it stays in the hardware at no cost.

module xb_probe_stream #(
  parameter int  Width     = 8,  // bits of a beat, 1..
  parameter int  Words     = 1,  // most words of a beat, 1..
  localparam int CountBits = $clog2(Words + 1)
) (
  input logic                 clk_i,
  input logic [         15:0] layer_i,
  input logic                 work_i,   // the layer works
  input logic                 valid_i,
  input logic                 ready_i,
  input logic [CountBits-1:0] count_i,  // words of the beat
  input logic [    Width-1:0] data_i
);

`ifdef XB_COSIM
  localparam int Chunks = (Width + 1023) / 1024;

  import "DPI-C" function void xb_cosim_beat(input int layer, input int chunk, input int count,
                                             input bit [1023:0] data);

  import "DPI-C" function void xb_cosim_work(input int layer);

  logic worked_q;
  initial worked_q = 1'b0;

  always @(posedge clk_i) begin
    if (work_i && !worked_q) begin
      worked_q <= 1'b1;
      xb_cosim_work({16'd0, layer_i});
    end
  end

  logic [Chunks*1024-1:0] padded;
  assign padded = (Chunks * 1024)'(data_i);

  always @(posedge clk_i) begin
    if (valid_i && ready_i) begin
      for (int i = 0; i < Chunks; i++) begin
        xb_cosim_beat({16'd0, layer_i}, i, 32'(count_i), padded[i*1024+:1024]);
      end
    end
  end
`else
  logic unused_probe;  // without a comparator nobody looks
  assign unused_probe = &{1'b0, clk_i, layer_i, work_i, valid_i, ready_i, count_i, data_i};
`endif

endmodule
