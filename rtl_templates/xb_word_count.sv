// SPDX-License-Identifier: Apache-2.0
// Counts the words that a stream has carried, and knows where its images begin and end. Beats are full but for the last
// one of an image.

module xb_word_count #(
  parameter int Words      = 1,  // words of a beat, 1..
  parameter int ImageWords = 1   // words of an image, 1..
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        beat_i,    // a beat passes
  output logic [63:0] count_o,
  output logic        inside_o,  // an image has begun and is not over
  output logic        end_o      // pulse: the beat that passes is the last of an image
);

  localparam int Beats     = (ImageWords + Words - 1) / Words;
  localparam int LastWords = ImageWords - (Beats - 1) * Words;
  localparam int BeatBits  = Beats > 1 ? $clog2(Beats) : 1;

  logic [BeatBits-1:0] beat_q;  // beats of the present image so far
  logic                last;

  assign last     = beat_q == BeatBits'(Beats - 1);
  assign inside_o = beat_q != '0;
  assign end_o    = beat_i && last;

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

endmodule
