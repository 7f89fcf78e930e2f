// SPDX-License-Identifier: Apache-2.0
// xb_program: good frames reach the bus word for word; wrong ones of every kind set the error and are drained. Images begin
// at any time that the cell allows; a frame offered meanwhile waits for their end, keeps others from beginning, and is
// never held up once it has begun.
module tb_program;
  localparam [31:0] HASH = 32'h1234abcd;
  localparam int Most = 512;
  logic clk = 0, rst_n = 0;
  logic [31:0] data;
  logic [3:0] keep = 4'hf;
  logic valid = 0, last = 0, ready, start, programmed, error;
  logic [73:0] prog;
  logic [31:0] frame[0:Most-1];
  logic [73:0] want[0:Most-1];
  integer length, wanted, got, starts, errors = 0, seed = 3, i, j, n, records;
  logic run, busy, noise = 0, framed = 0;  // framed: a frame has begun and is not over
  localparam int Settle = 8;
  integer over = Settle;  // cycles since the frame was over
  integer active = 0, waited = 0, idle = 0, held = 0, refused = 0;  // active: cycles that an image still takes
  logic quiet = 0;  // the words on the bus do not matter

  always #1 clk = !clk;
  xb_program #(.DesignHash(HASH), .Settle(Settle)) dut (.clk_i(clk), .rst_ni(rst_n), .s_axis_prog_tdata(data), .s_axis_prog_tkeep(keep),
    .s_axis_prog_tvalid(valid), .s_axis_prog_tready(ready), .s_axis_prog_tlast(last), .busy_i(busy), .run_o(run), .prog_o(prog), .start_o(start),
    .programmed_o(programmed), .error_o(error));

  always @(posedge clk) if (rst_n) begin
    if (start) begin
      starts = starts + 1;
      if (prog[73:68] !== 6'b110000) errors = errors + 1;
    end else if (prog[73]) begin
      if (got >= wanted || prog !== want[got]) begin
        errors = errors + 1;
        if (!quiet) $display("bus word %0d is %h, not %h", got, prog, want[got]);
      end
      got = got + 1;
    end
  end

  // Images: one begins only when it may, and takes a while. What busy says inside a frame does not matter.
  assign busy = active != 0 || (framed && noise);
  always @(posedge clk) if (rst_n) begin
    noise <= $random(seed);
    if (active != 0) active <= active - 1;
    else if (run && $unsigned($random(seed)) % 3 == 0) active <= 1 + $unsigned($random(seed)) % 40;
    if (run && !programmed) errors = errors + 1;
    if (run && waited > 0) errors = errors + 1;     // an image could begin behind the waiting frame's back
    if (valid && ready && !framed && active != 0) errors = errors + 1;
    if (framed && ready !== 1'b1) errors = errors + 1;
    if (valid && !ready && active != 0) held = held + 1;
    over = framed ? 0 : over + 1;
    idle = valid && !ready && active == 0 && over > Settle ? idle + 1 : 0;
    if (idle > 2) errors = errors + 1;              // nothing to wait for
    if (over < Settle && (programmed || (valid && ready && !framed))) begin
      errors = errors + 1;                          // the last record may still be on its way
      $display("%0d cycles after a frame: programmed %b, ready %b", over, programmed, ready);
    end
    if (programmed && !valid && !run && waited == 0) refused = refused + 1;
    waited = valid && !ready ? waited + 1 : 0;
    if (valid && ready) framed <= !last;
  end

  // CRC-32, byte by byte and bit by bit, of the frame's first `words` words.
  function automatic [31:0] crc32(input integer words);
    integer w, b;
    logic [31:0] c;
    c = 32'hffffffff;
    for (w = 0; w < words * 4; w = w + 1) begin
      for (b = 0; b < 8; b = b + 1) begin
        if (c[0] ^ frame[w/4][(w%4)*8+b]) c = (c >> 1) ^ 32'hedb88320;
        else c = c >> 1;
      end
    end
    crc32 = ~c;
  endfunction

  task build(input integer count);
    integer r, k, size;
    logic [3:0] kind;
    logic [19:0] unit;
    logic [15:0] addr;
    frame[0] = 32'h47504258;
    frame[1] = HASH;
    length = 2;
    wanted = 0;
    for (r = 0; r < count; r = r + 1) begin
      kind = 1 + $unsigned($random(seed)) % 4;
      unit = $random(seed);
      addr = $random(seed);
      size = 1 + $unsigned($random(seed)) % 6;
      frame[length] = {kind, 8'd0, unit};
      frame[length+1] = {addr, 16'(size)};
      length = length + 2;
      for (k = 0; k < size; k = k + 1) begin
        frame[length] = $random(seed);
        want[wanted] = {1'b1, k == size - 1, kind, unit, addr, frame[length]};
        wanted = wanted + 1;
        length = length + 1;
      end
    end
    frame[length] = crc32(length);
    length = length + 1;
  endtask

  // Sends the frame; word `partial` comes with a hole in its tkeep.
  task send(input integer partial);
    integer k;
    got = 0;
    starts = 0;
    for (k = 0; k < length; k = k + 1) begin
      while ($unsigned($random(seed)) % 4 == 0) begin
        @(negedge clk) valid = 0; last = 0; data = 'x;
      end
      @(negedge clk) valid = 1; data = frame[k]; last = k == length - 1; keep = k == partial ? 4'h7 : 4'hf;
      #0 while (ready !== 1'b1) @(negedge clk);
    end
    @(negedge clk) valid = 0; last = 0; data = 'x;
    repeat (Settle + 1) @(negedge clk);
  endtask

  task expect_state(input good, input all, input [255:0] what);
    if (programmed !== good || error !== !good || starts != 1 || (all && got != wanted) || (good && !all)) begin
      errors = errors + 1;
      $display("%0s: programmed %b error %b starts %0d words %0d of %0d", what, programmed, error, starts, got, wanted);
    end
  endtask

  initial #400000 begin
    $display("FAIL hangs");
    $finish;
  end

  initial begin
    frame[0] = 32'h34333231;  // the check value of the CRC: "12345678"
    frame[1] = 32'h38373635;
    if (crc32(2) !== 32'h9ae0daaf) errors = errors + 1;
    #5 rst_n = 1;
    #4 if (programmed !== 0 || error !== 0) errors = errors + 1;
    for (i = 0; i < 20; i = i + 1) begin
      build(1 + i);
      send(-1);
      expect_state(1, 1, "good");
      if (i % 2) begin
        j = $unsigned($random(seed)) % (length - 3) + 2;
        frame[j] = frame[j] ^ (32'd1 << ($unsigned($random(seed)) % 32));
        wanted = 0;
        for (j = 0; j < Most; j = j + 1) want[j] = 'x;
        n = errors; quiet = 1;
        got = 0;
        send(-1);
        errors = n; quiet = 0;  // what was on the bus does not matter here
        expect_state(0, 0, "one bit wrong");
      end
    end
    build(0); send(-1); expect_state(1, 1, "no records");
    build(3); frame[length-1] = frame[length-1] ^ 32'h100; send(-1); expect_state(0, 1, "CRC");
    build(3); frame[0] = frame[0] ^ 32'h1; wanted = 0; send(-1); expect_state(0, 1, "magic");
    build(3); frame[1] = frame[1] ^ 32'h1; wanted = 0; frame[length-1] = crc32(length - 1); send(-1); expect_state(0, 1, "hash");
    build(3); length = length - 1; frame[length-1] = crc32(length - 1); n = errors; quiet = 1; send(-1); errors = n; quiet = 0;
    expect_state(0, 0, "short, in a record");
    build(3); length = length - 1; send(-1); expect_state(0, 0, "no CRC");
    build(2); length = 3; send(-1); expect_state(0, 0, "ends in a head");
    build(2); length = 4; send(-1); expect_state(0, 0, "ends in a size");
    length = 1; wanted = 0; send(-1); expect_state(0, 1, "one word");
    length = 2; send(-1); expect_state(0, 1, "two words");
    build(2); frame[length] = 32'd0; length = length + 1; send(-1); expect_state(0, 1, "a word too many");
    build(2); for (i = 0; i < 20; i = i + 1) frame[length+i] = 32'h20000001; length = length + 20; quiet = 1;
    n = errors; send(-1); errors = n; quiet = 0;
    if (programmed !== 0 || error !== 1) errors = errors + 1;
    build(0); frame[2] = 32'h20000000; frame[3] = 32'h00010000; frame[4] = crc32(4); length = 5; send(-1);
    expect_state(0, 1, "count 0");
    build(0); frame[2] = 32'h70000000; frame[3] = 32'h00010001; frame[4] = 5; frame[5] = crc32(5); length = 6; send(-1);
    expect_state(0, 1, "kind 7");
    build(0); frame[2] = 32'h20000000; frame[3] = 32'h00010000; frame[4] = 32'h20000000; frame[5] = 32'h00010001;
    frame[6] = 9; frame[7] = crc32(7); length = 8; send(-1);
    expect_state(0, 1, "count 0 and more");
    build(0); frame[2] = 32'h10100000; frame[3] = 32'h00010001; frame[4] = 5; frame[5] = crc32(5); length = 6; send(-1);
    expect_state(0, 1, "unit of 21 bits");
    build(2); send(length - 1); expect_state(0, 1, "partial last word");
    build(2); wanted = 0; send(2); expect_state(0, 1, "partial word");
    for (i = 0; i < 200; i = i + 1) begin
      length = 1 + $unsigned($random(seed)) % 40;
      for (j = 0; j < length; j = j + 1) frame[j] = $random(seed);
      if (i % 2) {frame[0], frame[1]} = {32'h47504258, HASH};
      n = errors; quiet = 1;
      send(-1);
      errors = n; quiet = 0;
      expect_state(0, 0, "garbage");
    end
    build(5); send(-1); expect_state(1, 1, "good again");
    if (held < 50 || refused > 0) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d held %0d refused %0d", errors, held, refused);
    $finish;
  end
endmodule
