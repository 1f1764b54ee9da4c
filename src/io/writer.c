/* SPDX-License-Identifier: BSD-2-Clause
 * io/writer.c - write a pcapng file of IP packets on named interfaces.
 *
 * Sources: draft-ietf-opsawg-pcapng, sections 4.1, 4.2, 4.3.  libpcap writes
 * pcap only, which has but one interface.  The link type is raw IP:
 * packets that leave a router have no link-layer header yet.  It is written
 * as 12 and not as the registered 101, which libpcap (1.10) refuses in a file
 * with more than one interface: it holds the second one's 101 against what
 * it made of the first one's, 12.  libpcap and Wireshark read 12 as raw IP.
 * Stamps are in nanoseconds. */
#include "io/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum {
	LINKTYPE_RAW = 12,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_NAME = 2,
	OPTION_FLAGS = 2,
	OPTION_TSRESOL = 9,
	OUTBOUND = 2,
};

struct writer {
	FILE *out;
	uint32_t interfaces;
	int error;		/* the first one's errno */
};

static uint32_t
padded(uint32_t size)
{
	return (size + 3) & ~3u;
}

static void
put(struct writer *w, const void *data, size_t size)
{
	if (w->error == 0 && fwrite(data, 1, size, w->out) != size)
		w->error = errno != 0 ? errno : EIO;
}

static void
put32(struct writer *w, uint32_t n)
{
	put(w, &n, sizeof(n));
}

static void
put16(struct writer *w, uint16_t n)
{
	put(w, &n, sizeof(n));
}

static void
put_padded(struct writer *w, const void *data, uint32_t size)
{
	static const uint8_t zeros[4];

	put(w, data, size);
	put(w, zeros, padded(size) - size);
}

static void
put_option(struct writer *w, uint16_t code, const void *value, uint32_t size)
{
	put16(w, code);
	put16(w, (uint16_t)size);
	put_padded(w, value, size);
}

static uint32_t
option_size(uint32_t size)
{
	return 4 + padded(size);
}

int
writer_create(struct writer **writer, const char *path,
	      struct clew_error *error)
{
	struct writer *w = calloc(1, sizeof(*w));
	int err;

	if (w == NULL) {
		error_set(error, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	w->out = fopen(path, "wbe");
	if (w->out == NULL) {
		err = errno;
		error_set(error, "%s: %s", path, strerror(err));
		free(w);
		return -err;
	}
	put32(w, 0x0a0d0d0a);
	put32(w, 28);
	put32(w, 0x1a2b3c4d);
	put16(w, 1);			/* version 1.0 */
	put16(w, 0);
	put32(w, UINT32_MAX);		/* length: not told */
	put32(w, UINT32_MAX);
	put32(w, 28);
	*writer = w;
	return 0;
}

uint32_t
writer_interface(struct writer *w, const char *name)
{
	uint32_t length = (uint32_t)strlen(name);
	uint32_t size = 20 + option_size(length) + option_size(1) + 4;
	const uint8_t nanoseconds = 9;

	put32(w, 1);
	put32(w, size);
	put16(w, LINKTYPE_RAW);
	put16(w, 0);
	put32(w, 0);			/* snap length: none */
	put_option(w, OPTION_NAME, name, length);
	put_option(w, OPTION_TSRESOL, &nanoseconds, 1);
	put32(w, OPTION_END);
	put32(w, size);
	return w->interfaces++;
}

void
writer_put(struct writer *w, const struct writer_packet *p)
{
	uint32_t comment = p->comment != NULL ? (uint32_t)strlen(p->comment) : 0;
	uint32_t size = 32 + padded(p->caplen) + option_size(4) +
			(comment > 0 ? option_size(comment) : 0) + 4;
	const uint32_t flags = OUTBOUND;

	put32(w, 6);
	put32(w, size);
	put32(w, p->interface);
	put32(w, (uint32_t)(p->time_ns >> 32));
	put32(w, (uint32_t)p->time_ns);
	put32(w, p->caplen);
	put32(w, p->len);
	put_padded(w, p->data, p->caplen);
	put_option(w, OPTION_FLAGS, &flags, sizeof(flags));
	if (comment > 0)
		put_option(w, OPTION_COMMENT, p->comment, comment);
	put32(w, OPTION_END);
	put32(w, size);
}

int
writer_close(struct writer *w, struct clew_error *error)
{
	int err;

	if (w == NULL)
		return 0;
	if (fclose(w->out) != 0 && w->error == 0)
		w->error = errno;
	err = w->error;
	free(w);
	if (err != 0)
		error_set(error, "cannot write: %s", strerror(err));
	return -err;
}
