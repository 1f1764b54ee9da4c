/* SPDX-License-Identifier: BSD-2-Clause
 * preload/socket.c - netlink sockets: how they begin, their names, their
 * options. */
#include "preload/preload.h"

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>

EXPORT int
socket(int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct wire_answer answer;
	socklen_t len;
	int fd;

	if (!ours_engine(&len) || domain != AF_NETLINK ||
	    (protocol != NETLINK_NETFILTER && protocol != NETLINK_ROUTE))
		return NEXT(socket)(domain, type, protocol);
	if (kind != SOCK_RAW && kind != SOCK_DGRAM) {
		errno = ESOCKTNOSUPPORT;
		return -1;
	}
	fd = ask_connect(type);
	if (fd < 0)
		return -1;
	ours_mark(fd, true);
	if (ask_plainly(fd, WIRE_OPEN, (uint32_t)protocol,
			(uint32_t)getpid(), &answer) != 0) {
		int saved = errno;

		ours_mark(fd, false);
		NEXT(close)(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* Names. */

int
name_put(struct sockaddr *to, socklen_t *len, uint32_t portid, uint32_t groups)
{
	struct sockaddr_nl name = {
		.nl_family = AF_NETLINK,
		.nl_pid = portid,
		.nl_groups = groups,
	};

	if (!to || !len)
		return 0;
	memcpy(to, &name, *len < sizeof(name) ? *len : sizeof(name));
	*len = sizeof(name);
	return 0;
}

int
name_get(const struct sockaddr *from, socklen_t len, struct sockaddr_nl *name)
{
	if (!from || len < sizeof(*name)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(name, from, sizeof(*name));
	if (name->nl_family != AF_NETLINK) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

EXPORT int
bind(int fd, const struct sockaddr *address, socklen_t len)
{
	struct wire_answer answer;
	struct sockaddr_nl name;

	if (!ours_is(fd))
		return NEXT(bind)(fd, address, len);
	if (name_get(address, len, &name) != 0)
		return -1;
	return ask_plainly(fd, WIRE_BIND, name.nl_pid, name.nl_groups,
			   &answer);
}

/* The engine is the only one there is to talk to. */
EXPORT int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
	struct wire_answer answer;
	struct sockaddr_nl name;

	if (!ours_is(fd))
		return NEXT(connect)(fd, address, len);
	if (address && len >= sizeof(address->sa_family) &&
	    address->sa_family == AF_UNSPEC)
		return 0;
	if (name_get(address, len, &name) != 0)
		return -1;
	if (name.nl_pid != 0 || name.nl_groups != 0) {
		errno = EPERM;
		return -1;
	}
	if (ask_plainly(fd, WIRE_NAME, 0, 0, &answer) != 0)
		return -1;
	return answer.a ? 0 : ask_plainly(fd, WIRE_BIND, 0, answer.b, &answer);
}

EXPORT int
getsockname(int fd, struct sockaddr *address, socklen_t *len)
{
	struct wire_answer answer;

	if (!ours_is(fd))
		return NEXT(getsockname)(fd, address, len);
	if (ask_plainly(fd, WIRE_NAME, 0, 0, &answer) != 0)
		return -1;
	return name_put(address, len, answer.a, answer.b);
}

EXPORT int
getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
	if (!ours_is(fd))
		return NEXT(getpeername)(fd, address, len);
	return name_put(address, len, 0, 0);
}

/* Options. */

static int
set_limit(int fd, int option, const void *value, socklen_t len)
{
	bool is_receive = option == SO_RCVBUF || option == SO_RCVBUFFORCE;
	struct wire_answer answer;
	uint32_t n;

	if (len < sizeof(n)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&n, value, sizeof(n));
	/* As Linux: twice as much, for what datagrams take besides. */
	n = n > INT_MAX / 2 ? INT_MAX : n * 2;
	n = n ? n : 1;
	return ask_plainly(fd, WIRE_LIMITS, is_receive ? n : 0,
			   is_receive ? 0 : n, &answer);
}

static int
set_netlink(int fd, int option, const void *value, socklen_t len)
{
	struct wire_answer answer;
	uint32_t n;

	if (len < sizeof(n)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&n, value, sizeof(n));
	return ask_plainly(fd, WIRE_SET, (uint32_t)option, n, &answer);
}

/* The engine runs it: what comes through this socket has a head of the
 * engine's before it. */
static int
send_filter(int fd, const struct sock_filter *program, size_t count)
{
	struct wire_call call = {
		.op = WIRE_FILTER,
		.size = (uint32_t)(count * sizeof(*program)),
	};
	struct iovec iov = { (void *)program, count * sizeof(*program) };
	struct wire_answer answer;
	int err = ask(fd, &call, &iov, count ? 1 : 0, &answer, NULL, 0);

	if (err != 0)
		return -1;
	return 0;
}

static int
set_filter(int fd, const void *value, socklen_t len)
{
	struct sock_fprog program;

	if (len != sizeof(program)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&program, value, sizeof(program));
	if (program.len == 0 || program.len > BPF_MAXINSNS) {
		errno = EINVAL;
		return -1;
	}
	return send_filter(fd, program.filter, program.len);
}

EXPORT int
setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	if (!ours_is(fd))
		return NEXT(setsockopt)(fd, level, option, value, len);
	if (level == SOL_NETLINK)
		return set_netlink(fd, option, value, len);
	if (level != SOL_SOCKET) {
		errno = ENOPROTOOPT;
		return -1;
	}
	switch (option) {
	case SO_RCVBUF:
	case SO_RCVBUFFORCE:
	case SO_SNDBUF:
	case SO_SNDBUFFORCE:
		return set_limit(fd, option, value, len);
	case SO_PASSCRED:
		return 0;	/* there is nobody to tell of */
	case SO_ATTACH_FILTER:
		return set_filter(fd, value, len);
	case SO_DETACH_FILTER:
		return send_filter(fd, NULL, 0);
	case SO_ATTACH_BPF:
	case SO_LOCK_FILTER:
		errno = ENOPROTOOPT;
		return -1;
	default:
		return NEXT(setsockopt)(fd, level, option, value, len);
	}
}

static int
put_option(void *to, socklen_t *len, const void *value, size_t size)
{
	memcpy(to, value, *len < size ? *len : size);
	*len = (socklen_t)size;
	return 0;
}

static int
get_netlink(int fd, int option, void *value, socklen_t *len)
{
	struct wire_answer answer;
	uint32_t groups[2];

	if (option == NETLINK_LIST_MEMBERSHIPS) {
		if (ask_plainly(fd, WIRE_GROUPS, 0, 0, &answer) != 0)
			return -1;
		groups[0] = answer.a;
		groups[1] = answer.b;
		return put_option(value, len, groups, answer.c > 32 ? 8 : 4);
	}
	if (*len < sizeof(int)) {
		errno = EINVAL;
		return -1;
	}
	if (ask_plainly(fd, WIRE_GET, (uint32_t)option, 0, &answer) != 0)
		return -1;
	return put_option(value, len, &answer.a, sizeof(answer.a));
}

static int
get_socket(int fd, int option, void *value, socklen_t *len)
{
	struct wire_answer answer;
	int n;

	switch (option) {
	case SO_RCVBUF:
	case SO_SNDBUF:
		if (ask_plainly(fd, WIRE_LIMITS, 0, 0, &answer) != 0)
			return -1;
		n = (int)(option == SO_RCVBUF ? answer.a : answer.b);
		break;
	case SO_DOMAIN:
		n = AF_NETLINK;
		break;
	case SO_TYPE:
		n = SOCK_RAW;
		break;
	case SO_PROTOCOL:
		if (ask_plainly(fd, WIRE_NAME, 0, 0, &answer) != 0)
			return -1;
		n = (int)answer.c;
		break;
	default:
		return NEXT(getsockopt)(fd, SOL_SOCKET, option, value, len);
	}
	return put_option(value, len, &n, sizeof(n));
}

EXPORT int
getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
	if (!ours_is(fd))
		return NEXT(getsockopt)(fd, level, option, value, len);
	if (level == SOL_NETLINK)
		return get_netlink(fd, option, value, len);
	if (level == SOL_SOCKET)
		return get_socket(fd, option, value, len);
	errno = ENOPROTOOPT;
	return -1;
}
