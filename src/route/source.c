/* SPDX-License-Identifier: BSD-2-Clause
 * route/source.c - which of its addresses a host speaks with.
 *
 * IPv4: the first primary address of the way out that shares the next hop's
 * net, or else its first; or else anybody's.  IPv6: RFC 6724 5, its rules 1,
 * 2, 5, 6 and 8; the others ask for what no address here has. */
#include <endian.h>
#include <string.h>

#include "route/router.h"

/* Addresses of the host alone: no other host is answered with them. */
static bool
is_host_scope(const union clew_addr *addr)
{
	return addr->bytes[0] == 127;
}

static const struct iface_addr *
select_on(const struct iface *iface, const union clew_addr *next_hop,
	  bool may_host)
{
	const struct iface_addr *a, *first = NULL;

	list_each(a, &iface->addrs, link) {
		if (a->pub.family != CLEW_IPV4 || a->is_secondary ||
		    (is_host_scope(&a->pub.addr) && !may_host))
			continue;
		if (router_is_zero(next_hop) ||
		    lpm_holds(&a->pub.addr, a->pub.prefix, next_hop))
			return a;
		if (!first)
			first = a;
	}
	return first;
}

static bool
select_ipv4(const struct router *router, const struct iface *out,
	    const union clew_addr *next_hop, union clew_addr *source)
{
	const union clew_addr any = { { 0 } };
	const struct iface_addr *a = select_on(out, next_hop, false);

	for (uint32_t i = 0; !a && i < router->iface_count; i++)
		a = select_on(router->iface[i], &any, false);
	if (!a)
		return false;
	*source = a->pub.addr;
	return true;
}

/* IPv6. */

enum {
	SCOPE_INTERFACE	= 1,
	SCOPE_LINK	= 2,
	SCOPE_SITE	= 5,
	SCOPE_GLOBAL	= 14,
};

static int
scope_of(const union clew_addr *addr)
{
	const uint8_t *b = addr->bytes;

	if (b[0] == 0xff)
		return b[1] & 15;
	if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80)
		return SCOPE_LINK;
	if (b[0] == 0xfe && (b[1] & 0xc0) == 0xc0)
		return SCOPE_SITE;
	if (!addr->be64[0] && addr->be64[1] == htobe64(1))
		return SCOPE_LINK;
	return SCOPE_GLOBAL;
}

/* RFC 6724 2.1, Linux's table. */
static int
label_of(const union clew_addr *addr)
{
	static const struct {
		union clew_addr net;
		uint8_t prefix;
		uint8_t label;
	} labels[] = {
		{ { .bytes = { [15] = 1 } }, 128, 0 },
		{ { .bytes = { [10] = 0xff, 0xff } }, 96, 4 },
		{ { .bytes = { 0 } }, 96, 3 },
		{ { .bytes = { 0x20, 0x01, 0x00, 0x10 } }, 28, 7 },
		{ { .bytes = { 0x20, 0x01 } }, 32, 6 },
		{ { .bytes = { 0x20, 0x02 } }, 16, 2 },
		{ { .bytes = { 0xfe, 0xc0 } }, 10, 11 },
		{ { .bytes = { 0xfc } }, 7, 5 },
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		if (lpm_holds(&labels[i].net, labels[i].prefix, addr))
			return labels[i].label;
	}
	return 1;
}

static int
common_bits(const union clew_addr *a, const union clew_addr *b, int most)
{
	int bits = 0;

	for (int i = 0; i < 16 && bits == i * 8; i++) {
		unsigned differ = a->bytes[i] ^ b->bytes[i];

		bits += differ ? __builtin_clz(differ) - 24 : 8;
	}
	return bits < most ? bits : most;
}

/* Is 'a' a better source than 'b' for 'dst', which leaves by 'out'?  'ours'
 * and 'theirs': are they of that interface? */
static bool
is_better(const struct iface_addr *a, bool ours, const struct iface_addr *b,
	  bool theirs, const union clew_addr *dst)
{
	const union clew_addr *x = &a->pub.addr, *y = &b->pub.addr;
	int sx = scope_of(x), sy = scope_of(y), sd = scope_of(dst);
	bool same_x = router_is_same(x, dst), same_y = router_is_same(y, dst);

	if (same_x != same_y)				/* rule 1 */
		return same_x;
	if (sx != sy)					/* rule 2 */
		return sx < sy ? sx >= sd : sy < sd;
	if (ours != theirs)				/* rule 5 */
		return ours;
	if ((label_of(x) == label_of(dst)) !=
	    (label_of(y) == label_of(dst)))		/* rule 6 */
		return label_of(x) == label_of(dst);
	return common_bits(x, dst, a->pub.prefix) >	/* rule 8 */
	       common_bits(y, dst, b->pub.prefix);
}

static const struct iface_addr *
better_on(const struct iface *iface, bool ours, const union clew_addr *dst,
	  const struct iface_addr *best, bool *best_ours)
{
	const struct iface_addr *a;

	list_each(a, &iface->addrs, link) {
		if (a->pub.family != CLEW_IPV6 || a->pub.addr.bytes[0] == 0xff)
			continue;
		if (best && !is_better(a, ours, best, *best_ours, dst))
			continue;
		best = a;
		*best_ours = ours;
	}
	return best;
}

static bool
select_ipv6(const struct router *router, const struct iface *out,
	    const union clew_addr *dst, union clew_addr *source)
{
	bool best_ours = false, is_of_link = scope_of(dst) <= SCOPE_LINK;
	const struct iface_addr *best;

	best = better_on(out, true, dst, NULL, &best_ours);
	for (uint32_t i = 0; !is_of_link && i < router->iface_count; i++) {
		if (router->iface[i] != out)
			best = better_on(router->iface[i], false, dst, best,
					 &best_ours);
	}
	if (!best)
		return false;
	*source = best->pub.addr;
	return true;
}

bool
route_select_source(const struct router *router, const struct iface *out,
		    enum clew_family family, const union clew_addr *next_hop,
		    union clew_addr *source)
{
	return family == CLEW_IPV4 ?
	       select_ipv4(router, out, next_hop, source) :
	       select_ipv6(router, out, next_hop, source);
}

bool
route_first_address(const struct router *router, const struct iface *in,
		    enum clew_family family, const union clew_addr *dst,
		    union clew_addr *addr)
{
	const struct iface_addr *a;
	bool is_link = family == CLEW_IPV6 && scope_of(dst) == SCOPE_LINK &&
		       dst->bytes[0] == 0xfe;

	(void)router;
	list_each(a, &in->addrs, link) {
		if (a->pub.family != family ||
		    (is_link && scope_of(&a->pub.addr) != SCOPE_LINK))
			continue;
		*addr = a->pub.addr;
		return true;
	}
	return false;
}

bool
route_own_source(const struct router *router, const struct route_result *route,
		 enum clew_family family, const union clew_addr *dst,
		 union clew_addr *source)
{
	if (!router_is_zero(&route->source)) {
		*source = route->source;
		return true;
	}
	/* Who speaks to itself speaks as the one it is spoken to. */
	if (route->type == CLEW_ROUTE_LOCAL) {
		*source = *dst;
		return true;
	}
	if (!route->out)
		return false;
	return route_select_source(router, route->out, family,
				   family == CLEW_IPV4 ? &route->next_hop :
				   dst, source);
}
