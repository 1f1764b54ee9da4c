/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen.c - random and mutated traffic.
 *
 * A script has few hosts and few flows, so that they collide.  A seed gives
 * the same script for ever on the same version of this folder. */
#include "parity/gen.h"

#include <stdlib.h>
#include <string.h>

int32_t
gen_near(struct gen *g)
{
	static const int32_t near[] = { 0, 0, 0, 1, -1, 1, -1, 2, -2 };

	if (rng_chance(&g->r, 80))
		return RNG_PICK(&g->r, near);
	if (rng_chance(&g->r, 80))
		return (int32_t)rng_below(&g->r, 4000) - 2000;
	return rng_next(&g->r);
}

uint16_t
gen_port(struct gen *g, const uint16_t *few, unsigned count)
{
	if (g->ports)
		return g->ports[rng_below(&g->r, g->port_count)];
	return g->many ? rng_next(&g->r) : few[rng_below(&g->r, count)];
}

void
flow_init(struct gen *g, struct flow *f, const struct flow_class *class)
{
	f->class = class;
	f->ends = &g->ends[rng_below(&g->r, GEN_ENDS)];
	f->flip = rng_below(&g->r, 2);
	f->how = HOW_PLAIN;
	if (rng_chance(&g->r, g->zones))
		f->how = rng_below(&g->r, HOW_POLICY);
	if (rng_chance(&g->r, g->policies))
		f->how = HOW_POLICY;
}

static void
ends_init(struct gen *g)
{
	static const uint8_t odd_four[][4] = {
		{ 0, 0, 0, 0 }, { 255, 255, 255, 255 }, { 224, 0, 0, 1 },
		{ 127, 0, 0, 1 }, { 239, 255, 1, 2 },
	};
	struct ends *e;
	unsigned i, j;

	for (i = 0; i < GEN_ENDS; i++) {
		e = &g->ends[i];
		memset(e, 0, sizeof(*e));
		e->six = i & 1;
		for (j = 0; j < 2; j++) {
			if (e->six) {
				put32(e->addr[j], 0x20010db8);
				e->addr[j][4] = j;
				e->addr[j][15] = 1 + rng_below(&g->r, 2);
			} else {
				put32(e->addr[j], 0x0a000001 + (j << 16) +
				      rng_below(&g->r, 2));
			}
		}
	}
	if (rng_chance(&g->r, 20))
		memcpy(g->ends[0].addr[1], RNG_PICK(&g->r, odd_four), 4);
	if (rng_chance(&g->r, 10))
		memcpy(g->ends[2].addr[0], RNG_PICK(&g->r, odd_four), 4);
	if (rng_chance(&g->r, 10))	/* talking to oneself */
		memcpy(g->ends[4].addr[0], g->ends[4].addr[1], 16);
	if (rng_chance(&g->r, 10)) {	/* all nodes, link local */
		memset(g->ends[1].addr[1], 0, 16);
		g->ends[1].addr[1][0] = 0xff;
		g->ends[1].addr[1][1] = 2;
		g->ends[1].addr[1][15] = 1;
		g->ends[1].addr[0][0] = 0xfe;
		g->ends[1].addr[0][1] = 0x80;
	}
	if (rng_chance(&g->r, 5))	/* loopback, unspecified */
		memset(g->ends[3].addr[0], 0, 16);
	if (rng_chance(&g->r, 5)) {
		memset(g->ends[5].addr[0], 0, 16);
		g->ends[5].addr[0][15] = 1;
	}
}

/* Make room for 'len' bytes at 'at'. */
static bool
insert(struct packet *p, size_t at, const void *data, size_t len)
{
	if (p->len + len > sizeof(p->b) || at > p->len)
		return false;
	memmove(p->b + at + len, p->b + at, p->len - at);
	memcpy(p->b + at, data, len);
	p->len += len;
	if (at <= p->l4)
		p->l4 += len;
	return true;
}

static void
add_options(struct gen *g, struct packet *p)
{
	uint8_t b[40];
	unsigned i, len = 4 * (1 + rng_below(&g->r, 10));

	if ((p->b[0] & 15) != 5)
		return;
	for (i = 0; i < len; i++)
		b[i] = rng_chance(&g->r, 70) ? 1 : rng_next(&g->r);
	if (rng_chance(&g->r, 30))
		b[0] = 0;
	if (insert(p, 20, b, len))
		p->b[0] += len / 4;
	packet_end(p);
}

/* Extension headers between the IPv6 header and the rest. */
static void
add_extensions(struct gen *g, struct packet *p)
{
	static const uint8_t kinds[] = { 0, 60, 43, 51, 44, 135, 60, 139 };
	unsigned n = 1 + rng_below(&g->r, 3), len;
	uint8_t b[40], kind;

	while (n--) {
		kind = RNG_PICK(&g->r, kinds);
		memset(b, 0, sizeof(b));
		b[0] = p->b[6];
		b[1] = kind == 44 ? 0 : rng_below(&g->r, 3);
		len = kind == 51 ? (b[1] + 2) * 4u : (b[1] + 1) * 8u;
		if (kind == 0 || kind == 60) {
			b[2] = 1;		/* PadN */
			b[3] = len - 4;
			if (rng_chance(&g->r, 20))
				b[2] = rng_next(&g->r);
		}
		if (kind == 44 && rng_chance(&g->r, 30))
			b[3] = rng_next(&g->r);
		if (rng_chance(&g->r, 10))
			b[1] = rng_next(&g->r);
		if (rng_chance(&g->r, 5))
			b[0] = rng_next(&g->r);
		if (!insert(p, 40, b, len))
			return;
		p->b[6] = kind;
	}
	packet_end(p);
}

void
gen_mutate(struct gen *g, struct packet *p)
{
	bool six = p->b[0] >> 4 == 6;
	size_t at;

	switch (rng_below(&g->r, 14)) {
	case 0:				/* bad transport checksum */
		if (p->len > p->l4) {
			at = p->l4 + rng_below(&g->r, p->len - p->l4);
			p->b[at] ^= 1 << rng_below(&g->r, 8);
		}
		break;
	case 1:				/* changed, but right */
		if (p->len > p->l4) {
			at = p->l4 + rng_below(&g->r, p->len - p->l4);
			p->b[at] = rng_next(&g->r);
			packet_checksum(p);
		}
		break;
	case 2:				/* trailing padding */
		packet_add_zero(p, rng_below(&g->r, 30));
		break;
	case 3:				/* cut, lengths kept */
		p->len = rng_below(&g->r, p->len + 1);
		break;
	case 4:				/* cut, lengths right */
	case 5:
		if (p->len > p->l4) {
			p->len = p->l4 + rng_below(&g->r, p->len - p->l4);
			packet_end(p);
			if (rng_chance(&g->r, 70))
				packet_checksum(p);
		}
		break;
	case 6:				/* header field, checksum right */
		at = rng_below(&g->r, six ? 40 : 20);
		p->b[at] ^= 1 << rng_below(&g->r, 8);
		if (!six && p->len >= 20 && rng_chance(&g->r, 80)) {
			put16(p->b + 10, 0);
			put16(p->b + 10, sum_fold(sum_add(0, p->b,
				(p->b[0] & 15) * 4u < p->len ?
				(p->b[0] & 15) * 4u : p->len)));
		}
		break;
	case 7:				/* length field off */
		if (six)
			put16(p->b + 4, p->len - 40 + gen_near(g));
		else
			put16(p->b + 2, p->len + gen_near(g));
		if (!six) {
			put16(p->b + 10, 0);
			put16(p->b + 10, sum_fold(sum_add(0, p->b, 20)));
		}
		break;
	case 8:
	case 9:
	case 10:
		if (six)
			add_extensions(g, p);
		else
			add_options(g, p);
		break;
	case 11:			/* from the wrong side */
		p->side ^= 1;
		break;
	case 12:			/* traffic class, ttl */
		if (six) {
			p->b[1] = rng_next(&g->r);
			p->b[7] = rng_below(&g->r, 2);
		} else {
			p->b[1] = rng_next(&g->r);
			p->b[8] = rng_below(&g->r, 2);
			put16(p->b + 10, 0);
			put16(p->b + 10, sum_fold(sum_add(0, p->b,
				(p->b[0] & 15) * 4u)));
		}
		break;
	case 13:			/* a fragment header's fields alone */
		if (!six) {
			put16(p->b + 6, rng_next(&g->r) &
			      (rng_chance(&g->r, 50) ? 0xe000 : 0xffff));
			put16(p->b + 10, 0);
			put16(p->b + 10, sum_fold(sum_add(0, p->b, 20)));
		}
		break;
	}
}

static void
remember(struct gen *g, const struct packet *p)
{
	struct recent *r;

	if (p->len > GEN_RECENT_MOST)
		return;
	r = &g->recent[g->recent_count < GEN_RECENT ? g->recent_count++ :
		       rng_below(&g->r, GEN_RECENT)];
	r->len = p->len;
	r->side = p->side;
	r->how = p->how;
	memcpy(r->b, p->b, p->len);
}

void
gen_send(struct gen *g, const struct flow *f)
{
	struct packet *p = &g->p;

	p->how = f->how;
	if (rng_chance(&g->r, g->card))
		p->how |= rng_chance(&g->r, 50) ? CARD_CSUM_PARTIAL : CARD_GSO;
	if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 40))
		gen_mutate(g, p);
	if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 4))
		gen_mutate(g, p);
	if (p->len > 65500)
		return;
	remember(g, p);
	if (rng_chance(&g->r, g->fragment))
		gen_fragment(g, p);
	else
		script_packet(g->s, p->side, p->how, p->b, p->len);
}

static void
again(struct gen *g)
{
	const struct recent *r;

	if (!g->recent_count)
		return;
	r = &g->recent[rng_below(&g->r, g->recent_count)];
	script_packet(g->s, r->side, r->how, r->b, r->len);
}

/* Settings that differ from Linux's defaults, in some scripts.  Timeouts get
 * values that tell which of them was taken; some, up to 'most' seconds. */
void
gen_settings(struct gen *g, unsigned most)
{
	static const char *const timeouts[] = {
		"tcp_timeout_syn_sent", "tcp_timeout_syn_recv",
		"tcp_timeout_established", "tcp_timeout_fin_wait",
		"tcp_timeout_close_wait", "tcp_timeout_last_ack",
		"tcp_timeout_time_wait", "tcp_timeout_close",
		"tcp_timeout_max_retrans", "tcp_timeout_unacknowledged",
		"udp_timeout", "udp_timeout_stream", "icmp_timeout",
		"icmpv6_timeout", "generic_timeout", "gre_timeout",
		"gre_timeout_stream", "sctp_timeout_closed",
		"sctp_timeout_cookie_wait", "sctp_timeout_cookie_echoed",
		"sctp_timeout_established", "sctp_timeout_shutdown_sent",
		"sctp_timeout_shutdown_recd",
		"sctp_timeout_shutdown_ack_sent",
		"sctp_timeout_heartbeat_sent",
	};
	static const struct {
		const char *name;
		unsigned percent, least, choices;
	} flags[] = {
		{ "tcp_loose", 15, 0, 2 },
		{ "tcp_be_liberal", 12, 1, 1 },
		{ "tcp_ignore_invalid_rst", 12, 1, 1 },
		{ "tcp_max_retrans", 20, 0, 6 },
		{ "checksum", 12, 0, 1 },
		{ "acct", 50, 1, 1 },
		{ "timestamp", 40, 1, 1 },
	};
	char name[80];
	unsigned i, value;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!rng_chance(&g->r, flags[i].percent))
			continue;
		snprintf(name, sizeof(name), "net.netfilter.nf_conntrack_%s",
			 flags[i].name);
		script_set(g->s, name, flags[i].least +
			   rng_below(&g->r, flags[i].choices));
	}
	if (rng_chance(&g->r, 10))
		script_set(g->s, "net.ipv4.ipfrag_max_dist",
			   rng_below(&g->r, 20));
	if (!most && !rng_chance(&g->r, 25))
		return;
	for (i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		snprintf(name, sizeof(name), "net.netfilter.nf_conntrack_%s",
			 timeouts[i]);
		value = 1000 + 10 * rng_below(&g->r, 100);
		if (most && rng_chance(&g->r, 60))
			value = 1 + rng_below(&g->r, most);
		script_set(g->s, name, value);
	}
}

/* One setting changes while connections are there. */
static void
change_setting(struct gen *g)
{
	static const char *const switches[] = {
		"tcp_loose", "tcp_be_liberal", "tcp_ignore_invalid_rst",
		"checksum", "acct", "timestamp", "events",
	};
	static const char *const numbers[] = {
		"tcp_max_retrans", "tcp_timeout_established",
		"tcp_timeout_unacknowledged", "tcp_timeout_max_retrans",
		"udp_timeout", "udp_timeout_stream", "generic_timeout",
		"gre_timeout", "gre_timeout_stream", "icmp_timeout",
		"sctp_timeout_established",
	};
	char name[80];

	if (rng_chance(&g->r, 60)) {
		snprintf(name, sizeof(name), "net.netfilter.nf_conntrack_%s",
			 RNG_PICK(&g->r, switches));
		script_set(g->s, name, rng_below(&g->r, 2));
		return;
	}
	snprintf(name, sizeof(name), "net.netfilter.nf_conntrack_%s",
		 RNG_PICK(&g->r, numbers));
	script_set(g->s, name, strstr(name, "retrans") &&
		   !strstr(name, "timeout") ? rng_below(&g->r, 256) :
		   1000 + rng_below(&g->r, 1000));
}

static const struct flow_class *const classes[] = {
	&gen_tcp, &gen_tcp, &gen_tcp, &gen_tcp, &gen_sctp, &gen_sctp,
	&gen_udp, &gen_icmp, &gen_icmp, &gen_gre, &gen_frag, &gen_other,
};

static const struct flow_class *
class_named(const char *name)
{
	unsigned i;

	for (i = 0; name && i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!strcmp(classes[i]->name, name))
			return classes[i];
	return NULL;
}

struct gen *
gen_create(struct script *s, uint64_t seed)
{
	static const uint8_t levels[] = { 0, 2, 5, 10, 25, 50 };
	struct gen *g = xmalloc(sizeof(*g));

	memset(g, 0, sizeof(*g));
	g->r.state = seed * 0x2545f4914f6cdd1du + 1;
	g->s = s;
	g->mutate = RNG_PICK(&g->r, levels);
	g->fragment = rng_chance(&g->r, 30) ? 2 + rng_below(&g->r, 40) : 0;
	g->zones = rng_chance(&g->r, 15) ? 30 : 0;
	g->policies = rng_chance(&g->r, 12) ? 50 : 0;
	g->card = rng_chance(&g->r, 15) ? 20 : 0;
	return g;
}

void
gen_destroy(struct gen *g)
{
	while (g->pending_count)
		gen_pending(g);
	free(g);
}

void
gen_flows(struct gen *g, const char *only)
{
	const struct flow_class *class, *focus = class_named(only);
	struct script *s = g->s;
	struct flow *flows[16];
	unsigned i, n, packets;
	bool changes, deletes;

	changes = rng_chance(&g->r, 20);
	deletes = !changes && rng_chance(&g->r, 15);	/* events tell */
	g->marks = !g->ports && rng_chance(&g->r, 20) ? 30 : 0;
	n = 1 + rng_below(&g->r, 16);
	packets = 50 + rng_below(&g->r, 600);
	if (!focus && rng_chance(&g->r, 50))
		focus = RNG_PICK(&g->r, classes);
	for (i = 0; i < n; i++) {
		class = focus && (only || rng_chance(&g->r, 70)) ? focus :
			RNG_PICK(&g->r, classes);
		flows[i] = class->create(g);
	}
	while (s->packets < packets) {
		i = rng_below(&g->r, n);
		flows[i]->class->step(g, flows[i]);
		if (g->pending_count && rng_chance(&g->r, 70))
			gen_pending(g);
		if (rng_chance(&g->r, 2))
			again(g);
		if (changes && rng_chance(&g->r, 2))
			change_setting(g);
		if (deletes && rng_chance(&g->r, 2))
			script_delete(s, rng_below(&g->r, 6));
	}
	for (i = 0; i < n; i++)
		free(flows[i]);
}

void
gen_script(struct script *s, uint64_t seed, const char *only)
{
	struct gen *g = gen_create(s, seed);

	ends_init(g);
	gen_settings(g, 0);
	gen_flows(g, only);
	gen_destroy(g);
}

/* Phases 1.3 s apart: no two of them lie a whole number of seconds apart, so
 * that no timer runs out while packets are being sent. */
#define PHASES 4
#define PHASE_MS 1300
#define TIMED_FLOWS 500

void
gen_timed(struct script *s, uint64_t seed)
{
	struct gen *g = gen_create(s, seed);
	struct flow *flows[TIMED_FLOWS];
	const struct flow_class *class;
	unsigned i, n, phase;

	g->many = true;
	g->mutate /= 4;
	ends_init(g);
	gen_settings(g, 3);
	script_set(s, "net.ipv4.ipfrag_time", 1);
	script_set(s, "net.netfilter.nf_conntrack_frag6_timeout", 1);
	for (i = 0; i < TIMED_FLOWS; i++) {
		class = RNG_PICK(&g->r, classes);
		flows[i] = class->create(g);
	}
	for (phase = 0; phase < PHASES; phase++) {
		for (n = 0; n < 6 * TIMED_FLOWS; n++) {
			i = rng_below(&g->r, TIMED_FLOWS);
			if (i % PHASES == phase && i % 3 == 0)
				continue;
			flows[i]->class->step(g, flows[i]);
			if (g->pending_count > 8)
				gen_pending(g);
		}
		script_sleep(s, PHASE_MS);
	}
	for (i = 0; i < TIMED_FLOWS; i++)
		free(flows[i]);
	gen_destroy(g);
}

void
gen_mutate_script(struct script *s, const struct script *from, uint64_t seed)
{
	struct gen *g = gen_create(s, seed);
	struct flow f = { NULL, NULL, 0, 0 };
	const struct step *step;
	size_t i;

	gen_settings(g, 0);
	if (g->mutate < 5)
		g->mutate = 5;
	for (i = 0; i < from->count; i++) {
		step = &from->step[i];
		if (step->type != STEP_PACKET || step->len > PACKET_ROOM ||
		    step->len < 20 || rng_chance(&g->r, 3))
			continue;
		memcpy(g->p.b, step->bytes, step->len);
		g->p.len = step->len;
		g->p.side = step->side;
		if (step->bytes[0] >> 4 == 6) {
			g->p.proto = step->bytes[6];
			g->p.l4 = 40;
		} else {
			g->p.proto = step->bytes[9];
			g->p.l4 = (step->bytes[0] & 15) * 4u;
		}
		gen_send(g, &f);
		if (g->pending_count && rng_chance(&g->r, 70))
			gen_pending(g);
		if (rng_chance(&g->r, 3))
			again(g);
	}
	gen_destroy(g);
}
