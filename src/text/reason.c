/* SPDX-License-Identifier: BSD-2-Clause
 * text/reason.c - names, effects and words of the reasons.
 *
 * Effect and words come from the list in clew/reason.h; the words are Linux's
 * where it logs the case, with addresses as its log writes them.  The names
 * are here, since the preprocessor has no lower case; reason_test.c holds
 * them against the list. */
#include "clew/reason.h"

#include <stdbool.h>
#include <string.h>

#include <netinet/in.h>

#include "base/number.h"
#include "base/strbuf.h"
#include "clew/text.h"

static const char *const names[CLEW_REASONS_COUNT] = {
	[CLEW_WHY_NONE]			= "none",
	[CLEW_WHY_IP_TRUNCATED]		= "ip_truncated",
	[CLEW_WHY_IP_HEADER]		= "ip_header",
	[CLEW_WHY_IP_CHECKSUM]		= "ip_checksum",
	[CLEW_WHY_FRAG_OVERLAP]		= "frag_overlap",
	[CLEW_WHY_FRAG_MALFORMED]	= "frag_malformed",
	[CLEW_WHY_FRAG_DUPLICATE]	= "frag_duplicate",
	[CLEW_WHY_FRAG_TOO_BIG]		= "frag_too_big",
	[CLEW_WHY_FRAG_ECN]		= "frag_ecn",
	[CLEW_WHY_FRAG_MEMORY]		= "frag_memory",
	[CLEW_WHY_FRAG_TIMEOUT]		= "frag_timeout",
	[CLEW_WHY_L4_MISSING]		= "l4_missing",
	[CLEW_WHY_NO_TUPLE]		= "no_tuple",
	[CLEW_WHY_NOT_INVERTIBLE]	= "not_invertible",
	[CLEW_WHY_TABLE_FULL]		= "table_full",
	[CLEW_WHY_CLASH]		= "clash",
	[CLEW_WHY_RULE]			= "rule",
	[CLEW_WHY_QUEUE]		= "queue",
	[CLEW_WHY_NAT_NO_TUPLE]		= "nat_no_tuple",
	[CLEW_WHY_NAT_NO_ADDRESS]		= "nat_no_address",
	[CLEW_WHY_NAT_ERROR]		= "nat_error",
	[CLEW_WHY_SYNPROXY]		= "synproxy",
	[CLEW_WHY_NO_ROUTE]		= "no_route",
	[CLEW_WHY_ROUTE_REFUSES]		= "route_refuses",
	[CLEW_WHY_MARTIAN]		= "martian",
	[CLEW_WHY_TTL]			= "ttl",
	[CLEW_WHY_MTU]			= "mtu",
	[CLEW_WHY_TCP_SHORT]		= "tcp_short",
	[CLEW_WHY_TCP_TRUNCATED]	= "tcp_truncated",
	[CLEW_WHY_TCP_CHECKSUM]		= "tcp_checksum",
	[CLEW_WHY_TCP_FLAGS]		= "tcp_flags",
	[CLEW_WHY_TCP_NEW]		= "tcp_new",
	[CLEW_WHY_TCP_NOT_LOOSE]	= "tcp_not_loose",
	[CLEW_WHY_TCP_STATE]		= "tcp_state",
	[CLEW_WHY_TCP_RST]		= "tcp_rst",
	[CLEW_WHY_TCP_SEQ_OVER]		= "tcp_seq_over",
	[CLEW_WHY_TCP_ACK_OVER]		= "tcp_ack_over",
	[CLEW_WHY_TCP_IGNORED]		= "tcp_ignored",
	[CLEW_WHY_TCP_CHALLENGE_ACK]	= "tcp_challenge_ack",
	[CLEW_WHY_TCP_OVERSHOT]		= "tcp_overshot",
	[CLEW_WHY_TCP_SEQ_UNDER]	= "tcp_seq_under",
	[CLEW_WHY_TCP_ACK_UNDER]	= "tcp_ack_under",
	[CLEW_WHY_UDP_SHORT]		= "udp_short",
	[CLEW_WHY_UDP_MALFORMED]	= "udp_malformed",
	[CLEW_WHY_UDP_CHECKSUM]		= "udp_checksum",
	[CLEW_WHY_UDPLITE_SHORT]	= "udplite_short",
	[CLEW_WHY_UDPLITE_COVERAGE]	= "udplite_coverage",
	[CLEW_WHY_UDPLITE_NO_CHECKSUM]	= "udplite_no_checksum",
	[CLEW_WHY_UDPLITE_CHECKSUM]	= "udplite_checksum",
	[CLEW_WHY_ICMP_SHORT]		= "icmp_short",
	[CLEW_WHY_ICMP_CHECKSUM]	= "icmp_checksum",
	[CLEW_WHY_ICMP_TYPE]		= "icmp_type",
	[CLEW_WHY_ICMP_NEW]		= "icmp_new",
	[CLEW_WHY_ICMP_FAMILY]		= "icmp_family",
	[CLEW_WHY_ICMP_INNER]		= "icmp_inner",
	[CLEW_WHY_ICMP_UNRELATED]	= "icmp_unrelated",
	[CLEW_WHY_ICMP_BOGUS]		= "icmp_bogus",
	[CLEW_WHY_ICMPV6_SHORT]		= "icmpv6_short",
	[CLEW_WHY_ICMPV6_CHECKSUM]	= "icmpv6_checksum",
	[CLEW_WHY_ICMPV6_NEW]		= "icmpv6_new",
	[CLEW_WHY_ICMPV6_BOGUS]		= "icmpv6_bogus",
	[CLEW_WHY_ICMPV6_REDIRECT_SENDER] = "icmpv6_redirect_sender",
	[CLEW_WHY_ICMPV6_REDIRECT_SHORT] = "icmpv6_redirect_short",
	[CLEW_WHY_ICMPV6_REDIRECT_EMPTY] = "icmpv6_redirect_empty",
	[CLEW_WHY_SCTP_SHORT]		= "sctp_short",
	[CLEW_WHY_SCTP_CHECKSUM]	= "sctp_checksum",
	[CLEW_WHY_SCTP_CHUNKS]		= "sctp_chunks",
	[CLEW_WHY_SCTP_NO_CHUNK]	= "sctp_no_chunk",
	[CLEW_WHY_SCTP_OOTB]		= "sctp_ootb",
	[CLEW_WHY_SCTP_VTAG]		= "sctp_vtag",
	[CLEW_WHY_SCTP_CHUNK_VTAG]	= "sctp_chunk_vtag",
	[CLEW_WHY_SCTP_STATE]		= "sctp_state",
	[CLEW_WHY_GRE_PROTOCOL]		= "gre_protocol",
};

struct reason {
	const char *words;
	uint8_t effect;		/* enum clew_reason_effect */
	uint8_t log;		/* protocol number in the log, or 0 */
};

static const struct reason reasons[CLEW_REASONS_COUNT] = {
#define REASON(name, effect, log, words) \
	[CLEW_WHY_##name] = { words, CLEW_REASON_##effect, log },
	CLEW_REASONS(REASON)
#undef REASON
};

static bool
is_known(enum clew_reason reason)
{
	return (unsigned)reason < CLEW_REASONS_COUNT;
}

const char *
clew_reason_name(enum clew_reason reason)
{
	return is_known(reason) ? names[reason] : "unknown";
}

enum clew_reason_effect
clew_reason_effect(enum clew_reason reason)
{
	return is_known(reason) ? reasons[reason].effect : CLEW_REASON_NOTE;
}

unsigned
clew_reason_log_protocol(enum clew_reason reason)
{
	return is_known(reason) ? reasons[reason].log : 0;
}

static void
put_addr(struct strbuf *sb, uint8_t family, const uint8_t addr[16])
{
	char text[NUMBER_IPV6_MAX];
	char *end = family == CLEW_IPV6 ? number_put_ipv6_full(text, addr) :
					  number_put_ipv4(text, addr);

	strbuf_put(sb, text, (size_t)(end - text));
}

#define COUNT_N (sizeof(((struct clew_detail *)0)->n) / sizeof(uint32_t))

/* The first %u or %x of the words is n[0], the first %s addr[0] if it is one. */
struct cursor {
	const struct clew_detail *detail;
	enum clew_reason reason;
	unsigned numbers;
	unsigned addrs;
};

static void
put_argument(struct strbuf *sb, struct cursor *at, char kind)
{
	const struct clew_detail *detail = at->detail;
	char hex[NUMBER_HEX32_MAX];

	if (kind == 'u' || kind == 'x') {
		uint32_t n = at->numbers < COUNT_N ? detail->n[at->numbers] :
						     0;

		at->numbers++;
		if (kind == 'u')
			strbuf_put_u64(sb, n);
		else
			strbuf_put(sb, hex,
				   (size_t)(number_put_hex(hex, n) - hex));
		return;
	}
	if (at->reason == CLEW_WHY_ICMP_BOGUS ||
	    at->reason == CLEW_WHY_ICMPV6_BOGUS)
		put_addr(sb, detail->family, detail->addr[at->addrs++ & 1]);
	else
		strbuf_puts(sb, clew_tcp_state_name(detail->state));
}

size_t
clew_reason_format(char *buf, size_t size, enum clew_reason reason,
		   const struct clew_detail *detail)
{
	struct cursor at = { .detail = detail, .reason = reason };
	const char *words = is_known(reason) ? reasons[reason].words : "";
	struct strbuf sb;

	strbuf_init(&sb, buf, size);
	while (*words != '\0') {
		size_t plain = strcspn(words, "%");
		bool is_argument = words[plain] == '%';

		/* without numbers "bound %u (over" becomes "bound (over" */
		if (is_argument && !detail && plain > 0)
			strbuf_put(&sb, words, plain - 1);
		else
			strbuf_put(&sb, words, plain);
		words += plain;
		if (!is_argument)
			break;
		if (detail)
			put_argument(&sb, &at, words[1]);
		words += 2;
		if (!detail && sb.len == 0 && *words == ' ')
			words++;
	}
	return sb.len;
}
