/* SPDX-License-Identifier: BSD-2-Clause
 * control/queue_test.c - datagrams come out as they went in. */
#include "control/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"

/* A datagram that tells which one it is. */
static size_t
make(uint8_t *out, uint32_t n)
{
	size_t size = n * 7919 % 5000;

	memset(out, (int)n, size);
	return size;
}

static void
check_first(const struct queue *q, uint32_t n)
{
	uint8_t expected[5000];
	size_t expected_size = make(expected, n);
	uint32_t group;
	size_t size;
	const uint8_t *data = queue_first(q, &size, &group);

	assert_non_null(data);
	assert_int_equal(size, expected_size);
	assert_int_equal(group, n % 10);
	assert_memory_equal(data, expected, size);
}

static void
test_order(void **state)
{
	struct testrandom r = { 1 };
	struct queue q = { 0 };
	uint8_t data[5000];
	uint32_t in = 0, out = 0;

	(void)state;
	while (in < 20000) {
		if (testrandom_below(&r, 100) < 51) {
			assert_int_equal(queue_put(&q, data, make(data, in),
						   in % 10), 0);
			in++;
		} else if (out < in) {
			check_first(&q, out++);
			queue_remove(&q);
		}
		assert_int_equal(q.count, in - out);
	}
	for (; out < in; out++) {
		check_first(&q, out);
		queue_remove(&q);
	}
	assert_int_equal(q.charge, 0);
	queue_fini(&q);
}

static void
test_empty(void **state)
{
	struct queue q = { 0 };
	uint32_t group;
	size_t size;

	(void)state;
	assert_null(queue_first(&q, &size, &group));
	queue_remove(&q);
	assert_int_equal(q.count, 0);
	queue_fini(&q);
}

/* Nothing is moved or asked for when the reader keeps up. */
static void
test_steady(void **state)
{
	struct queue q = { 0 };
	uint8_t data[1000] = { 0 };
	uint8_t *bytes;

	(void)state;
	queue_put(&q, data, sizeof(data), 0);
	queue_put(&q, data, sizeof(data), 0);
	bytes = q.bytes;
	for (int i = 0; i < 1000; i++) {
		queue_remove(&q);
		queue_put(&q, data, sizeof(data), 0);
	}
	assert_ptr_equal(q.bytes, bytes);
	queue_fini(&q);
}

/* What Linux 6.18 charges for acknowledgements, and how many of 36 bytes fit
 * into the smallest SO_RCVBUF. */
static void
test_limit(void **state)
{
	struct queue q = { 0 };
	uint8_t data[4000] = { 0 };
	int count = 0;

	(void)state;
	assert_int_equal(queue_charge(36), 960);
	assert_int_equal(queue_charge(3776), 4096 + 256);
	assert_true(queue_has_room(&q, 1 << 20, 2304));
	for (; queue_has_room(&q, 36, 2304); count++)
		queue_put(&q, data, 36, 0);
	assert_int_equal(count, 2);
	queue_fini(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
