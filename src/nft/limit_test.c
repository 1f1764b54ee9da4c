/* SPDX-License-Identifier: BSD-2-Clause
 * nft/limit_test.c - token buckets at chosen times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nft/limit.h"
#include "nft/nft.h"

#define S 1000000000ULL
#define MS 1000000ULL

static struct track track;
static struct nft nft;

static int
setup(void **state)
{
	(void)state;
	track.now_ns = 5 * S;
	nft.config.track = &track;
	return nft_memory_init(&nft.memory);
}

static int
teardown(void **state)
{
	(void)state;
	nft_memory_fini(&nft.memory);
	return 0;
}

/* As a request would say it; 0 leaves an attribute out. */
static int
make(struct nft_limit *limit, uint64_t rate, uint64_t unit, uint32_t burst,
     uint32_t type, uint32_t flags)
{
	struct nl_attr tb[NFTA_LIMIT_MAX + 1];
	struct nft_load load = { .nft = &nft };
	uint8_t buffer[128];
	struct nl_writer w = nl_writer(buffer, sizeof(buffer));

	nl_put_be64(&w, NFTA_LIMIT_RATE, rate);
	nl_put_be64(&w, NFTA_LIMIT_UNIT, unit);
	if (burst)
		nl_put_be32(&w, NFTA_LIMIT_BURST, burst);
	if (type)
		nl_put_be32(&w, NFTA_LIMIT_TYPE, type);
	if (flags)
		nl_put_be32(&w, NFTA_LIMIT_FLAGS, flags);
	assert_int_equal(nl_parse(tb, NFTA_LIMIT_MAX, buffer, w.used,
				  nft_limit_policy, NULL), 0);
	*limit = (struct nft_limit){ 0 };
	return nft_limit_init(&load, limit, tb);
}

/* How many of 'count' packets pass at 'now'? */
static unsigned
pass(const struct nft_limit *limit, uint64_t now, uint32_t len, unsigned count)
{
	unsigned n = 0;

	while (count--)
		n += nft_limit_take(limit, now, len);
	return n;
}

static void
packets(void **state)
{
	struct nft_limit limit;

	(void)state;
	assert_int_equal(make(&limit, 10, 1, 0, 0, 0), 0);
	assert_int_equal(pass(&limit, 5 * S, 60, 20), 5);
	assert_int_equal(pass(&limit, 5 * S + 99 * MS, 60, 20), 0);
	assert_int_equal(pass(&limit, 5 * S + 100 * MS, 60, 20), 1);
	assert_int_equal(pass(&limit, 5 * S + 350 * MS, 60, 20), 2);
	/* The half token that was left counts. */
	assert_int_equal(pass(&limit, 5 * S + 400 * MS, 60, 20), 1);
	assert_int_equal(pass(&limit, 100 * S, 60, 20), 5);
	nft_limit_fini(&nft, &limit);
}

static void
over(void **state)
{
	struct nft_limit limit;

	(void)state;
	assert_int_equal(make(&limit, 1, 60, 2, 0, NFT_LIMIT_F_INV), 0);
	assert_int_equal(pass(&limit, 5 * S, 60, 10), 8);
	assert_int_equal(pass(&limit, 65 * S, 60, 10), 9);
	nft_limit_fini(&nft, &limit);
}

static void
bytes(void **state)
{
	struct nft_limit limit;

	(void)state;
	/* 1000 bytes per second and 500 at once: the bucket has both. */
	assert_int_equal(make(&limit, 1000, 1, 500, NFT_LIMIT_PKT_BYTES, 0),
			 0);
	assert_int_equal(pass(&limit, 5 * S, 100, 20), 15);
	assert_int_equal(pass(&limit, 5 * S + 50 * MS, 100, 20), 0);
	assert_int_equal(pass(&limit, 5 * S + 50 * MS, 50, 20), 1);
	assert_int_equal(pass(&limit, 6 * S + 50 * MS, 100, 20), 10);
	nft_limit_fini(&nft, &limit);
}

static void
refusals(void **state)
{
	struct nft_limit limit;

	(void)state;
	assert_int_equal(make(&limit, 0, 1, 0, 0, 0), -EINVAL);
	assert_int_equal(make(&limit, 1, 1ULL << 40, 0, 0, 0), -EOVERFLOW);
	assert_int_equal(make(&limit, UINT64_MAX, 1, 1, 0, 0), -EOVERFLOW);
	assert_int_equal(make(&limit, 1, 1 << 30, UINT32_MAX, 0, 0),
			 -EOVERFLOW);
	assert_int_equal(make(&limit, 1ULL << 40, 1 << 20, 0,
			      NFT_LIMIT_PKT_BYTES, 0), -EOVERFLOW);
	assert_int_equal(make(&limit, 1, 1, 0, 0, 2), -EOPNOTSUPP);
}

/* A copy has a full bucket of its own. */
static void
copies(void **state)
{
	struct nft_limit limit, copy;

	(void)state;
	assert_int_equal(make(&limit, 10, 1, 3, 0, 0), 0);
	assert_int_equal(pass(&limit, 5 * S, 60, 9), 3);
	assert_int_equal(nft_limit_clone(&nft, &copy, &limit), 0);
	assert_int_equal(pass(&copy, 5 * S, 60, 9), 3);
	assert_int_equal(pass(&limit, 5 * S, 60, 9), 0);
	nft_limit_fini(&nft, &limit);
	nft_limit_fini(&nft, &copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets),
		cmocka_unit_test(over),
		cmocka_unit_test(bytes),
		cmocka_unit_test(refusals),
		cmocka_unit_test(copies),
	};

	return cmocka_run_group_tests_name("nft/limit", tests, setup,
					   teardown);
}
