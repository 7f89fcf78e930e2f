// SPDX-License-Identifier: Apache-2.0
// A layer with weights: windows become bits, arrays are read, sums become output codes.
#include "model/parts.h"
#include <string.h>

typedef struct Batch {  // a few windows on their way through the arrays
    int first, count;
    uint8_t *codes;  // [XB_BATCH][bytes of a code][rows, padded to whole words]
    uint64_t *bits;  // [XB_BATCH][code_bits][words]
    int32_t *acc;    // [XB_BATCH][accumulators]
} Batch;

// An 8 x 8 matrix of bits, a row in a byte, turned over its diagonal.
static uint64_t transpose(uint64_t x)
{
    uint64_t t = (x ^ x >> 7) & UINT64_C(0x00aa00aa00aa00aa);
    x ^= t ^ t << 7;
    t = (x ^ x >> 14) & UINT64_C(0x0000cccc0000cccc);
    x ^= t ^ t << 14;
    t = (x ^ x >> 28) & UINT64_C(0x00000000f0f0f0f0);
    return x ^ t ^ t << 28;
}

// Written out, so that compilers see one load.
static uint64_t load_eight(const uint8_t *b)
{
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
           (uint64_t)b[7] << 56;
}

// Exchanges blocks of `size` bytes in an 8 x 8 matrix of bytes beside and below its diagonal.
static inline void exchange(uint64_t x[8], int size, uint64_t mask)
{
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        if (i & size)
            continue;
        uint64_t t = (x[i] >> (8 * size) ^ x[i + size]) & mask;
        x[i + size] ^= t;
        x[i] ^= t << (8 * size);
    }
}

// Word w of each of `count` bits: those of 64 codes.
static void split_word(const XbMvm *m, int count, int w, const uint8_t *codes, uint64_t *bits)
{
    uint64_t word[8];
    for (int i = 0; i < 8; i++)
        word[i] = transpose(load_eight(codes + 8 * i));
    exchange(word, 4, UINT64_C(0x00000000ffffffff));
    exchange(word, 2, UINT64_C(0x0000ffff0000ffff));
    exchange(word, 1, UINT64_C(0x00ff00ff00ff00ff));
    for (int b = 0; b < count; b++)
        bits[b * m->words + w] = word[b];
}

static int64_t byte_room(const XbMvm *m) { return (int64_t)m->words * 64; }

static int64_t row_room(const XbMvm *m) { return byte_room(m) * xb_code_bytes(m->code_bits); }

void xb_model_split_bits(const XbMvm *m, const uint8_t *codes, uint64_t *bits)
{
    for (int first = 0; first < m->code_bits; first += 8) {
        int count = m->code_bits - first < 8 ? m->code_bits - first : 8;
        const uint8_t *bytes = codes + first / 8 * byte_room(m);
        for (int w = 0; w < m->words; w++)
            split_word(m, count, w, bytes + 64 * w, bits + (int64_t)first * m->words);
    }
}

// Of the copy that works on a window, and of the first conversion of a column there.
static void set_wide(const XbJob *job, const XbMvm *m, int u, int window, XbRead *read)
{
    const XbPlanLayer *l = job->l;
    uint64_t steps = (uint64_t)job->image * (uint64_t)l->steps + (uint64_t)(window / l->copies);
    read->wide = &m->wide->unit[window % l->copies * m->units + u];
    read->number = steps * (uint64_t)l->map->planes * (uint64_t)l->map->groups;
}

static XbRead window_read(const XbMvm *m, const Batch *b, int w)
{
    return (XbRead){.mvm = m,
                    .list_copy = xb_model_list_copy(m, b->first + w),
                    .inputs = b->codes + w * row_room(m),
                    .bits = b->bits + (int64_t)w * m->code_bits * m->words,
                    .acc = b->acc + (int64_t)w * m->accumulators};
}

static int64_t read_arrays(const XbJob *job, const XbMvm *m, const Batch *b)
{
    int64_t saturated = 0, codes = xb_model_codes(job->model->plan, job->index) / job->l->windows;
    for (int u = 0; u < m->units; u++)
        for (int w = 0; w < b->count; w++) {
            XbRead read = window_read(m, b, w);
            read.unit = &m->unit[u];
            if (job->codes)
                read.codes = job->codes + (b->first + w) * codes;
            if (m->wide)
                set_wide(job, m, u, b->first + w, &read);
            saturated += m->read_unit(&read);
        }
    return saturated;
}

// The same, and every sum is counted.
static int64_t tally_arrays(const XbMvm *m, const Batch *b, XbTallying *t)
{
    int64_t saturated = 0;
    for (int u = 0; u < m->units; u++) {
        for (int w = 0; w < b->count; w++) {
            XbRead read = window_read(m, b, w);
            read.unit = &m->unit[u];
            read.sums = &t->sums;
            xb_model_begin_read(t);
            saturated += m->read_unit(&read);
            xb_model_end_read(t, read.unit);
        }
        xb_model_end_unit(t, &m->unit[u]);
    }
    return saturated;
}

typedef struct Finish {  // what sums of an output become codes with
    int output;          // of a window
    int frac_bits;
    int32_t half;  // of a level, in units of 2^-frac_bits
    const int32_t *acc;
    const int32_t *bias;  // of the window's copy; NULL: none
} Finish;

// `offset` cells hold what the file does, all bits of it: what they add too much is an exact count
// of the inputs that an output looks at.
static int32_t offset_sum(const XbMvm *m, int unit, int output, const uint8_t *codes)
{
    const XbPlanMap *map = m->plan->map;
    const int32_t *field = m->field + (int64_t)output * map->fan_in;
    int32_t sum = 0;
    for (int byte = 0; byte < xb_code_bytes(m->code_bits); byte++)
        for (int i = 0; i < map->fan_in; i++)
            sum += codes[byte * byte_room(m) + (int64_t)unit * map->tiling.unit_rows + field[i]]
                   << (8 * byte);
    return sum * map->count_weight;
}

static inline int32_t sum_of(const XbPlanLayer *l, const XbMvm *m, const Finish *f, int c,
                             int32_t offset)
{
    const int32_t *place = m->place + (int64_t)xb_plan_sum(l, c, f->output) * m->per_sum;
    int32_t sum = -offset;
    for (int i = 0; i < m->per_sum; i++)
        sum += m->factor[i] * f->acc[place[i]];
    return sum;
}

// Channels first..end-1 of one output of a window, which are of one unit.
static void finish_unit(const XbJob *job, const XbMvm *m, const Finish *f, XbSpan channels,
                        int32_t offset, uint8_t *out)
{
    const XbPlanLayer *l = job->l;
    for (int c = channels.base; c < channels.base + channels.count; c++) {
        int32_t sum = (sum_of(l, m, f, c, offset) + f->half) >> f->frac_bits;
        out[c] = xb_model_clamp(
            l, l->out_zero + (int64_t)xb_scale(sum + f->bias[c], l->scale[c], l->scaling));
    }
}

// Likewise, of any input and any output.
__attribute__((noinline)) static void finish_few_bits(const XbJob *job, const XbMvm *m,
                                                      const Finish *f, XbSpan channels,
                                                      int32_t offset, int64_t at)
{
    const XbPlanLayer *l = job->l;
    for (int c = channels.base; c < channels.base + channels.count; c++) {
        int32_t sum = sum_of(l, m, f, c, offset) * (1 << l->sum_shift);
        sum = (sum + f->half) >> f->frac_bits;
        xb_model_post(l, c, f->bias ? sum + f->bias[c] : sum, job->out, at + c);
    }
}

// All channels of one output of a window, code `at` and on of the layer's output. In a run, the
// output's own unit has them all.
static void finish_output(const XbJob *job, const XbMvm *m, const Finish *f, const uint8_t *codes,
                          int64_t at)
{
    const XbPlanLayer *l = job->l;
    const XbPlanMap *map = l->map;
    bool is_run = map->patch.outputs > 1 && !map->patch.tap;
    int first = is_run ? f->output : 0, units = is_run ? 1 : map->tiling.units;
    int channels = l->out.c / units;
    for (int i = 0; i < units; i++) {
        bool is_offset = map->count_weight >= 0;
        int32_t offset = is_offset ? offset_sum(m, first + i, is_run ? 0 : f->output, codes) : 0;
        XbSpan span = {i * channels, channels};
        offset *= 1 << f->frac_bits;
        if (l->post == XB_POST_SCALE && !l->sum_shift)
            finish_unit(job, m, f, span, offset, job->out + at);
        else
            finish_few_bits(job, m, f, span, offset, at);
    }
}

// The outputs of a window, as far as they lie inside the image.
static void finish(const XbJob *job, const XbMvm *m, int window, const int32_t *acc,
                   const uint8_t *codes)
{
    const XbPlanLayer *l = job->l;
    int bits = l->blocks ? 0 : job->model->plan->frac_bits;  // those of a block are codes
    int copy = l->bias_copies > 1 ? window % l->copies : 0;
    Finish f = {.frac_bits = bits,
                .half = (1 << bits) / 2,
                .acc = acc,
                .bias = l->bias ? l->bias + (int64_t)copy * l->out.c : NULL};
    for (; f.output < l->map->patch.outputs; f.output++) {
        int pixel = xb_plan_output_pixel(l, window, f.output);
        if (pixel >= 0)
            finish_output(job, m, &f, codes, (int64_t)pixel * l->out.c);
    }
}

static void begin_sums(const XbMvm *m, const Batch *b)
{
    size_t size = sizeof *b->acc * (size_t)m->accumulators;
    if (!m->base)
        memset(b->acc, 0, size * (size_t)b->count);
    for (int w = 0; m->base && w < b->count; w++) {
        int64_t copy = xb_model_list_copy(m, b->first + w);
        memcpy(b->acc + (int64_t)w * m->accumulators, m->base + copy * m->accumulators, size);
    }
}

// `bytes`: the job with the codes of its input as bytes; `t`: NULL where sums are not counted.
static void run_batch(const XbJob *job, const XbJob *bytes, const XbMvm *m, const Batch *b,
                      XbTallying *t)
{
    begin_sums(m, b);
    for (int w = 0; w < b->count; w++) {
        uint8_t *codes = b->codes + w * row_room(m);
        for (int i = 0; i < xb_code_bytes(m->code_bits); i++)
            xb_model_gather(bytes, b->first + w, i, codes + i * byte_room(m));
        xb_model_split_bits(m, codes, b->bits + (int64_t)w * m->code_bits * m->words);
    }
    int64_t saturated = t ? tally_arrays(m, b, t) : read_arrays(job, m, b);
    for (int w = 0; w < b->count; w++)
        finish(job, m, b->first + w, b->acc + (int64_t)w * m->accumulators,
               b->codes + w * row_room(m));
    if (job->count)
        job->count->saturated += saturated;
}

static void count_reads(const XbJob *job)
{
    if (!job->count)
        return;
    job->count->reads += xb_plan_reads(job->l) * job->l->map->set;
    job->count->conversions += xb_plan_layer_conversions(job->model->plan, job->l);
}

int64_t xb_model_codes(const XbPlan *plan, int l)
{
    return xb_plan_layer_conversions(plan, &plan->layer[l]);
}

void xb_model_mvm(const XbJob *job)
{
    const XbMvm *m = &job->model->mvm[job->index];
    const XbJob bytes = xb_model_bytes(job);
    Batch b = {.codes = xb_new(job->scratch, uint8_t, XB_BATCH * row_room(m)),
               .bits = xb_new(job->scratch, uint64_t, XB_BATCH * m->code_bits * m->words),
               .acc = xb_new(job->scratch, int32_t, (int64_t)XB_BATCH * m->accumulators)};
    XbTallying tallying = {0};
    if (job->tally)
        tallying = xb_model_begin_tally(job, m);
    for (b.first = 0; b.first < job->l->windows; b.first += XB_BATCH) {
        int left = job->l->windows - b.first;
        b.count = left < XB_BATCH ? left : XB_BATCH;
        run_batch(job, &bytes, m, &b, job->tally ? &tallying : NULL);
    }
    count_reads(job);
}
