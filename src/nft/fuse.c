/* SPDX-License-Identifier: BSD-2-Clause
 * nft/fuse.c - expressions that follow each other in most rules, made one. */
#include "nft/fuse.h"

#include "nft/expr_all.h"

static void
eval_meta(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	nft_match_meta_run(nft_priv(expr), regs, ev);
}

static void
eval_payload(const struct nft_expr *expr, struct nft_regs *regs,
	     struct nft_eval *ev)
{
	nft_match_payload_run(nft_priv(expr), regs, ev);
}

static void
eval_port(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	nft_match_port_run(nft_priv(expr), regs, ev);
}

const struct nft_expr_ops nft_match_meta_ops = {
	.name = "meta, cmp",
	.size = sizeof(struct nft_match),
	.eval = eval_meta,
};

const struct nft_expr_ops nft_match_payload_ops = {
	.name = "payload, cmp",
	.size = sizeof(struct nft_match),
	.eval = eval_payload,
};

const struct nft_expr_ops nft_match_port_ops = {
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

	if (meta->key != NFT_META_L4PROTO || !proto ||
	    proto->op != NFT_CMP_EQ || proto->len != 1)
		return e;
	third = nft_expr_next(second);
	payload = simple_payload(third, end);
	if (!payload || payload->base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	    (payload->len != 2 && payload->len != 4))
		return e;
	fourth = nft_expr_next(third);
	port = simple_cmp(fourth, end, payload->dreg);
	if (!port)
		return e;
	to->ops = &nft_match_port_ops;
	*m = (struct nft_match_port){
		.offset = payload->offset,
		.l4proto = *(const uint8_t *)proto->value,
		.proto_reg = meta->reg,
		.reg = payload->dreg,
		.len = payload->len,
		.is_unequal = port->op == NFT_CMP_NEQ,
		.value = port->value[0],
		.mask = port->mask,
	};
	return nft_expr_next(fourth);
}

static const struct nft_expr *
fuse_meta(const struct nft_expr *e, const struct nft_expr *end,
	  struct nft_expr *to)
{
	const struct nft_meta *meta = nft_priv(e);
	const struct nft_expr *behind = fuse_port(e, end, to);
	const struct nft_cmp *cmp;
	struct nft_match *m = nft_priv(to);

	if (behind != e)
		return behind;
	cmp = simple_cmp(nft_expr_next(e), end, meta->reg);
	if (!cmp)
		return e;
	to->ops = &nft_match_meta_ops;
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
	to->ops = &nft_match_payload_ops;
	m->payload = *payload;
	fill(m, cmp);
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
		if (behind == e) {
			memcpy(to, e, nft_expr_size(e->ops));
			behind = nft_expr_next(e);
		}
		e = behind;
		to = nft_expr_next(to);
	}
	return (uint32_t)((uintptr_t)to - (uintptr_t)out);
}
