/* SPDX-License-Identifier: BSD-2-Clause
 * track/source.c - a list of connections for each source, found by hash. */
#include "track/source.h"

#include <errno.h>
#include <string.h>

#include "track/track.h"

enum {
	MESSAGE_IPV4 = 11,	/* SipHash's length bytes: other than those */
	MESSAGE_IPV6 = 21,	/* of whole keys */
};

int
sources_init(struct sources *s, size_t most)
{
	memset(s, 0, sizeof(*s));
	if (region_init(&s->links, sizeof(struct source_link), most + 1) ||
	    table_init(&s->table, most)) {
		sources_fini(s);
		return -ENOMEM;
	}
	return 0;
}

void
sources_fini(struct sources *s)
{
	region_fini(&s->links);
	table_fini(&s->table);
}

int
source_reserve(struct track *t, const struct conn *c)
{
	uint32_t index = track_index(t, c);

	if (index < t->sources.links.usable)
		return 0;
	return region_grow(&t->sources.links, index + 1);
}

/* All of 'meta' but the half of the protocol's part that is of the
 * destination; of ICMP the id alone. */
static uint64_t
source_meta(const struct key_short *s)
{
	union clew_proto_part other = { .port = { .dport_be = 0xffff } };

	return s->meta & ~(uint64_t)other.word;
}

static uint32_t
source_hash(const struct track *t, const struct key *key)
{
	uint64_t meta = source_meta(&key->s) & ~(0xffULL << 56);

	if (!key_is_ipv6(&key->s)) {
		uint32_t src;

		memcpy(&src, &key->s.addr, sizeof(src));
		return (uint32_t)hash_blocks(&t->hash_key, (const uint64_t[2]){
			src, meta | (uint64_t)MESSAGE_IPV4 << 56 }, 2);
	}
	return (uint32_t)hash_blocks(&t->hash_key, (const uint64_t[3]){
		key->addr6.word[0], key->addr6.word[1],
		meta | (uint64_t)MESSAGE_IPV6 << 56 }, 3);
}

static bool
is_same_source(const struct track *t, uint32_t index, const struct key *key)
{
	const struct key_short *s = &track_conn(t, index)->key[CLEW_DIR_ORIG];

	if (source_meta(s) != source_meta(&key->s))
		return false;
	if (!key_is_ipv6(&key->s))
		return !memcmp(&s->addr, &key->s.addr, 4);
	return !memcmp(track_addr6(t, index, CLEW_DIR_ORIG), &key->addr6, 16);
}

/* The table's entry of that source.  => NULL when there is none. */
static uint32_t *
find(const struct track *t, const struct key *key, uint32_t hash)
{
	struct bucket *b = table_bucket(&t->sources.table, hash);

	for (; b; b = table_more(&t->sources.table, b)) {
		unsigned m = table_match(b, hash);

		for (; m; m &= m - 1) {
			uint32_t *ref = &b->ref[__builtin_ctz(m)];

			if (*ref && is_same_source(t, *ref >> 1, key))
				return ref;
		}
	}
	return NULL;
}

void
source_prefetch(const struct track *t, const struct key *key)
{
	struct key reply;

	__builtin_prefetch(table_bucket(&t->sources.table,
					source_hash(t, key)), 1);
	if (!key_invert(key, &reply))
		return;
	memcpy(key_addr(&reply, 1), &t->sources.guess,
	       key_addr_size(&reply.s));
	__builtin_prefetch(table_bucket(&t->table,
			(uint32_t)key_hash(&t->hash_key, &reply)), 1);
}

struct conn *
source_youngest(const struct track *t, const struct key *key)
{
	uint32_t *ref = find(t, key, source_hash(t, key));

	return ref ? track_conn(t, *ref >> 1) : NULL;
}

struct conn *
source_older(const struct track *t, const struct conn *c)
{
	uint32_t older = source_link(&t->sources, track_index(t, c))->older;

	return older ? track_conn(t, older) : NULL;
}

int
source_insert(struct track *t, struct conn *c)
{
	uint32_t index = track_index(t, c), hash, *ref, older = 0;
	struct key key;

	if (source_reserve(t, c))
		return -ENOMEM;
	conn_key(t, c, CLEW_DIR_ORIG, &key);
	hash = source_hash(t, &key);
	ref = find(t, &key, hash);
	if (ref) {
		older = *ref >> 1;
		*ref = table_ref(index, CLEW_DIR_ORIG);
		source_link(&t->sources, older)->younger = index;
	} else if (table_insert(&t->sources.table, hash,
				table_ref(index, CLEW_DIR_ORIG))) {
		return -ENOMEM;
	}
	source_link(&t->sources, index)->younger = 0;
	source_link(&t->sources, index)->older = older;
	c->status |= CONN_BY_SOURCE;
	return 0;
}

void
source_remove(struct track *t, struct conn *c)
{
	uint32_t index = track_index(t, c), hash;
	struct source_link *l = source_link(&t->sources, index);
	struct key key;

	c->status &= ~(uint32_t)CONN_BY_SOURCE;
	if (l->older)
		source_link(&t->sources, l->older)->younger = l->younger;
	if (l->younger) {
		source_link(&t->sources, l->younger)->older = l->older;
		return;
	}
	conn_key(t, c, CLEW_DIR_ORIG, &key);
	hash = source_hash(t, &key);
	if (l->older)
		*find(t, &key, hash) = table_ref(l->older, CLEW_DIR_ORIG);
	else
		table_remove(&t->sources.table, hash,
			     table_ref(index, CLEW_DIR_ORIG));
}
