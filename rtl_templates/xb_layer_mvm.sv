// SPDX-License-Identifier: Apache-2.0
// A weight layer: convolution, depthwise convolution or fully connected, on crossbars.
// Images in, images out; its arrays stand in the tiles that the plan gave them.
module xb_layer_mvm #(
    parameter int InH           = 4,    // input image: rows, words of a row, channels of a word
    parameter int InW           = 4,
    parameter int InC           = 3,
    parameter int OutH          = 4,    // output image
    parameter int OutW          = 4,
    parameter int OutC          = 4,
    parameter int Outputs       = 1,    // of a window
    parameter int Side          = 1,    // ... side by side and one below the other, Side*Side of them; or 1: one, or a run
    parameter int StepH         = 1,    // ... from tap to tap of an output's kernel, as xb_patch_sum
    parameter int StepW         = 1,
    parameter int KernelH       = 3,    // window, as xb_fetch
    parameter int KernelW       = 3,
    parameter int StrideH       = 1,
    parameter int StrideW       = 1,
    parameter int DilationH     = 1,
    parameter int DilationW     = 1,
    parameter int PadT          = 1,
    parameter int PadL          = 1,
    parameter int InBits        = 8,    // of an input code, 1..16
    parameter int OutBits       = 8,    // ... of an output code, or of a sum
    parameter int InWords       = 1,    // most words of an input beat
    parameter int OutWords      = 1,    // most words of an output beat, 1..words of a step
    parameter int Copies        = 1,    // copies of the arrays, one window each
    parameter int Access        = 0,    // as xb_window
    parameter int Rate          = 1,    // as xb_window
    parameter int RowLanes      = 1,
    parameter int ColLanes      = 1,
    parameter int RowGroup      = 1,
    parameter int BitsPerCycle  = 0,
    parameter int Serial        = 0,
    parameter int RingWords     = 32,   // input words held
    parameter int RowOrder      = 0,    // as xb_serializer
    parameter int Rows          = 32,   // crossbar, as xb_pe
    parameter int Cols          = 32,
    parameter int CellBits      = 2,
    parameter int LevelBits     = CellBits,
    parameter int DacBits       = 1,
    parameter int ActiveRows    = 32,
    parameter int Encoding      = 0,    // as xb_requant
    parameter int Analog        = 0,
    parameter int PerArray      = 8,
    parameter int AdcBits       = 7,
    parameter int Lists         = 0,
    parameter int Noise         = 0,
    parameter int AdcInterval   = 1,
    parameter int AdcLatency    = 1,
    parameter int SumBits       = 26,   // of a channel's sum in one array
    parameter int Parts         = 1,    // channels that a slot can have a part in
    parameter int Planes        = 8,    // input planes
    parameter int Groups        = 1,    // groups of active rows
    parameter int Slots         = 4,    // converter uses per plane and group
    parameter int RowTiles      = 1,    // arrays of a copy
    parameter int ColTiles      = 1,
    parameter int Columns       = 32,   // columns of the layer
    parameter int Slices        = 4,    // cells of a weight and polarity
    parameter int WeightBits    = 8,
    parameter int CountWeight   = -1,   // as xb_requant
    parameter int Units         = 1,    // blocks of the block-diagonal matrix (channels of a depthwise layer)
    parameter int UnitsPerArray = 1,    // whole blocks on an array
    parameter int TileCols      = Cols, // columns of a full column tile, where these are fewer
    parameter int SegRows       = KernelH * KernelW * InC / Units,  // rows that are not cut where they fit an array
    parameter int SegsPerTile   = 1,    // ... and how many of these runs a row tile has
    parameter int Depth         = 2,    // register stages in the PE and the adder tree
    parameter int Lanes         = 1,    // sums of a slot requantized per cycle, over all copies and column tiles
    parameter int Banks         = 2,    // steps whose sums are under way or wait
    parameter int PatchWindows  = 1,    // windows, as xb_unpatch takes and reads them
    parameter int PatchColumns  = 1,
    parameter int PatchRows     = 1,
    parameter int FracBits      = 0,    // sums and steps are in units of 2^-FracBits of a level
    parameter int SumShift      = 0,    // 1: inputs are -1 and +1
    parameter int Post          = 0,    // what becomes of sums, as xb_post; 3: codes of converters are the output
    parameter int Rounding      = 0,    // as xb_scale
    parameter int FirstArray    = 0,    // number of the layer's first array on the chip
    parameter int ArraysPerTile = 8,
    parameter int Counters      = 1     // 0: no counters are built
) (
    input  logic                               clk_i,
    input  logic                               rst_ni,
    input  logic [                       15:0] layer_i,
    input  logic [                       11:0] number_i,  // among the layers with arrays
    input  logic [                       73:0] prog_i,
    input  logic [                       65:0] cnt_chain_i,
    output logic [                       65:0] cnt_chain_o,
    output logic                               busy_o,
    input  logic                               turn_i,    // steps may begin
    input  logic                               in_valid_i,
    output logic                               in_ready_o,
    input  logic [      $clog2(InWords+1)-1:0] in_count_i,
    input  logic [     InWords*InC*InBits-1:0] in_data_i,
    output logic                               out_valid_o,
    input  logic                               out_ready_i,
    output logic [     $clog2(OutWords+1)-1:0] out_count_o,
    output logic [  OutWords*OutC*OutBits-1:0] out_data_o
);

  localparam bit PATCHED = Side > 1;            // outputs leave their windows row by row
  localparam int RUN = PATCHED ? 1 : Outputs;   // windows of one output that stand on the rows of a copy
  localparam int DOWN = (OutH + Side - 1) / Side;
  localparam int ACROSS = (OutW + Side - 1) / Side;
  localparam int SUMS = OutC * Outputs;         // of a copy
  localparam int LAYER_ROWS = RUN * KernelH * KernelW * InC;
  localparam int PAIR = (Analog != 0) ? 2 : 1;  // columns of a conversion
  localparam int LAYER_USED = Columns / PAIR;   // conversions of a copy
  localparam int CHANNEL_USED = LAYER_USED / SUMS;
  localparam int UNIT_USED = LAYER_USED / Units;
  localparam int FULL_USED = UnitsPerArray * UNIT_USED;
  localparam int USED = (FULL_USED < TileCols / PAIR) ? FULL_USED : TileCols / PAIR;  // ... of a full column tile
  localparam int TREE_WIDE = SumBits + ((RowTiles > 1) ? $clog2(RowTiles) : 0);
  localparam int TREE_BITS = (TREE_WIDE < 32) ? TREE_WIDE : 32;
  localparam int COUNT_OUTPUTS = PATCHED ? Outputs : 1;  // of a block, each with a digital count of its own
  localparam int COUNTS = (Encoding != 1) ? 0 : Units * COUNT_OUTPUTS;  // digital counts of a copy
  localparam int COUNT_BITS = $clog2(LAYER_ROWS / Units * ((1 << InBits) - 1) + 1);
  localparam int COUNT = (COUNTS > 0) ? Copies * COUNTS * COUNT_BITS : COUNT_BITS;

  logic [6*32-1:0] regs;  // of the program stream, by way of u_shell
  logic [73:0] prog;
  logic clear, unused_regs;
  assign unused_regs = ^regs;  // zero points and clamps use the low bits only

  // Time.
  logic window, open, load, shift, busy, blocked, issue, first, last, slot_valid, bank_free, settling, shell_busy;
  logic [3:0] plane;
  logic [9:0] group, slot;
  logic [47:0] step_number;

  xb_sequencer #(
      .Planes  (Planes),
      .Groups  (Groups),
      .Slots   (Slots),
      .Interval(AdcInterval),
      .Credits (Banks)
  ) u_sequencer (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .clear_i  (clear),
      .window_i (window),
      .free_i   (bank_free),
      .open_o   (open),
      .load_o   (load),
      .shift_o  (shift),
      .busy_o   (busy),
      .blocked_o(blocked),
      .issue_o  (issue),
      .first_o  (first),
      .last_o   (last),
      .plane_o  (plane),
      .group_o  (group),
      .slot_o   (slot),
      .step_o   (step_number)
  );

  // Windows, and what is known of a step before its sums arrive.
  logic [Copies*LAYER_ROWS*DacBits-1:0] drive;
  logic [Copies-1:0] active;
  logic [COUNT-1:0] count;
  logic counted;
  logic [31:0] held;
  logic [63:0] loads;

  xb_window #(
      .Access   (Access),
      .Channels (InC),
      .InBits   (InBits),
      .InWords  (InWords),
      .InH      (InH),
      .InW      (InW),
      .KernelH  (KernelH),
      .KernelW  (KernelW),
      .StrideH  (StrideH),
      .StrideW  (StrideW),
      .DilationH(DilationH),
      .DilationW(DilationW),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (DOWN),
      .OutW     (ACROSS),
      .Copies   (Copies),
      .Run      (RUN),
      .Rate     (Rate),
      .RowLanes (RowLanes),
      .ColLanes (ColLanes),
      .RowGroup (RowGroup),
      .RingWords(RingWords),
      .DacBits  (DacBits),
      .Planes   (Planes),
      .RowOrder (RowOrder),
      .Counts   (COUNTS / RUN),
      .CountBits(COUNT_BITS),
      .Side     (Side),
      .StepH    (StepH),
      .StepW    (StepW),
      .BitsPerCycle(BitsPerCycle),
      .Serial   (Serial),
      .StoreBits(Copies * SUMS * OutBits),
      .Counters (Counters)
  ) u_window (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .clear_i   (clear),
      .in_valid_i(in_valid_i),
      .in_ready_o(in_ready_o),
      .in_count_i(in_count_i),
      .in_data_i (in_data_i),
      .pad_i     (regs[InBits-1:0]),
      .turn_i    (turn_i),
      .full_o    (window),
      .free_i    (open),
      .load_i    (load),
      .counted_o (counted),
      .count_o   (count),
      .active_o  (active),
      .shift_i   (shift),
      .drive_o   (drive),
      .loads_o   (loads),
      .held_o    (held)
  );

  logic [Copies*ColTiles*Parts*TREE_BITS-1:0] slot_sums;
  logic [63:0] reads, conversions, saturated;

  xb_arrays #(
      .Copies       (Copies),
      .LayerRows    (LAYER_ROWS),
      .Rows         (Rows),
      .Cols         (Cols),
      .CellBits     (CellBits),
      .LevelBits    (LevelBits),
      .DacBits      (DacBits),
      .ActiveRows   (ActiveRows),
      .Encoding     (Encoding),
      .Analog       (Analog),
      .Slices       (Slices),
      .PerArray     (PerArray),
      .AdcBits      (AdcBits),
      .Lists        (Lists),
      .Noise        (Noise),
      .AdcLatency   (AdcLatency),
      .AdcInterval  (AdcInterval),
      .SumBits      (SumBits),
      .TreeBits     (TREE_BITS),
      .Slots        (Slots),
      .Direct       ((Post == 3) ? 1 : 0),
      .RowTiles     (RowTiles),
      .ColTiles     (ColTiles),
      .LayerUsed    (LAYER_USED),
      .Used         (USED),
      .Columns      (CHANNEL_USED),
      .Parts        (Parts),
      .Units        (Units),
      .UnitsPerArray(UnitsPerArray),
      .SegRows      (SegRows),
      .SegsPerTile  (SegsPerTile),
      .Depth        (Depth),
      .FirstArray   (FirstArray),
      .ArraysPerTile(ArraysPerTile),
      .Counters     (Counters)
  ) u_arrays (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear),
      .prog_i       (prog),
      .number_i     (number_i),
      .lo_i         (regs[5*32+:32]),
      .drive_i      (drive),
      .issue_i      (issue),
      .active_i     (active),
      .first_i      (first),
      .last_i       (last),
      .plane_i      (plane),
      .group_i      (group),
      .slot_i       (slot),
      .step_i       (step_number),
      .slot_valid_o (slot_valid),
      .slot_sums_o  (slot_sums),
      .reads_o      (reads),
      .conversions_o(conversions),
      .saturated_o  (saturated),
      .settling_o   (settling)
  );

  // Words of an output, or windows with all of theirs.
  localparam int FINISH_WORDS = PATCHED ? PatchWindows : OutWords;
  localparam int FINISH_WIDTH = (PATCHED ? SUMS : OutC) * OutBits;
  logic words_valid, words_ready;
  logic [$clog2(FINISH_WORDS+1)-1:0] words_count;
  logic [FINISH_WORDS*FINISH_WIDTH-1:0] words_data;

  xb_finish #(
      .Channels    (SUMS),
      .Outputs     (Outputs),
      .Split       (PATCHED ? 0 : 1),
      .Words       (FINISH_WORDS),
      .Windows     (DOWN * ACROSS),
      .Lanes       (Lanes),
      .Copies      (Copies),
      .ColTiles    (ColTiles),
      .Parts       (Parts),
      .Slots       (Slots),
      .Interval    (AdcInterval),
      .Banks       (Banks),
      .PerArray    (PerArray),
      .Used        (USED),
      .Columns     (CHANNEL_USED),
      .UnitUsed    (UNIT_USED),
      .SumBits     (TREE_BITS),
      .Counts      (COUNTS),
      .CountBits   (COUNT_BITS),
      .WeightBits  (WeightBits),
      .CountWeight (CountWeight),
      .FracBits    (FracBits),
      .SumShift    (SumShift),
      .Post        (Post),
      .Rounding    (Rounding),
      .OutBits     (OutBits)
  ) u_finish (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .layer_i     (layer_i),
      .prog_i      (prog),
      .out_zero_i  (regs[1*32+:16]),
      .clamp_lo_i  (regs[2*32+:16]),
      .clamp_hi_i  (regs[3*32+:16]),
      .delta_i     (regs[4*32+:32]),
      .step_valid_i(counted),
      .step_count_i(count),
      .slot_valid_i(slot_valid),
      .slot_data_i (slot_sums),
      .free_o      (bank_free),
      .out_valid_o (words_valid),
      .out_ready_i (words_ready),
      .out_count_o (words_count),
      .out_data_o  (words_data)
  );

  if (PATCHED) begin : g_patched
    xb_unpatch #(
        .Side   (Side),
        .Width  (OutC * OutBits),
        .OutH   (OutH),
        .OutW   (OutW),
        .Windows(PatchWindows),
        .Columns(PatchColumns),
        .Rows   (PatchRows),
        .Words  (OutWords)
    ) u_unpatch (
        .clk_i      (clk_i),
        .rst_ni     (rst_ni),
        .in_valid_i (words_valid),
        .in_ready_o (words_ready),
        .in_count_i (words_count),
        .in_data_i  (words_data),
        .out_valid_o(out_valid_o),
        .out_ready_i(out_ready_i),
        .out_count_o(out_count_o),
        .out_data_o (out_data_o)
    );
  end else begin : g_words
    assign out_valid_o = words_valid;
    assign words_ready = out_ready_i;
    assign out_count_o = words_count;
    assign out_data_o  = words_data;
  end

  assign busy_o = shell_busy || settling;

  xb_layer_shell #(
      .Registers    (6),
      .InWords      (InWords),
      .InImageWords (InH * InW),
      .OutWords     (OutWords),
      .OutImageWords(OutH * OutW),
      .OutBits      (OutWords * OutC * OutBits),
      .Counters     (Counters)
  ) u_shell (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .layer_i      (layer_i),
      .prog_i       (prog_i),
      .prog_o       (prog),
      .regs_o       (regs),
      .clear_o      (clear),
      .work_i       (busy),
      .blocked_i    (blocked),
      .in_i         (in_valid_i && in_ready_o),
      .in_count_i   (in_count_i),
      .out_valid_i  (out_valid_o),
      .out_ready_i  (out_ready_i),
      .out_count_i  (out_count_o),
      .out_data_i   (out_data_o),
      .reads_i      (reads),
      .conversions_i(conversions),
      .saturated_i  (saturated),
      .loads_i      (loads),
      .held_i       (held),
      .cnt_chain_i  (cnt_chain_i),
      .cnt_chain_o  (cnt_chain_o),
      .busy_o       (shell_busy)
  );

endmodule
