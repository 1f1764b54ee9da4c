/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_notrack.c - 'notrack': this packet is not to be tracked. */
#include "nft/expr_all.h"
#include "nft/tracking.h"

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	struct clew_packet *packet = ev->path->packet;

	(void)expr;
	(void)regs;
	/* Tracked already, or about to be: a zone was set. */
	if (nft_conn(ev) || nft_has_template(ev))
		return;
	packet->flags |= CLEW_PKT_NOTRACK;
	packet->ct_state = CLEW_CT_UNTRACKED;
}

const struct nft_expr_ops nft_expr_notrack = {
	.name = "notrack",
	.eval = eval,
};
