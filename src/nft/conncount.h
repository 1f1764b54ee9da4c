/* SPDX-License-Identifier: BSD-2-Clause
 * nft/conncount.h - how many connections there are of those seen: the list
 * behind 'ct count', as expression and as object, and behind 'connlimit'.
 *
 * A list remembers the tuples of connections as they begin.  Those that are
 * gone or closed are taken out when a packet comes by, at most once in a
 * millisecond, so the count is what Linux's is, its jiffies being shorter. */
#ifndef NFT_CONNCOUNT_H
#define NFT_CONNCOUNT_H

#include "nft/load.h"

struct nft_conncount_entry;
struct nft_telling;

struct nft_conncount {
	struct nft_conncount_entry *first;
	struct nft_conncount_entry **end;	/* where the next one goes */
	uint32_t count;
	uint32_t swept_ms;	/* when it was last looked through */
};

void nft_conncount_init(struct nft *nft, struct nft_conncount *list);
void nft_conncount_fini(struct nft *nft, struct nft_conncount *list);
/* Count the packet's connection; 'is_first': the list was made for it.
 * => false: there could be none, or no memory. */
bool nft_conncount_add(struct nft_conncount *list, struct nft_eval *ev,
		       bool is_first);
/* Take out what is gone.  => Is nothing left? */
bool nft_conncount_sweep(struct nft *nft, struct nft_conncount *list);

struct nft_connlimit {
	struct nft_conncount *list;
	uint32_t limit;
	bool is_inverted;	/* 'ct count over' */
};

extern const struct nl_policy nft_connlimit_policy[NFTA_CONNLIMIT_MAX + 1];

/* => 0, -EINVAL, -EOPNOTSUPP, -EPROTO (family), -ENOMEM. */
int nft_connlimit_init(const struct nft_load *load,
		       struct nft_connlimit *limit, const struct nl_attr tb[]);
void nft_connlimit_fini(struct nft *nft, struct nft_connlimit *limit);
/* With an empty list. => 0 or -ENOMEM. */
int nft_connlimit_clone(struct nft *nft, struct nft_connlimit *to,
			const struct nft_connlimit *from);
void nft_connlimit_dump(struct nl_writer *w,
			const struct nft_connlimit *limit);
/* What it answered (nft/tell.h). */
void nft_connlimit_tell(struct nft_telling *t,
			const struct nft_connlimit *limit);
/* Count the packet's connection.  => NFT_CONTINUE, NFT_BREAK or, for packets
 * of no connection there could be, NFT_VERDICT_DROP. */
int32_t nft_connlimit_take(const struct nft_connlimit *limit,
			   struct nft_eval *ev);
/* Take out what is gone.  => Is nothing left? */
bool nft_connlimit_sweep(struct nft *nft, const struct nft_connlimit *limit);

#endif
