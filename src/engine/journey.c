/* SPDX-License-Identifier: BSD-2-Clause
 * engine/journey.c - from where a packet comes in to where it leaves.
 *
 * Without interfaces there is no router, and a packet goes prerouting,
 * forward, postrouting as it is.  With them it goes as route/forward.h
 * draws it.  What is made on the way (ICMP errors, resets) makes its own
 * journey at once, through output and postrouting, before its cause goes on
 * or is dropped. */
#include "engine/journey.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <string.h>

#include "route/forward.h"
#include "route/router.h"

enum {
	DEPTH_MOST	= 4,	/* packets that answer packets that answer */
	MADE_SLACK	= 64,	/* that a packet made here may grow by */
};

static void send_made(struct path *cause, const uint8_t *data, uint32_t len,
		      enum path_send how);

static uint8_t *copy_bytes(struct path *cause);
static void send_copy(struct path *cause, uint8_t *copy,
		      const struct route_result *route,
		      const struct iface *out);
static bool leave_at_once(struct path *path, const struct iface *out,
			  const union clew_addr *next_hop, bool itself);

static const struct path_ops ops = {
	.send = send_made,
	.copy = copy_bytes,
	.send_copy = send_copy,
	.leave = leave_at_once,
};

/* Leaving. */

static struct clew_output *
add_output(struct journey *j, uint8_t kind, const uint8_t *data, uint32_t len)
{
	const struct path *path = &j->path;
	struct clew_output *out = outputs_add(j->e);

	if (!out)
		return NULL;
	*out = (struct clew_output){
		.data = data,
		.len = len,
		.ifindex = path->is_generated ? 0 : path->packet->ifindex,
		.out_ifindex = path->packet->out_ifindex,
		.mark = path->packet->mark,
		.packet = j->number,
		.kind = kind,
		.verdict = path->packet->verdict,
	};
	if (path->has_route || path->is_copy)
		out->next_hop = path->route.next_hop;
	return out;
}

/* The packet's own bytes stay until the next burst. */
static void
keep(struct journey *j)
{
	const struct path *path = &j->path;

	if (path->is_own && !path->is_generated && !j->is_kept)
		outputs_keep(j->e, path->p->have);
	j->is_kept = true;
}

/* The packet as it is now, if it is not what came in. */
static void
leave(struct journey *j, bool is_local)
{
	struct path *path = &j->path;
	struct clew_output *out;

	if (is_local)
		path->packet->result |= CLEW_RES_LOCAL;
	if (watch_is_on(path->watch))
		explain_leave(j, is_local);
	if (!path->is_own)
		return;
	out = add_output(j, j->kind, path->p->ip, path->p->have);
	if (!out) {
		journey_drop(j, CLEW_WHY_FRAG_MEMORY);
		return;
	}
	out->is_local = is_local;
	keep(j);
	if (!j->is_datagram)
		path->packet->result |= CLEW_RES_OUTPUT;
}

/* Room for a part of a packet: behind what it is a part of, which stays as
 * long as there are parts to come. */
static uint8_t *
next_part(void *ctx, uint32_t len)
{
	struct journey *j = ctx;
	struct clew_engine *e = j->e;
	uint8_t *room;

	if (j->path.is_generated) {
		room = outputs_made_room(e, len);
	} else {
		keep(j);
		room = outputs_room_after(e, 0, len);
		if (room)
			outputs_keep(e, len);
	}
	if (!room || !add_output(j, CLEW_OUT_FRAGMENT, room, len))
		return NULL;
	return room;
}

/* Out of an interface. */
static void
send_out(struct journey *j)
{
	struct path *path = &j->path;

	if (path->has_route) {
		switch (route_fragment(path, next_part, j)) {
		case FRAGMENT_NOT_NEEDED:
			break;
		case FRAGMENT_DONE:
			path->packet->result |= CLEW_RES_OUTPUT;
			return;
		case FRAGMENT_REFUSED:
			journey_drop(j, CLEW_WHY_MTU);
			return;
		}
	}
	leave(j, false);
}

/* The ways. */

static void
go_to_host(struct journey *j)
{
	j->path.out = NULL;
	j->path.packet->out_ifindex = 0;
	if (journey_hook(j, HOOK_INPUT))
		leave(j, true);
}

static void
note_way(struct journey *j)
{
	struct path *path = &j->path;

	char via[4 + INET6_ADDRSTRLEN] = "via ";

	path->packet->out_ifindex = path->out ? path->out->pub.index : 0;
	if (!path->is_traced)
		return;
	if (path->route.has_via)
		inet_ntop(path->p->family == CLEW_IPV4 ? AF_INET : AF_INET6,
			  path->route.next_hop.bytes, via + 4,
			  INET6_ADDRSTRLEN);
	journey_trace(j, CLEW_TRACE_ROUTE, path->route.has_via ? via :
		      path->route.type == CLEW_ROUTE_LOCAL ? "local" :
							     "on link");
}

static void
go_on(struct journey *j)
{
	struct path *path = &j->path;
	enum clew_reason why;

	note_way(j);
	if (watch_is_on(path->watch))
		explain_forward(j);
	if (!route_forward(path, &why)) {
		journey_drop(j, why);
		return;
	}
	if (!journey_hook(j, HOOK_FORWARD))
		return;
	route_forwarded(path);
	if (journey_hook(j, HOOK_POSTROUTING))
		send_out(j);
}

/* After prerouting, with a router. */
static void
go_routed(struct journey *j)
{
	enum clew_reason why = CLEW_WHY_NONE;
	enum route_way way = route_input(&j->path, &why);

	if (watch_is_on(j->path.watch))
		explain_route(j, CLEW_ROUTE_FOR_INPUT, why);
	switch (way) {
	case ROUTE_TO_HOST:
		journey_trace(j, CLEW_TRACE_ROUTE, "local");
		go_to_host(j);
		break;
	case ROUTE_ON:
		go_on(j);
		break;
	case ROUTE_NOWHERE:
		journey_drop(j, why);
		break;
	}
}

static void
go_in(struct journey *j)
{
	struct path *path = &j->path;

	if (!journey_hook(j, HOOK_PREROUTING))
		return;
	if (router_is_on(path->router)) {
		go_routed(j);
		return;
	}
	if (journey_hook(j, HOOK_FORWARD) && journey_hook(j, HOOK_POSTROUTING))
		leave(j, false);
}

/* What a host sends to itself comes in at its loopback. */
static void
go_round(struct journey *j)
{
	struct path *path = &j->path;

	path->in = router_loopback(path->router);
	path->out = NULL;
	path->pkttype = PACKET_HOST;
	/* What has no connection is looked at once more. */
	j->is_tracked = path->pass->conn ||
			path->packet->ct_state == CLEW_CT_UNTRACKED;
	if (journey_hook(j, HOOK_PREROUTING))
		go_to_host(j);
}

static void
go_out(struct journey *j)
{
	struct path *path = &j->path;

	if (path->has_route)
		note_way(j);
	if (!journey_hook(j, HOOK_OUTPUT) ||
	    !journey_hook(j, HOOK_POSTROUTING))
		return;
	if (path->has_route && path->out == router_loopback(path->router))
		go_round(j);
	else
		send_out(j);
}

/* Beginnings. */

/* Not of the engine's random numbers: who traces changes nothing. */
static uint32_t
trace_id(struct clew_engine *e)
{
	uint64_t id = hash_blocks(&e->track.id_key,
				  (const uint64_t[1]){ ++e->traced }, 1);

	return (uint32_t)id | 1;
}

static void
prepare(struct journey *j, struct clew_engine *e, struct pkt *p,
	struct clew_packet *packet, struct passage *pass)
{
	struct path *path = &j->path;

	path->p = p;
	path->packet = packet;
	path->pass = pass;
	path->track = &e->track;
	path->router = e->router;
	path->random = &e->random;
	path->ops = &ops;
	path->in = router_iface(e->router, packet->ifindex);
	path->out = router_iface(e->router, packet->out_ifindex);
	path->is_traced = e->is_tracing_all ||
			  (packet->flags & CLEW_PKT_TRACE);
	if (path->is_traced)
		path->trace_id = trace_id(e);
	j->e = e;
	if (__builtin_expect(e->explain != NULL, 0))
		journey_watch(j);
	j->was_flags = packet->flags;
	j->was_zone = packet->zone;
}

/* What a station on the link would say of the frame's destination. */
static uint8_t
pkttype_of(const struct path *path)
{
	static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };

	if (path->l2_len < 14)
		return PACKET_HOST;
	if (!memcmp(path->l2, everybody, sizeof(everybody)))
		return PACKET_BROADCAST;
	return path->l2[0] & 1 ? PACKET_MULTICAST : PACKET_HOST;
}

static void
end(struct journey *j)
{
	struct path *path = &j->path;

	if (path->packet->verdict == CLEW_ACCEPT && !j->is_gone)
		return;
	if (!j->is_borrowed)
		track_abort(&j->e->track, path->pass);
	path->pass->conn = NULL;
}

/* The last fragment's own verdict: its datagram is in the output list, also
 * when it was dropped. */
static void
end_datagram(struct journey *j)
{
	struct path *path = &j->path;

	if (path->packet->verdict == CLEW_DROP &&
	    add_output(j, CLEW_OUT_DATAGRAM, path->p->ip, path->p->have))
		keep(j);
	path->packet->verdict = CLEW_STOLEN;
}

static void
begin_in(struct journey *j)
{
	struct path *path = &j->path;
	enum clew_reason why;

	if (router_is_on(path->router))
		path->out = NULL;	/* it is not the caller who says */
	journey_unsee(j);
	if (j->e->hooks.list[2][HOOK_INGRESS].count &&
	    !journey_hook(j, HOOK_INGRESS))
		return;
	if (path->p->kind == PKT_BAD) {
		/* Its first option may earn an answer all the same. */
		if (router_is_on(path->router) &&
		    path->p->why == CLEW_WHY_IP_HEADER)
			route_receive(path, &why);
		journey_drop(j, (enum clew_reason)path->p->why);
		return;
	}
	if (router_is_on(path->router) && !route_receive(path, &why)) {
		journey_drop(j, why);
		return;
	}
	go_in(j);
}

static void
begin_out(struct journey *j)
{
	struct path *path = &j->path;

	path->in = NULL;
	if (path->p->kind == PKT_BAD) {
		journey_drop(j, (enum clew_reason)path->p->why);
		return;
	}
	if (router_is_on(path->router)) {
		bool is_routed = route_output(path, path->out);

		if (watch_is_on(path->watch))
			explain_route(j, CLEW_ROUTE_FOR_OUTPUT, is_routed ?
				      CLEW_WHY_NONE : CLEW_WHY_NO_ROUTE);
		if (!is_routed) {
			journey_drop(j, CLEW_WHY_NO_ROUTE);
			return;
		}
	}
	go_out(j);
}

/* All zero.  Of a constant size gcc would make one slow instruction. */
static void
blank(struct journey *j)
{
	size_t size = sizeof(*j);

	__asm__("" : "+r"(size));
	memset(j, 0, size);
}

void
journey_begin(struct clew_engine *e, struct pkt *p, struct clew_packet *packet,
	      struct passage *pass, enum proto_result read, size_t number)
{
	const uint32_t flags = packet->flags;
	const uint16_t zone = packet->zone;
	const uint16_t policy = packet->timeout_policy;
	struct journey j;

	blank(&j);
	j.number = number;
	j.read = (uint8_t)read;
	j.kind = CLEW_OUT_CHANGED;
	prepare(&j, e, p, packet, pass);
	j.path.room = outputs_room(e);
	j.path.room_size = j.path.room ? FRAG_DATAGRAM_MAX : 0;
	if (packet->l2_offset < packet->l3_offset &&
	    packet->l3_offset <= packet->caplen) {
		j.path.l2 = packet->data + packet->l2_offset;
		j.path.l2_len = packet->l3_offset - packet->l2_offset;
	}
	j.path.pkttype = pkttype_of(&j.path);
	packet->verdict = CLEW_ACCEPT;
	pass->conn = NULL;
	if (flags & CLEW_PKT_LOCAL_OUT)
		begin_out(&j);
	else
		begin_in(&j);
	end(&j);
	if (j.is_datagram)
		end_datagram(&j);
	/* Rules gave these to the packet, not to its owner. */
	packet->flags = flags;
	packet->zone = zone;
	packet->timeout_policy = policy;
}

/* It is of its cause's connection. */
static void
borrow(struct journey *j, const struct path *cause, enum path_send how)
{
	struct path *path = &j->path;

	if (!cause->pass->conn)
		return;
	path->pass->conn = cause->pass->conn;
	path->pass->hash = cause->pass->hash;
	path->packet->conn = cause->packet->conn;
	path->packet->dir = how == PATH_SEND_REPLY ? CLEW_DIR_REPLY :
			    !cause->packet->dir;
	path->packet->ct_state = how == PATH_SEND_REPLY ?
				 CLEW_CT_ESTABLISHED : CLEW_CT_RELATED;
	j->is_borrowed = j->is_tracked = true;
}

static void
send_made(struct path *cause, const uint8_t *data, uint32_t len,
	  enum path_send how)
{
	struct journey *from = journey_of(cause);
	struct clew_engine *e = from->e;
	struct clew_packet packet = {
		.time_ns = cause->packet->time_ns,
		.flags = CLEW_PKT_CSUM_OK | CLEW_PKT_IP_CSUM_OK,
		.ct_state = CLEW_CT_INVALID,
	};
	struct passage pass = { .conn = NULL };
	struct pkt p = { .flags = packet.flags };
	struct journey j = {
		.number = from->number,
		.kind = CLEW_OUT_GENERATED,
		.read = PROTO_INVALID,
	};
	uint8_t *room;

	if (cause->depth >= DEPTH_MOST)
		return;
	room = outputs_made_room(e, len + MADE_SLACK);
	if (!room)
		return;
	if (watch_is_on(cause->watch))
		explain_answer(from, data, len, how == PATH_SEND_RELATED ||
			       how == PATH_SEND_REPLY);
	memcpy(room, data, len);
	pkt_parse(&p, room, len, len);
	prepare(&j, e, &p, &packet, &pass);
	j.path.room = room;
	j.path.room_size = len + MADE_SLACK;
	j.path.is_own = true;
	j.path.is_generated = true;
	j.path.depth = cause->depth + 1;
	j.path.is_copy = cause->is_copy;
	j.path.is_traced = e->is_tracing_all;
	j.was_flags = UINT32_MAX;	/* its key is still to be read */
	j.path.is_synproxy = how == PATH_SEND_SYNPROXY;
	if (how == PATH_SEND_RELATED || how == PATH_SEND_REPLY)
		borrow(&j, cause, how);
	if (router_is_on(e->router)) {
		begin_out(&j);
	} else {
		packet.out_ifindex = cause->packet->ifindex;
		go_out(&j);
	}
	e->watched = from;
	/* It may have ended with the answer. */
	if (j.is_borrowed && !pass.conn)
		cause->pass->conn = NULL;
	end(&j);
}

/* Copies. */

static uint32_t
copied_size(const struct path *path)
{
	const struct pkt *p = path->p;

	return p->have < p->len ? p->have : p->len;
}

static uint8_t *
copy_bytes(struct path *cause)
{
	struct clew_engine *e = journey_of(cause)->e;
	uint32_t size = copied_size(cause);
	uint8_t *room = cause->depth < DEPTH_MOST ?
			outputs_made_room(e, size + MADE_SLACK) : NULL;

	if (room)
		memcpy(room, cause->p->ip, size);
	return room;
}

/* If the cause was put together, the copy is taken apart, too; but not into
 * the same parts, for these are the cause's still when it leaves. */
static void
copy_parts(struct path *path, const struct path *cause)
{
	path->frag_max = cause->frag_max;
	path->frag_df = cause->frag_df;
	path->priority = cause->priority;
}

static void
send_copy(struct path *cause, uint8_t *copy, const struct route_result *route,
	  const struct iface *out)
{
	struct journey *from = journey_of(cause);
	struct clew_engine *e = from->e;
	struct clew_packet packet = {
		.time_ns = cause->packet->time_ns,
		.flags = CLEW_PKT_NOTRACK | (cause->p->flags &
			 (CLEW_PKT_CSUM_OK | CLEW_PKT_IP_CSUM_OK |
			  CLEW_PKT_CSUM_PARTIAL | CLEW_PKT_GSO)),
		.mark = cause->packet->mark,
		.ct_state = CLEW_CT_UNTRACKED,
	};
	struct passage pass = { .conn = NULL };
	struct pkt p = { .flags = packet.flags };
	struct journey j = {
		.number = from->number,
		.kind = CLEW_OUT_COPY,
		.read = PROTO_INVALID,
		.is_tracked = true,
	};

	if (watch_is_on(cause->watch))
		explain_answer(from, copy, copied_size(cause), false);
	pkt_parse(&p, copy, copied_size(cause), cause->p->len);
	if (p.kind == PKT_FRAGMENT)
		pkt_find_transport(&p);		/* nobody puts it together */
	prepare(&j, e, &p, &packet, &pass);
	copy_parts(&j.path, cause);
	j.path.room = copy;
	j.path.room_size = copied_size(cause) + MADE_SLACK;
	j.path.is_own = j.path.is_generated = j.path.is_copy = true;
	j.path.depth = cause->depth + 1;
	j.path.is_traced = e->is_tracing_all;
	j.was_flags = UINT32_MAX;
	j.path.route = *route;
	j.path.has_route = router_is_on(e->router);
	j.path.out = out;
	if (j.path.has_route && route->type == CLEW_ROUTE_LOCAL) {
		j.path.out = router_loopback(e->router);
		j.path.route.mtu = j.path.out->pub.mtu;
	}
	packet.out_ifindex = j.path.out ? j.path.out->pub.index : 0;
	go_out(&j);
	e->watched = from;
}

/* Frames. */

/* A loopback hands nobody a frame that is for another station. */
static bool
leave_at_once(struct path *path, const struct iface *out,
	      const union clew_addr *next_hop, bool itself)
{
	struct journey *j = journey_of(path);
	const struct clew_packet *packet = path->packet;
	uint32_t size = copied_size(path);
	uint32_t whole = packet->caplen > packet->l3_offset ?
			 packet->caplen - packet->l3_offset : 0;
	struct clew_output *output;
	uint8_t *room;

	if (out->pub.type == ROUTER_TYPE_LOOPBACK)
		return false;
	room = outputs_made_room(j->e, whole > size ? whole : size);
	if (!room)
		return false;
	memcpy(room, path->p->ip, size);
	if (whole > size)	/* with what padded its frame */
		memcpy(room + size, packet->data + packet->l3_offset + size,
		       whole - size);
	output = add_output(j, itself ? CLEW_OUT_CHANGED : CLEW_OUT_COPY, room,
			    whole > size ? whole : size);
	if (!output)
		return false;
	output->verdict = CLEW_ACCEPT;
	output->out_ifindex = out->pub.index;
	output->next_hop = next_hop ? *next_hop :
				      (union clew_addr){ { 0 } };
	if (!itself)
		return true;
	path->packet->out_ifindex = out->pub.index;
	path->packet->result |= CLEW_RES_OUTPUT;
	return j->is_sent = true;
}
