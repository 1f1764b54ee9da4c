/* SPDX-License-Identifier: BSD-2-Clause
 * nft/names.c - hash tables of the ruleset's objects: by name, by handle. */
#include "nft/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum {
	BUCKETS_FIRST = 16,
	NAME_BLOCKS = 34,	/* the space and 256 bytes, and their length */
};

void
nft_hash_init(struct nft_hash *h)
{
	h->first = NULL;
	h->bucket = &h->first;
	h->mask = 0;
	h->count = 0;
}

void
nft_hash_fini(struct nft_hash *h)
{
	if (h->bucket != &h->first)
		free(h->bucket);
	nft_hash_init(h);
}

static void
grow(struct nft_hash *h)
{
	size_t size = h->mask ? (h->mask + 1) * 2 : BUCKETS_FIRST;
	struct nft_link **bucket = calloc(size, sizeof(bucket[0]));

	if (!bucket)
		return;
	for (size_t i = 0; i <= h->mask; i++) {
		struct nft_link *l = h->bucket[i];

		while (l) {
			struct nft_link *next = l->next;

			l->next = bucket[l->hash & (size - 1)];
			bucket[l->hash & (size - 1)] = l;
			l = next;
		}
	}
	if (h->bucket != &h->first)
		free(h->bucket);
	h->bucket = bucket;
	h->mask = size - 1;
}

void
nft_hash_insert(struct nft_hash *h, struct nft_link *l, uint64_t hash)
{
	struct nft_link **head;

	if (h->count > h->mask)
		grow(h);
	head = &h->bucket[hash & h->mask];
	l->hash = hash;
	l->next = *head;
	*head = l;
	h->count++;
}

void
nft_hash_remove(struct nft_hash *h, struct nft_link *l)
{
	struct nft_link **at = &h->bucket[l->hash & h->mask];

	while (*at && *at != l)
		at = &(*at)->next;
	if (*at) {
		*at = l->next;
		h->count--;
	}
}

uint64_t
nft_hash_name(const struct hash_key *key, uint64_t space, const char *name,
	      size_t len)
{
	uint64_t blocks[NAME_BLOCKS];
	size_t most = (NAME_BLOCKS - 2) * sizeof(blocks[0]);
	size_t count;

	if (len > most)
		len = most;	/* longer names are refused elsewhere */
	count = (len + 7) / 8;
	blocks[0] = space;
	blocks[count] = count ? 0 : space;	/* the last one's rest */
	memcpy(&blocks[1], name, len);
	blocks[count + 1] = (uint64_t)len << 56;
	return hash_blocks(key, blocks, count + 2);
}

void
nft_names_init(struct nft_names *names, const struct hash_key *key)
{
	nft_hash_init(&names->by_name);
	nft_hash_init(&names->by_handle);
	names->key = *key;
}

void
nft_names_fini(struct nft_names *names)
{
	nft_hash_fini(&names->by_name);
	nft_hash_fini(&names->by_handle);
}

void
nft_names_insert(struct nft_names *names, struct nft_named *n)
{
	nft_hash_insert(&names->by_name, &n->by_name,
			nft_hash_name(&names->key, n->space, n->name,
				      strlen(n->name)));
	nft_hash_insert(&names->by_handle, &n->by_handle,
			nft_hash_number(n->handle));
}

void
nft_names_remove(struct nft_names *names, struct nft_named *n)
{
	nft_hash_remove(&names->by_name, &n->by_name);
	nft_hash_remove(&names->by_handle, &n->by_handle);
}

struct nft_named *
nft_names_lookup(const struct nft_names *names, uint32_t space,
		 const struct nl_attr *name, uint8_t gen)
{
	const char *text = (const char *)name->data;
	struct nft_link *l;
	uint64_t hash;

	if (!text)
		return NULL;
	hash = nft_hash_name(&names->key, space, text,
			     strnlen(text, name->len));
	for (l = nft_hash_first(&names->by_name, hash); l; l = l->next) {
		struct nft_named *n = list_entry(l, struct nft_named, by_name);

		if (l->hash == hash && n->space == space &&
		    !(n->inactive & gen) && nl_string_is(name, n->name))
			return n;
	}
	return NULL;
}

struct nft_named *
nft_names_by_handle(const struct nft_names *names, uint64_t handle,
		    uint8_t gen)
{
	struct nft_link *l;

	for (l = nft_hash_first(&names->by_handle, nft_hash_number(handle));
	     l; l = l->next) {
		struct nft_named *n = list_entry(l, struct nft_named,
						 by_handle);

		if (n->handle == handle && !(n->inactive & gen))
			return n;
	}
	return NULL;
}
