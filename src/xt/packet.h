/* SPDX-License-Identifier: BSD-2-Clause
 * xt/packet.h - what extensions read of a packet. */
#ifndef XT_PACKET_H
#define XT_PACKET_H

#include <linux/in.h>

#include "nft/tracking.h"
#include "xt/xt.h"

/* 'size' bytes at 'at', counted from the IP header.  => NULL: not there. */
static inline const uint8_t *
xt_bytes(const struct nft_eval *ev, uint32_t at, uint32_t size)
{
	const struct pkt *p = ev->path->p;

	return pkt_header(p, at, size) == PKT_HEADER_OK ? p->ip + at : NULL;
}

/* The first 'size' bytes of the transport header.  => NULL: not there. */
static inline const uint8_t *
xt_transport(const struct nft_eval *ev, uint32_t size)
{
	return xt_bytes(ev, ev->l4, size);
}

/* The IP header without its options.  => NULL: not there. */
static inline const uint8_t *
xt_header(const struct nft_eval *ev)
{
	return xt_bytes(ev, 0, ev->family == NFPROTO_IPV6 ? 40 : 20);
}

/* An address of the packet.  => false: it is not there. */
static inline bool
xt_address(const struct nft_eval *ev, bool is_source, union clew_addr *a)
{
	const struct pkt *p = ev->path->p;

	memset(a, 0, sizeof(*a));
	if (!xt_header(ev))
		return false;
	memcpy(a, is_source ? pkt_src(p) : pkt_dst(p),
	       ev->family == NFPROTO_IPV6 ? 16 : 4);
	return true;
}

static inline enum xt_answer
xt_yes(bool is_yes)
{
	return is_yes ? XT_YES : XT_NO;
}

static inline bool
xt_is_within(uint32_t n, uint32_t least, uint32_t most)
{
	return n >= least && n <= most;
}

/* For check() of what needs connections: can there be any in this family?
 * => 0 or -EPROTO. */
static inline int
xt_check_tracked(const struct nft_load *load)
{
	return nft_family_is_tracked(load->family) ? 0 : -EPROTO;
}

#endif
