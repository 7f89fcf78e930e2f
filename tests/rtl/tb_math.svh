// SPDX-License-Identifier: Apache-2.0
// The multiplier M(a; q, e) of docs/numerics.md section 5, written from the page and not from the cell.
function automatic signed [63:0] multiplier(input integer rounding, input signed [63:0] a, input signed [63:0] q,
                                            input integer e);
  logic signed [63:0] p, h, rem, mask;
  integer r;
  if (rounding == 0) begin
    r = e < 0 ? -e : 0;
    p = (e > 0 ? a * (64'sd1 << e) : a) * q;
    h = p >= 0 ? (p + 64'sd1073741824) / 64'sd2147483648 : (p + 64'sd1 - 64'sd1073741824) / 64'sd2147483648;
    mask = (64'sd1 << r) - 1;
    rem = h & mask;
    multiplier = (h >>> r) + ((rem > (mask >>> 1) + (h < 0 ? 1 : 0)) ? 1 : 0);
  end else if (rounding == 1) begin
    multiplier = (a * q + (64'sd1 << (30 - e))) >>> (31 - e);
  end else begin
    p = a < 0 ? -a : a;
    h = (p * q + (64'sd1 << (30 - e))) >>> (31 - e);
    multiplier = a < 0 ? -h : h;
  end
endfunction

function automatic [15:0] clamped(input signed [63:0] v, input integer lo, input integer hi);
  clamped = v < lo ? lo : v > hi ? hi : v;
endfunction
