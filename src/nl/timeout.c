/* SPDX-License-Identifier: BSD-2-Clause
 * nl/timeout.c - cttimeout's policies: attributes <-> value, both ways. */
#include "nl/timeout.h"

#include <linux/netfilter/nfnetlink_cttimeout.h>

static const struct nl_policy policy[CTA_TIMEOUT_MAX + 1] = {
	[CTA_TIMEOUT_NAME]	= { .kind = NL_NUL_STRING,
				    .max = NL_TIMEOUT_NAME - 1 },
	[CTA_TIMEOUT_L3PROTO]	= { .kind = NL_U16 },
	[CTA_TIMEOUT_L4PROTO]	= { .kind = NL_U8 },
	[CTA_TIMEOUT_DATA]	= { .kind = NL_NESTED },
	[CTA_TIMEOUT_USE]	= { .kind = NL_U32 },
};

static int
decode_values(const struct nl_attr *nest, struct nl_timeout *timeout,
	      struct nl_extack *extack)
{
	static const struct nl_policy seconds[NL_TIMEOUTS + 1] = {
		[1 ... NL_TIMEOUTS] = { .kind = NL_U32 },
	};
	struct nl_attr tb[NL_TIMEOUTS + 1];
	int err = nl_parse_nested(tb, NL_TIMEOUTS, nest, seconds, extack);

	if (err)
		return err;
	timeout->has_values = true;
	for (unsigned i = 0; i < NL_TIMEOUTS; i++) {
		if (!tb[i + 1].data)
			continue;
		timeout->set |= 1u << i;
		timeout->values_s[i] = nl_be32(&tb[i + 1]);
	}
	return 0;
}

int
nl_timeout_decode(const void *attrs, size_t size, struct nl_timeout *timeout,
		  struct nl_extack *extack)
{
	struct nl_attr tb[CTA_TIMEOUT_MAX + 1];
	int err = nl_parse(tb, CTA_TIMEOUT_MAX, attrs, size, policy, extack);

	memset(timeout, 0, sizeof(*timeout));
	if (err)
		return err;
	nl_string(&tb[CTA_TIMEOUT_NAME], timeout->name,
		  sizeof(timeout->name));
	timeout->has_name = tb[CTA_TIMEOUT_NAME].data != NULL;
	timeout->has_family = tb[CTA_TIMEOUT_L3PROTO].data != NULL;
	timeout->family = nl_be16(&tb[CTA_TIMEOUT_L3PROTO]);
	timeout->has_protocol = tb[CTA_TIMEOUT_L4PROTO].data != NULL;
	timeout->protocol = nl_u8(&tb[CTA_TIMEOUT_L4PROTO]);
	timeout->has_users = tb[CTA_TIMEOUT_USE].data != NULL;
	timeout->users = nl_be32(&tb[CTA_TIMEOUT_USE]);
	if (tb[CTA_TIMEOUT_DATA].data)
		return decode_values(&tb[CTA_TIMEOUT_DATA], timeout, extack);
	return 0;
}

void
nl_timeout_encode(struct nl_writer *w, const struct nl_timeout *timeout)
{
	if (timeout->has_name)
		nl_put_string(w, CTA_TIMEOUT_NAME, timeout->name);
	if (timeout->has_family)
		nl_put_be16(w, CTA_TIMEOUT_L3PROTO, timeout->family);
	if (timeout->has_protocol)
		nl_put_u8(w, CTA_TIMEOUT_L4PROTO, timeout->protocol);
	if (timeout->has_users)
		nl_put_be32(w, CTA_TIMEOUT_USE, timeout->users);
	if (timeout->has_values) {
		size_t nest = nl_begin(w, CTA_TIMEOUT_DATA);

		for (unsigned i = 0; i < NL_TIMEOUTS; i++) {
			if (timeout->set & 1u << i)
				nl_put_be32(w, (uint16_t)(i + 1),
					    timeout->values_s[i]);
		}
		nl_end(w, nest);
	}
}
