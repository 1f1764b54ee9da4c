/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/expect.c - what is expected to become of a packet. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "scenario/parser.h"

struct named {
	const char *name;
	int value;
};

static const struct named classes[] = {
	{ "invalid", SCENARIO_INVALID }, { "new", SCENARIO_NEW },
	{ "established", SCENARIO_ESTABLISHED },
	{ "related", SCENARIO_RELATED }, { "untracked", SCENARIO_UNTRACKED },
	{ "accept", SCENARIO_ACCEPTED }, { "drop", SCENARIO_DROPPED },
	{ "dropped", SCENARIO_DROPPED }, { "reject", SCENARIO_DROPPED },
	{ "held", SCENARIO_HELD }, { "cut", SCENARIO_CUT },
	{ "any", SCENARIO_ANY },
	{ NULL, 0 },
};

/* Type in the upper byte, code in the lower. */
static const struct named icmp_answers[] = {
	{ "net-unreachable", 0x0300 }, { "host-unreachable", 0x0301 },
	{ "prot-unreachable", 0x0302 }, { "port-unreachable", 0x0303 },
	{ "frag-needed", 0x0304 }, { "net-prohibited", 0x0309 },
	{ "host-prohibited", 0x030a }, { "admin-prohibited", 0x030d },
	{ "time-exceeded", 0x0b00 },
	{ NULL, 0 },
};

static const struct named icmpv6_answers[] = {
	{ "no-route", 0x0100 }, { "admin-prohibited", 0x0101 },
	{ "addr-unreachable", 0x0103 }, { "port-unreachable", 0x0104 },
	{ "policy-fail", 0x0105 }, { "reject-route", 0x0106 },
	{ "packet-too-big", 0x0200 }, { "time-exceeded", 0x0300 },
	{ NULL, 0 },
};

static const struct named *
named_lookup(const struct named *named, const struct word *word)
{
	while (named->name && !lex_is(word, named->name))
		named++;
	return named->name ? named : NULL;
}

/* "icmp port-unreachable", "icmpv6 no-route", "reset", "tcp reset" */
static bool
read_answer(struct lex *lex, struct scenario_answer *answer)
{
	const struct word *word = lex_want(lex, "what is answered: icmp, "
					   "icmpv6 or reset");
	const struct named *named;
	bool is_v6;

	if (!word)
		return false;
	if (lex_is(word, "tcp"))
		word = lex_want(lex, "reset");
	if (lex_is(word, "reset")) {
		answer->protocol = IPPROTO_TCP;
		return true;
	}
	is_v6 = lex_is(word, "icmpv6");
	if (!is_v6 && !lex_is(word, "icmp"))
		return word && lex_fail(lex, word, "'%s' where icmp, icmpv6 "
					"or reset should be", word->text);
	word = lex_want(lex, "which error");
	if (!word)
		return false;
	named = named_lookup(is_v6 ? icmpv6_answers : icmp_answers, word);
	if (!named)
		return lex_fail(lex, word, "'%s' is no error that a gateway "
				"answers with", word->text);
	answer->protocol = is_v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	answer->type = (uint8_t)(named->value >> 8);
	answer->code = (uint8_t)named->value;
	return true;
}

/* "203.0.113.2", "203.0.113.2:4000", "fd00::1", "[fd00::1]:4000", ":4000" */
static bool
read_endpoint(struct lex *lex, struct scenario_endpoint *end)
{
	const struct word *word = lex_want(lex, "an address, a port behind "
					   "':', or both");
	char text[64], *port = NULL, *addr = text;
	uint64_t n;

	if (!word)
		return false;
	if (word->quoted || strlen(word->text) >= sizeof(text))
		return lex_fail(lex, word, "'%s' is no address", word->text);
	memcpy(text, word->text, strlen(word->text) + 1);
	if (text[0] == '[') {
		addr = text + 1;
		port = strchr(text, ']');
		if (!port)
			return lex_fail(lex, word, "'%s' is no address", text);
		*port++ = '\0';
		if (*port != ':' && *port != '\0')
			return lex_fail(lex, word, "'%s' is no address",
					word->text);
	} else if (strchr(text, ':') == strrchr(text, ':')) {
		port = strchr(text, ':');
	}
	if (port && *port == ':') {
		*port++ = '\0';
		if (!lex_number(port, &n) || n > 65535)
			return lex_fail(lex, word, "'%s' is no port", port);
		end->has_port = true;
		end->port = (uint16_t)n;
	}
	if (*addr == '\0')
		return true;
	end->has_addr = true;
	if (inet_pton(strchr(addr, ':') ? AF_INET6 : AF_INET, addr,
		      end->addr.bytes) != 1)
		return lex_fail(lex, word, "'%s' is no address", addr);
	return true;
}

static bool
read_why(struct lex *lex, struct scenario_expect *expect)
{
	const struct word *word = lex_want(lex, "a reason's name");

	if (!word)
		return false;
	for (int why = 0; why < CLEW_REASONS_COUNT; why++) {
		if (lex_is(word, clew_reason_name((enum clew_reason)why)))
			expect->why = why;
	}
	return expect->why >= 0 ||
	       lex_fail(lex, word, "'%s' is no reason", word->text);
}

/* Where it goes and how it looks by then.
 * => 1 taken, 0 another word, -1 error. */
static int
read_departure(struct lex *lex, const struct word *word,
	       struct scenario_expect *expect)
{
	bool good = true;
	uint64_t n;

	if (lex_is(word, "out") && !expect->out) {
		word = lex_want(lex, "an interface");
		expect->out = word ? word->text : NULL;
		good = word != NULL;
	} else if (lex_is(word, "local")) {
		expect->local = true;
	} else if (lex_is(word, "snat") && !expect->has_snat) {
		expect->has_snat = true;
		good = read_endpoint(lex, &expect->snat);
	} else if (lex_is(word, "dnat") && !expect->has_dnat) {
		expect->has_dnat = true;
		good = read_endpoint(lex, &expect->dnat);
	} else if (lex_is(word, "unchanged")) {
		expect->unchanged = true;
	} else if (lex_is(word, "mark") && !expect->has_mark) {
		good = lex_want_number(lex, "mark", UINT32_MAX, &n);
		expect->has_mark = true;
		expect->mark = (uint32_t)n;
	} else if (lex_is(word, "answer") && !expect->has_answer) {
		expect->has_answer = true;
		good = read_answer(lex, &expect->answer);
	} else {
		return 0;
	}
	return good ? 1 : -1;
}

static bool
read_word(struct lex *lex, const struct word *word,
	  struct scenario_expect *expect)
{
	int taken = read_departure(lex, word, expect);
	uint64_t n;

	if (taken != 0)
		return taken > 0;
	if (word->quoted && !expect->reason) {
		expect->reason = word->text;
		expect->no_reason = *word->text == '\0';
	} else if (lex_is(word, "original") && expect->dir < 0) {
		expect->dir = CLEW_DIR_ORIG;
	} else if (lex_is(word, "reply") && expect->dir < 0) {
		expect->dir = CLEW_DIR_REPLY;
	} else if (lex_is(word, "reassembled")) {
		expect->reassembled = true;
	} else if (lex_is(word, "by") && !expect->has_off_by) {
		if (!lex_want_number(lex, "by", UINT32_MAX, &n))
			return false;
		expect->has_off_by = true;
		expect->off_by = (uint32_t)n;
	} else if (lex_is(word, "why") && expect->why < 0) {
		return read_why(lex, expect);
	} else {
		return lex_fail(lex, word, "'%s' is not understood here",
				word->text);
	}
	return true;
}

bool
parse_expect(struct parser *p, struct scenario_step *step)
{
	struct scenario_expect *expect = &step->expect;
	const struct word *word = lex_peek(p->lex);
	struct lex *lex = p->lex;
	const struct named *class;

	*expect = (struct scenario_expect){ .dir = -1, .why = -1 };
	if (!word)
		return lex_fail(lex, NULL, "what becomes of the packet is "
				"missing: => new, => invalid ...");
	if (!lex_want_text(lex, "=>"))
		return false;
	step->expect_column = word->column;
	word = lex_want(lex, "what becomes of the packet");
	if (!word)
		return false;
	class = named_lookup(classes, word);
	if (!class)
		return lex_fail(lex, word, "'%s' is nothing that becomes of a "
				"packet: accept, drop, reject, new, "
				"established, related, invalid, untracked, "
				"dropped, held, cut, any", word->text);
	expect->class = (enum scenario_class)class->value;
	if (lex_is(word, "reject")) {
		expect->has_answer = true;
		if (!read_answer(lex, &expect->answer))
			return false;
	}
	while ((word = lex_take(lex))) {
		if (!read_word(lex, word, expect))
			return false;
	}
	return true;
}
