/* SPDX-License-Identifier: BSD-2-Clause
 * control/control_test.c - ports and requests, with a subsystem that does
 * what it is told.  What Linux answers to datagrams is in tests/netlink. */
#include "control/control.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	ID = NFNL_SUBSYS_OSF,	/* of the subsystem here */
	TYPE_GET = 1,
	TYPE_CHANGE = 2,
	TYPE_UNKNOWN = 3,
	LOG_SIZE = 512,
};

/* What the subsystem answers, and what it was asked. */
static struct script {
	int message;		/* to every message of a batch */
	int commit[2];		/* to the first commit and to the second */
	int validate[2];
	int begin;
	unsigned commits;
	unsigned validates;
	unsigned dump_left;	/* messages of a dump */
	unsigned dump_size;	/* bytes of each */
	int dump_error;
	bool is_torn;
	const char *text;	/* of every error */
	bool blames;		/* its first attribute */
	char log[LOG_SIZE];
} script;

static void
note(const char *what)
{
	strncat(script.log, what, sizeof(script.log) - strlen(script.log) - 1);
}

static bool
is_known(uint8_t type)
{
	return type < TYPE_UNKNOWN;
}

static bool
is_change(uint8_t type)
{
	return type == TYPE_CHANGE;
}

static int
dump_next(void *state, struct nl_writer *w)
{
	(void)state;
	while (script.dump_left > 0) {
		uint8_t body[4096] = { 0 };
		size_t at = nl_begin_msg(w, ID << 8, NLM_F_MULTI, 7, 0);

		nl_put_raw(w, body, script.dump_size);
		nl_end_msg(w, at);
		if (!nl_ok(w)) {
			nl_cancel(w, at);
			return at > 0 ? 1 : -EMSGSIZE;
		}
		script.dump_left--;
	}
	return script.dump_error;
}

static bool
dump_is_torn(void *state)
{
	(void)state;
	return script.is_torn;
}

static void
dump_end(void *state)
{
	(void)state;
	note("ended ");
}

static const struct dump_ops dump_apart = {
	.next = dump_next,
	.is_torn = dump_is_torn,
	.end = dump_end,
	.ends_apart = true,
};
static const struct dump_ops dump_together = {
	.next = dump_next,
	.end = dump_end,
};

static int
request(const struct control_request *r)
{
	struct nl_writer w = nl_writer(r->port->control->scratch, 256);
	size_t at;

	note("get ");
	if (script.message) {
		r->extack->text = script.text;
		if (script.blames)
			r->extack->bad = r->attrs;
		return script.message;
	}
	if (r->msg->flags & NLM_F_DUMP)
		return dump_start(r->port, r->msg, r->family ? &dump_together :
				  &dump_apart, NULL);
	at = nl_begin_msg(&w, ID << 8, 0, r->msg->seq, r->port->portid);
	nl_end_msg(&w, at);
	return message_answer(r->port, &w);
}

static int
begin(struct clew_control *c, uint32_t genid, bool has_genid)
{
	(void)c;
	(void)genid;
	note(has_genid ? "begin-at " : "begin ");
	return script.begin;
}

static int
message(const struct control_request *r)
{
	note("message ");
	if (script.message) {
		r->extack->text = script.text;
		if (script.blames)
			r->extack->bad = r->attrs;
	}
	return script.message;
}

static int
commit(struct clew_control *c)
{
	(void)c;
	note("commit ");
	return script.commit[script.commits++ > 0];
}

static int
validate(struct clew_control *c)
{
	(void)c;
	note("validate ");
	return script.validate[script.validates++ > 0];
}

static void
abort_batch(struct clew_control *c)
{
	(void)c;
	note("abort ");
}

static void
gone(struct clew_control *c, uint32_t portid)
{
	char text[32];

	(void)c;
	snprintf(text, sizeof(text), "gone-%u ", portid);
	note(text);
}

static const struct subsystem fake = {
	.id = ID,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_change,
	.request = request,
	.begin = begin,
	.message = message,
	.commit = commit,
	.validate = validate,
	.abort = abort_batch,
	.gone = gone,
};

/* A world: an engine, its face, one port. */

struct world {
	struct clew_engine *engine;
	struct clew_control *control;
	struct clew_port *port;
	uint8_t datagram[4096];
	struct nl_writer w;
};

static struct clew_port *
open_port(struct world *w, uint32_t portid)
{
	struct clew_port *port = NULL;

	assert_int_equal(clew_port_open(w->control, CLEW_PORT_NETFILTER,
					&(struct clew_port_options){
						.portid = portid,
					}, &port), 0);
	return port;
}

static struct world *
world_create(void)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	script = (struct script){ 0 };
	assert_int_equal(clew_engine_create(&w->engine,
					    &(struct clew_config){ 0 }), 0);
	assert_int_equal(clew_control_create(&w->control, w->engine), 0);
	w->control->subsystem[ID] = &fake;
	w->port = open_port(w, 100);
	w->w = nl_writer(w->datagram, sizeof(w->datagram));
	return w;
}

static void
world_destroy(struct world *w)
{
	clew_control_destroy(w->control);
	clew_engine_destroy(w->engine);
	free(w);
}

static void
put(struct world *w, uint16_t type, uint16_t flags, uint32_t seq,
    uint16_t res_id)
{
	const struct nfgenmsg header = {
		.res_id = (uint16_t)(res_id << 8 | res_id >> 8),
	};
	size_t at = nl_begin_msg(&w->w, type, flags, seq, 0);

	nl_put_raw(&w->w, &header, sizeof(header));
	if (type >= NLMSG_MIN_TYPE && type != NFNL_MSG_BATCH_BEGIN)
		nl_put_u32(&w->w, 1, 0x01020304);
	nl_end_msg(&w->w, at);
}

static void
put_batch(struct world *w, unsigned messages, uint16_t flags, bool has_end)
{
	put(w, NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST | flags, 1, ID);
	for (unsigned i = 0; i < messages; i++)
		put(w, ID << 8 | TYPE_CHANGE, NLM_F_REQUEST | flags, 2 + i, 0);
	if (has_end)
		put(w, NFNL_MSG_BATCH_END, NLM_F_REQUEST | flags, 99, ID);
}

static void
submit(struct world *w)
{
	ssize_t n = clew_port_send(w->port, w->datagram, w->w.used);

	assert_int_equal(n, w->w.used);
	w->w.used = 0;
}

/* What the port has, as text: "seq:error" for acknowledgements, "seq" for
 * answers, "done:error" and so on. */
static const char *
received(struct clew_port *port)
{
	static char text[LOG_SIZE];
	uint8_t data[65536];
	ssize_t n;

	text[0] = '\0';
	while ((n = clew_port_receive(port, data, sizeof(data), false)) !=
	       -EAGAIN) {
		struct nl_reader r = nl_reader(data, n > 0 ? (size_t)n : 0);
		struct nl_msg m;
		char part[64];

		if (n < 0) {
			snprintf(part, sizeof(part), "!%d ", (int)-n);
			strncat(text, part, LOG_SIZE - strlen(text) - 1);
		}
		while (nl_next_msg(&r, &m)) {
			int32_t error = m.body_len >= 4 ?
					(int32_t)load32(m.body) : 0;

			snprintf(part, sizeof(part), m.type == NLMSG_ERROR ?
				 "%u:%d " : m.type == NLMSG_DONE ?
				 "%u:done%d " : "%u ", m.seq, error);
			strncat(text, part, LOG_SIZE - strlen(text) - 1);
		}
	}
	return text;
}

static void
check_batch(struct world *w, const char *log, const char *answers)
{
	submit(w);
	assert_string_equal(script.log, log);
	assert_string_equal(received(w->port), answers);
}

/* Batches. */

static void
test_commit(void **state)
{
	struct world *w = world_create();

	(void)state;
	put_batch(w, 2, 0, true);
	check_batch(w, "begin message message commit ", "");
	world_destroy(w);

	w = world_create();
	put_batch(w, 2, NLM_F_ACK, true);
	check_batch(w, "begin message message commit ",
		    "1:0 2:0 3:0 99:0 ");
	world_destroy(w);
}

static void
test_failed_message(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.message = -ENOENT;
	put_batch(w, 2, NLM_F_ACK, true);
	check_batch(w, "begin message message abort ", "1:0 2:-2 3:-2 ");
	world_destroy(w);
}

static void
test_no_memory(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.message = -ENOMEM;
	put_batch(w, 2, NLM_F_ACK, true);
	check_batch(w, "begin message abort ", "2:-12 ");
	world_destroy(w);
}

static void
test_failed_commit(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.commit[0] = -EBUSY;
	put_batch(w, 2, NLM_F_ACK, true);
	check_batch(w, "begin message message commit ", "2:-16 1:0 2:0 3:0 ");
	world_destroy(w);
}

static void
test_replay(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.commit[0] = -EAGAIN;
	put_batch(w, 1, NLM_F_ACK, true);
	check_batch(w, "begin message commit begin message commit ",
		    "1:0 2:0 99:0 ");
	world_destroy(w);

	/* twice is enough */
	w = world_create();
	script.commit[0] = script.commit[1] = -EAGAIN;
	put_batch(w, 1, 0, true);
	check_batch(w, "begin message commit begin message commit ",
		    "2:-11 ");
	world_destroy(w);
}

static void
test_check(void **state)
{
	struct world *w = world_create();

	(void)state;
	put_batch(w, 1, 0, false);
	check_batch(w, "begin message validate abort ", "");
	world_destroy(w);

	w = world_create();
	script.validate[0] = -EAGAIN;
	put_batch(w, 1, 0, false);
	check_batch(w, "begin message validate begin message abort ", "");
	world_destroy(w);
}

static void
test_generation(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.begin = -ERESTART;
	put_batch(w, 1, 0, true);
	check_batch(w, "begin ", "1:-85 ");
	world_destroy(w);
}

static void
test_many_notes(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.message = -EINVAL;
	put_batch(w, 60, 0, true);
	submit(w);
	assert_int_equal(w->port->queue.count, 60);
	world_destroy(w);
}

/* Single requests. */

static void
test_read_only(void **state)
{
	struct world *w = world_create();

	(void)state;
	w->port->can_read_only = true;
	put_batch(w, 1, 0, true);
	check_batch(w, "", "1:-1 ");
	put(w, ID << 8 | TYPE_CHANGE, NLM_F_REQUEST, 5, 0);
	check_batch(w, "", "5:-1 ");
	put(w, ID << 8 | TYPE_GET, NLM_F_REQUEST, 6, 0);
	check_batch(w, "get ", "6 ");
	world_destroy(w);
}

static void
test_kinds(void **state)
{
	struct world *w = world_create();

	(void)state;
	put(w, ID << 8 | TYPE_UNKNOWN, NLM_F_REQUEST, 5, 0);
	check_batch(w, "", "5:-22 ");
	put(w, ID << 8 | TYPE_CHANGE, NLM_F_REQUEST, 6, 0);
	check_batch(w, "", "6:-22 ");
	put(w, (ID + 1) << 8, NLM_F_REQUEST, 7, 0);
	check_batch(w, "", "7:-22 ");
	put(w, 255 << 8, NLM_F_REQUEST, 8, 0);
	check_batch(w, "", "8:-22 ");
	world_destroy(w);
}

/* Words, offset, and what is left out. */
static void
test_extack(void **state)
{
	struct world *w = world_create();
	uint8_t data[512];
	ssize_t n;

	(void)state;
	script.message = -EINVAL;
	script.text = "so not";
	script.blames = true;
	for (int option = 0; option < 4; option++) {
		bool has_words = option & 1, is_capped = option & 2;
		size_t expected = 16 + 20 + (is_capped ? 0 : 12) +
				  (has_words ? 12 + 8 : 0);

		clew_port_option(w->port, NETLINK_EXT_ACK, has_words);
		clew_port_option(w->port, NETLINK_CAP_ACK, is_capped);
		put(w, ID << 8 | TYPE_GET, NLM_F_REQUEST, 5, 0);
		submit(w);
		n = clew_port_receive(w->port, data, sizeof(data), false);
		assert_int_equal(n, expected);
		if (!has_words)
			continue;
		assert_memory_equal(data + n - 20, "\x0b\0\1\0so not\0", 11);
		assert_memory_equal(data + n - 8, "\x08\0\2\0\x14\0\0\0", 8);
	}
	world_destroy(w);
}

/* Dumps. */

static void
ask_dump(struct world *w, uint32_t seq, uint8_t family)
{
	size_t at = w->w.used;

	put(w, ID << 8 | TYPE_GET, NLM_F_REQUEST | NLM_F_DUMP | NLM_F_ACK,
	    seq, 0);
	w->datagram[at + NLMSG_HDRLEN] = family;
	submit(w);
}

static void
test_dump(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.dump_left = 3;
	ask_dump(w, 5, 0);
	assert_int_equal(w->port->queue.count, 1);
	assert_string_equal(received(w->port), "7 7 7 5:done0 ");
	assert_string_equal(script.log, "get ended ");
	world_destroy(w);

	w = world_create();
	script.dump_left = 3;
	script.dump_error = -EINTR;
	ask_dump(w, 5, 1);
	assert_int_equal(w->port->queue.count, 1);
	assert_string_equal(script.log, "get ended ");
	assert_string_equal(received(w->port), "7 7 7 5:done-4 ");
	world_destroy(w);
}

/* A datagram is made when there is room for it, and as large as the reader
 * has shown that it can take. */
static void
test_dump_pace(void **state)
{
	struct world *w = world_create();
	uint8_t data[65536];
	ssize_t n;

	(void)state;
	script.dump_left = 1000;
	script.dump_size = 100;
	ask_dump(w, 5, 0);
	assert_int_equal(w->port->queue.count, 1);
	n = clew_port_receive(w->port, data, sizeof(data), true);
	assert_in_range(n, 3600, CONTROL_ANSWER);
	clew_port_receive(w->port, data, 8192, false);
	assert_int_equal(w->port->queue.count, 1);
	n = clew_port_receive(w->port, data, sizeof(data), false);
	assert_in_range(n, 8000, 8192);
	n = clew_port_receive(w->port, data, sizeof(data), false);
	assert_in_range(n, CONTROL_ANSWER_MOST - 200, CONTROL_ANSWER_MOST);
	world_destroy(w);
	assert_string_equal(script.log, "get ended gone-100 ");
}

static void
test_dump_busy(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.dump_left = 1000;
	script.dump_size = 100;
	ask_dump(w, 5, 0);
	ask_dump(w, 6, 0);
	assert_string_equal(script.log, "get get ended ");
	script.dump_left = 0;
	assert_non_null(strstr(received(w->port), "6:-16 "));
	world_destroy(w);
}

/* One message that is larger than any datagram. */
static void
test_dump_too_large(void **state)
{
	struct world *w = world_create();

	(void)state;
	script.dump_left = 1;
	script.dump_size = 4000;
	ask_dump(w, 5, 0);
	assert_string_equal(received(w->port), "5:done-90 ");
	world_destroy(w);
}

static void
test_dump_torn(void **state)
{
	struct world *w = world_create();
	uint8_t data[64];

	(void)state;
	script.is_torn = true;
	ask_dump(w, 5, 0);
	assert_int_equal(clew_port_receive(w->port, data, sizeof(data), false),
			 20);
	assert_true(load16(data + 6) & NLM_F_DUMP_INTR);
	world_destroy(w);
}

/* Ports. */

static void
test_numbers(void **state)
{
	struct world *w = world_create();
	struct clew_port *a = open_port(w, 0), *b = open_port(w, 0), *c = NULL;

	(void)state;
	assert_int_equal(clew_port_portid(a), 0);
	assert_int_equal(clew_port_bind(a, 0, 0), 0);
	assert_int_equal(clew_port_bind(b, 0, 0), 0);
	assert_true((int32_t)clew_port_portid(a) < -4095);
	assert_true(clew_port_portid(a) != clew_port_portid(b));
	assert_int_equal(clew_port_bind(a, 7, 0), -EINVAL);
	assert_int_equal(clew_port_open(w->control, CLEW_PORT_NETFILTER,
		&(struct clew_port_options){ .portid = 100 }, &c),
		-EADDRINUSE);
	assert_int_equal(clew_port_open(w->control, CLEW_PORT_ROUTE,
		&(struct clew_port_options){ .portid = 100 }, &c), 0);
	assert_int_equal(clew_port_open(w->control,
		(enum clew_port_protocol)4, &(struct clew_port_options){ 0 },
		&c), -EPROTONOSUPPORT);
	clew_port_close(NULL);
	world_destroy(w);
}

static void
count_readable(void *ctx)
{
	++*(unsigned *)ctx;
}

static void
test_overrun(void **state)
{
	struct world *w = world_create();
	struct clew_port *slow;
	unsigned readable = 0;

	(void)state;
	assert_int_equal(clew_port_open(w->control, CLEW_PORT_NETFILTER,
		&(struct clew_port_options){ .receive_limit = 4096,
			.on_readable = count_readable, .ctx = &readable },
		&slow), 0);
	clew_port_bind(slow, 0, 1u << (NFNLGRP_NFTRACE - 1));
	w->datagram[0] = 0;
	put(w, ID << 8, 0, 3, 0);
	for (int i = 0; i < 20; i++)
		control_notify(w->control, NFNLGRP_NFTRACE, w->datagram,
			       w->w.used, 0, false);
	assert_int_equal(readable, 5);
	assert_string_equal(received(slow), "!105 3 3 3 3 ");
	control_notify(w->control, NFNLGRP_NFTRACE, w->datagram, w->w.used, 0,
		       false);
	assert_string_equal(received(slow), "3 ");
	assert_string_equal(received(w->port), "");
	world_destroy(w);
}

/* Lost before it was made. */
static void
test_lost(void **state)
{
	struct world *w = world_create();

	(void)state;
	control_notify(w->control, NFNLGRP_NFTRACE, NULL, 0, 0, false);
	assert_string_equal(received(w->port), "");
	clew_port_bind(w->port, 100, 1u << (NFNLGRP_NFTRACE - 1));
	control_notify(w->control, NFNLGRP_NFTRACE, NULL, 0, 0, false);
	assert_string_equal(received(w->port), "!105 ");
	assert_true(control_listens(w->control, NFNLGRP_NFTRACE));
	clew_port_bind(w->port, 100, 0);
	assert_false(control_listens(w->control, NFNLGRP_NFTRACE));
	assert_false(control_listens(w->control, 0));
	assert_false(control_listens(w->control, 1000));
	world_destroy(w);
}

static void
test_limits(void **state)
{
	struct world *w = world_create();
	size_t receive = 1, send = 1;
	uint8_t *large = calloc(1, 5000);

	(void)state;
	clew_port_limits(w->port, &receive, &send);
	assert_int_equal(receive, 2304);
	assert_int_equal(send, 4608);
	assert_int_equal(clew_port_send(w->port, large, 4608 - 31), -EMSGSIZE);
	assert_int_equal(clew_port_send(w->port, large, 4608 - 32), 4608 - 32);
	assert_int_equal(clew_port_send(w->port, large, 0), -ENODATA);
	receive = send = SIZE_MAX;
	clew_port_limits(w->port, &receive, &send);
	assert_in_range(receive, 1 << 20, 1 << 30);
	free(large);
	world_destroy(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_failed_message),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_failed_commit),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_generation),
		cmocka_unit_test(test_many_notes),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_extack),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_dump_pace),
		cmocka_unit_test(test_dump_busy),
		cmocka_unit_test(test_dump_too_large),
		cmocka_unit_test(test_dump_torn),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
