/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/checksum.h - the Internet checksum (RFC 1071) and CRC32c (RFC 9260). */
#ifndef PKT_CHECKSUM_H
#define PKT_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
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

/* A running sum, folded, after 'size' bytes of its data (a multiple of 4, at
 * an even place) changed (RFC 1624).  Each word is swapped by itself, as
 * Linux does it: then zero comes out as 0 or 0xffff where it does there. */
static inline uint16_t
checksum_swap(uint16_t sum, const uint8_t *from, const uint8_t *to,
	      uint32_t size)
{
	uint64_t s = sum;

	for (uint32_t i = 0; i < size; i += 4)
		s += (uint32_t)~get_be32(from + i) + (uint64_t)get_be32(to + i);
	return checksum_fold(s);
}

/* The same for a checksum field, which holds the sum's complement; and for
 * one word of 16 bits. */
static inline uint16_t
checksum_replace(uint16_t check, const uint8_t *from, const uint8_t *to,
		 uint32_t size)
{
	return (uint16_t)~checksum_swap((uint16_t)~check, from, to, size);
}

static inline uint16_t
checksum_replace16(uint16_t check, uint16_t from, uint16_t to)
{
	return (uint16_t)~checksum_fold((uint64_t)(uint16_t)~check +
					(uint32_t)~(uint32_t)from + to);
}

/* Is the checksum of an IPv4 header of 'size' bytes (a multiple of 4, at
 * least 20) right?  Inline for the usual twenty: every packet comes here. */
static inline bool
checksum_is_ipv4_good(const uint8_t *ip, uint32_t size)
{
	uint64_t a, b;
	uint32_t c;

	memcpy(&a, ip, 8);
	memcpy(&b, ip + 8, 8);
	memcpy(&c, ip + 16, 4);
	a = (a & 0xffffffff) + (a >> 32) + (b & 0xffffffff) + (b >> 32) + c;
	if (__builtin_expect(size > 20, 0))
		a = checksum_add(0, ip, size);
	return checksum_fold(a) == 0xffff;
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

/* CRC32c of an SCTP packet of 'size' bytes (at least 12) with its checksum
 * field taken as zero; 'put' writes it there. */
uint32_t checksum_sctp(const uint8_t *header, uint32_t size);
void checksum_put_sctp(uint8_t *header, uint32_t size);
enum checksum_state checksum_check_sctp(const struct pkt *p);

#endif
