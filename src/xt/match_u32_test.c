/* SPDX-License-Identifier: BSD-2-Clause
 * 'u32': words, shifts, and where they lead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/netfilter/xt_u32.h>

#include "base/bytes.h"
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

static struct xt_u32 info;
static struct ext_use use = {
	.kind = XT_MATCH, .name = "u32", .info = &info, .len = sizeof(info),
};

struct step {
	uint8_t op;
	uint32_t number;
};

/* One more test: is what the steps lead to within 'least' and 'most'? */
static void
add(const struct step *steps, unsigned count, uint32_t least, uint32_t most)
{
	struct xt_u32_test *test = &info.tests[info.ntests++];

	for (unsigned i = 0; i < count; i++)
		test->location[test->nnums++] =
			(struct xt_u32_location_element){
				.number = steps[i].number,
				.nextop = steps[i].op,
			};
	test->value[0] = (struct xt_u32_value_element){ least, most };
	test->nvalues = 1;
}

#define ADD(least, most, ...)							add((const struct step[]){ __VA_ARGS__ },				    sizeof((const struct step[]){ __VA_ARGS__ }) /			    sizeof(struct step), least, most)

static bool
is_so(void)
{
	bool is;

	assert_int_equal(ext_load(&l, &use), 0);
	load_packet(&l, IPPROTO_TCP, 1000, 80);
	is = ext_matches(&l, &use);
	info = (struct xt_u32){ 0 };
	return is;
}

#define AND	XT_U32_AND
#define LEFT	XT_U32_LEFTSH
#define RIGHT	XT_U32_RIGHTSH
#define AT	XT_U32_AT

static void
test_words(void **state)
{
	(void)state;
	/* The protocol; the ports, behind the IP header by its length. */
	ADD(6, 6, { 0, 6 }, { AND, 0xff });
	assert_true(is_so());
	ADD(17, 17, { 0, 6 }, { AND, 0xff });
	assert_false(is_so());
	ADD(1000 << 16 | 80, 1000 << 16 | 80, { 0, 0 }, { RIGHT, 22 },
	    { AND, 0x3c }, { AT, 0 });
	assert_true(is_so());
	ADD(80u << 16, 80u << 16, { 0, 20 }, { LEFT, 16 });
	assert_true(is_so());
	ADD(2, 2, { 0, 0 }, { RIGHT, 22 }, { AND, 0x3c }, { AT, 12 },
	    { RIGHT, 16 }, { AND, 0xff });
	assert_true(is_so());
	ADD(5, 2, { 0, 0 });
	assert_false(is_so());
}

static void
test_all(void **state)
{
	(void)state;
	ADD(0, UINT32_MAX, { 0, 0 });
	ADD(6, 6, { 0, 6 }, { AND, 0xff });
	assert_true(is_so());
	ADD(0, UINT32_MAX, { 0, 0 });
	ADD(7, 7, { 0, 6 }, { AND, 0xff });
	assert_false(is_so());
	ADD(7, 7, { 0, 6 }, { AND, 0xff });
	info.invert = 1;
	assert_true(is_so());
	assert_true(is_so());	/* no test at all */
}

static void
test_edges(void **state)
{
	(void)state;
	/* 40 bytes: the last word is at 36. */
	ADD(0, UINT32_MAX, { 0, 36 });
	assert_true(is_so());
	ADD(0, UINT32_MAX, { 0, 37 });
	assert_false(is_so());
	ADD(0, UINT32_MAX, { 0, UINT32_MAX });
	assert_false(is_so());
	ADD(0, UINT32_MAX, { 0, UINT32_MAX - 3 });
	assert_false(is_so());
	/* To an offset that is read out of the packet. */
	ADD(0, UINT32_MAX, { 0, 12 }, { AT, 0 });
	assert_false(is_so());
	ADD(0, UINT32_MAX, { 0, 8 }, { AND, 0 }, { AT, 36 });
	assert_true(is_so());
	ADD(0, UINT32_MAX, { 0, 8 }, { AND, 0 }, { AT, 37 });
	assert_false(is_so());
	ADD(0, UINT32_MAX, { 0, 8 }, { AND, 0 }, { AT, UINT32_MAX });
	assert_false(is_so());
	/* Two jumps whose sum wraps around. */
	ADD(0, UINT32_MAX, { 0, 6 }, { AND, 0xf }, { AT, 0 },
	    { RIGHT, 31 }, { AND, 0 }, { AT, 0 }, { AT, 0 });
	assert_false(is_so());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edges, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
