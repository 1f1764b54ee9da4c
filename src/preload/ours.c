/* SPDX-License-Identifier: BSD-2-Clause
 * preload/ours.c - which descriptors are netlink sockets of ours.
 *
 * The kernel is asked each time: whoever is connected to the engine's path
 * is.  A bitmap says which are worth asking about, so that others pay
 * nothing. */
#include "preload/preload.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/un.h>

enum { FDS = 65536 };

static struct sockaddr_un engine;
static socklen_t engine_len;		/* 0: no engine, leave all alone */
static _Atomic unsigned char ours[FDS / 8];
static _Atomic unsigned int room[FDS];	/* largest read, per descriptor */
static atomic_bool behind[FDS];		/* WIRE_BEHIND was said */

void *
next_function(const char *name, _Atomic(void *) *found)
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

void
ours_mark(int fd, bool is_ours)
{
	unsigned char bit = (unsigned char)(1u << (fd & 7));

	if (fd < 0 || fd >= FDS)
		return;
	if (!is_ours) {
		atomic_fetch_and(&ours[fd >> 3], (unsigned char)~bit);
		return;
	}
	atomic_store(&room[fd], 0);
	atomic_store(&behind[fd], false);
	atomic_fetch_or(&ours[fd >> 3], bit);
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

bool
ours_is(int fd)
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
		ours_mark(fd, false);
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
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (entry->d_name[0] != '.' && is_connected_to_engine(fd))
			ours_mark(fd, true);
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

const struct sockaddr_un *
ours_engine(socklen_t *len)
{
	*len = engine_len;
	return engine_len ? &engine : NULL;
}

void
ours_note_room(int fd, size_t size)
{
	if (fd < FDS && size > atomic_load(&room[fd]))
		atomic_store(&room[fd],
			     size < INT_MAX ? (unsigned int)size : INT_MAX);
}

uint32_t
ours_room(int fd)
{
	return fd < FDS ? atomic_load(&room[fd]) : 0;
}

void
ours_set_behind(int fd, bool is_behind)
{
	if (fd < FDS)
		atomic_store(&behind[fd], is_behind);
}

bool
ours_is_behind(int fd)
{
	return fd < FDS && atomic_load(&behind[fd]);
}

/* Descriptors come and go. */

EXPORT int
close(int fd)
{
	ours_mark(fd, false);
	return NEXT(close)(fd);
}

/* Duplicates are ours as well. */

static int
marked_as(int fd, int copy)
{
	if (copy >= 0) {
		ours_mark(copy, ours_is(fd));
		ours_note_room(copy, ours_room(fd));
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
