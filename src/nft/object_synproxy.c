/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_synproxy.c - a synproxy's parameters with a name.
 *
 * There is no synproxy yet.  Its parameters are kept and listed as Linux
 * would; a rule that refers to them is refused (expr_objref.c). */
#include <linux/netfilter/nf_synproxy.h>

#include "nft/object_private.h"
#include "nft/tracking.h"

struct synproxy_object {
	uint16_t mss;
	uint8_t wscale;
	uint32_t flags;			/* NF_SYNPROXY_OPT_* */
};

static const struct nl_policy policy[NFTA_SYNPROXY_MAX + 1] = {
	[NFTA_SYNPROXY_MSS] = { .kind = NL_U16 },
	[NFTA_SYNPROXY_WSCALE] = { .kind = NL_U8 },
	[NFTA_SYNPROXY_FLAGS] = { .kind = NL_U32 },
};

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct synproxy_object *o = nft_object_priv(object);

	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	o->mss = nl_be16(&tb[NFTA_SYNPROXY_MSS]);
	o->wscale = nl_u8(&tb[NFTA_SYNPROXY_WSCALE]);
	o->flags = nl_be32(&tb[NFTA_SYNPROXY_FLAGS]);
	return o->flags & ~(uint32_t)NF_SYNPROXY_OPT_MASK ? -EOPNOTSUPP : 0;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	const struct synproxy_object *o = nft_object_priv(object);

	(void)reset;
	nl_put_be16(w, NFTA_SYNPROXY_MSS, o->mss);
	nl_put_u8(w, NFTA_SYNPROXY_WSCALE, o->wscale);
	nl_put_be32(w, NFTA_SYNPROXY_FLAGS, o->flags);
}

static void
update(struct nft_object *object, struct nft_object *newer)
{
	struct synproxy_object *o = nft_object_priv(object);

	*o = *(struct synproxy_object *)nft_object_priv(newer);
}

const struct nft_object_ops nft_object_synproxy = {
	.type = NFT_OBJECT_SYNPROXY,
	.size = sizeof(struct synproxy_object),
	.max_attr = NFTA_SYNPROXY_MAX,
	.policy = policy,
	.init = init,
	.dump = dump,
	.update = update,
};
