/* SPDX-License-Identifier: BSD-2-Clause
 * nl/cthelper.c - user-space helper objects: attributes <-> value. */
#include "nl/cthelper.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink_cthelper.h>

static const struct nl_policy policy[NFCTH_MAX + 1] = {
	[NFCTH_NAME]		= { .kind = NL_NUL_STRING,
				    .max = NL_CTHELPER_NAME - 1 },
	[NFCTH_TUPLE]		= { .kind = NL_NESTED },
	[NFCTH_QUEUE_NUM]	= { .kind = NL_U32 },
	[NFCTH_POLICY]		= { .kind = NL_NESTED },
	[NFCTH_PRIV_DATA_LEN]	= { .kind = NL_U32 },
	[NFCTH_STATUS]		= { .kind = NL_U32 },
};

static const struct nl_policy tuple_policy[NFCTH_TUPLE_MAX + 1] = {
	[NFCTH_TUPLE_L3PROTONUM] = { .kind = NL_U16 },
	[NFCTH_TUPLE_L4PROTONUM] = { .kind = NL_U8 },
};

static const struct nl_policy set_policy[NFCTH_POLICY_SET_MAX + 1] = {
	[NFCTH_POLICY_SET_NUM]	= { .kind = NL_U32 },
};

static const struct nl_policy class_policy[NFCTH_POLICY_MAX + 1] = {
	[NFCTH_POLICY_NAME]	= { .kind = NL_NUL_STRING,
				    .max = NL_CTHELPER_NAME - 1 },
	[NFCTH_POLICY_EXPECT_MAX] = { .kind = NL_U32 },
	[NFCTH_POLICY_EXPECT_TIMEOUT] = { .kind = NL_U32 },
};

int
nl_cthelper_decode_tuple(const struct nl_attr *nest,
			 struct nl_cthelper *helper,
			 struct nl_extack *extack)
{
	struct nl_attr tb[NFCTH_TUPLE_MAX + 1];
	int err = nl_parse_nested(tb, NFCTH_TUPLE_MAX, nest, tuple_policy,
				  extack);

	if (err)
		return err;
	if (!tb[NFCTH_TUPLE_L3PROTONUM].data ||
	    !tb[NFCTH_TUPLE_L4PROTONUM].data)
		return -EINVAL;
	helper->has_tuple = true;
	helper->family = nl_be16(&tb[NFCTH_TUPLE_L3PROTONUM]);
	helper->protocol = nl_u8(&tb[NFCTH_TUPLE_L4PROTONUM]);
	return 0;
}

int
nl_cthelper_decode_count(const struct nl_attr *nest, uint32_t *count,
			 struct nl_extack *extack)
{
	struct nl_attr tb[NFCTH_POLICY_SET_MAX + 1];
	int err = nl_parse_nested(tb, NFCTH_POLICY_SET_MAX, nest, set_policy,
				  extack);

	*count = nl_be32(&tb[NFCTH_POLICY_SET_NUM]);
	if (!err && !tb[NFCTH_POLICY_SET_NUM].data)
		err = -EINVAL;
	return err;
}

int
nl_cthelper_decode_class(const struct nl_attr *nest, unsigned i,
			 struct nl_cthelper_policy *class,
			 struct nl_extack *extack)
{
	struct nl_attr set[NFCTH_POLICY_SET_MAX + 1];
	struct nl_attr tb[NFCTH_POLICY_MAX + 1];
	int err;

	nl_parse_nested(set, NFCTH_POLICY_SET_MAX, nest, NULL, NULL);
	if (!set[NFCTH_POLICY_SET1 + i].data)
		return -EINVAL;
	err = nl_parse_nested(tb, NFCTH_POLICY_MAX,
			      &set[NFCTH_POLICY_SET1 + i], class_policy,
			      extack);
	if (err)
		return err;
	if (!tb[NFCTH_POLICY_NAME].data ||
	    !tb[NFCTH_POLICY_EXPECT_MAX].data ||
	    !tb[NFCTH_POLICY_EXPECT_TIMEOUT].data)
		return -EINVAL;
	nl_string(&tb[NFCTH_POLICY_NAME], class->name, sizeof(class->name));
	class->expect_max = nl_be32(&tb[NFCTH_POLICY_EXPECT_MAX]);
	class->timeout_s = nl_be32(&tb[NFCTH_POLICY_EXPECT_TIMEOUT]);
	return 0;
}

int
nl_cthelper_decode_classes(const struct nl_attr *nest,
			   struct nl_cthelper *helper,
			   struct nl_extack *extack)
{
	uint32_t count;
	int err = nl_cthelper_decode_count(nest, &count, extack);

	if (err)
		return err;
	if (count == 0)
		return -EINVAL;
	if (count > NL_CTHELPER_POLICIES)
		return -EOVERFLOW;
	helper->has_policies = true;
	helper->policies = count;
	for (uint32_t i = 0; !err && i < count; i++)
		err = nl_cthelper_decode_class(nest, i, &helper->policy[i],
					       extack);
	return err;
}

int
nl_cthelper_decode(const void *attrs, size_t size,
		   struct nl_cthelper *helper, struct nl_extack *extack)
{
	struct nl_attr tb[NFCTH_MAX + 1];
	int err = nl_parse(tb, NFCTH_MAX, attrs, size, policy, extack);

	memset(helper, 0, sizeof(*helper));
	if (err)
		return err;
	nl_string(&tb[NFCTH_NAME], helper->name, sizeof(helper->name));
	helper->has_queue = tb[NFCTH_QUEUE_NUM].data != NULL;
	helper->queue = nl_be32(&tb[NFCTH_QUEUE_NUM]);
	helper->has_priv_size = tb[NFCTH_PRIV_DATA_LEN].data != NULL;
	helper->priv_size = nl_be32(&tb[NFCTH_PRIV_DATA_LEN]);
	helper->has_status = tb[NFCTH_STATUS].data != NULL;
	helper->is_enabled = nl_be32(&tb[NFCTH_STATUS]) ==
			     NFCT_HELPER_STATUS_ENABLED;
	if (tb[NFCTH_TUPLE].data)
		err = nl_cthelper_decode_tuple(&tb[NFCTH_TUPLE], helper,
					       extack);
	if (!err && tb[NFCTH_POLICY].data)
		err = nl_cthelper_decode_classes(&tb[NFCTH_POLICY], helper,
						 extack);
	return err;
}

static void
encode_classes(struct nl_writer *w, const struct nl_cthelper *helper)
{
	size_t all = nl_begin(w, NFCTH_POLICY);

	nl_put_be32(w, NFCTH_POLICY_SET_NUM, helper->policies);
	for (uint32_t i = 0; i < helper->policies &&
	     i < NL_CTHELPER_POLICIES; i++) {
		const struct nl_cthelper_policy *class = &helper->policy[i];
		size_t one = nl_begin(w, (uint16_t)(NFCTH_POLICY_SET1 + i));

		nl_put_string(w, NFCTH_POLICY_NAME, class->name);
		nl_put_be32(w, NFCTH_POLICY_EXPECT_MAX, class->expect_max);
		nl_put_be32(w, NFCTH_POLICY_EXPECT_TIMEOUT,
			    class->timeout_s);
		nl_end(w, one);
	}
	nl_end(w, all);
}

void
nl_cthelper_encode(struct nl_writer *w, const struct nl_cthelper *helper)
{
	if (helper->name[0] != '\0')
		nl_put_string(w, NFCTH_NAME, helper->name);
	if (helper->has_queue)
		nl_put_be32(w, NFCTH_QUEUE_NUM, helper->queue);
	if (helper->has_tuple) {
		size_t nest = nl_begin(w, NFCTH_TUPLE);

		nl_put_be16(w, NFCTH_TUPLE_L3PROTONUM, helper->family);
		nl_put_u8(w, NFCTH_TUPLE_L4PROTONUM, helper->protocol);
		nl_end(w, nest);
	}
	if (helper->has_policies)
		encode_classes(w, helper);
	if (helper->has_priv_size)
		nl_put_be32(w, NFCTH_PRIV_DATA_LEN, helper->priv_size);
	if (helper->has_status)
		nl_put_be32(w, NFCTH_STATUS, helper->is_enabled ?
			    NFCT_HELPER_STATUS_ENABLED :
			    NFCT_HELPER_STATUS_DISABLED);
}
