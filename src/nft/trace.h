/* SPDX-License-Identifier: BSD-2-Clause
 * nft/trace.h - telling of every step of a packet that is traced. */
#ifndef NFT_TRACE_H
#define NFT_TRACE_H

#include "nft/blob.h"
#include "nft/nft.h"

/* One run of a base chain. */
struct nft_tracer {
	struct nft_eval *ev;
	const struct nft_chain *chain;	/* where the packet is */
	bool has_told;			/* the packet itself */
};

static inline void
nft_trace_begin(struct nft_tracer *tracer, struct nft_eval *ev,
		const struct nft_chain *chain)
{
	tracer->ev = ev;
	tracer->chain = chain;
	tracer->has_told = false;
}

void nft_trace_tell(struct nft_tracer *tracer, enum nft_trace_step step,
		    const struct nft_rule_run *rule,
		    const struct nft_regs *regs);

static inline void
nft_trace(struct nft_tracer *tracer, enum nft_trace_step step,
	  const struct nft_rule_run *rule, const struct nft_regs *regs)
{
	if (__builtin_expect(tracer->ev->path->is_traced, 0))
		nft_trace_tell(tracer, step, rule, regs);
}

/* After the rules of a chain: what the last one that ran has decided. */
static inline void
nft_trace_end(struct nft_tracer *tracer, const struct nft_rule_run *rule,
	      const struct nft_regs *regs)
{
	nft_trace(tracer, rule->is_last ? NFT_STEP_RETURN : NFT_STEP_RULE,
		  rule, regs);
}

#endif
