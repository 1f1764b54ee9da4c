/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_quota.c - a quota with a name; told when it is used up. */
#include "nft/object_private.h"
#include "nft/quota.h"

struct quota_object {
	struct nft_quota quota;
	bool was_told;			/* that it is used up */
};

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct quota_object *q = nft_object_priv(object);

	return nft_quota_init(load, &q->quota, tb);
}

static void
fini(struct nft *nft, struct nft_object *object)
{
	struct quota_object *q = nft_object_priv(object);

	nft_quota_fini(nft, &q->quota);
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	struct quota_object *q = nft_object_priv(object);
	bool goes_on = nft_quota_take(&q->quota, ev->path->p->len, NULL);
	bool is_over = goes_on == q->quota.is_inverted;

	if (!goes_on)
		regs->verdict = NFT_BREAK;
	if (is_over && !q->was_told) {
		q->was_told = true;
		nft_object_tell(object);
	}
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	struct quota_object *q = nft_object_priv(object);

	nft_quota_dump(w, &q->quota, reset);
	if (reset)
		q->was_told = false;
}

/* What was consumed counts on. */
static void
update(struct nft_object *object, struct nft_object *newer)
{
	struct quota_object *q = nft_object_priv(object);
	const struct quota_object *n = nft_object_priv(newer);

	q->quota.bytes = n->quota.bytes;
	q->quota.is_inverted = n->quota.is_inverted;
	q->was_told = false;
}

static void
tell(struct nft_telling *t, struct nft_object *object)
{
	nft_quota_tell(t, nft_object_priv(object));
}

const struct nft_object_ops nft_object_quota = {
	.type = NFT_OBJECT_QUOTA,
	.size = sizeof(struct quota_object),
	.max_attr = NFTA_QUOTA_MAX,
	.policy = nft_quota_policy,
	.init = init,
	.fini = fini,
	.eval = eval,
	.dump = dump,
	.update = update,
	.tell = tell,
};
