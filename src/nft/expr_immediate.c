/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_immediate.c - a constant or a verdict into a register.
 *
 * A verdict may be a jump to a chain that is the rule's own ('jump { ... }'):
 * that chain lives, and goes, with the rule. */
#include "nft/expr_all.h"
#include "nft/expr_fast.h"
#include "nft/kinds.h"
#include "nft/tell.h"

enum { VALUE_MOST = 16 };

static const struct nl_policy policy[NFTA_IMMEDIATE_MAX + 1] = {
	[NFTA_IMMEDIATE_DREG] = { .kind = NL_U32 },
	[NFTA_IMMEDIATE_DATA] = { .kind = NL_NESTED },
};

static enum nft_data_type
type_of(const struct nft_immediate *imm)
{
	return imm->dreg == NFT_REG_VERDICT ? NFT_DATA_JUDGEMENT :
					      NFT_DATA_BYTES;
}

/* The chain that is jumped to, or NULL. */
static struct nft_chain *
target(const struct nft_immediate *imm)
{
	if (imm->dreg != NFT_REG_VERDICT ||
	    (imm->verdict != NFT_JUMP && imm->verdict != NFT_GOTO))
		return NULL;
	return imm->chain;
}

/* The chain that is the rule's own, or NULL. */
static struct nft_chain *
own_chain(const struct nft_immediate *imm)
{
	struct nft_chain *chain = target(imm);

	return chain && chain->flags & NFT_CHAIN_BINDING ? chain : NULL;
}

static void
to_data(const struct nft_immediate *imm, struct nft_data *data)
{
	memset(data, 0, sizeof(*data));
	if (imm->dreg == NFT_REG_VERDICT) {
		data->verdict = imm->verdict;
		data->chain = imm->chain;
	} else {
		memcpy(data->bytes, imm->value, sizeof(imm->value));
	}
}

static int
own(const struct nft_load *load, struct nft_chain *chain)
{
	if (load->chain->flags & NFT_CHAIN_BINDING)
		return -EOPNOTSUPP;
	if (chain->is_bound)
		return -EBUSY;
	if (!nft_use_inc(&chain->use))
		return -EMFILE;
	chain->is_bound = chain->is_owned = true;
	return 0;
}

static int
init_verdict(const struct nft_load *load, struct nft_immediate *imm,
	     const struct nft_data *data)
{
	struct nft_chain *chain;
	int err = 0;

	imm->verdict = data->verdict;
	imm->chain = data->chain;
	chain = own_chain(imm);
	if (chain)
		err = own(load, chain);
	if (err)
		nft_data_release(data, NFT_DATA_JUDGEMENT);
	return err;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_immediate *imm = nft_priv(expr);
	const struct nl_attr *dreg = &tb[NFTA_IMMEDIATE_DREG];
	struct nft_data_desc desc = { .size = VALUE_MOST };
	struct nft_data data;
	int err;

	if (!dreg->data || !tb[NFTA_IMMEDIATE_DATA].data)
		return -EINVAL;
	desc.type = nl_be32(dreg) == NFT_REG_VERDICT ? NFT_DATA_JUDGEMENT :
						       NFT_DATA_BYTES;
	err = nft_data_parse(load, &data, &desc, &tb[NFTA_IMMEDIATE_DATA]);
	if (err)
		return err;
	imm->len = (uint8_t)desc.len;
	err = nft_reg_store(load, dreg, &imm->dreg,
			    (enum nft_data_type)desc.type, desc.len);
	if (err) {
		nft_data_release(&data, (enum nft_data_type)desc.type);
		return err;
	}
	if (desc.type == NFT_DATA_JUDGEMENT)
		return init_verdict(load, imm, &data);
	memcpy(imm->value, data.bytes, sizeof(imm->value));
	return 0;
}

static struct nft_load
within(const struct nft_load *load, struct nft_chain *chain)
{
	struct nft_load inner = *load;

	inner.chain = chain;
	return inner;
}

static void
activate(const struct nft_load *load, struct nft_expr *expr)
{
	struct nft_immediate *imm = nft_priv(expr);
	struct nft_chain *chain = own_chain(imm);
	struct nft_data data;

	if (chain) {
		struct nft_load inner = within(load, chain);
		struct nft_rule *rule;

		list_each(rule, &chain->rules, link)
			nft_rule_activate(&inner, rule);
		nft_gen_keep(load->nft, &chain->named.inactive);
	}
	to_data(imm, &data);
	nft_data_hold(&data, type_of(imm));
}

static void
deactivate_chain(const struct nft_load *load, struct nft_chain *chain,
		 enum nft_phase phase)
{
	struct nft_load inner = within(load, chain);
	struct nft_rule *rule;

	if (phase == NFT_PHASE_PREPARE_ERROR) {
		/* Its own transactions see to it. */
		chain->is_bound = chain->is_owned = false;
		nft_use_dec(&chain->use);
		return;
	}
	list_each(rule, &chain->rules, link)
		nft_rule_deactivate(&inner, rule, phase);
	if (phase == NFT_PHASE_PREPARE) {
		nft_gen_delete(load->nft, &chain->named.inactive);
		return;
	}
	chain->is_bound = false;
	nft_use_dec(&chain->table->use);
	nft_chain_unlink(load->nft, chain);
}

static void
deactivate(const struct nft_load *load, struct nft_expr *expr,
	   enum nft_phase phase)
{
	struct nft_immediate *imm = nft_priv(expr);
	struct nft_chain *chain = own_chain(imm);
	struct nft_data data;

	if (chain)
		deactivate_chain(load, chain, phase);
	if (phase == NFT_PHASE_COMMIT)
		return;		/* let go when it was prepared */
	to_data(imm, &data);
	nft_data_release(&data, type_of(imm));
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct nft_chain *chain = own_chain(nft_priv(expr));
	struct nft_rule *rule, *then;

	if (!chain || !chain->is_owned)
		return;
	list_each_safe(rule, then, &chain->rules, link) {
		nft_rule_unlink(nft, rule);
		nft_rule_free(nft, rule);
	}
	nft_chain_free(chain);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	struct nft_chain *chain = target(nft_priv(expr));
	struct nft_load deeper = *load;

	if (!chain)
		return 0;
	deeper.level++;
	return nft_chain_validate(&deeper, chain);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_immediate *imm = nft_priv(expr);
	struct nft_data data;

	(void)reset;
	nft_reg_dump(w, NFTA_IMMEDIATE_DREG, imm->dreg);
	to_data(imm, &data);
	nft_data_dump(w, NFTA_IMMEDIATE_DATA, &data, type_of(imm), imm->len);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	(void)ev;
	nft_immediate_run(nft_priv(expr), regs);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_immediate *imm = nft_priv(expr);

	if (imm->dreg != NFT_REG_VERDICT) {
		nft_tell_load(t, imm->dreg, imm->len, NFT_SHOW_HEX, "value");
		return;
	}
	t->is_load = true;	/* the verdict is told by itself */
}

const struct nft_expr_ops nft_expr_immediate = {
	.name = "immediate",
	.size = sizeof(struct nft_immediate),
	.run = NFT_RUN_IMMEDIATE,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_IMMEDIATE_MAX,
	.policy = policy,
	.fini = fini,
	.activate = activate,
	.deactivate = deactivate,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
