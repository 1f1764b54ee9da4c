/* SPDX-License-Identifier: BSD-2-Clause
 * clew/rules.h - what rules did to a packet.  Rules are loaded through
 * clew/control.h, by nft itself. */
#ifndef CLEW_RULES_H
#define CLEW_RULES_H

#include "clew/engine.h"

/* NF_INET_*, and what stands before and after them. */
enum clew_hook {
	CLEW_HOOK_PREROUTING,
	CLEW_HOOK_INPUT,
	CLEW_HOOK_FORWARD,
	CLEW_HOOK_OUTPUT,
	CLEW_HOOK_POSTROUTING,
	CLEW_HOOK_INGRESS,
	CLEW_HOOK_EGRESS,
	CLEW_HOOKS,
};

/* A rule or, with 'handle' 0, a base chain's policy. */
struct clew_rule {
	uint8_t family;		/* NFPROTO_* of the table */
	uint8_t hook;		/* enum clew_hook */
	const char *table;	/* borrowed until the ruleset changes */
	const char *chain;
	uint64_t handle;
};

/* Who decided about packet 'number' of the last burst: the rule or policy
 * that dropped it, or the last rule that accepted it, or else the last policy.
 * => false: none did. */
CLEW_API bool clew_engine_decision(const struct clew_engine *engine,
				   size_t number, struct clew_rule *rule);

/* What was loaded and is listed but has no effect yet: a sentence for each
 * kind of it, for a person.  => NULL from the last on.  => Static storage. */
CLEW_API const char *clew_engine_notice(const struct clew_engine *engine,
					size_t number);

enum clew_trace_type {
	CLEW_TRACE_PACKET,	/* a base chain begins: 'data' is the packet */
	CLEW_TRACE_RULE,
	CLEW_TRACE_RETURN,
	CLEW_TRACE_POLICY,
	CLEW_TRACE_TRACK,	/* tracking said ct_state */
	CLEW_TRACE_NAT,		/* the packet was translated */
	CLEW_TRACE_ROUTE,	/* where it goes: 'note' */
	CLEW_TRACE_DROP,	/* dropped other than by a rule: 'reason' */
};

struct clew_trace {
	enum clew_trace_type type;
	uint32_t id;		/* of the packet */
	size_t packet;		/* its number in the burst, or that of the one
				 * it answers */
	struct clew_rule rule;
	int32_t verdict;	/* NF_* or NFT_* */
	const char *jump;	/* chain of jump and goto, or NULL */
	uint32_t iif;
	uint32_t oif;
	uint32_t mark;
	uint8_t ct_state;	/* enum clew_ct_state */
	uint8_t dir;
	uint8_t reason;		/* enum clew_reason */
	bool is_generated;	/* made by the engine: a reject, an ICMP error */
	clew_conn_ref conn;
	const uint8_t *l2;	/* link-layer header, or NULL */
	uint32_t l2_len;
	const uint8_t *data;	/* from the IP header on, as it is by now */
	uint32_t len;		/* bytes present */
	const char *note;
};

typedef void clew_trace_fn(void *ctx, const struct clew_trace *trace);

/* Trace every packet ('all'), or those that 'meta nftrace' marks. NULL: no
 * more. */
CLEW_API void clew_engine_trace(struct clew_engine *engine, clew_trace_fn *fn,
				void *ctx, bool all);

/* A packet that a rule logs ('log'). */
struct clew_log {
	size_t packet;		/* its number in the burst, or that of the one
				 * it answers */
	uint64_t time_ns;
	uint8_t family;		/* NFPROTO_* of the hook */
	uint8_t hook;		/* enum clew_hook */
	bool is_nflog;		/* for 'group', not for the kernel log */
	uint8_t level;		/* of syslog: 0 (emerg) to 7 (debug), 8: audit */
	uint16_t group;
	uint16_t threshold;	/* queue-threshold, 0: none given */
	uint32_t snaplen;	/* bytes that are wanted, with has_snaplen */
	bool has_snaplen;
	uint32_t iif;
	uint32_t oif;
	uint32_t mark;
	const char *prefix;	/* "" for none */
	const char *text;	/* the line that Linux writes, prefix first */
	const uint8_t *l2;	/* link-layer header, or NULL */
	uint32_t l2_len;
	const uint8_t *data;	/* from the IP header on */
	uint32_t len;		/* bytes present */
};

typedef void clew_log_fn(void *ctx, const struct clew_log *log);

/* NULL: no more. */
CLEW_API void clew_engine_log(struct clew_engine *engine, clew_log_fn *fn,
			      void *ctx);

#endif
