/* SPDX-License-Identifier: BSD-2-Clause
 * preload/send.c - what a program sends through its netlink sockets. */
#include "preload/preload.h"

#include <errno.h>
#include <limits.h>

/* Whom is it for? */
static int
check_destination(const void *address, socklen_t len)
{
	struct sockaddr_nl name;

	if (!address || len == 0)
		return 0;
	if (name_get(address, len, &name) != 0)
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
	if (iov_total(iov, count) > INT_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (check_destination(address, len) != 0 ||
	    ask(fd, &call, iov, count, &answer, NULL, 0) != 0)
		return -1;
	return (ssize_t)iov_total(iov, count);
}

EXPORT ssize_t
sendmsg(int fd, const struct msghdr *msg, int flags)
{
	if (!ours_is(fd))
		return NEXT(sendmsg)(fd, msg, flags);
	return carry_out(fd, msg->msg_iov, msg->msg_iovlen, flags,
			 msg->msg_name, msg->msg_namelen);
}

EXPORT int
sendmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags)
{
	unsigned int i;

	if (!ours_is(fd))
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
	if (!ours_is(fd))
		return NEXT(sendto)(fd, data, size, flags, address, len);
	return carry_out(fd, &(struct iovec){ (void *)data, size }, 1, flags,
			 address, len);
}

EXPORT ssize_t
send(int fd, const void *data, size_t size, int flags)
{
	if (!ours_is(fd))
		return NEXT(send)(fd, data, size, flags);
	return carry_out(fd, &(struct iovec){ (void *)data, size }, 1, flags,
			 NULL, 0);
}

EXPORT ssize_t
write(int fd, const void *data, size_t size)
{
	if (!ours_is(fd))
		return NEXT(write)(fd, data, size);
	return carry_out(fd, &(struct iovec){ (void *)data, size }, 1, 0,
			 NULL, 0);
}

EXPORT ssize_t
writev(int fd, const struct iovec *iov, int count)
{
	if (!ours_is(fd))
		return NEXT(writev)(fd, iov, count);
	if (count < 0) {
		errno = EINVAL;
		return -1;
	}
	return carry_out(fd, iov, (size_t)count, 0, NULL, 0);
}
