// SPDX-License-Identifier: Apache-2.0
// Program frames to the program bus (docs/rtl.md, Program bus). Whatever comes, every frame is drained to its tlast;
// only a frame that is right to its last word leaves the chip programmed. A frame that is offered while the chip is busy
// waits for the images that have begun, and keeps others from beginning.

module xb_program #(
  parameter logic [31:0] DesignHash = 32'h0,  // low word of the design hash, any
  parameter int          Settle     = 8       // cycles from a word on the bus until it is in its place, at most; 1..15
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:0] s_axis_prog_tdata,
  input  logic [ 3:0] s_axis_prog_tkeep,
  input  logic        s_axis_prog_tvalid,
  output logic        s_axis_prog_tready,
  input  logic        s_axis_prog_tlast,
  input  logic        busy_i,              // something is still due of an image that began before this cycle
  output logic        run_o,               // images may begin
  output logic [73:0] prog_o,              // {valid, last, kind, unit, addr, data}; kind 0: a frame begins
  output logic        start_o,             // pulse: a frame begins, with kind 0 on the bus
  output logic        programmed_o,        // the latest frame was right
  output logic        error_o              // the latest frame was wrong
);

  localparam logic [31:0] MAGIC = 32'h47504258;
  localparam logic [31:0] CRC_INIT = 32'hffffffff;
  localparam logic [31:0] CRC_RESIDUE = 32'hdebb20e3;  // what a message with its own CRC behind it leaves

  localparam logic [2:0] StMagic = 3'd0;
  localparam logic [2:0] StHash = 3'd1;
  localparam logic [2:0] StHead = 3'd2;
  localparam logic [2:0] StSize = 3'd3;
  localparam logic [2:0] StData = 3'd4;
  localparam logic [2:0] StBad = 3'd5;     // drains a wrong frame
  localparam logic [2:0] StSettle = 3'd6;  // the frame is over, its last record on its way

  logic [ 2:0] state_q, state_d;
  logic [31:0] crc_q;
  logic [ 3:0] kind_q;
  logic [19:0] unit_q;
  logic [15:0] addr_q;
  logic [15:0] left_q;  // data words that the record still has
  logic        beat, first, whole, last_data, head_ok, size_ok;
  logic        asked_q;  // a frame was offered in the cycle before: no image begins
  logic        go_q;     // ... and nothing was due
  logic        between;    // no frame has begun
  logic        settled;    // the last record of the frame before is in its place
  logic [ 3:0] settle_q;   // cycles of StSettle left
  logic        shape_q;    // the frame's last word stood where a CRC may stand

  // CRC-32 of IEEE 802.3, reflected, over the four bytes of a word, lowest first.
  function automatic logic [31:0] crc_word(input logic [31:0] crc, input logic [31:0] word);
    crc_word = crc ^ word;
    for (int i = 0; i < 32; i++) begin
      crc_word = crc_word[0] ? (crc_word >> 1) ^ 32'hedb88320 : crc_word >> 1;
    end
  endfunction

  assign s_axis_prog_tready = first ? go_q : state_q != StSettle;
  assign beat      = s_axis_prog_tvalid && s_axis_prog_tready;
  assign first     = state_q == StMagic;
  assign between   = first || state_q == StSettle;
  assign settled   = state_q == StSettle && settle_q == 4'd1;
  assign whole     = s_axis_prog_tkeep == 4'hf;
  assign last_data = left_q == 16'd1;

  // What began in the cycle in which the frame came shows in busy_i one cycle later, when asked_q is set.
  assign run_o = programmed_o && !asked_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      asked_q <= 1'b0;
      go_q    <= 1'b0;
    end else begin
      asked_q <= s_axis_prog_tvalid && between;
      go_q    <= s_axis_prog_tvalid && first && asked_q && !busy_i;
    end
  end

  // Is the word right as a record's first or second word?
  assign head_ok = s_axis_prog_tdata[31:28] >= 4'd1 && s_axis_prog_tdata[31:28] <= 4'd5 &&
                   s_axis_prog_tdata[27:20] == 8'd0;
  assign size_ok = s_axis_prog_tdata[15:0] != 16'd0;

  // What follows this word, if it is not the last of the frame.
  always_comb begin
    state_d = StBad;
    if (whole) begin
      case (state_q)
        StMagic: if (s_axis_prog_tdata == MAGIC) state_d = StHash;
        StHash:  if (s_axis_prog_tdata == DesignHash) state_d = StHead;
        StHead:  if (head_ok) state_d = StSize;
        StSize:  if (size_ok) state_d = StData;
        StData:  state_d = last_data ? StHead : StData;
        default: state_d = StBad;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StMagic;
      crc_q   <= CRC_INIT;
      kind_q  <= '0;
      unit_q  <= '0;
      addr_q  <= '0;
      left_q  <= '0;
    end else if (settled) begin
      state_q <= StMagic;
    end else if (beat) begin
      state_q <= s_axis_prog_tlast ? StSettle : state_d;
      crc_q   <= crc_word(first ? CRC_INIT : crc_q, s_axis_prog_tdata);
      if (state_q == StHead) {kind_q, unit_q} <= {s_axis_prog_tdata[31:28], s_axis_prog_tdata[19:0]};
      if (state_q == StSize) {addr_q, left_q} <= s_axis_prog_tdata;
      if (state_q == StData) left_q <= left_q - 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) settle_q <= '0;
    else if (beat && s_axis_prog_tlast) settle_q <= 4'(Settle);
    else if (state_q == StSettle) settle_q <= settle_q - 1'b1;
  end

  // The verdict, when all that the frame has written is in its place.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      shape_q      <= 1'b0;
      programmed_o <= 1'b0;
      error_o      <= 1'b0;
    end else if (settled) begin
      programmed_o <= shape_q && crc_q == CRC_RESIDUE;
      error_o      <= !shape_q || crc_q != CRC_RESIDUE;
    end else if (beat) begin
      shape_q <= state_q == StHead && whole;
      if (first) begin
        programmed_o <= 1'b0;
        error_o      <= 1'b0;
      end
    end
  end

  // The bus: a mark (kind 0, last) when a frame begins, which also ends a record that the frame before broke off.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      prog_o  <= '0;
      start_o <= 1'b0;
    end else if (beat && first) begin
      prog_o  <= {2'b11, 72'd0};
      start_o <= 1'b1;
    end else if (beat && state_q == StData && whole && !s_axis_prog_tlast) begin
      prog_o  <= {1'b1, last_data, kind_q, unit_q, addr_q, s_axis_prog_tdata};
      start_o <= 1'b0;
    end else begin
      prog_o[73] <= 1'b0;
      start_o    <= 1'b0;
    end
  end

`ifdef XB_ASSERT
  always @(posedge clk_i) begin
    if (prog_o[73]) begin
      if (programmed_o || run_o) $error("the program bus is in use while images may begin");
    end
    if (beat && first) begin
      if (busy_i) $error("a program frame begins while an image is inside");
    end
  end
`endif

endmodule
