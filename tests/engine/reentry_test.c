/* SPDX-License-Identifier: BSD-2-Clause
 * tests/engine/reentry_test.c - what an event's callback may do: read.
 *
 * Connections that end in the same millisecond are told of one after the
 * other; a callback that looks up, dumps and snapshots all of them meanwhile
 * must disturb nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "clew/clew.h"

enum { FLOWS = 40, START_S = 1000 };

struct curious {
	struct clew_engine *engine;
	unsigned ended;
	unsigned found_ended;
};

static void
udp(uint8_t p[28], unsigned flow)
{
	uint32_t sum = 0;

	memset(p, 0, 28);
	p[0] = 0x45;
	p[3] = 28;
	p[8] = 64;
	p[9] = 17;
	memcpy(p + 12, (uint8_t[]){ 192, 168, 1, 10, 198, 51, 100, 7 }, 8);
	p[20] = 0x40;
	p[21] = (uint8_t)flow;
	p[23] = 53;
	p[25] = 8;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	p[10] = (uint8_t)(~sum >> 8);
	p[11] = (uint8_t)~sum;
}

static void
look_around(void *ctx, const struct clew_event *event)
{
	struct curious *c = ctx;
	struct clew_snapshot s;
	clew_conn_ref cursor = 0;
	unsigned dumped = 0;

	while (clew_conn_next(c->engine, &cursor)) {
		assert_int_equal(clew_conn_snapshot(c->engine, cursor, &s), 0);
		if (clew_conn_lookup(c->engine, &s.tuple[CLEW_DIR_REPLY],
				     NULL) == 0)
			c->found_ended++;
		dumped++;
	}
	assert_true(dumped <= FLOWS);
	if (event->type == CLEW_EVENT_DESTROY)
		c->ended++;
}

static void
a_callback_may_look_around(void **state)
{
	static const uint32_t budgets[] = { 0, 8 };

	(void)state;
	for (unsigned b = 0; b < 2; b++) {
		struct curious c = { 0 };
		struct clew_stats stats;

		assert_int_equal(clew_engine_create(&c.engine,
			&(struct clew_config){
				.start_ns = START_S * 1000000000ull,
				.expire_budget = budgets[b],
				.on_event = look_around, .ctx = &c }), 0);
		for (unsigned flow = 0; flow < FLOWS; flow++) {
			uint8_t bytes[28];
			struct clew_packet p = {
				.data = bytes, .caplen = 28, .len = 28,
				.time_ns = START_S * 1000000000ull,
			};

			udp(bytes, flow);
			clew_engine_process(c.engine, &p, 1);
			assert_int_equal(p.ct_state, CLEW_CT_NEW);
		}
		assert_int_equal(clew_engine_count(c.engine), FLOWS);
		clew_engine_advance(c.engine, (START_S + 31) * 1000000000ull,
				    0);
		assert_int_equal(c.ended, FLOWS);
		assert_int_equal(clew_engine_count(c.engine), 0);
		clew_engine_stats(c.engine, &stats);
		assert_int_equal(stats.destroyed, FLOWS);
		clew_engine_destroy(c.engine);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_callback_may_look_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
