/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_srh.c - 'srh': the segment routing header (RFC 8754 2). */
#include <linux/in6.h>
#include <linux/netfilter_ipv6/ip6t_srh.h>

#include "xt/header6.h"

enum {
	HEADER_SIZE	= 8,
	TYPE_SEGMENTS	= 4,
	SEGMENT_SIZE	= 16,
};

/* The fields of struct ip6t_srh1, which has all of ip6t_srh's. */
static struct ip6t_srh1
info_of(const struct xt_ext *ext)
{
	const struct ip6t_srh *old = ext->info;

	if (ext->ops->revision == 1)
		return *(const struct ip6t_srh1 *)ext->info;
	return (struct ip6t_srh1){
		.next_hdr = old->next_hdr,
		.hdr_len = old->hdr_len,
		.segs_left = old->segs_left,
		.last_entry = old->last_entry,
		.tag = old->tag,
		/* Segments can be asked of the newer one alone. */
		.mt_flags = old->mt_flags &
			    (uint16_t)~(IP6T_SRH_PSID | IP6T_SRH_NSID |
					IP6T_SRH_LSID),
		.mt_invflags = old->mt_invflags,
	};
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_srh *v0 = ext->info;
	const struct ip6t_srh1 *v1 = ext->info;
	bool is_v1 = ext->ops->revision == 1;

	(void)load;
	return (is_v1 ? v1->mt_flags : v0->mt_flags) & ~IP6T_SRH_MASK ||
	       (is_v1 ? v1->mt_invflags : v0->mt_invflags) &
	       ~IP6T_SRH_INV_MASK ? -EINVAL : 0;
}

static bool
fails(const struct ip6t_srh1 *info, uint16_t flag, bool is_so)
{
	return info->mt_flags & flag && is_so == !!(info->mt_invflags & flag);
}

static bool
fails_fields(const struct ip6t_srh1 *info, const uint8_t *h)
{
	return fails(info, IP6T_SRH_NEXTHDR, h[0] == info->next_hdr) ||
	       fails(info, IP6T_SRH_LEN_EQ, h[1] == info->hdr_len) ||
	       fails(info, IP6T_SRH_LEN_GT, h[1] > info->hdr_len) ||
	       fails(info, IP6T_SRH_LEN_LT, h[1] < info->hdr_len) ||
	       fails(info, IP6T_SRH_SEGS_EQ, h[3] == info->segs_left) ||
	       fails(info, IP6T_SRH_SEGS_GT, h[3] > info->segs_left) ||
	       fails(info, IP6T_SRH_SEGS_LT, h[3] < info->segs_left) ||
	       fails(info, IP6T_SRH_LAST_EQ, h[4] == info->last_entry) ||
	       fails(info, IP6T_SRH_LAST_GT, h[4] > info->last_entry) ||
	       fails(info, IP6T_SRH_LAST_LT, h[4] < info->last_entry) ||
	       fails(info, IP6T_SRH_TAG, load16(h + 6) == info->tag);
}

/* Segment 'index' of the list, whose begin is at 'at'.  One that is not there
 * fails, inverted or not. */
static bool
fails_segment(const struct ip6t_srh1 *info, uint16_t flag,
	      const struct nft_eval *ev, uint32_t at, int index,
	      const struct in6_addr *addr, const struct in6_addr *mask)
{
	const uint8_t *a = (const uint8_t *)addr, *m = (const uint8_t *)mask;
	const uint8_t *is;
	bool is_it = true;

	if (!(info->mt_flags & flag))
		return false;
	is = index < 0 ? NULL : xt_bytes(ev, at + (uint32_t)index *
					 SEGMENT_SIZE, SEGMENT_SIZE);
	if (!is)
		return true;
	for (unsigned i = 0; i < SEGMENT_SIZE; i++)
		is_it &= !((is[i] ^ a[i]) & m[i]);
	return fails(info, flag, is_it);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct ip6t_srh1 info = info_of(ext);
	enum xt_answer answer;
	const uint8_t *h;
	uint32_t at, list;
	int left;

	h = xt_find_header6(ev, IPPROTO_ROUTING, HEADER_SIZE, &at, &answer);
	if (!h || ev->path->p->len - at < xt_header6_size(h) ||
	    h[2] != TYPE_SEGMENTS || h[3] > h[4] || fails_fields(&info, h))
		return XT_NO;
	list = at + HEADER_SIZE;
	left = h[3];
	return xt_yes(!fails_segment(&info, IP6T_SRH_PSID, ev, list,
				     left == h[4] ? -1 : left + 1,
				     &info.psid_addr, &info.psid_msk) &&
		      !fails_segment(&info, IP6T_SRH_NSID, ev, list, left - 1,
				     &info.nsid_addr, &info.nsid_msk) &&
		      !fails_segment(&info, IP6T_SRH_LSID, ev, list, 0,
				     &info.lsid_addr, &info.lsid_msk));
}

const struct xt_ops xt_match_srh_0 = {
	.name = "srh",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_srh),
	.check = check,
	.match = match,
};

const struct xt_ops xt_match_srh_1 = {
	.name = "srh",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_srh1),
	.check = check,
	.match = match,
};
