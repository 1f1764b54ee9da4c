/* SPDX-License-Identifier: BSD-2-Clause
 * client/value.c - the values of options: text into numbers, addresses, bits. */
#include "client/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/option.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int
value_address(const char *text, uint8_t *family, union clew_addr *addr,
	      struct clew_error *error)
{
	struct in_addr ipv4;

	memset(addr, 0, sizeof(*addr));
	if (inet_aton(text, &ipv4)) {
		memcpy(addr->bytes, &ipv4, sizeof(ipv4));
		*family = CLEW_IPV4;
		return 0;
	}
	if (inet_pton(AF_INET6, text, addr->bytes) == 1) {
		*family = CLEW_IPV6;
		return 0;
	}
	error_set(error, "Invalid IP address `%s'", text);
	return -EINVAL;
}

static void
mask_of(unsigned length, union clew_addr *mask)
{
	memset(mask, 0, sizeof(*mask));
	memset(mask->bytes, 0xff, length / 8);
	if (length % 8)
		mask->bytes[length / 8] = (uint8_t)(0xff00 >> length % 8);
}

int
value_prefix(const char *text, uint8_t *family, union clew_addr *addr,
	     union clew_addr *mask, bool *has_mask, struct clew_error *error)
{
	const char *slash = strchr(text, '/');
	char address[64];
	unsigned bits;
	uint64_t length;
	int err;

	*has_mask = slash != NULL;
	if (slash && (size_t)(slash - text) < sizeof(address)) {
		memcpy(address, text, (size_t)(slash - text));
		address[slash - text] = '\0';
		text = address;
	}
	err = value_address(text, family, addr, error);
	if (err)
		return err;
	bits = *family == CLEW_IPV4 ? 32 : 128;
	length = bits;
	if (slash && value_number(slash + 1, bits, "", &length, NULL)) {
		error_set(error, "Invalid netmask");
		return -EINVAL;
	}
	mask_of((unsigned)length, mask);
	return 0;
}

int
value_number(const char *text, uint64_t most, const char *what,
	     uint64_t *number, struct clew_error *error)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	if (isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 &&
	    *number <= most)
		return 0;
	error_set(error, "unexpected value '%s' with %s option", text, what);
	return -EINVAL;
}

/* Lists of values. */

void
value_clear(struct order_match *match)
{
	if (match->value != &match->only)
		free(match->value);
	match->is_set = match->is_negated = false;
	match->count = 0;
	match->value = NULL;
}

/* Begin anew: of an option that is given twice the last stands.
 * => Behind the "!". */
static const char *
match_begin(const char *text, struct order_match *match)
{
	value_clear(match);
	match->is_set = true;
	match->is_negated = *text == '!';
	return text + match->is_negated;
}

static int
match_add(struct order_match *match, const struct order_value *value,
	  struct clew_error *error)
{
	struct order_value *more;

	if (match->count == ORDER_VALUES) {
		error_set(error, "more than %d values", ORDER_VALUES);
		return -EINVAL;
	}
	if (match->count == 0) {
		match->value = &match->only;
	} else {
		more = realloc(match->count > 1 ? match->value : NULL,
			       (match->count + 1u) * sizeof(*more));
		if (!more) {
			error_set(error, "out of memory");
			return -ENOMEM;
		}
		if (match->count == 1)
			more[0] = match->only;
		match->value = more;
	}
	match->value[match->count++] = *value;
	return 0;
}

/* The next word of a list.  => false at the end; words of nothing are
 * words, for the reader to refuse. */
static bool
next_word(const char **list, char *word, size_t size)
{
	size_t len;

	if (!*list)
		return false;
	len = strcspn(*list, ",");
	if (len >= size)
		len = size - 1;
	memcpy(word, *list, len);
	word[len] = '\0';
	*list = strchr(*list, ',');
	if (*list)
		(*list)++;
	return true;
}

int
value_numbers(const char *text, uint64_t most, const char *what,
	      struct order_match *match, struct clew_error *error)
{
	char word[64];

	text = match_begin(text, match);
	while (next_word(&text, word, sizeof(word))) {
		struct order_value value = { .mask = UINT32_MAX };
		char *dash = strchr(word, '-');
		uint64_t low, high;
		int err;

		if (dash && dash != word)
			*dash = '\0';
		else
			dash = NULL;
		err = value_number(word, most, what, &low, error);
		high = low;
		if (!err && dash)
			err = value_number(dash + 1, most, what, &high,
					   error);
		value.low = (uint32_t)low;
		value.high = (uint32_t)high;
		if (!err)
			err = match_add(match, &value, error);
		if (err)
			return err;
	}
	return 0;
}

int
value_names(const char *text, int (*lookup)(const char *name),
	    const char *what, struct order_match *match,
	    struct clew_error *error)
{
	char word[64];

	text = match_begin(text, match);
	while (next_word(&text, word, sizeof(word))) {
		struct order_value value = { .mask = UINT32_MAX };
		int number = lookup(word);
		int err;

		if (number < 0) {
			error_set(error, "unknown %s state `%s'", what, word);
			return -EINVAL;
		}
		value.low = value.high = (uint32_t)number;
		err = match_add(match, &value, error);
		if (err)
			return err;
	}
	return 0;
}

int
value_addresses(const char *text, uint8_t *family, struct order_match *match,
		struct clew_error *error)
{
	char word[64];

	text = match_begin(text, match);
	while (next_word(&text, word, sizeof(word))) {
		struct order_value value = { 0 };
		uint8_t its;
		bool has_mask;
		int err = value_prefix(word, &its, &value.addr,
				       &value.addr_mask, &has_mask, error);

		if (!err && *family && *family != its) {
			error_set(error, "mismatched address family");
			err = -EINVAL;
		}
		if (!err)
			err = match_add(match, &value, error);
		if (err)
			return err;
		*family = its;
	}
	return 0;
}

/* Protocols and families. */

int
value_protocol(const char *text, uint8_t *protocol, struct clew_error *error)
{
	struct protoent *entry;
	uint64_t number;

	for (size_t i = 0; i < proto_info_count; i++) {
		if (strcasecmp(text, proto_infos[i].name) == 0) {
			*protocol = proto_infos[i].number;
			return 0;
		}
	}
	if (value_number(text, 255, "", &number, NULL) == 0) {
		*protocol = (uint8_t)number;
		return 0;
	}
	entry = getprotobyname(text);
	if (entry && entry->p_proto >= 0 && entry->p_proto <= 255) {
		*protocol = (uint8_t)entry->p_proto;
		return 0;
	}
	error_set(error, "`%s' unsupported protocol", text);
	return -EINVAL;
}

int
value_family(const char *text, uint8_t *family, struct clew_error *error)
{
	if (strncmp(text, "ipv4", 4) == 0) {
		*family = CLEW_IPV4;
	} else if (strncmp(text, "ipv6", 4) == 0) {
		*family = CLEW_IPV6;
	} else {
		error_set(error, "`%s' unsupported protocol", text);
		return -EINVAL;
	}
	return 0;
}

int
value_mark(const char *text, uint32_t *mark, uint32_t *mask,
	   struct clew_error *error)
{
	const char *slash = strchr(text, '/');
	char number[32];
	uint64_t v, m = UINT32_MAX;
	int err;

	if (slash && (size_t)(slash - text) < sizeof(number)) {
		memcpy(number, text, (size_t)(slash - text));
		number[slash - text] = '\0';
		err = value_number(number, UINT32_MAX, "-m", &v, error);
		if (!err)
			err = value_number(slash + 1, UINT32_MAX, "-m", &m,
					   error);
	} else {
		err = value_number(text, UINT32_MAX, "-m", &v, error);
	}
	if (err)
		return err;
	*mark = (uint32_t)v;
	*mask = (uint32_t)m;
	return 0;
}

/* Words. */

struct word {
	const char *name;
	uint32_t bit;
};

/* The first whose name begins so, in any case. => NULL */
static const struct word *
word_lookup(const struct word words[], size_t count, const char *text,
	    struct clew_error *error)
{
	for (size_t i = 0; i < count && text[0] != '\0'; i++) {
		if (strncasecmp(words[i].name, text, strlen(text)) == 0)
			return &words[i];
	}
	error_set(error, "Bad parameter `%s'", text);
	return NULL;
}

/* Which words an option takes, for the parser and the shells' completion. */

enum { UNREPLIED = 1u << 30, UNSET = 1u << 31 };

static const struct word status_words[] = {
	{ "ASSURED",		CLEW_STATUS_ASSURED },
	{ "SEEN_REPLY",		CLEW_STATUS_SEEN_REPLY },
	{ "UNSET",		UNSET },
	{ "FIXED_TIMEOUT",	CLEW_STATUS_FIXED_TIMEOUT },
	{ "EXPECTED",		CLEW_STATUS_EXPECTED },
	{ "OFFLOAD",		CLEW_STATUS_OFFLOAD },
	{ "HW_OFFLOAD",		CLEW_STATUS_HW_OFFLOAD },
	{ "UNREPLIED",		UNREPLIED },
};

static const struct word event_words[] = {
	{ "ALL",	~0u },
	{ "NEW",	1u << CLEW_EVENT_NEW },
	{ "UPDATES",	1u << CLEW_EVENT_UPDATE },
	{ "DESTROY",	1u << CLEW_EVENT_DESTROY },
};

/* Ours last: no abbreviation of the original's may mean them. */
static const struct word output_words[] = {
	{ "xml",	OUTPUT_XML },
	{ "extended",	OUTPUT_EXTENDED },
	{ "timestamp",	OUTPUT_TIMESTAMP },
	{ "id",		OUTPUT_ID },
	{ "ktimestamp",	OUTPUT_KTIMESTAMP },
	{ "labels",	OUTPUT_LABELS },
	{ "userspace",	OUTPUT_USERSPACE },
	{ "save",	OUTPUT_SAVE },
	{ "json",	OUTPUT_JSON },
	{ "proc",	OUTPUT_PROC },
};

static const struct word count_words[] = {
	{ "src",		FIELD_ORIG_SRC },
	{ "dst",		FIELD_ORIG_DST },
	{ "reply-src",		FIELD_REPLY_SRC },
	{ "reply-dst",		FIELD_REPLY_DST },
	{ "sport",		FIELD_ORIG_SPORT },
	{ "dport",		FIELD_ORIG_DPORT },
	{ "reply-port-src",	FIELD_REPLY_SPORT },
	{ "reply-port-dst",	FIELD_REPLY_DPORT },
	{ "protonum",		FIELD_PROTOCOL },
	{ "state",		FIELD_STATE },
	{ "mark",		FIELD_MARK },
	{ "zone",		FIELD_ZONE },
};

static const struct word family_words[] = {
	{ "ipv4",	CLEW_IPV4 },
	{ "ipv6",	CLEW_IPV6 },
};

int
value_status(const char *text, uint32_t *set, uint32_t *unset, bool *is_unset,
	     struct clew_error *error)
{
	char word[64];

	*set = *unset = 0;
	*is_unset = false;
	while (next_word(&text, word, sizeof(word))) {
		bool is_negated = word[0] == '!';
		const struct word *found = word_lookup(status_words,
						       COUNT(status_words),
						       word + is_negated,
						       error);

		if (!found)
			return -EINVAL;
		if (found->bit == UNSET)
			*is_unset = true;
		else if (found->bit == UNREPLIED)
			*(is_negated ? set : unset) |= CLEW_STATUS_SEEN_REPLY;
		else
			*(is_negated ? unset : set) |= found->bit;
	}
	return 0;
}

int
value_events(const char *text, uint32_t *events, struct clew_error *error)
{
	char word[64];

	while (next_word(&text, word, sizeof(word))) {
		const struct word *found = word_lookup(event_words,
						       COUNT(event_words),
						       word, error);

		if (!found)
			return -EINVAL;
		*events |= found->bit;
	}
	return 0;
}

int
value_output(const char *text, uint32_t *output, struct clew_error *error)
{
	char word[64];

	while (next_word(&text, word, sizeof(word))) {
		const struct word *found = word_lookup(output_words,
						       COUNT(output_words),
						       word, error);

		if (!found)
			return -EINVAL;
		*output |= found->bit;
	}
	return 0;
}

int
value_nat(const char *text, uint8_t *family, struct order_nat *nat,
	  struct clew_error *error)
{
	const char *port = NULL;
	char address[64];
	uint64_t number;
	size_t len = strlen(text);

	*nat = (struct order_nat){ .is_set = true, .has_addr = true };
	if (text[0] == '[') {
		const char *end = strchr(++text, ']');

		if (!end || end[1] != ':') {
			error_set(error, "Invalid IP address `%s'", text - 1);
			return -EINVAL;
		}
		len = (size_t)(end - text);
		port = end + 2;
	} else if (strchr(text, ':') &&
		   strchr(text, ':') == strrchr(text, ':')) {
		len = strcspn(text, ":");
		port = text + len + 1;
	}
	if (len >= sizeof(address))
		len = sizeof(address) - 1;
	memcpy(address, text, len);
	address[len] = '\0';
	if (port) {
		if (value_number(port, UINT16_MAX, "", &number, NULL)) {
			error_set(error, "Invalid port `%s'", port);
			return -EINVAL;
		}
		nat->has_port = true;
		nat->port = (uint16_t)number;
	}
	return value_address(address, family, &nat->addr, error);
}

/* States are looked for as they are written. */

int
value_tcp_state(const char *name)
{
	if (strcmp(name, "LISTEN") == 0)	/* its older name */
		return CLEW_TCP_SYN_SENT2;
	for (int i = 0; i < CLEW_TCP_STATES; i++) {
		if (strcmp(name, clew_tcp_state_name((uint8_t)i)) == 0)
			return i;
	}
	return -1;
}

int
value_sctp_state(const char *name)
{
	for (int i = 0; i < CLEW_SCTP_STATES; i++) {
		if (strcmp(name, clew_sctp_state_name((uint8_t)i)) == 0)
			return i;
	}
	return -1;
}

int
value_count_by(const char *text, enum order_field *field,
	       struct clew_error *error)
{
	for (size_t i = 0; i < COUNT(count_words); i++) {
		if (strcmp(text, count_words[i].name) == 0) {
			*field = (enum order_field)count_words[i].bit;
			return 0;
		}
	}
	error_set(error, "cannot count by `%s': one of src, dst, reply-src, "
		  "reply-dst, sport, dport, reply-port-src, reply-port-dst, "
		  "protonum, state, mark, zone", text);
	return -EINVAL;
}

/* The words of an option. */

const char *
value_word(unsigned option, size_t i)
{
	static const struct {
		unsigned option;
		const struct word *words;
		size_t count;
	} tables[] = {
		{ OPTION_STATUS,	status_words, COUNT(status_words) },
		{ OPTION_EVENT_MASK,	event_words, COUNT(event_words) },
		{ OPTION_OUTPUT,	output_words, COUNT(output_words) },
		{ OPTION_COUNT_BY,	count_words, COUNT(count_words) },
		{ OPTION_FAMILY,	family_words, COUNT(family_words) },
	};

	if (option == OPTION_PROTO)
		return i < proto_info_count ? proto_infos[i].name : NULL;
	for (size_t k = 0; k < COUNT(tables); k++) {
		if (tables[k].option == option)
			return i < tables[k].count ? tables[k].words[i].name :
						     NULL;
	}
	return NULL;
}

const char *
value_state_word(uint8_t protocol, size_t i)
{
	if (protocol == 6)
		return i < CLEW_TCP_STATES ? clew_tcp_state_name((uint8_t)i) :
					     NULL;
	if (protocol == 132)
		return i < CLEW_SCTP_STATES ?
		       clew_sctp_state_name((uint8_t)i) : NULL;
	return NULL;
}
