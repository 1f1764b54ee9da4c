/* SPDX-License-Identifier: BSD-2-Clause
 * nft/load.h - what the parsing of a request needs to know, and the values
 * (registers, data, verdicts) that all expressions share.
 *
 * Everything here runs when rules are loaded, changed or listed; never for a
 * packet.  Errors are 0 or -errno, the very ones Linux returns, with the
 * attribute at fault in load->extack: programs print them. */
#ifndef NFT_LOAD_H
#define NFT_LOAD_H

#include <errno.h>

#include "nft/eval.h"
#include "nl/attr.h"

struct nft_set;
struct nft_table;

struct nft_load {
	struct nft *nft;
	struct nft_table *table;
	struct nft_chain *chain;	/* NULL outside rules */
	uint8_t family;			/* NFPROTO_*, of the table: may be INET */
	uint8_t level;			/* nesting of expressions in elements */
	bool is_destroy;		/* NFT_MSG_DESTROY*: what is not there is
					 * no error */
	uint16_t flags;			/* NLM_F_* of the request */
	uint32_t seq;
	uint32_t portid;
	struct nl_extack *extack;
	const struct nl_attr *compat;	/* NFTA_RULE_COMPAT; NULL outside rules */
	uint32_t *written;		/* bit n: register word n is written by
					 * the rule so far; NULL outside rules */
};

/* A constant: 1 to 64 bytes, or a verdict. */
enum nft_data_type {
	NFT_DATA_BYTES,
	NFT_DATA_JUDGEMENT,
};

struct nft_data {
	union {
		uint32_t word[16];
		uint8_t bytes[64];
		struct {
			int32_t verdict;
			struct nft_chain *chain;	/* of jump and goto */
		};
	};
};

struct nft_data_desc {
	uint8_t type;		/* enum nft_data_type that is wanted */
	bool is_elem;		/* of a set's element */
	uint16_t len;		/* bytes given; of a verdict: 16.  Before: how
				 * many there must be, 0: any */
	uint16_t size;		/* most that is taken */
};

/* NFTA_*_DATA: a nest of NFTA_DATA_VALUE or _VERDICT.  'desc' says what is
 * wanted; len is answered, and 'data' beyond it zeroed.  A chain named by a
 * verdict is held: nft_data_release() when the data go.
 * => 0, -EINVAL, -EOVERFLOW, -ENOENT (chain), -EOPNOTSUPP (base chain),
 *    -EMFILE. */
int nft_data_parse(const struct nft_load *load, struct nft_data *data,
		   struct nft_data_desc *desc, const struct nl_attr *attr);
void nft_data_hold(const struct nft_data *data, enum nft_data_type type);
void nft_data_release(const struct nft_data *data, enum nft_data_type type);
void nft_data_dump(struct nl_writer *w, uint16_t attr_type,
		   const struct nft_data *data, enum nft_data_type type,
		   uint16_t len);

/* Registers.  A source must hold 'len' bytes that the rule has written; a
 * destination takes data of 'type': the verdict register judgements alone.
 * 'reg' becomes the number of the first word.
 * => 0, -EINVAL, -ERANGE, or -ENODATA (never written). */
int nft_reg_load(const struct nft_load *load, const struct nl_attr *attr,
		 uint8_t *reg, uint32_t len);
int nft_reg_store(const struct nft_load *load, const struct nl_attr *attr,
		  uint8_t *reg, enum nft_data_type type, uint32_t len);
void nft_reg_dump(struct nl_writer *w, uint16_t attr_type, uint8_t reg);

/* A __be32 attribute that must fit below 'max'. => 0 or -ERANGE. */
int nft_parse_be32(const struct nl_attr *attr, uint32_t max, uint32_t *out);

#endif
