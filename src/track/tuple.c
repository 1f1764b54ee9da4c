/* SPDX-License-Identifier: BSD-2-Clause
 * track/tuple.c - turning tuples round, and in and out of their packed form.
 *
 * The packed form keeps bytes in the order they have in a packet, so it is
 * the same on every machine but for the place of 'meta's own fields. */
#include "track/tuple.h"

#include <string.h>

#include "base/bytes.h"
#include "track/proto.h"

bool
key_invert(const struct key *k, struct key *inverse)
{
	uint32_t ports = (uint32_t)k->s.meta;
	union clew_proto_part part = { .word = ports };

	switch (key_protocol(&k->s)) {
	case PROTO_ICMP:
		if (!icmp_invert(&part))
			return false;
		break;
	case PROTO_ICMPV6:
		if (!icmpv6_invert(&part))
			return false;
		break;
	default:
		part.word = ports >> 16 | ports << 16;
		break;
	}
	inverse->s.addr = k->s.addr >> 32 | k->s.addr << 32;
	inverse->s.meta = (k->s.meta & ~0xffffffffULL) | part.word;
	if (!key_is_ipv6(&k->s))
		return true;
	inverse->addr6.word[0] = k->addr6.word[2];
	inverse->addr6.word[1] = k->addr6.word[3];
	inverse->addr6.word[2] = k->addr6.word[0];
	inverse->addr6.word[3] = k->addr6.word[1];
	return true;
}

void
key_to_tuple(const struct key *k, struct clew_tuple *t)
{
	memset(t, 0, sizeof(*t));
	t->family = (uint8_t)key_family(&k->s);
	t->protocol = key_protocol(&k->s);
	t->zone = key_zone(&k->s);
	t->part.word = (uint32_t)k->s.meta;
	if (t->family == CLEW_IPV4) {
		memcpy(t->src.bytes, (const char *)&k->s.addr, 4);
		memcpy(t->dst.bytes, (const char *)&k->s.addr + 4, 4);
	} else {
		memcpy(t->src.bytes, &k->addr6.word[0], 16);
		memcpy(t->dst.bytes, &k->addr6.word[2], 16);
	}
}

bool
key_from_tuple(const struct clew_tuple *t, struct key *k)
{
	bool ipv6 = t->family == CLEW_IPV6;

	if (!ipv6 && t->family != CLEW_IPV4)
		return false;
	memset(k, 0, sizeof(*k));
	k->s.meta = key_meta(t->part.word, t->protocol, t->zone, ipv6);
	if (ipv6) {
		memcpy(&k->addr6.word[0], t->src.bytes, 16);
		memcpy(&k->addr6.word[2], t->dst.bytes, 16);
	} else {
		memcpy((char *)&k->s.addr, t->src.bytes, 4);
		memcpy((char *)&k->s.addr + 4, t->dst.bytes, 4);
	}
	return true;
}
