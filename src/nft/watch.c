/* SPDX-License-Identifier: BSD-2-Clause
 * nft/watch.c - rules run slowly, for a packet that is explained.
 *
 * A rule's own expressions run here, one by one, not what was made of them
 * for other packets: both share what changes as packets pass, so the answer
 * is the same (tests/engine/explain_test.c holds them side by side). */
#include "nft/watch.h"

#include "nft/tell.h"

enum { TEXT_SIZE = 512 };

/* The texts of one expression. */
struct texts {
	char what[TEXT_SIZE];
	char value[TEXT_SIZE];
	char wanted[TEXT_SIZE];
	char note[TEXT_SIZE];
};

static void
tell(const struct nft_eval *ev, struct clew_explain step)
{
	watch_tell(ev->path->watch, &step);
}

static struct clew_rule
name_rule(const struct nft_eval *ev, const struct nft_chain *chain,
	  uint64_t handle)
{
	struct clew_rule rule = { 0 };

	nft_rule_describe(chain, handle, &rule);
	rule.hook = ev->hook;
	return rule;
}

void
nft_watch_chain(struct nft_eval *ev, const struct nft_base *base)
{
	static const char *const types[] = {
		[NFT_CHAIN_FILTER] = "filter", [NFT_CHAIN_ROUTE] = "route",
		[NFT_CHAIN_NAT] = "nat",
	};

	tell(ev, (struct clew_explain){
		.kind = CLEW_EXPLAIN_CHAIN,
		.u.chain = {
			.rule = name_rule(ev, &base->chain, 0),
			.type = types[base->type],
			.priority = base->priority,
			.policy = base->policy,
		},
	});
}

static void
tell_rule(struct nft_eval *ev, enum clew_explain_kind kind,
	  const struct nft_chain *chain, uint64_t handle,
	  const struct nft_regs *regs, unsigned depth)
{
	struct clew_explain step = {
		.kind = kind,
		.u.rule = {
			.rule = name_rule(ev, chain, handle),
			.verdict = regs->verdict,
			.depth = depth,
		},
	};
	struct clew_rule jump;

	if (kind == CLEW_EXPLAIN_VERDICT &&
	    (regs->verdict == NFT_JUMP || regs->verdict == NFT_GOTO)) {
		jump = name_rule(ev, regs->chain, 0);
		step.u.rule.jump = jump.chain;
	}
	tell(ev, step);
}

void
nft_watch_policy(struct nft_eval *ev, const struct nft_base *base)
{
	struct nft_regs regs;

	regs.verdict = base->policy;
	tell_rule(ev, CLEW_EXPLAIN_POLICY, &base->chain, 0, &regs, 0);
}

static void
tell_match(struct nft_telling *t, const struct nft_expr *expr,
	   struct texts *texts)
{
	strbuf_init(&t->what, texts->what, sizeof(texts->what));
	strbuf_init(&t->value, texts->value, sizeof(texts->value));
	strbuf_init(&t->wanted, texts->wanted, sizeof(texts->wanted));
	strbuf_init(&t->note, texts->note, sizeof(texts->note));
	t->op = "";
	t->is_load = false;
	t->is_question = !t->holds;
	if (expr->ops->tell)
		expr->ops->tell(t, expr);
	else
		strbuf_puts(&t->what, expr->ops->name);
	if (t->is_load && t->holds)
		return;
	tell(t->ev, (struct clew_explain){
		.kind = CLEW_EXPLAIN_MATCH,
		.u.match = {
			.name = expr->ops->name, .what = texts->what,
			.saw = texts->value, .op = t->op,
			.wanted = texts->wanted, .note = texts->note,
			.holds = t->holds, .is_question = t->is_question,
		},
	});
}

/* The rule behind what packets run.  Both are in the same order, so the next
 * is mostly just behind 'last', which is NULL at first. */
static const struct nft_rule *
find(const struct nft *nft, const struct nft_chain *chain,
     const struct nft_rule *last, uint64_t handle)
{
	const struct list *at = last ? last->link.next : chain->rules.next;

	for (; at != &chain->rules; at = at->next) {
		const struct nft_rule *rule =
			list_entry(at, struct nft_rule, link);

		if (rule->handle == handle &&
		    nft_gen_is_in_now(nft, rule->inactive))
			return rule;
	}
	return NULL;
}

/* => NFT_CONTINUE, NFT_BREAK, or a verdict, which is in 'regs' too. */
static int32_t
watch_rule(const struct nft_rule *rule, struct nft_regs *regs,
	   struct nft_eval *ev, struct nft_telling *t)
{
	const struct nft_expr *expr;
	struct nft_regs before;
	struct texts texts;

	nft_rule_each(expr, rule) {
		before = *regs;
		expr->ops->eval(expr, regs, ev);
		t->saw = &before;
		t->left = regs;
		t->holds = regs->verdict != NFT_BREAK;
		tell_match(t, expr, &texts);
		if (regs->verdict != NFT_CONTINUE)
			return regs->verdict;
	}
	return NFT_CONTINUE;
}

const struct nft_rule_run *
nft_watch_rules(const struct nft_rule_run *run, struct nft_regs *regs,
		struct nft_eval *ev, struct nft_tracer *tracer, unsigned depth)
{
	struct nft_telling t = { .ev = ev };
	const struct nft_rule *rule = NULL;
	int32_t verdict;

	regs->verdict = NFT_CONTINUE;
	for (; !run->is_last; run = nft_run_next(run)) {
		rule = find(ev->nft, tracer->chain, rule, run->handle);
		assert(rule);
		ev->rule = run;
		tell_rule(ev, CLEW_EXPLAIN_RULE, tracer->chain, run->handle,
			  regs, depth);
		verdict = watch_rule(rule, regs, ev, &t);
		tell_rule(ev, CLEW_EXPLAIN_VERDICT, tracer->chain,
			  run->handle, regs, depth);
		if (verdict == NFT_BREAK) {
			regs->verdict = NFT_CONTINUE;
			continue;
		}
		if (verdict != NFT_CONTINUE)
			break;
		nft_trace(tracer, NFT_STEP_RULE, run, regs);
	}
	nft_trace_end(tracer, run, regs);
	if (run->is_last && depth)
		tell_rule(ev, CLEW_EXPLAIN_RETURN, tracer->chain, 0, regs,
			  depth);
	return run;
}
