/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_connbytes.c - 'connbytes': what a connection has carried. */
#include <linux/netfilter/xt_connbytes.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_connbytes_info *info = ext->info;
	int err;

	if (info->what > XT_CONNBYTES_AVGPKT ||
	    info->direction > XT_CONNBYTES_DIR_BOTH)
		return -EINVAL;
	err = xt_check_tracked(load);
	if (!err)	/* who asks for counters gets them */
		load->nft->config.track->set.acct = 1;
	return err;
}

/* Packets and bytes of the directions asked for. */
static struct clew_counter
traffic(const struct xt_connbytes_info *info, const struct track *t,
	const struct conn *c)
{
	const struct clew_counter *counter =
		track_acct(t, track_index(t, c))->counter;
	struct clew_counter sum = { 0 };

	if (info->direction != XT_CONNBYTES_DIR_REPLY)
		sum = counter[CLEW_DIR_ORIG];
	if (info->direction != XT_CONNBYTES_DIR_ORIGINAL) {
		sum.packets += counter[CLEW_DIR_REPLY].packets;
		sum.bytes += counter[CLEW_DIR_REPLY].bytes;
	}
	return sum;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_connbytes_info *info = ext->info;
	const struct conn *c = nft_conn(ev);
	struct clew_counter sum;
	uint64_t what;

	if (!c || !(c->status & CONN_ACCT))
		return XT_NO;
	sum = traffic(info, ev->path->track, c);
	if (info->what == XT_CONNBYTES_PKTS)
		what = sum.packets;
	else if (info->what == XT_CONNBYTES_BYTES)
		what = sum.bytes;
	else
		what = sum.packets ? sum.bytes / sum.packets : 0;
	if (info->count.to >= info->count.from)
		return xt_yes(what >= info->count.from &&
			      what <= info->count.to);
	return xt_yes(what < info->count.to || what > info->count.from);
}

const struct xt_ops xt_match_connbytes_0 = {
	.name = "connbytes",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_connbytes_info),
	.check = check,
	.match = match,
};
