/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_draft.c - what a request says of a set that is to be. */
#include "nft/set_private.h"

enum {
	KNOWN_FLAGS = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT |
		      NFT_SET_INTERVAL | NFT_SET_TIMEOUT | NFT_SET_MAP |
		      NFT_SET_EVAL | NFT_SET_OBJECT | NFT_SET_CONCAT |
		      NFT_SET_EXPR,
	FIELD_LEN_MOST = 255,
};

/* Types of keys and data above are the wire's own, verdicts among them. */
#define TYPES_RESERVED 0xffffff00u

static const struct nl_policy desc_policy[NFTA_SET_DESC_MAX + 1] = {
	[NFTA_SET_DESC_SIZE] = { .kind = NL_U32 },
	[NFTA_SET_DESC_CONCAT] = { .kind = NL_NESTED_ARRAY },
};

static const struct nl_policy field_policy[NFTA_SET_FIELD_MAX + 1] = {
	[NFTA_SET_FIELD_LEN] = { .kind = NL_U32 },
};

static int
parse_flags(const struct nl_attr *attr, uint32_t *flags)
{
	*flags = nl_be32(attr);
	if (*flags & ~(uint32_t)KNOWN_FLAGS ||
	    set_has_both(*flags, NFT_SET_MAP, NFT_SET_OBJECT) ||
	    set_has_both(*flags, NFT_SET_EVAL, NFT_SET_OBJECT) ||
	    (set_has_both(*flags, NFT_SET_ANONYMOUS, NFT_SET_TIMEOUT) &&
	     !(*flags & NFT_SET_EVAL)) ||
	    set_has_both(*flags, NFT_SET_CONSTANT, NFT_SET_TIMEOUT))
		return -EOPNOTSUPP;
	return 0;
}

static int
parse_key(const struct nl_attr tb[], struct set_draft *d)
{
	d->key_type = nl_be32(&tb[NFTA_SET_KEY_TYPE]);
	if ((d->key_type & TYPES_RESERVED) == TYPES_RESERVED)
		return -EINVAL;
	d->key_len = nl_be32(&tb[NFTA_SET_KEY_LEN]);
	return d->key_len && d->key_len <= STORE_KEY_MAX ? 0 : -EINVAL;
}

static int
parse_data(const struct nl_attr tb[], struct set_draft *d)
{
	if (!tb[NFTA_SET_DATA_TYPE].data)
		return d->flags & NFT_SET_MAP ? -EINVAL : 0;
	if (!(d->flags & NFT_SET_MAP))
		return -EINVAL;
	d->data_type = nl_be32(&tb[NFTA_SET_DATA_TYPE]);
	if (d->data_type == NFT_DATA_VERDICT) {
		d->data_len = SET_VERDICT_LEN;
		return 0;
	}
	if ((d->data_type & TYPES_RESERVED) == TYPES_RESERVED)
		return -EINVAL;
	d->data_len = nl_be32(&tb[NFTA_SET_DATA_LEN]);
	return d->data_len && d->data_len <= NFT_DATA_VALUE_MAXLEN ? 0 :
	       -EINVAL;
}

static int
parse_object_type(const struct nl_attr tb[], struct set_draft *d)
{
	if (!tb[NFTA_SET_OBJ_TYPE].data)
		return d->flags & NFT_SET_OBJECT ? -EINVAL : 0;
	if (!(d->flags & NFT_SET_OBJECT))
		return -EINVAL;
	d->object_type = nl_be32(&tb[NFTA_SET_OBJ_TYPE]);
	return d->object_type != NFT_OBJECT_UNSPEC &&
	       d->object_type <= NFT_OBJECT_MAX ? 0 : -EOPNOTSUPP;
}

static int
parse_times(const struct nl_attr tb[], struct set_draft *d)
{
	int err = 0;

	if (tb[NFTA_SET_TIMEOUT].data) {
		if (!(d->flags & NFT_SET_TIMEOUT))
			return -EINVAL;
		err = set_parse_ms(&tb[NFTA_SET_TIMEOUT], &d->timeout_ms);
	}
	if (!err && tb[NFTA_SET_GC_INTERVAL].data) {
		if (!(d->flags & NFT_SET_TIMEOUT))
			return -EINVAL;
		d->gc_interval_ms = nl_be32(&tb[NFTA_SET_GC_INTERVAL]);
	}
	return err;
}

static int
parse_field(const struct nft_load *load, const struct nl_attr *attr,
	    struct set_draft *d)
{
	struct nl_attr tb[NFTA_SET_FIELD_MAX + 1];
	uint32_t len;
	int err;

	if (attr->type != NFTA_LIST_ELEM)
		return -EINVAL;
	if (d->fields == STORE_FIELDS)
		return -E2BIG;
	err = nl_parse_nested(tb, NFTA_SET_FIELD_MAX, attr, field_policy,
			      load->extack);
	if (err)
		return err;
	len = nl_be32(&tb[NFTA_SET_FIELD_LEN]);
	if (!len || len > FIELD_LEN_MOST)
		return -EINVAL;
	d->field_len[d->fields++] = (uint8_t)len;
	return 0;
}

/* Fields begin at multiples of four bytes and fill the key. */
static int
parse_fields(const struct nft_load *load, const struct nl_attr *concat,
	     struct set_draft *d)
{
	struct nl_reader r = nl_nested(concat);
	uint32_t words = 0;
	struct nl_attr a;

	while (nl_next(&r, &a)) {
		int err = parse_field(load, &a, d);

		if (err)
			return err;
	}
	for (uint8_t i = 0; i < d->fields; i++)
		words += (d->field_len[i] + 3u) / 4;
	if (words > STORE_KEY_MAX / 4)
		return -E2BIG;
	return words * 4 == d->key_len ? 0 : -EINVAL;
}

static int
parse_desc(const struct nft_load *load, const struct nl_attr tb[],
	   struct set_draft *d)
{
	struct nl_attr desc[NFTA_SET_DESC_MAX + 1];
	int err = 0;

	if (tb[NFTA_SET_DESC].data) {
		err = nl_parse_nested(desc, NFTA_SET_DESC_MAX,
				      &tb[NFTA_SET_DESC], desc_policy,
				      load->extack);
		if (err)
			return err;
		d->size = nl_be32(&desc[NFTA_SET_DESC_SIZE]);
		if (desc[NFTA_SET_DESC_CONCAT].data)
			err = parse_fields(load, &desc[NFTA_SET_DESC_CONCAT],
					   d);
	}
	if (err)
		return err;
	return (d->fields > 1) == !!(d->flags & NFT_SET_CONCAT) ? 0 : -EINVAL;
}

int
set_draft_parse(const struct nft_load *load, const struct nl_attr tb[],
		struct set_draft *d)
{
	int err;

	memset(d, 0, sizeof(*d));
	if (!tb[NFTA_SET_TABLE].data || !tb[NFTA_SET_NAME].data ||
	    !tb[NFTA_SET_KEY_LEN].data || !tb[NFTA_SET_ID].data)
		return -EINVAL;
	err = parse_key(tb, d);
	if (!err)
		err = parse_flags(&tb[NFTA_SET_FLAGS], &d->flags);
	if (!err)
		err = parse_data(tb, d);
	if (!err)
		err = parse_object_type(tb, d);
	if (!err)
		err = parse_times(tb, d);
	d->policy = nl_be32(&tb[NFTA_SET_POLICY]);
	return err ? err : parse_desc(load, tb, d);
}
