/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/pkt.h - a view of one IP packet: where its layers are, nothing copied.
 *
 * Three lengths must not be confused:
 *	'have'	bytes that are really there to be read;
 *	'len'	the packet's length by its own IP header, what accounting and
 *		the transport protocols count with;
 *	the captured frame may be longer (padding) or, when a capture cut it,
 *	shorter than 'len'.
 * Every access goes through pkt_header(), which tells the three cases
 * apart. */
#ifndef PKT_PKT_H
#define PKT_PKT_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/packet.h"

/* What parsing made of a packet. */
enum pkt_kind {
	PKT_WHOLE,		/* 'l4' and 'protocol' are set */
	PKT_FRAGMENT,		/* to be reassembled first */
	PKT_NO_L4,		/* an IP packet whose transport header is out of
				 * reach: it cannot be tracked */
	PKT_BAD,		/* the receiving stack drops it: 'why' */
	PKT_CUT,		/* a header lies beyond what was captured */
};

struct pkt {
	const uint8_t *ip;
	uint32_t have;
	uint32_t len;
	uint32_t l4;		/* offset of the transport header from 'ip' */
	uint8_t family;		/* enum clew_family */
	uint8_t protocol;
	uint8_t kind;		/* enum pkt_kind */
	uint8_t why;		/* enum clew_reason */
	uint32_t flags;		/* enum clew_packet_flag */

	/* IPv6 fragments: the fragment header, and the field naming it. */
	uint32_t frag_at;
	uint32_t frag_next_at;
};

/* Parse from the IP header on: 'have' bytes are at 'ip', 'wire' bytes there
 * were before a capture cut them.  => p->flags must be set.  => Sets 'kind',
 * and of the rest what that kind promises.  => Nothing is copied: 'ip' must
 * stay as long as 'p' is used. */
void pkt_parse(struct pkt *p, const uint8_t *ip, uint32_t have, uint32_t wire);

/* Find the transport header of a packet that was taken for a fragment but
 * passes as it is: sets 'kind', 'l4' and 'protocol'. */
void pkt_find_transport(struct pkt *p);

/* Look at a datagram that was put together from fragments, the last of which
 * 'p' was: 'size' bytes at 'ip'.  It is not checked again as on receipt, nor
 * taken for a fragment again. */
void pkt_parse_datagram(struct pkt *p, const uint8_t *ip, uint32_t size);

/* Does an IPv6 fragment that begins its datagram end before the transport
 * header does?  RFC 8200 4.5 wants it discarded. */
bool pkt_is_first_part_short(const struct pkt *p);

/* Find the transport header of the packet that an ICMP error quotes, whose
 * IP header lies at 'at'.  => false when there is none to be found; then
 * '*cut' tells whether for want of captured bytes. */
bool pkt_parse_quoted(const struct pkt *p, uint32_t at, uint32_t *l4,
		      uint8_t *protocol, bool *cut);

enum pkt_header {
	PKT_HEADER_OK,
	PKT_HEADER_SHORT,	/* the packet ends before it */
	PKT_HEADER_CUT,		/* the capture does */
};

/* Are 'size' bytes at offset 'at' there? */
static inline enum pkt_header
pkt_header(const struct pkt *p, uint32_t at, uint32_t size)
{
	uint64_t end = (uint64_t)at + size;

	if (end <= p->have && end <= p->len)
		return PKT_HEADER_OK;
	return end > p->len ? PKT_HEADER_SHORT : PKT_HEADER_CUT;
}

/* Source and destination address, 4 or 16 bytes each. */
static inline const uint8_t *
pkt_src(const struct pkt *p)
{
	return p->ip + (p->family == CLEW_IPV4 ? 12 : 8);
}

static inline const uint8_t *
pkt_dst(const struct pkt *p)
{
	return p->ip + (p->family == CLEW_IPV4 ? 16 : 24);
}

#endif
