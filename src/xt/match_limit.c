/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_limit.c - 'limit': a token bucket of the rule's own.
 *
 * In Linux credit is given per jiffy, as many as make 32000 in a second
 * whatever the jiffy's length; here a jiffy is a millisecond.  All sums are
 * of 32 bits, as there. */
#include <linux/netfilter/xt_limit.h>

#include "xt/packet.h"

enum {
	CREDIT_PER_MS = 32,
	CREDIT_PER_S = 32000,
};

struct limit {
	uint64_t filled_ms;
	uint32_t credit;
	uint32_t most;
	uint32_t cost;
};

/* 'interval': of one packet, in ten thousandths of a second. */
static uint32_t
credit_of(uint32_t interval)
{
	if (interval > UINT32_MAX / CREDIT_PER_S)
		return interval / XT_LIMIT_SCALE * CREDIT_PER_S;
	return interval * CREDIT_PER_S / XT_LIMIT_SCALE;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_rateinfo *info = ext->info;
	struct limit *limit = ext->own;
	uint32_t full = credit_of(info->avg * info->burst);

	if (!info->burst || full < credit_of(info->avg))
		return -ERANGE;
	/* A cost that is there already is one that Linux once told: iptables
	 * of old gives it back. */
	*limit = (struct limit){
		.filled_ms = load->nft->config.track->now_ms,
		.credit = full,
		.most = info->cost ? info->credit_cap : full,
		.cost = info->cost ? info->cost : credit_of(info->avg),
	};
	return 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct limit *limit = ext->own;
	uint64_t now = ev->path->track->now_ms;

	limit->credit += (uint32_t)(now - limit->filled_ms) * CREDIT_PER_MS;
	limit->filled_ms = now;
	if (limit->credit > limit->most)
		limit->credit = limit->most;
	if (limit->credit < limit->cost)
		return XT_NO;
	limit->credit -= limit->cost;
	return XT_YES;
}

const struct xt_ops xt_match_limit_0 = {
	.name = "limit",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_rateinfo),
	.shown = offsetof(struct xt_rateinfo, prev),
	.own = sizeof(struct limit),
	.check = check,
	.match = match,
};
