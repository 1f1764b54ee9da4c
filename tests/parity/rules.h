/* SPDX-License-Identifier: BSD-2-Clause
 * parity/rules.h - rulesets for the router: random ones, and files. */
#ifndef PARITY_RULES_H
#define PARITY_RULES_H

#include "parity/build.h"

/* A random ruleset, the same for the same seed.
 * => Owned by the caller, for free(). */
char *rules_random(uint64_t seed);

/* A file's, without what would take the harness's own rules away, and with
 * rates that do not see the time a run takes.
 * => NULL when it can not be read. */
char *rules_file(const char *path);

#endif
