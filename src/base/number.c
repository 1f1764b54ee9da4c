/* SPDX-License-Identifier: BSD-2-Clause
 * base/number.c - write numbers and addresses as text, quickly.
 *
 * The replayer prints millions of lines of numbers: here is no format string
 * to interpret, no locale to ask, and two digits are written at a time.
 *
 * Sources: RFC 5952 section 4 (which run of zeros becomes "::"), RFC 4291
 * section 2.5.5 (addresses that embed IPv4 ones), RFC 5214 section 6.1. */
#include "base/number.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"

static const char pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

static unsigned
count_digits(uint64_t n)
{
	unsigned digits = 1;

	while (n >= 10000) {
		n /= 10000;
		digits += 4;
	}
	if (n >= 1000)
		return digits + 3;
	if (n >= 100)
		return digits + 2;
	return n >= 10 ? digits + 1 : digits;
}

char *
number_put_u64(char *p, uint64_t n)
{
	char *end, *at;

	if (n < 10) {
		*p = (char)('0' + n);
		return p + 1;
	}
	end = p + count_digits(n);
	at = end;
	while (n >= 100) {
		at -= 2;
		memcpy(at, pairs + n % 100 * 2, 2);
		n /= 100;
	}
	if (n >= 10)
		memcpy(at - 2, pairs + n * 2, 2);
	else
		at[-1] = (char)('0' + n);
	return end;
}

char *
number_put_padded(char *p, uint64_t n, unsigned digits)
{
	for (unsigned have = count_digits(n); have < digits; have++)
		*p++ = '0';
	return number_put_u64(p, n);
}

char *
number_put_hex(char *p, uint32_t n)
{
	unsigned shift = 28;

	while (shift > 0 && n >> shift == 0)
		shift -= 4;
	for (;; shift -= 4) {
		*p++ = "0123456789abcdef"[n >> shift & 15];
		if (shift == 0)
			return p;
	}
}

static char *
put_octet(char *p, unsigned n)
{
	if (n >= 100) {
		*p++ = (char)('0' + n / 100);
		memcpy(p, pairs + n % 100 * 2, 2);
		return p + 2;
	}
	if (n >= 10) {
		memcpy(p, pairs + n * 2, 2);
		return p + 2;
	}
	*p = (char)('0' + n);
	return p + 1;
}

char *
number_put_ipv4(char *p, const uint8_t addr[4])
{
	p = put_octet(p, addr[0]);
	*p++ = '.';
	p = put_octet(p, addr[1]);
	*p++ = '.';
	p = put_octet(p, addr[2]);
	*p++ = '.';
	return put_octet(p, addr[3]);
}

/* A run of groups that are 0. */
struct run {
	unsigned begin;
	unsigned len;
};

/* The longest run of at least two, the first of several (RFC 5952 sections
 * 4.2.2 and 4.2.3).  => 'len' 0 when there is none. */
static struct run
longest_zeros(const uint8_t addr[16], unsigned groups)
{
	struct run best = { 0, 0 }, now = { 0, 0 };

	for (unsigned i = 0; i < groups; i++) {
		if (get_be16(addr + 2 * i) != 0) {
			now.len = 0;
			continue;
		}
		if (now.len++ == 0)
			now.begin = i;
		if (now.len > best.len)
			best = now;
	}
	if (best.len < 2)
		best.len = 0;
	return best;
}

/* 'groups' of 16 bits with 'zeros' among them left out, then, if these are
 * not all eight, the rest as an IPv4 address. */
static char *
put_groups(char *p, const uint8_t addr[16], unsigned groups, struct run zeros)
{
	for (unsigned i = 0; i < groups; i++) {
		if (zeros.len > 0 && i == zeros.begin) {
			*p++ = ':';
			i += zeros.len - 1;
			if (i == 7)
				*p++ = ':';
			continue;
		}
		if (i > 0)
			*p++ = ':';
		p = number_put_hex(p, get_be16(addr + 2 * i));
	}
	if (groups == 8)
		return p;
	*p++ = ':';
	return number_put_ipv4(p, addr + 12);
}

char *
number_put_ipv6(char *p, const uint8_t addr[16])
{
	struct run zeros = longest_zeros(addr, 8);
	bool dotted = zeros.begin == 0 &&
		      (zeros.len == 6 ||
		       (zeros.len == 5 && get_be16(addr + 10) == 0xffff));

	return put_groups(p, addr, dotted ? 6 : 8, zeros);
}

char *
number_put_ipv6_full(char *p, const uint8_t addr[16])
{
	for (unsigned i = 0; i < 16; i++) {
		if (i > 0 && i % 2 == 0)
			*p++ = ':';
		*p++ = "0123456789abcdef"[addr[i] >> 4];
		*p++ = "0123456789abcdef"[addr[i] & 15];
	}
	return p;
}
