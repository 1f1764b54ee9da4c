/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/scenario.h - tests in plain text: read, then run against anything
 * that tracks connections.
 *
 *	scenario_parse(&s, "x.clew", text, len, &error);
 *	for each s->test[i]:
 *		scenario_run(&s->test[i], &ops, ctx, &report);
 *	scenario_destroy(s);
 *
 * The language is that of man/clew-test.1.  Packets are built while parsing:
 * nothing that happens at run time changes their bytes.  So a tracker that
 * works in batches can first take all steps and then be asked: run the test
 * once with ops that only note packets, settings and sleeps, and once more
 * with ops that answer from what came of them. */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clew/clew.h"

/* Where the clock of every test begins: 2026-01-01 00:00:00 UTC. */
#define SCENARIO_START_NS 1767225600000000000ull

/* What became of a packet. */
enum scenario_class {
	SCENARIO_INVALID,	/* as enum clew_ct_state, when accepted */
	SCENARIO_NEW,
	SCENARIO_ESTABLISHED,
	SCENARIO_RELATED,
	SCENARIO_UNTRACKED,
	SCENARIO_ACCEPTED,	/* expected: one of the above; seen: one of
				 * them, who knows which */
	SCENARIO_DROPPED,
	SCENARIO_HELD,		/* a fragment, kept for the others */
	SCENARIO_CUT,		/* a header lies beyond what was captured */
	SCENARIO_GONE,		/* seen only: dropped or held, who knows */
	SCENARIO_ANY,		/* expectations only: whatever */
};

/* What a gateway may say to a packet. */
struct scenario_answer {
	uint8_t protocol;	/* IPPROTO_TCP: a reset */
	uint8_t type;		/* of ICMP */
	uint8_t code;
};

/* An address, a port, or both. */
struct scenario_endpoint {
	bool has_addr;
	bool has_port;
	uint16_t port;
	union clew_addr addr;
};

enum { SCENARIO_ANSWERS = 4 };

struct scenario_packet {
	unsigned number;	/* from 1 in its test: "#1" */
	const char *name;	/* "as NAME", or NULL */
	const char *iface;
	unsigned side;		/* interfaces of a test, from 0 in order of
				 * appearance */
	const uint8_t *data;	/* from the IP header on */
	uint32_t caplen;
	uint32_t len;
	uint32_t flags;		/* enum clew_packet_flag */
	uint16_t zone;
	const char *policy;	/* timeout policy, or NULL */
};

struct scenario_seen {
	enum scenario_class class;
	bool has_dir;
	uint8_t dir;		/* enum clew_dir */
	bool reassembled;	/* the last fragment: of the whole */
	char reason[256];	/* in Linux's words; "" for none */
	bool has_why;
	uint8_t why;		/* enum clew_reason */
	bool has_off_by;
	uint32_t off_by;
	bool has_departure;	/* the rest is known */
	bool local;		/* for the gateway itself */
	const char *out;	/* interface, or NULL */
	struct clew_tuple before;
	struct clew_tuple after;	/* as it leaves */
	bool has_mark;
	uint32_t mark;
	struct scenario_answer answer[SCENARIO_ANSWERS];
	unsigned answers;
};

struct scenario_expect {
	enum scenario_class class;
	int dir;		/* enum clew_dir, or -1 */
	bool reassembled;
	bool no_reason;		/* there must be none */
	const char *reason;	/* a part of it, or NULL */
	int why;		/* enum clew_reason, or -1 */
	bool has_off_by;
	uint32_t off_by;
	const char *out;
	bool local;
	bool unchanged;		/* leaves with its addresses and ports */
	bool has_snat;
	bool has_dnat;
	bool has_mark;
	bool has_answer;
	struct scenario_endpoint snat;	/* its source when it leaves */
	struct scenario_endpoint dnat;	/* its destination */
	uint32_t mark;
	struct scenario_answer answer;
};

struct scenario_policy {
	const char *name;
	uint8_t family;		/* enum clew_family */
	uint8_t protocol;
	uint32_t mask;
	uint32_t values_s[16];
};

/* What 'conn' does to the connection of packet number 'packet'. */
enum scenario_change_type {
	SCENARIO_MARK,
	SCENARIO_LABELS,
	SCENARIO_TIMEOUT,
	SCENARIO_STATUS,
	SCENARIO_SEQADJ,
	SCENARIO_DELETE,
};

struct scenario_change {
	enum scenario_change_type type;
	unsigned packet;
	uint32_t value;			/* mark, timeout, status */
	uint8_t dir;			/* of seqadj */
	struct clew_seqadj seqadj;
	uint8_t labels[CLEW_LABELS_SIZE];
};

enum scenario_step_type {
	SCENARIO_STEP_SET,
	SCENARIO_STEP_POLICY,
	SCENARIO_STEP_INTERFACE,
	SCENARIO_STEP_ROUTE,
	SCENARIO_STEP_RULES,
	SCENARIO_STEP_PACKET,
	SCENARIO_STEP_ADVANCE,	/* by */
	SCENARIO_STEP_UNTIL,	/* to a time since the test began */
	SCENARIO_STEP_CHANGE,
	SCENARIO_STEP_EVENT,
	SCENARIO_STEP_NO_EVENTS,
	SCENARIO_STEP_TABLE,	/* is exactly these lines */
	SCENARIO_STEP_TABLE_HAS,
	SCENARIO_STEP_TABLE_LACKS,
	SCENARIO_STEP_STATS,
	SCENARIO_STEP_RULESET_HAS,
	SCENARIO_STEP_RULESET_LACKS,
	SCENARIO_STEP_COUNTER,
};

struct scenario_stat {
	const char *name;
	uint64_t value;
};

struct scenario_step {
	enum scenario_step_type type;
	unsigned line;		/* where it stands, from 1 */
	unsigned column;
	unsigned expect_column;	/* of a packet's or setting's "=>" */

	const char *name;	/* SET: of the setting; COUNTER: its name;
				 * RULES: the file that has them */
	const char *text;	/* INTERFACE, ROUTE: as io/network.h has it;
				 * RULES: as nft has it, NULL: all of 'name' */
	uint64_t value;		/* SET */
	const char *error;	/* SET, RULES: a part of the error, or NULL */
	uint64_t ns;		/* ADVANCE, UNTIL */
	const struct scenario_packet *packet;
	struct scenario_expect expect;
	const struct scenario_policy *policy;
	const struct scenario_change *change;
	const char **lines;	/* EVENT, TABLE*, RULESET*: NULL-terminated */
	const struct scenario_stat *stats;	/* STATS, COUNTER */
	size_t stats_count;
};

struct scenario_test {
	const char *title;
	unsigned line;
	struct scenario_step *step;
	size_t count;
	uint64_t duration_ns;	/* how far the clock goes */
};

struct scenario {
	const char *path;
	struct scenario_test *test;
	size_t count;
};

struct scenario_error {
	unsigned line;
	unsigned column;
	char text[256];
};

/* Read a whole file's text.  'path' is for messages; without its folder and
 * ending it begins the titles, and is that of a test that has none.
 * => 0, -EINVAL or -ENOMEM with 'error'.
 * => '*s' is the caller's, for scenario_destroy(). */
int scenario_parse(struct scenario **s, const char *path, const char *text,
		   size_t len, struct scenario_error *error);

/* NULL is allowed. */
void scenario_destroy(struct scenario *s);

/* A tracker.  Every function gets 'ctx'; those from interface() on may be
 * missing, as if they returned -ENOTSUP.  Each returns 0 (or what is said
 * here), -ENOTSUP for what this tracker cannot do or show, which makes the
 * step pass unchecked, or another -errno, which fails it. */
struct scenario_ops {
	bool table_is_ordered;	/* by creation, as the language has it */
	bool expires_lazily;	/* events right behind a wait say nothing */
	bool says_logged_only;	/* reasons Linux does not log stay unsaid */
	bool says_no_direction;
	unsigned late_s;	/* a line's timeout may be less by this */

	/* Empty table, settings and statistics; the clock at the start. */
	int (*begin)(void *ctx, const struct scenario_test *test);
	/* On failure a line about it goes to 'error'. */
	int (*set)(void *ctx, const char *name, uint64_t value,
		   struct clew_error *error);
	int (*policy)(void *ctx, const struct scenario_policy *policy);
	int (*send)(void *ctx, const struct scenario_packet *packet,
		    struct scenario_seen *seen);
	int (*advance)(void *ctx, uint64_t ns);
	int (*change)(void *ctx, const struct scenario_change *change);
	/* The next event not yet asked for, as conntrack -E prints it.
	 * => 1, or 0 when there is none. */
	int (*event)(void *ctx, char *line, size_t size);
	/* The next line of the table, as conntrack -L prints it; the first
	 * one when 'index' is 0.  => 1, or 0 behind the last. */
	int (*table)(void *ctx, size_t index, char *line, size_t size);
	/* A counter since begin() (see scenario_stat_lookup()), or -ENOENT. */
	int (*stat)(void *ctx, const char *name, uint64_t *value);

	/* The gateway it is on.  On failure a line about it goes to 'error'. */
	int (*interface)(void *ctx, const char *text,
			 struct clew_error *error);
	int (*route)(void *ctx, const char *text, struct clew_error *error);
	/* Load a ruleset, or with 'text' NULL the file 'name'.  => 0; or
	 * -EINVAL and '*message', for free(), with what nft says. */
	int (*rules)(void *ctx, const char *text, const char *name,
		     char **message);
	/* The ruleset as it is now, as 'nft list ruleset' prints it.
	 * => 0 and '*text', for free(). */
	int (*ruleset)(void *ctx, char **text);
	/* The next line of the last packet's trace; the first one when 'index'
	 * is 0.  => 1, or 0 behind the last. */
	int (*explain)(void *ctx, size_t index, char *line, size_t size);
};

struct scenario_report {
	/* A check failed: one line without newline. */
	void (*fail)(void *ctx, const struct scenario_step *step,
		     unsigned column, const char *text);
	/* May be NULL: what happens, a line each. */
	void (*trace)(void *ctx, const struct scenario_step *step,
		      const char *text);
	/* May be NULL: a line of the trace of a packet that failed. */
	void (*explain)(void *ctx, const char *text);
	void *ctx;
};

struct scenario_result {
	unsigned checks;
	unsigned failed;
	unsigned unchecked;	/* -ENOTSUP */
};

/* Do every step of 'test' and check what it expects. */
void scenario_run(const struct scenario_test *test,
		  const struct scenario_ops *ops, void *ctx,
		  const struct scenario_report *report,
		  struct scenario_result *result);

/* A counter by its name: those of struct clew_stats, and reasons.
 * => false when there is none. */
bool scenario_stat_lookup(const struct clew_stats *stats, const char *name,
			  uint64_t *value);

/* Compare by words; in 'pattern' "..." stands for any number of words and "*"
 * for any part of a word.  The timeout, the third word or the one behind an
 * event's tag and two more, may be less by 'late_s'. */
bool scenario_match(const char *pattern, const char *line, unsigned late_s);

/* Who loads rulesets into an engine, and lists them.  What begin() makes for
 * an engine goes before the engine does. */
struct scenario_loader {
	/* => NULL: no memory. */
	void *(*begin)(struct clew_engine *engine);
	void (*end)(void *loader);	/* NULL is allowed */
	/* As the ops of the same names. */
	int (*rules)(void *loader, const char *text, const char *name,
		     char **message);
	int (*ruleset)(void *loader, char **text);
	/* As clew_trace_names. */
	const char *(*rule)(void *loader, const struct clew_rule *rule);
};

/* A tracker that is libclew.  'loader' may be NULL: then it has no rules.
 * => ctx for scenario_engine_ops, or NULL. */
struct scenario_engine;
struct scenario_engine *
scenario_engine_create(const struct scenario_loader *loader);
void scenario_engine_destroy(struct scenario_engine *e);
extern const struct scenario_ops scenario_engine_ops;

#endif
