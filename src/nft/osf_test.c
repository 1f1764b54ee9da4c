/* SPDX-License-Identifier: BSD-2-Clause
 * nft/osf_test.c - fingerprints that are kept and refused, and SYNs against
 * them, at every length that a capture may leave of one. */
#include "nft/osf.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink_osf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "nft/testload.h"
#include "pkt/checksum.h"

enum { INET = NFPROTO_INET, INPUT = 1 };

/* MSS, SACK permitted, timestamps, NOP, window scale: as Linux has them. */
static const uint8_t kinds[] = { 2, 4, 8, 1, 3 };
static const uint8_t lengths[] = { 4, 2, 10, 1, 3 };
static const uint8_t options[] = {
	2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
};

static struct nf_osf_user_finger
finger(const char *genre)
{
	struct nf_osf_user_finger f;

	memset(&f, 0, sizeof(f));
	f.wss.wc = OSF_WSS_MSS;
	f.wss.val = 10;
	f.ttl = 64;
	f.df = 1;
	f.ss = 60;
	f.opt_num = sizeof(kinds);
	memcpy(f.genre, genre, strlen(genre));
	memcpy(f.version, "3.1", 3);
	for (size_t i = 0; i < sizeof(kinds); i++) {
		f.opt[i].kind = kinds[i];
		f.opt[i].length = lengths[i];
	}
	return f;
}

static struct nft_osf_syn
syn(void)
{
	return (struct nft_osf_syn){
		.options = options,
		.options_size = sizeof(options),
		.size = 60,
		.window = 14600,
		.ttl = 64,
		.df = true,
	};
}

/* Does the one fingerprint fit? */
static bool
fits(const struct nf_osf_user_finger *f, const struct nft_osf_syn *s,
     uint8_t ttl)
{
	struct nft_osf_list osf;
	bool found;

	nft_osf_init(&osf);
	assert_int_equal(nft_osf_add(&osf, f, true), 0);
	found = nft_osf_find(&osf, s, ttl);
	nft_osf_fini(&osf);
	return found;
}

static void
requests(void **state)
{
	struct nf_osf_user_finger f = finger("Linux");
	/* As in a message: anywhere. */
	uint8_t bytes[sizeof(f) + 1];
	struct nft_osf_list osf;

	(void)state;
	memcpy(bytes + 1, &f, sizeof(f));
	nft_osf_init(&osf);
	assert_int_equal(nft_osf_remove(&osf, bytes + 1), -ENOENT);
	assert_int_equal(nft_osf_add(&osf, bytes + 1, true), 0);
	assert_int_equal(nft_osf_add(&osf, bytes + 1, true), -EEXIST);
	assert_int_equal(nft_osf_add(&osf, bytes + 1, false), 0);
	assert_int_equal(osf.count, 1);
	assert_int_equal(nft_osf_remove(&osf, bytes + 1), 0);
	assert_int_equal(osf.count, 0);
	for (unsigned i = 0; i < NFT_OSF_MOST; i++) {
		f.mss = (uint16_t)i;
		f.df = i & 1;
		assert_int_equal(nft_osf_add(&osf, &f, true), 0);
	}
	f.mss = NFT_OSF_MOST;
	assert_int_equal(nft_osf_add(&osf, &f, true), -ENOSPC);
	nft_osf_fini(&osf);
	assert_int_equal(osf.count, 0);
}

#define REFUSED(change) do {						\
	struct nf_osf_user_finger f = finger("Linux");			\
	struct nft_osf_list osf;					\
									\
	nft_osf_init(&osf);						\
	change;								\
	assert_int_equal(nft_osf_add(&osf, &f, true), -EINVAL);		\
	assert_int_equal(osf.count, 0);					\
} while (0)

static void
refused(void **state)
{
	(void)state;
	REFUSED(f.wss.wc = OSF_WSS_MAX);
	REFUSED((f.wss.wc = OSF_WSS_MODULO, f.wss.val = 0));
	REFUSED(f.opt_num = 41);
	REFUSED(f.opt_num = UINT16_MAX);
	REFUSED(f.opt[3].length = 0);
	REFUSED(f.opt[0].length = 3);
	REFUSED(f.opt[3].length = 22);
	REFUSED(f.opt[3].length = UINT16_MAX);
	REFUSED(memset(f.genre, 'x', sizeof(f.genre)));
	REFUSED(memset(f.version, 'x', sizeof(f.version)));
	REFUSED(memset(f.subtype, 'x', sizeof(f.subtype)));
}

static void
windows(void **state)
{
	static const struct {
		uint32_t wc, val;
		uint16_t window, mss;
		bool fits;
	} cases[] = {
		{ OSF_WSS_PLAIN, 0, 1, 1460, true },
		{ OSF_WSS_PLAIN, 512, 512, 1460, true },
		{ OSF_WSS_PLAIN, 512, 513, 1460, false },
		{ OSF_WSS_PLAIN, 0x10200, 0x200, 1460, false },
		{ OSF_WSS_MSS, 4, 4 * 1400, 1400, true },
		{ OSF_WSS_MSS, 4, 4 * 1460, 1400, true },
		{ OSF_WSS_MSS, 4, 4 * 1448, 1400, true },
		{ OSF_WSS_MSS, 4, 4 * 1440, 1400, false },
		{ OSF_WSS_MTU, 4, 4 * 1440, 1400, true },
		{ OSF_WSS_MTU, 4, 4 * 1500, 1400, true },
		{ OSF_WSS_MTU, 4, 4 * 1488, 1400, true },
		{ OSF_WSS_MTU, 4, 4 * 1400, 1400, false },
		{ OSF_WSS_MODULO, 1024, 4096, 1460, true },
		{ OSF_WSS_MODULO, 1024, 4097, 1460, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nf_osf_user_finger f = finger("Linux");
		struct nft_osf_syn s = syn();
		uint8_t own[sizeof(options)];

		memcpy(own, options, sizeof(own));
		put_be16(own + 2, cases[i].mss);
		s.options = own;
		s.window = cases[i].window;
		f.wss.wc = cases[i].wc;
		f.wss.val = cases[i].val;
		assert_int_equal(fits(&f, &s, 0), cases[i].fits);
	}
}

#define MISSES(change) do {						\
	struct nf_osf_user_finger f = finger("Linux");			\
	struct nft_osf_syn s = syn();					\
									\
	assert_true(fits(&f, &s, NF_OSF_TTL_TRUE));			\
	change;								\
	assert_false(fits(&f, &s, NF_OSF_TTL_TRUE));			\
} while (0)

static void
everything_else(void **state)
{
	(void)state;
	MISSES(s.size = 61);
	MISSES(s.df = false);
	MISSES(s.ttl = 63);
	MISSES(s.options_size = 16);
	MISSES(s.options = NULL);
	MISSES(f.opt_num--);
	MISSES(f.opt[3].kind = 0);
	MISSES(f.opt[3].kind = 257);
	MISSES((f.opt[1].kind = 8, f.opt[2].kind = 4));
	MISSES((f.opt[1].length++, f.opt[2].length--));
}

static void
ttls(void **state)
{
	static const bool expected[][3] = {	/* 63, 64, 65 */
		[NF_OSF_TTL_TRUE] = { false, true, false },
		[NF_OSF_TTL_LESS] = { true, true, false },
		[NF_OSF_TTL_NOCHECK] = { true, true, true },
	};
	struct nf_osf_user_finger f = finger("Linux");
	struct nft_osf_syn s = syn();

	(void)state;
	for (uint8_t mode = 0; mode < 3; mode++) {
		for (uint8_t i = 0; i < 3; i++) {
			s.ttl = 63 + i;
			assert_int_equal(fits(&f, &s, mode),
					 expected[mode][i]);
		}
	}
}

/* A rule that accepts who bears this name; all else is dropped. */
static int
name_rule(struct load *l, uint8_t ttl, uint32_t flags, const char *name)
{
	char whole[16] = { 0 };
	size_t data;

	load_rule(l, INET, "t", "c");
	data = load_expr(l, "osf");
	nl_put_be32(&l->w, NFTA_OSF_DREG, NFT_REG_1);
	nl_put_u8(&l->w, NFTA_OSF_TTL, ttl);
	if (flags)
		nl_put_be32(&l->w, NFTA_OSF_FLAGS, flags);
	load_expr_end(l, data);
	memcpy(whole, name, strnlen(name, sizeof(whole)));
	load_cmp(l, NFT_REG_1, NFT_CMP_EQ, whole, sizeof(whole));
	load_verdict(l, NFT_VERDICT_ACCEPT, NULL);
	return load_rule_end(l);
}

static int
load_name(struct load *l, uint8_t ttl, uint32_t flags, const char *name)
{
	load_init(l);
	load_begin(l);
	load_table(l, INET, "t");
	load_base(l, INET, "t", "c", "filter", INPUT, 0, NFT_VERDICT_DROP);
	name_rule(l, ttl, flags, name);
	return load_end(l);
}

/* The bytes of syn(). */
static void
make_packet(uint8_t packet[60])
{
	static const uint8_t head[] = {
		0x45, 0, 0, 60, 0, 1, 0x40, 0, 64, 6, 0, 0,
		10, 0, 0, 1, 192, 0, 2, 1,
		0, 99, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0xa0, 2, 0x39, 0x08,
	};

	memset(packet, 0, 60);
	memcpy(packet, head, sizeof(head));
	memcpy(packet + 40, options, sizeof(options));
	put_be16(packet + 10, (uint16_t)~checksum_fold(
			checksum_add(0, packet, 20)));
}

static bool
is_named(struct load *l, const uint8_t *packet, uint32_t have)
{
	load_bytes(l, packet, have, 60);
	return load_run(l, HOOK_INPUT) == NFT_VERDICT_ACCEPT;
}

static void
every_length(void **state)
{
	struct nf_osf_user_finger f = finger("Linux");
	static struct load known, unknown;
	uint8_t packet[60];

	(void)state;
	make_packet(packet);
	assert_int_equal(load_name(&known, 0, 0, "Linux"), 0);
	assert_int_equal(load_name(&unknown, 0, 0, "unknown"), 0);
	assert_false(is_named(&known, packet, 60));
	nft_osf_add(nft_osf(known.nft), &f, true);
	nft_osf_add(nft_osf(unknown.nft), &f, true);
	for (uint32_t have = 20; have <= 60; have++) {
		assert_int_equal(is_named(&known, packet, have), have == 60);
		assert_int_equal(is_named(&unknown, packet, have),
				 have >= 40 && have < 60);
	}
	packet[33] = 0x10;	/* an ACK: neither */
	assert_false(is_named(&known, packet, 60));
	assert_false(is_named(&unknown, packet, 60));
	load_fini(&known);
	load_fini(&unknown);
}

static void
names(void **state)
{
	static const struct {
		const char *genre;
		uint32_t flags;
		const char *name;
	} cases[] = {
		{ "Linux", 0, "Linux" },
		{ "Linux", NFT_OSF_F_VERSION, "Linux:3.1" },
		{ "ALongSystemOfALongName", 0, "ALongSystemOfAL" },
		{ "ALongSystemOf", NFT_OSF_F_VERSION, "ALongSystemOf:3" },
		{ "", NFT_OSF_F_VERSION, ":3.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nf_osf_user_finger f = finger(cases[i].genre);
		static struct load l;
		uint8_t packet[60];

		make_packet(packet);
		assert_int_equal(load_name(&l, 0, cases[i].flags,
					   cases[i].name), 0);
		nft_osf_add(nft_osf(l.nft), &f, true);
		assert_true(is_named(&l, packet, 60));
		load_fini(&l);
	}
}

static void
bad_rules(void **state)
{
	static struct load l;

	(void)state;
	assert_int_equal(load_name(&l, 3, 0, "Linux"), -EINVAL);
	load_fini(&l);
	assert_int_equal(load_name(&l, 0, 2, "Linux"), -EINVAL);
	load_fini(&l);
	assert_int_equal(load_name(&l, 0, 3, "Linux"), -EINVAL);
	load_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(refused),
		cmocka_unit_test(windows),
		cmocka_unit_test(everything_else),
		cmocka_unit_test(ttls),
		cmocka_unit_test(every_length),
		cmocka_unit_test(names),
		cmocka_unit_test(bad_rules),
	};

	return cmocka_run_group_tests_name("nft/osf", tests, NULL, NULL);
}
