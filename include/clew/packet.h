/* SPDX-License-Identifier: BSD-2-Clause
 * clew/packet.h - a packet on its way in, and what the engine says of it. */
#ifndef CLEW_PACKET_H
#define CLEW_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/reason.h"
#include "clew/tuple.h"

enum clew_verdict {
	CLEW_ACCEPT,
	CLEW_DROP,
	CLEW_STOLEN,		/* the engine keeps a copy: a fragment */
};

/* What 'ct state' matches in a rule. */
enum clew_ct_state {
	CLEW_CT_INVALID,
	CLEW_CT_NEW,
	CLEW_CT_ESTABLISHED,
	CLEW_CT_RELATED,
	CLEW_CT_UNTRACKED,
};

/* Bits of clew_packet.flags. */
enum clew_packet_flag {
	CLEW_PKT_CSUM_OK	= 1u << 0, /* transport checksum known good */
	CLEW_PKT_CSUM_PARTIAL	= 1u << 1, /* still to be filled in below: as good */
	CLEW_PKT_GSO		= 1u << 2, /* one big packet for many: as good */
	CLEW_PKT_NOTRACK	= 1u << 3, /* a rule said notrack */
	CLEW_PKT_ZONE_ORIG	= 1u << 4, /* 'zone' holds for the original */
	CLEW_PKT_ZONE_REPLY	= 1u << 5, /* or reply direction alone; both
					    * or none of them: in both */
	CLEW_PKT_IP_CSUM_OK	= 1u << 6, /* IPv4 header checksum known good */
	CLEW_PKT_LOCAL_OUT	= 1u << 7, /* sent by this host itself: output and
					    * postrouting */
	CLEW_PKT_UNTRANSLATED	= 1u << 8, /* as seen inside of a NAT: a reply
					    * is addressed as if it had come
					    * through already.  The engine makes
					    * of it what its peer had sent */
	CLEW_PKT_TRACE		= 1u << 9, /* traced from the first hook on */
};

/* Bits of clew_packet.result. */
enum clew_packet_result {
	CLEW_RES_REASSEMBLED	= 1u << 0, /* the last fragment: the rest of the
					    * result is the whole datagram's */
	CLEW_RES_CUT		= 1u << 1, /* a header needed lies beyond 'caplen':
					    * not looked at, nothing changed */
	CLEW_RES_NEW_CONN	= 1u << 2, /* this packet made the connection */
	CLEW_RES_TUPLE		= 1u << 3, /* 'tuple' was filled in */
	CLEW_RES_LOCAL		= 1u << 4, /* for this host itself: went to input */
	CLEW_RES_OUTPUT		= 1u << 5, /* leaves other than it came: its bytes
					    * are in the output list */
	CLEW_RES_UNTRANSLATED	= 1u << 6, /* CLEW_PKT_UNTRANSLATED applied */
};

/* 0 stands for "no connection". */
typedef uint64_t clew_conn_ref;

struct clew_packet {
	/* In.  The caller owns the bytes; the engine reads them during the
	 * call only, and copies what it must keep. */
	const uint8_t *data;	/* layer 2 or, with l3_offset 0, layer 3 */
	uint32_t caplen;	/* bytes present at 'data' */
	uint32_t len;		/* bytes there were on the wire: >= caplen */
	uint16_t l2_offset;	/* where the layer 2 header begins */
	uint16_t l3_offset;	/* where the IP header begins; its version
				 * nibble tells the family */
	uint32_t ifindex;	/* input interface, of the caller's numbering */
	uint32_t out_ifindex;	/* In and out: where it leaves.  Without routes
				 * (clew/route.h) the caller may say; 0: unknown */
	uint32_t mark;		/* In and out: 'meta mark' */
	uint32_t flags;		/* enum clew_packet_flag */
	uint16_t zone;
	uint16_t timeout_policy;/* of clew_timeout_create(), 0: the sysctls */
	uint64_t time_ns;	/* arrival, since the epoch; never runs back:
				 * an earlier one counts as the last one */

	/* Out. */
	uint8_t verdict;	/* enum clew_verdict */
	uint8_t ct_state;	/* enum clew_ct_state */
	uint8_t dir;		/* enum clew_dir, when there is a connection */
	uint8_t reason;		/* enum clew_reason */
	uint32_t result;	/* enum clew_packet_result */
	clew_conn_ref conn;		/* may have ended with this very packet */
	struct clew_tuple tuple;	/* as parsed; with CLEW_RES_TUPLE.  Only
					 * filled in when a reason is given */
	struct clew_detail detail;	/* with a reason */
};

#endif
