/* SPDX-License-Identifier: BSD-2-Clause
 * nft/exthdr.c - find headers and options that follow others.
 *
 * Sources: RFC 8200 4, RFC 791 3.1, RFC 2113, RFC 9293 3.2, RFC 9260 3.2,
 * RFC 4340 5. */
#include "nft/exthdr.h"

#include <stddef.h>

#include "base/bytes.h"

static bool
has(const struct pkt *p, uint32_t at, uint32_t size)
{
	return pkt_header(p, at, size) == PKT_HEADER_OK;
}

/* IPv6. */

enum {
	IPV6_SIZE	= 40,
	NEXT_HOP	= 0,
	NEXT_ROUTING	= 43,
	NEXT_FRAGMENT	= 44,
	NEXT_AUTH	= 51,
	NEXT_NONE	= 59,
	NEXT_DEST	= 60,
	FRAGMENT_OFFSET	= 0xfff8,
};

static bool
is_extension(uint8_t next)
{
	return next == NEXT_HOP || next == NEXT_ROUTING ||
	       next == NEXT_FRAGMENT || next == NEXT_AUTH ||
	       next == NEXT_DEST;
}

static uint32_t
extension_size(uint8_t next, const uint8_t *h)
{
	if (next == NEXT_FRAGMENT)
		return 8;
	return next == NEXT_AUTH ? (h[1] + 2u) * 4 : (h[1] + 1u) * 8;
}

enum exthdr_found
exthdr_seek_ipv6(const struct pkt *p, uint8_t type, uint32_t *found)
{
	uint32_t at = IPV6_SIZE;
	uint8_t next;

	if (p->family != CLEW_IPV6 || !has(p, 0, IPV6_SIZE))
		return EXTHDR_BAD;
	for (next = p->ip[6]; is_extension(next);) {
		const uint8_t *h = p->ip + at;

		if (!has(p, at, next == NEXT_ROUTING ||
				next == NEXT_FRAGMENT ? 4 : 2))
			return EXTHDR_BAD;
		if (next == type)
			break;
		if (next == NEXT_FRAGMENT && get_be16(h + 2) & FRAGMENT_OFFSET)
			return EXTHDR_NONE;	/* what follows is in another
						 * packet */
		at += extension_size(next, h);
		next = h[0];
	}
	*found = at;
	return next == type ? EXTHDR_FOUND : EXTHDR_NONE;
}

bool
exthdr_skip_ipv6(const struct pkt *p, uint8_t *next, uint32_t *at)
{
	*at = IPV6_SIZE;
	if (p->family != CLEW_IPV6 || !has(p, 0, IPV6_SIZE))
		return false;
	for (*next = p->ip[6]; is_extension(*next);) {
		const uint8_t *h = p->ip + *at;

		if (!has(p, *at, *next == NEXT_FRAGMENT ? 4 : 2))
			return false;
		if (*next == NEXT_FRAGMENT && get_be16(h + 2) & FRAGMENT_OFFSET)
			return true;
		*at += extension_size(*next, h);
		*next = h[0];
	}
	return *next != NEXT_NONE;
}

uint32_t
exthdr_find_ipv6(const struct pkt *p, uint8_t type)
{
	uint32_t at;

	return exthdr_seek_ipv6(p, type, &at) == EXTHDR_FOUND ? at : 0;
}

/* IPv4. */

enum {
	IPV4_SIZE	= 20,
	OPTIONS_MOST	= 40,
	OPTION_END	= 0,
	OPTION_NOP	= 1,
	OPTION_RR	= 7,
	OPTION_TS	= 68,
	OPTION_LSRR	= 131,
	OPTION_CIPSO	= 134,
	OPTION_SSRR	= 137,
	OPTION_RA	= 148,

	TS_ONLY		= 0,
	TS_ADDRESS	= 1,
	TS_PRESPECIFIED	= 3,
};

static bool
is_route_good(const uint8_t *o)
{
	/* Still before its first hop, as it must be where it is written. */
	return o[1] >= 7 && o[2] == 4 && (o[1] - 3) % 4 == 0;
}

static bool
is_record_good(const uint8_t *o)
{
	return o[1] >= 3 && o[2] >= 4 && (o[2] > o[1] || o[2] + 3 <= o[1]);
}

static bool
is_timestamp_good(const uint8_t *o)
{
	unsigned kind = o[1] >= 4 ? o[3] & 0xf : 0;
	unsigned need = kind == TS_ADDRESS || kind == TS_PRESPECIFIED ? 7 : 3;

	if (o[1] < 4 || o[2] < 5)
		return false;
	if (o[2] > o[1])	/* full: the overflow count must not be */
		return kind == TS_PRESPECIFIED || o[3] >> 4 != 15;
	return o[2] + need <= o[1];
}

/* An option that is well-formed by itself, and not there twice. */
static bool
is_option_good(const uint8_t *o, uint32_t *seen)
{
	uint32_t bit;

	switch (o[0]) {
	case OPTION_SSRR:
	case OPTION_LSRR:
		bit = 1;
		if (!is_route_good(o))
			return false;
		break;
	case OPTION_RR:
		bit = 2;
		if (!is_record_good(o))
			return false;
		break;
	case OPTION_TS:
		bit = 4;
		if (!is_timestamp_good(o))
			return false;
		break;
	case OPTION_RA:
		return o[1] >= 4;
	default:
		return true;
	}
	if (*seen & bit)
		return false;
	*seen |= bit;
	return true;
}

uint32_t
exthdr_find_ipv4(const struct pkt *p, uint8_t type)
{
	uint32_t end, at, found = 0, seen = 0;

	if (p->family != CLEW_IPV4 || !has(p, 0, IPV4_SIZE))
		return 0;
	end = (p->ip[0] & 15u) * 4;
	if (end <= IPV4_SIZE || !has(p, 0, end))
		return 0;
	for (at = IPV4_SIZE; at < end && p->ip[at] != OPTION_END;) {
		const uint8_t *o = p->ip + at;

		if (o[0] == OPTION_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || o[1] < 2 || o[1] > end - at ||
		    !is_option_good(o, &seen))
			return 0;
		/* A router alert means something with the value 0 alone; of
		 * several the last one counts. */
		if (o[0] == type && (type != OPTION_RA || !get_be16(o + 2)))
			found = at;
		at += o[1];
	}
	return found;
}

/* TCP. */

enum {
	TCP_SIZE = 20,
	TCP_OPTION_NOP = 1,
};

enum exthdr_found
exthdr_find_tcp(const struct pkt *p, uint32_t l4, uint8_t type,
		struct exthdr_option *option)
{
	uint32_t end, at, size;

	if (!has(p, l4, TCP_SIZE))
		return EXTHDR_BAD;
	end = l4 + (p->ip[l4 + 12] >> 4) * 4u;
	if (end < l4 + TCP_SIZE || !has(p, l4, end - l4))
		return EXTHDR_BAD;
	for (at = l4 + TCP_SIZE; at + 1 < end; at += size) {
		/* END is no end here, and a length of 0 is taken for 1. */
		size = p->ip[at] <= TCP_OPTION_NOP || !p->ip[at + 1] ?
		       1 : p->ip[at + 1];
		if (p->ip[at] != type)
			continue;
		*option = (struct exthdr_option){ at, size };
		return at + size > end ? EXTHDR_LONG : EXTHDR_FOUND;
	}
	return EXTHDR_NONE;
}

/* SCTP. */

enum { SCTP_SIZE = 12 };

bool
exthdr_find_sctp(const struct pkt *p, uint32_t l4, uint8_t type,
		 struct exthdr_option *chunk)
{
	uint32_t at = l4 + SCTP_SIZE, size;

	for (; has(p, at, 4); at += (size + 3) & ~3u) {
		size = get_be16(p->ip + at + 2);
		if (!size)
			return false;
		if (p->ip[at] != type)
			continue;
		*chunk = (struct exthdr_option){ at, size };
		return true;
	}
	return false;
}

/* DCCP. */

enum {
	DCCP_SIZE	= 12,
	DCCP_ACK_SIZE	= 8,
	DCCP_ONE_BYTE	= 31,	/* options up to this have no length */
};

/* What follows the generic header, by packet type (RFC 4340 5.1). */
uint32_t
exthdr_dccp_size(const uint8_t *h)
{
	static const uint8_t more[16] = {
		[0] = 4,		/* Request: service code */
		[1] = DCCP_ACK_SIZE + 4,	/* Response */
		[2] = 0,		/* Data */
		[3] = DCCP_ACK_SIZE,	/* Ack */
		[4] = DCCP_ACK_SIZE,	/* DataAck */
		[5] = DCCP_ACK_SIZE,	/* CloseReq */
		[6] = DCCP_ACK_SIZE,	/* Close */
		[7] = DCCP_ACK_SIZE + 4,	/* Reset */
		[8] = DCCP_ACK_SIZE,	/* Sync */
		[9] = DCCP_ACK_SIZE,	/* SyncAck */
	};
	bool is_extended = h[8] & 1;

	return DCCP_SIZE + (is_extended ? 4 : 0) + more[h[8] >> 1 & 15];
}

bool
exthdr_has_dccp(const struct pkt *p, uint32_t l4, uint8_t type)
{
	uint32_t at, end;

	if (!has(p, l4, DCCP_SIZE))
		return false;
	at = l4 + exthdr_dccp_size(p->ip + l4);
	end = l4 + p->ip[l4 + 4] * 4u;
	if (end <= at || !has(p, l4, end - l4))
		return false;
	while (at < end) {
		if (p->ip[at] == type)
			return true;
		if (p->ip[at] <= DCCP_ONE_BYTE) {
			at++;
			continue;
		}
		if (end - at < 2 || p->ip[at + 1] < 2)
			return false;
		at += p->ip[at + 1];
	}
	return false;
}
