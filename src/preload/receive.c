/* SPDX-License-Identifier: BSD-2-Clause
 * preload/receive.c - what a program receives through its netlink sockets. */
#include "preload/preload.h"

#include <errno.h>
#include <stdlib.h>

enum { PARTS = 64 };	/* of a scattered read, before it is copied */

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
	if (count)
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
	size_t size = iov_total(iov, count);
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
take(int fd, const struct iovec *iov, size_t count, int flags,
     struct wire_head *head)
{
	return (count <= PARTS ? take_in : take_in_scattered)
		(fd, iov, count, flags, head);
}

static ssize_t
carry_in(int fd, struct msghdr *msg, int flags)
{
	size_t space = msg->msg_controllen;
	size_t size = iov_total(msg->msg_iov, msg->msg_iovlen);
	struct wire_answer answer;
	struct wire_head head;
	ssize_t n;

	if (flags & MSG_OOB) {
		errno = EOPNOTSUPP;
		return -1;
	}
	ours_note_room(fd, size);
	n = take(fd, msg->msg_iov, msg->msg_iovlen, flags, &head);
	/* What came while the last one waited may still be on its way. */
	if (n < 0 && errno == EAGAIN &&
	    ask_plainly(fd, WIRE_PULL, 0, 0, &answer) == 0)
		n = take(fd, msg->msg_iov, msg->msg_iovlen, flags, &head);
	if (n < 0)
		return -1;
	/* An error is taken even by who only looks. */
	if (head.error && flags & MSG_PEEK)
		take_in(fd, NULL, 0, flags & ~MSG_PEEK, &head);
	if ((head.error || !(flags & MSG_PEEK)) &&
	    (head.flags & WIRE_MORE || ours_is_behind(fd)))
		ask_plainly(fd, WIRE_PULL, 0, 0, &answer);
	if (head.error) {
		errno = head.error;
		return -1;
	}
	msg->msg_flags = (size_t)n > size ? MSG_TRUNC : 0;
	msg->msg_controllen = 0;
	if (head.flags & WIRE_PKTINFO)
		put_pktinfo(msg, space, head.group);
	name_put(msg->msg_name, &msg->msg_namelen, 0,
		 head.group >= 1 && head.group <= 32 ?
		 1u << (head.group - 1) : 0);
	return (size_t)n > size && !(flags & MSG_TRUNC) ? (ssize_t)size : n;
}

EXPORT ssize_t
recvmsg(int fd, struct msghdr *msg, int flags)
{
	if (!ours_is(fd))
		return NEXT(recvmsg)(fd, msg, flags);
	return carry_in(fd, msg, flags);
}

/* Is an error next?  Whoever got datagrams before it hears of it the next
 * time. */
static bool
error_is_next(int fd)
{
	struct wire_head head;

	return take_in(fd, NULL, 0, MSG_PEEK | MSG_DONTWAIT, &head) >= 0 &&
	       head.error;
}

EXPORT int
recvmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags,
	 struct timespec *timeout)
{
	unsigned int i;

	if (!ours_is(fd))
		return NEXT(recvmmsg)(fd, msgs, count, flags, timeout);
	for (i = 0; i < count; i++) {
		ssize_t n = i && error_is_next(fd) ? -1 :
			    carry_in(fd, &msgs[i].msg_hdr,
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
	if (!ours_is(fd))
		return NEXT(recvfrom)(fd, data, size, flags, address, len);
	return carry_in_plainly(fd, data, size, flags, address, len);
}

EXPORT ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	if (!ours_is(fd))
		return NEXT(recv)(fd, data, size, flags);
	return carry_in_plainly(fd, data, size, flags, NULL, NULL);
}

EXPORT ssize_t
read(int fd, void *data, size_t size)
{
	if (!ours_is(fd))
		return NEXT(read)(fd, data, size);
	return carry_in_plainly(fd, data, size, 0, NULL, NULL);
}

EXPORT ssize_t
readv(int fd, const struct iovec *iov, int count)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov };

	if (!ours_is(fd))
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
