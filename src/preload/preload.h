/* SPDX-License-Identifier: BSD-2-Clause
 * preload/preload.h - what the files of the preloaded library share.
 *
 *	ours.c		which descriptors are netlink sockets of ours
 *	ask.c		calls to the engine
 *	socket.c	socket(), names, options
 *	send.c, receive.c
 *	iface.c		interfaces' names and numbers
 *
 * Threads: no locks; what is remembered of descriptors is atomic, and may be
 * wrong for a moment at most when a program races with itself. */
#ifndef PRELOAD_PRELOAD_H
#define PRELOAD_PRELOAD_H

#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS	/* it would make fcntl() another function */
#undef _FORTIFY_SOURCE
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "preload/wire.h"

#define EXPORT __attribute__((visibility("default")))

/* The next function of that name: libc's own. */
#define NEXT(name)							\
	(*({								\
		static _Atomic(void *) found_;				\
									\
		(__typeof__(&name))next_function(#name, &found_);	\
	}))
void *next_function(const char *name, _Atomic(void *) *found);

/* ours.c */
struct sockaddr_un;
/* => Where the engine listens, or NULL: leave everything alone. */
const struct sockaddr_un *ours_engine(socklen_t *len);
bool ours_is(int fd);
void ours_mark(int fd, bool is_ours);
/* The largest room that a read through this descriptor had. */
void ours_note_room(int fd, size_t size);
uint32_t ours_room(int fd);
/* Was WIRE_BEHIND said of it last? */
void ours_set_behind(int fd, bool is_behind);
bool ours_is_behind(int fd);

/* ask.c */
size_t iov_total(const struct iovec *iov, size_t count);
/* Ask the engine, with the data in 'iov'.  Those of the answer are cut to
 * 'size'.  => 0, or -1 with errno. */
int ask(int fd, struct wire_call *call, const struct iovec *iov, size_t count,
	struct wire_answer *answer, void *data, size_t size);
int ask_plainly(int fd, enum wire_op op, uint32_t a, uint32_t b,
		struct wire_answer *answer);
/* 'flags' are SOCK_CLOEXEC, SOCK_NONBLOCK.  => A new connection, or -1. */
int ask_connect(int flags);

/* socket.c: netlink's names.  => 0, or -1 with errno. */
int name_put(struct sockaddr *to, socklen_t *len, uint32_t portid,
	     uint32_t groups);
int name_get(const struct sockaddr *from, socklen_t len,
	     struct sockaddr_nl *name);

#endif
