/* SPDX-License-Identifier: BSD-2-Clause
 * io/network.c - a gateway's interfaces, addresses and routes, as text. */
#include "io/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { LOOPBACK = 1, INTERFACES_MOST = 4096 };

/* Room for one more of 'count' items.  => NULL: none; they stay. */
static void *
grow(void *items, size_t count, size_t size)
{
	/* doubled whenever 'count' is a power of two */
	if ((count & (count - 1)) != 0)
		return items;
	return realloc(items, (count > 0 ? 2 * count : 1) * size);
}

static int
no_memory(struct clew_error *error)
{
	error_set(error, "%s", strerror(ENOMEM));
	return -ENOMEM;
}

static bool
parse_number(const char *text, uint32_t most, uint32_t *n)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || value > most)
		return false;
	*n = (uint32_t)value;
	return true;
}

static bool
parse_address(const char *text, uint8_t *family, union clew_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	*family = strchr(text, ':') != NULL ? CLEW_IPV6 : CLEW_IPV4;
	return inet_pton(*family == CLEW_IPV6 ? AF_INET6 : AF_INET, text,
			 addr->bytes) == 1;
}

/* "192.0.2.1/24"; without a length it is the address alone. */
static bool
parse_prefix(const char *text, uint8_t *family, union clew_addr *addr,
	     uint8_t *length)
{
	const char *slash = strchr(text, '/');
	char copy[64];
	uint32_t n;
	size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);

	if (size >= sizeof(copy))
		return false;
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (!parse_address(copy, family, addr))
		return false;
	n = *family == CLEW_IPV6 ? 128 : 32;
	if (slash != NULL && !parse_number(slash + 1, n, &n))
		return false;
	*length = (uint8_t)n;
	return true;
}

static void
mask_address(union clew_addr *addr, uint8_t prefix)
{
	for (unsigned i = 0; i < sizeof(addr->bytes); i++) {
		unsigned kept = prefix > 8 * i ? prefix - 8 * i : 0;

		if (kept < 8)
			addr->bytes[i] &= (uint8_t)(0xff00 >> kept);
	}
}

/* Linux's dev_valid_name(), and no '=' or ',' which part words here. */
static bool
is_name(const char *name)
{
	return *name != '\0' && strlen(name) < CLEW_IFNAME_SIZE &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       strpbrk(name, "/: \t\n\v\f\r,=") == NULL;
}

static int
add_address(struct network *n, uint32_t ifindex, const char *word,
	    struct clew_error *error)
{
	struct clew_address address = { .ifindex = ifindex };
	void *more;

	if (strchr(word, '/') == NULL ||
	    !parse_prefix(word, &address.family, &address.addr,
			  &address.prefix)) {
		error_set(error, "'%s' is no ADDRESS/LENGTH", word);
		return -EINVAL;
	}
	more = grow(n->addr, n->addrs, sizeof(*n->addr));
	if (more == NULL)
		return no_memory(error);
	n->addr = more;
	n->addr[n->addrs++] = address;
	return 0;
}

static int
read_interface_words(struct network *n, struct clew_interface *iface,
		     char *words, struct clew_error *error)
{
	char *word;
	int status = 0;

	while (status == 0 && (word = strsep(&words, ",")) != NULL) {
		if (strncmp(word, "mtu ", 4) != 0) {
			status = add_address(n, iface->index, word, error);
		} else if (!parse_number(word + 4, 65535, &iface->mtu) ||
			   iface->mtu < 68) {
			error_set(error, "'%s' is no MTU from 68 to 65535",
				  word);
			return -EINVAL;
		}
	}
	return status;
}

static int
read_interface(struct network *n, char *name, struct clew_error *error)
{
	struct clew_interface iface = {
		.index = LOOPBACK + 1 + (uint32_t)n->ifaces,
	};
	char *words = strchr(name, '=');
	size_t addrs = n->addrs;
	void *more;
	int status = 0;

	if (words != NULL)
		*words++ = '\0';
	if (!is_name(name)) {
		error_set(error, "'%s' is no name of an interface", name);
		return -EINVAL;
	}
	if (network_index(n, name) != 0) {
		error_set(error, "interface '%s' for the second time", name);
		return -EINVAL;
	}
	if (n->ifaces == INTERFACES_MOST) {
		error_set(error, "more than %d interfaces", INTERFACES_MOST);
		return -EINVAL;
	}
	memcpy(iface.name, name, strlen(name) + 1);
	if (words != NULL)
		status = read_interface_words(n, &iface, words, error);
	more = status == 0 ? grow(n->iface, n->ifaces, sizeof(*n->iface)) :
			     NULL;
	if (more == NULL) {
		n->addrs = addrs;
		return status != 0 ? status : no_memory(error);
	}
	n->iface = more;
	n->iface[n->ifaces++] = iface;
	return 0;
}

int
network_add_interface(struct network *n, const char *text,
		      struct clew_error *error)
{
	char *copy = strdup(text);
	int status;

	if (copy == NULL)
		return no_memory(error);
	status = read_interface(n, copy, error);
	free(copy);
	return status;
}

static int
add_route(struct network *n, const struct network_route *route,
	  struct clew_error *error)
{
	void *more = grow(n->route, n->routes, sizeof(*n->route));

	if (more == NULL)
		return no_memory(error);
	n->route = more;
	n->route[n->routes++] = *route;
	return 0;
}

/* Where it goes: an interface, or nowhere in one of three ways. */
static int
read_route_target(struct network_route *r, const char *target,
		  struct clew_error *error)
{
	static const struct {
		const char *name;
		uint8_t type;
	} types[] = {
		{ "blackhole", CLEW_ROUTE_BLACKHOLE },
		{ "unreachable", CLEW_ROUTE_UNREACHABLE },
		{ "prohibit", CLEW_ROUTE_PROHIBIT },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(target, types[i].name) == 0) {
			r->route.type = types[i].type;
			return 0;
		}
	}
	if (!is_name(target)) {
		error_set(error, "'%s' is no name of an interface", target);
		return -EINVAL;
	}
	memcpy(r->out, target, strlen(target) + 1);
	return 0;
}

static int
read_route_words(struct network_route *r, char *words,
		 struct clew_error *error)
{
	uint8_t family;
	char *word;

	while ((word = strsep(&words, ",")) != NULL) {
		if (strncmp(word, "via ", 4) == 0) {
			if (!parse_address(word + 4, &family,
					   &r->route.via) ||
			    (r->route.family != 0 &&
			     r->route.family != family)) {
				error_set(error, "'%s' is no address to go "
					  "there via", word + 4);
				return -EINVAL;
			}
			r->route.family = family;
			r->route.has_via = true;
		} else if (strncmp(word, "mtu ", 4) == 0) {
			if (!parse_number(word + 4, 65535, &r->route.mtu)) {
				error_set(error, "'%s' is no MTU", word);
				return -EINVAL;
			}
		} else {
			error_set(error, "'%s' is neither 'via ADDRESS' nor "
				  "'mtu N'", word);
			return -EINVAL;
		}
	}
	return 0;
}

static int
read_route(struct network *n, char *prefix, struct clew_error *error)
{
	struct network_route r = { .route.type = CLEW_ROUTE_UNICAST };
	char *target = strchr(prefix, '='), *words;
	int status;

	if (target == NULL) {
		error_set(error, "'%s' is no PREFIX=NAME", prefix);
		return -EINVAL;
	}
	*target++ = '\0';
	words = strchr(target, ',');
	if (words != NULL)
		*words++ = '\0';
	if (strcmp(prefix, "default") != 0) {
		if (!parse_prefix(prefix, &r.route.family, &r.route.dst,
				  &r.route.prefix)) {
			error_set(error, "'%s' is no prefix", prefix);
			return -EINVAL;
		}
		mask_address(&r.route.dst, r.route.prefix);
	}
	status = read_route_target(&r, target, error);
	if (status == 0 && words != NULL)
		status = read_route_words(&r, words, error);
	if (status != 0)
		return status;
	if (r.route.family != 0)
		return add_route(n, &r, error);
	/* "default" that does not say of which family is that of both */
	r.route.family = CLEW_IPV4;
	status = add_route(n, &r, error);
	r.route.family = CLEW_IPV6;
	return status == 0 ? add_route(n, &r, error) : status;
}

int
network_add_route(struct network *n, const char *text,
		  struct clew_error *error)
{
	char *copy = strdup(text);
	int status;

	if (copy == NULL)
		return no_memory(error);
	status = read_route(n, copy, error);
	free(copy);
	return status;
}

void
network_fini(struct network *n)
{
	free(n->iface);
	free(n->addr);
	free(n->route);
	memset(n, 0, sizeof(*n));
}

uint32_t
network_index(const struct network *n, const char *name)
{
	for (size_t i = 0; i < n->ifaces; i++) {
		if (strcmp(n->iface[i].name, name) == 0)
			return n->iface[i].index;
	}
	return strcmp(name, "lo") == 0 ? LOOPBACK : 0;
}

const char *
network_name(const struct network *n, uint32_t index)
{
	if (index == LOOPBACK)
		return "lo";
	return index > LOOPBACK && index - LOOPBACK <= n->ifaces ?
	       n->iface[index - LOOPBACK - 1].name : NULL;
}

static int
apply_loopback(struct clew_engine *engine)
{
	static const struct clew_address addresses[] = {
		{ .ifindex = LOOPBACK, .family = CLEW_IPV4, .prefix = 8,
		  .addr.bytes = { 127, 0, 0, 1 } },
		{ .ifindex = LOOPBACK, .family = CLEW_IPV6, .prefix = 128,
		  .addr.bytes = { [15] = 1 } },
	};
	int status;

	status = clew_interface_add(engine, &(struct clew_interface){
		.index = LOOPBACK, .name = "lo", .type = ARPHRD_LOOPBACK,
		.mtu = 65536 });
	for (size_t i = 0; status == 0 && i < 2; i++)
		status = clew_address_add(engine, &addresses[i]);
	return status;
}

static int
refuse(struct clew_error *error, const char *what, const char *name, int status)
{
	error_set(error, "%s %s: %s", what, name, strerror(-status));
	return status;
}

int
network_apply(const struct network *n, struct clew_engine *engine,
	      struct clew_error *error)
{
	int status;

	if (n->ifaces == 0 && n->routes == 0)
		return 0;
	status = apply_loopback(engine);
	if (status != 0)
		return refuse(error, "interface", "lo", status);
	for (size_t i = 0; i < n->ifaces; i++) {
		status = clew_interface_add(engine, &n->iface[i]);
		if (status != 0)
			return refuse(error, "interface", n->iface[i].name,
				      status);
	}
	for (size_t i = 0; i < n->addrs; i++) {
		status = clew_address_add(engine, &n->addr[i]);
		if (status != 0)
			return refuse(error, "address on", network_name(
				n, n->addr[i].ifindex), status);
	}
	for (size_t i = 0; i < n->routes; i++) {
		struct clew_route route = n->route[i].route;
		const char *out = n->route[i].out;

		if (*out != '\0') {
			route.ifindex = network_index(n, out);
			if (route.ifindex == 0) {
				error_set(error, "route to an interface '%s' "
					  "that there is not", out);
				return -EINVAL;
			}
		}
		status = clew_route_add(engine, &route);
		if (status != 0)
			return refuse(error, "route to", *out != '\0' ? out :
				      "nowhere", status);
	}
	return 0;
}

uint32_t
network_source(const struct clew_engine *engine, enum clew_family family,
	       const union clew_addr *src, bool *is_own)
{
	struct clew_route_answer answer;

	*is_own = false;
	if (clew_route_lookup(engine, family, src, 0, &answer) != 0)
		return 0;
	*is_own = answer.type == CLEW_ROUTE_LOCAL;
	if (answer.type != CLEW_ROUTE_LOCAL &&
	    answer.type != CLEW_ROUTE_UNICAST)
		return 0;
	return answer.ifindex;
}
