/* SPDX-License-Identifier: BSD-2-Clause
 * io/server.c - an engine's netlink face on a Unix socket.
 *
 *	listener --> client, one per netlink socket: a port of the engine
 *			--> calls: what it asks, each with a pair of its own
 *
 * Everything is non-blocking and driven by one epoll.  What a client can make
 * the server keep is bounded: its port's queue, and CALLS_MOST calls with
 * their data, which grow only as they come. */
#define _GNU_SOURCE
#include "io/server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/list.h"
#include "preload/wire.h"

enum {
	CLIENTS_MOST	= 200,
	CALLS_MOST	= 2,		/* of one client at a time */
	EVENTS		= 64,
	BACKLOG		= 128,
	SEND_BUFFER	= 4 << 20,	/* the largest datagram that is sent */
	CALL_FIRST	= 65536,	/* bytes of data, before it grows */
	CALL_MOST	= 256 << 20,	/* as a port's send limit, at most */
	PROCESS_NAME	= 17,		/* with a newline or a NUL */
	TURNS		= 16,		/* calls of one client in a row */
};

/* What epoll gives back. */
struct source {
	enum {
		SOURCE_LISTENER,
		SOURCE_CLIENT,		/* it asks */
		SOURCE_TAKEN,		/* it has read what it was sent */
		SOURCE_CALL,
		SOURCE_MORE,		/* there is work that nobody asks for */
	} kind;
	int fd;
};

struct call {
	struct source source;
	struct list link;
	struct client *client;
	struct wire_call head;
	uint8_t *data;
	size_t got;
	size_t room;
	bool is_done;			/* but for its answer, which waits */
	struct wire_answer answer;
};

struct client {
	struct source source;
	struct source taken;		/* a duplicate, watched for edges */
	struct list link;
	struct list dirty;		/* on server->dirty: to be sent to */
	struct server *server;
	struct clew_port *port;		/* NULL before WIRE_OPEN */
	struct list calls;
	size_t call_count;
	size_t reader;
	uint32_t protocol;
	bool is_sent;			/* the port's first datagram: it waits in
					 * the kernel, or has been read */
	bool has_said_more;
	bool is_paused;			/* CALLS_MOST are under way */
};

struct server {
	struct clew_control *control;
	struct source listener;
	struct source more_source;
	struct list clients;
	struct list dirty;
	struct list dead;		/* clients that events may still name */
	struct list done;		/* calls, the same */
	size_t client_count;
	int epoll;
	int more;			/* readable while there is work to do
					 * that nobody asks for */
	bool has_more;
	int spare;			/* given up to turn away who comes when
					 * there are no descriptors left */
	struct sockaddr_un path;
};

static void
watch(struct server *s, struct source *source, uint32_t events, int operation)
{
	struct epoll_event e = { .events = events, .data.ptr = source };

	epoll_ctl(s->epoll, operation, source->fd, &e);
}

static void
watch_client(struct client *c)
{
	watch(c->server, &c->source, c->is_paused ? 0 : EPOLLIN,
	      EPOLL_CTL_MOD);
}

/* Sending to a client. */

static bool
send_head(struct client *c, struct wire_head *head, const void *data,
	  size_t size)
{
	struct iovec iov[2] = {
		{ head, sizeof(*head) },
		{ (void *)data, size },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = size ? 2 : 1 };

	return sendmsg(c->source.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

/* Has it still to read what it was sent? */
static bool
is_waiting(const struct client *c)
{
	int bytes = 0;

	return ioctl(c->source.fd, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

/* Send what the port has, or the news that it lost some.
 * => false: there is nothing, or it cannot be sent. */
static bool
send_next(struct client *c)
{
	struct clew_datagram d = { 0 };
	struct wire_head head = { 0 };
	int pktinfo = 0;
	int err = clew_port_peek(c->port, &d);

	if (err == -EAGAIN)
		return false;
	c->is_sent = !err;
	c->has_said_more = err ? clew_port_is_readable(c->port) :
				 clew_port_has_more(c->port);
	clew_port_option_get(c->port, NETLINK_PKTINFO, &pktinfo);
	head.error = -err;
	head.group = d.group;
	head.flags = (c->has_said_more ? WIRE_MORE : 0) |
		     (pktinfo ? WIRE_PKTINFO : 0);
	if (send_head(c, &head, d.data, d.size))
		return true;
	if (errno != EMSGSIZE)
		return false;
	head.error = ENOBUFS;	/* too large for this kernel: lost */
	return send_head(c, &head, NULL, 0);
}

static void
have_more(struct server *s, bool has_more)
{
	uint64_t n = 1;
	ssize_t done;

	if (s->has_more == has_more)
		return;
	s->has_more = has_more;
	done = has_more ? write(s->more, &n, sizeof(n)) :
			  read(s->more, &n, sizeof(n));
	(void)done;
}

/* One datagram at a time; the port forgets it when it has been read. */
static void
client_send(struct client *c)
{
	list_remove(&c->dirty);
	while (c->port && !is_waiting(c)) {
		if (c->is_sent)
			clew_port_take(c->port, c->reader);
		c->is_sent = false;
		if (clew_port_is_pending(c->port))
			have_more(c->server, true);
		if (!send_next(c))
			return;
	}
}

static void
on_readable(void *ctx)
{
	struct client *c = ctx;

	if (list_is_empty(&c->dirty))
		list_insert(&c->server->dirty, &c->dirty);
}

static void
send_to_dirty(struct server *s)
{
	while (!list_is_empty(&s->dirty))
		client_send(list_entry(s->dirty.next, struct client, dirty));
}

/* Calls. */

static void
call_end(struct call *call)
{
	struct client *c = call->client;

	close(call->source.fd);		/* and with it leaves the epoll */
	free(call->data);
	call->data = NULL;
	call->source.fd = -1;
	list_remove(&call->link);
	list_insert(&c->server->done, &call->link);
	c->call_count--;
	if (c->is_paused) {
		c->is_paused = false;
		watch_client(c);
	}
}

/* What a list answers with is still being looked for. */
static bool
must_wait(const struct call *call)
{
	return (call->head.op == WIRE_SEND || call->head.op == WIRE_PULL) &&
	       call->client->port && clew_port_is_pending(call->client->port);
}

/* Answer, and forget the call.  All that it has caused is sent before. */
static void
call_answer(struct call *call, struct wire_answer *answer, const void *data)
{
	struct client *c = call->client;
	struct iovec iov[2] = {
		{ answer, sizeof(*answer) },
		{ (void *)data, answer->size },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	client_send(c);
	if (must_wait(call)) {
		call->answer = *answer;
		call->is_done = true;
		have_more(c->server, true);
		return;
	}
	send_to_dirty(c->server);	/* those who listen, too */
	if (c->port && c->is_sent && !c->has_said_more &&
	    clew_port_has_more(c->port))
		answer->flags |= WIRE_BEHIND;
	sendmsg(call->source.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	call_end(call);
}

/* Who is it?  What cannot be learnt stays empty. */
static uint32_t
learn_process(int fd, char name[PROCESS_NAME])
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);
	char path[64];
	ssize_t n = -1;
	int file;

	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)peer.pid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		n = read(file, name, PROCESS_NAME - 1);
		close(file);
	}
	name[n > 0 ? n - 1 : 0] = '\0';	/* without its newline */
	return (uint32_t)peer.pid;
}

static int
do_open(struct call *call)
{
	struct client *c = call->client;
	char name[PROCESS_NAME];
	struct clew_port_options options = {
		.wish = call->head.b,
		.process = learn_process(c->source.fd, name),
		.process_name = name,
		.on_readable = on_readable,
		.ctx = c,
	};

	if (c->port)
		return -EALREADY;
	c->protocol = call->head.a;
	return clew_port_open(c->server->control,
			      (enum clew_port_protocol)call->head.a, &options,
			      &c->port);
}

static int
do_iface(const struct call *call, struct wire_answer *answer, char *name)
{
	const struct server *s = call->client->server;
	int err;

	answer->a = call->head.a;
	if (call->got == WIRE_IFNAME)
		memcpy(name, call->data, WIRE_IFNAME - 1);
	err = clew_control_interface(s->control, &answer->a, name);
	answer->size = err ? 0 : WIRE_IFNAME;
	return err;
}

/* Those that need a port. */
static int
do_with_port(const struct call *call, struct wire_answer *answer)
{
	struct client *c = call->client;
	const struct wire_call *h = &call->head;
	size_t receive = h->a, send = h->b;
	uint64_t groups;
	ssize_t n;
	int value = 0;
	int err = 0;

	switch (h->op) {
	case WIRE_SEND:
		n = clew_port_send(c->port, call->data, call->got);
		return n < 0 ? (int)n : 0;
	case WIRE_PULL:
		return 0;
	case WIRE_FILTER:
		if (call->got % sizeof(struct sock_filter))
			return -EINVAL;
		return clew_port_filter(c->port, call->data, call->got /
					sizeof(struct sock_filter));
	case WIRE_BIND:
		return clew_port_bind(c->port, h->a, h->b);
	case WIRE_NAME:
		answer->a = clew_port_portid(c->port);
		answer->b = (uint32_t)clew_port_groups(c->port, NULL);
		answer->c = c->protocol;
		return 0;
	case WIRE_SET:
		return clew_port_option(c->port, (int)h->a, (int)h->b);
	case WIRE_GET:
		err = clew_port_option_get(c->port, (int)h->a, &value);
		answer->a = (uint32_t)value;
		return err;
	case WIRE_GROUPS:
		groups = clew_port_groups(c->port, &answer->c);
		answer->a = (uint32_t)groups;
		answer->b = (uint32_t)(groups >> 32);
		return 0;
	case WIRE_LIMITS:
		clew_port_limits(c->port, &receive, &send);
		answer->a = (uint32_t)receive;
		answer->b = (uint32_t)send;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static void
call_do(struct call *call)
{
	struct wire_answer answer = { 0 };
	char name[WIRE_IFNAME] = "";
	int err;

	call->client->reader = call->head.reader;
	if (call->head.op == WIRE_OPEN)
		err = do_open(call);
	else if (call->head.op == WIRE_IFACE)
		err = do_iface(call, &answer, name);
	else if (call->client->port)
		err = do_with_port(call, &answer);
	else
		err = -ENOTCONN;
	answer.error = -err;
	call_answer(call, &answer, name);
}

static void
call_refuse(struct call *call, int error)
{
	call_answer(call, &(struct wire_answer){ .error = error }, NULL);
}

/* Room for what comes next.  => 0 or -ENOMEM. */
static int
call_grow(struct call *call)
{
	size_t room = call->room ? call->room * 2 : CALL_FIRST;
	uint8_t *data;

	if (call->got < call->room)
		return 0;
	if (room > call->head.size)
		room = call->head.size;
	data = realloc(call->data, room);
	if (!data)
		return -ENOMEM;
	call->data = data;
	call->room = room;
	return 0;
}

/* The call was done; is anybody still there who waits for its answer? */
static void
call_look(struct call *call)
{
	char c;

	if (recv(call->source.fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
		call_end(call);
}

/* Read on; when all is there, do it. */
static void
call_read(struct call *call)
{
	if (call->is_done) {
		call_look(call);
		return;
	}
	while (call->got < call->head.size) {
		ssize_t n;

		if (call_grow(call) != 0) {
			call_refuse(call, ENOBUFS);
			return;
		}
		n = recv(call->source.fd, call->data + call->got,
			 call->room - call->got, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			call_end(call);	/* its program has gone */
			return;
		}
		call->got += (size_t)n;
	}
	call_do(call);
}

/* Is there a limit that its data surpass? */
static bool
is_too_large(const struct client *c, const struct wire_call *head)
{
	size_t receive = 0, send = 0;

	if (head->op == WIRE_FILTER)
		return head->size > BPF_MAXINSNS * sizeof(struct sock_filter);
	if (head->op != WIRE_SEND || !c->port)
		return head->size > WIRE_IFNAME;
	clew_port_limits(c->port, &receive, &send);
	return head->size > send || head->size > CALL_MOST;
}

static void
call_begin(struct client *c, const struct wire_call *head, int fd)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call) {
		close(fd);
		return;
	}
	call->source = (struct source){ SOURCE_CALL, fd };
	call->client = c;
	call->head = *head;
	list_insert(&c->calls, &call->link);
	c->call_count++;
	if (head->version != WIRE_VERSION) {
		call_refuse(call, EPROTONOSUPPORT);
	} else if (is_too_large(c, head)) {
		call_refuse(call, EMSGSIZE);
	} else {
		watch(c->server, &call->source, EPOLLIN, EPOLL_CTL_ADD);
		call_read(call);
	}
}

/* Clients. */

static void
client_close(struct client *c)
{
	struct server *s = c->server;

	while (!list_is_empty(&c->calls))
		call_end(list_entry(c->calls.next, struct call, link));
	clew_port_close(c->port);
	close(c->taken.fd);
	close(c->source.fd);
	c->taken.fd = c->source.fd = -1;
	c->port = NULL;
	list_remove(&c->dirty);
	list_remove(&c->link);
	list_insert(&s->dead, &c->link);
	s->client_count--;
}

/* Only a pair of stream sockets: what is sent to it can neither wait nor be
 * meant for somebody else. */
static bool
is_pair(int fd)
{
	int domain = 0, type = 0;
	socklen_t len = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       domain == AF_UNIX && type == SOCK_STREAM;
}

/* The descriptor that came with a call.  => -1: none that will do. */
static int
descriptor_of(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	if (is_pair(fd))
		return fd;
	close(fd);
	return -1;
}

/* => Is there perhaps more to read? */
static bool
client_read(struct client *c)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct wire_call head;
	struct msghdr msg = {
		.msg_iov = &(struct iovec){ &head, sizeof(head) },
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(c->source.fd, &msg,
			    MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int fd;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	fd = n < 0 ? -1 : descriptor_of(&msg);
	if (n != sizeof(head) || fd < 0) {
		if (fd >= 0)
			close(fd);
		client_close(c);	/* it has gone, or talks nonsense */
		return false;
	}
	call_begin(c, &head, fd);
	if (c->source.fd >= 0 && c->call_count >= CALLS_MOST) {
		c->is_paused = true;
		watch_client(c);
	}
	return c->source.fd >= 0 && !c->is_paused;
}

static void
client_open(struct server *s, int fd)
{
	struct client *c = calloc(1, sizeof(*c));
	int size = SEND_BUFFER;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (!c || copy < 0) {
		free(c);
		close(copy);
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	c->source = (struct source){ SOURCE_CLIENT, fd };
	c->taken = (struct source){ SOURCE_TAKEN, copy };
	c->server = s;
	list_init(&c->dirty);
	list_init(&c->calls);
	list_insert(&s->clients, &c->link);
	s->client_count++;
	watch(s, &c->source, EPOLLIN, EPOLL_CTL_ADD);
	/* Each datagram that is read is an edge. */
	watch(s, &c->taken, EPOLLOUT | EPOLLET, EPOLL_CTL_ADD);
}

/* The same user, or root. */
static bool
may_connect(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

static void
accept_one(struct server *s)
{
	int fd = accept4(s->listener.fd, NULL, NULL,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
		close(s->spare);
		close(accept4(s->listener.fd, NULL, NULL, SOCK_CLOEXEC));
		s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return;
	}
	if (fd < 0)
		return;
	if (s->client_count < CLIENTS_MOST && may_connect(fd))
		client_open(s, fd);
	else
		close(fd);
}

/* The server. */

static void
client_event(struct client *c, uint32_t events)
{
	for (int i = 0; i < TURNS && c->source.fd >= 0 && !c->is_paused; i++) {
		if (!client_read(c))
			return;
	}
	if (c->source.fd >= 0 && c->is_paused &&
	    events & (EPOLLHUP | EPOLLERR))
		client_close(c);
}

/* Lists go on; calls that waited for them are answered. */
static void
work(struct server *s)
{
	struct client *c, *next_client;

	if (!s->has_more)
		return;
	have_more(s, clew_control_work(s->control));
	list_each_safe(c, next_client, &s->clients, link) {
		struct call *call, *next;

		list_each_safe(call, next, &c->calls, link) {
			struct wire_answer answer = call->answer;

			if (call->is_done && !must_wait(call)) {
				call->is_done = false;
				call_answer(call, &answer, NULL);
			}
		}
	}
	send_to_dirty(s);
}

static void
bury(struct server *s)
{
	struct call *call, *next_call;
	struct client *c, *next_client;

	list_each_safe(call, next_call, &s->done, link)
		free(call);
	list_init(&s->done);
	list_each_safe(c, next_client, &s->dead, link)
		free(c);
	list_init(&s->dead);
}

void
server_poll(struct server *s, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int n;

	work(s);
	send_to_dirty(s);
	n = epoll_wait(s->epoll, events, EVENTS, timeout_ms);
	for (int i = 0; i < n; i++) {
		struct source *source = events[i].data.ptr;

		switch (source->kind) {
		case SOURCE_MORE:
			break;		/* the next turn begins with it */
		case SOURCE_LISTENER:
			accept_one(s);
			break;
		case SOURCE_CLIENT:
			client_event((struct client *)source,
				     events[i].events);
			break;
		case SOURCE_TAKEN:
			if (source->fd >= 0)
				client_send(list_entry(source, struct client,
						       taken));
			break;
		case SOURCE_CALL:
			if (source->fd >= 0)
				call_read((struct call *)source);
			break;
		}
		send_to_dirty(s);
	}
	bury(s);
}

int
server_fd(const struct server *s)
{
	return s->epoll;
}

size_t
server_clients(const struct server *s)
{
	return s->client_count;
}

/* A socket whose listener died?  Then out of the way with it. */
static void
remove_stale(const struct sockaddr_un *path)
{
	struct stat st;
	int fd;

	if (lstat(path->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)path, sizeof(*path)) != 0 &&
	    errno == ECONNREFUSED)
		unlink(path->sun_path);
	close(fd);
}

static int
fail(struct clew_error *error, const char *path, int err)
{
	snprintf(error->text, sizeof(error->text), "%.180s: %s", path,
		 strerror(err));
	return -err;
}

/* Whoever connects knows us again by the path we were bound to: it is the
 * whole one, without links, as realpath() makes it of the socket. */
static int
whole_path(struct sockaddr_un *address, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char start[PATH_MAX], dir[PATH_MAX];
	int len = slash ? (int)(name - path) : 1;

	if (*name == '\0')
		return ENOENT;
	if (snprintf(start, sizeof(start), "%.*s", len, slash ? path : ".") >=
	    (int)sizeof(start))
		return ENAMETOOLONG;
	if (!realpath(start, dir))
		return errno;
	len = snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s",
		       dir[1] == '\0' ? "" : dir, name);
	return len < (int)sizeof(address->sun_path) ? 0 : ENAMETOOLONG;
}

static int
listen_at(struct server *s, const char *path, struct clew_error *error)
{
	mode_t mask;
	int err;

	s->path.sun_family = AF_UNIX;
	err = whole_path(&s->path, path);
	if (err) {
		s->path.sun_path[0] = '\0';	/* not ours to remove */
		return fail(error, path, err);
	}
	remove_stale(&s->path);
	mask = umask(0177);
	err = bind(s->listener.fd, (struct sockaddr *)&s->path,
		   sizeof(s->path)) != 0 ? errno : 0;
	umask(mask);
	if (err) {
		s->path.sun_path[0] = '\0';	/* not ours to remove */
		return fail(error, path, err);
	}
	if (listen(s->listener.fd, BACKLOG) != 0)
		return fail(error, path, errno);
	watch(s, &s->listener, EPOLLIN, EPOLL_CTL_ADD);
	watch(s, &s->more_source, EPOLLIN, EPOLL_CTL_ADD);
	return 0;
}

int
server_create(struct server **out, struct clew_control *control,
	      const char *path, struct clew_error *error)
{
	struct server *s = calloc(1, sizeof(*s));
	int err;

	*out = NULL;
	if (!s)
		return fail(error, path, ENOMEM);
	s->control = control;
	list_init(&s->clients);
	list_init(&s->dirty);
	list_init(&s->dead);
	list_init(&s->done);
	s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->more = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->more_source = (struct source){ SOURCE_MORE, s->more };
	s->listener = (struct source){ SOURCE_LISTENER,
		socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0) };
	err = s->epoll < 0 || s->more < 0 || s->listener.fd < 0 ?
	      fail(error, path, errno) : listen_at(s, path, error);
	if (err) {
		server_destroy(s);
		return err;
	}
	*out = s;
	return 0;
}

void
server_destroy(struct server *s)
{
	if (!s)
		return;
	while (!list_is_empty(&s->clients))
		client_close(list_entry(s->clients.next, struct client, link));
	bury(s);
	if (s->path.sun_path[0] != '\0')
		unlink(s->path.sun_path);
	close(s->listener.fd);
	close(s->epoll);
	close(s->more);
	close(s->spare);
	free(s);
}
