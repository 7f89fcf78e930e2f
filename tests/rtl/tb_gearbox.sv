// SPDX-License-Identifier: Apache-2.0
// xb_gearbox: inputs of random numbers of units, some of which end something, against a list of the units that come out;
// what is held stays within the room, and no cycle is lost on the narrow side; nor on the other one, where the widest
// inputs are more than an output, and pauses let outputs catch up.
module tb_gearbox;
  parameter int Unit = 5;
  parameter int InUnits = 2;
  parameter int OutUnits = 3;
  parameter int Fill = 0;
  parameter int Whole = 0;  // 1: inputs bring all their units
  parameter int Burst = 0;  // > 0: so many whole inputs, then one that leaves the outputs a unit to spare
  parameter int Stall = 30;
  localparam int Inputs = 400;
  localparam int InBits = $clog2(InUnits + 1);
  logic clk = 0, rst_n = 0, iv = 0, ir, last = 0, ov, ordy = 0;
  logic [InBits-1:0] units = 1;
  logic [InUnits*Unit-1:0] data = 0;
  logic [OutUnits*Unit-1:0] out;
  logic [Unit-1:0] list[0:Inputs*(InUnits+Fill)-1];
  integer errors = 0, seed = 4, n = 0, given = 0, taken = 0, cycles = 0, first = -1, final_cycle = 0, i;

  always #1 clk = !clk;
  xb_gearbox #(.Unit(Unit), .InUnits(InUnits), .OutUnits(OutUnits), .Fill(Fill)) dut (.clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(iv), .in_ready_o(ir), .in_last_i(last), .in_units_i(units), .in_data_i(data), .out_valid_o(ov),
    .out_ready_i(ordy), .out_data_o(out));

  task next_input;
    iv = n < Inputs && $unsigned($random(seed)) % 100 >= Stall;
    if (Burst > 0 && n % (Burst + 1) == Burst) units = (Burst + 1) * OutUnits - Burst * InUnits - 1;
    else units = Whole || Burst > 0 ? InUnits : 1 + $unsigned($random(seed)) % InUnits;
    last = $unsigned($random(seed)) % 4 == 0;
    data = 0;
    for (i = 0; i < units * Unit; i = i + 1) data[i] = $random(seed);
  endtask

  initial begin
    #4 rst_n = 1;
    for (cycles = 0; cycles < 20000 && (n < Inputs || taken + OutUnits <= given); cycles = cycles + 1) begin
      @(negedge clk);
      if (!iv) next_input;
      ordy = $unsigned($random(seed)) % 100 >= Stall;
      #0 if (ov && ordy) begin
        for (i = 0; i < OutUnits; i = i + 1) if (out[i*Unit+:Unit] !== list[taken+i]) errors = errors + 1;
        taken = taken + OutUnits;
        if (first < 0) first = cycles;
        final_cycle = cycles;
      end
      if (iv && ir) begin
        for (i = 0; i < units; i = i + 1) list[given+i] = data[i*Unit+:Unit];
        given = given + units;
        if (last) for (i = 0; i < Fill; i = i + 1) list[given+i] = 0;
        if (last) given = given + Fill;
        n = n + 1;
        @(posedge clk) #0 iv = 0;
      end
    end
    // The narrow side moves in every cycle, but for the first and last ones.
    if (Stall == 0 && Whole != 0 && Fill == 0) begin
      i = InUnits < OutUnits ? Inputs : (given + OutUnits - 1) / OutUnits;
      if (cycles > i + 4) errors = errors + 1;
    end
    if (Stall == 0 && Burst > 0 && Fill == 0 && cycles > Inputs + 4) errors = errors + 1;
    if (errors == 0 && n == Inputs && given - taken < OutUnits) $display("PASS");
    else $display("FAIL errors %0d, %0d units of %0d in %0d cycles", errors, taken, given, cycles);
    $finish;
  end
endmodule
