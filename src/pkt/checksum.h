/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/checksum.h - the Internet checksum (RFC 1071) and CRC32c (RFC 9260). */
#ifndef PKT_CHECKSUM_H
#define PKT_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pkt/pkt.h"

/* Add 'size' bytes to a running sum.  Sums are of 16-bit words in network
 * byte order, kept wide; fold when done.  An odd size ends the data. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t size);

/* Fold to 16 bits.  Data that carries a right checksum gives 0xffff. */
static inline uint16_t
checksum_fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The sum of the pseudo header of 'p' (RFC 9293 3.1, RFC 8200 8.1) for
 * 'length' bytes of 'protocol'. */
uint64_t checksum_pseudo(const struct pkt *p, uint8_t protocol,
			 uint32_t length);

enum checksum_state {
	CHECKSUM_GOOD,
	CHECKSUM_BAD,
	CHECKSUM_UNKNOWN,	/* bytes beyond what was captured */
};

/* Check what follows the IP header of 'p', 'coverage' bytes of it, as the
 * tracker does.  'pseudo' is the protocol of the pseudo header, or -1 for
 * none. */
enum checksum_state checksum_check(const struct pkt *p, uint32_t coverage,
				   int pseudo);

/* CRC32c of an SCTP packet with its checksum field taken as zero. */
enum checksum_state checksum_check_sctp(const struct pkt *p);

#endif
