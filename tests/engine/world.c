/* SPDX-License-Identifier: BSD-2-Clause
 * engine/world.c - see engine/world.h. */
#include "engine/world.h"

#include <stdlib.h>

static void
note(void *ctx, const struct clew_event *event)
{
	struct world *w = ctx;

	if (w->told_count == w->told_room) {
		w->told_room = w->told_room ? w->told_room * 2 : 64;
		w->told = realloc(w->told, w->told_room * sizeof(*w->told));
	}
	w->told[w->told_count++] = (struct told){
		.type = event->type, .bits = event->bits,
		.time_ns = event->time_ns, .conn = event->conn,
		.ct = *event->ct,
	};
}

void
world_init(struct world *w, const struct clew_config *config)
{
	struct clew_config c = config ? *config : (struct clew_config){
		.start_ns = START_NS,
	};

	memset(w, 0, sizeof(*w));
	c.on_event = note;
	c.ctx = w;
	w->now_ns = c.start_ns;
	put32(w->ends.addr[0], 0x0a000001);
	put32(w->ends.addr[1], 0xc0000201);
	w->port[0] = 4000;
	w->port[1] = 80;
	assert_int_equal(clew_engine_create(&w->e, &c), 0);
}

void
world_fini(struct world *w)
{
	clew_engine_destroy(w->e);
	free(w->told);
}

void
world_forget(struct world *w)
{
	w->told_count = 0;
}

void
world_set(struct world *w, const char *name, uint64_t value)
{
	struct clew_error error = { "" };

	if (clew_engine_set(w->e, name, value, &error))
		fail_msg("%s", error.text);
}

const struct told *
world_only(const struct world *w, enum clew_event_type type)
{
	assert_int_equal(w->told_count, 1);
	assert_int_equal(w->told[0].type, type);
	return &w->told[0];
}

struct clew_packet
packet_for(const uint8_t *bytes, uint32_t len, uint64_t time_ns)
{
	return (struct clew_packet){
		.data = bytes, .caplen = len, .len = len, .ifindex = 1,
		.time_ns = time_ns,
	};
}

struct clew_packet
world_send_bytes(struct world *w, const uint8_t *bytes, uint32_t caplen,
		 uint32_t len)
{
	/* A copy of just this size: ASan sees every step too far. */
	uint8_t *copy = malloc(caplen + !caplen);
	struct clew_packet p = packet_for(copy, caplen, w->now_ns);

	memcpy(copy, bytes, caplen);
	p.len = len;
	p.zone = w->zone;
	p.flags = w->flags;
	p.timeout_policy = w->policy;
	clew_engine_process(w->e, &p, 1);
	free(copy);
	p.data = NULL;
	return p;
}

struct clew_packet
world_send(struct world *w)
{
	return world_send_bytes(w, w->p.b, (uint32_t)w->p.len,
				(uint32_t)w->p.len);
}

struct clew_packet
world_udp(struct world *w, unsigned from)
{
	build_udp(&w->p, &w->ends, from, 17, w->port[from], w->port[!from],
		  10);
	return world_send(w);
}

struct clew_packet
world_tcp(struct world *w, unsigned from, uint8_t flags, uint32_t seq,
	  uint32_t ack, uint16_t data)
{
	build_tcp(&w->p, &w->ends, from, &(struct tcp_part){
		.sport = w->port[from], .dport = w->port[!from], .seq = seq,
		.ack = ack, .flags = flags, .window = 8000, .data = data,
	});
	return world_send(w);
}

struct clew_packet
world_ping(struct world *w, unsigned from, uint16_t id)
{
	uint8_t type = w->ends.six ? 128 + from : from ? 0 : 8;

	build_icmp(&w->p, &w->ends, from, type, 0, (uint32_t)id << 16, "ping",
		   4);
	return world_send(w);
}

struct clew_packet
world_connect(struct world *w)
{
	world_tcp(w, 0, TH_SYN, 1000, 0, 0);
	world_tcp(w, 1, TH_SYN | TH_ACK, 5000, 1001, 0);
	return world_tcp(w, 0, TH_ACK, 1001, 5001, 0);
}

void
world_wait(struct world *w, uint64_t ns)
{
	w->now_ns += ns;
	assert_true(clew_engine_advance(w->e, w->now_ns, 0));
}

struct clew_stats
world_stats(const struct world *w)
{
	struct clew_stats stats;

	clew_engine_stats(w->e, &stats);
	return stats;
}

struct clew_snapshot
world_snapshot(const struct world *w, clew_conn_ref conn)
{
	struct clew_snapshot s;

	assert_int_equal(clew_conn_snapshot(w->e, conn, &s), 0);
	return s;
}
