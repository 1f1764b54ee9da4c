/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/icmp.c - ICMP and ICMPv6: queries, errors that quote, the rest.
 *
 * Sources: RFC 792, RFC 950, RFC 1191, RFC 1256, RFC 1812 (how much is
 * quoted), RFC 4443, RFC 4861. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/draft.h"

enum shape {
	SHAPE_QUERY,	/* identifier and sequence number */
	SHAPE_ERROR,	/* 4 bytes by kind, then the quoted packet */
	SHAPE_PLAIN,	/* 4 bytes of zero, then the payload */
	SHAPE_TARGET,	/* the same, then an address */
};

struct message {
	const char *name;
	uint8_t type;
	enum shape shape;
	const char *codes[16];	/* words for codes 0, 1, ... */
};

static const struct message messages_v4[] = {
	{ "echo", 8, SHAPE_QUERY, { NULL } },
	{ "reply", 0, SHAPE_QUERY, { NULL } },
	{ "timestamp", 13, SHAPE_QUERY, { NULL } },
	{ "timestamp-reply", 14, SHAPE_QUERY, { NULL } },
	{ "information", 15, SHAPE_QUERY, { NULL } },
	{ "information-reply", 16, SHAPE_QUERY, { NULL } },
	{ "mask", 17, SHAPE_QUERY, { NULL } },
	{ "mask-reply", 18, SHAPE_QUERY, { NULL } },
	{ "unreachable", 3, SHAPE_ERROR,
	  { "net", "host", "protocol", "port", "fragment", "route",
	    "net-unknown", "host-unknown", "host-isolated",
	    "net-prohibited", "host-prohibited", "net-tos", "host-tos",
	    "prohibited", "precedence", "cutoff" } },
	{ "source-quench", 4, SHAPE_ERROR, { NULL } },
	{ "redirect", 5, SHAPE_ERROR,
	  { "net", "host", "net-tos", "host-tos" } },
	{ "time-exceeded", 11, SHAPE_ERROR, { "transit", "reassembly" } },
	{ "parameter-problem", 12, SHAPE_ERROR, { NULL } },
	{ "router-advertisement", 9, SHAPE_PLAIN, { NULL } },
	{ "router-solicitation", 10, SHAPE_PLAIN, { NULL } },
};

static const struct message messages_v6[] = {
	{ "echo", 128, SHAPE_QUERY, { NULL } },
	{ "reply", 129, SHAPE_QUERY, { NULL } },
	{ "unreachable", 1, SHAPE_ERROR,
	  { "route", "prohibited", "scope", "address", "port", "policy",
	    "reject" } },
	{ "too-big", 2, SHAPE_ERROR, { NULL } },
	{ "time-exceeded", 3, SHAPE_ERROR, { "transit", "reassembly" } },
	{ "parameter-problem", 4, SHAPE_ERROR,
	  { "header", "next-header", "option" } },
	{ "mld-query", 130, SHAPE_TARGET, { NULL } },
	{ "mld-report", 131, SHAPE_TARGET, { NULL } },
	{ "mld-done", 132, SHAPE_TARGET, { NULL } },
	{ "mld2-report", 143, SHAPE_PLAIN, { NULL } },
	{ "router-solicitation", 133, SHAPE_PLAIN, { NULL } },
	{ "router-advertisement", 134, SHAPE_TARGET, { NULL } },
	{ "neighbor-solicitation", 135, SHAPE_TARGET, { NULL } },
	{ "neighbor-advertisement", 136, SHAPE_TARGET, { NULL } },
	{ "node-query", 139, SHAPE_QUERY, { NULL } },
	{ "node-reply", 140, SHAPE_QUERY, { NULL } },
};

enum {
	OWN_ID, OWN_SEQ, OWN_CODE, OWN_MTU, OWN_POINTER, OWN_GATEWAY,
	OWN_BYTES, OWN_QUOTING,
};

struct icmp {
	struct message any;		/* "type N" */
	const struct message *message;
	uint64_t code, id, seq, mtu, pointer, bytes;
	uint8_t gateway[4];
	const uint8_t *quote;
	size_t quote_len;
};

/* "#3", the name of an earlier packet, "last" */
static bool
quote_earlier(struct draft *d, struct icmp *icmp, const struct word *word)
{
	const struct draft_quotes *quotes = d->quotes;
	const struct scenario_packet *packet = NULL;
	uint64_t n;

	if (lex_is(word, "last") && quotes->count > 0) {
		packet = quotes->packet[quotes->count - 1];
	} else if (word->text[0] == '#' && lex_number(word->text + 1, &n)) {
		if (n >= 1 && n <= quotes->count)
			packet = quotes->packet[n - 1];
	} else {
		for (size_t i = quotes->count; i-- > 0 && !packet;) {
			const char *name = quotes->packet[i]->name;

			if (name && lex_is(word, name))
				packet = quotes->packet[i];
		}
	}
	if (!packet)
		return lex_fail(d->lex, word, "no packet '%s' before this one",
				word->text);
	icmp->quote = packet->data;
	icmp->quote_len = packet->len;
	return true;
}

static bool
read_quoting(struct draft *d, struct icmp *icmp)
{
	const struct word *word = lex_peek(d->lex);
	struct draft *inner = NULL;
	bool good;

	if (d->given_own >> OWN_QUOTING & 1)
		return lex_fail(d->lex, word, "'quoting' for the second time");
	d->given_own |= 1u << OWN_QUOTING;
	if (!lex_accept(d->lex, "{")) {
		word = lex_want(d->lex, "the packet to quote");
		return word && quote_earlier(d, icmp, word);
	}
	if (d->depth == 3)
		return lex_fail(d->lex, word, "quoted too deep");
	good = draft_parse(&inner, d->lex, d->quotes, d->depth + 1);
	if (good) {
		icmp->quote = draft_build(inner, &icmp->quote_len);
		good = icmp->quote && lex_want_text(d->lex, "}");
	}
	free(inner);
	return good;
}

static bool
read_message(struct draft *d, struct icmp *icmp)
{
	bool is_v6 = d->protocol == IPPROTO_ICMPV6;
	const struct message *messages = is_v6 ? messages_v6 : messages_v4;
	size_t count = is_v6 ? sizeof(messages_v6) / sizeof(messages_v6[0]) :
			       sizeof(messages_v4) / sizeof(messages_v4[0]);
	const struct word *word = lex_want(d->lex, "a message");
	uint64_t type;

	if (!word)
		return false;
	if (lex_is(word, "type")) {
		if (!lex_want_number(d->lex, "type", 255, &type))
			return false;
		icmp->any.type = (uint8_t)type;
		icmp->any.shape = SHAPE_QUERY;
		icmp->message = &icmp->any;
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (!lex_is(word, messages[i].name))
			continue;
		icmp->message = &messages[i];
		word = lex_peek(d->lex);
		for (unsigned code = 0; code < 16; code++) {
			const char *name = messages[i].codes[code];

			if (name && lex_is(word, name)) {
				icmp->code = code;
				d->given_own |= 1u << OWN_CODE;
				lex_take(d->lex);
				break;
			}
		}
		return true;
	}
	return lex_fail(d->lex, word, "'%s' is no %s message", word->text,
			d->first->text);
}

static int
read_own(struct draft *d, struct icmp *icmp)
{
	int taken = draft_number(d, "id", OWN_ID, 65535, &icmp->id);

	if (taken == 0)
		taken = draft_number(d, "seq", OWN_SEQ, 65535, &icmp->seq);
	if (taken == 0)
		taken = draft_number(d, "code", OWN_CODE, 255, &icmp->code);
	if (taken == 0)
		taken = draft_number(d, "mtu", OWN_MTU, UINT32_MAX,
				     &icmp->mtu);
	if (taken == 0)
		taken = draft_number(d, "pointer", OWN_POINTER, UINT32_MAX,
				     &icmp->pointer);
	if (taken == 0)
		taken = draft_number(d, "bytes", OWN_BYTES, 65535,
				     &icmp->bytes);
	if (taken == 0 && lex_accept(d->lex, "gateway")) {
		const struct word *word = lex_want(d->lex, "an address");

		if (!word)
			return -1;
		taken = 1;
		if (inet_pton(AF_INET, word->text, icmp->gateway) != 1) {
			lex_fail(d->lex, word, "'%s' is no IPv4 address",
				 word->text);
			taken = -1;
		}
		d->given_own |= 1u << OWN_GATEWAY;
	}
	if (taken == 0 && lex_accept(d->lex, "quoting"))
		taken = read_quoting(d, icmp) ? 1 : -1;
	return taken;
}

/* The four bytes behind the checksum. */
static void
put_rest(const struct draft *d, const struct icmp *icmp, uint8_t *p)
{
	bool is_v6 = d->protocol == IPPROTO_ICMPV6;

	if (icmp->message->shape == SHAPE_QUERY) {
		put_be16(p, (uint16_t)icmp->id);
		put_be16(p + 2, (uint16_t)icmp->seq);
	} else if (icmp->message->shape == SHAPE_ERROR && is_v6) {
		put_be32(p, (uint32_t)(icmp->mtu | icmp->pointer));
	} else if (icmp->message->shape == SHAPE_ERROR) {
		p[0] = (uint8_t)icmp->pointer;
		put_be16(p + 2, (uint16_t)icmp->mtu);
		if (d->given_own >> OWN_GATEWAY & 1)
			memcpy(p, icmp->gateway, 4);
	}
}

static bool
append_quote(struct draft *d, const struct icmp *icmp)
{
	/* RFC 1812 4.3.2.3: 576 in all; RFC 4443 2.4 (c): 1280 */
	size_t most = d->protocol == IPPROTO_ICMPV6 ? 1280 - 48 : 576 - 28;
	size_t len = icmp->quote_len < most ? icmp->quote_len : most;
	uint8_t *p;

	if (d->given_own >> OWN_BYTES & 1) {
		if (icmp->bytes > icmp->quote_len)
			return lex_fail(d->lex, d->first, "the quoted packet "
					"has only %zu bytes", icmp->quote_len);
		len = icmp->bytes;
	}
	p = draft_append(d, len);
	if (!p)
		return false;
	if (len > 0)
		memcpy(p, icmp->quote, len);
	return true;
}

/* What must be there, and what may not. */
static bool
check(struct draft *d, const struct icmp *icmp)
{
	enum shape shape = icmp->message->shape;
	uint64_t given = d->given_own;
	const uint64_t query = 1u << OWN_ID | 1u << OWN_SEQ;
	const uint64_t error = 1u << OWN_MTU | 1u << OWN_POINTER |
			       1u << OWN_GATEWAY;
	bool is_any = icmp->message == &icmp->any;

	if (shape == SHAPE_QUERY && !is_any && !(given >> OWN_ID & 1))
		return lex_fail(d->lex, d->first, "'id' is missing");
	if (shape == SHAPE_ERROR && !(given >> OWN_QUOTING & 1) &&
	    !d->payload_hex)
		return lex_fail(d->lex, d->first, "'quoting' is missing");
	if (icmp->message->codes[0] && !(given >> OWN_CODE & 1))
		return lex_fail(d->lex, d->first, "the code of '%s' is "
				"missing", icmp->message->name);
	if ((shape != SHAPE_QUERY && given & query) ||
	    (shape != SHAPE_ERROR && given & error) ||
	    (shape != SHAPE_ERROR && !is_any && given >> OWN_QUOTING & 1) ||
	    (!(given >> OWN_QUOTING & 1) && given >> OWN_BYTES & 1))
		return lex_fail(d->lex, d->first, "id and seq are of queries; "
				"mtu, pointer, gateway, quoting and bytes of "
				"errors");
	return true;
}

bool
icmp_parse(struct draft *d)
{
	struct icmp icmp = { .code = 0 };
	uint8_t *p;

	if (!draft_endpoints(d, false) || !read_message(d, &icmp))
		return false;
	for (;;) {
		int taken;

		if (!draft_options(d))
			return false;
		if (draft_is_over(d))
			break;
		taken = read_own(d, &icmp);
		if (taken < 0)
			return false;
		if (taken == 0)
			return draft_unknown(d);
	}
	if (!check(d, &icmp))
		return false;
	p = draft_append(d, 8);
	if (!p)
		return false;
	p[0] = icmp.message->type;
	p[1] = (uint8_t)icmp.code;
	put_rest(d, &icmp, p + 4);
	if (icmp.message->shape == SHAPE_TARGET) {
		p = draft_append(d, 16);
		if (!p)
			return false;
		memcpy(p, d->addr[1].bytes, 16);
	}
	if (d->given_own >> OWN_QUOTING & 1 && !append_quote(d, &icmp))
		return false;
	d->checksum = d->protocol == IPPROTO_ICMPV6 ? DRAFT_CHECKSUM_PSEUDO :
						      DRAFT_CHECKSUM_PLAIN;
	d->checksum_at = 2;
	return draft_append_payload(d);
}
