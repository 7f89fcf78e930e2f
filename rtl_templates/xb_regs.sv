// SPDX-License-Identifier: Apache-2.0
// The chip's AXI4-Lite registers (docs/rtl.md, Registers): identity, status, image counts and the read-out of the
// layers' counters. Read-only; a write, like a read of an address without a register, answers SLVERR.

module xb_regs #(
  parameter int          NumLayers = 1,      // layers, 1..8000
  parameter int          NumArrays = 1,      // arrays, 0..65535
  parameter logic [63:0] DesignHash = 64'h0,  // any
  parameter int          AddrWidth = 20,     // address bits, 13..23; must reach the last layer's counters
  parameter int          Counters  = 1       // 0: the layers have none
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,
  input  logic [   AddrWidth-1:0] s_axil_awaddr,
  input  logic [             2:0] s_axil_awprot,
  input  logic                    s_axil_awvalid,
  output logic                    s_axil_awready,
  input  logic [            31:0] s_axil_wdata,
  input  logic [             3:0] s_axil_wstrb,
  input  logic                    s_axil_wvalid,
  output logic                    s_axil_wready,
  output logic [             1:0] s_axil_bresp,
  output logic                    s_axil_bvalid,
  input  logic                    s_axil_bready,
  input  logic [   AddrWidth-1:0] s_axil_araddr,
  input  logic [             2:0] s_axil_arprot,
  input  logic                    s_axil_arvalid,
  output logic                    s_axil_arready,
  output logic [            31:0] s_axil_rdata,
  output logic [             1:0] s_axil_rresp,
  output logic                    s_axil_rvalid,
  input  logic                    s_axil_rready,
  input  logic                    start_i,          // pulse: a program frame begins
  input  logic                    programmed_i,
  input  logic                    program_error_i,
  input  logic                    frame_error_i,    // pulse
  input  logic                    image_begun_i,    // an image is being taken
  input  logic                    image_in_i,       // pulse
  input  logic                    image_out_i,      // pulse
  input  logic [   NumLayers-1:0] layer_busy_i,
  output logic                    busy_o,           // as in STATUS
  output logic [            65:0] cnt_chain_o,      // counter chain, as xb_counters: to the first layer
  input  logic [            65:0] cnt_chain_i       // ... from the last one
);

  localparam logic [1:0] RESP_OKAY = 2'b00;
  localparam logic [1:0] RESP_SLVERR = 2'b10;
  localparam int WordBits = AddrWidth - 2;
  localparam int PastBase = AddrWidth - 12;  // address bits above a page of 4 KiB
  localparam logic [14:0] CAPS_LAYERS = 15'(NumLayers);
  localparam logic CAPS_BARE = Counters == 0;
  localparam logic [15:0] CAPS_ARRAYS = 16'(NumArrays);

  localparam logic [2:0] StIdle = 3'd0;
  localparam logic [2:0] StChain = 3'd1;  // a question is on the counter chain
  localparam logic [2:0] StAnswer = 3'd2;

`ifdef VERILATOR
  if (AddrWidth < 13 || 32 * (128 + 4 * NumLayers) > (1 << AddrWidth)) begin : g_check
    $error("xb_regs: AddrWidth does not reach the counters of the last layer");
  end
`endif

  // ---- Chip-wide counts ----

  logic [63:0] cycles_q, images_in_q, images_out_q;
  logic        frame_error_q;

  // From the cycle after an image's first beat to the last word of it, also one that no result waits for.
  assign busy_o = image_begun_i || image_in_i || images_in_q != images_out_q || layer_busy_i != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cycles_q      <= '0;
      images_in_q   <= '0;
      images_out_q  <= '0;
      frame_error_q <= 1'b0;
    end else if (start_i) begin
      cycles_q      <= '0;
      images_in_q   <= '0;
      images_out_q  <= '0;
      frame_error_q <= 1'b0;
    end else begin
      if (programmed_i) cycles_q <= cycles_q + 1'b1;
      if (image_in_i) images_in_q <= images_in_q + 1'b1;
      if (image_out_i) images_out_q <= images_out_q + 1'b1;
      if (frame_error_i) frame_error_q <= 1'b1;
    end
  end

  // ---- Writes: both halves are taken, the answer is an error ----

  logic up_q;       // the reset is over: nothing may be taken before
  logic aw_q, w_q;  // halves of a write that have come

  assign s_axil_awready = up_q && !aw_q;
  assign s_axil_wready  = up_q && !w_q;
  assign s_axil_bvalid  = aw_q && w_q;
  assign s_axil_bresp   = RESP_SLVERR;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      up_q <= 1'b0;
      aw_q <= 1'b0;
      w_q  <= 1'b0;
    end else begin
      up_q <= 1'b1;
      if (s_axil_bvalid) begin
        aw_q <= !s_axil_bready;
        w_q  <= !s_axil_bready;
      end else if (up_q) begin
        aw_q <= aw_q || s_axil_awvalid;
        w_q  <= w_q || s_axil_wvalid;
      end
    end
  end

  // ---- Reads ----

  logic [         2:0] state_q;
  logic [WordBits-1:0] word;        // number of the 32-bit word asked for
  logic [PastBase-1:0] page;        // 4 KiB page: 0 the chip, the others counters
  logic [WordBits-1:0] past;        // number of the word from the first layer's counters on
  logic                high_word_q; // the high half of a counter is asked for
  logic                ask_q;       // the question begins
  logic [        19:0] question_q;  // layer and counter
  logic [        31:0] high_q;      // high half of the latest 64-bit value whose low half was read

  assign word       = s_axil_araddr[AddrWidth-1:2];
  assign page       = s_axil_araddr[AddrWidth-1:12];
  assign past       = word - WordBits'(1024);

  assign s_axil_arready = up_q && state_q == StIdle;
  assign s_axil_rvalid  = state_q == StAnswer;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= StIdle;
      high_word_q  <= 1'b0;
      ask_q        <= 1'b0;
      question_q   <= '0;
      high_q       <= '0;
      s_axil_rdata <= '0;
      s_axil_rresp <= RESP_OKAY;
    end else begin
      ask_q <= 1'b0;
      case (state_q)
        StIdle: begin
          if (s_axil_arvalid && up_q) begin
            state_q      <= StAnswer;
            s_axil_rdata <= '0;
            s_axil_rresp <= RESP_OKAY;
            if (page != '0 && Counters != 0) begin
              state_q     <= StChain;
              ask_q       <= 1'b1;
              question_q  <= {16'(past[WordBits-1:5]), past[4:1]};
              high_word_q <= word[0];
            end else if (page != '0) begin
              s_axil_rresp <= RESP_SLVERR;
            end else begin
              case (word[9:0])
                10'h0: s_axil_rdata <= 32'h58424731;
                10'h1: s_axil_rdata <= 32'h00010000;
                10'h2: s_axil_rdata <= DesignHash[31:0];
                10'h3: s_axil_rdata <= DesignHash[63:32];
                10'h4: s_axil_rdata <= {28'd0, frame_error_q, program_error_i, busy_o, programmed_i};
                10'h5: s_axil_rdata <= {CAPS_ARRAYS, CAPS_BARE, CAPS_LAYERS};
                10'h6: {high_q, s_axil_rdata} <= cycles_q;
                10'h8: {high_q, s_axil_rdata} <= images_in_q;
                10'ha: {high_q, s_axil_rdata} <= images_out_q;
                10'h7, 10'h9, 10'hb: s_axil_rdata <= high_q;
                default: s_axil_rresp <= RESP_SLVERR;
              endcase
            end
          end
        end
        StChain: begin
          if (cnt_chain_i[65]) begin
            state_q <= StAnswer;
            if (!cnt_chain_i[64]) s_axil_rresp <= RESP_SLVERR;  // nobody has this counter
            else if (high_word_q) s_axil_rdata <= high_q;
            else {high_q, s_axil_rdata} <= cnt_chain_i[63:0];
          end
        end
        default: if (s_axil_rready) state_q <= StIdle;
      endcase
    end
  end

  assign cnt_chain_o = {ask_q, 1'b0, 44'd0, question_q};

  logic unused_axil;  // nothing is written, and the low address bits say nothing on a 32-bit bus
  assign unused_axil = &{1'b0, s_axil_awaddr, s_axil_awprot, s_axil_wdata, s_axil_wstrb, s_axil_arprot,
                         s_axil_araddr[1:0], past[0]};

`ifdef XB_ASSERT
  logic        waits_q;  // an answer was not taken in the cycle before
  logic [33:0] answer_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) waits_q <= 1'b0;
    else waits_q <= s_axil_rvalid && !s_axil_rready;
  end

  always @(posedge clk_i) begin
    if (s_axil_rvalid && !s_axil_rready) answer_q <= {s_axil_rresp, s_axil_rdata};
    if (waits_q) begin
      if (!s_axil_rvalid || answer_q != {s_axil_rresp, s_axil_rdata}) begin
        $error("an answer on the read channel changes before it is taken");
      end
    end
    if (cnt_chain_i[65]) begin
      if (state_q != StChain || ask_q) $error("the counter chain gives an answer that nobody waits for");
    end
    if (image_out_i) begin
      if (images_out_q > images_in_q) $error("more results than images");
    end
  end
`endif

endmodule
