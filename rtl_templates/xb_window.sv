// SPDX-License-Identifier: Apache-2.0
// Input delivery of a weight layer: the windows of a step, one for each copy, are gathered while the step before is
// driven, plane by plane, onto the rows. Each copy reads its own window (xb_window_own), or the copies share the words of
// a step (xb_window_shared); a buffer with a bandwidth has a port that words are granted at (xb_meter).
module xb_window #(
    parameter int Access     = 0,  // 0: own windows (`dup`); else as xb_strip
    parameter int Channels   = 3,  // codes of a word, 1..
    parameter int InWords    = 1,  // most words of an input beat, 1..
    parameter int InBits     = 8,  // of a code, 1..16
    parameter int InH        = 4,  // geometry: see xb_fetch
    parameter int InW        = 4,
    parameter int KernelH    = 3,
    parameter int KernelW    = 3,
    parameter int StrideH    = 1,
    parameter int StrideW    = 1,
    parameter int DilationH  = 1,
    parameter int DilationW  = 1,
    parameter int PadT       = 1,
    parameter int PadL       = 1,
    parameter int OutH       = 4,
    parameter int OutW       = 4,
    parameter int Copies     = 1,
    parameter int Run        = 1,  // own: windows of a copy
    parameter int Rate       = 1,  // own: taps a cycle and window
    parameter int RowLanes   = 1,  // shared: words a cycle, as xb_sweep
    parameter int ColLanes   = 1,
    parameter int RowGroup   = 1,
    parameter int RingWords  = 32,
    parameter int DacBits    = 1,  // as xb_serializer
    parameter int Planes     = 8,
    parameter int RowOrder   = 0,
    parameter int Counts     = 0,  // digital counts of a window: 0, or one for each block of channels and output
    parameter int Side       = 1,  // own: as xb_window_own
    parameter int StepH      = 1,
    parameter int StepW      = 1,
    parameter int CountBits  = 16, // width of a digital count
    parameter int BitsPerCycle = 0,  // of the buffer's port; 0: no limit
    parameter int Serial     = 0,  // as xb_meter
    parameter int StoreBits  = 32,
    parameter int Counters   = 1,  // 0: loads_o is not counted
    localparam int IN_COUNT  = $clog2(InWords + 1),
    localparam int ROWS      = Run * KernelH * KernelW * Channels,
    localparam int COUNT     = (Counts > 0) ? Copies * Run * Counts * CountBits : CountBits,
    localparam int LOADS     = (Access == 0) ? Copies * Run * Rate : RowLanes * ColLanes,
    localparam int LOAD_BITS = $clog2(LOADS + 1)
) (
    input  logic                                   clk_i,
    input  logic                                   rst_ni,
    input  logic                                   clear_i,  // words are counted from 0 again
    input  logic                                   in_valid_i,
    output logic                                   in_ready_o,
    input  logic [                   IN_COUNT-1:0] in_count_i,
    input  logic [    InWords*Channels*InBits-1:0] in_data_i,
    input  logic [                     InBits-1:0] pad_i,  // code of padding
    input  logic                                   turn_i,  // steps may begin
    output logic                                   full_o,  // the next step can begin
    input  logic                                   free_i,  // ... as far as the arrays are concerned
    input  logic                                   load_i,  // drive its windows from the next cycle on
    output logic                                   counted_o,  // count_o has the digital counts of a step that begins or began
    output logic [                      COUNT-1:0] count_o,
    output logic [                     Copies-1:0] active_o,  // copies that have one of the windows that are driven
    input  logic                                   shift_i,  // drive the next plane
    output logic [        Copies*ROWS*DacBits-1:0] drive_o,  // bit j of a copy's rows at (copy * DacBits + j) * ROWS
    output logic [                           63:0] loads_o,  // words that came through the buffer's port
    output logic [                           31:0] held_o  // input words held
);

  logic whole;  // the windows of the next step are
  logic [Copies-1:0] next;  // ... of these copies
  logic [LOAD_BITS-1:0] loads, loads_q;  // words that come in this cycle, and those that are counted in it

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) active_o <= '0;
    else if (load_i) active_o <= next;
  end

  if (Access == 0) begin : g_own
    assign counted_o = load_i;

    xb_window_own #(
        .Channels (Channels),
        .InWords  (InWords),
        .InBits   (InBits),
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
        .OutH     (OutH),
        .OutW     (OutW),
        .Copies   (Copies),
        .Run      (Run),
        .Rate     (Rate),
        .RingWords(RingWords),
        .DacBits  (DacBits),
        .Planes   (Planes),
        .RowOrder (RowOrder),
        .Counts   (Counts),
        .CountBits(CountBits),
        .Side     (Side),
        .StepH    (StepH),
        .StepW    (StepW)
    ) u_own (
        .clk_i     (clk_i),
        .rst_ni    (rst_ni),
        .in_valid_i(in_valid_i),
        .in_ready_o(in_ready_o),
        .in_count_i(in_count_i),
        .in_data_i (in_data_i),
        .pad_i     (pad_i),
        .turn_i    (turn_i),
        .full_o    (whole),
        .count_o   (count_o),
        .loads_o   (loads),
        .load_i    (load_i),
        .active_o  (next),
        .shift_i   (shift_i),
        .drive_o   (drive_o),
        .held_o    (held_o)
    );
  end else begin : g_shared
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) counted_o <= 1'b0;
      else counted_o <= load_i;
    end

    xb_window_shared #(
        .Access   (Access),
        .Channels (Channels),
        .InWords  (InWords),
        .InBits   (InBits),
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
        .OutH     (OutH),
        .OutW     (OutW),
        .Copies   (Copies),
        .RowLanes (RowLanes),
        .ColLanes (ColLanes),
        .RowGroup (RowGroup),
        .RingWords(RingWords),
        .DacBits  (DacBits),
        .Planes   (Planes),
        .RowOrder (RowOrder),
        .Counts   (Counts),
        .CountBits(CountBits)
    ) u_shared (
        .clk_i     (clk_i),
        .rst_ni    (rst_ni),
        .in_valid_i(in_valid_i),
        .in_ready_o(in_ready_o),
        .in_count_i(in_count_i),
        .in_data_i (in_data_i),
        .pad_i     (pad_i),
        .turn_i    (turn_i),
        .full_o    (whole),
        .count_o   (count_o),
        .loads_o   (loads),
        .load_i    (load_i),
        .active_o  (next),
        .shift_i   (shift_i),
        .drive_o   (drive_o),
        .held_o    (held_o)
    );
  end

  // How many come is known at the end of a long path, but of own windows, all of whose words come.
  if (Access == 0 && BitsPerCycle == 0) begin : g_at_once
    assign loads_q = loads;
  end else begin : g_late
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) loads_q <= '0;
      else loads_q <= loads;
    end
  end

  if (Counters != 0) begin : g_counter
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) loads_o <= '0;
      else if (clear_i) loads_o <= '0;
      else if (loads_q != '0) loads_o <= loads_o + 64'(loads_q);
    end
  end else begin : g_no_counter
    logic unused_loads;
    assign loads_o      = '0;
    assign unused_loads = &{1'b0, clear_i, loads_q};
  end

  if (BitsPerCycle == 0) begin : g_no_limit
    logic unused_free;
    assign full_o = whole;
    assign unused_free = free_i;
  end else begin : g_meter
    xb_meter #(
        .BitsPerCycle(BitsPerCycle),
        .WordBits    (Channels * InBits),
        .StoreBits   (StoreBits),
        .Most        (Copies * ROWS * InBits + StoreBits),
        .Serial      (Serial),
        .LoadBits    (LOAD_BITS)
    ) u_meter (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .turn_i (turn_i),
        .loads_i(loads_q),
        .full_i (whole),
        .full_o (full_o),
        .free_i (free_i),
        .load_i (load_i)
    );
  end

endmodule
