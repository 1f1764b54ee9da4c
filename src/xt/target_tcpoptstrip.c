/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_tcpoptstrip.c - 'TCPOPTSTRIP': options of TCP become padding. */
#include <linux/netfilter/xt_TCPOPTSTRIP.h>

#include "xt/write.h"
#include "xt/xt.h"

enum { OPTION_NOP = 1 };

/* One of length 0 is stepped over byte by byte. */
static uint32_t
option_size(const uint8_t *option)
{
	return option[0] <= OPTION_NOP || option[1] == 0 ? 1 : option[1];
}

static bool
is_to_go(const struct xt_tcpoptstrip_target_info *info, uint8_t kind)
{
	return info->strip_bmap[kind / 32] >> kind % 32 & 1;
}

static void
strip(const struct pkt *p, uint8_t *tcp, uint32_t at, uint32_t size)
{
	for (uint32_t i = at; i < at + size; i++) {
		unsigned shift = i % 2 == 0 ? 8 : 0;

		xt_fix_tcp(p, tcp, (uint16_t)(tcp[i] << shift),
			   (uint16_t)(OPTION_NOP << shift));
	}
	memset(tcp + at, OPTION_NOP, size);
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	uint32_t l4, header, size;
	uint8_t *tcp;

	if (ev->frag_offset)
		return NFT_CONTINUE;
	if (!xt_find_tcp(ev, &l4) ||
	    pkt_header(p, l4, TCP_HEADER) != PKT_HEADER_OK)
		return NFT_VERDICT_DROP;
	header = (p->ip[l4 + 12] >> 4) * 4u;
	if (header < TCP_HEADER)
		return NFT_VERDICT_DROP;
	tcp = xt_writable(ev->path, l4 + header);
	if (!tcp)
		return NFT_VERDICT_DROP;
	tcp += l4;
	for (uint32_t i = TCP_HEADER; i < header - 1; i += size) {
		size = option_size(tcp + i);
		if (i + size > header)
			break;
		if (is_to_go(ext->info, tcp[i]))
			strip(p, tcp, i, size);
	}
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_tcpoptstrip_0 = {
	.name = "TCPOPTSTRIP",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_tcpoptstrip_target_info),
	.table = "mangle",
	.protocol = IPPROTO_TCP,
	.target = target,
};
