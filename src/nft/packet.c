/* SPDX-License-Identifier: BSD-2-Clause
 * nft/packet.c - where a packet's headers are, for expressions.
 *
 * Unlike tracking, rules look at packets whatever they are: fragments, and
 * such as no protocol would take.  Nothing is assumed of what lies beyond
 * the bytes at hand. */
#include "nft/packet.h"

#include <linux/if_packet.h>

enum {
	IPV4_HEADER = 20,
	IPV4_OFFSET = 0x1fff,
	IPV4_MULTICAST = 0xe0,
	IPV6_HEADER = 40,
	IPV6_OFFSET = 0xfff8,

	NEXT_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_AUTH = 51,
	NEXT_NONE = 59,
	NEXT_DEST = 60,
};

static void
look_ipv4(struct nft_eval *ev, const struct pkt *p)
{
	uint32_t header;

	if (p->have < IPV4_HEADER)
		return;
	header = (p->ip[0] & 15u) * 4;
	if (header < IPV4_HEADER || header > p->len)
		return;
	ev->has_l4 = true;
	ev->l4proto = p->ip[9];
	ev->l4 = header;
	ev->frag_offset = get_be16(p->ip + 6) & IPV4_OFFSET;
}

static bool
is_extension(uint8_t next)
{
	return next == NEXT_HOP || next == NEXT_ROUTING ||
	       next == NEXT_FRAGMENT || next == NEXT_AUTH ||
	       next == NEXT_DEST;
}

/* Along the extension headers, up to an authentication header: that is a
 * protocol to rules, as in Linux, whatever tracking sees behind it.  What a
 * later fragment says comes next is taken for its protocol, though its header
 * is not there. */
static void
look_ipv6(struct nft_eval *ev, const struct pkt *p)
{
	uint32_t at = IPV6_HEADER, size;
	uint8_t next;

	if (p->have < IPV6_HEADER)
		return;
	next = p->ip[6];
	while (is_extension(next)) {
		const uint8_t *h = p->ip + at;

		if (pkt_header(p, at, 2) != PKT_HEADER_OK)
			return;
		if (next == NEXT_FRAGMENT) {
			if (pkt_header(p, at, 4) != PKT_HEADER_OK)
				return;
			ev->frag_offset = get_be16(h + 2) & IPV6_OFFSET;
			if (ev->frag_offset) {
				if (is_extension(h[0]))
					return;
				/* Where its header would be is not known,
				 * and Linux looks at the packet's begin. */
				next = h[0];
				at = 0;
				break;
			}
			size = 8;
		} else if (next == NEXT_AUTH) {
			break;
		} else {
			size = (h[1] + 1u) * 8;
		}
		next = h[0];
		at += size;
	}
	if (at > UINT16_MAX)
		return;
	ev->has_l4 = true;
	ev->l4proto = next;
	ev->l4 = at;
}

void
nft_packet_look_ports(struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;

	ev->ports = 0;
	ev->ports_of = NFT_PORTS_NONE;
	if (!ev->has_l4)	/* of later fragments, too: expr_fast.h */
		return;
	ev->ports_of = NFT_PORTS_CUT;
	if (pkt_header(p, ev->l4, sizeof(ev->ports)) != PKT_HEADER_OK)
		return;
	ev->ports_of = ev->l4proto;
	ev->ports = load32(p->ip + ev->l4);
}

void
nft_packet_look(struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;

	ev->has_l4 = false;
	ev->l4proto = 0;
	ev->l4 = 0;
	ev->frag_offset = 0;
	if (p->kind == PKT_WHOLE && (p->family == CLEW_IPV4 ||
				     p->ip[6] == p->protocol)) {
		ev->has_l4 = true;
		ev->l4proto = p->protocol;
		ev->l4 = p->l4;
	} else if (p->kind == PKT_BAD || p->kind == PKT_CUT) {
		ev->has_l4 = false;	/* nothing is known */
	} else if (p->family == CLEW_IPV4) {
		look_ipv4(ev, p);
	} else {
		look_ipv6(ev, p);
	}
	nft_packet_look_ports(ev);
}

uint8_t
nft_hook_family(const struct nft_base *base, const struct path *path)
{
	uint8_t family = base->chain.table->family;

	if (path->hook == HOOK_INGRESS || path->hook == HOOK_EGRESS)
		return NFPROTO_NETDEV;
	if (family != NFPROTO_INET)
		return family;
	return path->p->family == CLEW_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
}

uint8_t
nft_packet_type(const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;

	if (ev->path->pkttype != PACKET_LOOPBACK)
		return ev->path->pkttype;
	/* As it would be if another host had sent it. */
	if (p->family == CLEW_IPV4 && p->have >= 20)
		return (pkt_dst(p)[0] & 0xf0) == IPV4_MULTICAST ?
		       PACKET_MULTICAST : PACKET_BROADCAST;
	return PACKET_MULTICAST;
}
