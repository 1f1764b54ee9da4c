/* SPDX-License-Identifier: BSD-2-Clause
 * nat/synproxy.h - handshakes on behalf of servers, so that what never ends
 * its handshake costs neither them nor the table anything (RFC 4987 3.6).
 *
 *	client          here            server
 *	SYN ------------> synproxy_rule()
 *	    <---- SYN ACK (its number is a cookie)
 *	ACK ------------> synproxy_rule()
 *			      SYN -------->		tracked from here on
 *			      <-------- SYN ACK  synproxy_hook()
 *			      ACK -------->
 *	    <---- ACK (opens the window)
 *
 * From then on numbers (nat/numbers.c) and timestamps are moved by what both
 * handshakes differ. */
#ifndef NAT_SYNPROXY_H
#define NAT_SYNPROXY_H

#include "route/path.h"

/* What a rule says of the servers; options are NF_SYNPROXY_OPT_*. */
struct synproxy {
	uint8_t options;
	uint8_t wscale;
	uint16_t mss;
};

enum synproxy_answer {
	SYNPROXY_NOT_FOR_ME,	/* neither SYN nor ACK: the rules go on */
	SYNPROXY_NOT_TCP,
	SYNPROXY_TAKEN,		/* the packet was answered, and is gone */
	SYNPROXY_DROP,
};

/* What nft's 'synproxy' and iptables' SYNPROXY do with a packet at input or
 * forward. */
enum synproxy_answer synproxy_rule(struct path *path,
				   const struct synproxy *says);

/* At input and postrouting, before sequence numbers are moved: the second
 * handshake, and timestamps. */
enum synproxy_answer synproxy_hook(struct path *path);

/* A connection that our own SYN began.  => false: no memory. */
bool synproxy_begin(struct track *t, struct conn *c);

#endif
