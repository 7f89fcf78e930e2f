// SPDX-License-Identifier: Apache-2.0
// The structure of a chip as its Verilog has it: the instances of xb_top.sv with their parameters
// and connections, and the default values that the cells beside it give to the parameters that are
// not set.
#ifndef XB_CYCLES_NETLIST_H
#define XB_CYCLES_NETLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Pair {
    const char *name, *text;
} Pair;

typedef struct Instance {
    const char *cell, *name;  // "xb_fork", "u_conv1_fork"
    Pair *parameter, *port;
    int parameters, ports;
    const char *cell_text;  // the cell's own source
} Instance;

typedef struct Netlist {
    Instance *instance;
    int instances;
} Netlist;

// Ends the program with a message.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Memory that starts as zeros and lasts as long as the program does.
void *take(size_t count, size_t size);
#define TAKE(type, count) ((type *)take((size_t)(count), sizeof(type)))

// Reads `folder`/xb_top.sv; fails where it is not as xb_top.sv is written.
Netlist netlist_read(const char *folder);

// The value of a parameter, or its default.
int64_t parameter(const Instance *i, const char *name);

// Its value where it is set, else another.
int64_t parameter_or(const Instance *i, const char *name, int64_t other);

// What a port is connected to; NULL if there is no such port.
const char *port(const Instance *i, const char *name);

#endif
