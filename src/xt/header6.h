/* SPDX-License-Identifier: BSD-2-Clause
 * xt/header6.h - one of the headers that follow IPv6's, for the extensions
 * that ask about it. */
#ifndef XT_HEADER6_H
#define XT_HEADER6_H

#include "base/bytes.h"
#include "nft/exthdr.h"
#include "xt/packet.h"

/* Find the header of 'type' and 'size' bytes of it.
 * => NULL with the answer: NO when there is none, DROP when there is no
 *    telling. */
static inline const uint8_t *
xt_find_header6(const struct nft_eval *ev, uint8_t type, uint32_t size,
		uint32_t *at, enum xt_answer *answer)
{
	enum exthdr_found found = exthdr_seek_ipv6(ev->path->p, type, at);
	const uint8_t *h = NULL;

	if (found == EXTHDR_FOUND)
		h = xt_bytes(ev, *at, size);
	*answer = found == EXTHDR_NONE ? XT_NO : XT_DROP;
	return h;
}

/* Length of most of those headers, by their second byte. */
static inline uint32_t
xt_header6_size(const uint8_t *h)
{
	return (h[1] + 1u) * 8;
}

#endif
