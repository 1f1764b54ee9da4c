/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_icmp.c - 'icmp' and 'icmp6': type and code. */
#include <linux/in.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

#include "xt/packet.h"

enum {
	ICMP_SIZE = 8,
	TYPE_ANY = 0xff,	/* of IPv4 alone */
};

/* Both structures are the same. */
static_assert(sizeof(struct ipt_icmp) == sizeof(struct ip6t_icmp) &&
	      IPT_ICMP_INV == IP6T_ICMP_INV, "one match is for both");

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ipt_icmp *info = ext->info;

	(void)load;
	return info->invflags & ~IPT_ICMP_INV ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ipt_icmp *info = ext->info;
	const uint8_t *icmp;
	bool is_it;

	if (ev->frag_offset)
		return XT_NO;
	icmp = xt_transport(ev, ICMP_SIZE);
	if (!icmp)
		return XT_DROP;
	is_it = (info->type == TYPE_ANY &&
		 ext->ops->protocol == IPPROTO_ICMP) ||
		(icmp[0] == info->type &&
		 xt_is_within(icmp[1], info->code[0], info->code[1]));
	return xt_yes(is_it != !!(info->invflags & IPT_ICMP_INV));
}

const struct xt_ops xt_match_icmp_0 = {
	.name = "icmp",
	.kind = XT_MATCH,
	.families = XT_IPV4,
	.size = sizeof(struct ipt_icmp),
	.protocol = IPPROTO_ICMP,
	.check = check,
	.match = match,
};

const struct xt_ops xt_match_icmp6_0 = {
	.name = "icmp6",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_icmp),
	.protocol = IPPROTO_ICMPV6,
	.check = check,
	.match = match,
};
