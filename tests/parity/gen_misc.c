/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen_misc.c - UDP, UDP-Lite, ICMP, ICMPv6, GRE and the rest. */
#include <stdlib.h>
#include <string.h>

#include "parity/gen.h"

static const uint16_t ports[] = { 53, 4000, 4001, 0, 65535 };
#define GEN_PORT(g) gen_port((g), ports, sizeof(ports) / sizeof(ports[0]))

/* udp, udplite */

struct udp_flow {
	struct flow f;
	uint8_t proto;
	uint16_t port[2];
};

static struct flow *
udp_create(struct gen *g)
{
	struct udp_flow *u = xmalloc(sizeof(*u));

	flow_init(g, &u->f, &gen_udp);
	u->proto = rng_chance(&g->r, 60) ? 17 : 136;
	u->port[0] = GEN_PORT(g);
	u->port[1] = GEN_PORT(g);
	return &u->f;
}

static void
udp_step(struct gen *g, struct flow *f)
{
	struct udp_flow *u = (struct udp_flow *)f;
	unsigned side = rng_below(&g->r, 2);
	size_t data = rng_chance(&g->r, 70) ? rng_below(&g->r, 64) :
		rng_chance(&g->r, 90) ? rng_below(&g->r, 1400) :
		rng_below(&g->r, 9000);
	uint8_t *l4;

	if (u->proto == 17 && f->how == HOW_PLAIN &&
	    rng_chance(&g->r, g->marks)) {
		build_udp(&g->p, f->ends, side ^ f->flip, 17, u->port[side],
			  u->port[!side], data);
		script_packet(g->s, g->p.side, HOW_MARK + rng_below(&g->r, 3),
			      g->p.b, g->p.len);
		return;
	}
	build_udp(&g->p, f->ends, side ^ f->flip, u->proto, u->port[side],
		  u->port[!side], data);
	l4 = g->p.b + g->p.l4;
	if (u->proto == 136 && rng_chance(&g->r, 60)) {
		/* coverage: 0 all, 1..7 wrong, 8.. part */
		put16(l4 + 4, rng_chance(&g->r, 50) ? 0 :
		      rng_chance(&g->r, 50) ? 8 + rng_below(&g->r, data + 4) :
		      rng_below(&g->r, 20));
		packet_checksum(&g->p);
	} else if (rng_chance(&g->r, g->mutate)) {
		put16(l4 + 4, rng_chance(&g->r, 50) ?
		      8 + data + gen_near(g) : rng_below(&g->r, 20));
		packet_checksum(&g->p);
	}
	if (rng_chance(&g->r, 10))
		put16(l4 + 6, 0);
	gen_send(g, f);
}

const struct flow_class gen_udp = { "udp", udp_create, udp_step };

/* icmp, icmpv6 */

struct icmp_flow {
	struct flow f;
	uint16_t id;
};

static struct flow *
icmp_create(struct gen *g)
{
	struct icmp_flow *i = xmalloc(sizeof(*i));

	flow_init(g, &i->f, &gen_icmp);
	i->id = g->many ? rng_next(&g->r) : rng_below(&g->r, 3);
	return &i->f;
}

static void
icmp_query(struct gen *g, struct icmp_flow *f)
{
	static const uint8_t four[] = {
		8, 0, 8, 0, 13, 14, 15, 16, 17, 18, 10, 9, 19, 40, 41, 255, 1,
	};
	static const uint8_t six[] = {
		128, 129, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137,
		139, 140, 141, 143, 144, 148, 151, 200, 255, 127, 100, 5, 0,
	};
	static const uint8_t zero[64];
	uint8_t type = f->f.ends->six ? RNG_PICK(&g->r, six) :
		RNG_PICK(&g->r, four);
	unsigned side = rng_below(&g->r, 2);

	if (rng_chance(&g->r, 60))
		type = f->f.ends->six ? 128 + (side ^ rng_chance(&g->r, 10)) :
			8 * (1 ^ side ^ rng_chance(&g->r, 10));
	if (rng_chance(&g->r, 5))
		type = rng_next(&g->r);
	build_icmp(&g->p, f->f.ends, side ^ f->f.flip, type,
		   rng_chance(&g->r, 90) ? 0 : rng_below(&g->r, 4),
		   (uint32_t)f->id << 16 | rng_below(&g->r, 3), zero,
		   rng_below(&g->r, sizeof(zero)));
	gen_send(g, &f->f);
}

/* An error about something that was sent. */
static void
icmp_error(struct gen *g, struct icmp_flow *f)
{
	static const uint8_t four[] = { 3, 3, 11, 12, 4, 5, 3 };
	static const uint8_t six[] = { 1, 2, 3, 4, 1, 0, 5, 100, 127, 137 };
	const struct recent *about;
	size_t len, whole, head;
	struct ends ends;
	bool is_six;
	uint8_t *in;

	if (!g->recent_count) {
		icmp_query(g, f);
		return;
	}
	about = &g->recent[rng_below(&g->r, g->recent_count)];
	if (about->len < 20)
		return;
	is_six = about->b[0] >> 4 == 6;
	head = is_six ? 40 : 20;
	if (about->len < head)
		return;
	/* From somewhere on the far side, to who sent it. */
	ends = *f->f.ends;
	ends.six = is_six;
	memset(ends.addr, 0, sizeof(ends.addr));
	memcpy(ends.addr[about->side], about->b + (is_six ? 8 : 12),
	       is_six ? 16 : 4);
	if (rng_chance(&g->r, 60))
		memcpy(ends.addr[!about->side], about->b + (is_six ? 24 : 16),
		       is_six ? 16 : 4);
	else if (ends.six == f->f.ends->six)
		memcpy(ends.addr[!about->side], f->f.ends->addr[!about->side],
		       16);
	if (rng_chance(&g->r, 10) && ends.six == f->f.ends->six)
		memcpy(ends.addr[about->side], f->f.ends->addr[about->side],
		       16);
	whole = about->len;
	len = rng_chance(&g->r, 40) ? whole : head + rng_below(&g->r, 60);
	if (rng_chance(&g->r, 15))
		len = rng_below(&g->r, head + 12);
	if (len > whole)
		len = whole;
	build_icmp(&g->p, &ends, rng_chance(&g->r, 90) ? !about->side :
		   about->side, is_six ? RNG_PICK(&g->r, six) :
		   RNG_PICK(&g->r, four), rng_below(&g->r, 5),
		   rng_chance(&g->r, 80) ? 0 : rng_next(&g->r), about->b,
		   len);
	in = g->p.b + g->p.l4 + 8;
	if (len && rng_chance(&g->r, g->mutate)) {
		in[rng_below(&g->r, len)] ^= 1 << rng_below(&g->r, 8);
		packet_checksum(&g->p);
	}
	gen_send(g, &f->f);
}

static void
icmp_step(struct gen *g, struct flow *f)
{
	if (rng_chance(&g->r, 50))
		icmp_query(g, (struct icmp_flow *)f);
	else
		icmp_error(g, (struct icmp_flow *)f);
}

const struct flow_class gen_icmp = { "icmp", icmp_create, icmp_step };

/* gre */

struct gre_flow {
	struct flow f;
	uint16_t key[2];
	bool pptp;
};

static struct flow *
gre_create(struct gen *g)
{
	struct gre_flow *x = xmalloc(sizeof(*x));

	flow_init(g, &x->f, &gen_gre);
	x->key[0] = rng_below(&g->r, g->many ? 65536 : 3);
	x->key[1] = rng_below(&g->r, g->many ? 65536 : 3);
	x->pptp = rng_chance(&g->r, 50);
	return &x->f;
}

static void
gre_step(struct gen *g, struct flow *f)
{
	struct gre_flow *x = (struct gre_flow *)f;
	unsigned side = rng_below(&g->r, 2);
	uint8_t h[16] = { 0 };
	size_t len = rng_chance(&g->r, 85) ? 8 + rng_below(&g->r, 60) :
		rng_below(&g->r, 12);

	if (x->pptp) {
		h[0] = 0x30;
		h[1] = 0x81;
		put16(h + 2, 0x880b);
		put16(h + 4, len > 8 ? len - 8 : 0);
		put16(h + 6, x->key[!side]);
	} else {
		h[0] = rng_chance(&g->r, 70) ? 0 : rng_next(&g->r);
		put16(h + 2, 0x0800);
	}
	if (rng_chance(&g->r, g->mutate))
		h[1] = rng_below(&g->r, 8);	/* version */
	if (rng_chance(&g->r, g->mutate))
		put16(h + 2, rng_chance(&g->r, 50) ? 0x880b : 0x6558);
	if (rng_chance(&g->r, g->mutate))
		h[0] = rng_next(&g->r);
	packet_begin(&g->p, f->ends, side ^ f->flip, 47);
	packet_add(&g->p, h, len < sizeof(h) ? len : sizeof(h));
	if (len > sizeof(h))
		packet_add_zero(&g->p, len - sizeof(h));
	packet_end(&g->p);
	gen_send(g, f);
}

const struct flow_class gen_gre = { "gre", gre_create, gre_step };

/* frag: datagrams of all sizes, always in fragments */

static struct flow *
frag_create(struct gen *g)
{
	struct udp_flow *u = xmalloc(sizeof(*u));

	flow_init(g, &u->f, &gen_frag);
	u->proto = 17;
	u->port[0] = GEN_PORT(g);
	u->port[1] = GEN_PORT(g);
	return &u->f;
}

static void
frag_step(struct gen *g, struct flow *f)
{
	static const unsigned most[] = { 20, 200, 2000, 9000, 65000 };
	struct udp_flow *u = (struct udp_flow *)f;
	unsigned side = rng_below(&g->r, 2);
	size_t data = rng_below(&g->r, RNG_PICK(&g->r, most));

	if (f->ends->six && rng_chance(&g->r, 30))
		build_icmp(&g->p, f->ends, side, 128, 0, 7, NULL, 0);
	else
		build_udp(&g->p, f->ends, side, 17, u->port[side],
			  u->port[!side], data);
	g->p.how = f->how;
	if (rng_chance(&g->r, g->mutate / 4))
		gen_mutate(g, &g->p);
	if (g->p.len > 65500)
		return;
	gen_fragment(g, &g->p);
}

const struct flow_class gen_frag = { "frag", frag_create, frag_step };

/* everything else: no ports, any payload, extension headers */

struct other_flow {
	struct flow f;
	uint8_t proto;
};

static struct flow *
other_create(struct gen *g)
{
	static const uint8_t protos[] = {
		50, 51, 33, 2, 89, 4, 41, 255, 0, 59, 60, 43, 44, 135, 103,
		112, 99, 139, 140, 253,
	};
	struct other_flow *o = xmalloc(sizeof(*o));

	flow_init(g, &o->f, &gen_other);
	o->proto = rng_chance(&g->r, 80) ? RNG_PICK(&g->r, protos) :
		rng_next(&g->r);
	return &o->f;
}

static void
other_step(struct gen *g, struct flow *f)
{
	struct other_flow *o = (struct other_flow *)f;
	size_t i, len = rng_below(&g->r, 60);
	uint8_t data[60];

	for (i = 0; i < len; i++)
		data[i] = rng_chance(&g->r, 50) ? rng_below(&g->r, 4) :
			rng_next(&g->r);
	packet_begin(&g->p, f->ends, rng_below(&g->r, 2), o->proto);
	packet_add(&g->p, data, len);
	packet_end(&g->p);
	gen_send(g, f);
}

const struct flow_class gen_other = { "other", other_create, other_step };
