/* SPDX-License-Identifier: BSD-2-Clause
 * nft/dump.c - listings that are made as their reader takes them.
 *
 * A dump stands at one element of each of its lists, from the tables
 * inwards.  When that element goes, nft_unlink() moves the dump on to the
 * next; elements keep their order; so what is there throughout comes once. */
#include <stdlib.h>

#include "nft/kinds.h"

enum { ATTRS_MOST = 32 };

uint16_t
nft_dump_flags(const struct nft_dump *d)
{
	return d->is_torn ? NLM_F_MULTI | NLM_F_DUMP_INTR : NLM_F_MULTI;
}

int
nft_dump_filter(char **to, const struct nl_attr *name)
{
	if (!name->data)
		return 0;
	*to = nft_strdup(name);
	return *to ? 0 : -ENOMEM;
}

struct list *
nft_dump_kind_list(const struct nft_dump *d, unsigned level,
		   struct list *outer)
{
	struct nft_table *table;

	if (level == 0)
		return &d->nft->tables;
	table = list_entry(outer, struct nft_table, link);
	return (struct list *)(void *)((char *)table + d->ops->table_list);
}

bool
nft_dump_kind_wants(const struct nft_dump *d, unsigned level,
		    const struct list *l)
{
	if (level == 0)
		return nft_dump_wants_table(d, l);
	return nft_gen_is_in_now(d->nft, ((const uint8_t *)l)
					 [d->ops->inactive]);
}

int
nft_dump_begin(struct nft *nft, const struct nft_request *request,
	       struct nft_dump **out)
{
	struct nl_attr tb[ATTRS_MOST + 1];
	const struct nft_dump_ops *ops;
	struct nft_dump *d;
	bool is_reset;
	int err;

	*out = NULL;
	ops = nft_request_dump(request, tb, &is_reset, &err);
	if (!ops)
		return err;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->nft = nft;
	d->ops = ops;
	d->has_reset = is_reset;
	d->family = request->family;
	d->type = request->msg->type;
	d->seq = request->msg->seq;
	d->portid = request->portid;
	d->extack = request->extack;
	list_insert(&nft->dumps, &d->link);
	err = ops->begin ? ops->begin(d, tb) : 0;
	d->extack = NULL;
	if (err) {
		nft_dump_end(d);
		return err;
	}
	*out = d;
	return 0;
}

/* Go on to the next element, where a wanted one may be.
 * => The innermost level's element that is to be listed, or NULL: the end. */
static struct list *
find(struct nft_dump *d)
{
	unsigned level = 0;

	for (;;) {
		struct list *outer = level ? d->at[level - 1] : NULL;
		struct list *head = d->ops->list(d, level, outer);

		if (!d->at[level])
			d->at[level] = head->next;
		while (d->at[level] != head &&
		       !d->ops->wants(d, level, d->at[level]))
			d->at[level] = d->at[level]->next;
		if (d->at[level] != head) {
			if (level + 1 == d->ops->levels)
				return d->at[level];
			level++;
		} else if (level == 0) {
			return NULL;
		} else {
			d->at[level] = NULL;	/* of the next outer one */
			level--;
			d->at[level] = d->at[level]->next;
		}
	}
}

int
nft_dump_next(struct nft_dump *d, struct nl_writer *answer)
{
	size_t begin = answer->used;
	struct list *l;

	while ((l = find(d))) {
		size_t at = answer->used;
		bool is_whole = d->ops->put(d, answer, l);

		if (!nl_ok(answer)) {
			nl_cancel(answer, at);
			return at == begin ? -EMSGSIZE : 1;
		}
		if (is_whole)
			d->at[d->ops->levels - 1] = l->next;
	}
	return 0;
}

bool
nft_dump_is_torn(const struct nft_dump *d)
{
	return d->is_torn;
}

void
nft_dump_end(struct nft_dump *d)
{
	if (!d)
		return;
	if (d->ops->end)
		d->ops->end(d);
	list_remove(&d->link);
	free(d->table);
	free(d->name);
	free(d);
}
