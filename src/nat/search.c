/* SPDX-License-Identifier: BSD-2-Clause
 * nat/search.c - which address and which port: Linux's choices, in its order.
 *
 *	1  for sources: leave them as they are, if they are in the range and
 *	   free; or else as another connection of the same source was mapped
 *	   (RFC 4787 REQ-1), if that is free
 *	2  the address, by a hash of the source's and the destination's: the
 *	   same client gets the same one (RFC 4787 REQ-2)
 *	3  the port the packet has, if it is in the range and free
 *	4  a port of its own class (below 512, below 1024, above: RFC 4787
 *	   REQ-3 and its remark on well-known ports) or of the range: from a
 *	   random one on, at most 128, then from another one half as many,
 *	   down to 16
 *
 * Free is a tuple whose answer is no other connection's key.  Where nothing
 * is, the last tried is taken, and the table will refuse it.
 *
 * The hash is Bob Jenkins' lookup3 (2006, public domain) over the same words
 * as Linux's and without a secret, so that addresses come out alike. */
#include "nat/search.h"

#include <string.h>

#include "base/bytes.h"

enum {
	ATTEMPTS = 128,
	ATTEMPTS_LEAST = 16,
	HARD_ATTEMPTS = 32,	/* the last ones may end an old connection */
	/* How many mappings of one source are looked at.  Linux sets no
	 * bound; whoever opens connections from one port decides. */
	SOURCES_LOOKED = 128,
	RANDOM_ALL = NAT_RANGE_PROTO_RANDOM | NAT_RANGE_PROTO_RANDOM_FULLY,
};

struct search {
	struct track *track;
	struct random *random;
	const struct conn *c;
	const struct nat_range *range;
	enum nat_side side;
	enum clew_nat_try how;		/* for who watches */
};

/* The part of a tuple that may be changed: port, id or key. */

static bool
is_icmp(const struct key *k)
{
	uint8_t protocol = key_protocol(&k->s);

	return protocol == PROTO_ICMP || protocol == PROTO_ICMPV6;
}

static bool
has_ports(const struct key *k)
{
	switch (key_protocol(&k->s)) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
		return true;
	default:
		return false;
	}
}

static uint16_t
part(const struct key *k, enum nat_side side)
{
	union clew_proto_part p = key_part(&k->s);

	/* An id is the same for both ends. */
	if (is_icmp(k))
		return from_be16(p.icmp.id_be);
	return from_be16(side == NAT_SRC ? p.port.sport_be : p.port.dport_be);
}

static void
set_part(struct key *k, enum nat_side side, uint16_t value)
{
	union clew_proto_part p = key_part(&k->s);

	if (is_icmp(k))
		p.icmp.id_be = to_be16(value);
	else if (side == NAT_SRC)
		p.port.sport_be = to_be16(value);
	else
		p.port.dport_be = to_be16(value);
	key_set_part(&k->s, p);
}

/* Ranges. */

static bool
is_part_in_range(const struct key *k, enum nat_side side,
		 const struct nat_range *range)
{
	uint16_t value = part(k, side);

	if (!has_ports(k) && !is_icmp(k) && key_protocol(&k->s) != PROTO_GRE)
		return true;
	return value >= from_be16(range->min_proto_be) &&
	       value <= from_be16(range->max_proto_be);
}

/* Would the tuple's source be one of the range's? */
static bool
is_source_in_range(struct key *k, const struct nat_range *range)
{
	uint32_t size = key_addr_size(&k->s);
	const uint8_t *addr = key_addr(k, NAT_SRC);

	if ((range->flags & NAT_RANGE_MAP_IPS) &&
	    (memcmp(addr, range->min_addr.bytes, size) < 0 ||
	     memcmp(addr, range->max_addr.bytes, size) > 0))
		return false;
	return !(range->flags & NAT_RANGE_PROTO_SPECIFIED) ||
	       is_part_in_range(k, NAT_SRC, range);
}

/* Is the tuple free? */

static struct conn *
owner(const struct search *s, const struct key *tuple, enum clew_dir *dir)
{
	struct key reply;

	if (!key_invert(tuple, &reply))
		return NULL;
	return conn_owner(s->track, s->c, &reply,
			  (uint32_t)key_hash(&s->track->hash_key, &reply),
			  dir);
}

/* A candidate, for who watches; 'c' has it, NULL: nobody. */
__attribute__((noinline, cold))
static void
tell_try(const struct search *s, const struct key *tuple,
	 const struct conn *c, enum clew_dir dir, bool is_evicted)
{
	struct clew_explain step = {
		.kind = CLEW_EXPLAIN_NAT_TRY,
		.u.nat = {
			.side = s->side == NAT_SRC ? CLEW_NAT_SOURCE :
						     CLEW_NAT_DESTINATION,
			.how = s->how,
			.is_null = s->range->is_null,
			.is_in_range = true,
			.is_free = !c || is_evicted,
			.is_evicted = is_evicted,
			.family = key_family(&tuple->s),
			.owner = c ? conn_ref(s->track, c) : 0,
			.owner_dir = dir,
		},
	};

	key_to_tuple(tuple, &step.u.nat.after);
	watch_tell(s->range->watch, &step);
}

/* Linux counts every tuple that it found taken. */
static bool
is_free(const struct search *s, const struct key *tuple)
{
	enum clew_dir dir = CLEW_DIR_ORIG;
	const struct conn *c = owner(s, tuple, &dir);

	if (watch_is_on(s->range->watch))
		tell_try(s, tuple, c, dir, false);
	if (!c)
		return true;
	s->track->stats.found++;
	return false;
}

/* May 'old', whose answers come to the tuple we want, go?  It is over, it was
 * translated, and its segments are behind those of the newcomer (RFC 6056 on
 * reusing ports in TIME_WAIT). */
static bool
may_evict(const struct conn *old, const struct conn *c)
{
	if (old->tcp.state < CLEW_TCP_TIME_WAIT ||
	    (old->status & (CLEW_STATUS_FIXED_TIMEOUT |
			    CLEW_STATUS_DYING)) ||
	    !(old->status & CLEW_STATUS_SRC_NAT))
		return false;
	return (int32_t)(c->tcp.side[CLEW_DIR_ORIG].end -
			 old->tcp.side[CLEW_DIR_ORIG].end) > 0;
}

/* The same, when there are few attempts left: make it free if it can be. */
static bool
is_made_free(const struct search *s, const struct key *tuple,
	     uint32_t attempts_left)
{
	enum clew_dir dir = CLEW_DIR_ORIG;
	struct conn *old;
	bool may_go;

	if (attempts_left > HARD_ATTEMPTS ||
	    key_protocol(&tuple->s) != PROTO_TCP ||
	    s->c->tcp.state != CLEW_TCP_SYN_SENT)
		return is_free(s, tuple);
	old = owner(s, tuple, &dir);
	may_go = old && dir == CLEW_DIR_REPLY && may_evict(old, s->c);
	if (watch_is_on(s->range->watch))
		tell_try(s, tuple, old, dir, may_go);
	if (may_go)
		conn_kill(s->track, old);
	return !old || may_go;
}

/* 1: the source as it was mapped before. */

static bool
reuse_source(const struct search *s, const struct key *now,
	     struct key *mapped)
{
	struct conn *c = source_youngest(s->track, now);

	for (int n = 0; c && n < SOURCES_LOOKED; n++) {
		struct key reply, theirs;

		conn_key(s->track, c, CLEW_DIR_REPLY, &reply);
		if (key_invert(&reply, &theirs)) {
			*mapped = *now;
			memcpy(key_addr(mapped, NAT_SRC),
			       key_addr(&theirs, NAT_SRC),
			       key_addr_size(&now->s));
			set_part(mapped, NAT_SRC, part(&theirs, NAT_SRC));
			if (is_source_in_range(mapped, s->range))
				return true;
		}
		c = source_older(s->track, c);
	}
	return false;
}

/* 2: the address. */

static inline uint32_t
rotate(uint32_t v, unsigned by)
{
	return v << by | v >> (32 - by);
}

/* lookup3 of the four words of an address, as they lie in memory. */
static uint32_t
address_hash(const uint32_t word[4], uint32_t seed)
{
	uint32_t a, b, c;

	a = b = c = 0xdeadbeef + (4u << 2) + seed;
	a += word[0];
	b += word[1];
	c += word[2];
	a -= c; a ^= rotate(c, 4); c += b;
	b -= a; b ^= rotate(a, 6); a += c;
	c -= b; c ^= rotate(b, 8); b += a;
	a -= c; a ^= rotate(c, 16); c += b;
	b -= a; b ^= rotate(a, 19); a += c;
	c -= b; c ^= rotate(b, 4); b += a;

	a += word[3];
	c ^= b; c -= rotate(b, 14);
	a ^= c; a -= rotate(c, 11);
	b ^= a; b -= rotate(a, 25);
	c ^= b; c -= rotate(b, 16);
	a ^= c; a -= rotate(c, 4);
	b ^= a; b -= rotate(a, 14);
	c ^= b; c -= rotate(b, 24);
	return c;
}

/* The zone that a connection shows: that of the direction it has one in. */
static uint16_t
zone_of(const struct conn *c)
{
	uint16_t zone = key_zone(&c->key[CLEW_DIR_ORIG]);

	return zone ? zone : key_zone(&c->key[CLEW_DIR_REPLY]);
}

/* Words of the range's address are chosen one by one; once one is below the
 * maximum, the rest are free. */
static void
choose_address(const struct search *s, struct key *k)
{
	uint32_t size = key_addr_size(&k->s), src[4] = { 0 }, dst[4] = { 0 };
	const struct nat_range *range = s->range;
	bool is_persistent = range->flags & NAT_RANGE_PERSISTENT;
	bool is_below = false;
	uint32_t hash;

	if (!(range->flags & NAT_RANGE_MAP_IPS))
		return;
	if (!memcmp(&range->min_addr, &range->max_addr, size)) {
		memcpy(key_addr(k, s->side), &range->min_addr, size);
		return;
	}
	memcpy(src, key_addr(k, NAT_SRC), size);
	memcpy(dst, key_addr(k, NAT_DST), size);
	hash = address_hash(src, is_persistent ? 0 :
			    dst[size / 4 - 1] ^ zone_of(s->c));
	for (uint32_t i = 0; i < size / 4; i++) {
		uint32_t low = 0, count = UINT32_MAX;
		uint8_t *to = key_addr(k, s->side) + 4 * i;

		if (!is_below) {
			low = get_be32(range->min_addr.bytes + 4 * i);
			count = get_be32(range->max_addr.bytes + 4 * i) -
				low + 1;
		}
		put_be32(to, low + (uint32_t)((uint64_t)hash * count >> 32));
		if (memcmp(to, range->max_addr.bytes + 4 * i, 4))
			is_below = true;
		/* Where the destination is what changes, it counts as it is
		 * now. */
		if (!is_persistent)
			hash ^= load32(key_addr(k, NAT_DST) + 4 * i);
	}
}

/* 3 and 4: the protocol's part. */

struct span {
	uint32_t least;
	uint32_t count;
};

static struct span
class_of(uint16_t port)
{
	if (port < 512)
		return (struct span){ 1, 511 };
	if (port < 1024)
		return (struct span){ 600, 424 };
	return (struct span){ 1024, 64512 };
}

/* From which parts to choose.  => false: it cannot be changed. */
static bool
choices(const struct search *s, const struct key *k, struct span *span)
{
	uint16_t low = from_be16(s->range->min_proto_be);
	uint16_t high = from_be16(s->range->max_proto_be);

	if (!has_ports(k) && !is_icmp(k))
		return false;	/* GRE: its keys are PPTP's business */
	if (s->range->flags & NAT_RANGE_PROTO_SPECIFIED) {
		if (has_ports(k) && high < low)
			*span = (struct span){ high, low - high + 1u };
		else
			*span = (struct span){ low, (uint32_t)high - low + 1 };
		return true;
	}
	if (is_icmp(k)) {
		*span = (struct span){ 0, 65536 };
		return true;
	}
	*span = class_of(part(k, s->side));
	return s->side == NAT_SRC;
}

static uint16_t
random_start(const struct search *s)
{
	return (uint16_t)random_u32(s->random);
}

static void
choose_part(const struct search *s, struct key *k, struct span span)
{
	uint32_t attempts = span.count < ATTEMPTS ? span.count : ATTEMPTS;
	uint16_t at;

	if (s->range->flags & NAT_RANGE_PROTO_OFFSET)
		at = (uint16_t)(part(k, s->side) -
				from_be16(s->range->base_proto_be));
	else if ((s->range->flags & RANDOM_ALL) || s->side == NAT_SRC)
		at = random_start(s);
	else
		at = 0;
	for (;;) {
		for (uint32_t i = 0; i < attempts; i++, at++) {
			set_part(k, s->side,
				 (uint16_t)(span.least + at % span.count));
			if (is_made_free(s, k, attempts - i))
				return;
		}
		if (attempts >= span.count || attempts < ATTEMPTS_LEAST)
			return;
		attempts /= 2;
		at = random_start(s);
	}
}

/* Does it stay as it is?  Asked also where it could not be changed: what is
 * found taken counts. */
static bool
is_part_kept(const struct search *s, const struct key *k)
{
	const struct nat_range *range = s->range;

	if (range->flags & RANDOM_ALL)
		return false;
	if (!(range->flags & NAT_RANGE_PROTO_SPECIFIED))
		return is_free(s, k);
	return !(range->flags & NAT_RANGE_PROTO_OFFSET) &&
	       is_part_in_range(k, s->side, range) &&
	       (range->min_proto_be == range->max_proto_be || is_free(s, k));
}

void
search_tuple(struct track *t, struct random *random, struct conn *c,
	     const struct nat_range *range, enum nat_side side,
	     const struct key *now, struct key *mapped)
{
	struct search s = {
		.track = t, .random = random, .c = c, .range = range,
		.side = side, .how = CLEW_NAT_AS_IS,
	};
	struct span span;

	*mapped = *now;
	if (side == NAT_SRC && !(range->flags & RANDOM_ALL)) {
		if (is_source_in_range(mapped, range)) {
			if (is_free(&s, now))
				return;
		} else {
			s.how = CLEW_NAT_AS_BEFORE;
			if (reuse_source(&s, now, mapped) &&
			    is_free(&s, mapped))
				return;
		}
		*mapped = *now;
	}
	choose_address(&s, mapped);
	s.how = CLEW_NAT_OWN_PORT;
	if (is_part_kept(&s, mapped))
		return;
	s.how = CLEW_NAT_OTHER_PORT;
	if (choices(&s, mapped, &span))
		choose_part(&s, mapped, span);
}
