/* SPDX-License-Identifier: BSD-2-Clause
 * track/setting_test.c - every setting by every one of its names. */
#include "track/setting.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
the_list_is_sorted(void **state)
{
	const struct clew_setting *list;
	size_t count;

	(void)state;
	list = clew_settings(&count);
	assert_int_equal(count, 60);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(list[i - 1].name, list[i].name) >= 0)
			fail_msg("%s before %s", list[i - 1].name,
				 list[i].name);
	}
}

/* Linux 6.18's, as 'sysctl -a' shows them in a fresh namespace. */
static void
defaults_are_linuxs(void **state)
{
	static const struct {
		const char *name;
		uint64_t value;
	} defaults[] = {
		{ "net.ipv4.conf.all.send_redirects", 1 },
		{ "net.ipv4.icmp_errors_use_inbound_ifaddr", 0 },
		{ "net.ipv4.icmp_msgs_burst", 50 },
		{ "net.ipv4.icmp_msgs_per_sec", 1000 },
		{ "net.ipv4.icmp_ratelimit", 1000 },
		{ "net.ipv4.icmp_ratemask", 6168 },
		{ "net.ipv4.ip_default_ttl", 64 },
		{ "net.ipv6.conf.all.hop_limit", 64 },
		{ "net.ipv6.icmp.ratelimit", 100 },
		{ "net.ipv4.ipfrag_high_thresh", 4194304 },
		{ "net.ipv4.ipfrag_low_thresh", 3145728 },
		{ "net.ipv4.ipfrag_max_dist", 64 },
		{ "net.ipv4.ipfrag_secret_interval", 0 },
		{ "net.ipv4.ipfrag_time", 30 },
		{ "net.ipv6.ip6frag_high_thresh", 4194304 },
		{ "net.ipv6.ip6frag_low_thresh", 3145728 },
		{ "net.ipv6.ip6frag_secret_interval", 0 },
		{ "net.ipv6.ip6frag_time", 60 },
		{ "net.netfilter.nf_conntrack_acct", 0 },
		{ "net.netfilter.nf_conntrack_checksum", 1 },
		{ "net.netfilter.nf_conntrack_events", 2 },
		{ "net.netfilter.nf_conntrack_frag6_high_thresh", 4194304 },
		{ "net.netfilter.nf_conntrack_frag6_low_thresh", 3145728 },
		{ "net.netfilter.nf_conntrack_frag6_timeout", 60 },
		{ "net.netfilter.nf_conntrack_generic_timeout", 600 },
		{ "net.netfilter.nf_conntrack_gre_timeout", 30 },
		{ "net.netfilter.nf_conntrack_gre_timeout_stream", 180 },
		{ "net.netfilter.nf_conntrack_icmp_timeout", 30 },
		{ "net.netfilter.nf_conntrack_icmpv6_timeout", 30 },
		{ "net.netfilter.nf_conntrack_log_invalid", 0 },
		{ "net.netfilter.nf_conntrack_max", 262144 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_closed", 10 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_cookie_echoed",
		  3 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_cookie_wait", 3 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_established",
		  210 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_heartbeat_sent",
		  30 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_shutdown_ack_sent",
		  3 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_shutdown_recd",
		  3 },
		{ "net.netfilter.nf_conntrack_sctp_timeout_shutdown_sent",
		  3 },
		{ "net.netfilter.nf_conntrack_tcp_be_liberal", 0 },
		{ "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst", 0 },
		{ "net.netfilter.nf_conntrack_tcp_loose", 1 },
		{ "net.netfilter.nf_conntrack_tcp_max_retrans", 3 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_close", 10 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_close_wait", 60 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_established",
		  432000 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_fin_wait", 120 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_last_ack", 30 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_max_retrans", 300 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_syn_recv", 60 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_syn_sent", 120 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_time_wait", 120 },
		{ "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged",
		  300 },
		{ "net.netfilter.nf_conntrack_timestamp", 0 },
		{ "net.netfilter.nf_conntrack_udp_timeout", 30 },
		{ "net.netfilter.nf_conntrack_udp_timeout_stream", 120 },
		{ "net.nf_conntrack_max", 262144 },
	};
	struct settings s;

	(void)state;
	setting_defaults(&s);
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
		uint64_t value = 0;

		if (setting_get(&s, defaults[i].name, 0, &value) ||
		    value != defaults[i].value)
			fail_msg("%s is %llu", defaults[i].name,
				 (unsigned long long)value);
	}
}

/* Set one, and look at all: no two share their place. */
static void
each_has_a_place_of_its_own(void **state)
{
	const struct clew_setting *list;
	struct clew_error error;
	struct settings s;
	size_t count;

	(void)state;
	list = clew_settings(&count);
	for (size_t i = 0; i < count; i++) {
		const char *name = list[i].name;
		bool is_max = strstr(name, "nf_conntrack_max") != NULL;
		uint64_t old, value;

		setting_defaults(&s);
		if (list[i].read_only) {
			assert_int_equal(setting_set(&s, name, 1, &error),
					 -EACCES);
			assert_non_null(strstr(error.text, name));
			assert_int_equal(setting_get(&s, name, 77, &value), 0);
			assert_int_equal(value, 77);
			continue;
		}
		assert_int_equal(setting_get(&s, name, 0, &old), 0);
		value = old == list[i].minimum ||
			strstr(name, "high_thresh") ? list[i].maximum :
			list[i].minimum;
		assert_int_equal(setting_set(&s, name, value, &error), 0);
		for (size_t k = 0; k < count; k++) {
			struct settings fresh;
			uint64_t is, was;

			setting_defaults(&fresh);
			assert_int_equal(setting_get(&s, list[k].name, 0,
						     &is), 0);
			assert_int_equal(setting_get(&fresh, list[k].name, 0,
						     &was), 0);
			if (k == i || (is_max && strstr(list[k].name,
							"nf_conntrack_max")))
				assert_true(is == value);
			else
				assert_true(is == was);
		}
	}
}

static void
ranges_are_kept(void **state)
{
	const struct clew_setting *list;
	struct settings s;
	size_t count;

	(void)state;
	list = clew_settings(&count);
	setting_defaults(&s);
	for (size_t i = 0; i < count; i++) {
		const struct clew_setting *one = &list[i];
		struct clew_error error = { "" };
		uint64_t value;

		if (one->read_only || strstr(one->name, "_thresh"))
			continue;
		assert_true(one->minimum < one->maximum);
		assert_int_equal(setting_set(&s, one->name, one->maximum,
					     NULL), 0);
		assert_int_equal(setting_get(&s, one->name, 0, &value), 0);
		assert_true(value == one->maximum);
		assert_int_equal(setting_set(&s, one->name, one->maximum + 1,
					     &error), -EINVAL);
		assert_non_null(strstr(error.text, " takes "));
		assert_int_equal(setting_set(&s, one->name, UINT64_MAX,
					     NULL), -EINVAL);
		assert_int_equal(setting_get(&s, one->name, 0, &value), 0);
		assert_true(value == one->maximum);
		assert_int_equal(setting_set(&s, one->name, one->minimum,
					     NULL), 0);
		if (one->minimum)
			assert_int_equal(setting_set(&s, one->name,
						     one->minimum - 1, NULL),
					 -EINVAL);
	}
}

/* A low threshold may reach its high one, and no further; so from above. */
static void
thresholds_keep_their_order(void **state)
{
	static const char *const pairs[][2] = {
		{ "ipfrag_low_thresh", "ipfrag_high_thresh" },
		{ "ip6frag_low_thresh", "ip6frag_high_thresh" },
		{ "nf_conntrack_frag6_low_thresh",
		  "nf_conntrack_frag6_high_thresh" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *low = pairs[i][0], *high = pairs[i][1];
		struct clew_error error = { "" };
		struct settings s;

		setting_defaults(&s);
		assert_int_equal(setting_set(&s, low, 4194305, &error),
				 -EINVAL);
		assert_non_null(strstr(error.text, "threshold"));
		assert_int_equal(setting_set(&s, low, 4194304, NULL), 0);
		assert_int_equal(setting_set(&s, high, 4194303, NULL),
				 -EINVAL);
		assert_int_equal(setting_set(&s, high, UINT64_MAX, NULL), 0);
		assert_int_equal(setting_set(&s, low, UINT64_MAX, NULL), 0);
		assert_int_equal(setting_set(&s, low, 0, NULL), 0);
		assert_int_equal(setting_set(&s, high, 0, NULL), 0);
	}
}

static void
prefixes_may_be_left_out(void **state)
{
	static const char *const names[] = {
		"nf_conntrack_udp_timeout",
		"netfilter.nf_conntrack_udp_timeout",
		"net.netfilter.nf_conntrack_udp_timeout",
	};
	static const char *const wrong[] = {
		"", "net.", "net.netfilter.", "udp_timeout", "nf_conntrack",
		"net.ipv4.nf_conntrack_udp_timeout",
		"nf_conntrack_udp_timeout ", " nf_conntrack_udp_timeout",
		"nf_conntrack_udp_timeoutx", "NF_CONNTRACK_UDP_TIMEOUT",
		"net.net.netfilter.nf_conntrack_udp_timeout",
	};
	struct settings s;

	(void)state;
	setting_defaults(&s);
	for (uint64_t i = 0; i < 3; i++) {
		uint64_t value;

		assert_int_equal(setting_set(&s, names[i], 100 + i, NULL), 0);
		assert_int_equal(s.udp[TIMEOUT_UNREPLIED], 100 + i);
		assert_int_equal(setting_get(&s, names[i], 0, &value), 0);
		assert_int_equal(value, 100 + i);
	}
	assert_int_equal(setting_set(&s, "ipfrag_time", 5, NULL), 0);
	assert_int_equal(s.ipfrag_time, 5);
	assert_int_equal(setting_set(&s, "ip6frag_time", 6, NULL), 0);
	assert_int_equal(s.ip6frag_time, 6);
	assert_int_equal(setting_set(&s, "ipv4.ipfrag_time", 7, NULL), 0);
	assert_int_equal(s.ipfrag_time, 7);
	assert_int_equal(setting_set(&s, "nf_conntrack_max", 8, NULL), 0);
	assert_int_equal(setting_set(&s, "net.nf_conntrack_max", 9, NULL), 0);
	assert_int_equal(s.max, 9);
	assert_int_equal(setting_set(&s, "nf_conntrack_count", 8, NULL),
			 -EACCES);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct clew_error error = { "" };
		struct settings before = s;
		uint64_t value;

		assert_int_equal(setting_set(&s, wrong[i], 1, &error),
				 -ENOENT);
		assert_non_null(strstr(error.text, "unknown setting"));
		assert_int_equal(setting_get(&s, wrong[i], 0, &value),
				 -ENOENT);
		assert_memory_equal(&s, &before, sizeof(s));
	}
	/* A name of any length is told of in a line of bounded length. */
	char name[1000];
	struct clew_error error;

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = 0;
	assert_int_equal(setting_set(&s, name, 1, &error), -ENOENT);
	assert_in_range(strlen(error.text), 20, sizeof(error.text) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_is_sorted),
		cmocka_unit_test(defaults_are_linuxs),
		cmocka_unit_test(each_has_a_place_of_its_own),
		cmocka_unit_test(ranges_are_kept),
		cmocka_unit_test(thresholds_keep_their_order),
		cmocka_unit_test(prefixes_may_be_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
