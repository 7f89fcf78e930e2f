// SPDX-License-Identifier: Apache-2.0
// A tile: the PEs of one layer that stand in it. Inputs that differ by PE are side by side.
module xb_tile #(
    parameter int Pes         = 2,    // PEs of this layer in the tile, 1..
    parameter int Rows        = 128,  // as xb_pe
    parameter int Cols        = 128,
    parameter int CellBits    = 2,
    parameter int LevelBits   = CellBits,
    parameter int DacBits     = 1,
    parameter int ActiveRows  = 128,
    parameter int PerArray    = 16,
    parameter int Analog      = 0,
    parameter int AdcBits     = 9,
    parameter int Lists       = 0,
    parameter int Noise       = 0,
    parameter int AdcLatency  = 1,
    parameter int AdcInterval = 1,
    parameter int Codes       = 16,
    parameter int Columns     = 8,
    parameter int Parts       = 2,
    parameter int Amid        = 0,
    parameter int Slices      = 4,
    parameter int Encoding    = 0,
    parameter int SumBits     = 26,
    parameter int Slots       = 8,
    parameter int Direct      = 0,
    parameter int CodeStage   = 0,
    parameter int CountBits   = 16,
    localparam int COLUMN_BITS = (Columns > 1) ? $clog2(Columns) : 1,
    localparam int CHAIN_BITS  = (CountBits > 0) ? CountBits : 1,
    localparam int SUMS        = Parts * SumBits
) (
    input  logic                          clk_i,
    input  logic                          rst_ni,
    input  logic [                  73:0] prog_i,
    input  logic [                  19:0] array_i,        // number of the first PE's array on the chip
    input  logic [                  31:0] key_i,          // ... and its key
    input  logic [            Pes*33-1:0] counts_i,
    input  logic [             Pes*4-1:0] active_i,       // {add, sum, codes, start} of each PE
    input  logic [                  60:0] control_i,
    input  logic [                  47:0] start_step_i,
    input  logic [  Pes*Rows*DacBits-1:0] start_drive_i,
    input  logic [   Pes*COLUMN_BITS-1:0] sum_column_i,
    input  logic [                  31:0] lo_i,           // signed; Verilator cannot give a block of a hierarchy such a port
    output logic [          Pes*SUMS-1:0] sums_o,
    input  logic [        CHAIN_BITS-1:0] saturated_i,    // a chain through the PEs
    output logic [        CHAIN_BITS-1:0] saturated_o
);

  logic [(Pes+1)*CHAIN_BITS-1:0] chain;
  assign chain[CHAIN_BITS-1:0] = saturated_i;
  assign saturated_o = chain[Pes*CHAIN_BITS+:CHAIN_BITS];

  logic [73:0] prog;
  logic [Pes-1:0] hit;
  logic [49:0] word;

  xb_prog_door #(
      .Units(Pes)
  ) u_door (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .prog_i(prog_i),
      .unit_i(array_i),
      .prog_o(prog)
  );

  xb_prog_decode #(
      .Units(Pes)
  ) u_prog (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .prog_i(prog),
      .unit_i(array_i),
      .hit_o (hit),
      .word_o(word)
  );

  for (genvar p = 0; p < Pes; p++) begin : g_pe
    xb_pe #(
        .Rows       (Rows),
        .Cols       (Cols),
        .CellBits   (CellBits),
        .LevelBits  (LevelBits),
        .DacBits    (DacBits),
        .ActiveRows (ActiveRows),
        .PerArray   (PerArray),
        .Analog     (Analog),
        .AdcBits    (AdcBits),
        .Lists      (Lists),
        .Noise      (Noise),
        .AdcLatency (AdcLatency),
        .AdcInterval(AdcInterval),
        .Codes      (Codes),
        .Columns    (Columns),
        .Parts      (Parts),
        .Amid       (Amid),
        .Slices     (Slices),
        .Encoding   (Encoding),
        .SumBits    (SumBits),
        .Slots      (Slots),
        .Direct     (Direct),
        .CodeStage  (CodeStage),
        .CountBits  (CountBits)
    ) u_pe (
        .clk_i        (clk_i),
        .rst_ni       (rst_ni),
        .active_i     ({hit[p], active_i[p*4+:4]}),
        .prog_i       (word),
        .array_i      (array_i + 20'(p)),
        .key_i        (key_i + 32'(p)),
        .counts_i     (counts_i[p*33+:33]),
        .control_i    (control_i),
        .start_step_i (start_step_i),
        .start_drive_i(start_drive_i[p*Rows*DacBits+:Rows*DacBits]),
        .sum_column_i (sum_column_i[p*COLUMN_BITS+:COLUMN_BITS]),
        .lo_i         (lo_i),
        .sums_o       (sums_o[p*SUMS+:SUMS]),
        .saturated_i  (chain[p*CHAIN_BITS+:CHAIN_BITS]),
        .saturated_o  (chain[(p+1)*CHAIN_BITS+:CHAIN_BITS])
    );
  end

endmodule
