/* SPDX-License-Identifier: BSD-2-Clause
 * parity/gen_frag.c - fragments: in and out of order, overlapping, twice,
 * too long, too short, mixed with other traffic. */
#include <stdlib.h>
#include <string.h>

#include "parity/gen.h"

static void
queue(struct gen *g, const struct packet *p)
{
	struct pending *x;

	if (g->pending_count == GEN_PENDING)
		gen_pending(g);
	x = &g->pending[g->pending_count++];
	x->len = p->len;
	x->side = p->side;
	x->how = p->how;
	x->b = xmalloc(p->len);
	memcpy(x->b, p->b, p->len);
}

/* Send one of those waiting: mostly the oldest. */
void
gen_pending(struct gen *g)
{
	struct pending *x;
	unsigned i = 0;

	if (!g->pending_count)
		return;
	if (rng_chance(&g->r, 30))
		i = rng_below(&g->r, g->pending_count);
	x = &g->pending[i];
	script_packet(g->s, x->side, x->how, x->b, x->len);
	if (rng_chance(&g->r, 4))
		script_packet(g->s, x->side, x->how, x->b, x->len);
	free(x->b);
	memmove(x, x + 1, (g->pending_count - i - 1) * sizeof(*x));
	g->pending_count--;
}

/* One piece of 'p': payload bytes [from, from + len) of the part that can be
 * cut, said to lie at 'offset' (in units of 8). */
static void
piece(struct gen *g, const struct packet *p, size_t head, size_t from,
      size_t len, unsigned offset, bool more, uint32_t id)
{
	struct packet *q = &g->q;
	uint8_t h[8] = { 0 };
	unsigned flags;

	q->side = p->side;
	q->how = p->how;
	q->proto = p->proto;
	memcpy(q->b, p->b, head);
	q->len = head;
	if (p->b[0] >> 4 == 6) {
		h[0] = p->b[6];		/* head is 40 */
		put16(h + 2, (offset << 3 & 0xfff8) | more);
		if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 20))
			h[1] = rng_next(&g->r);		/* reserved */
		if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 20))
			h[3] |= 6;
		if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 20))
			h[0] = rng_next(&g->r);
		put32(h + 4, id);
		packet_add(q, h, sizeof(h));
		q->b[6] = 44;
	} else {
		flags = (offset & 0x1fff) | (more ? 0x2000 : 0);
		if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 20))
			flags |= 0x4000;	/* do not fragment */
		put16(q->b + 4, id);
		put16(q->b + 6, flags);
	}
	packet_add(q, p->b + head + from, len);
	packet_end(q);
	if (rng_chance(&g->r, g->mutate) && rng_chance(&g->r, 30)) {
		/* ECN of this piece */
		if (q->b[0] >> 4 == 6)
			q->b[1] = (q->b[1] & 0xcf) | rng_below(&g->r, 4) << 4;
		else
			q->b[1] = rng_below(&g->r, 4);
		packet_end(q);
	}
	if (rng_chance(&g->r, 5))
		packet_add_zero(q, rng_below(&g->r, 30));	/* padding */
	queue(g, q);
}

static void
cut(struct gen *g, const struct packet *p, size_t head, size_t step,
    uint32_t id)
{
	size_t total = p->len - head, at = 0, len;
	bool wrong, last;
	unsigned offset;

	while (at < total) {
		len = step;
		if (rng_chance(&g->r, 20))
			len = 8 + rng_below(&g->r, step);
		len &= ~7ul;
		if (!len)
			len = 8;
		last = len >= total - at;
		if (last)
			len = total - at;
		wrong = rng_chance(&g->r, g->mutate / 2);
		offset = at / 8;
		if (wrong && rng_chance(&g->r, 30)) {	/* overlap */
			piece(g, p, head, at, len, offset +
			      rng_below(&g->r, 3) - 1, !last, id);
		}
		if (wrong && rng_chance(&g->r, 30))	/* again */
			piece(g, p, head, at, len, offset, !last, id);
		if (wrong && rng_chance(&g->r, 20))	/* end too early */
			piece(g, p, head, at, len, offset, false, id);
		if (wrong && rng_chance(&g->r, 10))	/* beyond 65535 */
			piece(g, p, head, at, len, 8191 -
			      rng_below(&g->r, 4), !last, id);
		if (wrong && rng_chance(&g->r, 20) && len > 8) {
			/* not a multiple of 8, or empty */
			piece(g, p, head, at, rng_below(&g->r, 3) ?
			      len - 1 - rng_below(&g->r, 7) : 0, offset, true,
			      id);
		}
		if (wrong && rng_chance(&g->r, 20))	/* never sent */
			at += len;
		else
			piece(g, p, head, at, len, offset, wrong &&
			      rng_chance(&g->r, 10) ? last : !last, id);
		at += len;
	}
}

void
gen_fragment(struct gen *g, const struct packet *p)
{
	size_t head, step;
	uint32_t id = rng_chance(&g->r, 70) ? rng_next(&g->r) :
		rng_below(&g->r, 3);
	unsigned first, i, other;
	struct pending x;

	if (p->len < 20)
		return;
	head = p->b[0] >> 4 == 6 ? 40 : (p->b[0] & 15) * 4u;
	if (head < 20 || p->len <= head)
		return;
	step = 8 * (1 + rng_below(&g->r, rng_chance(&g->r, 50) ? 8 : 180));
	if (rng_chance(&g->r, 5))
		step = 65536;			/* atomic */
	if ((p->len - head) / step > 40)
		step = (p->len - head) / 40 + 8;
	first = g->pending_count;
	cut(g, p, head, step, id);
	if (first > g->pending_count)
		first = 0;
	if (rng_chance(&g->r, 40)) {		/* out of order */
		for (i = g->pending_count; i > first + 1; i--) {
			other = first + rng_below(&g->r, i - first);
			x = g->pending[i - 1];
			g->pending[i - 1] = g->pending[other];
			g->pending[other] = x;
		}
	}
}
