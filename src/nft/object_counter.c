/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_counter.c - a counter with a name. */
#include "nft/object_private.h"

static const struct nl_policy policy[NFTA_COUNTER_MAX + 1] = {
	[NFTA_COUNTER_BYTES] = { .kind = NL_U64 },
	[NFTA_COUNTER_PACKETS] = { .kind = NL_U64 },
};

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct nft_stats *total = nft_object_priv(object);

	(void)load;
	total->packets = nl_be64(&tb[NFTA_COUNTER_PACKETS]);
	total->bytes = nl_be64(&tb[NFTA_COUNTER_BYTES]);
	return 0;
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	struct nft_stats *total = nft_object_priv(object);

	(void)regs;
	total->packets++;
	total->bytes += ev->path->p->len;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	struct nft_stats *total = nft_object_priv(object);

	nl_put_be64(w, NFTA_COUNTER_BYTES, total->bytes);
	nl_put_be64(w, NFTA_COUNTER_PACKETS, total->packets);
	if (reset)
		*total = (struct nft_stats){ 0 };
}

const struct nft_object_ops nft_object_counter = {
	.type = NFT_OBJECT_COUNTER,
	.size = sizeof(struct nft_stats),
	.max_attr = NFTA_COUNTER_MAX,
	.policy = policy,
	.init = init,
	.eval = eval,
	.dump = dump,
};
