/* SPDX-License-Identifier: BSD-2-Clause
 * io/writer.h - write a pcapng file of IP packets on named interfaces.
 *
 *	writer_create(&w, "out.pcapng", &error);
 *	lan = writer_interface(w, "lan0");
 *	writer_put(w, &(struct writer_packet){ .interface = lan, ... });
 *	status = writer_close(w, &error);
 *
 * The first failure is kept, and told by writer_close(). */
#ifndef IO_WRITER_H
#define IO_WRITER_H

#include "clew/engine.h"

struct writer;

struct writer_packet {
	uint32_t interface;	/* of writer_interface() */
	uint64_t time_ns;
	const uint8_t *data;	/* from the IP header on */
	uint32_t caplen;
	uint32_t len;		/* >= caplen */
	const char *comment;	/* or NULL */
};

/* => 0 and '*writer', or -errno and 'error'. */
int writer_create(struct writer **writer, const char *path,
		  struct clew_error *error);

/* => Its number, from 0 on. */
uint32_t writer_interface(struct writer *writer, const char *name);

void writer_put(struct writer *writer, const struct writer_packet *packet);

/* => 0, or -errno and 'error'.  NULL is allowed. */
int writer_close(struct writer *writer, struct clew_error *error);

#endif
