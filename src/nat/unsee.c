/* SPDX-License-Identifier: BSD-2-Clause
 * nat/unsee.c - from what a host inside saw back to what its peer had sent.
 *
 * A capture made behind a NAT holds replies that came through it already.  Of
 * such a packet the inverse is the original key of its connection; the reply
 * key is what its peer wrote.  An error quotes what the host had sent, which
 * is that key itself. */
#include "nat/nat.h"

#include "base/bytes.h"
#include "nat/mangle.h"

enum {
	IS_NAT = CLEW_STATUS_SRC_NAT | CLEW_STATUS_DST_NAT,
	ICMP_HEADER = 8,
};

static struct conn *
find(const struct track *t, const struct key *key, enum clew_dir dir)
{
	return track_lookup_side(t, key, (uint32_t)key_hash(&t->hash_key, key),
				 dir);
}

/* The connection with the original key 'key', if it is translated. */
static struct conn *
find_translated(const struct track *t, const struct key *key)
{
	struct conn *c = find(t, key, CLEW_DIR_ORIG);

	return c && (c->status & IS_NAT) ? c : NULL;
}

static bool
is_error(const struct pkt *p)
{
	if (!mangle_is_icmp(p) ||
	    pkt_header(p, p->l4, ICMP_HEADER) != PKT_HEADER_OK)
		return false;
	if (p->family == CLEW_IPV6)
		return p->ip[p->l4] < 128;
	switch (p->ip[p->l4]) {
	case 3:		/* unreachable */
	case 4:		/* source quench */
	case 11:	/* time exceeded */
	case 12:	/* parameter problem */
		return true;
	default:
		return false;
	}
}

/* The key of the quoted packet.  => false when there is none. */
static bool
read_quoted(struct path *path, struct key *key)
{
	const struct pkt *p = path->p;
	uint32_t at = p->l4 + ICMP_HEADER, l4, part = 0;
	bool ipv6 = p->family == CLEW_IPV6, cut;
	uint8_t protocol, reason = path->packet->reason;
	enum proto_result read;

	if (!pkt_parse_quoted(p, at, &l4, &protocol, &cut))
		return false;
	read = track_read_part(p, l4, protocol, path->packet, &part);
	path->packet->reason = reason;
	if (read != PROTO_OK)
		return false;
	key->s.addr = 0;
	key->s.meta = key_meta(part, protocol,
			       track_zone(path->packet, CLEW_DIR_ORIG), ipv6);
	memcpy(key_addr(key, 0), p->ip + at + (ipv6 ? 8 : 12), ipv6 ? 32 : 8);
	return true;
}

static bool
unsee_error(struct path *path)
{
	struct key quoted, reply, outside;
	struct conn *c;

	if (!read_quoted(path, &quoted))
		return false;
	c = find_translated(path->track, &quoted);
	if (!c)
		return false;
	conn_key(path->track, c, CLEW_DIR_REPLY, &reply);
	if (!key_invert(&reply, &outside) ||
	    !mangle_quoted(path, &outside, conn_protocol(c), NAT_SRC, true))
		return false;
	/* Who sent it: a router keeps its address, the peer had another one
	 * if that was translated. */
	if (!memcmp(pkt_src(path->p), key_addr(&quoted, 1),
		    key_addr_size(&quoted.s)) &&
	    !mangle_end(path, 0, &reply, path->p->protocol, NAT_SRC))
		return false;
	return mangle_end(path, 0, &reply, path->p->protocol, NAT_DST);
}

bool
nat_unsee(struct path *path)
{
	const struct key *seen = &path->pass->key;
	struct key original, reply;
	struct conn *c;

	if (path->p->kind != PKT_WHOLE)
		return false;
	if (is_error(path->p))
		return unsee_error(path);
	/* As it is already? */
	if (find(path->track, seen, CLEW_DIR_REPLY) ||
	    !key_invert(seen, &original))
		return false;
	c = find_translated(path->track, &original);
	if (!c)
		return false;
	conn_key(path->track, c, CLEW_DIR_REPLY, &reply);
	return mangle_end(path, 0, &reply, path->p->protocol, NAT_SRC) &&
	       mangle_end(path, 0, &reply, path->p->protocol, NAT_DST);
}
