/* SPDX-License-Identifier: BSD-2-Clause
 * nft/tell_load.h - loads and settings, told (nft/tell.h). */
#ifndef NFT_TELL_LOAD_H
#define NFT_TELL_LOAD_H

#include "nft/expr_fast.h"
#include "nft/tell.h"

void nft_tell_payload(struct nft_telling *t, const struct nft_payload *pay);
/* 'key' is one of enum nft_meta_keys, nft_ct_keys; 'dir' CLEW_DIRS: none. */
void nft_tell_meta(struct nft_telling *t, uint8_t key, uint8_t reg);
void nft_tell_meta_set(struct nft_telling *t, uint8_t key, uint8_t reg);
void nft_tell_ct(struct nft_telling *t, uint8_t key, uint8_t dir,
		 uint8_t reg);
void nft_tell_ct_set(struct nft_telling *t, uint8_t key, uint8_t reg);

#endif
