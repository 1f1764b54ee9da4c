/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_nfqueue.c - 'NFQUEUE': what becomes of the packet is another
 * program's to say; see nft/expr_queue.c. */
#include <linux/netfilter/xt_NFQUEUE.h>

#include "nft/queue.h"
#include "xt/xt.h"

/* Of each revision the fields that it has. */
static struct xt_NFQ_info_v3
read_info(const struct xt_ext *ext)
{
	struct xt_NFQ_info_v3 info = { .queues_total = 1 };

	memcpy(&info, ext->info, ext->ops->size);
	return info;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct xt_NFQ_info_v3 info = read_info(ext);

	(void)load;
	if (info.queues_total == 0)
		return -EINVAL;
	if ((uint32_t)info.queuenum + info.queues_total - 1 > UINT16_MAX)
		return -ERANGE;
	if (info.flags > (ext->ops->revision == 2 ? NFQ_FLAG_BYPASS :
						    NFQ_FLAG_MASK))
		return -EINVAL;
	return 0;
}

/* There is one processor: its queue is the first. */
static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct xt_NFQ_info_v3 info = read_info(ext);
	uint16_t number = info.queuenum;

	if (info.queues_total > 1 && !(info.flags & NFQ_FLAG_CPU_FANOUT))
		number = nft_queue_choose(ev, number, info.queues_total);
	return nft_queue_verdict(number, info.flags & NFQ_FLAG_BYPASS);
}

#define NFQUEUE(rev, type, check_it)					\
	const struct xt_ops xt_target_nfqueue_##rev = {			\
		.name = "NFQUEUE",					\
		.kind = XT_TARGET,					\
		.revision = rev,					\
		.size = sizeof(type),					\
		.check = check_it,					\
		.target = target,					\
	}

NFQUEUE(0, struct xt_NFQ_info, NULL);
NFQUEUE(1, struct xt_NFQ_info_v1, check);
NFQUEUE(2, struct xt_NFQ_info_v2, check);
NFQUEUE(3, struct xt_NFQ_info_v3, check);
