// SPDX-License-Identifier: Apache-2.0
// Adder tree over row tiles, lane by lane. The first Stages levels, counted from the inputs, end in
// registers that advance with en_i; further stages are plain delays behind the tree.
module xb_adder_tree #(
    parameter int Inputs   = 3,   // row tiles, 1..
    parameter int Lanes    = 16,  // sums side by side, 1..
    parameter int InBits   = 24,  // signed width of an input sum
    parameter int Stages   = 0,   // register stages, 0..
    localparam int LEVELS   = (Inputs > 1) ? $clog2(Inputs) : 0,
    localparam int OUT_BITS = InBits + LEVELS
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           en_i,
    input  logic [Inputs*Lanes*InBits-1:0] data_i,  // input i at i*Lanes*InBits
    output logic [     Lanes*OUT_BITS-1:0] data_o
);

  localparam int REGISTERED = (Stages < LEVELS) ? Stages : LEVELS;

  function automatic [Lanes*OUT_BITS-1:0] widen(input [Lanes*InBits-1:0] data);
    for (int i = 0; i < Lanes; i++) begin
      widen[i*OUT_BITS+:OUT_BITS] = OUT_BITS'($signed(data[i*InBits+:InBits]));
    end
  endfunction

  function automatic [Lanes*OUT_BITS-1:0] add(input [Lanes*OUT_BITS-1:0] a,
                                              input [Lanes*OUT_BITS-1:0] b);
    for (int i = 0; i < Lanes; i++) begin
      add[i*OUT_BITS+:OUT_BITS] = a[i*OUT_BITS+:OUT_BITS] + b[i*OUT_BITS+:OUT_BITS];
    end
  endfunction

  for (genvar l = 0; l <= LEVELS; l++) begin : g_level
    localparam int NODES = (Inputs + (1 << l) - 1) >> l;
    logic [Lanes*OUT_BITS-1:0] node[NODES];
    for (genvar n = 0; n < NODES; n++) begin : g_node
      if (l == 0) begin : g_leaf
        assign node[n] = widen(data_i[n*Lanes*InBits+:Lanes*InBits]);
      end else begin : g_sum
        localparam int BELOW = (Inputs + (1 << (l - 1)) - 1) >> (l - 1);
        logic [Lanes*OUT_BITS-1:0] sum;
        if (2 * n + 1 < BELOW) begin : g_pair
          assign sum = add(g_level[l-1].node[2*n], g_level[l-1].node[2*n+1]);
        end else begin : g_single
          assign sum = g_level[l-1].node[2*n];
        end
        if (l <= REGISTERED) begin : g_register
          always_ff @(posedge clk_i) if (en_i) node[n] <= sum;
        end else begin : g_wire
          assign node[n] = sum;
        end
      end
    end
  end

  xb_delay #(
      .Width (Lanes * OUT_BITS),
      .Stages(Stages - REGISTERED)
  ) u_delay (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .en_i  (en_i),
      .data_i(g_level[LEVELS].node[0]),
      .data_o(data_o)
  );

endmodule
