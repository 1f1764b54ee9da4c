/* SPDX-License-Identifier: BSD-2-Clause
 * route/reject.c - what rules that reject send: an ICMP error or a TCP reset
 * (RFC 9293 3.10.7.1), after the checks that Linux makes. */
#include <string.h>

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "route/answer.h"
#include "route/router.h"
#include "track/proto.h"

enum {
	IPV4_HEADER	= 20,
	IPV6_HEADER	= 40,
	TCP_HEADER	= 20,
	TCP_FIN		= 0x01,
	TCP_SYN		= 0x02,
	TCP_RST		= 0x04,
	TCP_ACK		= 0x10,
	IPV4_DF		= 0x4000,
	IPV4_OFFSET	= 0x1fff,
	ICMP_UNREACHABLE	= 3,
	ICMPV6_UNREACHABLE	= 1,
	PROTO_ESP	= 50,
	PROTO_AH	= 51,
	PROTO_DCCP	= 33,
};

/* Has the protocol a checksum of all it carries that could be looked at? */
static bool
has_checksum(const struct pkt *p)
{
	switch (p->protocol) {
	case PROTO_AH:
	case PROTO_ESP:
	case PROTO_SCTP:
	case PROTO_UDPLITE:
	case PROTO_DCCP:
	case PROTO_GRE:
		return false;
	case PROTO_UDP:
		return pkt_header(p, p->l4, 8) == PKT_HEADER_OK &&
		       get_be16(p->ip + p->l4 + 6);
	default:
		return true;
	}
}

/* Has tracking seen that the checksum is right?  Linux remembers it for what
 * is the host's own alone. */
static bool
is_verified(const struct path *path)
{
	const struct pkt *p = path->p;

	if (!path->pass->conn || !path->track->set.checksum ||
	    path->hook != HOOK_INPUT)
		return false;
	return p->protocol == PROTO_TCP || p->protocol == PROTO_ICMP ||
	       (p->protocol == PROTO_UDP && p->l4 + 8 <= p->have &&
		get_be16(p->ip + p->l4 + 6) != 0);
}

/* A packet that arrived damaged is not answered: it may be from anybody.
 * Linux sums from the IP header on, which adds nothing; unless options have
 * been written to that the header's checksum does not know of yet. */
static bool
is_checksum_good(const struct path *path)
{
	const struct pkt *p = path->p;
	bool pseudo = p->family == CLEW_IPV6 || p->protocol == PROTO_TCP ||
		      p->protocol == PROTO_UDP;

	if (p->flags & (CLEW_PKT_CSUM_OK | CLEW_PKT_CSUM_PARTIAL |
			CLEW_PKT_GSO))
		return true;
	if (path->is_option_changed && !is_verified(path) &&
	    checksum_fold(checksum_add(0, p->ip, (p->ip[0] & 15u) * 4)) !=
	    0xffff)
		return false;
	return checksum_check(p, p->len - p->l4, pseudo ? p->protocol : -1) !=
	       CHECKSUM_BAD;
}

/* Before routing there is no way back yet: without one nothing is sent. */
static bool
is_way_back(const struct path *path)
{
	const struct pkt *p = path->p;
	const struct route_flow flow = {
		.family = p->family,
		.dst = router_addr(p->family, pkt_src(p)),
		.in = path->in,
	};
	struct route_result route;

	return path->has_route || !router_is_on(path->router) ||
	       !route_lookup(path->router, &flow, &route);
}

void
answer_reject_icmp(struct path *path, uint8_t code)
{
	const struct pkt *p = path->p;

	if (p->family == CLEW_IPV4 && (get_be16(p->ip + 6) & IPV4_OFFSET))
		return;
	if (p->family == CLEW_IPV6 &&
	    (p->kind != PKT_WHOLE || p->l4 >= p->len))
		return;
	if (p->kind == PKT_WHOLE && has_checksum(p) && !is_checksum_good(path))
		return;
	if (is_way_back(path))
		answer_icmp(path, p->family == CLEW_IPV4 ? ICMP_UNREACHABLE :
			    ICMPV6_UNREACHABLE, code, 0);
}

/* The TCP header of a packet that may be reset.  => NULL: it may not. */
static const uint8_t *
header_to_reset(const struct path *path)
{
	const struct pkt *p = path->p;
	const uint8_t *tcp;

	if (p->family == CLEW_IPV4 && (get_be16(p->ip + 6) & IPV4_OFFSET))
		return NULL;
	if (p->kind != PKT_WHOLE || p->protocol != PROTO_TCP ||
	    pkt_header(p, p->l4, TCP_HEADER) != PKT_HEADER_OK)
		return NULL;
	tcp = p->ip + p->l4;
	if ((tcp[13] & TCP_RST) || !is_checksum_good(path))
		return NULL;
	return tcp;
}

static bool
may_reset_to(const struct path *path)
{
	static const uint8_t any[16];
	const uint8_t *src = pkt_src(path->p), *dst = pkt_dst(path->p);

	if (!is_way_back(path))
		return false;
	if (path->p->family == CLEW_IPV6)
		return src[0] != 0xff && dst[0] != 0xff &&
		       memcmp(src, any, 16) && memcmp(dst, any, 16);
	return !path->has_route ||
	       (path->route.type != CLEW_ROUTE_BROADCAST &&
		path->route.type != CLEW_ROUTE_MULTICAST);
}

/* A reset takes its number from what the other acknowledged; or else, with
 * none, acknowledges all that came. */
static void
put_reset(const struct pkt *p, const uint8_t *from, uint8_t *tcp)
{
	uint32_t size = p->len - p->l4 - (from[12] >> 4) * 4u;

	memset(tcp, 0, TCP_HEADER);
	memcpy(tcp, from + 2, 2);
	memcpy(tcp + 2, from, 2);
	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[13] = TCP_RST;
	if (from[13] & TCP_ACK) {
		memcpy(tcp + 4, from + 8, 4);
		return;
	}
	tcp[13] |= TCP_ACK;
	put_be32(tcp + 8, get_be32(from + 4) + !!(from[13] & TCP_SYN) +
		 !!(from[13] & TCP_FIN) + size);
}

static uint32_t
put_header4(const struct path *path, uint8_t *out)
{
	const struct pkt *p = path->p;

	memset(out, 0, IPV4_HEADER);
	out[0] = 0x45;
	put_be16(out + 2, IPV4_HEADER + TCP_HEADER);
	put_be16(out + 6, IPV4_DF);
	out[8] = (uint8_t)path->track->set.ip_default_ttl;
	out[9] = PROTO_TCP;
	memcpy(out + 12, pkt_dst(p), 4);
	memcpy(out + 16, pkt_src(p), 4);
	put_be16(out + 10, (uint16_t)~checksum_fold(
		checksum_add(0, out, IPV4_HEADER)));
	return IPV4_HEADER;
}

static uint32_t
put_header6(const struct path *path, uint8_t *out)
{
	const struct pkt *p = path->p;

	memset(out, 0, IPV6_HEADER);
	out[0] = 0x60;
	put_be16(out + 4, TCP_HEADER);
	out[6] = PROTO_TCP;
	out[7] = (uint8_t)path->track->set.ip6_hop_limit;
	memcpy(out + 8, pkt_dst(p), 16);
	memcpy(out + 24, pkt_src(p), 16);
	return IPV6_HEADER;
}

void
answer_reject_tcp(struct path *path)
{
	const uint8_t *from = header_to_reset(path);
	uint8_t out[IPV6_HEADER + TCP_HEADER];
	struct pkt made = { .ip = out, .family = path->p->family };
	uint32_t header;

	if (!from || !may_reset_to(path))
		return;
	header = made.family == CLEW_IPV4 ? put_header4(path, out) :
		 put_header6(path, out);
	put_reset(path->p, from, out + header);
	put_be16(out + header + 16, (uint16_t)~checksum_fold(
		checksum_pseudo(&made, PROTO_TCP, TCP_HEADER) +
		checksum_add(0, out + header, TCP_HEADER)));
	if (path->pass->conn && conn_protocol(path->pass->conn) == PROTO_TCP)
		tcp_set_closing(path->track, path->pass->conn);
	path->ops->send(path, out, header + TCP_HEADER, PATH_SEND_RELATED);
}
