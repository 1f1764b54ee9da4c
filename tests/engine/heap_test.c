/* SPDX-License-Identifier: BSD-2-Clause
 * engine/heap_test.c - once it has had its load, the packet path asks nobody
 * for memory.
 *
 * The linker puts the functions below in the place of the allocator's and
 * the system's (meson.build: --wrap), for libclew and this file alike. */
#include "engine/gateway.h"
#include "engine/world.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "parity/gen.h"

static bool counting;
static unsigned calls;

#define WRAP(type, name, parameters, arguments)				\
	type __real_##name parameters;					\
	type __wrap_##name parameters;					\
	type								\
	__wrap_##name parameters					\
	{								\
		calls += counting;					\
		return __real_##name arguments;				\
	}

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(void *, aligned_alloc, (size_t to, size_t size), (to, size))
WRAP(void, free, (void *old), (old))
WRAP(void *, mmap, (void *at, size_t size, int prot, int flags, int fd,
		    off_t offset), (at, size, prot, flags, fd, offset))
WRAP(void *, mmap64, (void *at, size_t size, int prot, int flags, int fd,
		      off_t offset), (at, size, prot, flags, fd, offset))
WRAP(int, munmap, (void *at, size_t size), (at, size))
WRAP(int, mprotect, (void *at, size_t size, int prot), (at, size, prot))
WRAP(int, madvise, (void *at, size_t size, int advice), (at, size, advice))

enum { MOST = 40000, BURST = 32 };

struct load {
	struct script scripts[60];
	struct clew_packet packets[MOST];
	size_t count;
	uint64_t events;
};

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct load *load = ctx;

	load->events += event->bits != 0;
}

static void
add(struct load *load, const struct step *step)
{
	struct clew_packet *p = &load->packets[load->count];

	if (step->type != STEP_PACKET || load->count == MOST)
		return;
	*p = packet_for(step->bytes, step->len, 0);
	p->ifindex = step->side + 1u;
	p->zone = (step->how & HOW_RULE) == HOW_ZONE;
	p->timeout_policy = step->len % 3;
	load->count++;
}

/* All packets, in bursts, and what callers ask between them. */
static uint64_t
play(struct clew_engine *e, struct load *load, uint64_t now_ns)
{
	const uint8_t labels[CLEW_LABELS_SIZE] = { 1 };

	for (size_t i = 0; i < load->count; i += BURST) {
		struct clew_packet *p = &load->packets[i];
		size_t n = load->count - i < BURST ? load->count - i : BURST;
		struct clew_snapshot s;
		struct clew_stats stats;
		uint64_t due;
		size_t count;

		for (size_t k = 0; k < n; k++)
			p[k].time_ns = now_ns += 50 * MSECOND;
		clew_engine_process(e, p, n);
		clew_engine_outputs(e, &count);
		clew_engine_stats(e, &stats);
		clew_engine_next_due(e, &due);
		if (!p->conn || clew_conn_snapshot(e, p->conn, &s))
			continue;
		clew_conn_lookup(e, &s.tuple[1], NULL);
		clew_conn_set_mark(e, p->conn, (uint32_t)i);
		clew_conn_set_labels(e, p->conn, labels);
		clew_conn_set_timeout(e, p->conn, i % 50);
		if (i % 3 == 0)
			clew_conn_delete(e, p->conn);
	}
	return now_ns;
}

/* As many connections of both families as there will never be again, and
 * as many fragments. */
static uint64_t
flood(struct clew_engine *e, uint64_t now_ns)
{
	struct ends ends = { .addr = { { 10 }, { 10, 1 } } };
	static struct packet p;

	for (uint32_t i = 0; i < 20000; i++) {
		struct clew_packet in;

		ends.six = i & 1;
		build_udp(&p, &ends, 0, 17, (uint16_t)(i / 2), 9,
			  i % 11 * 100);
		if (i % 4 >= 2) {
			if (ends.six)
				p.b[6] = 44;
			else
				put16(p.b + 6, 0x2000);
			packet_end(&p);
		}
		in = packet_for(p.b, (uint32_t)p.len, now_ns);
		clew_engine_process(e, &in, 1);
		if (in.conn) {
			clew_conn_set_seqadj(e, in.conn, 0,
					     &(struct clew_seqadj){ 0 });
		}
		ends.addr[0][3] = (uint8_t)i;
		ends.addr[0][2] = (uint8_t)(i >> 8);
	}
	return now_ns;
}

static void
no_call_after_the_first_load(bool is_gateway)
{
	struct load *load = calloc(1, sizeof(*load));
	const struct clew_config config = {
		.start_ns = START_NS, .on_event = on_event, .ctx = load,
	};
	struct clew_engine *e;
	uint64_t now_ns = START_NS;

	for (unsigned i = 0; i < 60; i++) {
		script_init(&load->scripts[i], "");
		gen_script(&load->scripts[i], 1000 + i, NULL);
		for (size_t k = 0; k < load->scripts[i].count; k++)
			add(load, &load->scripts[i].step[k]);
	}
	assert_int_equal(clew_engine_create(&e, &config), 0);
	if (is_gateway) {
		gateway_add_router(e);
		gateway_add_rules(e);
	}
	clew_engine_set(e, "nf_conntrack_acct", 1, NULL);
	clew_engine_set(e, "nf_conntrack_timestamp", 1, NULL);
	assert_int_equal(clew_timeout_create(e, "tcp", CLEW_IPV4, 6, NULL, 0),
			 1);
	assert_int_equal(clew_timeout_create(e, "udp", CLEW_IPV6, 17, NULL,
					     0), 2);

	counting = true;
	now_ns = play(e, load, now_ns);
	now_ns = flood(e, now_ns);
	counting = false;
	/* The hooks are where they should be.  (mmap() is mmap64() to who
	 * counts files in 64 bits.) */
	assert_in_range(calls, 1, 10000);
	assert_in_range(load->events, 1000, 10000000);

	clew_engine_advance(e, now_ns += 100ull * 86400 * SECOND, 0);
	assert_int_equal(clew_engine_count(e), 0);
	for (unsigned round = 0; round < 3; round++) {
		calls = 0;
		counting = true;
		now_ns = play(e, load, now_ns);
		clew_engine_advance(e, now_ns += round * 100 * SECOND, 0);
		counting = false;
		assert_int_equal(calls, 0);
	}
	clew_engine_destroy(e);
	for (unsigned i = 0; i < 60; i++)
		script_fini(&load->scripts[i]);
	free(load);
}

static void
no_call_when_tracking(void **state)
{
	(void)state;
	no_call_after_the_first_load(false);
}

static void
no_call_with_rules_and_routes(void **state)
{
	(void)state;
	no_call_after_the_first_load(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_call_when_tracking),
		cmocka_unit_test(no_call_with_rules_and_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
