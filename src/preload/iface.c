/* SPDX-License-Identifier: BSD-2-Clause
 * preload/iface.c - interfaces: the engine's, not the machine's. */
#include "preload/preload.h"

#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <sys/ioctl.h>

static bool
is_carried(void)
{
	socklen_t len;

	return ours_engine(&len) != NULL;
}

/* Ask for the interface with that index or, if it is 0, that name.
 * => 0, or -1: there is none. */
static int
lookup(uint32_t *index, char name[WIRE_IFNAME])
{
	struct wire_call call = { .op = WIRE_IFACE, .a = *index };
	struct wire_answer answer;
	int fd = ask_connect(SOCK_CLOEXEC);
	int err, saved;

	if (fd < 0)
		return -1;
	err = ask(fd, &call, &(struct iovec){ name, WIRE_IFNAME }, 1,
		  &answer, name, WIRE_IFNAME);
	saved = errno;
	NEXT(close)(fd);
	errno = saved;
	*index = answer.a;
	return err;
}

EXPORT unsigned int
if_nametoindex(const char *ifname)
{
	char name[WIRE_IFNAME] = "";
	uint32_t index = 0;

	if (!is_carried())
		return NEXT(if_nametoindex)(ifname);
	if (strlen(ifname) >= sizeof(name)) {
		errno = ENODEV;
		return 0;
	}
	memcpy(name, ifname, strlen(ifname) + 1);
	return lookup(&index, name) == 0 ? index : 0;
}

EXPORT char *
if_indextoname(unsigned int ifindex, char ifname[IF_NAMESIZE])
{
	char name[WIRE_IFNAME] = "";
	uint32_t index = ifindex;

	if (!is_carried())
		return NEXT(if_indextoname)(ifindex, ifname);
	if (ifindex == 0 || lookup(&index, name) != 0) {
		errno = ENXIO;
		return NULL;
	}
	memcpy(ifname, name, sizeof(name));
	return ifname;
}

static int
ioctl_interface(unsigned long request, struct ifreq *r)
{
	char name[WIRE_IFNAME] = "";
	uint32_t index = 0;

	if (request == SIOCGIFNAME)
		index = (uint32_t)r->ifr_ifindex;
	else
		memcpy(name, r->ifr_name, sizeof(name) - 1);
	if ((request == SIOCGIFNAME && index == 0) ||
	    lookup(&index, name) != 0) {
		errno = ENODEV;
		return -1;
	}
	if (request == SIOCGIFNAME)
		memcpy(r->ifr_name, name, sizeof(name));
	else
		r->ifr_ifindex = (int)index;
	return 0;
}

EXPORT int
ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list args;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (is_carried() && argument &&
	    (request == SIOCGIFNAME || request == SIOCGIFINDEX))
		return ioctl_interface(request, argument);
	return NEXT(ioctl)(fd, request, argument);
}
