/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_helper.c - 'helper': packets of connections that a helper has
 * expected. */
#include <linux/netfilter/xt_helper.h>

#include "track/track.h"
#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct xt_helper_info *info = ext->info;

	info->name[sizeof(info->name) - 1] = '\0';
	return xt_check_tracked(load);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_helper_info *info = ext->info;

	const struct conn *c = nft_conn(ev);
	const char *name = c ? conn_master_helper(ev->path->track, c) : NULL;

	if (!name)
		return xt_yes(info->invert);
	/* No name: any will do.  Else Linux compares as much as the helper's
	 * has. */
	return xt_yes((info->name[0] == '\0' ||
		       !strncmp(name, info->name, strlen(name))) !=
		      !!info->invert);
}

const struct xt_ops xt_match_helper_0 = {
	.name = "helper",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_helper_info),
	.check = check,
	.match = match,
};
