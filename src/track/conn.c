/* SPDX-License-Identifier: BSD-2-Clause
 * track/conn.c - the life of a connection: made, confirmed, refreshed,
 * killed. */
#include "track/conn.h"

#include <errno.h>
#include <string.h>

#include "track/track.h"

enum {
	EARLY_DROP_LOOKS = 64,
	KILL_AHEAD = 16,
	UNTOLD_WAIT_MS = 10,
	UNTOLD_AT_ONCE = 128,
};

void
conn_key(const struct track *t, const struct conn *c, enum clew_dir dir,
	 struct key *key)
{
	key->s = c->key[dir];
	if (key_is_ipv6(&key->s))
		key->addr6 = *track_addr6(t, track_index(t, c), dir);
}

static uint32_t
conn_hash(const struct track *t, const struct conn *c, enum clew_dir dir)
{
	struct key key;

	conn_key(t, c, dir, &key);
	return (uint32_t)key_hash(&t->hash_key, &key);
}

struct conn *
conn_from_ref(const struct track *t, clew_conn_ref ref)
{
	uint32_t index = ref & ((1u << REF_INDEX_BITS) - 1);
	struct conn *c;

	if (!index || index > t->conns.used)
		return NULL;
	c = track_conn(t, index);
	if (!c->serial || !conn_is_confirmed(c) || conn_ref(t, c) != ref ||
	    c->status & CONN_UNTOLD)
		return NULL;
	return c;
}

uint32_t
conn_id(const struct track *t, const struct conn *c)
{
	uint64_t blocks[2] = { c->serial, (uint64_t)8 << 56 };

	return (uint32_t)hash_blocks(&t->id_key, blocks, 2);
}

/* Early drop: when the table is full, a newcomer may push out a connection
 * that has not proved itself.  Linux looks at eight chains of its hash from
 * the newcomer's on and takes what is not ASSURED; its collector, above 95 %,
 * takes what is closing too.  Here a hand goes round the connections as they
 * lie in memory, which is about their order of creation, some at a time: the
 * first it meets that is not ASSURED goes, or else the first that is closing.
 * So who goes follows from what came, not from the hash's key, and the work
 * per packet is bounded. */
static bool
may_drop(const struct conn *c)
{
	switch (conn_protocol(c)) {
	case PROTO_TCP: return tcp_is_closing(c);
	case PROTO_SCTP: return sctp_is_closing(c);
	default: return false;
	}
}

static struct conn *
choose_victim(struct track *t)
{
	struct conn *closing = NULL;

	for (int looked = 0; looked < EARLY_DROP_LOOKS; looked++) {
		struct conn *c;

		t->hand = t->hand < t->conns.used ? t->hand + 1 : 1;
		c = track_conn(t, t->hand);
		if (!c->serial || !conn_is_confirmed(c) ||
		    (c->status & CLEW_STATUS_DYING))
			continue;
		if (!(c->status & CLEW_STATUS_ASSURED))
			return c;
		if (!closing && may_drop(c))
			closing = c;
	}
	return closing;
}

static bool
make_room(struct track *t)
{
	struct conn *victim;

	if (!t->set.max || t->conns.count < t->set.max)
		return true;
	victim = choose_victim(t);
	if (!victim)
		return false;
	conn_kill(t, victim);
	/* One whose end nobody could be told yet makes no room. */
	if (victim->serial)
		return false;
	t->stats.early_drop++;
	return true;	/* one for one, also after the limit was lowered */
}

/* Parallel arrays grow with the connections that use them. */
static bool
grow_arrays(struct track *t, uint32_t index, bool ipv6)
{
	if (ipv6 && index >= t->addr6.usable &&
	    region_grow(&t->addr6, index + 1))
		return false;
	if (t->set.acct && index >= t->acct.usable &&
	    region_grow(&t->acct, index + 1))
		return false;
	if (t->set.timestamp && index >= t->tstamp.usable &&
	    region_grow(&t->tstamp, index + 1))
		return false;
	return true;
}

static void
begin(struct track *t, struct conn *c, uint32_t index)
{
	memset(c, 0, sizeof(*c));
	c->slot = WHEEL_IDLE;
	c->serial = ++t->serial;
	if (t->set.events && t->tell)
		c->status |= CONN_EVENTS;
	if (t->set.acct) {
		c->status |= CONN_ACCT;
		memset(track_acct(t, index), 0, sizeof(struct conn_acct));
	}
	if (t->set.timestamp) {
		c->status |= CONN_TSTAMP;
		memset(track_tstamp(t, index), 0, sizeof(struct conn_tstamp));
	}
}

static bool
attach_template(struct track *t, struct conn *c, const struct clew_packet *in)
{
	struct conn_ext *ext;
	bool suits = policy_suits(&t->policies, in->timeout_policy,
				  conn_family(c), conn_protocol(c));

	if (track_has_one_way_zone(in)) {
		c->status |= in->flags & CLEW_PKT_ZONE_ORIG ?
			     CONN_ZONE_ORIG : CONN_ZONE_REPLY;
		t->has_one_way_zones = true;
	}
	if (!suits)
		return true;
	ext = conn_extend(t, c);
	if (!ext)
		return false;
	ext->policy = in->timeout_policy;
	t->policies.entry[ext->policy - 1].users++;
	return true;
}

struct conn *
conn_create_alone(struct track *t, const struct key *key,
		  const struct clew_packet *in, enum clew_reason *why)
{
	struct key inverse;
	uint32_t index;
	struct conn *c;

	if (!key_invert(key, &inverse)) {
		*why = CLEW_WHY_NOT_INVERTIBLE;
		return NULL;
	}
	*why = CLEW_WHY_TABLE_FULL;
	if (!make_room(t))
		return NULL;
	index = pool_get(&t->conns);
	if (!index)
		return NULL;
	if (!grow_arrays(t, index, key_is_ipv6(&key->s))) {
		pool_put(&t->conns, index);
		return NULL;
	}
	c = track_conn(t, index);
	begin(t, c, index);
	c->key[CLEW_DIR_ORIG] = key->s;
	c->key[CLEW_DIR_REPLY] = inverse.s;
	if (key_is_ipv6(&key->s)) {
		*track_addr6(t, index, CLEW_DIR_ORIG) = key->addr6;
		*track_addr6(t, index, CLEW_DIR_REPLY) = inverse.addr6;
	}
	if (__builtin_expect(in->zone || in->timeout_policy, 0)) {
		for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++)
			key_set_zone(&c->key[dir], track_zone(in, dir));
		if (!attach_template(t, c, in)) {
			conn_discard(t, c);
			return NULL;
		}
	}
	return c;
}

struct conn *
conn_create(struct track *t, const struct key *key,
	    const struct clew_packet *in, enum clew_reason *why)
{
	struct conn *c = conn_create_alone(t, key, in, why);

	if (__builtin_expect(c && t->expects.count, 0) &&
	    !expect_meet(t, c, in->zone)) {
		conn_discard(t, c);
		return NULL;
	}
	return c;
}

static void
release(struct track *t, struct conn *c)
{
	struct conn_ext *ext = track_ext(t, c);

	if (ext) {
		if (ext->help || ext->origin)
			conn_forget_help(t, c);
		if (ext->policy)
			t->policies.entry[ext->policy - 1].users--;
		pool_put(&t->exts, c->ext);
		c->ext = 0;
	}
	if (c->status & CONN_BY_SOURCE)
		source_remove(t, c);
	c->serial = 0;
	pool_put(&t->conns, track_index(t, c));
}

void
conn_discard(struct track *t, struct conn *c)
{
	if (!(c->status & CONN_UNTOLD))
		release(t, c);
}

void
conn_set_reply(struct track *t, struct conn *c, const struct key *reply)
{
	c->key[CLEW_DIR_REPLY] = reply->s;
	if (key_is_ipv6(&reply->s))
		*track_addr6(t, track_index(t, c), CLEW_DIR_REPLY) =
			reply->addr6;
}

struct conn *
conn_owner(const struct track *t, const struct conn *c,
	   const struct key *key, uint32_t hash, enum clew_dir *dir)
{
	/* Linux compares zones in the direction of the one it finds. */
	if (key_zone(&c->key[0]) == key_zone(&c->key[1]))
		return track_lookup(t, key, hash, dir);
	*dir = CLEW_DIR_REPLY;
	return track_lookup_side(t, key, hash, CLEW_DIR_REPLY);
}

bool
conn_set_policy(struct track *t, struct conn *c, uint32_t number)
{
	struct conn_ext *ext;

	if (!policy_is_for(&t->policies, number, conn_protocol(c)))
		return true;
	ext = conn_extend(t, c);
	if (!ext)
		return false;
	if (ext->policy)
		t->policies.entry[ext->policy - 1].users--;
	ext->policy = (uint16_t)number;
	t->policies.entry[number - 1].users++;
	/* Until it is confirmed, in seconds. */
	if (!(c->status & CLEW_STATUS_FIXED_TIMEOUT))
		c->deadline_ms = policy_first(&t->policies, number);
	return true;
}

void
track_forget_policy(struct track *t, uint32_t number)
{
	t->policies.entry[number - 1].kind = POLICY_GOING;
	track_sweep_policies(t);
}

void
track_sweep_policies(struct track *t)
{
	uint32_t users = 0;

	for (uint32_t n = 1; n <= t->policies.count; n++) {
		if (policy_at(&t->policies, n)->kind == POLICY_GOING)
			users += policy_at(&t->policies, n)->users;
	}
	for (uint32_t i = 1; users && i <= t->conns.used; i++) {
		struct conn *c = track_conn(t, i);
		struct conn_ext *ext = c->serial ? track_ext(t, c) : NULL;

		if (ext && ext->policy && policy_at(&t->policies,
				ext->policy)->kind == POLICY_GOING) {
			ext->policy = 0;
			users--;
		}
	}
	for (uint32_t n = 1; n <= t->policies.count; n++) {
		if (policy_at(&t->policies, n)->kind == POLICY_GOING)
			policy_free(&t->policies, n);
	}
}

struct conn_ext *
conn_extend(struct track *t, struct conn *c)
{
	if (!c->ext) {
		c->ext = pool_get(&t->exts);
		if (!c->ext)
			return NULL;
		memset(track_ext(t, c), 0, sizeof(struct conn_ext));
	}
	return track_ext(t, c);
}

void
conn_set_event_masks(struct track *t, struct conn *c, uint32_t mask,
		     uint32_t expect_mask)
{
	struct conn_ext *ext;

	if (!(c->status & CONN_EVENTS)) {
		if (!(mask | expect_mask) || conn_is_confirmed(c) || !t->tell)
			return;
		c->status |= CONN_EVENTS;
	}
	ext = conn_extend(t, c);
	if (!ext)
		return;
	ext->has_event_mask = true;
	ext->event_mask = (uint16_t)mask;
	ext->expect_mask = (uint16_t)expect_mask;
}

void
conn_set_event_mask(struct track *t, struct conn *c, uint32_t mask)
{
	const struct conn_ext *ext = track_ext(t, c);
	uint32_t expect_mask = 0;

	if (c->status & CONN_EVENTS)
		expect_mask = ext && ext->has_event_mask ? ext->expect_mask :
							   UINT16_MAX;
	conn_set_event_masks(t, c, mask, expect_mask);
}

/* Linux resolves a clash for the connectionless protocols alone, between
 * connections that are the same in both directions, zones included: the
 * packet goes with the one that was first, and so does what it counted.
 *
 * Where only the original direction clashes, Linux enters the reply alone
 * for a second (NAT_CLASH).  That needs two packets of one flow judged side
 * by side, translated differently; here one packet is through before the
 * next is looked up, so the original key is never another's. */
static bool
allows_clash(const struct track *t, const struct conn *c,
	     const struct conn *other)
{
	switch (conn_protocol(c)) {
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_GRE:
		break;
	default:
		return false;
	}
	for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++) {
		struct key a, b;

		conn_key(t, c, dir, &a);
		conn_key(t, other, dir, &b);
		if (memcmp(&a, &b, key_is_ipv6(&a.s) ? sizeof(a) :
			   sizeof(a.s)))
			return false;
	}
	return true;
}

/* The loser's packets count for the winner. */
static void
merge_counters(struct track *t, const struct conn *c, struct conn *other)
{
	const struct conn_acct *from = track_acct(t, track_index(t, c));
	struct conn_acct *to = track_acct(t, track_index(t, other));

	if (!(c->status & other->status & CONN_ACCT))
		return;
	for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++) {
		to->counter[dir].packets += from->counter[dir].packets;
		to->counter[dir].bytes += from->counter[dir].bytes;
	}
}

bool
conn_is_own_answer(const struct track *t, const struct conn *c)
{
	const struct key_addr6 *a, *b;

	if (c->key[0].meta != c->key[1].meta ||
	    c->key[0].addr != c->key[1].addr)
		return false;
	if (!key_is_ipv6(&c->key[0]))
		return true;
	a = track_addr6(t, track_index(t, c), CLEW_DIR_ORIG);
	b = track_addr6(t, track_index(t, c), CLEW_DIR_REPLY);
	return !memcmp(a, b, sizeof(*a));
}

/* Into the table and the wheel.  => 0 or -ENOMEM, then nothing changed. */
static int
enter(struct track *t, struct conn *c, uint32_t hash, uint32_t reply_hash)
{
	uint32_t index = track_index(t, c);
	bool own_answer = conn_is_own_answer(t, c);

	if (!own_answer &&
	    table_insert(&t->table, hash, table_ref(index, CLEW_DIR_ORIG)))
		return -ENOMEM;
	if (table_insert(&t->table, reply_hash,
			 table_ref(index, CLEW_DIR_REPLY))) {
		if (!own_answer)
			table_remove(&t->table, hash,
				     table_ref(index, CLEW_DIR_ORIG));
		return -ENOMEM;
	}
	/* Until now the deadline was a timeout: it counts from here. */
	c->deadline_ms = t->now_ms + c->deadline_ms * 1000;
	c->status |= CLEW_STATUS_CONFIRMED;
	wheel_insert(&t->wheel, index, c->deadline_ms);
	if (c->status & CONN_TSTAMP)
		track_tstamp(t, index)->start_ns = t->now_ns;
	t->stats.created++;
	return 0;
}

/* Whose is 'key', which stands in the zone of the original direction? */
static struct conn *
find_owner(struct track *t, const struct key *key,
	   const struct clew_packet *in)
{
	enum clew_dir dir;

	if (track_has_one_way_zone(in))
		return track_lookup_zone(t, key, in, &dir);
	return track_lookup(t, key, (uint32_t)key_hash(&t->hash_key, key),
			    &dir);
}

int
conn_insert(struct track *t, struct conn *c, const struct clew_packet *in)
{
	for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++) {
		struct key key;

		conn_key(t, c, dir, &key);
		key_set_zone(&key.s, track_zone(in, CLEW_DIR_ORIG));
		if (find_owner(t, &key, in))
			return -EEXIST;
	}
	if (enter(t, c, conn_hash(t, c, CLEW_DIR_ORIG),
		  conn_hash(t, c, CLEW_DIR_REPLY)))
		return -ENOMEM;
	t->stats.insert++;
	return 0;
}

enum conn_inserted
conn_confirm(struct track *t, struct conn *c, uint32_t hash,
	     struct conn **other)
{
	enum clew_dir theirs;
	uint32_t reply_hash;
	struct key key;

	/* The original key was looked for and not found a moment ago, and
	 * nothing entered the table since.  The reply key is new. */
	conn_key(t, c, CLEW_DIR_REPLY, &key);
	reply_hash = (uint32_t)key_hash(&t->hash_key, &key);
	*other = conn_owner(t, c, &key, reply_hash, &theirs);
	if (*other) {
		if (allows_clash(t, c, *other)) {
			merge_counters(t, c, *other);
			t->stats.clash_resolve++;
			return CONN_CLASH_RESOLVED;
		}
		t->stats.insert_failed++;
		return CONN_CLASH;
	}
	if (enter(t, c, hash, reply_hash))
		return CONN_NO_MEMORY;
	conn_event(c, c->status & CLEW_STATUS_EXPECTED ? CLEW_IPCT_RELATED :
							 CLEW_IPCT_NEW);
	if (__builtin_expect(c->ext != 0, 0) && conn_helper(t, c))
		conn_event(c, CLEW_IPCT_HELPER);
	return CONN_INSERTED;
}

/* Telling. */

static bool
tell(struct track *t, struct conn *c, enum clew_event_type type,
     uint32_t bits)
{
	struct conn_ext *ext = track_ext(t, c);
	uint32_t missed = ext ? ext->missed : 0;

	if (!t->tell || !conn_tells(t, c, bits | missed))
		return true;
	if (t->tell(t->tell_ctx, t, c, type, bits | missed)) {
		if (ext)
			ext->missed = 0;
		return true;
	}
	/* Who cannot be told now is told with the next event. */
	ext = conn_extend(t, c);
	if (ext)
		ext->missed |= (uint16_t)bits;
	return false;
}

void
conn_report(struct track *t, struct conn *c, uint32_t bits)
{
	tell(t, c, bits & (CLEW_IPCT_NEW | CLEW_IPCT_RELATED) ?
	     CLEW_EVENT_NEW : CLEW_EVENT_UPDATE, bits);
}

/* It stays, out of table and wheel, until its end can be told. */
static void
keep_untold(struct track *t, struct conn *c)
{
	uint32_t index = track_index(t, c);
	struct conn_ext *ext = conn_extend(t, c);

	if (ext)
		ext->portid = t->cause.portid;
	if (!t->untold_count++) {
		t->untold_first = index;
		t->untold_ms = t->now_ms + UNTOLD_WAIT_MS;
	} else {
		track_conn(t, t->untold_last)->link.next = index;
	}
	c->link = (struct wheel_link){ .prev = t->untold_last };
	t->untold_last = index;
	c->status |= CONN_UNTOLD;
}

void
conn_forget_untold(struct track *t, struct conn *c)
{
	struct wheel_link link = c->link;

	if (link.prev)
		track_conn(t, link.prev)->link.next = link.next;
	else
		t->untold_first = link.next;
	if (link.next)
		track_conn(t, link.next)->link.prev = link.prev;
	else
		t->untold_last = link.prev;
	t->untold_count--;
	c->status &= ~(uint32_t)CONN_UNTOLD;
	release(t, c);
}

void
conn_tell_untold(struct track *t)
{
	t->untold_ms = t->now_ms + UNTOLD_WAIT_MS;
	for (int i = 0; i < UNTOLD_AT_ONCE && t->untold_first; i++) {
		struct conn *c = track_conn(t, t->untold_first);
		const struct conn_ext *ext = track_ext(t, c);
		bool is_told = true;

		t->cause.portid = ext ? ext->portid : 0;
		if (t->tell && conn_tells(t, c, CLEW_IPCT_DESTROY))
			is_told = t->tell(t->tell_ctx, t, c,
					  CLEW_EVENT_DESTROY,
					  CLEW_IPCT_DESTROY);
		t->cause.portid = 0;
		if (!is_told)
			return;
		conn_forget_untold(t, c);
	}
	if (t->untold_first)
		t->untold_ms = t->now_ms;
}

static void
end_hashed(struct track *t, struct conn *c, const uint32_t hash[CLEW_DIRS])
{
	uint32_t index = track_index(t, c);
	bool is_told;

	c->status |= CLEW_STATUS_DYING;
	if (c->status & CONN_TSTAMP)
		track_tstamp(t, index)->stop_ns = t->now_ns;
	is_told = tell(t, c, CLEW_EVENT_DESTROY, CLEW_IPCT_DESTROY);
	wheel_remove(&t->wheel, index);
	for (enum clew_dir dir = conn_is_own_answer(t, c); dir < CLEW_DIRS;
	     dir++)
		table_remove(&t->table, hash[dir], table_ref(index, dir));
	t->stats.destroyed++;
	if (__builtin_expect(c->ext != 0, 0))
		expect_remove_all(t, c);
	if (__builtin_expect(!is_told, 0))
		keep_untold(t, c);
}

void
conn_end(struct track *t, struct conn *c)
{
	end_hashed(t, c, (const uint32_t[CLEW_DIRS]){
		conn_hash(t, c, CLEW_DIR_ORIG),
		conn_hash(t, c, CLEW_DIR_REPLY),
	});
}

void
conn_kill(struct track *t, struct conn *c)
{
	conn_end(t, c);
	conn_discard(t, c);
}

uint32_t
conn_kill_list(struct track *t, uint32_t list, uint32_t *budget)
{
	struct {
		struct conn *c;
		uint32_t hash[CLEW_DIRS];
	} doomed[KILL_AHEAD];
	unsigned n, i;

	/* Some at a time, so that the misses of their buckets overlap. */
	while (list && *budget) {
		for (n = 0; n < KILL_AHEAD && list && *budget; n++) {
			struct conn *c = track_conn(t, list);

			doomed[n].c = c;
			for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++) {
				doomed[n].hash[dir] = conn_hash(t, c, dir);
				__builtin_prefetch(table_bucket(&t->table,
						doomed[n].hash[dir]), 1);
			}
			list = c->link.next;
			(*budget)--;
		}
		for (i = 0; i < n; i++) {
			end_hashed(t, doomed[i].c, doomed[i].hash);
			conn_discard(t, doomed[i].c);
		}
	}
	return list;
}

void
conn_shorten(struct track *t, struct conn *c, uint64_t deadline_ms)
{
	c->deadline_ms = deadline_ms;
	if (wheel_must_move(&t->wheel, c->slot, deadline_ms)) {
		uint32_t index = track_index(t, c);

		wheel_remove(&t->wheel, index);
		wheel_insert(&t->wheel, index, deadline_ms);
	}
}

uint32_t
conn_expires(const struct track *t, const struct conn *c)
{
	if (!conn_is_confirmed(c))
		return (uint32_t)c->deadline_ms;
	if (c->deadline_ms <= t->now_ms)
		return 0;
	return (uint32_t)((c->deadline_ms - t->now_ms) / 1000);
}
