/* SPDX-License-Identifier: BSD-2-Clause
 * nft/watch.h - rules run slowly, for a packet that is explained. */
#ifndef NFT_WATCH_H
#define NFT_WATCH_H

#include "nft/trace.h"

/* A base chain begins; it ended by its policy. */
void nft_watch_chain(struct nft_eval *ev, const struct nft_base *base);
void nft_watch_policy(struct nft_eval *ev, const struct nft_base *base);

/* What eval.c's run_rules() does, and ev->path->watch is told of it; 'depth'
 * jumps deep.  => As run_rules(). */
const struct nft_rule_run *
nft_watch_rules(const struct nft_rule_run *rule, struct nft_regs *regs,
		struct nft_eval *ev, struct nft_tracer *tracer,
		unsigned depth);

#endif
