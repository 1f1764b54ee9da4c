/* SPDX-License-Identifier: BSD-2-Clause
 * cli/ruled.h - the part of a replay that is about a gateway and its rules.
 *
 * A replay without any goes through here unchanged. */
#ifndef CLI_RULED_H
#define CLI_RULED_H

#include "cli/gateway.h"
#include "cli/print.h"
#include "cli/replay_options.h"

struct ruled;

/* Make the engine the gateway that 'o' describes and load its rules.
 * => An exit status, after a line on standard error unless it is 0. */
int ruled_create(struct ruled **ruled, const struct replay_options *o,
		 struct clew_engine *engine, struct printer *printer,
		 const uint64_t seed[2]);
void ruled_destroy(struct ruled *ruled);

/* How many packets may go to the engine at once. */
size_t ruled_burst(const struct ruled *ruled);

/* Say where the packets of a burst come in, and take out those that must not
 * go to the engine. */
void ruled_admit(struct ruled *ruled, struct timeline_burst *burst);

/* A packet has been judged: print its verdict, write what leaves. */
void ruled_account(struct ruled *ruled, const struct timeline_burst *burst,
		   size_t number);

/* The packets have all been seen: print the ruleset, close the file.
 * => An exit status. */
int ruled_finish(struct ruled *ruled);

/* What the summary says. */
void ruled_totals(const struct ruled *ruled, struct print_totals *totals);

#endif
