/* SPDX-License-Identifier: BSD-2-Clause
 * nl/attr.c - netlink messages and their attributes, both ways, bounded. */
#include "nl/attr.h"

#include <errno.h>

static uint32_t
align4(uint32_t n)
{
	return (n + 3) & ~3u;
}

static void
step(struct nl_reader *r, uint32_t size)
{
	size_t left = (size_t)(r->end - r->at);

	size = align4(size);
	r->at += size < left ? size : left;
}

bool
nl_next(struct nl_reader *r, struct nl_attr *a)
{
	size_t left = (size_t)(r->end - r->at);
	uint16_t len;

	if (left < NLA_HDRLEN) {
		if (left < 4)	/* what alignment leaves is no attribute */
			r->at = r->end;
		return false;
	}
	len = load16(r->at);
	if (len < NLA_HDRLEN || len > left)
		return false;
	a->data = r->at + NLA_HDRLEN;
	a->len = (uint16_t)(len - NLA_HDRLEN);
	a->type = load16(r->at + 2) & NLA_TYPE_MASK;
	a->flags = load16(r->at + 2) & (uint16_t)~NLA_TYPE_MASK;
	step(r, len);
	return true;
}

static uint64_t
value_of(const struct nl_attr *a, const struct nl_policy *policy)
{
	switch ((enum nl_kind)policy->kind) {
	case NL_U8:
		return nl_u8(a);
	case NL_U16:
		return policy->is_be ? nl_be16(a) : nl_u16(a);
	case NL_U32:
		return policy->is_be ? nl_be32(a) : nl_u32(a);
	case NL_U64:
		return policy->is_be ? nl_be64(a) : load64(a->data);
	case NL_UNSPEC:
	case NL_STRING:
	case NL_NUL_STRING:
	case NL_NESTED:
	case NL_NESTED_ARRAY:
	case NL_FLAG:
	case NL_BINARY:
	case NL_EXACT:
	case NL_REJECT:
		break;
	}
	return 0;
}

/* As Linux's nla_validate with NL_VALIDATE_LIBERAL: integers may be longer
 * than they need, not shorter. */
static int
check(const struct nl_attr *a, const struct nl_policy *policy,
      const char **why)
{
	static const uint8_t least[] = {
		[NL_U8] = 1, [NL_U16] = 2, [NL_U32] = 4, [NL_U64] = 8,
	};

	*why = "Attribute failed policy validation";
	switch ((enum nl_kind)policy->kind) {
	case NL_REJECT:
		return -EINVAL;
	case NL_FLAG:
		return a->len > 0 ? -ERANGE : 0;
	case NL_EXACT:
		return a->len != policy->max ? -ERANGE : 0;
	case NL_BINARY:
		return policy->max && a->len > policy->max ? -ERANGE : 0;
	case NL_NUL_STRING:
		if (a->len == 0 || !memchr(a->data, 0, policy->max &&
			a->len > policy->max + 1 ? policy->max + 1u : a->len))
			return -EINVAL;
		/* fall through */
	case NL_STRING:
		if (a->len < 1)
			return -ERANGE;
		if (policy->max && a->len -
		    (a->data[a->len - 1] == 0 ? 1 : 0) > policy->max)
			return -ERANGE;
		return 0;
	case NL_NESTED:
	case NL_NESTED_ARRAY:
		return a->len > 0 && a->len < NLA_HDRLEN ? -ERANGE : 0;
	case NL_UNSPEC:
		return a->len < policy->min ? -ERANGE : 0;
	case NL_U8:
	case NL_U16:
	case NL_U32:
	case NL_U64:
		if (a->len < least[policy->kind])
			return -ERANGE;
		if (policy->value_mask &&
		    value_of(a, policy) & ~(uint64_t)policy->value_mask) {
			*why = "reserved bit set";
			return -EINVAL;
		}
		*why = "integer out of range";
		return policy->value_max &&
		       value_of(a, policy) > policy->value_max ? -ERANGE : 0;
	}
	return -EINVAL;
}

int
nl_parse(struct nl_attr table[], uint16_t max, const void *data, size_t size,
	 const struct nl_policy *policy, struct nl_extack *extack)
{
	struct nl_reader r = nl_reader(data, data ? size : 0);
	struct nl_attr a;

	memset(table, 0, (max + 1u) * sizeof(table[0]));
	while (nl_next(&r, &a)) {
		const char *why = NULL;
		int err;

		if (a.type > max)
			continue;
		err = policy ? check(&a, &policy[a.type], &why) : 0;
		if (err) {
			nl_blame(extack, &a);
			if (extack)
				extack->text = why;
			return err;
		}
		table[a.type] = a;
	}
	return 0;
}

size_t
nl_string(const struct nl_attr *a, char *out, size_t size)
{
	size_t len = a->data ? strnlen((const char *)a->data, a->len) : 0;
	size_t n = len < size ? len : size - 1;

	if (n)
		memcpy(out, a->data, n);
	out[n] = '\0';
	return len;
}

bool
nl_string_is(const struct nl_attr *a, const char *s)
{
	size_t len = strlen(s);

	return a->data && strnlen((const char *)a->data, a->len) == len &&
	       memcmp(a->data, s, len) == 0;
}

bool
nl_next_msg(struct nl_reader *r, struct nl_msg *m)
{
	size_t left = (size_t)(r->end - r->at);
	struct nlmsghdr h;

	if (left < NLMSG_HDRLEN)
		return false;
	memcpy(&h, r->at, sizeof(h));
	if (h.nlmsg_len < NLMSG_HDRLEN || h.nlmsg_len > left)
		return false;
	*m = (struct nl_msg){
		.header = r->at,
		.body = r->at + NLMSG_HDRLEN,
		.body_len = h.nlmsg_len - (uint32_t)NLMSG_HDRLEN,
		.len = h.nlmsg_len,
		.type = h.nlmsg_type,
		.flags = h.nlmsg_flags,
		.seq = h.nlmsg_seq,
		.portid = h.nlmsg_pid,
	};
	step(r, h.nlmsg_len);
	return true;
}

/* Writing. */

/* Room for 'size' bytes, padded with zeros.  => NULL when it is full. */
static uint8_t *
room(struct nl_writer *w, size_t size)
{
	size_t padded = (size + 3) & ~(size_t)3;
	uint8_t *at = w->base + w->used;

	if (w->is_full || padded < size || padded > w->size - w->used) {
		w->is_full = true;
		return NULL;
	}
	if (padded > size)
		memset(at + size, 0, padded - size);
	w->used += padded;
	return at;
}

size_t
nl_begin_msg(struct nl_writer *w, uint16_t type, uint16_t flags, uint32_t seq,
	     uint32_t portid)
{
	struct nlmsghdr h = {
		.nlmsg_type = type,
		.nlmsg_flags = flags,
		.nlmsg_seq = seq,
		.nlmsg_pid = portid,
	};
	size_t at = w->used;
	uint8_t *header = room(w, NLMSG_HDRLEN);

	if (header)
		memcpy(header, &h, sizeof(h));
	return at;
}

void
nl_end_msg(struct nl_writer *w, size_t at)
{
	uint32_t len = (uint32_t)(w->used - at);

	if (!w->is_full)
		memcpy(w->base + at, &len, sizeof(len));
}

void
nl_cancel(struct nl_writer *w, size_t at)
{
	w->used = at;
	w->is_full = false;
}

void
nl_put_raw(struct nl_writer *w, const void *data, size_t size)
{
	uint8_t *at = room(w, size);

	if (at && size)
		memcpy(at, data, size);
}

static uint8_t *
begin_attr(struct nl_writer *w, uint16_t type, size_t size)
{
	uint16_t len = (uint16_t)(NLA_HDRLEN + size);
	uint8_t *at;

	if (size > UINT16_MAX - NLA_HDRLEN) {
		w->is_full = true;
		return NULL;
	}
	at = room(w, NLA_HDRLEN + size);
	if (!at)
		return NULL;
	memcpy(at, &len, sizeof(len));
	memcpy(at + 2, &type, sizeof(type));
	return at + NLA_HDRLEN;
}

void
nl_put(struct nl_writer *w, uint16_t type, const void *data, size_t size)
{
	uint8_t *at = begin_attr(w, type, size);

	if (at && size)
		memcpy(at, data, size);
}

void
nl_put_u8(struct nl_writer *w, uint16_t type, uint8_t v)
{
	nl_put(w, type, &v, sizeof(v));
}

void
nl_put_u16(struct nl_writer *w, uint16_t type, uint16_t v)
{
	nl_put(w, type, &v, sizeof(v));
}

void
nl_put_u32(struct nl_writer *w, uint16_t type, uint32_t v)
{
	nl_put(w, type, &v, sizeof(v));
}

void
nl_put_be16(struct nl_writer *w, uint16_t type, uint16_t v)
{
	uint8_t be[2];

	put_be16(be, v);
	nl_put(w, type, be, sizeof(be));
}

void
nl_put_be32(struct nl_writer *w, uint16_t type, uint32_t v)
{
	uint8_t be[4];

	put_be32(be, v);
	nl_put(w, type, be, sizeof(be));
}

void
nl_put_be64(struct nl_writer *w, uint16_t type, uint64_t v)
{
	uint8_t be[8];

	put_be32(be, (uint32_t)(v >> 32));
	put_be32(be + 4, (uint32_t)v);
	nl_put(w, type, be, sizeof(be));
}

void
nl_put_string(struct nl_writer *w, uint16_t type, const char *s)
{
	nl_put(w, type, s, strlen(s) + 1);
}

void
nl_put_flag(struct nl_writer *w, uint16_t type)
{
	nl_put(w, type, NULL, 0);
}

size_t
nl_begin(struct nl_writer *w, uint16_t type)
{
	return nl_begin_bare(w, type | NLA_F_NESTED);
}

size_t
nl_begin_bare(struct nl_writer *w, uint16_t type)
{
	size_t at = w->used;

	begin_attr(w, type, 0);
	return at;
}

void
nl_end(struct nl_writer *w, size_t at)
{
	size_t size = w->used - at;
	uint16_t len = (uint16_t)size;

	if (w->is_full)
		return;
	if (size > UINT16_MAX)
		w->is_full = true;	/* no length can say it */
	else
		memcpy(w->base + at, &len, sizeof(len));
}
