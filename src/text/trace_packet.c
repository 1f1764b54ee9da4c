/* SPDX-License-Identifier: BSD-2-Clause
 * text/trace_packet.c - the headers of a traced packet in nft's words.
 *
 * Linux sends a listener at most 40 bytes of network header and 20 of
 * transport header, and nft 1.0.6 writes out every field of them for which
 * it has a name, in an order of its own; checksums and sequence numbers are
 * not among them.  What it has no name for follows as one number, written
 * "@th,OFFSET,BITS".  Some of what it says is odd (an echo request's code is
 * "net-unreachable"); it is said here just the same, so that a trace may be
 * compared with one of Linux, word by word. */
#include <netinet/in.h>

#include "base/bytes.h"
#include "base/number.h"
#include "text/parts.h"
#include "text/trace.h"

enum { NETWORK_MOST = 40, TRANSPORT_MOST = 20 };
enum { ETHER = 14, TAG = 4, TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd };
enum { FAMILY_INET = 1, FAMILY_IPV4 = 2, FAMILY_NETDEV = 5, FAMILY_BRIDGE = 7,
       FAMILY_IPV6 = 10 };

struct symbol {
	uint8_t value;
	const char *name;
};

/* What a field's number is written as. */
enum field_kind {
	FIELD_NUMBER,
	FIELD_HEX,
	FIELD_FLAGS,		/* of TCP: one by name, several by number */
	FIELD_SYMBOL,
	FIELD_PROTOCOL,
};

struct field {
	const char *words;
	uint8_t at;		/* bytes from the header's begin */
	uint8_t size;
	uint8_t kind;		/* enum field_kind */
	const struct symbol *symbols;
};

struct transport {
	uint8_t protocol;
	uint8_t named;		/* bytes that its fields account for */
	const struct field *fields;
};

static const struct symbol dscp_names[] = {
	{ 0x00, "cs0" }, { 0x08, "cs1" }, { 0x10, "cs2" }, { 0x18, "cs3" },
	{ 0x20, "cs4" }, { 0x28, "cs5" }, { 0x30, "cs6" }, { 0x38, "cs7" },
	{ 0x01, "lephb" },
	{ 0x0a, "af11" }, { 0x0c, "af12" }, { 0x0e, "af13" },
	{ 0x12, "af21" }, { 0x14, "af22" }, { 0x16, "af23" },
	{ 0x1a, "af31" }, { 0x1c, "af32" }, { 0x1e, "af33" },
	{ 0x22, "af41" }, { 0x24, "af42" }, { 0x26, "af43" },
	{ 0x2c, "va" }, { 0x2e, "ef" },
	{ 0, NULL },
};

static const char *const ecn_names[] = { "not-ect", "ect1", "ect0", "ce" };

/* The names of /etc/protocols that nft finds on Debian; those with a letter
 * case or an alias of their own are in neither nft's nor these. */
static const struct symbol protocol_names[] = {
	{ 0, "ip" }, { 1, "icmp" }, { 2, "igmp" }, { 3, "ggp" },
	{ 4, "ipencap" }, { 5, "st" }, { 6, "tcp" }, { 8, "egp" },
	{ 9, "igp" }, { 12, "pup" }, { 17, "udp" }, { 20, "hmp" },
	{ 22, "xns-idp" }, { 27, "rdp" }, { 29, "iso-tp4" }, { 33, "dccp" },
	{ 36, "xtp" }, { 37, "ddp" }, { 38, "idpr-cmtp" }, { 41, "ipv6" },
	{ 43, "ipv6-route" }, { 44, "ipv6-frag" }, { 45, "idrp" },
	{ 46, "rsvp" }, { 47, "gre" }, { 50, "esp" }, { 51, "ah" },
	{ 57, "skip" }, { 58, "ipv6-icmp" }, { 59, "ipv6-nonxt" },
	{ 60, "ipv6-opts" }, { 73, "rspf" }, { 81, "vmtp" }, { 88, "eigrp" },
	{ 89, "ospf" }, { 93, "ax.25" }, { 94, "ipip" }, { 97, "etherip" },
	{ 98, "encap" }, { 103, "pim" }, { 108, "ipcomp" }, { 112, "vrrp" },
	{ 115, "l2tp" }, { 124, "isis" }, { 132, "sctp" }, { 133, "fc" },
	{ 135, "mobility-header" }, { 136, "udplite" },
	{ 137, "mpls-in-ip" }, { 138, "manet" }, { 139, "hip" },
	{ 140, "shim6" }, { 141, "wesp" }, { 142, "rohc" },
	{ 143, "ethernet" },
	{ 0, NULL },
};

static const struct symbol flag_names[] = {
	{ 0x01, "fin" }, { 0x02, "syn" }, { 0x04, "rst" }, { 0x08, "psh" },
	{ 0x10, "ack" }, { 0x20, "urg" }, { 0x40, "ecn" }, { 0x80, "cwr" },
	{ 0, NULL },
};

static const struct symbol icmp_types[] = {
	{ 0, "echo-reply" }, { 3, "destination-unreachable" },
	{ 4, "source-quench" }, { 5, "redirect" }, { 8, "echo-request" },
	{ 9, "router-advertisement" }, { 10, "router-solicitation" },
	{ 11, "time-exceeded" }, { 12, "parameter-problem" },
	{ 13, "timestamp-request" }, { 14, "timestamp-reply" },
	{ 15, "info-request" }, { 16, "info-reply" },
	{ 17, "address-mask-request" }, { 18, "address-mask-reply" },
	{ 0, NULL },
};

static const struct symbol icmp_codes[] = {
	{ 0, "net-unreachable" }, { 1, "host-unreachable" },
	{ 2, "prot-unreachable" }, { 3, "port-unreachable" },
	{ 4, "frag-needed" }, { 9, "net-prohibited" },
	{ 10, "host-prohibited" }, { 13, "admin-prohibited" },
	{ 0, NULL },
};

static const struct symbol icmpv6_types[] = {
	{ 1, "destination-unreachable" }, { 2, "packet-too-big" },
	{ 3, "time-exceeded" }, { 4, "parameter-problem" },
	{ 128, "echo-request" }, { 129, "echo-reply" },
	{ 130, "mld-listener-query" }, { 131, "mld-listener-report" },
	{ 132, "mld-listener-done" }, { 133, "nd-router-solicit" },
	{ 134, "nd-router-advert" }, { 135, "nd-neighbor-solicit" },
	{ 136, "nd-neighbor-advert" }, { 137, "nd-redirect" },
	{ 138, "router-renumbering" }, { 141, "ind-neighbor-solicit" },
	{ 142, "ind-neighbor-advert" }, { 143, "mld2-listener-report" },
	{ 0, NULL },
};

static const struct symbol icmpv6_codes[] = {
	{ 0, "no-route" }, { 1, "admin-prohibited" },
	{ 3, "addr-unreachable" }, { 4, "port-unreachable" },
	{ 5, "policy-fail" }, { 6, "reject-route" },
	{ 0, NULL },
};

static const struct symbol igmp_types[] = {
	{ 0x11, "membership-query" }, { 0x12, "membership-report-v1" },
	{ 0x16, "membership-report-v2" }, { 0x17, "leave-group" },
	{ 0x22, "membership-report-v3" },
	{ 0, NULL },
};

static const struct field tcp_fields[] = {
	{ "tcp sport", 0, 2, FIELD_NUMBER, NULL },
	{ "tcp dport", 2, 2, FIELD_NUMBER, NULL },
	{ "tcp flags ==", 13, 1, FIELD_FLAGS, flag_names },
	{ "tcp window", 14, 2, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field udp_fields[] = {
	{ "udp sport", 0, 2, FIELD_NUMBER, NULL },
	{ "udp dport", 2, 2, FIELD_NUMBER, NULL },
	{ "udp length", 4, 2, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field udplite_fields[] = {
	{ "udplite sport", 0, 2, FIELD_NUMBER, NULL },
	{ "udplite dport", 2, 2, FIELD_NUMBER, NULL },
	{ "udplite csumcov", 4, 2, FIELD_NUMBER, NULL },
	{ "udplite checksum", 6, 2, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field dccp_fields[] = {
	{ "dccp sport", 0, 2, FIELD_NUMBER, NULL },
	{ "dccp dport", 2, 2, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field sctp_fields[] = {
	{ "sctp sport", 0, 2, FIELD_NUMBER, NULL },
	{ "sctp dport", 2, 2, FIELD_NUMBER, NULL },
	{ "sctp vtag", 4, 4, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field icmp_fields[] = {
	{ "icmp type", 0, 1, FIELD_SYMBOL, icmp_types },
	{ "icmp code", 1, 1, FIELD_SYMBOL, icmp_codes },
	{ "icmp id", 4, 2, FIELD_NUMBER, NULL },
	{ "icmp sequence", 6, 2, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field icmpv6_fields[] = {
	{ "icmpv6 type", 0, 1, FIELD_SYMBOL, icmpv6_types },
	{ "icmpv6 code", 1, 1, FIELD_SYMBOL, icmpv6_codes },
	{ "icmpv6 parameter-problem", 4, 4, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field igmp_fields[] = {
	{ "igmp type", 0, 1, FIELD_SYMBOL, igmp_types },
	{ "igmp mrt", 1, 1, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field esp_fields[] = {
	{ "esp spi", 0, 4, FIELD_NUMBER, NULL },
	{ "esp sequence", 4, 4, FIELD_NUMBER, NULL },
	{ 0 },
};

static const struct field comp_fields[] = {
	{ "comp nexthdr", 0, 1, FIELD_PROTOCOL, NULL },
	{ "comp flags", 1, 1, FIELD_HEX, NULL },
	{ "comp cpi", 2, 2, FIELD_NUMBER, NULL },
	{ 0 },
};

/* An authentication header is not among them: nft 1.0.6 has words for it,
 * but does not live to print them. */
static const struct transport transports[] = {
	{ IPPROTO_TCP,		20,	tcp_fields },
	{ IPPROTO_UDP,		8,	udp_fields },
	{ IPPROTO_UDPLITE,	8,	udplite_fields },
	{ IPPROTO_DCCP,		4,	dccp_fields },
	{ IPPROTO_SCTP,		12,	sctp_fields },
	{ IPPROTO_ICMP,		8,	icmp_fields },
	{ IPPROTO_ICMPV6,	8,	icmpv6_fields },
	{ IPPROTO_IGMP,		2,	igmp_fields },
	{ IPPROTO_ESP,		8,	esp_fields },
	{ IPPROTO_COMP,		4,	comp_fields },
};

static const char *
symbol_name(const struct symbol *symbol, uint32_t value)
{
	for (; symbol->name != NULL; symbol++) {
		if (symbol->value == value)
			return symbol->name;
	}
	return NULL;
}

static void
put_number(struct strbuf *sb, const char *words, uint64_t n)
{
	strbuf_puts(sb, words);
	strbuf_putc(sb, ' ');
	strbuf_put_u64(sb, n);
	strbuf_putc(sb, ' ');
}

static void
put_address(struct strbuf *sb, const char *words, uint8_t family,
	    const uint8_t *addr)
{
	char text[NUMBER_IPV6_MAX];
	char *end = family == CLEW_IPV6 ? number_put_ipv6(text, addr) :
					  number_put_ipv4(text, addr);

	strbuf_puts(sb, words);
	strbuf_putc(sb, ' ');
	strbuf_put(sb, text, (size_t)(end - text));
	strbuf_putc(sb, ' ');
}

static void
put_mac(struct strbuf *sb, const char *words, const uint8_t *mac)
{
	strbuf_printf(sb, "%s %02x:%02x:%02x:%02x:%02x:%02x ", words, mac[0],
		      mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void
put_symbol(struct strbuf *sb, const char *words, const struct symbol *symbols,
	   uint32_t value)
{
	const char *name = symbol_name(symbols, value);

	if (name != NULL)
		strbuf_printf(sb, "%s %s ", words, name);
	else
		put_number(sb, words, value);
}

/* "@th,64,40 0x68656c6c6f": 'size' bytes from 'at' on that have no name; a
 * number has no zeros before it. */
static void
put_rest(struct strbuf *sb, const char *base, uint32_t at, const uint8_t *data,
	 uint32_t size)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t i = 0;

	strbuf_printf(sb, "@%s,%u,%u 0x", base, at * 8, size * 8);
	while (i < 2 * size - 1 && (data[i / 2] >> (i & 1 ? 0 : 4) & 15) == 0)
		i++;
	for (; i < 2 * size; i++)
		strbuf_putc(sb, digits[data[i / 2] >> (i & 1 ? 0 : 4) & 15]);
	strbuf_putc(sb, ' ');
}

static void
put_field(struct strbuf *sb, const struct field *field, uint32_t value)
{
	const char *name = NULL;

	switch ((enum field_kind)field->kind) {
	case FIELD_NUMBER:
		put_number(sb, field->words, value);
		return;
	case FIELD_SYMBOL:
		put_symbol(sb, field->words, field->symbols, value);
		return;
	case FIELD_PROTOCOL:
		put_symbol(sb, field->words, protocol_names, value);
		return;
	case FIELD_FLAGS:
		name = symbol_name(field->symbols, value);
		break;
	case FIELD_HEX:
		break;
	}
	if (name != NULL)
		strbuf_printf(sb, "%s %s ", field->words, name);
	else
		strbuf_printf(sb, "%s 0x%x ", field->words, value);
}

static const struct transport *
transport_lookup(uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (transports[i].protocol == protocol)
			return &transports[i];
	}
	return NULL;
}

/* A field that the packet ends in has what there is of it. */
static void
put_transport(struct strbuf *sb, uint8_t protocol, const uint8_t *data,
	      uint32_t size)
{
	const struct transport *t = transport_lookup(protocol);
	uint32_t named = t != NULL ? t->named : 0;

	if (size > TRANSPORT_MOST)
		size = TRANSPORT_MOST;
	for (const struct field *f = t != NULL ? t->fields : NULL;
	     f != NULL && f->words != NULL; f++) {
		uint32_t value = 0;

		if (f->at >= size)
			break;
		for (uint32_t i = f->at; i < f->at + f->size && i < size; i++)
			value = value << 8 | data[i];
		put_field(sb, f, value);
	}
	if (size > named)
		put_rest(sb, "th", named, data + named, size - named);
}

static void
put_traffic_class(struct strbuf *sb, const char *ip, uint8_t tos)
{
	const char *name = symbol_name(dscp_names, tos >> 2);

	if (name != NULL)
		strbuf_printf(sb, "%s dscp %s ", ip, name);
	else
		strbuf_printf(sb, "%s dscp 0x%02x ", ip, tos >> 2);
	strbuf_printf(sb, "%s ecn %s ", ip, ecn_names[tos & 3]);
}

static void
put_ipv4(struct strbuf *sb, const uint8_t *ip, uint32_t size, bool has_protocol)
{
	put_address(sb, "ip saddr", CLEW_IPV4, ip + 12);
	put_address(sb, "ip daddr", CLEW_IPV4, ip + 16);
	put_traffic_class(sb, "ip", ip[1]);
	put_number(sb, "ip ttl", ip[8]);
	put_number(sb, "ip id", get_be16(ip + 4));
	if (has_protocol)
		put_symbol(sb, "ip protocol", protocol_names, ip[9]);
	put_number(sb, "ip length", get_be16(ip + 2));
	if (size > 20)
		put_rest(sb, "nh", 20, ip + 20,
			 (size < NETWORK_MOST ? size : NETWORK_MOST) - 20);
}

static void
put_ipv6(struct strbuf *sb, const uint8_t *ip, bool has_protocol)
{
	put_address(sb, "ip6 saddr", CLEW_IPV6, ip + 8);
	put_address(sb, "ip6 daddr", CLEW_IPV6, ip + 24);
	put_traffic_class(sb, "ip6", (uint8_t)(get_be16(ip) >> 4));
	put_number(sb, "ip6 hoplimit", ip[7]);
	put_number(sb, "ip6 flowlabel", get_be32(ip) & 0xfffff);
	if (has_protocol)
		put_symbol(sb, "ip6 nexthdr", protocol_names, ip[6]);
	put_number(sb, "ip6 length", get_be16(ip + 4));
}

/* Extension headers up to the first that is none, or to a fragment header
 * of a later fragment: for those Linux takes offset 0. */
static bool
ipv6_transport(const uint8_t *ip, uint32_t len, uint32_t *at,
	       uint8_t *protocol)
{
	uint8_t next = ip[6];
	uint32_t here = 40;

	while (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
	       next == IPPROTO_DSTOPTS || next == IPPROTO_FRAGMENT ||
	       next == IPPROTO_AH) {
		uint8_t this = next;

		if (here + 8 > len)
			return false;
		next = ip[here];
		if (this == IPPROTO_FRAGMENT) {
			if (get_be16(ip + here + 2) & 0xfff8) {
				*at = 0;
				*protocol = next;
				return true;
			}
			here += 8;
		} else if (this == IPPROTO_AH) {
			here += (ip[here + 1] + 2u) * 4;
		} else {
			here += (ip[here + 1] + 1u) * 8;
		}
	}
	*at = here;
	*protocol = next;
	return here <= len;
}

bool
trace_transport(const uint8_t *data, uint32_t len, uint32_t *at,
		uint8_t *protocol)
{
	if (len >= 20 && data[0] >> 4 == 4) {
		*at = (data[0] & 15u) * 4;
		*protocol = data[9];
		return *at >= 20 && *at <= len;
	}
	if (len >= 40 && data[0] >> 4 == 6)
		return ipv6_transport(data, len, at, protocol);
	return false;
}

/* Is it an Ethernet header, perhaps with tags, that IP follows?  Other link
 * types' headers have no words. */
static bool
is_ethernet(const uint8_t *l2, uint32_t len, uint16_t type)
{
	if (l2 == NULL || len < ETHER || (len - ETHER) % TAG != 0)
		return false;
	for (uint32_t at = 12; at + 2 < len; at += TAG) {
		uint16_t tag = get_be16(l2 + at);

		if (tag != 0x8100 && tag != 0x88a8 && tag != 0x9100)
			return false;
	}
	return get_be16(l2 + len - 2) == type;
}

static void
put_link(struct strbuf *sb, const struct clew_trace *trace)
{
	const uint8_t *l2 = trace->l2;
	uint32_t tag;

	put_mac(sb, "ether saddr", l2 + 6);
	put_mac(sb, "ether daddr", l2);
	if (trace->l2_len == ETHER || (trace->rule.family != FAMILY_NETDEV &&
				       trace->rule.family != FAMILY_BRIDGE &&
				       trace->rule.hook != CLEW_HOOK_INGRESS))
		return;		/* the tag went with the VLAN's interface */
	tag = get_be16(l2 + ETHER);
	strbuf_printf(sb, "vlan pcp %u vlan dei %u vlan id %u ", tag >> 13,
		      tag >> 12 & 1, tag & 0xfff);
}

/* Bytes of the packet by its own length. */
static uint32_t
ip_size(const uint8_t *ip, uint32_t len)
{
	uint32_t size = len;

	if (len >= 20 && ip[0] >> 4 == 4)
		size = get_be16(ip + 2);
	else if (len >= 40 && ip[0] >> 4 == 6 && get_be16(ip + 4) != 0)
		size = get_be16(ip + 4) + 40u;
	return size < len ? size : len;
}

void
trace_put_headers(struct strbuf *sb, const struct clew_trace *trace)
{
	const uint8_t *ip = trace->data;
	uint32_t len = ip_size(ip, trace->len), at = 0;
	bool is_v6 = len >= 40 && ip[0] >> 4 == 6;
	uint8_t protocol = 0;
	bool has_transport, is_implied;

	if (is_ethernet(trace->l2, trace->l2_len,
			is_v6 ? TYPE_IPV6 : TYPE_IPV4))
		put_link(sb, trace);
	has_transport = trace_transport(ip, len, &at, &protocol);
	if (!is_v6 && !has_transport)
		return;
	if (!has_transport)
		at = len;
	/* In a table of one family, the transport header's own words say
	 * which protocol it is. */
	is_implied = (trace->rule.family == FAMILY_IPV4 ||
		      trace->rule.family == FAMILY_IPV6) && at < len &&
		     transport_lookup(is_v6 ? ip[6] : ip[9]) != NULL;
	if (!is_v6)
		put_ipv4(sb, ip, at, !is_implied);
	else if (at > 0)
		put_ipv6(sb, ip, !is_implied);
	else
		strbuf_puts(sb, "ether type ip6 ");
	/* nft goes by the header that IPv6's own names, not by the last */
	put_transport(sb, at == 0 ? 255 : is_v6 ? ip[6] : protocol, ip + at,
		      len - at);
}

bool
clew_tuple_read(struct clew_tuple *t, const uint8_t *data, uint32_t len)
{
	bool is_v6 = len >= 40 && data[0] >> 4 == 6;
	uint8_t protocol = 0;
	uint32_t at = 0;

	memset(t, 0, sizeof(*t));
	if (!trace_transport(data, len, &at, &protocol))
		return false;
	t->family = is_v6 ? CLEW_IPV6 : CLEW_IPV4;
	t->protocol = protocol;
	memcpy(&t->src, data + (is_v6 ? 8 : 12), is_v6 ? 16 : 4);
	memcpy(&t->dst, data + (is_v6 ? 24 : 16), is_v6 ? 16 : 4);
	if (at == 0 || (!is_v6 && get_be16(data + 6) & 0x1fff))
		return true;	/* a later fragment: no ports */
	switch (text_part(protocol)) {
	case TEXT_PART_PORTS:
		if (at + 4 <= len)
			memcpy(&t->part.port, data + at, 4);
		break;
	case TEXT_PART_ICMP:
		if (at + 2 <= len) {
			t->part.icmp.type = data[at];
			t->part.icmp.code = data[at + 1];
		}
		if (at + 6 <= len)
			memcpy(&t->part.icmp.id_be, data + at + 4, 2);
		break;
	case TEXT_PART_KEYS:
	case TEXT_PART_NONE:
		break;
	}
	return true;
}

void
trace_put_flow(struct strbuf *sb, const uint8_t *data, uint32_t len)
{
	char text[TEXT_TUPLE_MAX];
	struct clew_tuple t;

	if (data == NULL || !clew_tuple_read(&t, data, len))
		return;
	strbuf_put(sb, text, (size_t)(text_put_tuple(text, &t) - text));
	strbuf_putc(sb, ' ');
}
