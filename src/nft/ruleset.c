/* SPDX-License-Identifier: BSD-2-Clause
 * nft/ruleset.c - the whole of a ruleset: its life, its hooks. */
#include <stdlib.h>

#include "clew/rules.h"
#include "nft/kinds.h"
#include "nft/rule.h"

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
	nft->drafts = calloc(NFT_RULE_EXPRS_MOST, sizeof(nft->drafts[0]));
	if (!nft->drafts)
		goto err_buffer;
	if (nft_memory_init(&nft->memory))
		goto err_drafts;
	nft->buffer_size = BUFFER_SIZE;
	nft->config = *config;
	nft->key = config->key;
	nft->genid = 1;
	list_init(&nft->tables);
	list_init(&nft->dumps);
	list_init(&nft->timed_sets);
	list_init(&nft->transactions);
	nft_names_init(&nft->table_names, &nft->key);
	nft_hash_init(&nft->ids);
	nft_hash_init(&nft->renames);
	nft_hash_init(&nft->shared);
	nft_osf_init(&nft->osf);
	*out = nft;
	return 0;

err_drafts:
	free(nft->drafts);
err_buffer:
	free(nft->buffer);
err_nft:
	free(nft);
	return -ENOMEM;
}

/* Take tables apart, by a batch of our own. */
static void
clear(struct nft *nft, uint32_t owner)
{
	nft_batch_begin(nft, 0, false);
	if (nft_tables_flush(nft, owner) == 0)
		nft_batch_commit(nft);
	else
		nft_batch_abort(nft);
}

void
nft_destroy(struct nft *nft)
{
	if (!nft)
		return;
	nft->config.notify = NULL;
	while (!list_is_empty(&nft->dumps))
		nft_dump_end(list_entry(nft->dumps.next, struct nft_dump,
					link));
	if (nft->is_in_batch)
		nft_batch_abort(nft);
	clear(nft, 0);
	nft_names_fini(&nft->table_names);
	nft_hash_fini(&nft->shared);
	nft_osf_fini(&nft->osf);
	for (unsigned f = 0; f < NFT_FAMILIES; f++) {
		for (unsigned h = 0; h < HOOKS; h++)
			free(nft->hooks[f][h].at);
	}
	nft_memory_fini(&nft->memory);
	free(nft->drafts);
	free(nft->buffer);
	free(nft);
}

struct nft_osf_list *
nft_osf(struct nft *nft)
{
	return &nft->osf;
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

uint32_t
nft_generation(const struct nft *nft)
{
	return nft->hooks_changed;
}

void
nft_rule_describe(const struct nft_chain *chain, uint64_t rule,
		  struct clew_rule *out)
{
	const struct nft_table *table = chain->table;

	*out = (struct clew_rule){
		.family = table->family,
		.table = table->named.name,
		.chain = chain->named.name,
		.handle = rule,
	};
	if (nft_chain_is_base(chain))
		nft_hook_place(nft_base_of(chain), &out->hook);
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

void
nft_port_gone(struct nft *nft, uint32_t portid)
{
	struct nft_table *table;

	if (!portid)
		return;
	list_each(table, &nft->tables, link) {
		if (table->flags & NFT_TABLE_F_OWNER &&
		    table->flags & NFT_TABLE_F_PERSIST &&
		    table->owner == portid)
			table->flags &= ~(uint32_t)NFT_TABLE_F_OWNER;
	}
	clear(nft, portid);
}

bool
nft_work(struct nft *nft, uint32_t budget)
{
	return nft_set_work(nft, &budget);
}

uint32_t
nft_notices(const struct nft *nft)
{
	return nft->notices;
}

const char *
nft_notice_text(enum nft_notice notice)
{
	switch (notice) {
	case NFT_NOTICE_HELPER:
		return "connections get the helpers of 'ct helper' objects, "
		       "but nothing watches them yet";
	case NFT_NOTICE_SOCKET:
		return "there is no host with sockets: rules with 'socket' or "
		       "'tproxy' never match";
	case NFT_NOTICE_FLOW:
		return "no flow is offloaded: packets of 'flow add' go through "
		       "the rules as all others do";
	case NFT_NOTICES:
		break;
	}
	return "";
}
