/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_eui64.c - 'eui64': the lower half of the source address is made of
 * the Ethernet address that the packet came from (RFC 4291 appendix A). */
#include <linux/if_ether.h>

#include "base/bytes.h"
#include "xt/packet.h"

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const uint8_t *l2 = ev->path->l2, *ip = xt_header(ev);
	uint8_t id[8] = { [3] = 0xff, [4] = 0xfe };

	(void)ext;
	if (!l2 || ev->path->l2_len < ETH_HLEN)
		return ev->frag_offset ? XT_DROP : XT_NO;
	if (!ip || ip[0] >> 4 != 6 || get_be16(l2 + 12) != ETH_P_IPV6)
		return XT_NO;
	memcpy(id, l2 + ETH_ALEN, 3);
	memcpy(id + 5, l2 + ETH_ALEN + 3, 3);
	id[0] ^= 0x02;
	return xt_yes(memcmp(ip + 16, id, sizeof(id)) == 0);
}

const struct xt_ops xt_match_eui64_0 = {
	.name = "eui64",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(int),
	.hooks = 1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN |
		 1u << NF_INET_FORWARD,
	.match = match,
};
