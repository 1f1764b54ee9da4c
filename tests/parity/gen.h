/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen.h - random and mutated traffic, the same for the same seed. */
#ifndef PARITY_GEN_H
#define PARITY_GEN_H

#include "parity/build.h"
#include "parity/script.h"

#define GEN_ENDS 8
#define GEN_RECENT 32
#define GEN_RECENT_MOST 1600
#define GEN_PENDING 96

struct recent {
	size_t len;
	uint8_t side;
	uint8_t how;
	uint8_t b[GEN_RECENT_MOST];
};

/* A fragment waiting for its turn. */
struct pending {
	size_t len;
	uint8_t side;
	uint8_t how;
	uint8_t *b;
};

struct gen {
	struct rng r;
	struct script *s;
	struct ends ends[GEN_ENDS];
	unsigned mutate;	/* percent, of one script */
	unsigned fragment;
	unsigned zones;
	unsigned card;
	unsigned policies;
	unsigned marks;
	bool many;		/* flows that do not meet */
	const uint16_t *ports;	/* of every protocol, or NULL: its own */
	unsigned port_count;
	unsigned recent_count;
	struct recent recent[GEN_RECENT];
	unsigned pending_count;
	struct pending pending[GEN_PENDING];
	struct packet p;	/* under construction */
	struct packet q;	/* another */
};

/* One protocol's traffic between a few ends. */
struct flow;

struct flow_class {
	const char *name;
	struct flow *(*create)(struct gen *g);
	void (*step)(struct gen *g, struct flow *f);
};

extern const struct flow_class gen_tcp;
extern const struct flow_class gen_sctp;
extern const struct flow_class gen_udp;
extern const struct flow_class gen_icmp;
extern const struct flow_class gen_gre;
extern const struct flow_class gen_frag;
extern const struct flow_class gen_other;

struct flow {
	const struct flow_class *class;
	const struct ends *ends;
	uint8_t how;
	unsigned flip;		/* which side is the client */
};

void flow_init(struct gen *g, struct flow *f, const struct flow_class *class);

/* Spoil or decorate a packet in one of many ways. */
void gen_mutate(struct gen *g, struct packet *p);

/* Send g->p, perhaps mutated, perhaps in fragments. */
void gen_send(struct gen *g, const struct flow *f);

/* Cut 'p' in fragments and queue them, right or wrong. */
void gen_fragment(struct gen *g, const struct packet *p);
void gen_pending(struct gen *g);

/* A port: one of a few, or any. */
uint16_t gen_port(struct gen *g, const uint16_t *few, unsigned count);

/* An interesting distance from a bound. */
int32_t gen_near(struct gen *g);

/* What every kind of script begins and ends with: levels of mischief from the
 * seed; settings, timeouts of up to 'most' seconds among them (0: as many as
 * can be told apart); flows between g->ends, one packet after the other. */
struct gen *gen_create(struct script *s, uint64_t seed);
void gen_destroy(struct gen *g);
void gen_settings(struct gen *g, unsigned most);
void gen_flows(struct gen *g, const char *only);

/* Fill 's' with the traffic of 'seed'; 'only' names one class or is NULL. */
void gen_script(struct script *s, uint64_t seed, const char *only);

/* Traffic for the router of router.h: between its networks, with itself. */
void gen_routed(struct script *s, uint64_t seed, const char *only);

/* Many flows with timeouts of 1 to 3 seconds and sleeps between. */
void gen_timed(struct script *s, uint64_t seed);

/* Mutate what a script (of a capture) has. */
void gen_mutate_script(struct script *s, const struct script *from,
		       uint64_t seed);

#endif
