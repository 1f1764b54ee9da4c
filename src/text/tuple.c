/* SPDX-License-Identifier: BSD-2-Clause
 * text/tuple.c - one direction of a connection in words.
 *
 * The part behind the addresses is the protocol's: ports, ICMP's type, code
 * and id, GRE's keys in hexadecimal, or nothing. */
#include <arpa/inet.h>

#include "base/number.h"
#include "text/parts.h"

static char *
put_ports(char *p, const struct clew_tuple *t)
{
	TEXT_PUT(p, " sport=");
	p = number_put_u64(p, ntohs(t->part.port.sport_be));
	TEXT_PUT(p, " dport=");
	return number_put_u64(p, ntohs(t->part.port.dport_be));
}

static char *
put_icmp(char *p, const struct clew_tuple *t)
{
	TEXT_PUT(p, " type=");
	p = number_put_u64(p, t->part.icmp.type);
	TEXT_PUT(p, " code=");
	p = number_put_u64(p, t->part.icmp.code);
	TEXT_PUT(p, " id=");
	return number_put_u64(p, ntohs(t->part.icmp.id_be));
}

static char *
put_keys(char *p, const struct clew_tuple *t)
{
	TEXT_PUT(p, " srckey=0x");
	p = number_put_hex(p, ntohs(t->part.gre.src_key_be));
	TEXT_PUT(p, " dstkey=0x");
	return number_put_hex(p, ntohs(t->part.gre.dst_key_be));
}

char *
text_put_tuple(char *p, const struct clew_tuple *t)
{
	TEXT_PUT(p, "src=");
	p = number_put_addr(p, t->family, &t->src);
	TEXT_PUT(p, " dst=");
	p = number_put_addr(p, t->family, &t->dst);
	switch (text_part(t->protocol)) {
	case TEXT_PART_PORTS:
		return put_ports(p, t);
	case TEXT_PART_ICMP:
		return put_icmp(p, t);
	case TEXT_PART_KEYS:
		return put_keys(p, t);
	case TEXT_PART_NONE:
		break;
	}
	return p;
}

size_t
clew_text_tuple(char *buf, size_t size, const struct clew_tuple *t)
{
	char text[TEXT_TUPLE_MAX];
	struct strbuf sb;

	strbuf_init(&sb, buf, size);
	strbuf_put(&sb, text, (size_t)(text_put_tuple(text, t) - text));
	return sb.len;
}
