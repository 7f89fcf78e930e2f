// SPDX-License-Identifier: Apache-2.0
// Valid/ready FIFO of any depth. The oldest word stands in an output register and the others in a memory with a
// synchronous read, so that deep FIFOs map onto RAM and wide ones cost nothing in a simulation while they stand still.

module xb_fifo #(
  parameter int Width = 8,  // bits of a word, 1..
  parameter int Depth = 4   // words held, 1..; with 1 in_ready_o follows out_ready_i combinationally
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
  if (Width < 1 || Depth < 1) begin : g_check
    $error("xb_fifo: Width and Depth are at least 1");
  end
`endif

  logic             valid_q;
  logic [Width-1:0] data_q;
  logic             push, pop;

  assign push        = in_valid_i && in_ready_o;
  assign pop         = valid_q && out_ready_i;
  assign out_valid_o = valid_q;
  assign out_data_o  = data_q;

  if (Depth == 1) begin : g_single
    assign in_ready_o = !valid_q || out_ready_i;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) valid_q <= 1'b0;
      else if (push || pop) valid_q <= push;
    end

    always_ff @(posedge clk_i) begin
      if (push) data_q <= in_data_i;
    end
  end else begin : g_many
    localparam int MemWords = Depth - 1;
    localparam int PtrBits = MemWords > 1 ? $clog2(MemWords) : 1;
    localparam int CountBits = $clog2(Depth + 1);
    localparam logic [PtrBits-1:0] PTR_LAST = PtrBits'(MemWords - 1);

    logic [Width-1:0]     mem[0:MemWords-1];
    logic [PtrBits-1:0]   wr_q, rd_q;
    logic [CountBits-1:0] stored_q;  // words in the memory
    logic                 load;      // the output register takes a word
    logic                 direct;    // ... straight from the input
    logic                 fetch;     // ... from the memory
    logic                 store;     // the memory takes a word

    assign in_ready_o = !valid_q || stored_q != CountBits'(MemWords);
    assign load       = !valid_q || out_ready_i;
    assign fetch      = load && stored_q != '0;
    assign direct     = load && stored_q == '0 && in_valid_i;
    assign store      = push && !direct;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        valid_q  <= 1'b0;
        wr_q     <= '0;
        rd_q     <= '0;
        stored_q <= '0;
      end else if (push || pop) begin
        valid_q <= !load || fetch || direct;
        if (store) wr_q <= wr_q == PTR_LAST ? '0 : wr_q + 1'b1;
        if (fetch) rd_q <= rd_q == PTR_LAST ? '0 : rd_q + 1'b1;
        if (store && !fetch) stored_q <= stored_q + 1'b1;
        else if (fetch && !store) stored_q <= stored_q - 1'b1;
      end
    end

    always_ff @(posedge clk_i) begin
      if (store) mem[wr_q] <= in_data_i;
      if (direct) data_q <= in_data_i;
      else if (fetch) data_q <= mem[rd_q];
    end
  end

endmodule
