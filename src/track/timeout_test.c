/* SPDX-License-Identifier: BSD-2-Clause
 * track/timeout_test.c - timeout policies as objects: made, asked for, gone.
 * What they do to connections is tested with the whole engine. */
#include "track/timeout.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "track/proto.h"

struct fixture {
	struct settings set;
	struct policies policies;
};

static int
make(struct fixture *f, const char *name, uint8_t protocol,
     const uint32_t *values, uint32_t mask)
{
	return policy_create(&f->policies, &f->set, name, CLEW_IPV4, protocol,
			     values, mask);
}

static int
set_up(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	setting_defaults(&f.set);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	policies_fini(&f->policies);
	return 0;
}

/* The order of CTA_TIMEOUT_* in linux/netfilter/nfnetlink_cttimeout.h. */
static const struct protocol {
	uint8_t number;
	const char *names[12];
} protocols[] = {
	{ PROTO_TCP, { "syn_sent", "syn_recv", "established", "fin_wait",
		       "close_wait", "last_ack", "time_wait", "close",
		       "syn_sent2", "retrans", "unacknowledged" } },
	{ PROTO_UDP, { "unreplied", "replied" } },
	{ PROTO_UDPLITE, { "unreplied", "replied" } },
	{ PROTO_GRE, { "unreplied", "replied" } },
	{ PROTO_SCTP, { "closed", "cookie_wait", "cookie_echoed",
			"established", "shutdown_sent", "shutdown_recd",
			"shutdown_ack_sent", "heartbeat_sent",
			"heartbeat_acked" } },
	{ PROTO_ICMP, { "timeout" } },
	{ PROTO_ICMPV6, { "timeout" } },
	{ 50, { "timeout" } },
	{ 255, { "timeout" } },
};

enum { PROTOCOLS = sizeof(protocols) / sizeof(*protocols) };

static uint32_t
count_of(const struct protocol *p)
{
	uint32_t n = 0;

	while (p->names[n])
		n++;
	return n;
}

static void
names_are_linuxs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PROTOCOLS; i++) {
		const char *const *names =
			clew_timeout_names(protocols[i].number);
		uint32_t n = 0;

		for (; protocols[i].names[n]; n++)
			assert_string_equal(names[n], protocols[i].names[n]);
		assert_null(names[n]);
	}
}

static void
keeps_what_it_was_given(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < PROTOCOLS; i++) {
		uint32_t values[16], count = count_of(&protocols[i]);
		struct clew_timeout_info info;
		char name[32];
		int number;

		for (uint32_t n = 0; n < 16; n++)
			values[n] = 1000 * (i + 1) + n;
		snprintf(name, sizeof(name), "policy-%u", i);
		number = make(f, name, protocols[i].number, values,
			      (1u << count) - 1);
		assert_int_equal(number, i + 1);
		assert_int_equal(policy_info(&f->policies, number, &info), 0);
		assert_string_equal(info.name, name);
		assert_int_equal(info.family, CLEW_IPV4);
		assert_int_equal(info.protocol, protocols[i].number);
		assert_int_equal(info.users, 0);
		assert_int_equal(info.count, count);
		for (uint32_t n = 0; n < count; n++)
			assert_int_equal(info.values_s[n], values[n]);
	}
}

static void
takes_the_rest_from_the_settings(void **state)
{
	const uint32_t values[16] = { [2] = 77 };
	struct fixture *f = *state;
	struct clew_timeout_info info;
	int number;

	f->set.tcp[CLEW_TCP_SYN_RECV] = 61;
	number = make(f, "t", PROTO_TCP, values, 1u << 2);
	/* As they are now: later changes do not matter. */
	f->set.tcp[CLEW_TCP_SYN_RECV] = 62;
	assert_int_equal(policy_info(&f->policies, number, &info), 0);
	assert_int_equal(info.values_s[0], 120);
	assert_int_equal(info.values_s[1], 61);
	assert_int_equal(info.values_s[2], 77);
	assert_int_equal(info.values_s[8], 120);
	assert_int_equal(info.values_s[9], 300);
	assert_int_equal(info.values_s[10], 300);
	number = make(f, "all", PROTO_SCTP, NULL, 0);
	assert_int_equal(policy_info(&f->policies, number, &info), 0);
	assert_int_equal(info.values_s[3], 210);
}

static void
refuses_what_is_wrong(void **state)
{
	const uint32_t too_long[1] = { INT32_MAX };
	const uint32_t longest[1] = { TIMEOUT_MAX };
	struct fixture *f = *state;
	struct clew_timeout_info info;

	assert_int_equal(make(f, "12345678901234567890123456789012",
			      PROTO_UDP, NULL, 0), -EINVAL);
	assert_true(make(f, "1234567890123456789012345678901", PROTO_UDP,
			 NULL, 0) > 0);
	assert_int_equal(make(f, "bits", PROTO_UDP, longest, 1u << 2),
			 -EINVAL);
	assert_int_equal(make(f, "long", PROTO_UDP, too_long, 1), -EINVAL);
	assert_true(make(f, "longest", PROTO_UDP, longest, 1) > 0);
	assert_int_equal(make(f, "longest", PROTO_TCP, NULL, 0), -EEXIST);
	assert_int_equal(policy_info(&f->policies, 0, &info), -ENOENT);
	assert_int_equal(policy_info(&f->policies, -1, &info), -ENOENT);
	assert_int_equal(policy_info(&f->policies, 3, &info), -ENOENT);
	assert_int_equal(policy_info(&f->policies, 1 << 30, &info), -ENOENT);
	assert_int_equal(policy_may_go(&f->policies, 3), -ENOENT);
}

static void
the_held_are_kept(void **state)
{
	struct fixture *f = *state;
	int number = make(f, "a", PROTO_UDP, NULL, 0);

	assert_int_equal(policy_get(&f->policies, "b"), 0);
	assert_int_equal(policy_get(&f->policies, ""), 0);
	assert_int_equal(policy_get(&f->policies, "a"), number);
	assert_int_equal(policy_may_go(&f->policies, number), -EBUSY);
	policy_put(&f->policies, (uint32_t)number);
	assert_int_equal(policy_may_go(&f->policies, number), 0);
	policy_free(&f->policies, (uint32_t)number);
	assert_int_equal(policy_may_go(&f->policies, number), -ENOENT);
	/* Its number and its name are free again. */
	assert_int_equal(make(f, "a", PROTO_TCP, NULL, 0), number);
}

static void
are_listed_as_they_were_made(void **state)
{
	struct fixture *f = *state;
	const struct policies *ps = &f->policies;
	uint32_t n;

	assert_int_equal(policy_after(ps, 0), 0);
	make(f, "a", PROTO_UDP, NULL, 0);
	make(f, "b", PROTO_UDP, NULL, 0);
	policy_free(&f->policies, 1);
	policy_create_unnamed(&f->policies, &f->set, PROTO_UDP, NULL, 0);
	policy_free(&f->policies, 1);
	make(f, "c", PROTO_UDP, NULL, 0);	/* where "a" was */
	n = policy_after(ps, 0);
	assert_string_equal(policy_at(ps, n)->name, "b");
	n = policy_after(ps, policy_at(ps, n)->serial);
	assert_string_equal(policy_at(ps, n)->name, "c");
	assert_int_equal(policy_after(ps, policy_at(ps, n)->serial), 0);
}

static void
are_replaced_as_a_whole(void **state)
{
	const uint32_t first[] = { 5, 6 }, then[] = { 7 };
	struct fixture *f = *state;
	struct clew_timeout_info info;
	int number = make(f, "a", PROTO_UDP, first, 3);

	policy_replace(&f->policies, &f->set, (uint32_t)number, then, 1);
	policy_info(&f->policies, number, &info);
	assert_int_equal(info.values_s[0], 7);
	assert_int_equal(info.values_s[1], 120);
}

/* Linux's ticks in 32 bits: what is too long for them ends at once. */
static void
too_long_is_over(void **state)
{
	const uint32_t values[] = { policy_seconds(UINT32_MAX), 2 };
	struct fixture *f = *state;
	struct clew_timeout_info info;
	int number = make(f, "a", PROTO_UDP, values, 3);

	assert_int_equal(values[0], 17179868);
	assert_int_equal(policy_seconds(17179869), 17179869);
	assert_int_equal(policy_seconds(17179870), 0);
	policy_info(&f->policies, number, &info);
	assert_int_equal(info.values_s[0], 17179868);
	assert_int_equal(policy_values(&f->policies, (uint32_t)number)[0], 0);
	assert_int_equal(policy_values(&f->policies, (uint32_t)number)[1], 2);
}

static void
defaults_are_settings(void **state)
{
	struct fixture *f = *state;
	uint32_t values[POLICY_VALUES];

	assert_int_equal(policy_defaults_get(&f->set, PROTO_TCP, values), 11);
	assert_int_equal(values[2], 432000);
	assert_int_equal(values[8], 120);
	values[8] = 7;
	values[2] = 8;
	policy_defaults_set(&f->set, PROTO_TCP, values, 1u << 8);
	assert_int_equal(f->set.tcp[CLEW_TCP_SYN_SENT2], 7);
	assert_int_equal(f->set.tcp[CLEW_TCP_ESTABLISHED], 432000);
	/* UDP-Lite has UDP's. */
	values[1] = 9;
	policy_defaults_set(&f->set, PROTO_UDPLITE, values, 2);
	assert_int_equal(f->set.udp[TIMEOUT_REPLIED], 9);
}

static void
there_is_an_end(void **state)
{
	struct fixture *f = *state;
	char name[32];

	for (int i = 1; i <= POLICIES_MAX; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_int_equal(make(f, name, PROTO_UDP, NULL, 0), i);
	}
	assert_int_equal(make(f, "more", PROTO_UDP, NULL, 0), -ENOSPC);
	policy_free(&f->policies, 500);
	assert_int_equal(make(f, "more", PROTO_UDP, NULL, 0), 500);
}

static void
suits_its_own_alone(void **state)
{
	struct fixture *f = *state;
	uint32_t udp = (uint32_t)make(f, "u", PROTO_UDP, NULL, 0);
	uint32_t esp = (uint32_t)make(f, "g", 50, NULL, 0);

	assert_true(policy_suits(&f->policies, udp, CLEW_IPV4, PROTO_UDP));
	assert_false(policy_suits(&f->policies, udp, CLEW_IPV6, PROTO_UDP));
	assert_false(policy_suits(&f->policies, udp, CLEW_IPV4, PROTO_TCP));
	assert_false(policy_suits(&f->policies, udp, CLEW_IPV4,
				  PROTO_UDPLITE));
	assert_false(policy_suits(&f->policies, 0, CLEW_IPV4, PROTO_UDP));
	assert_false(policy_suits(&f->policies, 9, CLEW_IPV4, PROTO_UDP));
	/* One for a protocol without a tracker serves all of these. */
	assert_true(policy_suits(&f->policies, esp, CLEW_IPV4, 50));
	assert_true(policy_suits(&f->policies, esp, CLEW_IPV4, 51));
	assert_false(policy_suits(&f->policies, esp, CLEW_IPV4, PROTO_UDP));
}

int
main(void)
{
#define TEST(function)							\
	cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(names_are_linuxs),
		TEST(keeps_what_it_was_given),
		TEST(takes_the_rest_from_the_settings),
		TEST(refuses_what_is_wrong),
		TEST(the_held_are_kept),
		TEST(are_listed_as_they_were_made),
		TEST(are_replaced_as_a_whole),
		TEST(too_long_is_over),
		TEST(defaults_are_settings),
		TEST(there_is_an_end),
		TEST(suits_its_own_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
