/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_npt.c - 'SNPT' and 'DNPT': one IPv6 prefix for another, without
 * states (RFC 6296).
 *
 * What the prefixes differ by, as a sum of ones' complement, is taken back
 * elsewhere in the address, so that transport checksums stay right. */
#include <linux/netfilter_ipv6/ip6t_NPT.h>
#include <stddef.h>

#include "route/answer.h"
#include "xt/write.h"
#include "xt/xt.h"

enum {
	PREFIX_MOST = 64,
	SUBNET_PREFIX = 48,	/* up to it the subnet's word is adjusted */
	ADDR_SIZE = 16,
	WORDS = ADDR_SIZE / 2,
	SUBNET_WORD = 3,
	ALL_ONES = 0xffff,

	SRC_AT = 8,
	DST_AT = 24,
	NEXT_AT = 6,
	ICMPV6_HEADER = 8,
	ICMPV6_ERRORS = 4,	/* types 1 to 4 */
	PARAMETER_PROBLEM = 4,
};

/* The bits of byte 'i' that a prefix of 'len' has. */
static uint8_t
mask_of(unsigned i, unsigned len)
{
	unsigned before = i * 8;

	if (len >= before + 8)
		return 0xff;
	return len <= before ? 0 : (uint8_t)(0xff00 >> (len - before));
}

static bool
is_prefix(const union nf_inet_addr *addr, unsigned len)
{
	const uint8_t *bytes = (const uint8_t *)addr;

	for (unsigned i = 0; i < ADDR_SIZE; i++) {
		if (bytes[i] & ~mask_of(i, len))
			return false;
	}
	return true;
}

static bool
has_prefix(const uint8_t *addr, const union nf_inet_addr *prefix, unsigned len)
{
	const uint8_t *bytes = (const uint8_t *)prefix;

	for (unsigned i = 0; i < ADDR_SIZE; i++) {
		if ((addr[i] ^ bytes[i]) & mask_of(i, len))
			return false;
	}
	return true;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct ip6t_npt_tginfo *npt = ext->info;
	uint64_t from;
	uint16_t to;

	(void)load;
	if (npt->src_pfx_len > PREFIX_MOST || npt->dst_pfx_len > PREFIX_MOST ||
	    !is_prefix(&npt->src_pfx, npt->src_pfx_len) ||
	    !is_prefix(&npt->dst_pfx, npt->dst_pfx_len))
		return -EINVAL;
	from = checksum_add(0, (const uint8_t *)&npt->src_pfx, ADDR_SIZE);
	to = checksum_fold(checksum_add(0, (const uint8_t *)&npt->dst_pfx,
					ADDR_SIZE));
	npt->adjustment = checksum_fold(from + (uint16_t)~to);
	return 0;
}

/* The word that takes the difference back. => WORDS: there is none. */
static unsigned
word_to_adjust(const uint8_t *addr, unsigned prefix)
{
	unsigned i;

	if (prefix <= SUBNET_PREFIX)
		return SUBNET_WORD;
	for (i = WORDS / 2; i < WORDS; i++) {
		if (get_be16(addr + i * 2) != ALL_ONES)
			break;
	}
	return i;
}

/* => false: it cannot be mapped; its prefix has changed all the same. */
static bool
map(const struct ip6t_npt_tginfo *npt, uint8_t *addr)
{
	const uint8_t *prefix = (const uint8_t *)&npt->dst_pfx;
	unsigned len = npt->src_pfx_len > npt->dst_pfx_len ?
		       npt->src_pfx_len : npt->dst_pfx_len;
	unsigned word;
	uint16_t sum;

	for (unsigned i = 0; i < ADDR_SIZE; i++) {
		uint8_t mask = mask_of(i, len);

		addr[i] = (uint8_t)((addr[i] & ~mask) | (prefix[i] & mask));
	}
	word = word_to_adjust(addr, len);
	if (word == WORDS)
		return false;
	sum = checksum_fold((uint64_t)get_be16(addr + word * 2) +
			    npt->adjustment);
	put_be16(addr + word * 2, sum == ALL_ONES ? 0 : sum);
	return true;
}

/* What an ICMP error quotes bears the address at its other end. */
static void
map_quoted(const struct ip6t_npt_tginfo *npt, const struct pkt *p,
	   uint8_t *ip, uint32_t at)
{
	uint32_t quoted = IPV6_HEADER + ICMPV6_HEADER;
	uint8_t *addr = ip + quoted + at;

	if (ip[NEXT_AT] != IPPROTO_ICMPV6 ||
	    pkt_header(p, quoted, IPV6_HEADER) != PKT_HEADER_OK ||
	    ip[IPV6_HEADER] < 1 || ip[IPV6_HEADER] > ICMPV6_ERRORS)
		return;
	if (has_prefix(addr, &npt->src_pfx, npt->src_pfx_len))
		map(npt, addr);
}

static int32_t
translate(const struct ip6t_npt_tginfo *npt, struct path *path, uint32_t at)
{
	uint8_t *ip = xt_writable(path, IPV6_HEADER);

	if (!ip)
		return NFT_VERDICT_DROP;
	if (!map(npt, ip + at)) {
		answer_icmp(path, PARAMETER_PROBLEM, 0, at);
		return NFT_VERDICT_DROP;
	}
	map_quoted(npt, path->p, ip, SRC_AT + DST_AT - at);
	return NFT_CONTINUE;
}

static int32_t
snpt(const struct xt_ext *ext, struct nft_eval *ev)
{
	return translate(ext->info, ev->path, SRC_AT);
}

static int32_t
dnpt(const struct xt_ext *ext, struct nft_eval *ev)
{
	return translate(ext->info, ev->path, DST_AT);
}

#define OPS(name_text, hooks_there, run) {				\
	.name = name_text,						\
	.kind = XT_TARGET,						\
	.families = XT_IPV6,						\
	.size = sizeof(struct ip6t_npt_tginfo),				\
	.shown = offsetof(struct ip6t_npt_tginfo, adjustment),		\
	.hooks = hooks_there,						\
	.table = "mangle",						\
	.check = check,							\
	.target = run,							\
}

const struct xt_ops xt_target_snpt_0 =
	OPS("SNPT", 1u << HOOK_INPUT | 1u << HOOK_POSTROUTING, snpt);
const struct xt_ops xt_target_dnpt_0 =
	OPS("DNPT", 1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT, dnpt);
