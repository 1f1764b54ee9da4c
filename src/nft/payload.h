/* SPDX-License-Identifier: BSD-2-Clause
 * nft/payload.h - what reading and writing the packet share. */
#ifndef NFT_PAYLOAD_H
#define NFT_PAYLOAD_H

#include "nft/expr.h"

enum { NFT_PAYLOAD_OFFSET_MOST = UINT16_MAX };

extern const struct nft_expr_ops nft_expr_payload_set;

/* Where what the transport header carries begins. => false: not known. */
bool nft_payload_inner(const struct nft_eval *ev, uint32_t *at);

#endif
