/* SPDX-License-Identifier: BSD-2-Clause
 * cli/layers.c - the headers of a packet, field by field.
 *
 * Every header is looked at only as far as its bytes are there, and no more
 * of them than LAYERS_MOST: what an ICMP error quotes is one of them. */
#include "cli/layers.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "clew/text.h"

enum {
	IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, UDP_HEADER = 8,
	ICMP_HEADER = 8, SCTP_HEADER = 12, GRE_HEADER = 4,
	NEXT_HOP = 0, NEXT_ROUTING = 43, NEXT_FRAGMENT = 44, NEXT_DEST = 60,
};

struct reader {
	struct layers *layers;
	struct layer *now;
};

static void field(struct reader *r, const char *name, const char *label,
		  bool is_number, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void
field(struct reader *r, const char *name, const char *label, bool is_number,
      const char *format, ...)
{
	struct layer_field *f;
	va_list args;

	if (r->now == NULL || r->now->fields == LAYER_FIELDS_MOST)
		return;
	f = &r->now->field[r->now->fields++];
	f->name = name;
	f->label = label;
	f->is_number = is_number;
	va_start(args, format);
	vsnprintf(f->value, sizeof(f->value), format, args);
	va_end(args);
}

static void
number(struct reader *r, const char *name, const char *label, uint64_t n)
{
	field(r, name, label, true, "%" PRIu64, n);
}

static void
text(struct reader *r, const char *name, const char *label, const char *value)
{
	field(r, name, label, false, "%s", value);
}

static bool
begin(struct reader *r, const char *name)
{
	r->now = NULL;
	if (r->layers->count == LAYERS_MOST)
		return false;
	r->now = &r->layers->layer[r->layers->count++];
	r->now->name = name;
	r->now->fields = 0;
	return true;
}

static void
put_address(struct reader *r, const char *name, const char *label, int family,
	    const uint8_t *addr)
{
	char words[INET6_ADDRSTRLEN];

	text(r, name, label, inet_ntop(family, addr, words, sizeof(words)) ?
	     words : "?");
}

static void
put_mac(struct reader *r, const char *name, const char *label,
	const uint8_t *a)
{
	field(r, name, label, false, "%02x:%02x:%02x:%02x:%02x:%02x", a[0],
	      a[1], a[2], a[3], a[4], a[5]);
}

static void
read_link(struct reader *r, const uint8_t *l2, size_t len)
{
	size_t at = 12;

	if (l2 == NULL || len < 14 || !begin(r, "ethernet"))
		return;
	put_mac(r, "src", "", l2 + 6);
	put_mac(r, "dst", ">", l2);
	for (; at + 6 <= len && (get_be16(l2 + at) == 0x8100 ||
				 get_be16(l2 + at) == 0x88a8); at += 4)
		number(r, "vlan", "vlan", get_be16(l2 + at + 2) & 0xfff);
	if (at + 2 <= len)
		field(r, "type", "type", false, "0x%04x", get_be16(l2 + at));
}

/* "SYN ACK" */
static void
put_flags(struct reader *r, uint8_t flags)
{
	static const char *const names[8] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
	};
	char words[40] = "";

	for (int i = 0; i < 8; i++) {
		if (!(flags >> i & 1))
			continue;
		if (words[0] != '\0')
			strcat(words, " ");
		strcat(words, names[i]);
	}
	text(r, "flags", "", words[0] != '\0' ? words : "no flags");
}

static void
put_sack(struct reader *r, const uint8_t *body, size_t size)
{
	char words[LAYER_VALUE_SIZE];
	size_t used = 0;

	for (size_t i = 0; i + 8 <= size && used < sizeof(words); i += 8)
		used += (size_t)snprintf(words + used, sizeof(words) - used,
					 "%s%u-%u", i ? "," : "",
					 get_be32(body + i),
					 get_be32(body + i + 4));
	if (used > 0)
		text(r, "sack", "sack", words);
}

static void
read_tcp_options(struct reader *r, const uint8_t *o, size_t size)
{
	for (size_t at = 0; at < size && o[at] != 0;) {
		size_t len = at + 1 < size ? o[at + 1] : 0;

		if (o[at] == 1) {
			at++;
			continue;
		}
		if (len < 2 || at + len > size) {
			text(r, "options", "", "broken options");
			return;
		}
		if (o[at] == 2 && len == 4)
			number(r, "mss", "mss", get_be16(o + at + 2));
		else if (o[at] == 3 && len == 3)
			number(r, "scale", "scale", o[at + 2]);
		else if (o[at] == 4)
			text(r, "sack_permitted", "", "sack permitted");
		else if (o[at] == 5)
			put_sack(r, o + at + 2, len - 2);
		else if (o[at] == 8 && len == 10)
			number(r, "timestamp", "ts", get_be32(o + at + 2));
		at += len;
	}
}

static void
read_tcp(struct reader *r, const uint8_t *h, size_t have, size_t len)
{
	size_t header;

	if (have < TCP_HEADER)
		return;
	header = (h[12] >> 4) * 4u;
	number(r, "sport", "", get_be16(h));
	number(r, "dport", ">", get_be16(h + 2));
	put_flags(r, h[13]);
	number(r, "seq", "seq", get_be32(h + 4));
	if (h[13] & 16)
		number(r, "ack", "ack", get_be32(h + 8));
	number(r, "window", "win", get_be16(h + 14));
	if (header >= TCP_HEADER && header <= have)
		read_tcp_options(r, h + TCP_HEADER, header - TCP_HEADER);
	if (header <= len)
		number(r, "data", "data", len - header);
}

static const char *
chunk_name(uint8_t type)
{
	static const char *const names[] = {
		"DATA", "INIT", "INIT ACK", "SACK", "HEARTBEAT",
		"HEARTBEAT ACK", "ABORT", "SHUTDOWN", "SHUTDOWN ACK", "ERROR",
		"COOKIE ECHO", "COOKIE ACK", "ECNE", "CWR",
		"SHUTDOWN COMPLETE",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "?";
}

static void
read_sctp(struct reader *r, const uint8_t *h, size_t have)
{
	if (have < SCTP_HEADER)
		return;
	number(r, "sport", "", get_be16(h));
	number(r, "dport", ">", get_be16(h + 2));
	field(r, "vtag", "vtag", false, "0x%08x", get_be32(h + 4));
	for (size_t at = SCTP_HEADER; at + 4 <= have;) {
		size_t size = get_be16(h + at + 2);

		text(r, "chunk", "", chunk_name(h[at]));
		if (size < 4)
			break;
		at += (size + 3) & ~(size_t)3;
	}
}

static void read_ip(struct reader *r, const uint8_t *data, size_t have,
		    size_t len);

static void
read_icmp(struct reader *r, const uint8_t *h, size_t have, bool is_ipv6)
{
	bool is_error = is_ipv6 ? h[0] < 128 :
			h[0] == 3 || h[0] == 4 || h[0] == 5 || h[0] == 11 ||
			h[0] == 12;

	if (have < ICMP_HEADER)
		return;
	number(r, "icmp_type", "type", h[0]);
	number(r, "icmp_code", "code", h[1]);
	if (!is_error) {
		number(r, "icmp_id", "id", get_be16(h + 4));
		number(r, "icmp_seq", "seq", get_be16(h + 6));
		return;
	}
	text(r, "quotes", "", "quotes:");
	read_ip(r, h + ICMP_HEADER, have - ICMP_HEADER, have - ICMP_HEADER);
}

static void
read_transport(struct reader *r, uint8_t protocol, const uint8_t *h,
	       size_t have, size_t len)
{
	if (!begin(r, clew_protocol_name(protocol)))
		return;
	switch (protocol) {
	case IPPROTO_TCP:
		read_tcp(r, h, have, len);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (have < UDP_HEADER)
			break;
		number(r, "sport", "", get_be16(h));
		number(r, "dport", ">", get_be16(h + 2));
		number(r, "length", "length", get_be16(h + 4));
		break;
	case IPPROTO_SCTP:
		read_sctp(r, h, have);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (have > 0)
			read_icmp(r, h, have, protocol == IPPROTO_ICMPV6);
		break;
	default:
		number(r, "protocol", "protocol", protocol);
		break;
	}
}

static void
read_ipv4(struct reader *r, const uint8_t *h, size_t have, size_t len)
{
	uint16_t frag = get_be16(h + 6);
	size_t header = (h[0] & 15u) * 4, total = get_be16(h + 2);

	put_address(r, "src", "", AF_INET, h + 12);
	put_address(r, "dst", ">", AF_INET, h + 16);
	number(r, "ttl", "ttl", h[8]);
	number(r, "id", "id", get_be16(h + 4));
	if (h[1] != 0)
		field(r, "tos", "tos", false, "0x%02x", h[1]);
	if (frag & 0x4000)
		text(r, "df", "", "DF");
	if (frag & 0x3fff)
		number(r, "fragment_offset", "fragment at",
		       (frag & 0x1fff) * 8u);
	if (frag & 0x2000)
		text(r, "mf", "", "more fragments");
	number(r, "length", "length", total);
	if (header < IPV4_HEADER || header > have || frag & 0x1fff)
		return;
	if (total >= header && total < len)
		len = total;
	read_transport(r, h[9], h + header, (have < len ? have : len) -
		       header, len - header);
}

static void
read_ipv6(struct reader *r, const uint8_t *h, size_t have, size_t len)
{
	uint8_t next = h[6];
	size_t at = IPV6_HEADER, offset = 0;

	put_address(r, "src", "", AF_INET6, h + 8);
	put_address(r, "dst", ">", AF_INET6, h + 24);
	number(r, "hop_limit", "hop limit", h[7]);
	number(r, "length", "payload", get_be16(h + 4));
	while (at + 8 <= have && offset == 0 &&
	       (next == NEXT_HOP || next == NEXT_ROUTING ||
		next == NEXT_FRAGMENT || next == NEXT_DEST)) {
		size_t size = (h[at + 1] + 1u) * 8;

		if (next == NEXT_FRAGMENT) {
			size = 8;
			offset = get_be16(h + at + 2) & 0xfff8;
			number(r, "fragment_offset", "fragment at", offset);
			if (h[at + 3] & 1)
				text(r, "mf", "", "more fragments");
		}
		next = h[at];
		at += size;
	}
	if (at <= have && at <= len && offset == 0)
		read_transport(r, next, h + at, have - at, len - at);
}

static void
read_ip(struct reader *r, const uint8_t *data, size_t have, size_t len)
{
	if (have >= IPV4_HEADER && data[0] >> 4 == 4) {
		if (begin(r, "ipv4"))
			read_ipv4(r, data, have, len);
	} else if (have >= IPV6_HEADER && data[0] >> 4 == 6) {
		if (begin(r, "ipv6"))
			read_ipv6(r, data, have, len);
	}
}

void
layers_read(struct layers *layers, const uint8_t *l2, size_t l2_len,
	    const uint8_t *data, size_t have, size_t len)
{
	struct reader r = { .layers = layers };

	layers->count = 0;
	read_link(&r, l2, l2_len);
	read_ip(&r, data, have, len);
	if (have < len && begin(&r, "capture"))
		field(&r, "cut", "", false, "%zu bytes of %zu captured", have,
		      len);
}
