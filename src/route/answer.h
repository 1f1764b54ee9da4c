/* SPDX-License-Identifier: BSD-2-Clause
 * route/answer.h - packets that answer packets: ICMP errors, TCP resets.
 *
 * One place for the router (TTL, MTU, no route) and for rules (reject). */
#ifndef ROUTE_ANSWER_H
#define ROUTE_ANSWER_H

#include "route/path.h"

/* Send the ICMP error 'type'/'code' about path->p, with 'info' in its second
 * word (MTU, pointer), as icmp_send()/icmpv6_send() would: none about ICMP
 * errors, broadcasts, later fragments, bad sources; quoting what RFC 1812,
 * RFC 4443 and Linux quote; within the rate limits of net.ipv4.icmp_* and
 * net.ipv6.icmp.*. */
void answer_icmp(struct path *path, uint8_t type, uint8_t code, uint32_t info);

/* Tell an IPv6 host on the link that there is a better first hop than this
 * one (RFC 4861 8.2), without that one's link-layer address: neighbours are
 * not known here. */
void answer_redirect6(struct path *path, const union clew_addr *source,
		      const uint8_t *target);

/* As nft's and iptables' reject sends them: no rate limit of its own beyond
 * icmp_send()'s, and the checks that nf_reject makes.  They go by
 * path->hook, as Linux's do (before routing they route by themselves). */
void answer_reject_icmp(struct path *path, uint8_t code);	/* of the family */
void answer_reject_tcp(struct path *path);			/* a reset */

#endif
