/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_ttl.c - 'TTL' and 'HL': how many hops a packet may still go. */
#include <linux/netfilter_ipv4/ipt_TTL.h>
#include <linux/netfilter_ipv6/ip6t_HL.h>

#include "xt/write.h"
#include "xt/xt.h"

enum {
	IPV4_TTL = 8,
	IPV6_HOP_LIMIT = 7,
};

/* Both structures and their modes are alike. */
static_assert((int)IPT_TTL_SET == (int)IP6T_HL_SET &&
	      (int)IPT_TTL_INC == (int)IP6T_HL_INC &&
	      (int)IPT_TTL_DEC == (int)IP6T_HL_DEC &&
	      sizeof(struct ipt_TTL_info) == sizeof(struct ip6t_HL_info),
	      "one check is for both");

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ipt_TTL_info *info = ext->info;

	(void)load;
	return info->mode > IPT_TTL_MAXMODE ||
	       (info->mode != IPT_TTL_SET && info->ttl == 0) ? -EINVAL : 0;
}

static uint8_t
changed(const struct ipt_TTL_info *info, uint8_t ttl)
{
	switch (info->mode) {
	case IPT_TTL_SET:
		return info->ttl;
	case IPT_TTL_INC:
		return ttl > UINT8_MAX - info->ttl ?
		       UINT8_MAX : (uint8_t)(ttl + info->ttl);
	case IPT_TTL_DEC:
		return ttl < info->ttl ? 0 : (uint8_t)(ttl - info->ttl);
	}
	return ttl;
}

static int32_t
target_ipv4(const struct xt_ext *ext, struct nft_eval *ev)
{
	uint8_t *ip = xt_writable(ev->path, IPV4_HEADER), ttl;

	if (!ip)
		return NFT_VERDICT_DROP;
	ttl = changed(ext->info, ip[IPV4_TTL]);
	if (ttl != ip[IPV4_TTL]) {
		xt_fix_ipv4(ip, (uint16_t)(ip[IPV4_TTL] << 8),
			    (uint16_t)(ttl << 8));
		ip[IPV4_TTL] = ttl;
	}
	return NFT_CONTINUE;
}

static int32_t
target_ipv6(const struct xt_ext *ext, struct nft_eval *ev)
{
	uint8_t *ip = xt_writable(ev->path, IPV6_HEADER);

	if (!ip)
		return NFT_VERDICT_DROP;
	ip[IPV6_HOP_LIMIT] = changed(ext->info, ip[IPV6_HOP_LIMIT]);
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_ttl_0 = {
	.name = "TTL",
	.kind = XT_TARGET,
	.families = XT_IPV4,
	.size = sizeof(struct ipt_TTL_info),
	.table = "mangle",
	.check = check,
	.target = target_ipv4,
};

const struct xt_ops xt_target_hl_0 = {
	.name = "HL",
	.kind = XT_TARGET,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_HL_info),
	.table = "mangle",
	.check = check,
	.target = target_ipv6,
};
