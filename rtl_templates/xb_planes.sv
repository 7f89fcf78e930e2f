// SPDX-License-Identifier: Apache-2.0
// Bit-serial row driver of one copy: load_i puts the rows of a window in order and drives the first plane, shift_i the
// next one.
module xb_planes #(
    parameter int Taps     = 9,  // words of a window, 1..
    parameter int Channels = 3,  // codes of a word, 1..
    parameter int DacBits  = 1,  // bits of a plane, 1..8
    parameter int Planes   = 8,  // ceil(CodeBits / DacBits)
    parameter int RowOrder = 0,  // 0: row = channel * Taps + tap; 1: row = tap * Channels + channel
    parameter int CodeBits = 8,  // of a code, 1..16
    localparam int ROWS = Taps * Channels
) (
    input  logic                     clk_i,
    input  logic                     rst_ni,
    input  logic                     load_i,
    input  logic [ROWS*CodeBits-1:0] window_i,  // tap by tap
    input  logic                     shift_i,
    output logic [ ROWS*DacBits-1:0] drive_o    // bit j of all rows at j*ROWS
);

  localparam int PLANE = ROWS * DacBits;
  localparam int LATER = (Planes > 1) ? Planes - 1 : 1;  // planes behind the first one
  localparam int PLANE_BITS = (LATER > 1) ? $clog2(LATER) : 1;

  logic [PLANE-1:0] planes[LATER];
  logic [PLANE_BITS-1:0] next_q;  // of these, the one that follows

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q <= '0;
    end else if (load_i) begin
      next_q <= '0;
    end else if (shift_i) begin
      next_q <= next_q + 1'b1;
    end
  end

  if (Planes == 1) begin : g_single
    always_ff @(posedge clk_i) if (load_i) planes[0] <= '0;  // none follows
  end

  // A plane of the window: bit j of every row at j*ROWS; bits beyond the code are 0. One loop over all rows keeps
  // the simulation's code small; a block for each plane keeps synthesis fast.
  for (genvar p = 0; p < Planes; p++) begin : g_plane
    if (p == 0) begin : g_first
      always_ff @(posedge clk_i) begin : load
        logic [PLANE-1:0] bits;
        if (load_i) begin
          for (int row = 0; row < ROWS; row++) begin
            for (int j = 0; j < DacBits; j++) begin
              bits[j*ROWS+row] = (p * DacBits + j >= CodeBits) ? 1'b0 :
                  (RowOrder == 0) ? window_i[(row%Taps*Channels+row/Taps)*CodeBits+(p*DacBits+j)%CodeBits] :
                  window_i[row*CodeBits+(p*DacBits+j)%CodeBits];
            end
          end
          drive_o <= bits;
        end else if (shift_i) begin
          drive_o <= planes[next_q];
        end
      end
    end else begin : g_later
      always_ff @(posedge clk_i) begin : load
        logic [PLANE-1:0] bits;
        if (load_i) begin
          for (int row = 0; row < ROWS; row++) begin
            for (int j = 0; j < DacBits; j++) begin
              bits[j*ROWS+row] = (p * DacBits + j >= CodeBits) ? 1'b0 :
                  (RowOrder == 0) ? window_i[(row%Taps*Channels+row/Taps)*CodeBits+(p*DacBits+j)%CodeBits] :
                  window_i[row*CodeBits+(p*DacBits+j)%CodeBits];
            end
          end
          planes[p-1] <= bits;
        end
      end
    end
  end

endmodule
