/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/frag_test.c - reassembly against a map of bytes.
 *
 * The model keeps every byte of a datagram on its own and every rule in its
 * plainest form; random fragments in any order go to both.  Then the limits
 * one by one.  Includes the file under test, to see how deep its trees are
 * and that every pool is empty in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pkt/frag.c"	/* NOLINT(bugprone-suspicious-include) */

#include "base/testrandom.h"

enum {
	ROOM = 66000,
	START_MS = 1700000000,
};

/* What a fragment says. */
struct part {
	bool ipv6;
	uint8_t source;		/* one of a few addresses */
	uint8_t protocol;	/* IPv4 */
	uint16_t id;
	uint16_t zone;
	uint32_t ifindex;
	uint8_t to;		/* first byte of the IPv6 destination */
	uint32_t start;
	uint32_t size;
	bool more;
	bool df;		/* IPv4 */
	uint8_t ecn;
	uint8_t options;	/* words of options, or of a header before */
	uint8_t salt;		/* of the bytes */
};

static uint8_t
byte_of(const struct part *s, uint32_t at)
{
	return (uint8_t)(at * 31 + at / 256 + s->salt);
}

/* => The length of the packet written to 'b'. */
static uint32_t
build(const struct part *s, uint8_t *b)
{
	uint32_t at;

	if (s->ipv6) {
		memset(b, 0, 40);
		b[0] = 0x60;
		b[1] = (uint8_t)(s->ecn << 4);
		b[7] = 64;
		b[8 + 15] = s->source;
		b[24] = s->to;
		b[25] = s->to == 0xfe ? 0x80 : 0;
		b[24 + 15] = 99;
		at = 40;
		b[6] = s->options ? 60 : 44;
		if (s->options) {
			memset(b + at, 0, s->options * 8u);
			b[at] = 44;
			b[at + 1] = (uint8_t)(s->options - 1);
			at += s->options * 8u;
		}
		b[at] = 17;
		b[at + 1] = 0;
		put_be16(b + at + 2, (uint16_t)(s->start | s->more));
		put_be32(b + at + 4, s->id);
		at += 8;
		put_be16(b + 4, (uint16_t)(at - 40 + s->size));
	} else {
		at = 20 + s->options * 4u;
		memset(b, 0, 20);
		memset(b + 20, 1, at - 20);
		b[0] = (uint8_t)(0x40 | at / 4);
		b[1] = s->ecn;
		put_be16(b + 2, (uint16_t)(at + s->size));
		put_be16(b + 4, s->id);
		put_be16(b + 6, (uint16_t)(s->start / 8 |
			 (s->more ? IPV4_MF : 0) | (s->df ? IPV4_DF : 0)));
		b[8] = 64;
		b[9] = s->protocol;
		b[12] = 10;
		b[15] = s->source;
		b[19] = 99;
		put_be16(b + 10, (uint16_t)
			 ~checksum_fold(checksum_add(0, b, at)));
	}
	for (uint32_t i = 0; i < s->size; i++)
		b[at + i] = byte_of(s, s->start + i);
	return at + s->size;
}

static const struct frag_limits no_limits = {
	.high_bytes = { UINT64_MAX, UINT64_MAX },
	.timeout_s = { 30, 60 },
	.max_dist = 64,
};

static enum frag_outcome
add_limited(struct frags *f, const struct part *s,
	    const struct frag_limits *limits, uint8_t *out, uint32_t *size,
	    enum clew_reason *why)
{
	static uint8_t b[ROOM + 400];
	uint32_t len = build(s, b);
	uint8_t *copy = malloc(len);
	enum frag_outcome outcome;
	struct pkt p;

	memcpy(copy, b, len);
	pkt_parse(&p, copy, len, len);
	assert_int_equal(p.kind, PKT_FRAGMENT);
	*why = CLEW_WHY_NONE;
	outcome = frag_add(f, &p, s->zone, s->ifindex, limits, out, size, why);
	free(copy);
	return outcome;
}

static enum frag_outcome
add(struct frags *f, const struct part *s)
{
	static uint8_t out[FRAG_DATAGRAM_MAX];
	enum clew_reason why;
	uint32_t size;

	return add_limited(f, s, &no_limits, out, &size, &why);
}

static struct frags *
create(void)
{
	struct frags *f = malloc(sizeof(*f));

	assert_int_equal(frag_init(f, &(struct hash_key){ { 1, 2 } },
				   START_MS), 0);
	return f;
}

static uint32_t
expire(struct frags *f, uint64_t now_ms)
{
	uint32_t budget = UINT32_MAX;

	return frag_expire(f, now_ms, &budget);
}

static void
destroy(struct frags *f)
{
	expire(f, f->wheel.now + 1000000000);
	assert_int_equal(f->bytes[FRAG_IPV4], 0);
	assert_int_equal(f->bytes[FRAG_IPV6], 0);
	assert_int_equal(f->queues.count, 0);
	assert_int_equal(f->runs.count, 0);
	assert_int_equal(f->blocks.count, 0);
	assert_int_equal(f->peers.count, 0);
	frag_fini(f);
	free(f);
}

/* The model. */

struct datagram {
	bool there;
	struct part key;
	struct { uint32_t start, end; } run[2000];
	unsigned runs;
	bool has_first, has_last;
	uint32_t size;		/* as far as known */
	uint64_t deadline_ms;
	uint32_t last_count;	/* of its source's fragments */
	uint32_t largest, largest_df;
	unsigned ecns;
	struct part first;
	bool is_there[ROOM * 2];
	uint8_t byte[ROOM * 2];
};

enum { DATAGRAMS = 64, SOURCES = 3 };

struct model {
	struct datagram d[DATAGRAMS];
	unsigned users[SOURCES];	/* IPv4 datagrams of a source */
	uint32_t count[SOURCES];	/* fragments it sent since it has any */
	uint64_t now_ms;
};

static void
forget(struct model *m, struct datagram *d)
{
	if (!d->key.ipv6)
		m->users[d->key.source]--;
	d->there = false;
}

static void
clear(struct datagram *d)
{
	memset(d->is_there, 0, sizeof(d->is_there));
	d->runs = 0;
	d->has_first = d->has_last = false;
	d->size = d->largest = d->largest_df = 0;
	d->ecns = 0;
}

static struct datagram *
find(struct model *m, const struct part *s)
{
	struct datagram *unused = NULL;

	for (unsigned i = 0; i < DATAGRAMS; i++) {
		struct datagram *d = &m->d[i];

		if (!d->there) {
			unused = d;
			continue;
		}
		if (d->key.ipv6 == s->ipv6 && d->key.source == s->source &&
		    d->key.id == s->id && d->key.zone == s->zone &&
		    (s->ipv6 ? d->key.to == s->to &&
		     (!s->to || d->key.ifindex == s->ifindex) :
		     d->key.protocol == s->protocol))
			return d;
	}
	assert_non_null(unused);
	clear(unused);
	unused->there = true;
	unused->key = *s;
	unused->last_count = 0;
	unused->deadline_ms = m->now_ms +
			      no_limits.timeout_s[s->ipv6] * 1000ull;
	if (!s->ipv6 && !m->users[s->source]++)
		m->count[s->source] = 0;
	return unused;
}

static enum frag_outcome
no(enum clew_reason reason, enum clew_reason *why)
{
	*why = reason;
	return FRAG_REFUSED;
}

/* Is there room for [start, end)? */
static enum insert
place(struct datagram *d, uint32_t start, uint32_t end)
{
	unsigned highest = 0;

	for (unsigned i = 0; i < d->runs; i++) {
		if (d->run[i].start > d->run[highest].start)
			highest = i;
		if (start >= d->run[i].end || end <= d->run[i].start)
			continue;
		return start >= d->run[i].start && end <= d->run[i].end ?
		       INSERT_DUPLICATE : INSERT_OVERLAP;
	}
	if (d->runs && start == d->run[highest].end) {
		d->run[highest].end = end;
		return INSERT_OK;
	}
	assert_in_range(d->runs, 0, 1999);
	d->run[d->runs].start = start;
	d->run[d->runs++].end = end;
	return INSERT_OK;
}

static uint32_t
held(const struct datagram *d)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < d->runs; i++)
		sum += d->run[i].end - d->run[i].start;
	return sum;
}

/* The datagram must be what the model has; 'out' is what came. */
static enum frag_outcome
compare(const struct datagram *d, const uint8_t *out, uint32_t size,
	enum clew_reason *why)
{
	bool ipv6 = d->key.ipv6;
	uint32_t header = ipv6 ? 40 + d->first.options * 8u :
			  20 + d->first.options * 4u;
	bool mixed = d->ecns & (d->ecns - 1);
	uint8_t ecn = d->first.ecn;

	if ((d->ecns & 1) && mixed)
		return no(CLEW_WHY_FRAG_ECN, why);
	if ((d->ecns & 8) && mixed)
		ecn = 3;
	if (header + d->size - (ipv6 ? 40 : 0) > 65535)
		return no(CLEW_WHY_FRAG_TOO_BIG, why);
	if (!out)
		return FRAG_DONE;
	assert_int_equal(size, header + d->size);
	for (uint32_t i = 0; i < d->size; i++) {
		assert_true(d->is_there[i]);
		if (out[header + i] != d->byte[i])
			fail_msg("byte %u", i);
	}
	if (ipv6) {
		struct part whole = d->first;
		uint8_t b[400];

		whole.size = 0;
		build(&whole, b);
		b[whole.options ? 40 : 6] = 17;
		put_be16(b + 4, (uint16_t)(size - 40));
		b[1] = (uint8_t)(ecn << 4);
		assert_memory_equal(out, b, header);
	} else {
		assert_int_equal(get_be16(out + 2), size);
		assert_int_equal(get_be16(out + 6), d->largest ==
				 d->largest_df ? IPV4_DF : 0);
		assert_int_equal(out[1], ecn);
		assert_int_equal(out[0], 0x40 | header / 4);
		assert_int_equal(checksum_fold(checksum_add(0, out, header)),
				 0xffff);
	}
	return FRAG_DONE;
}

/* What has to be, by the words of frag.c's first comment.  'out' and 'size'
 * are what came if it was DONE. */
static enum frag_outcome
model_add(struct model *m, const struct part *s, const uint8_t *out,
	  uint32_t size, enum clew_reason *why)
{
	uint32_t end = s->start + s->size, len;
	enum frag_outcome outcome;
	struct datagram *d;

	/* It ends before the UDP header does: Linux lets it pass. */
	if (s->ipv6 && s->start == 0 && s->size < 8)
		return FRAG_PASS;
	d = find(m, s);
	if (s->ipv6) {
		if (end > 65535)
			return no(CLEW_WHY_FRAG_TOO_BIG, why);
		if (s->more && end % 8) {
			forget(m, d);
			return FRAG_PASS;
		}
	} else {
		uint32_t now = ++m->count[s->source];

		if (d->runs && now - d->last_count > no_limits.max_dist) {
			clear(d);
			d->deadline_ms = m->now_ms +
				no_limits.timeout_s[FRAG_IPV4] * 1000ull;
		}
		d->last_count = now;
		if (s->more)
			end -= end % 8;
	}
	if ((!s->more && (end < d->size || (d->has_last && end != d->size))) ||
	    (s->more && d->has_last && end > d->size)) {
		if (!s->ipv6)
			forget(m, d);
		return no(CLEW_WHY_FRAG_MALFORMED, why);
	}
	/* An empty one is refused, and yet has told the size. */
	d->has_last |= !s->more;
	if (end > d->size)
		d->size = end;
	if (end == s->start) {
		if (!s->ipv6)
			forget(m, d);
		return no(CLEW_WHY_FRAG_MALFORMED, why);
	}
	switch (place(d, s->start, end)) {
	case INSERT_OK:
		break;
	case INSERT_DUPLICATE:
		return s->ipv6 ? FRAG_HELD :
		       no(CLEW_WHY_FRAG_DUPLICATE, why);
	case INSERT_OVERLAP:
	case INSERT_NO_MEMORY:
		forget(m, d);
		return no(CLEW_WHY_FRAG_OVERLAP, why);
	}
	for (uint32_t i = s->start; i < end; i++) {
		assert_false(d->is_there[i]);
		d->is_there[i] = true;
		d->byte[i] = byte_of(s, i);
	}
	d->ecns |= 1u << s->ecn;
	len = s->size + 20 + s->options * 4u;
	if (len > d->largest)
		d->largest = len;
	if (s->df && len > d->largest_df)
		d->largest_df = len;
	if (s->start == 0) {
		d->has_first = true;
		d->first = *s;
	}
	if (!d->has_first || !d->has_last || held(d) != d->size)
		return FRAG_HELD;
	outcome = compare(d, out, size, why);
	forget(m, d);
	return outcome;
}

static unsigned
model_expire(struct model *m, uint64_t now_ms)
{
	unsigned expired = 0;

	m->now_ms = now_ms;
	for (unsigned i = 0; i < DATAGRAMS; i++) {
		if (m->d[i].there && m->d[i].deadline_ms <= now_ms) {
			forget(m, &m->d[i]);
			expired++;
		}
	}
	return expired;
}

static void
check(struct frags *f, struct model *m, const struct part *s)
{
	static uint8_t out[FRAG_DATAGRAM_MAX];
	enum clew_reason why = 0, model_why = 0;
	enum frag_outcome outcome, expected;
	uint64_t really;
	uint32_t size = 0;

	if (!s->ipv6 && !s->start && !s->more)
		return;			/* is no fragment */
	outcome = add_limited(f, s, &no_limits, out, &size, &why);
	expected = model_add(m, s, outcome == FRAG_DONE ? out : NULL, size,
			     &model_why);
	if (outcome != expected || why != model_why)
		fail_msg("%s source %u id %u [%u, +%u) more %u: outcome %d %d"
			 " but %d %d", s->ipv6 ? "v6" : "v4", s->source,
			 s->id, s->start, s->size, s->more, outcome, why,
			 expected, model_why);
	/* What is charged covers what is taken. */
	really = f->queues.count * (uint64_t)QUEUE_COST +
		 f->runs.count * sizeof(struct run) +
		 f->blocks.count * sizeof(struct block);
	assert_true(f->bytes[0] + f->bytes[1] >= really);
}

static struct part
some_part(struct testrandom *r)
{
	return (struct part){
		.ipv6 = testrandom_next(r) & 1,
		.source = (uint8_t)testrandom_below(r, SOURCES),
		.protocol = testrandom_below(r, 8) ? 17 : 1,
		.id = (uint16_t)testrandom_below(r, 3),
		.zone = testrandom_below(r, 30) ? 0 : 1,
		.ifindex = testrandom_below(r, 30) ? 1 : 2,
		.to = testrandom_below(r, 4) ? 0 : 0xff,
		.df = testrandom_below(r, 4) == 0,
		.ecn = (uint8_t)(testrandom_below(r, 40) ? 0 :
				 testrandom_below(r, 4)),
		.options = (uint8_t)(testrandom_below(r, 10) ? 0 :
				     testrandom_below(r, 11)),
		.salt = (uint8_t)testrandom_next(r),
	};
}

/* A datagram in pieces, in some order, with some things wrong. */
static void
send(struct frags *f, struct model *m, struct testrandom *r, unsigned wrong)
{
	struct part whole = some_part(r), parts[200];
	uint32_t total = 1 + testrandom_below(r, testrandom_below(r, 10) ?
					      1500 : 65000);
	uint32_t step = 8 * (1 + testrandom_below(r, total / 80 + 40));
	unsigned count = 0;

	for (uint32_t at = 0; at < total && count < 190; ) {
		struct part *s = &parts[count++];

		*s = whole;
		s->start = at;
		s->size = testrandom_below(r, 4) ? step :
			  8 + testrandom_below(r, step) / 8 * 8;
		s->more = true;
		if (s->size >= total - at) {
			s->size = total - at;
			s->more = false;
		}
		at += s->size;
		if (testrandom_below(r, 1000) >= wrong)
			continue;
		parts[count++] = *s;
		s->salt++;
		switch (testrandom_below(r, 8)) {
		case 0: s->start = (uint32_t)(s->start + 8) & 0xfff8; break;
		case 1: s->start = s->start ? s->start - 8 : 0; break;
		case 2: s->size += testrandom_below(r, 20); break;
		case 3: s->size = testrandom_below(r, s->size + 1); break;
		case 4: s->more = !s->more; break;
		case 5: s->start = 65528 - testrandom_below(r, 3) * 8; break;
		case 6: s->options = 1; break;
		default: break;		/* twice the same */
		}
	}
	if (testrandom_below(r, 2)) {
		for (unsigned i = count; i > 1; i--) {
			unsigned k = testrandom_below(r, i);
			struct part t = parts[i - 1];

			parts[i - 1] = parts[k];
			parts[k] = t;
		}
	}
	if (testrandom_below(r, 1000) < wrong)
		count = testrandom_below(r, count + 1);
	for (unsigned i = 0; i < count; i++)
		check(f, m, &parts[i]);
}

static void
run(unsigned seed, unsigned datagrams, unsigned wrong)
{
	struct model *m = calloc(1, sizeof(*m));
	struct testrandom r = { seed };
	struct frags *f = create();

	m->now_ms = START_MS;
	for (unsigned i = 0; i < datagrams; i++) {
		send(f, m, &r, wrong);
		if (testrandom_below(&r, 4) == 0) {
			uint64_t to = m->now_ms + testrandom_below(&r, 30000);

			assert_int_equal(expire(f, to), model_expire(m, to));
			assert_int_equal(f->wheel.now, to);
		}
	}
	destroy(f);
	free(m);
}

static void
whole_datagrams_agree_with_the_model(void **state)
{
	(void)state;
	run(1, 300, 0);
}

static void
spoilt_ones_do_too(void **state)
{
	(void)state;
	run(2, 300, 30);
	run(3, 1000, 200);
}

static void
pieces_by_themselves_do_too(void **state)
{
	struct model *m = calloc(1, sizeof(*m));
	struct testrandom r = { 5 };
	struct frags *f = create();

	(void)state;
	m->now_ms = START_MS;
	for (unsigned i = 0; i < 20000; i++) {
		struct part s = some_part(&r);

		s.start = 8 * testrandom_below(&r, 12);
		s.size = testrandom_below(&r, 40);
		s.more = testrandom_below(&r, 4);
		check(f, m, &s);
		if (testrandom_below(&r, 100) == 0) {
			uint64_t to = m->now_ms + testrandom_below(&r, 20000);

			assert_int_equal(expire(f, to), model_expire(m, to));
		}
	}
	destroy(f);
	free(m);
}

/* One by one. */

static void
times_out(void **state)
{
	struct part s = { .size = 8, .more = true, .protocol = 17 };
	struct part s6 = { .size = 8, .more = true, .ipv6 = true };
	struct frags *f = create();
	uint32_t budget = 0, expired = 0;

	(void)state;
	assert_int_equal(add(f, &s), FRAG_HELD);
	assert_int_equal(add(f, &s6), FRAG_HELD);
	assert_int_equal(expire(f, START_MS + 29999), 0);
	/* Later fragments do not lengthen its life. */
	s.start = 8;
	assert_int_equal(add(f, &s), FRAG_HELD);
	assert_int_equal(expire(f, START_MS + 30000), 1);
	assert_int_equal(f->bytes[FRAG_IPV4], 0);
	assert_int_equal(expire(f, START_MS + 59999), 0);
	assert_int_equal(expire(f, START_MS + 60000), 1);
	/* At most as many as are paid for. */
	for (s.id = 0; s.id < 10; s.id++)
		add(f, &s);
	while (budget == 0) {
		uint32_t before = expired;

		budget = 3;
		expired += frag_expire(f, START_MS + 100000, &budget);
		assert_in_range(expired - before, 0, 3);
		assert_int_equal(f->queues.count, 10 - expired);
	}
	assert_int_equal(expired, 10);
	destroy(f);
}

/* When the budget of expiry is used up, what is overdue is over all the
 * same, and what comes now lives as long as ever. */
static void
a_late_expiry_changes_no_life(void **state)
{
	struct part s = { .size = 8, .more = true, .protocol = 17 };
	struct frags *f = create();
	uint32_t budget = 1;

	(void)state;
	for (s.id = 0; s.id < 4; s.id++)
		add(f, &s);
	assert_int_equal(frag_expire(f, START_MS + 90000, &budget), 0);
	add(f, &s);			/* s.id is 4: comes 90 seconds later */
	assert_int_equal(f->queues.count, 5);
	/* The last parts come, too late for their first ones. */
	s.start = 8;
	s.more = false;
	for (s.id = 0; s.id < 4; s.id++)
		assert_int_equal(add(f, &s), FRAG_HELD);
	assert_int_equal(f->queues.count, 5);
	assert_int_equal(expire(f, START_MS + 90001), 4);
	assert_int_equal(expire(f, START_MS + 119999), 0);
	assert_int_equal(expire(f, START_MS + 120000), 5);
	destroy(f);
}

static void
memory_is_limited(void **state)
{
	static uint8_t out[FRAG_DATAGRAM_MAX];
	struct frag_limits limits = no_limits;
	struct part s = { .size = 1480, .more = true, .protocol = 17 };
	struct part s6 = s;
	struct frags *f = create();
	unsigned refused = 0;
	enum clew_reason why;
	uint64_t full;
	uint32_t size;

	(void)state;
	limits.high_bytes[FRAG_IPV4] = 100000;
	s6.ipv6 = true;
	for (unsigned i = 0; i < 1000; i++) {
		s.id = (uint16_t)i;
		if (add_limited(f, &s, &limits, out, &size, &why) ==
		    FRAG_REFUSED) {
			assert_int_equal(why, CLEW_WHY_FRAG_MEMORY);
			refused++;
		}
	}
	full = f->bytes[FRAG_IPV4];
	assert_in_range(full, 100000, 103000);
	assert_in_range(refused, 900, 1000);
	/* The other family has its own. */
	assert_int_equal(add_limited(f, &s6, &limits, out, &size, &why),
			 FRAG_HELD);
	/* Nobody was pushed out, but nobody's last part gets in either. */
	s.id = 0;
	s.start = 1480;
	s.more = false;
	assert_int_equal(add_limited(f, &s, &limits, out, &size, &why),
			 FRAG_REFUSED);
	assert_int_equal(f->bytes[FRAG_IPV4], full);
	expire(f, START_MS + 30000);
	assert_int_equal(f->bytes[FRAG_IPV4], 0);
	assert_int_equal(add_limited(f, &s, &limits, out, &size, &why),
			 FRAG_HELD);
	/* A limit of 0 means: none at all. */
	limits.high_bytes[FRAG_IPV6] = 0;
	assert_int_equal(add_limited(f, &s6, &limits, out, &size, &why),
			 FRAG_REFUSED);
	assert_int_equal(why, CLEW_WHY_FRAG_MEMORY);
	destroy(f);
}

/* ipfrag_max_dist: so many fragments of others from the same source. */
static void
distance_begins_anew(void **state)
{
	for (unsigned others = 63; others <= 65; others++) {
		struct part s = { .size = 8, .more = true, .protocol = 17 };
		struct frags *f = create();

		(void)state;
		assert_int_equal(add(f, &s), FRAG_HELD);
		for (unsigned i = 0; i < others; i++) {
			struct part o = s;

			o.id = (uint16_t)(100 + i);
			assert_int_equal(add(f, &o), FRAG_HELD);
		}
		/* Sources are counted one by one. */
		s.source = 1;
		assert_int_equal(add(f, &s), FRAG_HELD);
		s.source = 0;
		s.start = 8;
		s.more = false;
		assert_int_equal(add(f, &s), others < 64 ? FRAG_DONE :
				 FRAG_HELD);
		destroy(f);
	}
}

static void
names_are_told_apart(void **state)
{
	const struct part base = { .size = 8, .more = true, .protocol = 17,
				   .id = 5, .ifindex = 1 };
	const struct part base6 = { .size = 8, .more = true, .ipv6 = true,
				    .id = 5, .ifindex = 1 };
	struct part s[] = { base, base, base, base, base6, base6, base6,
			    base6, base6, base6, base6 };
	struct frags *f = create();

	(void)state;
	s[0].id++;
	s[1].source++;
	s[2].zone++;
	s[3].protocol = 6;
	s[4].id++;
	s[5].source++;
	s[6].zone++;
	/* Addresses that are of one link: multicast, link-local. */
	s[7].to = s[8].to = 0xff;
	s[9].to = s[10].to = 0xfe;
	s[8].ifindex++;
	s[10].ifindex++;
	for (size_t i = 0; i < sizeof(s) / sizeof(*s); i++)
		assert_int_equal(add(f, &s[i]), FRAG_HELD);
	for (size_t i = 0; i < sizeof(s) / sizeof(*s); i++) {
		struct part last = s[i];

		last.start = 8;
		last.more = false;
		assert_int_equal(add(f, &last), FRAG_DONE);
	}
	/* Other datagrams may come in over several links. */
	for (unsigned six = 0; six < 2; six++) {
		s[0] = six ? base6 : base;
		assert_int_equal(add(f, &s[0]), FRAG_HELD);
		s[0].start = 8;
		s[0].more = false;
		s[0].ifindex = 9;
		assert_int_equal(add(f, &s[0]), FRAG_DONE);
	}
	destroy(f);
}

static void
takes_the_largest(void **state)
{
	static uint8_t out[FRAG_DATAGRAM_MAX];
	struct frags *f = create();
	enum clew_reason why;
	uint32_t size;

	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		struct part s = { .size = 32768, .more = true,
				  .protocol = 17, .ipv6 = ipv6 };
		uint32_t most = ipv6 ? 65535 : 65515;

		for (uint32_t over = 0; over < 2; over++) {
			s.start = 0;
			s.size = 32768;
			s.more = true;
			assert_int_equal(add(f, &s), FRAG_HELD);
			s.start = 32768;
			s.size = most - 32768 + over;
			s.more = false;
			assert_int_equal(add_limited(f, &s, &no_limits, out,
						     &size, &why),
					 over ? FRAG_REFUSED : FRAG_DONE);
			if (over)
				assert_int_equal(why,
						 CLEW_WHY_FRAG_TOO_BIG);
			else
				assert_int_equal(size, most + 20 + ipv6 * 20);
			expire(f, f->wheel.now + 100000);
		}
	}
	destroy(f);
}

/* The part that is not fragmented is kept, whatever its length, and that of
 * the first piece is what counts. */
static void
long_headers_are_kept(void **state)
{
	static uint8_t out[FRAG_DATAGRAM_MAX];
	struct part s = { .size = 8, .more = true, .ipv6 = true };
	struct frags *f = create();
	enum clew_reason why;
	uint32_t size;

	(void)state;
	for (unsigned options = 1; options <= 40; options++) {
		s = (struct part){ .size = 8, .more = true, .ipv6 = true,
				   .options = options, .id = options };
		assert_int_equal(add(f, &s), FRAG_HELD);
		s.start = 8;
		s.more = false;
		s.options = 0;
		assert_int_equal(add_limited(f, &s, &no_limits, out, &size,
					     &why), FRAG_DONE);
		assert_int_equal(size, 40 + options * 8 + 16);
		assert_int_equal(out[6], 60);
		assert_int_equal(out[40], 17);
		assert_int_equal(out[41], options - 1);
		assert_int_equal(out[size - 1], byte_of(&s, 15));
	}
	assert_int_equal(f->runs.count, 0);
	assert_int_equal(f->blocks.count, 0);
	destroy(f);
}

static unsigned
depth(const struct frags *f, uint32_t i)
{
	unsigned left, right;

	if (!i)
		return 0;
	left = depth(f, run_at(f, i)->left);
	right = depth(f, run_at(f, i)->right);
	return 1 + (left > right ? left : right);
}

/* Every second eight bytes of the largest datagram: 4000 runs that never
 * meet, in the orders that make plain trees deep. */
static void
no_order_makes_a_tree_deep(void **state)
{
	enum { COUNT = 4000 };

	(void)state;
	for (unsigned order = 0; order < 4; order++) {
		struct part s = { .size = 8, .more = true, .protocol = 17 };
		struct testrandom r = { order };
		struct frags *f = create();
		uint32_t q;

		for (unsigned i = 0; i < COUNT; i++) {
			unsigned at = order == 0 ? i : order == 1 ?
				COUNT - 1 - i : order == 2 ?
				(i & 1 ? i : COUNT - 1 - i) :
				testrandom_below(&r, COUNT);

			s.start = at * 16;
			add(f, &s);
		}
		for (q = 1; q <= f->queues.used; q++)
			assert_in_range(depth(f, queue_at(f, q)->root), 1, 60);
		assert_int_equal(f->queues.count, 1);
		/* one more for the header */
		assert_in_range(f->runs.count, COUNT / 2, COUNT + 1);
		destroy(f);
	}
}

/* Datagrams that fill every pool leave nothing behind. */
static void
a_flood_is_held_within_the_limit(void **state)
{
	static uint8_t out[FRAG_DATAGRAM_MAX];
	struct frag_limits limits = no_limits;
	struct testrandom r = { 9 };
	struct frags *f = create();
	uint64_t memory = 0;

	(void)state;
	limits.high_bytes[FRAG_IPV4] = limits.high_bytes[FRAG_IPV6] = 4 << 20;
	for (unsigned i = 0; i < 100000; i++) {
		struct part s = {
			.ipv6 = i & 1, .protocol = 17,
			.source = (uint8_t)testrandom_next(&r),
			.id = (uint16_t)testrandom_next(&r),
			.start = testrandom_below(&r, 1000) * 8,
			.size = 8 + testrandom_below(&r, 3) * 8,
			.more = true,
		};
		enum clew_reason why;
		uint32_t size;

		add_limited(f, &s, &limits, out, &size, &why);
		assert_true(f->bytes[s.ipv6] < (4 << 20) + 70000);
		if (i == 50000)
			memory = frag_memory(f);
	}
	/* Both families, and the steps in which memory is taken. */
	assert_true(frag_memory(f) == memory);
	assert_in_range(memory, 1 << 20, 40 << 20);
	destroy(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_datagrams_agree_with_the_model),
		cmocka_unit_test(spoilt_ones_do_too),
		cmocka_unit_test(pieces_by_themselves_do_too),
		cmocka_unit_test(times_out),
		cmocka_unit_test(a_late_expiry_changes_no_life),
		cmocka_unit_test(memory_is_limited),
		cmocka_unit_test(distance_begins_anew),
		cmocka_unit_test(names_are_told_apart),
		cmocka_unit_test(takes_the_largest),
		cmocka_unit_test(long_headers_are_kept),
		cmocka_unit_test(no_order_makes_a_tree_deep),
		cmocka_unit_test(a_flood_is_held_within_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
