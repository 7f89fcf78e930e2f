// SPDX-License-Identifier: Apache-2.0
// The co-simulation of one emitted design: reset, program, identify, stream images, compare,
// report.
#include "backdoor.h"
#include "chip.h"
#include "design.h"
#include "fail.h"
#include "npy.h"
#include "options.h"
#include "results.h"
#include "scoreboard.h"
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>

namespace xb
{

static volatile std::sig_atomic_t interrupted;

static double now()
{
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// The images to play; makes sure that the expected codes belong to them.
static Npy open_images(const Options &o)
{
    const std::string shipped = o.vectors + "/input.npy";
    Npy images;
    images.open(o.input.empty() ? shipped : o.input);
    const long long count = o.images ? o.images : images.images();
    images.expect(1, count, design.image_bytes);
    if (count == 0)
        fail(kBadInput, "%s holds no image", images.path().c_str());
    if (o.input.empty() || !Npy::exists(shipped))
        return images;
    Npy own;
    own.open(shipped);
    const size_t bytes = static_cast<size_t>(count) * design.image_bytes;
    if (own.item_size() != 1 || own.per_image() != design.image_bytes || own.images() < count ||
        std::memcmp(own.data(), images.data(), bytes) != 0)
        fail(
            kBadInput,
            "%s: %s holds the expected codes of other images; `xbgen cosim --input` makes new ones",
            o.input.c_str(), o.vectors.c_str());
    return images;
}

static uint32_t must_read(Chip &chip, uint32_t address, const char *name)
{
    uint32_t value = 0;
    int response = 0;
    if (!chip.read(address, &value, &response))
        fail(kDifferent, "register %s: no answer on s_axil", name);
    if (response != 0)
        fail(kDifferent, "register %s: response %d", name, response);
    return value;
}

// Is this the chip that xb_design.h and the vectors describe?
static void check_identity(Chip &chip)
{
    if (must_read(chip, XB_REG_ID, "ID") != XB_ID ||
        must_read(chip, XB_REG_VERSION, "VERSION") != XB_VERSION)
        fail(kDifferent, "ID or VERSION is not that of an xbgen design");
    const uint64_t low = must_read(chip, XB_REG_DESIGN_LO, "DESIGN_LO");
    const uint64_t hash =
        static_cast<uint64_t>(must_read(chip, XB_REG_DESIGN_HI, "DESIGN_HI")) << 32 | low;
    if (hash != design.hash)
        fail(kBadInput,
             "the RTL is design %016" PRIx64 ", xb_design.h is of %016" PRIx64
             ": emit the design again",
             hash, design.hash);
    const uint32_t caps = static_cast<uint32_t>(design.arrays) << 16 |
                          (design.counters ? 0 : XB_CAPS_NO_COUNTERS) |
                          static_cast<uint32_t>(design.layers);
    if (must_read(chip, XB_REG_CAPS, "CAPS") != caps)
        fail(kDifferent, "register CAPS does not give %d layers%s and %d arrays", design.layers,
             design.counters ? "" : " without counters", design.arrays);
}

// A read of an address without a register.
static void check_unmapped(Chip &chip, Scoreboard &board, uint32_t address)
{
    uint32_t value;
    int response;
    if (!chip.read(address, &value, &response) || response != 2)
        board.fault("s_axil: a read of the unmapped address 0x%x does not answer SLVERR", address);
}

// Reads of unmapped addresses and all writes answer SLVERR, and change nothing.
static void check_errors(Chip &chip, Scoreboard &board)
{
    int response;
    check_unmapped(chip, board, 0xFFC);
    check_unmapped(chip, board, XB_REG_COUNTER(design.layers, XB_COUNTER_BUSY));
    check_unmapped(chip, board, XB_REG_COUNTER(0, XB_COUNTER_LOADS + 1));
    for (int i = 0; !design.counters && i < design.layers * (XB_COUNTER_LOADS + 1); ++i)
        check_unmapped(chip, board,
                       XB_REG_COUNTER(i % design.layers, XB_COUNTER_BUSY + i / design.layers));
    if (!chip.write(XB_REG_ID, 0, &response) || response != 2)
        board.fault("s_axil: a write does not answer SLVERR");
    if (must_read(chip, XB_REG_ID, "ID") != XB_ID)
        board.fault("s_axil: a write changed register ID");
}

static Mapped open_program(const Options &o)
{
    const Mapped file = map_file(o.program);
    if (file.size % 4 != 0)
        fail(kBadInput, "%s: not a whole number of 32-bit words", o.program.c_str());
    return file;
}

// Cycles that the chip may take to swallow a program.
static uint64_t program_cycles(const Options &o, const Mapped &file)
{
    return (file.size / 4 + 1000) * 2000 / static_cast<uint64_t>(100 - o.stall);
}

// Cycles without a result that count as a hang.
static uint64_t timeout_of(const Options &o, const Mapped &program)
{
    const uint64_t plan = 20 * static_cast<uint64_t>(design.interval) +
                          10 * static_cast<uint64_t>(design.latency) + 100000;
    if (o.timeout)
        return o.timeout;
    return plan * 100 / static_cast<uint64_t>(100 - o.stall) +
           (o.reprogram ? program_cycles(o, program) : 0);
}

// All tiles take the words for their arrays, one a cycle.
static void pass_back_door(Chip &chip, const BackDoor &door, uint64_t limit)
{
    while (!door.all_taken() && *chip.cycle() < limit && !chip.stopped())
        chip.tick();
    if (!door.all_taken())
        fail(kDifferent, "the tiles do not take what the back door has for their arrays");
}

static void play_program(Chip &chip, const Options &o, const Mapped &file)
{
    chip.play_program(file.data, file.size);
    const uint64_t limit = *chip.cycle() + program_cycles(o, file);
    while (!chip.program_sent() && *chip.cycle() < limit && !chip.stopped())
        chip.tick();
    if (chip.stopped())
        fail(kDifferent, "an assertion in the RTL stopped the simulation in cycle %" PRIu64,
             *chip.cycle() - 1);
    if (!chip.program_sent())
        fail(kDifferent, "s_axis_prog does not take the whole of %s", o.program.c_str());
    uint32_t status = 0;
    for (int i = 0; i < 100 && !(status & (XB_STATUS_PROGRAMMED | XB_STATUS_PROGRAM_ERROR)); ++i)
        status = must_read(chip, XB_REG_STATUS, "STATUS");
    if (status & XB_STATUS_PROGRAM_ERROR)
        fail(kBadInput, "%s: the chip refuses it (CRC, magic, design hash or format)",
             o.program.c_str());
    if (!(status & XB_STATUS_PROGRAMMED))
        fail(kDifferent, "STATUS is 0x%x after programming, bit 0 is missing", status);
}

static void print_progress(const Chip &chip, long long images, double start)
{
    const double seconds = std::max(now() - start, 1e-3);
    std::fprintf(stderr, "\r%lld/%lld images, %.2f images/s, %.0f cycles/s ", chip.results.images,
                 images, static_cast<double>(chip.results.images) / seconds,
                 static_cast<double>(*chip.cycle()) / seconds);
}

// One cycle; amid the image that the user chose, the program is offered once more.
class Player
{
  public:
    Player(Chip &chip, const Options &o, const Mapped &program)
        : chip_(chip), program_(program),
          due_(o.reprogram ? (o.reprogram - 1) * Chip::image_beats() + (Chip::image_beats() + 1) / 2
                           : INT64_MAX)
    {
    }

    void tick()
    {
        chip_.tick();
        if (chip_.input_beats < due_)
            return;
        chip_.play_program(program_.data, program_.size);
        due_ = INT64_MAX;
    }

  private:
    Chip &chip_;
    Mapped program_;
    long long due_;  // input beats
};

// Plays and compares. True: all results came; false: hang, assertion or interrupt.
static bool stream(Chip &chip, const Options &o, const Mapped &program, long long images,
                   double start)
{
    const bool show = isatty(STDERR_FILENO) && isatty(STDOUT_FILENO) && !o.quiet;
    const uint64_t timeout = timeout_of(o, program), begin = *chip.cycle();
    Player player(chip, o, program);
    double shown = start;
    while (chip.results.images < images) {
        for (int i = 0; i < 256 && chip.results.images < images && !chip.stopped(); ++i)
            player.tick();
        const uint64_t last = chip.last_output == UINT64_MAX ? begin : chip.last_output;
        if (interrupted || chip.stopped() || *chip.cycle() - last > timeout)
            break;
        if (show && now() - shown > 0.5) {
            shown = now();
            print_progress(chip, images, start);
        }
    }
    if (show)
        std::fprintf(stderr, "\r%79s\r", "");
    return chip.results.images >= images;
}

// After the last result: rows that no window looks at may still be on their way through a layer,
// and a program may wait for them. Until all that is due has come, the chip says that it is idle,
// or the limit is over; nothing else tells how long that takes.
static void settle(Chip &chip, const Options &o, const Mapped &program, Results &r,
                   const Scoreboard &board)
{
    const uint64_t begin = *chip.cycle(), limit = begin + timeout_of(o, program);
    bool busy = true;
    while (busy && *chip.cycle() < limit && !interrupted && !chip.stopped()) {
        chip.tick();
        if (chip.program_sent() && board.gave_all(r.images))
            busy = must_read(chip, XB_REG_STATUS, "STATUS") & XB_STATUS_BUSY;
    }
    r.waited = *chip.cycle() - begin;
}

// Counters and status of a chip that has given all results.
static void check_end(Chip &chip, const Results &r, Scoreboard &board)
{
    if (!chip.program_sent())
        board.fault("the program waits %" PRIu64 " cycles after the last result", r.waited);
    check_counters(chip, r, board);
    board.finish(r.waited);
    const uint32_t status = must_read(chip, XB_REG_STATUS, "STATUS");
    if (status != XB_STATUS_PROGRAMMED)
        board.fault("STATUS is 0x%x %" PRIu64 " cycles after the last result, 0x%x is due", status,
                    r.waited, XB_STATUS_PROGRAMMED);
}

static void finish(Chip &chip, const Options &o, const Mapped &program, Results &r,
                   Scoreboard &board, bool complete)
{
    if (complete)
        settle(chip, o, program, r, board);
    if (interrupted) {
        std::printf("interrupted\n");
        r.hang = false;
        return;
    }
    if (chip.stopped()) {
        std::printf("an assertion in the RTL stopped the simulation in cycle %" PRIu64 "\n",
                    *chip.cycle() - 1);
        r.hang = true;
        return;
    }
    r.hang = !complete;
    if (!read_counters(chip, &r))
        board.fault("the counters do not answer on s_axil");
    else if (complete)
        check_end(chip, r, board);
    if (!complete)
        print_hang(r, board, chip);
}

static void print_end(const Options &o, const Results &r, const Scoreboard &board, const Chip &chip,
                      bool equal)
{
    const uint64_t focus = focus_of(board);
    if (!equal && o.wave.empty())
        std::printf("for a wave of it: %s\n",
                    rerun_command(o, focus > 2000 ? focus - 2000 : 0, focus + 200).c_str());
    if (!o.wave.empty() && !o.save_file.empty()) {
        if (equal && o.wave_from == 0)
            announce_wave(o.save_file);
        else
            write_save_file(o.save_file, equal ? o.wave_from : focus);
    }
    if (!design.counters)
        std::printf("the chip has no counters: words and intervals are those that the probes saw; "
                    "cycles of work, array reads and saturated conversions are not known\n");
    std::printf("cosim: %lld images, %lld mismatches, level %s, %" PRIu64
                " cycles, %.2f images/s%s\n",
                chip.results.images, board.mismatches(), level_name(o.level), r.cycles,
                static_cast<double>(chip.results.images) / r.seconds, r.hang ? ", hang" : "");
}

static int run(const Options &o)
{
    const Npy images = open_images(o);
    Chip chip(o);
    Results r;
    r.images = o.images ? o.images : images.images();
    if (o.reprogram > r.images)
        fail(kBadInput, "--reprogram %lld: the run has %lld images", o.reprogram, r.images);
    Scoreboard board(o, r.images, chip.cycle());
    chip.attach(&board);
    const Mapped program = open_program(o);
    BackDoor door;
    if (o.back_door)
        door.open(program, o.program);
    const double start = now();
    chip.reset();
    check_identity(chip);
    if (o.back_door)
        pass_back_door(chip, door, *chip.cycle() + program_cycles(o, program));
    play_program(chip, o, o.back_door ? door.rest() : program);
    check_errors(chip, board);
    chip.play_images(images.data(), r.images);
    const bool complete = stream(chip, o, program, r.images, start);
    r.cycles = *chip.cycle();
    finish(chip, o, program, r, board, complete);
    r.seconds = std::max(now() - start, 1e-6);
    chip.close_wave();
    if (!o.cells.empty())
        chip.write_cells(o.cells);
    const bool equal = complete && !chip.stopped() && board.mismatches() == 0;
    if (!o.json.empty())
        write_json(o, r, board, chip);
    print_end(o, r, board, chip, equal);
    return equal ? kEqual : kDifferent;
}

}  // namespace xb

int main(int argc, char **argv)
{
    std::signal(SIGINT, [](int) { xb::interrupted = 1; });
    std::signal(SIGTERM, [](int) { xb::interrupted = 1; });
    try {
        const int status = xb::run(xb::parse_options(argc, argv));
        if (std::fflush(stdout) != 0)
            xb::fail(xb::kEnvironment, "standard output cannot be written");
        return status;
    } catch (const xb::Stop &stop) {
        return stop.status;
    }
}
