/* SPDX-License-Identifier: BSD-2-Clause
 * nl/attr.h - netlink messages and their attributes, both ways, bounded.
 *
 * Reading: everything is a view into the sender's bytes, which are an
 * attacker's; nothing is read past their end, and nothing is copied.
 * Writing: into a caller's buffer; the first thing that does not fit makes
 * the writer 'full', all later calls do nothing, and one question at the
 * end tells (nl_ok()).
 *
 * Messages and attributes begin at multiples of 4 bytes of their buffer.
 * Source: RFC 3549; Linux, Documentation/userspace-api/netlink. */
#ifndef NL_ATTR_H
#define NL_ATTR_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

/* Reading. */

struct nl_attr {
	const uint8_t *data;	/* NULL: absent (in a table of attributes) */
	uint16_t len;		/* of the data */
	uint16_t type;		/* without NLA_F_* */
	uint16_t flags;		/* NLA_F_NESTED, NLA_F_NET_BYTEORDER */
};

/* What went wrong with a request, for the acknowledgement (NLMSGERR_ATTR_*):
 * the attribute at fault and, rarely, words. */
struct nl_extack {
	const uint8_t *bad;	/* where the attribute's header begins, or NULL */
	const char *text;	/* static, or NULL */
	uint16_t miss_type;	/* attribute that is missing, 0: none */
	const uint8_t *miss_nest;	/* header of the nest it is missing in */
};

enum nl_kind {
	NL_UNSPEC,		/* at least 'min' bytes */
	NL_U8,
	NL_U16,
	NL_U32,
	NL_U64,
	NL_STRING,		/* at most 'max' bytes; with its NUL or without */
	NL_NUL_STRING,		/* ends in a NUL, at most 'max' bytes without */
	NL_NESTED,		/* at least a header, or empty */
	NL_NESTED_ARRAY,
	NL_FLAG,		/* no data */
	NL_BINARY,		/* at most 'max' bytes */
	NL_EXACT,		/* just 'max' bytes */
	NL_REJECT,		/* may not be there */
};

struct nl_policy {
	uint8_t kind;		/* enum nl_kind; entries left out: NL_UNSPEC, 0 */
	uint16_t min;
	uint16_t max;		/* 0: no limit */
	uint32_t value_max;	/* integers: largest (host order of the value as
				 * it is meant: big-endian for NL_BE ones) */
	uint32_t value_mask;	/* integers: the bits there may be, 0: all */
	bool is_be;		/* the value is in network byte order */
};

struct nl_reader {
	const uint8_t *at;
	const uint8_t *end;
};

static inline struct nl_reader
nl_reader(const void *data, size_t size)
{
	const uint8_t *at = data;

	return (struct nl_reader){ at, at ? at + size : at };
}

static inline struct nl_reader
nl_nested(const struct nl_attr *a)
{
	return nl_reader(a->data, a->data ? a->len : 0);
}

/* The next attribute.  => false at the end, or when the rest is malformed:
 * then r->at != r->end. */
bool nl_next(struct nl_reader *r, struct nl_attr *a);

/* Fill 'table' (indices 0 to 'max') with the attributes in 'data'; the last
 * of a kind stands; types above 'max' are ignored.
 * => 0, or -EINVAL or -ERANGE with 'extack' (may be NULL) telling where, as
 *    Linux's liberal validation does ('policy' may be NULL). */
int nl_parse(struct nl_attr table[], uint16_t max, const void *data,
	     size_t size, const struct nl_policy *policy,
	     struct nl_extack *extack);

static inline int
nl_parse_nested(struct nl_attr table[], uint16_t max, const struct nl_attr *a,
		const struct nl_policy *policy, struct nl_extack *extack)
{
	return nl_parse(table, max, a->data, a->data ? a->len : 0, policy,
			extack);
}

/* Where the attribute's header begins, for an extack. */
static inline const uint8_t *
nl_attr_header(const struct nl_attr *a)
{
	return a->data ? a->data - NLA_HDRLEN : NULL;
}

/* Point 'extack' (may be NULL) at 'a'. */
static inline void
nl_blame(struct nl_extack *extack, const struct nl_attr *a)
{
	if (extack)
		extack->bad = nl_attr_header(a);
}

/* Values; absent or short attributes give 0. */
static inline uint8_t
nl_u8(const struct nl_attr *a)
{
	return a->data && a->len >= 1 ? a->data[0] : 0;
}

static inline uint16_t
nl_u16(const struct nl_attr *a)
{
	return a->data && a->len >= 2 ? load16(a->data) : 0;
}

static inline uint32_t
nl_u32(const struct nl_attr *a)
{
	return a->data && a->len >= 4 ? load32(a->data) : 0;
}

static inline uint16_t
nl_be16(const struct nl_attr *a)
{
	return a->data && a->len >= 2 ? get_be16(a->data) : 0;
}

static inline uint32_t
nl_be32(const struct nl_attr *a)
{
	return a->data && a->len >= 4 ? get_be32(a->data) : 0;
}

static inline uint64_t
nl_be64(const struct nl_attr *a)
{
	return a->data && a->len >= 8 ?
	       (uint64_t)get_be32(a->data) << 32 | get_be32(a->data + 4) : 0;
}

/* Copy a string, cut to 'size' with its NUL. => Its length as it was sent. */
size_t nl_string(const struct nl_attr *a, char *out, size_t size);
/* Is the attribute's string 's'? */
bool nl_string_is(const struct nl_attr *a, const char *s);

/* A message within a datagram. */
struct nl_msg {
	const uint8_t *header;		/* struct nlmsghdr, maybe unaligned */
	const uint8_t *body;		/* after it */
	uint32_t body_len;
	uint32_t len;			/* nlmsg_len */
	uint16_t type;
	uint16_t flags;
	uint32_t seq;
	uint32_t portid;
};

/* The next message of a datagram.  => false at the end, or when the rest is
 * malformed. */
bool nl_next_msg(struct nl_reader *r, struct nl_msg *m);

/* Writing. */

struct nl_writer {
	uint8_t *base;
	size_t size;
	size_t used;		/* a multiple of 4 between calls */
	bool is_full;
};

static inline struct nl_writer
nl_writer(void *buffer, size_t size)
{
	return (struct nl_writer){ .base = buffer, .size = size };
}

static inline bool
nl_ok(const struct nl_writer *w)
{
	return !w->is_full;
}

/* Begin a message; its length is set by nl_end_msg(). => Its offset. */
size_t nl_begin_msg(struct nl_writer *w, uint16_t type, uint16_t flags,
		    uint32_t seq, uint32_t portid);
void nl_end_msg(struct nl_writer *w, size_t at);
/* Take back everything from 'at' on, and with it that it did not fit. */
void nl_cancel(struct nl_writer *w, size_t at);

/* Raw bytes after a message's header (struct nfgenmsg), padded. */
void nl_put_raw(struct nl_writer *w, const void *data, size_t size);
void nl_put(struct nl_writer *w, uint16_t type, const void *data, size_t size);
void nl_put_u8(struct nl_writer *w, uint16_t type, uint8_t v);
void nl_put_u16(struct nl_writer *w, uint16_t type, uint16_t v);
void nl_put_u32(struct nl_writer *w, uint16_t type, uint32_t v);
void nl_put_be16(struct nl_writer *w, uint16_t type, uint16_t v);
void nl_put_be32(struct nl_writer *w, uint16_t type, uint32_t v);
void nl_put_be64(struct nl_writer *w, uint16_t type, uint64_t v);
void nl_put_string(struct nl_writer *w, uint16_t type, const char *s);
void nl_put_flag(struct nl_writer *w, uint16_t type);
/* => The nest's offset, for nl_end(). With NLA_F_NESTED set. */
size_t nl_begin(struct nl_writer *w, uint16_t type);
/* The same without the flag, as some kernel messages have it. */
size_t nl_begin_bare(struct nl_writer *w, uint16_t type);
void nl_end(struct nl_writer *w, size_t at);

#endif
