/* SPDX-License-Identifier: BSD-2-Clause
 * nft/limit.c - the token bucket of 'limit', as expression and as object. */
#include "nft/limit.h"

#include "nft/nft.h"
#include "nft/tell.h"

#define NS_PER_S 1000000000ULL

enum { BURST_PACKETS = 5 };	/* when the request leaves it at 0 */

const struct nl_policy nft_limit_policy[NFTA_LIMIT_MAX + 1] = {
	[NFTA_LIMIT_RATE] = { .kind = NL_U64 },
	[NFTA_LIMIT_UNIT] = { .kind = NL_U64 },
	[NFTA_LIMIT_BURST] = { .kind = NL_U32 },
	[NFTA_LIMIT_TYPE] = { .kind = NL_U32 },
	[NFTA_LIMIT_FLAGS] = { .kind = NL_U32 },
};

/* How many tokens the bucket holds: what burst packets cost, or the bytes of
 * burst and of one unit. */
static int
size_bucket(struct nft_limit *limit)
{
	uint64_t total;

	if (__builtin_add_overflow(limit->rate, limit->burst, &total))
		return -EOVERFLOW;
	if (limit->counts_bytes) {
		if (__builtin_mul_overflow(limit->unit_ns, total, &total))
			return -EOVERFLOW;
		limit->most = total / limit->rate;
		return 0;
	}
	limit->cost = limit->unit_ns / limit->rate;
	if (__builtin_mul_overflow(limit->cost, limit->burst, &limit->most))
		return -EOVERFLOW;
	return 0;
}

static int
fill(struct nft *nft, struct nft_limit *limit)
{
	limit->state = nft_alloc(nft, sizeof(*limit->state));
	if (!limit->state)
		return -ENOMEM;
	limit->state->tokens = limit->most;
	limit->state->last_ns = nft->config.track->now_ns;
	return 0;
}

int
nft_limit_init(const struct nft_load *load, struct nft_limit *limit,
	       const struct nl_attr tb[])
{
	uint32_t flags = nl_be32(&tb[NFTA_LIMIT_FLAGS]);
	int err;

	if (!tb[NFTA_LIMIT_RATE].data || !tb[NFTA_LIMIT_UNIT].data)
		return -EINVAL;
	limit->rate = nl_be64(&tb[NFTA_LIMIT_RATE]);
	if (!limit->rate)
		return -EINVAL;
	if (__builtin_mul_overflow(nl_be64(&tb[NFTA_LIMIT_UNIT]), NS_PER_S,
				   &limit->unit_ns))
		return -EOVERFLOW;
	limit->counts_bytes = nl_be32(&tb[NFTA_LIMIT_TYPE]) ==
			      NFT_LIMIT_PKT_BYTES;
	limit->burst = nl_be32(&tb[NFTA_LIMIT_BURST]);
	if (!limit->counts_bytes && !limit->burst)
		limit->burst = BURST_PACKETS;
	err = size_bucket(limit);
	if (err)
		return err;
	if (flags & ~(uint32_t)NFT_LIMIT_F_INV)
		return -EOPNOTSUPP;
	limit->is_inverted = flags & NFT_LIMIT_F_INV;
	return fill(load->nft, limit);
}

void
nft_limit_fini(struct nft *nft, struct nft_limit *limit)
{
	nft_free(nft, limit->state, sizeof(*limit->state));
}

int
nft_limit_clone(struct nft *nft, struct nft_limit *to,
		const struct nft_limit *from)
{
	*to = *from;
	return fill(nft, to);
}

void
nft_limit_dump(struct nl_writer *w, const struct nft_limit *limit)
{
	nl_put_be64(w, NFTA_LIMIT_RATE, limit->rate);
	nl_put_be64(w, NFTA_LIMIT_UNIT, limit->unit_ns / NS_PER_S);
	nl_put_be32(w, NFTA_LIMIT_BURST, limit->burst);
	nl_put_be32(w, NFTA_LIMIT_TYPE, limit->counts_bytes ?
		    NFT_LIMIT_PKT_BYTES : NFT_LIMIT_PKTS);
	nl_put_be32(w, NFTA_LIMIT_FLAGS,
		    limit->is_inverted ? NFT_LIMIT_F_INV : 0);
}

bool
nft_limit_take(const struct nft_limit *limit, uint64_t now_ns, uint32_t len)
{
	struct nft_limit_state *state = limit->state;
	uint64_t tokens = state->tokens + (now_ns - state->last_ns);
	/* Wraps for units of years and jumbo packets, as Linux's does. */
	uint64_t cost = limit->counts_bytes ?
			limit->unit_ns * len / limit->rate : limit->cost;
	bool is_over;

	if (tokens > limit->most)
		tokens = limit->most;
	is_over = (int64_t)(tokens - cost) < 0;
	state->tokens = is_over ? tokens : tokens - cost;
	state->last_ns = now_ns;
	return is_over == limit->is_inverted;
}

/* Packets, or bytes, that the tokens would pay for. */
static uint64_t
worth(const struct nft_limit *limit, uint64_t tokens)
{
	if (!limit->unit_ns)
		return 0;
	if (!limit->counts_bytes)
		return limit->cost ? tokens / limit->cost : 0;
	return (uint64_t)((double)tokens * (double)limit->rate /
			  (double)limit->unit_ns);
}

void
nft_limit_tell(struct nft_telling *t, const struct nft_limit *limit)
{
	const char *unit = limit->counts_bytes ? "bytes" : "packets";
	bool is_over = t->holds == limit->is_inverted;

	t->is_question = true;
	strbuf_printf(&t->what, "limit rate%s %llu %s/%llu s",
		      limit->is_inverted ? " over" : "",
		      (unsigned long long)limit->rate, unit,
		      (unsigned long long)(limit->unit_ns / NS_PER_S));
	strbuf_puts(&t->value, is_over ? "over the rate" : "within the rate");
	strbuf_printf(&t->note, "%s %llu of %llu %s left",
		      is_over ? "too few tokens:" : "then",
		      (unsigned long long)worth(limit, limit->state->tokens),
		      (unsigned long long)worth(limit, limit->most), unit);
}
