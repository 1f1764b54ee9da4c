/* SPDX-License-Identifier: BSD-2-Clause
 * engine/burst_test.c - the same in, the same out: whatever the size of the
 * bursts, as often as one likes, under any key.
 *
 * Random traffic as the parity harness makes it, of all protocols, in
 * fragments, with nonsense among it, and with time passing between the
 * packets so that connections end in the midst of a burst. */
#include "engine/gateway.h"
#include "engine/world.h"

#include <stdlib.h>

#include "parity/gen.h"

enum { BURST_MOST = 200 };

/* What stands around tracking. */
enum around {
	NOTHING,
	ROUTER,
	RULES,
	BOTH,
	AROUNDS,
};

struct run {
	struct clew_engine *e;
	struct tape events;
	struct tape results;
	struct tape outputs;
	struct clew_packet packets[BURST_MOST];
	size_t waiting;
	size_t done;		/* packets given to the engine */
};

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct run *run = ctx;

	tape_put_event(&run->events, event);
}

static void
flush(struct run *run)
{
	const struct clew_output *outputs;
	size_t count;

	clew_engine_process(run->e, run->packets, run->waiting);
	for (size_t i = 0; i < run->waiting; i++)
		tape_put_packet(&run->results, &run->packets[i]);
	outputs = clew_engine_outputs(run->e, &count);
	for (size_t i = 0; i < count; i++) {
		size_t packet = run->done + outputs[i].packet;
		struct tape *t = &run->outputs;

		tape_put(t, &packet, sizeof(packet));
		tape_put(t, &outputs[i].len, sizeof(outputs[i].len));
		tape_put(t, &outputs[i].ifindex, sizeof(outputs[i].ifindex));
		tape_put(t, &outputs[i].out_ifindex,
			 sizeof(outputs[i].out_ifindex));
		tape_put(t, &outputs[i].next_hop, sizeof(outputs[i].next_hop));
		tape_put(t, &outputs[i].mark, sizeof(outputs[i].mark));
		tape_put(t, &outputs[i].kind, 1);
		tape_put(t, &outputs[i].is_local, 1);
		tape_put(t, &outputs[i].verdict, 1);
		tape_put(t, outputs[i].data, outputs[i].len);
	}
	run->done += run->waiting;
	run->waiting = 0;
}

static void
fill(struct clew_packet *p, const struct step *step, uint64_t now_ns)
{
	static const struct {
		uint16_t zone;
		uint16_t policy;
		uint32_t flags;
	} rules[HOW_RULE + 1] = {
		[HOW_ZONE] = { .zone = 1 },
		[HOW_ZONE_ORIG] = { .zone = 2, .flags = CLEW_PKT_ZONE_ORIG },
		[HOW_ZONE_REPLY] = { .zone = 3, .flags = CLEW_PKT_ZONE_REPLY },
		[HOW_NOTRACK] = { .flags = CLEW_PKT_NOTRACK },
		[HOW_POLICY] = { .policy = 1 },
	};
	unsigned rule = step->how & HOW_RULE;

	*p = packet_for(step->bytes, step->len, now_ns);
	p->ifindex = step->side + 1u;
	p->zone = rules[rule].zone;
	p->flags = rules[rule].flags;
	p->timeout_policy = rules[rule].policy;
	if (step->how & CARD_CSUM_PARTIAL)
		p->flags |= CLEW_PKT_CSUM_PARTIAL;
	if (step->how & CARD_GSO)
		p->flags |= CLEW_PKT_GSO;
	/* As a capture may have cut it. */
	if (step->len % 97 == 5)
		p->caplen = step->len * 2 / 3;
}

static uint64_t
later(struct rng *r, uint64_t now_ns)
{
	switch (rng_below(r, 40)) {
	case 0: return now_ns + (uint64_t)rng_below(r, 20000) * MSECOND;
	case 1: return now_ns - rng_below(r, 1000000);	/* never runs back */
	case 2: return now_ns + (uint64_t)rng_below(r, 5000) * MSECOND;
	case 3: return now_ns;
	default: return now_ns + rng_below(r, 2000000);
	}
}

/* Who asks why: looks at all that is told, and reads the engine. */
static struct clew_engine *explained;
static size_t steps_told;

static void
on_step(void *ctx, const struct clew_explain *step)
{
	struct clew_snapshot ct;

	(void)ctx;
	steps_told++;
	assert_true(step->depth < 8);
	if (step->kind == CLEW_EXPLAIN_LOOKUP && step->u.lookup.is_found)
		assert_int_equal(clew_conn_snapshot(explained,
				 step->u.lookup.conn, &ct), 0);
	if (step->kind == CLEW_EXPLAIN_MATCH)
		assert_true(strlen(step->u.match.what) > 0);
}

/* => All that was said: events, results of packets, outputs, the table. */
static struct tape
play_explained(const struct script *s, size_t burst,
	       const struct clew_config *base, enum around around,
	       bool explains)
{
	struct run *run = calloc(1, sizeof(*run));
	struct clew_config config = *base;
	struct tape tape;
	uint64_t now_ns = START_NS;
	struct rng r = { 1 };

	config.start_ns = START_NS;
	config.on_event = on_event;
	config.ctx = run;
	assert_int_equal(clew_engine_create(&run->e, &config), 0);
	if (around == ROUTER || around == BOTH)
		gateway_add_router(run->e);
	if (around == RULES || around == BOTH)
		gateway_add_rules(run->e);
	assert_int_equal(clew_timeout_create(run->e, "tcp", CLEW_IPV4, 6,
					     (const uint32_t[]){ 2, 3, 4 }, 7),
			 1);
	explained = run->e;
	if (explains)
		clew_engine_explain(run->e, on_step, run);
	for (size_t i = 0; i < s->count; i++) {
		const struct step *step = &s->step[i];

		if (step->type == STEP_SET) {
			flush(run);
			clew_engine_set(run->e, (const char *)step->bytes,
					step->value, NULL);
		} else if (step->type == STEP_SLEEP) {
			now_ns += step->ms * MSECOND;
		} else if (step->type == STEP_PACKET) {
			now_ns = later(&r, now_ns);
			fill(&run->packets[run->waiting++], step, now_ns);
			if (run->waiting == burst)
				flush(run);
		}
	}
	flush(run);
	tape_put(&run->events, run->results.bytes, run->results.size);
	tape_put(&run->events, run->outputs.bytes, run->outputs.size);
	tape_put_engine(&run->events, run->e);
	clew_engine_advance(run->e, UINT64_MAX, 0);
	assert_int_equal(clew_engine_count(run->e), 0);
	clew_engine_destroy(run->e);
	tape_free(&run->results);
	tape_free(&run->outputs);
	tape = run->events;
	free(run);
	return tape;
}

static struct tape
play(const struct script *s, size_t burst, const struct clew_config *base,
     enum around around)
{
	return play_explained(s, burst, base, around, false);
}

static void
assert_same(const struct tape *a, const struct tape *b, const char *what,
	    uint64_t seed)
{
	size_t at = 0;

	while (at < a->size && at < b->size && a->bytes[at] == b->bytes[at])
		at++;
	if (at < a->size || at < b->size)
		fail_msg("%s, seed %llu: %zu and %zu bytes differ from %zu "
			 "on", what, (unsigned long long)seed, a->size,
			 b->size, at);
}

static void
make(struct script *s, uint64_t seed)
{
	script_init(s, "");
	if (seed % 30 == 29) {
		gen_timed(s, seed);
		return;
	}
	gen_script(s, seed, NULL);
	/* Small limits, so that they are met. */
	if (seed % 5 == 0)
		script_set(s, "nf_conntrack_max", 1 + seed % 7);
}

static void
any_burst_gives_the_same(void **state)
{
	static const size_t bursts[] = { 32, 2, 7, 33, 200 };

	(void)state;
	for (uint64_t seed = 1; seed <= 160; seed++) {
		enum around around = seed > 120 ? seed % AROUNDS : NOTHING;
		struct clew_config config = {
			.expire_budget = seed % 4 == 0,
		};
		struct tape one, other;
		struct script s;

		make(&s, seed);
		one = play(&s, 1, &config, around);
		assert_true(one.size > 1000);
		for (size_t i = 0; i < (seed % 4 ? 1 : 5); i++) {
			other = play(&s, bursts[i], &config, around);
			assert_same(&one, &other, "burst", seed);
			tape_free(&other);
		}
		tape_free(&one);
		script_fini(&s);
	}
}

static void
again_gives_the_same_under_any_key(void **state)
{
	(void)state;
	for (uint64_t seed = 200; seed < 260; seed++) {
		enum around around = seed % 5 ? NOTHING : seed / 5 % AROUNDS;
		struct clew_config config = { .seed = { 1, 2 } };
		struct tape one, other;
		struct script s;

		make(&s, seed);
		one = play(&s, 32, &config, around);
		other = play(&s, 32, &config, around);
		assert_same(&one, &other, "again", seed);
		tape_free(&other);
		config.seed[seed & 1] = seed * 0x9e3779b97f4a7c15u;
		other = play(&s, 32, &config, around);
		assert_same(&one, &other, "key", seed);
		tape_free(&other);
		tape_free(&one);
		script_fini(&s);
	}
}

/* Rules run otherwise for who asks, and tracking works on copies. */
static void
who_asks_why_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 300; seed < 340; seed++) {
		enum around around = seed % 10 ? seed / 10 % 2 * ROUTER :
						 seed / 10 % AROUNDS;
		struct clew_config config = {
			.expire_budget = seed % 4 == 0,
		};
		struct tape one, other;
		struct script s;

		make(&s, seed);
		one = play(&s, 32, &config, around);
		steps_told = 0;
		other = play_explained(&s, seed % 2 ? 1 : 7, &config, around,
				       true);
		assert_true(steps_told > s.count);
		assert_same(&one, &other, "explained", seed);
		tape_free(&other);
		tape_free(&one);
		script_fini(&s);
	}
}

/* A whole conversation in one burst. */
static void
a_flow_may_be_in_one_burst(void **state)
{
	static const struct {
		uint8_t from, flags;
		uint32_t seq, ack;
		uint16_t data;
		uint8_t ct_state;
	} steps[] = {
		{ 0, TH_SYN, 1000, 0, 0, CLEW_CT_NEW },
		{ 1, TH_SYN | TH_ACK, 5000, 1001, 0, CLEW_CT_ESTABLISHED },
		{ 0, TH_ACK, 1001, 5001, 0, CLEW_CT_ESTABLISHED },
		{ 0, TH_ACK, 1001, 5001, 100, CLEW_CT_ESTABLISHED },
		{ 1, TH_ACK, 5001, 1101, 100, CLEW_CT_ESTABLISHED },
		{ 0, TH_FIN | TH_ACK, 1101, 5101, 0, CLEW_CT_ESTABLISHED },
		{ 1, TH_FIN | TH_ACK, 5101, 1102, 0, CLEW_CT_ESTABLISHED },
		{ 0, TH_ACK, 1102, 5102, 0, CLEW_CT_ESTABLISHED },
		/* and again: the entry is replaced */
		{ 0, TH_SYN, 90000, 0, 0, CLEW_CT_NEW },
	};
	enum { COUNT = sizeof(steps) / sizeof(*steps) };
	struct clew_packet packets[COUNT];
	uint8_t bytes[COUNT][200];
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (size_t i = 0; i < COUNT; i++) {
		build_tcp(&w.p, &w.ends, steps[i].from, &(struct tcp_part){
			.sport = w.port[steps[i].from],
			.dport = w.port[!steps[i].from],
			.seq = steps[i].seq, .ack = steps[i].ack,
			.flags = steps[i].flags, .window = 8000,
			.data = steps[i].data,
		});
		memcpy(bytes[i], w.p.b, w.p.len);
		packets[i] = packet_for(bytes[i], (uint32_t)w.p.len,
					w.now_ns + i);
	}
	clew_engine_process(w.e, packets, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(packets[i].verdict, CLEW_ACCEPT);
		assert_int_equal(packets[i].ct_state, steps[i].ct_state);
		assert_int_equal(packets[i].dir, steps[i].from);
		assert_int_equal(packets[i].reason, 0);
		assert_int_equal(packets[i].result, i == 0 || i == 8 ?
				 CLEW_RES_NEW_CONN : 0);
		assert_int_equal(packets[i].conn == packets[0].conn, i < 8);
	}
	assert_int_equal(clew_engine_count(w.e), 1);
	world_fini(&w);
}

static void
nothing_is_a_burst_too(void **state)
{
	struct world w;
	size_t count;

	(void)state;
	world_init(&w, NULL);
	clew_engine_process(w.e, NULL, 0);
	clew_engine_outputs(w.e, &count);
	assert_int_equal(count, 0);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_burst_gives_the_same),
		cmocka_unit_test(again_gives_the_same_under_any_key),
		cmocka_unit_test(who_asks_why_changes_nothing),
		cmocka_unit_test(a_flow_may_be_in_one_burst),
		cmocka_unit_test(nothing_is_a_burst_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
