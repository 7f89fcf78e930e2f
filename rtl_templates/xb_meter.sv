// SPDX-License-Identifier: Apache-2.0
// The port of a layer's buffer: a step begins when its windows are whole and the port has granted all words that came
// into them, and those that the step will store. Each cycle grants BitsPerCycle bits: of the cycles since the step
// before began or, if Serial, of those in which the arrays stand still. What a step leaves of its last grant lapses.
// Before the turn of the layer, nothing is granted.
module xb_meter #(
    parameter int BitsPerCycle = 64,   // 1..
    parameter int WordBits     = 24,   // of a word that is loaded
    parameter int StoreBits    = 32,   // stored by a step
    parameter int Most         = 248,  // most bits that a step takes
    parameter int Serial       = 0,
    parameter int LoadBits     = 2     // width of a number of words
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic                turn_i,   // low: nothing is granted in advance
    input  logic [LoadBits-1:0] loads_i,  // words that came in the cycle before
    input  logic                full_i,   // the windows are whole
    output logic                full_o,   // ... and their words granted
    input  logic                free_i,   // the arrays could begin a step
    input  logic                load_i    // they do
);

  localparam int BITS = $clog2(Most + BitsPerCycle + 1) + 2;
  localparam logic signed [BITS-1:0] GRANT = BITS'(BitsPerCycle);
  localparam logic signed [BITS-1:0] STORE = BITS'(StoreBits);

  logic signed [BITS-1:0] spare_q, spare, left;  // bits that are granted in advance; negative: that are owed
  logic grant;

  // A sign says whether a step may begin: paths through full_o are long.
  assign spare  = spare_q - BITS'(loads_i) * BITS'(WordBits);
  assign full_o = full_i && !spare[BITS-1];
  assign grant  = ((Serial != 0) ? free_i && !load_i : 1'b1) && (load_i || spare < BITS'(Most));
  assign left   = (load_i ? -STORE : spare) + (grant ? GRANT : '0);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) spare_q <= -STORE;
    else if (!turn_i) begin
      spare_q <= -STORE;
`ifdef XB_ASSERT
      if (loads_i != '0) $error("words come before the layer's turn");
`endif
    end else spare_q <= left;
  end

endmodule
