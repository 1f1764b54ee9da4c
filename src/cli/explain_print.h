/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_print.h - one packet, explained: its steps are collected as
 * they are told, since what became of it stands first. */
#ifndef CLI_EXPLAIN_PRINT_H
#define CLI_EXPLAIN_PRINT_H

#include <stdio.h>

#include "base/strbuf.h"
#include "clew/explain.h"
#include "cli/lane.h"
#include "cli/print.h"

/* What would have become of it, had a setting been another. */
struct explain_if {
	const char *name;		/* "nf_conntrack_tcp_loose" */
	uint64_t value;
	bool differs;
	struct lane_fate fate;
	const struct clew_trace_names *names;	/* of its lane */
};

struct explain_packet {
	struct print_origin origin;
	const struct lane_fate *fate;
	const struct explain_if *ifs;
	size_t ifs_count;
};

struct explain_print;

/* => 0 or -ENOMEM. */
int explain_print_create(struct explain_print **print, bool json,
			 const struct lane *lane);
void explain_print_destroy(struct explain_print *print);

/* Steps and events of one packet, from explain_print_begin() on. */
void explain_print_begin(struct explain_print *print, bool is_brief);
void explain_print_step(void *print, const struct clew_explain *step);
void explain_print_event(struct explain_print *print,
			 const struct clew_event *event);

/* Write the packet that these were of. */
void explain_print_packet(struct explain_print *print, FILE *out,
			  const struct explain_packet *packet);

/* The rest is shared by the files that print. */

/* A text that grows. */
struct page {
	FILE *out;
	char *text;
	size_t len;
};

bool page_open(struct page *page);
/* => Its text so far, until the next word. */
const char *page_text(struct page *page);
void page_close(struct page *page);

enum {
	EXPLAIN_LEVELS = 8,		/* answers to answers, and some room */
	EXPLAIN_NEST = EXPLAIN_LEVELS + 1,
};

/* Where the lines of a packet, or of its answer, stand. */
struct explain_level {
	unsigned base;			/* of its hooks' lines */
	unsigned detail;		/* of what a rule's expressions do */
	bool is_in_rule;
};

/* A connection whose time was over when the packet came. */
struct explain_ended {
	struct clew_tuple tuple;
	uint64_t time_ns;
};

enum { EXPLAIN_ENDED = 16 };

struct explain_print {
	bool is_json;
	bool is_begun;			/* its first step was told */
	const struct lane *lane;
	const struct clew_trace_names *names;
	struct page page[EXPLAIN_NEST];
	unsigned nest;
	struct explain_level level[EXPLAIN_LEVELS];
	unsigned depth;			/* of what is told now */
	unsigned indent;
	bool is_brief;			/* text: no more than what decided */
	unsigned tries;			/* NAT: candidates so far */
	unsigned taken;			/* of them not printed */
	const char *hook;		/* text: to be said with its first line */
	bool has_steps;			/* JSON: a comma goes before the next */
	struct explain_ended ended[EXPLAIN_ENDED];	/* before it came */
	unsigned ended_count;
	struct page events;
	unsigned events_count;
};

/* explain_text.c, explain_json.c */
void explain_text_step(struct explain_print *p,
		       const struct clew_explain *step);
void explain_text_event(struct explain_print *p,
			const struct clew_event *event);
void explain_text_packet(struct explain_print *p, FILE *out,
			 const struct explain_packet *packet);
void explain_json_step(struct explain_print *p,
		       const struct clew_explain *step);
void explain_json_event(struct explain_print *p,
			const struct clew_event *event);
void explain_json_packet(struct explain_print *p, FILE *out,
			 const struct explain_packet *packet);

/* explain_words.c */

/* "tcp 10.0.0.1:1000 > 10.0.0.2:80". */
void explain_put_tuple(struct strbuf *sb, const struct clew_tuple *t);
/* The same, and its zone unless that is 0. */
void explain_put_zoned(struct strbuf *sb, const struct clew_tuple *t);
/* An address as text; 'text' has room for INET6_ADDRSTRLEN. */
void explain_address(char *text, uint8_t family, const union clew_addr *addr);
/* "lan0", or the number. */
void explain_put_iface(struct strbuf *sb,
		       const struct clew_trace_names *names, uint32_t index);
/* "inet filter input: tcp dport 22 drop". */
void explain_put_rule(struct strbuf *sb,
		      const struct clew_trace_names *names,
		      const struct clew_rule *rule);
/* The reason, with Linux's prefix if it has one; and its setting or RFC. */
void explain_put_reason(struct strbuf *sb, enum clew_reason reason,
			const struct clew_detail *detail);
/* What a reader who wants it otherwise may look at; "" for nothing. */
const char *explain_hint(enum clew_reason reason);
/* Was it a rule, or a policy, that decided? */
bool explain_is_ruled(const struct lane_fate *fate);
/* "432000 s", "1.500 s". */
void explain_put_ms(struct strbuf *sb, uint64_t ms);
/* "accept", "drop", "held", "cut", "reject", "not fed". */
const char *explain_fate_word(const struct lane_fate *fate);
/* "accept", "jump", ... */
const char *explain_verdict_word(int32_t verdict);
const char *explain_hook_name(uint8_t hook);
const char *explain_dir_name(enum clew_dir dir);
const char *explain_route_name(uint8_t type);
/* The same fate? */
bool explain_is_same_fate(const struct lane_fate *a,
			  const struct lane_fate *b);
/* The same as members of a JSON object under way. */
void explain_put_tuple_json(struct strbuf *sb, const char *key,
			    const struct clew_tuple *t);
void explain_put_fate_json(struct strbuf *sb, const struct lane_fate *fate,
			   const struct clew_trace_names *names);
/* "NEW REPLY ASSURED" */
void explain_put_event_bits(struct strbuf *sb, uint32_t bits);

#endif
