/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_private.h - an object, as the files that make objects see it. */
#ifndef NFT_OBJECT_PRIVATE_H
#define NFT_OBJECT_PRIVATE_H

#include "nft/kinds.h"
#include "nft/object.h"

struct nft_object {
	struct nft_named named;		/* space: type */
	struct list link;		/* table->objects */
	struct nft_table *table;
	struct nft *nft;
	const struct nft_object_ops *ops;
	uint32_t use;			/* rules and elements */
	uint16_t udata_len;
	uint8_t *udata;
	uint64_t data[];
};

extern const struct nft_object_ops nft_object_connlimit;
extern const struct nft_object_ops nft_object_counter;
extern const struct nft_object_ops nft_object_ct_expect;
extern const struct nft_object_ops nft_object_ct_helper;
extern const struct nft_object_ops nft_object_ct_timeout;
extern const struct nft_object_ops nft_object_limit;
extern const struct nft_object_ops nft_object_quota;
extern const struct nft_object_ops nft_object_synproxy;

/* A packet changed it in a way that is told: NFT_MSG_NEWOBJ. */
void nft_object_tell(struct nft_object *object);

#endif
