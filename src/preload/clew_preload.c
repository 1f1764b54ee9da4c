/* SPDX-License-Identifier: BSD-2-Clause
 * preload/clew_preload.c - stands between a program and libc, and carries its
 * netlink sockets (NETLINK_NETFILTER, NETLINK_ROUTE) to a clew engine.
 *
 * socket() gives the program a connection to the engine's socket, which the
 * environment names, in place of a netlink socket; the calls below speak
 * netlink over it (preload/wire.h).  Which descriptors are ours is asked of
 * the kernel each time: whoever is connected to the engine's path is.  A
 * bitmap says which are worth asking about, so that others pay nothing.
 *
 * Threads: no locks; what is written here (bitmap, room of reads) is atomic
 * and may be wrong for a moment at most when a program races with itself. */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS	/* it would make fcntl() another function */
#undef _FORTIFY_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "preload/wire.h"

#define EXPORT __attribute__((visibility("default")))

/* The next function of that name: libc's own. */
#define NEXT(name)							\
	(*({								\
		static _Atomic(void *) found_;				\
									\
		(__typeof__(&name))next(#name, &found_);		\
	}))

enum {
	FDS		= 65536,
	PARTS		= 64,	/* of a scattered read or write, before copying */
};

static struct sockaddr_un engine;
static socklen_t engine_len;		/* 0: no engine, leave all alone */
static _Atomic unsigned char ours[FDS / 8];
static _Atomic unsigned int room[FDS];	/* largest read, per descriptor */
static _Atomic unsigned char behind[FDS];	/* WIRE_BEHIND was said */

static void *
next(const char *name, _Atomic(void *) *found)
{
	void *f = atomic_load_explicit(found, memory_order_relaxed);

	if (f)
		return f;
	f = dlsym(RTLD_NEXT, name);
	if (!f)
		abort();
	atomic_store_explicit(found, f, memory_order_relaxed);
	return f;
}

/* Which descriptors are ours. */

static void
mark(int fd, bool is_ours)
{
	unsigned char bit = (unsigned char)(1u << (fd & 7));

	if (fd < 0 || fd >= FDS)
		return;
	if (is_ours)
		atomic_fetch_or(&ours[fd >> 3], bit);
	else
		atomic_fetch_and(&ours[fd >> 3], (unsigned char)~bit);
}

static bool
is_connected_to_engine(int fd)
{
	struct sockaddr_un peer;
	socklen_t len = sizeof(peer);

	memset(&peer, 0, sizeof(peer));
	return NEXT(getpeername)(fd, (struct sockaddr *)&peer, &len) == 0 &&
	       peer.sun_family == AF_UNIX && len <= sizeof(peer) &&
	       strncmp(peer.sun_path, engine.sun_path,
		       sizeof(peer.sun_path)) == 0;
}

static bool
is_ours(int fd)
{
	int saved = errno;
	bool yes;

	if (engine_len == 0 || fd < 0)
		return false;
	if (fd < FDS && !(atomic_load_explicit(&ours[fd >> 3],
			  memory_order_relaxed) >> (fd & 7) & 1))
		return false;
	yes = is_connected_to_engine(fd);
	if (!yes)
		mark(fd, false);
	errno = saved;
	return yes;
}

/* What was inherited over exec. */
static void
find_inherited(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && is_connected_to_engine(fd))
			mark(fd, true);
	}
	if (dir)
		closedir(dir);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = secure_getenv(WIRE_SOCKET_VARIABLE);

	if (!path || path[0] == '\0' ||
	    strlen(path) >= sizeof(engine.sun_path))
		return;
	engine.sun_family = AF_UNIX;
	memcpy(engine.sun_path, path, strlen(path) + 1);
	engine_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				 strlen(path) + 1);
	find_inherited();
}

/* Calls to the engine. */

static size_t
total(const struct iovec *iov, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += iov[i].iov_len;
	return sum;
}

/* Write the bytes from '*at' on.  => 0, or -1 with EAGAIN: not all. */
static int
write_on(int fd, const struct iovec *iov, size_t count, size_t *at, int flags)
{
	while (*at < total(iov, count)) {
		size_t skip = *at;
		size_t i = 0;
		struct iovec part;
		ssize_t n;

		while (skip >= iov[i].iov_len)
			skip -= iov[i++].iov_len;
		part.iov_base = (char *)iov[i].iov_base + skip;
		part.iov_len = iov[i].iov_len - skip;
		n = NEXT(sendto)(fd, part.iov_base, part.iov_len,
				 flags | MSG_NOSIGNAL, NULL, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		*at += (size_t)n;
	}
	return 0;
}

static int
read_all(int fd, void *data, size_t size)
{
	char *at = data;

	while (size > 0) {
		ssize_t n = NEXT(recvmsg)(fd, &(struct msghdr){
			.msg_iov = &(struct iovec){ at, size },
			.msg_iovlen = 1,
		}, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Send the call itself, and the other end of its pair. */
static int
send_call(int fd, const struct wire_call *call, int end)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = {
		.msg_iov = &(struct iovec){ (void *)call, sizeof(*call) },
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	memset(&control, 0, sizeof(control));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &end, sizeof(end));
	while (NEXT(sendmsg)(fd, &msg, MSG_NOSIGNAL) < 0) {
		if (errno == EAGAIN)
			NEXT(poll)(&(struct pollfd){ fd, POLLOUT, 0 }, 1, -1);
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

/* Ask the engine.  The answer's data are cut to 'size'.
 * => 0, or -1 with errno. */
static int
ask(int fd, struct wire_call *call, const struct iovec *iov, size_t count,
    struct wire_answer *answer, void *data, size_t size)
{
	size_t at = 0;
	int pair[2];
	int err = -1;

	call->version = WIRE_VERSION;
	call->size = (uint32_t)total(iov, count);
	call->reader = fd < FDS ? atomic_load(&room[fd]) : 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		errno = ENOBUFS;	/* no netlink call says EMFILE */
		return -1;
	}
	/* What fits goes first, so that the engine wakes up once. */
	if (write_on(pair[0], iov, count, &at, MSG_DONTWAIT) != 0 &&
	    errno != EAGAIN)
		goto out;
	if (send_call(fd, call, pair[1]) != 0)
		goto out;
	NEXT(close)(pair[1]);
	pair[1] = -1;
	/* The engine may refuse before it has read all. */
	write_on(pair[0], iov, count, &at, 0);
	if (read_all(pair[0], answer, sizeof(*answer)) != 0) {
		errno = ECONNRESET;
		goto out;
	}
	if (read_all(pair[0], data, answer->size < size ? answer->size : size))
		goto out;
	if (fd < FDS)
		atomic_store(&behind[fd], (answer->flags & WIRE_BEHIND) != 0);
	errno = answer->error;
	err = answer->error ? -1 : 0;
out:
	at = (size_t)errno;
	NEXT(close)(pair[0]);
	if (pair[1] >= 0)
		NEXT(close)(pair[1]);
	errno = (int)at;
	return err;
}

static int
ask_plainly(int fd, enum wire_op op, uint32_t a, uint32_t b,
	    struct wire_answer *answer)
{
	struct wire_call call = { .op = op, .a = a, .b = b };

	return ask(fd, &call, NULL, 0, answer, NULL, 0);
}

/* => A new connection, or -1. */
static int
connect_engine(int flags)
{
	int fd = NEXT(socket)(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	while (NEXT(connect)(fd, (struct sockaddr *)&engine, engine_len)) {
		if (errno == EINTR)
			continue;
		saved = errno;
		NEXT(close)(fd);
		errno = saved;
		return -1;
	}
	if (!(flags & SOCK_CLOEXEC))
		NEXT(fcntl)(fd, F_SETFD, 0);
	if (flags & SOCK_NONBLOCK)
		NEXT(fcntl)(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

EXPORT int
socket(int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct wire_answer answer;
	int fd;

	if (engine_len == 0 || domain != AF_NETLINK ||
	    (protocol != NETLINK_NETFILTER && protocol != NETLINK_ROUTE))
		return NEXT(socket)(domain, type, protocol);
	if (kind != SOCK_RAW && kind != SOCK_DGRAM) {
		errno = ESOCKTNOSUPPORT;
		return -1;
	}
	fd = connect_engine(type);
	if (fd < 0)
		return -1;
	mark(fd, true);
	if (fd < FDS) {
		atomic_store(&room[fd], 0);
		atomic_store(&behind[fd], 0);
	}
	if (ask_plainly(fd, WIRE_OPEN, (uint32_t)protocol,
			(uint32_t)getpid(), &answer) != 0) {
		int saved = errno;

		mark(fd, false);
		NEXT(close)(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

EXPORT int
close(int fd)
{
	mark(fd, false);
	return NEXT(close)(fd);
}

/* Duplicates are ours as well. */

static int
marked_as(int fd, int copy)
{
	if (copy >= 0) {
		mark(copy, is_ours(fd));
		if (copy < FDS && fd < FDS)
			atomic_store(&room[copy], atomic_load(&room[fd]));
	}
	return copy;
}

EXPORT int
dup(int fd)
{
	return marked_as(fd, NEXT(dup)(fd));
}

EXPORT int
dup2(int fd, int copy)
{
	return marked_as(fd, NEXT(dup2)(fd, copy));
}

EXPORT int
dup3(int fd, int copy, int flags)
{
	return marked_as(fd, NEXT(dup3)(fd, copy, flags));
}

static int
any_fcntl(__typeof__(&fcntl) real, int fd, int command, void *argument)
{
	int n = real(fd, command, argument);

	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		marked_as(fd, n);
	return n;
}

/* Whatever the third argument is, it travels as a pointer does. */
#define FCNTL(name)							\
EXPORT int								\
name(int fd, int command, ...)						\
{									\
	void *argument;							\
	va_list args;							\
									\
	va_start(args, command);					\
	argument = va_arg(args, void *);				\
	va_end(args);							\
	return any_fcntl(&NEXT(name), fd, command, argument);		\
}
int fcntl64(int fd, int command, ...);
FCNTL(fcntl)
FCNTL(fcntl64)

/* Names. */

static int
put_name(struct sockaddr *to, socklen_t *len, uint32_t portid, uint32_t groups)
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

/* => 0, or -1 with errno. */
static int
get_name(const struct sockaddr *from, socklen_t len, struct sockaddr_nl *name)
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

	if (!is_ours(fd))
		return NEXT(bind)(fd, address, len);
	if (get_name(address, len, &name) != 0)
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

	if (!is_ours(fd))
		return NEXT(connect)(fd, address, len);
	if (address && len >= sizeof(address->sa_family) &&
	    address->sa_family == AF_UNSPEC)
		return 0;
	if (get_name(address, len, &name) != 0)
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

	if (!is_ours(fd))
		return NEXT(getsockname)(fd, address, len);
	if (ask_plainly(fd, WIRE_NAME, 0, 0, &answer) != 0)
		return -1;
	return put_name(address, len, answer.a, answer.b);
}

EXPORT int
getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
	if (!is_ours(fd))
		return NEXT(getpeername)(fd, address, len);
	return put_name(address, len, 0, 0);
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

EXPORT int
setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	if (!is_ours(fd))
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
	case SO_ATTACH_BPF:
	case SO_LOCK_FILTER:
		/* it would see other bytes than it was written for */
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
	if (!is_ours(fd))
		return NEXT(getsockopt)(fd, level, option, value, len);
	if (level == SOL_NETLINK)
		return get_netlink(fd, option, value, len);
	if (level == SOL_SOCKET)
		return get_socket(fd, option, value, len);
	errno = ENOPROTOOPT;
	return -1;
}

/* Sending. */

/* Whom is it for? */
static int
check_destination(const void *address, socklen_t len)
{
	struct sockaddr_nl name;

	if (!address || len == 0)
		return 0;
	if (get_name(address, len, &name) != 0)
		return -1;
	if (name.nl_pid == 0)
		return 0;
	errno = ECONNREFUSED;	/* no other program is within reach */
	return -1;
}

static ssize_t
carry_out(int fd, const struct iovec *iov, size_t count, int flags,
	  const void *address, socklen_t len)
{
	struct wire_call call = { .op = WIRE_SEND };
	struct wire_answer answer;

	if (flags & MSG_OOB) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (total(iov, count) > INT_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (check_destination(address, len) != 0 ||
	    ask(fd, &call, iov, count, &answer, NULL, 0) != 0)
		return -1;
	return (ssize_t)total(iov, count);
}

EXPORT ssize_t
sendmsg(int fd, const struct msghdr *msg, int flags)
{
	if (!is_ours(fd))
		return NEXT(sendmsg)(fd, msg, flags);
	return carry_out(fd, msg->msg_iov, msg->msg_iovlen, flags,
			 msg->msg_name, msg->msg_namelen);
}

EXPORT int
sendmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags)
{
	unsigned int i;

	if (!is_ours(fd))
		return NEXT(sendmmsg)(fd, msgs, count, flags);
	for (i = 0; i < count; i++) {
		ssize_t n = sendmsg(fd, &msgs[i].msg_hdr, flags);

		if (n < 0)
			return i ? (int)i : -1;
		msgs[i].msg_len = (unsigned int)n;
	}
	return (int)i;
}

EXPORT ssize_t
sendto(int fd, const void *data, size_t size, int flags,
       const struct sockaddr *address, socklen_t len)
{
	if (!is_ours(fd))
		return NEXT(sendto)(fd, data, size, flags, address, len);
	return carry_out(fd, &(struct iovec){ (void *)data, size }, 1, flags,
			 address, len);
}

EXPORT ssize_t
send(int fd, const void *data, size_t size, int flags)
{
	if (!is_ours(fd))
		return NEXT(send)(fd, data, size, flags);
	return carry_out(fd, &(struct iovec){ (void *)data, size }, 1, flags,
			 NULL, 0);
}

EXPORT ssize_t
write(int fd, const void *data, size_t size)
{
	if (!is_ours(fd))
		return NEXT(write)(fd, data, size);
	return carry_out(fd, &(struct iovec){ (void *)data, size }, 1, 0,
			 NULL, 0);
}

EXPORT ssize_t
writev(int fd, const struct iovec *iov, int count)
{
	if (!is_ours(fd))
		return NEXT(writev)(fd, iov, count);
	if (count < 0) {
		errno = EINVAL;
		return -1;
	}
	return carry_out(fd, iov, (size_t)count, 0, NULL, 0);
}

/* Receiving. */

static void
remember_room(int fd, size_t size)
{
	if (fd < FDS && size > atomic_load(&room[fd]))
		atomic_store(&room[fd],
			     size < INT_MAX ? (unsigned int)size : INT_MAX);
}

/* The group in a control message, if the program asked for it. */
static void
put_pktinfo(struct msghdr *msg, size_t space, uint32_t group)
{
	struct nl_pktinfo info = { .group = group };
	struct cmsghdr *c = msg->msg_control;

	if (!c || space < CMSG_SPACE(sizeof(info))) {
		msg->msg_flags |= MSG_CTRUNC;
		return;
	}
	c->cmsg_level = SOL_NETLINK;
	c->cmsg_type = NETLINK_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	msg->msg_controllen = CMSG_SPACE(sizeof(info));
}

/* Read a head and what is behind it into 'iov'.
 * => Bytes behind the head, or -1. */
static ssize_t
take_in(int fd, const struct iovec *iov, size_t count, int flags,
	struct wire_head *head)
{
	struct iovec parts[PARTS + 1];
	struct msghdr msg = {
		.msg_iov = parts,
		.msg_iovlen = count + 1,
	};
	ssize_t n;

	parts[0] = (struct iovec){ head, sizeof(*head) };
	memcpy(parts + 1, iov, count * sizeof(*iov));
	n = NEXT(recvmsg)(fd, &msg, flags | MSG_TRUNC);
	if (n < 0)
		return -1;
	if ((size_t)n < sizeof(*head)) {
		errno = ECONNRESET;	/* the engine is gone */
		return -1;
	}
	return n - (ssize_t)sizeof(*head);
}

/* Buffers in more pieces than usual: read into one, then scatter. */
static ssize_t
take_in_scattered(int fd, const struct iovec *iov, size_t count, int flags,
		  struct wire_head *head)
{
	size_t size = total(iov, count);
	char *space = malloc(size ? size : 1);
	size_t at = 0;
	ssize_t n;

	if (!space)
		return -1;
	n = take_in(fd, &(struct iovec){ space, size }, 1, flags, head);
	for (size_t i = 0; n > 0 && i < count && at < (size_t)n; i++) {
		size_t part = (size_t)n - at < iov[i].iov_len ?
			      (size_t)n - at : iov[i].iov_len;

		memcpy(iov[i].iov_base, space + at, part);
		at += part;
	}
	free(space);
	return n;
}

static ssize_t
carry_in(int fd, struct msghdr *msg, int flags)
{
	size_t space = msg->msg_controllen;
	size_t size = total(msg->msg_iov, msg->msg_iovlen);
	struct wire_answer answer;
	struct wire_head head;
	ssize_t n;

	if (flags & MSG_OOB) {
		errno = EOPNOTSUPP;
		return -1;
	}
	remember_room(fd, size);
	n = (msg->msg_iovlen <= PARTS ? take_in : take_in_scattered)
		(fd, msg->msg_iov, msg->msg_iovlen, flags, &head);
	if (n < 0)
		return -1;
	/* An error is taken even by who only looks. */
	if (head.error && flags & MSG_PEEK)
		take_in(fd, NULL, 0, flags & ~MSG_PEEK, &head);
	if ((head.error || !(flags & MSG_PEEK)) &&
	    (head.flags & WIRE_MORE || (fd < FDS && atomic_load(&behind[fd]))))
		ask_plainly(fd, WIRE_PULL, 0, 0, &answer);
	if (head.error) {
		errno = head.error;
		return -1;
	}
	msg->msg_flags = (size_t)n > size ? MSG_TRUNC : 0;
	msg->msg_controllen = 0;
	if (head.flags & WIRE_PKTINFO)
		put_pktinfo(msg, space, head.group);
	put_name(msg->msg_name, &msg->msg_namelen, 0,
		 head.group >= 1 && head.group <= 32 ?
		 1u << (head.group - 1) : 0);
	return (size_t)n > size && !(flags & MSG_TRUNC) ? (ssize_t)size : n;
}

EXPORT ssize_t
recvmsg(int fd, struct msghdr *msg, int flags)
{
	if (!is_ours(fd))
		return NEXT(recvmsg)(fd, msg, flags);
	return carry_in(fd, msg, flags);
}

EXPORT int
recvmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags,
	 struct timespec *timeout)
{
	unsigned int i;

	if (!is_ours(fd))
		return NEXT(recvmmsg)(fd, msgs, count, flags, timeout);
	for (i = 0; i < count; i++) {
		ssize_t n = carry_in(fd, &msgs[i].msg_hdr,
				     flags & ~MSG_WAITFORONE);

		if (n < 0)
			return i ? (int)i : -1;
		msgs[i].msg_len = (unsigned int)n;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
	}
	return (int)i;
}

static ssize_t
carry_in_plainly(int fd, void *data, size_t size, int flags,
		 struct sockaddr *address, socklen_t *len)
{
	struct msghdr msg = {
		.msg_name = address,
		.msg_namelen = address && len ? *len : 0,
		.msg_iov = &(struct iovec){ data, size },
		.msg_iovlen = 1,
	};
	ssize_t n = carry_in(fd, &msg, flags);

	if (n >= 0 && address && len)
		*len = msg.msg_namelen;
	return n;
}

EXPORT ssize_t
recvfrom(int fd, void *data, size_t size, int flags,
	 struct sockaddr *address, socklen_t *len)
{
	if (!is_ours(fd))
		return NEXT(recvfrom)(fd, data, size, flags, address, len);
	return carry_in_plainly(fd, data, size, flags, address, len);
}

EXPORT ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	if (!is_ours(fd))
		return NEXT(recv)(fd, data, size, flags);
	return carry_in_plainly(fd, data, size, flags, NULL, NULL);
}

EXPORT ssize_t
read(int fd, void *data, size_t size)
{
	if (!is_ours(fd))
		return NEXT(read)(fd, data, size);
	return carry_in_plainly(fd, data, size, 0, NULL, NULL);
}

EXPORT ssize_t
readv(int fd, const struct iovec *iov, int count)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov };

	if (!is_ours(fd))
		return NEXT(readv)(fd, iov, count);
	if (count < 0) {
		errno = EINVAL;
		return -1;
	}
	msg.msg_iovlen = (size_t)count;
	return carry_in(fd, &msg, 0);
}

/* What programs built with _FORTIFY_SOURCE call instead.  That the buffer is
 * as large as they say, they have checked where they could. */
ssize_t __recv_chk(int fd, void *data, size_t size, size_t space, int flags);
ssize_t __recvfrom_chk(int fd, void *data, size_t size, size_t space,
		       int flags, struct sockaddr *address, socklen_t *len);
ssize_t __read_chk(int fd, void *data, size_t size, size_t space);

static size_t
checked(size_t size, size_t space)
{
	if (size > space)
		abort();
	return size;
}

EXPORT ssize_t
__recv_chk(int fd, void *data, size_t size, size_t space, int flags)
{
	return recv(fd, data, checked(size, space), flags);
}

EXPORT ssize_t
__recvfrom_chk(int fd, void *data, size_t size, size_t space, int flags,
	       struct sockaddr *address, socklen_t *len)
{
	return recvfrom(fd, data, checked(size, space), flags, address, len);
}

EXPORT ssize_t
__read_chk(int fd, void *data, size_t size, size_t space)
{
	return read(fd, data, checked(size, space));
}

/* Interfaces: the engine's, not the machine's. */

/* Ask for the interface with that index or, if it is 0, that name.
 * => 0, or -1: there is none. */
static int
lookup(uint32_t *index, char name[WIRE_IFNAME])
{
	struct wire_call call = { .op = WIRE_IFACE, .a = *index };
	struct wire_answer answer;
	int fd = connect_engine(SOCK_CLOEXEC);
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

	if (engine_len == 0)
		return NEXT(if_nametoindex)(ifname);
	if (strlen(ifname) >= sizeof(name)) {
		errno = ENODEV;
		return 0;
	}
	strcpy(name, ifname);
	return lookup(&index, name) == 0 ? index : 0;
}

EXPORT char *
if_indextoname(unsigned int ifindex, char ifname[IF_NAMESIZE])
{
	char name[WIRE_IFNAME] = "";
	uint32_t index = ifindex;

	if (engine_len == 0)
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
	if (engine_len && argument &&
	    (request == SIOCGIFNAME || request == SIOCGIFINDEX))
		return ioctl_interface(request, argument);
	return NEXT(ioctl)(fd, request, argument);
}
