// SPDX-License-Identifier: Apache-2.0
// Copies between the pins of xb_top and the AXI state machines, once per cycle; only what changed.
#include "chip.h"

#include "Vxb_top.h"
#include "axi.h"
#include "design.h"
#include "fail.h"
#include "tb.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

namespace xb
{

// Ports of any width are little-endian memory: a byte, a 16-, 32- or 64-bit integer or an array of
// words.
template <class Port> static void put(Port &port, const std::vector<uint8_t> &bytes)
{
    static_assert(sizeof(Port) > 0, "");
    std::memcpy(static_cast<void *>(&port), bytes.data(), std::min(sizeof(Port), bytes.size()));
}

struct Chip::Pins {
    explicit Pins(const Options &o)
        : program(4, Stall(o.stall, o.seed, 0)), images(design.in_bytes, Stall(o.stall, o.seed, 1)),
          result(design.out_bytes, design.result_bytes), result_stall(o.stall, o.seed, 2),
          registers(Stall(o.stall, o.seed, 3))
    {
        tb.plusarg("+xb_ram_seed=" + std::to_string(o.ram_seed));
        if (o.back_door)
            tb.plusarg("+xb_backdoor");
        if (!o.cells.empty())
            tb.plusarg("+xb_cells");
    }

    void drive_program()
    {
        tb.top->s_axis_prog_tvalid = program.valid;
        tb.top->s_axis_prog_tlast = program.last;
        put(tb.top->s_axis_prog_tdata, program.data);
        put(tb.top->s_axis_prog_tkeep, program.keep);
    }

    void drive_images()
    {
        tb.top->s_axis_tvalid = images.valid;
        tb.top->s_axis_tlast = images.last;
        put(tb.top->s_axis_tdata, images.data);
        put(tb.top->s_axis_tkeep, images.keep);
    }

    void drive_registers()
    {
        Vxb_top &t = *tb.top;
        t.s_axil_araddr = t.s_axil_awaddr = registers.address;
        t.s_axil_arvalid = registers.arvalid;
        t.s_axil_rready = registers.rready;
        t.s_axil_awvalid = registers.awvalid;
        t.s_axil_wvalid = registers.wvalid;
        t.s_axil_wdata = registers.wdata;
        t.s_axil_wstrb = 0xF;
        t.s_axil_bready = registers.bready;
    }

    LiteMaster::Pins register_pins() const
    {
        const Vxb_top &t = *tb.top;
        return {t.s_axil_arready != 0, t.s_axil_rvalid != 0, t.s_axil_awready != 0,
                t.s_axil_wready != 0,  t.s_axil_bvalid != 0, t.s_axil_rdata,
                t.s_axil_rresp,        t.s_axil_bresp};
    }

    Tb<Vxb_top> tb;
    StreamSource program, images;
    StreamMonitor result;
    Stall result_stall;
    LiteMaster registers;
    Scoreboard *board = nullptr;
    bool framing_ok = true;
    bool in_program = false;  // a word of the program being played has been taken
    long long offered = -1;   // images begun when its first word was offered; -1: not yet
};

Chip::Chip(const Options &o) : pins_(new Pins(o))
{
    if (o.wave.empty())
        return;
#if !VM_TRACE_FST
    fail(kBadInput, "--wave: this program was built without waves; `make wave` builds one with");
#endif
    if (!pins_->tb.open_wave(o.wave.c_str(), o.wave_from, o.wave_to))
        fail(kEnvironment, "%s: the wave file cannot be written", o.wave.c_str());
}

Chip::~Chip() = default;

void Chip::attach(Scoreboard *board)
{
    pins_->board = board;
    set_probe_target(board);
}

void Chip::reset()
{
    pins_->drive_program();
    pins_->drive_images();
    pins_->drive_registers();
    pins_->tb.top->m_axis_tready = 0;
    pins_->tb.reset(8);
}

void Chip::tick()
{
    Pins &p = *pins_;
    Vxb_top &t = *p.tb.top;
    bool program_fired = false, image_fired = false;
    LiteMaster::Pins lite = {};
    p.tb.tick([&] {
        program_fired = t.s_axis_prog_tvalid && t.s_axis_prog_tready;
        image_fired = t.s_axis_tvalid && t.s_axis_tready;
        if (p.registers.busy)
            lite = p.register_pins();
        if (p.result.holding() &&
            !p.result.held_still(t.m_axis_tvalid, &t.m_axis_tdata, &t.m_axis_tkeep, t.m_axis_tlast))
            p.board->fault("m_axis: %s", p.result.fault());
        if (!t.m_axis_tvalid)
            return;
        if (!t.m_axis_tready)
            return p.result.hold(&t.m_axis_tdata, &t.m_axis_tkeep, t.m_axis_tlast);
        take_result(p);
    });
    if (image_fired && input_beats++ == 0)
        first_input = p.tb.cycle - 1;
    if (p.offered < 0 && p.program.valid)
        p.offered = images_begun();
    if (program_fired && !p.in_program)
        begin_program(p);
    if (p.program.step(program_fired))
        p.drive_program();
    if (p.images.step(image_fired))
        p.drive_images();
    if (p.registers.busy) {
        p.registers.step(lite);
        p.drive_registers();
    }
    t.m_axis_tready = !p.result_stall.now();
}

// An output beat was accepted.
void Chip::take_result(Pins &p)
{
    last_output = p.tb.cycle;
    const int count = p.result.accept(&p.tb.top->m_axis_tkeep, p.tb.top->m_axis_tlast);
    if (count == 0) {  // what follows could not be placed: say it once
        if (p.framing_ok)
            p.board->fault("m_axis: %s", p.result.fault());
        p.framing_ok = false;
        return;
    }
    p.board->output(reinterpret_cast<const uint8_t *>(&p.tb.top->m_axis_tdata), count);
    if (!p.result.frame_ended())
        return;
    if (results.images == 0)
        first_result = p.tb.cycle;
    results.image(p.tb.cycle);
}

void Chip::play_program(const uint8_t *bytes, size_t size)
{
    pins_->in_program = false;
    pins_->offered = -1;
    pins_->program.play(bytes, size, 1);
}

// The first word of a program was taken: what has begun must be over.
void Chip::begin_program(Pins &p)
{
    const long long begun = images_begun();
    p.in_program = true;
    results_before = results.images;
    if (begun != results.images)
        p.board->fault("s_axis_prog: a program begins when %lld images have begun and %lld "
                       "results have come",
                       begun, results.images);
    if (begun != p.offered)
        p.board->fault("s_axis_prog: %lld images begin while a program waits", begun - p.offered);
    if (!p.board->gave_all(begun))
        p.board->fault("s_axis_prog: a program begins while layers work on image %lld", begun);
}

void Chip::play_images(const uint8_t *bytes, long long images)
{
    pins_->images.play(bytes, design.image_bytes, images);
}

long long Chip::images_begun() const { return (input_beats + image_beats() - 1) / image_beats(); }

bool Chip::program_sent() const { return pins_->program.idle(); }

bool Chip::wait_register()
{
    pins_->drive_registers();
    for (int i = 0; i < 20000 && pins_->registers.busy; ++i)
        tick();
    return !pins_->registers.busy;
}

bool Chip::read(uint32_t address, uint32_t *value, int *response)
{
    pins_->registers.start_read(address);
    if (!wait_register())
        return false;
    *value = pins_->registers.value;
    *response = pins_->registers.response;
    return true;
}

bool Chip::write(uint32_t address, uint32_t value, int *response)
{
    pins_->registers.start_write(address, value);
    if (!wait_register())
        return false;
    *response = pins_->registers.response;
    return true;
}

bool Chip::read64(uint32_t address, uint64_t *value)
{
    uint32_t low, high;
    int ok_low, ok_high;
    if (!read(address, &low, &ok_low) || !read(address + 4, &high, &ok_high) || ok_low || ok_high)
        return false;
    *value = static_cast<uint64_t>(high) << 32 | low;
    return true;
}

static std::FILE *cells;  // a DPI function has no argument to carry it

void Chip::write_cells(const std::string &path)
{
    cells = std::fopen(path.c_str(), "w");
    if (!cells)
        fail(kEnvironment, "%s: cannot be written", path.c_str());
    pins_->tb.finish();
    const bool is_written = !std::ferror(cells);
    if (std::fclose(cells) != 0 || !is_written)
        fail(kEnvironment, "%s: cannot be written", path.c_str());
    cells = nullptr;
}

bool Chip::stopped() const { return pins_->tb.stopped(); }

void Chip::close_wave() { pins_->tb.close_wave(); }

const uint64_t *Chip::cycle() const { return &pins_->tb.cycle; }

}  // namespace xb

// One place of an array: 16 numbers of 64 bits, highest word first, without the zeros in front.
extern "C" void xb_cosim_cells(int array, int place, const uint32_t *held)
{
    if (!xb::cells)
        return;
    int words = 32;
    while (words > 1 && held[words - 1] == 0)
        --words;
    std::fprintf(xb::cells, "layer %d array %d place %d:", array >> 20, array & 0xFFFFF, place);
    while (words-- > 0)
        std::fprintf(xb::cells, " %08x", held[words]);
    std::fputc('\n', xb::cells);
}
