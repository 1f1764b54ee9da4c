/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/gre.c - "gre A > B [version 1 call N] [key N]", "proto N A > B".
 *
 * Sources: RFC 2784, RFC 2890 (key, sequence), RFC 2637 section 4.1. */
#include <netinet/in.h>

#include "scenario/draft.h"

enum {
	OWN_VERSION, OWN_CALL, OWN_KEY, OWN_TYPE, OWN_SEQ, OWN_ACK,
};

struct gre {
	uint64_t version, call, key, type, seq, ack;
};

static bool
append_u32(struct draft *d, unsigned bit, uint64_t n)
{
	uint8_t *p;

	if (!(d->given_own >> bit & 1))
		return true;
	p = draft_append(d, 4);
	if (!p)
		return false;
	put_be32(p, (uint32_t)n);
	return true;
}

/* Version 1 is PPTP's: a key of payload length and call id, always. */
static bool
build(struct draft *d, const struct gre *gre)
{
	bool has_key = d->given_own >> OWN_KEY & 1;
	bool has_seq = d->given_own >> OWN_SEQ & 1;
	bool has_ack = d->given_own >> OWN_ACK & 1;
	uint16_t word = (uint16_t)(gre->version | has_seq << 12);
	uint8_t *p = draft_append(d, 4);
	size_t head;

	if (!p)
		return false;
	put_be16(p + 2, (uint16_t)gre->type);
	if (gre->version != 1) {
		put_be16(p, (uint16_t)(word | has_key << 13));
		return append_u32(d, OWN_KEY, gre->key) &&
		       append_u32(d, OWN_SEQ, gre->seq) &&
		       draft_append_payload(d);
	}
	put_be16(p, (uint16_t)(word | 0x2000 | has_ack << 7));
	p = draft_append(d, 4);
	if (!p)
		return false;
	put_be16(p + 2, (uint16_t)gre->call);
	if (!append_u32(d, OWN_SEQ, gre->seq) ||
	    !append_u32(d, OWN_ACK, gre->ack))
		return false;
	head = d->l4_len;
	if (!draft_append_payload(d))
		return false;
	put_be16(p, (uint16_t)(d->l4_len - head));
	return true;
}

bool
gre_parse(struct draft *d)
{
	struct gre gre = { .type = 0x0800 };

	if (!draft_endpoints(d, false))
		return false;
	for (;;) {
		int taken;

		if (!draft_options(d))
			return false;
		if (draft_is_over(d))
			break;
		taken = draft_number(d, "version", OWN_VERSION, 7,
				     &gre.version);
		if (taken == 0)
			taken = draft_number(d, "call", OWN_CALL, 65535,
					     &gre.call);
		if (taken == 0)
			taken = draft_number(d, "key", OWN_KEY, UINT32_MAX,
					     &gre.key);
		if (taken == 0)
			taken = draft_number(d, "type", OWN_TYPE, 65535,
					     &gre.type);
		if (taken == 0)
			taken = draft_number(d, "seq", OWN_SEQ, UINT32_MAX,
					     &gre.seq);
		if (taken == 0)
			taken = draft_number(d, "ack", OWN_ACK, UINT32_MAX,
					     &gre.ack);
		if (taken < 0)
			return false;
		if (taken == 0)
			return draft_unknown(d);
	}
	if (gre.version == 1 && !(d->given_own >> OWN_CALL & 1))
		return lex_fail(d->lex, d->first, "'version 1' wants 'call'");
	if (gre.version != 1 &&
	    d->given_own & (1u << OWN_CALL | 1u << OWN_ACK))
		return lex_fail(d->lex, d->first, "'call' and 'ack' are of "
				"'version 1'");
	if (gre.version == 1 && d->given_own >> OWN_KEY & 1)
		return lex_fail(d->lex, d->first, "'call' is version 1's key");
	if (gre.version == 1 && !(d->given_own >> OWN_TYPE & 1))
		gre.type = 0x880b;
	return build(d, &gre);
}

bool
generic_parse(struct draft *d)
{
	uint64_t protocol;

	if (!lex_want_number(d->lex, "a protocol's number", 255, &protocol))
		return false;
	d->protocol = (uint8_t)protocol;
	if (!draft_endpoints(d, false) || !draft_options(d))
		return false;
	if (!draft_is_over(d))
		return draft_unknown(d);
	return draft_append_payload(d);
}
