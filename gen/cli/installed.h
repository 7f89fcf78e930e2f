// SPDX-License-Identifier: Apache-2.0
// Where what belongs to the program lies.
#ifndef XBGEN_CLI_INSTALLED_H
#define XBGEN_CLI_INSTALLED_H

// The folder of the documentation: <prefix>/share/doc/xbgen/docs of a program in <prefix>/bin, or "docs", as in the
// repository, where that is not there. The text lives on.
const char *xb_installed_docs(void);

#endif
