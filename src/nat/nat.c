/* SPDX-License-Identifier: BSD-2-Clause
 * nat/nat.c - binding connections to what they are translated to.
 *
 * A binding is made once for each side, by the first packet: the reply key is
 * altered, and all else follows from the two keys.  RFC 4787 and RFC 5382 say
 * how a NAT should behave; Linux's mapping depends on both addresses and
 * ports (against RFC 4787 REQ-1, RFC 5382 REQ-1) but for the re-use of a
 * source's mapping where that is free. */
#include "nat/nat.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "nat/search.h"

static enum clew_verdict
refuse(struct path *path, enum clew_reason reason)
{
	track_reason(path->track, path->packet, reason);
	return CLEW_DROP;
}

/* NETMAP: the prefix of the range, where both its ends agree, and the rest of
 * the packet's own address. */
static void
map_prefix(struct nat_range *range, struct key *now, enum nat_side side)
{
	uint32_t size = key_addr_size(&now->s);
	const uint8_t *own = key_addr(now, side);

	for (uint32_t i = 0; i < size; i++) {
		uint8_t mask = (uint8_t)~(range->min_addr.bytes[i] ^
					  range->max_addr.bytes[i]);

		range->min_addr.bytes[i] &= mask;
		range->min_addr.bytes[i] |= own[i] & (uint8_t)~mask;
	}
	range->max_addr = range->min_addr;
}

static bool
is_same(const struct key *a, const struct key *b)
{
	return a->s.addr == b->s.addr && a->s.meta == b->s.meta &&
	       (!key_is_ipv6(&a->s) ||
		!memcmp(&a->addr6, &b->addr6, sizeof(a->addr6)));
}

/* => false: no memory, and nothing has changed. */
static bool
alter_reply(struct track *t, struct conn *c, const struct key *mapped,
	    enum nat_side side)
{
	struct key reply;

	if (!key_invert(mapped, &reply))
		return false;
	if (side == NAT_SRC && source_insert(t, c))
		return false;
	conn_set_reply(t, c, &reply);
	c->status |= nat_status_of(side);
	return true;
}

/* For who watches: what is asked for, and what came of it. */
static void
tell(const struct track *t, const struct conn *c, enum clew_explain_kind kind,
     const struct nat_range *range, enum nat_side side,
     const struct key *before, const struct key *after)
{
	struct clew_explain step = {
		.kind = kind,
		.u.nat = {
			.side = side == NAT_SRC ? CLEW_NAT_SOURCE :
						  CLEW_NAT_DESTINATION,
			.flags = range->flags,
			.min_addr = range->min_addr,
			.max_addr = range->max_addr,
			.min_port = from_be16(range->min_proto_be),
			.max_port = from_be16(range->max_proto_be),
			.family = key_family(&before->s),
			.is_null = range->is_null,
		},
	};
	struct conn *owner;
	struct key reply;
	enum clew_dir dir;

	key_to_tuple(before, &step.u.nat.before);
	if (after) {
		key_to_tuple(after, &step.u.nat.after);
		owner = key_invert(after, &reply) ? conn_owner(
			t, c, &reply, (uint32_t)key_hash(&t->hash_key, &reply),
			&dir) : NULL;
		step.u.nat.is_exhausted = owner != NULL;
		step.u.nat.owner = owner ? conn_ref(t, owner) : 0;
	}
	watch_tell(range->watch, &step);
}

static void
guess_next(struct sources *s, struct key *mapped, bool is_changed)
{
	s->has_guess = is_changed;
	if (is_changed)
		memcpy(&s->guess, key_addr(mapped, NAT_SRC),
		       key_addr_size(&mapped->s));
}

int
nat_bind(struct track *t, struct random *random, struct conn *c,
	 const struct nat_range *range, enum nat_side side)
{
	struct key reply, now, mapped;
	struct nat_range prefix;
	bool is_changed;

	if (nat_is_bound(c, side))
		return -EEXIST;
	/* What the packets look like here is what is to be answered. */
	conn_key(t, c, CLEW_DIR_REPLY, &reply);
	if (!key_invert(&reply, &now))
		return -EINVAL;
	if (range->flags & NAT_RANGE_NETMAP) {
		prefix = *range;
		map_prefix(&prefix, &now, side);
		range = &prefix;
	}
	if (watch_is_on(range->watch))
		tell(t, c, CLEW_EXPLAIN_NAT_RANGE, range, side, &now, NULL);
	search_tuple(t, random, c, range, side, &now, &mapped);
	if (watch_is_on(range->watch))
		tell(t, c, CLEW_EXPLAIN_NAT_BOUND, range, side, &now, &mapped);
	is_changed = !is_same(&mapped, &now);
	if (is_changed && !alter_reply(t, c, &mapped, side))
		return -ENOMEM;
	if (side == NAT_SRC)
		guess_next(&t->sources, &mapped, is_changed);
	c->status |= side == NAT_SRC ? CLEW_STATUS_SRC_NAT_DONE :
				       CLEW_STATUS_DST_NAT_DONE;
	return 0;
}

/* The address it has, whatever was done to it before. */
static void
null_range(const struct track *t, const struct conn *c, enum nat_side side,
	   struct nat_range *range)
{
	struct key reply;

	*range = (struct nat_range){
		.flags = NAT_RANGE_MAP_IPS, .is_null = true,
	};
	conn_key(t, c, CLEW_DIR_REPLY, &reply);
	memcpy(&range->min_addr, key_addr(&reply, !side),
	       key_addr_size(&reply.s));
	range->max_addr = range->min_addr;
}

int
nat_bind_null(struct track *t, struct random *random, struct conn *c,
	      enum nat_side side)
{
	struct nat_range range;

	null_range(t, c, side, &range);
	return nat_bind(t, random, c, &range, side);
}

static enum clew_verdict
verdict_of(struct path *path, int err)
{
	if (!err)
		return CLEW_ACCEPT;
	return refuse(path, err == -ENOMEM ? CLEW_WHY_TABLE_FULL :
					     CLEW_WHY_NAT_ERROR);
}

enum clew_verdict
nat_setup(struct path *path, const struct nat_range *range, enum nat_side side)
{
	struct conn *c = path->pass->conn;
	struct nat_range watched;

	if (conn_is_confirmed(c))
		return CLEW_ACCEPT;
	if (watch_is_on(path->watch)) {
		watched = *range;
		watched.watch = path->watch;
		range = &watched;
	}
	return verdict_of(path, nat_bind(path->track, path->random, c, range,
					 side));
}

enum clew_verdict
nat_setup_null(struct path *path)
{
	enum nat_side side = nat_side_of(path->hook);
	struct conn *c = path->pass->conn;
	struct nat_range range;

	if (conn_is_confirmed(c))
		return CLEW_ACCEPT;
	null_range(path->track, c, side, &range);
	return nat_setup(path, &range, side);
}

static enum clew_verdict
setup_address(struct path *path, const struct nat_range *range,
	      const union clew_addr *addr, enum nat_side side)
{
	struct nat_range one = *range;

	one.flags |= NAT_RANGE_MAP_IPS;
	one.min_addr = one.max_addr = *addr;
	return nat_setup(path, &one, side);
}

/* Masquerade. */

static bool
is_from_nowhere(const struct conn *c)
{
	static const uint8_t zero[4];

	return conn_family(c) == CLEW_IPV4 &&
	       !memcmp(&c->key[CLEW_DIR_ORIG].addr, zero, sizeof(zero));
}

static bool
way_out(const struct path *path, union clew_addr *addr)
{
	enum clew_family family = path->p->family;
	union clew_addr to = { 0 };

	if (!path->out)
		return false;
	/* Linux asks for the next hop (IPv4), or the destination (IPv6). */
	if (family == CLEW_IPV4 && path->has_route && path->route.has_via)
		to = path->route.next_hop;
	else
		memcpy(&to, pkt_dst(path->p), family == CLEW_IPV4 ? 4 : 16);
	return route_select_source(path->router, path->out, family, &to, addr);
}

enum clew_verdict
nat_masquerade(struct path *path, const struct nat_range *range)
{
	struct conn *c = path->pass->conn;
	struct track *t = path->track;
	union clew_addr addr;

	if (is_from_nowhere(c))
		return CLEW_ACCEPT;
	if (!way_out(path, &addr))
		return refuse(path, CLEW_WHY_NAT_NO_ADDRESS);
	if (!conn_is_confirmed(c)) {
		if (source_reserve(t, c))
			return refuse(path, CLEW_WHY_TABLE_FULL);
		source_link(&t->sources, track_index(t, c))->masq_ifindex =
			path->out->pub.index;
		c->status |= CONN_MASQ;
	}
	return setup_address(path, range, &addr, NAT_SRC);
}

enum clew_verdict
nat_redirect(struct path *path, const struct nat_range *range)
{
	enum clew_family family = path->p->family;
	union clew_addr addr = { 0 }, to = { 0 };

	memcpy(&to, pkt_dst(path->p), family == CLEW_IPV4 ? 4 : 16);
	if (path->hook == HOOK_OUTPUT && family == CLEW_IPV4)
		memcpy(addr.bytes, (const uint8_t[]){ 127, 0, 0, 1 }, 4);
	else if (path->hook == HOOK_OUTPUT)
		addr.bytes[15] = 1;
	else if (!path->in ||
		 !route_first_address(path->router, path->in, family, &to,
				      &addr))
		return refuse(path, CLEW_WHY_NAT_NO_ADDRESS);
	return setup_address(path, range, &addr, NAT_DST);
}

static bool
was_translated_to(const struct track *t, const struct conn *c,
		  enum clew_family family, const union clew_addr *addr)
{
	struct key reply;

	conn_key(t, c, CLEW_DIR_REPLY, &reply);
	return key_family(&reply.s) == family &&
	       !memcmp(key_addr(&reply, 1), addr, key_addr_size(&reply.s));
}

void
nat_address_gone(struct track *t, uint32_t ifindex, enum clew_family family,
		 const union clew_addr *addr)
{
	uint32_t last = t->conns.used;

	/* Nothing beyond was ever masqueraded. */
	if (last >= t->sources.links.usable)
		last = (uint32_t)t->sources.links.usable - 1;
	if (!t->sources.links.usable)
		return;
	for (uint32_t i = 1; i <= last; i++) {
		struct conn *c = track_conn(t, i);

		if (!c->serial || !conn_is_confirmed(c) ||
		    c->status & CLEW_STATUS_DYING ||
		    !(c->status & CONN_MASQ) ||
		    source_link(&t->sources, i)->masq_ifindex != ifindex)
			continue;
		if (!addr || was_translated_to(t, c, family, addr))
			conn_kill(t, c);
	}
}
