/* SPDX-License-Identifier: BSD-2-Clause
 * nat/mangle.h - one end of a packet gets another address and port.
 *
 * Shared by the files of this room alone. */
#ifndef NAT_MANGLE_H
#define NAT_MANGLE_H

#include "nat/nat.h"

/* Make the IP packet at offset 'at' of path->p bear the address and the
 * protocol's part that 'want' has at the end 'side', checksums included.  At
 * an offset that is not 0 lies what an ICMP error quotes.  'protocol' is what
 * the transport header is taken for.
 * => false when the packet is too short for that (nothing said), or there is
 *    no memory.  What a capture cut off is left alone. */
bool mangle_end(struct path *path, uint32_t at, const struct key *want,
		uint8_t protocol, enum nat_side side);

/* The same for what an ICMP error quotes, at both ends if 'both', else at
 * 'side'; the error's own checksum is made right again. */
bool mangle_quoted(struct path *path, const struct key *want,
		   uint8_t protocol, enum nat_side side, bool both);

/* Translate an ICMP error and what it quotes, which belongs to the packet's
 * connection, in one step of the two.  => false: drop it. */
bool mangle_error(struct path *path, enum nat_side side);

/* Does the packet carry ICMP of its own family? */
static inline bool
mangle_is_icmp(const struct pkt *p)
{
	return p->kind == PKT_WHOLE &&
	       p->protocol == (p->family == CLEW_IPV4 ? PROTO_ICMP :
						       PROTO_ICMPV6);
}

#endif
