/* SPDX-License-Identifier: BSD-2-Clause
 * parity/run.h - a script through both sides, and what came of it. */
#ifndef PARITY_RUN_H
#define PARITY_RUN_H

#include "parity/compare.h"

struct run_options {
	const char *save;	/* folder for scripts that differ */
	double shrink_seconds;	/* for each new kind of difference */
	bool verbose;
	bool self;		/* Linux against itself: is the harness right? */
};

/* What a whole call of the program has seen. */
struct tally {
	struct run_options options;
	size_t scripts;
	size_t packets;
	size_t events;
	size_t by_class[16];
	size_t logs;
	size_t differences;	/* scripts that differ */
	size_t ambiguous;	/* in which Linux differs from itself */
	struct kind *kinds;	/* of difference, each once */
	size_t kind_count;
	double kernel_seconds;
	double clew_seconds;
};

/* Run 's' on both sides and compare; report and shrink what differs.
 * => true when both agree. */
bool run_script(struct tally *t, struct script *s);

/* Show what each side says of every step. */
void run_print(const struct script *s);

/* Print a line of TAP and the kinds of difference.
 * => true when there was none. */
bool tally_end(struct tally *t, const char *what, unsigned number);

/* So that a crash of the engine leaves its script behind. */
void run_guard(struct tally *t);

#endif
