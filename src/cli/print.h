/* SPDX-License-Identifier: BSD-2-Clause
 * cli/print.h - the records of a replay, in the format asked for. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "clew/clew.h"
#include "io/capture.h"

struct printer {
	FILE *out;
	struct clew_text_options text;	/* 'now_ns' is set per record */
};

/* Where a packet came from. */
struct print_origin {
	const char *file;	/* NULL when there is only one */
	uint64_t number;
	uint64_t time_ns;
};

/* The whole of a replay in numbers. */
struct print_totals {
	struct capture_counts captures;
	struct clew_stats stats;
	uint64_t span_ns;	/* from the first packet to the last */
	uint64_t invalid;	/* packets in state INVALID */
	uint64_t dropped;
	uint64_t left;		/* connections in the table */
};

/* What stands before and after all records: XML has something. */
void print_begin(struct printer *p);
void print_end(struct printer *p);

void print_event(struct printer *p, const struct clew_event *event);
void print_entry(struct printer *p, const struct clew_snapshot *ct,
		 uint64_t now_ns);
void print_invalid(struct printer *p, const struct clew_packet *packet,
		   const struct print_origin *origin);
void print_stats(struct printer *p, const struct clew_stats *stats);

/* The summary as a record: JSON has one. */
void print_totals(struct printer *p, const struct print_totals *totals);

/* The summary for people, a few lines. */
void print_summary(FILE *out, const struct print_totals *totals);

#endif
