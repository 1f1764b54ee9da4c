/* SPDX-License-Identifier: BSD-2-Clause
 * parity/follow.c - peers that answer to what they see. */
#include "parity/follow.h"

#include <stdlib.h>
#include <string.h>

#include "parity/build.h"

struct seen {
	struct flow_key in;		/* as it was sent */
	struct flow_key out;		/* as it came out */
	unsigned side;
	unsigned out_side;
};

struct follow {
	struct seen *seen;
	size_t count;
	size_t room;
};

struct follow *
follow_create(void)
{
	struct follow *f = xmalloc(sizeof(*f));

	memset(f, 0, sizeof(*f));
	return f;
}

void
follow_destroy(struct follow *f)
{
	free(f->seen);
	free(f);
}

static bool
has_ports(uint8_t proto)
{
	return proto == 6 || proto == 17 || proto == 136 || proto == 132;
}

/* An ICMP query, whose id stands for ports. */
static bool
is_query(bool six, uint8_t type)
{
	return six ? type == 128 || type == 129 :
		type == 0 || type == 8 || (type >= 13 && type <= 18);
}

bool
flow_key_read(struct flow_key *key, const uint8_t *p, size_t len, size_t *l4)
{
	bool later;
	size_t at;

	memset(key, 0, sizeof(*key));
	*l4 = 0;
	if (len >= 20 && p[0] >> 4 == 4) {
		at = (p[0] & 15) * 4u;
		key->proto = p[9];
		memcpy(key->src, p + 12, 4);
		memcpy(key->dst, p + 16, 4);
		later = get16(p + 6) & 0x1fff;
	} else if (len >= 40 && p[0] >> 4 == 6) {
		at = 40;
		key->six = 1;
		key->proto = p[6];
		memcpy(key->src, p + 8, 16);
		memcpy(key->dst, p + 24, 16);
		later = false;
		if (key->proto == 44 && len >= 48) {
			key->proto = p[40];
			later = get16(p + 42) & 0xfff8;
			at = 48;
		}
	} else {
		return false;
	}
	if (later || at < 20 || at + 8 > len)
		return true;
	*l4 = at;
	if (has_ports(key->proto)) {
		key->sport = get16(p + at);
		key->dport = get16(p + at + 2);
	} else if (key->proto == (key->six ? 58 : 1) &&
		   is_query(key->six, p[at])) {
		key->sport = key->dport = get16(p + at + 4);
	}
	return true;
}

/* A checksum that covered 'from' and is to cover 'to' (RFC 1624). */
static void
adjust(uint8_t *sum, const uint8_t *from, const uint8_t *to, size_t len)
{
	uint32_t s = (uint16_t)~get16(sum);
	size_t i;

	for (i = 0; i + 1 < len; i += 2) {
		s += (uint16_t)~get16(from + i);
		s += get16(to + i);
	}
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	put16(sum, ~s);
}

/* The transport checksum, or NULL. */
static uint8_t *
transport_sum(uint8_t *p, size_t len, size_t l4, uint8_t proto)
{
	size_t at = proto == 6 ? 16 : proto == 17 || proto == 136 ? 6 :
		proto == 58 || proto == 1 ? 2 : 0;

	if (!at || l4 + at + 2 > len)
		return NULL;
	if (proto == 17 && !get16(p + l4 + 6))
		return NULL;
	return p + l4 + at;
}

static bool
crc_right(const uint8_t *p, size_t len, uint32_t *crc)
{
	uint8_t copy[2048];

	if (len < 12 || len > sizeof(copy))
		return false;
	memcpy(copy, p, len);
	memset(copy + 8, 0, 4);
	*crc = crc32c(copy, len);
	return (p[8] | p[9] << 8 | p[10] << 16 | (uint32_t)p[11] << 24) ==
		*crc;
}

void
flow_key_write(uint8_t *p, size_t len, const struct flow_key *key)
{
	size_t l4, size, at, ip_len = len, ports;
	uint8_t *sum = NULL, with[4];
	struct flow_key old;
	bool crc = false;
	uint32_t value;

	if (!flow_key_read(&old, p, len, &l4))
		return;
	size = old.six ? 16 : 4;
	at = old.six ? 8 : 12;
	if (old.proto == 132 && l4)
		crc = crc_right(p + l4, ip_len - l4, &value);
	if (l4)
		sum = transport_sum(p, len, l4, old.proto);
	if (!old.six) {
		adjust(p + 10, old.src, key->src, 4);
		adjust(p + 10, old.dst, key->dst, 4);
	}
	if (sum && old.proto != 1) {
		adjust(sum, old.src, key->src, size);
		adjust(sum, old.dst, key->dst, size);
	}
	memcpy(p + at, key->src, size);
	memcpy(p + at + size, key->dst, size);
	if (!l4)
		return;
	put16(with, key->sport);
	put16(with + 2, key->dport);
	if (has_ports(old.proto)) {
		ports = 4;
		at = l4;
	} else if (old.proto == (old.six ? 58 : 1) &&
		   is_query(old.six, p[l4])) {
		ports = 2;
		at = l4 + 4;
	} else {
		return;
	}
	if (sum)
		adjust(sum, p + at, with, ports);
	memcpy(p + at, with, ports);
	if (crc && crc_right(p + l4, ip_len - l4, &value))
		return;
	if (crc) {
		p[l4 + 8] = value;
		p[l4 + 9] = value >> 8;
		p[l4 + 10] = value >> 16;
		p[l4 + 11] = value >> 24;
	}
}

size_t
flow_quote(const uint8_t *p, size_t len)
{
	struct flow_key key;
	size_t l4;

	if (!flow_key_read(&key, p, len, &l4) || !l4)
		return 0;
	if (key.six) {
		if (key.proto != 58 || p[l4] < 1 || p[l4] > 4)
			return 0;
	} else if (key.proto != 1 ||
		   (p[l4] != 3 && p[l4] != 4 && p[l4] != 5 && p[l4] != 11 &&
		    p[l4] != 12)) {
		return 0;
	}
	return l4 + 8;
}

static void
key_invert(struct flow_key *to, const struct flow_key *key)
{
	*to = *key;
	memcpy(to->src, key->dst, 16);
	memcpy(to->dst, key->src, 16);
	to->sport = key->dport;
	to->dport = key->sport;
}

/* With 'no_ports' the newest flow between the two addresses. */
static const struct seen *
find(const struct follow *f, const struct flow_key *key, bool no_ports)
{
	const struct seen *s;
	size_t i = f->count;

	while (i--) {
		s = &f->seen[i];
		if (memcmp(s->in.src, key->src, 32) ||
		    s->in.proto != key->proto || s->in.six != key->six)
			continue;
		if (no_ports || (s->in.sport == key->sport &&
				 s->in.dport == key->dport))
			return s;
	}
	return NULL;
}

/* An error about a packet of which 's' tells how its receiver saw it. */
static bool
send_error(struct follow *f, uint8_t *p, size_t len, size_t at, unsigned *side)
{
	struct flow_key quoted, outer;
	uint8_t *sum, old[2048];
	const struct seen *s;
	size_t l4, inner, n;
	bool six;

	if (!flow_key_read(&quoted, p + at, len - at, &inner))
		return false;
	s = find(f, &quoted, !inner);
	if (!s || s->side == *side || *side == SIDE_HOST ||
	    !flow_key_read(&outer, p, len, &l4))
		return false;
	n = len - at < sizeof(old) ? len - at : sizeof(old);
	memcpy(old, p + at, n);
	outer.sport = outer.dport = 0;
	if (!memcmp(outer.dst, quoted.src, 16))
		memcpy(outer.dst, s->out.src, 16);
	quoted = s->out;
	if (!inner)
		quoted.sport = quoted.dport = 0;
	flow_key_write(p + at, len - at, &quoted);
	six = outer.six;
	sum = transport_sum(p, len, l4, six ? 58 : 1);
	if (sum)
		adjust(sum, old, p + at, n);
	flow_key_write(p, len, &outer);
	*side = s->out_side;
	return true;
}

struct followed
follow_send(struct follow *f, uint8_t *p, size_t len, unsigned side)
{
	struct followed sent = { .side = side };
	struct flow_key back, to;
	const struct seen *s;
	size_t l4, quote;

	if (!flow_key_read(&sent.key, p, len, &l4))
		return sent;
	quote = flow_quote(p, len);
	if (quote && quote < len && send_error(f, p, len, quote, &sent.side))
		return sent;
	key_invert(&back, &sent.key);
	s = find(f, &back, !l4);
	if (!s || s->side == side) {
		sent.is_first = l4 != 0;
		return sent;
	}
	key_invert(&to, &s->out);
	if (!l4)
		to.sport = to.dport = 0;
	flow_key_write(p, len, &to);
	sent.side = s->out_side;
	return sent;
}

/* Of the frames that may be the packet the one on the first link: a copy can
 * have left before it or behind it. */
static const struct frame *
find_left(const struct followed *sent, const struct outcomes *o,
	  const struct outcome *out, struct flow_key *key)
{
	const struct frame *best = NULL;
	struct flow_key its;
	size_t l4;

	for (size_t i = 0; i < out->frames; i++) {
		const struct frame *frame = &o->frame[out->first_frame + i];

		if (!flow_key_read(&its, frame->bytes, frame->len, &l4) ||
		    !l4 || its.proto != sent->key.proto ||
		    flow_quote(frame->bytes, frame->len))
			continue;
		/* An answer of the router's own is not the packet. */
		if (!memcmp(its.dst, sent->key.src, 16) &&
		    frame->to == sent->side && out->frames == 1)
			continue;
		if (best && best->to <= frame->to)
			continue;
		best = frame;
		*key = its;
	}
	return best;
}

void
follow_learn(struct follow *f, const struct followed *sent,
	     const struct outcomes *o, const struct outcome *out)
{
	const struct frame *frame;
	struct flow_key key;
	struct seen *s;

	if (!sent->is_first || find(f, &sent->key, false))
		return;
	frame = find_left(sent, o, out, &key);
	if (!frame)
		return;
	if (f->count == f->room) {
		f->room = f->room ? 2 * f->room : 64;
		f->seen = xrealloc(f->seen, f->room * sizeof(*f->seen));
	}
	s = &f->seen[f->count++];
	s->in = sent->key;
	s->out = key;
	s->side = sent->side;
	s->out_side = frame->to;
}
