/* SPDX-License-Identifier: BSD-2-Clause
 * clew/explain.h - everything that was seen, compared and decided on a
 * packet's way, with its numbers.
 *
 *	clew_engine_explain(e, print, ctx);
 *	clew_engine_process(e, packet, 1);	print() is told step by step
 *	clew_engine_explain(e, NULL, NULL);
 *
 * Who asks gets the same answers: explaining changes nothing.  It is slower,
 * since rules run expression by expression; so ask for the packets that are
 * to be explained alone.
 *
 * A step is one struct clew_explain; 'kind' tells which member of the union
 * it fills in.  New kinds and new members may come: skip kinds that you do
 * not know.  All pointers are borrowed for the callback's duration. */
#ifndef CLEW_EXPLAIN_H
#define CLEW_EXPLAIN_H

#include "clew/engine.h"
#include "clew/rules.h"

enum clew_explain_kind {
	CLEW_EXPLAIN_HOOK,	/* it comes to a hook: the first step of each */
	CLEW_EXPLAIN_FRAGMENT,	/* fragment */
	CLEW_EXPLAIN_LOOKUP,	/* lookup: a connection was looked for */
	CLEW_EXPLAIN_CELL,	/* cell: of a state table */
	CLEW_EXPLAIN_WINDOW,	/* window: TCP's numbers and bounds */
	CLEW_EXPLAIN_TIMER,	/* timer */
	CLEW_EXPLAIN_TRACK,	/* track: what tracking said in the end */
	CLEW_EXPLAIN_CHAIN,	/* chain: a base chain begins */
	CLEW_EXPLAIN_RULE,	/* rule: one is tried */
	CLEW_EXPLAIN_MATCH,	/* match: what an expression of it saw */
	CLEW_EXPLAIN_VERDICT,	/* rule: what it said */
	CLEW_EXPLAIN_RETURN,	/* rule: the end of a chain that was jumped to */
	CLEW_EXPLAIN_POLICY,	/* rule: the end of a base chain */
	CLEW_EXPLAIN_NAT_RANGE,	/* nat: a translation is asked for */
	CLEW_EXPLAIN_NAT_TRY,	/* nat: a candidate */
	CLEW_EXPLAIN_NAT_BOUND,	/* nat: what was chosen */
	CLEW_EXPLAIN_NAT,	/* nat: the packet was translated */
	CLEW_EXPLAIN_ROUTE,	/* route */
	CLEW_EXPLAIN_FORWARD,	/* route: TTL and MTU */
	CLEW_EXPLAIN_CONFIRM,	/* confirm: the connection enters the table */
	CLEW_EXPLAIN_ANSWER,	/* answer: one is made; its own steps, one
				 * deeper, follow */
	CLEW_EXPLAIN_DROP,	/* drop: other than by a rule */
	CLEW_EXPLAIN_LEAVE,	/* leave */
};

enum clew_lookup_for {
	CLEW_LOOKUP_PACKET,	/* the packet's own tuple */
	CLEW_LOOKUP_QUOTED,	/* what an ICMP error quotes, turned round */
};

struct clew_explain_lookup {
	enum clew_lookup_for what;
	struct clew_tuple tuple;
	uint16_t zone_reply;	/* with has_one_way_zone: in the other direction */
	bool has_one_way_zone;
	bool is_found;
	bool is_overdue;	/* was there, but its time was over */
	bool is_made_here;	/* an answer: it has its cause's connection */
	enum clew_dir dir;	/* whose tuple it is */
	clew_conn_ref conn;
	uint64_t idle_ms;	/* with is_overdue: since when */
};

enum clew_cell {
	CLEW_CELL_MOVE,		/* to 'next' */
	CLEW_CELL_STAY,		/* 'next' is the state before */
	CLEW_CELL_IGNORE,	/* IG: let pass, nothing changes */
	CLEW_CELL_REFUSE,	/* IV: INVALID */
};

struct clew_explain_cell {
	uint8_t protocol;	/* IANA's number */
	enum clew_dir dir;
	const char *event;	/* "SYN/ACK", "INIT", "packet" */
	const char *before;	/* "ESTABLISHED"; "NONE" */
	enum clew_cell cell;
	const char *next;	/* what the table says; NULL when it refuses
				 * or ignores */
	const char *after;	/* what it came to be; NULL: there is no
				 * connection afterwards */
	bool is_table;		/* a cell of docs/states.md; else what clew
				 * makes of a protocol without states */
	bool is_reopened;	/* the connection ended here: look-up and cell
				 * of the new one follow */
	/* SCTP: the verification tag, in host byte order. */
	bool has_tag;
	uint32_t tag;
	uint32_t tag_expected;
};

/* One comparison of sequence numbers, modulo 2^32. */
struct clew_explain_bound {
	const char *name;	/* "I" ... "IV" as in the sources; "RST" */
	const char *left;	/* "seq" */
	const char *right;	/* "sender's maxend" */
	const char *fails;	/* what it means when it does not hold */
	uint32_t value;
	uint32_t bound;
	bool is_upper;		/* value must be <= bound; else >= */
	bool is_exact;		/* must be equal */
	bool is_checked;	/* else nothing is known to compare with */
	bool holds;
	uint32_t off_by;	/* to spare, or too much */
};

struct clew_explain_side {
	uint32_t end;		/* highest sequence number sent, plus one */
	uint32_t maxend;	/* highest it may send */
	uint32_t maxwin;	/* largest window it offered */
	uint32_t maxack;	/* highest acknowledgment, with has_maxack */
	uint8_t scale;
	bool has_maxack;
	bool has_sack;
	bool is_liberal;	/* out of window is let pass */
};

enum { CLEW_EXPLAIN_BOUNDS = 5 };

struct clew_explain_window {
	enum clew_dir dir;
	uint32_t seq;
	uint32_t end;		/* seq + length, SYN and FIN counted */
	uint32_t ack;
	uint32_t sack;		/* the highest right edge, or the ack */
	uint32_t win;		/* scaled */
	int32_t ack_offset;	/* by how much NAT or a helper moved the ack */
	bool is_first;		/* of its side: there are no bounds yet */
	bool is_checked;	/* the bounds were asked at all */
	struct clew_explain_side before[CLEW_DIRS];
	struct clew_explain_side after[CLEW_DIRS];
	struct clew_explain_bound bound[CLEW_EXPLAIN_BOUNDS];
	unsigned bounds;
};

struct clew_explain_timer {
	const char *setting;	/* "nf_conntrack_tcp_timeout_established", or
				 * a policy's name for it; NULL: not renewed */
	const char *policy;	/* of clew_timeout_create(), or NULL */
	uint32_t timeout_s;	/* what it was set to */
	bool has_before;	/* else the connection is new */
	uint64_t before_ms;	/* left when the packet came */
	uint64_t after_ms;	/* left now */
	bool is_fixed;		/* FIXED_TIMEOUT: never renewed */
};

struct clew_explain_track {
	uint8_t ct_state;	/* enum clew_ct_state */
	uint8_t dir;
	uint8_t reason;		/* enum clew_reason */
	bool is_new;		/* the packet makes the connection */
	bool is_cut;		/* CLEW_RES_CUT */
	clew_conn_ref conn;
	uint32_t status_before;	/* enum clew_status; 0 for a new one */
	uint32_t status;
	const struct clew_detail *detail;
};

struct clew_explain_chain {
	struct clew_rule rule;	/* without a handle */
	const char *type;	/* "filter", "nat", "route" */
	int32_t priority;
	int32_t policy;		/* NF_ACCEPT, NF_DROP */
};

struct clew_explain_rule {
	struct clew_rule rule;
	int32_t verdict;	/* NF_* or NFT_*: NFT_BREAK did not match */
	const char *jump;	/* chain of jump and goto, or NULL */
	unsigned depth;		/* jumps deep */
};

/* What an expression saw.  Texts are "" where there is nothing to say. */
struct clew_explain_match {
	const char *name;	/* nf_tables' own: "cmp", "lookup", "limit" */
	const char *what;	/* "tcp dport", "ct state", "limit" */
	const char *saw;	/* "443" */
	const char *op;		/* "==", "!=", "<", "in", "not in" */
	const char *wanted;	/* "22", "@servers" */
	const char *note;	/* which element, tokens left, ... */
	bool holds;		/* the rule goes on */
	bool is_question;	/* it could have said no; else it did something */
};

enum clew_nat_side {
	CLEW_NAT_SOURCE,
	CLEW_NAT_DESTINATION,
};

enum clew_nat_try {
	CLEW_NAT_AS_IS,		/* the tuple as it is */
	CLEW_NAT_AS_BEFORE,	/* as another of the same source was mapped */
	CLEW_NAT_OWN_PORT,	/* the address, and the port it has */
	CLEW_NAT_OTHER_PORT,	/* one of the range or class */
};

struct clew_explain_nat {
	enum clew_nat_side side;
	bool is_null;		/* no rule asked: only if it must be */
	/* NAT_RANGE */
	uint32_t flags;		/* NF_NAT_RANGE_* */
	union clew_addr min_addr;
	union clew_addr max_addr;
	uint16_t min_port;
	uint16_t max_port;
	uint8_t family;
	/* NAT_TRY: 'after' is the candidate */
	enum clew_nat_try how;
	bool is_free;
	bool is_in_range;	/* else it was not even asked for */
	bool is_evicted;	/* free because the owner was ended for it */
	clew_conn_ref owner;	/* who has it */
	enum clew_dir owner_dir;
	/* NAT_TRY, NAT_BOUND, NAT */
	struct clew_tuple before;
	struct clew_tuple after;
	bool is_exhausted;	/* NAT_BOUND: none was free, the last is taken */
	unsigned tries;
};

enum clew_route_for {
	CLEW_ROUTE_FOR_INPUT,	/* where a packet that came in goes */
	CLEW_ROUTE_FOR_OUTPUT,	/* where the gateway's own goes */
	CLEW_ROUTE_FOR_AGAIN,	/* after a rule changed it */
};

struct clew_explain_route {
	enum clew_route_for what;
	uint8_t family;
	uint8_t type;		/* enum clew_route_type, 0: none */
	uint8_t prefix;		/* its length */
	bool has_via;
	uint8_t reason;		/* enum clew_reason, when it goes nowhere */
	union clew_addr dst;	/* what was looked for */
	union clew_addr via;
	uint32_t iif;
	uint32_t oif;
	uint32_t mark;
	/* FORWARD */
	uint8_t ttl;		/* as it came; hop limit */
	uint32_t len;
	uint32_t mtu;
	bool is_df;		/* may not be fragmented */
};

struct clew_explain_confirm {
	bool is_inserted;
	bool is_resolved;	/* a clash that Linux resolves: 'other' has the
				 * packet now */
	clew_conn_ref conn;
	clew_conn_ref other;	/* who had the tuple first, or 0 */
};

struct clew_explain_fragment {
	bool is_held;
	bool is_whole;		/* the datagram is complete */
	bool is_passed;		/* first and last: no fragment really */
	uint8_t reason;		/* enum clew_reason: refused */
	uint32_t offset;	/* bytes */
	uint32_t len;		/* its payload */
	bool is_last;		/* no more fragments behind it */
	uint32_t size;		/* of the whole, with is_whole */
	uint32_t parts;
};

struct clew_explain_answer {
	const uint8_t *data;	/* the packet, from its IP header on */
	uint32_t len;
	bool is_attached;	/* of the cause's connection, RELATED */
};

struct clew_explain_leave {
	uint32_t oif;
	bool is_local;		/* for this host itself */
	bool is_changed;	/* its bytes are others than came in */
	const uint8_t *data;
	uint32_t len;
};

struct clew_explain {
	enum clew_explain_kind kind;
	uint8_t hook;		/* enum clew_hook, CLEW_HOOKS: before any */
	uint8_t depth;		/* 0: the packet; 1: its answer; ... */
	size_t packet;		/* its number in the burst */
	union {
		struct clew_explain_fragment fragment;
		struct clew_explain_lookup lookup;
		struct clew_explain_cell cell;
		struct clew_explain_window window;
		struct clew_explain_timer timer;
		struct clew_explain_track track;
		struct clew_explain_chain chain;
		struct clew_explain_rule rule;
		struct clew_explain_match match;
		struct clew_explain_nat nat;
		struct clew_explain_route route;
		struct clew_explain_confirm confirm;
		struct clew_explain_answer answer;
		struct clew_explain_leave leave;
		uint8_t drop;	/* enum clew_reason */
	} u;
};

typedef void clew_explain_fn(void *ctx, const struct clew_explain *step);

/* Explain every packet from now on.  NULL: no more.
 * => 'fn' may read the engine (snapshots, settings), not change it. */
CLEW_API void clew_engine_explain(struct clew_engine *engine,
				  clew_explain_fn *fn, void *ctx);

#endif
