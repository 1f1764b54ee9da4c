/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/frag.h - put fragments together again, before anything is tracked. */
#ifndef PKT_FRAG_H
#define PKT_FRAG_H

#include "base/hash.h"
#include "base/pool.h"
#include "base/wheel.h"
#include "pkt/pkt.h"

#define FRAG_BUCKETS 4096
#define FRAG_PARTS_MOST 8192	/* parts of a datagram: of 8 bytes each */

enum frag_family {
	FRAG_IPV4,
	FRAG_IPV6,
	FRAG_FAMILIES,
};

/* The settings that bound the work: net.ipv4.ipfrag_* and
 * net.netfilter.nf_conntrack_frag6_*. */
struct frag_limits {
	uint64_t high_bytes[FRAG_FAMILIES];
	uint32_t timeout_s[FRAG_FAMILIES];
	uint32_t max_dist;
};

struct frags {
	struct hash_key key;
	struct pool queues;
	struct pool runs;
	struct pool blocks;
	struct pool peers;
	struct wheel wheel;
	uint64_t now_ms;
	uint32_t done_flags;	/* enum clew_packet_flag that all parts of the
				 * last datagram completed had */
	/* Of it, for who must take it apart again: where its parts began, in
	 * units of 8 bytes; the largest of them, header and all; and whether
	 * that had DF. */
	uint16_t done_part[FRAG_PARTS_MOST];
	uint32_t done_parts;
	uint32_t done_largest;
	bool done_df;
	uint32_t overdue;	/* given up by frag_add(), not yet told */
	uint64_t bytes[FRAG_FAMILIES];	/* as Linux counts: with overhead */
	uint32_t bucket[FRAG_BUCKETS];
	uint32_t peer_bucket[FRAG_BUCKETS];
};

/* Begin empty, at 'now_ms'; 'key' is what no sender may know.
 * => 0 or -ENOMEM. */
int frag_init(struct frags *f, const struct hash_key *key, uint64_t now_ms);
/* Give the memory back, and with it what was held. */
void frag_fini(struct frags *f);

enum frag_outcome {
	FRAG_HELD,		/* kept: wait for the others */
	FRAG_DONE,		/* this was the last: the datagram is written */
	FRAG_REFUSED,		/* dropped, '*why' */
	FRAG_PASS,		/* goes on alone, as Linux lets it */
};

/* The largest datagram: an IPv6 header and 65535 bytes. */
#define FRAG_DATAGRAM_MAX (65535 + 40)

/* Add fragment 'p' (kind PKT_FRAGMENT, wholly present).  'zone' keeps equal
 * ids of different networks apart, 'ifindex' those of different links (for
 * IPv6 multicast and link-local destinations only, as Linux).  With FRAG_DONE
 * the datagram is at 'out', which must hold FRAG_DATAGRAM_MAX bytes,
 * '*out_size' of them. */
enum frag_outcome frag_add(struct frags *f, const struct pkt *p,
			   uint16_t zone, uint32_t ifindex,
			   const struct frag_limits *limits,
			   uint8_t *out, uint32_t *out_size,
			   enum clew_reason *why);

/* Move the clock on and give up datagrams whose time is over, looking at no
 * more than '*budget' (counted down) of them; frag_add() gives up the rest
 * when it comes across them.  => How many were given up since last asked. */
uint32_t frag_expire(struct frags *f, uint64_t now_ms, uint32_t *budget);

/* Bytes of memory held. */
uint64_t frag_memory(const struct frags *f);

#endif
