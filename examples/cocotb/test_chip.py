# SPDX-License-Identifier: Apache-2.0
"""An emitted design in cocotb: programs it, plays the first image of its vectors, reads its counters.

    pip install cocotb cocotbext-axi numpy
    build/xbgen emit --arch cfg.json -o design.xb
    python3 examples/cocotb/test_chip.py design.xb [icarus|verilator]
"""
import json
import os
import sys
from pathlib import Path

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles
from cocotbext.axi import (AxiLiteBus, AxiLiteMaster, AxiStreamBus, AxiStreamSink, AxiStreamSource)

# Of xb_design.h
REG_ID, REG_STATUS, REG_IMAGES_OUT = 0x000, 0x010, 0x028
STATUS_PROGRAMMED, STATUS_BUSY = 1, 2
COUNTER_CONVERSIONS, COUNTER_WORDS_IN, COUNTER_WORDS_OUT = 4, 6, 7


def counter(layer, n):
    """Address of counter n of a layer."""
    return 0x1000 + layer * 0x80 + n * 8


class Chip:
    """xb_top with a master on each of its ports."""

    def __init__(self, dut):
        clock, reset = dut.aclk, dut.aresetn
        cocotb.start_soon(Clock(clock, 10, "ns").start())
        self.dut = dut
        self.program = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis_prog"), clock, reset, False)
        self.images = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), clock, reset, False)
        self.results = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), clock, reset, False)
        self.registers = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), clock, reset, False)

    async def reset(self):
        self.dut.aresetn.value = 0
        await ClockCycles(self.dut.aclk, 8)
        self.dut.aresetn.value = 1
        await ClockCycles(self.dut.aclk, 4)

    async def read(self, address):
        return await self.registers.read_dword(address)

    async def read64(self, address):
        """The low word latches the high one."""
        low = await self.read(address)
        return low + (await self.read(address + 4) << 32)

    async def load(self, words):
        await self.program.send(words)
        while not await self.read(REG_STATUS) & STATUS_PROGRAMMED:
            pass

    async def run(self, image):
        await self.images.send(image.tobytes())
        return bytes((await self.results.recv()).tdata)


@cocotb.test()
async def plays_an_image(dut):
    folder = Path(os.environ["XB_FOLDER"])
    plan = json.loads((folder / "plan.json").read_text())
    image = np.load(folder / "vectors/input.npy")[0]
    expected = np.load(folder / "vectors/output.npy")[0]
    chip = Chip(dut)
    await chip.reset()
    assert await chip.read(REG_ID) == 0x58424731
    assert await chip.read(REG_STATUS) == 0
    await chip.load((folder / "mem/program.bin").read_bytes())
    assert await chip.run(image) == expected.tobytes()
    while await chip.read(REG_STATUS) & STATUS_BUSY:
        pass
    assert await chip.read64(REG_IMAGES_OUT) == 1
    for i, layer in enumerate(plan["layers"]):
        words_in = await chip.read64(counter(i, COUNTER_WORDS_IN))
        words_out = await chip.read64(counter(i, COUNTER_WORDS_OUT))
        conversions = await chip.read64(counter(i, COUNTER_CONVERSIONS))
        dut._log.info(f"{layer['name']}: {words_in} words in, {words_out} out, {conversions} conversions")
        assert words_out == layer["stream_out"]
    await chip.reset()
    assert await chip.read(REG_STATUS) == 0, "a reset forgets the program"


def main():
    from cocotb_tools.runner import get_runner

    folder = Path(sys.argv[1]).resolve()
    runner = get_runner(sys.argv[2] if len(sys.argv) > 2 else "icarus")
    listed = (folder / "xb.f").read_text().splitlines()
    build = folder / "build/cocotb"
    runner.build(sources=[folder / f for f in listed if f and not f.startswith("//")],
                 hdl_toplevel="xb_top", build_dir=build, timescale=("1ns", "1ps"))
    results = runner.test(hdl_toplevel="xb_top", test_module=Path(__file__).stem, build_dir=build,
                          test_dir=build, extra_env={"XB_FOLDER": str(folder)})
    return 1 if "<failure" in Path(results).read_text() else 0


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
    sys.exit(main())
