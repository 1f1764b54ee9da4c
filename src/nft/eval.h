/* SPDX-License-Identifier: BSD-2-Clause
 * nft/eval.h - the rule machine: registers, verdicts, one packet's way
 * through the chains of a hook.
 *
 * Expressions read and write registers; the one that ends a rule puts a
 * verdict into it.  Registers are words of 32 bits as netlink numbers them:
 *
 *	word 0-3	NFT_REG_VERDICT: 'verdict' and 'chain'
 *	word 4-7	NFT_REG_1, or NFT_REG32_00 to _03
 *	  ...
 *	word 16-19	NFT_REG_4, or NFT_REG32_12 to _15 */
#ifndef NFT_EVAL_H
#define NFT_EVAL_H

#include <linux/netfilter/nf_tables.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "route/path.h"

struct nft;
struct nft_base;	/* a base chain */
struct nft_chain;
struct nft_rule_run;	/* a rule, as it is run */

enum { NFT_WORDS = 20 };

/* Verdicts: these, or NFT_* of nf_tables.h (negative). */
enum nft_verdict {
	NFT_VERDICT_DROP	= 0,	/* NF_DROP */
	NFT_VERDICT_ACCEPT	= 1,
	NFT_VERDICT_STOLEN	= 2,
	NFT_VERDICT_QUEUE	= 3,	/* number << 16, and: */
	NFT_VERDICT_QUEUE_BYPASS	= 0x8000,	/* accept if nobody
							 * listens */
};

struct nft_regs {
	union {
		uint32_t word[NFT_WORDS];
		struct {
			int32_t verdict;	/* NFT_CONTINUE while running */
			struct nft_chain *chain;	/* of jump and goto */
		};
	};
};

/* Values smaller than a word lie at its begin, the rest of it is zero. */
static inline void
nft_reg_put_u8(uint32_t *word, uint8_t v)
{
	*word = 0;
	memcpy(word, &v, sizeof(v));
}

static inline void
nft_reg_put_u16(uint32_t *word, uint16_t v)	/* as it is in memory */
{
	*word = 0;
	memcpy(word, &v, sizeof(v));
}

/* What an expression sees of its surroundings. */
struct nft_eval {
	struct nft *nft;
	struct path *path;
	const struct nft_chain *base;	/* the base chain being run */
	const struct nft_rule_run *rule;	/* the rule being run */
	uint8_t family;		/* NFPROTO_* of the hook: IPV4, IPV6, BRIDGE, ARP,
				 * NETDEV; never INET */
	uint8_t hook;		/* enum hook */
	/* As Linux's nft_pktinfo; nft_packet_look() after a change. */
	bool has_l4;		/* the transport protocol is known */
	uint8_t l4proto;	/* valid with has_l4 */
	uint16_t frag_offset;	/* of a later fragment: its transport header
				 * is not there; see nft_has_l4_header() */
	uint32_t l4;		/* offset of the transport header from
				 * path->p->ip */
	uint32_t ports;		/* its first four bytes, as in memory */
	uint16_t ports_of;	/* whose they are: l4proto, or ... */
};

enum {
	NFT_PORTS_NONE = 256,	/* there is no transport header */
	NFT_PORTS_CUT,		/* it ends before */
};

/* Is there a transport header to be read (as far as there are bytes)? */
static inline bool
nft_has_l4_header(const struct nft_eval *ev)
{
	return ev->has_l4 && !ev->frag_offset;
}

static inline struct conn *
nft_conn(const struct nft_eval *ev)
{
	return ev->path->pass->conn;
}

/* Which rule or chain decided about a packet; borrowed from the ruleset. */
struct nft_decision {
	const struct nft_chain *chain;
	uint64_t rule;		/* handle; 0: the chain's policy */
	int32_t verdict;
};

/* Run one base chain over a packet.
 * => NFT_VERDICT_DROP, _ACCEPT, _STOLEN or _QUEUE (with the queue's number in
 *    the upper half); 'decision' (may be NULL) tells whose word it was. */
uint32_t nft_run_chain(struct nft *nft, const struct nft_base *base,
		       struct path *path, struct nft_decision *decision);

/* The base chains at a hook, in order of priority, of one priority the latest
 * first, as Linux has them;
 * 'family' is NFPROTO_IPV4, _IPV6, _BRIDGE, _ARP or _NETDEV; chains of inet
 * tables are in both the first. */
struct nft_hooked {
	int32_t priority;
	bool is_nat;		/* type nat: run by the nat hook only */
	bool is_route;		/* type route: the packet may have to be routed
				 * again */
	const struct nft_base *base;
};
const struct nft_hooked *nft_hooked(const struct nft *nft, uint8_t family,
				    uint8_t hook, size_t *count);

/* Changes whenever what nft_hooked() says may have changed. */
uint32_t nft_generation(const struct nft *nft);

/* Names for a decision: of a rule (a handle) or, with 0, of a policy.
 * => Borrowed until the ruleset changes. */
struct clew_rule;
void nft_rule_describe(const struct nft_chain *chain, uint64_t rule,
		       struct clew_rule *out);

/* Tracing: told of every step of a packet that is traced. */
enum nft_trace_step {
	NFT_STEP_RULE,		/* a rule gave a verdict, or ended in continue */
	NFT_STEP_RETURN,	/* a chain's end */
	NFT_STEP_POLICY,
};

struct nft_trace {
	enum nft_trace_step step;	/* NFT_TRACETYPE_* follows from it */
	const struct nft_eval *ev;
	const struct nft_chain *chain;	/* where it happened */
	uint64_t rule;			/* handle, with STEP_RULE */
	int32_t verdict;
	const struct nft_chain *jump;	/* of jump and goto */
	bool is_first;			/* of this base chain: the packet itself
					 * goes into the message */
};

typedef void nft_trace_fn(void *ctx, const struct nft_trace *trace);

#endif
