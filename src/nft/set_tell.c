/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_tell.c - which element of a set a packet met, in words. */
#include "nft/set_private.h"
#include "nft/tell.h"

enum { LISTED_MOST = 8 };	/* elements of a set without a name */

/* A key and, of an interval, the last one of it. */
static void
put_element(const struct nft_telling *t, struct strbuf *sb,
	    const struct nft_set *set, uint8_t reg, const struct elem *e)
{
	const struct set_store *s = &set->store;
	uint32_t len = s->set.key_len;
	const void *end = e->flags & ELEM_HAS_END && s->end_at ?
			  elem_end(s, e) : NULL;

	nft_put_key(t, sb, reg, len, e->key);
	if (!end || !memcmp(end, e->key, len))
		return;
	strbuf_puts(sb, " to ");
	nft_put_key(t, sb, reg, len, end);
}

/* The end of an interval is the first key behind it. */
static void
put_interval(const struct nft_telling *t, struct strbuf *sb,
	     const struct nft_set *set, uint8_t reg, uint32_t ref)
{
	const struct set_store *s = &set->store;
	uint32_t end = store_interval_end(s, ref), len = s->set.key_len;
	uint8_t last[STORE_KEY_MAX];
	uint32_t i = len;

	nft_put_key(t, sb, reg, len, store_at(s, ref)->key);
	if (!end) {
		strbuf_puts(sb, " and above");
		return;
	}
	memcpy(last, store_at(s, end)->key, len);
	while (i && last[i - 1]-- == 0)
		i--;
	if (!memcmp(last, store_at(s, ref)->key, len))
		return;
	strbuf_puts(sb, " to ");
	nft_put_key(t, sb, reg, len, last);
}

static void
put_any(const struct nft_telling *t, struct strbuf *sb,
	const struct nft_set *set, uint8_t reg, uint32_t ref)
{
	const struct elem *e = store_at(&set->store, ref);

	if (e->flags & ELEM_CATCHALL)
		strbuf_putc(sb, '*');
	else if (set->store.set.kind == STORE_INTERVAL)
		put_interval(t, sb, set, reg, ref);
	else
		put_element(t, sb, set, reg, e);
}

void
set_tell(struct nft_telling *t, const struct nft_set *set)
{
	if (!set_is_anonymous(set)) {
		strbuf_printf(&t->wanted, "@%s", set->named.name);
		return;
	}
	strbuf_puts(&t->wanted, "{ ... }");
}

/* What a small set without a name holds, since nothing else would tell. */
static void
list(struct nft_telling *t, const struct nft_set *set, uint8_t reg)
{
	const char *between = "it has ";
	unsigned listed = 0;
	uint32_t ref = 0;

	while ((ref = store_next(&set->store, ref))) {
		const struct elem *e = store_at(&set->store, ref);

		if (e->flags & ELEM_END)
			continue;
		strbuf_puts(&t->note, between);
		if (++listed > LISTED_MOST) {
			strbuf_puts(&t->note, "...");
			break;
		}
		put_any(t, &t->note, set, reg, ref);
		between = ", ";
	}
}

void
set_tell_found(struct nft_telling *t, const struct nft_set *set, uint8_t reg,
	       const struct nft_elem *elem)
{
	uint32_t ref;

	if (!elem) {
		if (set_is_anonymous(set))
			list(t, set, reg);
		else
			strbuf_printf(&t->note, "none of its %u element%s",
				      set->store.count,
				      set->store.count == 1 ? "" : "s");
		return;
	}
	ref = store_lookup(&set->store, &t->saw->word[reg],
			   set_now_ms(set->nft));
	if (!ref || store_at(&set->store, ref) != elem->handle)
		return;
	strbuf_puts(&t->note, "element ");
	put_any(t, &t->note, set, reg, ref);
}
