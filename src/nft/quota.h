/* SPDX-License-Identifier: BSD-2-Clause
 * nft/quota.h - the byte count of 'quota', as expression and as object. */
#ifndef NFT_QUOTA_H
#define NFT_QUOTA_H

#include "nft/load.h"

struct nft_telling;

struct nft_quota {
	uint64_t bytes;
	uint64_t *consumed;
	bool is_inverted;	/* 'quota over' */
};

extern const struct nl_policy nft_quota_policy[NFTA_QUOTA_MAX + 1];

/* => 0, -EINVAL, -EOVERFLOW, -ENOMEM. */
int nft_quota_init(const struct nft_load *load, struct nft_quota *quota,
		   const struct nl_attr tb[]);
void nft_quota_fini(struct nft *nft, struct nft_quota *quota);
/* Nothing consumed. => 0 or -ENOMEM. */
int nft_quota_clone(struct nft *nft, struct nft_quota *to,
		    const struct nft_quota *from);
void nft_quota_dump(struct nl_writer *w, const struct nft_quota *quota,
		    bool reset);
/* What it answered, and what is left (nft/tell.h). */
void nft_quota_tell(struct nft_telling *t, const struct nft_quota *quota);
/* A packet of 'len' bytes.  => Does the rule go on?  '*is_depleted' (may be
 * NULL) tells whether nothing is left. */
bool nft_quota_take(const struct nft_quota *quota, uint32_t len,
		    bool *is_depleted);

#endif
