/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/frag.c - target: reassembly alone.
 *
 *	limits 1 | budget 1 | fragments of 10 bytes:
 *	family, more, df, first byte of ecn 1 | source and id 1 | zone 1 |
 *	offset 2 | size 2 | headers 1 | time 2
 *
 * Every byte that comes out must be one for its place, of a salt that was
 * sent, and what is held is given back. */
#include "fuzz/fuzz.h"

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "pkt/frag.h"

enum {
	NAMES = 64,		/* as many datagrams are told apart */
	START_MS = 1700000000,
};

/* The salts sent under each name, as a set. */
static uint8_t sent[NAMES];
static uint8_t out[FRAG_DATAGRAM_MAX];

struct fragment {
	bool ipv6;
	bool more;
	uint8_t name;		/* source, id, zone */
	uint8_t ecn;
	uint8_t headers;
	bool df;
	uint32_t offset;
	uint32_t size;
	uint8_t salt;
};

static uint8_t
byte_of(uint32_t place, unsigned salt)
{
	return (uint8_t)(place * 7 + place / 256 * 3 + salt * 32);
}

static uint32_t
write_head(const struct fragment *s, uint8_t *b)
{
	uint32_t at;

	if (!s->ipv6) {
		at = 20 + s->headers % 11 * 4u;
		memset(b, 0, 20);
		memset(b + 20, 1, at - 20);
		b[0] = (uint8_t)(0x40 | at / 4);
		b[1] = s->ecn;
		put_be16(b + 2, (uint16_t)(at + s->size));
		put_be16(b + 4, s->name & 7);
		put_be16(b + 6, (uint16_t)(s->offset | s->more << 13 |
					   s->df << 14));
		b[9] = 17;
		b[15] = s->name >> 3 & 3;
		put_be16(b + 10, (uint16_t)
			 ~checksum_fold(checksum_add(0, b, at)));
		return at;
	}
	memset(b, 0, 40);
	b[0] = 0x60;
	b[1] = (uint8_t)(s->ecn << 4);
	b[6] = s->headers ? 60 : 44;
	b[23] = s->name >> 3 & 3;
	at = 40;
	if (s->headers) {
		memset(b + at, 0, s->headers * 8u);
		b[at] = 44;
		b[at + 1] = (uint8_t)(s->headers - 1);
		at += s->headers * 8u;
	}
	b[at] = 17;
	b[at + 1] = 0;
	put_be16(b + at + 2, (uint16_t)(s->offset << 3 | s->more));
	put_be32(b + at + 4, s->name & 7);
	put_be16(b + 4, (uint16_t)(at + 8 - 40 + s->size));
	return at + 8;
}

static void
check_out(const struct fragment *s, uint32_t size)
{
	unsigned name = s->name | (s->ipv6 ? 32u : 0);
	uint32_t head = s->ipv6 ? 40 : (out[0] & 15u) * 4;
	struct pkt p;

	MUST(size > head && size <= FRAG_DATAGRAM_MAX);
	pkt_parse(&p, out, size, size);
	if (s->ipv6) {
		/* The headers before the fragment's stay. */
		head = p.kind == PKT_WHOLE ? p.l4 : 0;
		MUST(p.kind == PKT_WHOLE);
		MUST(get_be16(out + 4) == size - 40);
	} else {
		MUST(p.kind == PKT_WHOLE && p.len == size);
	}
	for (uint32_t i = head; i < size; i++) {
		uint8_t salt = (uint8_t)(out[i] - byte_of(i - head, 0));

		MUST(salt % 32 == 0 && sent[name] >> salt / 32 & 1);
	}
}

static void
send(struct frags *f, const struct fragment *s, uint16_t zone,
     const struct frag_limits *limits)
{
	unsigned name = s->name | (s->ipv6 ? 32u : 0);
	uint8_t head[3000], *b;
	uint32_t at = write_head(s, head), len = at + s->size;
	enum clew_reason why = CLEW_WHY_NONE;
	uint32_t size = 0;
	struct pkt p;

	if (len > 65535)
		return;
	b = malloc(len);
	memcpy(b, head, at);
	for (uint32_t i = 0; i < s->size; i++)
		b[at + i] = byte_of(s->offset * 8 + i, s->salt);
	sent[name] |= (uint8_t)(1 << s->salt);
	pkt_parse(&p, b, len, len);
	if (p.kind == PKT_FRAGMENT) {
		switch (frag_add(f, &p, zone, 1, limits, out, &size, &why)) {
		case FRAG_DONE: check_out(s, size); break;
		case FRAG_REFUSED: MUST(why != CLEW_WHY_NONE); break;
		case FRAG_HELD:
		case FRAG_PASS: break;
		}
	}
	free(b);
	for (unsigned i = 0; i < FRAG_FAMILIES; i++)
		MUST(f->bytes[i] <= limits->high_bytes[i] + 140000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frags f;
	struct food food = { data, size };
	uint8_t limit = (uint8_t)eat(&food, 1);
	uint8_t budget = (uint8_t)eat(&food, 1);
	struct frag_limits limits = {
		.high_bytes = { 1000ull << (limit & 15),
				1000ull << (limit >> 4) },
		.timeout_s = { 30, 60 },
		.max_dist = budget & 7 ? 64 : budget >> 5,
	};
	uint64_t now_ms = START_MS;
	uint32_t left;

	if (frag_init(&f, &(struct hash_key){ { limit, budget } }, now_ms))
		return 0;
	memset(sent, 0, sizeof(sent));
	while (food.left) {
		uint8_t a = (uint8_t)eat(&food, 1);
		struct fragment s = {
			.ipv6 = a & 1, .more = a >> 1 & 1, .df = a >> 2 & 1,
			.ecn = a >> 3 & 3, .salt = a >> 5,
			.name = (uint8_t)eat(&food, 1) & 31,
		};
		uint16_t zone = 0;

		eat(&food, 1);
		s.offset = (uint32_t)eat(&food, 2) & 0x1fff;
		s.size = (uint32_t)eat(&food, 2);
		if (s.size < 0xf000)		/* mostly small: fast */
			s.size &= 0x3ff;
		s.headers = (uint8_t)eat(&food, 1);
		now_ms += (uint64_t)eat(&food, 2) >> 4;
		left = budget < 128 ? UINT32_MAX : budget - 127u;
		frag_expire(&f, now_ms, &left);
		send(&f, &s, zone, &limits);
	}
	do {
		left = 1000;
		frag_expire(&f, now_ms + 100000000, &left);
	} while (!left);
	MUST(f.bytes[0] == 0 && f.bytes[1] == 0);
	MUST(!f.queues.count && !f.runs.count && !f.blocks.count &&
	     !f.peers.count);
	frag_fini(&f);
	return 0;
}
