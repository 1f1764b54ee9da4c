/* SPDX-License-Identifier: BSD-2-Clause
 * cli/print.h - the records of a replay, in the format asked for. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <stdbool.h>
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

/* What became of a packet. */
struct print_verdict {
	const struct clew_packet *packet;
	const struct print_origin *origin;
	const struct clew_tuple *before;	/* NULL: it has none */
	const struct clew_tuple *after;		/* NULL: as before */
	bool is_answer;			/* not the packet: what the gateway
					 * said to it, from 'out_ifindex' */
	bool is_held;			/* a fragment that waits */
	uint32_t out_ifindex;
	const struct clew_rule *rule;	/* that decided, or NULL */
	const struct clew_trace_names *names;
};

/* What happened at a gateway, in numbers. */
struct print_gateway {
	uint64_t forwarded;
	uint64_t local;
	uint64_t own;		/* that the gateway sent */
	uint64_t answers;	/* packets made by rules and routes */
	uint64_t untranslated;	/* CLEW_RES_UNTRANSLATED */
	uint64_t neighbours;	/* see cli/gateway.h */
	uint64_t left;
	uint64_t left_other;
	uint64_t left_only;
};

/* The whole of a replay in numbers. */
struct print_totals {
	struct capture_counts captures;
	struct clew_stats stats;
	uint64_t span_ns;	/* from the first packet to the last */
	uint64_t invalid;	/* packets in state INVALID */
	uint64_t dropped;
	uint64_t left;		/* connections in the table */
	bool has_gateway;
	struct print_gateway gateway;
};

/* What stands before and after all records: XML has something. */
void print_begin(struct printer *p);
void print_end(struct printer *p);

void print_event(struct printer *p, const struct clew_event *event);
void print_entry(struct printer *p, const struct clew_snapshot *ct,
		 uint64_t now_ns);
void print_invalid(struct printer *p, const struct clew_packet *packet,
		   const struct print_origin *origin);
void print_trace(struct printer *p, const struct clew_trace *trace,
		 const struct print_origin *origin,
		 const struct clew_trace_names *names);
/* Before the first of a packet's steps: which packet it is. */
void print_traced(struct printer *p, const struct clew_trace *trace,
		  const struct print_origin *origin);
/* What a 'log' statement says of a packet. */
void print_log(struct printer *p, const struct clew_log *log,
	       const struct print_origin *origin);
void print_verdict(struct printer *p, const struct print_verdict *v);
void print_stats(struct printer *p, const struct clew_stats *stats);

/* A ruleset as nft prints it: text, or with JSON one object. */
void print_ruleset(struct printer *p, const char *text, size_t len);

/* The summary as a record: JSON has one. */
void print_totals(struct printer *p, const struct print_totals *totals);

/* The summary for people, a few lines. */
void print_summary(FILE *out, const struct print_totals *totals);

#endif
