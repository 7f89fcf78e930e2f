// SPDX-License-Identifier: Apache-2.0
// Valid/ready FIFO. The oldest word stands at the output and the others in a memory, so that a deep FIFO is an SRAM; one
// of two words is a register and another behind it for what comes while the reader stops. in_ready_o comes from
// registers only. A word passes in two cycles, with two words in one; every cycle takes and gives one.

module xb_fifo #(
  parameter int Width = 8,  // bits of a word, 1..
  parameter int Depth = 4   // words held, 2..
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             in_valid_i,
  output logic             in_ready_o,
  input  logic [Width-1:0] in_data_i,
  output logic             out_valid_o,
  input  logic             out_ready_i,
  output logic [Width-1:0] out_data_o
);

`ifdef VERILATOR
  if (Width < 1 || Depth < 2) begin : g_check
    $error("xb_fifo: Width is at least 1, Depth at least 2");
  end
`endif

  logic valid_q;
  logic push, load;  // the output has room for a word

  assign push        = in_valid_i && in_ready_o;
  assign load        = !valid_q || out_ready_i;
  assign out_valid_o = valid_q;

  if (Depth == 2) begin : g_two
    logic             aside_q;       // a second word is held
    logic [Width-1:0] data_q, aside_data_q;

    assign in_ready_o = !aside_q;
    assign out_data_o = data_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        valid_q <= 1'b0;
        aside_q <= 1'b0;
      end else if (load) begin
        valid_q <= push || aside_q;
        aside_q <= 1'b0;
      end else if (push) begin
        aside_q <= 1'b1;
      end
    end

    always_ff @(posedge clk_i) begin
      if (load && aside_q) data_q <= aside_data_q;
      else if (load && push) data_q <= in_data_i;
      else if (push) aside_data_q <= in_data_i;
    end

`ifdef XB_ASSERT
    always @(posedge clk_i) begin
      if (push && aside_q) $error("a FIFO of 2 words overflows");
    end
`endif
  end else begin : g_many
    localparam int MemWords = Depth - 1;
    localparam int PtrBits = $clog2(MemWords);
    localparam int CountBits = $clog2(MemWords + 1);
    localparam logic [PtrBits-1:0] PTR_LAST = PtrBits'(MemWords - 1);
    localparam logic [CountBits-1:0] FULL = CountBits'(MemWords);

    logic [  PtrBits-1:0] wr_q, rd_q;
    logic [CountBits-1:0] stored_q;  // words in the memory
    logic                 read;

    assign in_ready_o = stored_q != FULL;
    assign read       = load && stored_q != '0;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        valid_q  <= 1'b0;
        wr_q     <= '0;
        rd_q     <= '0;
        stored_q <= '0;
      end else if (push || read || (valid_q && out_ready_i)) begin
        if (load) valid_q <= read;
        if (push) wr_q <= wr_q == PTR_LAST ? '0 : wr_q + 1'b1;
        if (read) rd_q <= rd_q == PTR_LAST ? '0 : rd_q + 1'b1;
        if (push && !read) stored_q <= stored_q + 1'b1;
        else if (read && !push) stored_q <= stored_q - 1'b1;
      end
    end

    // What is read is never what is written: they meet where the memory is empty, and nothing is read, or full, and
    // nothing is written.
    xb_store #(
      .Width(Width),
      .Words(MemWords)
    ) u_store (
      .clk_i       (clk_i),
      .write_i     (push),
      .write_addr_i(wr_q),
      .write_data_i(in_data_i),
      .read_i      (read),
      .read_addr_i (rd_q),
      .read_data_o (out_data_o)
    );

`ifdef XB_ASSERT
    always @(posedge clk_i) begin
      if (push && stored_q == FULL) $error("a FIFO of %0d words overflows", Depth);
    end
`endif
  end

endmodule
