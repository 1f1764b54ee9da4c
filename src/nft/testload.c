/* SPDX-License-Identifier: BSD-2-Clause
 * nft/testload.c - for tests and benchmarks: a ruleset that is loaded by
 * netlink messages made here, and packets to run it on. */
#include "nft/testload.h"

#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "pkt/checksum.h"

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
notify(void *ctx, uint32_t group, const void *message, size_t size,
       uint32_t portid, bool echo)
{
	struct load *l = ctx;
	struct nl_reader r = nl_reader(message, size);
	struct nl_msg m;

	(void)portid;
	(void)echo;
	if (l->told_count == LOAD_TOLD_MOST || !nl_next_msg(&r, &m))
		return;
	l->told[l->told_count++] = (struct load_told){
		.group = group,
		.type = m.type & 0xff,
		.flags = m.flags,
	};
}

void
load_init(struct load *l)
{
	const struct clew_config config = {
		.seed = { 1, 2 },
		.start_ns = 1700000000000000000u,
	};
	struct nft_config rules = {
		.track = &l->track,
		.random = &l->random,
		.key = { { 3, 4 } },
		.notify = notify,
		.notify_ctx = l,
	};

	memset(l, 0, sizeof(*l));
	l->portid = 100;
	must(track_init(&l->track, &config) == 0);
	must(router_create(&l->router) == 0);
	random_init(&l->random, 5);
	rules.router = l->router;
	must(nft_create(&l->nft, &rules) == 0);
	l->in.pub = (struct clew_interface){ .index = 1, .name = "in0",
					     .group = 7 };
	l->out.pub = (struct clew_interface){ .index = 2, .name = "out0" };
	list_init(&l->in.addrs);
	list_init(&l->out.addrs);
	load_packet(l, IPPROTO_TCP, 1000, 80);
}

void
load_fini(struct load *l)
{
	nft_destroy(l->nft);
	router_destroy(l->router);
	track_fini(&l->track);
}

/* Batches. */

void
load_begin(struct load *l)
{
	l->err = nft_batch_begin(l->nft, 0, false);
}

int
load_end(struct load *l)
{
	if (l->err) {
		nft_batch_abort(l->nft);
		return l->err;
	}
	return nft_batch_commit(l->nft);
}

void
load_msg(struct load *l, uint16_t type, uint16_t flags, uint8_t family)
{
	struct nfgenmsg header = { .nfgen_family = family };

	l->w = nl_writer(l->buffer, sizeof(l->buffer));
	l->msg_type = type;
	l->msg_flags = flags;
	l->msg_family = family;
	l->msg = nl_begin_msg(&l->w, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 |
						type),
			      NLM_F_REQUEST | flags, ++l->seq, l->portid);
	nl_put_raw(&l->w, &header, sizeof(header));
}

static struct nft_request
request_of(struct load *l, struct nl_msg *msg)
{
	struct nl_reader r;

	must(nl_ok(&l->w));
	nl_end_msg(&l->w, l->msg);
	r = nl_reader(l->w.base, l->w.used);
	must(nl_next_msg(&r, msg));
	l->extack = (struct nl_extack){ 0 };
	return (struct nft_request){
		.msg = msg,
		.attrs = msg->body + sizeof(struct nfgenmsg),
		.attrs_len = msg->body_len - (uint32_t)sizeof(struct nfgenmsg),
		.family = l->msg_family,
		.portid = l->portid,
		.extack = &l->extack,
	};
}

int
load_send(struct load *l)
{
	struct nl_msg msg;
	struct nft_request request = request_of(l, &msg);
	int err = nft_batch_message(l->nft, &request);

	l->blamed = l->extack.bad ?
		    load16(l->extack.bad + 2) & NLA_TYPE_MASK : 0;
	if (err && !l->err)
		l->err = err;
	return err;
}

int
load_table(struct load *l, uint8_t family, const char *name)
{
	load_msg(l, NFT_MSG_NEWTABLE, NLM_F_CREATE, family);
	nl_put_string(&l->w, NFTA_TABLE_NAME, name);
	return load_send(l);
}

int
load_chain(struct load *l, uint8_t family, const char *table,
	   const char *name)
{
	load_msg(l, NFT_MSG_NEWCHAIN, NLM_F_CREATE, family);
	nl_put_string(&l->w, NFTA_CHAIN_TABLE, table);
	nl_put_string(&l->w, NFTA_CHAIN_NAME, name);
	return load_send(l);
}

int
load_base(struct load *l, uint8_t family, const char *table, const char *name,
	  const char *type, uint32_t hook, int32_t priority, uint32_t policy)
{
	size_t nest;

	load_msg(l, NFT_MSG_NEWCHAIN, NLM_F_CREATE, family);
	nl_put_string(&l->w, NFTA_CHAIN_TABLE, table);
	nl_put_string(&l->w, NFTA_CHAIN_NAME, name);
	nl_put_string(&l->w, NFTA_CHAIN_TYPE, type);
	nest = nl_begin(&l->w, NFTA_CHAIN_HOOK);
	nl_put_be32(&l->w, NFTA_HOOK_HOOKNUM, hook);
	nl_put_be32(&l->w, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	nl_end(&l->w, nest);
	nl_put_be32(&l->w, NFTA_CHAIN_POLICY, policy);
	return load_send(l);
}

/* Tables, chains and rules have their names in the same places. */
int
load_delete(struct load *l, uint16_t type, uint8_t family, const char *table,
	    const char *name)
{
	load_msg(l, type, 0, family);
	if (table)
		nl_put_string(&l->w, NFTA_CHAIN_TABLE, table);
	if (name)
		nl_put_string(&l->w, type == NFT_MSG_DELRULE ?
			      NFTA_RULE_CHAIN : NFTA_CHAIN_NAME, name);
	return load_send(l);
}

/* Rules. */

void
load_rule(struct load *l, uint8_t family, const char *table,
	  const char *chain)
{
	load_msg(l, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, family);
	nl_put_string(&l->w, NFTA_RULE_TABLE, table);
	nl_put_string(&l->w, NFTA_RULE_CHAIN, chain);
	l->list = nl_begin(&l->w, NFTA_RULE_EXPRESSIONS);
}

int
load_rule_end(struct load *l)
{
	nl_end(&l->w, l->list);
	return load_send(l);
}

size_t
load_expr(struct load *l, const char *name)
{
	nl_begin(&l->w, NFTA_LIST_ELEM);
	nl_put_string(&l->w, NFTA_EXPR_NAME, name);
	return nl_begin(&l->w, NFTA_EXPR_DATA);
}

void
load_expr_end(struct load *l, size_t data)
{
	/* Before the data there is the name; before that, the element. */
	size_t elem = data - 4;

	nl_end(&l->w, data);
	while (load16(l->buffer + elem + 2) !=
	       (NFTA_LIST_ELEM | NLA_F_NESTED))
		elem -= 4;
	nl_end(&l->w, elem);
}

void
load_meta(struct load *l, uint32_t key, uint32_t reg)
{
	size_t data = load_expr(l, "meta");

	nl_put_be32(&l->w, NFTA_META_KEY, key);
	nl_put_be32(&l->w, NFTA_META_DREG, reg);
	load_expr_end(l, data);
}

void
load_payload(struct load *l, uint32_t base, uint32_t offset, uint32_t len,
	     uint32_t reg)
{
	size_t data = load_expr(l, "payload");

	nl_put_be32(&l->w, NFTA_PAYLOAD_DREG, reg);
	nl_put_be32(&l->w, NFTA_PAYLOAD_BASE, base);
	nl_put_be32(&l->w, NFTA_PAYLOAD_OFFSET, offset);
	nl_put_be32(&l->w, NFTA_PAYLOAD_LEN, len);
	load_expr_end(l, data);
}

void
load_data(struct load *l, uint16_t attr, const void *value, uint16_t len)
{
	size_t nest = nl_begin(&l->w, attr);

	nl_put(&l->w, NFTA_DATA_VALUE, value, len);
	nl_end(&l->w, nest);
}

void
load_cmp(struct load *l, uint32_t reg, uint32_t op, const void *value,
	 uint16_t len)
{
	size_t data = load_expr(l, "cmp");

	nl_put_be32(&l->w, NFTA_CMP_SREG, reg);
	nl_put_be32(&l->w, NFTA_CMP_OP, op);
	load_data(l, NFTA_CMP_DATA, value, len);
	load_expr_end(l, data);
}

void
load_value(struct load *l, uint32_t reg, const void *value, uint16_t len)
{
	size_t data = load_expr(l, "immediate");

	nl_put_be32(&l->w, NFTA_IMMEDIATE_DREG, reg);
	load_data(l, NFTA_IMMEDIATE_DATA, value, len);
	load_expr_end(l, data);
}

void
load_verdict(struct load *l, int32_t code, const char *chain)
{
	size_t data = load_expr(l, "immediate"), value, verdict;

	nl_put_be32(&l->w, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	value = nl_begin(&l->w, NFTA_IMMEDIATE_DATA);
	verdict = nl_begin(&l->w, NFTA_DATA_VERDICT);
	nl_put_be32(&l->w, NFTA_VERDICT_CODE, (uint32_t)code);
	if (chain)
		nl_put_string(&l->w, NFTA_VERDICT_CHAIN, chain);
	nl_end(&l->w, verdict);
	nl_end(&l->w, value);
	load_expr_end(l, data);
}

void
load_counter(struct load *l)
{
	load_expr_end(l, load_expr(l, "counter"));
}

void
load_tcp_rule(struct load *l, uint8_t family, const char *table,
	      const char *chain, uint16_t port, int32_t verdict)
{
	const uint8_t tcp = IPPROTO_TCP;
	uint8_t be[2];

	put_be16(be, port);
	load_rule(l, family, table, chain);
	load_meta(l, NFT_META_L4PROTO, NFT_REG_1);
	load_cmp(l, NFT_REG_1, NFT_CMP_EQ, &tcp, 1);
	load_payload(l, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, NFT_REG_1);
	load_cmp(l, NFT_REG_1, NFT_CMP_EQ, be, 2);
	load_verdict(l, verdict, NULL);
	load_rule_end(l);
}

/* Listing. */

size_t
load_count(struct load *l, uint16_t type, uint8_t family)
{
	uint8_t answer[4096];
	struct nft_request request;
	struct nft_dump *dump;
	struct nl_msg msg;
	size_t count = 0;
	int more;

	load_msg(l, type, NLM_F_DUMP, family);
	request = request_of(l, &msg);
	must(nft_dump_begin(l->nft, &request, &dump) == 0);
	do {
		struct nl_writer w = nl_writer(answer, sizeof(answer));
		struct nl_reader r;

		more = nft_dump_next(dump, &w);
		must(more >= 0);
		r = nl_reader(w.base, w.used);
		while (nl_next_msg(&r, &msg))
			count++;
	} while (more);
	nft_dump_end(dump);
	return count;
}

/* The packets of the first counter among a rule's expressions. */
static uint64_t
counter_in(const struct nl_attr *list)
{
	struct nl_attr expr[NFTA_EXPR_MAX + 1];
	struct nl_attr counter[NFTA_COUNTER_MAX + 1], a;
	struct nl_reader r = nl_nested(list);

	while (nl_next(&r, &a)) {
		nl_parse_nested(expr, NFTA_EXPR_MAX, &a, NULL, NULL);
		if (!nl_string_is(&expr[NFTA_EXPR_NAME], "counter"))
			continue;
		nl_parse_nested(counter, NFTA_COUNTER_MAX,
				&expr[NFTA_EXPR_DATA], NULL, NULL);
		return nl_be64(&counter[NFTA_COUNTER_PACKETS]);
	}
	return UINT64_MAX;
}

uint64_t
load_packets(struct load *l, uint8_t family, const char *table,
	     const char *chain, uint64_t handle)
{
	struct nl_attr tb[NFTA_RULE_MAX + 1];
	uint8_t bytes[4096];
	struct nl_writer answer = nl_writer(bytes, sizeof(bytes));
	struct nft_request request;
	struct nl_reader r;
	struct nl_msg msg;

	load_msg(l, NFT_MSG_GETRULE, 0, family);
	nl_put_string(&l->w, NFTA_RULE_TABLE, table);
	nl_put_string(&l->w, NFTA_RULE_CHAIN, chain);
	nl_put_be64(&l->w, NFTA_RULE_HANDLE, handle);
	request = request_of(l, &msg);
	if (nft_get(l->nft, &request, &answer))
		return UINT64_MAX;
	r = nl_reader(answer.base, answer.used);
	must(nl_next_msg(&r, &msg));
	nl_parse(tb, NFTA_RULE_MAX, msg.body + sizeof(struct nfgenmsg),
		 msg.body_len - sizeof(struct nfgenmsg), NULL, NULL);
	return counter_in(&tb[NFTA_RULE_EXPRESSIONS]);
}

/* Packets. */

/* What rules answer with goes nowhere. */
static void
drop_answer(struct path *cause, const uint8_t *data, uint32_t len,
	    enum path_send how)
{
	(void)cause;
	(void)data;
	(void)len;
	(void)how;
}

static uint8_t *
copy_bytes(struct path *cause)
{
	static uint8_t bytes[LOAD_PACKET_MOST];
	const struct pkt *p = cause->p;

	if (p->have > sizeof(bytes))
		return NULL;
	return memcpy(bytes, p->ip, p->have);
}

static void
drop_copy(struct path *cause, uint8_t *copy, const struct route_result *route,
	  const struct iface *out)
{
	(void)cause;
	(void)copy;
	(void)route;
	(void)out;
}

static bool
stay(struct path *path, const struct iface *out,
     const union clew_addr *next_hop, bool itself)
{
	(void)path;
	(void)out;
	(void)next_hop;
	(void)itself;
	return false;
}

static const struct path_ops path_ops = {
	.send = drop_answer,
	.copy = copy_bytes,
	.send_copy = drop_copy,
	.leave = stay,
};

static void
begin_cut_path(struct load *l, uint32_t have, uint32_t size)
{
	l->p.flags = CLEW_PKT_CSUM_OK;
	pkt_parse(&l->p, l->bytes, have, size);
	l->packet = (struct clew_packet){ .data = l->bytes, .caplen = size,
					  .len = size };
	l->pass.conn = NULL;
	l->path = (struct path){
		.p = &l->p,
		.packet = &l->packet,
		.pass = &l->pass,
		.track = &l->track,
		.router = l->router,
		.random = &l->random,
		.ops = &path_ops,
		.in = &l->in,
		.out = &l->out,
		.room = l->room,
		.room_size = sizeof(l->room),
	};
}

static void
begin_path(struct load *l, uint32_t size)
{
	begin_cut_path(l, size, size);
}

void
load_bytes(struct load *l, const void *bytes, uint32_t have, uint32_t size)
{
	must(have <= size && have <= sizeof(l->bytes));
	memcpy(l->bytes, bytes, have);
	begin_cut_path(l, have, size);
}

static void
put_ports(uint8_t *l4, uint8_t protocol, uint16_t sport, uint16_t dport)
{
	memset(l4, 0, 20);
	put_be16(l4, sport);
	put_be16(l4 + 2, dport);
	if (protocol == IPPROTO_TCP) {
		l4[12] = 5 << 4;
		l4[13] = 2;
	} else {
		put_be16(l4 + 4, 20);
	}
}

void
load_packet(struct load *l, uint8_t protocol, uint16_t sport, uint16_t dport)
{
	static const uint8_t header[20] = {
		0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 0, 0, 0,
		10, 0, 0, 1, 192, 0, 2, 1,
	};

	memcpy(l->bytes, header, sizeof(header));
	l->bytes[9] = protocol;
	put_be16(l->bytes + 10, (uint16_t)~checksum_fold(
			checksum_add(0, l->bytes, 20)));
	put_ports(l->bytes + 20, protocol, sport, dport);
	begin_path(l, 40);
}

void
load_packet6(struct load *l, uint8_t protocol, uint16_t sport, uint16_t dport)
{
	memset(l->bytes, 0, 60);
	l->bytes[0] = 0x60;
	l->bytes[5] = 20;
	l->bytes[6] = protocol;
	l->bytes[7] = 64;
	l->bytes[8] = l->bytes[24] = 0x20;
	l->bytes[23] = 1;
	l->bytes[39] = 2;
	put_ports(l->bytes + 40, protocol, sport, dport);
	begin_path(l, 60);
}

uint32_t
load_run(struct load *l, uint8_t hook)
{
	const struct nft_hooked *chain;
	uint8_t family = l->p.family == CLEW_IPV4 ? NFPROTO_IPV4 :
						    NFPROTO_IPV6;
	size_t count;

	if (hook == HOOK_INGRESS || hook == HOOK_EGRESS)
		family = NFPROTO_NETDEV;
	chain = nft_hooked(l->nft, family, hook, &count);
	l->path.hook = hook;
	for (size_t i = 0; i < count; i++) {
		uint32_t verdict = nft_run_chain(l->nft, chain[i].base,
						 &l->path, NULL);

		if (verdict != NFT_VERDICT_ACCEPT)
			return verdict;
	}
	return NFT_VERDICT_ACCEPT;
}
