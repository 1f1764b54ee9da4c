/* SPDX-License-Identifier: BSD-2-Clause
 * Packets through chains: verdicts, jumps, traces, the basic expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nft/testload.h"
#include "pkt/checksum.h"

enum { IPV4 = NFPROTO_IPV4, INET = NFPROTO_INET, INPUT = 1 };

static struct load l;

/* Steps of the last traced packet, one letter each. */
static char steps[64];

static void
trace(void *ctx, const struct nft_trace *t)
{
	static const char letter[] = {
		[NFT_STEP_RULE] = 'r',
		[NFT_STEP_RETURN] = 'e',
		[NFT_STEP_POLICY] = 'p',
	};
	size_t len = strlen(steps);

	(void)ctx;
	steps[len] = letter[t->step];
	steps[len + 1] = '\0';
	assert_int_equal(t->is_first, len == 0);
	assert_int_not_equal(t->ev->path->trace_id, 0);
}

static int
setup(void **state)
{
	(void)state;
	load_init(&l);
	l.nft->config.trace = trace;
	load_begin(&l);
	load_table(&l, INET, "t");
	load_base(&l, INET, "t", "c", "filter", INPUT, 0, NFT_VERDICT_DROP);
	load_chain(&l, INET, "t", "o");
	load_chain(&l, INET, "t", "q");
	assert_int_equal(load_end(&l), 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_fini(&l);
	return 0;
}

static void
rule(const char *chain)
{
	load_rule(&l, INET, "t", chain);
}

static void
verdict_rule(const char *chain, int32_t code, const char *to)
{
	rule(chain);
	load_counter(&l);
	load_verdict(&l, code, to);
	load_rule_end(&l);
}

static void
test_jumps(void **state)
{
	(void)state;
	load_begin(&l);
	verdict_rule("c", NFT_JUMP, "o");	/* 4 */
	verdict_rule("c", NFT_GOTO, "q");	/* 5 */
	verdict_rule("c", NFT_VERDICT_ACCEPT, NULL);	/* 6: never */
	verdict_rule("o", NFT_CONTINUE, NULL);	/* 7 */
	verdict_rule("o", NFT_BREAK, NULL);	/* 8 */
	verdict_rule("o", NFT_RETURN, NULL);	/* 9 */
	verdict_rule("o", NFT_VERDICT_ACCEPT, NULL);	/* 10: never */
	verdict_rule("q", NFT_CONTINUE, NULL);	/* 11 */
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(load_run(&l, HOOK_INPUT), NFT_VERDICT_DROP);
	for (uint64_t handle = 4; handle <= 11; handle++) {
		static const char *const chain[] = {
			"c", "c", "c", "o", "o", "o", "o", "q",
		};

		assert_int_equal(load_packets(&l, INET, "t",
					      chain[handle - 4], handle),
				 handle != 6 && handle != 10);
	}
	steps[0] = '\0';
	l.path.is_traced = true;
	load_run(&l, HOOK_INPUT);
	/* jump, continue, return, goto, continue, end; policy */
	assert_string_equal(steps, "rrrrrep");
}

static void
test_decision(void **state)
{
	struct nft_decision d;
	const struct nft_hooked *chain;
	size_t count;

	(void)state;
	load_begin(&l);
	load_tcp_rule(&l, INET, "t", "o", 22, NFT_VERDICT_ACCEPT);	/* 4 */
	verdict_rule("c", NFT_JUMP, "o");
	assert_int_equal(load_end(&l), 0);
	chain = nft_hooked(l.nft, IPV4, HOOK_INPUT, &count);
	assert_int_equal(count, 1);
	load_packet(&l, IPPROTO_TCP, 5, 22);
	assert_int_equal(nft_run_chain(l.nft, chain->base, &l.path, &d),
			 NFT_VERDICT_ACCEPT);
	assert_int_equal(d.rule, 4);
	assert_string_equal(d.chain->named.name, "o");
	load_packet6(&l, IPPROTO_TCP, 5, 23);
	assert_int_equal(nft_run_chain(l.nft, chain->base, &l.path, &d),
			 NFT_VERDICT_DROP);
	assert_int_equal(d.rule, 0);
	assert_string_equal(d.chain->named.name, "c");
}

static void
test_order(void **state)
{
	const struct nft_hooked *chain;
	size_t count;

	(void)state;
	load_begin(&l);
	load_base(&l, INET, "t", "late", "filter", INPUT, 5, 1);
	load_base(&l, INET, "t", "same", "filter", INPUT, 0, 1);
	load_base(&l, INET, "t", "early", "filter", INPUT, -5, 1);
	assert_int_equal(load_end(&l), 0);
	for (int family = 0; family < 2; family++) {
		static const char *const names[] = {
			"early", "same", "c", "late",
		};

		chain = nft_hooked(l.nft, family ? NFPROTO_IPV6 : IPV4,
				   HOOK_INPUT, &count);
		assert_int_equal(count, 4);
		for (size_t i = 0; i < count; i++)
			assert_string_equal(chain[i].base->chain.named.name,
					    names[i]);
	}
}

/* The one rule of chain c: accept what gets past the expressions so far. */
static uint32_t
accept_and_run(void)
{
	uint32_t verdict;

	load_verdict(&l, NFT_VERDICT_ACCEPT, NULL);
	assert_int_equal(load_rule_end(&l), 0);
	assert_int_equal(load_end(&l), 0);
	verdict = load_run(&l, HOOK_INPUT);
	load_begin(&l);
	load_delete(&l, NFT_MSG_DELRULE, INET, "t", "c");
	assert_int_equal(load_end(&l), 0);
	return verdict;
}

static void
begin(void)
{
	load_begin(&l);
	rule("c");
}

static bool
matches(uint32_t reg, uint32_t op, const void *value, uint16_t len)
{
	load_cmp(&l, reg, op, value, len);
	return accept_and_run() == NFT_VERDICT_ACCEPT;
}

static bool
payload_is(uint32_t base, uint32_t offset, const void *value, uint16_t len)
{
	begin();
	load_payload(&l, base, offset, len, NFT_REG_1);
	return matches(NFT_REG_1, NFT_CMP_EQ, value, len);
}

static void
test_payload(void **state)
{
	enum { LINK, NETWORK, TRANSPORT, INNER };
	static const uint8_t link[] = { 1, 2, 3, 4, 5, 6 };

	(void)state;
	load_packet(&l, IPPROTO_TCP, 0x1234, 80);
	assert_true(payload_is(NETWORK, 12, "\x0a\x00\x00\x01", 4));
	assert_true(payload_is(NETWORK, 12, "\x0a\x00\x00", 3));
	assert_true(payload_is(NETWORK, 9, "\x06", 1));
	assert_false(payload_is(NETWORK, 9, "\x07", 1));
	assert_true(payload_is(TRANSPORT, 0, "\x12\x34\x00\x50", 4));
	assert_true(payload_is(TRANSPORT, 2, "\x00\x50", 2));
	assert_true(payload_is(NETWORK, 20, "\x12\x34", 2));
	/* The last bytes there are, and one beyond. */
	assert_true(payload_is(TRANSPORT, 18, "\0\0", 2));
	assert_false(payload_is(TRANSPORT, 19, "\0\0", 2));
	assert_false(payload_is(TRANSPORT, 65535, "\0\0", 2));
	assert_false(payload_is(INNER, 0, "\0", 1));
	assert_false(payload_is(LINK, 0, link, 2));
	l.path.l2 = link;
	l.path.l2_len = sizeof(link);
	assert_true(payload_is(LINK, 4, "\x05\x06\x45", 3));
	l.path.l2 = NULL;
	load_packet(&l, IPPROTO_UDP, 1, 2);
	assert_true(payload_is(INNER, 11, "\0", 1));
	assert_false(payload_is(INNER, 12, "\0", 1));
	/* Of a later fragment there is no transport header; Linux reads an
	 * aligned word of it all the same, and nothing else. */
	load_packet(&l, IPPROTO_TCP, 0x1234, 80);
	l.p.kind = PKT_FRAGMENT;
	assert_true(payload_is(TRANSPORT, 2, "\x00\x50", 2));
	l.bytes[7] = 1;
	assert_true(payload_is(TRANSPORT, 2, "\x00\x50", 2));
	assert_true(payload_is(TRANSPORT, 0, "\x12\x34\x00\x50", 4));
	assert_false(payload_is(TRANSPORT, 1, "\x34\x00", 2));
	assert_false(payload_is(TRANSPORT, 0, "\x12\x34\x00", 3));
	begin();
	load_meta(&l, NFT_META_L4PROTO, NFT_REG_1);
	assert_true(matches(NFT_REG_1, NFT_CMP_EQ, "\x06", 1));
	l.bytes[7] = 0;
	/* A packet that a capture cut. */
	load_packet6(&l, IPPROTO_TCP, 7, 80);
	l.p.have = 43;
	assert_false(payload_is(TRANSPORT, 2, "\x00\x50", 2));
}

/* Fused with what follows or not, the same. */
static void
test_ports(void **state)
{
	static const struct {
		uint8_t protocol;
		uint16_t port;
		bool is_tcp_22, is_tcp_not_22;
	} cases[] = {
		{ IPPROTO_TCP, 22, true, false },
		{ IPPROTO_TCP, 23, false, true },
		{ IPPROTO_UDP, 22, false, false },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (uint32_t op = NFT_CMP_EQ; op <= NFT_CMP_NEQ; op++) {
			load_packet6(&l, cases[i].protocol, 1, cases[i].port);
			begin();
			load_meta(&l, NFT_META_L4PROTO, NFT_REG_1);
			load_cmp(&l, NFT_REG_1, NFT_CMP_EQ, "\x06", 1);
			load_payload(&l, 2, 2, 2, NFT_REG_2);
			load_cmp(&l, NFT_REG_2, op, "\x00\x16", 2);
			/* What it has loaded is there. */
			load_cmp(&l, NFT_REG_1, NFT_CMP_EQ, "\x06", 1);
			assert_int_equal(matches(NFT_REG_2, op,
						 "\x00\x16", 2),
					 op == NFT_CMP_EQ ?
					 cases[i].is_tcp_22 :
					 cases[i].is_tcp_not_22);
		}
	}
}

/* A name as a whole, and the beginning of one; what is behind a NUL is not
 * of the name. */
static void
test_names(void **state)
{
	static const struct {
		const char *value;
		uint16_t len;
		bool is_it;
	} cases[] = {
		{ "in0\0\0\0\0\0\0\0\0\0\0\0\0", 16, true },
		{ "in1\0\0\0\0\0\0\0\0\0\0\0\0", 16, false },
		{ "in\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, false },
		{ "in01\0\0\0\0\0\0\0\0\0\0\0", 16, false },
		{ "in0\0\0\0\0\0\0\0\0\0\0\0x", 16, false },
		{ "in", 2, true }, { "in0", 4, true }, { "in0x", 4, false },
		{ "io", 2, false },
	};

	(void)state;
	memcpy(l.in.pub.name, "in0\0garbage", 11);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t op = NFT_CMP_EQ; op <= NFT_CMP_NEQ; op++) {
			begin();
			load_meta(&l, NFT_META_IIFNAME, NFT_REG_1);
			assert_int_equal(matches(NFT_REG_1, op,
						 cases[i].value,
						 cases[i].len),
					 cases[i].is_it ==
					 (op == NFT_CMP_EQ));
		}
	}
}

/* A header that ends within its ports. */
static void
test_cut_ports(void **state)
{
	(void)state;
	for (uint32_t have = 20; have <= 24; have++) {
		for (uint32_t offset = 0; offset <= 2; offset += 2) {
			load_packet(&l, IPPROTO_UDP, 5, 5);
			l.p.have = l.p.len = have;
			begin();
			load_meta(&l, NFT_META_L4PROTO, NFT_REG_1);
			load_cmp(&l, NFT_REG_1, NFT_CMP_EQ, "\x11", 1);
			load_payload(&l, 2, offset, 2, NFT_REG_1);
			assert_int_equal(matches(NFT_REG_1, NFT_CMP_EQ,
						 "\x00\x05", 2),
					 have >= 20 + offset + 2);
		}
	}
}

/* Sixteen chains of many jumps each: the packet is dropped before the
 * machine's life is over. */
static void
test_work_is_bounded(void **state)
{
	char name[2] = "A", next[2] = "A";
	struct nft_decision d;
	const struct nft_hooked *chain;
	size_t count;

	(void)state;
	load_begin(&l);
	load_chain(&l, INET, "t", name);
	verdict_rule("c", NFT_JUMP, name);
	verdict_rule("c", NFT_VERDICT_ACCEPT, NULL);
	for (int i = 1; i < 15; i++) {
		next[0] = (char)('A' + i);
		load_chain(&l, INET, "t", next);
		for (int k = 0; k < 20; k++)
			verdict_rule(name, NFT_JUMP, next);
		name[0] = next[0];
	}
	assert_int_equal(load_end(&l), 0);
	chain = nft_hooked(l.nft, IPV4, HOOK_INPUT, &count);
	assert_int_equal(nft_run_chain(l.nft, chain->base, &l.path, &d),
			 NFT_VERDICT_DROP);
}

static void
test_cmp(void **state)
{
	static const bool holds[][3] = {	/* less, equal, greater */
		[NFT_CMP_EQ] = { false, true, false },
		[NFT_CMP_NEQ] = { true, false, true },
		[NFT_CMP_LT] = { true, false, false },
		[NFT_CMP_LTE] = { true, true, false },
		[NFT_CMP_GT] = { false, false, true },
		[NFT_CMP_GTE] = { false, true, true },
	};
	static const char *const than[] = { "abcdf", "abcde", "abcdd" };

	(void)state;
	for (uint32_t op = NFT_CMP_EQ; op <= NFT_CMP_GTE; op++) {
		for (int i = 0; i < 3; i++) {
			for (uint16_t skip = 0; skip < 5; skip += 4) {
				begin();
				load_value(&l, NFT_REG_2, &"abcde"[skip],
					   5 - skip);
				assert_int_equal(matches(NFT_REG_2, op,
							 than[i] + skip,
							 5 - skip),
						 holds[op][i]);
			}
		}
	}
}

static void
test_range(void **state)
{
	static const uint8_t ends[][2] = { { 3, 5 }, { 4, 9 }, { 1, 4 },
					   { 5, 9 }, { 1, 3 } };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		for (uint32_t op = 0; op < 2; op++) {
			size_t data;

			begin();
			load_value(&l, NFT_REG_1, "\x04", 1);
			data = load_expr(&l, "range");
			nl_put_be32(&l.w, NFTA_RANGE_SREG, NFT_REG_1);
			nl_put_be32(&l.w, NFTA_RANGE_OP, op);
			load_data(&l, NFTA_RANGE_FROM_DATA, &ends[i][0], 1);
			load_data(&l, NFTA_RANGE_TO_DATA, &ends[i][1], 1);
			load_expr_end(&l, data);
			assert_int_equal(accept_and_run() ==
					 NFT_VERDICT_ACCEPT,
					 (i < 3) == (op == NFT_RANGE_EQ));
		}
	}
}

/* Registers 1 and 2 are given; register 1 becomes the outcome. */
static void
bitwise(uint32_t op, uint32_t len)
{
	size_t data = load_expr(&l, "bitwise");

	nl_put_be32(&l.w, NFTA_BITWISE_SREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_BITWISE_DREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_BITWISE_LEN, len);
	nl_put_be32(&l.w, NFTA_BITWISE_OP, op);
	if (op == NFT_BITWISE_LSHIFT || op == NFT_BITWISE_RSHIFT)
		load_data(&l, NFTA_BITWISE_DATA, &(uint32_t){ 8 }, 4);
	else
		nl_put_be32(&l.w, NFTA_BITWISE_SREG2, NFT_REG_2);
	load_expr_end(&l, data);
}

static void
test_bitwise(void **state)
{
	static const struct {
		uint32_t op;
		uint32_t is[2];
	} cases[] = {
		{ NFT_BITWISE_AND, { 0x00ff0000, 0x00000044 } },
		{ NFT_BITWISE_OR, { 0xf0ffff0f, 0x112233ff } },
		{ NFT_BITWISE_XOR, { 0xf000ff0f, 0x112233bb } },
		{ NFT_BITWISE_LSHIFT, { 0xff000011, 0x22334400 } },
		{ NFT_BITWISE_RSHIFT, { 0x00f0ff00, 0x00112233 } },
	};
	static const uint32_t first[2] = { 0xf0ff0000, 0x11223344 };
	static const uint32_t second[2] = { 0x00ffff0f, 0xff };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		load_value(&l, NFT_REG_1, first, 8);
		load_value(&l, NFT_REG_2, second, 8);
		bitwise(cases[i].op, 8);
		assert_true(matches(NFT_REG_1, NFT_CMP_EQ, cases[i].is, 8));
	}
}

static void
test_byteorder(void **state)
{
	static const struct {
		uint32_t size;
		const char *is;
	} cases[] = {
		{ 2, "badcfehg" }, { 4, "dcbahgfe" }, { 8, "hgfedcba" },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t data;

		begin();
		load_value(&l, NFT_REG_1, "abcdefgh", 8);
		data = load_expr(&l, "byteorder");
		nl_put_be32(&l.w, NFTA_BYTEORDER_SREG, NFT_REG_1);
		nl_put_be32(&l.w, NFTA_BYTEORDER_DREG, NFT_REG_2);
		nl_put_be32(&l.w, NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
		nl_put_be32(&l.w, NFTA_BYTEORDER_LEN, 8);
		nl_put_be32(&l.w, NFTA_BYTEORDER_SIZE, cases[i].size);
		load_expr_end(&l, data);
		assert_true(matches(NFT_REG_2, NFT_CMP_EQ, cases[i].is, 8));
	}
}

static bool
meta_is(uint32_t key, const void *value, uint16_t len)
{
	begin();
	load_meta(&l, key, NFT_REG_1);
	return matches(NFT_REG_1, NFT_CMP_EQ, value, len);
}

static void
test_meta(void **state)
{
	static const char in_name[16] = "in0", out_name[16] = "out0";
	const uint64_t now = l.track.now_ns;

	(void)state;
	assert_true(meta_is(NFT_META_LEN, &(uint32_t){ 40 }, 4));
	assert_true(meta_is(NFT_META_PROTOCOL, "\x08\x00", 2));
	assert_true(meta_is(NFT_META_NFPROTO, &(uint8_t){ IPV4 }, 1));
	assert_true(meta_is(NFT_META_L4PROTO, "\x06", 1));
	assert_true(meta_is(NFT_META_IIF, &(uint32_t){ 1 }, 4));
	assert_true(meta_is(NFT_META_OIF, &(uint32_t){ 2 }, 4));
	assert_true(meta_is(NFT_META_IIFNAME, in_name, 16));
	assert_true(meta_is(NFT_META_OIFNAME, out_name, 16));
	assert_true(meta_is(NFT_META_IIFTYPE, &(uint16_t){ 1 }, 2));
	assert_true(meta_is(NFT_META_IIFGROUP, &(uint32_t){ 7 }, 4));
	assert_true(meta_is(NFT_META_TIME_NS, &now, 8));
	assert_true(meta_is(NFT_META_TIME_HOUR,
			    &(uint32_t){ 22 * 3600 + 13 * 60 + 20 }, 4));
	assert_true(meta_is(NFT_META_TIME_DAY, "\x02", 1));
	assert_false(meta_is(NFT_META_SKUID, &(uint32_t){ 0 }, 4));
	assert_false(meta_is(NFT_META_IIFKIND, out_name, 16));
	l.path.in = NULL;
	assert_true(meta_is(NFT_META_IIF, &(uint32_t){ 0 }, 4));
	assert_true(meta_is(NFT_META_IIFNAME, (char[16]){ 0 }, 16));
	assert_false(meta_is(NFT_META_IIFGROUP, &(uint32_t){ 0 }, 4));
	load_packet6(&l, IPPROTO_UDP, 1, 2);
	assert_true(meta_is(NFT_META_NFPROTO, &(uint8_t){ NFPROTO_IPV6 }, 1));
	assert_true(meta_is(NFT_META_PROTOCOL, "\x86\xdd", 2));
}

/* Write 'len' bytes at 'offset' of a header. */
static void
write_payload(uint32_t base, uint32_t offset, const void *value, uint16_t len,
	      uint32_t csum_offset)
{
	size_t data;

	begin();
	load_value(&l, NFT_REG_1, value, len);
	data = load_expr(&l, "payload");
	nl_put_be32(&l.w, NFTA_PAYLOAD_SREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_PAYLOAD_BASE, base);
	nl_put_be32(&l.w, NFTA_PAYLOAD_OFFSET, offset);
	nl_put_be32(&l.w, NFTA_PAYLOAD_LEN, len);
	nl_put_be32(&l.w, NFTA_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET);
	nl_put_be32(&l.w, NFTA_PAYLOAD_CSUM_OFFSET, csum_offset);
	nl_put_be32(&l.w, NFTA_PAYLOAD_CSUM_FLAGS,
		    base == NFT_PAYLOAD_NETWORK_HEADER ?
		    NFT_PAYLOAD_L4CSUM_PSEUDOHDR : 0);
	load_expr_end(&l, data);
}

/* A packet with right checksums. */
static void
sum_packet(uint8_t protocol)
{
	uint32_t at = 20 + (protocol == IPPROTO_TCP ? 16 : 6);
	uint64_t sum;

	load_packet(&l, protocol, 1000, 80);
	sum = checksum_pseudo(&l.p, protocol, 20);
	put_be16(l.bytes + at, (uint16_t)~checksum_fold(
			checksum_add(sum, l.bytes + 20, 20)));
	assert_int_equal(checksum_check(&l.p, 20, protocol), CHECKSUM_GOOD);
}

static void
test_payload_set(void **state)
{
	(void)state;
	for (int udp = 0; udp < 2; udp++) {
		uint8_t protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
		uint8_t before[40];

		sum_packet(protocol);
		memcpy(before, l.bytes, sizeof(before));
		write_payload(NFT_PAYLOAD_NETWORK_HEADER, 16,
			      "\x01\x02\x03\xff", 4, 10);
		assert_int_equal(accept_and_run(), NFT_VERDICT_ACCEPT);
		write_payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, "\xab\xcd", 2,
			      udp ? 6 : 16);
		assert_int_equal(accept_and_run(), NFT_VERDICT_ACCEPT);
		assert_memory_equal(l.bytes, before, sizeof(before));
		assert_memory_equal(pkt_dst(&l.p), "\x01\x02\x03\xff", 4);
		assert_int_equal(get_be16(l.p.ip + 22), 0xabcd);
		assert_true(checksum_is_ipv4_good(l.p.ip, 20));
		assert_int_equal(checksum_check(&l.p, 20, protocol),
				 CHECKSUM_GOOD);
	}
	/* A UDP packet without a checksum stays so. */
	load_packet(&l, IPPROTO_UDP, 1, 2);
	write_payload(NFT_PAYLOAD_NETWORK_HEADER, 16, "\x01\x02\x03\x04", 4,
		      10);
	accept_and_run();
	assert_int_equal(get_be16(l.p.ip + 26), 0);
	/* Beyond the end nothing is written. */
	load_packet(&l, IPPROTO_UDP, 1, 2);
	write_payload(NFT_PAYLOAD_TRANSPORT_HEADER, 18, "\x01\x02\x03\x04", 4,
		      6);
	assert_int_equal(accept_and_run(), NFT_VERDICT_DROP);
}

static void
test_meta_set(void **state)
{
	size_t data;

	(void)state;
	begin();
	load_value(&l, NFT_REG_1, &(uint32_t){ 77 }, 4);
	data = load_expr(&l, "meta");
	nl_put_be32(&l.w, NFTA_META_KEY, NFT_META_MARK);
	nl_put_be32(&l.w, NFTA_META_SREG, NFT_REG_1);
	load_expr_end(&l, data);
	data = load_expr(&l, "meta");
	nl_put_be32(&l.w, NFTA_META_KEY, NFT_META_NFTRACE);
	nl_put_be32(&l.w, NFTA_META_SREG, NFT_REG_1);
	load_expr_end(&l, data);
	steps[0] = '\0';
	accept_and_run();
	assert_int_equal(l.packet.mark, 77);
	assert_true(l.path.is_traced);
	assert_string_equal(steps, "r");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_jumps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_decision, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_payload, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_ports, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_ports, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_work_is_bounded, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_cmp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_range, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bitwise, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_byteorder, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_meta, setup, teardown),
		cmocka_unit_test_setup_teardown(test_payload_set, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_meta_set, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
