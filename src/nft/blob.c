/* SPDX-License-Identifier: BSD-2-Clause
 * nft/blob.c - making of chains what packets run, when a batch is committed.
 *
 * All that can fail is done first: blobs are made beside the present ones,
 * and put in their place when nothing can go wrong any more. */
#include "nft/blob.h"

#include <stdlib.h>

#include "nft/fuse.h"
#include "nft/kinds.h"

static struct nft_blob *
create(size_t size)
{
	return calloc(1, sizeof(struct nft_blob) + size);
}

static void
end(struct nft_rule_run *run)
{
	run->is_last = true;
}

int
nft_blob_init(struct nft_chain *chain)
{
	chain->blob = create(sizeof(struct nft_rule_run));
	if (!chain->blob)
		return -ENOMEM;
	end((struct nft_rule_run *)chain->blob->data);
	return 0;
}

void
nft_blob_destroy(struct nft_blob *blob)
{
	free(blob);
}

void
nft_chain_touch(struct nft *nft, struct nft_chain *chain)
{
	if (chain->is_touched)
		return;
	chain->is_touched = true;
	chain->next_touched = nft->touched;
	nft->touched = chain;
}

void
nft_chain_forget(struct nft *nft, struct nft_chain *chain)
{
	struct nft_chain **at = &nft->touched;

	if (!chain->is_touched)
		return;
	while (*at != chain)
		at = &(*at)->next_touched;
	*at = chain->next_touched;
	chain->is_touched = false;
	nft_blob_destroy(chain->blob_next);
	chain->blob_next = NULL;
}

/* Bytes of a chain's rules, and of its end. */
static size_t
size_of(const struct nft *nft, const struct nft_chain *chain)
{
	size_t size = sizeof(struct nft_rule_run);
	const struct nft_rule *rule;

	list_each(rule, &chain->rules, link) {
		if (nft_gen_is_in_next(nft, rule->inactive))
			size += sizeof(struct nft_rule_run) +
				nft_fuse(rule, nft->buffer);
	}
	return size;
}

static struct nft_blob *
make(const struct nft *nft, const struct nft_chain *chain)
{
	struct nft_blob *blob = create(size_of(nft, chain));
	struct nft_rule_run *run;
	const struct nft_rule *rule;

	if (!blob)
		return NULL;
	run = (struct nft_rule_run *)blob->data;
	list_each(rule, &chain->rules, link) {
		if (!nft_gen_is_in_next(nft, rule->inactive))
			continue;
		blob->count++;
		run->handle = rule->handle;
		run->size = nft_fuse(rule, nft->buffer);
		memcpy(run->data, nft->buffer, run->size);
		run = (struct nft_rule_run *)((uintptr_t)run->data +
					      run->size);
	}
	end(run);
	return blob;
}

int
nft_blobs_prepare(struct nft *nft)
{
	struct nft_chain *chain;

	for (chain = nft->touched; chain; chain = chain->next_touched) {
		if (!nft_gen_is_in_next(nft, chain->named.inactive))
			continue;
		chain->blob_next = make(nft, chain);
		if (!chain->blob_next)
			return -ENOMEM;
	}
	return 0;
}

/* Leave none touched. */
static void
settle(struct nft *nft, bool is_committed)
{
	while (nft->touched) {
		struct nft_chain *chain = nft->touched;
		struct nft_blob *old = chain->blob_next;

		nft->touched = chain->next_touched;
		chain->is_touched = false;
		chain->blob_next = NULL;
		if (is_committed && old) {
			struct nft_blob *next = old;

			old = chain->blob;
			chain->blob = next;
		}
		nft_blob_destroy(old);
	}
}

void
nft_blobs_commit(struct nft *nft)
{
	settle(nft, true);
}

void
nft_blobs_abort(struct nft *nft)
{
	settle(nft, false);
}
