/* SPDX-License-Identifier: BSD-2-Clause
 * xt/tcp.h - walk along TCP options as xtables' matches do: END is an option
 * like NOP, and a length of 0 is taken for 1. */
#ifndef XT_TCP_H
#define XT_TCP_H

#include "xt/packet.h"

enum { XT_TCP_SIZE = 20 };

struct xt_tcp_options {
	const uint8_t *at;	/* the option at hand; first: before the first */
	const uint8_t *next;
	const uint8_t *end;
};

/* => false: the header is not all there, or shorter than it must be. */
static inline bool
xt_tcp_options(const struct nft_eval *ev, struct xt_tcp_options *o)
{
	const uint8_t *tcp = xt_transport(ev, XT_TCP_SIZE);
	uint32_t size = tcp ? (tcp[12] >> 4) * 4u : 0;

	if (size < XT_TCP_SIZE || !xt_transport(ev, size))
		return false;
	*o = (struct xt_tcp_options){
		.next = tcp + XT_TCP_SIZE,
		.end = tcp + size,
	};
	return true;
}

/* => false: there are no more. */
static inline bool
xt_tcp_next(struct xt_tcp_options *o)
{
	uint32_t left, size = 1;

	o->at = o->next;
	if (o->at >= o->end)
		return false;
	left = (uint32_t)(o->end - o->at);
	if (o->at[0] > 1 && left > 1 && o->at[1])
		size = o->at[1];
	o->next = size < left ? o->at + size : o->end;
	return true;
}

#endif
