/* SPDX-License-Identifier: BSD-2-Clause
 * nft/tracking.h - what several expressions ask about connection tracking. */
#ifndef NFT_TRACKING_H
#define NFT_TRACKING_H

#include <linux/if_arp.h>
#include <linux/netfilter.h>

#include "nft/eval.h"
#include "route/route.h"

enum {
	NFT_INET_FAMILIES = 1u << NFPROTO_IPV4 | 1u << NFPROTO_IPV6 |
			    1u << NFPROTO_INET,
};

/* Can tables of this family use the tracker?  (Linux's bridge could, with a
 * module of its own.) */
static inline bool
nft_family_is_tracked(uint8_t family)
{
	return family < 16 && NFT_INET_FAMILIES & 1u << family;
}

/* In Linux a packet whose zone was set has a connection of sorts until it is
 * tracked: a template. */
static inline bool
nft_has_template(const struct nft_eval *ev)
{
	return ev->path->has_template && !nft_conn(ev);
}

/* The zone of a connection, in whichever direction it holds. */
static inline uint16_t
nft_conn_zone(const struct conn *c)
{
	return key_zone(&c->key[c->status & CONN_ZONE_REPLY ? CLEW_DIR_REPLY :
							      CLEW_DIR_ORIG]);
}

static inline bool
nft_is_loopback(const struct iface *iface)
{
	return iface && iface->pub.type == ARPHRD_LOOPBACK;
}

/* Put labels on a connection: they are only ever added, what is set in
 * 'labels' being its own mask.  => false: no memory. */
bool nft_ct_add_labels(struct track *t, struct conn *c,
		       const uint32_t labels[CLEW_LABELS_SIZE / 4]);

#endif
