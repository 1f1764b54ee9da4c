/* SPDX-License-Identifier: BSD-2-Clause
 * xt/shared.h - what rules share because they name it alike: hashlimit's
 * tables, recent's lists, and their like.
 *
 * An extension puts struct xt_shared first into a structure of its own, which
 * it makes for the first rule that uses the name and frees after the last. */
#ifndef XT_SHARED_H
#define XT_SHARED_H

#include "nft/nft.h"

struct xt_shared {
	struct nft_link link;
	const void *kind;	/* told apart by address: the extension's */
	uint32_t use;		/* rules */
	uint8_t family;		/* NFPROTO_* */
	const char *name;	/* the extension's */
};

/* => NULL when there is none; its use stays as it is. */
struct xt_shared *xt_shared_lookup(const struct nft *nft, const void *kind,
				   uint8_t family, const char *name);
/* Used by one.  'shared' stays where it is, and so does 'name'. */
void xt_shared_insert(struct nft *nft, struct xt_shared *shared,
		      const void *kind, uint8_t family, const char *name);
/* One fewer uses it. => Was it the last?  Then it is the caller's to free. */
bool xt_shared_put(struct nft *nft, struct xt_shared *shared);

/* A name that is good for a file, as Linux makes one of it, in 'size' bytes.
 * => 0, -EINVAL, -ENAMETOOLONG. */
int xt_check_name(const char *name, size_t size);

#endif
