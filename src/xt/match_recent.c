/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_recent.c - 'recent': addresses seen lately, in lists that rules
 * share by name.
 *
 * Of each list 100 addresses are remembered (ip_list_tot), and when each was
 * seen the last so many times: the power of two that the rules' hit counts
 * need, 32 without any (ip_pkt_list_tot 0).  The first rule gives the mask; one
 * that needs more times than there are empties the list. */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter/xt_recent.h>
#include <stdlib.h>

#include "base/pool.h"
#include "xt/packet.h"
#include "xt/shared.h"

enum {
	ADDRESSES	= 100,
	BUCKETS		= 128,
	TIMES_DEFAULT	= 32,
	TIMES_MOST	= 65536,
	MS_PER_S	= 1000,
	WHAT		= XT_RECENT_SET | XT_RECENT_REMOVE |
			  XT_RECENT_CHECK | XT_RECENT_UPDATE,
};

struct seen {
	uint32_t next_free;	/* the pool's */
	uint32_t next;		/* in its bucket, which is in order of age */
	uint32_t older;		/* in order of use; 0: none */
	uint32_t newer;
	union clew_addr addr;
	uint8_t family;
	uint8_t ttl;
	uint32_t at;		/* where the next time goes, or one beyond */
	uint32_t count;
	uint64_t ms[];
};

struct recents {
	struct xt_shared shared;
	char name[XT_RECENT_NAME_LEN];
	union clew_addr mask;
	struct pool pool;	/* struct seen */
	uint32_t times;		/* a power of two */
	uint32_t oldest;
	uint32_t newest;
	uint32_t bucket[BUCKETS];
	struct hash_key key;
};

static const char kind;		/* its address tells our lists apart */

/* The lists. */

static struct seen *
seen_at(const struct recents *r, uint32_t index)
{
	return pool_at(&r->pool, index);
}

static uint32_t
index_of(const struct recents *r, const struct seen *s)
{
	return (uint32_t)((size_t)((const char *)s - r->pool.region.base) /
			  r->pool.region.stride);
}

static uint32_t *
bucket_of(struct recents *r, const union clew_addr *a)
{
	uint64_t hash = hash_blocks(&r->key, (const uint64_t[3]){
		a->be64[0], a->be64[1], 16ULL << 56 }, 3);

	return &r->bucket[hash % BUCKETS];
}

/* Without a TTL of its own, or asked for none, any does. */
static struct seen *
lookup(struct recents *r, const union clew_addr *a, uint8_t family,
       uint8_t ttl)
{
	for (uint32_t i = *bucket_of(r, a); i; i = seen_at(r, i)->next) {
		struct seen *s = seen_at(r, i);

		if (s->family == family &&
		    memcmp(&s->addr, a, sizeof(*a)) == 0 &&
		    (s->ttl == ttl || !ttl || !s->ttl))
			return s;
	}
	return NULL;
}

static void
unlink_from(struct recents *r, const struct seen *s)
{
	*(s->older ? &seen_at(r, s->older)->newer : &r->oldest) = s->newer;
	*(s->newer ? &seen_at(r, s->newer)->older : &r->newest) = s->older;
}

/* It is the last one that was used. */
static void
link_in(struct recents *r, struct seen *s)
{
	uint32_t index = index_of(r, s);

	s->older = r->newest;
	s->newer = 0;
	*(r->newest ? &seen_at(r, r->newest)->newer : &r->oldest) = index;
	r->newest = index;
}

static void
forget(struct recents *r, struct seen *s)
{
	uint32_t index = index_of(r, s), *link = bucket_of(r, &s->addr);

	while (*link != index)
		link = &seen_at(r, *link)->next;
	*link = s->next;
	unlink_from(r, s);
	pool_put(&r->pool, index);
}

/* One more, in the place of the oldest if there are too many. */
static struct seen *
remember(struct recents *r, const union clew_addr *a, uint8_t family,
	 uint8_t ttl, uint64_t now)
{
	uint32_t index, *link = bucket_of(r, a);
	struct seen *s;

	if (r->pool.count >= ADDRESSES)
		forget(r, seen_at(r, r->oldest));
	index = pool_get(&r->pool);
	if (!index)
		return NULL;
	s = seen_at(r, index);
	*s = (struct seen){
		.addr = *a, .family = family, .ttl = ttl, .at = 1, .count = 1,
	};
	s->ms[0] = now;
	while (*link)
		link = &seen_at(r, *link)->next;
	*link = index;
	link_in(r, s);
	return s;
}

static void
see_again(struct recents *r, struct seen *s, uint8_t ttl, uint64_t now)
{
	s->at &= r->times - 1;
	s->ms[s->at++] = now;
	if (s->at > s->count)
		s->count = s->at;
	s->ttl = ttl;
	unlink_from(r, s);
	link_in(r, s);
}

static bool
is_before(uint64_t ms, uint64_t limit)
{
	return (int64_t)(limit - ms) > 0;
}

/* Loading. */

static int
check_info(const struct xt_recent_mtinfo *info)
{
	uint8_t what = info->check_set & WHAT;

	if (info->check_set & ~XT_RECENT_VALID_FLAGS || !what ||
	    what & (what - 1))
		return -EINVAL;
	if (what & (XT_RECENT_SET | XT_RECENT_REMOVE) &&
	    (info->seconds || info->hit_count ||
	     info->check_set & XT_RECENT_MODIFIERS))
		return -EINVAL;
	if (info->check_set & XT_RECENT_REAP && !info->seconds)
		return -EINVAL;
	if (info->hit_count >= TIMES_MOST)
		return -EINVAL;
	return xt_check_name(info->name, sizeof(info->name));
}

static uint32_t
times_of(const struct xt_recent_mtinfo *info)
{
	uint32_t times = 1;

	if (!info->hit_count)
		return TIMES_DEFAULT;
	while (times < info->hit_count)
		times *= 2;
	return times;
}

/* Empty, with room for so many times. => 0 or -ENOMEM. */
static int
set_times(struct recents *r, uint32_t times)
{
	size_t stride = sizeof(struct seen) + times * sizeof(uint64_t);
	struct pool pool;

	if (pool_init(&pool, stride, ADDRESSES))
		return -ENOMEM;
	pool_fini(&r->pool);
	r->pool = pool;
	r->times = times;
	r->oldest = r->newest = 0;
	memset(r->bucket, 0, sizeof(r->bucket));
	return 0;
}

static struct recents *
create(struct nft *nft, const struct xt_recent_mtinfo *info,
       const union nf_inet_addr *mask)
{
	struct recents *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	if (set_times(r, times_of(info))) {
		free(r);
		return NULL;
	}
	r->key = nft->key;
	memset(&r->mask, 0xff, sizeof(r->mask));
	if (mask)
		memcpy(&r->mask, mask, sizeof(r->mask));
	memcpy(r->name, info->name, sizeof(r->name));
	xt_shared_insert(nft, &r->shared, &kind, NFPROTO_UNSPEC, r->name);
	return r;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_recent_mtinfo_v1 *v1 = ext->info;
	const struct xt_recent_mtinfo *info = ext->info;
	struct recents **own = ext->own, *r;
	int err = check_info(info);

	if (err)
		return err;
	r = (struct recents *)xt_shared_lookup(load->nft, &kind,
					       NFPROTO_UNSPEC, info->name);
	if (r && times_of(info) > r->times) {
		err = set_times(r, times_of(info));
		if (err)
			return err;
	}
	if (r)
		r->shared.use++;
	else
		r = create(load->nft, info,
			   ext->ops->revision ? &v1->mask : NULL);
	*own = r;
	return r ? 0 : -ENOMEM;
}

static void
fini(struct nft *nft, struct xt_ext *ext)
{
	struct recents *r = *(struct recents **)ext->own;

	if (!xt_shared_put(nft, &r->shared))
		return;
	pool_fini(&r->pool);
	free(r);
}

/* Packets. */

/* As it was before this host took one off to forward it. */
static uint8_t
ttl_before(const struct nft_eval *ev)
{
	const uint8_t *ip = ev->path->p->ip;
	uint8_t ttl = ip[ev->family == NFPROTO_IPV6 ? 7 : 8];
	bool is_own = ev->path->packet->flags & CLEW_PKT_LOCAL_OUT;

	return ev->path->out && !is_own ? (uint8_t)(ttl + 1) : ttl;
}

static bool
has_hits(const struct xt_recent_mtinfo *info, const struct seen *s,
	 uint64_t begin)
{
	uint32_t hits = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		if (info->seconds && is_before(s->ms[i], begin))
			continue;
		if (++hits >= info->hit_count)
			return true;
	}
	return false;
}

/* The address that was used least lately goes, if that was too long ago. */
static void
reap(struct recents *r, const struct seen *kept, uint64_t begin)
{
	struct seen *s = seen_at(r, r->oldest);

	if (s != kept && is_before(s->ms[s->at - 1], begin))
		forget(r, s);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct recents *r = *(struct recents **)ext->own;
	const struct xt_recent_mtinfo *info = ext->info;
	uint64_t now = ev->path->track->now_ms;
	uint64_t begin = now - (uint64_t)info->seconds * MS_PER_S;
	bool is_it = info->invert, is_updated = false;
	union clew_addr a;
	struct seen *s;
	uint8_t ttl;

	if (!xt_address(ev, info->side != XT_RECENT_DEST, &a))
		return XT_NO;
	a.be64[0] &= r->mask.be64[0];
	a.be64[1] &= r->mask.be64[1];
	ttl = ttl_before(ev);
	s = lookup(r, &a, ev->family,
		   info->check_set & XT_RECENT_TTL ? ttl : 0);
	if (!s && !(info->check_set & XT_RECENT_SET))
		return xt_yes(is_it);
	if (!s)
		return remember(r, &a, ev->family, ttl, now) ?
		       xt_yes(!is_it) : XT_DROP;
	if (info->check_set & XT_RECENT_REMOVE) {
		forget(r, s);
		return xt_yes(!is_it);
	}
	is_it ^= info->check_set & XT_RECENT_SET || has_hits(info, s, begin);
	is_updated = info->check_set & XT_RECENT_SET ||
		     (info->check_set & XT_RECENT_UPDATE && is_it);
	if (info->check_set & XT_RECENT_REAP)
		reap(r, is_updated ? s : NULL, begin);
	if (is_updated)
		see_again(r, s, ttl, now);
	return xt_yes(is_it);
}

const struct xt_ops xt_match_recent_0 = {
	.name = "recent",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_recent_mtinfo),
	.own = sizeof(struct recents *),
	.check = check,
	.fini = fini,
	.match = match,
};

const struct xt_ops xt_match_recent_1 = {
	.name = "recent",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_recent_mtinfo_v1),
	.own = sizeof(struct recents *),
	.check = check,
	.fini = fini,
	.match = match,
};
