/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_checksum.c - 'CHECKSUM': fill in what the sender left to its
 * network card. */
#include <linux/netfilter/xt_CHECKSUM.h>

#include "xt/write.h"
#include "xt/xt.h"

enum {
	UDP_CHECK = 6,
	CHECKSUM_OF_NOTHING = 0xffff,	/* 0 would say "none" */
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_CHECKSUM_info *info = ext->info;

	(void)load;
	return info->operation != XT_CHECKSUM_OP_FILL ? -EINVAL : 0;
}

/* The sum of the pseudo header is there already. */
static void
fill(struct path *path, uint32_t at)
{
	struct pkt *p = path->p;
	uint8_t *ip = xt_writable(path, p->len);
	uint16_t sum;

	if (!ip)
		return;
	sum = (uint16_t)~checksum_fold(checksum_add(0, ip + p->l4,
						    p->len - p->l4));
	put_be16(ip + at, sum ? sum : CHECKSUM_OF_NOTHING);
	p->flags &= ~(uint32_t)CLEW_PKT_CSUM_PARTIAL;
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	uint32_t at;

	(void)ext;
	if (!(p->flags & CLEW_PKT_CSUM_PARTIAL) || p->flags & CLEW_PKT_GSO ||
	    p->kind != PKT_WHOLE)
		return NFT_CONTINUE;
	if (p->protocol == IPPROTO_TCP)
		at = p->l4 + TCP_CHECK;
	else if (p->protocol == IPPROTO_UDP || p->protocol == IPPROTO_UDPLITE)
		at = p->l4 + UDP_CHECK;
	else
		return NFT_CONTINUE;
	if (pkt_header(p, at, sizeof(uint16_t)) == PKT_HEADER_OK)
		fill(ev->path, at);
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_checksum_0 = {
	.name = "CHECKSUM",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_CHECKSUM_info),
	.table = "mangle",
	.check = check,
	.target = target,
};
