// SPDX-License-Identifier: Apache-2.0
// xb_regs: every address, read and written with random timing; the counters of the layers come over a chain some cycles
// late and change all the time, so that a high word not latched with its low one shows. Without counters nothing is asked.
module tb_regs;
  parameter int NumLayers = 3;
  parameter int NumArrays = 77;
  parameter int Counters = 1;
  localparam [63:0] HASH = 64'hfeedface_01234567;
  logic clk = 0, rst_n = 0;
  logic [19:0] awaddr, araddr;
  logic awvalid = 0, awready, wvalid = 0, wready, bvalid, bready = 0, arvalid = 0, arready, rvalid, rready = 0;
  logic [1:0] bresp, rresp;
  logic [31:0] rdata;
  logic start = 0, programmed = 0, program_error = 0, frame_error = 0, image_in = 0, image_out = 0, begun = 0;
  logic [NumLayers-1:0] layer_busy = 0;
  logic [65:0] chain[0:NumLayers];
  integer questions = 0;
  logic busy;
  logic [31:0] got, low;
  logic [1:0] resp;
  integer errors = 0, seed = 4, i, k;

  always #1 clk = !clk;
  xb_regs #(.NumLayers(NumLayers), .NumArrays(NumArrays), .DesignHash(HASH), .Counters(Counters)) dut (.clk_i(clk), .rst_ni(rst_n),
    .s_axil_awaddr(awaddr), .s_axil_awprot(3'd0), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
    .s_axil_wdata(32'hffffffff), .s_axil_wstrb(4'hf), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
    .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(bready), .s_axil_araddr(araddr),
    .s_axil_arprot(3'd0), .s_axil_arvalid(arvalid), .s_axil_arready(arready), .s_axil_rdata(rdata),
    .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(rready), .start_i(start),
    .programmed_i(programmed), .program_error_i(program_error), .frame_error_i(frame_error), .image_begun_i(begun),
    .image_in_i(image_in), .image_out_i(image_out), .layer_busy_i(layer_busy), .busy_o(busy),
    .cnt_chain_o(chain[0]), .cnt_chain_i(chain[NumLayers]));

  // Layer l answers question s with {~salt, layer, s}; what is not asked of it passes.
  for (genvar l = 0; l < NumLayers; l = l + 1) begin : g_layer
    logic [65:0] to, from = 0;
    assign to = chain[l];
    assign chain[l+1] = from;
    always @(posedge clk) begin
      from <= to[65] ? to : {1'b0, 65'bx};
      if (to[65:64] === 2'b10 && to[19:4] === l && to[3:0] <= 8)
        from <= {2'b11, 16'hc0de, 8'(l), 4'd0, to[3:0], 16'hbeef, 8'(l), 4'd0, to[3:0]};
    end
  end
  always @(posedge clk) questions = questions + (chain[0][65] === 1);

  task read(input [19:0] address);
    @(negedge clk) arvalid = 1; araddr = address;
    while (!arready) @(negedge clk);
    @(negedge clk) arvalid = 0; araddr = 'x;
    repeat ($unsigned($random(seed)) % 6) @(negedge clk);
    while (!rvalid) @(negedge clk);
    repeat ($unsigned($random(seed)) % 4) begin
      got = rdata;
      @(negedge clk) if (!rvalid || rdata !== got) errors = errors + 1;
    end
    rready = 1; got = rdata; resp = rresp;
    @(negedge clk) rready = 0;
    if (rvalid) errors = errors + 1;
  endtask

  task check(input [19:0] address, input [31:0] want);
    read(address);
    if (resp !== 0 || got !== want || (address == 20'h010 && got[1] !== busy)) begin
      errors = errors + 1;
      $display("%h: %h (%b) instead of %h", address, got, resp, want);
    end
  endtask

  task refused(input [19:0] address);
    read(address);
    if (resp !== 2'b10 || got !== 0) begin
      errors = errors + 1;
      $display("%h is not refused", address);
    end
  endtask

  task write(input [19:0] address);
    integer da, dw, t;
    logic a, w;
    da = $unsigned($random(seed)) % 5; dw = $unsigned($random(seed)) % 5; a = 0; w = 0;
    for (t = 0; !(a && w); t = t + 1) begin
      @(negedge clk);
      if (awvalid) begin awvalid = 0; a = 1; end
      if (wvalid) begin wvalid = 0; w = 1; end
      if (t >= da && !a) begin awvalid = 1; awaddr = address; if (!awready) errors = errors + 1; end
      if (t >= dw && !w) begin wvalid = 1; if (!wready) errors = errors + 1; end
    end
    repeat ($unsigned($random(seed)) % 4) @(negedge clk);
    if (!bvalid || bresp !== 2'b10) errors = errors + 1;
    bready = 1;
    @(negedge clk) bready = 0;
    if (bvalid) errors = errors + 1;
  endtask

  task pulse(input integer which);
    @(negedge clk) {image_out, image_in, frame_error, start} = 4'd1 << which;
    @(negedge clk) {image_out, image_in, frame_error, start} = 4'd0;
  endtask

  initial begin
    arvalid = 1; awvalid = 1; wvalid = 1;  // nothing is taken in reset
    repeat (4) @(negedge clk) if (arready || awready || wready || rvalid || bvalid) errors = errors + 1;
    arvalid = 0; awvalid = 0; wvalid = 0;
    rst_n = 1;
    @(negedge clk);
    check(20'h000, 32'h58424731); check(20'h004, 32'h00010000);
    check(20'h008, HASH[31:0]); check(20'h00c, HASH[63:32]);
    check(20'h010, 0); check(20'h014, {16'(NumArrays), Counters == 0, 15'(NumLayers)});
    check(20'h018, 0); check(20'h01c, 0);
    programmed = 1;
    read(20'h018); low = got;
    repeat (10) @(negedge clk);
    read(20'h018); if (got <= low + 10 || got > low + 60) errors = errors + 1;
    check(20'h01c, 0);
    check(20'h010, 1);
    repeat (3) pulse(2);
    check(20'h020, 3); check(20'h010, 3);
    repeat (2) pulse(3);
    check(20'h028, 2); check(20'h024, 0); check(20'h02c, 0); check(20'h010, 3);
    pulse(3); check(20'h010, 1);
    begun = 1; check(20'h010, 3); begun = 0; check(20'h010, 1);
    for (i = 0; i < NumLayers; i = i + 1) begin
      layer_busy = 1 << i; check(20'h010, 3);
    end
    layer_busy = 0; check(20'h010, 1);
    pulse(3); check(20'h010, 3); pulse(2); check(20'h010, 1);  // a result that comes before its image's end
    pulse(1); check(20'h010, 9);
    program_error = 1; programmed = 0; check(20'h010, 12);
    pulse(0); check(20'h010, 4); check(20'h020, 0); check(20'h018, 0); check(20'h028, 0);
    refused(20'h030); refused(20'h0ffc); refused(20'h07c);
    for (i = 0; i < NumLayers; i = i + 1) begin
      for (k = 0; k < 9 && Counters == 0; k = k + 1) begin
        refused(20'h1000 + i * 128 + k * 8); refused(20'h1000 + i * 128 + k * 8 + 4);
      end
      for (k = 0; k < 9 && Counters != 0; k = k + 1) begin
        check(20'h1000 + i * 128 + k * 8, 32'hbeef0000 + i * 256 + k);
        if ($random(seed) % 2) write(20'h1000);
        check(20'h1000 + i * 128 + k * 8 + 4, 32'hc0de0000 + i * 256 + k);
      end
      for (k = 9; k < 16; k = k + 1) refused(20'h1000 + i * 128 + k * 8);
      refused(20'h1000 + i * 128 + 9 * 8 + 4);
    end
    refused(20'h1000 + NumLayers * 128); refused(20'hffffc); refused(20'h80000);
    for (i = 0; i < 30; i = i + 1) write(i * 4);
    check(20'h000, 32'h58424731);
    if ((questions != 0) != (Counters != 0)) errors = errors + 1;
    if (errors == 0) $display("PASS"); else $display("FAIL errors %0d", errors);
    $finish;
  end
endmodule
