// SPDX-License-Identifier: Apache-2.0
// Behavioural analog macro: an RRAM array with its drivers and column multiplexer, and the converters. A black box in
// synthesis, and the cell that a user's own macro replaces (docs/rtl.md, The macro). A start gives the codes of one slot
// 1 + Latency cycles later (docs/numerics.md 4 and 6), whatever happens meanwhile.
(* blackbox *)
module xb_macro #(
    parameter int Rows       = 128,  // word lines, 8..1024
    parameter int Cols       = 128,  // bit lines, 8..1024
    parameter int LevelBits  = 2,    // bits of a cell's conductance, 1..16
    parameter int DacBits    = 1,    // bits of a word line's drive, 1..8
    parameter int ActiveRows = 128,  // rows read together, 1..Rows
    parameter int Converters = 16,   // 1..Cols
    parameter int Analog     = 0,    // 1: a conversion is a plus minus a minus column
    parameter int CodeBits   = 9,    // widest code, 1..14
    parameter int Lists      = 0,    // threshold lists in place of steps: 0 none, 1 one of all conversions, 2 one of each
    parameter int Noise      = 0,    // 1: conversions may have read noise
    parameter int Latency    = 1,    // cycles of a conversion, 1..64
    parameter int Interval   = 1     // least cycles from a start to the next, 1..64
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           write_i,      // program one row; never while conversions run
    input  logic [                   15:0] row_i,
    input  logic [     Cols*LevelBits-1:0] levels_i,     // column 0 lowest
    input  logic                           ref_i,        // program one reference; never while conversions run
    input  logic [                   15:0] ref_addr_i,   // which: docs/rtl.md
    input  logic [                   31:0] ref_data_i,
    input  logic                           start_i,
    input  logic [                   31:0] array_i,      // (layer << 20) + number of the array in its layer; constant
    input  logic [                   47:0] step_i,       // steps of the layer since programming
    input  logic [                    3:0] plane_i,
    input  logic [                    9:0] group_i,      // of ActiveRows rows: those that are read
    input  logic [                    9:0] slot_i,       // converter j works on conversion slot*Converters + j
    input  logic [                   15:0] count_i,      // converters in use: 0..count-1
    input  logic [       Rows*DacBits-1:0] drive_i,      // bit j of all rows at j*Rows
    output logic                           codes_valid_o,
    output logic [Converters*CodeBits-1:0] codes_o,
    output logic [         Converters-1:0] saturated_o   // the clamp changed the code
);

`ifndef SYNTHESIS  // which Yosys defines

  // ---- conversions under way: what a start gives waits in a place until its cycle has come ----

  localparam int PLACE_BITS = $clog2(Latency / Interval + 2);
  logic [Latency-1:0] started_q;
  logic [PLACE_BITS-1:0] in_q, out_q;
  logic done;
  assign done = started_q[Latency-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      started_q     <= '0;
      in_q          <= '0;
      out_q         <= '0;
      codes_valid_o <= 1'b0;
    end else begin
      started_q     <= Latency'({started_q, start_i});
      codes_valid_o <= done;
      if (start_i) in_q <= in_q + 1'b1;
      if (done) out_q <= out_q + 1'b1;
    end
  end

  if (LevelBits <= 4 && Lists == 0 && Noise == 0) begin : g_levels
    xb_macro_levels #(
        .Rows      (Rows),
        .Cols      (Cols),
        .LevelBits (LevelBits),
        .DacBits   (DacBits),
        .ActiveRows(ActiveRows),
        .Converters(Converters),
        .Analog    (Analog),
        .CodeBits  (CodeBits),
        .PlaceBits (PLACE_BITS)
    ) u_levels (
        .clk_i        (clk_i),
        .write_i      (write_i),
        .row_i        (row_i),
        .levels_i     (levels_i),
        .ref_i        (ref_i),
        .ref_addr_i   (ref_addr_i),
        .ref_data_i   (ref_data_i),
        .start_i      (start_i),
        .start_place_i(in_q),
        .array_i      (array_i),
        .group_i      (group_i),
        .slot_i       (slot_i),
        .count_i      (count_i),
        .drive_i      (drive_i),
        .done_i       (done),
        .done_place_i (out_q),
        .codes_o      (codes_o),
        .saturated_o  (saturated_o)
    );

    logic unused;  // nothing here depends on when: noise and a user's macro may
    assign unused = ^{step_i, plane_i};
  end else begin : g_cells
    logic [Converters*32-1:0] currents, noise;

    xb_macro_cells #(
        .Rows      (Rows),
        .Cols      (Cols),
        .LevelBits (LevelBits),
        .DacBits   (DacBits),
        .ActiveRows(ActiveRows),
        .Converters(Converters),
        .Analog    (Analog),
        .PlaceBits (PLACE_BITS)
    ) u_cells (
        .clk_i        (clk_i),
        .write_i      (write_i),
        .row_i        (row_i),
        .levels_i     (levels_i),
        .start_i      (start_i),
        .start_place_i(in_q),
        .array_i      (array_i),
        .group_i      (group_i),
        .slot_i       (slot_i),
        .count_i      (count_i),
        .drive_i      (drive_i),
        .done_place_i (out_q),
        .currents_o   (currents)
    );

    if (Noise != 0) begin : g_noise
      xb_macro_noise #(
          .Converters(Converters),
          .Analog    (Analog),
          .PlaceBits (PLACE_BITS)
      ) u_noise (
          .clk_i        (clk_i),
          .ref_i        (ref_i),
          .ref_addr_i   (ref_addr_i),
          .ref_data_i   (ref_data_i),
          .start_i      (start_i),
          .start_place_i(in_q),
          .array_i      (array_i),
          .step_i       (step_i),
          .plane_i      (plane_i),
          .group_i      (group_i),
          .slot_i       (slot_i),
          .count_i      (count_i),
          .done_place_i (out_q),
          .noise_o      (noise)
      );
    end else begin : g_no_noise
      logic unused;
      assign unused = ^{step_i, plane_i};
      assign noise = '0;
    end

    xb_macro_curve #(
        .Conversions((Analog != 0) ? Cols / 2 : Cols),
        .Converters (Converters),
        .CodeBits   (CodeBits),
        .Lists      (Lists),
        .PlaceBits  (PLACE_BITS)
    ) u_curve (
        .clk_i        (clk_i),
        .ref_i        (ref_i),
        .ref_addr_i   (ref_addr_i),
        .ref_data_i   (ref_data_i),
        .start_i      (start_i),
        .start_place_i(in_q),
        .array_i      (array_i),
        .slot_i       (slot_i),
        .count_i      (count_i),
        .done_i       (done),
        .done_place_i (out_q),
        .currents_i   (currents),
        .noise_i      (noise),
        .codes_o      (codes_o),
        .saturated_o  (saturated_o)
    );
  end

`endif

endmodule
