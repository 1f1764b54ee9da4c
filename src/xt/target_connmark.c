/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_connmark.c - 'CONNMARK': the connection's mark, from and to the
 * packet's. */
#include <linux/netfilter/xt_connmark.h>

#include "track/track.h"
#include "xt/xt.h"

enum { MARK_BITS = 32 };

static int
check_2(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_connmark_tginfo2 *info = ext->info;

	(void)load;
	return info->shift_dir > D_SHIFT_RIGHT ||
	       info->shift_bits >= MARK_BITS ? -EINVAL : 0;
}

static uint32_t
shifted(const struct xt_connmark_tginfo2 *info, uint32_t mark)
{
	return info->shift_dir == D_SHIFT_RIGHT ? mark >> info->shift_bits :
						  mark << info->shift_bits;
}

static void
set_mark(struct conn *c, uint32_t mark)
{
	if (c->mark == mark)
		return;
	c->mark = mark;
	conn_event(c, CLEW_IPCT_MARK);
}

static int32_t
run(const struct xt_connmark_tginfo2 *info, struct nft_eval *ev)
{
	uint32_t *mark = &ev->path->packet->mark;
	struct conn *c = nft_conn(ev);

	if (!c)
		return NFT_CONTINUE;
	switch (info->mode) {
	case XT_CONNMARK_SET:
		set_mark(c, shifted(info, (c->mark & ~info->ctmask) ^
					  info->ctmark));
		break;
	case XT_CONNMARK_SAVE:
		set_mark(c, (c->mark & ~info->ctmask) ^
			    shifted(info, *mark & info->nfmask));
		break;
	case XT_CONNMARK_RESTORE:
		*mark = (*mark & ~info->nfmask) ^
			shifted(info, c->mark & info->ctmask);
		break;
	}
	return NFT_CONTINUE;
}

static int32_t
target_1(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_connmark_tginfo1 *info = ext->info;
	const struct xt_connmark_tginfo2 unshifted = {
		.ctmark = info->ctmark,
		.ctmask = info->ctmask,
		.nfmask = info->nfmask,
		.mode = info->mode,
	};

	return run(&unshifted, ev);
}

static int32_t
target_2(const struct xt_ext *ext, struct nft_eval *ev)
{
	return run(ext->info, ev);
}

const struct xt_ops xt_target_connmark_1 = {
	.name = "CONNMARK",
	.kind = XT_TARGET,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_connmark_tginfo1),
	.target = target_1,
};

const struct xt_ops xt_target_connmark_2 = {
	.name = "CONNMARK",
	.kind = XT_TARGET,
	.revision = 2,
	.families = XT_IP,
	.size = sizeof(struct xt_connmark_tginfo2),
	.check = check_2,
	.target = target_2,
};
