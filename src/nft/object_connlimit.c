/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_connlimit.c - a count of connections with a name. */
#include "nft/conncount.h"
#include "nft/object_private.h"

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	return nft_connlimit_init(load, nft_object_priv(object), tb);
}

static void
fini(struct nft *nft, struct nft_object *object)
{
	nft_connlimit_fini(nft, nft_object_priv(object));
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	int32_t verdict = nft_connlimit_take(nft_object_priv(object), ev);

	if (verdict != NFT_CONTINUE)
		regs->verdict = verdict;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	(void)reset;
	nft_connlimit_dump(w, nft_object_priv(object));
}

static void
tell(struct nft_telling *t, struct nft_object *object)
{
	nft_connlimit_tell(t, nft_object_priv(object));
}

const struct nft_object_ops nft_object_connlimit = {
	.type = NFT_OBJECT_CONNLIMIT,
	.size = sizeof(struct nft_connlimit),
	.max_attr = NFTA_CONNLIMIT_MAX,
	.policy = nft_connlimit_policy,
	.init = init,
	.fini = fini,
	.eval = eval,
	.dump = dump,
	.tell = tell,
};
