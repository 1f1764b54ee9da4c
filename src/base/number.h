/* SPDX-License-Identifier: BSD-2-Clause
 * base/number.h - write numbers and addresses as text, quickly.
 *
 * Each writes at 'p', without a NUL, and returns the place behind what it
 * wrote.  The caller has seen to it that the longest text fits. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>

#include "clew/tuple.h"

/* The longest text that each can write. */
#define NUMBER_U64_MAX 20
#define NUMBER_HEX32_MAX 8
#define NUMBER_IPV4_MAX 15
#define NUMBER_IPV6_MAX 45	/* the size inet_ntop asks for, less its NUL */

/* Decimal. */
char *number_put_u64(char *p, uint64_t n);

/* Decimal with leading zeros: exactly 'digits' (at most 20) characters; what
 * does not fit in them is written all the same, as printf's precision. */
char *number_put_padded(char *p, uint64_t n, unsigned digits);

/* Hexadecimal, lower case, without "0x". */
char *number_put_hex(char *p, uint32_t n);

/* "192.0.2.1". */
char *number_put_ipv4(char *p, const uint8_t addr[4]);

/* RFC 5952, with a dotted end for ::a.b.c.d and ::ffff:a.b.c.d: what
 * inet_ntop() of the GNU C library writes. */
char *number_put_ipv6(char *p, const uint8_t addr[16]);

/* All eight groups with all four digits: as Linux's log has it. */
char *number_put_ipv6_full(char *p, const uint8_t addr[16]);

/* The address of an IPv6 tuple, or else of an IPv4 one. */
static inline char *
number_put_addr(char *p, uint8_t family, const union clew_addr *addr)
{
	if (family == CLEW_IPV6)
		return number_put_ipv6(p, addr->bytes);
	return number_put_ipv4(p, addr->bytes);
}

#endif
