/* SPDX-License-Identifier: BSD-2-Clause
 * nft/validate.c - may the rules that packets can reach stand where they are
 * reached from, and do their jumps end?
 *
 * What a chain may hold depends on the base chains that lead to it: their
 * type and hook.  So for each such kind of base chain a pass walks all that
 * can be reached.  In one pass a chain is walked again only when it is
 * reached deeper than before: at most NFT_JUMPS_MOST times.  A loop gets
 * ever deeper, and so is found as Linux finds it: -EMLINK. */
#include "nft/kinds.h"

enum {
	KINDS = NFT_CHAIN_TYPES * HOOKS,
};

static int
walk_rule(const struct nft_load *load, const struct nft_rule *rule)
{
	const struct nft_expr *expr;

	nft_rule_each(expr, rule) {
		int err;

		if (!expr->ops->validate)
			continue;
		err = expr->ops->validate(load, expr);
		if (err)
			return err;
	}
	return 0;
}

int
nft_chain_validate(const struct nft_load *load, struct nft_chain *chain)
{
	struct nft *nft = load->nft;
	const struct nft_rule *rule;

	if (load->level == NFT_JUMPS_MOST)
		return -EMLINK;
	if (chain->pass == nft->validate_pass &&
	    chain->pass_level >= load->level)
		return 0;
	chain->pass = nft->validate_pass;
	chain->pass_level = load->level;
	list_each(rule, &chain->rules, link) {
		int err;

		if (nft->validate_budget == 0)
			return 0;	/* looking for the message at fault */
		nft->validate_budget--;
		if (!nft_gen_is_in_next(nft, rule->inactive))
			continue;
		err = walk_rule(load, rule);
		if (err)
			return err;
	}
	return 0;
}

static unsigned
kind_of(const struct nft_base *base)
{
	return base->type * (unsigned)HOOKS + base->wire_hook;
}

static int
validate_kind(struct nft_load *load, unsigned kind)
{
	struct nft_chain *chain;

	list_each(chain, &load->table->chains, link) {
		int err;

		if (!nft_chain_is_base(chain) ||
		    kind_of(nft_base_of(chain)) != kind ||
		    !nft_gen_is_in_next(load->nft, chain->named.inactive))
			continue;
		load->chain = chain;
		err = nft_chain_validate(load, chain);
		if (err)
			return err;
	}
	return 0;
}

int
nft_table_validate(struct nft *nft, struct nft_table *table)
{
	struct nft_load load = {
		.nft = nft,
		.table = table,
		.family = table->family,
	};
	int err = 0;

	if (table->validate == NFT_VALIDATE_SKIP)
		return 0;
	for (unsigned kind = 0; kind < KINDS && !err; kind++) {
		nft->validate_pass++;
		err = validate_kind(&load, kind);
	}
	return err;
}

int
nft_chain_validate_type(const struct nft_load *load, enum nft_chain_type type)
{
	const struct nft_chain *chain = load->chain;

	if (nft_chain_is_base(chain) && nft_base_of(chain)->type != type)
		return -EOPNOTSUPP;
	return 0;
}

int
nft_chain_validate_hooks(const struct nft_load *load, uint32_t hooks)
{
	const struct nft_chain *chain = load->chain;

	if (nft_chain_is_base(chain) &&
	    !(hooks & 1u << nft_base_of(chain)->wire_hook))
		return -EOPNOTSUPP;
	return 0;
}
