/* SPDX-License-Identifier: BSD-2-Clause
 * engine/hooks.h - what is done at each hook, in Linux's order.
 *
 * A flat list per family and hook: base chains among the engine's own steps,
 * by priority.  It is made anew when the ruleset has changed. */
#ifndef ENGINE_HOOKS_H
#define ENGINE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "route/path.h"

struct clew_engine;
struct nft_base;

enum step_kind {
	STEP_NONE,
	STEP_CHAIN,		/* rules */
	STEP_DEFRAG,
	STEP_TRACK,
	STEP_NAT,		/* with the nat chains, whatever their priority */
	STEP_CONFIRM,
};

struct hook_step {
	int32_t priority;
	uint8_t kind;			/* enum step_kind */
	bool is_route;			/* what it changes is routed again */
	const struct nft_base *base;	/* STEP_CHAIN */
};

struct hook_list {
	struct hook_step *step;
	size_t count;
	struct hook_step *nat;		/* the nat chains at this hook */
	size_t nat_count;
};

enum { HOOK_FAMILIES = 3 };		/* IPv4, IPv6, netdev */

struct hooks {
	struct hook_list list[HOOK_FAMILIES][HOOKS];
	struct hook_step *steps;	/* all the lists' */
	uint32_t generation;		/* of the ruleset they were made of */
	bool is_made;
	bool is_plain;			/* no rules at all: only tracking */
};

/* Make the lists anew if the ruleset changed.  Out of memory the old ones
 * stay, without the chains. => false then. */
bool hooks_update(struct clew_engine *e);
void hooks_fini(struct hooks *hooks);

#endif
