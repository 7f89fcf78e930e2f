// SPDX-License-Identifier: Apache-2.0
// Where what belongs to the program lies.
#ifndef XBGEN_CLI_INSTALLED_H
#define XBGEN_CLI_INSTALLED_H

// The folder of the documentation: <prefix>/share/doc/xbgen/docs of a program in <prefix>/bin, docs beside the folder of
// one that was built in the repository, or "docs", where neither is there or where this is the same. The text lives on.
const char *xb_installed_docs(void);

#endif
