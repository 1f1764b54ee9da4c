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

/* What became of a packet that ruled_account() has seen. */
struct ruled_fate {
	bool has_before;
	bool has_after;			/* it leaves with another tuple */
	bool has_rule;
	bool is_held;			/* a fragment that waits */
	struct clew_tuple before;
	struct clew_tuple after;
	struct clew_rule rule;		/* that decided; names as of the rules */
	uint32_t answers;		/* rejects, resets, ICMP errors */
};

void ruled_fate(const struct ruled *ruled, const struct timeline_burst *burst,
		size_t number, struct ruled_fate *fate);

/* Names of interfaces and rules.  => As long as 'ruled' lives. */
const struct clew_trace_names *ruled_names(const struct ruled *ruled);

/* The packets have all been seen: print the ruleset, close the file.
 * => An exit status. */
int ruled_finish(struct ruled *ruled);

/* What the summary says. */
void ruled_totals(const struct ruled *ruled, struct print_totals *totals);

#endif
