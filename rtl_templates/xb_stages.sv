// SPDX-License-Identifier: Apache-2.0
// What a slot's stages are told on its way through the PEs of a layer: its control, delayed to each stage
// (docs/rtl.md, Timing of a weight layer), and for each column tile what is different there.
module xb_stages #(
    parameter int Copies        = 1,   // copies of the arrays, one window each
    parameter int ColTiles      = 1,   // arrays that share their rows
    parameter int Slots         = 4,   // of a plane and group
    parameter int PerArray      = 8,   // conversions of a slot
    parameter int Codes         = 8,   // ... at most, 1..PerArray
    parameter int Columns       = 8,   // conversions of a channel
    parameter int Units         = 1,   // blocks of the layer's block-diagonal matrix
    parameter int UnitsPerArray = 1,   // whole blocks on an array
    parameter int UnitUsed      = 32,  // conversions of a block
    parameter int Used          = 32,  // conversions of a full column tile
    parameter int Amid          = 0,   // 1: slots begin amid a channel
    parameter int DacBits       = 1,
    parameter int AdcLatency    = 1,
    parameter int DriveStage    = 1,   // 1: a register before the macros
    parameter int CodeStage     = 0,   // ... behind them
    localparam int COLUMN_BITS  = (Columns > 1) ? $clog2(Columns) : 1
) (
    input  logic                            clk_i,
    input  logic                            rst_ni,
    input  logic                            issue_i,       // a slot is read
    input  logic [              Copies-1:0] active_i,      // ... by these copies
    input  logic                            first_i,       // ... of the first plane and group
    input  logic                            last_i,        // ... of the last plane and group
    input  logic [                     3:0] plane_i,
    input  logic [                     9:0] group_i,
    input  logic [                     9:0] slot_i,
    output logic [            Copies*4-1:0] active_o,      // of each copy {add, sum, codes, start}
    output logic [                    60:0] control_o,     // as xb_pe
    output logic [         ColTiles*33-1:0] counts_o,      // of each column tile, as xb_pe
    output logic [ColTiles*COLUMN_BITS-1:0] column_o,      // ... where a slot that is summed begins within its first channel
    output logic                            sums_valid_o   // the PEs give the sums of a slot
);

  localparam int TILES_PER_UNIT = (UnitUsed + Used - 1) / Used;  // 1 where several stand on an array
  localparam int WIDTH = Copies + 16;                            // {active, first, last, plane, slot}

  logic [WIDTH+9:0] issue, start;  // ... and the group
  logic [WIDTH-1:0] codes, sum, add;

  assign issue = {issue_i ? active_i : Copies'(1'b0), first_i, last_i, plane_i, slot_i, group_i};

  xb_delay #(
      .Width (WIDTH + 10),
      .Stages(DriveStage)
  ) u_start (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(issue),
      .data_o(start)
  );

  xb_delay #(
      .Width (WIDTH),
      .Stages(1 + AdcLatency)
  ) u_codes (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(start[WIDTH+9:10]),
      .data_o(codes)
  );

  xb_delay #(
      .Width (WIDTH),
      .Stages(CodeStage)
  ) u_sum (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(codes),
      .data_o(sum)
  );

  xb_delay #(
      .Width (WIDTH),
      .Stages((Amid != 0) ? 2 : 1)
  ) u_add (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .data_i(sum),
      .data_o(add)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) sums_valid_o <= 1'b0;
    else sums_valid_o <= add[16] && add[14];
  end

  assign control_o = {4'(add[13:10] * 4'(DacBits)), add[14], add[15], add[9:0], sum[15], sum[9:0], codes[9:0],
                      start[23:20], start[9:0], start[19:10]};

  for (genvar c = 0; c < Copies; c++) begin : g_active
    assign active_o[c*4+:4] = {add[16+c], sum[16+c], codes[16+c], start[26+c]};
  end

  for (genvar t = 0; t < ColTiles; t++) begin : g_tile
    localparam int UNIT = t / TILES_PER_UNIT * UnitsPerArray;  // the first on its arrays
    localparam int UNITS_HERE = (Units - UNIT < UnitsPerArray) ? Units - UNIT : UnitsPerArray;
    localparam int LEFT = UNITS_HERE * UnitUsed - t % TILES_PER_UNIT * Used;
    localparam int USED_HERE = (LEFT < Used) ? LEFT : Used;
    localparam int LAST_SLOT = (USED_HERE - 1) / PerArray;

    // Conversions in use of a slot: all converters, but for the last slot.
    logic [29:0] slots;
    assign slots = {sum[9:0], codes[9:0], start[19:10]};
    for (genvar i = 0; i < 3; i++) begin : g_stage
      logic [10:0] slot;
      assign slot = {1'b0, slots[10*i+:10]};
      assign counts_o[t*33+11*i+:11] = (slot == 11'(LAST_SLOT)) ? 11'(USED_HERE - LAST_SLOT * PerArray)
                                     : (slot > 11'(LAST_SLOT)) ? 11'd0 : 11'(Codes);
    end

    if (Amid != 0) begin : g_amid
      localparam int PHASE = t % TILES_PER_UNIT * Used % Columns;
      localparam int STEP = PerArray % Columns;
      logic [COLUMN_BITS-1:0] column_q;
      logic [COLUMN_BITS:0] next;
      assign next = (COLUMN_BITS + 1)'(column_q) + (COLUMN_BITS + 1)'(STEP);
      assign column_o[t*COLUMN_BITS+:COLUMN_BITS] = column_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) column_q <= COLUMN_BITS'(PHASE);
        else if (sum[16]) begin
          if (sum[9:0] == 10'(Slots - 1)) column_q <= COLUMN_BITS'(PHASE);
          else column_q <= COLUMN_BITS'((32'(next) >= Columns) ? next - (COLUMN_BITS + 1)'(Columns) : next);
        end
      end
    end else begin : g_whole
      assign column_o[t*COLUMN_BITS+:COLUMN_BITS] = '0;
    end
  end

endmodule
