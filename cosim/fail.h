// SPDX-License-Identifier: Apache-2.0
// Exit statuses of the simulation, and the one way to stop early: a line on standard error that
// says why.
#ifndef XB_COSIM_FAIL_H
#define XB_COSIM_FAIL_H

#include <cstdarg>
#include <cstdio>

namespace xb
{

enum Status { kEqual = 0, kDifferent = 1, kBadInput = 2, kEnvironment = 3 };

struct Stop {  // thrown, not exit(): the wave file must be closed on the way out
    Status status;
};

[[noreturn]] __attribute__((format(printf, 2, 3))) inline void fail(Status status,
                                                                    const char *format, ...)
{
    va_list args;
    va_start(args, format);
    std::fflush(stdout);
    std::fputs("cosim: error: ", stderr);
    std::vfprintf(stderr, format, args);
    std::fputc('\n', stderr);
    va_end(args);
    throw Stop{status};
}

}  // namespace xb

#endif
