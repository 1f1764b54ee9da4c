/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_ct_helper.c - a helper with a name, for connections to come.
 *
 * A connection gets it before it is confirmed, as on Linux.  Nothing watches
 * connections for the built-in ones yet, which is said once
 * (NFT_NOTICE_HELPER). */
#include <netinet/in.h>

#include "nft/object_private.h"
#include "nft/tracking.h"
#include "track/track.h"

enum { NAME_MOST = CLEW_HELPER_SIZE };

struct helper_object {
	struct track *track;
	uint32_t helper4;		/* numbers in track/helper.h, or 0 */
	uint32_t helper6;
	uint8_t protocol;
};

static const struct nl_policy policy[NFTA_CT_HELPER_MAX + 1] = {
	[NFTA_CT_HELPER_NAME] = { .kind = NL_STRING, .max = NAME_MOST - 1 },
	[NFTA_CT_HELPER_L3PROTO] = { .kind = NL_U16 },
	[NFTA_CT_HELPER_L4PROTO] = { .kind = NL_U8 },
};

/* => The helper's number, held; or 0. */
static uint32_t
find(struct helper_object *o, const struct nl_attr *attr, uint16_t family)
{
	char name[NAME_MOST];
	uint32_t number;

	nl_string(attr, name, sizeof(name));
	number = helper_find(&o->track->helpers, name, family, o->protocol);
	if (number)
		helper_hold(&o->track->helpers, number);
	return number;
}

static void
fini(struct nft *nft, struct nft_object *object)
{
	struct helper_object *o = nft_object_priv(object);

	(void)nft;
	if (o->helper4)
		helper_release(&o->track->helpers, o->helper4);
	if (o->helper6)
		helper_release(&o->track->helpers, o->helper6);
	o->helper4 = o->helper6 = 0;
}

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct helper_object *o = nft_object_priv(object);
	const struct nl_attr *name = &tb[NFTA_CT_HELPER_NAME];
	uint16_t family = load->family;

	o->track = load->nft->config.track;
	if (!name->data || !tb[NFTA_CT_HELPER_L4PROTO].data)
		return -EINVAL;
	o->protocol = nl_u8(&tb[NFTA_CT_HELPER_L4PROTO]);
	if (!o->protocol)
		return -ENOENT;
	if (tb[NFTA_CT_HELPER_L3PROTO].data)
		family = nl_be16(&tb[NFTA_CT_HELPER_L3PROTO]);
	switch (family) {
	case NFPROTO_IPV4:
		if (load->family == NFPROTO_IPV6)
			return -EINVAL;
		o->helper4 = find(o, name, NFPROTO_IPV4);
		break;
	case NFPROTO_IPV6:
		if (load->family == NFPROTO_IPV4)
			return -EINVAL;
		o->helper6 = find(o, name, NFPROTO_IPV6);
		break;
	case NFPROTO_NETDEV:
	case NFPROTO_BRIDGE:
	case NFPROTO_INET:
		o->helper4 = find(o, name, NFPROTO_IPV4);
		o->helper6 = find(o, name, NFPROTO_IPV6);
		break;
	default:
		return -EAFNOSUPPORT;
	}
	if (!o->helper4 && !o->helper6)
		return -ENOENT;
	if (!nft_family_is_tracked(load->family)) {
		fini(load->nft, object);
		return -EPROTO;
	}
	nft_notice(load->nft, NFT_NOTICE_HELPER);
	return 0;
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct helper_object *o = nft_object_priv(object);
	struct conn *c = nft_conn(ev);
	uint32_t number;

	if (!c || conn_is_confirmed(c) || conn_protocol(c) != o->protocol)
		return;
	number = conn_family(c) == CLEW_IPV4 ? o->helper4 : o->helper6;
	if (!number || c->status & CLEW_STATUS_HELPER)
		return;
	if (conn_set_helper(o->track, c, number))
		c->status |= CLEW_STATUS_HELPER;
	else
		regs->verdict = NFT_VERDICT_DROP;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	const struct helper_object *o = nft_object_priv(object);
	uint32_t number = o->helper4 ? o->helper4 : o->helper6;

	(void)reset;
	nl_put_string(w, NFTA_CT_HELPER_NAME,
		      helper_at(&o->track->helpers, number)->name);
	nl_put_u8(w, NFTA_CT_HELPER_L4PROTO, o->protocol);
	nl_put_be16(w, NFTA_CT_HELPER_L3PROTO,
		    o->helper4 && o->helper6 ? NFPROTO_INET :
		    o->helper4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
}

const struct nft_object_ops nft_object_ct_helper = {
	.type = NFT_OBJECT_CT_HELPER,
	.size = sizeof(struct helper_object),
	.max_attr = NFTA_CT_HELPER_MAX,
	.policy = policy,
	.init = init,
	.fini = fini,
	.eval = eval,
	.dump = dump,
};
