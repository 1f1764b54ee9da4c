/* SPDX-License-Identifier: BSD-2-Clause
 * parity/router.c - the kernel's side as a router with three taps.
 *
 * Nothing of what it sends is its own idea: no neighbour is asked for (NOARP:
 * a frame to anybody has the tap's own address), no address is announced, no
 * group joined, nothing redirected.  What is for the router itself passes all
 * hooks and is then shown to us by the last of them and dropped, so that no
 * socket answers; the chain that does it has the lowest priority there is and
 * was there before tracking, and so comes after its confirmation.
 *
 * Tracking is always on: a rule that no packet reaches asks for it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parity/namespace.h"
#include "parity/router.h"

static const char sink[] =
	"table inet " ROUTER_TABLE " {\n"
	" chain sink {\n"
	"  type filter hook input priority 2147483647; policy accept;\n"
	"  log group 1\n"
	"  drop\n"
	" }\n"
	"}\n";
static const char tracking[] =
	"table inet " ROUTER_TABLE " {\n"
	" chain tracking {\n"
	"  ct state new\n"
	" }\n"
	"}\n";

static const char *const nft[] = { "nft", "-f", "-", NULL };
static const char *const ip[] = { "ip", "-batch", "-", NULL };

struct lines {
	char text[8192];
	size_t len;
};

static void __attribute__((format(printf, 2, 3)))
add(struct lines *l, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(l->text + l->len, sizeof(l->text) - l->len, format, ap);
	va_end(ap);
	if (n > 0 && l->len + n < sizeof(l->text))
		l->len += n;
}

static int
run(struct kernel *k, const char *text, const char *const *program)
{
	char *error = NULL, what[300];
	int status = kernel_feed(k, text, program, NULL, &error);

	if (status) {
		snprintf(what, sizeof(what), "%s: %.150s", program[0],
			 error ? error : "");
		kernel_fail(k, what, 0);
	}
	free(error);
	return status ? -1 : 0;
}

/* "NAME=ADDRESS,..." as commands of ip. */
static void
add_link(struct lines *l, unsigned number, const char *text)
{
	const char *name = router_links[number], *at = strchr(text, '=');
	size_t n;

	add(l, "link set %s arp off multicast off "
	    "address 02:00:00:00:%02x:00 up\n", name, number + 1);
	while (at) {
		at++;
		n = strcspn(at, ",");
		add(l, "address add %.*s %s dev %s\n", (int)n, at,
		    memchr(at, ':', n) ? "nodad" : "brd +", name);
		at = strchr(at, ',');
	}
}

/* "PREFIX=NAME[,via ADDRESS]" likewise. */
static void
add_route(struct lines *l, const char *text, size_t len)
{
	const char *eq = memchr(text, '=', len), *comma;
	size_t name;

	if (!eq)
		return;
	comma = memchr(eq, ',', text + len - eq);
	name = (comma ? comma : text + len) - eq - 1;
	if (!strncmp(eq + 1, "unreachable", name) ||
	    !strncmp(eq + 1, "prohibit", name) ||
	    !strncmp(eq + 1, "blackhole", name))
		add(l, "route add %.*s %.*s\n", (int)name, eq + 1,
		    (int)(eq - text), text);
	else
		add(l, "route add %.*s dev %.*s %.*s\n", (int)(eq - text),
		    text, (int)name, eq + 1,
		    comma ? (int)(text + len - comma - 1) : 0,
		    comma ? comma + 1 : "");
}

int
router_routes(struct kernel *k, const char *text)
{
	struct lines *l = xmalloc(sizeof(*l));
	size_t len;
	int r = 0;

	l->len = 0;
	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		add_route(l, text, len);
		if (l->len < sizeof(l->text) - 200)
			continue;
		r |= run(k, l->text, ip);
		l->len = 0;
	}
	if (l->len)
		r |= run(k, l->text, ip);
	free(l);
	return r;
}

int
router_mtu(struct kernel *k, const char *name, unsigned mtu)
{
	int r, sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	ifr.ifr_mtu = mtu;
	r = ioctl(sock, SIOCSIFMTU, &ifr) < 0 ? errno : 0;
	close(sock);
	return r ? kernel_fail(k, "SIOCSIFMTU", r) : 0;
}

static int
sysctls(struct kernel *k)
{
	static const char *const names[][2] = {
		{ "net.ipv6.conf.default.accept_dad", "0" },
		{ "net.ipv6.conf.default.dad_transmits", "0" },
		{ "net.ipv6.conf.default.addr_gen_mode", "1" },
		{ "net.ipv6.conf.default.accept_ra", "0" },
		{ "net.ipv6.conf.default.accept_redirects", "0" },
		{ "net.ipv4.ip_forward", "1" },
		{ "net.ipv4.conf.all.rp_filter", "0" },
		{ "net.ipv4.conf.default.rp_filter", "0" },
		{ "net.ipv4.conf.all.accept_redirects", "0" },
		{ "net.ipv4.conf.default.accept_redirects", "0" },
		{ "net.ipv4.ip_early_demux", "0" },
	};
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (kernel_set(k, names[i][0], names[i][1]))
			return -1;
	return 0;
}

/* Sockets through which the router itself sends: whole packets. */
static int
host_open(struct kernel *k)
{
	int on = 1;

	k->raw[0] = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			   IPPROTO_RAW);
	k->raw[1] = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			   IPPROTO_RAW);
	if (k->raw[0] < 0 || k->raw[1] < 0 ||
	    setsockopt(k->raw[0], IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)) ||
	    setsockopt(k->raw[1], IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on)))
		return kernel_fail(k, "raw socket", errno);
	return 0;
}

int
router_open(struct kernel *k)
{
	struct lines *l;
	unsigned i;
	int r;

	if (sysctls(k))
		return -1;
	for (i = 0; i < ROUTER_LINKS; i++) {
		k->tap[i] = kernel_tap(k, router_links[i]);
		if (k->tap[i] < 0)
			return -1;
	}
	l = xmalloc(sizeof(*l));
	l->len = 0;
	add(l, "link set lo up\n");
	for (i = 0; router_addresses[i]; i++)
		add_link(l, i, router_addresses[i]);
	for (i = 0; router_routes_own[i]; i++)
		add_route(l, router_routes_own[i],
			  strlen(router_routes_own[i]));
	r = run(k, l->text, ip) || run(k, sink, nft) ||
	    /* Before, it would have joined a group. */
	    kernel_set(k, "net.ipv6.conf.all.forwarding", "1") ||
	    run(k, tracking, nft) || host_open(k);
	free(l);
	return r ? -1 : 0;
}
