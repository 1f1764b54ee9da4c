/* SPDX-License-Identifier: BSD-2-Clause
 * bench/rules.c - what rules cost: a gateway's ruleset with NAT, loaded by
 * the real nft; linear rules; large batches and sets.
 *
 * Ratios are of figures of the same run.  Goals: 5 ns for a rule that
 * compares and does not match, half again for 'established accept' first,
 * 2 million new masqueraded connections per second, 100,000 elements in
 * under a second, 80 ns for a look-up among a million elements. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "bench/traffic.h"
#include "io/tool.h"
#include "nft/request.h"
#include "nft/set.h"
#include "nft/testload.h"

enum {
	FLOWS = 10000,
	BATCHES = 1000,
	RULES_FEW = 100,
	RULES_MANY = 1000,
	ELEMENTS = 100000,
	ELEMENTS_MOST = 1000000,
	ELEMENTS_PER_MESSAGE = 1000,
	LOOKUPS = 1000000,
	NEW_CONNECTIONS = 400000,
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench-rules: %s\n", what);
	exit(1);
}

/* A rule that compares and does not match. */

static double
linear(unsigned count)
{
	static struct load l;
	double best = 1e9;

	load_init(&l);
	load_begin(&l);
	load_table(&l, NFPROTO_IPV4, "t");
	load_base(&l, NFPROTO_IPV4, "t", "c", "filter", NF_INET_FORWARD, 0,
		  NFT_VERDICT_ACCEPT);
	for (unsigned i = 0; i < count; i++)
		load_tcp_rule(&l, NFPROTO_IPV4, "t", "c",
			      (uint16_t)(10000 + i), NFT_VERDICT_ACCEPT);
	must(load_end(&l) == 0, "rules refused");
	for (int r = 0; r < 5; r++) {
		unsigned turns = 2000000 / count;
		double begin = now(), spent;

		for (unsigned i = 0; i < turns; i++)
			load_run(&l, HOOK_FORWARD);
		spent = (now() - begin) / turns;
		best = spent < best ? spent : best;
	}
	load_fini(&l);
	return best;
}

static void
bench_linear(void)
{
	double samples[REPEATS];

	for (int r = 0; r < REPEATS; r++)
		samples[r] = (linear(RULES_MANY) - linear(RULES_FEW)) /
			     (RULES_MANY - RULES_FEW);
	row("a linear rule, 'tcp dport N accept', no match", "ns/rule",
	    samples, REPEATS);
}

/* A gateway. */

static const char gateway_head[] =
	"table inet filter {\n"
	" chain forward {\n"
	"  type filter hook forward priority 0; policy drop;\n"
	"  ct state established,related accept\n"
	"  ct state invalid drop\n";
static const char gateway_tail[] =
	"  iifname lan0 oifname wan0 accept\n"
	" }\n"
	"}\n"
	"table ip nat {\n"
	" chain pre {\n"
	"  type nat hook prerouting priority dstnat\n"
	"  iifname wan0 tcp dport 8080 dnat to 192.168.1.2:80\n"
	" }\n"
	" chain post {\n"
	"  type nat hook postrouting priority srcnat\n"
	"  oifname wan0 masquerade\n"
	" }\n"
	"}\n";

static void
load_text(struct clew_engine *e, const char *text)
{
	const char *const argv[] = { "nft", "-f", "-", NULL };
	struct clew_control *control;
	struct tool_result result;
	struct clew_error error = { "" };

	must(clew_control_create(&control, e) == 0, "no control");
	must(tool_run(control, argv, text, strlen(text), &result,
		      &error) == 0, error.text);
	must(result.status == 0, result.err);
	tool_result_fini(&result);
	clew_control_destroy(control);
}

/* A hundred rules around what matters. */
static char *
gateway_text(void)
{
	static char text[16384];
	size_t used = sizeof(gateway_head) - 1;

	memcpy(text, gateway_head, used);
	for (int i = 0; i < 94; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			i % 3 ? "  tcp dport %d drop\n" :
			"  iifname wan0 ip saddr 198.18.%d.0/24 drop\n",
			i % 3 ? 2000 + i : i);
	memcpy(text + used, gateway_tail, sizeof(gateway_tail));
	return text;
}

static struct clew_engine *
gateway(bool has_rules)
{
	struct clew_engine *e = engine();
	static const struct clew_interface lan = { .index = 1,
						   .name = "lan0" };
	static const struct clew_interface wan = { .index = 2,
						   .name = "wan0" };
	struct clew_address inside = { .ifindex = 1, .family = CLEW_IPV4,
				       .prefix = 8 };
	struct clew_address outside = { .ifindex = 2, .family = CLEW_IPV4,
					.prefix = 24 };
	struct clew_route route = { .family = CLEW_IPV4, .ifindex = 2,
				    .has_via = true };

	put_be32(inside.addr.bytes, 0x0a000001);
	put_be32(outside.addr.bytes, 0xcb007102);
	put_be32(route.via.bytes, 0xcb007101);
	must(clew_interface_add(e, &lan) == 0, "lan0");
	must(clew_interface_add(e, &wan) == 0, "wan0");
	must(clew_address_add(e, &inside) == 0, "address of lan0");
	must(clew_address_add(e, &outside) == 0, "address of wan0");
	must(clew_route_add(e, &route) == 0, "route");
	if (has_rules)
		load_text(e, gateway_text());
	return e;
}

static double
established_sample(struct clew_engine *e, uint32_t *seq)
{
	double spent = 0;

	for (int b = 0; b < BATCHES; b++) {
		double begin;

		++*seq;
		for (int i = 0; i < BATCH; i++)
			prepare(i, (uint32_t)(draw() % FLOWS), TCP, false,
				ACK, *seq, 5001, 1, START_NS);
		begin = now();
		run(e, BATCH, 32);
		spent += now() - begin;
		must(packets[0].ct_state == CLEW_CT_ESTABLISHED &&
		     packets[0].verdict == CLEW_ACCEPT, "not established");
	}
	return spent / BATCHES / BATCH;
}

/* Tracking alone beside 'ct state established accept' before other rules. */
static void
bench_established(void)
{
	struct clew_engine *alone = engine(), *ruled = engine();
	double without[REPEATS], with[REPEATS], ratio[REPEATS];
	uint32_t seq[2] = { 1001, 1001 };

	load_text(ruled, "table inet t {\nchain c {\n"
			 "type filter hook forward priority 0; policy drop;\n"
			 "ct state established accept\nct state new accept\n"
			 "}\n}\n");
	establish(alone, FLOWS, TCP);
	establish(ruled, FLOWS, TCP);
	for (int r = -1; r < REPEATS; r++) {
		double a = established_sample(alone, &seq[0]);
		double b = established_sample(ruled, &seq[1]);

		if (r < 0)
			continue;
		without[r] = a;
		with[r] = b;
		ratio[r] = b / a;
	}
	row("established TCP, tracking alone", "ns/packet", without, REPEATS);
	row("established TCP, 'ct state established accept'", "ns/packet",
	    with, REPEATS);
	row("ratio of the two", "times", ratio, REPEATS);
	clew_engine_destroy(alone);
	clew_engine_destroy(ruled);
}

/* To one of many servers, so that there are ports enough. */
static void
prepare_new(int slot, uint32_t flow)
{
	prepare(slot, flow, TCP, false, SYN, 1000, 0, 0, START_NS);
	bytes[slot][18] = (uint8_t)(flow * 7);
	packets[slot].flags |= CLEW_PKT_IP_CSUM_OK;
}

static void
bench_new(bool has_rules, const char *name)
{
	double rate[REPEATS];

	for (int r = 0; r < REPEATS; r++) {
		struct clew_engine *e = gateway(has_rules);
		double spent = 0, begin;

		for (uint32_t f = 0; f < NEW_CONNECTIONS; f += BATCH) {
			for (int i = 0; i < BATCH; i++)
				prepare_new(i, f + 2 + (uint32_t)i);
			begin = now();
			run(e, BATCH, 32);
			spent += now() - begin;
			must(packets[0].verdict == CLEW_ACCEPT, "dropped");
		}
		rate[r] = 1e3 * NEW_CONNECTIONS / spent;
		clew_engine_destroy(e);
	}
	row(name, "million/s", rate, REPEATS);
}

/* Large sets. */

static void
put_elements(struct load *l, uint32_t from, uint32_t count)
{
	size_t list, elem, key;

	load_msg(l, NFT_MSG_NEWSETELEM, NLM_F_CREATE, NFPROTO_IPV4);
	nl_put_string(&l->w, NFTA_SET_ELEM_LIST_TABLE, "t");
	nl_put_string(&l->w, NFTA_SET_ELEM_LIST_SET, "s");
	list = nl_begin(&l->w, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (uint32_t i = from; i < from + count; i++) {
		uint8_t value[4];

		put_be32(value, i * 2654435761u);
		elem = nl_begin(&l->w, NFTA_LIST_ELEM);
		key = nl_begin(&l->w, NFTA_SET_ELEM_KEY);
		nl_put(&l->w, NFTA_DATA_VALUE, value, sizeof(value));
		nl_end(&l->w, key);
		nl_end(&l->w, elem);
	}
	nl_end(&l->w, list);
	must(load_send(l) == 0, "elements refused");
}

static void
make_set(struct load *l, uint32_t count)
{
	load_begin(l);
	load_table(l, NFPROTO_IPV4, "t");
	load_msg(l, NFT_MSG_NEWSET, NLM_F_CREATE, NFPROTO_IPV4);
	nl_put_string(&l->w, NFTA_SET_TABLE, "t");
	nl_put_string(&l->w, NFTA_SET_NAME, "s");
	nl_put_be32(&l->w, NFTA_SET_KEY_TYPE, 7);
	nl_put_be32(&l->w, NFTA_SET_KEY_LEN, 4);
	nl_put_be32(&l->w, NFTA_SET_ID, 1);
	must(load_send(l) == 0, "set refused");
	for (uint32_t i = 0; i < count; i += ELEMENTS_PER_MESSAGE)
		put_elements(l, i, ELEMENTS_PER_MESSAGE);
	must(load_end(l) == 0, "batch refused");
}

static void
bench_load(void)
{
	static struct load l;
	double elements[REPEATS], rules[REPEATS];

	for (int r = 0; r < REPEATS; r++) {
		double begin;

		load_init(&l);
		begin = now();
		make_set(&l, ELEMENTS);
		elements[r] = (now() - begin) / 1e6;
		load_fini(&l);

		load_init(&l);
		begin = now();
		load_begin(&l);
		load_table(&l, NFPROTO_IPV4, "t");
		load_base(&l, NFPROTO_IPV4, "t", "c", "filter", 2, 0, 1);
		for (uint32_t i = 0; i < ELEMENTS; i++)
			load_tcp_rule(&l, NFPROTO_IPV4, "t", "c",
				      (uint16_t)i, NFT_VERDICT_ACCEPT);
		must(load_end(&l) == 0, "rules refused");
		rules[r] = (now() - begin) / 1e6;
		load_fini(&l);
	}
	row("a batch of 100000 elements", "ms", elements, REPEATS);
	row("a batch of 100000 rules", "ms", rules, REPEATS);
}

static struct nft_set *
find_set(struct load *l)
{
	const struct nl_attr table = { .data = (const uint8_t *)"t",
				       .len = 2 };
	const struct nl_attr name = { .data = (const uint8_t *)"s",
				      .len = 2 };
	const struct nl_attr none = { 0 };
	struct nft_load load = { .nft = l->nft, .family = NFPROTO_IPV4 };
	struct nft_set *set = NULL;
	int err;

	load.table = nft_table_find(l->nft, &table, NFPROTO_IPV4,
				    nft_gen_now(l->nft), 0, &err);
	must(load.table && nft_set_find(&load, &name, &none, &set) == 0,
	     "no set");
	return set;
}

static void
bench_lookup(void)
{
	static struct load l;
	double samples[REPEATS];
	struct nft_elem elem;
	struct nft_set *set;

	load_init(&l);
	make_set(&l, ELEMENTS_MOST);
	set = find_set(&l);
	for (int r = 0; r < REPEATS; r++) {
		double begin = now();
		unsigned found = 0;

		for (int i = 0; i < LOOKUPS; i++) {
			uint32_t key = __builtin_bswap32(
				(uint32_t)(draw() % ELEMENTS_MOST) *
				2654435761u);

			found += nft_set_lookup(l.nft, set, &key, &elem);
		}
		samples[r] = (now() - begin) / LOOKUPS;
		must(found == LOOKUPS, "elements missing");
	}
	row("a look-up among 1000000 elements", "ns", samples, REPEATS);
	load_fini(&l);
}

static void
bench_routed(void)
{
	bench_new(false, "new connections through a router, no rules");
}

static void
bench_gateway(void)
{
	bench_new(true, "new connections, 100 rules and masquerade");
}

/* bench-rules [--json FILE] [NAME...] - all, or those named. */
int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} parts[] = {
		{ "linear", bench_linear },
		{ "established", bench_established },
		{ "routed", bench_routed },
		{ "gateway", bench_gateway },
		{ "load", bench_load },
		{ "lookup", bench_lookup },
	};
	int first = 1;

	if (argc >= 3 && strcmp(argv[1], "--json") == 0) {
		json = fopen(argv[2], "w");
		must(json, argv[2]);
		first = 3;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		bool is_wanted = argc == first;

		for (int k = first; k < argc; k++)
			is_wanted |= strcmp(argv[k], parts[i].name) == 0;
		if (is_wanted)
			parts[i].run();
	}
	if (json)
		fclose(json);
	return 0;
}
