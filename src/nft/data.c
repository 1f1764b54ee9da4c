/* SPDX-License-Identifier: BSD-2-Clause
 * nft/data.c - the values that all expressions share: constants, verdicts,
 * registers. */
#include "nft/nft.h"

enum {
	WORD = 4,			/* bytes of a register word */
	WORDS_PER_REG = NFT_REG_SIZE / WORD,
	VERDICT_LEN = 16,		/* as Linux counts one: code, pointer */
};

static const struct nl_policy data_policy[NFTA_DATA_MAX + 1] = {
	[NFTA_DATA_VALUE] = { .kind = NL_BINARY },
	[NFTA_DATA_VERDICT] = { .kind = NL_NESTED },
};

static const struct nl_policy verdict_policy[NFTA_VERDICT_MAX + 1] = {
	[NFTA_VERDICT_CODE] = { .kind = NL_U32 },
	[NFTA_VERDICT_CHAIN] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_VERDICT_CHAIN_ID] = { .kind = NL_U32 },
};

static bool
has_chain(const struct nft_data *data, enum nft_data_type type)
{
	return type == NFT_DATA_JUDGEMENT &&
	       (data->verdict == NFT_JUMP || data->verdict == NFT_GOTO);
}

/* The chain that a jump or goto names. */
static int
parse_target(const struct nft_load *load, const struct nl_attr tb[],
	     bool is_elem, struct nft_chain **target)
{
	uint8_t gen = nft_gen_next(load->nft);
	struct nft_chain *chain;
	int err = -ENOENT;

	if (tb[NFTA_VERDICT_CHAIN].data)
		chain = nft_chain_find(load->table, &tb[NFTA_VERDICT_CHAIN],
				       gen, &err);
	else if (tb[NFTA_VERDICT_CHAIN_ID].data)
		chain = nft_chain_by_id(load->nft, load->table,
					nl_be32(&tb[NFTA_VERDICT_CHAIN_ID]));
	else
		return -EINVAL;
	if (!chain)
		return err;
	if (nft_chain_is_base(chain))
		return -EOPNOTSUPP;
	if (chain->is_bound)
		return -EINVAL;
	if (is_elem && chain->flags & NFT_CHAIN_BINDING)
		return -EINVAL;
	if (!nft_use_inc(&chain->use))
		return -EMFILE;
	*target = chain;
	return 0;
}

static int
parse_verdict(const struct nft_load *load, struct nft_data *data,
	      struct nft_data_desc *desc, const struct nl_attr *attr)
{
	struct nl_attr tb[NFTA_VERDICT_MAX + 1];
	int err;

	err = nl_parse_nested(tb, NFTA_VERDICT_MAX, attr, verdict_policy,
			      load->extack);
	if (err)
		return err;
	if (!tb[NFTA_VERDICT_CODE].data)
		return -EINVAL;
	data->verdict = (int32_t)nl_be32(&tb[NFTA_VERDICT_CODE]);
	desc->len = VERDICT_LEN;
	switch (data->verdict) {
	case NFT_VERDICT_ACCEPT:
	case NFT_VERDICT_DROP:
	case NFT_VERDICT_QUEUE:
	case NFT_CONTINUE:
	case NFT_BREAK:
	case NFT_RETURN:
		return 0;
	case NFT_JUMP:
	case NFT_GOTO:
		return parse_target(load, tb, desc->is_elem, &data->chain);
	default:
		return -EINVAL;
	}
}

static int
parse_bytes(struct nft_data *data, struct nft_data_desc *desc,
	    const struct nl_attr *attr)
{
	if (attr->len == 0)
		return -EINVAL;
	if (attr->len > desc->size || attr->len > sizeof(data->bytes))
		return -EOVERFLOW;
	if (desc->len && attr->len != desc->len)
		return -EINVAL;
	desc->len = attr->len;
	memcpy(data->bytes, attr->data, attr->len);
	return 0;
}

int
nft_data_parse(const struct nft_load *load, struct nft_data *data,
	       struct nft_data_desc *desc, const struct nl_attr *attr)
{
	struct nl_attr tb[NFTA_DATA_MAX + 1];
	int err;

	memset(data, 0, sizeof(*data));
	if (!desc->size)
		return -EINVAL;
	err = nl_parse_nested(tb, NFTA_DATA_MAX, attr, data_policy,
			      load->extack);
	if (err)
		return err;
	if (tb[NFTA_DATA_VALUE].data) {
		if (desc->type != NFT_DATA_BYTES)
			return -EINVAL;
		return parse_bytes(data, desc, &tb[NFTA_DATA_VALUE]);
	}
	if (tb[NFTA_DATA_VERDICT].data) {
		if (desc->type != NFT_DATA_JUDGEMENT)
			return -EINVAL;
		return parse_verdict(load, data, desc,
				     &tb[NFTA_DATA_VERDICT]);
	}
	return -EINVAL;
}

void
nft_data_hold(const struct nft_data *data, enum nft_data_type type)
{
	if (has_chain(data, type))
		data->chain->use++;
}

void
nft_data_release(const struct nft_data *data, enum nft_data_type type)
{
	if (has_chain(data, type))
		nft_use_dec(&data->chain->use);
}

void
nft_data_dump(struct nl_writer *w, uint16_t attr_type,
	      const struct nft_data *data, enum nft_data_type type,
	      uint16_t len)
{
	size_t at = nl_begin_bare(w, attr_type), verdict;

	if (type == NFT_DATA_BYTES) {
		nl_put(w, NFTA_DATA_VALUE, data->bytes, len);
	} else {
		verdict = nl_begin_bare(w, NFTA_DATA_VERDICT);
		nl_put_be32(w, NFTA_VERDICT_CODE, (uint32_t)data->verdict);
		if (has_chain(data, type))
			nl_put_string(w, NFTA_VERDICT_CHAIN,
				      data->chain->named.name);
		nl_end(w, verdict);
	}
	nl_end(w, at);
}

/* The word that a register's number on the wire begins at. */
static int
parse_reg(const struct nl_attr *attr, uint32_t *word)
{
	uint32_t reg = nl_be32(attr);

	if (reg <= NFT_REG_4)
		*word = reg * WORDS_PER_REG;
	else if (reg >= NFT_REG32_00 && reg <= NFT_REG32_15)
		*word = reg - NFT_REG32_00 + WORDS_PER_REG;
	else
		return -ERANGE;
	return 0;
}

/* The bits of 'len' bytes from 'word' on. */
static uint32_t
words_of(uint32_t word, uint32_t len)
{
	uint32_t count = (len + WORD - 1) / WORD;

	return ((1u << count) - 1) << word;
}

int
nft_reg_load(const struct nft_load *load, const struct nl_attr *attr,
	     uint8_t *reg, uint32_t len)
{
	uint32_t word, need;
	int err = parse_reg(attr, &word);

	if (err)
		return err;
	if (word < WORDS_PER_REG || len == 0)
		return -EINVAL;
	if (len > (NFT_WORDS - word) * WORD)
		return -ERANGE;
	need = words_of(word, len);
	if (load->written && (*load->written & need) != need)
		return -ENODATA;
	*reg = (uint8_t)word;
	return 0;
}

int
nft_reg_store(const struct nft_load *load, const struct nl_attr *attr,
	      uint8_t *reg, enum nft_data_type type, uint32_t len)
{
	uint32_t word;
	int err = parse_reg(attr, &word);

	if (err)
		return err;
	if (word == NFT_REG_VERDICT) {
		if (type != NFT_DATA_JUDGEMENT)
			return -EINVAL;
	} else {
		if (type != NFT_DATA_BYTES || len == 0)
			return -EINVAL;
		if (len > (NFT_WORDS - word) * WORD)
			return -ERANGE;
		if (load->written)
			*load->written |= words_of(word, len);
	}
	*reg = (uint8_t)word;
	return 0;
}

void
nft_reg_dump(struct nl_writer *w, uint16_t attr_type, uint8_t reg)
{
	if (reg % WORDS_PER_REG == 0)
		nl_put_be32(w, attr_type, reg / WORDS_PER_REG);
	else
		nl_put_be32(w, attr_type,
			    reg - WORDS_PER_REG + NFT_REG32_00);
}

int
nft_parse_be32(const struct nl_attr *attr, uint32_t max, uint32_t *out)
{
	uint32_t value = nl_be32(attr);

	if (value > max)
		return -ERANGE;
	*out = value;
	return 0;
}
