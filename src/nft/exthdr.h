/* SPDX-License-Identifier: BSD-2-Clause
 * nft/exthdr.h - find headers and options that follow others: IPv6 extension
 * headers, options of IPv4, TCP and DCCP, chunks of SCTP.
 *
 * Found is what Linux finds, malformed packets included.  Offsets count from
 * p->ip. */
#ifndef NFT_EXTHDR_H
#define NFT_EXTHDR_H

#include <stdbool.h>
#include <stdint.h>

#include "pkt/pkt.h"

enum exthdr_found {
	EXTHDR_NONE,		/* there is no such option */
	EXTHDR_FOUND,
	EXTHDR_LONG,		/* the first one goes beyond the header */
	EXTHDR_BAD,		/* there is no such header */
};

/* One header of those that follow the IPv6 header: '*at' is where it lies.
 * => FOUND, NONE, or BAD when there is no telling. */
enum exthdr_found exthdr_seek_ipv6(const struct pkt *p, uint8_t type,
				   uint32_t *at);
/* What comes after those headers; of a later fragment: its fragment header.
 * => false: nothing does, or there is no telling. */
bool exthdr_skip_ipv6(const struct pkt *p, uint8_t *next, uint32_t *at);
/* => Its offset, or 0. */
uint32_t exthdr_find_ipv6(const struct pkt *p, uint8_t type);
/* LSRR, SSRR, RR or RA, if all the options are as they should be. */
uint32_t exthdr_find_ipv4(const struct pkt *p, uint8_t type);

struct exthdr_option {
	uint32_t at;		/* offset of the kind */
	uint32_t size;		/* as it says itself, 1 when it says 0 */
};

/* The first option of 'type' in the TCP header at 'l4'. */
enum exthdr_found exthdr_find_tcp(const struct pkt *p, uint32_t l4,
				  uint8_t type, struct exthdr_option *option);
/* The first chunk of 'type' in the SCTP packet at 'l4'. */
bool exthdr_find_sctp(const struct pkt *p, uint32_t l4, uint8_t type,
		      struct exthdr_option *chunk);
/* The header at 'h', of which 12 bytes are there, up to its options. */
uint32_t exthdr_dccp_size(const uint8_t *h);
bool exthdr_has_dccp(const struct pkt *p, uint32_t l4, uint8_t type);

#endif
