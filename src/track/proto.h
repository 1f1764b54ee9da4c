/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto.h - what each protocol tracker offers. */
#ifndef TRACK_PROTO_H
#define TRACK_PROTO_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/packet.h"
#include "clew/tuple.h"
#include "pkt/pkt.h"

struct conn;
struct key;
struct track;

enum proto {
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_GRE = 47,
	PROTO_ICMPV6 = 58,
	PROTO_SCTP = 132,
	PROTO_UDPLITE = 136,
};

/* What a tracker made of a packet of its connection. */
enum proto_result {
	PROTO_OK,
	PROTO_INVALID,		/* out->reason says why */
	PROTO_REOPEN,		/* the old connection is over: look again */
	PROTO_ENDED,		/* good, and the connection's end: DYING */
	PROTO_CUT,		/* needs bytes the capture does not have */
};

/* Judge packet 'p' of connection 'c' in direction 'dir'.  'c' is unconfirmed
 * when the packet would make it.  Sets out->reason and out->detail. */
enum proto_result tcp_packet(struct track *t, struct conn *c,
			     const struct pkt *p, enum clew_dir dir,
			     struct clew_packet *out);
enum proto_result udp_packet(struct track *t, struct conn *c,
			     const struct pkt *p, enum clew_dir dir,
			     struct clew_packet *out);
enum proto_result udplite_packet(struct track *t, struct conn *c,
				 const struct pkt *p, enum clew_dir dir,
				 struct clew_packet *out);
enum proto_result icmp_packet(struct track *t, struct conn *c,
			      const struct pkt *p, enum clew_dir dir,
			      struct clew_packet *out);
enum proto_result icmpv6_packet(struct track *t, struct conn *c,
				const struct pkt *p, enum clew_dir dir,
				struct clew_packet *out);
enum proto_result sctp_packet(struct track *t, struct conn *c,
			      const struct pkt *p, enum clew_dir dir,
			      struct clew_packet *out);
enum proto_result gre_packet(struct track *t, struct conn *c,
			     const struct pkt *p, enum clew_dir dir,
			     struct clew_packet *out);
enum proto_result generic_packet(struct track *t, struct conn *c,
				 const struct pkt *p, enum clew_dir dir,
				 struct clew_packet *out);

/* Turn a query's type into its reply's and back.
 * => false when the type is neither. */
bool icmp_invert(union clew_proto_part *part);
bool icmpv6_invert(union clew_proto_part *part);

/* ICMP before a connection is looked for: errors belong to the connection
 * they quote, neighbour discovery to none. */
enum icmp_kind {
	ICMP_QUERY,		/* go on as with any packet */
	ICMP_RELATED,		/* '*c' and '*dir' are what it quotes */
	ICMP_UNTRACKED,
	ICMP_INVALID,		/* out->reason */
	ICMP_CUT,
};

enum icmp_kind icmp_classify(struct track *t, const struct pkt *p,
			     struct clew_packet *out, struct conn **c,
			     enum clew_dir *dir);
enum icmp_kind icmpv6_classify(struct track *t, const struct pkt *p,
			       struct clew_packet *out, struct conn **c,
			       enum clew_dir *dir);

/* The key of the packet quoted at 'at', turned round: it went the other way.
 * => ICMP_RELATED: it can be looked for; else as icmp_classify(). */
enum icmp_kind icmp_read_quoted(struct track *t, const struct pkt *p,
				uint32_t at, struct clew_packet *out,
				struct key *inverse);

/* Does the packet quote another?  '*at' is where, if it is long enough. */
bool icmp_quotes(const struct pkt *p, uint32_t *at);

/* A reset was sent for a packet of it: it is over, but for the packets that
 * are still under way (nf_conntrack_tcp_set_closing). */
void tcp_set_closing(struct track *t, struct conn *c);

/* May the connection be dropped early although it is ASSURED? */
bool tcp_is_closing(const struct conn *c);
bool sctp_is_closing(const struct conn *c);

#endif
