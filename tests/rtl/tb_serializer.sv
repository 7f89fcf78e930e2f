// SPDX-License-Identifier: Apache-2.0
// xb_serializer: every plane of random windows, in both orders of rows; the next window comes while one is driven, and
// waits at the door when it is whole.
module tb_serializer;
  parameter int Taps = 6;
  parameter int Channels = 3;
  parameter int Rate = 1;
  parameter int DacBits = 1;
  parameter int RowOrder = 0;
  parameter int CodeBits = 8;
  localparam int Planes = (CodeBits + DacBits - 1) / DacBits;
  localparam int Beats = (Taps + Rate - 1) / Rate;
  localparam int Rows = Taps * Channels;
  localparam int Windows = 30;
  logic clk = 0, rst_n = 0, valid = 0, ready, first = 0, last = 0, full, load = 0, shift = 0;
  logic [Rate*Channels*CodeBits-1:0] data = 'x;
  logic [Rows*DacBits-1:0] drive;
  logic [CodeBits-1:0] code[0:Windows*Rows-1];  // by window, tap and channel
  integer errors = 0, seed = 61, given = 0, n, p, row, tap, channel, j, i, b, waits;

  always #5 clk = !clk;
  xb_serializer #(.Taps(Taps), .Channels(Channels), .Rate(Rate), .DacBits(DacBits), .Planes(Planes), .RowOrder(RowOrder),
    .CodeBits(CodeBits)) dut (.clk_i(clk), .rst_ni(rst_n), .tap_valid_i(valid), .tap_ready_o(ready), .tap_first_i(first),
    .tap_last_i(last), .tap_data_i(data), .full_o(full), .load_i(load), .shift_i(shift), .drive_o(drive));

  // Beats of taps in order; what lies beyond the last tap is unknown, and all of it while valid is low.
  always @(posedge clk) if (rst_n) begin
    if (valid && ready) given = given + 1;
    if (!valid || ready) begin
      valid <= given < Windows * Beats && $unsigned($random(seed)) % 3 != 0;
      b = given % Beats;
      first <= b == 0;
      last <= b == Beats - 1;
      for (i = 0; i < Rate * Channels; i = i + 1) begin
        data[i*CodeBits+:CodeBits] <= b * Rate * Channels + i < Rows && given < Windows * Beats ?
          code[given/Beats*Rows+b*Rate*Channels+i] : {CodeBits{1'bx}};
      end
    end
  end

  task check_plane;
    for (row = 0; row < Rows; row = row + 1) begin
      tap = RowOrder == 0 ? row % Taps : row / Channels;
      channel = RowOrder == 0 ? row / Taps : row % Channels;
      for (j = 0; j < DacBits; j = j + 1) begin
        if (drive[j*Rows+row] !== (p * DacBits + j < CodeBits ? code[n*Rows+tap*Channels+channel][(p*DacBits+j)%CodeBits] : 1'b0)) begin
          errors = errors + 1;
          if (errors < 4) $display("window %0d plane %0d row %0d bit %0d: %b", n, p, row, j, drive[j*Rows+row]);
        end
      end
    end
  endtask

  initial begin
    for (i = 0; i < Windows * Rows; i = i + 1) code[i] = $random(seed);
    #18 rst_n = 1;
    for (n = 0; n < Windows; n = n + 1) begin
      for (waits = 0; waits < 2000 && full !== 1'b1; waits = waits + 1) @(negedge clk);
      if (n % 4 == 0) repeat (20) @(negedge clk);
      if (full !== 1'b1 || given != (n + 1) * Beats) errors = errors + 1;  // nothing beyond a whole window is taken
      load = 1;
      @(negedge clk) load = 0;
      for (p = 0; p < Planes; p = p + 1) begin
        repeat ($unsigned($random(seed)) % 4) @(negedge clk);
        check_plane;
        shift = p < Planes - 1;
        @(negedge clk) shift = 0;
      end
    end
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
