/* SPDX-License-Identifier: BSD-2-Clause
 * client/wire.c - requests and answers of netlink.
 *
 * A kernel answers within the call that sends; so does an engine, to which
 * the preloaded library carries these sockets.  That is why many requests
 * can be sent without one acknowledgement, and their errors be read after. */
#define _GNU_SOURCE		/* setns(), recvmmsg() */
#include "client/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	RECEIVE_MOST = 1 << 18,		/* Linux fills at most 32 KiB of it */
	SEND_MOST = 1 << 16,
	REQUEST_MOST = 4096,
};

struct wire {
	int fd;
	uint32_t portid;
	uint32_t seq;
	struct nl_writer out;
	size_t begun;			/* where the request at hand begins */
	uint32_t batch;			/* requests in 'out' that wait */
	uint8_t send[SEND_MOST];
	uint8_t receive[RECEIVE_MOST];
};

/* Opening. */

static int
enter(const char *netns, int *back, struct clew_error *error)
{
	char path[256];
	int fd, err = 0;

	*back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), strchr(netns, '/') ? "%s" :
		 "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		err = -errno;
		error_set(error, "cannot enter network namespace %s: %s",
			  netns, strerror(-err));
	}
	if (fd >= 0)
		close(fd);
	if (err && *back >= 0) {
		close(*back);
		*back = -1;
	}
	return err;
}

static void
leave(int back)
{
	if (back < 0)
		return;
	if (setns(back, CLONE_NEWNET))
		abort();	/* would go on in the wrong place */
	close(back);
}

static int
open_socket(struct wire *w, struct clew_error *error)
{
	struct sockaddr_nl name = { .nl_family = AF_NETLINK };
	socklen_t size = sizeof(name);
	int on = 1;

	w->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (w->fd < 0 ||
	    bind(w->fd, (struct sockaddr *)&name, sizeof(name)) ||
	    getsockname(w->fd, (struct sockaddr *)&name, &size)) {
		int err = errno;

		error_set(error, "Can't open netlink socket: %s",
			  strerror(err));
		return -err;
	}
	w->portid = name.nl_pid;
	/* Short errors; where that is not known they are longer. */
	setsockopt(w->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

int
wire_open(struct wire **wire, const char *netns, struct clew_error *error)
{
	struct wire *w = malloc(sizeof(*w));
	int back = -1, err = 0;

	*wire = NULL;
	if (!w) {
		error_set(error, "out of memory");
		return -ENOMEM;
	}
	w->fd = -1;
	w->seq = 0;
	w->batch = 0;
	w->out = nl_writer(w->send, sizeof(w->send));
	if (netns)
		err = enter(netns, &back, error);
	if (!err) {
		err = open_socket(w, error);
		leave(back);
	}
	if (err) {
		wire_close(w);
		return err;
	}
	*wire = w;
	return 0;
}

void
wire_close(struct wire *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

uint32_t
wire_portid(const struct wire *w)
{
	return w->portid;
}

int
wire_fd(const struct wire *w)
{
	return w->fd;
}

/* Sending. */

static struct nl_writer *
begin(struct wire *w, uint16_t type, uint16_t flags, uint8_t family)
{
	struct nfgenmsg head = { .nfgen_family = family };

	w->begun = nl_begin_msg(&w->out, type, NLM_F_REQUEST | flags,
				++w->seq, 0);
	nl_put_raw(&w->out, &head, sizeof(head));
	return &w->out;
}

struct nl_writer *
wire_begin(struct wire *w, uint16_t type, uint16_t flags, uint8_t family)
{
	nl_cancel(&w->out, 0);
	return begin(w, type, flags, family);
}

void
wire_mean_family(struct wire *w)
{
	if (nl_ok(&w->out))
		w->out.base[w->begun + NLMSG_HDRLEN +
			    offsetof(struct nfgenmsg, version)] = 1;
}

static int
send_out(struct wire *w)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do {
		n = sendto(w->fd, w->out.base, w->out.used, 0,
			   (struct sockaddr *)&kernel, sizeof(kernel));
	} while (n < 0 && errno == EINTR);
	nl_cancel(&w->out, 0);
	return n < 0 ? -errno : 0;
}

/* Receiving. */

/* One datagram.  => Its size, or -errno; -EBADMSG for one that is cut. */
static ssize_t
receive(struct wire *w, void *data, size_t size, int flags)
{
	struct sockaddr_nl from;
	struct iovec part = { data, size };
	struct msghdr head = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &part, .msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(w->fd, &head, flags);
		if (n < 0)
			return -errno;
		/* Only the kernel is believed, not other processes. */
	} while (from.nl_pid != 0);
	return head.msg_flags & MSG_TRUNC ? -EBADMSG : n;
}

static int
error_of(const struct nl_msg *m)
{
	int err;

	if (m->body_len < sizeof(err))
		return -EBADMSG;
	memcpy(&err, m->body, sizeof(err));
	return err > 0 ? -EBADMSG : err;
}

static int
give(const struct nl_msg *m, wire_answer_fn *answer, void *ctx)
{
	struct nfgenmsg head;

	if (m->body_len < sizeof(head))
		return -EBADMSG;
	memcpy(&head, m->body, sizeof(head));
	return answer(ctx, m, head.nfgen_family,
		      get_be16((uint8_t *)&head.res_id),
		      m->body + sizeof(head), m->body_len - sizeof(head));
}

int
wire_take(const struct wire *w, const void *data, size_t size, bool is_dump,
	  bool *is_torn, wire_answer_fn *answer, void *ctx)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg m;

	while (nl_next_msg(&r, &m)) {
		int err;

		if (m.seq != w->seq)
			continue;	/* of a request given up */
		if (m.flags & NLM_F_DUMP_INTR)
			*is_torn = true;
		if (m.type == NLMSG_ERROR)
			return error_of(&m);
		if (m.type == NLMSG_DONE)
			return m.body_len >= 4 ? error_of(&m) : 0;
		if (m.type < NLMSG_MIN_TYPE)
			continue;
		err = answer ? give(&m, answer, ctx) : 0;
		if (err)
			return err;
		if (!is_dump)	/* NLM_F_MULTI or not: some lie */
			return 0;
	}
	return 1;
}

bool
wire_ends(const struct wire *w, const void *data, size_t size)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg m;

	while (nl_next_msg(&r, &m)) {
		if (m.seq == w->seq && (m.type == NLMSG_DONE ||
					m.type == NLMSG_ERROR))
			return true;
	}
	return false;
}

int
wire_send(struct wire *w, bool *is_dump)
{
	struct nlmsghdr head;

	if (!nl_ok(&w->out))
		return -EMSGSIZE;
	nl_end_msg(&w->out, w->begun);
	memcpy(&head, w->out.base + w->begun, sizeof(head));
	*is_dump = (head.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	return send_out(w);
}

ssize_t
wire_receive(struct wire *w, void *data, size_t size)
{
	return receive(w, data, size, 0);
}

int
wire_ask(struct wire *w, wire_answer_fn *answer, void *ctx)
{
	bool is_dump, is_torn = false;
	int err = wire_send(w, &is_dump);

	if (err)
		return err;
	do {
		ssize_t n = wire_receive(w, w->receive, sizeof(w->receive));

		if (n == -EINTR)
			err = 1;
		else if (n < 0)
			err = (int)n;
		else
			err = wire_take(w, w->receive, (size_t)n, is_dump,
					&is_torn, answer, ctx);
	} while (err == 1);
	return err == 0 && is_torn ? -EINTR : err;
}

/* Many. */

struct nl_writer *
wire_add(struct wire *w, uint16_t type, uint16_t flags, uint8_t family)
{
	if (w->batch == 0)
		nl_cancel(&w->out, 0);
	return begin(w, type, flags, family);
}

/* Answers wait in the receive buffer until they are read: no more requests
 * at once than answers fit. */
int
wire_added(struct wire *w)
{
	if (!nl_ok(&w->out)) {
		nl_cancel(&w->out, w->begun);
		w->seq--;
		return -EMSGSIZE;
	}
	nl_end_msg(&w->out, w->begun);
	w->batch++;
	return w->batch == WIRE_BATCH ||
	       w->out.size - w->out.used < REQUEST_MOST ? -ENOSPC : 0;
}

static void
take_batch(size_t size, const struct wire *w, uint32_t first, uint32_t count,
	   wire_answer_fn *answer, wire_failed_fn *failed, void *ctx)
{
	struct nl_reader r = nl_reader(w->receive, size);
	struct nl_msg m;

	while (nl_next_msg(&r, &m)) {
		uint32_t number = m.seq - first;

		if (number >= count)
			continue;
		if (m.type == NLMSG_ERROR && error_of(&m) && failed)
			failed(ctx, number, error_of(&m));
		else if (m.type >= NLMSG_MIN_TYPE && answer)
			give(&m, answer, ctx);
	}
}

int
wire_flush(struct wire *w, wire_answer_fn *answer, wire_failed_fn *failed,
	   void *ctx)
{
	uint32_t count = w->batch, first = w->seq - w->batch + 1;
	int err;

	if (count == 0)
		return 0;
	w->batch = 0;
	err = send_out(w);
	while (!err) {
		ssize_t n = receive(w, w->receive, sizeof(w->receive),
				    MSG_DONTWAIT);

		if (n == -EAGAIN)
			break;
		if (n == -EINTR)
			continue;
		if (n < 0)
			return (int)n;
		take_batch((size_t)n, w, first, count, answer, failed, ctx);
	}
	return err;
}

/* Events. */

int
wire_join(struct wire *w, unsigned group)
{
	return setsockopt(w->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			  sizeof(group)) ? -errno : 0;
}

size_t
wire_set_buffer(struct wire *w, size_t bytes)
{
	int size = (int)bytes, is = 0;
	socklen_t len = sizeof(is);

	/* FORCE goes beyond net.core.rmem_max, for who may. */
	if (setsockopt(w->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)))
		setsockopt(w->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	getsockopt(w->fd, SOL_SOCKET, SO_RCVBUF, &is, &len);
	return (size_t)is;
}

bool
wire_fill(const struct wire *w, size_t *used, size_t *size)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(w->fd, SOL_SOCKET, SO_MEMINFO, info, &len) ||
	    len < sizeof(info))
		return false;
	*used = info[SK_MEMINFO_RMEM_ALLOC];
	*size = info[SK_MEMINFO_RCVBUF];
	return true;
}

int
wire_set_reliable(struct wire *w, bool is_all_kept)
{
	int on = 1;

	if (setsockopt(w->fd, SOL_NETLINK, NETLINK_BROADCAST_ERROR, &on,
		       sizeof(on)) ||
	    (is_all_kept && setsockopt(w->fd, SOL_NETLINK, NETLINK_NO_ENOBUFS,
				       &on, sizeof(on))))
		return -errno;
	return 0;
}

static int
take_event(const uint8_t *data, size_t size, wire_answer_fn *answer,
	   void *ctx)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg m;

	while (nl_next_msg(&r, &m)) {
		int err = m.type < NLMSG_MIN_TYPE ? 0 : give(&m, answer, ctx);

		if (err)
			return err;
	}
	return 0;
}

/* Events come one in a datagram: take many at a time. */
int
wire_take_events(struct wire *w, wire_answer_fn *answer, void *ctx)
{
	enum { MANY = 32, EACH = RECEIVE_MOST / MANY };
	struct sockaddr_nl from[MANY];
	struct iovec part[MANY];
	struct mmsghdr head[MANY];
	int n;

	for (int i = 0; i < MANY; i++) {
		part[i] = (struct iovec){ w->receive + i * EACH, EACH };
		head[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_namelen = sizeof(from[i]),
			.msg_iov = &part[i], .msg_iovlen = 1,
		};
	}
	n = recvmmsg(w->fd, head, MANY, MSG_DONTWAIT, NULL);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		int err;

		if (head[i].msg_hdr.msg_flags & MSG_TRUNC)
			return -EBADMSG;
		/* Only the kernel is believed, not other processes. */
		if (from[i].nl_pid != 0)
			continue;
		err = take_event(part[i].iov_base, head[i].msg_len, answer,
				 ctx);
		if (err)
			return err;
	}
	return 0;
}
