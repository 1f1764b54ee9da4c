/* SPDX-License-Identifier: BSD-2-Clause
 * engine/memory_test.c - the system says no: at the start, and in the midst
 * of it, at every step there is.
 *
 * The linker puts the functions below in the place of the system's
 * (meson.build: --wrap). */
#include "engine/world.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "parity/gen.h"

static bool refusing;
static unsigned granted;	/* as many more calls are */
static unsigned calls;

static bool
is_refused(void)
{
	calls++;
	if (!refusing)
		return false;
	if (!granted)
		return true;
	granted--;
	return false;
}

/* mmap() is mmap64() to who counts files in 64 bits. */
void *__real_mmap64(void *at, size_t size, int prot, int flags, int fd,
		    off_t offset);
void *__wrap_mmap64(void *at, size_t size, int prot, int flags, int fd,
		    off_t offset);
int __real_mprotect(void *at, size_t size, int prot);
int __wrap_mprotect(void *at, size_t size, int prot);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *
__wrap_mmap64(void *at, size_t size, int prot, int flags, int fd,
	      off_t offset)
{
	if (is_refused()) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return __real_mmap64(at, size, prot, flags, fd, offset);
}

int
__wrap_mprotect(void *at, size_t size, int prot)
{
	if (is_refused()) {
		errno = ENOMEM;
		return -1;
	}
	return __real_mprotect(at, size, prot);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : __real_calloc(count, size);
}

static void
an_engine_is_made_whole_or_not_at_all(void **state)
{
	const struct clew_config config = { .start_ns = START_NS };
	struct clew_engine *e;
	unsigned n;
	int err;

	(void)state;
	for (n = 0; ; n++) {
		refusing = true;
		granted = n;
		err = clew_engine_create(&e, &config);
		refusing = false;
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_null(e);
		assert_in_range(n, 0, 100);
	}
	assert_in_range(n, 10, 100);	/* or the hooks are nowhere */
	clew_engine_destroy(e);
}

static void
check(struct world *w)
{
	clew_conn_ref cursor = 0;
	struct clew_stats s = world_stats(w);
	size_t count = 0;

	while (clew_conn_next(w->e, &cursor))
		count++;
	assert_int_equal(count, clew_engine_count(w->e));
	assert_int_equal(count, s.created - s.destroyed);
}

/* Traffic of every kind, and from the n-th call on there is no memory. */
static unsigned
play(unsigned n)
{
	const uint8_t labels[CLEW_LABELS_SIZE] = { 1 };
	struct clew_stats before, after;
	unsigned used;
	struct world w;

	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_acct", 1);
	world_set(&w, "nf_conntrack_timestamp", 1);
	assert_int_equal(clew_timeout_create(w.e, "udp", CLEW_IPV4, 17, NULL,
					     0), 1);
	refusing = true;
	granted = n;
	calls = 0;
	for (unsigned i = 0; i < 3000; i++) {
		struct clew_packet p;

		w.ends.six = i % 3 == 2;
		w.port[0] = (uint16_t)i;
		w.policy = i % 4 == 0;
		w.now_ns += MSECOND;
		if (i % 5 == 4) {
			build_udp(&w.p, &w.ends, 0, 17, 1, 2, 900);
			if (w.ends.six) {
				w.p.b[6] = 44;
				memset(w.p.b + 40, 0, 8);
				w.p.b[43] = 1;
				w.p.b[47] = (uint8_t)i;
			} else {
				put16(w.p.b + 4, (uint16_t)i);
				put16(w.p.b + 6, 0x2000);
			}
			packet_end(&w.p);
			p = world_send(&w);
		} else {
			p = world_udp(&w, 0);
		}
		if (p.verdict == CLEW_DROP)
			assert_true(p.reason == CLEW_WHY_TABLE_FULL ||
				    p.reason == CLEW_WHY_CLASH ||
				    p.reason == CLEW_WHY_FRAG_MEMORY);
		if (p.conn && i % 7 == 0) {
			int err = clew_conn_set_labels(w.e, p.conn, labels);

			assert_true(err == 0 || err == -ENOMEM);
			err = clew_conn_set_seqadj(w.e, p.conn, 0,
				&(struct clew_seqadj){ 0 });
			assert_true(err == 0 || err == -ENOMEM);
		}
		if (i % 500 == 0)
			check(&w);
	}
	used = calls;
	refusing = false;
	check(&w);
	/* There is memory again, and all is as ever. */
	before = world_stats(&w);
	w.policy = 0;
	for (unsigned i = 0; i < 100; i++) {
		w.port[0] = (uint16_t)(20000 + i);
		assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
		assert_int_equal(world_udp(&w, 1).ct_state,
				 CLEW_CT_ESTABLISHED);
	}
	after = world_stats(&w);
	assert_int_equal(after.drop, before.drop);
	check(&w);
	world_wait(&w, 1000 * SECOND);
	assert_int_equal(clew_engine_count(w.e), 0);
	world_fini(&w);
	return used;
}

static void
nothing_breaks_without_memory(void **state)
{
	unsigned all = play(UINT32_MAX);

	(void)state;
	assert_in_range(all, 10, 1000);
	for (unsigned n = 0; n <= all; n++)
		play(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_engine_is_made_whole_or_not_at_all),
		cmocka_unit_test(nothing_breaks_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
