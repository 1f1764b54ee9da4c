/* SPDX-License-Identifier: BSD-2-Clause
 * control/conntrack_test.c - lists of large tables: whole whatever changes
 * meanwhile, and made in small pieces.  What Linux answers to datagrams is in
 * tests/netlink. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "control/ct.h"
#include "nl/ct.h"

enum {
	MANY = 20000,
	LOOKS = 4096,		/* as ctlist.c's */
	MARKED = 7,
};

struct face {
	struct clew_engine *engine;
	struct clew_control *control;
	struct clew_port *port;
	uint8_t seen[MANY];
};

static struct face face;

static struct clew_tuple
tuple_of(uint32_t number, uint8_t family)
{
	struct clew_tuple t = {
		.family = family, .protocol = PROTO_UDP,
		.part.port = { to_be16((uint16_t)number), to_be16(53) },
	};

	put_be32(t.src.bytes, 0x0a000000 + number);
	put_be32(t.dst.bytes, 0x0b000001);
	return t;
}

static struct clew_tuple
answer_of(const struct clew_tuple *t)
{
	struct clew_tuple r = *t;

	r.src = t->dst;
	r.dst = t->src;
	r.part.port.sport_be = t->part.port.dport_be;
	r.part.port.dport_be = t->part.port.sport_be;
	return r;
}

static void
request(uint8_t type, uint16_t flags, const struct clew_snapshot *ct,
	uint8_t family, const void *filter)
{
	uint64_t space[128];
	struct nl_writer w = nl_writer(space, sizeof(space));
	struct nfgenmsg head = { .nfgen_family = family };
	size_t at = nl_begin_msg(&w, CT_TYPE(type), NLM_F_REQUEST | flags, 1,
				 0);

	nl_put_raw(&w, &head, sizeof(head));
	if (ct)
		nl_ct_encode(&w, ct, NL_CT_REQUEST);
	if (filter) {
		size_t nest = nl_begin(&w, CTA_FILTER);

		nl_put_u32(&w, CTA_FILTER_ORIG_FLAGS,
			   *(const uint32_t *)filter);
		nl_end(&w, nest);
	}
	nl_end_msg(&w, at);
	assert_true(nl_ok(&w));
	assert_int_equal(clew_port_send(face.port, w.base, w.used), w.used);
}

static void
make(uint32_t number, uint8_t family, uint32_t mark)
{
	struct clew_snapshot ct = {
		.has = CLEW_HAS_ORIG | CLEW_HAS_REPLY | CLEW_HAS_TIMEOUT |
		       CLEW_HAS_MARK,
		.timeout_s = 1000,
		.mark = mark,
	};

	ct.tuple[0] = tuple_of(number, family);
	ct.tuple[1] = answer_of(&ct.tuple[0]);
	request(IPCTNL_MSG_CT_NEW, NLM_F_CREATE | NLM_F_EXCL, &ct, family,
		NULL);
	assert_false(clew_port_is_readable(face.port));
}

static void
delete(uint32_t number)
{
	struct clew_snapshot ct = { .has = CLEW_HAS_ORIG };

	ct.tuple[0] = tuple_of(number, CLEW_IPV4);
	request(IPCTNL_MSG_CT_DELETE, 0, &ct, CLEW_IPV4, NULL);
	assert_false(clew_port_is_readable(face.port));
}

static int
set_up(void **state)
{
	(void)state;
	memset(&face, 0, sizeof(face));
	if (clew_engine_create(&face.engine, &(struct clew_config){
			.seed = { 3, 4 }, .start_ns = 1000000000 }) ||
	    clew_control_create(&face.control, face.engine))
		return -1;
	return clew_port_open(face.control, CLEW_PORT_NETFILTER,
			      &(struct clew_port_options){ 0 }, &face.port);
}

static int
tear_down(void **state)
{
	(void)state;
	clew_control_destroy(face.control);
	clew_engine_destroy(face.engine);
	return 0;
}

/* One datagram's connections.  => Was it the last? */
static bool
take(unsigned *count)
{
	static uint8_t data[65536];
	ssize_t size = clew_port_receive(face.port, data, sizeof(data),
					 false);
	struct nl_reader r = nl_reader(data, (size_t)size);
	struct nl_msg msg;

	assert_true(size > 0);
	while (nl_next_msg(&r, &msg)) {
		struct clew_snapshot ct;
		uint32_t number;

		if (msg.type == NLMSG_DONE)
			return true;
		assert_int_equal(nl_ct_decode(msg.body + 4, msg.body_len - 4,
					      msg.body[0], &ct, NULL), 0);
		number = get_be32(ct.tuple[0].src.bytes) - 0x0a000000;
		assert_true(number < MANY);
		face.seen[number]++;
		(*count)++;
	}
	return false;
}

/* Connections come and go while the list is read: what is there throughout
 * comes once. */
static void
test_a_list_is_whole(void **state)
{
	unsigned count = 0, turn = 0;

	(void)state;
	for (uint32_t i = 0; i < MANY / 2; i++)
		make(i, CLEW_IPV4, 0);
	request(IPCTNL_MSG_CT_GET, NLM_F_DUMP, NULL, 0, NULL);
	for (;;) {
		while (clew_port_is_pending(face.port))
			clew_control_work(face.control);
		if (take(&count))
			break;
		/* The list has its port: the changes come by another. */
		struct clew_port *port = face.port;

		assert_int_equal(clew_port_open(face.control,
				 CLEW_PORT_NETFILTER,
				 &(struct clew_port_options){ 0 },
				 &face.port), 0);
		delete(turn * 97 % (MANY / 2) | 1);
		make(MANY / 2 + turn, CLEW_IPV4, 0);
		clew_port_close(face.port);
		face.port = port;
		turn++;
	}
	assert_true(turn > 50);
	for (uint32_t i = 0; i < MANY / 2; i += 2)
		assert_int_equal(face.seen[i], 1);
	for (uint32_t i = 0; i < MANY; i++)
		assert_true(face.seen[i] <= 1);
}

/* A filter that finds one among many: no piece of work looks at more than
 * LOOKS, and between two of them anything may happen. */
static void
test_a_list_pauses(void **state)
{
	struct clew_snapshot filter = {
		.has = CLEW_HAS_MARK, .mark = MARKED,
	};
	unsigned count = 0, works = 0;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		make(i, CLEW_IPV4, i == MANY - 1 ? MARKED : 0);
	request(IPCTNL_MSG_CT_GET, NLM_F_DUMP, &filter, 0, NULL);
	assert_true(clew_port_is_pending(face.port));
	assert_false(clew_port_is_readable(face.port));
	while (clew_port_is_pending(face.port)) {
		clew_control_work(face.control);
		works++;
	}
	assert_int_equal(works, MANY / LOOKS);
	while (!take(&count))
		;
	assert_int_equal(count, 1);
	assert_int_equal(face.seen[MANY - 1], 1);
	assert_false(clew_control_work(face.control));
}

/* A port that closes takes its list along. */
static void
test_a_pause_ends_with_its_port(void **state)
{
	struct clew_snapshot filter = {
		.has = CLEW_HAS_MARK, .mark = MARKED,
	};

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		make(i, CLEW_IPV4, 0);
	request(IPCTNL_MSG_CT_GET, NLM_F_DUMP, &filter, 0, NULL);
	assert_true(clew_port_is_pending(face.port));
	clew_port_close(face.port);
	assert_false(clew_control_work(face.control));
}

/* Linux 6.18 lists those that differ. */
static void
test_ipv6_addresses_are_compared(void **state)
{
	struct clew_snapshot filter = { .has = CLEW_HAS_ORIG };
	uint32_t flags = NL_CT_FILTER_SRC;
	unsigned count = 0;

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		make(i, CLEW_IPV6, 0);
	filter.tuple[0] = tuple_of(3, CLEW_IPV6);
	request(IPCTNL_MSG_CT_GET, NLM_F_DUMP, &filter, CLEW_IPV6, &flags);
	while (!take(&count))
		;
	assert_int_equal(count, 1);
	assert_int_equal(face.seen[3], 1);
}

/* Who insists on being told of every end, and does not listen, keeps them all:
 * but no more than there may be connections. */
static void
test_the_untold_are_bounded(void **state)
{
	struct clew_port *deaf, *port = face.port;
	size_t limit = 1;

	(void)state;
	clew_engine_set(face.engine, "nf_conntrack_max", 100, NULL);
	assert_int_equal(clew_port_open(face.control, CLEW_PORT_NETFILTER,
			 &(struct clew_port_options){ 0 }, &deaf), 0);
	clew_port_limits(deaf, &limit, &(size_t){ 0 });
	clew_port_bind(deaf, 0, 1 << (NFNLGRP_CONNTRACK_DESTROY - 1));
	clew_port_option(deaf, NETLINK_BROADCAST_ERROR, 1);
	for (uint32_t i = 0; i < 1000; i++) {
		struct clew_snapshot ct = {
			.has = CLEW_HAS_ORIG | CLEW_HAS_REPLY |
			       CLEW_HAS_TIMEOUT,
			.timeout_s = 1000,
		};
		uint8_t answer[4096];

		ct.tuple[0] = tuple_of(i, CLEW_IPV4);
		ct.tuple[1] = answer_of(&ct.tuple[0]);
		request(IPCTNL_MSG_CT_NEW, NLM_F_CREATE, &ct, CLEW_IPV4, NULL);
		while (clew_port_receive(port, answer, sizeof(answer),
					 false) >= 0)
			;
		assert_true(clew_engine_count(face.engine) <= 100);
	}
	assert_true(face.engine->track.untold_count > 50);
	/* When it goes, so do they. */
	clew_port_close(deaf);
	for (uint64_t ms = 0; ms < 1000; ms += 10)
		clew_engine_advance(face.engine, (1000 + ms) * 1000000, 0);
	assert_int_equal(face.engine->track.untold_count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_a_list_is_whole),
		TEST(test_a_list_pauses),
		TEST(test_a_pause_ends_with_its_port),
		TEST(test_ipv6_addresses_are_compared),
		TEST(test_the_untold_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
