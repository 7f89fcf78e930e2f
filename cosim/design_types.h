/* SPDX-License-Identifier: Apache-2.0 */
/* Registers, and the types of tables: what is the same in every xb_design.h, which has this text in it. */
#ifndef XB_DESIGN_TYPES_H
#define XB_DESIGN_TYPES_H

/* AXI4-Lite registers, byte addresses */
#define XB_REG_ID                0x000      /* "XBG1" */
#define XB_REG_VERSION           0x004
#define XB_REG_DESIGN_LO         0x008      /* XB_DESIGN_HASH */
#define XB_REG_DESIGN_HI         0x00c
#define XB_REG_STATUS            0x010      /* XB_STATUS_* */
#define XB_REG_CAPS              0x014      /* layers 14:0, XB_CAPS_*, arrays 31:16 */
#define XB_REG_CYCLES            0x018      /* 64 bits, low word first */
#define XB_REG_IMAGES_IN         0x020      /* 64 bits */
#define XB_REG_IMAGES_OUT        0x028      /* 64 bits */
#define XB_REG_COUNTER(layer, n) (0x1000 + (layer) * 0x80 + (n) * 8)

#define XB_ID                    0x58424731 /* value of XB_REG_ID */
#define XB_VERSION               0x10000    /* value of XB_REG_VERSION */
#define XB_CAPS_NO_COUNTERS      0x8000     /* bit of XB_REG_CAPS: XB_REG_COUNTER answers SLVERR */
#define XB_STATUS_PROGRAMMED     0x001
#define XB_STATUS_BUSY           0x002
#define XB_STATUS_PROGRAM_ERROR  0x004
#define XB_STATUS_FRAME_ERROR    0x008

/* the n of XB_REG_COUNTER */
#define XB_COUNTER_BUSY          0          /* cycles */
#define XB_COUNTER_STARVED       1          /* cycles without anything to work on */
#define XB_COUNTER_BLOCKED       2          /* cycles with an output nobody took */
#define XB_COUNTER_READS         3          /* one array, one plane, one group */
#define XB_COUNTER_CONVERSIONS   4
#define XB_COUNTER_SATURATED     5          /* conversions that were clamped */
#define XB_COUNTER_WORDS_IN      6
#define XB_COUNTER_WORDS_OUT     7
#define XB_COUNTER_RING_WORDS    8          /* the most words held in the ring */
#define XB_COUNTER_LOADS         9          /* words through the port of the buffer */

typedef struct XbDesignLayer {
    const char *name, *kind;
    int words, channels, height, width; /* of the output stream, per image */
    int beat_words; /* the most of a beat */
    int first_array, arrays, copies, row_tiles, col_tiles;
    int windows, steps, planes, groups, slots;
    int conversions; /* over all column tiles of one copy */
    long long interval;
    int code_bits; /* of the output stream */
    int in_channels; /* codes of a word of the input */
} XbDesignLayer;

typedef struct XbDesignArray {
    int layer, copy, row_tile, col_tile, tile;
    int first_conversion, conversions; /* in the numbering of the layer */
} XbDesignArray;

#endif
