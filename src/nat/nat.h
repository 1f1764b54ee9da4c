/* SPDX-License-Identifier: BSD-2-Clause
 * nat/nat.h - NAT as Linux does it: the reply tuple carries the translation.
 *
 * A connection's first packet goes through the nat chains, which call
 * nat_setup() to choose; every later packet, and the replies, follow from
 * the two tuples.  Sources: linux/netfilter/nf_nat.h (flags), RFC 4787,
 * RFC 5382, RFC 5508 (where Linux does as they ask). */
#ifndef NAT_NAT_H
#define NAT_NAT_H

#include <stdbool.h>
#include <stdint.h>

#include "route/path.h"
#include "track/track.h"

/* Which side of the tuple is changed: NF_NAT_MANIP_*. */
enum nat_side {
	NAT_SRC,
	NAT_DST,
	NAT_SIDES,
};

/* NF_NAT_RANGE_* */
enum nat_range_flag {
	NAT_RANGE_MAP_IPS		= 1u << 0,
	NAT_RANGE_PROTO_SPECIFIED	= 1u << 1,
	NAT_RANGE_PROTO_RANDOM		= 1u << 2,
	NAT_RANGE_PERSISTENT		= 1u << 3,
	NAT_RANGE_PROTO_RANDOM_FULLY	= 1u << 4,
	NAT_RANGE_PROTO_OFFSET		= 1u << 5,
	NAT_RANGE_NETMAP		= 1u << 6,
};

struct nat_range {
	uint32_t flags;			/* enum nat_range_flag */
	union clew_addr min_addr;
	union clew_addr max_addr;
	uint16_t min_proto_be;		/* ports, ICMP ids, GRE keys */
	uint16_t max_proto_be;
	uint16_t base_proto_be;		/* for PROTO_OFFSET */
	bool is_null;			/* nobody asked for any */
	const struct watch *watch;	/* NULL: nobody asks why */
};

/* src nat happens at input and postrouting, dst nat at prerouting and
 * output: HOOK2MANIP. */
static inline enum nat_side
nat_side_of(uint8_t hook)
{
	return hook == HOOK_POSTROUTING || hook == HOOK_INPUT ? NAT_SRC :
								NAT_DST;
}

/* The status bit of a translation on that side: IPS_SRC_NAT, IPS_DST_NAT. */
static inline uint32_t
nat_status_of(enum nat_side side)
{
	return side == NAT_SRC ? CLEW_STATUS_SRC_NAT : CLEW_STATUS_DST_NAT;
}

/* Is the connection bound on this side already (IPS_*_NAT_DONE)? */
static inline bool
nat_is_bound(const struct conn *c, enum nat_side side)
{
	return c->status & (side == NAT_SRC ? CLEW_STATUS_SRC_NAT_DONE :
					      CLEW_STATUS_DST_NAT_DONE);
}

/* Bind 'c', which is not confirmed, on this side to 'range'.
 * => 0, -EEXIST (it is bound already), -EINVAL (it cannot be answered),
 *    -ENOMEM. */
int nat_bind(struct track *t, struct random *random, struct conn *c,
	     const struct nat_range *range, enum nat_side side);
/* The same, changing nothing unless it must. */
int nat_bind_null(struct track *t, struct random *random, struct conn *c,
		  enum nat_side side);

/* Translate 'c', which 'e' has expected, as that says (Linux's
 * nf_nat_follow_master() and its like). */
void nat_follow(struct track *t, struct random *random, struct conn *c,
		const struct conn *master, const struct expectation *e);

/* Bind the packet's connection on this side to 'range', with NETMAP to the
 * address in it that keeps the host part.  A confirmed one stays as it is.
 * => CLEW_ACCEPT, or CLEW_DROP (reason set) when it is bound already or there
 *    is no memory: nf_nat_setup_info's verdicts.  When no tuple is free
 *    it is bound all the same, and track_confirm() refuses it. */
enum clew_verdict nat_setup(struct path *path, const struct nat_range *range,
			    enum nat_side side);

/* A binding of path->hook's side that changes nothing unless it must
 * (nf_nat_alloc_null_binding).  => As nat_setup(). */
enum clew_verdict nat_setup_null(struct path *path);

/* Bind the source to the address of the way out, and remember the interface;
 * flags and ports as in 'range'.  => As nat_setup(); CLEW_DROP also when there
 * is no address; CLEW_ACCEPT without a binding when the source is 0.0.0.0. */
enum clew_verdict nat_masquerade(struct path *path,
				 const struct nat_range *range);
/* Bind the destination to the host itself.  => As nat_masquerade(). */
enum clew_verdict nat_redirect(struct path *path,
			       const struct nat_range *range);

/* The nat hook at path->hook: 'chains' runs the nat chains (NULL: there are
 * none) for a connection's first packet, until one has bound it; then the
 * packet is translated as its connection says (nf_nat_inet_fn).
 * => CLEW_DROP with a reason, or what 'chains' said if not CLEW_ACCEPT. */
enum clew_verdict nat_hook(struct path *path,
			   enum clew_verdict (*chains)(struct path *path));

/* Translate the bytes at path->hook, by the connection alone; ICMP errors
 * with what they quote.  => CLEW_ACCEPT, or CLEW_DROP with NAT_ERROR. */
enum clew_verdict nat_packet(struct path *path);

/* Where a packet leaves, before it is confirmed: move its sequence numbers
 * (nf_ct_seq_adjust).  => As nat_packet(). */
enum clew_verdict nat_adjust_numbers(struct path *path);

static inline enum clew_verdict
nat_adjust_sequence(struct path *path)
{
	const struct conn *c = path->pass->conn;

	if (__builtin_expect(!c || !(c->status & CLEW_STATUS_SEQ_ADJUST), 1))
		return CLEW_ACCEPT;
	return nat_adjust_numbers(path);
}

/* Before tracking: a packet that is addressed as if it had come through the
 * NAT already (a capture made inside) gets the bytes its true peer had sent,
 * by the tables.  => Was there a translated connection it answers? */
bool nat_unsee(struct path *path);

/* An address went from 'ifindex', or the interface went down (addr NULL):
 * masqueraded connections that used it end, as Linux ends them. */
void nat_address_gone(struct track *t, uint32_t ifindex,
		      enum clew_family family, const union clew_addr *addr);

#endif
