/* SPDX-License-Identifier: BSD-2-Clause
 * nat/mangle.c - writing addresses, ports, ids and keys into packets.
 *
 * Checksums are carried forward by what changed (RFC 1624), so that a wrong
 * one stays wrong (RFC 3022 4.1); SCTP's is no sum and is made anew.  A field
 * that is still to be completed below (CLEW_PKT_CSUM_PARTIAL) holds the sum
 * of the pseudo header alone: addresses count in it, ports do not.
 *
 * How much of a header must be there follows Linux: eight bytes of transport
 * header, which is all that ICMP promises to quote (RFC 792), and a checksum
 * beyond them is changed if it is there. */
#include "nat/mangle.h"

#include "base/bytes.h"
#include "pkt/checksum.h"

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	QUOTED = 8,		/* bytes of transport header in an error */
	TCP_HEADER = 20,
	TCP_CHECKSUM = 16,
	UDP_CHECKSUM = 6,
	ICMP_CHECKSUM = 2,
	ICMP_ID = 4,
	SCTP_HEADER = 12,
	GRE_CALL = 6,
};

/* One change: of the packet at 'at' within the bytes of 'p'. */
struct mangle {
	struct path *path;
	const struct pkt *p;
	uint8_t *bytes;		/* those of 'p', to be written */
	uint32_t at;
	uint32_t l4;
	uint32_t addr;		/* offset of the address */
	uint32_t addr_size;
	const uint8_t *new_addr;
	union clew_proto_part part;
	enum nat_side side;
};

/* Did the packet have that many bytes of transport header, which are to be
 * in one piece then?  A capture may have fewer: what is missing is not
 * written. */
static bool
has(const struct mangle *m, uint32_t size)
{
	if ((uint64_t)m->l4 + size > m->p->len)
		return false;
	path_pull(m->path, m->l4 + size);
	return true;
}

static bool
is_captured(const struct mangle *m, uint32_t at, uint32_t size)
{
	return (uint64_t)m->l4 + at + size <= m->p->have;
}

static uint16_t
word(const struct mangle *m, uint32_t at)
{
	return is_captured(m, at, 2) ? get_be16(m->bytes + m->l4 + at) : 0;
}

static void
set_word(struct mangle *m, uint32_t at, uint16_t value)
{
	if (is_captured(m, at, 2))
		put_be16(m->bytes + m->l4 + at, value);
}

/* A checksum field after the address changed, and after a word of what it
 * covers did. */
static uint16_t
changed_address(const struct mangle *m, uint16_t check)
{
	const uint8_t *old = m->bytes + m->addr;

	if (m->p->flags & CLEW_PKT_CSUM_PARTIAL)
		return checksum_swap(check, old, m->new_addr, m->addr_size);
	return checksum_replace(check, old, m->new_addr, m->addr_size);
}

static uint16_t
changed_word(const struct mangle *m, uint16_t check, uint16_t from,
	     uint16_t to)
{
	if (m->p->flags & CLEW_PKT_CSUM_PARTIAL)
		return check;
	return checksum_replace16(check, from, to);
}

/* The port's place and new value on this side: the same in TCP, UDP and
 * SCTP headers. */
static uint16_t
new_port(const struct mangle *m)
{
	return from_be16(m->side == NAT_SRC ? m->part.port.sport_be :
			 m->part.port.dport_be);
}

static uint32_t
port_at(const struct mangle *m)
{
	return m->side == NAT_SRC ? 0 : 2;
}

/* The checksum at 'at' after address and port changed. */
static uint16_t
changed_port(const struct mangle *m, uint32_t at)
{
	return changed_word(m, changed_address(m, word(m, at)),
			    word(m, port_at(m)), new_port(m));
}

static bool
mangle_tcp(struct mangle *m)
{
	if (!has(m, QUOTED))
		return false;
	if (has(m, TCP_HEADER))
		set_word(m, TCP_CHECKSUM, changed_port(m, TCP_CHECKSUM));
	set_word(m, port_at(m), new_port(m));
	return true;
}

/* RFC 768: a checksum of zero means there is none, so one that comes out as
 * zero is sent as all ones.  UDP-Lite has no such way out (RFC 3828 3.1). */
static bool
mangle_udp(struct mangle *m, bool may_be_without)
{
	uint16_t check;

	if (!has(m, QUOTED))
		return false;
	if (!may_be_without || word(m, UDP_CHECKSUM) ||
	    (m->p->flags & CLEW_PKT_CSUM_PARTIAL)) {
		check = changed_port(m, UDP_CHECKSUM);
		set_word(m, UDP_CHECKSUM, check ? check : 0xffff);
	}
	set_word(m, port_at(m), new_port(m));
	return true;
}

static bool
mangle_sctp(struct mangle *m)
{
	uint32_t size = m->p->len - m->l4;

	if (!has(m, QUOTED))
		return false;
	set_word(m, port_at(m), new_port(m));
	if (has(m, SCTP_HEADER) && is_captured(m, 0, size) &&
	    !(m->p->flags & CLEW_PKT_CSUM_PARTIAL))
		checksum_put_sctp(m->bytes + m->l4, size);
	return true;
}

/* Queries and their replies have an id (RFC 792, RFC 950). */
static bool
has_icmp_id(uint8_t type)
{
	return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

static bool
mangle_icmp(struct mangle *m)
{
	uint16_t id = from_be16(m->part.icmp.id_be);

	if (!has(m, QUOTED))
		return false;
	if (!is_captured(m, 0, QUOTED) || !has_icmp_id(m->bytes[m->l4]))
		return true;
	set_word(m, ICMP_CHECKSUM,
		 changed_word(m, word(m, ICMP_CHECKSUM), word(m, ICMP_ID), id));
	set_word(m, ICMP_ID, id);
	return true;
}

/* ICMPv6 has a pseudo header, in errors too (RFC 4443 2.3); echo alone has an
 * id that Linux changes. */
static bool
mangle_icmpv6(struct mangle *m)
{
	uint16_t id = from_be16(m->part.icmp.id_be), check;

	if (!has(m, QUOTED))
		return false;
	if (!is_captured(m, 0, QUOTED))
		return true;
	check = changed_address(m, word(m, ICMP_CHECKSUM));
	if (m->bytes[m->l4] == 128 || m->bytes[m->l4] == 129) {
		check = changed_word(m, check, word(m, ICMP_ID), id);
		set_word(m, ICMP_ID, id);
	}
	set_word(m, ICMP_CHECKSUM, check);
	return true;
}

/* RFC 2637 4.1: the call id names the receiver's end, so only the
 * destination's side changes it; GRE of version 0 has none. */
static bool
mangle_gre(struct mangle *m)
{
	if (!has(m, QUOTED))
		return false;
	if (m->side == NAT_SRC || !is_captured(m, 0, 2))
		return true;
	switch (m->bytes[m->l4 + 1] & 7) {
	case 0:
		return true;
	case 1:
		set_word(m, GRE_CALL,
			 from_be16(m->part.gre.dst_key_be));
		return true;
	default:
		return false;
	}
}

static bool
mangle_transport(struct mangle *m, uint8_t protocol)
{
	switch (protocol) {
	case PROTO_TCP: return mangle_tcp(m);
	case PROTO_UDP: return mangle_udp(m, true);
	case PROTO_UDPLITE: return mangle_udp(m, false);
	case PROTO_SCTP: return mangle_sctp(m);
	case PROTO_ICMP: return mangle_icmp(m);
	case PROTO_ICMPV6: return mangle_icmpv6(m);
	case PROTO_GRE: return mangle_gre(m);
	default: return true;
	}
}

/* Find the transport header.  => false: there is none to be changed. */
static bool
find_transport(struct mangle *m)
{
	uint8_t protocol;
	bool cut;

	if (m->at == 0) {
		m->l4 = m->p->l4;
		return m->p->kind == PKT_WHOLE;
	}
	if (m->p->family == CLEW_IPV4) {
		m->l4 = m->at + (m->bytes[m->at] & 15u) * 4;
		return true;
	}
	return pkt_parse_quoted(m->p, m->at, &m->l4, &protocol, &cut);
}

bool
mangle_end(struct path *path, uint32_t at, const struct key *want,
	   uint8_t protocol, enum nat_side side)
{
	bool ipv4 = path->p->family == CLEW_IPV4;
	struct key key = *want;
	struct mangle m = {
		.path = path, .p = path->p, .at = at, .side = side,
		.addr = at + (ipv4 ? 12 : 8),
		.addr_size = ipv4 ? 4 : 16,
		.part = key_part(&want->s),
		.new_addr = key_addr(&key, side),
	};
	enum pkt_header there;

	path_pull(path, at + (ipv4 ? IPV4_HEADER : IPV6_HEADER));
	there = pkt_header(m.p, at, ipv4 ? IPV4_HEADER : IPV6_HEADER);
	if (there != PKT_HEADER_OK)
		return there == PKT_HEADER_CUT;
	m.bytes = path_own(path);
	if (!m.bytes)
		return false;
	if (side == NAT_DST)
		m.addr += m.addr_size;
	if (find_transport(&m) && !mangle_transport(&m, protocol))
		return false;
	if (ipv4)
		put_be16(m.bytes + at + 10,
			 checksum_replace(get_be16(m.bytes + at + 10),
					  m.bytes + m.addr, m.new_addr, 4));
	memcpy(m.bytes + m.addr, m.new_addr, m.addr_size);
	return true;
}

/* ICMP errors. */

/* The sum of an ICMP message, as far as it is there. */
static uint64_t
icmp_sum(const struct pkt *p)
{
	uint32_t end = p->have < p->len ? p->have : p->len;

	return end <= p->l4 ? 0 : checksum_add(0, p->ip + p->l4, end - p->l4);
}

/* Make the checksum of an error right after what it quotes changed.  One
 * that is wholly there gets a new one, as Linux makes it; otherwise it is
 * carried forward from what the sum was. */
static bool
sum_error(struct path *path, uint64_t before)
{
	struct pkt *p = path->p;
	uint8_t *check = path_own(path);
	uint64_t sum = 0;

	if (!check)
		return false;
	check += p->l4 + ICMP_CHECKSUM;
	if ((p->flags & CLEW_PKT_CSUM_PARTIAL) ||
	    p->l4 + QUOTED > p->have)
		return true;
	if (p->have < p->len) {
		sum = (uint16_t)~get_be16(check) +
		      (uint64_t)(uint16_t)~checksum_fold(before) +
		      checksum_fold(icmp_sum(p));
		put_be16(check, (uint16_t)~checksum_fold(sum));
		return true;
	}
	put_be16(check, 0);
	if (p->family == CLEW_IPV6)
		sum = checksum_pseudo(p, PROTO_ICMPV6, p->len - p->l4);
	put_be16(check, (uint16_t)~checksum_fold(sum + icmp_sum(p)));
	return true;
}

bool
mangle_quoted(struct path *path, const struct key *want, uint8_t protocol,
	      enum nat_side side, bool both)
{
	uint32_t at = path->p->l4 + QUOTED;
	uint64_t before = icmp_sum(path->p);

	if (!mangle_end(path, at, want, protocol, side) ||
	    (both && !mangle_end(path, at, want, protocol, !side)))
		return false;
	return sum_error(path, before);
}

bool
mangle_error(struct path *path, enum nat_side side)
{
	struct conn *c = path->pass->conn;
	struct key quoted, outer;

	/* What is quoted went the other way, so its other end is changed. */
	conn_key(path->track, c, !path->packet->dir, &quoted);
	return mangle_quoted(path, &quoted, conn_protocol(c), !side, false) &&
	       key_invert(&quoted, &outer) &&
	       mangle_end(path, 0, &outer, path->p->protocol, side);
}
