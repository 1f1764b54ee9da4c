/* SPDX-License-Identifier: BSD-2-Clause
 * nft/log_text.c - a packet in the words of Linux's log (nf_log_syslog):
 * what tools that read logs of firewalls have learnt to parse.
 *
 * What ends a line early there (a header that is not there) ends it here. */
#include <linux/if_arp.h>
#include <linux/netfilter/nf_log.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include "base/bytes.h"
#include "nft/log.h"
#include "route/route.h"

/* A packet being told, or the one that it quotes. */
struct telling {
	struct strbuf *sb;
	const struct pkt *p;
	uint32_t begin;		/* of the IP header */
	uint8_t flags;		/* NF_LOG_* */
};

static bool
has(const struct telling *t, uint32_t at, uint32_t size)
{
	return pkt_header(t->p, at, size) == PKT_HEADER_OK;
}

static uint32_t
left(const struct telling *t, uint32_t at)
{
	return t->p->len - at;
}

static void
put_incomplete(const struct telling *t, uint32_t at)
{
	strbuf_printf(t->sb, "INCOMPLETE [%u bytes] ", left(t, at));
}

static void
put_hex(struct strbuf *sb, const uint8_t *bytes, uint32_t size)
{
	strbuf_puts(sb, "OPT (");
	for (uint32_t i = 0; i < size; i++)
		strbuf_printf(sb, "%02X", bytes[i]);
	strbuf_puts(sb, ") ");
}

static void
put_mac(struct strbuf *sb, const uint8_t *mac, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		strbuf_printf(sb, i ? ":%02x" : "%02x", mac[i]);
}

static void
put_ipv4(struct strbuf *sb, const uint8_t *a)
{
	strbuf_printf(sb, "%u.%u.%u.%u ", a[0], a[1], a[2], a[3]);
}

static void
put_ipv6(struct strbuf *sb, const uint8_t *a)
{
	for (uint32_t i = 0; i < 16; i += 2)
		strbuf_printf(sb, i ? ":%02x%02x" : "%02x%02x", a[i],
			      a[i + 1]);
	strbuf_putc(sb, ' ');
}

/* Transport headers.  => Does the line go on? */

static void
put_tcp_flags(struct strbuf *sb, uint8_t flags)
{
	static const char *const names[] = {
		"CWR ", "ECE ", "URG ", "ACK ", "PSH ", "RST ", "SYN ", "FIN ",
	};

	for (unsigned i = 0; i < 8; i++) {
		if (flags & 0x80 >> i)
			strbuf_puts(sb, names[i]);
	}
}

static bool
put_tcp(const struct telling *t, uint32_t at, bool is_fragment)
{
	const uint8_t *h = t->p->ip + at;
	uint32_t size;

	strbuf_puts(t->sb, "PROTO=TCP ");
	if (is_fragment)
		return true;
	if (!has(t, at, 20)) {
		put_incomplete(t, at);
		return false;
	}
	strbuf_printf(t->sb, "SPT=%u DPT=%u ", get_be16(h), get_be16(h + 2));
	if (t->flags & NF_LOG_TCPSEQ)
		strbuf_printf(t->sb, "SEQ=%u ACK=%u ", get_be32(h + 4),
			      get_be32(h + 8));
	strbuf_printf(t->sb, "WINDOW=%u RES=0x%02x ", get_be16(h + 14),
		      (h[12] & 0xfu) << 2);
	put_tcp_flags(t->sb, h[13]);
	strbuf_printf(t->sb, "URGP=%u ", get_be16(h + 18));
	size = (h[12] >> 4) * 4u;
	if (!(t->flags & NF_LOG_TCPOPT) || size <= 20)
		return true;
	if (!has(t, at, size)) {
		strbuf_puts(t->sb, "OPT (TRUNCATED)");
		return false;
	}
	put_hex(t->sb, h + 20, size - 20);
	return true;
}

static bool
put_udp(const struct telling *t, uint32_t at, uint8_t protocol,
	bool is_fragment)
{
	const uint8_t *h = t->p->ip + at;

	strbuf_puts(t->sb, protocol == IPPROTO_UDP ? "PROTO=UDP " :
						     "PROTO=UDPLITE ");
	if (is_fragment)
		return true;
	if (!has(t, at, 8)) {
		put_incomplete(t, at);
		return false;
	}
	strbuf_printf(t->sb, "SPT=%u DPT=%u LEN=%u ", get_be16(h),
		      get_be16(h + 2), get_be16(h + 4));
	return true;
}

static void
put_ipsec(const struct telling *t, uint32_t at, uint8_t protocol,
	  bool is_fragment)
{
	bool is_ah = protocol == IPPROTO_AH;

	/* Linux leaves out AH's name in fragments, not ESP's. */
	if (is_ah && is_fragment)
		return;
	strbuf_puts(t->sb, is_ah ? "PROTO=AH " : "PROTO=ESP ");
	if (is_fragment)
		return;
	if (has(t, at, is_ah ? 12 : 8))
		strbuf_printf(t->sb, "SPI=0x%x ",
			      get_be32(t->p->ip + at + (is_ah ? 4 : 0)));
	else
		put_incomplete(t, at);
}

/* IPv4. */

static bool put_rest_ipv4(const struct telling *t);

/* Bytes that an ICMP message of a type should have; 0: not known. */
static uint32_t
icmp_size(uint8_t type)
{
	switch (type) {
	case ICMP_ECHOREPLY:
	case ICMP_ECHO:
		return 4;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return 28;
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMPREPLY:
		return 20;
	case ICMP_ADDRESS:
	case ICMP_ADDRESSREPLY:
		return 12;
	}
	return 0;
}

static void
put_icmp_error(const struct telling *t, uint32_t at)
{
	const uint8_t *h = t->p->ip + at;
	struct telling quoted = *t;

	if (!t->begin) {	/* a packet in the packet, no deeper */
		quoted.begin = at + 8;
		strbuf_putc(t->sb, '[');
		put_rest_ipv4(&quoted);
		strbuf_puts(t->sb, "] ");
	}
	if (h[0] == ICMP_DEST_UNREACH && h[1] == ICMP_FRAG_NEEDED)
		strbuf_printf(t->sb, "MTU=%u ", get_be16(h + 6));
}

static void
put_icmp(const struct telling *t, uint32_t at, bool is_fragment)
{
	const uint8_t *h = t->p->ip + at;

	strbuf_puts(t->sb, "PROTO=ICMP ");
	if (is_fragment)
		return;
	if (!has(t, at, 8)) {
		put_incomplete(t, at);
		return;
	}
	strbuf_printf(t->sb, "TYPE=%u CODE=%u ", h[0], h[1]);
	if (left(t, at) < icmp_size(h[0])) {
		put_incomplete(t, at);
		return;
	}
	switch (h[0]) {
	case ICMP_ECHOREPLY:
	case ICMP_ECHO:
		strbuf_printf(t->sb, "ID=%u SEQ=%u ", get_be16(h + 4),
			      get_be16(h + 6));
		break;
	case ICMP_PARAMETERPROB:
		strbuf_printf(t->sb, "PARAMETER=%u ", h[4]);
		break;
	case ICMP_REDIRECT:
		strbuf_puts(t->sb, "GATEWAY=");
		put_ipv4(t->sb, h + 4);
		put_icmp_error(t, at);
		break;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_TIME_EXCEEDED:
		put_icmp_error(t, at);
		break;
	}
}

/* => Does the line go on? */
static bool
put_payload_ipv4(const struct telling *t, uint32_t at, uint8_t protocol,
		 bool is_fragment)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return put_tcp(t, at, is_fragment);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return put_udp(t, at, protocol, is_fragment);
	case IPPROTO_ICMP:
		put_icmp(t, at, is_fragment);
		return true;
	case IPPROTO_AH:
	case IPPROTO_ESP:
		put_ipsec(t, at, protocol, is_fragment);
		return true;
	}
	strbuf_printf(t->sb, "PROTO=%u ", protocol);
	return true;
}

static bool
put_header_ipv4(const struct telling *t)
{
	const uint8_t *h = t->p->ip + t->begin;
	uint32_t size;
	uint16_t fragment;

	if (!has(t, t->begin, 20)) {
		strbuf_puts(t->sb, "TRUNCATED");
		return false;
	}
	fragment = get_be16(h + 6);
	strbuf_puts(t->sb, "SRC=");
	put_ipv4(t->sb, h + 12);
	strbuf_puts(t->sb, "DST=");
	put_ipv4(t->sb, h + 16);
	strbuf_printf(t->sb, "LEN=%u TOS=0x%02X PREC=0x%02X TTL=%u ID=%u ",
		      get_be16(h + 2), h[1] & 0x1eu, h[1] & 0xe0u, h[8],
		      get_be16(h + 4));
	if (fragment & 0x8000)
		strbuf_puts(t->sb, "CE ");
	if (fragment & 0x4000)
		strbuf_puts(t->sb, "DF ");
	if (fragment & 0x2000)
		strbuf_puts(t->sb, "MF ");
	if (fragment & 0x1fff)
		strbuf_printf(t->sb, "FRAG:%u ", fragment & 0x1fffu);
	size = (h[0] & 15u) * 4;
	if (!(t->flags & NF_LOG_IPOPT) || size <= 20)
		return true;
	if (!has(t, t->begin, size)) {
		strbuf_puts(t->sb, "TRUNCATED");
		return false;
	}
	put_hex(t->sb, h + 20, size - 20);
	return true;
}

/* => Does the line go on? */
static bool
put_rest_ipv4(const struct telling *t)
{
	const uint8_t *h = t->p->ip + t->begin;

	return put_header_ipv4(t) &&
	       put_payload_ipv4(t, t->begin + (h[0] & 15u) * 4, h[9],
				get_be16(h + 6) & 0x1fff);
}

/* IPv6. */

static bool put_rest_ipv6(const struct telling *t);

static void
put_icmpv6_error(const struct telling *t, uint32_t at)
{
	const uint8_t *h = t->p->ip + at;
	struct telling quoted = *t;

	if (!t->begin) {
		quoted.begin = at + 8;
		strbuf_putc(t->sb, '[');
		put_rest_ipv6(&quoted);
		strbuf_puts(t->sb, "] ");
	}
	if (h[0] == ICMP6_PACKET_TOO_BIG)
		strbuf_printf(t->sb, "MTU=%u ", get_be32(h + 4));
}

static bool
put_icmpv6(const struct telling *t, uint32_t at, bool is_fragment)
{
	const uint8_t *h = t->p->ip + at;

	strbuf_puts(t->sb, "PROTO=ICMPv6 ");
	if (is_fragment)
		return true;
	if (!has(t, at, 8)) {
		put_incomplete(t, at);
		return false;
	}
	strbuf_printf(t->sb, "TYPE=%u CODE=%u ", h[0], h[1]);
	switch (h[0]) {
	case ICMP6_ECHO_REQUEST:
	case ICMP6_ECHO_REPLY:
		strbuf_printf(t->sb, "ID=%u SEQ=%u ", get_be16(h + 4),
			      get_be16(h + 6));
		break;
	case ICMP6_PARAM_PROB:
		strbuf_printf(t->sb, "POINTER=%08x ", get_be32(h + 4));
		put_icmpv6_error(t, at);
		break;
	case ICMP6_DST_UNREACH:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
		put_icmpv6_error(t, at);
		break;
	}
	return true;
}

static bool
put_payload_ipv6(const struct telling *t, uint32_t at, uint8_t protocol,
		 bool is_fragment)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return put_tcp(t, at, is_fragment);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return put_udp(t, at, protocol, is_fragment);
	case IPPROTO_ICMPV6:
		return put_icmpv6(t, at, is_fragment);
	}
	strbuf_printf(t->sb, "PROTO=%u ", protocol);
	return true;
}

/* Where a walk along the extension headers is. */
struct walk {
	uint32_t at;
	uint8_t next;
	bool is_fragment;	/* what follows is not in this packet */
};

static bool
put_fragment(const struct telling *t, struct walk *walk)
{
	const uint8_t *h = t->p->ip + walk->at;

	strbuf_puts(t->sb, "FRAG:");
	if (!has(t, walk->at, 8)) {
		strbuf_puts(t->sb, "TRUNCATED ");
		return false;
	}
	strbuf_printf(t->sb, "%u ", get_be16(h + 2) & 0xfff8u);
	if (h[3] & 1)
		strbuf_puts(t->sb, "INCOMPLETE ");
	strbuf_printf(t->sb, "ID:%08x ", get_be32(h + 4));
	if (get_be16(h + 2) & 0xfff8)
		walk->is_fragment = true;
	return true;
}

/* AH and ESP have a name and an index when options are told. */
static bool
put_ipsec_ipv6(const struct telling *t, const struct walk *walk)
{
	bool is_ah = walk->next == IPPROTO_AH;

	if (!(t->flags & NF_LOG_IPOPT))
		return true;
	strbuf_puts(t->sb, is_ah ? "AH " : "ESP ");
	if (walk->is_fragment) {
		strbuf_putc(t->sb, ')');
		return false;
	}
	if (!has(t, walk->at, is_ah ? 12 : 8)) {
		put_incomplete(t, walk->at);
		strbuf_putc(t->sb, ')');
		return false;
	}
	strbuf_printf(t->sb, is_ah ? "SPI=0x%x " : "SPI=0x%x )",
		      get_be32(t->p->ip + walk->at + (is_ah ? 4 : 0)));
	return true;
}

/* => Does the line go on? */
static bool
put_extension(const struct telling *t, struct walk *walk)
{
	const uint8_t *h = t->p->ip + walk->at;
	uint32_t size = 0;

	if (!has(t, walk->at, 2)) {
		strbuf_puts(t->sb, "TRUNCATED");
		return false;
	}
	if (t->flags & NF_LOG_IPOPT)
		strbuf_puts(t->sb, "OPT ( ");
	switch (walk->next) {
	case IPPROTO_FRAGMENT:
		if (!put_fragment(t, walk))
			return false;
		size = 8;
		break;
	case IPPROTO_AH:
		if (!put_ipsec_ipv6(t, walk))
			return false;
		size = (h[1] + 2u) * 4;
		break;
	case IPPROTO_ESP:
		put_ipsec_ipv6(t, walk);
		return false;
	default:
		if (walk->is_fragment) {
			if (t->flags & NF_LOG_IPOPT)
				strbuf_putc(t->sb, ')');
			return false;
		}
		size = (h[1] + 1u) * 8;
	}
	if (t->flags & NF_LOG_IPOPT)
		strbuf_puts(t->sb, ") ");
	walk->next = h[0];
	walk->at += size;
	return true;
}

static bool
is_extension(uint8_t next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
	       next == IPPROTO_FRAGMENT || next == IPPROTO_ESP ||
	       next == IPPROTO_AH || next == IPPROTO_DSTOPTS;
}

static bool
put_rest_ipv6(const struct telling *t)
{
	const uint8_t *h = t->p->ip + t->begin;
	struct walk walk = { .at = t->begin + 40 };

	if (!has(t, t->begin, 40)) {
		strbuf_puts(t->sb, "TRUNCATED");
		return false;
	}
	strbuf_puts(t->sb, "SRC=");
	put_ipv6(t->sb, h + 8);
	strbuf_puts(t->sb, "DST=");
	put_ipv6(t->sb, h + 24);
	strbuf_printf(t->sb, "LEN=%u TC=%u HOPLIMIT=%u FLOWLBL=%u ",
		      get_be16(h + 4) + 40u, get_be32(h) >> 20 & 0xff, h[7],
		      get_be32(h) & 0xfffff);
	for (walk.next = h[6]; is_extension(walk.next);) {
		if (!put_extension(t, &walk))
			return false;
	}
	return put_payload_ipv6(t, walk.at, walk.next, walk.is_fragment);
}

/* What comes before the packet. */

static void
put_link(const struct nft_log_record *record, struct strbuf *sb)
{
	const struct path *path = record->ev->path;
	const uint8_t *l2 = path->l2;

	if (record->flags & NF_LOG_MACDECODE &&
	    path->in->pub.type == ARPHRD_ETHER) {
		if (!l2 || path->l2_len < 14)
			return;
		strbuf_puts(sb, "MACSRC=");
		put_mac(sb, l2 + 6, 6);
		strbuf_puts(sb, " MACDST=");
		put_mac(sb, l2, 6);
		strbuf_printf(sb, " MACPROTO=%04x ", get_be16(l2 + 12));
		return;
	}
	strbuf_puts(sb, "MAC=");
	if (l2)
		put_mac(sb, l2, path->l2_len);
	strbuf_putc(sb, ' ');
}

void
nft_log_text(const struct nft_log_record *record, struct strbuf *sb)
{
	const struct path *path = record->ev->path;
	struct telling t = {
		.sb = sb,
		.p = path->p,
		.flags = record->flags,
	};

	strbuf_printf(sb, "%sIN=%s OUT=%s ", record->prefix,
		      path->in ? path->in->pub.name : "",
		      path->out ? path->out->pub.name : "");
	if (path->in)
		put_link(record, sb);
	if ((path->p->family == CLEW_IPV4 ? put_rest_ipv4(&t) :
					    put_rest_ipv6(&t)) &&
	    path_mark(path))
		strbuf_printf(sb, "MARK=0x%x ", path_mark(path));
}
