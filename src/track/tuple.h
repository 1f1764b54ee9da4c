/* SPDX-License-Identifier: BSD-2-Clause
 * track/tuple.h - one direction of a connection, packed for hashing.
 *
 *	key_short.addr	IPv4: | source 32 | destination 32 |   IPv6: 0
 *	key_short.meta	  56 bits 40       32     16      0
 *			| size | zone  | proto | port2 | port1 |
 *	key.addr6	IPv6: source, destination: four blocks
 *
 * The blocks [addr, meta] or [addr6 0-3, meta] are a message in SipHash's
 * own form: 'size' is its length in bytes, 15 or 39, where SipHash wants it,
 * and tells the families apart.  port1 and port2 are ports, ICMP id and
 * type/code, or GRE keys, in network byte order as they lie in the packet.
 * The zone is the one that holds for this direction. */
#ifndef TRACK_TUPLE_H
#define TRACK_TUPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "clew/tuple.h"

enum {
	KEY_SIZE_IPV4 = 15,
	KEY_SIZE_IPV6 = 39,
};

struct key_short {
	uint64_t addr;
	uint64_t meta;
};

struct key_addr6 {
	uint64_t word[4];	/* source, destination */
};

struct key {
	struct key_short s;
	struct key_addr6 addr6;	/* unset for IPv4 */
};

static inline uint64_t
key_meta(uint32_t ports, uint8_t protocol, uint16_t zone, bool ipv6)
{
	return ports | (uint64_t)protocol << 32 | (uint64_t)zone << 40 |
	       (uint64_t)(ipv6 ? KEY_SIZE_IPV6 : KEY_SIZE_IPV4) << 56;
}

static inline uint8_t
key_protocol(const struct key_short *s)
{
	return (uint8_t)(s->meta >> 32);
}

static inline uint16_t
key_zone(const struct key_short *s)
{
	return (uint16_t)(s->meta >> 40);
}

static inline bool
key_is_ipv6(const struct key_short *s)
{
	return s->meta >> 56 == KEY_SIZE_IPV6;
}

static inline enum clew_family
key_family(const struct key_short *s)
{
	return key_is_ipv6(s) ? CLEW_IPV6 : CLEW_IPV4;
}

static inline void
key_set_zone(struct key_short *s, uint16_t zone)
{
	s->meta = (s->meta & ~(0xffffULL << 40)) | (uint64_t)zone << 40;
}

/* Where an address lies in a key, 4 or 16 bytes: the source's (0) or the
 * destination's (1). */
static inline uint8_t *
key_addr(struct key *k, unsigned end)
{
	return key_is_ipv6(&k->s) ? (uint8_t *)&k->addr6.word[2 * end] :
	       (uint8_t *)&k->s.addr + 4 * end;
}

static inline uint32_t
key_addr_size(const struct key_short *s)
{
	return key_is_ipv6(s) ? 16 : 4;
}

static inline union clew_proto_part
key_part(const struct key_short *s)
{
	return (union clew_proto_part){ .word = (uint32_t)s->meta };
}

static inline void
key_set_part(struct key_short *s, union clew_proto_part part)
{
	s->meta = (s->meta & ~0xffffffffULL) | part.word;
}

static inline uint64_t
key_hash(const struct hash_key *hk, const struct key *k)
{
	if (!key_is_ipv6(&k->s))
		return hash_blocks(hk, (const uint64_t[2]){
			k->s.addr, k->s.meta }, 2);
	return hash_blocks(hk, (const uint64_t[5]){
		k->addr6.word[0], k->addr6.word[1], k->addr6.word[2],
		k->addr6.word[3], k->s.meta }, 5);
}

/* The tuple that answers 'k', in the same zone.
 * => false when nothing can answer it (ICMP types that are no query). */
bool key_invert(const struct key *k, struct key *inverse);

void key_to_tuple(const struct key *k, struct clew_tuple *t);
/* => false when the family is unknown. */
bool key_from_tuple(const struct clew_tuple *t, struct key *k);

#endif
