/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_reject.c - 'REJECT': drop, and say so to the sender. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>

#include "route/answer.h"
#include "xt/xt.h"

enum {
	NO_CODE = -1,		/* nothing is said */
	HOOKS_OF_REJECT = 1u << HOOK_INPUT | 1u << HOOK_FORWARD |
			  1u << HOOK_OUTPUT,
};

/* Resets are for TCP alone; echo replies are no longer sent. */
static int
check_with(const struct xt_ext *ext, bool is_reset, bool is_echo)
{
	if (is_echo)
		return -EINVAL;
	return is_reset && ((uint8_t)ext->protocol != IPPROTO_TCP ||
			    ext->is_not_protocol) ? -EINVAL : 0;
}

static int
check_ipv4(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ipt_reject_info *info = ext->info;

	(void)load;
	return check_with(ext, info->with == IPT_TCP_RESET,
			  info->with == IPT_ICMP_ECHOREPLY);
}

static int
check_ipv6(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_reject_info *info = ext->info;

	(void)load;
	return check_with(ext, info->with == IP6T_TCP_RESET,
			  info->with == IP6T_ICMP6_ECHOREPLY);
}

/* Structures may say anything else, too: then nothing is said. */
static int
code_ipv4(uint32_t with)
{
	switch (with) {
	case IPT_ICMP_NET_UNREACHABLE: return ICMP_NET_UNREACH;
	case IPT_ICMP_HOST_UNREACHABLE: return ICMP_HOST_UNREACH;
	case IPT_ICMP_PROT_UNREACHABLE: return ICMP_PROT_UNREACH;
	case IPT_ICMP_PORT_UNREACHABLE: return ICMP_PORT_UNREACH;
	case IPT_ICMP_NET_PROHIBITED: return ICMP_NET_ANO;
	case IPT_ICMP_HOST_PROHIBITED: return ICMP_HOST_ANO;
	case IPT_ICMP_ADMIN_PROHIBITED: return ICMP_PKT_FILTERED;
	default: return NO_CODE;
	}
}

static int
code_ipv6(uint32_t with)
{
	switch (with) {
	case IP6T_ICMP6_NO_ROUTE: return ICMPV6_NOROUTE;
	case IP6T_ICMP6_ADM_PROHIBITED: return ICMPV6_ADM_PROHIBITED;
	case IP6T_ICMP6_NOT_NEIGHBOUR: return ICMPV6_NOT_NEIGHBOUR;
	case IP6T_ICMP6_ADDR_UNREACH: return ICMPV6_ADDR_UNREACH;
	case IP6T_ICMP6_PORT_UNREACH: return ICMPV6_PORT_UNREACH;
	case IP6T_ICMP6_POLICY_FAIL: return ICMPV6_POLICY_FAIL;
	case IP6T_ICMP6_REJECT_ROUTE: return ICMPV6_REJECT_ROUTE;
	default: return NO_CODE;
	}
}

static int32_t
reject(struct nft_eval *ev, int code, bool is_reset)
{
	if (is_reset)
		answer_reject_tcp(ev->path);
	else if (code != NO_CODE)
		answer_reject_icmp(ev->path, (uint8_t)code);
	return NFT_VERDICT_DROP;
}

static int32_t
target_ipv4(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ipt_reject_info *info = ext->info;

	return reject(ev, code_ipv4(info->with), info->with == IPT_TCP_RESET);
}

static int32_t
target_ipv6(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_reject_info *info = ext->info;

	return reject(ev, code_ipv6(info->with), info->with == IP6T_TCP_RESET);
}

const struct xt_ops xt_target_reject_ipv4 = {
	.name = "REJECT",
	.kind = XT_TARGET,
	.families = XT_IPV4,
	.size = sizeof(struct ipt_reject_info),
	.hooks = HOOKS_OF_REJECT,
	.table = "filter",
	.check = check_ipv4,
	.target = target_ipv4,
};

const struct xt_ops xt_target_reject_ipv6 = {
	.name = "REJECT",
	.kind = XT_TARGET,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_reject_info),
	.hooks = HOOKS_OF_REJECT,
	.table = "filter",
	.check = check_ipv6,
	.target = target_ipv6,
};
