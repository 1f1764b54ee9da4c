/* SPDX-License-Identifier: BSD-2-Clause
 * track/conn.h - one connection, as it lies in memory.
 *
 *	line 0	both keys, status, mark, deadline, serial, timer link
 *	line 1	the protocol's state, extension, pending events, timer slot
 *
 * Two adjacent cache lines hold all that a packet of an established IPv4
 * connection touches.  What few connections or few users have lies in
 * parallel arrays under the same index (struct track): IPv6 addresses,
 * accounting, timestamps; and the rest in a struct conn_ext.
 *
 * Life: conn_create() makes an unconfirmed connection, which belongs to the
 * packet at hand; conn_confirm() puts it into the table; conn_kill() takes
 * it out, tells, and frees it.  An unconfirmed one is just freed.  One that
 * ends by its own packet stays, DYING, until that packet has passed; one
 * whose end could not be told to who insists on it (CONN_UNTOLD), until
 * then.
 *
 * Connections are named by their index inside the tracker and, towards the
 * outside, by index and serial number together (conn_ref()): an index comes
 * back, a serial number never. */
#ifndef TRACK_CONN_H
#define TRACK_CONN_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/wheel.h"
#include "clew/snapshot.h"
#include "track/tuple.h"

/* One side of a TCP connection (see proto_tcp.c for what they mean). */
struct tcp_window {
	uint32_t end;
	uint32_t maxend;
	uint32_t maxwin;
	uint32_t maxack;
};

/* Flags of a side, numbered as IP_CT_TCP_FLAG_*. */
enum tcp_flag {
	TCP_WINDOW_SCALE	= 0x01,
	TCP_SACK_PERM		= 0x02,
	TCP_CLOSE_INIT		= 0x04,
	TCP_BE_LIBERAL		= 0x08,
	TCP_DATA_UNACKED	= 0x10,
	TCP_MAXACK_SET		= 0x20,
	TCP_CHALLENGE_ACK	= 0x40,	/* last_flags only */
	TCP_SIMULTANEOUS_OPEN	= 0x80,	/* last_flags only */
};

struct tcp_conn {
	struct tcp_window side[CLEW_DIRS];
	uint32_t last_seq;
	uint32_t last_ack;
	uint32_t last_end;
	uint16_t last_win;
	uint8_t flags[CLEW_DIRS];	/* enum tcp_flag */
	uint8_t scale[CLEW_DIRS];
	uint8_t last_event;		/* enum tcp_event */
	uint8_t last_dir;
	uint8_t last_scale;
	uint8_t last_flags;		/* enum tcp_flag */
	uint8_t retrans;
	uint8_t state;			/* enum clew_tcp_state */
};

struct udp_conn {
	uint64_t stream_ms;	/* from then on it is a stream */
};

struct sctp_conn {
	uint32_t vtag[CLEW_DIRS];
	uint8_t state;		/* enum clew_sctp_state */
	uint8_t last_dir;
	uint8_t heartbeat_failed;
	uint8_t inits;		/* who sent an INIT: a bit per direction */
};

struct gre_conn {
	uint32_t timeout_s;
	uint32_t stream_timeout_s;
};

/* Bits kept above Linux's in conn.status, never shown. */
enum conn_status {
	CONN_UNTOLD	= 1u << 23,	/* it ended, and somebody who wants to
					 * know could not be told yet */
	CONN_ACCT	= 1u << 24,	/* accounting on when it began */
	CONN_TSTAMP	= 1u << 25,	/* timestamps on when it began */
	CONN_EVENTS	= 1u << 26,	/* events on when it began */
	CONN_ZONE_ORIG	= 1u << 27,	/* its zone holds in one direction */
	CONN_ZONE_REPLY	= 1u << 28,
	CONN_BY_SOURCE	= 1u << 29,	/* is in track/source */
	CONN_MASQ	= 1u << 30,	/* its masq_ifindex is set */
	CONN_STATUS_SHOWN = 0xffff,
};

struct conn {
	struct key_short key[CLEW_DIRS];
	uint32_t status;		/* enum clew_status, enum conn_status */
	uint32_t mark;
	uint64_t deadline_ms;		/* unconfirmed: relative, in seconds */
	uint64_t serial;		/* 0: free */
	struct wheel_link link;

	union {
		struct tcp_conn tcp;
		struct udp_conn udp;
		struct sctp_conn sctp;
		struct gre_conn gre;
		uint64_t words[7];
	};
	uint32_t ext;			/* struct conn_ext, or 0 */
	uint16_t events;		/* enum clew_event_bit, to be told */
	uint16_t slot;
};

static_assert(sizeof(struct conn) == 128, "two cache lines");
static_assert(sizeof(struct tcp_conn) <= 56, "fits the second line");

/* How a synproxy in front moved the sequence numbers and timestamps. */
struct conn_synproxy {
	uint32_t isn;
	uint32_t its;
	uint32_t tsoff;
};

/* What most connections do without. */
struct conn_ext {
	uint32_t next_free;
	uint16_t policy;		/* timeout policy, or 0 */
	bool has_labels;
	bool has_seqadj;
	bool has_event_mask;
	bool has_synproxy;
	uint16_t event_mask;		/* enum clew_event_bit */
	uint16_t expect_mask;		/* with has_event_mask: bit 0, what it
					 * expects is new; bit 1, it is gone */
	uint16_t missed;		/* events that could not be told */
	uint32_t portid;		/* whose doing its end was */
	uint32_t help;			/* struct conn_help, or 0 */
	uint32_t origin;		/* struct conn_origin, or 0 */
	uint8_t labels[CLEW_LABELS_SIZE];
	struct clew_seqadj seqadj[CLEW_DIRS];
	struct conn_synproxy synproxy;
};

/* Parallel arrays. */
struct conn_acct {
	struct clew_counter counter[CLEW_DIRS];
};

struct conn_tstamp {
	uint64_t start_ns;
	uint64_t stop_ns;
};

static inline uint8_t
conn_protocol(const struct conn *c)
{
	return key_protocol(&c->key[CLEW_DIR_ORIG]);
}

static inline enum clew_family
conn_family(const struct conn *c)
{
	return key_family(&c->key[CLEW_DIR_ORIG]);
}

/* Its zone, in whichever direction that holds. */
static inline uint16_t
conn_zone(const struct conn *c)
{
	uint16_t zone = key_zone(&c->key[CLEW_DIR_ORIG]);

	return zone ? zone : key_zone(&c->key[CLEW_DIR_REPLY]);
}

static inline bool
conn_is_confirmed(const struct conn *c)
{
	return c->status & CLEW_STATUS_CONFIRMED;
}

#endif
