/* SPDX-License-Identifier: BSD-2-Clause
 * clients/libnfct.c - a client by libnetfilter_conntrack, which knows nothing
 * of clew: it makes connections and expectations, changes, lists, filters,
 * watches and deletes them, and prints what it is answered.
 *
 * What it prints is the same whatever answers, so times are rounded and lists
 * sorted; library.py compares. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	LINE = 1024,
	LINES_MOST = 20000,
	STRESS = 5000,
};

/* What a dump or an event said, to be sorted. */
static char *lines[LINES_MOST];
static size_t line_count;

static struct nfct_handle *handle;

static void
fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static void
keep(const char *line)
{
	if (line_count < LINES_MOST)
		lines[line_count++] = strdup(line);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
print_lines(bool is_sorted)
{
	if (is_sorted)
		qsort(lines, line_count, sizeof(lines[0]), compare);
	for (size_t i = 0; i < line_count; i++) {
		puts(lines[i]);
		free(lines[i]);
	}
	printf("(%zu)\n", line_count);
	line_count = 0;
}

static void
say(const char *what, int status)
{
	printf("%s: %s\n", what, status == 0 ? "done" : strerror(errno));
}

/* Connections. */

struct endpoints {
	const char *src;
	const char *dst;
	uint16_t sport;
	uint16_t dport;
};

static struct nf_conntrack *
make(uint8_t protocol, const struct endpoints *e)
{
	struct nf_conntrack *ct = nfct_new();
	bool is_six = strchr(e->src, ':') != NULL;
	unsigned char addr[16];

	nfct_set_attr_u8(ct, ATTR_L3PROTO, is_six ? AF_INET6 : AF_INET);
	inet_pton(is_six ? AF_INET6 : AF_INET, e->src, addr);
	nfct_set_attr(ct, is_six ? ATTR_IPV6_SRC : ATTR_IPV4_SRC, addr);
	inet_pton(is_six ? AF_INET6 : AF_INET, e->dst, addr);
	nfct_set_attr(ct, is_six ? ATTR_IPV6_DST : ATTR_IPV4_DST, addr);
	nfct_set_attr_u8(ct, ATTR_L4PROTO, protocol);
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		nfct_set_attr_u8(ct, ATTR_ICMP_TYPE,
				 protocol == IPPROTO_ICMP ? 8 : 128);
		nfct_set_attr_u8(ct, ATTR_ICMP_CODE, 0);
		nfct_set_attr_u16(ct, ATTR_ICMP_ID, htons(e->sport));
	} else if (protocol != 50) {
		nfct_set_attr_u16(ct, ATTR_PORT_SRC, htons(e->sport));
		nfct_set_attr_u16(ct, ATTR_PORT_DST, htons(e->dport));
	}
	nfct_setobjopt(ct, NFCT_SOPT_SETUP_REPLY);
	return ct;
}

static const struct endpoints four = {
	"10.1.0.2", "10.2.0.2", 40000, 80
}, six = {
	"2001:db8::2", "2001:db8:1::2", 40000, 80
};

static struct nf_conntrack *
make_tcp(const struct endpoints *e)
{
	struct nf_conntrack *ct = make(IPPROTO_TCP, e);

	nfct_set_attr_u8(ct, ATTR_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, 1000);
	return ct;
}

static struct nf_conntrack *
make_udp(uint16_t port)
{
	struct endpoints e = four;
	struct nf_conntrack *ct;

	e.sport = port;
	ct = make(IPPROTO_UDP, &e);
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, 1000);
	return ct;
}

static void
print_ct(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
	 unsigned output)
{
	char line[LINE];

	if (nfct_attr_is_set(ct, ATTR_TIMEOUT) > 0)
		nfct_set_attr_u32(ct, ATTR_TIMEOUT, (nfct_get_attr_u32(
			ct, ATTR_TIMEOUT) + 5) / 10 * 10);
	nfct_snprintf(line, sizeof(line), ct, type, output,
		      NFCT_OF_SHOW_LAYER3 | NFCT_OF_ID);
	keep(line);
}

static int
on_answer(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
	  void *data)
{
	(void)type;
	print_ct(NFCT_T_UNKNOWN, ct, data ? NFCT_O_XML : NFCT_O_DEFAULT);
	return NFCT_CB_CONTINUE;
}

static int
query(enum nf_conntrack_query what, const void *data)
{
	return nfct_query(handle, what, data);
}

static void
dump(const char *title)
{
	uint32_t family = AF_UNSPEC;

	printf("# %s\n", title);
	if (query(NFCT_Q_DUMP, &family))
		say("dump", -1);
	print_lines(true);
}

static void
create(const char *title, struct nf_conntrack *ct)
{
	printf("# %s\n", title);
	say("create", query(NFCT_Q_CREATE, ct));
	say("get", query(NFCT_Q_GET, ct));
	print_lines(false);
	nfct_destroy(ct);
}

static void
create_with(const char *title, enum nf_conntrack_attr attr, uint32_t value,
	    uint16_t port)
{
	struct nf_conntrack *ct = make_udp(port);

	nfct_set_attr_u32(ct, attr, value);
	create(title, ct);
}

static void
create_each_protocol(void)
{
	static const uint8_t protocols[] = {
		IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_SCTP,
		IPPROTO_GRE, IPPROTO_UDPLITE, 50,
	};

	create("TCP", make_tcp(&four));
	create("TCP by IPv6", make_tcp(&six));
	for (size_t i = 0; i < sizeof(protocols); i++) {
		char title[32];
		struct nf_conntrack *ct = make(protocols[i], protocols[i] ==
				IPPROTO_ICMPV6 ? &six : &four);

		nfct_set_attr_u32(ct, ATTR_TIMEOUT, 500);
		snprintf(title, sizeof(title), "protocol %u", protocols[i]);
		create(title, ct);
	}
}

static void
create_odd_ones(void)
{
	struct nf_conntrack *ct = make_udp(1);

	nfct_attr_unset(ct, ATTR_TIMEOUT);
	create("without a timeout", ct);
	ct = make(IPPROTO_TCP, &(struct endpoints){ "10.1.0.2", "10.2.0.2",
						    2, 2 });
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, 100);
	create("TCP without a state", ct);
	ct = make_udp(3);
	nfct_attr_unset(ct, ATTR_PORT_DST);
	create("without a port", ct);
	ct = make_udp(4);
	nfct_attr_unset(ct, ATTR_IPV4_DST);
	create("without an address", ct);
	create_with("with a mark", ATTR_MARK, 77, 5);
	create_with("assured", ATTR_STATUS, IPS_ASSURED | IPS_SEEN_REPLY, 6);
	create_with("fixed", ATTR_STATUS, IPS_FIXED_TIMEOUT, 7);
	create_with("dying", ATTR_STATUS, IPS_DYING, 8);
	create_with("offloaded", ATTR_STATUS, 1 << 14, 9);
	create_with("unconfirmed", ATTR_STATUS, IPS_EXPECTED, 10);
	ct = make_udp(11);
	nfct_set_attr_u16(ct, ATTR_ZONE, 5);
	create("in a zone", ct);
	ct = make_udp(12);
	nfct_set_attr(ct, ATTR_HELPER_NAME, "tftp");
	create("with a helper", ct);
	ct = make_udp(13);
	nfct_set_attr(ct, ATTR_HELPER_NAME, "none");
	create("with a helper that there is not", ct);
	ct = make_udp(14);
	nfct_set_attr_u32(ct, ATTR_SNAT_IPV4, inet_addr("10.3.0.1"));
	create("source NAT", ct);
	ct = make_udp(15);
	nfct_set_attr_u32(ct, ATTR_DNAT_IPV4, inet_addr("10.3.0.2"));
	nfct_set_attr_u16(ct, ATTR_DNAT_PORT, htons(99));
	create("destination NAT with a port", ct);
	create("again", make_tcp(&four));
}

static void
test_create(void)
{
	create_each_protocol();
	create_odd_ones();
	dump("all");
	say("flush", query(NFCT_Q_FLUSH, &(uint32_t){ AF_INET }));
	dump("none");
}

/* Changes. */

static void
change(const char *title, struct nf_conntrack *ct)
{
	printf("# %s\n", title);
	say("update", query(NFCT_Q_UPDATE, ct));
	query(NFCT_Q_GET, ct);
	print_lines(false);
	nfct_destroy(ct);
}

static void
change_to(const char *title, enum nf_conntrack_attr attr, uint32_t value)
{
	struct nf_conntrack *ct = make(IPPROTO_TCP, &four);

	nfct_set_attr_u32(ct, attr, value);
	change(title, ct);
}

static void
test_change(void)
{
	struct nf_conntrack *ct;

	create("TCP", make_tcp(&four));
	change_to("timeout", ATTR_TIMEOUT, 3000);
	change_to("a mark", ATTR_MARK, 0x1234);
	change_to("no mark", ATTR_MARK, 0);
	change_to("assured, but nobody answered", ATTR_STATUS, IPS_ASSURED);
	change_to("answered", ATTR_STATUS, IPS_CONFIRMED | IPS_ASSURED |
		  IPS_SEEN_REPLY);
	change_to("unanswered again", ATTR_STATUS, IPS_CONFIRMED);
	change_to("unconfirmed", ATTR_STATUS, IPS_ASSURED | IPS_SEEN_REPLY);
	change_to("dying", ATTR_STATUS, IPS_CONFIRMED | IPS_ASSURED |
		  IPS_SEEN_REPLY | IPS_DYING);
	change_to("a zone", ATTR_ZONE, 3);
	ct = make(IPPROTO_TCP, &four);
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, TCP_CONNTRACK_CLOSE);
	change("a state", ct);
	ct = make(IPPROTO_TCP, &four);
	nfct_set_attr_u8(ct, ATTR_TCP_FLAGS_ORIG, 8);
	nfct_set_attr_u8(ct, ATTR_TCP_MASK_ORIG, 8);
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
	change("liberal", ct);
	ct = make(IPPROTO_TCP, &four);
	nfct_set_attr(ct, ATTR_HELPER_NAME, "ftp");
	change("a helper", ct);
	change_to("fixed", ATTR_STATUS, IPS_CONFIRMED | IPS_ASSURED |
		  IPS_SEEN_REPLY | IPS_FIXED_TIMEOUT);
	change_to("a fixed timeout", ATTR_TIMEOUT, 9);
	change("one that there is not", make_udp(1));
	ct = make_udp(2);
	printf("# made by a change\n");
	say("create or update", query(NFCT_Q_CREATE_UPDATE, ct));
	nfct_set_attr_u32(ct, ATTR_MARK, 5);
	say("create or update", query(NFCT_Q_CREATE_UPDATE, ct));
	nfct_destroy(ct);
	dump("all");
	ct = make_udp(2);
	say("destroy", query(NFCT_Q_DESTROY, ct));
	say("destroy", query(NFCT_Q_DESTROY, ct));
	say("get", query(NFCT_Q_GET, ct));
	nfct_destroy(ct);
	dump("what is left");
}

/* Lists. */

static void
dump_filtered(const char *title, enum nf_conntrack_query what,
	      struct nfct_filter_dump *filter)
{
	printf("# %s\n", title);
	if (query(what, filter))
		say("dump", -1);
	print_lines(true);
}

static void
test_dump(void)
{
	struct nfct_filter_dump *filter = nfct_filter_dump_create();
	struct nfct_filter_dump_mark mark = { 3, 3 };
	struct nfct_filter_dump_mark status = {
		IPS_ASSURED, IPS_ASSURED,
	};

	for (uint16_t i = 0; i < 8; i++) {
		struct nf_conntrack *ct = make_udp(i + 1);

		nfct_set_attr_u32(ct, ATTR_MARK, i);
		if (i & 1)
			nfct_set_attr_u32(ct, ATTR_STATUS, IPS_ASSURED |
					  IPS_SEEN_REPLY);
		query(NFCT_Q_CREATE, ct);
		nfct_destroy(ct);
	}
	query(NFCT_Q_CREATE, make_tcp(&six));
	dump("all");
	printf("# of one family\n");
	query(NFCT_Q_DUMP, &(uint32_t){ AF_INET6 });
	print_lines(true);
	printf("# and their counters set to 0\n");
	query(NFCT_Q_DUMP_RESET, &(uint32_t){ AF_INET6 });
	print_lines(true);
	nfct_filter_dump_set_attr_u8(filter, NFCT_FILTER_DUMP_L3NUM, AF_INET);
	dump_filtered("by family", NFCT_Q_DUMP_FILTER, filter);
	nfct_filter_dump_set_attr(filter, NFCT_FILTER_DUMP_MARK, &mark);
	dump_filtered("by mark", NFCT_Q_DUMP_FILTER, filter);
	dump_filtered("by mark, to 0", NFCT_Q_DUMP_FILTER_RESET, filter);
	nfct_filter_dump_set_attr(filter, NFCT_FILTER_DUMP_STATUS, &status);
	dump_filtered("by status", NFCT_Q_DUMP_FILTER, filter);
	nfct_callback_unregister(handle);
	nfct_callback_register(handle, NFCT_T_ALL, on_answer, filter);
	dump_filtered("as XML", NFCT_Q_DUMP_FILTER, filter);
	printf("# flushed by mark\n");
	say("flush", query(NFCT_Q_FLUSH_FILTER, filter));
	dump("the others");
	nfct_filter_dump_destroy(filter);
}

/* Events. */

static int
on_event(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
	 void *data)
{
	(void)data;
	print_ct(type, ct, NFCT_O_DEFAULT);
	return NFCT_CB_CONTINUE;
}

static struct nfct_handle *
watch(unsigned groups, struct nfct_filter *filter)
{
	struct nfct_handle *h = nfct_open(CONNTRACK, groups);

	if (!h)
		fail("nfct_open");
	nfct_callback_register(h, NFCT_T_ALL, on_event, NULL);
	fcntl(nfct_fd(h), F_SETFL, O_NONBLOCK);
	if (filter && nfct_filter_attach(nfct_fd(h), filter))
		say("attach", -1);
	return h;
}

static void
heard(const char *title, struct nfct_handle *h)
{
	int status;

	printf("# %s\n", title);
	do {
		status = nfct_catch(h);
	} while (status >= 0 || errno == EINTR);
	print_lines(false);
	if (errno != EAGAIN)
		say("catch", -1);
}

static void
cause_events(void)
{
	struct nf_conntrack *udp = make_udp(1), *tcp = make_tcp(&four);
	struct nf_conntrack *other = make_tcp(&six), *change_of;

	query(NFCT_Q_CREATE, udp);
	query(NFCT_Q_CREATE, tcp);
	query(NFCT_Q_CREATE, other);
	change_of = make(IPPROTO_TCP, &four);
	nfct_set_attr_u32(change_of, ATTR_MARK, 9);
	query(NFCT_Q_UPDATE, change_of);
	query(NFCT_Q_DESTROY, udp);
	query(NFCT_Q_DESTROY, tcp);
	query(NFCT_Q_DESTROY, other);
	nfct_destroy(udp);
	nfct_destroy(tcp);
	nfct_destroy(other);
	nfct_destroy(change_of);
}

static void
test_events(void)
{
	struct nfct_handle *all = watch(NFCT_ALL_CT_GROUPS, NULL);
	struct nfct_handle *some = watch(NF_NETLINK_CONNTRACK_NEW, NULL);
	struct nfct_handle *ends = watch(NF_NETLINK_CONNTRACK_DESTROY, NULL);

	cause_events();
	heard("all", all);
	heard("those that begin", some);
	heard("those that end", ends);
	cause_events();
	nfct_close(some);
	cause_events();
	heard("all", all);
	say("flush", query(NFCT_Q_FLUSH, &(uint32_t){ AF_INET }));
	heard("nothing", all);
	nfct_close(all);
	nfct_close(ends);
}

/* Events through a filter that the socket has (SO_ATTACH_FILTER). */
static void
test_filter(void)
{
	struct nfct_filter *protocols = nfct_filter_create();
	struct nfct_filter *states = nfct_filter_create();
	struct nfct_filter *sources = nfct_filter_create();
	struct nfct_filter *sixes = nfct_filter_create();
	struct nfct_filter_proto state = { IPPROTO_TCP,
					   TCP_CONNTRACK_ESTABLISHED };
	struct nfct_filter_ipv4 source = { 0x0a010002, 0xffffffff };
	struct nfct_filter_ipv6 net = { { 0x20010db8 }, { 0xffffffff } };
	struct nfct_handle *h[4];

	nfct_filter_add_attr_u32(protocols, NFCT_FILTER_L4PROTO, IPPROTO_UDP);
	nfct_filter_add_attr(states, NFCT_FILTER_L4PROTO_STATE, &state);
	nfct_filter_add_attr(sources, NFCT_FILTER_SRC_IPV4, &source);
	nfct_filter_set_logic(sources, NFCT_FILTER_SRC_IPV4,
			      NFCT_FILTER_LOGIC_NEGATIVE);
	nfct_filter_add_attr(sixes, NFCT_FILTER_SRC_IPV6, &net);
	h[0] = watch(NFCT_ALL_CT_GROUPS, protocols);
	h[1] = watch(NFCT_ALL_CT_GROUPS, states);
	h[2] = watch(NFCT_ALL_CT_GROUPS, sources);
	h[3] = watch(NFCT_ALL_CT_GROUPS, sixes);
	cause_events();
	heard("UDP", h[0]);
	heard("established", h[1]);
	heard("not that source", h[2]);
	heard("that network", h[3]);
	say("detach", nfct_filter_detach(nfct_fd(h[0])));
	cause_events();
	heard("no filter", h[0]);
}

/* Expectations. */

static int
on_expectation(enum nf_conntrack_msg_type type, struct nf_expect *exp,
	       void *data)
{
	char line[LINE];

	(void)type;
	(void)data;
	nfexp_set_attr_u32(exp, ATTR_EXP_TIMEOUT, (nfexp_get_attr_u32(
		exp, ATTR_EXP_TIMEOUT) + 5) / 10 * 10);
	nfexp_snprintf(line, sizeof(line), exp, NFCT_T_UNKNOWN,
		       NFCT_O_DEFAULT, NFCT_OF_SHOW_LAYER3);
	keep(line);
	return NFCT_CB_CONTINUE;
}

static struct nf_expect *
make_expectation(uint16_t port)
{
	struct nf_expect *exp = nfexp_new();
	struct nf_conntrack *mask = make(IPPROTO_TCP, &(struct endpoints){
		"255.255.255.255", "255.255.255.255", 0, 0xffff });
	struct nf_conntrack *expected = make(IPPROTO_TCP,
		&(struct endpoints){ "10.1.0.2", "10.2.0.2", 0, port });
	struct nf_conntrack *master = make(IPPROTO_TCP, &four);

	nfexp_set_attr(exp, ATTR_EXP_MASTER, master);
	nfexp_set_attr(exp, ATTR_EXP_EXPECTED, expected);
	nfexp_set_attr(exp, ATTR_EXP_MASK, mask);
	nfexp_set_attr_u32(exp, ATTR_EXP_TIMEOUT, 200);
	nfct_destroy(mask);
	nfct_destroy(expected);
	nfct_destroy(master);
	return exp;
}

static void
ask_expectation(const char *title, enum nf_conntrack_query what,
		uint16_t port)
{
	struct nf_expect *exp = make_expectation(port);

	printf("# %s\n", title);
	say("query", nfexp_query(handle, what, exp));
	print_lines(true);
	nfexp_destroy(exp);
}

static void
test_expect(void)
{
	struct nf_conntrack *ct = make_tcp(&four);

	nfct_close(handle);
	handle = nfct_open(EXPECT, 0);
	if (!handle)
		fail("nfct_open");
	nfexp_callback_register(handle, NFCT_T_ALL, on_expectation, NULL);
	ask_expectation("without a master", NFCT_Q_CREATE, 1000);
	{
		struct nfct_handle *h = nfct_open(CONNTRACK, 0);

		nfct_set_attr(ct, ATTR_HELPER_NAME, "ftp");
		say("master", nfct_query(h, NFCT_Q_CREATE, ct));
		nfct_close(h);
	}
	ask_expectation("made", NFCT_Q_CREATE, 1000);
	ask_expectation("again", NFCT_Q_CREATE, 1000);
	ask_expectation("asked for", NFCT_Q_GET, 1000);
	ask_expectation("one too many", NFCT_Q_CREATE, 1001);
	ask_expectation("asked for", NFCT_Q_GET, 1001);
	printf("# all\n");
	nfexp_query(handle, NFCT_Q_DUMP, &(uint32_t){ AF_INET });
	print_lines(true);
	ask_expectation("deleted", NFCT_Q_DESTROY, 1000);
	ask_expectation("deleted again", NFCT_Q_DESTROY, 1000);
	ask_expectation("made", NFCT_Q_CREATE, 1002);
	printf("# flushed\n");
	say("flush", nfexp_query(handle, NFCT_Q_FLUSH,
				 &(uint32_t){ AF_INET }));
	nfexp_query(handle, NFCT_Q_DUMP, &(uint32_t){ AF_INET });
	print_lines(true);
}

/* Many, as fast as it goes. */

static int
count(enum nf_conntrack_msg_type type, struct nf_conntrack *ct, void *data)
{
	(void)type;
	(void)ct;
	++*(size_t *)data;
	return NFCT_CB_CONTINUE;
}

static void
test_stress(void)
{
	size_t seen = 0, failed = 0, told = 0;
	struct nfct_handle *events = watch(NFCT_ALL_CT_GROUPS, NULL);

	nfct_callback_unregister(handle);
	nfct_callback_register(handle, NFCT_T_ALL, count, &seen);
	nfct_callback_unregister(events);
	nfct_callback_register(events, NFCT_T_ALL, count, &told);
	for (uint32_t i = 0; i < STRESS; i++) {
		struct nf_conntrack *ct = make_udp((uint16_t)(i + 1));

		failed += query(NFCT_Q_CREATE, ct) != 0;
		nfct_destroy(ct);
		if (i % 50 == 0)
			while (nfct_catch(events) >= 0)
				;
	}
	while (nfct_catch(events) >= 0)
		;
	printf("failed %zu, told of %zu\n", failed, told);
	for (int round = 0; round < 5; round++) {
		seen = 0;
		query(NFCT_Q_DUMP, &(uint32_t){ AF_INET });
		printf("listed %zu\n", seen);
	}
	nfct_close(events);
	for (uint32_t i = 0; i < STRESS; i += 2) {
		struct nf_conntrack *ct = make_udp((uint16_t)(i + 1));

		failed += query(NFCT_Q_DESTROY, ct) != 0;
		nfct_destroy(ct);
	}
	seen = 0;
	query(NFCT_Q_DUMP, &(uint32_t){ AF_INET });
	printf("failed %zu, listed %zu\n", failed, seen);
	say("flush", query(NFCT_Q_FLUSH, &(uint32_t){ AF_INET }));
	seen = 0;
	query(NFCT_Q_DUMP, &(uint32_t){ AF_INET });
	printf("listed %zu\n", seen);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "create", test_create },
		{ "change", test_change },
		{ "dump", test_dump },
		{ "events", test_events },
		{ "filter", test_filter },
		{ "expect", test_expect },
		{ "stress", test_stress },
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	handle = nfct_open(CONNTRACK, 0);
	if (!handle)
		fail("nfct_open");
	nfct_callback_register(handle, NFCT_T_ALL, on_answer, NULL);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (argc == 2 && strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			return 0;
		}
	}
	return 2;
}
