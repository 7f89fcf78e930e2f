// SPDX-License-Identifier: Apache-2.0
// Sources for the cases of `macro`. In comments and strings no module begins: module my_macro
/* module my_macro (input clk_i); */
module short #(
    parameter int Rows = 128,
    parameter int Cols = 128,
    parameter int LevelBits = 2,
    parameter int ActiveRows = 128,
    parameter int Converters = 16,
    parameter int Analog = 0,
    parameter int CodeBits = 9,
    parameter int Latency = 9 + (0 * (1 + 2))  // Interval = 1
) (
    input logic clk_i,
    input logic rst_ni,
    input logic write_i,
    input logic [15:0] row_i,
    input logic [Cols*LevelBits-1:0] levels_i,
    input logic ref_i,
    input logic [15:0] ref_addr_i,
    input logic [31:0] ref_data_i,
    input logic start_i,
    input logic [31:0] array_i,
    input logic [47:0] step_i,
    input logic [9:0] group_i,
    input logic [9:0] slot_i,
    input logic [15:0] count_i,
    input logic [Rows-1:0] drive_i,
    output logic [Converters*CodeBits-1:0] codes_o,
    output logic [Converters-1:0] saturated_o,
    output logic codes_valid  /* no codes_valid_o here, nor "plane_i" */
);
endmodule

module whole;
  initial $display("not the end of it \" module my_macro ();");
endmodule
