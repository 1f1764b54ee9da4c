/* SPDX-License-Identifier: BSD-2-Clause
 * xt/expr.c - nf_tables' expressions 'match' and 'target': an extension of
 * xtables, by name, revision and the bytes of its structure.
 *
 * Linux checks an extension's size, table, hook and protocol before it asks
 * the extension itself, and its place once more when the batch is committed;
 * so does this.  The structure and what the extension remembers are one block
 * behind a pointer, so that all copies of the expression share it. */
#include "nft/tell.h"
#include "xt/expr.h"

#include <linux/netfilter/nf_tables_compat.h>

#include "xt/xt.h"

/* The attributes of both are alike: NFTA_TARGET_* and NFTA_MATCH_*. */
static_assert((int)NFTA_TARGET_NAME == (int)NFTA_MATCH_NAME &&
	      (int)NFTA_TARGET_REV == (int)NFTA_MATCH_REV &&
	      (int)NFTA_TARGET_INFO == (int)NFTA_MATCH_INFO &&
	      (int)NFTA_TARGET_MAX == (int)NFTA_MATCH_MAX,
	      "one policy is for both");

enum {
	NAME_SIZE = 32,			/* more than any name has */
	HOOKS_OF_IP = 1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN |
		      1u << NF_INET_FORWARD | 1u << NF_INET_LOCAL_OUT |
		      1u << NF_INET_POST_ROUTING,
	FAMILIES = 1u << NFPROTO_IPV4 | 1u << NFPROTO_IPV6 |
		   1u << NFPROTO_INET | 1u << NFPROTO_BRIDGE |
		   1u << NFPROTO_ARP,
};

static const struct nl_policy policy[NFTA_MATCH_MAX + 1] = {
	[NFTA_MATCH_NAME] = { .kind = NL_NUL_STRING },
	[NFTA_MATCH_REV] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_MATCH_INFO] = { .kind = NL_BINARY },
};

static const struct nl_policy compat_policy[NFTA_RULE_COMPAT_MAX + 1] = {
	[NFTA_RULE_COMPAT_PROTO] = { .kind = NL_U32 },
	[NFTA_RULE_COMPAT_FLAGS] = { .kind = NL_U32 },
};

static uint32_t
padded(uint32_t size)
{
	return (size + 7u) & ~7u;	/* XT_ALIGN */
}

static uint32_t
block_size(const struct xt_ops *ops)
{
	return padded(ops->size) + ops->own;
}

static const struct xt_ops *
find(const struct nft_load *load, const struct nl_attr tb[],
     enum xt_kind kind)
{
	char name[NAME_SIZE];

	if (nl_string(&tb[NFTA_MATCH_NAME], name, sizeof(name)) >=
	    sizeof(name))
		return NULL;
	return xt_lookup(load->family, kind, name,
			 (uint8_t)nl_be32(&tb[NFTA_MATCH_REV]), NULL);
}

/* Targets that are built into the tables of old. */
static bool
is_builtin(const struct nl_attr *name)
{
	return nl_string_is(name, "") || nl_string_is(name, "standard") ||
	       nl_string_is(name, "ERROR");
}

/* Before any of the rule's expressions is made: is it there, and the structure
 * not shorter than it must be? */
static int
find_checked(const struct nft_load *load, const struct nl_attr tb[],
	     enum xt_kind kind)
{
	const struct xt_ops *xt;

	if (!tb[NFTA_MATCH_NAME].data || !tb[NFTA_MATCH_REV].data ||
	    !tb[NFTA_MATCH_INFO].data)
		return -EINVAL;
	if (kind == XT_TARGET && is_builtin(&tb[NFTA_TARGET_NAME]))
		return -EINVAL;
	xt = find(load, tb, kind);
	if (!xt)
		return -ENOENT;
	if (xt->refused)
		return xt_refuse(load, -EOPNOTSUPP, xt->refused);
	return xt->size > tb[NFTA_MATCH_INFO].len ? -EINVAL : 0;
}

/* NFTA_RULE_COMPAT: the protocol that the rule is for. */
static int
parse_protocol(const struct nft_load *load, struct xt_ext *ext)
{
	struct nl_attr tb[NFTA_RULE_COMPAT_MAX + 1];
	uint32_t flags, protocol;
	int err;

	if (!load->compat || !load->compat->data)
		return 0;
	err = nl_parse_nested(tb, NFTA_RULE_COMPAT_MAX, load->compat,
			      compat_policy, NULL);
	if (err)
		return err;
	if (!tb[NFTA_RULE_COMPAT_PROTO].data ||
	    !tb[NFTA_RULE_COMPAT_FLAGS].data)
		return -EINVAL;
	flags = nl_be32(&tb[NFTA_RULE_COMPAT_FLAGS]);
	protocol = nl_be32(&tb[NFTA_RULE_COMPAT_PROTO]);
	if (flags & ~(uint32_t)NFT_RULE_COMPAT_F_INV || protocol > UINT16_MAX)
		return -EINVAL;
	ext->protocol = (uint16_t)protocol;
	ext->is_not_protocol = flags & NFT_RULE_COMPAT_F_INV;
	return 0;
}

/* What holds for the extension wherever it is used, as xt_check_match() and
 * xt_check_target() ask it.  In arp's tables are only those made for them. */
static int
check(const struct nft_load *load, const struct xt_ext *ext, uint32_t len)
{
	const struct xt_ops *xt = ext->ops;

	if (padded(xt->size) != padded(len) ||
	    (load->family == NFPROTO_ARP && !xt->families) ||
	    (xt->table && strcmp(xt->table, load->table->named.name) != 0) ||
	    (xt->hooks && xt_hook_mask(load) & ~xt->hooks) ||
	    (xt->protocol && (xt->protocol != ext->protocol ||
			      ext->is_not_protocol)))
		return -EINVAL;
	return 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[], enum xt_kind kind)
{
	const struct nl_attr *info = &tb[NFTA_MATCH_INFO];
	struct xt_ext *ext = nft_priv(expr);
	int err;

	ext->ops = find(load, tb, kind);
	err = parse_protocol(load, ext);
	if (!err)
		err = check(load, ext, info->len);
	if (err)
		return err;
	ext->info = nft_alloc(load->nft, block_size(ext->ops));
	if (!ext->info)
		return -ENOMEM;
	ext->own = (char *)ext->info + padded(ext->ops->size);
	memcpy(ext->info, info->data, ext->ops->size);
	if (ext->ops->check)
		err = ext->ops->check(load, ext);
	if (err)
		nft_free(load->nft, ext->info, block_size(ext->ops));
	return err;
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct xt_ext *ext = nft_priv(expr);

	if (ext->ops->fini)
		ext->ops->fini(nft, ext);
	nft_free(nft, ext->info, block_size(ext->ops));
}

/* At commit, for each base chain that leads here. */
static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct xt_ext *ext = nft_priv(expr);
	const struct xt_ops *xt = ext->ops;
	int err;

	if (!(FAMILIES & 1u << load->family))
		return -EOPNOTSUPP;
	err = nft_chain_validate_hooks(load, HOOKS_OF_IP);
	if (err || !nft_chain_is_base(load->chain))
		return err;
	if (xt->hooks && !(xt_hook_mask(load) & xt->hooks))
		return -EINVAL;
	/* Tables have any name; of "nat" alone does Linux ask the type. */
	if (xt->table && strcmp(xt->table, "nat") == 0 &&
	    nft_base_of(load->chain)->type !=
	    (load->family == NFPROTO_BRIDGE ? NFT_CHAIN_FILTER :
					      NFT_CHAIN_NAT))
		return -EINVAL;
	return 0;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct xt_ext *ext = nft_priv(expr);
	const struct xt_ops *xt = ext->ops;
	uint64_t shown[256];
	uint32_t size = padded(xt->size);

	(void)reset;
	assert(size <= sizeof(shown));
	memset(shown, 0, size);
	memcpy(shown, ext->info, xt->shown ? xt->shown : xt->size);
	nl_put_string(w, NFTA_MATCH_NAME, xt->name);
	nl_put_be32(w, NFTA_MATCH_REV, xt->revision);
	nl_put(w, NFTA_MATCH_INFO, shown, size);
}

static const struct nft_expr_ops match_ops, target_ops;

static const struct nft_expr_ops *
match_select(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	*err = find_checked(load, tb, XT_MATCH);
	return *err ? NULL : &match_ops;
}

static int
match_init(const struct nft_load *load, struct nft_expr *expr,
	   const struct nl_attr tb[])
{
	return init(load, expr, tb, XT_MATCH);
}

static void
match_eval(const struct nft_expr *expr, struct nft_regs *regs,
	   struct nft_eval *ev)
{
	const struct xt_ext *ext = nft_priv(expr);

	switch (ext->ops->match(ext, ev)) {
	case XT_NO:
		regs->verdict = NFT_BREAK;
		break;
	case XT_YES:
		break;
	case XT_DROP:
		regs->verdict = NFT_VERDICT_DROP;
		break;
	}
}

static void
match_tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct xt_ext *ext = nft_priv(expr);

	t->is_question = true;
	strbuf_printf(&t->what, "match %s", ext->ops->name);
}

static const struct nft_expr_ops match_ops = {
	.name = "match",
	.size = sizeof(struct xt_ext),
	.eval = match_eval,
	.init = match_init,
	.max_attr = NFTA_MATCH_MAX,
	.policy = policy,
	.fini = fini,
	.validate = validate,
	.dump = dump,
	.select = match_select,
	.tell = match_tell,
};

static const struct nft_expr_ops *
target_select(const struct nft_load *load, const struct nl_attr tb[],
	      int *err)
{
	*err = find_checked(load, tb, XT_TARGET);
	return *err ? NULL : &target_ops;
}

static int
target_init(const struct nft_load *load, struct nft_expr *expr,
	    const struct nl_attr tb[])
{
	return init(load, expr, tb, XT_TARGET);
}

static void
target_eval(const struct nft_expr *expr, struct nft_regs *regs,
	    struct nft_eval *ev)
{
	const struct xt_ext *ext = nft_priv(expr);

	regs->verdict = ext->ops->target(ext, ev);
}

static void
target_tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct xt_ext *ext = nft_priv(expr);

	strbuf_printf(&t->what, "target %s", ext->ops->name);
}

static const struct nft_expr_ops target_ops = {
	.name = "target",
	.size = sizeof(struct xt_ext),
	.eval = target_eval,
	.init = target_init,
	.max_attr = NFTA_TARGET_MAX,
	.policy = policy,
	.fini = fini,
	.validate = validate,
	.dump = dump,
	.select = target_select,
	.tell = target_tell,
};

const struct nft_expr_ops *const xt_expressions[] = {
	&match_ops,
	&target_ops,
	NULL,
};
