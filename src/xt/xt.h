/* SPDX-License-Identifier: BSD-2-Clause
 * xt/xt.h - what an xtables extension is: a match or a target that iptables
 * knows by name and revision, and whose parameters are a structure of bytes.
 *
 * iptables-nft writes extensions that nf_tables has no words for as the
 * expressions 'match' and 'target' (xt/expr.c), with the structure just as
 * the kernel's own headers lay it out.  One file per extension, with all its
 * revisions; matches.def and targets.def list them.
 *
 * The structure is an attacker's: check() must refuse what the rest of the
 * file would stumble over.  Whatever changes as packets pass, and whatever is
 * shared by name between rules (xt/shared.h), is in memory of the extension's
 * own. */
#ifndef XT_XT_H
#define XT_XT_H

#include "nft/load.h"
#include "nft/nft.h"

struct xt_ext;

enum xt_kind {
	XT_MATCH,
	XT_TARGET,
};

enum xt_answer {
	XT_NO,			/* does not match */
	XT_YES,
	XT_DROP,		/* cannot be told: drop the packet (hotdrop) */
};

enum {
	/* Of xt_ops.families: one entry for both, as Linux registers most. */
	XT_IP	= 1u << NFPROTO_IPV4 | 1u << NFPROTO_IPV6,
	XT_IPV4	= 1u << NFPROTO_IPV4,
	XT_IPV6	= 1u << NFPROTO_IPV6,
};

/* Targets answer with NFT_CONTINUE (Linux's XT_CONTINUE), NFT_VERDICT_*, or
 * NFT_RETURN. */

struct xt_ops {
	const char *name;
	uint8_t kind;		/* enum xt_kind */
	uint8_t revision;
	uint16_t families;	/* bits 1 << NFPROTO_*; 0: all (Linux's
				 * NFPROTO_UNSPEC: inet, arp, bridge, too) */
	uint16_t size;		/* of the structure, as the headers have it;
				 * netlink brings it rounded up to 8 */
	uint16_t shown;		/* how much of it is given back when listed,
				 * the rest being zero (Linux's usersize);
				 * 0: all */
	uint16_t own;		/* bytes of xt_ext.own, zeroed before check() */
	uint32_t hooks;		/* bits 1 << NF_INET_*; 0: all */
	const char *table;	/* only in a table of that name; NULL: any */
	uint16_t protocol;	/* only in rules for it; 0: any */
	/* It is known (iptables may ask for it) and refused when loaded, with
	 * these words for the user; NULL: it is here. */
	const char *refused;
	/* => 0 or -errno as Linux, nothing held.  May change ext->info where
	 * Linux does so before it is listed.  May be NULL, as fini. */
	int (*check)(const struct nft_load *load, struct xt_ext *ext);
	void (*fini)(struct nft *nft, struct xt_ext *ext);
	enum xt_answer (*match)(const struct xt_ext *ext, struct nft_eval *ev);
	int32_t (*target)(const struct xt_ext *ext, struct nft_eval *ev);
};

/* One use of an extension in a rule. */
struct xt_ext {
	const struct xt_ops *ops;
	void *info;		/* the structure, aligned to 8, its size
				 * rounded up to 8 */
	void *own;		/* aligned to 8; the same for all copies */
	uint16_t protocol;	/* of the rule (NFTA_RULE_COMPAT_PROTO) */
	bool is_not_protocol;	/* ... inverted */
};

/* => NULL when there is none for that family; 'best' (may be NULL) becomes the
 *    highest revision there is of that name, -1 for none. */
const struct xt_ops *xt_lookup(uint8_t family, enum xt_kind kind,
			       const char *name, uint8_t revision, int *best);

/* All there are, in no order that matters.  => NULL: no more. */
const struct xt_ops *xt_at(size_t i);

/* For check(): the hook of the base chain that the rule is in, as a bit
 * 1 << NF_INET_*; 0: in no base chain. */
static inline uint32_t
xt_hook_mask(const struct nft_load *load)
{
	return nft_chain_is_base(load->chain) ?
	       1u << nft_base_of(load->chain)->wire_hook : 0;
}

/* For check(): refuse, in words for the user. */
static inline int
xt_refuse(const struct nft_load *load, int error, const char *text)
{
	if (load->extack)
		load->extack->text = text;
	return error;
}

#endif
