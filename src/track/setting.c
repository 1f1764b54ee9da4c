/* SPDX-License-Identifier: BSD-2-Clause
 * track/setting.c - the table of settings and the way to one by its name. */
#include "track/setting.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"

#define NF "net.netfilter.nf_conntrack_"
#define V4 "net.ipv4."
#define V6 "net.ipv6."

#define TIME_S "s", 0, TIMEOUT_MAX
#define TIME_MS "ms", 0, INT32_MAX
#define SWITCH "", 0, 1
#define BYTE "", 0, 255
#define NUMBER "", 0, INT32_MAX
#define SIZE "bytes", 0, UINT64_MAX

/* Sorted by name; R() can only be read.
 *	field		name			unit, min, max	default */
#define SETTINGS(X, R)							\
	X(send_redirects, V4 "conf.all.send_redirects",	NUMBER,	1)	\
	X(icmp_inbound_ifaddr, V4 "icmp_errors_use_inbound_ifaddr",	\
	  SWITCH, 0)							\
	X(icmp_msgs_burst, V4 "icmp_msgs_burst",	NUMBER,	50)	\
	X(icmp_msgs_per_sec, V4 "icmp_msgs_per_sec",	NUMBER,	1000)	\
	X(icmp_ratelimit_ms, V4 "icmp_ratelimit",	TIME_MS, 1000)	\
	X(icmp_ratemask, V4 "icmp_ratemask",		NUMBER,	6168)	\
	X(ip_default_ttl, V4 "ip_default_ttl",		"", 1, 255, 64)	\
	X(ipfrag_high,	V4 "ipfrag_high_thresh",	SIZE,	4194304) \
	X(ipfrag_low,	V4 "ipfrag_low_thresh",		SIZE,	3145728) \
	X(ipfrag_max_dist, V4 "ipfrag_max_dist",	NUMBER,	64)	\
	X(ipfrag_secret_interval, V4 "ipfrag_secret_interval", TIME_S, 0) \
	X(ipfrag_time,	V4 "ipfrag_time",		TIME_S,	30)	\
	X(ip6_hop_limit, V6 "conf.all.hop_limit",	"", 1, 255, 64)	\
	X(icmp6_ratelimit_ms, V6 "icmp.ratelimit",	TIME_MS, 100)	\
	X(ip6frag_high,	V6 "ip6frag_high_thresh",	SIZE,	4194304) \
	X(ip6frag_low,	V6 "ip6frag_low_thresh",	SIZE,	3145728) \
	X(ip6frag_secret_interval, V6 "ip6frag_secret_interval", TIME_S, 0) \
	X(ip6frag_time,	V6 "ip6frag_time",		TIME_S,	60)	\
	X(acct,		NF "acct",			SWITCH,	0)	\
	X(buckets,	NF "buckets",			NUMBER,	262144)	\
	X(checksum,	NF "checksum",			SWITCH,	1)	\
	R(		NF "count")					\
	X(events,	NF "events",			"", 0, 2, 2)	\
	X(expect_max,	NF "expect_max",		NUMBER,	4096)	\
	X(frag6_high,	NF "frag6_high_thresh",		SIZE,	4194304) \
	X(frag6_low,	NF "frag6_low_thresh",		SIZE,	3145728) \
	X(frag6_timeout, NF "frag6_timeout",		TIME_S,	60)	\
	X(generic,	NF "generic_timeout",		TIME_S,	600)	\
	X(gre[TIMEOUT_UNREPLIED], NF "gre_timeout",	TIME_S,	30)	\
	X(gre[TIMEOUT_REPLIED], NF "gre_timeout_stream", TIME_S, 180)	\
	X(icmp,		NF "icmp_timeout",		TIME_S,	30)	\
	X(icmpv6,	NF "icmpv6_timeout",		TIME_S,	30)	\
	X(log_invalid,	NF "log_invalid",		BYTE,	0)	\
	X(max,		NF "max",			NUMBER,	262144)	\
	X(sctp[CLEW_SCTP_CLOSED], NF "sctp_timeout_closed", TIME_S, 10)	\
	X(sctp[CLEW_SCTP_COOKIE_ECHOED], NF "sctp_timeout_cookie_echoed", \
	  TIME_S, 3)							\
	X(sctp[CLEW_SCTP_COOKIE_WAIT], NF "sctp_timeout_cookie_wait",	\
	  TIME_S, 3)							\
	X(sctp[CLEW_SCTP_ESTABLISHED], NF "sctp_timeout_established",	\
	  TIME_S, 210)							\
	X(sctp[CLEW_SCTP_HEARTBEAT_SENT], NF "sctp_timeout_heartbeat_sent", \
	  TIME_S, 30)							\
	X(sctp[CLEW_SCTP_SHUTDOWN_ACK_SENT],				\
	  NF "sctp_timeout_shutdown_ack_sent", TIME_S, 3)		\
	X(sctp[CLEW_SCTP_SHUTDOWN_RECD], NF "sctp_timeout_shutdown_recd", \
	  TIME_S, 3)							\
	X(sctp[CLEW_SCTP_SHUTDOWN_SENT], NF "sctp_timeout_shutdown_sent", \
	  TIME_S, 3)							\
	X(tcp_be_liberal, NF "tcp_be_liberal",		SWITCH,	0)	\
	X(tcp_ignore_invalid_rst, NF "tcp_ignore_invalid_rst", SWITCH, 0) \
	X(tcp_loose,	NF "tcp_loose",			SWITCH,	1)	\
	X(tcp_max_retrans, NF "tcp_max_retrans",	BYTE,	3)	\
	X(tcp[CLEW_TCP_CLOSE], NF "tcp_timeout_close",	TIME_S,	10)	\
	X(tcp[CLEW_TCP_CLOSE_WAIT], NF "tcp_timeout_close_wait", TIME_S, 60) \
	X(tcp[CLEW_TCP_ESTABLISHED], NF "tcp_timeout_established",	\
	  TIME_S, 432000)						\
	X(tcp[CLEW_TCP_FIN_WAIT], NF "tcp_timeout_fin_wait", TIME_S, 120) \
	X(tcp[CLEW_TCP_LAST_ACK], NF "tcp_timeout_last_ack", TIME_S, 30) \
	X(tcp[TCP_TIMEOUT_RETRANS], NF "tcp_timeout_max_retrans", TIME_S, 300) \
	X(tcp[CLEW_TCP_SYN_RECV], NF "tcp_timeout_syn_recv", TIME_S, 60) \
	X(tcp[CLEW_TCP_SYN_SENT], NF "tcp_timeout_syn_sent", TIME_S, 120) \
	X(tcp[CLEW_TCP_TIME_WAIT], NF "tcp_timeout_time_wait", TIME_S, 120) \
	X(tcp[TCP_TIMEOUT_UNACK], NF "tcp_timeout_unacknowledged",	\
	  TIME_S, 300)							\
	X(timestamp,	NF "timestamp",			SWITCH,	0)	\
	X(udp[TIMEOUT_UNREPLIED], NF "udp_timeout",	TIME_S,	30)	\
	X(udp[TIMEOUT_REPLIED], NF "udp_timeout_stream", TIME_S, 120)

/* 'unit, min, max' is one macro argument above and three here. */
#define ROW_(field, name, unit, min, max, initial)			\
	{ { name, unit, min, max, false },				\
	  offsetof(struct settings, field),				\
	  sizeof(((struct settings *)0)->field), initial },
#define ROW(...) ROW_(__VA_ARGS__)
#define NO_ROW(name)

struct row {
	struct clew_setting setting;
	size_t offset;
	size_t size;
	uint64_t initial;
};

static const struct row rows[] = {
	SETTINGS(ROW, NO_ROW)
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* The public list: the rows, the one that can only be read, and the second
 * name of another. */
#define LIST_(field, name, unit, min, max, initial)			\
	{ name, unit, min, max, false },
#define LIST(...) LIST_(__VA_ARGS__)
#define LIST_READ_ONLY(name) { name, "", 0, UINT32_MAX, true },

static const char count_name[] = NF "count";
static const char max_alias[] = "net.nf_conntrack_max";

static const struct clew_setting list[] = {
	SETTINGS(LIST, LIST_READ_ONLY)
	{ max_alias, "", 0, INT32_MAX, false },
};

static void
put(struct settings *s, const struct row *row, uint64_t value)
{
	char *at = (char *)s + row->offset;

	if (row->size == sizeof(uint64_t))
		*(uint64_t *)at = value;
	else
		*(uint32_t *)at = (uint32_t)value;
}

void
setting_defaults(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < ROWS; i++)
		put(s, &rows[i], rows[i].initial);
	s->tcp[CLEW_TCP_SYN_SENT2] = 120;	/* has no sysctl */
	s->sctp[CLEW_SCTP_NONE] = s->sctp[CLEW_SCTP_CLOSED];
}

/* Does 'name' name 'full', whole or without one of the usual prefixes? */
static bool
is_named(const char *full, const char *name)
{
	static const char *const prefixes[] = {
		"net.netfilter.", "net.ipv4.", "net.ipv6.", "net.",
	};

	if (!strcmp(full, name))
		return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (!strncmp(full, prefixes[i], n) && !strcmp(full + n, name))
			return true;
	}
	return false;
}

static const struct row *
find(const char *name)
{
	if (!strcmp(name, max_alias))
		name = NF "max";
	for (size_t i = 0; i < ROWS; i++) {
		if (is_named(rows[i].setting.name, name))
			return &rows[i];
	}
	return NULL;
}

/* Memory limits come in pairs, and the low one is never above the high one.
 * Linux uses the low one for nothing else. */
static bool
keeps_order(const struct settings *s, const struct row *row, uint64_t value)
{
	switch (row->offset) {
	case offsetof(struct settings, ipfrag_high):
		return value >= s->ipfrag_low;
	case offsetof(struct settings, ipfrag_low):
		return value <= s->ipfrag_high;
	case offsetof(struct settings, ip6frag_high):
		return value >= s->ip6frag_low;
	case offsetof(struct settings, ip6frag_low):
		return value <= s->ip6frag_high;
	case offsetof(struct settings, frag6_high):
		return value >= s->frag6_low;
	case offsetof(struct settings, frag6_low):
		return value <= s->frag6_high;
	}
	return true;
}

int
setting_set(struct settings *s, const char *name, uint64_t value,
	    struct clew_error *error)
{
	const struct row *row = find(name);

	if (!row && is_named(count_name, name)) {
		error_set(error, "setting %s can only be read", count_name);
		return -EACCES;
	}
	if (!row) {
		error_set(error, "unknown setting '%s'", name);
		return -ENOENT;
	}
	if (value < row->setting.minimum || value > row->setting.maximum) {
		error_set(error, "%s takes %llu to %llu, not %llu",
			  row->setting.name,
			  (unsigned long long)row->setting.minimum,
			  (unsigned long long)row->setting.maximum,
			  (unsigned long long)value);
		return -EINVAL;
	}
	if (!keeps_order(s, row, value)) {
		error_set(error, "%s = %llu: the low threshold would be above "
			  "the high one", row->setting.name,
			  (unsigned long long)value);
		return -EINVAL;
	}
	put(s, row, value);
	return 0;
}

int
setting_get(const struct settings *s, const char *name, uint64_t count,
	    uint64_t *value)
{
	const struct row *row = find(name);
	const char *at;

	if (!row && is_named(count_name, name)) {
		*value = count;
		return 0;
	}
	if (!row)
		return -ENOENT;
	at = (const char *)s + row->offset;
	*value = row->size == sizeof(uint64_t) ? *(const uint64_t *)at :
		 *(const uint32_t *)at;
	return 0;
}

const char *
setting_name_at(const struct settings *s, const uint32_t *at)
{
	size_t offset = (size_t)((const char *)at - (const char *)s);

	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].offset == offset)
			return strrchr(rows[i].setting.name, '.') + 1;
	}
	return NULL;
}

const struct clew_setting *
clew_settings(size_t *count)
{
	*count = sizeof(list) / sizeof(list[0]);
	return list;
}
