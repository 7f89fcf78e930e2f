// SPDX-License-Identifier: Apache-2.0
// Adder tree over row tiles, lane by lane. The first Stages levels, counted from the inputs, end in
// registers; further stages are plain delays behind the tree.
module xb_adder_tree #(
    parameter int Inputs   = 3,   // row tiles, 1..
    parameter int Lanes    = 16,  // sums side by side, 1..
    parameter int InBits   = 24,  // signed width of an input sum
    parameter int OutBits  = 26,  // signed width of their sum, InBits..
    parameter int Stages   = 0,   // register stages, 0..
    localparam int LEVELS  = (Inputs > 1) ? $clog2(Inputs) : 0
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           valid_i,
    input  logic [Inputs*Lanes*InBits-1:0] data_i,  // input i at i*Lanes*InBits
    output logic                           valid_o,
    output logic [     Lanes*OutBits-1:0] data_o
);

  localparam int WORD_BITS = Lanes * OutBits;
  localparam int REGISTERED = (Stages < LEVELS) ? Stages : LEVELS;

  for (genvar l = 0; l <= LEVELS; l++) begin : g_level
    localparam int NODES = (Inputs + (1 << l) - 1) >> l;
    logic valid;
    if (l == 0) begin : g_first
      assign valid = valid_i;
    end else if (l <= REGISTERED) begin : g_register
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) valid <= 1'b0;
        else valid <= g_level[l-1].valid;
      end
    end else begin : g_wire
      assign valid = g_level[l-1].valid;
    end

    for (genvar n = 0; n < NODES; n++) begin : g_node
      logic [WORD_BITS-1:0] sum, node;
      // Under the condition, a tree that waits costs a simulation nothing. A sum is assigned once, when it is whole:
      // Icarus lets always_comb blocks that see each other's halves run for ever.
      if (l == 0) begin : g_leaf
        logic [WORD_BITS-1:0] next;
        always_comb begin
          next = WORD_BITS'(0);
          if (valid_i) begin
            for (int i = 0; i < Lanes; i++) begin
              next[i*OutBits+:OutBits] = OutBits'($signed(data_i[(n*Lanes+i)*InBits+:InBits]));
            end
          end
          sum = next;
        end
      end else if (2 * n + 1 < (Inputs + (1 << (l - 1)) - 1) >> (l - 1)) begin : g_pair
        logic [WORD_BITS-1:0] next;
        always_comb begin
          next = WORD_BITS'(0);
          if (g_level[l-1].valid) begin
            for (int i = 0; i < Lanes; i++) begin
              next[i*OutBits+:OutBits] = g_level[l-1].g_node[2*n].node[i*OutBits+:OutBits]
                  + g_level[l-1].g_node[2*n+1].node[i*OutBits+:OutBits];
            end
          end
          sum = next;
        end
      end else begin : g_single
        assign sum = g_level[l-1].g_node[2*n].node;
      end
      if (l > 0 && l <= REGISTERED) begin : g_register
        always_ff @(posedge clk_i) if (g_level[l-1].valid) node <= sum;
      end else begin : g_wire
        assign node = sum;
      end
    end
  end

  xb_delay #(
      .Width (1 + Lanes * OutBits),
      .Stages(Stages - REGISTERED)
  ) u_delay (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i({g_level[LEVELS].valid, g_level[LEVELS].g_node[0].node}),
      .data_o({valid_o, data_o})
  );

endmodule
