/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen_sctp.c - SCTP associations that are nearly right.
 *
 * As gen_tcp.c: a plan of actions and sides, chunk values by RFC 9260. */
#include <stdlib.h>
#include <string.h>

#include "parity/gen.h"

enum {
	DATA = 0, INIT = 1, INIT_ACK = 2, SACK = 3, HEARTBEAT = 4,
	HEARTBEAT_ACK = 5, ABORT = 6, SHUTDOWN = 7, SHUTDOWN_ACK = 8,
	ERROR = 9, COOKIE_ECHO = 10, COOKIE_ACK = 11, SHUTDOWN_COMPLETE = 14,
};

struct sctp_flow {
	struct flow f;
	uint16_t port[2];
	uint32_t tag[2];	/* what each side wants to see */
	const char *plan;
};

/* i INIT  I INIT ACK  e COOKIE ECHO  A COOKIE ACK  d DATA  s SACK
 * h HEARTBEAT  H HEARTBEAT ACK  a ABORT  q SHUTDOWN  Q SHUTDOWN ACK
 * c SHUTDOWN COMPLETE  o ERROR  b bundle  x anything */
static const char *const plans[] = {
	"i0I1e0A1d0s1d1s0q0Q1c0",
	"i0I1e0A1h0H1h1H0q1Q0c1",
	"i0I1e0A1q0q1Q0Q1c0c1",
	"i0I1e0A1a0",
	"i0I1e0A1d0a1i0I1e0A1",
	"i0a1",
	"i0i0I1I1e0e0A1A1",
	"i0i1I0I1e0e1A0A1d0d1",
	"i0I1e0A1i0I1e0A1d0",
	"i0I1e0A1i1I0e1A0d1",
	"i0I1e0A1i0a1i0I1",
	"h0H1d0d1",
	"h0h1d0",
	"h0H1q0Q1c0",
	"h0i0I1e0A1",
	"h0H1i0I1e0A1",
	"h0H1i1I0e1A0",
	"d0d1s0", "I0", "e0", "A0", "q0", "Q0", "c0", "a0", "H0", "s1",
	"i0I1e0A1q0Q1i0I1",
	"i0I1e0A1q0i1I0e1A0",
	"i0I1e0A1q0Q1Q1c0c0i0",
	"i0I1b0b1b0b1q0Q1c0",
	"i0I1e0A1x0x1x0x1",
	"x0x1x0x1",
};

static const uint16_t ports[] = { 5000, 5001, 36412, 9 };
#define PORTS (sizeof(ports) / sizeof(ports[0]))

static struct flow *
create(struct gen *g)
{
	struct sctp_flow *t = xmalloc(sizeof(*t));

	memset(t, 0, sizeof(*t));
	flow_init(g, &t->f, &gen_sctp);
	t->port[0] = gen_port(g, ports, PORTS);
	t->port[1] = gen_port(g, ports, PORTS);
	t->plan = "";
	return &t->f;
}

/* Value of an INIT or INIT ACK chunk. */
static void
init_chunk(struct gen *g, struct sctp_flow *t, unsigned side, uint8_t type)
{
	uint8_t v[40] = { 0 };
	size_t len = 16 + (rng_chance(&g->r, 30) ? 4 * rng_below(&g->r, 6) : 0);

	put32(v, t->tag[side]);
	put32(v + 4, 65536);
	put16(v + 8, 10);
	put16(v + 10, 10);
	if (rng_chance(&g->r, g->mutate))
		len = rng_below(&g->r, 20);
	sctp_chunk(&g->p, type, 0, v, len);
}

static void
plain_chunk(struct gen *g, uint8_t type, size_t len)
{
	static const uint8_t zero[300];
	uint8_t flags = 0;
	size_t at;

	if (type == ABORT || type == SHUTDOWN_COMPLETE)
		flags = rng_chance(&g->r, 30);
	if (rng_chance(&g->r, g->mutate))
		flags = rng_next(&g->r);
	if (rng_chance(&g->r, g->mutate))
		len = rng_below(&g->r, 40);
	at = sctp_chunk(&g->p, type, flags, zero, len);
	if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 50))
		put16(g->p.b + at + 2, rng_chance(&g->r, 50) ?
		      rng_below(&g->r, 50) : rng_next(&g->r));
}

static uint8_t
any_type(struct gen *g)
{
	static const uint8_t types[] = {
		DATA, INIT, INIT_ACK, SACK, HEARTBEAT, HEARTBEAT_ACK, ABORT,
		SHUTDOWN, SHUTDOWN_ACK, ERROR, COOKIE_ECHO, COOKIE_ACK,
		SHUTDOWN_COMPLETE, 12, 13, 15, 63, 64, 128, 130, 192, 193, 255,
	};

	return RNG_PICK(&g->r, types);
}

static void
one_chunk(struct gen *g, struct sctp_flow *t, unsigned side, uint8_t type)
{
	switch (type) {
	case INIT:
	case INIT_ACK:
		init_chunk(g, t, side, type);
		return;
	case DATA:
		plain_chunk(g, type, 12 + rng_below(&g->r, 100));
		return;
	case SACK:
		plain_chunk(g, type, 12);
		return;
	case SHUTDOWN:
		plain_chunk(g, type, 4);
		return;
	case HEARTBEAT:
	case HEARTBEAT_ACK:
	case COOKIE_ECHO:
	case ERROR:
		plain_chunk(g, type, 4 + rng_below(&g->r, 40));
		return;
	}
	plain_chunk(g, type, 0);
}

static uint32_t
tag_for(struct gen *g, struct sctp_flow *t, unsigned side, uint8_t type)
{
	uint32_t tag = type == INIT ? 0 : t->tag[!side];

	if (rng_chance(&g->r, g->mutate)) {
		switch (rng_below(&g->r, 4)) {
		case 0:
			return 0;
		case 1:
			return t->tag[side];
		case 2:
			return tag + 1;
		case 3:
			return rng_next(&g->r);
		}
	}
	if ((type == ABORT || type == SHUTDOWN_COMPLETE) &&
	    rng_chance(&g->r, 20))
		return t->tag[side];
	return tag;
}

static void
act(struct gen *g, struct sctp_flow *t, char action, unsigned side)
{
	static const uint8_t first[] = { DATA, SACK, COOKIE_ECHO, COOKIE_ACK };
	unsigned n = 1, i;
	uint8_t type;

	switch (action) {
	case 'i': type = INIT; break;
	case 'I': type = INIT_ACK; break;
	case 'e': type = COOKIE_ECHO; break;
	case 'A': type = COOKIE_ACK; break;
	case 'd': type = DATA; break;
	case 's': type = SACK; break;
	case 'h': type = HEARTBEAT; break;
	case 'H': type = HEARTBEAT_ACK; break;
	case 'a': type = ABORT; break;
	case 'q': type = SHUTDOWN; break;
	case 'Q': type = SHUTDOWN_ACK; break;
	case 'c': type = SHUTDOWN_COMPLETE; break;
	case 'o': type = ERROR; break;
	case 'b': type = RNG_PICK(&g->r, first); n = 3; break;
	default: type = any_type(g); n = 1 + rng_below(&g->r, 4); break;
	}
	sctp_begin(&g->p, t->f.ends, side ^ t->f.flip, t->port[side],
		   t->port[!side], tag_for(g, t, side, type));
	one_chunk(g, t, side, type);
	if (rng_chance(&g->r, 10))
		n++;
	for (i = 1; i < n; i++)
		one_chunk(g, t, side, rng_chance(&g->r, 50) ? DATA :
			  any_type(g));
	if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 20))
		packet_add_zero(&g->p, rng_below(&g->r, 8));
	packet_end(&g->p);
	packet_checksum(&g->p);
	gen_send(g, &t->f);
}

static void
step(struct gen *g, struct flow *f)
{
	static const char actions[] = "iIeAdshHaqQcobx";
	struct sctp_flow *t = (struct sctp_flow *)f;
	char action;
	unsigned side;

	if (!*t->plan) {
		t->plan = RNG_PICK(&g->r, plans);
		t->tag[0] = rng_next(&g->r);
		t->tag[1] = rng_chance(&g->r, 95) ? rng_next(&g->r) : 0;
		if (rng_chance(&g->r, 30))
			t->f.flip ^= 1;
	}
	if (rng_chance(&g->r, 8 + g->mutate / 2)) {
		action = actions[rng_below(&g->r, sizeof(actions) - 1)];
		side = rng_below(&g->r, 2);
		act(g, t, action, side);
		return;
	}
	action = t->plan[0];
	side = t->plan[1] - '0';
	t->plan += 2;
	if (rng_chance(&g->r, 6))
		return;
	act(g, t, action, side);
}

const struct flow_class gen_sctp = { "sctp", create, step };
