/* SPDX-License-Identifier: BSD-2-Clause
 * text/names.c - the words for protocols, states and status bits.
 *
 * They are those of conntrack(8) and of linux/netfilter headers: scripts
 * match them, so none may change. */
#include <netinet/in.h>

#include "text/parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const tcp_states[CLEW_TCP_STATES] = {
	[CLEW_TCP_NONE]		= "NONE",
	[CLEW_TCP_SYN_SENT]	= "SYN_SENT",
	[CLEW_TCP_SYN_RECV]	= "SYN_RECV",
	[CLEW_TCP_ESTABLISHED]	= "ESTABLISHED",
	[CLEW_TCP_FIN_WAIT]	= "FIN_WAIT",
	[CLEW_TCP_CLOSE_WAIT]	= "CLOSE_WAIT",
	[CLEW_TCP_LAST_ACK]	= "LAST_ACK",
	[CLEW_TCP_TIME_WAIT]	= "TIME_WAIT",
	[CLEW_TCP_CLOSE]	= "CLOSE",
	[CLEW_TCP_SYN_SENT2]	= "SYN_SENT2",
};

static const char *const sctp_states[CLEW_SCTP_STATES] = {
	[CLEW_SCTP_NONE]		= "NONE",
	[CLEW_SCTP_CLOSED]		= "CLOSED",
	[CLEW_SCTP_COOKIE_WAIT]		= "COOKIE_WAIT",
	[CLEW_SCTP_COOKIE_ECHOED]	= "COOKIE_ECHOED",
	[CLEW_SCTP_ESTABLISHED]		= "ESTABLISHED",
	[CLEW_SCTP_SHUTDOWN_SENT]	= "SHUTDOWN_SENT",
	[CLEW_SCTP_SHUTDOWN_RECD]	= "SHUTDOWN_RECD",
	[CLEW_SCTP_SHUTDOWN_ACK_SENT]	= "SHUTDOWN_ACK_SENT",
	[CLEW_SCTP_HEARTBEAT_SENT]	= "HEARTBEAT_SENT",
};

/* enum clew_status, from bit 0 */
static const char *const status_names[] = {
	"EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED",
	"SRC_NAT", "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE",
	"DST_NAT_DONE", "DYING", "FIXED_TIMEOUT", "TEMPLATE",
	"NAT_CLASH", "HELPER", "OFFLOAD", "HW_OFFLOAD",
};

const char *
clew_protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_ICMP:	return "icmp";
	case IPPROTO_TCP:	return "tcp";
	case IPPROTO_UDP:	return "udp";
	case IPPROTO_DCCP:	return "dccp";
	case IPPROTO_GRE:	return "gre";
	case IPPROTO_ICMPV6:	return "icmpv6";
	case IPPROTO_SCTP:	return "sctp";
	case IPPROTO_UDPLITE:	return "udplite";
	default:		return "unknown";
	}
}

const char *
clew_tcp_state_name(uint8_t state)
{
	return state < COUNT(tcp_states) ? tcp_states[state] : "NONE";
}

const char *
clew_sctp_state_name(uint8_t state)
{
	return state < COUNT(sctp_states) ? sctp_states[state] : "NONE";
}

enum text_part
text_part(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:	/* untracked, but conntrack(8) prints zeros */
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return TEXT_PART_PORTS;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return TEXT_PART_ICMP;
	case IPPROTO_GRE:
		return TEXT_PART_KEYS;
	default:
		return TEXT_PART_NONE;
	}
}

const char *
text_family_name(uint8_t family)
{
	if (family == CLEW_IPV4)
		return "ipv4";
	return family == CLEW_IPV6 ? "ipv6" : "unknown";
}

const char *
text_state_name(const struct clew_snapshot *ct)
{
	const struct clew_tuple *t = text_main_tuple(ct);

	if (!t || !(ct->has & CLEW_HAS_STATE))
		return NULL;
	if (t->protocol == IPPROTO_TCP)
		return clew_tcp_state_name(ct->state);
	if (t->protocol == IPPROTO_SCTP)
		return clew_sctp_state_name(ct->state);
	return NULL;
}

const char *
text_status_name(unsigned bit)
{
	return bit < COUNT(status_names) ? status_names[bit] : NULL;
}
