/* SPDX-License-Identifier: BSD-2-Clause
 * nft/eval.c - one packet's way through a base chain and what it jumps to. */
#include "nft/eval.h"

#include "nft/blob.h"
#include "nft/fuse.h"
#include "nft/kinds.h"
#include "nft/packet.h"
#include "nft/trace.h"
#include "nft/watch.h"

enum {
	VERDICT_MASK = 0xff,		/* NF_VERDICT_MASK */
	/* Rules that jumps may lead a packet through.  Sixteen levels of a few
	 * jumps each would be more than a machine's life; Linux runs them. */
	WORK_MOST = 1 << 22,
};

/* Where to go on after a jump. */
struct frame {
	const struct nft_chain *chain;
	const struct nft_rule_run *next;
};

static inline int32_t
goes_on(bool does)
{
	return does ? NFT_CONTINUE : NFT_BREAK;
}

/* Run one expression; the commonest without a call.
 * => NFT_CONTINUE, NFT_BREAK, or a verdict, which is in 'regs' too. */
static inline int32_t
run_expr(const struct nft_expr *expr, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const void *own = nft_priv(expr);

	switch ((enum nft_run)expr->ops->run) {
	case NFT_RUN_PORT:
		return goes_on(nft_match_port_run(own, regs, ev));
	case NFT_RUN_MATCH_PAYLOAD:
		return goes_on(nft_match_payload_run(own, regs, ev));
	case NFT_RUN_MATCH_META:
		return goes_on(nft_match_meta_run(own, regs, ev));
	case NFT_RUN_MATCH_BITS:
		return goes_on(nft_match_bits_run(own, regs));
	case NFT_RUN_MATCH_NAME:
		return goes_on(nft_match_name_run(own, regs, ev));
	case NFT_RUN_CMP:
		return goes_on(nft_cmp_run(own, regs));
	case NFT_RUN_COUNTER:
		nft_counter_run(own, ev);
		return NFT_CONTINUE;
	case NFT_RUN_IMMEDIATE:
		nft_immediate_run(own, regs);
		return regs->verdict;
	case NFT_RUN_CALL:
		break;
	}
	expr->ops->eval(expr, regs, ev);
	return regs->verdict;
}

/* Run one rule.  => As run_expr(). */
static inline int32_t
run_rule(const struct nft_rule_run *rule, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const char *at = (const char *)rule->data, *end = at + rule->size;

	while (at != end) {
		const struct nft_expr *expr = (const void *)at;
		int32_t verdict = run_expr(expr, regs, ev);

		if (verdict != NFT_CONTINUE)
			return verdict;
		at += nft_expr_size(expr->ops);
	}
	return NFT_CONTINUE;
}

/* Run a chain from 'rule' on, until a rule has a verdict or it ends.
 * => The rule that had it; the last, with NFT_CONTINUE, at the end. */
static const struct nft_rule_run *
run_rules(const struct nft_rule_run *rule, struct nft_regs *regs,
	  struct nft_eval *ev, struct nft_tracer *tracer)
{
	regs->verdict = NFT_CONTINUE;
	for (; !rule->is_last; rule = nft_run_next(rule)) {
		int32_t verdict;

		ev->rule = rule;
		verdict = run_rule(rule, regs, ev);
		if (verdict == NFT_BREAK) {
			regs->verdict = NFT_CONTINUE;
			continue;
		}
		if (verdict != NFT_CONTINUE)
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
	if (watch_is_on(ev->path->watch))
		nft_watch_policy(ev, base);
	return base->policy;
}

static uint32_t
run(const struct nft_base *base, struct nft_eval *ev,
    struct nft_decision *decision)
{
	struct frame stack[NFT_JUMPS_MOST];
	unsigned depth = 0;
	uint64_t work = 0;
	const struct nft_chain *chain = &base->chain;
	const struct nft_rule_run *rule = nft_blob_first(chain->blob);
	struct nft_tracer tracer;
	struct nft_regs regs;	/* rules read what they have written alone */

	nft_trace_begin(&tracer, ev, chain);
	for (;;) {
		tracer.chain = chain;
		rule = watch_is_on(ev->path->watch) ?
		       nft_watch_rules(rule, &regs, ev, &tracer, depth) :
		       run_rules(rule, &regs, ev, &tracer);
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
			work += chain->blob->count + 1;
			if (work <= WORK_MOST)
				continue;
			decide(decision, chain, 0, NFT_VERDICT_DROP);
			return NFT_VERDICT_DROP;
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
	if (watch_is_on(path->watch))
		nft_watch_chain(&ev, base);
	return run(base, &ev, decision);
}
