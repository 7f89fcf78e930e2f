// SPDX-License-Identifier: Apache-2.0
#include "unpatch.h"

Unpatch unpatch_make(const Instance *i)
{
    Unpatch u = {.side = parameter(i, "Side"),
                 .out_h = parameter(i, "OutH"),
                 .out_w = parameter(i, "OutW"),
                 .columns = parameter(i, "PatchColumns"),
                 .rows = parameter(i, "PatchRows")};
    u.across = up(u.out_w, u.side);
    u.down = up(u.out_h, u.side);
    int64_t bits = parameter(i, "OutC") * parameter(i, "OutBits");
    int64_t row_words = u.columns >= u.across ? u.out_w : u.columns * u.side;
    u.gear = gear_make(bits, u.rows * row_words, bits, parameter(i, "OutWords"), u.out_h * u.out_w);
    return u;
}

bool unpatch_ready(const Unpatch *u) { return u->whole < 2; }

// Words inside the image that a read brings: rows of the group by columns of the line.
static int64_t read_words(const Unpatch *u)
{
    int64_t top = u->at_down * u->side + u->group * u->rows;
    int64_t bottom = least(least(top + u->rows, (u->at_down + 1) * u->side), u->out_h);
    int64_t left = u->line * u->columns * u->side;
    return (bottom - top) * (least(left + u->columns * u->side, u->out_w) - left);
}

// Goes on to the next read; true if a row of windows has left.
static bool next_read(Unpatch *u)
{
    int64_t rows = least(u->side, u->out_h - u->at_down * u->side);
    if (++u->line < up(u->across, u->columns))
        return false;
    u->line = 0;
    if (++u->group < up(rows, u->rows))
        return false;
    u->group = 0;
    u->at_down = (u->at_down + 1) % u->down;
    return true;
}

void unpatch_tick(Unpatch *u, const Stream *in, bool out_ready)
{
    bool beat_goes = !u->beat.valid || gear_ready(&u->gear),
         read_goes = !u->read.valid || beat_goes;
    bool read = u->whole > 0 && read_goes;
    gear_tick(&u->gear, u->beat.valid && gear_ready(&u->gear), u->beat.words, out_ready);
    if (beat_goes)
        u->beat = u->read;
    if (read_goes)
        u->read = (Patched){read, read ? read_words(u) : 0};
    u->whole -= read && next_read(u);
    u->col += passes(in) ? in->count : 0;
    if (u->col >= u->across) {
        u->col -= u->across;
        u->whole++;
    }
}
