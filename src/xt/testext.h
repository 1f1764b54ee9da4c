/* SPDX-License-Identifier: BSD-2-Clause
 * xt/testext.h - for tests: rules of one extension each, and what packets
 * come of them.
 *
 * load_init() first; the packet is made by load_packet(). */
#ifndef XT_TESTEXT_H
#define XT_TESTEXT_H

#include "nft/testload.h"
#include "xt/xt.h"

struct ext_use {
	enum xt_kind kind;
	const char *name;
	uint8_t revision;
	const void *info;
	uint16_t len;		/* of info; netlink's is rounded up to 8 with
				 * zeros unless 'is_cut' */
	bool is_cut;
	uint16_t protocol;	/* NFTA_RULE_COMPAT, 0: none */
	bool is_not_protocol;
	uint8_t family;		/* NFPROTO_*, 0: IPv4 */
	const char *table;	/* NULL: "filter" */
	const char *type;	/* of the base chain, NULL: "filter" */
	int hook;		/* 0: input (-1: prerouting) */
};

/* Empty the ruleset, then load one rule, a match with 'drop' behind it or a
 * target alone, into a base chain.  => 0 or -errno. */
int ext_load(struct load *l, const struct ext_use *use);
/* Another rule beside it, at another hook. */
int ext_add(struct load *l, const struct ext_use *use);
/* Does the packet l->p match, by the rule loaded last? */
bool ext_matches(struct load *l, const struct ext_use *use);
/* Load it with every length up to twice its own: each but those that round up
 * to its size is refused with -EINVAL.  => Were they? */
bool ext_refuses_lengths(struct load *l, struct ext_use use);
/* What listing gives of the structure. => Its length. */
uint16_t ext_shown(struct load *l, const struct ext_use *use, void *info,
		   size_t size);

#endif
