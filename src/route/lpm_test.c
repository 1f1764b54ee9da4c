/* SPDX-License-Identifier: BSD-2-Clause
 * route/lpm_test.c - the trie against a list that is searched from end to
 * end. */
#include "route/lpm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"

enum { MOST = 400 };

struct model {
	struct lpm lpm;
	struct lpm_entry entry[MOST];
	bool is_in[MOST];
};

/* Few distinct bytes, so that prefixes lie within each other. */
static union clew_addr
any_address(struct testrandom *r, unsigned bytes)
{
	union clew_addr addr = { { 0 } };

	for (unsigned i = 0; i < bytes; i++) {
		uint64_t n = testrandom_next(r);

		addr.bytes[i] = n % 4 ? (uint8_t)(n >> 8) % 3 :
				(uint8_t)(n >> 8);
	}
	return addr;
}

static void
cut(union clew_addr *addr, unsigned prefix)
{
	for (unsigned bit = prefix; bit < 128; bit++)
		addr->bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
}

static int
find(const struct model *m, const union clew_addr *addr, unsigned prefix)
{
	for (int i = 0; i < MOST; i++) {
		if (m->is_in[i] && m->entry[i].prefix == prefix &&
		    lpm_holds(&m->entry[i].addr, (uint8_t)prefix, addr))
			return i;
	}
	return -1;
}

static void
assert_walk(const struct model *m, const union clew_addr *addr,
	    unsigned bits)
{
	struct lpm_walk walk;
	struct lpm_entry *e = lpm_first(&m->lpm, addr, &walk);

	for (unsigned prefix = bits + 1; prefix-- > 0; ) {
		int i = find(m, addr, prefix);

		assert_ptr_equal(lpm_find(&m->lpm, addr, (uint8_t)prefix),
				 i < 0 ? NULL : &m->entry[i]);
		if (i < 0)
			continue;
		assert_ptr_equal(e, &m->entry[i]);
		e = lpm_next(&walk);
	}
	assert_null(e);
}

static void
flip(struct model *m, struct testrandom *r, unsigned bits)
{
	unsigned i = testrandom_next(r) % MOST;
	struct lpm_entry *e = &m->entry[i];

	if (m->is_in[i]) {
		lpm_remove(&m->lpm, e);
		m->is_in[i] = false;
		return;
	}
	e->addr = any_address(r, bits / 8);
	e->prefix = (uint8_t)(testrandom_next(r) % (bits + 1));
	cut(&e->addr, e->prefix);
	if (find(m, &e->addr, e->prefix) >= 0)
		return;
	assert_int_equal(lpm_insert(&m->lpm, e), 0);
	m->is_in[i] = true;
}

static void
check(unsigned bits, uint64_t seed)
{
	struct model *m = calloc(1, sizeof(*m));
	struct testrandom r = { seed };

	for (int i = 0; i < 4000; i++) {
		union clew_addr addr;

		flip(m, &r, bits);
		addr = any_address(&r, bits / 8);
		assert_walk(m, &addr, bits);
		assert_walk(m, &m->entry[i % MOST].addr, bits);
	}
	for (int i = 0; i < MOST; i++) {
		if (m->is_in[i])
			lpm_remove(&m->lpm, &m->entry[i]);
	}
	/* An empty trie holds nothing but its root. */
	assert_in_range(m->lpm.nodes, 0, 1);
	lpm_fini(&m->lpm);
	assert_int_equal(m->lpm.nodes, 0);
	free(m);
}

static void
finds_the_longest_of_ipv4(void **state)
{
	(void)state;
	check(32, 1);
}

static void
finds_the_longest_of_ipv6(void **state)
{
	(void)state;
	check(128, 2);
}

static void
nodes_are_few(void **state)
{
	enum { ROUTES = 100000 };
	struct lpm_entry *entry = calloc(ROUTES, sizeof(*entry));
	struct testrandom r = { 3 };
	struct lpm lpm = { 0 };
	uint32_t count = 0;

	(void)state;
	for (unsigned i = 0; i < ROUTES; i++) {
		entry[i].addr.be64[0] = testrandom_next(&r);
		entry[i].addr.bytes[0] = 0x20;
		entry[i].addr.bytes[1] = 0x01;
		entry[i].prefix = 64;
		if (lpm_find(&lpm, &entry[i].addr, 64))
			continue;
		assert_int_equal(lpm_insert(&lpm, &entry[i]), 0);
		count++;
	}
	assert_in_range(lpm.nodes, 1, count);
	lpm_fini(&lpm);
	free(entry);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_longest_of_ipv4),
		cmocka_unit_test(finds_the_longest_of_ipv6),
		cmocka_unit_test(nodes_are_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
