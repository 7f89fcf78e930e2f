// SPDX-License-Identifier: Apache-2.0
// Bytes in words of one width to bytes in words of another, in order and without a lost cycle on the narrow side.
// A word marked last counts LastBytes bytes: fewer than InBytes drops its end, more appends zeros.

module xb_gearbox #(
  parameter int InBytes   = 1,  // bytes of an input word, 1..
  parameter int OutBytes  = 3,  // bytes of an output word, 1..
  parameter int LastBytes = 1   // bytes a marked word counts, 1..; it and InBytes modulo OutBytes share gcd(In, Out)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  in_valid_i,
  output logic                  in_ready_o,
  input  logic                  in_last_i,   // this word counts LastBytes
  input  logic [InBytes*8-1:0]  in_data_i,   // bytes beyond LastBytes of a marked word must be 0
  output logic                  out_valid_o,
  input  logic                  out_ready_i,
  output logic [OutBytes*8-1:0] out_data_o
);

  // Everything moves in units of the greatest common divisor, which keeps the shifter small.
  function automatic int gcd(input int a, input int b);
    int x, y, t;
    x = a;
    y = b;
    for (int i = 0; i < 48; i++) begin
      if (y != 0) begin
        t = x % y;
        x = y;
        y = t;
      end
    end
    gcd = x;
  endfunction

  localparam int Unit      = gcd(InBytes, OutBytes);
  localparam int InUnits   = InBytes / Unit;
  localparam int LastUnits = LastBytes / Unit;
  localparam int OutUnits  = OutBytes / Unit;
  localparam int MostUnits = InUnits > LastUnits ? InUnits : LastUnits;
  // Where an end that was filled up comes before words that give way: room for both at once.
  localparam int Slack     = LastUnits > InUnits || MostUnits < OutUnits ? MostUnits : OutUnits;
  localparam int Room      = MostUnits + OutUnits + Slack - 1;
  localparam int FillBits  = $clog2(Room + 1);
  localparam int UnitBits  = Unit * 8;
  localparam int RoomBits  = Room * UnitBits;

`ifdef VERILATOR
  if (LastBytes < 1 || LastBytes % Unit != 0) begin : g_check
    $error("xb_gearbox: LastBytes is a positive multiple of gcd(InBytes, OutBytes)");
  end
`endif

  logic [RoomBits-1:0] buf_q;   // zero above the fill level
  logic [FillBits-1:0] fill_q;  // units held
  logic [FillBits-1:0] base;    // where the new word goes
  logic                push, pop;

  assign in_ready_o  = fill_q <= FillBits'(Room - MostUnits);
  assign out_valid_o = fill_q >= FillBits'(OutUnits);
  assign out_data_o  = buf_q[OutBytes*8-1:0];
  assign push        = in_valid_i && in_ready_o;
  assign pop         = out_valid_o && out_ready_i;
  assign base        = pop ? fill_q - FillBits'(OutUnits) : fill_q;

  // A function, so that a simulator shifts only when a word comes.
  function automatic logic [RoomBits-1:0] placed(input logic [InBytes*8-1:0] data,
                                                 input logic [FillBits-1:0] units);
    placed = RoomBits'(data) << (32'(units) * UnitBits);
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      buf_q  <= RoomBits'(1'b0);
      fill_q <= '0;
    end else if (push) begin
      buf_q  <= (pop ? buf_q >> (OutBytes * 8) : buf_q) | placed(in_data_i, base);
      fill_q <= base + (in_last_i ? FillBits'(LastUnits) : FillBits'(InUnits));
    end else if (pop) begin
      buf_q  <= buf_q >> (OutBytes * 8);
      fill_q <= base;
    end
  end

endmodule
