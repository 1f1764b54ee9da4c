/* SPDX-License-Identifier: BSD-2-Clause
 * xt/testext.c - for tests: rules of one extension each, and what packets
 * come of them. */
#include "xt/testext.h"

#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft/request.h"
#include "xt/expr.h"

enum { INFO_MOST = 4096 };

static uint8_t
family_of(const struct ext_use *use)
{
	return use->family ? use->family : NFPROTO_IPV4;
}

static const char *
table_of(const struct ext_use *use)
{
	return use->table ? use->table : "filter";
}

static uint8_t
hook_of(const struct ext_use *use)
{
	return use->hook == -1 ? 0 : use->hook == 0 ? 1 : (uint8_t)use->hook;
}

/* All tables go, by a request that names none. */
static void
clear(struct load *l)
{
	load_begin(l);
	load_msg(l, NFT_MSG_DELTABLE, 0, NFPROTO_UNSPEC);
	load_send(l);
	load_end(l);
}

static void
put_expr(struct load *l, const struct ext_use *use)
{
	static uint8_t info[INFO_MOST];
	size_t data = load_expr(l, use->kind == XT_MATCH ? "match" : "target");
	uint16_t len = use->len;

	memset(info, 0, sizeof(info));
	memcpy(info, use->info, len);
	if (!use->is_cut)
		len = (len + 7u) & ~7u;
	nl_put_string(&l->w, NFTA_MATCH_NAME, use->name);
	nl_put_be32(&l->w, NFTA_MATCH_REV, use->revision);
	nl_put(&l->w, NFTA_MATCH_INFO, info, len);
	load_expr_end(l, data);
}

static int
put_rule(struct load *l, const struct ext_use *use, const char *chain)
{
	load_msg(l, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
		 family_of(use));
	nl_put_string(&l->w, NFTA_RULE_TABLE, table_of(use));
	nl_put_string(&l->w, NFTA_RULE_CHAIN, chain);
	if (use->protocol) {
		size_t compat = nl_begin(&l->w, NFTA_RULE_COMPAT);

		nl_put_be32(&l->w, NFTA_RULE_COMPAT_PROTO, use->protocol);
		nl_put_be32(&l->w, NFTA_RULE_COMPAT_FLAGS,
			    use->is_not_protocol ? NFT_RULE_COMPAT_F_INV : 0);
		nl_end(&l->w, compat);
	}
	l->list = nl_begin(&l->w, NFTA_RULE_EXPRESSIONS);
	put_expr(l, use);
	if (use->kind == XT_MATCH)
		load_verdict(l, NFT_VERDICT_DROP, NULL);
	return load_rule_end(l);
}

static void
put_chain(struct load *l, const struct ext_use *use, const char *chain)
{
	load_table(l, family_of(use), table_of(use));
	load_base(l, family_of(use), table_of(use), chain,
		  use->type ? use->type : "filter", hook_of(use), 0,
		  NFT_VERDICT_ACCEPT);
	put_rule(l, use, chain);
}

int
ext_load(struct load *l, const struct ext_use *use)
{
	l->nft->config.expressions = xt_expressions;
	clear(l);
	load_begin(l);
	put_chain(l, use, "chain");
	return load_end(l);
}

int
ext_add(struct load *l, const struct ext_use *use)
{
	load_begin(l);
	put_chain(l, use, "another");
	return load_end(l);
}

bool
ext_matches(struct load *l, const struct ext_use *use)
{
	return load_run(l, hook_of(use)) == NFT_VERDICT_DROP;
}

bool
ext_refuses_lengths(struct load *l, struct ext_use use)
{
	static uint8_t info[INFO_MOST];
	uint16_t size = use.len, whole = (size + 7u) & ~7u;

	memcpy(info, use.info, size);
	use.info = info;
	use.is_cut = true;
	for (uint16_t len = 0; len <= 2 * whole; len++) {
		bool is_right = len >= size && ((len + 7u) & ~7u) == whole;

		use.len = len;
		if (ext_load(l, &use) != (is_right ? 0 : -EINVAL))
			return false;
	}
	return true;
}

uint16_t
ext_shown(struct load *l, const struct ext_use *use, void *info, size_t size)
{
	const struct nft_chain *chain =
		&l->nft->hooks[family_of(use)][hook_of(use)].at[0].base->chain;
	const struct nft_rule *rule = list_entry(chain->rules.next,
						 struct nft_rule, link);
	struct nl_attr tb[NFTA_EXPR_MAX + 1], in[NFTA_MATCH_MAX + 1];
	static uint8_t buffer[2 * INFO_MOST];
	struct nl_writer w = nl_writer(buffer, sizeof(buffer));
	const struct nl_attr *a = &in[NFTA_MATCH_INFO];

	nft_expr_dump(&w, 0, nft_rule_first(rule), false);
	nl_parse(tb, NFTA_EXPR_MAX, w.base, w.used, NULL, NULL);
	nl_parse_nested(in, NFTA_MATCH_MAX, &tb[NFTA_EXPR_DATA], NULL, NULL);
	memcpy(info, a->data, a->len < size ? a->len : size);
	return a->len;
}
