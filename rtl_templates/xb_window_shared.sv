// SPDX-License-Identifier: Apache-2.0
// Input delivery of a weight layer whose copies share the words of a step: each is read once, for all windows that lie
// on it, while the step before is driven, plane by plane, onto the rows.
module xb_window_shared #(
    parameter int Access     = 1,  // as xb_strip
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
    parameter int RowLanes   = 1,  // words read in a cycle, as xb_sweep
    parameter int ColLanes   = 1,
    parameter int RowGroup   = 1,
    parameter int RingWords  = 32,
    parameter int DacBits    = 1,  // as xb_planes
    parameter int Planes     = 8,
    parameter int RowOrder   = 0,
    parameter int Counts     = 0,  // digital counts of a window: 0, or one for each block of channels
    parameter int CountBits  = 16, // width of a digital count
    localparam int IN_COUNT  = $clog2(InWords + 1),
    localparam int ROWS      = KernelH * KernelW * Channels,
    localparam int COUNT     = (Counts > 0) ? Copies * Counts * CountBits : CountBits,
    localparam int LANES     = RowLanes * ColLanes,
    localparam int LOAD_BITS = $clog2(LANES + 1)
) (
    input  logic                                   clk_i,
    input  logic                                   rst_ni,
    input  logic                                   in_valid_i,
    output logic                                   in_ready_o,
    input  logic [                   IN_COUNT-1:0] in_count_i,
    input  logic [    InWords*Channels*InBits-1:0] in_data_i,
    input  logic [                     InBits-1:0] pad_i,  // code of padding
    input  logic                                   turn_i,  // steps may begin
    output logic                                   full_o,  // the next step's windows are whole
    output logic [                      COUNT-1:0] count_o,  // digital counts of those that are driven, if there are any
    output logic [                  LOAD_BITS-1:0] loads_o,  // words that come through the buffer's port in this cycle
    input  logic                                   load_i,  // drive the windows from the next cycle on
    output logic [                     Copies-1:0] active_o,  // copies that have one of the next step's
    input  logic                                   shift_i,  // drive the next plane
    output logic [        Copies*ROWS*DacBits-1:0] drive_o,  // bit j of a copy's rows at (copy * DacBits + j) * ROWS
    output logic [                           31:0] held_o  // input words held
);

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

  // Columns count in units (xb_sweep): what windows and taps have in common.
  localparam int UNIT = (KernelW == 1) ? StrideW : gcd(StrideW, DilationW);
  localparam int ONWARD = StrideW / UNIT;
  localparam int TAP = (KernelW == 1) ? 1 : DilationW / UNIT;
  localparam int SPAN = (KernelW - 1) * TAP + 1;
  localparam int SKIP = (Access > 1 && TAP == 1 && SPAN > ONWARD) ? SPAN - ONWARD : 0;
  localparam int UNIT_BITS = $clog2(OutW * ONWARD + SPAN + ColLanes + 1);
  localparam int PITCH_H = (KernelH == 1) ? StrideH : gcd(StrideH, DilationH);  // rows likewise
  localparam int ROW_PITCH = (RowGroup > 1) ? PITCH_H : DilationH;
  localparam int TAP_BITS = (KernelH > 1) ? $clog2(KernelH) : 1;
  localparam int STEP_ROWS = (OutW + Copies - 2) / OutW + 1;
  localparam int ROW_BITS = (STEP_ROWS > 1) ? $clog2(STEP_ROWS) : 1;
  localparam int SIDE = 2 + ROW_BITS + TAP_BITS + UNIT_BITS + 2 * LANES;

  // For the digital counts a word brings the sums of its blocks of channels, in parts of at most 64 codes; a block of
  // one channel has its code.
  localparam int WORD = Channels * InBits;
  localparam int BLOCK = (Counts > 0) ? Channels / Counts : 1;
  localparam int PARTS = (BLOCK + 63) / 64;
  localparam int TERMS = (BLOCK + PARTS - 1) / PARTS;
  localparam int PART_BITS = InBits + ((TERMS > 1) ? $clog2(TERMS) : 0);
  localparam int SUMS = (BLOCK > 1) ? Counts * PARTS * PART_BITS : 0;
  localparam int WIDE = WORD + SUMS;

  logic get_valid, get_ready, put_valid, put_ready;
  logic [SIDE-1:0] get_side, put_side;
  logic [LANES*WORD-1:0] get_data;
  logic [LANES*WIDE-1:0] put_data;
  logic [Copies*KernelH*KernelW*WIDE-1:0] windows;

  xb_gather #(
      .Skip     (SKIP),
      .Width    (WORD),
      .Words    (InWords),
      .InH      (InH),
      .InW      (InW),
      .KernelH  (KernelH),
      .StrideH  (StrideH),
      .DilationH(DilationH),
      .PadT     (PadT),
      .PadL     (PadL),
      .OutH     (OutH),
      .OutW     (OutW),
      .ReachW   ((KernelW - 1) * DilationW),
      .StrideW  (StrideW),
      .Copies   (Copies),
      .RowLanes (RowLanes),
      .ColLanes (ColLanes),
      .RowPitch (ROW_PITCH),
      .RowGroup (RowGroup),
      .RingWords(RingWords),
      .Unit     (UNIT),
      .Onward   (ONWARD),
      .Span     (SPAN),
      .UnitBits (UNIT_BITS)
  ) u_gather (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .in_valid_i(in_valid_i),
      .in_ready_o(in_ready_o),
      .in_count_i(in_count_i),
      .in_data_i (in_data_i),
      .pad_i     ({Channels{pad_i}}),
      .turn_i    (turn_i),
      .out_valid_o(get_valid),
      .out_ready_i(get_ready),
      .out_side_o (get_side),
      .out_data_o (get_data),
      .held_o    (held_o)
  );

  if (SUMS == 0) begin : g_plain
    assign {put_valid, put_side, put_data} = {get_valid, get_side, get_data};
    assign get_ready = put_ready;
  end else begin : g_sums
    assign get_ready = !put_valid || put_ready;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) put_valid <= 1'b0;
      else if (get_ready) put_valid <= get_valid;
    end

    // Plain chains of additions: synthesis makes carry-save trees of them.
    always_ff @(posedge clk_i) begin : sum_up
      logic [PART_BITS-1:0] part;
      if (get_valid && get_ready) begin
        put_side <= get_side;
        for (int i = 0; i < LANES; i++) begin
          put_data[i*WIDE+:WORD] <= get_data[i*WORD+:WORD];
          for (int p = 0; p < Counts * PARTS; p++) begin
            part = '0;
            for (int k = 0; k < TERMS; k++) begin
              part = part + ((p % PARTS * TERMS + k >= BLOCK) ? PART_BITS'(0) :
                  PART_BITS'(get_data[i*WORD+(p/PARTS*BLOCK+p%PARTS*TERMS+k)%Channels*InBits+:InBits]));
            end
            put_data[i*WIDE+WORD+p*PART_BITS+:PART_BITS] <= part;
          end
        end
      end
    end
  end

  xb_strip #(
      .Access   (Access),
      .Width    (WIDE),
      .KernelH  (KernelH),
      .KernelW  (KernelW),
      .StrideH  (StrideH),
      .DilationH(DilationH),
      .OutH     (OutH),
      .OutW     (OutW),
      .Copies   (Copies),
      .RowLanes (RowLanes),
      .ColLanes (ColLanes),
      .RowPitch (ROW_PITCH),
      .Onward   (ONWARD),
      .Tap      (TAP),
      .FirstH   ((StrideH / PITCH_H < KernelH) ? StrideH / PITCH_H : KernelH),
      .Early    ((DilationH > PITCH_H) ? DilationH / PITCH_H : 1),
      .UnitBits (UNIT_BITS)
  ) u_strip (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .in_valid_i(put_valid),
      .in_ready_o(put_ready),
      .in_side_i (put_side),
      .in_data_i (put_data),
      .full_o    (full_o),
      .active_o  (active_o),
      .window_o  (windows),
      .loads_o   (loads_o),
      .load_i    (load_i)
  );

  for (genvar c = 0; c < Copies; c++) begin : g_copy
    logic [ROWS*InBits-1:0] window;

    for (genvar t = 0; t < KernelH * KernelW; t++) begin : g_tap
      assign window[t*WORD+:WORD] = windows[(c*KernelH*KernelW+t)*WIDE+:WORD];
    end

    xb_planes #(
        .Taps    (KernelH * KernelW),
        .Channels(Channels),
        .DacBits (DacBits),
        .Planes  (Planes),
        .RowOrder(RowOrder),
        .CodeBits(InBits)
    ) u_planes (
        .clk_i   (clk_i),
        .rst_ni  (rst_ni),
        .load_i  (load_i),
        .window_i(window),
        .shift_i (shift_i),
        .drive_o (drive_o[c*ROWS*DacBits+:ROWS*DacBits])
    );

    for (genvar s = 0; s < Counts; s++) begin : g_count
      always_ff @(posedge clk_i) begin : sum_up
        logic [CountBits-1:0] sum;
        if (load_i) begin
          sum = '0;
          for (int t = 0; t < KernelH * KernelW; t++) begin
            for (int p = 0; p < PARTS; p++) begin
              sum = sum + CountBits'(windows[(c*KernelH*KernelW+t)*WIDE+((SUMS>0)?WORD:0)+(s*PARTS+p)*PART_BITS+:PART_BITS]);
            end
          end
          count_o[(c*Counts+s)*CountBits+:CountBits] <= sum;
        end
      end
    end
  end

  if (Counts == 0) begin : g_no_counts
    assign count_o = '0;
  end

endmodule
