// SPDX-License-Identifier: Apache-2.0
// The taps of a cycle to one sum or maximum a channel: a tree of fours, a register behind each level. Taps outside the
// image count for nothing. All registers advance with en_i.

module xb_pool_taps #(
  parameter int Mode     = 0,   // 0 maximum, else sum
  parameter int Channels = 10,  // channels of a word, 1..
  parameter int Rate     = 5,   // taps a cycle, 1..
  parameter int InBits   = 8,   // of a code, 1..16
  localparam int CountBits = $clog2(Rate + 1),
  localparam int OutBits   = Mode == 0 ? InBits : InBits + $clog2(Rate)
) (
  input  logic                            clk_i,
  input  logic                            rst_ni,
  input  logic                            en_i,
  input  logic                            valid_i,
  input  logic                            first_i,   // of a window
  input  logic                            last_i,
  input  logic [Rate*Channels*InBits-1:0] data_i,
  input  logic [                Rate-1:0] inside_i,  // the tap lies in the image
  output logic                            valid_o,
  output logic                            first_o,
  output logic                            last_o,
  output logic [           CountBits-1:0] count_o,   // taps that lie in the image
  output logic [    Channels*OutBits-1:0] data_o
);

  localparam int Levels   = Rate > 1 ? ($clog2(Rate) + 1) / 2 : 1;
  localparam int WordBits = Channels * OutBits;

  logic [Levels-1:0]           valid_q, first_q, last_q;
  logic [Levels*CountBits-1:0] count_q;

  function automatic logic [CountBits-1:0] counted(input logic [Rate-1:0] inside_image);
    counted = '0;
    for (int r = 0; r < Rate; r++) counted = counted + CountBits'(inside_image[r]);
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else if (en_i) valid_q <= Levels'({valid_q, valid_i});
  end

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      first_q <= Levels'({first_q, first_i});
      last_q  <= Levels'({last_q, last_i});
      if (valid_i || valid_q != '0) count_q <= (Levels * CountBits)'({count_q, counted(inside_i)});
    end
  end

  assign valid_o = valid_q[Levels-1];
  assign first_o = first_q[Levels-1];
  assign last_o  = last_q[Levels-1];
  assign count_o = count_q[(Levels-1)*CountBits+:CountBits];

  // Functions, so that a simulator works only when taps come.
  function automatic logic [OutBits-1:0] joined(input logic [OutBits-1:0] a, input logic [OutBits-1:0] b);
    if (Mode == 0) joined = a > b ? a : b;
    else joined = a + b;
  endfunction

  // Taps as wide as what is made of them, 0 outside the image.
  function automatic logic [Rate*WordBits-1:0] widened(input logic [Rate*Channels*InBits-1:0] data,
                                                       input logic [Rate-1:0] inside_image);
    for (int i = 0; i < Rate * Channels; i++) begin
      widened[i*OutBits+:OutBits] = inside_image[i/Channels] ? OutBits'(data[i*InBits+:InBits]) : '0;
    end
  endfunction

  for (genvar l = 0; l < Levels; l++) begin : g_level
    localparam int Nodes = (Rate + (1 << (2 * l)) - 1) >> (2 * l);  // in front of the level
    localparam int Fours = (Nodes + 3) / 4;                         // behind it
    logic [Fours*WordBits-1:0] node_q;

    function automatic logic [Fours*WordBits-1:0] gathered(input logic [Nodes*WordBits-1:0] nodes);
      logic [OutBits-1:0] four[4];
      for (int f = 0; f < Fours; f++) begin
        for (int c = 0; c < Channels; c++) begin
          for (int i = 0; i < 4; i++) begin
            four[i] = '0;
            if (4 * f + i < Nodes) four[i] = nodes[((4*f+i)*Channels+c)*OutBits+:OutBits];
          end
          gathered[(f*Channels+c)*OutBits+:OutBits] = joined(joined(four[0], four[1]), joined(four[2], four[3]));
        end
      end
    endfunction

    if (l == 0) begin : g_first
      always_ff @(posedge clk_i) if (en_i && valid_i) node_q <= gathered(widened(data_i, inside_i));
    end else begin : g_next
      always_ff @(posedge clk_i) if (en_i && valid_q[l-1]) node_q <= gathered(g_level[l-1].node_q);
    end
  end

  assign data_o = g_level[Levels-1].node_q;

endmodule
