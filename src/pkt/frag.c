/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/frag.c - reassembly of IPv4 and IPv6 datagrams.
 *
 * A queue is one datagram on its way, named by addresses, identification
 * and, for IPv4, protocol (RFC 791 3.2, RFC 8200 4.5).  What has come of it
 * are runs: stretches of bytes without a hole, kept in a treap ordered by
 * offset, its priorities drawn from the keyed hash so that no sender can
 * make it deep.  A run's bytes sit in a chain of small blocks.  Fragments
 * mostly come in order, and then one run grows at its end.
 *
 * RFC 5722: a fragment that overlaps others kills the datagram.  One that
 * lies wholly within a run is a duplicate and only ignored (Linux; RFC 5722
 * erratum 3089).  As in Linux, runs that come to touch are not joined, so a
 * duplicate across the joint counts as an overlap.
 *
 * Fragments may come in any order (RFC 4787 REQ-14).  Limits: bytes held per
 * family (nothing new is taken above; nobody is evicted for a newcomer), a
 * timeout per datagram, and for IPv4 the disorder from one source
 * (ipfrag_max_dist): when more than that many fragments came from it since
 * this datagram's last, identifications have probably wrapped and the datagram
 * begins anew.  So a flood harms other fragments at the most, until it times
 * out, and nothing else (RFC 4787 REQ-14a). */
#include "pkt/frag.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "base/bytes.h"
#include "pkt/checksum.h"

enum {
	BLOCK_SIZE = 248,	/* a multiple of 8, as parts are */
	BLOCK_COST = 256,
	RUN_COST = 64,
	QUEUE_COST = 320,

	FIRST_IN = 1,
	LAST_IN = 2,

	IPV4_DF = 0x4000,
	IPV4_MF = 0x2000,
	IPV6_HEADER = 40,

	ECN_BAD = 0xff,
	ECN_CE = 3,
};

struct block {
	uint32_t next;
	uint32_t begins;	/* bit n: a part begins at byte 8n */
	uint8_t bytes[BLOCK_SIZE];
};

struct run {
	uint32_t left;
	uint32_t right;
	uint32_t priority;
	uint32_t start;		/* offset in the datagram */
	uint32_t end;
	uint32_t first;		/* blocks */
	uint32_t last;
};

struct queue_key {
	uint8_t addr[32];
	uint32_t id;
	uint32_t ifindex;
	uint16_t zone;
	uint8_t protocol;
	uint8_t family;		/* enum frag_family */
};

struct queue {
	struct wheel_link link;
	uint64_t deadline_ms;
	uint32_t next;		/* in its bucket */
	uint32_t bucket;
	uint16_t slot;
	uint8_t have;		/* FIRST_IN, LAST_IN */
	uint8_t ecn;		/* bit n: codepoint n was seen */
	uint32_t flags;		/* enum clew_packet_flag of all parts */
	struct queue_key key;
	uint32_t root;		/* runs */
	uint32_t tail;		/* the run with the highest offset */
	uint32_t size;		/* of the datagram, as far as known */
	uint32_t held;		/* bytes received */
	uint32_t max_size;	/* largest fragment, largest with DF */
	uint32_t max_df_size;
	uint32_t peer;
	uint32_t rid;
	uint32_t bytes;		/* cost, of frags.bytes */
	uint32_t header_size;
	uint32_t next_at;	/* IPv6: where to write the next header */
	uint8_t next_header;
	uint32_t header;	/* a run outside the tree: what comes before */
};

/* Counts the fragments of one IPv4 source while it has a queue. */
struct peer {
	uint32_t next;
	uint32_t bucket;
	uint32_t users;
	uint32_t rid;
	uint32_t addr;
};

static struct queue *
queue_at(const struct frags *f, uint32_t i)
{
	return pool_at(&f->queues, i);
}

static struct run *
run_at(const struct frags *f, uint32_t i)
{
	return pool_at(&f->runs, i);
}

static struct block *
block_at(const struct frags *f, uint32_t i)
{
	return pool_at(&f->blocks, i);
}

static struct peer *
peer_at(const struct frags *f, uint32_t i)
{
	return pool_at(&f->peers, i);
}

int
frag_init(struct frags *f, const struct hash_key *key, uint64_t now_ms)
{
	memset(f, 0, sizeof(*f));
	f->key = *key;
	f->now_ms = now_ms;
	if (pool_init(&f->queues, sizeof(struct queue), 1u << 20) ||
	    pool_init(&f->runs, sizeof(struct run), 1u << 22) ||
	    pool_init(&f->blocks, sizeof(struct block), 1u << 22) ||
	    pool_init(&f->peers, sizeof(struct peer), 1u << 20)) {
		frag_fini(f);
		return -ENOMEM;
	}
	wheel_init(&f->wheel, &f->queues.region, offsetof(struct queue, link),
		   offsetof(struct queue, slot), now_ms);
	return 0;
}

void
frag_fini(struct frags *f)
{
	pool_fini(&f->queues);
	pool_fini(&f->runs);
	pool_fini(&f->blocks);
	pool_fini(&f->peers);
}

uint64_t
frag_memory(const struct frags *f)
{
	return region_bytes(&f->queues.region) +
	       region_bytes(&f->runs.region) +
	       region_bytes(&f->blocks.region) +
	       region_bytes(&f->peers.region) + sizeof(*f);
}

static void
charge(struct frags *f, struct queue *q, uint32_t cost)
{
	q->bytes += cost;
	f->bytes[q->key.family] += cost;
}

/* Peers. */

static uint32_t
peer_get(struct frags *f, uint32_t addr)
{
	uint64_t block = addr | (uint64_t)4 << 56;
	uint32_t bucket = hash_blocks(&f->key, &block, 1) % FRAG_BUCKETS;
	uint32_t i;

	for (i = f->peer_bucket[bucket]; i; i = peer_at(f, i)->next) {
		if (peer_at(f, i)->addr == addr) {
			peer_at(f, i)->users++;
			return i;
		}
	}
	i = pool_get(&f->peers);
	if (!i)
		return 0;
	*peer_at(f, i) = (struct peer){
		.next = f->peer_bucket[bucket], .bucket = bucket,
		.users = 1, .addr = addr,
	};
	f->peer_bucket[bucket] = i;
	return i;
}

static void
peer_put(struct frags *f, uint32_t peer)
{
	uint32_t *at;

	if (!peer || --peer_at(f, peer)->users)
		return;
	at = &f->peer_bucket[peer_at(f, peer)->bucket];
	while (*at != peer)
		at = &peer_at(f, *at)->next;
	*at = peer_at(f, peer)->next;
	pool_put(&f->peers, peer);
}

/* Runs. */

static void
run_free(struct frags *f, uint32_t i)
{
	uint32_t b = run_at(f, i)->first;

	while (b) {
		uint32_t next = block_at(f, b)->next;

		pool_put(&f->blocks, b);
		b = next;
	}
	pool_put(&f->runs, i);
}

/* Take the run with the lowest offset out of the tree: rotates left children
 * up on the way, so taking all costs no more than there are.  => 0 at the
 * end. */
static uint32_t
run_take_lowest(struct frags *f, uint32_t *root)
{
	uint32_t i = *root;

	if (!i)
		return 0;
	while (run_at(f, i)->left) {
		uint32_t left = run_at(f, i)->left;

		run_at(f, i)->left = run_at(f, left)->right;
		run_at(f, left)->right = i;
		i = left;
	}
	*root = run_at(f, i)->right;
	return i;
}

static void
runs_flush(struct frags *f, struct queue *q)
{
	uint32_t i;

	while ((i = run_take_lowest(f, &q->root)))
		run_free(f, i);
	if (q->header)
		run_free(f, q->header);
	q->tail = q->header = 0;
	f->bytes[q->key.family] -= q->bytes - QUEUE_COST;
	q->bytes = QUEUE_COST;
}

/* Append bytes to a run's blocks.  => false when memory is out. */
static bool
run_write(struct frags *f, struct queue *q, struct run *run,
	  const uint8_t *bytes, uint32_t size)
{
	uint32_t filled = (run->end - run->start) % BLOCK_SIZE;
	uint32_t begins = 1u << filled / 8;

	while (size) {
		uint32_t room = BLOCK_SIZE - filled, n;

		if (!run->last || !filled) {
			uint32_t b = pool_get(&f->blocks);

			if (!b)
				return false;
			charge(f, q, BLOCK_COST);
			block_at(f, b)->next = 0;
			block_at(f, b)->begins = 0;
			if (run->last)
				block_at(f, run->last)->next = b;
			else
				run->first = b;
			run->last = b;
			room = BLOCK_SIZE;
			filled = 0;
		}
		n = size < room ? size : room;
		block_at(f, run->last)->begins |= begins;
		begins = 0;
		memcpy(block_at(f, run->last)->bytes + filled, bytes, n);
		bytes += n;
		size -= n;
		run->end += n;
		filled = (filled + n) % BLOCK_SIZE;
	}
	return true;
}

/* Put the run 'i' into the treap: descend to where its priority belongs,
 * and split what is below by its start. */
static void
run_link(struct frags *f, struct queue *q, uint32_t i)
{
	struct run *run = run_at(f, i);
	uint32_t *at = &q->root, *left, *right, below;

	while (*at && run_at(f, *at)->priority >= run->priority)
		at = run->start < run_at(f, *at)->start ?
		     &run_at(f, *at)->left : &run_at(f, *at)->right;
	below = *at;
	*at = i;
	left = &run->left;
	right = &run->right;
	while (below) {
		if (run_at(f, below)->start < run->start) {
			*left = below;
			left = &run_at(f, below)->right;
			below = *left;
		} else {
			*right = below;
			right = &run_at(f, below)->left;
			below = *right;
		}
	}
	*left = *right = 0;
}

static bool
run_create(struct frags *f, struct queue *q, uint32_t start,
	   const uint8_t *bytes, uint32_t size)
{
	uint32_t i = pool_get(&f->runs);
	uint64_t block = start | (uint64_t)i << 32;
	struct run *run;

	if (!i)
		return false;
	charge(f, q, RUN_COST);
	run = run_at(f, i);
	*run = (struct run){
		.start = start, .end = start,
		.priority = (uint32_t)hash_blocks(&f->key, &block, 1),
	};
	run_link(f, q, i);
	if (!q->tail || start > run_at(f, q->tail)->start)
		q->tail = i;
	return run_write(f, q, run, bytes, size);
}

enum insert {
	INSERT_OK,
	INSERT_DUPLICATE,
	INSERT_OVERLAP,
	INSERT_NO_MEMORY,
};

static enum insert
runs_insert(struct frags *f, struct queue *q, uint32_t start, uint32_t end,
	    const uint8_t *bytes)
{
	struct run *tail = q->tail ? run_at(f, q->tail) : NULL;

	if (tail && tail->end < end) {
		if (start < tail->end)
			return INSERT_OVERLAP;
		if (start == tail->end) {
			charge(f, q, RUN_COST);
			return run_write(f, q, tail, bytes, end - start) ?
			       INSERT_OK : INSERT_NO_MEMORY;
		}
	} else if (tail) {
		for (uint32_t i = q->root; i; ) {
			const struct run *run = run_at(f, i);

			if (end <= run->start)
				i = run->left;
			else if (start >= run->end)
				i = run->right;
			else if (start >= run->start && end <= run->end)
				return INSERT_DUPLICATE;
			else
				return INSERT_OVERLAP;
		}
	}
	return run_create(f, q, start, bytes, end - start) ?
	       INSERT_OK : INSERT_NO_MEMORY;
}

static void
run_copy(const struct frags *f, const struct run *run, uint8_t *out)
{
	uint32_t at = run->start;

	for (uint32_t b = run->first; b; b = block_at(f, b)->next) {
		uint32_t n = run->end - at < BLOCK_SIZE ?
			     run->end - at : BLOCK_SIZE;

		memcpy(out + at, block_at(f, b)->bytes, n);
		at += n;
	}
}

/* Where the parts of a run began. */
static void
run_note_parts(struct frags *f, const struct run *run)
{
	uint32_t at = run->start / 8;

	for (uint32_t b = run->first; b; b = block_at(f, b)->next) {
		uint32_t m = block_at(f, b)->begins;

		for (; m; m &= m - 1)
			f->done_part[f->done_parts++] =
				(uint16_t)(at + (uint32_t)__builtin_ctz(m));
		at += BLOCK_SIZE / 8;
	}
}

/* Copy every run to its place in 'out', and let it go. */
static void
runs_copy(struct frags *f, struct queue *q, uint8_t *out)
{
	uint32_t i;

	f->done_parts = 0;
	f->done_largest = q->max_size;
	f->done_df = q->max_df_size == q->max_size;
	while ((i = run_take_lowest(f, &q->root))) {
		run_copy(f, run_at(f, i), out);
		run_note_parts(f, run_at(f, i));
		run_free(f, i);
	}
	q->tail = 0;
}

/* Queues. */

static uint32_t
queue_bucket(const struct frags *f, const struct queue_key *key)
{
	uint64_t blocks[6];

	static_assert(sizeof(*key) == 44, "no padding to hash");
	memcpy(blocks, key, 44);
	blocks[5] = load32((const char *)key + 40) | (uint64_t)44 << 56;
	return hash_blocks(&f->key, blocks, 6) % FRAG_BUCKETS;
}

static uint32_t
queue_lookup(const struct frags *f, const struct queue_key *key,
	     uint32_t bucket)
{
	uint32_t i = f->bucket[bucket];

	while (i && memcmp(&queue_at(f, i)->key, key, sizeof(*key)))
		i = queue_at(f, i)->next;
	return i;
}

static uint32_t
queue_create(struct frags *f, const struct queue_key *key, uint32_t bucket,
	     const struct frag_limits *limits)
{
	uint32_t i = pool_get(&f->queues);
	struct queue *q;

	if (!i)
		return 0;
	q = queue_at(f, i);
	memset(q, 0, sizeof(*q));
	q->key = *key;
	q->flags = UINT32_MAX;
	q->bucket = bucket;
	q->next = f->bucket[bucket];
	f->bucket[bucket] = i;
	if (key->family == FRAG_IPV4 && limits->max_dist)
		q->peer = peer_get(f, load32(key->addr));
	charge(f, q, QUEUE_COST);
	q->deadline_ms = f->now_ms +
			 (uint64_t)limits->timeout_s[key->family] * 1000;
	wheel_insert(&f->wheel, i, q->deadline_ms);
	return i;
}

static void
queue_destroy(struct frags *f, uint32_t i)
{
	struct queue *q = queue_at(f, i);
	uint32_t *at = &f->bucket[q->bucket];

	while (*at != i)
		at = &queue_at(f, *at)->next;
	*at = q->next;
	runs_flush(f, q);
	f->bytes[q->key.family] -= QUEUE_COST;
	peer_put(f, q->peer);
	wheel_remove(&f->wheel, i);
	pool_put(&f->queues, i);
}

/* Too many fragments of this source since the last of this datagram? */
static bool
too_far(struct frags *f, struct queue *q, uint32_t max_dist)
{
	uint32_t before = q->rid;

	if (!q->peer || !max_dist)
		return false;
	q->rid = ++peer_at(f, q->peer)->rid;
	return q->tail && q->rid - before > max_dist;
}

static void
queue_restart(struct frags *f, uint32_t i, const struct frag_limits *limits)
{
	struct queue *q = queue_at(f, i);

	runs_flush(f, q);
	q->have = q->ecn = 0;
	q->flags = UINT32_MAX;
	q->size = q->held = q->max_size = q->max_df_size = 0;
	wheel_remove(&f->wheel, i);
	q->deadline_ms = f->now_ms +
			 (uint64_t)limits->timeout_s[q->key.family] * 1000;
	wheel_insert(&f->wheel, i, q->deadline_ms);
}

/* RFC 3168 5.3: codepoints of the fragments, as bits, to the one of the
 * whole: CE if any had it, unless some were not ECN-capable. */
static uint8_t
ecn_of(uint8_t seen)
{
	enum { NOT_ECT = 1 << 0, ECT_1 = 1 << 1, ECT_0 = 1 << 2, CE = 1 << 3 };

	if ((seen & NOT_ECT) && (seen & (ECT_0 | ECT_1 | CE)))
		return ECN_BAD;
	return (seen & CE) && (seen & (ECT_0 | ECT_1)) ? ECN_CE : 0;
}

static enum clew_reason
finish_ipv4(const struct frags *f, struct queue *q, uint8_t *out,
	    uint32_t *out_size)
{
	uint32_t size = q->header_size + q->size;
	uint8_t ecn = ecn_of(q->ecn);
	uint16_t sum;

	if (ecn == ECN_BAD)
		return CLEW_WHY_FRAG_ECN;
	if (size > 65535)
		return CLEW_WHY_FRAG_TOO_BIG;
	run_copy(f, run_at(f, q->header), out);
	out[1] |= ecn;
	put_be16(out + 2, (uint16_t)size);
	put_be16(out + 6, q->max_df_size == q->max_size ? IPV4_DF : 0);
	put_be16(out + 10, 0);
	sum = checksum_fold(checksum_add(0, out, q->header_size));
	put_be16(out + 10, (uint16_t)~sum);
	*out_size = size;
	return CLEW_WHY_NONE;
}

static enum clew_reason
finish_ipv6(const struct frags *f, struct queue *q, uint8_t *out,
	    uint32_t *out_size)
{
	uint32_t payload = q->header_size - IPV6_HEADER + q->size;
	uint8_t ecn = ecn_of(q->ecn);

	if (ecn == ECN_BAD)
		return CLEW_WHY_FRAG_ECN;
	if (payload > 65535)
		return CLEW_WHY_FRAG_TOO_BIG;
	run_copy(f, run_at(f, q->header), out);
	out[q->next_at] = q->next_header;
	put_be16(out + 4, (uint16_t)payload);
	out[1] |= (uint8_t)(ecn << 4);
	*out_size = payload + IPV6_HEADER;
	return CLEW_WHY_NONE;
}

/* What one fragment says of itself. */
struct piece {
	uint32_t start;
	uint32_t end;
	uint32_t bytes_at;	/* in the packet */
	bool more;
	uint8_t ecn;
};

/* Does the piece fit what is known of the datagram's size? */
static bool
size_fits(struct queue *q, const struct piece *piece)
{
	if (!piece->more) {
		if (piece->end < q->size ||
		    ((q->have & LAST_IN) && piece->end != q->size))
			return false;
		q->have |= LAST_IN;
		q->size = piece->end;
	} else if (piece->end > q->size) {
		if (q->have & LAST_IN)
			return false;
		q->size = piece->end;
	}
	return piece->end != piece->start;
}

/* Keep what comes before the part that was cut.  => false when memory is
 * out. */
static bool
note_first(struct frags *f, struct queue *q, const struct pkt *p)
{
	q->have |= FIRST_IN;
	if (p->family == CLEW_IPV4) {
		q->header_size = p->l4;
	} else {
		q->header_size = p->frag_at;
		q->next_at = p->frag_next_at;
		q->next_header = p->ip[p->frag_at];
	}
	q->header = pool_get(&f->runs);
	if (!q->header)
		return false;
	charge(f, q, RUN_COST);
	*run_at(f, q->header) = (struct run){ 0 };
	return run_write(f, q, run_at(f, q->header), p->ip, q->header_size);
}

static enum frag_outcome
refuse(enum clew_reason reason, enum clew_reason *why)
{
	*why = reason;
	return FRAG_REFUSED;
}

static enum frag_outcome
queue_add(struct frags *f, uint32_t i, const struct pkt *p,
	  const struct piece *piece, uint8_t *out, uint32_t *out_size,
	  enum clew_reason *why)
{
	struct queue *q = queue_at(f, i);
	bool ipv4 = p->family == CLEW_IPV4;
	uint32_t size;

	if (!size_fits(q, piece)) {
		if (ipv4)
			queue_destroy(f, i);
		return refuse(CLEW_WHY_FRAG_MALFORMED, why);
	}
	switch (runs_insert(f, q, piece->start, piece->end,
			    p->ip + piece->bytes_at)) {
	case INSERT_OK:
		break;
	case INSERT_DUPLICATE:
		if (!ipv4)
			return FRAG_HELD;
		return refuse(CLEW_WHY_FRAG_DUPLICATE, why);
	case INSERT_OVERLAP:
		queue_destroy(f, i);
		return refuse(CLEW_WHY_FRAG_OVERLAP, why);
	case INSERT_NO_MEMORY:
		queue_destroy(f, i);
		return refuse(CLEW_WHY_FRAG_MEMORY, why);
	}
	q->held += piece->end - piece->start;
	q->ecn |= piece->ecn;
	q->flags &= p->flags;
	if (piece->start == 0 && !note_first(f, q, p)) {
		queue_destroy(f, i);
		return refuse(CLEW_WHY_FRAG_MEMORY, why);
	}
	size = ipv4 ? p->l4 + piece->end - piece->start : p->len;
	if (size > q->max_size)
		q->max_size = size;
	if (ipv4 && (get_be16(p->ip + 6) & IPV4_DF) && size > q->max_df_size)
		q->max_df_size = size;

	if (q->have != (FIRST_IN | LAST_IN) || q->held != q->size)
		return FRAG_HELD;
	*why = ipv4 ? finish_ipv4(f, q, out, out_size) :
		      finish_ipv6(f, q, out, out_size);
	f->done_flags = q->flags;
	if (*why == CLEW_WHY_NONE)
		runs_copy(f, q, out + q->header_size);
	queue_destroy(f, i);
	return *why == CLEW_WHY_NONE ? FRAG_DONE : FRAG_REFUSED;
}

/* Read the piece, and say at once what cannot be used. */
static enum frag_outcome
read_ipv4(const struct pkt *p, struct queue_key *key, struct piece *piece)
{
	uint16_t field = get_be16(p->ip + 6);

	piece->start = (field & 0x1fffu) * 8;
	piece->end = piece->start + p->len - p->l4;
	piece->bytes_at = p->l4;
	piece->more = field & IPV4_MF;
	piece->ecn = (uint8_t)(1u << (p->ip[1] & 3));
	if (piece->more)
		piece->end &= ~7u;
	memcpy(key->addr, pkt_src(p), 8);
	key->id = get_be16(p->ip + 4);
	key->protocol = p->ip[9];
	key->family = FRAG_IPV4;
	return FRAG_HELD;
}

/* Multicast or fe80::/10. */
static bool
is_of_one_link(const uint8_t *addr)
{
	return addr[0] == 0xff || (addr[0] == 0xfe && addr[1] >> 6 == 2);
}

static enum frag_outcome
read_ipv6(const struct pkt *p, struct queue_key *key, struct piece *piece,
	  uint32_t ifindex, enum clew_reason *why)
{
	uint16_t field;

	if (pkt_header(p, p->frag_at, 8) != PKT_HEADER_OK)
		return refuse(CLEW_WHY_FRAG_MALFORMED, why);
	field = get_be16(p->ip + p->frag_at + 2);
	piece->start = field & 0xfff8u;
	piece->bytes_at = p->frag_at + 8;
	piece->end = piece->start + p->len - piece->bytes_at;
	piece->more = field & 1;
	piece->ecn = (uint8_t)(1u << (p->ip[1] >> 4 & 3));
	memcpy(key->addr, pkt_src(p), 32);
	key->id = get_be32(p->ip + p->frag_at + 4);
	/* Elsewhere an address is the same on every link. */
	if (is_of_one_link(p->ip + 24))
		key->ifindex = ifindex;
	key->family = FRAG_IPV6;
	return FRAG_HELD;
}

enum frag_outcome
frag_add(struct frags *f, const struct pkt *p, uint16_t zone,
	 uint32_t ifindex, const struct frag_limits *limits,
	 uint8_t *out, uint32_t *out_size, enum clew_reason *why)
{
	struct queue_key key = { .zone = zone };
	enum frag_outcome outcome;
	uint32_t bucket, i;
	struct piece piece;

	/* Linux does not discard it but lets it pass as it is. */
	if (p->family == CLEW_IPV6 && pkt_is_first_part_short(p))
		return FRAG_PASS;
	outcome = p->family == CLEW_IPV4 ?
		  read_ipv4(p, &key, &piece) :
		  read_ipv6(p, &key, &piece, ifindex, why);
	if (outcome != FRAG_HELD)
		return outcome;
	if (p->have < p->len)
		return refuse(CLEW_WHY_FRAG_MALFORMED, why);
	if (f->bytes[key.family] > limits->high_bytes[key.family] ||
	    !limits->high_bytes[key.family])
		return refuse(CLEW_WHY_FRAG_MEMORY, why);
	bucket = queue_bucket(f, &key);
	i = queue_lookup(f, &key, bucket);
	/* Only when expiry has a budget can one be overdue. */
	if (i && queue_at(f, i)->deadline_ms < f->now_ms) {
		queue_destroy(f, i);
		f->overdue++;
		i = 0;
	}
	if (!i)
		i = queue_create(f, &key, bucket, limits);
	if (!i)
		return refuse(CLEW_WHY_FRAG_MEMORY, why);

	if (key.family == FRAG_IPV6) {
		if (piece.end > 65535)
			return refuse(CLEW_WHY_FRAG_TOO_BIG, why);
		/* RFC 8200 4.5 wants a Parameter Problem here; Linux gives
		 * the datagram up and lets the fragment pass as it is. */
		if (piece.more && (piece.end & 7)) {
			queue_destroy(f, i);
			return FRAG_PASS;
		}
	} else if (too_far(f, queue_at(f, i), limits->max_dist)) {
		queue_restart(f, i, limits);
	}
	return queue_add(f, i, p, &piece, out, out_size, why);
}

uint32_t
frag_expire(struct frags *f, uint64_t now_ms, uint32_t *budget)
{
	uint32_t expired = f->overdue;

	f->overdue = 0;
	if (now_ms > f->now_ms)
		f->now_ms = now_ms;
	for (; *budget; (*budget)--) {
		uint16_t slot = wheel_turn(&f->wheel, f->now_ms);
		uint32_t i;

		if (slot == WHEEL_IDLE)
			break;
		i = wheel_take(&f->wheel, slot);
		if (queue_at(f, i)->deadline_ms > f->wheel.now) {
			wheel_insert(&f->wheel, i,
				     queue_at(f, i)->deadline_ms);
			continue;
		}
		queue_destroy(f, i);
		expired++;
	}
	return expired;
}
