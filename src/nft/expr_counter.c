/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_counter.c - 'counter': packets and bytes. */
#include "nft/expr_all.h"
#include "nft/expr_fast.h"
#include "nft/tell.h"

static const struct nl_policy policy[NFTA_COUNTER_MAX + 1] = {
	[NFTA_COUNTER_BYTES] = { .kind = NL_U64 },
	[NFTA_COUNTER_PACKETS] = { .kind = NL_U64 },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_counter *counter = nft_priv(expr);

	counter->total = nft_alloc(load->nft, sizeof(*counter->total));
	if (!counter->total)
		return -ENOMEM;
	counter->total->packets = nl_be64(&tb[NFTA_COUNTER_PACKETS]);
	counter->total->bytes = nl_be64(&tb[NFTA_COUNTER_BYTES]);
	return 0;
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct nft_counter *counter = nft_priv(expr);

	nft_free(nft, counter->total, sizeof(*counter->total));
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	(void)regs;
	nft_counter_run(nft_priv(expr), ev);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_counter *counter = nft_priv(expr);

	nl_put_be64(w, NFTA_COUNTER_BYTES, counter->total->bytes);
	nl_put_be64(w, NFTA_COUNTER_PACKETS, counter->total->packets);
	if (reset)
		*counter->total = (struct nft_stats){ 0 };
}

static int
clone(struct nft *nft, struct nft_expr *to, const struct nft_expr *from)
{
	const struct nft_counter *old = nft_priv(from);
	struct nft_counter *counter = nft_priv(to);

	counter->total = nft_alloc(nft, sizeof(*counter->total));
	if (!counter->total)
		return -ENOMEM;
	*counter->total = *old->total;
	return 0;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_counter *counter = nft_priv(expr);

	strbuf_puts(&t->what, "counter");
	strbuf_printf(&t->note, "now packets %llu bytes %llu",
		      (unsigned long long)counter->total->packets,
		      (unsigned long long)counter->total->bytes);
}

const struct nft_expr_ops nft_expr_counter = {
	.name = "counter",
	.size = sizeof(struct nft_counter),
	.flags = NFT_EXPR_IS_STATEFUL,
	.run = NFT_RUN_COUNTER,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_COUNTER_MAX,
	.policy = policy,
	.fini = fini,
	.dump = dump,
	.clone = clone,
	.tell = tell,
};
