/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_sctp.c - 'sctp': ports, and the chunks that are there. */
#include <linux/netfilter/xt_sctp.h>

#include "base/bytes.h"
#include "xt/packet.h"

enum {
	SCTP_SIZE	= 12,
	CHUNK_SIZE	= 4,
	WAYS		= SCTP_CHUNK_MATCH_ANY | SCTP_CHUNK_MATCH_ALL |
			  SCTP_CHUNK_MATCH_ONLY,
	WORDS		= sizeof(((struct xt_sctp_info *)0)->chunkmap) /
			  sizeof(uint32_t),
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_sctp_info *info = ext->info;

	(void)load;
	if (info->flag_count < 0 || info->flag_count > XT_NUM_SCTP_FLAGS ||
	    info->flags & ~(uint32_t)XT_SCTP_VALID_FLAGS ||
	    info->invflags & ~(uint32_t)XT_SCTP_VALID_FLAGS ||
	    info->invflags & ~info->flags)
		return -EINVAL;
	return info->flags & XT_SCTP_CHUNK_TYPES &&
	       !(info->chunk_match_type & WAYS) ? -EINVAL : 0;
}

/* The first of the flags asked for of that type of chunk. */
static bool
has_flags(const struct xt_sctp_info *info, const uint8_t *chunk)
{
	for (int i = 0; i < info->flag_count; i++) {
		const struct xt_sctp_flag_info *f = &info->flag_info[i];

		if (f->chunktype == chunk[0])
			return (chunk[1] & f->flag_mask) == f->flag;
	}
	return true;
}

static bool
is_asked_for(const struct xt_sctp_info *info, uint8_t type)
{
	return info->chunkmap[type / 32] & 1u << type % 32;
}

static bool
is_empty(const uint32_t map[WORDS])
{
	uint32_t any = 0;

	for (unsigned i = 0; i < WORDS; i++)
		any |= map[i];
	return !any;
}

/* Is it so once all chunks are known? */
static bool
at_end(uint32_t way, const uint32_t missing[WORDS])
{
	if (way == SCTP_CHUNK_MATCH_ALL)
		return is_empty(missing);
	return way == SCTP_CHUNK_MATCH_ONLY;
}

/* => DROP: a chunk is cut off, or says that it has no length. */
static enum xt_answer
has_chunks(const struct xt_sctp_info *info, const struct nft_eval *ev)
{
	uint32_t at = ev->l4 + SCTP_SIZE, missing[WORDS];
	uint32_t way = info->chunk_match_type;

	memcpy(missing, info->chunkmap, sizeof(missing));
	do {
		const uint8_t *chunk = xt_bytes(ev, at, CHUNK_SIZE);
		uint32_t size = chunk ? get_be16(chunk + 2) : 0;
		bool is_it;

		if (!size)
			return XT_DROP;
		at += (size + 3) & ~3u;
		is_it = is_asked_for(info, chunk[0]);
		if (is_it)
			is_it = has_flags(info, chunk);
		if (is_it && way == SCTP_CHUNK_MATCH_ANY)
			return XT_YES;
		if (!is_it && way == SCTP_CHUNK_MATCH_ONLY)
			return XT_NO;
		if (is_it)
			missing[chunk[0] / 32] &= ~(1u << chunk[0] % 32);
	} while (at < ev->path->p->len);
	return xt_yes(at_end(way, missing));
}

static bool
fails(const struct xt_sctp_info *info, uint32_t flag, bool is_so)
{
	return info->flags & flag && is_so == !!(info->invflags & flag);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_sctp_info *info = ext->info;
	enum xt_answer answer;
	const uint8_t *h;

	if (ev->frag_offset)
		return XT_NO;
	h = xt_transport(ev, SCTP_SIZE);
	if (!h)
		return XT_DROP;
	if (fails(info, XT_SCTP_SRC_PORTS,
		  xt_is_within(get_be16(h), info->spts[0], info->spts[1])) ||
	    fails(info, XT_SCTP_DEST_PORTS,
		  xt_is_within(get_be16(h + 2), info->dpts[0],
			       info->dpts[1])))
		return XT_NO;
	if (!(info->flags & XT_SCTP_CHUNK_TYPES))
		return XT_YES;
	answer = has_chunks(info, ev);
	if (answer == XT_DROP)
		return answer;
	return xt_yes(!fails(info, XT_SCTP_CHUNK_TYPES, answer == XT_YES));
}

const struct xt_ops xt_match_sctp_0 = {
	.name = "sctp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_sctp_info),
	.protocol = IPPROTO_SCTP,
	.check = check,
	.match = match,
};
