/* SPDX-License-Identifier: BSD-2-Clause
 * track/tuple_test.c - tuples turned round, packed and unpacked. */
#include "track/tuple.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"
#include "track/proto.h"

static struct clew_tuple
some_tuple(struct testrandom *r, uint8_t protocol)
{
	struct clew_tuple t = {
		.family = testrandom_next(r) & 1 ? CLEW_IPV6 : CLEW_IPV4,
		.protocol = protocol,
		.zone = (uint16_t)testrandom_next(r),
	};
	size_t size = t.family == CLEW_IPV6 ? 16 : 4;

	for (size_t i = 0; i < size; i++) {
		t.src.bytes[i] = (uint8_t)testrandom_next(r);
		t.dst.bytes[i] = (uint8_t)testrandom_next(r);
	}
	t.part.word = (uint32_t)testrandom_next(r);
	return t;
}

static void
packing_loses_nothing(void **state)
{
	struct testrandom r = { 1 };

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		struct clew_tuple t = some_tuple(&r, (uint8_t)i), back;
		struct key k;

		assert_true(key_from_tuple(&t, &k));
		assert_int_equal(key_protocol(&k.s), t.protocol);
		assert_int_equal(key_zone(&k.s), t.zone);
		assert_int_equal(key_family(&k.s), t.family);
		key_to_tuple(&k, &back);
		assert_memory_equal(&t, &back, sizeof(t));
		key_set_zone(&k.s, 0x1234);
		key_to_tuple(&k, &back);
		t.zone = 0x1234;
		assert_memory_equal(&t, &back, sizeof(t));
	}
	assert_false(key_from_tuple(&(struct clew_tuple){ .family = 3 },
				    &(struct key){ 0 }));
}

/* For every protocol number: twice turned is as before. */
static void
inversion_is_an_involution(void **state)
{
	struct testrandom r = { 2 };
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < 256 * 300; i++) {
		struct clew_tuple t = some_tuple(&r, (uint8_t)i), back;
		struct key k, inverse, again;

		assert_true(key_from_tuple(&t, &k));
		if (!key_invert(&k, &inverse)) {
			assert_true(t.protocol == PROTO_ICMP ||
				    t.protocol == PROTO_ICMPV6);
			refused++;
			continue;
		}
		assert_true(key_invert(&inverse, &again));
		key_to_tuple(&again, &back);
		assert_memory_equal(&t, &back, sizeof(t));
		key_to_tuple(&inverse, &back);
		assert_memory_equal(&t.src, &back.dst, sizeof(t.src));
		assert_memory_equal(&t.dst, &back.src, sizeof(t.dst));
		assert_int_equal(t.zone, back.zone);
		if (t.protocol == PROTO_ICMP || t.protocol == PROTO_ICMPV6) {
			assert_int_equal(t.part.icmp.id_be,
					 back.part.icmp.id_be);
			assert_int_equal(t.part.icmp.code,
					 back.part.icmp.code);
			assert_int_not_equal(t.part.icmp.type,
					     back.part.icmp.type);
		} else {
			assert_int_equal(t.part.port.sport_be,
					 back.part.port.dport_be);
			assert_int_equal(t.part.port.dport_be,
					 back.part.port.sport_be);
		}
	}
	assert_in_range(refused, 500, 600);
}

static void
only_queries_and_replies_turn(void **state)
{
	static const uint8_t icmp[] = { 0, 8, 13, 14, 15, 16, 17, 18 };
	static const uint8_t icmpv6[] = { 128, 129, 139, 140 };

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		union clew_proto_part part = { .icmp.type = (uint8_t)type };

		assert_int_equal(icmp_invert(&part),
				 memchr(icmp, (int)type, sizeof(icmp)) != 0);
		part.icmp.type = (uint8_t)type;
		assert_int_equal(icmpv6_invert(&part),
				 memchr(icmpv6, (int)type, sizeof(icmpv6)) !=
				 0);
	}
}

/* Every field is part of the hash, and the families never meet. */
static void
every_field_is_hashed(void **state)
{
	const struct hash_key secret = { { 1, 2 } };
	struct testrandom r = { 3 };

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct clew_tuple t = some_tuple(&r, (uint8_t)i);
		struct key k, other;
		uint64_t hash;

		assert_true(key_from_tuple(&t, &k));
		hash = key_hash(&secret, &k);
		switch (testrandom_below(&r, 5)) {
		case 0:
			t.src.bytes[testrandom_below(&r, t.family ==
				    CLEW_IPV4 ? 4 : 16)]++;
			break;
		case 1:
			t.dst.bytes[testrandom_below(&r, t.family ==
				    CLEW_IPV4 ? 4 : 16)]++;
			break;
		case 2: t.part.word ^= 1u << testrandom_below(&r, 32); break;
		case 3: t.zone++; break;
		case 4: t.protocol++; break;
		}
		assert_true(key_from_tuple(&t, &other));
		assert_true(key_hash(&secret, &other) != hash);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packing_loses_nothing),
		cmocka_unit_test(inversion_is_an_involution),
		cmocka_unit_test(only_queries_and_replies_turn),
		cmocka_unit_test(every_field_is_hashed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
