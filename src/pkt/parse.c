/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/parse.c - from the IP header to the transport header.
 *
 * First what the receiving stack checks before any hook sees the packet
 * (RFC 1812 5.2.2, RFC 8200 3), in Linux's order; then the way to the
 * transport header: IPv4 options, IPv6 extension headers.  Linux's own list
 * of extension headers is followed: Mobility, HIP and Shim6 headers are
 * protocols to it, and so is ESP. */
#include "pkt/pkt.h"

#include "base/bytes.h"
#include "pkt/checksum.h"

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	IPV4_MF = 0x2000,
	IPV4_OFFSET = 0x1fff,
	IPV6_OFFSET = 0xfff8,

	NEXT_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_AUTH = 51,
	NEXT_NONE = 59,
	NEXT_DEST = 60,

	HOP_PAD1 = 0,
	HOP_JUMBO = 0xc2,
};

static bool
is_extension(uint8_t next)
{
	return next == NEXT_HOP || next == NEXT_ROUTING ||
	       next == NEXT_FRAGMENT || next == NEXT_AUTH ||
	       next == NEXT_NONE || next == NEXT_DEST;
}

static void
bad(struct pkt *p, enum clew_reason why)
{
	p->kind = PKT_BAD;
	p->why = (uint8_t)why;
}

static void
parse_ipv4(struct pkt *p, uint32_t wire)
{
	const uint8_t *ip = p->ip;
	uint32_t header, frag;

	p->len = wire;
	switch (pkt_header(p, 0, IPV4_HEADER)) {
	case PKT_HEADER_SHORT: return bad(p, CLEW_WHY_IP_TRUNCATED);
	case PKT_HEADER_CUT: p->kind = PKT_CUT; return;
	case PKT_HEADER_OK: break;
	}
	header = (ip[0] & 15u) * 4;
	if (header < IPV4_HEADER)
		return bad(p, CLEW_WHY_IP_HEADER);
	switch (pkt_header(p, 0, header)) {
	case PKT_HEADER_SHORT: return bad(p, CLEW_WHY_IP_TRUNCATED);
	case PKT_HEADER_CUT: p->kind = PKT_CUT; return;
	case PKT_HEADER_OK: break;
	}
	if (!(p->flags & CLEW_PKT_IP_CSUM_OK) &&
	    !checksum_is_ipv4_good(ip, header))
		return bad(p, CLEW_WHY_IP_CHECKSUM);
	p->len = get_be16(ip + 2);
	if (p->len > wire)
		return bad(p, CLEW_WHY_IP_TRUNCATED);
	if (p->len < header)
		return bad(p, CLEW_WHY_IP_HEADER);

	p->protocol = ip[9];
	p->l4 = header;
	frag = get_be16(ip + 6);
	p->kind = frag & (IPV4_MF | IPV4_OFFSET) ? PKT_FRAGMENT : PKT_WHOLE;
}

/* A hop-by-hop header is checked on receipt, options and all (RFC 8200
 * 4.3); a jumbogram's length (RFC 2675) is taken from it.
 * => SHORT: the packet is to be dropped. */
static enum pkt_header
check_hop_by_hop(struct pkt *p, uint32_t wire)
{
	uint32_t at = IPV6_HEADER, end;
	enum pkt_header there = pkt_header(p, at, 8);

	if (there != PKT_HEADER_OK)
		return there;
	end = at + (p->ip[at + 1] + 1u) * 8;
	there = pkt_header(p, at, end - at);
	if (there != PKT_HEADER_OK)
		return there;
	for (at += 2; at < end; ) {
		uint32_t size, jumbo;

		if (p->ip[at] == HOP_PAD1) {
			at++;
			continue;
		}
		if (end - at < 2)
			return PKT_HEADER_SHORT;
		size = p->ip[at + 1] + 2u;
		if (size > end - at)
			return PKT_HEADER_SHORT;
		if (p->ip[at] == HOP_JUMBO) {
			if (size != 6 || (at & 3) != 2)
				return PKT_HEADER_SHORT;
			jumbo = get_be32(p->ip + at + 2);
			if (jumbo <= 65535 || get_be16(p->ip + 4) ||
			    jumbo > wire - IPV6_HEADER)
				return PKT_HEADER_SHORT;
			p->len = jumbo + IPV6_HEADER;
		}
		at += size;
	}
	return PKT_HEADER_OK;
}

/* A walk along the extension headers. */
struct walk {
	uint32_t at;		/* where the present header begins */
	uint32_t named_at;	/* offset of the byte that named it */
	uint8_t next;		/* what it is */
};

/* Step over the extension header at hand. */
static enum pkt_header
walk_step(const struct pkt *p, struct walk *w)
{
	enum pkt_header there = pkt_header(p, w->at, 2);
	const uint8_t *h = p->ip + w->at;
	uint32_t size;

	if (there != PKT_HEADER_OK)
		return there;
	if (w->next == NEXT_FRAGMENT)
		size = 8;
	else if (w->next == NEXT_AUTH)
		size = (h[1] + 2u) * 4;
	else
		size = (h[1] + 1u) * 8;
	w->next = h[0];
	w->named_at = w->at;
	w->at += size;
	return PKT_HEADER_OK;
}

/* Walk to the first fragment header.  => SHORT when there is none. */
static enum pkt_header
walk_to_fragment(const struct pkt *p, struct walk *w)
{
	while (w->next != NEXT_FRAGMENT) {
		enum pkt_header there;

		if (!is_extension(w->next) || w->next == NEXT_NONE)
			return PKT_HEADER_SHORT;
		there = walk_step(p, w);
		if (there != PKT_HEADER_OK)
			return there;
	}
	return PKT_HEADER_OK;
}

/* Walk to the transport header.  => SHORT when there is none: the packet
 * ends first, says "no next header", or is a fragment but the first. */
static enum pkt_header
walk_to_transport(const struct pkt *p, struct walk *w)
{
	while (is_extension(w->next)) {
		enum pkt_header there;

		if (w->next == NEXT_NONE)
			return PKT_HEADER_SHORT;
		if (w->next == NEXT_FRAGMENT) {
			there = pkt_header(p, w->at, 4);
			if (there != PKT_HEADER_OK)
				return there;
			if (get_be16(p->ip + w->at + 2) & IPV6_OFFSET)
				return PKT_HEADER_SHORT;
		}
		there = walk_step(p, w);
		if (there != PKT_HEADER_OK)
			return there;
	}
	return PKT_HEADER_OK;
}

static void
parse_ipv6(struct pkt *p, uint32_t wire)
{
	const uint8_t *ip = p->ip;
	struct walk w = { .at = IPV6_HEADER, .named_at = 6 };
	bool jumbo;

	p->len = wire;
	switch (pkt_header(p, 0, IPV6_HEADER)) {
	case PKT_HEADER_SHORT: return bad(p, CLEW_WHY_IP_TRUNCATED);
	case PKT_HEADER_CUT: p->kind = PKT_CUT; return;
	case PKT_HEADER_OK: break;
	}
	jumbo = !get_be16(ip + 4);
	if (!jumbo || ip[6] != NEXT_HOP) {
		p->len = get_be16(ip + 4) + (uint32_t)IPV6_HEADER;
		if (p->len > wire)
			return bad(p, CLEW_WHY_IP_TRUNCATED);
	}
	if (ip[6] == NEXT_HOP) {
		switch (check_hop_by_hop(p, wire)) {
		case PKT_HEADER_SHORT: return bad(p, CLEW_WHY_IP_HEADER);
		case PKT_HEADER_CUT: p->kind = PKT_CUT; return;
		case PKT_HEADER_OK: break;
		}
	}

	/* RFC 2675 3: a jumbogram is never a fragment. */
	w.next = ip[6];
	if (!jumbo) {
		switch (walk_to_fragment(p, &w)) {
		case PKT_HEADER_CUT: p->kind = PKT_CUT; return;
		case PKT_HEADER_OK:
			/* Linux takes one that would begin beyond the end
			 * for no fragment. */
			if (w.at > p->len)
				break;
			p->frag_at = w.at;
			p->frag_next_at = w.named_at;
			p->kind = PKT_FRAGMENT;
			return;
		case PKT_HEADER_SHORT: break;
		}
	}
	pkt_find_transport(p);
}

void
pkt_find_transport(struct pkt *p)
{
	struct walk w = { .at = IPV6_HEADER, .named_at = 6 };

	if (p->family == CLEW_IPV4) {
		p->kind = get_be16(p->ip + 6) & IPV4_OFFSET ?
			  PKT_NO_L4 : PKT_WHOLE;
		return;
	}
	w.next = p->ip[6];
	switch (walk_to_transport(p, &w)) {
	case PKT_HEADER_SHORT: p->kind = PKT_NO_L4; return;
	case PKT_HEADER_CUT: p->kind = PKT_CUT; return;
	case PKT_HEADER_OK: break;
	}
	p->l4 = w.at;
	p->protocol = w.next;
	p->kind = PKT_WHOLE;
}

void
pkt_parse_datagram(struct pkt *p, const uint8_t *ip, uint32_t size)
{
	p->ip = ip;
	p->have = p->len = size;
	if (p->family == CLEW_IPV4) {
		p->l4 = (ip[0] & 15u) * 4;
		p->protocol = ip[9];
	}
	pkt_find_transport(p);
}

bool
pkt_is_first_part_short(const struct pkt *p)
{
	enum { TCP = 6, UDP = 17, ICMPV6 = 58 };
	struct walk w = { .at = p->frag_at, .next = NEXT_FRAGMENT };
	uint32_t need;

	if (walk_to_transport(p, &w) != PKT_HEADER_OK)
		return false;
	switch (w.next) {
	case TCP: need = 20; break;
	case UDP:
	case ICMPV6: need = 8; break;
	default: need = 1; break;
	}
	return w.at + need > p->len;
}

void
pkt_parse(struct pkt *p, const uint8_t *ip, uint32_t have, uint32_t wire)
{
	p->ip = ip;
	p->have = have;
	p->why = CLEW_WHY_NONE;
	p->family = 0;
	if (!have) {
		p->len = wire;
		p->kind = wire ? PKT_CUT : PKT_BAD;
		p->why = CLEW_WHY_IP_TRUNCATED;
		return;
	}
	if (ip[0] >> 4 == 4) {
		p->family = CLEW_IPV4;
		parse_ipv4(p, wire);
	} else if (ip[0] >> 4 == 6) {
		p->family = CLEW_IPV6;
		parse_ipv6(p, wire);
	} else {
		p->len = wire;
		bad(p, CLEW_WHY_IP_HEADER);
	}
}

bool
pkt_parse_quoted(const struct pkt *p, uint32_t at, uint32_t *l4,
		 uint8_t *protocol, bool *cut)
{
	uint32_t header = p->family == CLEW_IPV4 ? IPV4_HEADER : IPV6_HEADER;
	enum pkt_header there = pkt_header(p, at, header);
	struct walk w = { .at = at + IPV6_HEADER };

	*cut = there == PKT_HEADER_CUT;
	if (there != PKT_HEADER_OK)
		return false;
	if (p->family == CLEW_IPV4) {
		/* Errors quote the packet as it was on the way: a fragment
		 * but the first has no ports.  Nothing else is checked. */
		if (get_be16(p->ip + at + 6) & IPV4_OFFSET)
			return false;
		*l4 = at + (p->ip[at] & 15u) * 4;
		*protocol = p->ip[at + 9];
		return *l4 <= p->len;
	}
	w.next = p->ip[at + 6];
	there = walk_to_transport(p, &w);
	*cut = there == PKT_HEADER_CUT;
	*l4 = w.at;
	*protocol = w.next;
	return there == PKT_HEADER_OK;
}
