/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_cluster.c - 'cluster': the part of all connections that is this
 * node's, by the address of who began them, or the connection that expected
 * them; of an IPv6 address Linux takes the first four bytes alone. */
#include <linux/if_packet.h>
#include <linux/netfilter/xt_cluster.h>

#include "nft/jenkins.h"
#include "track/expect.h"
#include "xt/packet.h"

enum { HASHED = 4 };	/* bytes */

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_cluster_match_info *info = ext->info;

	if (info->total_nodes > XT_CLUSTER_NODES_MAX)
		return -EINVAL;
	if (info->node_mask >= 1ULL << info->total_nodes)
		return -EDOM;
	return xt_check_tracked(load);
}

/* All nodes hear what one of them is sent: by a multicast address of the link
 * that is no multicast address of IP.  Each takes it for its own. */
static void
take_for_own(const struct nft_eval *ev)
{
	union clew_addr dst;
	bool is_multicast;

	if (ev->path->pkttype != PACKET_MULTICAST ||
	    !xt_address(ev, false, &dst))
		return;
	is_multicast = ev->family == NFPROTO_IPV6 ? dst.bytes[0] == 0xff :
		       dst.bytes[0] >> 4 == 0xe;
	if (!is_multicast)
		ev->path->pkttype = PACKET_HOST;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_cluster_match_info *info = ext->info;
	const struct track *t = ev->path->track;
	const struct conn *c = nft_conn(ev);
	const struct conn_origin *origin;
	uint32_t hash, node;
	struct key key;

	take_for_own(ev);
	if (!c)
		return XT_NO;
	origin = conn_origin(t, c);
	if (origin)
		key = origin->key;
	else
		conn_key(t, c, CLEW_DIR_ORIG, &key);
	hash = jenkins_hash(key_addr(&key, 0), HASHED, info->hash_seed);
	node = (uint32_t)((uint64_t)hash * info->total_nodes >> 32);
	return xt_yes(!!(info->node_mask & 1u << node) !=
		      !!(info->flags & XT_CLUSTER_F_INV));
}

const struct xt_ops xt_match_cluster_0 = {
	.name = "cluster",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_cluster_match_info),
	.check = check,
	.match = match,
};
