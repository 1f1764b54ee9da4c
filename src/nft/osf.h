/* SPDX-License-Identifier: BSD-2-Clause
 * nft/osf.h - fingerprints of operating systems: how the first segment of a
 * TCP connection looks that each of them sends.
 *
 * They come by netlink (control/osf.c), belong to the ruleset, but to none of
 * its tables, and are asked by 'osf' (expr_osf.c).  What is kept was checked:
 * its names end, its options are forty bytes at most and none is empty. */
#ifndef NFT_OSF_H
#define NFT_OSF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"

enum {
	NFT_OSF_MOST = 4096,		/* each is compared with a packet */
	NFT_OSF_OPTIONS_MOST = 40,	/* bytes of a TCP header */
};

struct nf_osf_user_finger;	/* <linux/netfilter/nfnetlink_osf.h> */
struct nft;

struct nft_osf_list {
	struct list by_df[2];	/* without and with "don't fragment"; in the
				 * order they came, the first that fits wins */
	uint32_t count;
};

/* What a SYN shows of who sent it. */
struct nft_osf_syn {
	const uint8_t *options;	/* NULL: beyond what there is of it */
	uint32_t options_size;
	uint16_t size;		/* by its IP header */
	uint16_t window;
	uint8_t ttl;
	bool df;
};

void nft_osf_init(struct nft_osf_list *osf);
void nft_osf_fini(struct nft_osf_list *osf);
/* The ruleset's own. */
struct nft_osf_list *nft_osf(struct nft *nft);

/* 'bytes' are a struct nf_osf_user_finger, as a client sent it.
 * => 0, -EINVAL, -EEXIST (with 'is_new': it may not be there), -ENOMEM,
 *    -ENOSPC: there are too many. */
int nft_osf_add(struct nft_osf_list *osf, const void *bytes, bool is_new);
/* The same to the byte.  => 0 or -ENOENT. */
int nft_osf_remove(struct nft_osf_list *osf, const void *bytes);
/* 'ttl': NF_OSF_TTL_*.  => NULL: nobody known sends this. */
const struct nf_osf_user_finger *
nft_osf_find(const struct nft_osf_list *osf, const struct nft_osf_syn *syn,
	     uint8_t ttl);

#endif
