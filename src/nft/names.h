/* SPDX-License-Identifier: BSD-2-Clause
 * nft/names.h - hash tables of the ruleset's objects: by name, by handle.
 *
 * Names and handles come from whoever loads rules, so the hash is keyed, and
 * both tables grow: a batch of any size costs its size.  Neither owns what
 * is in it.  Growth that fails makes look-ups slower, nothing else. */
#ifndef NFT_NAMES_H
#define NFT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "nl/attr.h"

/* A chain of a hash table. */
struct nft_link {
	struct nft_link *next;
	uint64_t hash;
};

struct nft_hash {
	struct nft_link **bucket;	/* 'mask' + 1 of them */
	size_t mask;
	size_t count;
	struct nft_link *first;		/* the only bucket of an empty one */
};

void nft_hash_init(struct nft_hash *h);
void nft_hash_fini(struct nft_hash *h);
void nft_hash_insert(struct nft_hash *h, struct nft_link *l, uint64_t hash);
void nft_hash_remove(struct nft_hash *h, struct nft_link *l);

/* The first link that may be it; the next one is l->next. */
static inline struct nft_link *
nft_hash_first(const struct nft_hash *h, uint64_t hash)
{
	return h->bucket[hash & h->mask];
}

/* Of a name of 'len' bytes within 'space'. */
uint64_t nft_hash_name(const struct hash_key *key, uint64_t space,
		       const char *name, size_t len);

/* Handles and ids count up: their own bits spread well. */
static inline uint64_t
nft_hash_number(uint64_t number)
{
	return number * 0x9e3779b97f4a7c15ULL >> 20;
}

/* What has a name and a handle: chains, sets, objects, flowtables, tables.
 * Two of one name can be there while a batch replaces one by another. */
struct nft_named {
	struct nft_link by_name;
	struct nft_link by_handle;
	char *name;
	uint64_t handle;
	uint32_t space;		/* names are told apart within: an object's
				 * type, a table's family */
	uint8_t inactive;	/* generations it is not in: nft_gen() */
};

struct nft_names {
	struct nft_hash by_name;
	struct nft_hash by_handle;
	struct hash_key key;
};

void nft_names_init(struct nft_names *names, const struct hash_key *key);
void nft_names_fini(struct nft_names *names);
/* 'n' has its name, handle and space; all stay as they are. */
void nft_names_insert(struct nft_names *names, struct nft_named *n);
void nft_names_remove(struct nft_names *names, struct nft_named *n);

/* The one in generation 'gen'.  => NULL when there is none. */
struct nft_named *nft_names_lookup(const struct nft_names *names,
				   uint32_t space, const struct nl_attr *name,
				   uint8_t gen);
struct nft_named *nft_names_by_handle(const struct nft_names *names,
				      uint64_t handle, uint8_t gen);

#endif
