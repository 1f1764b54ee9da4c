/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_connlabel.c - 'connlabel': a label of the connection; with --set
 * it is put on if it was not there. */
#include <linux/netfilter/xt_connlabel.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_connlabel_mtinfo *info = ext->info;
	int err;

	if (info->options & ~(XT_CONNLABEL_OP_INVERT | XT_CONNLABEL_OP_SET))
		return -EINVAL;
	err = xt_check_tracked(load);
	if (!err && info->bit > XT_CONNLABEL_MAXBIT)
		err = -ERANGE;
	return err;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_connlabel_mtinfo *info = ext->info;
	bool is_inverted = info->options & XT_CONNLABEL_OP_INVERT;
	uint32_t labels[CLEW_LABELS_SIZE / 4] = { 0 };
	struct track *t = ev->path->track;
	struct conn *c = nft_conn(ev);
	const struct conn_ext *extra;

	if (!c)
		return xt_yes(is_inverted);
	((uint8_t *)labels)[info->bit / 8] = (uint8_t)(1u << info->bit % 8);
	extra = track_ext(t, c);
	if (extra && extra->has_labels &&
	    extra->labels[info->bit / 8] & 1u << info->bit % 8)
		return xt_yes(!is_inverted);
	if (!(info->options & XT_CONNLABEL_OP_SET))
		return xt_yes(is_inverted);
	return xt_yes(nft_ct_add_labels(t, c, labels) != is_inverted);
}

const struct xt_ops xt_match_connlabel_0 = {
	.name = "connlabel",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_connlabel_mtinfo),
	.check = check,
	.match = match,
};
