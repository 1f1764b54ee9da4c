/* SPDX-License-Identifier: BSD-2-Clause
 * nft/limit.h - the token bucket of 'limit', as expression and as object.
 *
 * Tokens are nanoseconds: the bucket fills as time passes, and a packet takes
 * what it costs. */
#ifndef NFT_LIMIT_H
#define NFT_LIMIT_H

#include "nft/load.h"

struct nft_telling;

struct nft_limit_state {
	uint64_t tokens;
	uint64_t last_ns;	/* when it was filled last */
};

struct nft_limit {
	struct nft_limit_state *state;
	uint64_t most;		/* tokens that fit */
	uint64_t rate;
	uint64_t unit_ns;
	uint64_t cost;		/* of a packet; of bytes: not used */
	uint32_t burst;
	bool counts_bytes;
	bool is_inverted;	/* 'limit rate over' */
};

extern const struct nl_policy nft_limit_policy[NFTA_LIMIT_MAX + 1];

/* => 0, -EINVAL, -EOVERFLOW, -EOPNOTSUPP, -ENOMEM. */
int nft_limit_init(const struct nft_load *load, struct nft_limit *limit,
		   const struct nl_attr tb[]);
void nft_limit_fini(struct nft *nft, struct nft_limit *limit);
/* A full bucket of its own. => 0 or -ENOMEM. */
int nft_limit_clone(struct nft *nft, struct nft_limit *to,
		    const struct nft_limit *from);
void nft_limit_dump(struct nl_writer *w, const struct nft_limit *limit);
/* What it answered, and the tokens left (nft/tell.h). */
void nft_limit_tell(struct nft_telling *t, const struct nft_limit *limit);
/* A packet of 'len' bytes at 'now_ns'.  => Does the rule go on? */
bool nft_limit_take(const struct nft_limit *limit, uint64_t now_ns,
		    uint32_t len);

#endif
