/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_ct_expect.c - connections that are to be expected of others.
 *
 * A rule has a connection that begins expect one in the other direction: from
 * its server to its client, to a port of the object's. */
#include <netinet/in.h>

#include "base/bytes.h"
#include "nft/object_private.h"
#include "track/track.h"

struct expect_object {
	uint16_t family;
	uint8_t protocol;
	uint8_t size;
	uint16_t port;
	uint32_t timeout;		/* Linux takes nft's milliseconds for
					 * seconds */
	struct track *track;
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
	o->timeout = nl_u32(&tb[NFTA_CT_EXPECT_TIMEOUT]);
	o->size = nl_u8(&tb[NFTA_CT_EXPECT_SIZE]);
	o->track = load->nft->config.track;
	return 0;
}

/* From the source of 'c' in direction 'dir', any port, to its destination. */
static void
fill(const struct expect_object *o, const struct conn *c, enum clew_dir dir,
     struct expectation *want)
{
	struct clew_tuple tuple, mask = { .family = (uint8_t)o->family };
	struct key k;

	conn_key(o->track, c, dir, &k);
	key_to_tuple(&k, &tuple);
	tuple.protocol = o->protocol;
	tuple.part.port.sport_be = 0;
	tuple.part.port.dport_be = to_be16(o->port);
	key_from_tuple(&tuple, &want->tuple);
	memset(&mask.src, 0xff, key_addr_size(&k.s));
	mask.protocol = o->protocol;
	key_from_tuple(&mask, &want->mask);
}

static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct expect_object *o = nft_object_priv(object);
	struct conn *c = nft_conn(ev);
	struct expectation want = { 0 };
	struct conn_help *help;

	if (!c || conn_is_confirmed(c)) {
		regs->verdict = NFT_BREAK;
		return;
	}
	help = conn_help(o->track, c);
	if (!help)
		help = conn_set_helper(o->track, c, 0);
	if (!help) {
		regs->verdict = NFT_VERDICT_DROP;
		return;
	}
	if (help->expecting[0] >= o->size) {
		regs->verdict = NFT_BREAK;
		return;
	}
	fill(o, c, !ev->path->packet->dir, &want);
	if (conn_family(c) == o->family &&
	    expect_add(o->track, c, &want, (uint64_t)o->timeout * 1000))
		regs->verdict = NFT_VERDICT_DROP;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	const struct expect_object *o = nft_object_priv(object);

	(void)reset;
	nl_put_be16(w, NFTA_CT_EXPECT_L3PROTO, o->family);
	nl_put_u8(w, NFTA_CT_EXPECT_L4PROTO, o->protocol);
	nl_put_be16(w, NFTA_CT_EXPECT_DPORT, o->port);
	nl_put_u32(w, NFTA_CT_EXPECT_TIMEOUT, o->timeout);
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
