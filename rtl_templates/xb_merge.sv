// SPDX-License-Identifier: Apache-2.0
// What the arrays of a layer have of a channel, added up: over row tiles, then over slots and column tiles.
module xb_merge #(
    parameter int Copies   = 1,   // copies of the arrays
    parameter int RowTiles = 1,   // arrays of a copy
    parameter int ColTiles = 1,
    parameter int Parts    = 1,   // sums of an array and slot, as xb_shift_add
    parameter int SumBits  = 26,  // of such a sum
    parameter int TreeBits = 26,  // ... over all row tiles, SumBits..32
    parameter int Stages   = 0,   // as xb_adder_tree
    parameter int Slots    = 4,   // as xb_join
    parameter int PerArray = 8,
    parameter int Used     = 32,
    parameter int Columns  = 8,
    parameter int UnitUsed = 32
) (
    input  logic                                         clk_i,
    input  logic                                         rst_ni,
    input  logic                                         valid_i,
    input  logic [Copies*RowTiles*ColTiles*Parts*SumBits-1:0] sums_i,   // array (copy*RowTiles + row tile)*ColTiles + column tile
    output logic                                         valid_o,
    output logic [         Copies*ColTiles*Parts*TreeBits-1:0] sums_o   // part m of column tile t of copy c at (c*ColTiles+t)*Parts+m
);

  localparam int IN = Parts * SumBits;
  localparam int OUT = Parts * TreeBits;

  logic [Copies*ColTiles-1:0] tree_valid;
  logic [Copies*ColTiles*OUT-1:0] tree_sums;
  logic [Copies-1:0] join_valid;
  assign valid_o = &join_valid;  // all at once

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    for (genvar t = 0; t < ColTiles; t++) begin : g_column
      // Under the condition, arrays that wait cost a simulation nothing.
      logic [RowTiles*IN-1:0] terms;
      always_comb begin : gather
        logic [RowTiles*IN-1:0] next;
        next = (RowTiles * IN)'(1'b0);
        if (valid_i) begin
          for (int r = 0; r < RowTiles; r++) next[r*IN+:IN] = sums_i[((c*RowTiles+r)*ColTiles+t)*IN+:IN];
        end
        terms = next;
      end

      xb_adder_tree #(
          .Inputs (RowTiles),
          .Lanes  (Parts),
          .InBits (SumBits),
          .OutBits(TreeBits),
          .Stages (Stages)
      ) u_tree (
          .clk_i  (clk_i),
          .rst_ni (rst_ni),
          .valid_i(valid_i),
          .data_i (terms),
          .valid_o(tree_valid[c*ColTiles+t]),
          .data_o (tree_sums[(c*ColTiles+t)*OUT+:OUT])
      );
    end

    xb_join #(
        .ColTiles(ColTiles),
        .Parts   (Parts),
        .SumBits (TreeBits),
        .Slots   (Slots),
        .PerArray(PerArray),
        .Used    (Used),
        .Columns (Columns),
        .UnitUsed(UnitUsed)
    ) u_join (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .valid_i(&tree_valid[c*ColTiles+:ColTiles]),
        .data_i (tree_sums[c*ColTiles*OUT+:ColTiles*OUT]),
        .valid_o(join_valid[c]),
        .data_o (sums_o[c*ColTiles*OUT+:ColTiles*OUT])
    );
  end

endmodule
