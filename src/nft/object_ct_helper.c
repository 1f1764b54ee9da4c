/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_ct_helper.c - a helper with a name, for connections to come.
 *
 * Helpers are not there yet: such an object is kept and listed as Linux
 * would, and what it does not do is said once (NFT_NOTICE_HELPER). */
#include <netinet/in.h>

#include "nft/object_private.h"
#include "nft/tracking.h"

enum { NAME_MOST = 16 };		/* NF_CT_HELPER_NAME_LEN */

/* What Linux has: over which protocols, over IPv4 alone or IPv6 too. */
static const struct helper {
	const char *name;
	bool tcp, udp, ipv6;
} helpers[] = {
	{ "H.245", false, true, true },
	{ "Q.931", true, false, true },
	{ "RAS", false, true, true },
	{ "amanda", false, true, true },
	{ "ftp", true, false, true },
	{ "irc", true, false, false },
	{ "netbios-ns", false, true, false },
	{ "pptp", true, false, false },
	{ "sane", true, false, true },
	{ "sip", true, true, true },
	{ "snmp", false, true, false },
	{ "snmp_trap", false, true, false },
	{ "tftp", false, true, true },
};

struct helper_object {
	const struct helper *helper;
	uint16_t family;		/* NFPROTO_*, as it is listed */
	uint8_t protocol;
};

static const struct nl_policy policy[NFTA_CT_HELPER_MAX + 1] = {
	[NFTA_CT_HELPER_NAME] = { .kind = NL_STRING, .max = NAME_MOST - 1 },
	[NFTA_CT_HELPER_L3PROTO] = { .kind = NL_U16 },
	[NFTA_CT_HELPER_L4PROTO] = { .kind = NL_U8 },
};

static const struct helper *
find(const struct nl_attr *name, uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++) {
		const struct helper *h = &helpers[i];

		if (nl_string_is(name, h->name) &&
		    ((h->tcp && protocol == IPPROTO_TCP) ||
		     (h->udp && protocol == IPPROTO_UDP)))
			return h;
	}
	return NULL;
}

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct helper_object *o = nft_object_priv(object);
	uint16_t family = load->family;

	if (!tb[NFTA_CT_HELPER_NAME].data || !tb[NFTA_CT_HELPER_L4PROTO].data)
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
		break;
	case NFPROTO_IPV6:
		if (load->family == NFPROTO_IPV4)
			return -EINVAL;
		break;
	case NFPROTO_NETDEV:
	case NFPROTO_BRIDGE:
	case NFPROTO_INET:
		family = NFPROTO_INET;
		break;
	default:
		return -EAFNOSUPPORT;
	}
	o->helper = find(&tb[NFTA_CT_HELPER_NAME], o->protocol);
	if (!o->helper || (family == NFPROTO_IPV6 && !o->helper->ipv6))
		return -ENOENT;
	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	o->family = family == NFPROTO_INET && !o->helper->ipv6 ?
		    NFPROTO_IPV4 : family;
	nft_notice(load->nft, NFT_NOTICE_HELPER);
	return 0;
}

/* Nothing yet: the connection goes on without. */
static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	(void)object;
	(void)regs;
	(void)ev;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	const struct helper_object *o = nft_object_priv(object);

	(void)reset;
	nl_put_string(w, NFTA_CT_HELPER_NAME, o->helper->name);
	nl_put_u8(w, NFTA_CT_HELPER_L4PROTO, o->protocol);
	nl_put_be16(w, NFTA_CT_HELPER_L3PROTO, o->family);
}

const struct nft_object_ops nft_object_ct_helper = {
	.type = NFT_OBJECT_CT_HELPER,
	.size = sizeof(struct helper_object),
	.max_attr = NFTA_CT_HELPER_MAX,
	.policy = policy,
	.init = init,
	.eval = eval,
	.dump = dump,
};
