/* SPDX-License-Identifier: BSD-2-Clause
 * parity/rules_iptables.h - random rulesets of iptables for the router. */
#ifndef PARITY_RULES_IPTABLES_H
#define PARITY_RULES_IPTABLES_H

#include <stdbool.h>
#include <stdint.h>

/* A random ruleset as iptables-save has it, the same for the same seed.
 * 'only': names of extensions with commas between them, NULL: all.
 * => Owned by the caller, for free(). */
char *rules_iptables(uint64_t seed, bool six, const char *only);

#endif
