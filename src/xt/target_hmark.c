/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_hmark.c - 'HMARK': a mark that is the hash of addresses and ports,
 * the same for both directions and on every machine that is told the same. */
#include <linux/icmp.h>
#include <linux/netfilter/xt_HMARK.h>

#include "nft/exthdr.h"
#include "nft/jenkins.h"
#include "nft/packet.h"
#include "track/track.h"
#include "xt/packet.h"

enum {
	FLAG_L3 = XT_HMARK_FLAG(XT_HMARK_METHOD_L3),
	FLAG_CT = XT_HMARK_FLAG(XT_HMARK_CT),
	FLAG_SPI = XT_HMARK_FLAG(XT_HMARK_SPI),
	FLAG_SPI_MASK = XT_HMARK_FLAG(XT_HMARK_SPI_MASK),
	FLAG_PORTS = XT_HMARK_FLAG(XT_HMARK_SPORT) |
		     XT_HMARK_FLAG(XT_HMARK_DPORT),
	FLAG_PORT_MASKS = XT_HMARK_FLAG(XT_HMARK_SPORT_MASK) |
			  XT_HMARK_FLAG(XT_HMARK_DPORT_MASK),

	IPV4_HEADER = 20,
	IPV4_FRAGMENT = 0x3fff,		/* MF and the offset */
	IPV6_HEADER = 40,
	IPV6_NEXT_FRAGMENT = 44,
	ICMP_HEADER = 8,
	ICMPV6_QUERIES = 128,		/* types below it are errors */
	AH_SPI = 4,
};

struct tuple {
	uint32_t src;			/* host order */
	uint32_t dst;
	uint32_t ports;
	uint8_t protocol;
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_hmark_info *info = ext->info;

	(void)load;
	if (!info->hmodulus || (info->proto_mask && info->flags & FLAG_L3))
		return -EINVAL;
	return (info->flags & FLAG_SPI_MASK && info->flags & FLAG_PORT_MASKS) ||
	       (info->flags & FLAG_SPI && info->flags & FLAG_PORTS) ?
	       -EINVAL : 0;
}

/* An address with its mask, folded to a word. */
static uint32_t
masked(const uint8_t *addr, const union nf_inet_addr *mask, bool is_ipv6)
{
	const uint8_t *m = (const uint8_t *)mask;
	uint32_t word = get_be32(addr) & get_be32(m);

	for (unsigned i = 4; is_ipv6 && i < 16; i += 4)
		word ^= get_be32(addr + i) & get_be32(m + i);
	return word;
}

/* The larger first, so that both directions have the same. */
static void
set_ports(struct tuple *t, const struct xt_hmark_info *info, uint32_t ports)
{
	uint16_t pair[2], src, dst;

	ports = (ports & info->port_mask.b32) | info->port_set.b32;
	memcpy(pair, &ports, sizeof(pair));
	src = be16toh(pair[0]);
	dst = be16toh(pair[1]);
	t->ports = dst > src ? (uint32_t)dst << 16 | src :
			       (uint32_t)src << 16 | dst;
}

static uint32_t
hash(const struct tuple *t, const struct xt_hmark_info *info)
{
	uint32_t words[3] = { t->src, t->dst, t->ports }, h;

	if (t->dst < t->src) {
		words[0] = t->dst;
		words[1] = t->src;
	}
	h = jenkins_hash(words, sizeof(words), info->hashrnd) ^
	    (t->protocol & info->proto_mask);
	return (uint32_t)((uint64_t)h * info->hmodulus >> 32) + info->hoffset;
}

static void
read_connection(struct tuple *t, const struct xt_hmark_info *info,
		const struct track *track, const struct conn *c)
{
	struct clew_tuple orig, reply;
	struct key key;
	bool is_ipv6 = conn_family(c) == CLEW_IPV6;
	uint16_t pair[2];
	uint32_t ports;

	conn_key(track, c, CLEW_DIR_ORIG, &key);
	key_to_tuple(&key, &orig);
	conn_key(track, c, CLEW_DIR_REPLY, &key);
	key_to_tuple(&key, &reply);
	t->src = masked(orig.src.bytes, &info->src_mask, is_ipv6);
	t->dst = masked(reply.src.bytes, &info->dst_mask, is_ipv6);
	if (info->flags & FLAG_L3)
		return;
	t->protocol = orig.protocol;
	if (t->protocol == IPPROTO_ICMP)
		return;
	/* What identifies the sender: a port, an ICMPv6 id, a GRE key. */
	pair[0] = orig.protocol == IPPROTO_ICMPV6 ?
		  orig.part.icmp.id_be : orig.part.port.sport_be;
	pair[1] = orig.protocol == IPPROTO_ICMPV6 ?
		  reply.part.icmp.id_be : reply.part.port.sport_be;
	memcpy(&ports, pair, sizeof(ports));
	set_ports(t, info, ports);
}

/* Of protocols that have such; ESP's and AH's index counts for them. */
static void
read_ports(struct tuple *t, const struct xt_hmark_info *info,
	   const struct pkt *p, uint32_t l4)
{
	switch (t->protocol) {
	case IPPROTO_AH:
		l4 += AH_SPI;
		break;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
	case IPPROTO_ESP:
		break;
	default:
		return;
	}
	if (pkt_header(p, l4, sizeof(uint32_t)) == PKT_HEADER_OK)
		set_ports(t, info, load32(p->ip + l4));
}

static bool
is_error_ipv4(uint8_t type)
{
	return type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH ||
	       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB ||
	       type == ICMP_REDIRECT;
}

/* ICMP errors count as what they quote. => false: no mark. */
static bool
read_ipv4(struct tuple *t, const struct xt_hmark_info *info,
	  const struct pkt *p)
{
	uint32_t at = 0, l4;
	const uint8_t *ip;

	if (pkt_header(p, 0, IPV4_HEADER) != PKT_HEADER_OK)
		return false;
	ip = p->ip;
	l4 = (ip[0] & 15u) * 4;
	if (ip[9] == IPPROTO_ICMP &&
	    pkt_header(p, l4, ICMP_HEADER) == PKT_HEADER_OK &&
	    is_error_ipv4(ip[l4])) {
		at = l4 + ICMP_HEADER;
		if (pkt_header(p, at, IPV4_HEADER) != PKT_HEADER_OK)
			return false;
		ip = p->ip + at;
		l4 = at + (ip[0] & 15u) * 4;
	}
	t->src = masked(ip + 12, &info->src_mask, false);
	t->dst = masked(ip + 16, &info->dst_mask, false);
	if (info->flags & FLAG_L3)
		return true;
	t->protocol = ip[9];
	if (t->protocol != IPPROTO_ICMP && !(get_be16(ip + 6) & IPV4_FRAGMENT))
		read_ports(t, info, p, l4);
	return true;
}

static bool
is_fragment_ipv6(const struct pkt *p)
{
	return exthdr_find_ipv6(p, IPV6_NEXT_FRAGMENT) != 0;
}

static void
read_ipv6_at(struct tuple *t, const struct xt_hmark_info *info,
	     const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;

	t->src = masked(pkt_src(p), &info->src_mask, true);
	t->dst = masked(pkt_dst(p), &info->dst_mask, true);
	if (info->flags & FLAG_L3)
		return;
	t->protocol = ev->l4proto;
	if (t->protocol != IPPROTO_ICMPV6 && !is_fragment_ipv6(p))
		read_ports(t, info, p, ev->l4);
}

/* The packet that an error quotes, from its own header on. => false: it is
 * none. */
static bool
read_quoted_ipv6(struct tuple *t, const struct xt_hmark_info *info,
		 const struct pkt *p, uint32_t at)
{
	struct pkt quoted = {
		.ip = p->ip + at,
		.have = p->have - at,
		.len = p->len - at,
		.family = CLEW_IPV6,
		.kind = PKT_FRAGMENT,	/* nothing is known of it */
	};
	struct path path = { .p = &quoted };
	struct nft_eval ev = { .path = &path, .family = NFPROTO_IPV6 };

	if (quoted.ip[0] >> 4 != 6)
		return false;
	nft_packet_look(&ev);
	if (!ev.has_l4)
		return false;
	read_ipv6_at(t, info, &ev);
	return true;
}

static bool
read_ipv6(struct tuple *t, const struct xt_hmark_info *info,
	  const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	const uint8_t *icmp;

	if (!ev->has_l4)
		return true;	/* the hash of nothing */
	if (ev->l4proto == IPPROTO_ICMPV6 && !is_fragment_ipv6(p)) {
		uint32_t at = ev->l4 + ICMP_HEADER;

		icmp = xt_transport(ev, ICMP_HEADER);
		if (icmp && icmp[0] && icmp[0] < ICMPV6_QUERIES)
			return pkt_header(p, at, IPV6_HEADER) ==
			       PKT_HEADER_OK &&
			       read_quoted_ipv6(t, info, p, at);
	}
	read_ipv6_at(t, info, ev);
	return true;
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_hmark_info *info = ext->info;
	struct tuple t = { 0 };

	if (info->flags & FLAG_CT) {
		if (!nft_conn(ev))
			return NFT_CONTINUE;
		read_connection(&t, info, ev->path->track, nft_conn(ev));
	} else if (!(ev->family == NFPROTO_IPV6 ? read_ipv6(&t, info, ev) :
		     read_ipv4(&t, info, ev->path->p))) {
		return NFT_CONTINUE;
	}
	ev->path->packet->mark = hash(&t, info);
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_hmark_0 = {
	.name = "HMARK",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_hmark_info),
	.check = check,
	.target = target,
};
