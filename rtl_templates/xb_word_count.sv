// SPDX-License-Identifier: Apache-2.0
// Counts the words that a stream has carried. Beats are full but for the last one of an image.

module xb_word_count #(
  parameter int Words      = 1,  // words of a beat, 1..
  parameter int ImageWords = 1   // words of an image, 1..
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        beat_i,   // a beat passes
  output logic [63:0] count_o
);

  localparam int Beats     = (ImageWords + Words - 1) / Words;
  localparam int LastWords = ImageWords - (Beats - 1) * Words;
  localparam int BeatBits  = Beats > 1 ? $clog2(Beats) : 1;

  if (LastWords == Words) begin : g_full
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_o <= '0;
      else if (clear_i) count_o <= '0;
      else if (beat_i) count_o <= count_o + 64'(Words);
    end
  end else begin : g_partial
    logic [BeatBits-1:0] beat_q;
    logic                last;
    assign last = beat_q == BeatBits'(Beats - 1);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        beat_q  <= '0;
        count_o <= '0;
      end else if (clear_i) begin
        beat_q  <= '0;
        count_o <= '0;
      end else if (beat_i) begin
        beat_q  <= last ? '0 : beat_q + 1'b1;
        count_o <= count_o + (last ? 64'(LastWords) : 64'(Words));
      end
    end
  end

endmodule
