/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/packet.c - what all packets have: addresses, options, IP header.
 *
 * The checksums are computed here from the RFCs and not by libclew's code,
 * which these packets are to test. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/draft.h"

/* Options of all packets, in the order of 'options'. */
enum {
	OPTION_TTL, OPTION_TOS, OPTION_ID, OPTION_DF, OPTION_FRAG,
	OPTION_EXT, OPTION_IP_OPTIONS, OPTION_IP_LEN,
	OPTION_BAD_CHECKSUM, OPTION_NO_CHECKSUM, OPTION_BAD_IP_CHECKSUM,
	OPTION_LENGTH, OPTION_HEX, OPTION_FILL,
	/* from here on not about bytes: raw packets take these too */
	OPTION_PARTIAL_CHECKSUM, OPTION_GOOD_CHECKSUM, OPTION_GSO,
	OPTION_ZONE, OPTION_ZONE_ORIG, OPTION_ZONE_REPLY, OPTION_NOTRACK,
	OPTION_POLICY, OPTION_CUT, OPTION_SNAP,
	OPTIONS,
};

static const struct {
	const char *name;
	bool has_number;
	uint32_t most;
} options[OPTIONS] = {
	[OPTION_TTL]			= { "ttl", true, 255 },
	[OPTION_TOS]			= { "tos", true, 255 },
	[OPTION_ID]			= { "ipid", true, 65535 },
	[OPTION_DF]			= { "df", false, 0 },
	[OPTION_FRAG]			= { "frag", false, 0 },
	[OPTION_EXT]			= { "ext", false, 0 },
	[OPTION_IP_OPTIONS]		= { "ip-options", false, 0 },
	[OPTION_IP_LEN]			= { "ip-length", true, 65535 },
	[OPTION_BAD_CHECKSUM]		= { "bad-checksum", false, 0 },
	[OPTION_NO_CHECKSUM]		= { "no-checksum", false, 0 },
	[OPTION_BAD_IP_CHECKSUM]	= { "bad-ip-checksum", false, 0 },
	[OPTION_PARTIAL_CHECKSUM]	= { "partial-checksum", false, 0 },
	[OPTION_GOOD_CHECKSUM]		= { "known-good-checksum", false, 0 },
	[OPTION_GSO]			= { "gso", false, 0 },
	[OPTION_LENGTH]			= { "length", true, 65535 },
	[OPTION_HEX]			= { "hex", false, 0 },
	[OPTION_FILL]			= { "fill", true, 255 },
	[OPTION_ZONE]			= { "zone", true, 65535 },
	[OPTION_ZONE_ORIG]		= { "zone-orig", true, 65535 },
	[OPTION_ZONE_REPLY]		= { "zone-reply", true, 65535 },
	[OPTION_NOTRACK]		= { "notrack", false, 0 },
	[OPTION_POLICY]			= { "policy", false, 0 },
	[OPTION_CUT]			= { "cut", true, 65535 },
	[OPTION_SNAP]			= { "snap", true, 65535 },
};

bool
draft_is_over(const struct draft *d)
{
	const struct word *word = lex_peek(d->lex);

	return !word || lex_is(word, "=>") || lex_is(word, "as") ||
	       lex_is(word, "}");
}

bool
draft_unknown(struct draft *d)
{
	const struct word *word = lex_peek(d->lex);

	return lex_fail(d->lex, word, "'%s' is not understood in a packet of "
			"'%s'", word->text, d->first->text);
}

uint8_t *
draft_append(struct draft *d, size_t len)
{
	uint8_t *at = d->l4 + d->l4_len;

	if (len > DRAFT_L4_MOST - d->l4_len) {
		lex_fail(d->lex, d->first, "the packet is longer than %d",
			 DRAFT_L4_MOST);
		return NULL;
	}
	d->l4_len += len;
	memset(at, 0, len);
	return at;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* => How many bytes 'hex' says, or -1; they go to 'out', if not NULL. */
static int
read_hex(const char *hex, uint8_t *out, size_t most)
{
	int count = 0;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ' || *hex == '\t' || *hex == ':')
			continue;
		if (hex_digit(hex[0]) < 0 || hex_digit(hex[1]) < 0 ||
		    (size_t)count == most)
			return -1;
		if (out)
			out[count] = (uint8_t)(hex_digit(hex[0]) << 4 |
					       hex_digit(hex[1]));
		count++;
		hex++;
	}
	return count;
}

bool
draft_append_hex(struct draft *d, const struct word *word, const char *hex)
{
	int count = read_hex(hex, NULL, DRAFT_L4_MOST);
	uint8_t *at;

	if (count < 0)
		return lex_fail(d->lex, word, "pairs of hexadecimal digits "
				"should stand here");
	at = draft_append(d, (size_t)count);
	if (!at)
		return false;
	read_hex(hex, at, (size_t)count);
	return true;
}

bool
draft_append_payload(struct draft *d)
{
	uint8_t *at;

	if (d->payload_hex)
		return draft_append_hex(d, d->first, d->payload_hex);
	at = draft_append(d, d->payload_len);
	if (!at)
		return false;
	for (uint32_t i = 0; i < d->payload_len; i++)
		at[i] = (uint8_t)(d->fill < 0 ? (int)(i & 0xff) : d->fill);
	return true;
}

/* "10.0.0.1:80", "[fd00::1]:80", or without ports "fd00::1" */
static bool
read_endpoint(struct draft *d, unsigned side, bool with_port)
{
	struct lex *lex = d->lex;
	const struct word *word = lex_want(lex, "an address");
	char text[64];
	const char *port = NULL;
	size_t len;
	uint64_t n;
	bool is_v6;

	if (!word)
		return false;
	len = strlen(word->text);
	if (word->quoted || len >= sizeof(text))
		return lex_fail(lex, word, "'%s' is no address", word->text);
	memcpy(text, word->text, len + 1);
	is_v6 = text[0] == '[' || (strchr(text, ':') &&
				   strchr(text, ':') != strrchr(text, ':'));
	if (text[0] == '[') {
		char *close = strchr(text, ']');

		if (!close || (close[1] != ':' && close[1] != '\0'))
			return lex_fail(lex, word, "'%s' is no address",
					text);
		port = close[1] == ':' ? close + 2 : NULL;
		*close = '\0';
		memmove(text, text + 1, (size_t)(close - text));
	} else if (!is_v6 && strchr(text, ':')) {
		char *colon = strchr(text, ':');

		*colon = '\0';
		port = colon + 1;
	}
	if (inet_pton(is_v6 ? AF_INET6 : AF_INET, text,
		      d->addr[side].bytes) != 1)
		return lex_fail(lex, word, "'%s' is no address", word->text);
	if (with_port && !port)
		return lex_fail(lex, word, "'%s' lacks a port", word->text);
	if (!with_port && port)
		return lex_fail(lex, word, "%s has no ports", d->first->text);
	if (with_port) {
		if (!lex_number(port, &n) || n > 65535)
			return lex_fail(lex, word, "'%s' is no port", port);
		d->port[side] = (uint16_t)n;
	}
	if (side == 1 && (d->family == CLEW_IPV6) != is_v6)
		return lex_fail(lex, word, "IPv4 and IPv6 in one packet");
	d->family = is_v6 ? CLEW_IPV6 : CLEW_IPV4;
	return true;
}

bool
draft_endpoints(struct draft *d, bool with_ports)
{
	return read_endpoint(d, 0, with_ports) && lex_want_text(d->lex, ">") &&
	       read_endpoint(d, 1, with_ports);
}

int
draft_number(struct draft *d, const char *name, unsigned bit, uint64_t most,
	     uint64_t *n)
{
	const struct word *word = lex_peek(d->lex);

	if (!lex_accept(d->lex, name))
		return 0;
	if (d->given_own >> bit & 1) {
		lex_fail(d->lex, word, "'%s' for the second time", name);
		return -1;
	}
	d->given_own |= UINT64_C(1) << bit;
	return lex_want_number(d->lex, name, most, n) ? 1 : -1;
}

/* "0:512+" or "512:" */
static bool
read_fragment(struct draft *d)
{
	const struct word *word = lex_want(d->lex, "a range of bytes");
	uint64_t begin, end = UINT32_MAX;
	char text[32], *colon;
	size_t len;

	if (!word)
		return false;
	len = strlen(word->text);
	if (len == 0 || len >= sizeof(text))
		goto bad;
	memcpy(text, word->text, len + 1);
	if (text[len - 1] == '+') {
		d->more_fragments = true;
		text[len - 1] = '\0';
	}
	colon = strchr(text, ':');
	if (!colon)
		goto bad;
	*colon = '\0';
	if (!lex_number(text, &begin) ||
	    (colon[1] != '\0' && !lex_number(colon + 1, &end)))
		goto bad;
	if (begin > 65528 || begin % 8 != 0)
		return lex_fail(d->lex, word, "a fragment begins at a multiple "
				"of 8, at most 65528");
	if (end < begin || (end != UINT32_MAX && end > 131072))
		return lex_fail(d->lex, word, "a fragment ends behind its "
				"begin");
	d->is_fragment = true;
	d->frag_begin = (uint32_t)begin;
	d->frag_end = (uint32_t)end;
	return true;
bad:
	return lex_fail(d->lex, word, "'%s' is no range: 0:512+ or 512:",
			word->text);
}

static bool
read_ext(struct draft *d)
{
	static const struct {
		const char *name;
		uint8_t type;
	} types[] = {
		{ "hop-by-hop", IPPROTO_HOPOPTS },
		{ "routing", IPPROTO_ROUTING },
		{ "destination", IPPROTO_DSTOPTS },
	};
	const struct word *word = lex_want(d->lex, "an extension header");

	if (!word)
		return false;
	if (d->family != CLEW_IPV6)
		return lex_fail(d->lex, word, "only IPv6 has extension "
				"headers");
	if (d->ext_count == sizeof(d->ext))
		return lex_fail(d->lex, word, "too many extension headers");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (lex_is(word, types[i].name)) {
			d->ext[d->ext_count++] = types[i].type;
			return true;
		}
	}
	return lex_fail(d->lex, word, "'%s' is no extension header: "
			"hop-by-hop, routing, destination", word->text);
}

static bool
read_text(struct draft *d, const char *what, const char **text)
{
	const struct word *word = lex_want(d->lex, what);

	if (!word)
		return false;
	*text = word->text;
	return true;
}

static bool
set_zone(struct draft *d, uint16_t zone, uint32_t flag)
{
	const uint32_t given = UINT32_C(1) << OPTION_ZONE |
			       UINT32_C(1) << OPTION_ZONE_ORIG |
			       UINT32_C(1) << OPTION_ZONE_REPLY;

	if (__builtin_popcount(d->given & given) > 1)
		return lex_fail(d->lex, d->first, "a packet has one zone");
	d->zone = zone;
	d->flags |= flag;
	return true;
}

static bool
set_option(struct draft *d, unsigned option, uint32_t n)
{
	switch (option) {
	case OPTION_TTL:
		d->ttl = (uint8_t)n;
		return true;
	case OPTION_TOS:
		d->tos = (uint8_t)n;
		return true;
	case OPTION_ID:
		d->id = (uint16_t)n;
		return true;
	case OPTION_DF:
		d->dont_fragment = true;
		return true;
	case OPTION_FRAG:
		return read_fragment(d);
	case OPTION_EXT:
		return read_ext(d);
	case OPTION_IP_OPTIONS:
		return read_text(d, "hexadecimal digits", &d->ip_options);
	case OPTION_IP_LEN:
		d->ip_len = n;
		return true;
	case OPTION_BAD_CHECKSUM:
		d->bad_checksum = true;
		return true;
	case OPTION_NO_CHECKSUM:
		d->no_checksum = true;
		return true;
	case OPTION_BAD_IP_CHECKSUM:
		d->bad_ip_checksum = true;
		return true;
	case OPTION_PARTIAL_CHECKSUM:
		d->flags |= CLEW_PKT_CSUM_PARTIAL;
		return true;
	case OPTION_GOOD_CHECKSUM:
		d->flags |= CLEW_PKT_CSUM_OK;
		return true;
	case OPTION_GSO:
		d->flags |= CLEW_PKT_GSO;
		return true;
	case OPTION_LENGTH:
		if (d->has_range)
			return lex_fail(d->lex, d->first, "'length' and a "
					"range of sequence numbers");
		d->payload_len = n;
		return true;
	case OPTION_HEX:
		return read_text(d, "hexadecimal digits", &d->payload_hex);
	case OPTION_FILL:
		d->fill = (int)n;
		return true;
	case OPTION_ZONE:
		return set_zone(d, (uint16_t)n, 0);
	case OPTION_ZONE_ORIG:
		return set_zone(d, (uint16_t)n, CLEW_PKT_ZONE_ORIG);
	case OPTION_ZONE_REPLY:
		return set_zone(d, (uint16_t)n, CLEW_PKT_ZONE_REPLY);
	case OPTION_NOTRACK:
		d->flags |= CLEW_PKT_NOTRACK;
		return true;
	case OPTION_POLICY:
		return read_text(d, "a policy's name", &d->policy);
	case OPTION_CUT:
		d->cut = n;
		return true;
	case OPTION_SNAP:
		d->snap = n;
		return true;
	}
	return true;
}

bool
draft_options(struct draft *d)
{
	while (!draft_is_over(d)) {
		const struct word *word = lex_peek(d->lex);
		unsigned option = 0;
		uint64_t n = 0;

		while (option < OPTIONS && !lex_is(word, options[option].name))
			option++;
		if (option == OPTIONS)
			return true;
		lex_take(d->lex);
		if (d->given >> option & 1 && option != OPTION_EXT)
			return lex_fail(d->lex, word,
					"'%s' for the second time",
					word->text);
		d->given |= UINT32_C(1) << option;
		if (options[option].has_number &&
		    !lex_want_number(d->lex, options[option].name,
				     options[option].most, &n))
			return false;
		if (!set_option(d, option, (uint32_t)n))
			return false;
	}
	return true;
}

/* Contradictions that only show at the end. */
static bool
check(struct draft *d)
{
	const uint32_t payload = UINT32_C(1) << OPTION_LENGTH |
				 UINT32_C(1) << OPTION_FILL;

	if (d->payload_hex && d->given & payload)
		return lex_fail(d->lex, d->first, "'hex' says all of the "
				"payload: no 'length', no 'fill'");
	if (d->payload_hex && d->has_range &&
	    read_hex(d->payload_hex, NULL, DRAFT_L4_MOST) !=
		    (int)d->payload_len)
		return lex_fail(d->lex, d->first, "'hex' has not as many bytes "
				"as the sequence numbers");
	if (d->family == CLEW_IPV6 &&
	    (d->ip_options || d->bad_ip_checksum || d->dont_fragment))
		return lex_fail(d->lex, d->first, "IPv6 has no header "
				"options, checksum or DF");
	if (d->no_checksum && d->bad_checksum)
		return lex_fail(d->lex, d->first, "no checksum or a bad one?");
	return true;
}

static const struct {
	const char *name;
	bool (*parse)(struct draft *d);
	uint8_t protocol;
} protocols[] = {
	{ "tcp", tcp_parse, IPPROTO_TCP },
	{ "udp", udp_parse, IPPROTO_UDP },
	{ "udplite", udp_parse, IPPROTO_UDPLITE },
	{ "icmp", icmp_parse, IPPROTO_ICMP },
	{ "icmpv6", icmp_parse, IPPROTO_ICMPV6 },
	{ "sctp", sctp_parse, IPPROTO_SCTP },
	{ "gre", gre_parse, IPPROTO_GRE },
	{ "proto", generic_parse, 0 },
};

/* "raw 4500 ...": the packet itself */
static bool
read_raw(struct draft *d)
{
	const struct word *word;

	if (draft_is_over(d))
		return lex_fail(d->lex, lex_peek(d->lex),
				"hexadecimal digits are missing");
	while (!draft_is_over(d)) {
		word = lex_peek(d->lex);
		if (!word->quoted &&
		    read_hex(word->text, NULL, DRAFT_L4_MOST) < 0)
			break;
		lex_take(d->lex);
		if (!draft_append_hex(d, word, word->text))
			return false;
	}
	if (!draft_options(d))
		return false;
	if (!draft_is_over(d))
		return draft_unknown(d);
	if (d->given & ((UINT32_C(1) << OPTION_PARTIAL_CHECKSUM) - 1))
		return lex_fail(d->lex, d->first, "the bytes of a raw packet "
				"are what they are");
	return true;
}

bool
draft_parse(struct draft **out, struct lex *lex,
	    const struct draft_quotes *quotes, unsigned depth)
{
	struct draft *d = calloc(1, sizeof(*d));
	const struct word *word;

	*out = d;
	if (!d)
		return lex_fail(lex, NULL, "out of memory");
	d->lex = lex;
	d->quotes = quotes;
	d->depth = depth;
	d->ttl = 64;
	d->fill = -1;
	word = lex_want(lex, "a protocol");
	if (!word)
		return false;
	d->first = word;
	if (lex_is(word, "raw"))
		return read_raw(d);
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (!lex_is(word, protocols[i].name))
			continue;
		d->protocol = protocols[i].protocol;
		return protocols[i].parse(d) && check(d);
	}
	return lex_fail(lex, word, "'%s' is no protocol: tcp, udp, udplite, "
			"icmp, icmpv6, sctp, gre, proto N, raw", word->text);
}

static uint32_t
sum_bytes(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get_be16(bytes + i);
	if (len % 2)
		sum += (uint32_t)bytes[len - 1] << 8;
	return sum;
}

static uint16_t
fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static uint32_t
crc32c(const uint8_t *bytes, size_t len)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1 */
static uint32_t
sum_pseudo(const struct draft *d)
{
	size_t size = d->family == CLEW_IPV6 ? 16 : 4;
	uint32_t sum = d->protocol + (uint32_t)(d->l4_len & 0xffff) +
		       (uint32_t)(d->l4_len >> 16);

	sum = sum_bytes(sum, d->addr[0].bytes, size);
	return sum_bytes(sum, d->addr[1].bytes, size);
}

static void
put_checksum(struct draft *d)
{
	uint8_t *at = d->l4 + d->checksum_at;
	size_t len = d->checksum_len ? d->checksum_len : d->l4_len;
	uint16_t checksum;

	switch (d->checksum) {
	case DRAFT_CHECKSUM_NONE:
		return;
	case DRAFT_CHECKSUM_CRC32C: {
		uint32_t crc = crc32c(d->l4, d->l4_len);

		at[0] = (uint8_t)crc;	/* little-endian: RFC 9260 6.8 */
		at[1] = (uint8_t)(crc >> 8);
		at[2] = (uint8_t)(crc >> 16);
		at[3] = (uint8_t)(crc >> 24);
		break;
	}
	case DRAFT_CHECKSUM_PLAIN:
	case DRAFT_CHECKSUM_PSEUDO:
		checksum = fold(sum_bytes(d->checksum == DRAFT_CHECKSUM_PSEUDO
						  ? sum_pseudo(d) : 0,
					  d->l4, len));
		/* 0 would say "none" (RFC 768) */
		if (checksum == 0 && d->protocol == IPPROTO_UDP)
			checksum = 0xffff;
		put_be16(at, checksum);
		break;
	}
	if (d->no_checksum)
		memset(at, 0, d->checksum == DRAFT_CHECKSUM_CRC32C ? 4 : 2);
	if (d->bad_checksum)
		at[0] ^= 0x5a;
}

/* The part of the datagram that this fragment carries. */
static void
cut_fragment(const struct draft *d, size_t all, size_t *begin, size_t *end)
{
	*begin = 0;
	*end = all;
	if (!d->is_fragment)
		return;
	*begin = d->frag_begin < all ? d->frag_begin : all;
	if (d->frag_end < all)
		*end = d->frag_end;
}

static bool
too_long(struct draft *d)
{
	return lex_fail(d->lex, d->first, "the packet is longer than 65535");
}

static uint8_t *
build_v4(struct draft *d, size_t *len)
{
	uint8_t options_bytes[40] = { 0 };
	int options_len = 0;
	size_t begin, end, head;
	uint8_t *p;

	if (d->ip_options)
		options_len = read_hex(d->ip_options, options_bytes, 40);
	if (options_len < 0) {
		lex_fail(d->lex, d->first, "at most 40 bytes of IP options, in "
			 "hexadecimal");
		return NULL;
	}
	cut_fragment(d, d->l4_len, &begin, &end);
	head = 20 + (((size_t)options_len + 3) & ~(size_t)3);
	*len = head + end - begin;
	if (*len > 65535) {
		too_long(d);
		return NULL;
	}
	p = arena_alloc(d->lex->arena, *len);
	if (!p)
		return NULL;
	p[0] = (uint8_t)(0x40 | head / 4);
	p[1] = d->tos;
	put_be16(p + 2, (uint16_t)(d->given >> OPTION_IP_LEN & 1 ? d->ip_len :
							    *len));
	put_be16(p + 4, d->id);
	put_be16(p + 6, (uint16_t)((d->dont_fragment ? 0x4000 : 0) |
				   (d->more_fragments ? 0x2000 : 0) |
				   d->frag_begin / 8));
	p[8] = d->ttl;
	p[9] = d->protocol;
	memcpy(p + 12, d->addr[0].bytes, 4);
	memcpy(p + 16, d->addr[1].bytes, 4);
	memcpy(p + 20, options_bytes, (size_t)options_len);
	put_be16(p + 10, fold(sum_bytes(0, p, head)));
	if (d->bad_ip_checksum)
		p[10] ^= 0x5a;
	memcpy(p + head, d->l4 + begin, end - begin);
	return p;
}

/* One extension header of 8 bytes; PadN fills those that hold options. */
static void
put_ext(uint8_t *p, uint8_t type, uint8_t next)
{
	p[0] = next;
	if (type == IPPROTO_ROUTING) {
		p[2] = 4;
	} else {
		p[2] = 1;
		p[3] = 4;
	}
}

/* Header, those extension headers that every fragment has, the fragment
 * header, and of the rest (destination options, then l4) its part. */
static uint8_t *
build_v6(struct draft *d, size_t *len)
{
	uint8_t *rest = malloc(8 * sizeof(d->ext) + d->l4_len), *p, *at;
	uint8_t *next;
	size_t rest_len = 0, head = 40, begin, end, options_left = 0;
	uint8_t rest_type = d->protocol;

	if (!rest)
		return NULL;
	for (size_t i = 0; i < d->ext_count; i++) {
		if (d->ext[i] == IPPROTO_DSTOPTS)
			options_left++;
		else
			head += 8;
	}
	if (options_left > 0)
		rest_type = IPPROTO_DSTOPTS;
	for (; options_left > 0; options_left--, rest_len += 8) {
		memset(rest + rest_len, 0, 8);
		put_ext(rest + rest_len, IPPROTO_DSTOPTS,
			options_left > 1 ? IPPROTO_DSTOPTS : d->protocol);
	}
	memcpy(rest + rest_len, d->l4, d->l4_len);
	rest_len += d->l4_len;
	cut_fragment(d, rest_len, &begin, &end);
	if (d->is_fragment)
		head += 8;
	*len = head + end - begin;
	p = *len > 65535 ? NULL : arena_alloc(d->lex->arena, *len);
	if (!p) {
		free(rest);
		too_long(d);
		return NULL;
	}
	put_be32(p, 0x60000000 | (uint32_t)d->tos << 20);
	put_be16(p + 4, (uint16_t)(d->given >> OPTION_IP_LEN & 1 ? d->ip_len :
							    *len - 40));
	p[7] = d->ttl;
	memcpy(p + 8, d->addr[0].bytes, 16);
	memcpy(p + 24, d->addr[1].bytes, 16);
	next = p + 6;
	at = p + 40;
	for (size_t i = 0; i < d->ext_count; i++) {
		if (d->ext[i] == IPPROTO_DSTOPTS)
			continue;
		*next = d->ext[i];
		put_ext(at, d->ext[i], 0);
		next = at;
		at += 8;
	}
	if (d->is_fragment) {
		*next = IPPROTO_FRAGMENT;
		put_be16(at + 2, (uint16_t)(d->frag_begin |
					    d->more_fragments));
		put_be32(at + 4, d->id);
		next = at;
		at += 8;
	}
	*next = rest_type;
	memcpy(at, rest + begin, end - begin);
	free(rest);
	return p;
}

uint8_t *
draft_build(struct draft *d, size_t *len)
{
	uint8_t *p;

	if (d->family == 0) {		/* raw */
		*len = d->l4_len;
		p = arena_alloc(d->lex->arena, d->l4_len);
		if (p)
			memcpy(p, d->l4, d->l4_len);
	} else {
		put_checksum(d);
		p = d->family == CLEW_IPV6 ? build_v6(d, len) :
					     build_v4(d, len);
	}
	if (!p && !d->lex->failed)
		lex_fail(d->lex, d->first, "out of memory");
	return p;
}
