/* SPDX-License-Identifier: BSD-2-Clause
 * track/tcp.h - a TCP segment, as those see it who judge it and who explain
 * how it was judged. */
#ifndef TRACK_TCP_H
#define TRACK_TCP_H

#include "track/track.h"

/* Flags as they stand in the header. */
enum {
	FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08,
	ACK = 0x10, URG = 0x20, ECE = 0x40, CWR = 0x80,
};

/* What a segment is to the state machine, numbered as Linux's log numbers
 * them ("index"). */
enum tcp_event {
	EV_SYN,
	EV_SYNACK,
	EV_FIN,
	EV_ACK,
	EV_RST,
	EV_NONE,
	TCP_EVENTS,
};

/* One segment. */
struct segment {
	uint32_t seq;
	uint32_t ack;		/* in the sender's numbers */
	uint32_t sack;
	uint32_t end;		/* seq + length, SYN and FIN counted */
	uint16_t win;
	uint8_t flags;
	uint8_t event;		/* enum tcp_event */
	uint8_t option_size;
	const uint8_t *option;
};

/* For who explains (explain_tcp.c): what tcp_packet() does, bit by bit and on
 * copies. */

/* => PROTO_OK: 's' is filled in; else 'out' says why, as for tcp_packet(). */
enum proto_result tcp_segment_read(struct track *t, const struct pkt *p,
				   struct segment *s,
				   struct clew_packet *out);

/* What the table says: enum clew_tcp_state, TCP_REFUSE or TCP_IGNORE. */
enum {
	TCP_REFUSE = CLEW_TCP_NONE,
	TCP_IGNORE = CLEW_TCP_STATES,
};
uint8_t tcp_cell(enum clew_dir dir, enum tcp_event event, uint8_t state);

/* What a connection's first segment makes of it.  => As tcp_packet(). */
enum proto_result tcp_begin(struct track *t, struct conn *c,
			    const struct segment *s, struct clew_packet *out);

/* Make the numbers of 's' and of 'c' what the bounds are asked with.
 * => true when there is nothing to ask. */
bool tcp_window_begin(const struct track *t, struct conn *c,
		      struct segment *s, enum clew_dir dir);

/* Bound IV: how far behind an acknowledgment may be. */
static inline uint32_t
tcp_ack_window(const struct tcp_window *sender)
{
	enum { LEAST = 66000 };		/* one full window and a little */

	return sender->maxwin > LEAST ? sender->maxwin : LEAST;
}

/* Which timeout a segment that led to 'state' begins anew: an index into
 * settings.tcp. */
unsigned tcp_timeout_kept(const struct track *t, const struct conn *c,
			  const struct segment *s, uint8_t state,
			  const uint32_t *timeouts);

#endif
