// SPDX-License-Identifier: Apache-2.0
// Codes of a split layer: its converters give what its words are made of, so an entry's part of a slot is all that is
// taken. In the place of xb_requant, whose ports are these without the constants.
module xb_pick #(
    parameter int Places   = 4,   // codes of a slot, all copies and column tiles, 1..
    parameter int Lanes    = 2,   // ... of an entry, 1..Places
    parameter int OutBits  = 2,   // of a code
    localparam int PHASES     = (Places + Lanes - 1) / Lanes,
    localparam int PHASE_BITS = (PHASES > 1) ? $clog2(PHASES) : 1
) (
    input  logic                      clk_i,
    input  logic                      rst_ni,
    input  logic                      en_i,           // all stages advance
    input  logic                      entry_valid_i,
    input  logic                      entry_last_i,
    input  logic [    PHASE_BITS-1:0] entry_phase_i,
    input  logic [Places*OutBits-1:0] entry_data_i,
    output logic                      code_valid_o,
    output logic                      code_last_o,    // the step's last codes
    output logic [    PHASE_BITS-1:0] code_phase_o,
    output logic [ Lanes*OutBits-1:0] code_data_o
);

  localparam int PADDED = PHASES * Lanes * OutBits;

  // Padded to whole phases.
  function automatic [Lanes*OutBits-1:0] chosen(input [PADDED-1:0] codes, input [PHASE_BITS-1:0] phase);
    chosen = codes[32'(phase)*Lanes*OutBits+:Lanes*OutBits];
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      code_valid_o <= 1'b0;
      code_last_o  <= 1'b0;
      code_phase_o <= '0;
    end else if (en_i) begin
      code_valid_o <= entry_valid_i;
      code_last_o  <= entry_valid_i && entry_last_i;
      code_phase_o <= entry_phase_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (en_i && entry_valid_i) code_data_o <= chosen(PADDED'(entry_data_i), entry_phase_i);
  end

endmodule
