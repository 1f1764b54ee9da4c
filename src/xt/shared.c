/* SPDX-License-Identifier: BSD-2-Clause
 * xt/shared.c - what rules share because they name it alike. */
#include "xt/shared.h"

static uint64_t
hash_of(const struct nft *nft, const void *kind, uint8_t family,
	const char *name)
{
	return nft_hash_name(&nft->key, (uintptr_t)kind + family, name,
			     strlen(name));
}

struct xt_shared *
xt_shared_lookup(const struct nft *nft, const void *kind, uint8_t family,
		 const char *name)
{
	struct nft_link *l = nft_hash_first(&nft->shared,
					    hash_of(nft, kind, family, name));

	for (; l; l = l->next) {
		struct xt_shared *s = (struct xt_shared *)l;

		if (s->kind == kind && s->family == family &&
		    strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

void
xt_shared_insert(struct nft *nft, struct xt_shared *shared, const void *kind,
		 uint8_t family, const char *name)
{
	shared->kind = kind;
	shared->use = 1;
	shared->family = family;
	shared->name = name;
	nft_hash_insert(&nft->shared, &shared->link,
			hash_of(nft, kind, family, name));
}

bool
xt_shared_put(struct nft *nft, struct xt_shared *shared)
{
	if (--shared->use)
		return false;
	nft_hash_remove(&nft->shared, &shared->link);
	return true;
}

int
xt_check_name(const char *name, size_t size)
{
	if (!name[0])
		return -EINVAL;
	if (strnlen(name, size) == size)
		return -ENAMETOOLONG;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strchr(name, '/') ? -EINVAL : 0;
}
