/* SPDX-License-Identifier: BSD-2-Clause
 * io/server.h - an engine's netlink face on a Unix socket, for programs with
 * the preloaded library (preload/wire.h).
 *
 * Only who could as well have done it to the engine's process itself may
 * connect: the same user, or root.  Each connection is a netlink socket; it
 * has bounds of its own, and one that does not read, or stops in the middle
 * of a request, delays nobody.
 *
 * Threads: none; the server works when server_poll() is called. */
#ifndef IO_SERVER_H
#define IO_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "clew/control.h"

struct server;

/* Listen at 'path'; a socket there that nobody listens to is replaced.
 * => 0, or -errno with words.  => Borrows the face, which must
 * outlive it. */
int server_create(struct server **server, struct clew_control *control,
		  const char *path, struct clew_error *error);

/* Closes all connections and removes the socket.  NULL is allowed. */
void server_destroy(struct server *server);

/* Do what there is to do, after waiting for it at most 'timeout_ms' (-1: as
 * long as it takes). */
void server_poll(struct server *server, int timeout_ms);

/* A descriptor that is readable when server_poll() has something to do. */
int server_fd(const struct server *server);

/* How many programs' sockets there are. */
size_t server_clients(const struct server *server);

#endif
