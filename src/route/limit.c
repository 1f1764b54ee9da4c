/* SPDX-License-Identifier: BSD-2-Clause
 * route/limit.c - token buckets of ICMP errors.
 *
 * Hosts lie in sets of eight, found by a keyed hash of the address; the one
 * that was heard of the longest ago makes room.  So a flood of addresses
 * costs a bounded table, and the most it can do is refill buckets. */
#include "route/limit.h"

#include <string.h>

enum {
	SETS		= 1024,
	SET_SIZE	= 8,
	PEER_AGE_MS	= 60000,	/* a newcomer's bucket is full */
	PEER_BURST	= 6,

	NO_ROUTE_COST_MS	= 1000,
	NO_ROUTE_BURST_MS	= 5000,

	REDIRECT_LOAD_MS	= 20,
	REDIRECTS_MOST		= 9,
	REDIRECT_SILENCE_MS	= REDIRECT_LOAD_MS << (REDIRECTS_MOST + 1),

	GLOBAL_STEP_MS		= 20,
};

int
limits_init(struct limits *l)
{
	memset(l, 0, sizeof(*l));
	return region_init(&l->peers, sizeof(struct peer), SETS * SET_SIZE);
}

void
limits_fini(struct limits *l)
{
	region_fini(&l->peers);
}

struct peer *
limits_peer(struct limits *l, const struct hash_key *key,
	    enum clew_family family, const union clew_addr *addr,
	    uint64_t now_ms)
{
	const uint64_t blocks[3] = { addr->be64[0], addr->be64[1],
				     (uint64_t)17 << 56 | family };
	size_t set = hash_blocks(key, blocks, 3) % SETS;
	struct peer *oldest = NULL;

	if (region_grow(&l->peers, SETS * SET_SIZE))
		return NULL;
	for (size_t i = 0; i < SET_SIZE; i++) {
		struct peer *p = region_at(&l->peers, set * SET_SIZE + i);

		if (p->family == family && p->addr.be64[0] == addr->be64[0] &&
		    p->addr.be64[1] == addr->be64[1])
			return p;
		if (!oldest || p->last_ms < oldest->last_ms)
			oldest = p;
	}
	*oldest = (struct peer){
		.addr = *addr, .family = (uint8_t)family,
		.last_ms = now_ms > PEER_AGE_MS ? now_ms - PEER_AGE_MS : 0,
	};
	return oldest;
}

static void
save_up(struct peer *peer, uint64_t now_ms, uint32_t most)
{
	uint64_t tokens = peer->tokens + (now_ms - peer->last_ms);

	peer->last_ms = now_ms;
	peer->tokens = tokens < most ? (uint32_t)tokens : most;
}

bool
limits_peer_allow(struct peer *peer, uint64_t now_ms, uint32_t every_ms)
{
	uint64_t most = (uint64_t)every_ms * PEER_BURST;

	if (now_ms != peer->last_ms)
		save_up(peer, now_ms, most < UINT32_MAX ? (uint32_t)most :
			UINT32_MAX);
	if (peer->tokens < every_ms)
		return false;
	peer->tokens -= every_ms;
	return true;
}

bool
limits_no_route_allow(struct peer *peer, uint64_t now_ms)
{
	save_up(peer, now_ms, NO_ROUTE_BURST_MS);
	if (peer->tokens < NO_ROUTE_COST_MS)
		return false;
	peer->tokens -= NO_ROUTE_COST_MS;
	return true;
}

bool
limits_redirect_allow(struct peer *peer, uint64_t now_ms)
{
	if (now_ms - peer->last_ms > REDIRECT_SILENCE_MS) {
		peer->tokens = 0;
		peer->redirects = 0;
	}
	if (peer->redirects >= REDIRECTS_MOST) {
		peer->last_ms = now_ms;
		return false;
	}
	if (peer->redirects && now_ms - peer->last_ms <=
	    (uint64_t)REDIRECT_LOAD_MS << peer->redirects)
		return false;
	peer->last_ms = now_ms;
	peer->redirects++;
	return true;
}

bool
limits_allow(struct limits *l, uint64_t now_ms, uint32_t per_s,
	     uint32_t burst)
{
	uint64_t since = l->has_stamp ? now_ms - l->stamp_ms : 1000;
	int64_t credit;

	if (l->credit > 0)
		return true;
	if (since > 1000)
		since = 1000;
	if (since < GLOBAL_STEP_MS || !(per_s * since / 1000))
		return false;
	credit = l->credit + (int64_t)(per_s * since / 1000);
	l->credit = credit < (int64_t)burst ? (int32_t)credit :
		    (int32_t)burst;
	l->stamp_ms = now_ms;
	l->has_stamp = true;
	return true;
}

void
limits_consume(struct limits *l, struct random *random)
{
	l->credit -= (int32_t)random_below(random, 3);
}
