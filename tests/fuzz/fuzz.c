/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/fuzz.c - how a target says that something is wrong. */
#include "fuzz/fuzz.h"

#include <stdio.h>

void
fuzz_die(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}
