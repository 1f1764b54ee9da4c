/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/record.c - mutates an input of the engine's target as what it is:
 * packets in a row, most of which should have right checksums, answer each
 * other, and be of flows that get somewhere.
 *
 * New packets come from the traffic generator of the parity harness. */
#include "fuzz/fuzz.h"

#include "clew/packet.h"
#include "fuzz/record.h"
#include "parity/gen.h"

enum {
	RECORDS_MOST = 512,
	SCRIPTS = 64,
};

struct record {
	size_t at;
	size_t size;		/* with its head */
};

struct edit {
	uint8_t *data;
	size_t size;
	size_t most;
	struct record record[RECORDS_MOST];
	unsigned count;
	struct rng r;
};

static void
find_records(struct edit *e)
{
	size_t at = PREFIX_SIZE;

	e->count = 0;
	while (at + RECORD_SIZE <= e->size && e->count < RECORDS_MOST) {
		size_t size = RECORD_SIZE + get16(e->data + at + 4);

		if (size > e->size - at)
			size = e->size - at;
		e->record[e->count++] = (struct record){ at, size };
		at += size;
	}
}

static bool
insert(struct edit *e, size_t at, const uint8_t *bytes, size_t size)
{
	if (size > e->most - e->size)
		return false;
	memmove(e->data + at + size, e->data + at, e->size - at);
	memcpy(e->data + at, bytes, size);
	e->size += size;
	return true;
}

static void
erase(struct edit *e, size_t at, size_t size)
{
	memmove(e->data + at, e->data + at + size, e->size - at - size);
	e->size -= size;
}

static bool
insert_packet(struct edit *e, size_t at, uint8_t kind, uint8_t flags,
	      const uint8_t *bytes, size_t size)
{
	uint8_t head[RECORD_SIZE] = { kind, flags };

	put16(head + 2, rng_chance(&e->r, 80) ? 0 : (uint16_t)
	      rng_next(&e->r) & 0x9fff);
	put16(head + 4, (uint16_t)size);
	return size < 65536 && insert(e, at, head, sizeof(head)) &&
	       insert(e, at + sizeof(head), bytes, size);
}

/* Where a record begins, or behind the last. */
static size_t
some_place(struct edit *e)
{
	unsigned n = rng_below(&e->r, e->count + 1);

	return n < e->count ? e->record[n].at : e->size;
}

/* Some packets of a script, one after the other: of flows that go on. */
static void
insert_traffic(struct edit *e)
{
	static struct script scripts[SCRIPTS];
	unsigned n = rng_below(&e->r, SCRIPTS), packets;
	struct script *s = &scripts[n];
	size_t at = some_place(e), i;

	if (!s->count) {
		script_init(s, "");
		gen_script(s, 5000 + n, NULL);
	}
	i = rng_chance(&e->r, 50) ? 0 : rng_below(&e->r, (uint32_t)s->count);
	packets = 1 + rng_below(&e->r, 12);
	for (; i < s->count && packets; i++) {
		const struct step *step = &s->step[i];
		size_t before = e->size;
		uint8_t flags = 0, kind = 0;
		uint8_t rule = step->how & HOW_RULE;

		if (step->type != STEP_PACKET || step->len > 2000)
			continue;
		if (rule == HOW_ZONE || rule == HOW_ZONE_ORIG ||
		    rule == HOW_ZONE_REPLY)
			kind = (uint8_t)(rule << 3);
		if (rule == HOW_ZONE_ORIG)
			flags = CLEW_PKT_ZONE_ORIG;
		if (rule == HOW_ZONE_REPLY)
			flags = CLEW_PKT_ZONE_REPLY;
		if (step->how & CARD_SAYS)
			flags |= CLEW_PKT_CSUM_PARTIAL;
		if (!insert_packet(e, at, kind, flags, step->bytes,
				   step->len))
			return;
		at += e->size - before;
		packets--;
	}
}

/* The packet in a record, where its transport header is and of what. */
static bool
load(struct edit *e, unsigned n, struct packet *p)
{
	const struct record *r = &e->record[n];

	p->len = r->size - RECORD_SIZE;
	if ((e->data[r->at] & 7) >= KIND_CONN || p->len < 20 ||
	    p->len > sizeof(p->b))
		return false;
	memcpy(p->b, e->data + r->at + RECORD_SIZE, p->len);
	if (p->b[0] >> 4 == 6 && p->len >= 40) {
		p->proto = p->b[6];
		p->l4 = 40;
	} else {
		p->proto = p->b[9];
		p->l4 = (p->b[0] & 15) * 4u;
	}
	return p->l4 >= 20 && p->l4 <= p->len;
}

static void
store(struct edit *e, unsigned n, const struct packet *p)
{
	struct record *r = &e->record[n];
	size_t old = r->size - RECORD_SIZE, at = r->at + RECORD_SIZE;

	if (p->len > old && p->len - old > e->most - e->size)
		return;
	memmove(e->data + at + p->len, e->data + at + old,
		e->size - at - old);
	e->size += p->len;
	e->size -= old;
	memcpy(e->data + at, p->b, p->len);
	put16(e->data + r->at + 4, (uint16_t)p->len);
}

static void
swap(uint8_t *a, uint8_t *b, size_t size)
{
	while (size--) {
		uint8_t t = *a;

		*a++ = *b;
		*b++ = t;
	}
}

/* What the other end might say. */
static void
answer(struct edit *e, unsigned n)
{
	static struct packet p;
	uint8_t *l4;

	if (!load(e, n, &p))
		return;
	if (p.b[0] >> 4 == 6)
		swap(p.b + 8, p.b + 24, 16);
	else
		swap(p.b + 12, p.b + 16, 4);
	l4 = p.b + p.l4;
	if (p.proto == 6 && p.len >= p.l4 + 20) {
		static const uint8_t flags[] = {
			TH_SYN | TH_ACK, TH_ACK, TH_ACK, TH_FIN | TH_ACK,
			TH_RST, TH_RST | TH_ACK, TH_SYN,
		};
		uint32_t seq = get32(l4 + 4), ack = get32(l4 + 8);
		uint32_t data = (uint32_t)(p.len - p.l4) -
				(l4[12] >> 4) * 4u;

		if (l4[13] & (TH_SYN | TH_FIN))
			data++;
		put32(l4 + 4, ack);
		put32(l4 + 8, seq + data);
		l4[13] = RNG_PICK(&e->r, flags);
	}
	if ((p.proto == 6 || p.proto == 17 || p.proto == 132 ||
	     p.proto == 136) && p.len >= p.l4 + 4)
		swap(l4, l4 + 2, 2);
	if (p.proto == 1 && p.len > p.l4)
		l4[0] = l4[0] == 8 ? 0 : l4[0] == 0 ? 8 : l4[0];
	if (p.proto == 58 && p.len > p.l4)
		l4[0] = l4[0] == 128 ? 129 : l4[0] == 129 ? 128 : l4[0];
	packet_end(&p);
	packet_checksum(&p);
	insert_packet(e, n + 1 < e->count ? e->record[n + 1].at : e->size,
		      e->data[e->record[n].at], e->data[e->record[n].at + 1],
		      p.b, p.len);
}

/* A change that is right by its checksums, and by its lengths mostly. */
static void
change(struct edit *e, unsigned n)
{
	static struct packet p;
	size_t from;

	if (!load(e, n, &p))
		return;
	from = rng_chance(&e->r, 70) ? p.l4 : 0;
	p.len = from + LLVMFuzzerMutate(p.b + from, p.len - from,
					p.len - from + 64);
	if (p.len < 40 || p.l4 > p.len)
		return;
	if (rng_chance(&e->r, 80))
		packet_end(&p);
	if (rng_chance(&e->r, 90))
		packet_checksum(&p);
	store(e, n, &p);
}

/* TCP numbers that are just so, or just not. */
static void
nudge(struct edit *e, unsigned n)
{
	static const int32_t by[] = { 1, -1, 1, -1, 2, 100, -100, 1000, -1000,
				      65535, 0x7fffffff };
	static struct packet p;
	uint8_t *l4;

	if (!load(e, n, &p) || p.proto != 6 || p.len < p.l4 + 20)
		return;
	l4 = p.b + p.l4;
	switch (rng_below(&e->r, 4)) {
	case 0:
		put32(l4 + 4, get32(l4 + 4) + (uint32_t)RNG_PICK(&e->r, by));
		break;
	case 1:
		put32(l4 + 8, get32(l4 + 8) + (uint32_t)RNG_PICK(&e->r, by));
		break;
	case 2:
		l4[13] ^= (uint8_t)(1 << rng_below(&e->r, 6));
		break;
	default:
		put16(l4 + 14, (uint16_t)(get16(l4 + 14) +
					  (uint32_t)RNG_PICK(&e->r, by)));
		break;
	}
	packet_checksum(&p);
	store(e, n, &p);
}

/* Two fragments instead of one packet. */
static void
fragment(struct edit *e, unsigned n)
{
	static struct packet p, q;
	bool six;
	size_t head, cut;
	uint8_t kind, flags;

	if (!load(e, n, &p))
		return;
	six = p.b[0] >> 4 == 6;
	head = six ? 40 : p.l4;
	if (p.len < head + 16 || (!six && (get16(p.b + 6) & 0x3fff)))
		return;
	cut = 8 * (1 + rng_below(&e->r, (uint32_t)(p.len - head - 8) / 8));
	kind = e->data[e->record[n].at];
	flags = e->data[e->record[n].at + 1];
	for (unsigned i = 2; i-- > 0; ) {
		size_t from = i ? cut : 0, to = i ? p.len - head : cut;

		q = (struct packet){ .len = head };
		memcpy(q.b, p.b, head);
		if (six) {
			uint8_t h[8] = { p.b[6] };

			put16(h + 2, (uint16_t)(from | !i));
			q.b[6] = 44;
			packet_add(&q, h, sizeof(h));
		} else {
			put16(q.b + 6, (uint16_t)(from / 8 |
						  (i ? 0 : 0x2000)));
		}
		packet_add(&q, p.b + head + from, to - from);
		packet_end(&q);
		if (i)
			insert_packet(e, n + 1 < e->count ?
				      e->record[n + 1].at : e->size, kind,
				      flags, q.b, q.len);
		else
			store(e, n, &q);
	}
}

/* Something that is no packet. */
static void
insert_deed(struct edit *e)
{
	uint8_t record[RECORD_SIZE + 40];
	size_t size = rng_below(&e->r, 41);

	for (size_t i = 0; i < sizeof(record); i++)
		record[i] = (uint8_t)rng_next(&e->r);
	record[0] = (uint8_t)((record[0] & 0xf8) | KIND_CONN |
			      rng_below(&e->r, 4));
	record[2] &= 0x9f;
	put16(record + 4, (uint16_t)size);
	insert(e, some_place(e), record, RECORD_SIZE + size);
}

static void
copy_record(struct edit *e, unsigned n)
{
	uint8_t *copy = malloc(e->record[n].size);

	memcpy(copy, e->data + e->record[n].at, e->record[n].size);
	insert(e, some_place(e), copy, e->record[n].size);
	free(copy);
}

static void
change_head(struct edit *e, unsigned n)
{
	uint8_t *head = e->data + e->record[n].at;

	switch (rng_below(&e->r, 4)) {
	case 0: head[0] = (uint8_t)((rng_next(&e->r) & 0xf8) |
				    (head[0] & 7)); break;
	case 1: head[1] ^= (uint8_t)(1 << rng_below(&e->r, 8)); break;
	default: put16(head + 2, (uint16_t)rng_next(&e->r)); break;
	}
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
			unsigned seed)
{
	static struct edit e;
	unsigned n;

	if (most < PREFIX_SIZE)
		return size;
	while (size < PREFIX_SIZE)
		data[size++] = 0;
	e.data = data;
	e.size = size;
	e.most = most;
	e.r.state = seed;
	find_records(&e);
	n = e.count ? rng_below(&e.r, e.count) : 0;
	if (!e.count || rng_chance(&e.r, 12)) {
		insert_traffic(&e);
		return e.size;
	}
	switch (rng_below(&e.r, 12)) {
	case 0: return LLVMFuzzerMutate(data, size, most);
	case 1: data[rng_below(&e.r, 4)] = (uint8_t)rng_next(&e.r); break;
	case 2: erase(&e, e.record[n].at, e.record[n].size); break;
	case 3: copy_record(&e, n); break;
	case 4:
	case 5: answer(&e, n); break;
	case 6:
	case 7: change(&e, n); break;
	case 8: nudge(&e, n); break;
	case 9: fragment(&e, n); break;
	case 10: insert_deed(&e); break;
	default: change_head(&e, n); break;
	}
	return e.size;
}
