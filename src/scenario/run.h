/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/run.h - what the files that do the steps of a test share. */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "scenario/scenario.h"

#define LINE 4096

struct run {
	const struct scenario_test *test;
	const struct scenario_ops *ops;
	void *ctx;
	const struct scenario_report *report;
	struct scenario_result *result;
	uint64_t now_ns;			/* since the test began */
	const struct scenario_step *action;	/* the last one, or NULL */
	const struct scenario_step *events_of;	/* the step that spoke of its
						 * events last, or NULL */
	bool has_waited;			/* the last action was a wait */
};

void run_fail(struct run *r, const struct scenario_step *step,
	      unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* What happens, for who wants to see it. */
void run_trace(struct run *r, const struct scenario_step *step,
	       const char *text);

/* => false when the step is over: it failed, or cannot be done here. */
bool run_is_done(struct run *r, const struct scenario_step *step, int rc);

/* Append to 'text', of 'size' bytes, where a packet went, in the words of an
 * expectation. */
void run_describe_departure(const struct scenario_seen *seen, char *text,
			    size_t size);

/* Did it go where, and look as, it should?  => Whether it did. */
bool run_check_departure(struct run *r, const struct scenario_step *step,
			 const struct scenario_seen *seen);

void run_interface(struct run *r, const struct scenario_step *step);
void run_route(struct run *r, const struct scenario_step *step);
void run_rules(struct run *r, const struct scenario_step *step);
void run_ruleset(struct run *r, const struct scenario_step *step);
void run_counter(struct run *r, const struct scenario_step *step);

#endif
