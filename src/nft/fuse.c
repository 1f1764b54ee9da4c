/* SPDX-License-Identifier: BSD-2-Clause
 * nft/fuse.c - expressions that follow each other in most rules, made one. */
#include "nft/fuse.h"

#include <endian.h>

#include "nft/expr_all.h"

enum { PORTS = 4 };		/* bytes */

bool
nft_match_port_short(const struct nft_match_port *m, struct nft_regs *regs,
		     const struct nft_eval *ev)
{
	const struct nft_payload payload = {
		.offset = m->shift / 8,
		.base = NFT_PAYLOAD_TRANSPORT_HEADER,
		.dreg = m->reg,
		.len = (uint8_t)(__builtin_popcount(m->keep) / 8),
	};

	if (ev->l4proto != m->l4proto || !nft_payload_run(&payload, regs, ev))
		return false;
	nft_reg_put_u8(&regs->word[m->proto_reg], m->l4proto);
	if (m->proto_reg == m->reg)
		nft_payload_run(&payload, regs, ev);
	return nft_match_is(regs->word[m->reg], m->value, m->mask,
			    m->is_unequal);
}

static void
eval_meta(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	if (!nft_match_meta_run(nft_priv(expr), regs, ev))
		nft_break(regs);
}

static void
eval_payload(const struct nft_expr *expr, struct nft_regs *regs,
	     struct nft_eval *ev)
{
	if (!nft_match_payload_run(nft_priv(expr), regs, ev))
		nft_break(regs);
}

static void
eval_port(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	if (!nft_match_port_run(nft_priv(expr), regs, ev))
		nft_break(regs);
}

static void
eval_bits(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	(void)ev;
	if (!nft_match_bits_run(nft_priv(expr), regs))
		nft_break(regs);
}

static void
eval_name(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	if (!nft_match_name_run(nft_priv(expr), regs, ev))
		nft_break(regs);
}

static const struct nft_expr_ops name_ops = {
	.name = "meta, cmp",
	.size = sizeof(struct nft_match_name),
	.run = NFT_RUN_MATCH_NAME,
	.eval = eval_name,
};

static const struct nft_expr_ops bits_ops = {
	.name = "bitwise, cmp",
	.size = sizeof(struct nft_match_bits),
	.run = NFT_RUN_MATCH_BITS,
	.eval = eval_bits,
};

static const struct nft_expr_ops meta_ops = {
	.name = "meta, cmp",
	.run = NFT_RUN_MATCH_META,
	.size = sizeof(struct nft_match),
	.eval = eval_meta,
};

static const struct nft_expr_ops payload_ops = {
	.run = NFT_RUN_MATCH_PAYLOAD,
	.name = "payload, cmp",
	.size = sizeof(struct nft_match),
	.eval = eval_payload,
};

static const struct nft_expr_ops port_ops = {
	.run = NFT_RUN_PORT,
	.name = "meta, cmp, payload, cmp",
	.size = sizeof(struct nft_match_port),
	.eval = eval_port,
};

/* The comparison at 'e', if it is a simple one of that register. */
static const struct nft_cmp *
simple_cmp(const struct nft_expr *e, const struct nft_expr *end, uint8_t reg)
{
	const struct nft_cmp *cmp;

	if (e == end || e->ops != &nft_expr_cmp)
		return NULL;
	cmp = nft_priv(e);
	return cmp->mask && cmp->sreg == reg ? cmp : NULL;
}

static const struct nft_payload *
simple_payload(const struct nft_expr *e, const struct nft_expr *end)
{
	const struct nft_payload *payload;

	if (e == end || e->ops != &nft_expr_payload)
		return NULL;
	payload = nft_priv(e);
	if (payload->base != NFT_PAYLOAD_NETWORK_HEADER &&
	    payload->base != NFT_PAYLOAD_TRANSPORT_HEADER)
		return NULL;
	return payload;
}

static void
fill(struct nft_match *m, const struct nft_cmp *cmp)
{
	m->is_unequal = cmp->op == NFT_CMP_NEQ;
	m->value = cmp->value[0];
	m->mask = cmp->mask;
}

/* meta l4proto, cmp, payload of the transport header, cmp.
 * => What comes behind them; 'e' itself when it is not that. */
static const struct nft_expr *
fuse_port(const struct nft_expr *e, const struct nft_expr *end,
	  struct nft_expr *to)
{
	struct nft_match_port *m = nft_priv(to);
	const struct nft_meta *meta = nft_priv(e);
	const struct nft_expr *second = nft_expr_next(e), *third, *fourth;
	const struct nft_cmp *proto = simple_cmp(second, end, meta->reg);
	const struct nft_payload *payload;
	const struct nft_cmp *port;

	if (htole32(1) != 1)	/* words begin with their highest byte */
		return e;
	if (meta->key != NFT_META_L4PROTO || !proto ||
	    proto->op != NFT_CMP_EQ || proto->len != 1)
		return e;
	third = nft_expr_next(second);
	payload = simple_payload(third, end);
	if (!payload || payload->base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	    payload->offset + payload->len > PORTS)
		return e;
	fourth = nft_expr_next(third);
	port = simple_cmp(fourth, end, payload->dreg);
	if (!port)
		return e;
	to->ops = &port_ops;
	*m = (struct nft_match_port){
		.l4proto = *(const uint8_t *)proto->value,
		.proto_reg = meta->reg,
		.reg = payload->dreg,
		.shift = (uint8_t)(8 * payload->offset),
		.keep = UINT32_MAX >> 8 * (PORTS - payload->len),
		.is_unequal = port->op == NFT_CMP_NEQ,
		.value = port->value[0],
		.mask = port->mask,
	};
	return nft_expr_next(fourth);
}

/* An interface's name, or the beginning of one.  What lies behind a name's
 * NUL is not looked at. */
static const struct nft_expr *
fuse_name(const struct nft_expr *e, const struct nft_expr *end,
	  struct nft_expr *to)
{
	const struct nft_meta *meta = nft_priv(e);
	const struct nft_expr *second = nft_expr_next(e);
	struct nft_match_name *m = nft_priv(to);
	const struct nft_cmp *cmp;
	char value[CLEW_IFNAME_SIZE];
	size_t len;

	if ((meta->key != NFT_META_IIFNAME &&
	     meta->key != NFT_META_OIFNAME) ||
	    second == end || second->ops != &nft_expr_cmp)
		return e;
	cmp = nft_priv(second);
	if (cmp->sreg != meta->reg ||
	    (cmp->op != NFT_CMP_EQ && cmp->op != NFT_CMP_NEQ))
		return e;
	memcpy(value, cmp->value, sizeof(value));
	len = strnlen(value, cmp->len);
	for (size_t i = len; i < cmp->len; i++) {
		if (value[i])
			return e;
	}
	if (len < cmp->len)
		len++;			/* its NUL counts */
	to->ops = &name_ops;
	*m = (struct nft_match_name){
		.meta = *meta,
		.is_unequal = cmp->op == NFT_CMP_NEQ,
	};
	memcpy(m->value, value, len);
	memset(m->mask, 0xff, len);
	return nft_expr_next(second);
}

static const struct nft_expr *
fuse_meta(const struct nft_expr *e, const struct nft_expr *end,
	  struct nft_expr *to)
{
	const struct nft_meta *meta = nft_priv(e);
	const struct nft_expr *behind = fuse_port(e, end, to);
	const struct nft_cmp *cmp;
	struct nft_match *m = nft_priv(to);

	if (behind == e)
		behind = fuse_name(e, end, to);
	if (behind != e)
		return behind;
	cmp = simple_cmp(nft_expr_next(e), end, meta->reg);
	if (!cmp)
		return e;
	to->ops = &meta_ops;
	m->meta = *meta;
	fill(m, cmp);
	return nft_expr_next(nft_expr_next(e));
}

static const struct nft_expr *
fuse_payload(const struct nft_expr *e, const struct nft_expr *end,
	     struct nft_expr *to)
{
	const struct nft_payload *payload = simple_payload(e, end);
	const struct nft_cmp *cmp;
	struct nft_match *m = nft_priv(to);

	if (!payload)
		return e;
	cmp = simple_cmp(nft_expr_next(e), end, payload->dreg);
	if (!cmp)
		return e;
	to->ops = &payload_ops;
	m->payload = *payload;
	fill(m, cmp);
	return nft_expr_next(nft_expr_next(e));
}

static const struct nft_expr *
fuse_bits(const struct nft_expr *e, const struct nft_expr *end,
	  struct nft_expr *to)
{
	const struct nft_bitwise *b = nft_priv(e);
	const struct nft_cmp *cmp;
	struct nft_match_bits *m = nft_priv(to);

	if (b->op != NFT_BITWISE_BOOL || b->len > sizeof(b->mask[0]))
		return e;
	cmp = simple_cmp(nft_expr_next(e), end, b->dreg);
	if (!cmp)
		return e;
	to->ops = &bits_ops;
	*m = (struct nft_match_bits){
		.sreg = b->sreg,
		.dreg = b->dreg,
		.is_unequal = cmp->op == NFT_CMP_NEQ,
		.and = b->mask[0],
		.xor = b->value[0],
		.value = cmp->value[0],
		.mask = cmp->mask,
	};
	return nft_expr_next(nft_expr_next(e));
}

uint32_t
nft_fuse(const struct nft_rule *rule, void *out)
{
	const struct nft_expr *e = nft_rule_first(rule);
	const struct nft_expr *end = nft_rule_end(rule);
	struct nft_expr *to = out;

	while (e != end) {
		const struct nft_expr *behind = e;

		if (e->ops == &nft_expr_meta)
			behind = fuse_meta(e, end, to);
		else if (e->ops == &nft_expr_payload)
			behind = fuse_payload(e, end, to);
		else if (e->ops == &nft_expr_bitwise)
			behind = fuse_bits(e, end, to);
		if (behind == e) {
			memcpy(to, e, nft_expr_size(e->ops));
			behind = nft_expr_next(e);
		}
		e = behind;
		to = nft_expr_next(to);
	}
	return (uint32_t)((uintptr_t)to - (uintptr_t)out);
}
