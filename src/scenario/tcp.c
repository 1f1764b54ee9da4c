/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/tcp.c - "tcp A:P > B:P FLAGS [seq N[:M]] [ack N] [win N] [<...>]".
 *
 * Numbers that are not given go on where the test's earlier packets of the
 * connection left off, so that a plain exchange needs none.
 *
 * Sources: RFC 9293 section 3.1, RFC 7323, RFC 2018, RFC 7413. */
#include <netinet/in.h>
#include <string.h>

#include "pkt/pkt.h"
#include "scenario/draft.h"
#include "scenario/scenario.h"

enum {
	FIRST_SEQ = 1000,	/* of who speaks first, */
	ANSWER_SEQ = 5000,	/* and of who answers */
};

enum {
	OWN_SEQ, OWN_ACK, OWN_WIN, OWN_URG, OWN_DATA_OFFSET,
};

struct tcp {
	uint8_t flags;
	uint8_t reserved;	/* the bits beside the data offset */
	uint64_t seq, ack, win, urg, data_offset;
	uint8_t options[60];
	size_t options_len;
};

/* Flags by their letters: "S", "PA", "-" for none */
static bool
read_flags(struct draft *d, struct tcp *tcp)
{
	static const char letters[] = "FSRPAUEW";
	const struct word *word = lex_want(d->lex, "the flags");

	if (!word)
		return false;
	if (lex_is(word, "-"))
		return true;
	for (const char *s = word->text; *s != '\0'; s++) {
		const char *letter = strchr(letters, *s);
		uint8_t bit;

		if (word->quoted || !letter)
			return lex_fail(d->lex, word, "'%s' where TCP flags "
					"should be: letters of FSRPAUEW, or -",
					word->text);
		bit = (uint8_t)(1u << (letter - letters));
		if (tcp->flags & bit)
			return lex_fail(d->lex, word, "flag %c twice", *s);
		tcp->flags |= bit;
	}
	return true;
}

/* "N" or, with data, "N:M" */
static bool
read_seq(struct draft *d, struct tcp *tcp)
{
	const struct word *word = lex_want(d->lex, "a sequence number");
	const char *colon;
	char text[32];
	uint64_t end;
	size_t len;

	if (!word)
		return false;
	colon = strchr(word->text, ':');
	len = colon ? (size_t)(colon - word->text) : strlen(word->text);
	if (len >= sizeof(text))
		goto bad;
	memcpy(text, word->text, len);
	text[len] = '\0';
	if (!lex_number(text, &tcp->seq) || tcp->seq > UINT32_MAX)
		goto bad;
	if (!colon)
		return true;
	if (!lex_number(colon + 1, &end) || end > UINT32_MAX)
		goto bad;
	if ((uint32_t)(end - tcp->seq) > 65535)
		return lex_fail(d->lex, word, "more than 65535 bytes of data");
	if (d->payload_len > 0)
		return lex_fail(d->lex, word, "'length' and a range of "
				"sequence numbers");
	d->has_range = true;
	d->payload_len = (uint32_t)(end - tcp->seq);
	return true;
bad:
	return lex_fail(d->lex, word, "'%s' is no sequence number: 1001 or "
			"1001:1101", word->text);
}

static uint8_t *
append_option(struct draft *d, struct tcp *tcp, uint8_t kind, size_t len)
{
	uint8_t *at = tcp->options + tcp->options_len;

	if (tcp->options_len + len > 40) {
		lex_fail(d->lex, lex_peek(d->lex),
			 "more than 40 bytes of TCP options");
		return NULL;
	}
	tcp->options_len += len;
	at[0] = kind;
	if (len > 1)
		at[1] = (uint8_t)len;
	return at;
}

/* "sack 1:2 5:9" */
static bool
read_sack(struct draft *d, struct tcp *tcp)
{
	uint32_t edge[8];
	size_t edges = 0;
	uint8_t *at;

	while (!lex_is(lex_peek(d->lex), ",") &&
	       !lex_is(lex_peek(d->lex), ">")) {
		const struct word *word = lex_want(d->lex, "a SACK block");
		char text[32];
		const char *colon = word ? strchr(word->text, ':') : NULL;
		uint64_t from, to;

		if (!word)
			return false;
		if (!colon || colon - word->text >= (long)sizeof(text) ||
		    edges == 8)
			return lex_fail(d->lex, word, "'%s' is no SACK block, "
					"or more than four", word->text);
		memcpy(text, word->text, (size_t)(colon - word->text));
		text[colon - word->text] = '\0';
		if (!lex_number(text, &from) || !lex_number(colon + 1, &to) ||
		    from > UINT32_MAX || to > UINT32_MAX)
			return lex_fail(d->lex, word, "'%s' is no SACK block",
					word->text);
		edge[edges++] = (uint32_t)from;
		edge[edges++] = (uint32_t)to;
	}
	at = append_option(d, tcp, 5, 2 + 4 * edges);
	for (size_t i = 0; at && i < edges; i++)
		put_be32(at + 2 + 4 * i, edge[i]);
	return at != NULL;
}

/* "kind 34 hex 0102" */
static bool
read_kind(struct draft *d, struct tcp *tcp)
{
	size_t before = d->l4_len, len;
	const struct word *word;
	uint64_t kind;
	uint8_t *at;

	if (!lex_want_number(d->lex, "the option's kind", 255, &kind))
		return false;
	if (lex_accept(d->lex, "hex")) {
		word = lex_want(d->lex, "hexadecimal digits");
		if (!word || !draft_append_hex(d, word, word->text))
			return false;
	}
	len = d->l4_len - before;	/* l4 serves as a place to read to */
	at = len > 38 ? NULL : append_option(d, tcp, (uint8_t)kind, 2 + len);
	if (at)
		memcpy(at + 2, d->l4 + before, len);
	d->l4_len = before;
	return at || lex_fail(d->lex, lex_peek(d->lex), "too long an option");
}

static bool
read_option(struct draft *d, struct tcp *tcp)
{
	const struct word *word = lex_want(d->lex, "a TCP option");
	uint64_t a, b;
	uint8_t *at;

	if (!word)
		return false;
	if (lex_is(word, "mss")) {
		if (!lex_want_number(d->lex, "mss", 65535, &a) ||
		    !(at = append_option(d, tcp, 2, 4)))
			return false;
		put_be16(at + 2, (uint16_t)a);
		return true;
	}
	if (lex_is(word, "wscale")) {
		if (!lex_want_number(d->lex, "wscale", 255, &a) ||
		    !(at = append_option(d, tcp, 3, 3)))
			return false;
		at[2] = (uint8_t)a;
		return true;
	}
	if (lex_is(word, "ts")) {
		if (!lex_want_number(d->lex, "ts", UINT32_MAX, &a) ||
		    !lex_want_number(d->lex, "ts echo", UINT32_MAX, &b) ||
		    !(at = append_option(d, tcp, 8, 10)))
			return false;
		put_be32(at + 2, (uint32_t)a);
		put_be32(at + 6, (uint32_t)b);
		return true;
	}
	if (lex_is(word, "sackOK"))
		return append_option(d, tcp, 4, 2);
	if (lex_is(word, "sack"))
		return read_sack(d, tcp);
	if (lex_is(word, "nop"))
		return append_option(d, tcp, 1, 1);
	if (lex_is(word, "eol"))
		return append_option(d, tcp, 0, 1);
	if (lex_is(word, "kind"))
		return read_kind(d, tcp);
	return lex_fail(d->lex, word, "'%s' is no TCP option: mss, wscale, "
			"sackOK, sack, ts, nop, eol, kind", word->text);
}

static bool
read_options(struct draft *d, struct tcp *tcp)
{
	do {
		if (!read_option(d, tcp))
			return false;
	} while (lex_accept(d->lex, ","));
	if (!lex_want_text(d->lex, ">"))
		return false;
	while (tcp->options_len % 4 != 0)
		tcp->options[tcp->options_len++] = 0;
	return true;
}

static int
read_own(struct draft *d, struct tcp *tcp)
{
	const struct word *word = lex_peek(d->lex);
	int taken;

	if (lex_accept(d->lex, "seq")) {
		if (d->given_own >> OWN_SEQ & 1) {
			lex_fail(d->lex, word, "'seq' for the second time");
			return -1;
		}
		d->given_own |= 1u << OWN_SEQ;
		return read_seq(d, tcp) ? 1 : -1;
	}
	if (lex_accept(d->lex, "<")) {
		if (tcp->options_len > 0) {
			lex_fail(d->lex, word, "options for the second time");
			return -1;
		}
		return read_options(d, tcp) ? 1 : -1;
	}
	taken = draft_number(d, "ack", OWN_ACK, UINT32_MAX, &tcp->ack);
	if (taken == 0)
		taken = draft_number(d, "win", OWN_WIN, 65535, &tcp->win);
	if (taken == 0)
		taken = draft_number(d, "urg", OWN_URG, 65535, &tcp->urg);
	if (taken == 0)
		taken = draft_number(d, "data-offset", OWN_DATA_OFFSET, 15,
				     &tcp->data_offset);
	return taken;
}

/* The number after the last one that was sent in the packet's direction or,
 * with 'reverse', in the other.  => false when nothing was. */
static bool
next_number(const struct draft *d, bool reverse, uint64_t *next)
{
	enum { SYN = 2, FIN = 1 };
	size_t addr_len = d->family == CLEW_IPV4 ? 4 : 16;

	for (size_t i = d->quotes->count; i-- > 0;) {
		const struct scenario_packet *q = d->quotes->packet[i];
		struct pkt p = { .flags = CLEW_PKT_IP_CSUM_OK };
		const uint8_t *h;

		pkt_parse(&p, q->data, q->caplen, q->len);
		if (p.kind != PKT_WHOLE || p.family != d->family ||
		    p.protocol != IPPROTO_TCP ||
		    pkt_header(&p, p.l4, 20) != PKT_HEADER_OK)
			continue;
		h = p.ip + p.l4;
		if (memcmp(pkt_src(&p), d->addr[reverse].bytes, addr_len) ||
		    memcmp(pkt_dst(&p), d->addr[!reverse].bytes, addr_len) ||
		    get_be16(h) != d->port[reverse] ||
		    get_be16(h + 2) != d->port[!reverse])
			continue;
		*next = (uint32_t)(get_be32(h + 4) + p.len - p.l4 -
				   (h[12] >> 4) * 4u + !!(h[13] & SYN) +
				   !!(h[13] & FIN));
		return true;
	}
	return false;
}

/* Fill in what was not given.  => false with an error. */
static bool
default_numbers(struct draft *d, struct tcp *tcp)
{
	uint64_t peer;
	bool answers = next_number(d, true, &peer);

	if (!(d->given_own >> OWN_SEQ & 1) &&
	    !next_number(d, false, &tcp->seq))
		tcp->seq = answers ? ANSWER_SEQ : FIRST_SEQ;
	if (!(tcp->flags & 0x10) || d->given_own >> OWN_ACK & 1)
		return true;
	if (!answers)
		return lex_fail(d->lex, d->first, "flag A, but no 'ack', nor "
				"a packet before that it could answer");
	tcp->ack = peer;
	return true;
}

bool
tcp_parse(struct draft *d)
{
	struct tcp tcp = { .win = 64240 };
	uint8_t *p;

	if (!draft_endpoints(d, true) || !read_flags(d, &tcp))
		return false;
	for (;;) {
		int taken;

		if (!draft_options(d))
			return false;
		if (draft_is_over(d))
			break;
		taken = read_own(d, &tcp);
		if (taken < 0)
			return false;
		if (taken == 0)
			return draft_unknown(d);
	}
	if (!default_numbers(d, &tcp))
		return false;
	p = draft_append(d, 20 + tcp.options_len);
	if (!p)
		return false;
	put_be16(p, d->port[0]);
	put_be16(p + 2, d->port[1]);
	put_be32(p + 4, (uint32_t)tcp.seq);
	put_be32(p + 8, (uint32_t)tcp.ack);
	if (!(d->given_own >> OWN_DATA_OFFSET & 1))
		tcp.data_offset = 5 + tcp.options_len / 4;
	p[12] = (uint8_t)(tcp.data_offset << 4);
	p[13] = tcp.flags;
	put_be16(p + 14, (uint16_t)tcp.win);
	put_be16(p + 18, (uint16_t)tcp.urg);
	memcpy(p + 20, tcp.options, tcp.options_len);
	d->checksum = DRAFT_CHECKSUM_PSEUDO;
	d->checksum_at = 16;
	return draft_append_payload(d);
}
