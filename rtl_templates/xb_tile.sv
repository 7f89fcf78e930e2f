// SPDX-License-Identifier: Apache-2.0
// A tile: the PEs of one layer that stand in it. Inputs that differ by PE are side by side.
module xb_tile #(
    parameter int Pes        = 2,    // PEs of this layer in the tile, 1..
    parameter int Rows       = 128,  // as xb_pe
    parameter int Cols       = 128,
    parameter int CellBits   = 2,
    parameter int DacBits    = 1,
    parameter int ActiveRows = 128,
    parameter int PerArray   = 16,
    parameter int Analog     = 0,
    parameter int AdcBits    = 9,
    parameter int AdcLatency = 1,
    parameter int SumBits    = 24,
    parameter int CodeStage  = 0
) (
    input  logic                            clk_i,
    input  logic                            rst_ni,
    input  logic                            en_i,
    input  logic                            clear_i,
    input  logic [                    73:0] prog_i,
    input  logic [                    19:0] array_i,        // number of the first PE's array
    input  logic [             Pes*16-1:0] conversions_i,
    input  logic [    Pes*Rows*DacBits-1:0] drive_i,
    input  logic [                 Pes-1:0] read_i,
    input  logic [                     9:0] read_slot_i,
    input  logic [                     9:0] read_group_i,
    input  logic [                 Pes-1:0] convert_i,
    input  logic [                     9:0] convert_slot_i,
    input  logic [                 Pes-1:0] sum_i,
    input  logic                            sum_first_i,
    input  logic                            sum_last_i,
    input  logic [                     9:0] sum_slot_i,
    input  logic [                     3:0] sum_shift_i,
    input  logic signed [             31:0] delta_i,
    input  logic signed [             31:0] lo_i,
    input  logic [                    13:0] code_max_i,
    output logic [Pes*PerArray*SumBits-1:0] sum_o,
    output logic [             Pes*144-1:0] counts_o        // {saturated, conversions, reads} of each PE
);

  logic [73:0] prog;

  xb_prog_stage u_prog (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .prog_i(prog_i),
      .prog_o(prog)
  );

  for (genvar p = 0; p < Pes; p++) begin : g_pe
    xb_pe #(
        .Rows      (Rows),
        .Cols      (Cols),
        .CellBits  (CellBits),
        .DacBits   (DacBits),
        .ActiveRows(ActiveRows),
        .PerArray  (PerArray),
        .Analog    (Analog),
        .AdcBits   (AdcBits),
        .AdcLatency(AdcLatency),
        .SumBits   (SumBits),
        .CodeStage (CodeStage)
    ) u_pe (
        .clk_i         (clk_i),
        .rst_ni        (rst_ni),
        .en_i          (en_i),
        .clear_i       (clear_i),
        .prog_i        (prog),
        .array_i       (array_i + 20'(p)),
        .conversions_i (conversions_i[p*16+:16]),
        .drive_i       (drive_i[p*Rows*DacBits+:Rows*DacBits]),
        .read_i        (read_i[p]),
        .read_slot_i   (read_slot_i),
        .read_group_i  (read_group_i),
        .convert_i     (convert_i[p]),
        .convert_slot_i(convert_slot_i),
        .sum_i         (sum_i[p]),
        .sum_first_i   (sum_first_i),
        .sum_last_i    (sum_last_i),
        .sum_slot_i    (sum_slot_i),
        .sum_shift_i   (sum_shift_i),
        .delta_i       (delta_i),
        .lo_i          (lo_i),
        .code_max_i    (code_max_i),
        .sum_o         (sum_o[p*PerArray*SumBits+:PerArray*SumBits]),
        .reads_o       (counts_o[p*144+:48]),
        .conversions_o (counts_o[p*144+48+:48]),
        .saturated_o   (counts_o[p*144+96+:48])
    );
  end

endmodule
