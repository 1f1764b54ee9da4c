/* SPDX-License-Identifier: BSD-2-Clause
 * Structures that nobody meant: of every length for every extension; random
 * ones for targets (hostile_test.c has the matches), with packets of all kinds
 * and lengths for those that are taken.  That nothing is read or written
 * beyond its end is for the sanitizers to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdlib.h>

#include "xt/testext.h"

enum {
	INFO_MOST = 2048,
	TRIES = 24,		/* structures per extension */
};

static struct load l;
static unsigned runs;		/* packets */

static int
setup(void **state)
{
	(void)state;
	load_init(&l);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_fini(&l);
	return 0;
}

/* Mostly small numbers: they pass more checks than large ones. */
static void
fill(uint8_t *info, uint32_t size, unsigned try)
{
	for (uint32_t i = 0; i < size; i++) {
		uint32_t r = random_u32(&l.random);

		info[i] = (uint8_t)(try == 0 ? 0 : try % 3 == 0 ? r :
				    r % 4 ? 0 : r >> 8 & (try % 3 == 1 ? 3 : 15));
	}
}

static int
first_hook(const struct xt_ops *xt)
{
	for (int i = 0; i < HOOK_INGRESS; i++) {
		if (!xt->hooks || xt->hooks >> i & 1)
			return i ? i : -1;
	}
	return 0;
}

static struct ext_use
use_of(const struct xt_ops *xt, const void *info)
{
	return (struct ext_use){
		.kind = xt->kind,
		.name = xt->name,
		.revision = xt->revision,
		.info = info,
		.len = xt->size,
		.protocol = xt->protocol ? xt->protocol : IPPROTO_TCP,
		.family = xt->families == XT_IPV6 ? NFPROTO_IPV6 :
						    NFPROTO_IPV4,
		.table = xt->table,
		.type = xt->table && strcmp(xt->table, "nat") == 0 ?
			"nat" : "filter",
		.hook = first_hook(xt),
	};
}

/* What the packet says of its own length. */
static void
shorten(uint8_t *ip, uint32_t size)
{
	if (size >= 20 && ip[0] >> 4 == 4)
		put_be16(ip + 2, (uint16_t)size);
	else if (size >= 40)
		put_be16(ip + 4, (uint16_t)(size - 40));
}

/* In memory of just its size, so that what lies beyond is not there.  IP's
 * hooks see no packets without a header. */
static void
run_packet(uint8_t hook, uint32_t have, bool is_short)
{
	uint8_t *bytes = malloc(have ? have : 1);
	uint32_t wire = is_short ? have : l.p.len;

	assert_non_null(bytes);
	memcpy(bytes, l.p.ip, have);
	if (is_short)
		shorten(bytes, have);
	l.p.flags = CLEW_PKT_CSUM_OK | CLEW_PKT_IP_CSUM_OK;
	pkt_parse(&l.p, bytes, have, wire);
	if (l.p.kind == PKT_WHOLE || l.p.kind == PKT_FRAGMENT) {
		load_run(&l, hook);
		runs++;
	}
	free(bytes);
}

/* Packets of all protocols, ever shorter, through what was loaded last.
 * Without a connection: nat chains see none. */
static void
run_packets(const struct ext_use *use)
{
	static const uint8_t protocols[] = { 6, 17, 1, 58, 132, 33, 47, 50, 51,
					     136, 0, 43, 44, 60, 255 };
	uint8_t hook = use->hook == -1 ? 0 : (uint8_t)use->hook;

	for (size_t i = 0; i < sizeof(protocols); i++) {
		for (uint32_t cut = 0; cut < 24; cut++) {
			if (use->family == NFPROTO_IPV6)
				load_packet6(&l, protocols[i], 1000, 80);
			else
				load_packet(&l, protocols[i], 1000, 80);
			run_packet(hook, cut < l.p.have ? l.p.have - cut : 0,
				   cut % 2);
		}
	}
}

static void
test_random_structures(void **state)
{
	static uint8_t info[INFO_MOST];
	const struct xt_ops *xt;
	unsigned taken = 0;

	(void)state;
	for (size_t i = 0; (xt = xt_at(i)); i++) {
		struct ext_use use = use_of(xt, info);

		if (xt->kind == XT_MATCH || xt->families == 1u << NFPROTO_ARP)
			continue;
		assert_in_range(xt->size, 0, INFO_MOST);
		for (unsigned try = 0; try < TRIES; try++) {
			fill(info, xt->size, try);
			if (ext_load(&l, &use))
				continue;
			taken++;
			if (strcmp(use.type, "nat") != 0)
				run_packets(&use);
		}
	}
	assert_in_range(taken, 100, UINT_MAX);
	assert_in_range(runs, 20000, UINT_MAX);
}

static void
test_lengths(void **state)
{
	static uint8_t info[INFO_MOST];
	const struct xt_ops *xt;

	(void)state;
	for (size_t i = 0; (xt = xt_at(i)); i++) {
		struct ext_use use = use_of(xt, info);
		uint16_t size = xt->size, whole = (size + 7u) & ~7u;

		if (xt->refused || xt->families == 1u << NFPROTO_ARP)
			continue;
		use.is_cut = true;
		for (uint16_t len = 0; len <= whole + 16; len++) {
			bool is_right = len >= size &&
					((len + 7u) & ~7u) == whole;

			use.len = len;
			if (!is_right)
				assert_int_equal(ext_load(&l, &use), -EINVAL);
		}
	}
}

/* Each is there once, and has all that its kind needs. */
static void
test_table(void **state)
{
	const struct xt_ops *a, *b;

	(void)state;
	for (size_t i = 0; (a = xt_at(i)); i++) {
		if (!a->refused && a->kind == XT_MATCH)
			assert_non_null(a->match);
		if (!a->refused && a->kind == XT_TARGET)
			assert_non_null(a->target);
		assert_in_range(a->shown, 0, a->size);
		assert_in_range(strlen(a->name), 1, 28);
		for (size_t k = i + 1; (b = xt_at(k)); k++) {
			bool is_same = a->kind == b->kind &&
				       a->revision == b->revision &&
				       strcmp(a->name, b->name) == 0;

			assert_false(is_same &&
				     (a->families & b->families ||
				      !(a->families | b->families)));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test_setup_teardown(test_lengths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_random_structures, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
