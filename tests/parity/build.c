/* SPDX-License-Identifier: BSD-2-Clause
 * parity/build.c - packets made from parts.
 *
 * Checksums are computed here on their own, not by the code under test:
 * RFC 1071, RFC 3828 section 3.1 (UDP-Lite), RFC 9260 appendix A (CRC32c). */
#include "parity/build.h"

#include <string.h>

uint64_t
rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint32_t
rng_below(struct rng *r, uint32_t n)
{
	return (rng_next(r) >> 32) * n >> 32;
}

bool
rng_chance(struct rng *r, unsigned percent)
{
	return rng_below(r, 100) < percent;
}

uint32_t
sum_add(uint32_t sum, const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2) {
		sum += get16(data + i);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	if (len & 1)
		sum += data[len - 1] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

uint16_t
sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

uint32_t
crc32c(const uint8_t *data, size_t len)
{
	static uint32_t table[256];
	uint32_t crc = ~0u;
	unsigned i, j;

	for (i = 1; !table[255] && i < 256; i++) {
		table[i] = i;
		for (j = 0; j < 8; j++)
			table[i] = table[i] >> 1 ^
				(table[i] & 1 ? 0x82f63b78u : 0);
	}
	while (len--)
		crc = crc >> 8 ^ table[(crc ^ *data++) & 0xff];
	return ~crc;
}

void
packet_begin(struct packet *p, const struct ends *e, unsigned from,
	     uint8_t proto)
{
	unsigned to = !from;

	p->side = from;
	p->how = 0;
	p->proto = proto;
	if (e->six) {
		memset(p->b, 0, 40);
		p->b[0] = 0x60;
		p->b[6] = proto;
		p->b[7] = 64;
		memcpy(p->b + 8, e->addr[from], 16);
		memcpy(p->b + 24, e->addr[to], 16);
		p->len = p->l4 = 40;
		return;
	}
	memset(p->b, 0, 20);
	p->b[0] = 0x45;
	p->b[8] = 64;
	p->b[9] = proto;
	memcpy(p->b + 12, e->addr[from], 4);
	memcpy(p->b + 16, e->addr[to], 4);
	p->len = p->l4 = 20;
}

void
packet_add(struct packet *p, const void *data, size_t len)
{
	if (len > sizeof(p->b) - p->len)
		len = sizeof(p->b) - p->len;
	if (len)
		memcpy(p->b + p->len, data, len);
	p->len += len;
}

void
packet_add_zero(struct packet *p, size_t len)
{
	if (len > sizeof(p->b) - p->len)
		len = sizeof(p->b) - p->len;
	memset(p->b + p->len, 0, len);
	p->len += len;
}

void
packet_end(struct packet *p)
{
	unsigned hlen;

	if (p->b[0] >> 4 == 6) {
		put16(p->b + 4, p->len - 40);
		return;
	}
	hlen = (p->b[0] & 15) * 4;
	put16(p->b + 2, p->len);
	put16(p->b + 10, 0);
	put16(p->b + 10, sum_fold(sum_add(0, p->b, hlen)));
}

static uint32_t
pseudo(const struct packet *p, size_t len)
{
	bool six = p->b[0] >> 4 == 6;
	uint32_t sum;

	sum = sum_add(0, p->b + (six ? 8 : 12), six ? 32 : 8);
	return sum + p->proto + (len >> 16) + (len & 0xffff);
}

void
packet_checksum(struct packet *p)
{
	size_t len = p->len - p->l4, cover = len;
	uint8_t *l4 = p->b + p->l4;
	uint32_t sum;
	unsigned at;

	if (p->l4 > p->len)
		return;
	switch (p->proto) {
	case 6:
		at = 16;
		break;
	case 17:
	case 136:
		at = 6;
		break;
	case 1:
	case 58:
		at = 2;
		break;
	case 132:
		if (len < 12)
			return;
		put32(l4 + 8, 0);
		sum = crc32c(l4, len);
		l4[8] = sum;
		l4[9] = sum >> 8;
		l4[10] = sum >> 16;
		l4[11] = sum >> 24;
		return;
	default:
		return;
	}
	if (len < at + 2u)
		return;
	if (p->proto == 136 && get16(l4 + 4) && get16(l4 + 4) <= len)
		cover = get16(l4 + 4);
	put16(l4 + at, 0);
	sum = p->proto == 1 ? 0 : pseudo(p, len);
	sum = sum_fold(sum_add(sum, l4, cover));
	if (!sum && (p->proto == 17 || p->proto == 136))
		sum = 0xffff;
	put16(l4 + at, sum);
}

void
build_tcp(struct packet *p, const struct ends *e, unsigned from,
	  const struct tcp_part *t)
{
	uint8_t h[20] = { 0 };

	put16(h, t->sport);
	put16(h + 2, t->dport);
	put32(h + 4, t->seq);
	put32(h + 8, t->ack);
	h[12] = (5 + t->options_len / 4) << 4;
	h[13] = t->flags;
	put16(h + 14, t->window);
	packet_begin(p, e, from, 6);
	packet_add(p, h, sizeof(h));
	packet_add(p, t->options, t->options_len);
	packet_add_zero(p, t->data);
	packet_end(p);
	packet_checksum(p);
}

void
build_udp(struct packet *p, const struct ends *e, unsigned from,
	  uint8_t proto, uint16_t sport, uint16_t dport, size_t data)
{
	uint8_t h[8] = { 0 };

	put16(h, sport);
	put16(h + 2, dport);
	put16(h + 4, 8 + data);
	packet_begin(p, e, from, proto);
	packet_add(p, h, sizeof(h));
	packet_add_zero(p, data);
	packet_end(p);
	packet_checksum(p);
}

void
build_icmp(struct packet *p, const struct ends *e, unsigned from,
	   uint8_t type, uint8_t code, uint32_t rest, const void *data,
	   size_t len)
{
	uint8_t h[8] = { type, code };

	put32(h + 4, rest);
	packet_begin(p, e, from, e->six ? 58 : 1);
	packet_add(p, h, sizeof(h));
	packet_add(p, data, len);
	packet_end(p);
	packet_checksum(p);
}

void
sctp_begin(struct packet *p, const struct ends *e, unsigned from,
	   uint16_t sport, uint16_t dport, uint32_t vtag)
{
	uint8_t h[12] = { 0 };

	put16(h, sport);
	put16(h + 2, dport);
	put32(h + 4, vtag);
	packet_begin(p, e, from, 132);
	packet_add(p, h, sizeof(h));
}

size_t
sctp_chunk(struct packet *p, uint8_t type, uint8_t flags, const void *value,
	   size_t len)
{
	uint8_t h[4] = { type, flags };
	size_t at = p->len;

	put16(h + 2, 4 + len);
	packet_add(p, h, sizeof(h));
	packet_add(p, value, len);
	packet_add_zero(p, -len & 3);
	return at;
}
