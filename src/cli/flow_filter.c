/* SPDX-License-Identifier: BSD-2-Clause
 * cli/flow_filter.c - which connection is meant. */
#include "cli/flow_filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "clew/text.h"

enum { TEXT_MOST = 255 };

static bool
parse_number(const char *text, unsigned long most, unsigned long *n)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*n = strtoul(text, &end, 10);
	return errno == 0 && *end == '\0' && *n <= most;
}

int
flow_filter_protocol(struct flow_filter *f, const char *text,
		     struct clew_error *error)
{
	unsigned long n;

	f->has_protocol = true;
	if (parse_number(text, 255, &n)) {
		f->protocol = (uint8_t)n;
		return 0;
	}
	/* Our own names, the same everywhere. */
	for (unsigned i = 0; i < 256; i++) {
		const char *name = clew_protocol_name((uint8_t)i);

		if (strcmp(name, text) == 0 && strcmp(name, "unknown") != 0) {
			f->protocol = (uint8_t)i;
			return 0;
		}
	}
	error_set(error, "no protocol '%s'", text);
	return -EINVAL;
}

static int
parse_address(struct flow_end *end, const char *text,
	      struct clew_error *error)
{
	if (strcmp(text, "*") == 0)
		return 0;
	end->has_addr = true;
	memset(&end->addr, 0, sizeof(end->addr));
	end->family = CLEW_IPV4;
	if (inet_pton(AF_INET, text, end->addr.bytes) == 1)
		return 0;
	end->family = CLEW_IPV6;
	if (inet_pton(AF_INET6, text, end->addr.bytes) == 1)
		return 0;
	error_set(error, "'%s' is no address", text);
	return -EINVAL;
}

static int
parse_port(struct flow_end *end, const char *text, struct clew_error *error)
{
	unsigned long n;

	if (!parse_number(text, 65535, &n)) {
		error_set(error, "'%s' is no port", text);
		return -EINVAL;
	}
	end->has_port = true;
	end->port = (uint16_t)n;
	return 0;
}

int
flow_filter_address(struct flow_filter *f, bool is_source, const char *text,
		    struct clew_error *error)
{
	return parse_address(&f->end[!is_source], text, error);
}

int
flow_filter_port(struct flow_filter *f, bool is_source, const char *text,
		 struct clew_error *error)
{
	return parse_port(&f->end[!is_source], text, error);
}

/* "10.0.0.1:80", "[2001:db8::1]:80", "2001:db8::1", "*:80". */
static int
parse_end(struct flow_end *end, char *text, struct clew_error *error)
{
	char *first = strchr(text, ':'), *port = NULL;
	size_t len = strlen(text);

	if (*text == '[') {
		char *close = strchr(text, ']');

		if (close == NULL || (close[1] != '\0' && close[1] != ':')) {
			error_set(error, "'%s' is no address", text);
			return -EINVAL;
		}
		port = close[1] == ':' ? close + 2 : NULL;
		*close = '\0';
		text++;
	} else if (first != NULL && strchr(first + 1, ':') == NULL) {
		port = first + 1;
		*first = '\0';
	}
	if (len == 0) {
		error_set(error, "an address is missing");
		return -EINVAL;
	}
	if (parse_address(end, text, error) != 0)
		return -EINVAL;
	return port != NULL ? parse_port(end, port, error) : 0;
}

static int
parse_word(struct flow_filter *f, char *word, struct clew_error *error)
{
	char *dash = strchr(word, '-');
	unsigned long n;

	if (strncmp(word, "zone=", 5) == 0) {
		if (!parse_number(word + 5, 65535, &n)) {
			error_set(error, "'%s' is no zone", word + 5);
			return -EINVAL;
		}
		f->has_zone = true;
		f->zone = (uint16_t)n;
		return 0;
	}
	if (dash == NULL)
		return flow_filter_protocol(f, word, error);
	*dash = '\0';
	return parse_end(&f->end[0], word, error) != 0 ||
	       parse_end(&f->end[1], dash + 1, error) != 0 ? -EINVAL : 0;
}

int
flow_filter_parse(struct flow_filter *f, const char *text,
		  struct clew_error *error)
{
	char copy[TEXT_MOST + 1], *rest = copy, *word;

	if (strlen(text) > TEXT_MOST || strchr(text, '-') == NULL) {
		error_set(error, "--flow wants "
			  "[PROTOCOL,]ADDRESS[:PORT]-ADDRESS[:PORT], not '%s'",
			  text);
		return -EINVAL;
	}
	strcpy(copy, text);
	while ((word = strsep(&rest, ",")) != NULL) {
		if (parse_word(f, word, error) != 0)
			return -EINVAL;
	}
	if (f->end[0].has_addr && f->end[1].has_addr &&
	    f->end[0].family != f->end[1].family) {
		error_set(error, "--flow: addresses of two families");
		return -EINVAL;
	}
	return 0;
}

static bool
is_end_set(const struct flow_end *end)
{
	return end->has_addr || end->has_port;
}

bool
flow_filter_is_set(const struct flow_filter *f)
{
	return f->has_protocol || f->has_zone || is_end_set(&f->end[0]) ||
	       is_end_set(&f->end[1]);
}

static bool
is_icmp(const struct clew_tuple *t)
{
	return t->protocol == IPPROTO_ICMP || t->protocol == IPPROTO_ICMPV6;
}

static bool
matches_end(const struct flow_end *end, const struct clew_tuple *t,
	    const union clew_addr *addr, uint16_t port_be)
{
	if (end->has_addr &&
	    (end->family != t->family ||
	     memcmp(&end->addr, addr, sizeof(*addr)) != 0))
		return false;
	/* An id is both ends'. */
	if (is_icmp(t))
		port_be = t->part.icmp.id_be;
	return !end->has_port || end->port == ntohs(port_be);
}

bool
flow_filter_matches(const struct flow_filter *f, const struct clew_tuple *t)
{
	if (f->has_protocol && f->protocol != t->protocol)
		return false;
	if (f->has_zone && f->zone != t->zone)
		return false;
	for (int turned = 0; turned < 2; turned++) {
		if (matches_end(&f->end[turned], t, &t->src,
				t->part.port.sport_be) &&
		    matches_end(&f->end[!turned], t, &t->dst,
				t->part.port.dport_be))
			return true;
	}
	return false;
}
