// SPDX-License-Identifier: Apache-2.0
// A word delayed by a number of cycles.
module xb_delay #(
    parameter int Width  = 1,  // 1..
    parameter int Stages = 1   // cycles; 0 is a wire
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic [Width-1:0] data_i,
    output logic [Width-1:0] data_o
);

  if (Stages == 0) begin : g_wire
    logic unused;
    assign unused = &{1'b0, clk_i, rst_ni};
    assign data_o = data_i;
  end else if (Stages == 1) begin : g_one
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) data_o <= Width'(0);
      else data_o <= data_i;
    end
  end else begin : g_many
    localparam int BITS = Stages * Width;
    logic [BITS-1:0] stage_q;
    assign data_o = stage_q[(Stages-1)*Width+:Width];
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) stage_q <= BITS'(0);
      else stage_q <= {stage_q[(Stages-1)*Width-1:0], data_i};
    end
  end

endmodule
