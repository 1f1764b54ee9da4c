/* SPDX-License-Identifier: BSD-2-Clause
 * nat/hook.c - a packet at one of the four nat hooks.
 *
 * Destinations change before routing, sources after it: for packets of the
 * original direction by what the rules bound, for replies back again.  So at
 * each hook one end of the packet becomes what the connection's other key
 * says. */
#include "nat/nat.h"

#include "nat/mangle.h"
#include "pkt/checksum.h"

enum {
	BOTH = CLEW_STATUS_SRC_NAT | CLEW_STATUS_DST_NAT,
	BOTH_DONE = CLEW_STATUS_SRC_NAT_DONE | CLEW_STATUS_DST_NAT_DONE,

	ICMP_REDIRECT = 5,
	ICMPV6_REDIRECT = 137,
};

static enum clew_verdict
refuse(struct path *path)
{
	track_reason(path->track, path->packet, CLEW_WHY_NAT_ERROR);
	return CLEW_DROP;
}

/* Does the packet change on this side?  Replies change at the other one. */
static bool
is_translated(const struct path *path, enum nat_side side)
{
	if (path->packet->dir == CLEW_DIR_REPLY)
		side = !side;
	return path->pass->conn->status & nat_status_of(side);
}

/* RFC 5508 REQ-7: a NAT may drop redirects; Linux drops those of translated
 * connections, which name routes of the other side, and of those that it did
 * not see the whole way through. */
static bool
is_redirect_bad(const struct path *path)
{
	const struct pkt *p = path->p;
	uint32_t status = path->pass->conn->status;
	uint8_t redirect = p->family == CLEW_IPV4 ? ICMP_REDIRECT :
						    ICMPV6_REDIRECT;

	if (p->ip[p->l4] != redirect)
		return false;
	return (status & BOTH_DONE) != BOTH_DONE || (status & BOTH);
}

/* With nf_conntrack_checksum the tracker has looked already, at what came in
 * by an interface. */
static bool
is_checksum_bad(const struct path *path)
{
	const struct pkt *p = path->p;

	if ((path->track->set.checksum && path->in) ||
	    (p->flags & (CLEW_PKT_CSUM_OK | CLEW_PKT_CSUM_PARTIAL |
			 CLEW_PKT_GSO)))
		return false;
	return !track_check_sum(path->track, p, p->len - p->l4,
				p->family == CLEW_IPV4 ? -1 : PROTO_ICMPV6);
}

/* The shortest error that quotes an IP header. */
static bool
is_error_short(struct path *path)
{
	const struct pkt *p = path->p;
	uint32_t least = 8 + (p->family == CLEW_IPV4 ? 20 : 40);

	path_pull(path, p->l4 + least);
	return pkt_header(p, p->l4, least) == PKT_HEADER_SHORT;
}

static enum clew_verdict
translate_error(struct path *path, enum nat_side side)
{
	if (is_error_short(path) || is_checksum_bad(path) ||
	    is_redirect_bad(path))
		return refuse(path);
	if (!is_translated(path, side))
		return CLEW_ACCEPT;
	return mangle_error(path, side) ? CLEW_ACCEPT : refuse(path);
}

static enum clew_verdict
translate(struct path *path, enum nat_side side)
{
	const struct conn *c = path->pass->conn;
	struct key theirs, want;

	if (!is_translated(path, side))
		return CLEW_ACCEPT;
	conn_key(path->track, c, !path->packet->dir, &theirs);
	if (!key_invert(&theirs, &want) ||
	    !mangle_end(path, 0, &want, conn_protocol(c), side))
		return refuse(path);
	return CLEW_ACCEPT;
}

static bool
is_error(const struct path *path)
{
	return path->packet->ct_state == CLEW_CT_RELATED &&
	       mangle_is_icmp(path->p);
}

enum clew_verdict
nat_packet(struct path *path)
{
	enum nat_side side = nat_side_of(path->hook);

	if (!path->pass->conn)
		return CLEW_ACCEPT;
	return is_error(path) ? translate_error(path, side) :
				translate(path, side);
}

/* A masqueraded connection whose packets leave by another interface now has
 * the wrong address. */
static bool
is_way_changed(const struct path *path)
{
	const struct conn *c = path->pass->conn;
	const struct track *t = path->track;

	return (c->status & CONN_MASQ) && path->hook == HOOK_POSTROUTING &&
	       path->packet->dir == CLEW_DIR_ORIG && path->out &&
	       source_link(&t->sources, track_index(t, c))->masq_ifindex !=
	       path->out->pub.index;
}

/* Linux counts the packet once more, and ends the connection. */
static enum clew_verdict
end_misled(struct path *path)
{
	struct conn *c = path->pass->conn;

	conn_account(path->track, c, path->p, path->packet->dir);
	path->pass->conn = NULL;
	if (!conn_is_confirmed(c) || (c->status & CLEW_STATUS_DYING))
		conn_discard(path->track, c);
	else
		conn_kill(path->track, c);
	return refuse(path);
}

/* The first packet: the rules bind, or else nothing does. */
static enum clew_verdict
bind(struct path *path, enum nat_side side,
     enum clew_verdict (*chains)(struct path *path))
{
	enum clew_verdict verdict;

	if (chains) {
		verdict = chains(path);
		if (verdict != CLEW_ACCEPT ||
		    nat_is_bound(path->pass->conn, side))
			return verdict;
	}
	return nat_setup_null(path);
}

enum clew_verdict
nat_hook(struct path *path, enum clew_verdict (*chains)(struct path *path))
{
	enum nat_side side = nat_side_of(path->hook);
	struct conn *c = path->pass->conn;
	enum clew_verdict verdict;

	if (!c)
		return CLEW_ACCEPT;
	switch ((enum clew_ct_state)path->packet->ct_state) {
	case CLEW_CT_RELATED:
		if (is_error(path))
			return translate_error(path, side);
		/* fall through */
	case CLEW_CT_NEW:
		if (!nat_is_bound(c, side)) {
			verdict = bind(path, side, chains);
			if (verdict != CLEW_ACCEPT)
				return verdict;
			break;
		}
		/* fall through */
	default:
		if (__builtin_expect(is_way_changed(path), 0))
			return end_misled(path);
		break;
	}
	return translate(path, side);
}
