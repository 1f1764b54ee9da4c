/* SPDX-License-Identifier: BSD-2-Clause
 * Batches, generations, references, listings: by the messages of netlink. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nft/request.h"
#include "nft/testload.h"

enum { IPV4 = NFPROTO_IPV4, INPUT = 1, FORWARD = 2 };

static struct load l;

static int
setup(void **state)
{
	(void)state;
	load_init(&l);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_fini(&l);
	return 0;
}

/* Table 't' with the base chain 'c' and the chain 'o'. */
static void
make_table(void)
{
	load_begin(&l);
	load_table(&l, IPV4, "t");
	load_base(&l, IPV4, "t", "c", "filter", INPUT, 0, NFT_VERDICT_ACCEPT);
	load_chain(&l, IPV4, "t", "o");
	assert_int_equal(load_end(&l), 0);
}

static int
add_jump(const char *from, int32_t code, const char *to)
{
	load_rule(&l, IPV4, "t", from);
	load_verdict(&l, code, to);
	return load_rule_end(&l);
}

static void
test_commit(void **state)
{
	(void)state;
	make_table();
	assert_int_equal(load_count(&l, NFT_MSG_GETTABLE, 0), 1);
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 2);
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, NFPROTO_IPV6), 0);
	load_begin(&l);
	load_tcp_rule(&l, IPV4, "t", "c", 22, NFT_VERDICT_DROP);
	assert_int_equal(load_count(&l, NFT_MSG_GETRULE, 0), 0);
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(load_count(&l, NFT_MSG_GETRULE, 0), 1);
}

static void
test_told_in_order(void **state)
{
	static const uint16_t types[] = {
		NFT_MSG_NEWTABLE, NFT_MSG_NEWCHAIN, NFT_MSG_NEWCHAIN,
		NFT_MSG_NEWGEN,
	};

	(void)state;
	make_table();
	assert_int_equal(l.told_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(l.told[i].type, types[i]);
	assert_int_equal(l.told[0].flags, NLM_F_CREATE);
	load_begin(&l);
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(l.told_count, 4);	/* no change, no generation */
}

static void
test_all_or_nothing(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	load_tcp_rule(&l, IPV4, "t", "c", 22, NFT_VERDICT_DROP);
	assert_int_equal(load_end(&l), 0);

	load_begin(&l);
	load_delete(&l, NFT_MSG_DELTABLE, IPV4, "t", NULL);
	load_table(&l, IPV4, "u");
	load_chain(&l, IPV4, "u", "x");
	assert_int_equal(load_chain(&l, IPV4, "nowhere", "x"), -ENOENT);
	assert_int_equal(l.blamed, NFTA_CHAIN_TABLE);
	assert_int_equal(load_end(&l), -ENOENT);

	assert_int_equal(load_count(&l, NFT_MSG_GETTABLE, 0), 1);
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 2);
	assert_int_equal(load_count(&l, NFT_MSG_GETRULE, 0), 1);
	load_packet(&l, IPPROTO_TCP, 1, 22);
	assert_int_equal(load_run(&l, HOOK_INPUT), NFT_VERDICT_DROP);
}

static void
test_replaced_within_a_batch(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	load_delete(&l, NFT_MSG_DELTABLE, IPV4, "t", NULL);
	load_table(&l, IPV4, "t");
	load_base(&l, IPV4, "t", "c", "filter", INPUT, 0, NFT_VERDICT_DROP);
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(load_count(&l, NFT_MSG_GETTABLE, 0), 1);
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 1);
	assert_int_equal(load_run(&l, HOOK_INPUT), NFT_VERDICT_DROP);
}

static void
test_generation(void **state)
{
	(void)state;
	make_table();
	assert_int_equal(nft_batch_begin(l.nft, l.nft->genid + 1, true),
			 -ERESTART);
	assert_int_equal(nft_batch_begin(l.nft, l.nft->genid, true), 0);
	nft_batch_abort(l.nft);
}

/* What is refused, with which attribute at fault. */
static void
test_refusals(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	assert_int_equal(load_table(&l, NFPROTO_DECNET, "t"), -EOPNOTSUPP);
	assert_int_equal(load_base(&l, IPV4, "t", "n", "nat", FORWARD, 0, 1),
			 -EOPNOTSUPP);
	assert_int_equal(load_base(&l, IPV4, "t", "n", "nat", INPUT, -200, 1),
			 -EOPNOTSUPP);
	assert_int_equal(load_base(&l, IPV4, "t", "n", "other", INPUT, 0, 1),
			 -ENOENT);
	assert_int_equal(l.blamed, NFTA_CHAIN_TYPE);
	assert_int_equal(load_base(&l, IPV4, "t", "c", "filter", INPUT, 5, 1),
			 -EOPNOTSUPP);
	assert_int_equal(load_base(&l, IPV4, "t", "n", "filter", INPUT, 0, 2),
			 -EINVAL);
	load_msg(&l, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL, IPV4);
	nl_put_string(&l.w, NFTA_TABLE_NAME, "t");
	assert_int_equal(load_send(&l), -EEXIST);
	assert_int_equal(l.blamed, NFTA_TABLE_NAME);
	load_msg(&l, NFT_MSG_NEWCHAIN, NLM_F_CREATE, IPV4);
	nl_put_string(&l.w, NFTA_CHAIN_TABLE, "t");
	nl_put_string(&l.w, NFTA_CHAIN_NAME, "o");
	nl_put_be32(&l.w, NFTA_CHAIN_POLICY, 0);
	assert_int_equal(load_send(&l), -EOPNOTSUPP);
	assert_int_equal(l.blamed, NFTA_CHAIN_POLICY);
	assert_int_equal(add_jump("c", NFT_JUMP, "c"), -EOPNOTSUPP);
	assert_int_equal(add_jump("c", NFT_JUMP, "none"), -ENOENT);
	assert_int_equal(l.blamed, NFTA_LIST_ELEM);
	assert_int_equal(add_jump("c", 5, NULL), -EINVAL);
	load_rule(&l, IPV4, "t", "c");
	load_expr_end(&l, load_expr(&l, "nonesuch"));
	assert_int_equal(load_rule_end(&l), -ENOENT);
	load_rule(&l, IPV4, "t", "c");
	load_cmp(&l, NFT_REG_1, NFT_CMP_EQ, "a", 1);
	assert_int_equal(load_rule_end(&l), -ENODATA);	/* never written */
	load_rule(&l, IPV4, "t", "c");
	load_payload(&l, NFT_PAYLOAD_NETWORK_HEADER, 0, 20, NFT_REG_4);
	assert_int_equal(load_rule_end(&l), -ERANGE);
	load_rule(&l, IPV4, "t", "c");
	load_meta(&l, NFT_META_MARK, 99);
	assert_int_equal(load_rule_end(&l), -ERANGE);
	nft_batch_abort(l.nft);
}

static void
test_busy(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	assert_int_equal(add_jump("c", NFT_JUMP, "o"), 0);
	assert_int_equal(load_end(&l), 0);
	load_begin(&l);
	assert_int_equal(load_delete(&l, NFT_MSG_DELCHAIN, IPV4, "t", "o"),
			 -EBUSY);
	assert_int_equal(l.blamed, NFTA_CHAIN_NAME);
	assert_int_equal(load_end(&l), -EBUSY);
	load_begin(&l);	/* without its user, in one batch */
	load_delete(&l, NFT_MSG_DELCHAIN, IPV4, "t", "c");
	load_delete(&l, NFT_MSG_DELCHAIN, IPV4, "t", "o");
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 0);
}

static void
test_destroy_is_content(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	assert_int_equal(load_delete(&l, NFT_MSG_DESTROYTABLE, IPV4, "u",
				     NULL), 0);
	assert_int_equal(load_delete(&l, NFT_MSG_DESTROYCHAIN, IPV4, "t",
				     "z"), 0);
	assert_int_equal(load_delete(&l, NFT_MSG_DESTROYCHAIN, IPV4, "u",
				     "z"), -ENOENT);
	assert_int_equal(load_delete(&l, NFT_MSG_DELCHAIN, IPV4, "t", "z"),
			 -ENOENT);
	nft_batch_abort(l.nft);
}

/* The batch again, as the control room gives it again. */
static int
load_loop(int *at_fault)
{
	int err;

	load_begin(&l);
	add_jump("o", NFT_JUMP, "p");
	add_jump("p", NFT_JUMP, "o");
	*at_fault = add_jump("c", NFT_JUMP, "o");
	add_jump("p", NFT_JUMP, "o");
	err = load_end(&l);
	return err;
}

static void
test_loop(void **state)
{
	int at_fault;

	(void)state;
	make_table();
	load_begin(&l);
	load_chain(&l, IPV4, "t", "p");
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(load_loop(&at_fault), -EAGAIN);
	assert_int_equal(at_fault, 0);
	assert_int_equal(load_loop(&at_fault), -EMLINK);
	assert_int_equal(at_fault, -EMLINK);
	assert_int_equal(load_count(&l, NFT_MSG_GETRULE, 0), 0);
	load_begin(&l);		/* where no packet comes by, it may be */
	add_jump("o", NFT_JUMP, "p");
	add_jump("p", NFT_JUMP, "o");
	assert_int_equal(load_end(&l), 0);
}

/* A ladder of chains, 'count' jumps deep. */
static int
load_ladder(int count)
{
	char name[8] = "l00", next[8] = "l00";

	load_begin(&l);
	load_chain(&l, IPV4, "t", name);
	add_jump("c", NFT_JUMP, name);
	for (int i = 1; i < count; i++) {
		next[1] = (char)('0' + i / 10);
		next[2] = (char)('0' + i % 10);
		load_chain(&l, IPV4, "t", next);
		add_jump(name, i % 2 ? NFT_GOTO : NFT_JUMP, next);
		memcpy(name, next, sizeof(name));
	}
	return load_end(&l);
}

static void
test_depth(void **state)
{
	(void)state;
	make_table();
	assert_int_equal(load_ladder(16), -EAGAIN);
	assert_int_equal(load_ladder(16), -EMLINK);
	assert_int_equal(load_ladder(15), 0);
	assert_int_equal(load_run(&l, HOOK_INPUT), NFT_VERDICT_ACCEPT);
}

/* 'jump { tcp dport 22 drop }' */
static void
load_own_chain(void)
{
	size_t data, value, verdict;

	load_msg(&l, NFT_MSG_NEWCHAIN, NLM_F_CREATE, IPV4);
	nl_put_string(&l.w, NFTA_CHAIN_TABLE, "t");
	nl_put_be32(&l.w, NFTA_CHAIN_ID, 9);
	nl_put_be32(&l.w, NFTA_CHAIN_FLAGS, NFT_CHAIN_BINDING);
	load_send(&l);
	load_msg(&l, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, IPV4);
	nl_put_string(&l.w, NFTA_RULE_TABLE, "t");
	nl_put_be32(&l.w, NFTA_RULE_CHAIN_ID, 9);
	l.list = nl_begin(&l.w, NFTA_RULE_EXPRESSIONS);
	load_verdict(&l, NFT_VERDICT_DROP, NULL);
	load_rule_end(&l);
	load_rule(&l, IPV4, "t", "c");
	data = load_expr(&l, "immediate");
	nl_put_be32(&l.w, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	value = nl_begin(&l.w, NFTA_IMMEDIATE_DATA);
	verdict = nl_begin(&l.w, NFTA_DATA_VERDICT);
	nl_put_be32(&l.w, NFTA_VERDICT_CODE, (uint32_t)NFT_JUMP);
	nl_put_be32(&l.w, NFTA_VERDICT_CHAIN_ID, 9);
	nl_end(&l.w, verdict);
	nl_end(&l.w, value);
	load_expr_end(&l, data);
	load_rule_end(&l);
}

static void
test_own_chain(void **state)
{
	(void)state;
	make_table();
	for (int i = 0; i < 2; i++) {	/* undone, then done */
		load_begin(&l);
		load_own_chain();
		if (i == 0)
			add_jump("c", NFT_JUMP, "none");
		assert_int_equal(load_end(&l), i == 0 ? -ENOENT : 0);
		assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 2 + i);
		assert_int_equal(load_count(&l, NFT_MSG_GETRULE, 0), 2 * i);
	}
	assert_int_equal(load_run(&l, HOOK_INPUT), NFT_VERDICT_DROP);
	for (int i = 0; i < 2; i++) {
		load_begin(&l);
		load_delete(&l, NFT_MSG_DELRULE, IPV4, "t", "c");
		if (i == 0)
			add_jump("c", NFT_JUMP, "none");
		assert_int_equal(load_end(&l), i == 0 ? -ENOENT : 0);
		assert_int_equal(load_run(&l, HOOK_INPUT), i == 0 ?
				 NFT_VERDICT_DROP : NFT_VERDICT_ACCEPT);
	}
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 2);
	assert_int_equal(load_count(&l, NFT_MSG_GETRULE, 0), 0);
}

static void
test_own_chain_without_rule(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	load_msg(&l, NFT_MSG_NEWCHAIN, NLM_F_CREATE, IPV4);
	nl_put_string(&l.w, NFTA_CHAIN_TABLE, "t");
	nl_put_be32(&l.w, NFTA_CHAIN_ID, 9);
	nl_put_be32(&l.w, NFTA_CHAIN_FLAGS, NFT_CHAIN_BINDING);
	assert_int_equal(load_send(&l), 0);
	assert_int_equal(load_end(&l), -EINVAL);
	assert_int_equal(load_count(&l, NFT_MSG_GETCHAIN, 0), 2);
}

/* A rule at a place: its mark is what a packet gets that passes all. */
static int
add_at(uint16_t flags, uint16_t attr, uint64_t handle, uint32_t mark)
{
	size_t data;

	load_msg(&l, NFT_MSG_NEWRULE, flags, IPV4);
	nl_put_string(&l.w, NFTA_RULE_TABLE, "t");
	nl_put_string(&l.w, NFTA_RULE_CHAIN, "c");
	if (attr)
		nl_put_be64(&l.w, attr, handle);
	l.list = nl_begin(&l.w, NFTA_RULE_EXPRESSIONS);
	load_meta(&l, NFT_META_MARK, NFT_REG_1);
	data = load_expr(&l, "bitwise");	/* mark * 16 + own */
	nl_put_be32(&l.w, NFTA_BITWISE_SREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_BITWISE_DREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_BITWISE_LEN, 4);
	nl_put_be32(&l.w, NFTA_BITWISE_OP, NFT_BITWISE_LSHIFT);
	load_data(&l, NFTA_BITWISE_DATA, &(uint32_t){ 4 }, 4);
	load_expr_end(&l, data);
	data = load_expr(&l, "bitwise");
	nl_put_be32(&l.w, NFTA_BITWISE_SREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_BITWISE_DREG, NFT_REG_1);
	nl_put_be32(&l.w, NFTA_BITWISE_LEN, 4);
	nl_put_be32(&l.w, NFTA_BITWISE_OP, NFT_BITWISE_OR);
	load_data(&l, NFTA_BITWISE_DATA, &mark, 4);
	load_expr_end(&l, data);
	data = load_expr(&l, "meta");
	nl_put_be32(&l.w, NFTA_META_KEY, NFT_META_MARK);
	nl_put_be32(&l.w, NFTA_META_SREG, NFT_REG_1);
	load_expr_end(&l, data);
	return load_rule_end(&l);
}

static uint32_t
order(void)
{
	load_packet(&l, IPPROTO_TCP, 1, 2);
	load_run(&l, HOOK_INPUT);
	return l.packet.mark;
}

static void
test_places(void **state)
{
	enum { NEW = NLM_F_CREATE, APPEND = NLM_F_CREATE | NLM_F_APPEND };

	(void)state;
	make_table();		/* handles 1 and 2 */
	load_begin(&l);
	add_at(APPEND, 0, 0, 1);			/* 3 */
	add_at(APPEND, 0, 0, 2);			/* 4 */
	add_at(NEW, 0, 0, 3);				/* 5: first */
	add_at(NEW, NFTA_RULE_POSITION, 4, 4);		/* 6: before 4 */
	add_at(APPEND, NFTA_RULE_POSITION, 3, 5);	/* 7: behind 3 */
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(order(), 0x31542);
	load_begin(&l);
	add_at(NLM_F_REPLACE, NFTA_RULE_HANDLE, 7, 6);
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(order(), 0x31642);
	load_begin(&l);
	load_msg(&l, NFT_MSG_DELRULE, 0, IPV4);
	nl_put_string(&l.w, NFTA_RULE_TABLE, "t");
	nl_put_string(&l.w, NFTA_RULE_CHAIN, "c");
	nl_put_be64(&l.w, NFTA_RULE_HANDLE, 7);
	assert_int_equal(load_send(&l), 0);
	assert_int_equal(load_send(&l), -ENOENT);	/* twice */
	assert_int_equal(load_end(&l), -ENOENT);
	assert_int_equal(order(), 0x31642);
	load_begin(&l);
	assert_int_equal(add_at(NEW, NFTA_RULE_POSITION, 99, 1), -ENOENT);
	assert_int_equal(l.blamed, NFTA_RULE_POSITION);
	assert_int_equal(add_at(NEW | NLM_F_EXCL, NFTA_RULE_HANDLE, 3, 1),
			 -EEXIST);
	assert_int_equal(add_at(NEW, NFTA_RULE_HANDLE, 3, 1), -EOPNOTSUPP);
	assert_int_equal(add_at(0, 0, 0, 1), -EINVAL);
	nft_batch_abort(l.nft);
}

static void
test_rename(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	for (int i = 0; i < 2; i++) {
		load_msg(&l, NFT_MSG_NEWCHAIN, 0, IPV4);
		nl_put_string(&l.w, NFTA_CHAIN_TABLE, "t");
		nl_put_be64(&l.w, NFTA_CHAIN_HANDLE, 2);
		nl_put_string(&l.w, NFTA_CHAIN_NAME, i ? "c" : "new");
		assert_int_equal(load_send(&l), i ? -EEXIST : 0);
	}
	nft_batch_abort(l.nft);
	load_begin(&l);
	load_msg(&l, NFT_MSG_NEWCHAIN, 0, IPV4);
	nl_put_string(&l.w, NFTA_CHAIN_TABLE, "t");
	nl_put_be64(&l.w, NFTA_CHAIN_HANDLE, 2);
	nl_put_string(&l.w, NFTA_CHAIN_NAME, "new");
	load_send(&l);
	assert_int_equal(load_end(&l), 0);
	load_begin(&l);
	add_jump("c", NFT_JUMP, "new");
	assert_int_equal(load_end(&l), 0);
}

static void
test_dormant(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	load_base(&l, IPV4, "t", "d", "filter", INPUT, 0, NFT_VERDICT_DROP);
	assert_int_equal(load_end(&l), 0);
	for (uint32_t i = 0; i < 4; i++) {	/* asleep, awake, ... */
		bool undone = i >= 2;

		load_begin(&l);
		load_msg(&l, NFT_MSG_NEWTABLE, 0, IPV4);
		nl_put_string(&l.w, NFTA_TABLE_NAME, "t");
		nl_put_be32(&l.w, NFTA_TABLE_FLAGS, i % 2 ? 0 :
			    NFT_TABLE_F_DORMANT);
		load_send(&l);
		if (undone)
			add_jump("c", NFT_JUMP, "none");
		load_end(&l);
		assert_int_equal(load_run(&l, HOOK_INPUT), i == 0 ?
				 NFT_VERDICT_ACCEPT : NFT_VERDICT_DROP);
	}
}

static void
test_owner(void **state)
{
	(void)state;
	load_begin(&l);
	load_msg(&l, NFT_MSG_NEWTABLE, NLM_F_CREATE, IPV4);
	nl_put_string(&l.w, NFTA_TABLE_NAME, "mine");
	nl_put_be32(&l.w, NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
	load_send(&l);
	load_table(&l, IPV4, "t");
	assert_int_equal(load_end(&l), 0);
	l.portid = 200;
	load_begin(&l);
	assert_int_equal(load_chain(&l, IPV4, "mine", "x"), -EPERM);
	nft_batch_abort(l.nft);
	load_begin(&l);		/* flush ruleset leaves it alone */
	load_delete(&l, NFT_MSG_DELTABLE, 0, NULL, NULL);
	assert_int_equal(load_end(&l), 0);
	assert_int_equal(load_count(&l, NFT_MSG_GETTABLE, 0), 1);
	nft_port_gone(l.nft, 200);
	assert_int_equal(load_count(&l, NFT_MSG_GETTABLE, 0), 1);
	nft_port_gone(l.nft, 100);
	assert_int_equal(load_count(&l, NFT_MSG_GETTABLE, 0), 0);
}

/* The handles that one call to a dump lists. */
static int
next(struct nft_dump *d, size_t room, uint64_t *seen, bool *is_torn)
{
	uint8_t answer[4096];
	struct nl_writer w = nl_writer(answer, room);
	int more = nft_dump_next(d, &w);
	struct nl_reader r = nl_reader(w.base, w.used);
	struct nl_attr tb[NFTA_RULE_MAX + 1];
	struct nl_msg msg;

	while (nl_next_msg(&r, &msg)) {
		nl_parse(tb, NFTA_RULE_MAX, msg.body + 4, msg.body_len - 4,
			 NULL, NULL);
		*seen = *seen * 16 + nl_be64(&tb[NFTA_RULE_HANDLE]);
		*is_torn |= msg.flags & NLM_F_DUMP_INTR;
	}
	return more;
}

static struct nft_dump *
begin_dump(void)
{
	struct nl_msg msg = { .type = NFT_MSG_GETRULE };
	const struct nft_request request = { .msg = &msg };
	struct nft_dump *d;

	assert_int_equal(nft_dump_begin(l.nft, &request, &d), 0);
	return d;
}

static void
test_dump_survives(void **state)
{
	uint64_t seen = 0;
	bool is_torn = false;
	struct nft_dump *d;

	(void)state;
	make_table();
	load_begin(&l);
	for (uint32_t i = 0; i < 6; i++)
		add_at(NLM_F_CREATE | NLM_F_APPEND, 0, 0, i);
	assert_int_equal(load_end(&l), 0);
	d = begin_dump();
	assert_int_equal(next(d, 8, &seen, &is_torn), -EMSGSIZE);
	assert_int_equal(next(d, 600, &seen, &is_torn), 1);
	assert_int_equal(seen, 0x34);	/* 5 to 8 are to come */
	load_begin(&l);
	for (uint64_t handle = 5; handle < 7; handle++) {
		load_msg(&l, NFT_MSG_DELRULE, 0, IPV4);
		nl_put_string(&l.w, NFTA_RULE_TABLE, "t");
		nl_put_string(&l.w, NFTA_RULE_CHAIN, "c");
		nl_put_be64(&l.w, NFTA_RULE_HANDLE, handle);
		load_send(&l);
	}
	add_at(NLM_F_CREATE, 0, 0, 7);
	assert_int_equal(load_end(&l), 0);
	assert_false(is_torn);
	assert_int_equal(next(d, 4096, &seen, &is_torn), 0);
	assert_int_equal(seen, 0x3478);
	assert_true(is_torn);
	assert_true(nft_dump_is_torn(d));
	nft_dump_end(d);
	d = begin_dump();
	load_begin(&l);		/* even when all of it goes */
	load_delete(&l, NFT_MSG_DELTABLE, 0, NULL, NULL);
	assert_int_equal(load_end(&l), 0);
	seen = 0;
	assert_int_equal(next(d, 4096, &seen, &is_torn), 0);
	assert_int_equal(seen, 0);
	nft_dump_end(d);
}

/* Everything goes at the end, whatever there was. */
static void
test_end(void **state)
{
	(void)state;
	make_table();
	load_begin(&l);
	load_own_chain();
	load_own_chain();	/* the id stands for the first */
	load_end(&l);
	load_begin(&l);
	load_own_chain();	/* a batch that is never ended */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told_in_order, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_all_or_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_replaced_within_a_batch,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_generation, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_busy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_destroy_is_content,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_depth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_chain, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_own_chain_without_rule,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rename, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dormant, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_owner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dump_survives, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
