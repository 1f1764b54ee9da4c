/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object.h - named stateful objects: counter, quota, limit, ct helper,
 * ct timeout, ct expectation, ...
 *
 * As with expressions: object_counter.c holds parse, dump and eval; object.c
 * the table, the netlink messages and the references. */
#ifndef NFT_OBJECT_H
#define NFT_OBJECT_H

#include "nft/expr.h"

struct nft_object;

struct nft_object_ops {
	uint32_t type;			/* NFT_OBJECT_* */
	uint8_t family;			/* 0: all */
	uint16_t size;
	uint16_t max_attr;
	const struct nl_policy *policy;
	int (*init)(const struct nft_load *load, struct nft_object *object,
		    const struct nl_attr tb[]);
	void (*fini)(struct nft *nft, struct nft_object *object);
	/* NULL: rules may not refer to it. */
	void (*eval)(struct nft_object *object, struct nft_regs *regs,
		     struct nft_eval *ev);
	void (*dump)(struct nl_writer *w, struct nft_object *object,
		     bool reset);
	/* As nft_expr_ops.tell, behind the object's kind and name. */
	void (*tell)(struct nft_telling *t, struct nft_object *object);
	/* NLM_F_REPLACE-like update of an existing one; NULL: not possible. */
	void (*update)(struct nft_object *object, struct nft_object *newer);
};

/* The object's own bytes. */
void *nft_object_priv(struct nft_object *object);
const struct nft_object_ops *nft_object_ops(const struct nft_object *object);
const char *nft_object_name(const struct nft_object *object);

/* May rules refer to objects of this type, if there are any? */
bool nft_object_kind_runs(uint32_t type);

/* In the next generation, in load->table. => 0 or -ENOENT. */
int nft_object_find(const struct nft_load *load, const struct nl_attr *name,
		    uint32_t type, struct nft_object **object);
void nft_object_hold(struct nft_object *object);
void nft_object_release(struct nft_object *object);

#endif
