/* SPDX-License-Identifier: BSD-2-Clause
 * nft/eval.c - one packet's way through a base chain and what it jumps to. */
#include "nft/eval.h"

#include "nft/blob.h"
#include "nft/expr_all.h"
#include "nft/fuse.h"
#include "nft/kinds.h"
#include "nft/packet.h"
#include "nft/trace.h"

enum { VERDICT_MASK = 0xff };		/* NF_VERDICT_MASK */

/* Where to go on after a jump. */
struct frame {
	const struct nft_chain *chain;
	const struct nft_rule_run *next;
};

/* Run one expression; the commonest without a call. */
static inline void
run_expr(const struct nft_expr *expr, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const struct nft_expr_ops *ops = expr->ops;

	if (ops == &nft_match_port_ops)
		nft_match_port_run(nft_priv(expr), regs, ev);
	else if (ops == &nft_match_payload_ops)
		nft_match_payload_run(nft_priv(expr), regs, ev);
	else if (ops == &nft_match_meta_ops)
		nft_match_meta_run(nft_priv(expr), regs, ev);
	else if (ops == &nft_expr_immediate)
		nft_immediate_run(nft_priv(expr), regs);
	else if (ops == &nft_expr_cmp)
		nft_cmp_run(nft_priv(expr), regs);
	else if (ops == &nft_expr_counter)
		nft_counter_run(nft_priv(expr), ev);
	else
		ops->eval(expr, regs, ev);
}

/* Run one rule.  => regs->verdict. */
static inline void
run_rule(const struct nft_rule_run *rule, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const char *at = (const char *)rule->data, *end = at + rule->size;

	while (at != end) {
		const struct nft_expr *expr = (const void *)at;

		run_expr(expr, regs, ev);
		if (regs->verdict != NFT_CONTINUE)
			return;
		at += nft_expr_size(expr->ops);
	}
}

/* Run a chain from 'rule' on, until a rule has a verdict or it ends.
 * => The rule that had it; the last, with NFT_CONTINUE, at the end. */
static const struct nft_rule_run *
run_rules(const struct nft_rule_run *rule, struct nft_regs *regs,
	  struct nft_eval *ev, struct nft_tracer *tracer)
{
	regs->verdict = NFT_CONTINUE;
	for (; !rule->is_last; rule = nft_run_next(rule)) {
		ev->rule = rule;
		run_rule(rule, regs, ev);
		if (regs->verdict == NFT_BREAK) {
			regs->verdict = NFT_CONTINUE;
			continue;
		}
		if (regs->verdict != NFT_CONTINUE)
			break;
		nft_trace(tracer, NFT_STEP_RULE, rule, regs);
	}
	nft_trace_end(tracer, rule, regs);
	return rule;
}

static void
decide(struct nft_decision *decision, const struct nft_chain *chain,
       uint64_t rule, int32_t verdict)
{
	if (decision)
		*decision = (struct nft_decision){
			.chain = chain,
			.rule = rule,
			.verdict = verdict,
		};
}

static bool
is_final(int32_t verdict)
{
	switch (verdict & VERDICT_MASK) {
	case NFT_VERDICT_ACCEPT:
	case NFT_VERDICT_DROP:
	case NFT_VERDICT_QUEUE:
	case NFT_VERDICT_STOLEN:
		return true;
	default:
		return false;
	}
}

static uint32_t
policy(const struct nft_base *base, struct nft_eval *ev,
       struct nft_regs *regs, struct nft_tracer *tracer,
       struct nft_decision *decision)
{
	regs->verdict = base->policy;
	nft_trace(tracer, NFT_STEP_POLICY, NULL, regs);
	if (base->stats) {
		base->stats->packets++;
		base->stats->bytes += ev->path->p->len;
	}
	decide(decision, &base->chain, 0, base->policy);
	return base->policy;
}

static uint32_t
run(const struct nft_base *base, struct nft_eval *ev,
    struct nft_decision *decision)
{
	struct frame stack[NFT_JUMPS_MOST];
	unsigned depth = 0;
	const struct nft_chain *chain = &base->chain;
	const struct nft_rule_run *rule = nft_blob_first(chain->blob);
	struct nft_tracer tracer;
	struct nft_regs regs;

	nft_trace_begin(&tracer, ev, chain);
	memset(&regs, 0, sizeof(regs));
	for (;;) {
		tracer.chain = chain;
		rule = run_rules(rule, &regs, ev, &tracer);
		if (is_final(regs.verdict)) {
			decide(decision, chain, rule->handle, regs.verdict);
			return (uint32_t)regs.verdict;
		}
		switch (regs.verdict) {
		case NFT_JUMP:
			if (depth == NFT_JUMPS_MOST)
				return NFT_VERDICT_DROP;
			stack[depth].chain = chain;
			stack[depth++].next = nft_run_next(rule);
			/* fall through */
		case NFT_GOTO:
			chain = regs.chain;
			rule = nft_blob_first(chain->blob);
			continue;
		default:	/* NFT_RETURN, or the chain's end */
			break;
		}
		if (depth == 0)
			return policy(base, ev, &regs, &tracer, decision);
		chain = stack[--depth].chain;
		rule = stack[depth].next;
	}
}

/* A chain for devices: is the packet at one of them? */
static bool
is_at_device(const struct nft_base *base, const struct path *path)
{
	const struct iface *dev = path->hook == HOOK_EGRESS ? path->out :
							      path->in;

	return dev && nft_devices_match(&base->devices, dev->pub.name);
}

uint32_t
nft_run_chain(struct nft *nft, const struct nft_base *base, struct path *path,
	      struct nft_decision *decision)
{
	struct nft_eval ev = {
		.nft = nft,
		.path = path,
		.base = &base->chain,
		.family = nft_hook_family(base, path),
		.hook = path->hook,
	};

	if (ev.family == NFPROTO_NETDEV && !is_at_device(base, path))
		return NFT_VERDICT_ACCEPT;
	nft_packet_look(&ev);
	return run(base, &ev, decision);
}
