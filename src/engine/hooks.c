/* SPDX-License-Identifier: BSD-2-Clause
 * engine/hooks.c - the lists of what is done at each hook.
 *
 * The engine's own steps have Linux's priorities.  A chain of the same
 * priority goes before them: Linux puts what is registered later first. */
#include "engine/hooks.h"

#include <limits.h>
#include <linux/netfilter.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "nft/eval.h"

enum {
	PRIORITY_DEFRAG		= -400,
	PRIORITY_TRACK		= -200,
	PRIORITY_NAT_DST	= -100,
	PRIORITY_NAT_SRC	= 100,
	OWN_STEPS_MOST		= 4,
};

static const uint8_t nfproto[HOOK_FAMILIES] = {
	NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_NETDEV,
};

struct own_step {
	int32_t priority;
	uint8_t kind;			/* enum step_kind */
};

/* The engine's own steps at a hook of IPv4 and IPv6, up to priority 0. */
static const struct own_step own[HOOKS][OWN_STEPS_MOST] = {
	[HOOK_PREROUTING] = {
		{ PRIORITY_DEFRAG, STEP_DEFRAG },
		{ PRIORITY_TRACK, STEP_TRACK },
		{ PRIORITY_NAT_DST, STEP_NAT },
	},
	[HOOK_OUTPUT] = {
		{ PRIORITY_DEFRAG, STEP_DEFRAG },
		{ PRIORITY_TRACK, STEP_TRACK },
		{ PRIORITY_NAT_DST, STEP_NAT },
	},
	[HOOK_INPUT] = {
		{ PRIORITY_NAT_SRC, STEP_NAT },
		{ INT32_MAX, STEP_CONFIRM },
	},
	[HOOK_POSTROUTING] = {
		{ PRIORITY_NAT_SRC, STEP_NAT },
		{ INT32_MAX, STEP_CONFIRM },
	},
};

static bool
has_nat(const struct nft *nft, unsigned family)
{
	for (uint8_t hook = 0; hook <= HOOK_POSTROUTING; hook++) {
		const struct nft_hooked *chain;
		size_t count;

		chain = nft_hooked(nft, nfproto[family], hook, &count);
		for (size_t i = 0; i < count; i++) {
			if (chain[i].is_nat)
				return true;
		}
	}
	return false;
}

static size_t
count_chains(const struct nft *nft)
{
	size_t all = 0, count;

	for (unsigned family = 0; family < HOOK_FAMILIES; family++) {
		for (uint8_t hook = 0; hook < HOOKS; hook++) {
			(void)nft_hooked(nft, nfproto[family], hook, &count);
			all += count;
		}
	}
	return all;
}

static void
put_chain(struct hook_step *at, const struct nft_hooked *chain)
{
	*at = (struct hook_step){
		.priority = chain->priority, .kind = STEP_CHAIN,
		.is_route = chain->is_route, .base = chain->base,
	};
}

/* Merge the chains and the engine's own steps of one hook into 'at'.
 * => What follows it. */
static struct hook_step *
fill_list(struct hook_list *list, struct hook_step *at,
	  const struct nft_hooked *chain, size_t count,
	  const struct own_step *mine, bool nat)
{
	size_t i = 0;

	list->step = at;
	for (unsigned n = 0; n < OWN_STEPS_MOST && mine[n].kind; n++) {
		for (; i < count && chain[i].priority <= mine[n].priority; i++) {
			if (!chain[i].is_nat)
				put_chain(at++, &chain[i]);
		}
		if (mine[n].kind != STEP_NAT || nat)
			*at++ = (struct hook_step){ .priority =
				mine[n].priority, .kind = mine[n].kind };
	}
	for (; i < count; i++) {
		if (!chain[i].is_nat)
			put_chain(at++, &chain[i]);
	}
	list->count = (size_t)(at - list->step);
	list->nat = at;
	for (i = 0; i < count; i++) {
		if (chain[i].is_nat)
			put_chain(at++, &chain[i]);
	}
	list->nat_count = (size_t)(at - list->nat);
	return at;
}

static void
fill_all(struct hooks *hooks, const struct nft *nft)
{
	static const struct own_step nothing[OWN_STEPS_MOST];
	struct hook_step *at = hooks->steps;

	for (unsigned family = 0; family < HOOK_FAMILIES; family++) {
		bool inet = nfproto[family] != NFPROTO_NETDEV;
		bool nat = inet && has_nat(nft, family);

		for (uint8_t hook = 0; hook < HOOKS; hook++) {
			const struct nft_hooked *chain;
			size_t count;

			chain = nft_hooked(nft, nfproto[family], hook, &count);
			at = fill_list(&hooks->list[family][hook], at, chain,
				       count, inet ? own[hook] : nothing, nat);
		}
	}
}

bool
hooks_update(struct clew_engine *e)
{
	struct hooks *hooks = &e->hooks;
	uint32_t generation = nft_generation(e->nft);
	struct hook_step *steps;
	size_t chains;

	if (hooks->is_made && hooks->generation == generation)
		return true;
	chains = count_chains(e->nft);
	steps = calloc(chains + 2 * HOOKS * OWN_STEPS_MOST, sizeof(*steps));
	if (!steps)
		return false;
	free(hooks->steps);
	hooks->steps = steps;
	fill_all(hooks, e->nft);
	hooks->generation = generation;
	hooks->is_made = true;
	hooks->is_plain = !chains;
	return true;
}

void
hooks_fini(struct hooks *hooks)
{
	free(hooks->steps);
}
