/* SPDX-License-Identifier: BSD-2-Clause
 * io/capture.h - the IP packets of one capture file, in the file's order. */
#ifndef IO_CAPTURE_H
#define IO_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "clew/engine.h"

struct capture;

struct capture_packet {
	const uint8_t *data;	/* the frame; borrowed until the next call */
	uint32_t caplen;
	uint32_t len;		/* >= caplen */
	uint16_t l2;
	uint16_t l3;
	uint64_t time_ns;	/* since the epoch, at most INT64_MAX */
	uint64_t number;	/* in the file, counting every frame from 1 */
	const char *interface;	/* as the capture names it, or NULL; lives as
				 * long as the capture */
	uint32_t ifindex;	/* as a cooked capture numbers it, or 0 */
};

struct capture_counts {
	uint64_t frames;	/* all there were */
	uint64_t packets;	/* of these IP, and given out */
	uint64_t snapped;	/* of these not whole: caplen < len */
	uint64_t other;		/* frames that are not IP */
	uint64_t cut;		/* frames too short to tell */
};

/* Open a pcap or pcapng file; "-" is standard input.
 * => 0 and '*capture' for capture_close().
 * => -errno and 'error': no such file, not a capture, a link type that
 *    nothing here reads. */
int capture_open(struct capture **capture, const char *path,
		 struct clew_error *error);

/* The same with a stream, that is closed in the end, on failure too. */
int capture_open_stream(struct capture **capture, FILE *stream,
			struct clew_error *error);

/* NULL is allowed. */
void capture_close(struct capture *capture);

/* The next IP packet.  => 1, or 0 at the end of the file.
 * => -EIO and 'error' when the rest cannot be read; then nothing follows. */
int capture_next(struct capture *capture, struct capture_packet *packet,
		 struct clew_error *error);

/* => Borrowed, lives as long as the capture. */
const struct capture_counts *capture_counts(const struct capture *capture);

/* Would capture_next() have to wait for somebody to write?  A guess: a packet
 * may have come in part. */
bool capture_may_wait(const struct capture *capture);

/* How much of the file has been read, in bytes.
 * => false when that cannot be told: a pipe. */
bool capture_progress(const struct capture *capture, uint64_t *at,
		      uint64_t *size);

#endif
