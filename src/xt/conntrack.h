/* SPDX-License-Identifier: BSD-2-Clause
 * xt/conntrack.h - what the extensions for connections ask alike. */
#ifndef XT_CONNTRACK_H
#define XT_CONNTRACK_H

#include "nft/tracking.h"

enum xt_ct_state {
	XT_CT_INVALID,
	XT_CT_ESTABLISHED,
	XT_CT_RELATED,
	XT_CT_NEW,
	XT_CT_UNTRACKED,
};

/* A packet with a template and no connection yet is new. */
static inline enum xt_ct_state
xt_ct_state(const struct nft_eval *ev)
{
	static const uint8_t states[] = {
		[CLEW_CT_INVALID]	= XT_CT_INVALID,
		[CLEW_CT_NEW]		= XT_CT_NEW,
		[CLEW_CT_ESTABLISHED]	= XT_CT_ESTABLISHED,
		[CLEW_CT_RELATED]	= XT_CT_RELATED,
		[CLEW_CT_UNTRACKED]	= XT_CT_UNTRACKED,
	};
	uint8_t state = ev->path->packet->ct_state;

	if (nft_conn(ev) || state == CLEW_CT_UNTRACKED)
		return states[state];
	return nft_has_template(ev) ? XT_CT_NEW : XT_CT_INVALID;
}

#endif
