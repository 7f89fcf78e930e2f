# SPDX-License-Identifier: Apache-2.0
"""Windows of a recorded spectrogram, and seeded noise, as int8 input of the anomaly detection network.

    quantize.py NETWORK.tflite FRAMES.f32 OUT.npy

Only the standard library. The file holds frames of 128 floats; an input is five consecutive frames.
"""

import random
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "train"))
from export_images import input_quantization, write_npy  # noqa: E402

FRAME, WINDOW = 128, 640
STARTS = (0, 17, 101, 195)  # in frames


def main():
    network, frames, out = sys.argv[1:]
    _, scale, zero_point = input_quantization(network)
    raw = Path(frames).read_bytes()
    values = struct.unpack("<%df" % (len(raw) // 4), raw)
    data = bytearray()
    for start in STARTS:
        for v in values[start * FRAME : start * FRAME + WINDOW]:
            data.append(max(-128, min(127, round(v / scale) + zero_point)) & 0xFF)
    noise = random.Random(1)
    data += bytes(noise.randrange(256) for _ in range(2 * WINDOW))
    write_npy(out, "|i1", (len(data) // WINDOW, WINDOW), data)


main()
