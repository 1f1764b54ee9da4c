/* SPDX-License-Identifier: BSD-2-Clause
 * client/wire.h - requests and answers of netlink.
 *
 * One wire is one socket; under 'clew exec' it leads to an engine.  Calls wait
 * for their answers; errors are -errno, those the other side sent as well as
 * our own.  A wire is used by one thread at a time. */
#ifndef CLIENT_WIRE_H
#define CLIENT_WIRE_H

#include <sys/types.h>

#include "base/error.h"
#include "nl/attr.h"

struct wire;

/* Called for each message of an answer. => 0 to go on, or what the call is to
 * end with. */
typedef int wire_answer_fn(void *ctx, const struct nl_msg *msg,
			   uint8_t family, uint16_t res_id,
			   const uint8_t *attrs, size_t size);

/* In the network namespace 'netns': a name of ip-netns(8) or a path; NULL: in
 * this one.  => 0 or -errno with words in 'error'. */
int wire_open(struct wire **wire, const char *netns,
	      struct clew_error *error);
void wire_close(struct wire *wire);

/* Begin a request: type, flags (NLM_F_REQUEST comes by itself) and family go
 * into its head.  => Where to put attributes; the next call begins anew. */
struct nl_writer *wire_begin(struct wire *wire, uint16_t type,
			     uint16_t flags, uint8_t family);

/* Say of the request at hand that its family is meant: of a flush Linux
 * believes it only then (nfgenmsg.version 1). */
void wire_mean_family(struct wire *wire);

/* Send what was begun and read the answer: acknowledgement, one message, or
 * with NLM_F_DUMP all until the end.  'answer' may be NULL.
 * => 0 or -errno.  -EINTR: a dump was disturbed and may lack entries. */
int wire_ask(struct wire *wire, wire_answer_fn *answer, void *ctx);

/* The parts of wire_ask(), for who reads ahead of the answers.
 *
 * wire_send() sends what was begun.  wire_receive() reads one datagram
 * => its size, or -errno; -EINTR: again.  wire_ends() => Does it hold the end
 *    of the answer?  wire_take() gives its messages to 'answer'
 * => 1: more is to come; else as wire_ask(). */
int wire_send(struct wire *wire, bool *is_dump);
ssize_t wire_receive(struct wire *wire, void *data, size_t size);
bool wire_ends(const struct wire *wire, const void *data, size_t size);
int wire_take(const struct wire *wire, const void *data, size_t size,
	      bool is_dump, bool *is_torn, wire_answer_fn *answer, void *ctx);

/* Many requests at once, each of which answers with one message at most, or
 * with an error.  'answer' and 'failed' (may be NULL) are called by
 * wire_flush(), in order; 'number' counts from 0 the requests of this batch.
 * wire_added() => 0; -ENOSPC: flush now, this one is in; -EMSGSIZE: not in.
 * wire_flush() => 0 or -errno of the wire itself. */
typedef void wire_failed_fn(void *ctx, uint32_t number, int err);
struct nl_writer *wire_add(struct wire *wire, uint16_t type, uint16_t flags,
			   uint8_t family);
int wire_added(struct wire *wire);
int wire_flush(struct wire *wire, wire_answer_fn *answer,
	       wire_failed_fn *failed, void *ctx);

/* Most requests in one batch. */
enum { WIRE_BATCH = 128 };

/* Events. */
int wire_join(struct wire *wire, unsigned group);
/* => The receive buffer there is now, in bytes. */
size_t wire_set_buffer(struct wire *wire, size_t bytes);
/* Have the kernel try again to tell of connections that ended; it does so for
 * no other event.  'is_all_kept': nothing else is listened to, and that an
 * event has to be sent again is no loss. */
int wire_set_reliable(struct wire *wire, bool is_all_kept);
/* How full the receive buffer is.  => false: not known. */
bool wire_fill(const struct wire *wire, size_t *used, size_t *size);
/* Take some of the messages that are there.
 * => 0, -EAGAIN (there are none), -ENOBUFS (some were lost), or what 'answer'
 *    ended with. */
int wire_take_events(struct wire *wire, wire_answer_fn *answer, void *ctx);

uint32_t wire_portid(const struct wire *wire);
int wire_fd(const struct wire *wire);

#endif
