// SPDX-License-Identifier: Apache-2.0
// The most words that one step of the bench's window geometry needs: from the row in which its first window begins to
// the last pixel of its last one, windows clipped to the image.
function automatic integer step_words(input integer unused);
  integer step, window, top, left, row, col, low, high;
  step_words = 1;
  for (step = 0; step * Copies < OutH * OutW; step = step + 1) begin
    top = step * Copies / OutW * StrideH - PadT;
    low = (top < 0 ? 0 : top < InH ? top : InH) * InW;
    high = 0;
    for (window = step * Copies; window < (step + 1) * Copies && window < OutH * OutW; window = window + 1) begin
      top = window / OutW * StrideH - PadT;
      left = window % OutW * StrideW - PadL;
      row = top + (KernelH - 1) * DilationH;
      col = left + (KernelW - 1) * DilationW;
      if (top >= InH || col >= InW) col = InW - 1;
      if (row < 0 || col < 0) col = 0;
      row = row < 0 ? 0 : row < InH ? row : InH - 1;
      if (row * InW + col > high) high = row * InW + col;
    end
    if (high - low + 1 > step_words) step_words = high - low + 1;
  end
endfunction
