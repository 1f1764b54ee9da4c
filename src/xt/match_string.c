/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_string.c - 'string': bytes that are somewhere in the packet.
 *
 * Linux has two ways to look for them, which find the same but where a packet
 * lies in several pieces: there "bm" misses what goes across two.  Here it
 * lies in one, and both are one: Knuth, Morris and Pratt's, whose time does
 * not depend on what is looked for. */
#include <linux/netfilter/xt_string.h>

#include "xt/packet.h"

struct string {
	/* Of the first n + 1 bytes: the longest end that is a begin, too. */
	uint8_t border[XT_STRING_MAX_PATTERN_SIZE];
	uint8_t pattern[XT_STRING_MAX_PATTERN_SIZE];	/* as compared */
};

static uint8_t
upper(uint8_t c)
{
	/* As the kernel's toupper(): of Latin-1, and of two letters that have
	 * no capitals there. */
	if ((c >= 'a' && c <= 'z') || (c >= 0xdf && c != 0xf7))
		return (uint8_t)(c - 0x20);
	return c;
}

static void
prepare(struct string *own, const struct xt_string_info *info, bool no_case)
{
	unsigned n = 0;

	for (unsigned i = 0; i < info->patlen; i++) {
		uint8_t c = (uint8_t)info->pattern[i];

		own->pattern[i] = no_case ? upper(c) : c;
	}
	for (unsigned i = 1; i < info->patlen; i++) {
		while (n && own->pattern[n] != own->pattern[i])
			n = own->border[n - 1];
		n += own->pattern[n] == own->pattern[i];
		own->border[i] = (uint8_t)n;
	}
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_string_info *info = ext->info;
	uint8_t flags = info->u.v1.flags;

	(void)load;
	if (info->from_offset > info->to_offset ||
	    info->algo[XT_STRING_MAX_ALGO_NAME_SIZE - 1] ||
	    info->patlen > XT_STRING_MAX_PATTERN_SIZE ||
	    flags & ~(XT_STRING_FLAG_IGNORECASE | XT_STRING_FLAG_INVERT) ||
	    !info->patlen)
		return -EINVAL;
	if (strcmp(info->algo, "bm") != 0 && strcmp(info->algo, "kmp") != 0)
		return -ENOENT;
	prepare(ext->own, info, flags & XT_STRING_FLAG_IGNORECASE);
	return 0;
}

/* => Where the first one begins, UINT32_MAX: nowhere. */
static uint32_t
find(const struct string *own, uint32_t len, bool no_case,
     const uint8_t *text, uint32_t size)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < size; i++) {
		uint8_t c = no_case ? upper(text[i]) : text[i];

		while (n && own->pattern[n] != c)
			n = own->border[n - 1];
		n += own->pattern[n] == c;
		if (n == len)
			return i + 1 - len;
	}
	return UINT32_MAX;
}

/* Only the first one counts: it must lie before 'to_offset' as a whole. */
static bool
is_in(const struct xt_ext *ext, const struct pkt *p)
{
	const struct xt_string_info *info = ext->info;
	uint32_t size = p->have < p->len ? p->have : p->len;
	uint32_t from = info->from_offset, at;

	if (from >= size)
		return false;
	at = find(ext->own, info->patlen,
		  info->u.v1.flags & XT_STRING_FLAG_IGNORECASE,
		  p->ip + from, size - from);
	return at != UINT32_MAX &&
	       at + info->patlen <= (uint32_t)info->to_offset - from;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_string_info *info = ext->info;

	return xt_yes(is_in(ext, ev->path->p) !=
		      !!(info->u.v1.flags & XT_STRING_FLAG_INVERT));
}

const struct xt_ops xt_match_string_1 = {
	.name = "string",
	.kind = XT_MATCH,
	.revision = 1,
	.size = sizeof(struct xt_string_info),
	.shown = offsetof(struct xt_string_info, config),
	.own = sizeof(struct string),
	.check = check,
	.match = match,
};
