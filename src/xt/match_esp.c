/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_esp.c - 'esp', 'ipcomp' and IPv4's 'ah': the number of the security
 * association. */
#include <linux/netfilter/xt_esp.h>
#include <linux/netfilter/xt_ipcomp.h>
#include <linux/netfilter_ipv4/ipt_ah.h>

#include "base/bytes.h"
#include "xt/packet.h"

/* All three structures begin alike. */
static_assert(offsetof(struct xt_esp, invflags) ==
	      offsetof(struct xt_ipcomp, invflags) &&
	      offsetof(struct xt_esp, invflags) ==
	      offsetof(struct ipt_ah, invflags) &&
	      XT_ESP_INV_MASK == XT_IPCOMP_INV_MASK &&
	      XT_ESP_INV_MASK == IPT_AH_INV_MASK, "one check is for all");

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_esp *info = ext->info;

	(void)load;
	return info->invflags & ~XT_ESP_INV_MASK ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_esp *info = ext->info;
	const uint8_t *h;
	uint32_t spi;

	if (ev->frag_offset)
		return XT_NO;
	switch (ext->ops->protocol) {
	case IPPROTO_ESP:
		h = xt_transport(ev, 8);
		spi = h ? get_be32(h) : 0;
		break;
	case IPPROTO_AH:
		h = xt_transport(ev, 12);
		spi = h ? get_be32(h + 4) : 0;
		break;
	default:	/* RFC 3173: of IPcomp it has 16 bits */
		h = xt_transport(ev, 4);
		spi = h ? get_be16(h + 2) : 0;
		break;
	}
	if (!h)
		return XT_DROP;
	return xt_yes(xt_is_within(spi, info->spis[0], info->spis[1]) !=
		      !!(info->invflags & XT_ESP_INV_SPI));
}

const struct xt_ops xt_match_esp_0 = {
	.name = "esp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_esp),
	.protocol = IPPROTO_ESP,
	.check = check,
	.match = match,
};

const struct xt_ops xt_match_ipcomp_0 = {
	.name = "ipcomp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_ipcomp),
	.protocol = IPPROTO_COMP,
	.check = check,
	.match = match,
};

const struct xt_ops xt_match_ah_v4_0 = {
	.name = "ah",
	.kind = XT_MATCH,
	.families = XT_IPV4,
	.size = sizeof(struct ipt_ah),
	.protocol = IPPROTO_AH,
	.check = check,
	.match = match,
};
