/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_limit.c - a limit with a name: one bucket for many rules. */
#include "nft/limit.h"
#include "nft/object_private.h"
#include "track/track.h"

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	return nft_limit_init(load, nft_object_priv(object), tb);
}

static void
fini(struct nft *nft, struct nft_object *object)
{
	nft_limit_fini(nft, nft_object_priv(object));
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	if (!nft_limit_take(nft_object_priv(object),
			    ev->nft->config.track->now_ns, ev->path->p->len))
		regs->verdict = NFT_BREAK;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	(void)reset;
	nft_limit_dump(w, nft_object_priv(object));
}

static void
tell(struct nft_telling *t, struct nft_object *object)
{
	nft_limit_tell(t, nft_object_priv(object));
}

const struct nft_object_ops nft_object_limit = {
	.type = NFT_OBJECT_LIMIT,
	.size = sizeof(struct nft_limit),
	.max_attr = NFTA_LIMIT_MAX,
	.policy = nft_limit_policy,
	.init = init,
	.fini = fini,
	.eval = eval,
	.dump = dump,
	.tell = tell,
};
