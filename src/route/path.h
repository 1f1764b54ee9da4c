/* SPDX-License-Identifier: BSD-2-Clause
 * route/path.h - a packet on its way through the hooks: what Linux keeps in
 * its buffer's head and in the hook's state.
 *
 * The engine makes one per packet on its stack; NAT, rules and router read
 * and change it.  A packet's bytes may only be changed after path_own(),
 * which copies them first: the caller's stay as they are. */
#ifndef ROUTE_PATH_H
#define ROUTE_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/watch.h"
#include "pkt/pkt.h"
#include "route/route.h"
#include "track/track.h"

/* NF_INET_*; the last two belong to netdev (and inet ingress). */
enum hook {
	HOOK_PREROUTING,
	HOOK_INPUT,
	HOOK_FORWARD,
	HOOK_OUTPUT,
	HOOK_POSTROUTING,
	HOOK_INGRESS,
	HOOK_EGRESS,
	HOOKS,
};

struct path;

/* What a packet made here has to do with its cause's connection. */
enum path_send {
	PATH_SEND_ALONE,	/* nothing: it is tracked by itself */
	PATH_SEND_RELATED,	/* it is of it, in the other direction, RELATED
				 * (nf_ct_attach) */
	PATH_SEND_REPLY,	/* it is a reply in it */
	PATH_SEND_SYNPROXY,	/* it begins one of its own, for synproxy */
};

/* What the path needs from above: the engine fills it in. */
struct path_ops {
	/* Send a packet made here (IP header first), as Linux's ip_local_out:
	 * through output and postrouting.  'cause' is the packet it answers.
	 * => Copies 'data'. */
	void (*send)(struct path *cause, const uint8_t *data, uint32_t len,
		     enum path_send how);
	/* A copy of the packet's bytes, to be changed and then sent, before
	 * anything else is made: untracked, through output and postrouting.
	 * copy => NULL: there is no room. */
	uint8_t *(*copy)(struct path *cause);
	void (*send_copy)(struct path *cause, uint8_t *copy,
			  const struct route_result *route,
			  const struct iface *out);
	/* The packet as it is leaves by 'out' at once, in the frame it came
	 * in or, with 'next_hop', for that neighbour. 'itself': it is not a
	 * copy that does, and is gone.  => false: it cannot. */
	bool (*leave)(struct path *path, const struct iface *out,
		      const union clew_addr *next_hop, bool itself);
};

/* What a rule wants for the connection that a packet may begin, besides what
 * the packet itself bears (zone, timeout policy): Linux's template. */
struct path_template {
	bool is_zone_mark;		/* the zone is the mark when tracked */
	bool has_event_masks;
	uint16_t event_mask;		/* enum clew_event_bit */
	uint16_t expect_mask;		/* of expectations' events */
	uint32_t helper;		/* track/helper.h, or 0 */
};

struct path {
	struct pkt *p;			/* p->ip may be the caller's bytes */
	struct clew_packet *packet;	/* mark, zone, flags, ct_state, dir,
					 * reason; the engine's own for packets
					 * it made itself */
	struct passage *pass;		/* pass->conn: NULL if untracked */
	struct track *track;
	struct router *router;
	struct random *random;
	const struct path_ops *ops;
	const struct watch *watch;	/* NULL: nobody asks why */

	const struct iface *in;		/* NULL: none, or unknown */
	const struct iface *out;
	struct route_result route;	/* once routed: has_route */
	bool has_route;
	bool is_own;			/* p->ip lies in 'room' */
	bool is_traced;			/* meta nftrace */
	bool is_generated;		/* by the engine: reject, ICMP error */
	bool is_copy;			/* made by a rule, or caused by one
					 * that was: not to be copied */
	bool is_synproxy;		/* its connection is, if it begins one */
	bool has_template;		/* a rule set the zone (Linux's
					 * template); tracking clears it */
	const struct path_template *template;	/* of that rule, or NULL */
	uint8_t hook;			/* enum hook */
	uint8_t depth;			/* of packets that answer packets */
	uint8_t pkttype;		/* PACKET_HOST, _BROADCAST, ... */
	uint32_t trace_id;		/* 0: not yet chosen */
	uint32_t priority;		/* meta priority */
	uint32_t classid;		/* rt classid */
	/* Of a datagram that was put together: the largest part, header and
	 * all (0: it was not), whether that had DF, and where the parts began,
	 * in units of 8 bytes. */
	uint32_t frag_max;
	bool frag_df;
	const uint16_t *part;
	uint32_t parts;
	/* How far, from its IP header on, Linux has pulled the parts together
	 * to write or to look at it: path_pull(). */
	uint32_t pulled;
	bool is_redirected;		/* leaves where it came in: tell so */
	/* IPv4's options, once they were worked on: offsets of records of the
	 * route and of timestamps, or 0; whether the way out is to be written
	 * into them; and whether the header's checksum is behind them. */
	uint8_t option_rr;
	uint8_t option_ts;
	uint8_t option_cipso;		/* a security label (CIPSO) */
	bool option_rr_waits;
	bool option_ts_waits;
	bool is_option_changed;
	const uint8_t *l2;		/* link-layer header, or NULL */
	uint32_t l2_len;

	uint8_t *room;			/* where path_own() copies to */
	uint32_t room_size;
};

/* Linux wants the packet's first 'end' bytes in one piece here. */
static inline void
path_pull(struct path *path, uint32_t end)
{
	if (path->pulled < end)
		path->pulled = end;
}

/* Bytes that may be written, p->have of them.
 * => The IP header; NULL when there is no room.  Pointers into p->ip taken
 *    before are stale. */
uint8_t *path_own(struct path *path);

/* The packet's length changes: make room for 'len' bytes.  => As path_own(). */
uint8_t *path_resize(struct path *path, uint32_t len);

static inline uint32_t
path_mark(const struct path *path)
{
	return path->packet->mark;
}

#endif
