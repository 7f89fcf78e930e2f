// SPDX-License-Identifier: Apache-2.0
// xb_adc: every current of its width, for several steps and ranges, against counted thresholds (docs/numerics.md 4);
// converters out of use never saturate; the layer's pauses change nothing.
module tb_adc;
  parameter int Converters = 5;
  parameter int CurrentBits = 8;
  parameter int Bits = 6;
  parameter int Latency = 1;
  localparam int Low = -(1 << (CurrentBits - 1));
  localparam int Steps = (1 << CurrentBits) / Converters + 1;
  logic clk = 0, rst_n = 0, en = 0;
  logic [15:0] count;
  logic [Converters*CurrentBits-1:0] current;
  logic [31:0] delta;
  logic signed [31:0] lo;
  logic [13:0] code_max;
  logic [Converters*Bits-1:0] code;
  logic [Converters-1:0] saturated;
  integer errors = 0, seed = 9, s, i, k, j, range, bottom, expected;
  integer value, used, top;

  always #1 clk = !clk;
  xb_adc #(.Converters(Converters), .CurrentBits(CurrentBits), .Bits(Bits), .Latency(Latency)) dut (.clk_i(clk),
    .rst_ni(rst_n), .en_i(en), .count_i(count), .current_i(current), .delta_i(delta), .lo_i(lo), .code_max_i(code_max),
    .code_o(code), .saturated_o(saturated));

  task wrong(input integer what);
    errors = errors + 1;
    if (errors < 4) $display("current %0d delta %0d lo %0d: %0d, not %0d (%0d)", value, delta, lo, code[j*Bits+:Bits], expected, what);
  endtask

  // One enabled cycle, with a pause before it now and then.
  task step;
    if ($unsigned($random(seed)) % 4 == 0) begin
      en = 0;
      @(negedge clk);
    end
    en = 1;
    @(negedge clk) en = 0;
  endtask

  initial begin
    #5 rst_n = 1;
    @(negedge clk);
    for (range = 0; range < 24; range = range + 1) begin
      delta = range % 6 == 0 ? 1 : range % 6 == 1 ? 2 : 1 + $unsigned($random(seed)) % 9;
      code_max = range % 4 == 3 ? (1 << (Bits - 1)) - 1 : (1 << Bits) - 1;
      top = code_max;
      if (range < 8) lo = 0;
      else if (range < 16) lo = -(top + 1) / 2;
      else lo = -($unsigned($random(seed)) % (top + 1));
      for (s = 0; s < Steps; s = s + 1) begin
        for (j = 0; j < Converters; j = j + 1) current[j*CurrentBits+:CurrentBits] = Low + s * Converters + j;
        used = $unsigned($random(seed)) % 4 == 0 ? $unsigned($random(seed)) % (Converters + 1) : Converters;
        count = used;
        step;
        for (j = 0; j < Converters; j = j + 1) begin
          value = $signed(current[j*CurrentBits+:CurrentBits]);
          bottom = lo * $signed(delta) - $signed(delta) / 2;  // the page's T[0]
          if (saturated[j] !== (j < used && (value < bottom || value >= bottom + (top + 1) * $signed(delta)))) wrong(1);
        end
        for (k = 1; k < Latency; k = k + 1) step;
        for (j = 0; j < used; j = j + 1) begin
          value = $signed(current[j*CurrentBits+:CurrentBits]);
          expected = 0;
          for (i = 1; i <= top; i = i + 1) if (value >= bottom + i * $signed(delta)) expected = expected + 1;
          if (code[j*Bits+:Bits] !== expected[Bits-1:0]) wrong(0);
        end
      end
    end
    if (errors == 0) $display("PASS");
    else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
