/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen_routed.c - traffic for a router: between its networks, from
 * outside to its own addresses, and of its own. */
#include <arpa/inet.h>
#include <string.h>

#include "parity/gen.h"
#include "parity/router.h"

static void
address(uint8_t *to, bool six, const char *text)
{
	memset(to, 0, 16);
	inet_pton(six ? AF_INET6 : AF_INET, text, to);
}

/* Who talks to whom around the router. */
static void
ends_routed(struct gen *g)
{
	static const char *const lan[2][6] = {
		{ "192.168.1.10", "192.168.1.11", "192.168.1.20",
		  "10.1.2.3", "192.168.2.5", "192.168.2.6" },
		{ "fd00:1::10", "fd00:1::11", "fd00:1::20",
		  "fd00:100::3", "fd00:2::5", "fd00:2::6" },
	};
	static const char *const far[2][8] = {
		{ "198.51.100.1", "198.51.100.7", "203.0.113.77",
		  "192.168.2.5", "203.0.113.2", "192.168.1.1",
		  "198.18.0.5", "203.0.113.3" },
		{ "2001:db8:9::1", "2001:db8:9::7", "2001:db8:1::77",
		  "fd00:2::5", "2001:db8:1::2", "fd00:1::1",
		  "2001:db8:f0::5", "2001:db8:f1::5" },
	};
	/* From outside to what is forwarded. */
	static const char *const own[2][3] = {
		{ "203.0.113.2", "203.0.113.2", "203.0.113.3" },
		{ "2001:db8:1::2", "2001:db8:1::2", "2001:db8:1::2" },
	};
	unsigned i;

	for (i = 0; i < GEN_ENDS; i++) {
		struct ends *e = &g->ends[i];

		e->six = i % 4 == 3;
		if (rng_chance(&g->r, 35)) {
			address(e->addr[0], e->six,
				far[e->six][rng_below(&g->r, 3)]);
			address(e->addr[1], e->six, RNG_PICK(&g->r,
							    own[e->six]));
		} else {
			address(e->addr[0], e->six, RNG_PICK(&g->r,
							    lan[e->six]));
			address(e->addr[1], e->six, RNG_PICK(&g->r,
							    far[e->six]));
		}
	}
}

/* The two sides of a flow become taps, by who sends; what a mutation put on
 * the wrong side comes in where its receiver is. */
static void
place(struct gen *g, struct step *step)
{
	const uint8_t *p = step->bytes;
	const struct ends *e;
	unsigned i, size, from, sum;
	bool six;

	if (step->type != STEP_PACKET || step->len < 20)
		return;
	six = p[0] >> 4 == 6;
	if (six && step->len < 40)
		return;
	size = six ? 16 : 4;
	p += six ? 8 : 12;
	for (i = 0; i < GEN_ENDS; i++) {
		e = &g->ends[i];
		from = !memcmp(e->addr[1], p, size) &&
			!memcmp(e->addr[0], p + size, size);
		if (e->six == six && step->side != from &&
		    !memcmp(e->addr[from], p, size) &&
		    !memcmp(e->addr[!from], p + size, size))
			p += size;
	}
	step->side = router_side(p, six);
	/* A raw socket would choose an id for 0. */
	if (step->side == SIDE_HOST && !six && !get16(step->bytes + 4)) {
		put16(step->bytes + 4, 0x4711);
		sum = (uint16_t)~get16(step->bytes + 10) + 0x4711;
		put16(step->bytes + 10, ~(sum + (sum >> 16)));
	}
}

void
gen_routed(struct script *s, uint64_t seed, const char *only)
{
	static const uint16_t ports[] = {
		22, 53, 80, 443, 2222, 8080, 5000, 40000, 40001, 40002, 300,
		700, 65535, 51820, 30080, 1, 8022,
	};
	struct gen *g = gen_create(s, seed);
	size_t i, first = s->count;

	g->ports = ports;
	g->port_count = sizeof(ports) / sizeof(ports[0]);
	g->zones = g->policies = g->card = 0;
	ends_routed(g);
	gen_settings(g, 0);
	gen_flows(g, only);
	for (i = first; i < s->count; i++)
		place(g, &s->step[i]);
	gen_destroy(g);
}
