/* SPDX-License-Identifier: BSD-2-Clause
 * track/setting.h - Linux's sysctls, under their names, with its defaults.
 *
 * One line each in SETTINGS(): where the value lives, its name, unit, least
 * and greatest value, default.  Timeouts are in seconds, sizes in bytes.
 * Source: Documentation/networking/nf_conntrack-sysctl.rst and ip-sysctl.rst;
 * defaults read from Linux 6.18. */
#ifndef TRACK_SETTING_H
#define TRACK_SETTING_H

#include <stdint.h>

#include "clew/engine.h"
#include "clew/snapshot.h"

/* Timeouts of TCP beyond those of its states. */
enum {
	TCP_TIMEOUT_RETRANS = CLEW_TCP_STATES,
	TCP_TIMEOUT_UNACK,
	TCP_TIMEOUTS,
};

/* Linux keeps a timeout for a state that there is no more. */
enum {
	SCTP_TIMEOUT_ACKED = CLEW_SCTP_STATES,
	SCTP_TIMEOUTS,
};

enum {
	TIMEOUT_UNREPLIED,
	TIMEOUT_REPLIED,
	TIMEOUT_PAIR,
};

/* Longest timeout: Linux keeps INT_MAX ticks. */
#define TIMEOUT_TICKS 250
#define TIMEOUT_MAX (INT32_MAX / TIMEOUT_TICKS)

struct settings {
	uint32_t tcp[TCP_TIMEOUTS];
	uint32_t udp[TIMEOUT_PAIR];	/* of UDP-Lite too */
	uint32_t gre[TIMEOUT_PAIR];
	uint32_t icmp;
	uint32_t icmpv6;
	uint32_t sctp[SCTP_TIMEOUTS];
	uint32_t generic;

	uint32_t acct;
	uint32_t buckets;
	uint32_t checksum;
	uint32_t events;
	uint32_t expect_max;
	uint32_t log_invalid;
	uint32_t max;
	uint32_t tcp_be_liberal;
	uint32_t tcp_ignore_invalid_rst;
	uint32_t tcp_loose;
	uint32_t tcp_max_retrans;
	uint32_t timestamp;

	uint32_t ipfrag_time;
	uint32_t ipfrag_max_dist;
	uint32_t ipfrag_secret_interval;
	uint32_t ip6frag_time;
	uint32_t ip6frag_secret_interval;
	uint32_t frag6_timeout;

	uint32_t send_redirects;
	uint32_t icmp_msgs_burst;
	uint32_t icmp_msgs_per_sec;
	uint32_t icmp_ratelimit_ms;
	uint32_t icmp_ratemask;
	uint32_t icmp_inbound_ifaddr;
	uint32_t ip_default_ttl;
	uint32_t icmp6_ratelimit_ms;
	uint32_t ip6_hop_limit;

	uint64_t ipfrag_high;
	uint64_t ipfrag_low;
	uint64_t ip6frag_high;
	uint64_t ip6frag_low;
	uint64_t frag6_high;
	uint64_t frag6_low;
};

/* Set every value to Linux's default. */
void setting_defaults(struct settings *s);

/* See clew_engine_set() and clew_engine_get().  'count' is what
 * nf_conntrack_count reads. */
int setting_set(struct settings *s, const char *name, uint64_t value,
		struct clew_error *error);
int setting_get(const struct settings *s, const char *name, uint64_t count,
		uint64_t *value);

/* The name of the setting that lies at 'at', without its prefix.
 * => NULL: it has none. */
const char *setting_name_at(const struct settings *s, const uint32_t *at);

#endif
