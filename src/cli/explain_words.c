/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_words.c - the words that explanations share. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include "cli/explain_print.h"

static void
put_end(struct strbuf *sb, const struct clew_tuple *t,
	const union clew_addr *addr, uint16_t port_be, bool has_port)
{
	char text[INET6_ADDRSTRLEN];
	bool is_ipv6 = t->family == CLEW_IPV6;

	if (inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, addr->bytes, text,
		      sizeof(text)) == NULL)
		return;
	if (!has_port)
		strbuf_puts(sb, text);
	else
		strbuf_printf(sb, is_ipv6 ? "[%s]:%u" : "%s:%u", text,
			      ntohs(port_be));
}

void
explain_put_tuple(struct strbuf *sb, const struct clew_tuple *t)
{
	bool has_ports = t->protocol == IPPROTO_TCP ||
			 t->protocol == IPPROTO_UDP ||
			 t->protocol == IPPROTO_UDPLITE ||
			 t->protocol == IPPROTO_SCTP;
	bool is_icmp = t->protocol == IPPROTO_ICMP ||
		       t->protocol == IPPROTO_ICMPV6;

	if (strcmp(clew_protocol_name(t->protocol), "unknown") == 0)
		strbuf_printf(sb, "protocol %u ", t->protocol);
	else
		strbuf_printf(sb, "%s ", clew_protocol_name(t->protocol));
	put_end(sb, t, &t->src, t->part.port.sport_be, has_ports);
	strbuf_puts(sb, " > ");
	put_end(sb, t, &t->dst, t->part.port.dport_be, has_ports);
	if (is_icmp)
		strbuf_printf(sb, " type %u code %u id %u", t->part.icmp.type,
			      t->part.icmp.code, ntohs(t->part.icmp.id_be));
}

void
explain_put_zoned(struct strbuf *sb, const struct clew_tuple *t)
{
	explain_put_tuple(sb, t);
	if (t->zone != 0)
		strbuf_printf(sb, " in zone %u", t->zone);
}

void
explain_address(char *text, uint8_t family, const union clew_addr *addr)
{
	if (inet_ntop(family == CLEW_IPV6 ? AF_INET6 : AF_INET, addr->bytes,
		      text, INET6_ADDRSTRLEN) == NULL)
		*text = '\0';
}

void
explain_put_iface(struct strbuf *sb, const struct clew_trace_names *names,
		  uint32_t index)
{
	const char *name = index != 0 && names->interface != NULL ?
			   names->interface(names->ctx, index) : NULL;

	if (name != NULL)
		strbuf_puts(sb, name);
	else if (index != 0)
		strbuf_printf(sb, "interface %" PRIu32, index);
	else
		strbuf_puts(sb, "nowhere known");
}

void
explain_put_rule(struct strbuf *sb, const struct clew_trace_names *names,
		 const struct clew_rule *rule)
{
	const char *text = NULL;

	strbuf_printf(sb, "%s %s %s: ", clew_table_family_name(rule->family),
		      rule->table, rule->chain);
	if (rule->handle == 0) {
		strbuf_puts(sb, "policy");
		return;
	}
	if (names->rule != NULL)
		text = names->rule(names->ctx, rule);
	if (text != NULL)
		strbuf_puts(sb, text);
	else
		strbuf_printf(sb, "handle %" PRIu64, rule->handle);
}

void
explain_put_reason(struct strbuf *sb, enum clew_reason reason,
		   const struct clew_detail *detail)
{
	unsigned protocol = clew_reason_log_protocol(reason);
	char words[256];

	clew_reason_format(words, sizeof(words), reason, detail);
	if (protocol != 0)
		strbuf_printf(sb, "nf_ct_proto_%u: %s", protocol, words);
	else
		strbuf_puts(sb, words);
}

const char *
explain_hint(enum clew_reason reason)
{
	switch (reason) {
	case CLEW_WHY_TCP_NOT_LOOSE:
		return "nf_conntrack_tcp_loose=1 picks up connections whose "
		       "beginning was not seen";
	case CLEW_WHY_TCP_SEQ_OVER:
	case CLEW_WHY_TCP_ACK_OVER:
		return "nf_conntrack_tcp_be_liberal=1 lets segments out of "
		       "window pass";
	case CLEW_WHY_TCP_RST:
		return "RFC 5961 3.2; nf_conntrack_tcp_ignore_invalid_rst=1 "
		       "lets such resets pass";
	case CLEW_WHY_TCP_IGNORED:
		return "RFC 5961 4: its answer will tell";
	case CLEW_WHY_TCP_CHECKSUM:
	case CLEW_WHY_UDP_CHECKSUM:
	case CLEW_WHY_UDPLITE_CHECKSUM:
	case CLEW_WHY_ICMP_CHECKSUM:
	case CLEW_WHY_ICMPV6_CHECKSUM:
	case CLEW_WHY_SCTP_CHECKSUM:
		return "nf_conntrack_checksum=0, or --offloaded if the capture "
		       "was made where the network card fills them in";
	case CLEW_WHY_TABLE_FULL:
		return "nf_conntrack_max is how many there may be";
	case CLEW_WHY_ICMP_BOGUS:
	case CLEW_WHY_ICMPV6_BOGUS:
		return "RFC 5508 3.2: an error goes to whom it quotes";
	case CLEW_WHY_SCTP_VTAG:
	case CLEW_WHY_SCTP_CHUNK_VTAG:
		return "RFC 9260 8.5: it is no part of the association";
	case CLEW_WHY_SCTP_OOTB:
		return "RFC 9260 8.4: out of the blue";
	case CLEW_WHY_NAT_NO_TUPLE:
		return "every candidate is another connection's: a wider "
		       "range, or shorter timeouts, give more";
	case CLEW_WHY_TTL:
		return "RFC 1812 5.3.1: one hop too many";
	case CLEW_WHY_FRAG_OVERLAP:
		return "RFC 5722 4: overlapping fragments are dropped";
	case CLEW_WHY_FRAG_MEMORY:
		return "net.ipv4.ipfrag_high_thresh, "
		       "nf_conntrack_frag6_high_thresh";
	default:
		return "";
	}
}

static bool
is_ruled(uint8_t reason)
{
	return reason == CLEW_WHY_RULE || reason == CLEW_WHY_QUEUE;
}

bool
explain_is_ruled(const struct lane_fate *fate)
{
	enum clew_reason reason = (enum clew_reason)fate->packet.reason;

	if (fate->packet.detail.dropped != CLEW_WHY_NONE &&
	    !is_ruled(fate->packet.detail.dropped))
		return false;
	return fate->ruled.has_rule &&
	       (fate->packet.verdict != CLEW_DROP ||
		is_ruled(fate->packet.reason) ||
		clew_reason_effect(reason) != CLEW_REASON_DROP);
}

void
explain_put_ms(struct strbuf *sb, uint64_t ms)
{
	if (ms % 1000 == 0)
		strbuf_printf(sb, "%" PRIu64 " s", ms / 1000);
	else
		strbuf_printf(sb, "%" PRIu64 ".%03u s", ms / 1000,
			      (unsigned)(ms % 1000));
}

const char *
explain_fate_word(const struct lane_fate *fate)
{
	if (!fate->was_fed)
		return "not fed";
	if (fate->ruled.is_held)
		return "held";
	if (fate->packet.result & CLEW_RES_CUT)
		return "cut";
	if (fate->packet.verdict != CLEW_DROP)
		return "accept";
	return fate->ruled.answers > 0 ? "reject" : "drop";
}

const char *
explain_verdict_word(int32_t verdict)
{
	switch (verdict) {
	case -1:	return "continue";
	case -2:	return "break";
	case -3:	return "jump";
	case -4:	return "goto";
	case -5:	return "return";
	default:
		break;
	}
	switch (verdict & 0xff) {
	case 0:		return "drop";
	case 1:		return "accept";
	case 2:		return "stolen";
	case 3:		return "queue";
	default:	return "unknown";
	}
}

const char *
explain_hook_name(uint8_t hook)
{
	static const char *const names[] = {
		[CLEW_HOOK_PREROUTING] = "prerouting",
		[CLEW_HOOK_INPUT] = "input",
		[CLEW_HOOK_FORWARD] = "forward",
		[CLEW_HOOK_OUTPUT] = "output",
		[CLEW_HOOK_POSTROUTING] = "postrouting",
		[CLEW_HOOK_INGRESS] = "ingress",
		[CLEW_HOOK_EGRESS] = "egress",
	};

	return hook < CLEW_HOOKS ? names[hook] : "receive";
}

const char *
explain_dir_name(enum clew_dir dir)
{
	return dir == CLEW_DIR_REPLY ? "reply" : "original";
}

const char *
explain_route_name(uint8_t type)
{
	static const char *const names[] = {
		"none", "unicast", "local", "broadcast", "anycast",
		"multicast", "blackhole", "unreachable", "prohibit", "throw",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] :
							 "unknown";
}

static bool
is_same_rule(const struct ruled_fate *a, const struct ruled_fate *b)
{
	return a->has_rule == b->has_rule &&
	       (!a->has_rule ||
		(a->rule.handle == b->rule.handle &&
		 strcmp(a->rule.table, b->rule.table) == 0 &&
		 strcmp(a->rule.chain, b->rule.chain) == 0));
}

static bool
is_same_after(const struct ruled_fate *a, const struct ruled_fate *b)
{
	return a->has_after == b->has_after &&
	       (!a->has_after ||
		memcmp(&a->after, &b->after, sizeof(a->after)) == 0);
}

bool
explain_is_same_fate(const struct lane_fate *a, const struct lane_fate *b)
{
	return strcmp(explain_fate_word(a), explain_fate_word(b)) == 0 &&
	       a->packet.ct_state == b->packet.ct_state &&
	       a->packet.reason == b->packet.reason &&
	       is_same_rule(&a->ruled, &b->ruled) &&
	       is_same_after(&a->ruled, &b->ruled);
}

void
explain_put_event_bits(struct strbuf *sb, uint32_t bits)
{
	static const char *const names[] = {
		"NEW", "RELATED", "DESTROY", "REPLY", "ASSURED", "PROTOINFO",
		"HELPER", "MARK", "SEQADJ", "SECMARK", "LABEL", "SYNPROXY",
	};
	const char *between = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(bits >> i & 1))
			continue;
		strbuf_printf(sb, "%s%s", between, names[i]);
		between = " ";
	}
}
