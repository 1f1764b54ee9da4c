/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto_icmp.c - ICMP (RFC 792, RFC 950) and ICMPv6 (RFC 4443).
 *
 * Queries are connections (RFC 5508 REQ-1): echo, timestamp, information and
 * address mask for ICMP; echo and node information for ICMPv6.  RFC 5508 REQ-2
 * wants them to live 60 seconds, Linux gives them 30.  Replies only belong to
 * a query.  Errors belong to the connection whose packet they quote, as
 * RELATED, and neither refresh nor end it (RFC 4787 REQ-12, RFC 5382 REQ-10,
 * RFC 5508 REQ-6).  Their own checksum is checked; that of the IP header they
 * quote is not, which RFC 5508 REQ-3a wants and Linux omits.  Neighbour
 * discovery, multicast listener and multicast router messages are not tracked
 * at all. */
#include <string.h>

#include "base/bytes.h"
#include "track/track.h"

enum {
	ICMP_HEADER = 8,
	REDIRECT_HEADER = 40,
	OPTION_HEADER = 8,
	REDIRECTED = 4,

	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER_PROBLEM = 12,
	ICMP_TIMESTAMP = 13,
	ICMP_TIMESTAMP_REPLY = 14,
	ICMP_INFO = 15,
	ICMP_INFO_REPLY = 16,
	ICMP_MASK = 17,
	ICMP_MASK_REPLY = 18,
	ICMP_HIGHEST = 18,	/* unknown types are refused (RFC 1122 3.2.2) */

	ICMPV6_FIRST_QUERY = 128,
	ICMPV6_ECHO = 128,
	ICMPV6_ECHO_REPLY = 129,
	ICMPV6_MLD_QUERY = 130,
	ICMPV6_NEIGHBOUR_ADVERT = 136,
	ICMPV6_REDIRECT = 137,
	ICMPV6_NODE_QUERY = 139,
	ICMPV6_NODE_REPLY = 140,
	ICMPV6_MLD2_REPORT = 143,
	ICMPV6_MRD_ADVERT = 151,	/* RFC 4286 */
	ICMPV6_MRD_SOLICIT = 152,
};

/* Query types and their replies. */
struct pair {
	uint8_t query;
	uint8_t reply;
};

static const struct pair icmp_pairs[] = {
	{ ICMP_ECHO, ICMP_ECHO_REPLY },
	{ ICMP_TIMESTAMP, ICMP_TIMESTAMP_REPLY },
	{ ICMP_INFO, ICMP_INFO_REPLY },
	{ ICMP_MASK, ICMP_MASK_REPLY },
};

static const struct pair icmpv6_pairs[] = {
	{ ICMPV6_ECHO, ICMPV6_ECHO_REPLY },
	{ ICMPV6_NODE_QUERY, ICMPV6_NODE_REPLY },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
invert(const struct pair *pairs, size_t count, uint8_t *type)
{
	for (size_t i = 0; i < count; i++) {
		if (*type == pairs[i].query) {
			*type = pairs[i].reply;
			return true;
		}
		if (*type == pairs[i].reply) {
			*type = pairs[i].query;
			return true;
		}
	}
	return false;
}

static bool
is_query(const struct pair *pairs, size_t count, uint8_t type)
{
	for (size_t i = 0; i < count; i++) {
		if (type == pairs[i].query)
			return true;
	}
	return false;
}

bool
icmp_invert(union clew_proto_part *part)
{
	return invert(icmp_pairs, COUNT(icmp_pairs), &part->icmp.type);
}

bool
icmpv6_invert(union clew_proto_part *part)
{
	return invert(icmpv6_pairs, COUNT(icmpv6_pairs), &part->icmp.type);
}

/* Queries. */

static uint8_t
orig_type(const struct conn *c)
{
	union clew_proto_part part = {
		.word = (uint32_t)c->key[CLEW_DIR_ORIG].meta,
	};

	return part.icmp.type;
}

enum proto_result
icmp_packet(struct track *t, struct conn *c, const struct pkt *p,
	    enum clew_dir dir, struct clew_packet *out)
{
	if (p->family != CLEW_IPV4)
		return track_reason(t, out, CLEW_WHY_ICMP_FAMILY);
	if (!conn_is_confirmed(c) &&
	    !is_query(icmp_pairs, COUNT(icmp_pairs), orig_type(c)))
		return track_reason(t, out, CLEW_WHY_ICMP_NEW);
	conn_refresh(t, c, p, dir, *conn_timeouts(t, c, &t->set.icmp));
	return PROTO_OK;
}

enum proto_result
icmpv6_packet(struct track *t, struct conn *c, const struct pkt *p,
	      enum clew_dir dir, struct clew_packet *out)
{
	if (p->family != CLEW_IPV6)
		return track_reason(t, out, CLEW_WHY_ICMP_FAMILY);
	if (!conn_is_confirmed(c) &&
	    !is_query(icmpv6_pairs, COUNT(icmpv6_pairs), orig_type(c)))
		return track_reason(t, out, CLEW_WHY_ICMPV6_NEW);
	conn_refresh(t, c, p, dir, *conn_timeouts(t, c, &t->set.icmpv6));
	return PROTO_OK;
}

/* Errors. */

static enum icmp_kind
invalid(struct track *t, struct clew_packet *out, enum clew_reason reason)
{
	track_reason(t, out, reason);
	return ICMP_INVALID;
}

/* The key of the packet quoted at 'at', turned round: it went the other way.
 * => ICMP_RELATED: it can be looked for. */
enum icmp_kind
icmp_read_quoted(struct track *t, const struct pkt *p, uint32_t at,
		 struct clew_packet *out, struct key *inverse)
{
	bool ipv6 = p->family == CLEW_IPV6, cut;
	uint32_t l4, part = 0;
	struct key quoted;
	uint8_t protocol;

	if (!pkt_parse_quoted(p, at, &l4, &protocol, &cut))
		return cut ? ICMP_CUT : invalid(t, out, CLEW_WHY_ICMP_INNER);
	switch (track_read_part(p, l4, protocol, out, &part)) {
	case PROTO_OK: break;
	case PROTO_CUT: return ICMP_CUT;
	default: return invalid(t, out, CLEW_WHY_ICMP_INNER);
	}
	if (ipv6) {
		quoted.s.addr = 0;
		memcpy(&quoted.addr6, p->ip + at + 8, sizeof(quoted.addr6));
	} else {
		quoted.s.addr = load64(p->ip + at + 12);
	}
	quoted.s.meta = key_meta(part, protocol,
				 track_zone(out, CLEW_DIR_ORIG), ipv6);
	if (!key_invert(&quoted, inverse))
		return invalid(t, out, CLEW_WHY_ICMP_INNER);
	return ICMP_RELATED;
}

/* The connection that the packet quoted at 'at' belongs to.  The quoted
 * packet went the other way, so the look-up is for its inverse; and the
 * error must go to where that one came from, or anybody could be related
 * to anything. */
static enum icmp_kind
find_quoted(struct track *t, const struct pkt *p, uint32_t at,
	    enum clew_reason bogus, struct clew_packet *out,
	    struct conn **c, enum clew_dir *dir)
{
	size_t size = p->family == CLEW_IPV6 ? 16 : 4;
	enum icmp_kind kind;
	struct key inverse, theirs;
	struct clew_tuple t_out;

	kind = icmp_read_quoted(t, p, at, out, &inverse);
	if (kind != ICMP_RELATED)
		return kind;
	if (track_has_one_way_zone(out))
		*c = track_lookup_zone(t, &inverse, out, dir);
	else
		*c = track_lookup(t, &inverse,
				  (uint32_t)key_hash(&t->hash_key, &inverse),
				  dir);
	if (!*c)
		return invalid(t, out, CLEW_WHY_ICMP_UNRELATED);

	conn_key(t, *c, *dir, &theirs);
	key_to_tuple(&theirs, &t_out);
	if (!memcmp(pkt_dst(p), t_out.dst.bytes, size))
		return ICMP_RELATED;
	out->detail.family = p->family;
	memset(out->detail.addr, 0, sizeof(out->detail.addr));
	memcpy(out->detail.addr[0], pkt_dst(p), size);
	memcpy(out->detail.addr[1], t_out.dst.bytes, 16);
	return invalid(t, out, bogus);
}

enum icmp_kind
icmp_classify(struct track *t, const struct pkt *p, struct clew_packet *out,
	      struct conn **c, enum clew_dir *dir)
{
	switch (pkt_header(p, p->l4, ICMP_HEADER)) {
	case PKT_HEADER_SHORT: return invalid(t, out, CLEW_WHY_ICMP_SHORT);
	case PKT_HEADER_CUT: return ICMP_CUT;
	case PKT_HEADER_OK: break;
	}
	if (track_is_checksum_bad(t, p, p->len - p->l4, -1))
		return invalid(t, out, CLEW_WHY_ICMP_CHECKSUM);
	switch (p->ip[p->l4]) {
	case ICMP_UNREACHABLE:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETER_PROBLEM:
		return find_quoted(t, p, p->l4 + ICMP_HEADER,
				   CLEW_WHY_ICMP_BOGUS, out, c, dir);
	default:
		if (p->ip[p->l4] > ICMP_HIGHEST)
			return invalid(t, out, CLEW_WHY_ICMP_TYPE);
		return ICMP_QUERY;
	}
}

/* A redirect (RFC 4861 4.5) quotes the packet in an option.  It is taken
 * only as a host on the link may send it: hop limit 255, link-local.  The
 * quoted packet is looked for in the first option alone, as Linux does;
 * without it, or with a code, the redirect is tracked, in vain, as a query. */
static enum icmp_kind
find_redirected(struct track *t, const struct pkt *p,
		struct clew_packet *out, struct conn **c, enum clew_dir *dir)
{
	uint32_t at = p->l4 + REDIRECT_HEADER;
	const uint8_t *src = pkt_src(p);

	switch (pkt_header(p, p->l4, REDIRECT_HEADER)) {
	case PKT_HEADER_SHORT:
		return invalid(t, out, CLEW_WHY_ICMPV6_REDIRECT_SHORT);
	case PKT_HEADER_CUT: return ICMP_CUT;
	case PKT_HEADER_OK: break;
	}
	if (p->ip[p->l4 + 1] != 0)
		return ICMP_QUERY;
	if (p->ip[7] != 255 || src[0] != 0xfe || (src[1] & 0xc0) != 0x80)
		return invalid(t, out, CLEW_WHY_ICMPV6_REDIRECT_SENDER);
	switch (pkt_header(p, at, 2)) {
	case PKT_HEADER_SHORT:
		return invalid(t, out, CLEW_WHY_ICMPV6_REDIRECT_EMPTY);
	case PKT_HEADER_CUT: return ICMP_CUT;
	case PKT_HEADER_OK: break;
	}
	if (!p->ip[at + 1])
		return invalid(t, out, CLEW_WHY_ICMPV6_REDIRECT_EMPTY);
	if (p->ip[at] != REDIRECTED)
		return ICMP_QUERY;
	return find_quoted(t, p, at + OPTION_HEADER, CLEW_WHY_ICMPV6_BOGUS,
			   out, c, dir);
}

enum icmp_kind
icmpv6_classify(struct track *t, const struct pkt *p, struct clew_packet *out,
		struct conn **c, enum clew_dir *dir)
{
	uint8_t type;

	switch (pkt_header(p, p->l4, ICMP_HEADER)) {
	case PKT_HEADER_SHORT: return invalid(t, out, CLEW_WHY_ICMPV6_SHORT);
	case PKT_HEADER_CUT: return ICMP_CUT;
	case PKT_HEADER_OK: break;
	}
	if (track_is_checksum_bad(t, p, p->len - p->l4, PROTO_ICMPV6))
		return invalid(t, out, CLEW_WHY_ICMPV6_CHECKSUM);
	type = p->ip[p->l4];
	if ((type >= ICMPV6_MLD_QUERY && type <= ICMPV6_NEIGHBOUR_ADVERT) ||
	    type == ICMPV6_MLD2_REPORT || type == ICMPV6_MRD_ADVERT ||
	    type == ICMPV6_MRD_SOLICIT)
		return ICMP_UNTRACKED;
	if (type == ICMPV6_REDIRECT)
		return find_redirected(t, p, out, c, dir);
	if (type >= ICMPV6_FIRST_QUERY)
		return ICMP_QUERY;
	return find_quoted(t, p, p->l4 + ICMP_HEADER, CLEW_WHY_ICMPV6_BOGUS,
			   out, c, dir);
}

static bool
quotes_ipv4(const struct pkt *p, uint32_t *at)
{
	*at = p->l4 + ICMP_HEADER;
	switch (p->ip[p->l4]) {
	case ICMP_UNREACHABLE:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETER_PROBLEM:
		return true;
	default:
		return false;
	}
}

static bool
quotes_ipv6(const struct pkt *p, uint32_t *at)
{
	uint8_t type = p->ip[p->l4];

	*at = p->l4 + ICMP_HEADER;
	if (type == ICMPV6_REDIRECT) {
		*at = p->l4 + REDIRECT_HEADER + OPTION_HEADER;
		return !p->ip[p->l4 + 1] &&
		       pkt_header(p, p->l4 + REDIRECT_HEADER, 2) ==
		       PKT_HEADER_OK &&
		       p->ip[p->l4 + REDIRECT_HEADER] == REDIRECTED;
	}
	return type < ICMPV6_FIRST_QUERY;
}

bool
icmp_quotes(const struct pkt *p, uint32_t *at)
{
	if (pkt_header(p, p->l4, ICMP_HEADER) != PKT_HEADER_OK)
		return false;
	if (p->family == CLEW_IPV4)
		return p->protocol == PROTO_ICMP && quotes_ipv4(p, at);
	return p->protocol == PROTO_ICMPV6 && quotes_ipv6(p, at);
}
