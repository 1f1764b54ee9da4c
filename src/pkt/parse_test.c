/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/parse_test.c - headers whole, cut, short and senseless.
 *
 * Every packet is parsed from a copy of just as many bytes as there are said
 * to be, so that ASan sees the first one read beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/testrandom.h"
#include "pkt/pkt.h"

enum { TCP = 6, UDP = 17, ESP = 50 };

/* Parse 'have' of the 'wire' bytes at 'bytes'.  The copy lives until the
 * next one. */
static struct pkt
parse(const uint8_t *bytes, uint32_t have, uint32_t wire)
{
	static uint8_t *copy;
	struct pkt p;

	memset(&p, 0xa5, sizeof(p));
	free(copy);
	copy = malloc(have + !have);
	memcpy(copy, bytes, have);
	pkt_parse(&p, copy, have, wire);
	return p;
}

static uint16_t
ones_sum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += get_be16(bytes + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void
make_ipv4(uint8_t *b, unsigned words, uint16_t len, uint8_t protocol,
	  uint16_t frag)
{
	memset(b, 0, 60);
	b[0] = (uint8_t)(0x40 | words);
	put_be16(b + 2, len);
	put_be16(b + 6, frag);
	b[8] = 64;
	b[9] = protocol;
	put_be32(b + 12, 0x0a000001);
	put_be32(b + 16, 0x0a000002);
	memset(b + 20, 1, 40);			/* options: NOP */
	put_be16(b + 10, (uint16_t)~ones_sum(b, words * 4));
}

static void
reads_ipv4(void **state)
{
	static const struct {
		const char *title;
		uint8_t words;
		uint16_t len, frag;
		uint32_t wire;
		enum pkt_kind kind;
		enum clew_reason why;
	} cases[] = {
		{ "plain", 5, 40, 0, 40, PKT_WHOLE, 0 },
		{ "padded by the link", 5, 40, 0, 60, PKT_WHOLE, 0 },
		{ "options", 15, 80, 0, 80, PKT_WHOLE, 0 },
		{ "nothing behind the header", 5, 20, 0, 40, PKT_WHOLE, 0 },
		{ "don't fragment", 5, 40, 0x4000, 40, PKT_WHOLE, 0 },
		{ "the reserved bit", 5, 40, 0x8000, 40, PKT_WHOLE, 0 },
		{ "first fragment", 5, 44, 0x2000, 44, PKT_FRAGMENT, 0 },
		{ "last fragment", 5, 44, 0x0001, 44, PKT_FRAGMENT, 0 },
		{ "header of 16", 4, 40, 0, 40, PKT_BAD, CLEW_WHY_IP_HEADER },
		{ "header of 0", 0, 40, 0, 40, PKT_BAD, CLEW_WHY_IP_HEADER },
		{ "longer than the frame", 5, 41, 0, 40, PKT_BAD,
		  CLEW_WHY_IP_TRUNCATED },
		{ "shorter than its header", 5, 19, 0, 40, PKT_BAD,
		  CLEW_WHY_IP_HEADER },
		{ "shorter than its options", 6, 23, 0, 40, PKT_BAD,
		  CLEW_WHY_IP_HEADER },
		{ "options beyond the frame", 15, 40, 0, 40, PKT_BAD,
		  CLEW_WHY_IP_TRUNCATED },
		{ "length 0", 5, 0, 0, 40, PKT_BAD, CLEW_WHY_IP_HEADER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t b[100] = { 0 };
		struct pkt p;

		make_ipv4(b, cases[i].words, cases[i].len, TCP,
			  cases[i].frag);
		p = parse(b, cases[i].wire, cases[i].wire);
		if (p.kind != cases[i].kind || p.why != cases[i].why)
			fail_msg("%s: kind %u why %u", cases[i].title, p.kind,
				 p.why);
		if (p.kind == PKT_BAD)
			continue;
		assert_int_equal(p.family, CLEW_IPV4);
		assert_int_equal(p.protocol, TCP);
		assert_int_equal(p.l4, cases[i].words * 4);
		assert_int_equal(p.len, cases[i].len);
		assert_int_equal(get_be32(pkt_src(&p)), 0x0a000001);
		assert_int_equal(get_be32(pkt_dst(&p)), 0x0a000002);
	}
}

static void
checks_the_ipv4_checksum(void **state)
{
	uint8_t b[80];

	(void)state;
	for (unsigned words = 5; words <= 15; words++) {
		make_ipv4(b, words, 80, UDP, 0);
		for (unsigned bit = 8; bit < words * 32; bit++) {
			struct pkt p;

			b[bit / 8] ^= (uint8_t)(1 << bit % 8);
			p = parse(b, 80, 80);
			assert_int_equal(p.kind, PKT_BAD);
			assert_int_equal(p.why, CLEW_WHY_IP_CHECKSUM);
			b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_int_equal(parse(b, 80, 80).kind, PKT_WHOLE);
	}
}

static void
knows_what_is_no_ip(void **state)
{
	uint8_t b[60];

	(void)state;
	make_ipv4(b, 5, 40, TCP, 0);
	for (unsigned version = 0; version < 16; version++) {
		struct pkt p;

		b[0] = (uint8_t)(version << 4 | 5);
		p = parse(b, 40, 40);
		if (version == 4)
			assert_int_equal(p.kind, PKT_WHOLE);
		else
			assert_int_equal(p.kind, PKT_BAD);
	}
	assert_int_equal(parse(b, 0, 0).kind, PKT_BAD);
	assert_int_equal(parse(b, 0, 40).kind, PKT_CUT);
}

/* IPv6: a chain of headers, each named by the one before. */
enum { HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTH = 51, NONE = 59, DEST = 60 };

struct link {
	uint8_t type;
	uint8_t size;		/* as its length field says it */
	uint16_t frag;		/* offset and flags */
};

static uint32_t
make_ipv6(uint8_t *b, const struct link *links, unsigned count, uint8_t last)
{
	uint32_t at = 40, named = 6;

	memset(b, 0, 40);
	b[0] = 0x60;
	b[7] = 64;
	b[23] = 1;
	b[39] = 2;
	for (unsigned i = 0; i < count; i++) {
		const struct link *l = &links[i];
		uint32_t size = l->type == FRAGMENT ? 8 :
				l->type == AUTH ? (l->size + 2u) * 4 :
				(l->size + 1u) * 8;

		b[named] = l->type;
		memset(b + at, 0, size);
		b[at + 1] = l->size;
		if (l->type == FRAGMENT)
			put_be16(b + at + 2, l->frag);
		named = at;
		at += size;
	}
	b[named] = last;
	memset(b + at, 0x77, 20);
	put_be16(b + 4, (uint16_t)(at + 20 - 40));
	return at;
}

#define LINKS(...)							\
	sizeof((struct link[]){ __VA_ARGS__ }) / sizeof(struct link),	\
	{ __VA_ARGS__ }

static const struct chain {
	const char *title;
	unsigned count;
	struct link links[5];
	uint8_t last;
	uint8_t kind;
	uint8_t found;		/* WHOLE: the protocol;  FRAGMENT: how many
				 * headers until behind the fragment's */
} chains[] = {
	{ "none", 0, { { 0, 0, 0 } }, TCP, PKT_WHOLE, TCP },
	{ "hop by hop", LINKS({ HOP, 0, 0 }), TCP, PKT_WHOLE, TCP },
	{ "hop by hop, large", LINKS({ HOP, 31, 0 }), TCP, PKT_WHOLE, TCP },
	{ "one of each", LINKS({ HOP, 1, 0 }, { DEST, 0, 0 },
			       { ROUTING, 2, 0 }, { AUTH, 4, 0 }),
	  UDP, PKT_WHOLE, UDP },
	{ "auth of odd size", LINKS({ AUTH, 1, 0 }), UDP, PKT_WHOLE, UDP },
	{ "no next header", LINKS({ DEST, 0, 0 }), NONE, PKT_NO_L4, 0 },
	{ "nothing at all", 0, { { 0, 0, 0 } }, NONE, PKT_NO_L4, 0 },
	{ "esp ends it", LINKS({ DEST, 0, 0 }), ESP, PKT_WHOLE, ESP },
	{ "mobility is a protocol", LINKS({ DEST, 0, 0 }), 135, PKT_WHOLE,
	  135 },
	{ "first fragment", LINKS({ FRAGMENT, 0, 1 }), TCP, PKT_FRAGMENT, 1 },
	{ "later fragment", LINKS({ FRAGMENT, 0, 0x100 }), TCP,
	  PKT_FRAGMENT, 1 },
	{ "atomic fragment", LINKS({ FRAGMENT, 0, 0 }), TCP, PKT_FRAGMENT,
	  1 },
	{ "fragment in a chain", LINKS({ HOP, 0, 0 }, { DEST, 1, 0 },
				       { FRAGMENT, 0, 1 }, { DEST, 0, 0 }),
	  TCP, PKT_FRAGMENT, 3 },
	{ "fragment behind auth", LINKS({ AUTH, 4, 0 }, { FRAGMENT, 0, 1 }),
	  TCP, PKT_FRAGMENT, 2 },
	{ "two fragment headers", LINKS({ FRAGMENT, 0, 1 },
					{ FRAGMENT, 0, 8 }),
	  TCP, PKT_FRAGMENT, 1 },
};

static void
follows_extension_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(*chains); i++) {
		const struct chain *c = &chains[i];
		uint8_t b[600];
		uint32_t l4 = make_ipv6(b, c->links, c->count, c->last), at = 40;
		struct pkt p = parse(b, l4 + 20, l4 + 20);

		if (p.kind != c->kind)
			fail_msg("%s: kind %u", c->title, p.kind);
		assert_int_equal(p.family, CLEW_IPV6);
		assert_int_equal(p.len, l4 + 20);
		if (p.kind == PKT_WHOLE) {
			assert_int_equal(p.l4, l4);
			assert_int_equal(p.protocol, c->found);
		}
		if (p.kind != PKT_FRAGMENT)
			continue;
		for (unsigned k = 0; k + 1 < c->found; k++)
			at += c->links[k].type == AUTH ?
			      (c->links[k].size + 2u) * 4 :
			      (c->links[k].size + 1u) * 8;
		assert_int_equal(p.frag_at, at);
		assert_int_equal(b[p.frag_next_at], FRAGMENT);
	}
}

/* However many bytes a capture kept, it either says CUT or what it says with
 * all of them. */
static void
a_cut_capture_says_so(void **state)
{
	uint8_t b[600];

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(*chains); i++) {
		const struct chain *c = &chains[i];
		uint32_t l4 = make_ipv6(b, c->links, c->count, c->last);
		struct pkt whole = parse(b, l4 + 20, l4 + 20);
		bool cut = true;

		for (uint32_t have = 0; have < l4 + 20; have++) {
			struct pkt p = parse(b, have, l4 + 20);

			if (p.kind == PKT_CUT) {
				assert_true(cut);
				continue;
			}
			cut = false;
			assert_int_equal(p.kind, whole.kind);
			assert_int_equal(p.len, whole.len);
			if (p.kind == PKT_WHOLE)
				assert_int_equal(p.l4, whole.l4);
		}
		assert_false(cut);
	}
	for (unsigned words = 5; words <= 15; words++) {
		make_ipv4(b, words, 80, TCP, 0);
		memset(b + 60, 0, 20);
		for (uint32_t have = 0; have < 80; have++) {
			struct pkt p = parse(b, have, 80);

			assert_int_equal(p.kind, have < words * 4 ?
					 PKT_CUT : PKT_WHOLE);
		}
	}
}

/* A packet that ends early, with nothing cut: never CUT. */
static void
a_short_packet_says_so(void **state)
{
	uint8_t b[600];

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(*chains); i++) {
		const struct chain *c = &chains[i];
		uint32_t l4 = make_ipv6(b, c->links, c->count, c->last);

		for (uint32_t size = 0; size < l4 + 20; size++) {
			struct pkt p = parse(b, size, size);

			/* Longer than the frame by its own words. */
			assert_int_equal(p.kind, PKT_BAD);
			assert_int_equal(p.why, CLEW_WHY_IP_TRUNCATED);
			if (size < 40)
				continue;
			put_be16(b + 4, (uint16_t)(size - 40));
			p = parse(b, size, size);
			assert_int_not_equal(p.kind, PKT_CUT);
			put_be16(b + 4, (uint16_t)(l4 + 20 - 40));
		}
	}
	make_ipv4(b, 15, 80, TCP, 0);
	for (uint32_t size = 0; size < 80; size++) {
		struct pkt p = parse(b, size, size);

		assert_int_equal(p.kind, PKT_BAD);
		assert_int_equal(p.why, CLEW_WHY_IP_TRUNCATED);
	}
}

static void
checks_hop_by_hop_options(void **state)
{
	static const struct {
		const char *title;
		uint8_t options[14];	/* of a header of 16 */
		enum pkt_kind kind;
	} cases[] = {
		{ "Pad1 only", { 0 }, PKT_WHOLE },
		{ "PadN", { 1, 12 }, PKT_WHOLE },
		{ "PadN and Pad1", { 1, 11 }, PKT_WHOLE },
		{ "router alert", { 5, 2, 0, 0, 1, 8 }, PKT_WHOLE },
		{ "one beyond", { 1, 13 }, PKT_BAD },
		{ "far beyond", { 1, 255 }, PKT_BAD },
		{ "a type alone at the end",
		  { 1, 11, [13] = 5 }, PKT_BAD },
		{ "jumbo without a jumbogram", { 0xc2, 4, 0, 2, 0, 0 },
		  PKT_BAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t b[200];
		uint32_t l4 = make_ipv6(b, &(struct link){ HOP, 1, 0 }, 1,
					TCP);
		struct pkt p;

		memcpy(b + 42, cases[i].options, 14);
		p = parse(b, l4 + 20, l4 + 20);
		if (p.kind != cases[i].kind)
			fail_msg("%s: kind %u", cases[i].title, p.kind);
		if (p.kind == PKT_BAD)
			assert_int_equal(p.why, CLEW_WHY_IP_HEADER);
	}
}

/* RFC 2675. */
static void
reads_jumbograms(void **state)
{
	static const struct {
		const char *title;
		uint32_t jumbo;
		uint16_t payload;
		int at;			/* of the option in the header */
		uint8_t size;
		enum pkt_kind kind;
	} cases[] = {
		{ "a jumbogram", 70000, 0, 2, 4, PKT_WHOLE },
		{ "the smallest", 65536, 0, 2, 4, PKT_WHOLE },
		{ "too small to be one", 65535, 0, 2, 4, PKT_BAD },
		{ "with a payload length", 70000, 8, 2, 4, PKT_BAD },
		{ "beyond the frame", 70001, 0, 2, 4, PKT_BAD },
		{ "far beyond", UINT32_MAX, 0, 2, 4, PKT_BAD },
		{ "out of line", 70000, 0, 4, 4, PKT_BAD },
		{ "of wrong size", 70000, 0, 2, 3, PKT_BAD },
	};
	uint8_t *b = calloc(1, 70040);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pkt p;

		make_ipv6(b, &(struct link){ HOP, 1, 0 }, 1, TCP);
		put_be16(b + 4, cases[i].payload);
		b[40 + cases[i].at] = 0xc2;
		b[41 + cases[i].at] = cases[i].size;
		put_be32(b + 42 + cases[i].at, cases[i].jumbo);
		p = parse(b, 70040, 70040);
		if (p.kind != cases[i].kind)
			fail_msg("%s: kind %u", cases[i].title, p.kind);
		if (p.kind == PKT_WHOLE) {
			assert_int_equal(p.len, cases[i].jumbo + 40);
			assert_int_equal(p.l4, 56);
		}
		/* Cut short by a capture: the frame's length counts. */
		p = parse(b, 100, 70040);
		assert_int_equal(p.kind, cases[i].kind);
		p = parse(b, 50, 70040);
		assert_true(p.kind == PKT_CUT || p.kind == PKT_BAD);
	}

	/* Never a fragment, says the RFC; the header is stepped over. */
	make_ipv6(b, (struct link[]){ { HOP, 0, 0 }, { FRAGMENT, 0, 1 } }, 2,
		  TCP);
	put_be16(b + 4, 0);
	memcpy(b + 42, (uint8_t[]){ 0xc2, 4, 0, 1, 0, 0 }, 6);
	assert_int_equal(parse(b, 70040, 70040).kind, PKT_WHOLE);
	put_be16(b + 50, 0x100);
	assert_int_equal(parse(b, 70040, 70040).kind, PKT_NO_L4);

	/* No payload at all is no jumbogram. */
	make_ipv6(b, NULL, 0, TCP);
	put_be16(b + 4, 0);
	assert_int_equal(parse(b, 60, 60).kind, PKT_WHOLE);
	assert_int_equal(parse(b, 60, 60).len, 40);
	free(b);
}

/* As many headers as a packet holds: read in one walk, or two. */
static void
follows_thousands(void **state)
{
	enum { COUNT = 8000 };
	uint8_t *b = calloc(1, 40 + COUNT * 8 + 20);
	struct pkt p;

	(void)state;
	make_ipv6(b, NULL, 0, DEST);
	for (unsigned i = 0; i < COUNT; i++)
		b[40 + i * 8] = DEST;
	b[40 + (COUNT - 1) * 8] = UDP;
	put_be16(b + 4, COUNT * 8 + 20);
	p = parse(b, 40 + COUNT * 8 + 20, 40 + COUNT * 8 + 20);
	assert_int_equal(p.kind, PKT_WHOLE);
	assert_int_equal(p.l4, 40 + COUNT * 8);
	assert_int_equal(p.protocol, UDP);
	free(b);
}

/* What is behind an IPv6 header that says too much of itself. */
static void
never_trusts_a_length(void **state)
{
	struct testrandom r = { 7 };
	uint8_t b[200];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		uint32_t size = testrandom_below(&r, sizeof(b) + 1);
		uint32_t wire = size + (round & 1 ?
				testrandom_below(&r, 100) : 0);
		struct pkt p;

		for (size_t i = 0; i < sizeof(b); i++) {
			uint64_t bits = testrandom_next(&r);

			b[i] = (uint8_t)(bits & bits >> 8);	/* few */
		}
		b[0] = round & 2 ? 0x45 : 0x60;
		if (round & 4)
			b[6] = (const uint8_t[]){
				HOP, ROUTING, FRAGMENT, DEST, AUTH,
			}[round % 5];
		if (b[0] == 0x60 && size >= 40)
			put_be16(b + 4, (uint16_t)(wire - 40));
		if (b[0] == 0x45) {
			put_be16(b + 2, (uint16_t)wire);
			put_be16(b + 10, 0);
			put_be16(b + 10, (uint16_t)~ones_sum(b, 20));
		}
		p = parse(b, size, wire);
		if (p.kind == PKT_WHOLE || p.kind == PKT_FRAGMENT)
			assert_in_range(p.len, 20, wire);
		if (size == wire)
			assert_int_not_equal(p.kind, PKT_CUT);
	}
}

static void
reads_what_errors_quote(void **state)
{
	uint8_t b[400], protocol;
	struct pkt p;
	uint32_t l4;
	bool cut;

	(void)state;
	/* An IPv4 packet at offset 28; of its transport header 8 bytes. */
	make_ipv4(b, 5, 56, 1, 0);
	make_ipv4(b + 28, 5, 1500, TCP, 0x4000);
	p = parse(b, 56, 56);
	assert_true(pkt_parse_quoted(&p, 28, &l4, &protocol, &cut));
	assert_int_equal(l4, 48);
	assert_int_equal(protocol, TCP);
	/* A later fragment has no transport header. */
	put_be16(b + 34, 1);
	p = parse(b, 56, 56);
	assert_false(pkt_parse_quoted(&p, 28, &l4, &protocol, &cut));
	assert_false(cut);
	put_be16(b + 34, 0x2000);
	p = parse(b, 56, 56);
	assert_true(pkt_parse_quoted(&p, 28, &l4, &protocol, &cut));
	/* Options that reach beyond the packet. */
	b[28] = 0x4f;
	p = parse(b, 56, 56);
	assert_false(pkt_parse_quoted(&p, 28, &l4, &protocol, &cut));
	/* Too little of it, or too little captured. */
	p = parse(b, 47, 56);
	assert_false(pkt_parse_quoted(&p, 28, &l4, &protocol, &cut));
	assert_true(cut);
	make_ipv4(b, 5, 47, 1, 0);
	p = parse(b, 47, 47);
	assert_false(pkt_parse_quoted(&p, 28, &l4, &protocol, &cut));
	assert_false(cut);

	/* IPv6, with a chain of its own. */
	make_ipv6(b, NULL, 0, 58);
	put_be16(b + 4, 8 + 40 + 16 + 8);
	make_ipv6(b + 48, (struct link[]){ { DEST, 0, 0 },
		  { FRAGMENT, 0, 1 } }, 2, UDP);
	p = parse(b, 112, 112);
	assert_int_equal(p.kind, PKT_WHOLE);
	assert_true(pkt_parse_quoted(&p, 48, &l4, &protocol, &cut));
	assert_int_equal(l4, 104);
	assert_int_equal(protocol, UDP);
	p = parse(b, 97, 112);
	assert_false(pkt_parse_quoted(&p, 48, &l4, &protocol, &cut));
	assert_true(cut);
	put_be16(b + 98, 8);
	p = parse(b, 112, 112);
	assert_false(pkt_parse_quoted(&p, 48, &l4, &protocol, &cut));
	assert_false(cut);
}

static void
measures_headers(void **state)
{
	const struct pkt p = { .have = 100, .len = 60 };
	const struct pkt q = { .have = 40, .len = 60 };

	(void)state;
	assert_int_equal(pkt_header(&p, 40, 20), PKT_HEADER_OK);
	assert_int_equal(pkt_header(&p, 41, 20), PKT_HEADER_SHORT);
	assert_int_equal(pkt_header(&q, 20, 20), PKT_HEADER_OK);
	assert_int_equal(pkt_header(&q, 21, 20), PKT_HEADER_CUT);
	assert_int_equal(pkt_header(&q, 41, 20), PKT_HEADER_SHORT);
	assert_int_equal(pkt_header(&q, UINT32_MAX, UINT32_MAX),
			 PKT_HEADER_SHORT);
	assert_int_equal(pkt_header(&q, 60, 0), PKT_HEADER_CUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ipv4),
		cmocka_unit_test(checks_the_ipv4_checksum),
		cmocka_unit_test(knows_what_is_no_ip),
		cmocka_unit_test(follows_extension_headers),
		cmocka_unit_test(a_cut_capture_says_so),
		cmocka_unit_test(a_short_packet_says_so),
		cmocka_unit_test(checks_hop_by_hop_options),
		cmocka_unit_test(reads_jumbograms),
		cmocka_unit_test(follows_thousands),
		cmocka_unit_test(never_trusts_a_length),
		cmocka_unit_test(reads_what_errors_quote),
		cmocka_unit_test(measures_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
