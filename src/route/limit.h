/* SPDX-License-Identifier: BSD-2-Clause
 * route/limit.h - how often a router complains: token buckets, one for all
 * ICMP errors and one per host they go to (net.ipv4.icmp_*,
 * net.ipv6.icmp.*, and those of redirects and of "no route", which have no
 * settings). */
#ifndef ROUTE_LIMIT_H
#define ROUTE_LIMIT_H

#include "base/hash.h"
#include "base/random.h"
#include "base/region.h"
#include "clew/tuple.h"

/* What is remembered of a host; times in milliseconds. */
struct peer {
	union clew_addr addr;
	uint64_t last_ms;	/* 0: nobody's */
	uint32_t tokens;	/* milliseconds saved up */
	uint16_t redirects;
	uint8_t family;
};

struct limits {
	struct region peers;	/* struct peer, grown when first used */
	int32_t credit;		/* of all errors together */
	uint64_t stamp_ms;
	bool has_stamp;
};

int limits_init(struct limits *l);
void limits_fini(struct limits *l);

/* => Borrowed until the next call; NULL when there is no memory. */
struct peer *limits_peer(struct limits *l, const struct hash_key *key,
			 enum clew_family family, const union clew_addr *addr,
			 uint64_t now_ms);

/* May there be one every 'every_ms', six at once after a while? */
bool limits_peer_allow(struct peer *peer, uint64_t now_ms, uint32_t every_ms);
/* "No route": one a second, five at once. */
bool limits_no_route_allow(struct peer *peer, uint64_t now_ms);
/* Redirects to who does not listen: ever more rarely, nine at most. */
bool limits_redirect_allow(struct peer *peer, uint64_t now_ms);

/* icmp_msgs_per_sec, icmp_msgs_burst. */
bool limits_allow(struct limits *l, uint64_t now_ms, uint32_t per_s,
		  uint32_t burst);
/* One was sent: takes 0 to 2, so that nobody counts how many there were. */
void limits_consume(struct limits *l, struct random *random);

#endif
