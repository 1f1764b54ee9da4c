/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_u32.c - 'u32': words of the packet, shifted and masked, and where
 * they point to. */
#include <linux/netfilter/xt_u32.h>

#include "base/bytes.h"
#include "xt/packet.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_test_good(const struct xt_u32_test *test)
{
	if (test->nnums > COUNT(test->location) ||
	    test->nvalues > COUNT(test->value))
		return false;
	for (unsigned i = 1; i < test->nnums; i++) {
		uint8_t op = test->location[i].nextop;

		if ((op == XT_U32_LEFTSH || op == XT_U32_RIGHTSH) &&
		    test->location[i].number > 31)
			return false;
	}
	return true;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_u32 *info = ext->info;

	(void)load;
	if (info->ntests > COUNT(info->tests))
		return -EINVAL;
	for (unsigned i = 0; i < info->ntests; i++)
		if (!is_test_good(&info->tests[i]))
			return -EINVAL;
	return 0;
}

/* The word at 'at' + 'offset', neither of which is to be trusted. */
static bool
read_word(const struct nft_eval *ev, uint32_t at, uint32_t offset,
	  uint32_t *word)
{
	uint64_t place = (uint64_t)at + offset;
	const uint8_t *bytes;

	if (place > ev->path->p->len)
		return false;
	bytes = xt_bytes(ev, (uint32_t)place, 4);
	if (bytes)
		*word = get_be32(bytes);
	return bytes;
}

/* => false: it leads out of the packet. */
static bool
find_value(const struct xt_u32_test *test, const struct nft_eval *ev,
	   uint32_t *value)
{
	uint32_t at = 0;

	if (!read_word(ev, 0, test->location[0].number, value))
		return false;
	for (unsigned i = 1; i < test->nnums; i++) {
		uint32_t number = test->location[i].number;

		switch (test->location[i].nextop) {
		case XT_U32_AND:
			*value &= number;
			break;
		case XT_U32_LEFTSH:
			*value <<= number;
			break;
		case XT_U32_RIGHTSH:
			*value >>= number;
			break;
		case XT_U32_AT:
			if (__builtin_add_overflow(at, *value, &at) ||
			    !read_word(ev, at, number, value))
				return false;
			break;
		}
	}
	return true;
}

static bool
is_true(const struct xt_u32_test *test, const struct nft_eval *ev)
{
	uint32_t value;

	if (!find_value(test, ev, &value))
		return false;
	for (unsigned i = 0; i < test->nvalues; i++)
		if (xt_is_within(value, test->value[i].min,
				 test->value[i].max))
			return true;
	return false;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_u32 *info = ext->info;
	unsigned i = 0;

	while (i < info->ntests && is_true(&info->tests[i], ev))
		i++;
	return xt_yes((i == info->ntests) ^ info->invert);
}

const struct xt_ops xt_match_u32_0 = {
	.name = "u32",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_u32),
	.check = check,
	.match = match,
};
