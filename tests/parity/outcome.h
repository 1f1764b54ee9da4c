/* SPDX-License-Identifier: BSD-2-Clause
 * parity/outcome.h - what one side made of a script, in terms both share. */
#ifndef PARITY_OUTCOME_H
#define PARITY_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

#include "clew/engine.h"
#include "parity/script.h"

struct said {
	uint8_t type;			/* enum clew_event_type */
	clew_conn_ref conn;		/* clew's side only */
	struct clew_snapshot ct;
};

enum outcome_class {
	CLASS_NONE,	/* nothing came out */
	CLASS_INVALID,
	CLASS_NEW,
	CLASS_ESTABLISHED,
	CLASS_RELATED,
	CLASS_UNTRACKED,
	CLASS_ODD,	/* came out, but no rule matched */
};

#define OUTCOME_LOG 160

/* Of one step. */
struct outcome {
	uint8_t class;			/* enum outcome_class */
	uint8_t stolen;			/* clew's side only: held */
	uint8_t reason;			/* clew's side only */
	uint8_t chained;		/* clew's side only: put together, and
					 * extension headers come first */
	uint32_t logs;			/* lines of Linux's log */
	char log[OUTCOME_LOG];		/* the last of them */
	uint32_t out_len;		/* of the datagram put together, or 0 */
	uint64_t out_hash;
	size_t first;			/* into outcomes.said */
	size_t said;
	size_t first_frame;		/* into outcomes.frame: routed alone */
	size_t frames;
};

/* What came out of a router, or reached it. */
struct frame {
	uint8_t to;			/* tap, or SIDE_HOST */
	bool is_generated;		/* clew's side only */
	uint32_t len;
	uint8_t *bytes;			/* from the IP header on; owned */
};

struct outcomes {
	struct outcome *step;		/* one per step of the script */
	size_t steps;
	struct said *said;
	size_t said_count;
	size_t said_room;
	struct clew_snapshot *table;
	size_t table_count;
	size_t table_room;
	struct frame *frame;
	size_t frame_count;
	size_t frame_room;
	bool is_routed;
	bool is_aligned;		/* ports were: ports_align() */
	char *listing;			/* nft list ruleset, at the end */
	struct clew_stats stats;	/* the columns of conntrack -S */
	double seconds;
	char error[200];		/* the run failed: why */
};

void outcomes_init(struct outcomes *o, size_t steps);
void outcomes_fini(struct outcomes *o);
struct said *outcomes_say(struct outcomes *o);
/* The n-th NEW event from behind, for STEP_DELETE.  => NULL when there is
 * none, when its zone is one-way, or when its tuple was used again: Linux's
 * ids could not tell the two apart. */
const struct said *outcomes_newest(const struct outcomes *o, unsigned n);
void outcomes_frame(struct outcomes *o, struct outcome *out, unsigned to,
		    const void *bytes, size_t len);
struct clew_snapshot *outcomes_entry(struct outcomes *o);
uint64_t outcome_hash(uint64_t hash, const void *data, size_t len);

/* What Linux 6.18 makes of 's', in a network namespace of its own.
 * => 0, or -1 with o->error.
 * => Afterwards the process stays in that namespace. */
int kernel_run(struct outcomes *o, const struct script *s);
/* => NULL when the kernel side can run here, or why it can not. */
const char *kernel_missing(void);

/* What libclew makes of 's': bursts of 'burst' packets. */
int engine_run(struct outcomes *o, const struct script *s, unsigned burst);

double clock_now(void);

#endif
