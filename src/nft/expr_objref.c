/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_objref.c - a packet meets a named object, or the one that a map
 * has for a key. */
#include "nft/expr_all.h"
#include "nft/object.h"
#include "nft/set_private.h"
#include "nft/tell.h"

struct objref {
	struct nft_object *object;
};

struct objref_map {
	struct nft_set *set;
	uint8_t sreg;
	struct nft_set_binding binding;
};

static const struct nft_expr_ops objref_map;

static const struct nl_policy policy[NFTA_OBJREF_MAX + 1] = {
	[NFTA_OBJREF_IMM_TYPE] = { .kind = NL_U32 },
	[NFTA_OBJREF_IMM_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_OBJREF_SET_SREG] = { .kind = NL_U32 },
	[NFTA_OBJREF_SET_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_OBJREF_SET_ID] = { .kind = NL_U32 },
};

static void
run(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	nft_object_ops(object)->eval(object, regs, ev);
}

/* Limits and their like can end a rule. */
static void
tell_object(struct nft_telling *t, struct nft_object *object)
{
	static const char *const kinds[] = {
		[NFT_OBJECT_COUNTER] = "counter", [NFT_OBJECT_QUOTA] = "quota",
		[NFT_OBJECT_CT_HELPER] = "ct helper",
		[NFT_OBJECT_LIMIT] = "limit",
		[NFT_OBJECT_CONNLIMIT] = "ct count",
		[NFT_OBJECT_TUNNEL] = "tunnel",
		[NFT_OBJECT_CT_TIMEOUT] = "ct timeout",
		[NFT_OBJECT_SECMARK] = "secmark",
		[NFT_OBJECT_CT_EXPECT] = "ct expectation",
		[NFT_OBJECT_SYNPROXY] = "synproxy",
	};
	const struct nft_object_ops *ops = nft_object_ops(object);
	const char *kind = ops->type < sizeof(kinds) / sizeof(kinds[0]) ?
			   kinds[ops->type] : NULL;

	strbuf_printf(&t->what, "%s name \"%s\"", kind ? kind : "object",
		      nft_object_name(object));
	if (!ops->tell)
		return;
	strbuf_puts(&t->what, ": ");
	ops->tell(t, object);
}

/* One object. */

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct objref *o = nft_priv(expr);
	int err = nft_object_find(load, &tb[NFTA_OBJREF_IMM_NAME],
				  nl_be32(&tb[NFTA_OBJREF_IMM_TYPE]),
				  &o->object);

	if (err)
		return err;
	if (!nft_object_ops(o->object)->eval)
		return -EOPNOTSUPP;
	nft_object_hold(o->object);
	return 0;
}

static void
activate(const struct nft_load *load, struct nft_expr *expr)
{
	struct objref *o = nft_priv(expr);

	(void)load;
	nft_object_hold(o->object);
}

static void
deactivate(const struct nft_load *load, struct nft_expr *expr,
	   enum nft_phase phase)
{
	struct objref *o = nft_priv(expr);

	(void)load;
	if (phase != NFT_PHASE_COMMIT)
		nft_object_release(o->object);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct objref *o = nft_priv(expr);

	run(o->object, regs, ev);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct objref *o = nft_priv(expr);

	(void)reset;
	nl_put_string(w, NFTA_OBJREF_IMM_NAME, nft_object_name(o->object));
	nl_put_be32(w, NFTA_OBJREF_IMM_TYPE, nft_object_ops(o->object)->type);
}

/* One by a map. */

static int
map_init(const struct nft_load *load, struct nft_expr *expr,
	 const struct nl_attr tb[])
{
	struct objref_map *o = nft_priv(expr);
	int err;

	err = nft_set_find(load, &tb[NFTA_OBJREF_SET_NAME],
			   &tb[NFTA_OBJREF_SET_ID], &o->set);
	if (err)
		return err;
	if (!(o->set->flags & NFT_SET_OBJECT))
		return -EINVAL;
	if (!nft_object_kind_runs(o->set->object_type))
		return -EOPNOTSUPP;
	err = nft_reg_load(load, &tb[NFTA_OBJREF_SET_SREG], &o->sreg,
			   nft_set_key_len(o->set));
	if (err)
		return err;
	o->binding.flags = NFT_SET_OBJECT;
	return nft_set_bind(load, o->set, &o->binding);
}

static void
map_activate(const struct nft_load *load, struct nft_expr *expr)
{
	struct objref_map *o = nft_priv(expr);

	nft_set_activate(load, o->set);
}

static void
map_deactivate(const struct nft_load *load, struct nft_expr *expr,
	       enum nft_phase phase)
{
	struct objref_map *o = nft_priv(expr);

	nft_set_deactivate(load, o->set, &o->binding, phase);
}

static void
map_fini(struct nft *nft, struct nft_expr *expr)
{
	struct objref_map *o = nft_priv(expr);

	nft_set_unbind(nft, o->set, &o->binding);
}

static void
map_eval(const struct nft_expr *expr, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const struct objref_map *o = nft_priv(expr);
	struct nft_elem elem;

	if (nft_set_lookup(ev->nft, o->set, &regs->word[o->sreg], &elem) &&
	    elem.object)
		run(elem.object, regs, ev);
	else
		regs->verdict = NFT_BREAK;
}

static void
map_dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct objref_map *o = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_OBJREF_SET_SREG, o->sreg);
	nl_put_string(w, NFTA_OBJREF_SET_NAME, nft_set_name(o->set));
}

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	(void)load;
	if (tb[NFTA_OBJREF_SET_SREG].data &&
	    (tb[NFTA_OBJREF_SET_NAME].data || tb[NFTA_OBJREF_SET_ID].data))
		return &objref_map;
	if (tb[NFTA_OBJREF_IMM_NAME].data && tb[NFTA_OBJREF_IMM_TYPE].data)
		return &nft_expr_objref;
	*err = -EOPNOTSUPP;
	return NULL;
}

static void
tell_map(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct objref_map *o = nft_priv(expr);
	struct nft_elem elem;
	bool found = set_lookup_key(o->set, &t->saw->word[o->sreg], &elem);

	nft_tell_key(t, o->sreg, nft_set_key_len(o->set));
	t->op = "in";
	set_tell(t, o->set);
	set_tell_found(t, o->set, o->sreg, found ? &elem : NULL);
}

static const struct nft_expr_ops objref_map = {
	.name = "objref",
	.size = sizeof(struct objref_map),
	.eval = map_eval,
	.init = map_init,
	.max_attr = NFTA_OBJREF_MAX,
	.policy = policy,
	.fini = map_fini,
	.activate = map_activate,
	.deactivate = map_deactivate,
	.dump = map_dump,
	.tell = tell_map,
};

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct objref *o = nft_priv(expr);

	tell_object(t, o->object);
}

const struct nft_expr_ops nft_expr_objref = {
	.name = "objref",
	.size = sizeof(struct objref),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_OBJREF_MAX,
	.policy = policy,
	.activate = activate,
	.deactivate = deactivate,
	.dump = dump,
	.select = choose,
	.tell = tell,
};
