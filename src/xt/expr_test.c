/* SPDX-License-Identifier: BSD-2-Clause
 * What all extensions have in common: found by name, family and revision;
 * sizes, tables, protocols, places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/netfilter/xt_comment.h>
#include <linux/netfilter/xt_mark.h>

#include "xt/testext.h"

static struct load l;

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

static const struct xt_comment_info words = { "some words" };
static const struct xt_mark_tginfo2 seven = { .mark = 7, .mask = UINT32_MAX };

static const struct ext_use comment = {
	.kind = XT_MATCH, .name = "comment",
	.info = &words, .len = sizeof(words),
};
static const struct ext_use mark = {
	.kind = XT_TARGET, .name = "MARK", .revision = 2,
	.info = &seven, .len = sizeof(seven),
};

static void
test_run(void **state)
{
	struct xt_comment_info shown;

	(void)state;
	assert_int_equal(ext_load(&l, &comment), 0);
	assert_true(ext_matches(&l, &comment));
	assert_int_equal(ext_shown(&l, &comment, &shown, sizeof(shown)), 256);
	assert_memory_equal(&shown, &words, sizeof(words));
	assert_int_equal(ext_load(&l, &mark), 0);
	assert_false(ext_matches(&l, &mark));
	assert_int_equal(l.packet.mark, 7);
}

static void
test_names(void **state)
{
	struct ext_use use = comment;

	(void)state;
	use.name = "no-such-match";
	assert_int_equal(ext_load(&l, &use), -ENOENT);
	use.name = "a-name-that-is-much-longer-than-any-there-is";
	assert_int_equal(ext_load(&l, &use), -ENOENT);
	use = comment;
	use.revision = 1;
	assert_int_equal(ext_load(&l, &use), -ENOENT);
	use = comment;
	use.kind = XT_TARGET;
	assert_int_equal(ext_load(&l, &use), -ENOENT);
	use.name = "standard";
	assert_int_equal(ext_load(&l, &use), -EINVAL);
	use.name = "";
	assert_int_equal(ext_load(&l, &use), -EINVAL);
}

static void
test_lengths(void **state)
{
	(void)state;
	assert_true(ext_refuses_lengths(&l, comment));
	assert_true(ext_refuses_lengths(&l, mark));
}

static void
test_revisions(void **state)
{
	int best;

	(void)state;
	assert_non_null(xt_lookup(NFPROTO_IPV4, XT_TARGET, "MARK", 2, &best));
	assert_int_equal(best, 2);
	assert_null(xt_lookup(NFPROTO_IPV6, XT_TARGET, "MARK", 3, &best));
	assert_int_equal(best, 2);
	assert_null(xt_lookup(NFPROTO_IPV4, XT_MATCH, "MARK", 2, &best));
	assert_int_equal(best, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_run, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lengths, setup, teardown),
		cmocka_unit_test(test_revisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
