/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr.c - the table of all expressions; making, copying, listing one. */
#include "nft/expr.h"

#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/rule.h"

/* For one family before those for all, where there are both. */
static const struct nft_expr_ops *const all[] = {
	&nft_expr_bitwise,
	&nft_expr_byteorder,
	&nft_expr_cmp,
	&nft_expr_connlimit,
	&nft_expr_counter,
	&nft_expr_ct,
	&nft_expr_dup,
	&nft_expr_dup_netdev,
	&nft_expr_dynset,
	&nft_expr_exthdr,
	&nft_expr_fib,
	&nft_expr_flow_offload,
	&nft_expr_fwd,
	&nft_expr_hash,
	&nft_expr_immediate,
	&nft_expr_last,
	&nft_expr_limit,
	&nft_expr_log,
	&nft_expr_lookup_set,
	&nft_expr_masq,
	&nft_expr_meta,
	&nft_expr_nat,
	&nft_expr_notrack,
	&nft_expr_numgen,
	&nft_expr_objref,
	&nft_expr_osf,
	&nft_expr_payload,
	&nft_expr_payload_set,
	&nft_expr_queue,
	&nft_expr_quota,
	&nft_expr_range,
	&nft_expr_redir,
	&nft_expr_reject,
	&nft_expr_rt,
	&nft_expr_socket,
	&nft_expr_synproxy,
	&nft_expr_tproxy,
	&nft_expr_tunnel,
	&nft_expr_xfrm,
};

static const struct nl_policy expr_policy[NFTA_EXPR_MAX + 1] = {
	[NFTA_EXPR_NAME] = { .kind = NL_STRING, .max = 127 },
	[NFTA_EXPR_DATA] = { .kind = NL_NESTED },
};

static bool
is_it(const struct nft_expr_ops *ops, uint8_t family,
      const struct nl_attr *name)
{
	return (!ops->families || ops->families & 1u << family) &&
	       nl_string_is(name, ops->name);
}

const struct nft_expr_ops *
nft_expr_lookup(const struct nft_load *load, const struct nl_attr *name)
{
	const struct nft_expr_ops *const *more;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (is_it(all[i], load->family, name))
			return all[i];
	}
	more = load->nft->config.expressions;
	for (; more && *more; more++) {
		if (is_it(*more, load->family, name))
			return *more;
	}
	return NULL;
}

int
nft_expr_parse(const struct nft_load *load, const struct nl_attr *attr,
	       struct nft_expr_draft *draft)
{
	struct nl_attr tb[NFTA_EXPR_MAX + 1];
	const struct nft_expr_ops *ops;
	int err;

	err = nl_parse_nested(tb, NFTA_EXPR_MAX, attr, expr_policy, NULL);
	if (err)
		return err;
	if (!tb[NFTA_EXPR_NAME].data)
		return -EINVAL;
	ops = nft_expr_lookup(load, &tb[NFTA_EXPR_NAME]);
	if (!ops)
		return -ENOENT;
	if (ops->max_attr > NFT_EXPR_ATTRS_MOST)
		return -E2BIG;
	err = nl_parse(draft->tb, ops->max_attr, tb[NFTA_EXPR_DATA].data,
		       tb[NFTA_EXPR_DATA].len, ops->policy, NULL);
	if (err)
		return err;
	if (ops->select) {
		ops = ops->select(load, draft->tb, &err);
		if (!ops)
			return err;
	}
	draft->ops = ops;
	draft->attr = *attr;
	return 0;
}

int
nft_expr_init(const struct nft_load *load, struct nft_expr *expr,
	      const struct nft_expr_draft *draft)
{
	int err = 0;

	expr->ops = draft->ops;
	memset(expr->data, 0, nft_expr_size(expr->ops) - sizeof(*expr));
	if (expr->ops->init)
		err = expr->ops->init(load, expr, draft->tb);
	return err;
}

void
nft_expr_fini(struct nft *nft, struct nft_expr *expr)
{
	if (expr->ops->fini)
		expr->ops->fini(nft, expr);
}

int
nft_expr_create(const struct nft_load *load, const struct nl_attr *attr,
		bool stateful, struct nft_expr **expr)
{
	struct nft_expr_draft draft;
	struct nft_expr *e;
	int err;

	*expr = NULL;
	err = nft_expr_parse(load, attr, &draft);
	if (err)
		return err;
	if (stateful && !(draft.ops->flags & NFT_EXPR_IS_STATEFUL))
		return -EOPNOTSUPP;
	e = nft_alloc(load->nft, nft_expr_size(draft.ops));
	if (!e)
		return -ENOMEM;
	err = nft_expr_init(load, e, &draft);
	if (err) {
		nft_free(load->nft, e, nft_expr_size(draft.ops));
		return err;
	}
	*expr = e;
	return 0;
}

int
nft_expr_clone(struct nft *nft, const struct nft_expr *from,
	       struct nft_expr **to)
{
	struct nft_expr *e;
	int err;

	*to = NULL;
	if (!from->ops->clone)
		return -EINVAL;
	e = nft_alloc(nft, nft_expr_size(from->ops));
	if (!e)
		return -ENOMEM;
	e->ops = from->ops;
	err = from->ops->clone(nft, e, from);
	if (err) {
		nft_free(nft, e, nft_expr_size(from->ops));
		return err;
	}
	*to = e;
	return 0;
}

void
nft_expr_destroy(struct nft *nft, struct nft_expr *expr)
{
	if (!expr)
		return;
	nft_expr_fini(nft, expr);
	nft_free(nft, expr, nft_expr_size(expr->ops));
}

void
nft_expr_dump(struct nl_writer *w, uint16_t attr_type,
	      const struct nft_expr *expr, bool reset)
{
	size_t nest = attr_type ? nl_begin_bare(w, attr_type) : 0;
	size_t data;

	nl_put_string(w, NFTA_EXPR_NAME, expr->ops->name);
	if (expr->ops->dump) {
		data = nl_begin_bare(w, NFTA_EXPR_DATA);
		expr->ops->dump(w, expr, reset);
		nl_end(w, data);
	}
	if (attr_type)
		nl_end(w, nest);
}
