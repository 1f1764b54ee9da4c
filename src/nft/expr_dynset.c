/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_dynset.c - packets add elements to a set, renew or delete them. */
#include "nft/expr_all.h"
#include "nft/set_private.h"
#include "nft/tell.h"

struct dynset {
	struct nft_set *set;
	uint8_t op;			/* NFT_DYNSET_OP_* */
	uint8_t key;			/* registers */
	uint8_t data;
	bool is_inverted;
	uint8_t expr_count;
	uint64_t timeout_ms;		/* 0: the set's */
	struct nft_expr *expr[SET_EXPRS];
	struct nft_set_binding binding;
};

static const struct nl_policy policy[NFTA_DYNSET_MAX + 1] = {
	[NFTA_DYNSET_SET_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_DYNSET_SET_ID] = { .kind = NL_U32 },
	[NFTA_DYNSET_OP] = { .kind = NL_U32, .is_be = true, .value_max = 255 },
	[NFTA_DYNSET_SREG_KEY] = { .kind = NL_U32 },
	[NFTA_DYNSET_SREG_DATA] = { .kind = NL_U32 },
	[NFTA_DYNSET_TIMEOUT] = { .kind = NL_U64 },
	[NFTA_DYNSET_EXPR] = { .kind = NL_NESTED },
	[NFTA_DYNSET_FLAGS] = { .kind = NL_U32 },
	[NFTA_DYNSET_EXPRESSIONS] = { .kind = NL_NESTED },
};

static void
drop_exprs(struct nft *nft, struct dynset *d)
{
	while (d->expr_count)
		nft_expr_destroy(nft, d->expr[--d->expr_count]);
}

static int
add_expr(const struct nft_load *load, struct dynset *d,
	 const struct nl_attr *attr)
{
	const struct nft_set *set = d->set;
	uint8_t n = d->expr_count;
	int err = elem_expr_create(load, d->set, attr, &d->expr[n]);

	if (err)
		return err;
	d->expr_count++;
	if (!set->expr_count)
		return 0;
	if (n >= set->expr_count)
		return -EINVAL;
	return d->expr[n]->ops != set->expr[n]->ops ? -EOPNOTSUPP : 0;
}

static int
add_expr_list(const struct nft_load *load, struct dynset *d,
	      const struct nl_attr *list)
{
	struct nl_reader r = nl_nested(list);
	struct nl_attr a;
	int err = 0;

	while (!err && nl_next(&r, &a)) {
		if (d->expr_count == SET_EXPRS)
			return -E2BIG;
		if (a.type != NFTA_LIST_ELEM)
			return -EINVAL;
		err = add_expr(load, d, &a);
	}
	if (!err && d->set->expr_count && d->set->expr_count != d->expr_count)
		err = -EOPNOTSUPP;
	return err;
}

static int
clone_set_exprs(const struct nft_load *load, struct dynset *d)
{
	while (d->expr_count < d->set->expr_count) {
		int err = nft_expr_clone(load->nft,
					 d->set->expr[d->expr_count],
					 &d->expr[d->expr_count]);

		if (err)
			return err;
		d->expr_count++;
	}
	return 0;
}

/* What every element that it adds gets a copy of. */
static int
parse_exprs(const struct nft_load *load, struct dynset *d,
	    const struct nl_attr tb[], uint32_t flags)
{
	const struct nl_attr *one = &tb[NFTA_DYNSET_EXPR];
	const struct nl_attr *many = &tb[NFTA_DYNSET_EXPRESSIONS];
	int err;

	if ((one->data || many->data) && !(d->set->flags & NFT_SET_EVAL))
		return -EINVAL;
	if (one->data) {
		err = add_expr(load, d, one);
		if (!err && d->set->expr_count > 1)
			err = -EOPNOTSUPP;
	} else if (many->data) {
		err = flags & NFT_DYNSET_F_EXPR ?
		      add_expr_list(load, d, many) : -EINVAL;
	} else {
		err = clone_set_exprs(load, d);
	}
	if (err)
		drop_exprs(load->nft, d);
	return err;
}

static int
parse_data_reg(const struct nft_load *load, struct dynset *d,
	       const struct nl_attr *sreg)
{
	bool is_map = d->set->flags & NFT_SET_MAP;

	if (!sreg->data)
		return is_map ? -EINVAL : 0;
	if (!is_map || set_data_kind(d->set) == NFT_DATA_JUDGEMENT)
		return -EOPNOTSUPP;
	return nft_reg_load(load, sreg, &d->data, d->set->data_len);
}

static int
check_set(const struct nft_set *set)
{
	if (set->flags & NFT_SET_OBJECT || !set->can_update)
		return -EOPNOTSUPP;
	return set->flags & NFT_SET_CONSTANT ? -EBUSY : 0;
}

static int
parse(const struct nft_load *load, struct dynset *d,
      const struct nl_attr tb[])
{
	const struct nl_attr *timeout = &tb[NFTA_DYNSET_TIMEOUT];
	uint32_t flags = nl_be32(&tb[NFTA_DYNSET_FLAGS]);
	int err;

	if (!tb[NFTA_DYNSET_SET_NAME].data || !tb[NFTA_DYNSET_OP].data ||
	    !tb[NFTA_DYNSET_SREG_KEY].data)
		return -EINVAL;
	if (flags & ~(uint32_t)(NFT_DYNSET_F_INV | NFT_DYNSET_F_EXPR))
		return -EOPNOTSUPP;
	d->is_inverted = flags & NFT_DYNSET_F_INV;
	err = nft_set_find(load, &tb[NFTA_DYNSET_SET_NAME],
			   &tb[NFTA_DYNSET_SET_ID], &d->set);
	if (!err)
		err = check_set(d->set);
	if (err)
		return err;
	if (nl_be32(&tb[NFTA_DYNSET_OP]) > NFT_DYNSET_OP_DELETE)
		return -EOPNOTSUPP;
	d->op = (uint8_t)nl_be32(&tb[NFTA_DYNSET_OP]);
	if (timeout->data && !(d->set->flags & NFT_SET_TIMEOUT))
		return -EOPNOTSUPP;
	if (timeout->data)
		err = set_parse_ms(timeout, &d->timeout_ms);
	if (!err)
		err = nft_reg_load(load, &tb[NFTA_DYNSET_SREG_KEY], &d->key,
				   nft_set_key_len(d->set));
	if (!err)
		err = parse_data_reg(load, d, &tb[NFTA_DYNSET_SREG_DATA]);
	return err ? err : parse_exprs(load, d, tb, flags);
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct dynset *d = nft_priv(expr);
	int err = parse(load, d, tb);

	if (err)
		return err;
	err = nft_set_bind(load, d->set, &d->binding);
	if (err) {
		drop_exprs(load->nft, d);
		return err;
	}
	if (!d->set->size)		/* no set grows without end */
		d->set->size = SET_DYNAMIC_SIZE;
	return 0;
}

static void
activate(const struct nft_load *load, struct nft_expr *expr)
{
	struct dynset *d = nft_priv(expr);

	nft_set_activate(load, d->set);
}

static void
deactivate(const struct nft_load *load, struct nft_expr *expr,
	   enum nft_phase phase)
{
	struct dynset *d = nft_priv(expr);

	nft_set_deactivate(load, d->set, &d->binding, phase);
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct dynset *d = nft_priv(expr);

	drop_exprs(nft, d);
	nft_set_unbind(nft, d->set, &d->binding);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct dynset *d = nft_priv(expr);
	const uint32_t *key = &regs->word[d->key];
	const void *data = d->set->flags & NFT_SET_MAP ?
			   &regs->word[d->data] : NULL;
	struct nft_elem elem;

	if (d->op == NFT_DYNSET_OP_DELETE) {
		(void)nft_set_delete_dynamic(ev->nft, d->set, key);
		return;
	}
	if (nft_set_add_dynamic(ev->nft, d->set, key, data, d->timeout_ms,
				d->op == NFT_DYNSET_OP_UPDATE, d->expr,
				d->expr_count, &elem)) {
		if (!d->is_inverted)
			regs->verdict = NFT_BREAK;
		return;
	}
	set_run_elem(&elem, regs, ev);
	if (d->is_inverted)
		regs->verdict = NFT_BREAK;
}

static void
dump_exprs(struct nl_writer *w, const struct dynset *d, bool reset)
{
	size_t list;

	if (d->expr_count == 1)
		nft_expr_dump(w, NFTA_DYNSET_EXPR, d->expr[0], reset);
	if (d->expr_count < 2)
		return;
	list = nl_begin_bare(w, NFTA_DYNSET_EXPRESSIONS);
	for (uint8_t i = 0; i < d->expr_count; i++)
		nft_expr_dump(w, NFTA_LIST_ELEM, d->expr[i], reset);
	nl_end(w, list);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct dynset *d = nft_priv(expr);

	nft_reg_dump(w, NFTA_DYNSET_SREG_KEY, d->key);
	if (d->set->flags & NFT_SET_MAP)
		nft_reg_dump(w, NFTA_DYNSET_SREG_DATA, d->data);
	nl_put_be32(w, NFTA_DYNSET_OP, d->op);
	nl_put_string(w, NFTA_DYNSET_SET_NAME, nft_set_name(d->set));
	nl_put_be64(w, NFTA_DYNSET_TIMEOUT, d->timeout_ms);
	if (!d->set->expr_count)	/* else the set lists them */
		dump_exprs(w, d, reset);
	nl_put_be32(w, NFTA_DYNSET_FLAGS,
		    d->is_inverted ? NFT_DYNSET_F_INV : 0);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct dynset *d = nft_priv(expr);
	static const char *const ops[] = {
		[NFT_DYNSET_OP_ADD] = "added to",
		[NFT_DYNSET_OP_UPDATE] = "updated in",
		[NFT_DYNSET_OP_DELETE] = "deleted from",
	};
	struct nft_elem elem;

	nft_tell_key(t, d->key, nft_set_key_len(d->set));
	t->op = ops[d->op];
	set_tell(t, d->set);
	if (set_lookup_key(d->set, &t->saw->word[d->key], &elem))
		return;
	if (d->op != NFT_DYNSET_OP_DELETE)
		strbuf_puts(&t->note, "there is no room for it");
}

const struct nft_expr_ops nft_expr_dynset = {
	.name = "dynset",
	.size = sizeof(struct dynset),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_DYNSET_MAX,
	.policy = policy,
	.fini = fini,
	.activate = activate,
	.deactivate = deactivate,
	.dump = dump,
	.tell = tell,
};
