/* SPDX-License-Identifier: BSD-2-Clause
 * track/track.c - from a packet to its connection, and its time. */
#include "track/track.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/bytes.h"
#include "pkt/checksum.h"

enum {
	/* Most connections one engine can hold, whatever nf_conntrack_max
	 * says: address space is reserved for so many. */
	CONNS_MOST = 1 << 26,
	EXTS_MOST = 1 << 26,

	NAT_BITS = CLEW_STATUS_SRC_NAT | CLEW_STATUS_DST_NAT,
};

int
track_init(struct track *t, const struct clew_config *config)
{
	memset(t, 0, sizeof(*t));
	t->now_ns = config->start_ns;
	t->now_ms = config->start_ns / 1000000;
	t->hash_key = (struct hash_key){ { config->seed[0],
					   config->seed[1] } };
	t->keeps_order = !config->expire_budget;
	t->id_key = (struct hash_key){ { config->choice, 0x6964 } };
	setting_defaults(&t->set);
	if (table_init(&t->table, (size_t)CONNS_MOST * 2) ||
	    pool_init(&t->conns, sizeof(struct conn), CONNS_MOST) ||
	    region_init(&t->addr6, sizeof(struct key_addr6[CLEW_DIRS]),
			CONNS_MOST) ||
	    region_init(&t->acct, sizeof(struct conn_acct), CONNS_MOST) ||
	    region_init(&t->tstamp, sizeof(struct conn_tstamp),
			CONNS_MOST) ||
	    pool_init(&t->exts, sizeof(struct conn_ext), EXTS_MOST) ||
	    sources_init(&t->sources, CONNS_MOST) ||
	    helpers_init(&t->helpers) || expects_init(t)) {
		track_fini(t);
		return -ENOMEM;
	}
	wheel_init(&t->wheel, &t->conns.region, offsetof(struct conn, link),
		   offsetof(struct conn, slot), t->now_ms);
	t->sorted_ms = UINT64_MAX;
	return 0;
}

void
track_fini(struct track *t)
{
	table_fini(&t->table);
	pool_fini(&t->conns);
	region_fini(&t->addr6);
	region_fini(&t->acct);
	region_fini(&t->tstamp);
	pool_fini(&t->exts);
	sources_fini(&t->sources);
	policies_fini(&t->policies);
	helpers_fini(&t->helpers);
	expects_fini(t);
}

enum proto_result
track_reason(struct track *t, struct clew_packet *out,
	     enum clew_reason reason)
{
	out->reason = (uint8_t)reason;
	t->stats.reason[reason]++;
	return PROTO_INVALID;
}

bool
track_check_sum(struct track *t, const struct pkt *p, uint32_t coverage,
		int pseudo)
{
	switch (checksum_check(p, coverage, pseudo)) {
	case CHECKSUM_GOOD: return true;
	case CHECKSUM_BAD: t->stats.checksum_bad++; return false;
	case CHECKSUM_UNKNOWN: t->stats.checksum_unverified++; return true;
	}
	return true;
}

/* Tuples. */

static enum proto_result
unreadable(enum pkt_header there, struct clew_packet *out,
	   enum clew_reason reason)
{
	if (there == PKT_HEADER_CUT)
		return PROTO_CUT;
	out->reason = (uint8_t)reason;
	return PROTO_INVALID;
}

/* RFC 2637: an enhanced GRE header names its call; nothing else has keys. */
static enum proto_result
read_gre(const struct pkt *p, uint32_t l4, struct clew_packet *out,
	 uint32_t *part)
{
	enum pkt_header there = pkt_header(p, l4, 4);
	const uint8_t *h = p->ip + l4;

	*part = 0;
	if (there == PKT_HEADER_CUT)
		return PROTO_CUT;
	if (there == PKT_HEADER_SHORT || (h[1] & 7) != 1)
		return PROTO_OK;
	there = pkt_header(p, l4, 8);
	if (there == PKT_HEADER_CUT)
		return PROTO_CUT;
	if (there == PKT_HEADER_SHORT)
		return PROTO_OK;
	if (get_be16(h + 2) != 0x880b) {
		out->reason = CLEW_WHY_GRE_PROTOCOL;
		return PROTO_INVALID;
	}
	/* The source key is known from PPTP's control connection only. */
	((uint8_t *)part)[2] = h[6];
	((uint8_t *)part)[3] = h[7];
	return PROTO_OK;
}

/* The protocol's part of the tuple of the transport header at 'l4'. */
enum proto_result
track_read_part(const struct pkt *p, uint32_t l4, uint8_t protocol,
		struct clew_packet *out, uint32_t *part)
{
	union clew_proto_part icmp;
	enum pkt_header there;

	switch (protocol) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
		/* Four bytes will do: ICMP errors quote little (RFC 792). */
		there = pkt_header(p, l4, 4);
		if (there != PKT_HEADER_OK)
			return unreadable(there, out, CLEW_WHY_NO_TUPLE);
		*part = load32(p->ip + l4);
		return PROTO_OK;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		there = pkt_header(p, l4, 8);
		if (there != PKT_HEADER_OK)
			return unreadable(there, out, CLEW_WHY_NO_TUPLE);
		icmp.icmp.id_be = load16(p->ip + l4 + 4);
		icmp.icmp.type = p->ip[l4];
		icmp.icmp.code = p->ip[l4 + 1];
		*part = icmp.word;
		return PROTO_OK;
	case PROTO_GRE:
		return read_gre(p, l4, out, part);
	default:
		*part = 0;
		return PROTO_OK;
	}
}

static void
read_addresses(const struct pkt *p, struct key *key)
{
	if (p->family == CLEW_IPV4) {
		key->s.addr = load64(p->ip + 12);
	} else {
		key->s.addr = 0;
		memcpy(&key->addr6, p->ip + 8, sizeof(key->addr6));
	}
}

enum proto_result
track_read(const struct pkt *p, struct clew_packet *out,
	   struct passage *pass)
{
	enum proto_result read;
	uint32_t part = 0;

	pass->conn = NULL;
	pass->hint = 0;
	if (p->kind != PKT_WHOLE) {
		out->reason = CLEW_WHY_L4_MISSING;
		return PROTO_INVALID;
	}
	read = track_read_part(p, p->l4, p->protocol, out, &part);
	read_addresses(p, &pass->key);
	pass->key.s.meta = key_meta(part, p->protocol,
				    track_zone(out, CLEW_DIR_ORIG),
				    p->family == CLEW_IPV6);
	return read;
}

void
track_hash(const struct track *t, struct passage *const pass[], size_t count)
{
	uint64_t addr[HASH_LANES], meta[HASH_LANES], hash[HASH_LANES];
	size_t ipv4 = 0;

	/* Few are not worth the lanes, and IPv6 does not fit them. */
	for (size_t i = 0; i < count; i++)
		ipv4 += !key_is_ipv6(&pass[i]->key.s);
	if (ipv4 < HASH_LANES / 4) {
		for (size_t i = 0; i < count; i++)
			pass[i]->hash = (uint32_t)key_hash(&t->hash_key,
							   &pass[i]->key);
		return;
	}
	for (size_t i = 0; i < HASH_LANES; i++) {
		const struct key_short *s = &pass[i < count ? i : 0]->key.s;

		addr[i] = s->addr;
		meta[i] = s->meta;
	}
	hash_pairs(&t->hash_key, addr, meta, hash);
	for (size_t i = 0; i < count; i++)
		pass[i]->hash = (uint32_t)(key_is_ipv6(&pass[i]->key.s) ?
			key_hash(&t->hash_key, &pass[i]->key) : hash[i]);
}

/* Look-up. */

static inline bool
is_same_key(const struct track *t, const struct conn *c, uint32_t index,
	    enum clew_dir dir, const struct key *key)
{
	if (c->key[dir].meta != key->s.meta || c->key[dir].addr != key->s.addr)
		return false;
	return !key_is_ipv6(&key->s) ||
	       !memcmp(track_addr6(t, index, dir), &key->addr6,
		       sizeof(key->addr6));
}

/* One that is overdue, because expiry has a budget or the timeout is 0, is
 * no more; '*overdue' is set to it. */
static inline struct conn *
look_up(const struct track *t, const struct key *key, uint32_t hash,
	unsigned dirs, enum clew_dir *dir, struct conn **overdue)
{
	const struct bucket *b = table_bucket(&t->table, hash);
	struct conn *found = NULL;

	for (; b; b = table_more(&t->table, b)) {
		unsigned m = table_match(b, hash);

		for (; m; m &= m - 1) {
			uint32_t ref = b->ref[__builtin_ctz(m)];
			enum clew_dir side = ref & 1;
			struct conn *c;

			if (!ref)
				continue;
			c = track_conn(t, ref >> 1);
			__builtin_prefetch((const char *)c + 64, 1);
			if (!is_same_key(t, c, ref >> 1, side, key))
				continue;
			if (!(dirs >> side & 1)) {
				if (!conn_is_own_answer(t, c))
					continue;
				side ^= 1;
			}
			if (__builtin_expect(c->deadline_ms <= t->now_ms, 0)) {
				*overdue = c;
				continue;
			}
			/* Zones of one direction let two connections share a
			 * key; Linux finds the younger. */
			if (found && found->serial > c->serial)
				continue;
			*dir = side;
			if (__builtin_expect(!t->has_one_way_zones, 1))
				return c;
			found = c;
		}
	}
	return found;
}

struct conn *
track_lookup(const struct track *t, const struct key *key, uint32_t hash,
	     enum clew_dir *dir)
{
	struct conn *overdue;

	return look_up(t, key, hash, 3, dir, &overdue);
}

struct conn *
track_lookup_overdue(const struct track *t, const struct key *key,
		     uint32_t hash, enum clew_dir *dir, struct conn **overdue)
{
	return look_up(t, key, hash, 3, dir, overdue);
}

struct conn *
track_lookup_side(const struct track *t, const struct key *key, uint32_t hash,
		  enum clew_dir dir)
{
	struct conn *overdue;

	return look_up(t, key, hash, 1u << dir, &dir, &overdue);
}

/* The same for a packet: an overdue connection ends before one with the same
 * key begins. */
static struct conn *
look_up_live(struct track *t, const struct key *key, uint32_t hash,
	     enum clew_dir *dir)
{
	for (;;) {
		struct conn *overdue = NULL, *c;

		c = look_up(t, key, hash, 3, dir, &overdue);
		if (c || !overdue)
			return c;
		conn_kill(t, overdue);
	}
}

/* A zone that holds in one direction alone: an entry matches in the
 * direction in which its zone is the packet's. */
struct conn *
track_lookup_zone(const struct track *t, const struct key *key,
		  const struct clew_packet *in, enum clew_dir *dir)
{
	struct key other = *key;
	struct conn *c;

	*dir = CLEW_DIR_ORIG;
	c = track_lookup_side(t, key, (uint32_t)key_hash(&t->hash_key, key),
			      CLEW_DIR_ORIG);
	if (c)
		return c;
	*dir = CLEW_DIR_REPLY;
	key_set_zone(&other.s, track_zone(in, CLEW_DIR_REPLY));
	return track_lookup_side(t, &other,
				 (uint32_t)key_hash(&t->hash_key, &other),
				 CLEW_DIR_REPLY);
}

void
track_prefetch_bucket(const struct track *t, const struct passage *pass)
{
	__builtin_prefetch(table_bucket(&t->table, pass->hash), 1);
}

void
track_prefetch_conn(const struct track *t, struct passage *pass)
{
	const struct bucket *b = table_bucket(&t->table, pass->hash);
	unsigned m = table_match(b, pass->hash);
	struct key reply;
	uint32_t index;

	if (!m) {
		/* Probably a new connection: its reply key comes next. */
		if (t->sources.has_guess)
			source_prefetch(t, &pass->key);
		if (key_invert(&pass->key, &reply))
			__builtin_prefetch(table_bucket(&t->table,
				(uint32_t)key_hash(&t->hash_key, &reply)), 1);
		return;
	}
	pass->hint = b->ref[__builtin_ctz(m)];
	index = pass->hint >> 1;
	__builtin_prefetch(track_conn(t, index), 1);
	__builtin_prefetch((const char *)track_conn(t, index) + 64, 1);
	if (key_is_ipv6(&pass->key.s))
		__builtin_prefetch(track_addr6(t, index, 0));
	if (t->set.acct)
		__builtin_prefetch(region_at(&t->acct, index), 1);
}

/* Tracking. */

static enum proto_result
judge(struct track *t, struct conn *c, const struct pkt *p,
      enum clew_dir dir, struct clew_packet *out)
{
	switch (p->protocol) {
	case PROTO_TCP: return tcp_packet(t, c, p, dir, out);
	case PROTO_UDP: return udp_packet(t, c, p, dir, out);
	case PROTO_UDPLITE: return udplite_packet(t, c, p, dir, out);
	case PROTO_ICMP: return icmp_packet(t, c, p, dir, out);
	case PROTO_ICMPV6: return icmpv6_packet(t, c, p, dir, out);
	case PROTO_SCTP: return sctp_packet(t, c, p, dir, out);
	case PROTO_GRE: return gre_packet(t, c, p, dir, out);
	default: return generic_packet(t, c, p, dir, out);
	}
}

static void
set_invalid(struct track *t, struct clew_packet *out)
{
	out->ct_state = CLEW_CT_INVALID;
	t->stats.invalid++;
}

static void
set_cut(struct track *t, struct clew_packet *out)
{
	out->ct_state = CLEW_CT_UNTRACKED;
	out->reason = CLEW_WHY_NONE;
	out->result |= CLEW_RES_CUT;
	t->stats.cut++;
}

static void
set_conn(const struct track *t, struct clew_packet *out,
	 struct passage *pass, struct conn *c, enum clew_dir dir,
	 enum clew_ct_state state)
{
	pass->conn = c;
	out->conn = conn_ref(t, c);
	out->dir = (uint8_t)dir;
	out->ct_state = (uint8_t)state;
}

/* => true when the packet's fate is settled. */
static bool
track_icmp(struct track *t, const struct pkt *p, struct clew_packet *out,
	   struct passage *pass)
{
	enum clew_dir dir = CLEW_DIR_ORIG;
	struct conn *c = NULL;
	enum icmp_kind kind;

	if (p->protocol == PROTO_ICMP && p->family == CLEW_IPV4)
		kind = icmp_classify(t, p, out, &c, &dir);
	else if (p->protocol == PROTO_ICMPV6 && p->family == CLEW_IPV6)
		kind = icmpv6_classify(t, p, out, &c, &dir);
	else
		return false;
	switch (kind) {
	case ICMP_QUERY:
		return false;
	case ICMP_RELATED:
		set_conn(t, out, pass, c, dir, CLEW_CT_RELATED);
		return true;
	case ICMP_UNTRACKED:
		out->ct_state = CLEW_CT_UNTRACKED;
		return true;
	case ICMP_INVALID:
		out->ct_state = CLEW_CT_INVALID;
		t->stats.error++;
		return true;
	case ICMP_CUT:
		set_cut(t, out);
		return true;
	}
	return true;
}

static enum clew_ct_state
state_of(const struct conn *c, enum clew_dir dir)
{
	if (dir == CLEW_DIR_REPLY || (c->status & CLEW_STATUS_SEEN_REPLY))
		return CLEW_CT_ESTABLISHED;
	return c->status & CLEW_STATUS_EXPECTED ? CLEW_CT_RELATED :
	       CLEW_CT_NEW;
}

/* The connection that stage 2 of a burst saw, if it is still there: no other
 * can have this key, so no look-up is needed. */
static inline struct conn *
follow_hint(const struct track *t, const struct passage *pass,
	    enum clew_dir *dir)
{
	struct conn *c = track_conn(t, pass->hint >> 1);

	*dir = pass->hint & 1;
	if (!pass->hint || t->has_one_way_zones || !c->serial ||
	    c->deadline_ms <= t->now_ms ||
	    !is_same_key(t, c, pass->hint >> 1, *dir, &pass->key))
		return NULL;
	return c;
}

/* Would the packet, as the first of a connection, turn out to be cut?  To be
 * known before one is made: that takes a number, and may take somebody's
 * place. */
static bool
would_be_cut(struct track *t, const struct pkt *p,
	     const struct clew_packet *out, const struct passage *pass)
{
	struct conn trial = { .key[CLEW_DIR_ORIG] = pass->key.s };
	struct clew_packet probe = *out;
	struct clew_stats stats = t->stats;
	enum proto_result result;

	result = judge(t, &trial, p, CLEW_DIR_ORIG, &probe);
	t->stats = stats;
	return result == PROTO_CUT;
}

/* Find the packet's connection, or make one.  => NULL: out is set. */
static struct conn *
resolve(struct track *t, const struct pkt *p, struct clew_packet *out,
	struct passage *pass, enum clew_dir *dir)
{
	enum clew_reason why;
	struct conn *c;

	if (__builtin_expect(track_has_one_way_zone(out), 0)) {
		c = track_lookup_zone(t, &pass->key, out, dir);
	} else {
		c = follow_hint(t, pass, dir);
		if (!c)
			c = look_up_live(t, &pass->key, pass->hash, dir);
	}
	if (c)
		return c;
	*dir = CLEW_DIR_ORIG;
	if (p->have < p->len && would_be_cut(t, p, out, pass)) {
		set_cut(t, out);
		return NULL;
	}
	c = conn_create(t, &pass->key, out, &why);
	if (c)
		return c;
	track_reason(t, out, why);
	if (why == CLEW_WHY_TABLE_FULL) {
		out->verdict = CLEW_DROP;
		out->ct_state = CLEW_CT_INVALID;
		t->stats.drop++;
	} else {
		set_invalid(t, out);
	}
	return NULL;
}

static void
track_known(struct track *t, const struct pkt *p, struct clew_packet *out,
	    struct passage *pass)
{
	enum clew_dir dir;
	struct conn *c;

	/* Twice at most: a reopened connection is new the second time. */
	for (;;) {
		c = resolve(t, p, out, pass, &dir);
		if (!c)
			return;
		set_conn(t, out, pass, c, dir, state_of(c, dir));
		switch (judge(t, c, p, dir, out)) {
		case PROTO_OK:
			if (dir == CLEW_DIR_REPLY &&
			    !(c->status & CLEW_STATUS_SEEN_REPLY)) {
				c->status |= CLEW_STATUS_SEEN_REPLY;
				conn_event(c, CLEW_IPCT_REPLY);
			}
			return;
		case PROTO_ENDED:
			/* NAT still translates the packet by it, and rules
			 * see it: it goes when the packet has passed. */
			if (dir == CLEW_DIR_REPLY)
				c->status |= CLEW_STATUS_SEEN_REPLY;
			return;
		case PROTO_REOPEN:
			pass->conn = NULL;
			out->conn = 0;
			continue;
		case PROTO_INVALID:
			if (!conn_is_confirmed(c))
				conn_discard(t, c);
			pass->conn = NULL;
			out->conn = 0;
			set_invalid(t, out);
			return;
		case PROTO_CUT:
			pass->conn = NULL;
			out->conn = 0;
			set_cut(t, out);
			return;
		}
	}
}

static void
tell_tuple(struct clew_packet *out, const struct passage *pass)
{
	key_to_tuple(&pass->key, &out->tuple);
	out->result |= CLEW_RES_TUPLE;
}

void
track_packet(struct track *t, const struct pkt *p, struct clew_packet *out,
	     struct passage *pass, enum proto_result read)
{
	out->verdict = CLEW_ACCEPT;
	if (out->flags & CLEW_PKT_NOTRACK) {
		out->ct_state = CLEW_CT_UNTRACKED;
		out->reason = CLEW_WHY_NONE;
		return;
	}
	if (p->kind != PKT_WHOLE) {
		track_reason(t, out, CLEW_WHY_L4_MISSING);
		set_invalid(t, out);
		return;
	}
	if ((p->protocol == PROTO_ICMP || p->protocol == PROTO_ICMPV6) &&
	    track_icmp(t, p, out, pass)) {
		if (out->reason && read == PROTO_OK)
			tell_tuple(out, pass);
		return;
	}
	if (read == PROTO_CUT) {
		set_cut(t, out);
		return;
	}
	if (read == PROTO_INVALID) {
		track_reason(t, out, out->reason);
		set_invalid(t, out);
		return;
	}
	track_known(t, p, out, pass);
	if (__builtin_expect(out->reason != CLEW_WHY_NONE, 0))
		tell_tuple(out, pass);
}

/* A connection that cannot enter the table takes its packet with it. */
static void
refuse_new(struct track *t, struct clew_packet *out, struct passage *pass)
{
	tell_tuple(out, pass);
	t->stats.drop++;
	out->verdict = CLEW_DROP;
	out->conn = 0;
	conn_discard(t, pass->conn);
	pass->conn = NULL;
}

void
track_confirm(struct track *t, struct clew_packet *out, struct passage *pass)
{
	struct conn *c = pass->conn, *other;

	if (!c)
		return;
	if (__builtin_expect(c->status & CLEW_STATUS_DYING, 0)) {
		conn_discard(t, c);
		pass->conn = NULL;
		return;
	}
	if (__builtin_expect(!conn_is_confirmed(c), 0)) {
		/* A reset or an error that answers it, made here. */
		if (out->dir != CLEW_DIR_ORIG)
			return;
		switch (conn_confirm(t, c, pass->hash, &other)) {
		case CONN_INSERTED:
			out->result |= CLEW_RES_NEW_CONN;
			break;
		case CONN_CLASH_RESOLVED:
			conn_discard(t, c);
			set_conn(t, out, pass, other, CLEW_DIR_ORIG,
				 (enum clew_ct_state)out->ct_state);
			return;
		case CONN_CLASH:
			track_reason(t, out, c->status & NAT_BITS ?
				     CLEW_WHY_NAT_NO_TUPLE : CLEW_WHY_CLASH);
			refuse_new(t, out, pass);
			return;
		case CONN_NO_MEMORY:
			track_reason(t, out, CLEW_WHY_TABLE_FULL);
			refuse_new(t, out, pass);
			return;
		}
	}
	if (c->events) {
		uint32_t bits = c->events;

		c->events = 0;
		conn_report(t, c, bits);
	}
}

void
track_abort(struct track *t, struct passage *pass)
{
	if (pass->conn && (!conn_is_confirmed(pass->conn) ||
			   (pass->conn->status & CLEW_STATUS_DYING)))
		conn_discard(t, pass->conn);
	pass->conn = NULL;
}

/* Time. */

/* Sort a list of due connections by age, so that what expires in one
 * millisecond goes in order of creation. */
static uint32_t
merge(struct track *t, uint32_t a, uint32_t b)
{
	uint32_t head = 0, *tail = &head;

	while (a && b) {
		uint32_t *from = track_conn(t, a)->serial <
				 track_conn(t, b)->serial ? &a : &b;

		*tail = *from;
		tail = &track_conn(t, *from)->link.next;
		*from = *tail;
	}
	*tail = a ? a : b;
	return head;
}

static uint32_t
sort(struct track *t, uint32_t list)
{
	uint32_t part[32] = { 0 };	/* part[n]: sorted, of 2^n or none */
	uint32_t next, sorted = 0;

	for (; list; list = next) {
		uint32_t run = list;
		int n = 0;

		next = track_conn(t, list)->link.next;
		track_conn(t, list)->link.next = 0;
		for (; part[n]; n++) {
			run = merge(t, part[n], run);
			part[n] = 0;
		}
		part[n] = run;
	}
	for (int n = 0; n < 32; n++)
		sorted = merge(t, part[n], sorted);
	return sorted;
}

/* A slot of a higher level: its connections go down where they belong. */
static void
move_down(struct track *t, uint16_t slot, uint32_t *budget)
{
	for (; *budget; (*budget)--) {
		uint32_t i = wheel_take(&t->wheel, slot);

		if (!i)
			return;
		wheel_insert(&t->wheel, i, track_conn(t, i)->deadline_ms);
	}
}

/* Take out of a slot of level 0 what is due, linked in order of age; the
 * others were pushed on since they were put there. */
static uint32_t
take_due(struct track *t, uint16_t slot)
{
	uint32_t list = wheel_take_all(&t->wheel, slot), due = 0, next;

	for (; list; list = next) {
		struct conn *c = track_conn(t, list);

		next = c->link.next;
		if (c->deadline_ms > t->wheel.now) {
			wheel_insert(&t->wheel, list, c->deadline_ms);
			continue;
		}
		c->link.next = due;
		due = list;
	}
	return sort(t, due);
}

/* The same as it lies: in order of age already, or in whatever order, when
 * the work is to be bounded.  What is not due yet costs of the budget here,
 * what is due when it ends. */
static uint32_t
take_next(struct track *t, uint16_t slot, uint32_t *budget)
{
	uint32_t due = 0, *tail = &due, most = *budget;

	for (; most; most--) {
		uint32_t i = wheel_take(&t->wheel, slot);
		struct conn *c = track_conn(t, i);

		if (!i)
			break;
		if (c->deadline_ms > t->wheel.now) {
			wheel_insert(&t->wheel, i, c->deadline_ms);
			(*budget)--;
			continue;
		}
		*tail = i;
		tail = &c->link.next;
	}
	*tail = 0;
	return due;
}

/* What the budget did not pay for: back, the oldest last, for a slot gives
 * back first what it got last. */
static void
put_back(struct track *t, uint32_t list)
{
	uint32_t reversed = 0, next;

	for (; list; list = next) {
		next = track_conn(t, list)->link.next;
		track_conn(t, list)->link.next = reversed;
		reversed = list;
	}
	for (; reversed; reversed = next) {
		struct conn *c = track_conn(t, reversed);

		next = c->link.next;
		wheel_insert(&t->wheel, reversed, c->deadline_ms);
	}
	t->sorted_ms = t->wheel.now;
}

static void
expire_slot(struct track *t, uint16_t slot, uint32_t *budget)
{
	uint32_t due = !t->keeps_order || t->sorted_ms == t->wheel.now ?
		       take_next(t, slot, budget) : take_due(t, slot);

	due = conn_kill_list(t, due, budget);
	if (due)
		put_back(t, due);
}

static void
advance_conns(struct track *t, uint64_t until_ms, uint32_t *budget)
{
	while (*budget) {
		uint16_t slot = wheel_turn(&t->wheel, until_ms);

		if (slot == WHEEL_IDLE)
			break;
		t->now_ms = t->wheel.now;
		if (t->now_ns / 1000000 < t->now_ms)
			t->now_ns = t->now_ms * 1000000;
		if (slot < WHEEL_SLOTS)
			expire_slot(t, slot, budget);
		else
			move_down(t, slot, budget);
	}
}

/* Expectations and connections end in turn, by their times. */
static void
advance_all(struct track *t, uint64_t until_ms, uint32_t *budget)
{
	uint64_t when_ms;

	while (*budget && t->expects.count &&
	       wheel_next(&t->expects.wheel, &when_ms) &&
	       when_ms <= until_ms) {
		advance_conns(t, when_ms, budget);
		if (!*budget)
			return;
		if (t->now_ms < when_ms)
			t->now_ms = when_ms;
		if (t->now_ns / 1000000 < when_ms)
			t->now_ns = when_ms * 1000000;
		expect_expire(t, when_ms, budget);
	}
	advance_conns(t, until_ms, budget);
}

bool
track_advance(struct track *t, uint64_t now_ns, uint32_t *budget)
{
	uint64_t until_ms = now_ns / 1000000;

	if (__builtin_expect(t->expects.count == 0, 1))
		advance_conns(t, until_ms, budget);
	else
		advance_all(t, until_ms, budget);
	t->now_ms = until_ms;
	if (t->untold_count && t->untold_ms <= until_ms)
		conn_tell_untold(t);
	if (now_ns > t->now_ns)
		t->now_ns = now_ns;
	return *budget != 0;
}
