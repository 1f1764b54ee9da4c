/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen_tcp.c - TCP sessions that are nearly right.
 *
 * A flow follows a plan, a string of actions with the side that takes each.
 * Both sides keep the bounds a tracker keeps (RFC 9293 terms, Rooij's
 * names), so that sequence numbers can be put exactly on a bound or one
 * beside it.  Now and then an action is skipped, repeated or put in from
 * elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "parity/gen.h"

struct end {
	uint32_t isn;
	uint32_t next;		/* first sequence number not sent */
	uint32_t top;		/* highest end ever sent */
	uint32_t limit;		/* highest ack + window from the other side */
	uint32_t window;	/* largest window, scaled */
	uint16_t advertise;
	uint8_t scale;
	bool scaled;
	bool sack;
	bool stamps;
};

struct tcp_flow {
	struct flow f;
	uint16_t port[2];
	struct end end[2];
	const char *plan;
};

/* S SYN  T SYN with data  Y SYN/ACK  a ACK  d data  D much data  F FIN/ACK
 * R RST  r RST/ACK  k keepalive  z zero window  w window update  s SACK
 * t retransmission  c challenge ACK  o old ACK  e at a bound  x anything */
static const char *const plans[] = {
	"S0Y1a0d0a1d1a0F0a1F1a0",
	"S0Y1a0d0d0d0a1F1F0a0a1",
	"S0Y1a0d0d0a1a1d1d1a0F1a0d0a1F0a1",
	"S0Y1a0D0D0a1D0D0D0a1a1D1a0e0a1e1a0",
	"S0S1Y0Y1a0a1d0d1a0a1",
	"S0S1a0a1d0a1",
	"S0S1Y1a0d0",
	"S0S0S0Y1Y1a0a0a0a0",
	"S0R1",
	"S0r1",
	"S0r1S0Y1a0d0R1",
	"S0Y1a0R0d1a0",
	"S0Y1a0d0R1c0d0a1",
	"S0Y1R0S0Y1a0",
	"S0Y1a0e0e1R0e0R1",
	"S0Y1a0S0c1R0S0Y1a0d0",
	"S0Y1a0S0Y1a0d0",
	"S0Y1a0S0r1",
	"S0Y1a0S1Y0a1",
	"S0Y1a0F0a1F1a0S0Y1a0",
	"S0Y1a0F0a1F1a0S1Y0a1",
	"S0Y1a0F0a1F1S0c1a0a0",
	"S0Y1a0F0F1a0a1S0Y1a0",
	"S0Y1a0F0F0F1F1a0a0",
	"S0Y1F0a1F1a0",
	"S0F0a1",
	"S0Y1a0F0R1a0",
	"S0Y1a0F1F1d0d0a1R0",
	"T0Y1a0d1a0",
	"T0Y1d0a1F0F1",
	"T0T0Y1a0",
	"a0a1a0d0a1d1a0",
	"d0d1a0a1e0e1",
	"d0a1d0a1F0a1F1a0",
	"k0k0a1a1d0",
	"a0R1",
	"a0R0",
	"S0Y1a0a0a0a0a0d1a0",
	"S0Y1a0a1a1a1a1a1",
	"S0Y1a0d0t0t0t0t0t0a1",
	"S0Y1a0d0o1o1o1o1a1",
	"S0Y1a0z1k0a1k0z1w1d0a1",
	"S0Y1a0z0z1d0d1w0w1",
	"S0c1R0S0Y1a0",
	"S0c1c1r0S0Y1a0",
	"S0o1R0S0Y1a0",
	"S0Y1Y1a0Y1Y0",
	"S0Y1a0D1s0D1s0s0a0D1a0",
	"S0Y1a0d1s0s0e1s0",
	"S0Y1a0e0e0e0e0e1e1e1e1",
	"S0a1a0",
	"S0d0Y1a0",
	"Y0a1", "F0", "R0", "r0", "x0x1x0x1",
	"S0Y1a0x0x1x0x1x0x1x0x1",
	"S0Y1a0F0a1F1a0x0x1x0x1x0",
};

static const uint16_t ports[] = { 4000, 4001, 4000, 80, 443, 1, 65535 };
#define PORTS (sizeof(ports) / sizeof(ports[0]))

static struct flow *
create(struct gen *g)
{
	struct tcp_flow *t = xmalloc(sizeof(*t));

	memset(t, 0, sizeof(*t));
	flow_init(g, &t->f, &gen_tcp);
	t->port[0] = gen_port(g, ports, PORTS);
	t->port[1] = gen_port(g, ports, PORTS);
	t->plan = "";
	return &t->f;
}

static uint32_t
initial(struct gen *g)
{
	static const uint32_t special[] = {
		0, 1, 0xffffffff, 0xfffffffe, 0xffffff00, 0x7fffffff,
		0x80000000, 0x7fffff00, 100000,
	};

	if (rng_chance(&g->r, 40))
		return RNG_PICK(&g->r, special);
	return rng_next(&g->r);
}

static void
end_reset(struct gen *g, struct end *e)
{
	static const uint16_t windows[] = {
		65535, 29200, 8192, 1000, 100, 1, 0, 64240,
	};

	e->isn = e->next = e->top = e->limit = initial(g);
	e->window = 0;
	e->advertise = rng_chance(&g->r, 90) ? RNG_PICK(&g->r, windows) :
		rng_next(&g->r);
	e->scale = rng_chance(&g->r, 80) ? rng_below(&g->r, 9) :
		rng_below(&g->r, 256);
	e->scaled = rng_chance(&g->r, 60);
	e->sack = rng_chance(&g->r, 60);
	e->stamps = rng_chance(&g->r, 40);
}

static void
session_reset(struct gen *g, struct tcp_flow *t)
{
	end_reset(g, &t->end[0]);
	end_reset(g, &t->end[1]);
	if (rng_chance(&g->r, 20)) {
		t->port[0] = gen_port(g, ports, PORTS);
		t->port[1] = gen_port(g, ports, PORTS);
	}
	if (rng_chance(&g->r, 15))
		t->f.flip ^= 1;
}

static void
option(struct tcp_part *part, const void *data, size_t len)
{
	if (part->options_len + len > sizeof(part->options))
		return;
	memcpy(part->options + part->options_len, data, len);
	part->options_len += len;
}

static void
pad(struct tcp_part *part, uint8_t with)
{
	while (part->options_len & 3)
		part->options[part->options_len++] = with;
}

static void
syn_options(struct gen *g, const struct end *e, struct tcp_part *part)
{
	uint8_t scale[3] = { 3, 3, e->scale };
	unsigned order = rng_below(&g->r, 3);

	if (rng_chance(&g->r, 70))
		option(part, (uint8_t []){ 2, 4, 5, 180 }, 4);
	if (order == 0 && e->sack)
		option(part, (uint8_t []){ 4, 2 }, 2);
	if (e->stamps)
		option(part, (uint8_t []){ 8, 10, 0, 1, 2, 3, 0, 0, 0, 0 }, 10);
	if (order == 1)
		option(part, (uint8_t []){ 1 }, 1);
	if (e->scaled)
		option(part, scale, 3);
	if (order != 0 && e->sack)
		option(part, (uint8_t []){ 4, 2 }, 2);
	pad(part, order == 2 ? 0 : 1);
}

/* Blocks around what the other side has sent. */
static void
sack_option(struct gen *g, const struct end *other, struct tcp_part *part)
{
	uint8_t b[34] = { 5, 2 };
	unsigned i, n = 1 + rng_below(&g->r, 3);
	uint32_t left, right;

	for (i = 0; i < n; i++) {
		right = rng_chance(&g->r, 70) ? other->top - i * 100 :
			other->top + gen_near(g);
		left = right - 1 - rng_below(&g->r, 100);
		put32(b + 2 + 8 * i, left);
		put32(b + 6 + 8 * i, right);
		b[1] += 8;
	}
	if (rng_chance(&g->r, 30))
		option(part, (uint8_t []){ 8, 10, 0, 1, 2, 3, 0, 0, 0, 0 }, 10);
	else if (rng_chance(&g->r, 80))
		option(part, (uint8_t []){ 1, 1 }, 2);
	option(part, b, b[1]);
	pad(part, rng_chance(&g->r, 80));
}

/* Options that are wrong in themselves. */
static void
odd_options(struct gen *g, struct tcp_part *part)
{
	static const uint8_t kinds[] = { 0, 1, 2, 3, 4, 5, 8, 19, 30, 254 };
	unsigned n = 4 * rng_below(&g->r, 11);
	uint8_t b[2];

	part->options_len = 0;
	while (part->options_len < n) {
		b[0] = RNG_PICK(&g->r, kinds);
		b[1] = rng_chance(&g->r, 60) ? rng_below(&g->r, 12) :
			rng_next(&g->r);
		option(part, b, n - part->options_len > 1 ? 2 : 1);
	}
	pad(part, 0);
}

/* Keep a tracker's bounds, roughly: whether it took the packet is unknown. */
static void
account(struct tcp_flow *t, unsigned side, const struct tcp_part *part)
{
	struct end *e = &t->end[side], *o = &t->end[!side];
	uint32_t end = part->seq + part->data + !!(part->flags & TH_SYN) +
		!!(part->flags & TH_FIN);
	uint32_t window = part->window;

	if (!(part->flags & TH_SYN) && e->scaled && o->scaled)
		window <<= e->scale > 14 ? 14 : e->scale;
	if ((int32_t)(end - e->top) > 0)
		e->top = end;
	if (window > e->window)
		e->window = window;
	if (part->flags & TH_ACK &&
	    (int32_t)(part->ack + window - o->limit) > 0)
		o->limit = part->ack + window;
}

/* A sequence number at one of the bounds of 'e', or beside it. */
static uint32_t
bound_seq(struct gen *g, const struct end *e, const struct end *o,
	  unsigned data)
{
	switch (rng_below(&g->r, 6)) {
	case 0:
		return e->limit + gen_near(g);
	case 1:
		return e->limit - data + gen_near(g);
	case 2:
		return e->top - o->window - data + gen_near(g);
	case 3:
		return e->top + gen_near(g);
	case 4:
		return e->limit + o->window + gen_near(g);
	default:
		return e->next + gen_near(g);
	}
}

static uint32_t
bound_ack(struct gen *g, const struct end *e, const struct end *o)
{
	uint32_t most = e->window > 66000 ? e->window : 66000;

	switch (rng_below(&g->r, 4)) {
	case 0:
		return o->top + gen_near(g);
	case 1:
		return o->top - most + gen_near(g);
	case 2:
		return o->isn + gen_near(g);
	default:
		return o->next;
	}
}

static void
anything(struct gen *g, const struct end *e, const struct end *o,
	 struct tcp_part *part)
{
	part->flags = rng_next(&g->r);
	if (rng_chance(&g->r, 50))
		part->flags &= TH_SYN | TH_ACK | TH_FIN | TH_RST;
	if (rng_chance(&g->r, 50))
		part->seq = bound_seq(g, e, o, part->data);
	if (rng_chance(&g->r, 50))
		part->ack = bound_ack(g, e, o);
	if (rng_chance(&g->r, 10))
		part->ack = 0;
	if (rng_chance(&g->r, 5))
		part->seq = rng_next(&g->r);
	if (rng_chance(&g->r, 40))
		part->data = rng_below(&g->r, 200);
	if (rng_chance(&g->r, 20))
		syn_options(g, e, part);
}

static void
act(struct gen *g, struct tcp_flow *t, char action, unsigned side)
{
	static const uint16_t sizes[] = { 1, 2, 10, 100, 536, 1000, 1400 };
	struct end *e = &t->end[side], *o = &t->end[!side];
	struct tcp_part part = {
		.sport = t->port[side], .dport = t->port[!side],
		.seq = e->next, .ack = o->next, .flags = TH_ACK,
		.window = e->advertise,
	};

	switch (action) {
	case 'T':
		part.data = RNG_PICK(&g->r, sizes);
		/* fallthrough */
	case 'S':
		part.flags = TH_SYN;
		part.seq = e->isn;
		part.ack = rng_chance(&g->r, 90) ? 0 : rng_next(&g->r);
		e->next = e->isn + 1 + part.data;
		syn_options(g, e, &part);
		break;
	case 'Y':
		part.flags = TH_SYN | TH_ACK;
		part.seq = e->isn;
		e->next = e->isn + 1;
		syn_options(g, e, &part);
		break;
	case 'a':
		break;
	case 'd':
		part.data = RNG_PICK(&g->r, sizes);
		part.flags |= rng_chance(&g->r, 50) ? TH_PSH : 0;
		e->next += part.data;
		break;
	case 'D':
		part.data = 1400;
		e->next += part.data;
		break;
	case 'F':
		part.flags |= TH_FIN;
		part.data = rng_chance(&g->r, 80) ? 0 : 10;
		e->next += part.data + 1;
		break;
	case 'R':
		part.flags = TH_RST;
		part.ack = rng_chance(&g->r, 80) ? 0 : part.ack;
		if (rng_chance(&g->r, 50))
			part.seq = rng_chance(&g->r, 50) ? e->top :
				bound_seq(g, e, o, 0);
		break;
	case 'r':
		part.flags = TH_RST | TH_ACK;
		if (rng_chance(&g->r, 30))
			part.seq = 0;
		if (rng_chance(&g->r, 20))
			part.ack = 0;
		break;
	case 'k':
		part.seq = e->next - 1;
		part.data = rng_below(&g->r, 2);
		break;
	case 'z':
		part.window = 0;
		break;
	case 'w':
		part.window = e->advertise = rng_chance(&g->r, 50) ? 65535 :
			rng_next(&g->r);
		break;
	case 's':
		part.ack = o->top - rng_below(&g->r, 2000);
		sack_option(g, o, &part);
		break;
	case 't':
		part.data = RNG_PICK(&g->r, sizes);
		part.seq = e->next - part.data;
		break;
	case 'c':
		part.seq = rng_chance(&g->r, 50) ? e->next : rng_next(&g->r);
		part.ack = rng_chance(&g->r, 50) ? o->isn :
			rng_next(&g->r);
		break;
	case 'o':
		part.ack = o->next - rng_below(&g->r, 3000);
		break;
	case 'e':
		part.data = RNG_PICK(&g->r, sizes);
		if (rng_chance(&g->r, 60))
			part.seq = bound_seq(g, e, o, part.data);
		if (rng_chance(&g->r, 50))
			part.ack = bound_ack(g, e, o);
		break;
	default:
		anything(g, e, o, &part);
		break;
	}
	if (part.options_len == 0 && e->stamps && rng_chance(&g->r, 50)) {
		option(&part, (uint8_t []){ 1, 1, 8, 10, 0, 1, 2, 3, 0, 0, 0,
					    0 }, 12);
	}
	if (rng_chance(&g->r, g->mutate)) {
		switch (rng_below(&g->r, 8)) {
		case 0:
			part.seq += gen_near(g);
			break;
		case 1:
			part.ack += gen_near(g);
			break;
		case 2:
			part.flags ^= 1 << rng_below(&g->r, 8);
			break;
		case 3:
			part.window = rng_chance(&g->r, 50) ? 0 :
				rng_next(&g->r);
			break;
		case 4:
			odd_options(g, &part);
			break;
		case 5:
			part.data = RNG_PICK(&g->r, sizes);
			break;
		case 6:
			sack_option(g, o, &part);
			break;
		case 7:
			anything(g, e, o, &part);
			break;
		}
	}
	account(t, side, &part);
	build_tcp(&g->p, t->f.ends, side ^ t->f.flip, &part);
	if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 20)) {
		g->p.b[g->p.l4 + 12] = rng_next(&g->r);	/* header length */
		packet_checksum(&g->p);
	}
	gen_send(g, &t->f);
	if (rng_chance(&g->r, 4))
		gen_send(g, &t->f);
}

static void
step(struct gen *g, struct flow *f)
{
	static const char actions[] = "STYadDFRrkzwstcoex";
	struct tcp_flow *t = (struct tcp_flow *)f;
	char action;
	unsigned side;

	if (!*t->plan) {
		t->plan = RNG_PICK(&g->r, plans);
		if (rng_chance(&g->r, 70))
			session_reset(g, t);
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
	if (rng_chance(&g->r, 5))
		return;
	act(g, t, action, side);
}

const struct flow_class gen_tcp = { "tcp", create, step };
