/* SPDX-License-Identifier: BSD-2-Clause
 * preload/ask.c - calls to the engine (preload/wire.h). */
#include "preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/un.h>

size_t
iov_total(const struct iovec *iov, size_t count)
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
	while (*at < iov_total(iov, count)) {
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

int
ask(int fd, struct wire_call *call, const struct iovec *iov, size_t count,
    struct wire_answer *answer, void *data, size_t size)
{
	size_t at = 0;
	int pair[2];
	int err = -1;

	call->version = WIRE_VERSION;
	call->size = (uint32_t)iov_total(iov, count);
	call->reader = ours_room(fd);
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
	ours_set_behind(fd, answer->flags & WIRE_BEHIND);
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

int
ask_plainly(int fd, enum wire_op op, uint32_t a, uint32_t b,
	    struct wire_answer *answer)
{
	struct wire_call call = { .op = op, .a = a, .b = b };

	return ask(fd, &call, NULL, 0, answer, NULL, 0);
}

int
ask_connect(int flags)
{
	int fd = NEXT(socket)(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	socklen_t len;
	const struct sockaddr_un *engine = ours_engine(&len);
	int saved;

	if (fd < 0)
		return -1;
	while (NEXT(connect)(fd, (const struct sockaddr *)engine, len)) {
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
