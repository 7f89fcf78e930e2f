// SPDX-License-Identifier: Apache-2.0
// Ring of stream words in memory: word n lies in line n / Words, bank n % Words, so that a beat of any number of words
// is written in one cycle. Every port has a replica of its own, all written alike. A port reads one word a cycle in two
// stages, a synchronous read and the padding mux; what a stage holds stays until it is told to go on.
module xb_ring #(
    parameter int Width = 8,   // bits of a word, 1..
    parameter int Words = 1,   // most words of a beat; banks of a replica, 1..
    parameter int Lines = 35,  // words of a bank, 1..
    parameter int Ports = 1,   // 1..
    localparam int COUNT_BITS = $clog2(Words + 1),
    localparam int LINE_BITS = (Lines > 1) ? $clog2(Lines) : 1,
    localparam int BANK_BITS = (Words > 1) ? $clog2(Words) : 1,
    localparam int PLACE_BITS = LINE_BITS + BANK_BITS
) (
    input  logic                        clk_i,
    input  logic                        rst_ni,
    input  logic                        write_i,   // a beat; its words can be read in the next cycle but one
    input  logic [      COUNT_BITS-1:0] count_i,   // words of the beat, from the lowest on, 1..Words
    input  logic [     Words*Width-1:0] data_i,
    input  logic                        read_i,    // all ports read, padding where inside_i is 0
    input  logic [           Ports-1:0] inside_i,
    input  logic [Ports*PLACE_BITS-1:0] place_i,   // {line, bank} each
    input  logic                        give_i,    // what was read goes to data_o
    input  logic [           Width-1:0] pad_i,
    output logic [     Ports*Width-1:0] data_o
);

  // ---- write stage: a beat turned to the bank where its first word lies ----

  logic [BANK_BITS-1:0] bank_q;  // place of the next word
  logic [LINE_BITS-1:0] line_q, next_line;
  logic [Words-1:0] write_q;     // by bank
  logic [Words*Width-1:0] data_q;
  logic [Words*LINE_BITS-1:0] lines_q;

  assign next_line = (line_q == LINE_BITS'(Lines - 1)) ? '0 : line_q + 1'b1;

  // Word 0 goes to bank `by`, and so on.
  function automatic [Words*Width-1:0] turned(input [Words*Width-1:0] beat, input [BANK_BITS-1:0] by);
    turned = beat;
    for (int k = 0; k < $clog2(Words); k++) begin
      if (by[k]) turned = (turned << (Width << k)) | (turned >> (Width * (Words - (1 << k))));
    end
  endfunction

  function automatic [Words-1:0] written(input [COUNT_BITS-1:0] count, input [BANK_BITS-1:0] by);
    for (int w = 0; w < Words; w++) written[w] = w < 32'(count);
    for (int k = 0; k < $clog2(Words); k++) begin
      if (by[k]) written = (written << (1 << k)) | (written >> (Words - (1 << k)));
    end
  endfunction

  function automatic [Words*LINE_BITS-1:0] lines(input [BANK_BITS-1:0] by, input [LINE_BITS-1:0] line,
                                                 input [LINE_BITS-1:0] after);
    for (int b = 0; b < Words; b++) lines[b*LINE_BITS+:LINE_BITS] = (b < 32'(by)) ? after : line;
  endfunction

  always_ff @(posedge clk_i) begin
    if (write_i) begin
      data_q  <= turned(data_i, bank_q);
      lines_q <= lines(bank_q, line_q, next_line);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) write_q <= '0;
    else if (write_i) write_q <= written(count_i, bank_q);
    else write_q <= '0;
  end

  // Words that a beat leaves free up to the end of a line.
  logic [COUNT_BITS:0] after;
  assign after = (COUNT_BITS + 1)'(bank_q) + (COUNT_BITS + 1)'(count_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bank_q <= '0;
      line_q <= '0;
    end else if (write_i) begin
      if (after >= (COUNT_BITS + 1)'(Words)) begin
        bank_q <= BANK_BITS'(after - (COUNT_BITS + 1)'(Words));
        line_q <= next_line;
      end else begin
        bank_q <= BANK_BITS'(after);
      end
    end
  end

  // ---- replicas ----

  logic [Ports-1:0] inside_q;
  always_ff @(posedge clk_i) if (read_i) inside_q <= inside_i;

  for (genvar p = 0; p < Ports; p++) begin : g_port
    logic [Words*Width-1:0] words;
    logic [BANK_BITS-1:0] bank;
    logic [LINE_BITS-1:0] line;
    assign {line, bank} = place_i[p*PLACE_BITS+:PLACE_BITS];

    for (genvar b = 0; b < Words; b++) begin : g_bank
      logic read_bank;
      assign read_bank = read_i && inside_i[p] && 32'(bank) == b;

      xb_store #(
          .Width(Width),
          .Words(Lines),
          .Banks(Words)
      ) u_store (
          .clk_i       (clk_i),
          .write_i     (write_q[b]),
          .write_addr_i(lines_q[b*LINE_BITS+:LINE_BITS]),
          .write_data_i(data_q[b*Width+:Width]),
          .read_i      (read_bank),
          .read_addr_i (line),
          .read_data_o (words[b*Width+:Width])
      );
    end

    if (Words == 1) begin : g_one
      always_ff @(posedge clk_i) begin
        if (give_i) data_o[p*Width+:Width] <= inside_q[p] ? words : pad_i;
      end
    end else begin : g_pick
      logic [BANK_BITS-1:0] from_q;  // bank that was read

      function automatic [Width-1:0] picked(input [Words*Width-1:0] all, input [BANK_BITS-1:0] from);
        picked = '0;
        for (int b = 0; b < Words; b++) begin
          if (32'(from) == b) picked = picked | all[b*Width+:Width];
        end
      endfunction

      always_ff @(posedge clk_i) begin
        if (read_i) from_q <= bank;
        if (give_i) data_o[p*Width+:Width] <= inside_q[p] ? picked(words, from_q) : pad_i;
      end
    end
  end

endmodule
