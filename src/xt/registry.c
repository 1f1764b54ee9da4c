/* SPDX-License-Identifier: BSD-2-Clause
 * xt/registry.c - the extensions there are, found by name and revision. */
#include "xt/xt.h"

#define XT(id) extern const struct xt_ops id;
#include "xt/matches.def"
#include "xt/targets.def"
#undef XT

#define XT(id) &id,
static const struct xt_ops *const all[] = {
#include "xt/matches.def"
#include "xt/targets.def"
};
#undef XT

const struct xt_ops *
xt_at(size_t i)
{
	return i < sizeof(all) / sizeof(all[0]) ? all[i] : NULL;
}

/* Of those for this family alone (Linux's lists by family), or of those for
 * all (bit 0: NFPROTO_UNSPEC). */
static const struct xt_ops *
lookup_among(uint16_t families, enum xt_kind kind, const char *name,
	     uint8_t revision, int *best)
{
	const struct xt_ops *found = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct xt_ops *xt = all[i];

		if (xt->kind != kind || strcmp(xt->name, name) != 0 ||
		    !((xt->families ? xt->families : 1) & families))
			continue;
		if (xt->revision > *best)
			*best = xt->revision;
		if (xt->revision == revision)
			found = xt;
	}
	return found;
}

const struct xt_ops *
xt_lookup(uint8_t family, enum xt_kind kind, const char *name,
	  uint8_t revision, int *best)
{
	const struct xt_ops *found = NULL;
	int highest = -1;

	if (family != NFPROTO_UNSPEC && family < 16)
		found = lookup_among((uint16_t)(1u << family), kind, name,
				     revision, &highest);
	if (!found)
		found = lookup_among(1u << NFPROTO_UNSPEC, kind, name,
				     revision, &highest);
	if (best)
		*best = highest;
	return found;
}
