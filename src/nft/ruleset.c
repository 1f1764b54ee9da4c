/* SPDX-License-Identifier: BSD-2-Clause
 * nft/ruleset.c - the whole of a ruleset: its life, its hooks. */
#include <stdlib.h>

#include "nft/nft.h"

enum { BUFFER_SIZE = 1 << 17 };	/* the longest message there can be, twice */

int
nft_create(struct nft **out, const struct nft_config *config)
{
	struct nft *nft = calloc(1, sizeof(*nft));

	*out = NULL;
	if (!nft)
		return -ENOMEM;
	nft->buffer = malloc(BUFFER_SIZE);
	if (!nft->buffer)
		goto err_nft;
	if (nft_memory_init(&nft->memory))
		goto err_buffer;
	nft->buffer_size = BUFFER_SIZE;
	nft->config = *config;
	nft->key = config->key;
	nft->genid = 1;
	list_init(&nft->tables);
	list_init(&nft->dumps);
	list_init(&nft->transactions);
	nft_names_init(&nft->table_names, &nft->key);
	nft_hash_init(&nft->ids);
	*out = nft;
	return 0;

err_buffer:
	free(nft->buffer);
err_nft:
	free(nft);
	return -ENOMEM;
}

void
nft_destroy(struct nft *nft)
{
	if (!nft)
		return;
	nft_hash_fini(&nft->ids);
	nft_names_fini(&nft->table_names);
	for (unsigned f = 0; f < NFT_FAMILIES; f++) {
		for (unsigned h = 0; h < HOOKS; h++)
			free(nft->hooks[f][h].at);
	}
	nft_memory_fini(&nft->memory);
	free(nft->buffer);
	free(nft);
}

const struct nft_hooked *
nft_hooked(const struct nft *nft, uint8_t family, uint8_t hook, size_t *count)
{
	*count = 0;
	if (family >= NFT_FAMILIES || hook >= HOOKS)
		return NULL;
	*count = nft->hooks[family][hook].count;
	return nft->hooks[family][hook].at;
}

void
nft_unlink(struct nft *nft, struct list *link)
{
	struct nft_dump *d;

	list_each(d, &nft->dumps, link) {
		for (unsigned level = 0; level < NFT_DUMP_LEVELS; level++) {
			if (d->at[level] != link)
				continue;
			d->at[level] = link->next;
			while (++level < NFT_DUMP_LEVELS)
				d->at[level] = NULL;
		}
	}
	list_remove(link);
}
