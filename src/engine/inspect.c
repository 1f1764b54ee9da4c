/* SPDX-License-Identifier: BSD-2-Clause
 * engine/inspect.c - looking into an engine and setting things in it:
 * connections, settings, timeout policies, counters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"

/* Connections. */

size_t
clew_engine_count(const struct clew_engine *e)
{
	return e->track.conns.count;
}

int
clew_conn_snapshot(const struct clew_engine *e, clew_conn_ref ref,
		   struct clew_snapshot *out)
{
	const struct conn *c = conn_from_ref(&e->track, ref);

	if (!c)
		return -ENOENT;
	conn_snapshot_entry(&e->track, c, out);
	return 0;
}

static int
by_serial(const void *a, const void *b)
{
	const struct order_entry *x = a, *y = b;

	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

/* Note what is there now.  => false when memory is out: an empty dump. */
static bool
order_begin(struct order *order, const struct track *t)
{
	size_t n = 0;

	free(order->entry);
	order->count = order->at = 0;
	order->entry = malloc((t->conns.count + 1) * sizeof(*order->entry));
	if (!order->entry)
		return false;
	for (uint32_t i = 1; i <= t->conns.used; i++) {
		const struct conn *c = track_conn(t, i);

		if (!c->serial || !conn_is_confirmed(c))
			continue;
		order->entry[n++] = (struct order_entry){ c->serial, i };
	}
	order->count = n;
	qsort(order->entry, n, sizeof(*order->entry), by_serial);
	return true;
}

/* The whole serial number of a reference, given one not far below now. */
static uint64_t
serial_of(const struct track *t, clew_conn_ref ref)
{
	enum { BITS = 64 - REF_INDEX_BITS };
	uint64_t low = ref >> REF_INDEX_BITS;
	uint64_t serial = t->serial >> BITS << BITS | low;

	return serial > t->serial ? serial - (1ULL << BITS) : serial;
}

/* The first entry made after 'serial'. */
static size_t
order_after(const struct order *order, uint64_t serial)
{
	size_t low = 0, high = order->count;

	if (order->at < order->count &&
	    order->entry[order->at].serial == serial)
		return order->at + 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order->entry[middle].serial <= serial)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
clew_conn_next(struct clew_engine *e, clew_conn_ref *cursor)
{
	struct track *t = &e->track;
	struct order *order = &e->order;
	size_t at = 0;

	if (!*cursor) {
		if (!order_begin(order, t))
			return false;
	} else {
		at = order_after(order, serial_of(t, *cursor));
	}
	for (; at < order->count; at++) {
		const struct conn *c = track_conn(t, order->entry[at].index);

		if (c->serial != order->entry[at].serial)
			continue;	/* gone since */
		order->at = at;
		*cursor = conn_ref(t, c);
		return true;
	}
	return false;
}

clew_conn_ref
clew_conn_lookup(struct clew_engine *e, const struct clew_tuple *tuple,
		 enum clew_dir *dir)
{
	enum clew_dir found;
	struct conn *c;
	struct key key;

	if (!key_from_tuple(tuple, &key))
		return 0;
	c = track_lookup(&e->track, &key,
			 (uint32_t)key_hash(&e->track.hash_key, &key),
			 dir ? dir : &found);
	return c ? conn_ref(&e->track, c) : 0;
}

int
clew_conn_delete(struct clew_engine *e, clew_conn_ref ref)
{
	struct conn *c = conn_from_ref(&e->track, ref);

	if (!c)
		return -ENOENT;
	conn_kill(&e->track, c);
	return 0;
}

int
clew_conn_set_mark(struct clew_engine *e, clew_conn_ref ref, uint32_t mark)
{
	struct conn *c = conn_from_ref(&e->track, ref);

	if (!c)
		return -ENOENT;
	if (c->mark == mark)
		return 0;
	c->mark = mark;
	conn_event(c, CLEW_IPCT_MARK);
	return 0;
}

int
clew_conn_set_labels(struct clew_engine *e, clew_conn_ref ref,
		     const uint8_t labels[CLEW_LABELS_SIZE])
{
	struct conn *c = conn_from_ref(&e->track, ref);
	struct conn_ext *ext;

	if (!c)
		return -ENOENT;
	ext = conn_extend(&e->track, c);
	if (!ext)
		return -ENOMEM;
	if (!ext->has_labels ||
	    memcmp(ext->labels, labels, sizeof(ext->labels)))
		conn_event(c, CLEW_IPCT_LABEL);
	ext->has_labels = true;
	memcpy(ext->labels, labels, sizeof(ext->labels));
	return 0;
}

int
clew_conn_set_timeout(struct clew_engine *e, clew_conn_ref ref,
		      uint32_t timeout_s)
{
	struct conn *c = conn_from_ref(&e->track, ref);

	if (!c)
		return -ENOENT;
	if (timeout_s > TIMEOUT_MAX)
		timeout_s = TIMEOUT_MAX;
	conn_set_deadline(&e->track, c,
			  e->track.now_ms + timeout_s * 1000ull);
	return 0;
}

int
clew_conn_add_status(struct clew_engine *e, clew_conn_ref ref,
		     uint32_t status)
{
	struct conn *c = conn_from_ref(&e->track, ref);

	if (!c)
		return -ENOENT;
	if ((status & CLEW_STATUS_SEEN_REPLY) &&
	    !(c->status & CLEW_STATUS_SEEN_REPLY))
		conn_event(c, CLEW_IPCT_REPLY);
	if ((status & CLEW_STATUS_ASSURED) &&
	    !(c->status & CLEW_STATUS_ASSURED))
		conn_event(c, CLEW_IPCT_ASSURED);
	c->status |= status & (CLEW_STATUS_EXPECTED | CLEW_STATUS_SEEN_REPLY |
			       CLEW_STATUS_ASSURED |
			       CLEW_STATUS_FIXED_TIMEOUT);
	return 0;
}

int
clew_conn_set_seqadj(struct clew_engine *e, clew_conn_ref ref,
		     enum clew_dir dir, const struct clew_seqadj *adj)
{
	struct conn *c = conn_from_ref(&e->track, ref);
	struct conn_ext *ext;

	if (!c)
		return -ENOENT;
	if (dir != CLEW_DIR_ORIG && dir != CLEW_DIR_REPLY)
		return -EINVAL;
	ext = conn_extend(&e->track, c);
	if (!ext)
		return -ENOMEM;
	ext->has_seqadj = true;
	ext->seqadj[dir] = *adj;
	c->status |= CLEW_STATUS_SEQ_ADJUST;
	conn_event(c, CLEW_IPCT_SEQADJ);
	return 0;
}

/* Settings and policies. */

int
clew_engine_set(struct clew_engine *e, const char *name, uint64_t value,
		struct clew_error *error)
{
	return setting_set(&e->track.set, name, value, error);
}

int
clew_engine_get(const struct clew_engine *e, const char *name,
		uint64_t *value)
{
	return setting_get(&e->track.set, name, e->track.conns.count, value);
}

int
clew_timeout_create(struct clew_engine *e, const char *name,
		    enum clew_family family, uint8_t protocol,
		    const uint32_t *values_s, uint32_t mask)
{
	if (!name[0] || (family != CLEW_IPV4 && family != CLEW_IPV6))
		return -EINVAL;
	return policy_create(&e->track.policies, &e->track.set, name, family,
			     protocol, values_s, mask);
}

int
clew_timeout_destroy(struct clew_engine *e, int policy)
{
	int err = policy_may_go(&e->track.policies, policy);

	if (!err)
		track_forget_policy(&e->track, (uint32_t)policy);
	return err;
}

int
clew_timeout_info(const struct clew_engine *e, int policy,
		  struct clew_timeout_info *out)
{
	return policy_info(&e->track.policies, policy, out);
}

/* Counters. */

void
clew_engine_stats(const struct clew_engine *e, struct clew_stats *out)
{
	*out = e->track.stats;
}

void
clew_engine_memory(const struct clew_engine *e, struct clew_memory *out)
{
	const struct track *t = &e->track;

	*out = (struct clew_memory){
		.connections = region_bytes(&t->conns.region),
		.hash = region_bytes(&t->table.buckets) +
			region_bytes(&t->table.overflow.region) +
			region_bytes(&t->sources.table.buckets) +
			region_bytes(&t->sources.table.overflow.region),
		.extensions = region_bytes(&t->addr6) +
			      region_bytes(&t->acct) +
			      region_bytes(&t->tstamp) +
			      region_bytes(&t->sources.links) +
			      region_bytes(&t->exts.region),
		.fragments = frag_memory(&e->frags),
	};
}
