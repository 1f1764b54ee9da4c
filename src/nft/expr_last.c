/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_last.c - 'last used': when a packet last came by. */
#include "nft/expr_all.h"
#include "nft/nft.h"

struct last_state {
	uint64_t when_ms;		/* on the engine's clock */
	bool is_set;
	const struct track *track;	/* whose clock it is */
};

struct last {
	struct last_state *state;
};

static const struct nl_policy policy[NFTA_LAST_MAX + 1] = {
	[NFTA_LAST_SET] = { .kind = NL_U32 },
	[NFTA_LAST_MSECS] = { .kind = NL_U64 },
};

static struct last_state *
create(struct nft *nft)
{
	struct last_state *state = nft_alloc(nft, sizeof(*state));

	if (state)
		state->track = nft->config.track;
	return state;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct last *last = nft_priv(expr);
	uint64_t ago_ms = nl_be64(&tb[NFTA_LAST_MSECS]);

	last->state = create(load->nft);
	if (!last->state)
		return -ENOMEM;
	last->state->is_set = nl_be32(&tb[NFTA_LAST_SET]) != 0;
	if (last->state->is_set && tb[NFTA_LAST_MSECS].data)
		last->state->when_ms = last->state->track->now_ms - ago_ms;
	return 0;
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct last *last = nft_priv(expr);

	nft_free(nft, last->state, sizeof(*last->state));
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct last *last = nft_priv(expr);

	(void)regs;
	last->state->when_ms = ev->path->track->now_ms;
	last->state->is_set = true;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct last *last = nft_priv(expr);
	const struct last_state *state = last->state;

	(void)reset;
	nl_put_be32(w, NFTA_LAST_SET, state->is_set);
	nl_put_be64(w, NFTA_LAST_MSECS, state->is_set ?
		    state->track->now_ms - state->when_ms : 0);
}

static int
clone(struct nft *nft, struct nft_expr *to, const struct nft_expr *from)
{
	struct last *last = nft_priv(to);

	(void)from;
	last->state = create(nft);
	return last->state ? 0 : -ENOMEM;
}

const struct nft_expr_ops nft_expr_last = {
	.name = "last",
	.size = sizeof(struct last),
	.flags = NFT_EXPR_IS_STATEFUL,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_LAST_MAX,
	.policy = policy,
	.fini = fini,
	.dump = dump,
	.clone = clone,
};
