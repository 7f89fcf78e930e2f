// SPDX-License-Identifier: Apache-2.0
// Codes of a step to words and beats: they come as xb_requant gives them, and the words of all copies leave when they are
// whole, Words of them a beat. A window with several outputs has a sum for each of them and channel: its codes leave as one
// word, output by output, or as a word for each output. In an image's last step some copies have no word.
module xb_words #(
    parameter int Copies     = 1,   // 1..
    parameter int Outputs    = 1,   // of a window; a divisor of Channels
    parameter int Split      = 0,   // 1: each output is a word, and sums come output by output, not channel by channel
    parameter int Words      = 1,   // most words of a beat, 1..words of a step
    parameter int Windows    = 16,  // words of an image, 1..
    parameter int ColTiles   = 2,   // as xb_requant
    parameter int Parts      = 2,
    parameter int Slots      = 8,
    parameter int Lanes      = 1,
    parameter int PerArray   = 16,
    parameter int Used       = 128,
    parameter int Columns    = 8,
    parameter int UnitUsed   = 256,
    parameter int Channels   = 32,  // sums of a window
    parameter int OutBits    = 8,
    localparam int WORD       = ((Split != 0) ? Channels / Outputs : Channels) * OutBits,
    localparam int PHASES     = (Copies * ColTiles * Parts + Lanes - 1) / Lanes,
    localparam int PHASE_BITS = (PHASES > 1) ? $clog2(PHASES) : 1,
    localparam int BEAT_BITS  = $clog2(Words + 1)
) (
    input  logic                              clk_i,
    input  logic                              rst_ni,
    output logic                              en_o,         // the stages in front advance
    input  logic                              code_valid_i,
    input  logic                              code_last_i,
    input  logic [            PHASE_BITS-1:0] code_phase_i,
    input  logic [         Lanes*OutBits-1:0] code_data_i,
    output logic                              out_valid_o,
    input  logic                              out_ready_i,
    output logic [             BEAT_BITS-1:0] out_count_o,
    output logic [            Words*WORD-1:0] out_data_o
);

  localparam int TILES_PER_UNIT = (UnitUsed + Used - 1) / Used;
  localparam int WHOLE = (TILES_PER_UNIT > 1) ? UnitUsed : Used;  // conversions of so many tiles
  localparam int LANE = Slots * OutBits;      // codes of a lane and phase, the first slot's lowest
  localparam int GROUP = Lanes * LANE;
  localparam int STEP_WORDS = (Split != 0) ? Copies * Outputs : Copies;
  localparam int STEP = STEP_WORDS * WORD;
  localparam int BEAT = Words * WORD;
  localparam int STEPS = (Windows + STEP_WORDS - 1) / STEP_WORDS;
  localparam int LAST_WORDS = Windows - (STEPS - 1) * STEP_WORDS;
  localparam int STEPS_BITS = (STEPS > 1) ? $clog2(STEPS) : 1;
  localparam int LEFT_BITS = $clog2(STEP_WORDS + 1);

  // Where the c-th code of copy k stands when a step is whole: {phase, lowest bit} at k * Channels + c.
  function automatic [Copies*Channels*64-1:0] places(input int copies);
    int sum, first, last, tile, local_first, slot, number;
    places = (Copies * Channels * 64)'(1'b0);
    for (int c = 0; c < Channels; c++) begin
      sum = (Split != 0) ? c : c % (Channels / Outputs) * Outputs + c / (Channels / Outputs);
      first = sum * Columns;
      last = first + Columns - 1;
      tile = first / WHOLE * TILES_PER_UNIT + first % WHOLE / Used;
      local_first = first % WHOLE % Used;
      slot = (local_first + Columns - 1) / PerArray;
      if (last / WHOLE * TILES_PER_UNIT + last % WHOLE / Used != tile) slot = Slots - 1;
      number = tile * Parts + sum - (first - local_first + slot * PerArray) / Columns;
      for (int k = 0; k < copies; k++) begin
        places[(k*Channels+c)*64+32+:32] = (k * ColTiles * Parts + number) / Lanes;
        places[(k*Channels+c)*64+:32] = ((k * ColTiles * Parts + number) % Lanes * Slots + slot) * OutBits;
      end
    end
  endfunction

  localparam logic [Copies*Channels*64-1:0] PLACE = places(Copies);

  // ---- codes ----

  logic [GROUP-1:0] codes_q[PHASES];
  logic done_q;  // a step's codes are all there
  logic load;

  function automatic [GROUP-1:0] shifted(input [GROUP-1:0] old, input [Lanes*OutBits-1:0] more);
    for (int l = 0; l < Lanes; l++) begin
      shifted[l*LANE+:LANE] = old[l*LANE+:LANE] >> OutBits;
      shifted[(l+1)*LANE-OutBits+:OutBits] = more[l*OutBits+:OutBits];
    end
  endfunction

  always_ff @(posedge clk_i) begin
    if (en_o && code_valid_i) codes_q[code_phase_i] <= shifted(codes_q[code_phase_i], code_data_i);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) done_q <= 1'b0;
    else if (en_o) done_q <= code_valid_i && code_last_i;
  end

  // ---- words ----

  logic [STEP-1:0] words_q;
  logic [LEFT_BITS-1:0] left_q;    // words of the step still to give
  logic [STEPS_BITS-1:0] step_q;   // number of the next step in its image
  logic last_step, take, empties;

  assign last_step   = step_q == STEPS_BITS'(STEPS - 1);
  assign out_valid_o = left_q != '0;
  assign take        = out_valid_o && out_ready_i;
  assign en_o        = !done_q || left_q == '0 || empties;
  assign load        = done_q && en_o;
  assign out_data_o  = words_q[BEAT-1:0];

  if (Words < STEP_WORDS) begin : g_turns
    assign empties     = take && left_q <= LEFT_BITS'(Words);
    assign out_count_o = (left_q < LEFT_BITS'(Words)) ? BEAT_BITS'(left_q) : BEAT_BITS'(Words);
  end else begin : g_at_once
    assign empties     = take;
    assign out_count_o = BEAT_BITS'(left_q);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q <= '0;
      step_q <= '0;
    end else begin
      if (load) left_q <= last_step ? LEFT_BITS'(LAST_WORDS) : LEFT_BITS'(STEP_WORDS);
      else if (take) left_q <= empties ? '0 : left_q - LEFT_BITS'(Words);
      if (load) step_q <= last_step ? '0 : step_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin : move
    logic [STEP-1:0] words;
    if (load) begin
      for (int i = 0; i < Copies * Channels; i++) begin
        words[i*OutBits+:OutBits] = codes_q[PHASE_BITS'(PLACE[i*64+32+:32])][PLACE[i*64+:32]+:OutBits];
      end
      words_q <= words;
    end else if (take) begin
      words_q <= (Words < STEP_WORDS) ? words_q >> BEAT : words_q;
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (load && left_q != '0 && !empties) $error("words of a step are replaced before they are taken");
  end
`endif

endmodule
