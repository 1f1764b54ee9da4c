/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_tcpmss.c - 'TCPMSS': segments no larger than a path lets through
 * (RFC 9293 3.7.1). */
#include <linux/netfilter/xt_TCPMSS.h>

#include "xt/write.h"
#include "xt/xt.h"

enum {
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	MSS_SIZE = 4,
	TCP_MOST = 60,			/* bytes of a header */
	DEFAULT_IPV4 = 536,		/* what no option means */
	DEFAULT_IPV6 = 1220,
	MTU_UNKNOWN = UINT16_MAX + 1,
	CLAMP_HOOKS = 1u << HOOK_FORWARD | 1u << HOOK_OUTPUT |
		      1u << HOOK_POSTROUTING,
};

/* Before the way out is known it cannot be clamped to. */
static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_tcpmss_info *info = ext->info;

	return info->mss == XT_TCPMSS_CLAMP_PMTU &&
	       xt_hook_mask(load) & ~(uint32_t)CLAMP_HOOKS ? -EINVAL : 0;
}

/* Of the way back, which answers take. */
static uint32_t
reverse_mtu(const struct path *path)
{
	const struct pkt *p = path->p;
	struct route_flow flow = { .family = p->family };
	struct route_result route;

	memcpy(&flow.dst, pkt_src(p), p->family == CLEW_IPV4 ? 4 : 16);
	return route_lookup(path->router, &flow, &route) ? MTU_UNKNOWN :
	       route.mtu;
}

/* => The smaller of the two ways'; MTU_UNKNOWN without a router. */
static uint32_t
path_mtu(const struct path *path)
{
	uint32_t back;

	if (!path->has_route || !router_is_on(path->router))
		return MTU_UNKNOWN;
	back = reverse_mtu(path);
	return back < path->route.mtu ? back : path->route.mtu;
}

static uint32_t
option_size(const uint8_t *option)
{
	return option[0] <= OPTION_NOP || option[1] == 0 ? 1 : option[1];
}

/* => Is the option there?  Then it says no more than 'mss' now. */
static bool
lower(const struct pkt *p, uint8_t *tcp, uint32_t header, uint16_t mss)
{
	for (uint32_t i = TCP_HEADER; i + MSS_SIZE <= header;
	     i += option_size(tcp + i)) {
		uint16_t old;

		if (tcp[i] != OPTION_MSS || tcp[i + 1] != MSS_SIZE)
			continue;
		old = get_be16(tcp + i + 2);
		if (old > mss) {
			put_be16(tcp + i + 2, mss);
			xt_fix_tcp(p, tcp, old, mss);
		}
		return true;
	}
	return false;
}

/* The pseudo header's length is part of the sum even if the rest of it is
 * added later. */
static void
fix_length(const struct pkt *p, uint8_t *tcp, uint16_t from, uint16_t to)
{
	uint16_t sum = get_be16(tcp + TCP_CHECK);

	if (p->flags & CLEW_PKT_CSUM_PARTIAL)
		sum = checksum_fold((uint64_t)sum + (uint16_t)~from + to);
	else
		sum = checksum_replace16(sum, from, to);
	put_be16(tcp + TCP_CHECK, sum);
}

static void
grow_ip(const struct pkt *p, uint8_t *ip)
{
	uint16_t old;

	if (p->family == CLEW_IPV4) {
		old = get_be16(ip + 2);
		put_be16(ip + 2, (uint16_t)(old + MSS_SIZE));
		xt_fix_ipv4(ip, old, (uint16_t)(old + MSS_SIZE));
	} else {
		put_be16(ip + 4, (uint16_t)(get_be16(ip + 4) + MSS_SIZE));
	}
}

/* First of the options.  'size' is the segment's, a header alone. */
static int32_t
insert(struct path *path, uint32_t l4, uint32_t size, uint16_t mss)
{
	uint16_t most = path->p->family == CLEW_IPV4 ? DEFAULT_IPV4 :
						       DEFAULT_IPV6;
	uint8_t *ip = path_resize(path, l4 + size + MSS_SIZE), *tcp;
	uint8_t *option;
	uint16_t old;

	if (!ip)
		return NFT_VERDICT_DROP;
	tcp = ip + l4;
	option = tcp + TCP_HEADER;
	memmove(option + MSS_SIZE, option, size - TCP_HEADER);
	fix_length(path->p, tcp, (uint16_t)size, (uint16_t)(size + MSS_SIZE));
	put_be16(option, OPTION_MSS << 8 | MSS_SIZE);
	put_be16(option + 2, mss < most ? mss : most);
	if (!(path->p->flags & CLEW_PKT_CSUM_PARTIAL))
		put_be16(tcp + TCP_CHECK,
			 checksum_replace(get_be16(tcp + TCP_CHECK),
					  (const uint8_t[4]){ 0 }, option,
					  MSS_SIZE));
	old = get_be16(tcp + 12);
	put_be16(tcp + 12, (uint16_t)(old + (MSS_SIZE / 4 << 12)));
	xt_fix_tcp(path->p, tcp, old, get_be16(tcp + 12));
	grow_ip(path->p, ip);
	return NFT_CONTINUE;
}

/* => false: the path is too narrow for anything. */
static bool
choose(const struct xt_tcpmss_info *info, const struct path *path,
       uint16_t *mss)
{
	uint32_t headers = TCP_HEADER + (path->p->family == CLEW_IPV4 ?
					 IPV4_HEADER : IPV6_HEADER);
	uint32_t mtu;

	*mss = info->mss;
	if (info->mss != XT_TCPMSS_CLAMP_PMTU)
		return true;
	mtu = path_mtu(path);
	*mss = mtu == MTU_UNKNOWN ? UINT16_MAX : (uint16_t)(mtu - headers);
	return mtu > headers;
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct path *path = ev->path;
	const struct pkt *p = path->p;
	uint32_t l4, header, size;
	uint8_t *ip;
	uint16_t mss;

	if (ev->frag_offset)
		return NFT_CONTINUE;
	if (!xt_find_tcp(ev, &l4) ||
	    pkt_header(p, l4, TCP_HEADER) != PKT_HEADER_OK)
		return NFT_VERDICT_DROP;
	size = p->len - l4;
	header = (p->ip[l4 + 12] >> 4) * 4u;
	if (size < header || header < TCP_HEADER ||
	    !choose(ext->info, path, &mss))
		return NFT_VERDICT_DROP;
	/* All of the packet, to Linux; a capture may have cut its data. */
	ip = xt_writable(path, l4 + header);
	if (!ip)
		return NFT_VERDICT_DROP;
	path_pull(path, p->len);
	/* Data would have to move, and the packet may not become too large. */
	if (lower(p, ip + l4, header, mss) || size > header ||
	    header >= TCP_MOST)
		return NFT_CONTINUE;
	return insert(path, l4, size, mss);
}

const struct xt_ops xt_target_tcpmss_0 = {
	.name = "TCPMSS",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_tcpmss_info),
	.protocol = IPPROTO_TCP,
	.check = check,
	.target = target,
};
