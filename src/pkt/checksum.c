/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/checksum.c - sums over packets, eight bytes at a time.
 *
 * The Internet checksum does not mind the order of its words, nor (up to a
 * final swap) their byte order (RFC 1071 section 2), so it is summed in the
 * machine's own order and in 32-bit halves of 64-bit loads. */
#include "pkt/checksum.h"

#include "base/bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static uint64_t
to_network(uint64_t sum)
{
	uint16_t folded = checksum_fold(sum);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	folded = (uint16_t)(folded << 8 | folded >> 8);
#endif
	return folded;
}

uint64_t
checksum_add(uint64_t sum, const uint8_t *bytes, size_t size)
{
	uint64_t low = 0, high = 0;

	for (; size >= 32; size -= 32, bytes += 32) {
		uint64_t a = load64(bytes), b = load64(bytes + 8);
		uint64_t c = load64(bytes + 16), d = load64(bytes + 24);

		low += (a & 0xffffffff) + (b & 0xffffffff) +
		       (c & 0xffffffff) + (d & 0xffffffff);
		high += (a >> 32) + (b >> 32) + (c >> 32) + (d >> 32);
	}
	for (; size >= 8; size -= 8, bytes += 8) {
		uint64_t a = load64(bytes);

		low += a & 0xffffffff;
		high += a >> 32;
	}
	if (size) {
		uint64_t rest = 0;

		memcpy(&rest, bytes, size);
		low += rest & 0xffffffff;
		high += rest >> 32;
	}
	return sum + to_network(low + high);
}

uint64_t
checksum_pseudo(const struct pkt *p, uint8_t protocol, uint32_t length)
{
	uint32_t bytes = p->family == CLEW_IPV4 ? 8 : 32;

	return checksum_add((uint64_t)protocol + (length >> 16) +
			    (length & 0xffff), pkt_src(p), bytes);
}

enum checksum_state
checksum_check(const struct pkt *p, uint32_t coverage, int pseudo)
{
	uint64_t sum = 0;

	if (p->l4 + coverage > p->have)
		return CHECKSUM_UNKNOWN;
	/* Without a pseudo header the sum of all zeros is zero; Linux sums from
	 * the IPv4 header on, and so finds it right. */
	if (pseudo < 0)
		sum = 0xffff;
	else
		sum = checksum_pseudo(p, (uint8_t)pseudo, p->len - p->l4);
	sum = checksum_add(sum, p->ip + p->l4, coverage);
	return checksum_fold(sum) == 0xffff ? CHECKSUM_GOOD : CHECKSUM_BAD;
}

/* CRC32c, Castagnoli's polynomial reflected: 0x82f63b78.  Table of 16
 * entries: four bits at a time need no set-up worth hiding. */
static const uint32_t crc_nibble[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
	0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
	0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t
crc_portable(uint32_t crc, const uint8_t *bytes, size_t size)
{
	for (; size; size--, bytes++) {
		crc ^= *bytes;
		crc = crc >> 4 ^ crc_nibble[crc & 15];
		crc = crc >> 4 ^ crc_nibble[crc & 15];
	}
	return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2")))
static uint32_t
crc_sse42(uint32_t crc, const uint8_t *bytes, size_t size)
{
	uint64_t wide = crc;

	for (; size >= 8; size -= 8, bytes += 8)
		wide = _mm_crc32_u64(wide, load64(bytes));
	crc = (uint32_t)wide;
	for (; size; size--, bytes++)
		crc = _mm_crc32_u8(crc, *bytes);
	return crc;
}
#endif

static uint32_t
crc_add(uint32_t crc, const uint8_t *bytes, size_t size)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("sse4.2"))
		return crc_sse42(crc, bytes, size);
#endif
	return crc_portable(crc, bytes, size);
}

uint32_t
checksum_sctp(const uint8_t *h, uint32_t size)
{
	static const uint8_t zero[4];
	uint32_t crc = 0xffffffff;

	crc = crc_add(crc, h, 8);
	crc = crc_add(crc, zero, 4);
	return ~crc_add(crc, h + 12, size - 12);
}

/* RFC 9260 appendix A: sent least significant byte first. */
void
checksum_put_sctp(uint8_t *h, uint32_t size)
{
	uint32_t crc = checksum_sctp(h, size);

	for (int i = 0; i < 4; i++)
		h[8 + i] = (uint8_t)(crc >> 8 * i);
}

enum checksum_state
checksum_check_sctp(const struct pkt *p)
{
	const uint8_t *h = p->ip + p->l4;

	if (p->len > p->have)
		return CHECKSUM_UNKNOWN;
	return checksum_sctp(h, p->len - p->l4) ==
	       (uint32_t)(h[8] | h[9] << 8 | h[10] << 16) +
	       ((uint32_t)h[11] << 24) ? CHECKSUM_GOOD : CHECKSUM_BAD;
}
