/* SPDX-License-Identifier: BSD-2-Clause
 * nft/queue.h - leaving a packet to another program: 'queue' and NFQUEUE. */
#ifndef NFT_QUEUE_H
#define NFT_QUEUE_H

#include "nft/nft.h"

/* The verdict.  'may_bypass': accept when nobody listens, instead of drop. */
int32_t nft_queue_verdict(uint16_t number, bool may_bypass);

/* One of 'count' queues from 'first' on, by the packet's addresses. */
uint16_t nft_queue_choose(const struct nft_eval *ev, uint16_t first,
			  uint16_t count);

#endif
