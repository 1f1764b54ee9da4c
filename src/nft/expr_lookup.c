/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_lookup.c - is a key in a set; what does a map have for it? */
#include "nft/expr_all.h"
#include "nft/set_private.h"
#include "nft/tell.h"

enum { NO_DREG = 0xff };

struct lookup {
	struct nft_set *set;
	uint8_t sreg;
	uint8_t dreg;			/* NO_DREG: only whether it is there */
	bool is_inverted;
	struct nft_set_binding binding;
};

static const struct nl_policy policy[NFTA_LOOKUP_MAX + 1] = {
	[NFTA_LOOKUP_SET] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_LOOKUP_SREG] = { .kind = NL_U32 },
	[NFTA_LOOKUP_DREG] = { .kind = NL_U32 },
	[NFTA_LOOKUP_SET_ID] = { .kind = NL_U32 },
	[NFTA_LOOKUP_FLAGS] = { .kind = NL_U32, .is_be = true,
				.value_mask = NFT_LOOKUP_F_INV },
};

static int
parse_dreg(const struct nft_load *load, struct lookup *l,
	   const struct nl_attr *dreg)
{
	const struct nft_set *set = l->set;

	l->dreg = NO_DREG;
	if (!dreg->data)	/* an anonymous map is there for its data */
		return set->flags & NFT_SET_MAP && set_is_anonymous(set) ?
		       -EINVAL : 0;
	if (l->is_inverted || !(set->flags & NFT_SET_MAP))
		return -EINVAL;
	return nft_reg_store(load, dreg, &l->dreg, set_data_kind(set),
			     set->data_len);
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct lookup *l = nft_priv(expr);
	int err;

	if (!tb[NFTA_LOOKUP_SET].data || !tb[NFTA_LOOKUP_SREG].data)
		return -EINVAL;
	err = nft_set_find(load, &tb[NFTA_LOOKUP_SET], &tb[NFTA_LOOKUP_SET_ID],
			   &l->set);
	if (!err)
		err = nft_reg_load(load, &tb[NFTA_LOOKUP_SREG], &l->sreg,
				   nft_set_key_len(l->set));
	if (err)
		return err;
	l->is_inverted = nl_be32(&tb[NFTA_LOOKUP_FLAGS]) & NFT_LOOKUP_F_INV;
	err = parse_dreg(load, l, &tb[NFTA_LOOKUP_DREG]);
	if (err)
		return err;
	l->binding.flags = l->set->flags & NFT_SET_MAP;
	return nft_set_bind(load, l->set, &l->binding);
}

static void
activate(const struct nft_load *load, struct nft_expr *expr)
{
	struct lookup *l = nft_priv(expr);

	nft_set_activate(load, l->set);
}

static void
deactivate(const struct nft_load *load, struct nft_expr *expr,
	   enum nft_phase phase)
{
	struct lookup *l = nft_priv(expr);

	nft_set_deactivate(load, l->set, &l->binding, phase);
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct lookup *l = nft_priv(expr);

	nft_set_unbind(nft, l->set, &l->binding);
}

static void
copy_data(const struct lookup *l, const struct nft_data *data,
	  struct nft_regs *regs)
{
	uint32_t *to = &regs->word[l->dreg];
	uint32_t len = l->set->data_len;

	if (len % 4)			/* what pads a word is zero */
		to[len / 4] = 0;
	memcpy(to, data, len);
}

/* What is not in the set goes by its catch-all; so does, of 'not in', what
 * is in it, as in Linux. */
static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct lookup *l = nft_priv(expr);
	struct nft_elem elem;
	bool found = set_lookup_key(l->set, &regs->word[l->sreg], &elem);

	if (found == l->is_inverted) {
		found = set_lookup_catchall(l->set, &elem);
		if (!found) {
			regs->verdict = NFT_BREAK;
			return;
		}
	}
	if (!found)
		return;
	if (l->dreg != NO_DREG && elem.data)
		copy_data(l, elem.data, regs);
	set_run_elem(&elem, regs, ev);
}

static int
validate_data(const struct nft_load *load, const struct nft_data *data)
{
	struct nft_load deeper = *load;

	deeper.level++;
	if (data->verdict != NFT_JUMP && data->verdict != NFT_GOTO)
		return 0;
	return nft_chain_validate(&deeper, data->chain);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct lookup *l = nft_priv(expr);

	if (!(l->set->flags & NFT_SET_MAP) ||
	    set_data_kind(l->set) != NFT_DATA_JUDGEMENT)
		return 0;
	return nft_set_each_data(load, l->set, validate_data);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct lookup *l = nft_priv(expr);

	(void)reset;
	nl_put_string(w, NFTA_LOOKUP_SET, nft_set_name(l->set));
	nft_reg_dump(w, NFTA_LOOKUP_SREG, l->sreg);
	if (l->dreg != NO_DREG)
		nft_reg_dump(w, NFTA_LOOKUP_DREG, l->dreg);
	nl_put_be32(w, NFTA_LOOKUP_FLAGS,
		    l->is_inverted ? NFT_LOOKUP_F_INV : 0);
}

/* What the map had for it: a register holds that now. */
static void
tell_data(struct nft_telling *t, const struct lookup *l)
{
	struct nft_origin *o = &t->origin[l->dreg];
	enum nft_show show = nft_show_of_type(l->set->data_type);
	struct strbuf what;

	strbuf_init(&what, o->what, sizeof(o->what));
	strbuf_printf(&what, "value of map %s", nft_set_name(l->set));
	o->show = (uint8_t)show;
	o->len = (uint8_t)l->set->data_len;
	o->is_masked = false;
	strbuf_puts(&t->note, t->note.len ? "; gives " : "gives ");
	nft_put_value(t, &t->note, show, &t->left->word[l->dreg],
		      l->set->data_len);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct lookup *l = nft_priv(expr);
	uint32_t len = nft_set_key_len(l->set);
	struct nft_elem elem;
	bool found = set_lookup_key(l->set, &t->saw->word[l->sreg], &elem);

	t->is_question = true;
	t->op = l->is_inverted ? "not in" : "in";
	nft_tell_key(t, l->sreg, len);
	set_tell(t, l->set);
	set_tell_found(t, l->set, l->sreg, found ? &elem : NULL);
	if (l->dreg == NO_DREG || !t->holds)
		return;
	if (set_data_kind(l->set) == NFT_DATA_JUDGEMENT)
		return;		/* the rule's verdict is told by itself */
	tell_data(t, l);
}

const struct nft_expr_ops nft_expr_lookup_set = {
	.name = "lookup",
	.size = sizeof(struct lookup),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_LOOKUP_MAX,
	.policy = policy,
	.fini = fini,
	.activate = activate,
	.deactivate = deactivate,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
