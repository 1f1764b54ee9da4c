/* SPDX-License-Identifier: BSD-2-Clause
 * nl/expect.c - ctnetlink's expectations: attributes <-> value, both ways. */
#include "nl/expect.h"

#include "nl/ct.h"
#include "nl/uapi_ct.h"

static const struct nl_policy policy[CTA_EXPECT_MAX + 1] = {
	[CTA_EXPECT_MASTER]	= { .kind = NL_NESTED },
	[CTA_EXPECT_TUPLE]	= { .kind = NL_NESTED },
	[CTA_EXPECT_MASK]	= { .kind = NL_NESTED },
	[CTA_EXPECT_TIMEOUT]	= { .kind = NL_U32 },
	[CTA_EXPECT_ID]		= { .kind = NL_U32 },
	[CTA_EXPECT_HELP_NAME]	= { .kind = NL_NUL_STRING,
				    .max = CLEW_HELPER_SIZE - 1 },
	[CTA_EXPECT_ZONE]	= { .kind = NL_U16 },
	[CTA_EXPECT_FLAGS]	= { .kind = NL_U32 },
	[CTA_EXPECT_CLASS]	= { .kind = NL_U32 },
	[CTA_EXPECT_NAT]	= { .kind = NL_NESTED },
	[CTA_EXPECT_FN]		= { .kind = NL_NUL_STRING },
};

static int
decode_tuples(const struct nl_attr tb[], uint8_t family,
	      struct clew_expectation *exp, struct nl_extack *extack)
{
	const struct {
		uint16_t type;
		struct clew_tuple *to;
	} tuples[] = {
		{ CTA_EXPECT_MASTER,	&exp->master },
		{ CTA_EXPECT_TUPLE,	&exp->tuple },
		{ CTA_EXPECT_MASK,	&exp->mask },
	};

	for (size_t i = 0; i < sizeof(tuples) / sizeof(tuples[0]); i++) {
		int err;

		if (!tb[tuples[i].type].data)
			continue;
		err = nl_tuple_decode(&tb[tuples[i].type], family,
				      tuples[i].to, NULL, extack);
		if (err)
			return err;
	}
	return 0;
}

static int
decode_nat(const struct nl_attr *nest, uint8_t family,
	   struct clew_expectation *exp, struct nl_extack *extack)
{
	struct nl_attr tb[CTA_EXPECT_NAT_MAX + 1];

	nl_parse_nested(tb, CTA_EXPECT_NAT_MAX, nest, NULL, NULL);
	exp->has_nat = true;
	exp->nat_dir = nl_be32(&tb[CTA_EXPECT_NAT_DIR]) ? CLEW_DIR_REPLY :
							  CLEW_DIR_ORIG;
	return nl_tuple_decode(&tb[CTA_EXPECT_NAT_TUPLE], family, &exp->nat,
			       NULL, extack);
}

int
nl_expect_decode(const void *attrs, size_t size, uint8_t family,
		 struct clew_expectation *exp, struct nl_extack *extack)
{
	struct nl_attr tb[CTA_EXPECT_MAX + 1];
	int err = nl_parse(tb, CTA_EXPECT_MAX, attrs, size, policy, extack);

	memset(exp, 0, sizeof(*exp));
	if (!err)
		err = decode_tuples(tb, family, exp, extack);
	if (!err && tb[CTA_EXPECT_NAT].data)
		err = decode_nat(&tb[CTA_EXPECT_NAT], family, exp, extack);
	if (err)
		return err;
	exp->has_timeout = tb[CTA_EXPECT_TIMEOUT].data != NULL;
	exp->timeout_s = nl_be32(&tb[CTA_EXPECT_TIMEOUT]);
	exp->id = nl_be32(&tb[CTA_EXPECT_ID]);
	exp->zone = nl_be16(&tb[CTA_EXPECT_ZONE]);
	exp->flags = nl_be32(&tb[CTA_EXPECT_FLAGS]);
	exp->class_id = nl_be32(&tb[CTA_EXPECT_CLASS]);
	nl_string(&tb[CTA_EXPECT_HELP_NAME], exp->helper,
		  sizeof(exp->helper));
	nl_string(&tb[CTA_EXPECT_FN], exp->fn, sizeof(exp->fn));
	return 0;
}

void
nl_expect_encode(struct nl_writer *w, const struct clew_expectation *exp,
		 bool is_request)
{
	nl_tuple_encode(w, CTA_EXPECT_TUPLE, &exp->tuple, false);
	nl_tuple_encode(w, CTA_EXPECT_MASK, &exp->mask, false);
	nl_tuple_encode(w, CTA_EXPECT_MASTER, &exp->master, false);
	if (exp->has_nat) {
		size_t nest = nl_begin(w, CTA_EXPECT_NAT);

		nl_put_be32(w, CTA_EXPECT_NAT_DIR, exp->nat_dir);
		nl_tuple_encode(w, CTA_EXPECT_NAT_TUPLE, &exp->nat, false);
		nl_end(w, nest);
	}
	if (exp->has_timeout)
		nl_put_be32(w, CTA_EXPECT_TIMEOUT, exp->timeout_s);
	if (!is_request)
		nl_put_be32(w, CTA_EXPECT_ID, exp->id);
	nl_put_be32(w, CTA_EXPECT_FLAGS, exp->flags);
	nl_put_be32(w, CTA_EXPECT_CLASS, exp->class_id);
	if (exp->helper[0] != '\0')
		nl_put_string(w, CTA_EXPECT_HELP_NAME, exp->helper);
	if (exp->fn[0] != '\0')
		nl_put_string(w, CTA_EXPECT_FN, exp->fn);
	if (exp->zone)
		nl_put_be16(w, CTA_EXPECT_ZONE, exp->zone);
}
