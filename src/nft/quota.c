/* SPDX-License-Identifier: BSD-2-Clause
 * nft/quota.c - the byte count of 'quota', as expression and as object. */
#include "nft/quota.h"

#include "nft/nft.h"
#include "nft/tell.h"

const struct nl_policy nft_quota_policy[NFTA_QUOTA_MAX + 1] = {
	[NFTA_QUOTA_BYTES] = { .kind = NL_U64 },
	[NFTA_QUOTA_FLAGS] = { .kind = NL_U32 },
	[NFTA_QUOTA_CONSUMED] = { .kind = NL_U64 },
};

int
nft_quota_init(const struct nft_load *load, struct nft_quota *quota,
	       const struct nl_attr tb[])
{
	uint64_t consumed = nl_be64(&tb[NFTA_QUOTA_CONSUMED]);
	uint32_t flags = nl_be32(&tb[NFTA_QUOTA_FLAGS]);

	if (!tb[NFTA_QUOTA_BYTES].data)
		return -EINVAL;
	quota->bytes = nl_be64(&tb[NFTA_QUOTA_BYTES]);
	if (quota->bytes > INT64_MAX)
		return -EOVERFLOW;
	if (consumed > quota->bytes)
		return -EINVAL;
	if (flags & ~(uint32_t)NFT_QUOTA_F_INV)
		return -EINVAL;
	quota->is_inverted = flags & NFT_QUOTA_F_INV;
	quota->consumed = nft_alloc(load->nft, sizeof(*quota->consumed));
	if (!quota->consumed)
		return -ENOMEM;
	*quota->consumed = consumed;
	return 0;
}

void
nft_quota_fini(struct nft *nft, struct nft_quota *quota)
{
	nft_free(nft, quota->consumed, sizeof(*quota->consumed));
}

int
nft_quota_clone(struct nft *nft, struct nft_quota *to,
		const struct nft_quota *from)
{
	*to = *from;
	to->consumed = nft_alloc(nft, sizeof(*to->consumed));
	return to->consumed ? 0 : -ENOMEM;
}

void
nft_quota_dump(struct nl_writer *w, const struct nft_quota *quota, bool reset)
{
	bool is_over = *quota->consumed >= quota->bytes;

	/* It goes on counting when it is used up; nobody is to see that. */
	nl_put_be64(w, NFTA_QUOTA_BYTES, quota->bytes);
	nl_put_be64(w, NFTA_QUOTA_CONSUMED,
		    is_over ? quota->bytes : *quota->consumed);
	nl_put_be32(w, NFTA_QUOTA_FLAGS,
		    (quota->is_inverted ? NFT_QUOTA_F_INV : 0) |
		    (is_over ? NFT_QUOTA_F_DEPLETED : 0));
	if (reset)
		*quota->consumed = 0;
}

bool
nft_quota_take(const struct nft_quota *quota, uint32_t len, bool *is_depleted)
{
	bool over;

	*quota->consumed += len;
	over = *quota->consumed > quota->bytes;	/* the last byte still fits */
	if (is_depleted)
		*is_depleted = *quota->consumed >= quota->bytes;
	return over == quota->is_inverted;
}

void
nft_quota_tell(struct nft_telling *t, const struct nft_quota *quota)
{
	t->is_question = true;
	strbuf_printf(&t->what, "quota%s", quota->is_inverted ? " over" : "");
	strbuf_printf(&t->value, "%llu bytes used",
		      (unsigned long long)*quota->consumed);
	t->op = "of";
	strbuf_put_u64(&t->wanted, quota->bytes);
}
