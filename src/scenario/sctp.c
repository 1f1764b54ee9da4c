/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/sctp.c - "sctp A:P > B:P tag N CHUNK [+ CHUNK]...".
 *
 * Source: RFC 9260 section 3. */
#include <netinet/in.h>
#include <string.h>

#include "scenario/draft.h"

enum body {
	BODY_NONE,
	BODY_INIT,	/* INIT, INIT ACK: initiate tag and fixed fields */
	BODY_DATA,	/* TSN, stream, payload */
	BODY_SACK,
	BODY_TSN,	/* SHUTDOWN: cumulative TSN; ECNE, CWR alike */
	BODY_PARAMETER,	/* HEARTBEAT: an information parameter */
	BODY_BYTES,	/* COOKIE ECHO, ERROR, any other */
	BODY_TAGGED,	/* ABORT, SHUTDOWN COMPLETE: may have the T bit */
};

static const struct {
	const char *name;
	uint8_t type;
	enum body body;
} chunks[] = {
	{ "data", 0, BODY_DATA },
	{ "init", 1, BODY_INIT },
	{ "init-ack", 2, BODY_INIT },
	{ "sack", 3, BODY_SACK },
	{ "heartbeat", 4, BODY_PARAMETER },
	{ "heartbeat-ack", 5, BODY_PARAMETER },
	{ "abort", 6, BODY_TAGGED },
	{ "shutdown", 7, BODY_TSN },
	{ "shutdown-ack", 8, BODY_NONE },
	{ "error", 9, BODY_BYTES },
	{ "cookie-echo", 10, BODY_BYTES },
	{ "cookie-ack", 11, BODY_NONE },
	{ "ecne", 12, BODY_TSN },
	{ "cwr", 13, BODY_TSN },
	{ "shutdown-complete", 14, BODY_TAGGED },
};

/* What the words of a chunk say. */
struct chunk {
	uint8_t type;
	enum body body;
	uint64_t tag, tsn, length, flags, says;
	bool has_length, has_flags, has_says, has_tag;
	const struct word *hex;
};

static bool
read_chunk_options(struct draft *d, struct chunk *c)
{
	struct lex *lex = d->lex;

	for (;;) {
		const struct word *word = lex_peek(lex);

		if (lex_accept(lex, "tag") && c->body == BODY_INIT) {
			c->has_tag = true;
			if (!lex_want_number(lex, "tag", UINT32_MAX, &c->tag))
				return false;
		} else if (lex_is(word, "tag")) {
			return lex_fail(lex, word, "only init and init-ack "
					"have a tag of their own");
		} else if (lex_accept(lex, "tsn")) {
			if (!lex_want_number(lex, "tsn", UINT32_MAX, &c->tsn))
				return false;
		} else if (lex_accept(lex, "bytes")) {
			c->has_length = true;
			if (!lex_want_number(lex, "bytes", 60000, &c->length))
				return false;
		} else if (lex_accept(lex, "flags")) {
			c->has_flags = true;
			if (!lex_want_number(lex, "flags", 255, &c->flags))
				return false;
		} else if (lex_accept(lex, "says")) {
			c->has_says = true;
			if (!lex_want_number(lex, "says", 65535, &c->says))
				return false;
		} else if (lex_accept(lex, "content")) {
			c->hex = lex_want(lex, "hexadecimal digits");
			if (!c->hex)
				return false;
		} else if (c->body == BODY_TAGGED && lex_accept(lex, "T")) {
			c->has_flags = true;
			c->flags = 1;
		} else {
			return true;
		}
	}
}

static bool
append_body(struct draft *d, const struct chunk *c)
{
	uint8_t *p = NULL;

	if (c->hex)
		return draft_append_hex(d, c->hex, c->hex->text);
	switch (c->body) {
	case BODY_NONE:
	case BODY_TAGGED:
		return draft_append(d, c->length) != NULL;
	case BODY_INIT:
		p = draft_append(d, 16 + c->length);
		if (!p)
			return false;
		put_be32(p, (uint32_t)c->tag);
		put_be32(p + 4, 65536);		/* receiver window */
		put_be16(p + 8, 10);		/* outbound streams */
		put_be16(p + 10, 10);		/* inbound streams */
		put_be32(p + 12, (uint32_t)c->tsn);
		return true;
	case BODY_DATA:
		p = draft_append(d, 12 + c->length);
		if (p)
			put_be32(p, (uint32_t)c->tsn);
		return p != NULL;
	case BODY_SACK:
		p = draft_append(d, 12 + c->length);
		if (!p)
			return false;
		put_be32(p, (uint32_t)c->tsn);
		put_be32(p + 4, 65536);
		return true;
	case BODY_TSN:
		p = draft_append(d, 4 + c->length);
		if (p)
			put_be32(p, (uint32_t)c->tsn);
		return p != NULL;
	case BODY_PARAMETER:
		p = draft_append(d, 4 + c->length);
		if (!p)
			return false;
		put_be16(p, 1);
		put_be16(p + 2, (uint16_t)(4 + c->length));
		return true;
	case BODY_BYTES:
		return draft_append(d, c->length) != NULL;
	}
	return true;
}

static bool
read_chunk(struct draft *d)
{
	const struct word *word = lex_want(d->lex, "a chunk");
	struct chunk c = { .body = BODY_BYTES };
	size_t begin = d->l4_len, i = 0;
	uint64_t type;
	uint8_t *p;

	if (!word)
		return false;
	while (i < sizeof(chunks) / sizeof(chunks[0]) &&
	       !lex_is(word, chunks[i].name))
		i++;
	if (i < sizeof(chunks) / sizeof(chunks[0])) {
		c.type = chunks[i].type;
		c.body = chunks[i].body;
	} else if (lex_is(word, "chunk")) {
		if (!lex_want_number(d->lex, "the chunk's type", 255, &type))
			return false;
		c.type = (uint8_t)type;
	} else {
		return lex_fail(d->lex, word, "'%s' is no chunk", word->text);
	}
	if (c.type == 0)
		c.length = 4;			/* DATA is never empty */
	if (c.type == 0)
		c.flags = 3;			/* all of a message */
	if (c.type == 10)
		c.length = 8;
	if (!read_chunk_options(d, &c))
		return false;
	if (c.body == BODY_INIT && !c.has_tag && !c.hex)
		return lex_fail(d->lex, word, "'%s' lacks its tag",
				word->text);
	p = draft_append(d, 4);
	if (!p || !append_body(d, &c))
		return false;
	p[0] = c.type;
	p[1] = (uint8_t)c.flags;
	put_be16(p + 2, (uint16_t)(c.has_says ? c.says : d->l4_len - begin));
	while (d->l4_len % 4 != 0) {		/* l4 begins at a multiple */
		if (!draft_append(d, 1))
			return false;
	}
	return true;
}

bool
sctp_parse(struct draft *d)
{
	uint64_t tag;
	uint8_t *p;

	if (!draft_endpoints(d, true) || !lex_want_text(d->lex, "tag") ||
	    !lex_want_number(d->lex, "tag", UINT32_MAX, &tag))
		return false;
	p = draft_append(d, 12);
	put_be16(p, d->port[0]);
	put_be16(p + 2, d->port[1]);
	put_be32(p + 4, (uint32_t)tag);
	d->checksum = DRAFT_CHECKSUM_CRC32C;
	d->checksum_at = 8;
	if (!lex_accept(d->lex, "no-chunks")) {
		do {
			if (!read_chunk(d))
				return false;
		} while (lex_accept(d->lex, "+"));
	}
	if (!draft_options(d))
		return false;
	return draft_is_over(d) ? draft_append_payload(d) : draft_unknown(d);
}
