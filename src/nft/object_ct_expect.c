/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_ct_expect.c - connections that are to be expected of others.
 *
 * Expectations come with helpers, later: such an object is kept and listed
 * as Linux would, and what it does not do is said once
 * (NFT_NOTICE_EXPECTATION). */
#include <netinet/in.h>

#include "nft/object_private.h"

struct expect_object {
	uint16_t family;
	uint8_t protocol;
	uint8_t size;
	uint16_t port;
	uint32_t timeout_ms;
};

static const struct nl_policy policy[NFTA_CT_EXPECT_MAX + 1] = {
	[NFTA_CT_EXPECT_L3PROTO] = { .kind = NL_U16 },
	[NFTA_CT_EXPECT_L4PROTO] = { .kind = NL_U8 },
	[NFTA_CT_EXPECT_DPORT] = { .kind = NL_U16 },
	[NFTA_CT_EXPECT_TIMEOUT] = { .kind = NL_U32 },
	[NFTA_CT_EXPECT_SIZE] = { .kind = NL_U8 },
};

static bool
has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP;
}

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct expect_object *o = nft_object_priv(object);

	if (!tb[NFTA_CT_EXPECT_L4PROTO].data ||
	    !tb[NFTA_CT_EXPECT_DPORT].data ||
	    !tb[NFTA_CT_EXPECT_TIMEOUT].data || !tb[NFTA_CT_EXPECT_SIZE].data)
		return -EINVAL;
	o->family = load->family;
	if (tb[NFTA_CT_EXPECT_L3PROTO].data)
		o->family = nl_be16(&tb[NFTA_CT_EXPECT_L3PROTO]);
	if (o->family != NFPROTO_IPV4 && o->family != NFPROTO_IPV6)
		return -EAFNOSUPPORT;
	if (o->family != load->family && load->family != NFPROTO_INET)
		return -EINVAL;
	o->protocol = nl_u8(&tb[NFTA_CT_EXPECT_L4PROTO]);
	if (!has_ports(o->protocol))
		return -EOPNOTSUPP;
	o->port = nl_be16(&tb[NFTA_CT_EXPECT_DPORT]);
	o->timeout_ms = nl_u32(&tb[NFTA_CT_EXPECT_TIMEOUT]);
	o->size = nl_u8(&tb[NFTA_CT_EXPECT_SIZE]);
	nft_notice(load->nft, NFT_NOTICE_EXPECTATION);
	return 0;
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	(void)object;
	if (!nft_conn(ev))
		regs->verdict = NFT_BREAK;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	const struct expect_object *o = nft_object_priv(object);

	(void)reset;
	nl_put_be16(w, NFTA_CT_EXPECT_L3PROTO, o->family);
	nl_put_u8(w, NFTA_CT_EXPECT_L4PROTO, o->protocol);
	nl_put_be16(w, NFTA_CT_EXPECT_DPORT, o->port);
	nl_put_u32(w, NFTA_CT_EXPECT_TIMEOUT, o->timeout_ms);
	nl_put_u8(w, NFTA_CT_EXPECT_SIZE, o->size);
}

const struct nft_object_ops nft_object_ct_expect = {
	.type = NFT_OBJECT_CT_EXPECT,
	.size = sizeof(struct expect_object),
	.max_attr = NFTA_CT_EXPECT_MAX,
	.policy = policy,
	.init = init,
	.eval = eval,
	.dump = dump,
};
