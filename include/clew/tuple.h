/* SPDX-License-Identifier: BSD-2-Clause
 * clew/tuple.h - what names one direction of a connection. */
#ifndef CLEW_TUPLE_H
#define CLEW_TUPLE_H

#include <stdint.h>

/* The two directions, numbered as ctnetlink numbers them (CTA_TUPLE_ORIG,
 * CTA_TUPLE_REPLY): everything kept per direction is an array of two. */
enum clew_dir {
	CLEW_DIR_ORIG,		/* as the packet that made the connection */
	CLEW_DIR_REPLY,
	CLEW_DIRS,
};

/* Address families, numbered as NFPROTO_IPV4 and NFPROTO_IPV6. */
enum clew_family {
	CLEW_IPV4 = 2,
	CLEW_IPV6 = 10,
};

/* An address in network byte order.  IPv4 uses the first four bytes, the
 * rest is zero. */
union clew_addr {
	uint8_t bytes[16];
	uint32_t be32[4];
	uint64_t be64[2];
};

/* The protocol's part of a tuple; which view is meant follows from
 * 'protocol'.  Protocols without any (generic) leave it zero. */
union clew_proto_part {
	struct {
		uint16_t sport_be;	/* tcp, udp, udplite, sctp */
		uint16_t dport_be;
	} port;
	struct {
		uint16_t id_be;		/* icmp, icmpv6 */
		uint8_t type;
		uint8_t code;
	} icmp;
	struct {
		uint16_t src_key_be;	/* gre version 1 call ids, else 0 */
		uint16_t dst_key_be;
	} gre;
	uint32_t word;
};

struct clew_tuple {
	union clew_addr src;
	union clew_addr dst;
	union clew_proto_part part;
	uint16_t zone;		/* CTA_ZONE; 0 is the default zone */
	uint8_t family;		/* enum clew_family */
	uint8_t protocol;	/* IANA protocol number */
};

#endif
