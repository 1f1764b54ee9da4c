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
};

/* src nat happens at input and postrouting, dst nat at prerouting and
 * output: HOOK2MANIP. */
static inline enum nat_side
nat_side_of(uint8_t hook)
{
	return hook == HOOK_POSTROUTING || hook == HOOK_INPUT ? NAT_SRC :
								NAT_DST;
}

/* Bind the connection (unconfirmed, not yet bound on this side) to 'range'.
 * => CLEW_ACCEPT, or CLEW_DROP when no tuple is to be had or there is no
 *    memory (nf_nat_setup_info's verdicts). */
enum clew_verdict nat_setup(struct path *path, const struct nat_range *range,
			    enum nat_side side);

/* Is the connection bound on this side already (IPS_*_NAT_DONE)? */
bool nat_is_bound(const struct conn *c, enum nat_side side);

/* A binding that changes nothing unless it must (nf_nat_alloc_null_binding). */
enum clew_verdict nat_setup_null(struct path *path);

/* The range of masquerade: the address of the way out.
 * => CLEW_ACCEPT with '*range' filled in and the connection's interface
 *    remembered; CLEW_DROP when there is no address. */
enum clew_verdict nat_masquerade(struct path *path, struct nat_range *range);
/* The range of redirect: to the host itself. => As nat_masquerade(). */
enum clew_verdict nat_redirect(struct path *path, struct nat_range *range);

/* The nat hook at path->hook for a packet with a connection: 'chains' runs
 * the nat chains (NULL: there are none) for the first packet; then the packet
 * is translated as its connection says (nf_nat_inet_fn). */
enum clew_verdict nat_hook(struct path *path,
			   enum clew_verdict (*chains)(struct path *path));

/* Translate the bytes at path->hook, by the connection alone.  ICMP errors
 * with what they quote. */
enum clew_verdict nat_packet(struct path *path);

/* A packet that answers 'conn' as it is seen inside, already translated back
 * (a capture made there): make its bytes what the true peer would have sent,
 * by the tables.  => Was there a connection whose packet it is? */
bool nat_unsee(struct path *path);

/* An address went from 'ifindex', or the interface went down (addr NULL):
 * masqueraded connections that used it end, as Linux ends them. */
void nat_address_gone(struct track *t, uint32_t ifindex,
		      enum clew_family family, const union clew_addr *addr);

#endif
