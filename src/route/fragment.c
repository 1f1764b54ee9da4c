/* SPDX-License-Identifier: BSD-2-Clause
 * route/fragment.c - a packet too big for its way out, in parts.
 *
 * A datagram that was put together here goes out in the parts it came in, if
 * they fit; else, as a packet that came whole, in parts as large as fit, but
 * never larger than those that came. */
#include <string.h>

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "route/answer.h"
#include "route/forward.h"
#include "route/option.h"
#include "route/router.h"

enum {
	IPV4_DF		= 0x4000,
	IPV4_MF		= 0x2000,
	IPV6_HEADER	= 40,
	IPV6_FRAGMENT	= 8,
	IPV6_MTU_LEAST	= 1280,

	NEXT_HOP	= 0,
	NEXT_ROUTING	= 43,
	NEXT_FRAGMENT	= 44,
	NEXT_DEST	= 60,
};

/* How it is cut: 'header' bytes go before each part. */
struct cut {
	struct path *path;
	route_part_fn *part;
	void *ctx;
	uint32_t header;	/* of the packet */
	uint32_t most;		/* payload of one part; but of the last, it is
				 * a multiple of 8 */
	bool as_came;		/* in the parts it came in */
	bool has_df;
	uint32_t next_at;	/* IPv6: names what the fragment header hides */
	uint32_t id;
};

/* Where part 'i' begins, or the last one ends.  What Linux has pulled together
 * belongs to the first: some of the others are shorter for it, or gone. */
static uint32_t
part_at(const struct cut *c, uint32_t i)
{
	const struct path *path = c->path;
	uint32_t pulled = path->pulled > c->header ?
			  path->pulled - c->header : 0;
	uint32_t at = i < path->parts ? path->part[i] * 8u :
		      path->p->len - c->header;

	return i && at < pulled ? pulled : at;
}

/* Where the part after the one that begins at 'at' begins. */
static uint32_t
next_at(const struct cut *c, uint32_t at, uint32_t *index)
{
	uint32_t size = c->path->p->len - c->header;

	if (!c->as_came)
		return size - at > c->most ? at + (c->most & ~7u) : size;
	while (part_at(c, *index) <= at)
		++*index;
	return part_at(c, *index);
}

/* Do the parts it came in still make up the packet, and fit? */
static bool
fit_as_they_came(const struct cut *c, uint32_t mtu)
{
	const struct path *path = c->path;
	uint32_t size = path->p->len - c->header, last;

	if (!path->parts || path->part[0])
		return false;
	last = part_at(c, path->parts - 1);
	if (last >= size)
		return false;
	for (uint32_t i = 0; i < path->parts; i++) {
		uint32_t at = part_at(c, i), end = part_at(c, i + 1);

		if (end - at > mtu || (end < size && (end & 7)))
			return false;
	}
	return true;
}

/* IPv4. */

static void
write4(const struct cut *c, uint8_t *to, uint32_t at, uint32_t end)
{
	const struct pkt *p = c->path->p;
	uint16_t field = (uint16_t)(at / 8 | (end < p->len - c->header ?
				    IPV4_MF : 0) |
				    (c->has_df ? IPV4_DF : 0));

	memcpy(to, p->ip, c->header);
	if (at)
		option_fragment(to);
	memcpy(to + c->header, p->ip + c->header + at, end - at);
	put_be16(to + 2, (uint16_t)(c->header + end - at));
	put_be16(to + 6, field);
	put_be16(to + 10, 0);
	put_be16(to + 10, (uint16_t)~checksum_fold(
		checksum_add(0, to, c->header)));
}

static enum route_fragments
fragment4(struct cut *c)
{
	struct path *path = c->path;
	const struct pkt *p = path->p;
	uint32_t mtu = path->route.mtu;
	bool df = get_be16(p->ip + 6) & IPV4_DF;

	if (p->len <= mtu && !path->frag_max)
		return FRAGMENT_NOT_NEEDED;
	if (df && (!path->frag_max || path->frag_max > mtu)) {
		answer_icmp(path, 3, 4, mtu);
		return FRAGMENT_REFUSED;
	}
	if (path->frag_max && path->frag_max < mtu)
		mtu = path->frag_max;
	c->header = (p->ip[0] & 15u) * 4;
	if (mtu < c->header + 8)
		return FRAGMENT_REFUSED;
	c->most = mtu - c->header;
	c->as_came = fit_as_they_came(c, c->most);
	c->has_df = path->frag_df && !c->as_came;
	return FRAGMENT_DONE;
}

/* IPv6. */

/* What every fragment repeats (RFC 8200 4.5): all headers up to the first
 * that is for the destination alone. */
static bool
find_header6(struct cut *c)
{
	const struct pkt *p = c->path->p;
	uint8_t next = p->ip[6];
	bool is_routed = false;

	c->next_at = 6;
	c->header = IPV6_HEADER;
	while (next == NEXT_HOP || next == NEXT_ROUTING ||
	       (next == NEXT_DEST && !is_routed)) {
		if (pkt_header(p, c->header, 2) != PKT_HEADER_OK)
			return false;
		is_routed |= next == NEXT_ROUTING;
		next = p->ip[c->header];
		c->next_at = c->header;
		c->header += (p->ip[c->header + 1] + 1u) * 8;
	}
	return c->header < p->len;
}

static void
write6(const struct cut *c, uint8_t *to, uint32_t at, uint32_t end)
{
	const struct pkt *p = c->path->p;
	uint8_t *f = to + c->header;
	bool more = end < p->len - c->header;

	memcpy(to, p->ip, c->header);
	put_be16(to + 4, (uint16_t)(c->header - IPV6_HEADER + IPV6_FRAGMENT +
				    end - at));
	f[0] = to[c->next_at];
	to[c->next_at] = NEXT_FRAGMENT;
	f[1] = 0;
	put_be16(f + 2, (uint16_t)(at | more));
	put_be32(f + 4, c->id);
	memcpy(f + IPV6_FRAGMENT, p->ip + c->header + at, end - at);
}

static enum route_fragments
refuse6(struct cut *c, uint32_t mtu)
{
	answer_icmp(c->path, 2, 0, mtu);
	return FRAGMENT_REFUSED;
}

static enum route_fragments
fragment6(struct cut *c)
{
	struct path *path = c->path;
	const struct pkt *p = path->p;
	uint32_t mtu = path->route.mtu;

	if (p->len <= mtu && (!path->frag_max || p->len <= path->frag_max))
		return FRAGMENT_NOT_NEEDED;
	/* Routers take apart only what they put together. */
	if (!path->frag_max || path->frag_max > mtu)
		return refuse6(c, mtu);
	if (path->frag_max < mtu)
		mtu = path->frag_max > IPV6_MTU_LEAST ? path->frag_max :
		      IPV6_MTU_LEAST;
	if (!find_header6(c) || mtu < c->header + IPV6_FRAGMENT + 8)
		return refuse6(c, mtu);
	c->most = mtu - c->header - IPV6_FRAGMENT;
	c->as_came = fit_as_they_came(c, c->most);
	do
		c->id = random_u32(path->random);
	while (!c->id);
	return FRAGMENT_DONE;
}

enum route_fragments
route_fragment(struct path *path, route_part_fn *part, void *ctx)
{
	const struct pkt *p = path->p;
	bool ipv4 = p->family == CLEW_IPV4;
	struct cut c = { .path = path, .part = part, .ctx = ctx };
	uint32_t extra, at = 0, index = 0;
	enum route_fragments way;

	/* What a capture cut, or is yet to be segmented, stays whole. */
	if (p->have < p->len || (p->flags & CLEW_PKT_GSO))
		return FRAGMENT_NOT_NEEDED;
	way = ipv4 ? fragment4(&c) : fragment6(&c);
	if (way != FRAGMENT_DONE)
		return way;
	extra = c.header + (ipv4 ? 0 : IPV6_FRAGMENT);
	while (at < p->len - c.header) {
		uint32_t end = next_at(&c, at, &index);
		uint8_t *to = part(ctx, extra + end - at);

		if (!to)
			return FRAGMENT_REFUSED;
		if (ipv4)
			write4(&c, to, at, end);
		else
			write6(&c, to, at, end);
		at = end;
	}
	return FRAGMENT_DONE;
}
