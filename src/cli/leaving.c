/* SPDX-License-Identifier: BSD-2-Clause
 * cli/leaving.c - know a packet again that has gone through the gateway.
 *
 * A packet's print is a hash of what neither routing nor NAT changes: the
 * protocol, IPv4's id, the fragment's place, the hop limit (as it is behind
 * the router), and the transport's bytes but for ports, checksum and, in
 * ICMP, the id; of an ICMP error nothing but its type, since NAT changes
 * what it quotes.  Not more than PRINT_MOST bytes count, so that it costs
 * the same for every packet.
 *
 * The prints stand in a table of fixed size; a slot is taken by the first
 * free or outdated of PROBES, or else by the oldest. */
#include "cli/leaving.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

enum { SLOTS = 1 << 14, PROBES = 8, PRINT_MOST = 256 };

#define STAYS_NS UINT64_C(2000000000)

struct slot {
	uint64_t print;
	uint64_t time_ns;
	struct clew_tuple tuple;
	uint32_t ifindex;
	bool is_used;
};

struct leaving {
	struct hash_key key;
	struct slot slot[SLOTS];
};

struct leaving *
leaving_create(const uint64_t seed[2])
{
	struct leaving *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	_Static_assert(sizeof(l->key) == 2 * sizeof(*seed), "two words");
	memcpy(&l->key, seed, sizeof(l->key));
	return l;
}

void
leaving_destroy(struct leaving *leaving)
{
	free(leaving);
}

static bool
is_icmp_error(const struct clew_tuple *t)
{
	uint8_t type = t->part.icmp.type;

	if (t->protocol == IPPROTO_ICMPV6)
		return type < 128;
	return t->protocol == IPPROTO_ICMP &&
	       (type == 3 || type == 4 || type == 5 || type == 11 ||
		type == 12);
}

/* Clear what NAT may change of 'size' bytes of transport. */
static void
clear_transport(const struct clew_tuple *t, uint8_t *l4, uint32_t size)
{
	uint32_t checksum = 0;

	switch (t->protocol) {
	case IPPROTO_TCP:
		checksum = 16;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		checksum = 6;
		break;
	case IPPROTO_SCTP:
		checksum = 8;
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (size > 2)
			memset(l4 + 2, 0, is_icmp_error(t) ? size - 2 :
			       size > 6 ? 4 : size - 2);
		return;
	default:
		return;
	}
	memset(l4, 0, size < 4 ? size : 4);
	if (checksum + 4 <= size)
		memset(l4 + checksum, 0, t->protocol == IPPROTO_SCTP ? 4 : 2);
}

/* => false when there is no IP header to go by. */
static bool
print_of(const struct leaving *l, const uint8_t *ip, uint32_t size,
	 struct clew_tuple *tuple, uint64_t *print)
{
	uint64_t words[4 + PRINT_MOST / 8];
	uint8_t *l4 = (uint8_t *)(words + 4);
	bool is_later = false;
	uint32_t at, rest;

	if (!clew_tuple_read(tuple, ip, size))
		return false;
	memset(words, 0, sizeof(words));
	words[0] = tuple->protocol | tuple->family << 8;
	if (tuple->family == CLEW_IPV4) {
		at = (ip[0] & 15u) * 4;
		words[1] = get_be32(ip + 4);	/* id, flags, offset */
		words[2] = ip[8];
		words[3] = get_be16(ip + 2) - at;
		is_later = get_be16(ip + 6) & 0x1fff;
	} else {
		at = 40;	/* with what extension headers there are */
		words[2] = ip[7];
		words[3] = get_be16(ip + 4);
	}
	if (at > size)
		return false;
	rest = size - at < PRINT_MOST ? size - at : PRINT_MOST;
	memcpy(l4, ip + at, rest);
	if (!is_later && (tuple->family == CLEW_IPV4 ||
			  ip[6] == tuple->protocol))
		clear_transport(tuple, l4, rest);
	*print = hash_blocks(&l->key, words, 4 + (rest + 7) / 8);
	return true;
}

static struct slot *
slot_at(struct leaving *l, uint64_t print, uint32_t probe)
{
	return &l->slot[(print + probe) % SLOTS];
}

static bool
is_stale(const struct slot *slot, uint64_t now_ns)
{
	return !slot->is_used || slot->time_ns + STAYS_NS < now_ns;
}

void
leaving_note(struct leaving *l, const uint8_t *ip, uint32_t size,
	     uint32_t out_ifindex, uint64_t time_ns)
{
	struct slot *slot, *oldest = NULL;
	struct clew_tuple tuple;
	uint64_t print;

	if (!print_of(l, ip, size, &tuple, &print))
		return;
	for (uint32_t i = 0; i < PROBES; i++) {
		slot = slot_at(l, print, i);
		if (is_stale(slot, time_ns)) {
			oldest = slot;
			break;
		}
		if (oldest == NULL || slot->time_ns < oldest->time_ns)
			oldest = slot;
	}
	*oldest = (struct slot){
		.print = print,
		.time_ns = time_ns,
		.tuple = tuple,
		.ifindex = out_ifindex,
		.is_used = true,
	};
}

bool
leaving_take(struct leaving *l, const uint8_t *ip, uint32_t size,
	     uint32_t ifindex, uint64_t time_ns, bool *is_same)
{
	struct slot *found = NULL;
	struct clew_tuple tuple;
	uint64_t print;

	if (!print_of(l, ip, size, &tuple, &print))
		return false;
	for (uint32_t i = 0; i < PROBES; i++) {
		struct slot *slot = slot_at(l, print, i);

		if (is_stale(slot, time_ns) || slot->print != print ||
		    (ifindex != 0 && slot->ifindex != ifindex))
			continue;
		/* of several alike, the very same or else the first */
		*is_same = memcmp(&slot->tuple, &tuple, sizeof(tuple)) == 0;
		if (found == NULL || *is_same)
			found = slot;
		if (*is_same)
			break;
	}
	if (found == NULL)
		return false;
	*is_same = memcmp(&found->tuple, &tuple, sizeof(tuple)) == 0;
	found->is_used = false;
	return true;
}
