/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_dscp.c - 'DSCP' and 'TOS': the traffic class. */
#include <linux/netfilter/xt_DSCP.h>

#include "xt/write.h"
#include "xt/xt.h"

static int
dscp_check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_DSCP_info *info = ext->info;

	(void)load;
	return info->dscp > XT_DSCP_MAX ? -EDOM : 0;
}

/* The header's first two bytes, of either family. */
static uint8_t
class_of(const struct pkt *p)
{
	return p->family == CLEW_IPV4 ? p->ip[1] :
	       (uint8_t)(get_be16(p->ip) >> 4);
}

/* As Linux carries the checksum forward here: other than everywhere else,
 * so that a sum of nothing but ones comes out in its own way. */
static void
fix_checksum(uint8_t *ip, uint8_t from, uint8_t to)
{
	uint32_t check = get_be16(ip + IPV4_CHECK);

	check += from;
	if ((check + 1) >> 16)
		check = (check + 1) & 0xffff;
	check -= to;
	check += check >> 16;
	put_be16(ip + IPV4_CHECK, (uint16_t)check);
}

static int32_t
set_class(struct path *path, uint8_t class)
{
	bool is_ipv4 = path->p->family == CLEW_IPV4;
	uint8_t *ip = xt_writable(path, is_ipv4 ? IPV4_HEADER : IPV6_HEADER);

	if (!ip)
		return NFT_VERDICT_DROP;
	if (is_ipv4) {
		fix_checksum(ip, ip[1], class);
		ip[1] = class;
	} else {
		put_be16(ip, (uint16_t)((get_be16(ip) & 0xf00f) | class << 4));
	}
	return NFT_CONTINUE;
}

static bool
is_there(const struct path *path)
{
	return pkt_header(path->p, 0, IPV4_HEADER) == PKT_HEADER_OK;
}

static int32_t
dscp_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_DSCP_info *info = ext->info;
	uint8_t class;

	if (!is_there(ev->path))
		return NFT_VERDICT_DROP;
	class = class_of(ev->path->p);
	if (class >> XT_DSCP_SHIFT == info->dscp)
		return NFT_CONTINUE;
	return set_class(ev->path, (uint8_t)((class & ~XT_DSCP_MASK) |
					     info->dscp << XT_DSCP_SHIFT));
}

static int32_t
tos_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_tos_target_info *info = ext->info;
	uint8_t from, to;

	if (!is_there(ev->path))
		return NFT_VERDICT_DROP;
	from = class_of(ev->path->p);
	to = (uint8_t)((from & ~info->tos_mask) ^ info->tos_value);
	return from == to ? NFT_CONTINUE : set_class(ev->path, to);
}

const struct xt_ops xt_target_dscp_0 = {
	.name = "DSCP",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_DSCP_info),
	.table = "mangle",
	.check = dscp_check,
	.target = dscp_target,
};

const struct xt_ops xt_target_tos_1 = {
	.name = "TOS",
	.kind = XT_TARGET,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_tos_target_info),
	.table = "mangle",
	.target = tos_target,
};
