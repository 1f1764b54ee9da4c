/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_opts.c - 'hbh' and 'dst': the options of IPv6's hop-by-hop and
 * destination options headers. */
#include <linux/netfilter_ipv6/ip6t_opts.h>

#include "xt/header6.h"

enum {
	HEADER_SIZE = 2,
	PAD1 = 0,
	ANY_LENGTH = 0xff,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_opts *info = ext->info;

	(void)load;
	return info->invflags & ~IP6T_OPTS_INV_MASK ||
	       info->flags & IP6T_OPTS_NSTRICT ||
	       info->optsnr > IP6T_OPTS_OPTSNR ? -EINVAL : 0;
}

/* The options asked for are the first ones there are, in that order.  Each is
 * a type and a length, 0xff being any. */
static bool
has_options(const struct ip6t_opts *info, const struct nft_eval *ev,
	    uint32_t at, uint32_t left)
{
	uint32_t i;

	for (i = 0; i < info->optsnr; i++) {
		uint8_t type = (uint8_t)(info->opts[i] >> 8);
		uint8_t length = (uint8_t)info->opts[i];
		const uint8_t *option = left >= 1 ? xt_bytes(ev, at, 1) : NULL;
		uint32_t size = 1;

		if (!option || *option != type)
			return false;
		if (type != PAD1) {
			option = left >= 2 ? xt_bytes(ev, at, 2) : NULL;
			if (!option ||
			    (length != ANY_LENGTH && length != option[1]))
				return false;
			size = option[1] + 2u;
		}
		/* Only the last one may go beyond the end. */
		if (i + 1 < info->optsnr &&
		    (at + size > ev->path->p->len || left < size))
			return false;
		at += size;
		left -= size;
	}
	return true;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_opts *info = ext->info;
	uint8_t type = ext->ops->name[0] == 'h' ? IPPROTO_HOPOPTS :
						  IPPROTO_DSTOPTS;
	enum xt_answer answer;
	const uint8_t *h;
	uint32_t at, size;
	bool is_it;

	h = xt_find_header6(ev, type, HEADER_SIZE, &at, &answer);
	if (!h)
		return answer;
	size = xt_header6_size(h);
	if (ev->path->p->len - at < size)
		return XT_DROP;
	is_it = !(info->flags & IP6T_OPTS_LEN) || (info->hdrlen == size) !=
		!!(info->invflags & IP6T_OPTS_INV_LEN);
	return xt_yes(is_it &&
		      (!(info->flags & IP6T_OPTS_OPTS) ||
		       has_options(info, ev, at + HEADER_SIZE,
				   size - HEADER_SIZE)));
}

#define OPTIONS(n) {							\
	.name = n,							\
	.kind = XT_MATCH,						\
	.families = XT_IPV6,						\
	.size = sizeof(struct ip6t_opts),				\
	.check = check,							\
	.match = match,							\
}

const struct xt_ops xt_match_dst_0 = OPTIONS("dst");
const struct xt_ops xt_match_hbh_0 = OPTIONS("hbh");
