/* SPDX-License-Identifier: BSD-2-Clause
 * nft/conncount.c - how many connections there are of those seen. */
#include "nft/conncount.h"

#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"
#include "track/track.h"

enum { SWEEP_MOST = 64 };	/* entries taken out by one packet, and one */

const struct nl_policy nft_connlimit_policy[NFTA_CONNLIMIT_MAX + 1] = {
	[NFTA_CONNLIMIT_COUNT] = { .kind = NL_U32 },
	[NFTA_CONNLIMIT_FLAGS] = { .kind = NL_U32 },
};

struct nft_conncount_entry {
	struct nft_conncount_entry *next;
	clew_conn_ref ref;	/* the connection when it was counted, or 0 */
	struct key_short key;
	uint32_t hash;
	struct key_addr6 addr6[];	/* one, for IPv6 */
};

static size_t
entry_size(const struct key_short *key)
{
	return sizeof(struct nft_conncount_entry) +
	       (key_is_ipv6(key) ? sizeof(struct key_addr6) : 0);
}

void
nft_conncount_init(struct nft *nft, struct nft_conncount *list)
{
	*list = (struct nft_conncount){
		.end = &list->first,
		.swept_ms = (uint32_t)nft->config.track->now_ms,
	};
}

static struct nft_conncount *
create(struct nft *nft)
{
	struct nft_conncount *list = nft_alloc(nft, sizeof(*list));

	if (list)
		nft_conncount_init(nft, list);
	return list;
}

int
nft_connlimit_init(const struct nft_load *load, struct nft_connlimit *limit,
		   const struct nl_attr tb[])
{
	uint32_t flags = nl_be32(&tb[NFTA_CONNLIMIT_FLAGS]);

	if (!tb[NFTA_CONNLIMIT_COUNT].data)
		return -EINVAL;
	if (flags & ~(uint32_t)NFT_CONNLIMIT_F_INV)
		return -EOPNOTSUPP;
	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	limit->limit = nl_be32(&tb[NFTA_CONNLIMIT_COUNT]);
	limit->is_inverted = flags & NFT_CONNLIMIT_F_INV;
	limit->list = create(load->nft);
	return limit->list ? 0 : -ENOMEM;
}

/* Free the entry that '*link' leads to. */
static void
remove_entry(struct nft *nft, struct nft_conncount *list,
	     struct nft_conncount_entry **link)
{
	struct nft_conncount_entry *entry = *link;

	*link = entry->next;
	if (list->end == &entry->next)
		list->end = link;
	list->count--;
	nft_free(nft, entry, entry_size(&entry->key));
}

void
nft_conncount_fini(struct nft *nft, struct nft_conncount *list)
{
	while (list->first)
		remove_entry(nft, list, &list->first);
}

void
nft_connlimit_fini(struct nft *nft, struct nft_connlimit *limit)
{
	nft_conncount_fini(nft, limit->list);
	nft_free(nft, limit->list, sizeof(*limit->list));
}

int
nft_connlimit_clone(struct nft *nft, struct nft_connlimit *to,
		    const struct nft_connlimit *from)
{
	*to = *from;
	to->list = create(nft);
	return to->list ? 0 : -ENOMEM;
}

void
nft_connlimit_dump(struct nl_writer *w, const struct nft_connlimit *limit)
{
	nl_put_be32(w, NFTA_CONNLIMIT_COUNT, limit->limit);
	if (limit->is_inverted)
		nl_put_be32(w, NFTA_CONNLIMIT_FLAGS, NFT_CONNLIMIT_F_INV);
}

/* The connection an entry stands for, or another one of the same tuple.
 * => NULL when there is none in the table. */
static struct conn *
find(const struct track *t, struct nft_conncount_entry *entry)
{
	struct conn *c = entry->ref ? conn_from_ref(t, entry->ref) : NULL;
	struct key key = { .s = entry->key };
	enum clew_dir dir;

	if (c && conn_is_confirmed(c))
		return c;
	if (key_is_ipv6(&entry->key))
		key.addr6 = entry->addr6[0];
	c = track_lookup(t, &key, entry->hash, &dir);
	if (c)
		entry->ref = conn_ref(t, c);
	return c;
}

static bool
is_closed(const struct conn *c)
{
	return conn_protocol(c) == IPPROTO_TCP &&
	       (c->tcp.state == CLEW_TCP_TIME_WAIT ||
		c->tcp.state == CLEW_TCP_CLOSE);
}

static bool
is_entry_of(const struct nft_conncount_entry *entry, const struct key *key)
{
	return memcmp(&entry->key, &key->s, sizeof(key->s)) == 0 &&
	       (!key_is_ipv6(&key->s) ||
		memcmp(entry->addr6, &key->addr6, sizeof(key->addr6)) == 0);
}

/* Take out what is gone or closed, up to the entry of 'key' (may be NULL).
 * => Was there one? */
static bool
sweep(struct nft *nft, struct nft_conncount *list, const struct key *key)
{
	const struct track *t = nft->config.track;
	struct nft_conncount_entry **link = &list->first;
	uint32_t taken = 0;

	while (*link && taken <= SWEEP_MOST) {
		const struct conn *c = find(t, *link);

		if (c && key && is_entry_of(*link, key))
			return true;
		if (c && !is_closed(c)) {
			link = &(*link)->next;
			continue;
		}
		remove_entry(nft, list, link);
		taken++;
	}
	list->swept_ms = (uint32_t)t->now_ms;
	return false;
}

static bool
is_swept(const struct nft *nft, const struct nft_conncount *list)
{
	return list->swept_ms == (uint32_t)nft->config.track->now_ms;
}

bool
nft_conncount_sweep(struct nft *nft, struct nft_conncount *list)
{
	if (is_swept(nft, list))
		return false;
	sweep(nft, list, NULL);
	return list->count == 0;
}

bool
nft_connlimit_sweep(struct nft *nft, const struct nft_connlimit *limit)
{
	return nft_conncount_sweep(nft, limit->list);
}

/* => 0 or -ENOMEM. */
static int
append(struct nft *nft, struct nft_conncount *list, const struct key *key,
       uint32_t hash, const struct conn *c)
{
	struct nft_conncount_entry *entry =
		nft_alloc(nft, entry_size(&key->s));

	if (!entry)
		return -ENOMEM;
	entry->ref = c ? conn_ref(nft->config.track, c) : 0;
	entry->key = key->s;
	entry->hash = hash;
	if (key_is_ipv6(&key->s))
		entry->addr6[0] = key->addr6;
	*list->end = entry;
	list->end = &entry->next;
	list->count++;
	return 0;
}

/* The original tuple of the packet's connection or, if it has none, its own
 * and the connection that has that.  => false when it has no tuple. */
static bool
read_key(const struct nft_eval *ev, struct passage *pass)
{
	struct track *t = ev->path->track;
	struct passage *one = pass;
	struct clew_packet packet = { 0 };
	enum clew_dir dir;

	pass->conn = nft_conn(ev);
	if (pass->conn) {
		conn_key(t, pass->conn, CLEW_DIR_ORIG, &pass->key);
	} else {
		if (nft_has_template(ev)) {
			packet.zone = ev->path->packet->zone;
			packet.flags = ev->path->packet->flags;
		}
		if (ev->path->p->kind != PKT_WHOLE ||
		    track_read(ev->path->p, &packet, pass) != PROTO_OK)
			return false;
	}
	track_hash(t, &one, 1);
	if (!pass->conn)
		pass->conn = track_lookup(t, &pass->key, pass->hash, &dir);
	return true;
}

bool
nft_conncount_add(struct nft_conncount *list, struct nft_eval *ev,
		  bool is_first)
{
	struct passage pass = { 0 };
	bool is_known = false;

	if (!read_key(ev, &pass))
		return false;
	if (is_first) {
		/* The list is made for it. */
	} else if (pass.conn && conn_is_confirmed(pass.conn)) {
		/* Counted when it began, or older than the rule. */
		is_known = sweep(ev->nft, list, &pass.key);
		if (is_known && !is_swept(ev->nft, list))
			sweep(ev->nft, list, NULL);
	} else if (!is_swept(ev->nft, list)) {
		is_known = sweep(ev->nft, list, &pass.key);
	}
	return is_known ||
	       !append(ev->nft, list, &pass.key, pass.hash, pass.conn);
}

int32_t
nft_connlimit_take(const struct nft_connlimit *limit, struct nft_eval *ev)
{
	if (!nft_conncount_add(limit->list, ev, false))
		return NFT_VERDICT_DROP;
	return (limit->list->count > limit->limit) == limit->is_inverted ?
	       NFT_CONTINUE : NFT_BREAK;
}

void
nft_connlimit_tell(struct nft_telling *t, const struct nft_connlimit *limit)
{
	t->is_question = true;
	strbuf_printf(&t->what, "ct count%s",
		      limit->is_inverted ? " over" : "");
	strbuf_put_u64(&t->value, limit->list->count);
	t->op = limit->is_inverted ? ">" : "<=";
	strbuf_put_u64(&t->wanted, limit->limit);
}
