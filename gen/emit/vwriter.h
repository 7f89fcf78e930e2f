// SPDX-License-Identifier: Apache-2.0
// The weak Verilog writer: comments, parameters, ports, wires and instances. It cannot write
// behaviour; that stands in rtl_templates. Items of a group are collected and aligned when the
// group ends; a wrong name is our own mistake and stops the program.
#ifndef XBGEN_EMIT_VWRITER_H
#define XBGEN_EMIT_VWRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/file.h"

typedef enum { XB_V_INPUT, XB_V_OUTPUT } XbVDirection;

typedef struct XbVWriter XbVWriter;

XbVWriter *xb_v_new(XbArena *arena);

// A name a Verilog tool takes unescaped: letters, digits, `_`, no digit first, no keyword of IEEE
// 1800-2012.
bool xb_v_legal(const char *name);

// "16'd3", hexadecimal above 2^31: "64'h8000_0000_0000_0000". The value must fit `bits` (1..64).
const char *xb_v_literal(XbArena *arena, int bits, uint64_t value);

// One line of comment; line breaks in the text become spaces. An empty text gives an empty comment
// line.
void xb_v_comment(XbVWriter *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void xb_v_blank(XbVWriter *w);

// A module: begin, its ports, end of ports; then wires and instances; end.
void xb_v_module(XbVWriter *w, const char *name);
void xb_v_port(XbVWriter *w, XbVDirection direction, int bits,
               const char *name);  // bits 1: a scalar
void xb_v_ports_end(XbVWriter *w);
void xb_v_module_end(XbVWriter *w);

// Wires of a group; xb_v_wires_end aligns and writes them.
void xb_v_wire(XbVWriter *w, int bits, const char *name);
void xb_v_wires_end(XbVWriter *w);

// An instance: begin, parameters (in parentheses behind #, left out if none), connections, end.
void xb_v_instance(XbVWriter *w, const char *module, const char *name);
void xb_v_param(XbVWriter *w, const char *name, int64_t value);
void xb_v_param_literal(XbVWriter *w, const char *name, int bits, uint64_t value);
void xb_v_param_note(XbVWriter *w, const char *note);  // a comment among the parameters
void xb_v_connect(XbVWriter *w, const char *port, const char *signal);
void xb_v_connect_pair(XbVWriter *w, const char *port, const char *high,
                       const char *low);  // {high, low}
void xb_v_connect_bits(XbVWriter *w, const char *port, const char *signal, int from, int bits);
void xb_v_connect_literal(XbVWriter *w, const char *port, int bits, uint64_t value);
void xb_v_instance_end(XbVWriter *w);

XbBytes xb_v_bytes(const XbVWriter *w);

#endif
