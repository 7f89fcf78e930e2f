// SPDX-License-Identifier: Apache-2.0
// Reads as much of a Verilog source as it takes to know its modules, and the ports and parameters
// of one: comments, strings and brackets are understood, nothing else. Any bytes will do.
#ifndef XBGEN_EMIT_MACRO_SCAN_H
#define XBGEN_EMIT_MACRO_SCAN_H

#include <stdbool.h>

#include "xbgen/file.h"

typedef struct XbWord {  // a name, as it stands in the source
    const char *text;
    size_t size;
} XbWord;

// Takes one name after the other; false ends the scan.
typedef bool XbWordSink(void *context, XbWord word);

// Every module that the source defines, in order.
void xb_scan_modules(XbBytes source, XbWordSink *sink, void *context);

// The parameters (localparams too), then the ports of the first module called `name`. False: there
// is none.
bool xb_scan_parameters(XbBytes source, const char *name, XbWordSink *sink, void *context);
bool xb_scan_ports(XbBytes source, const char *name, XbWordSink *sink, void *context);

bool xb_word_is(XbWord word, const char *text);

#endif
