/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr.h - what an expression is: a name, its parse, its dump, its eval.
 *
 * One file per expression: expr_cmp.c holds all three, so that who changes
 * one sees the others.  expr.c has the table of all of them.
 *
 * An expression's own bytes follow its ops pointer.  They are copied when a
 * chain is made ready to run: what changes as packets pass (counters, quotas)
 * must be behind a pointer, allocated by init(), freed by fini(), and may be
 * reached from the copy.
 *
 * Life, as in Linux: init() when the rule is parsed; deactivate() when a
 * batch removes the rule, activate() if that batch fails; fini() when it is
 * gone for good.  References (to sets, objects, chains) are counted in
 * between, so that what is used cannot be deleted (-EBUSY). */
#ifndef NFT_EXPR_H
#define NFT_EXPR_H

#include "nft/load.h"

struct nft_expr;
struct nft_telling;

/* Why an expression is deactivated: NFT_TRANS_*. */
enum nft_phase {
	NFT_PHASE_PREPARE,		/* its rule is deleted in this batch */
	NFT_PHASE_PREPARE_ERROR,	/* its rule could not be made */
	NFT_PHASE_ABORT,		/* its rule was new, the batch failed */
	NFT_PHASE_COMMIT,		/* its rule's deletion is final */
	NFT_PHASE_RELEASE,
};

enum nft_expr_flag {
	NFT_EXPR_IS_STATEFUL	= 1u << 0,	/* may be in set elements */
	NFT_EXPR_HAS_GC		= 1u << 1,
};

/* Kinds that eval.c runs without a call. */
enum nft_run {
	NFT_RUN_CALL,		/* all others: by ops->eval */
	NFT_RUN_PORT,		/* nft/fuse.h */
	NFT_RUN_MATCH_PAYLOAD,
	NFT_RUN_MATCH_META,
	NFT_RUN_MATCH_BITS,
	NFT_RUN_MATCH_NAME,
	NFT_RUN_IMMEDIATE,
	NFT_RUN_CMP,
	NFT_RUN_COUNTER,
};

typedef void nft_eval_fn(const struct nft_expr *expr, struct nft_regs *regs,
			 struct nft_eval *ev);

struct nft_expr_ops {
	const char *name;	/* NFTA_EXPR_NAME */
	uint16_t size;		/* bytes behind the ops pointer */
	uint16_t families;	/* bits 1 << NFPROTO_* it is for; 0: all */
	uint8_t flags;		/* enum nft_expr_flag */
	uint8_t run;		/* enum nft_run */
	nft_eval_fn *eval;
	/* 'tb' are the attributes of NFTA_EXPR_DATA, up to 'max_attr', checked
	 * against 'policy'.  => 0 or -errno with nothing held. */
	int (*init)(const struct nft_load *load, struct nft_expr *expr,
		    const struct nl_attr tb[]);
	uint16_t max_attr;
	const struct nl_policy *policy;
	/* The rest may be NULL. */
	void (*fini)(struct nft *nft, struct nft_expr *expr);
	void (*activate)(const struct nft_load *load, struct nft_expr *expr);
	void (*deactivate)(const struct nft_load *load, struct nft_expr *expr,
			   enum nft_phase phase);
	/* May it stand in this chain?  Asked when the rule is added, and again
	 * of all rules a base chain can reach when a jump appears. */
	int (*validate)(const struct nft_load *load,
			const struct nft_expr *expr);
	/* The attributes of NFTA_EXPR_DATA.  'reset' as NFT_MSG_GETRULE_RESET. */
	void (*dump)(struct nl_writer *w, const struct nft_expr *expr,
		     bool reset);
	/* Stateful: make a fresh copy for another set element. */
	int (*clone)(struct nft *nft, struct nft_expr *to,
		     const struct nft_expr *from);
	/* HAS_GC: => may the element that holds it be dropped? */
	bool (*gc)(struct nft *nft, const struct nft_expr *expr);
	/* A packet that is explained has been through eval(): say what it
	 * saw and did (nft/tell.h).  NULL: the name says it all. */
	void (*tell)(struct nft_telling *t, const struct nft_expr *expr);
	/* Expressions whose ops depend on what is asked for (payload with a
	 * source register, meta set, ...): pick among relatives. => NULL with
	 * *err set when there are none. */
	const struct nft_expr_ops *(*select)(const struct nft_load *load,
					     const struct nl_attr tb[],
					     int *err);
};

struct nft_expr {
	const struct nft_expr_ops *ops;
	uint64_t data[];
};

/* The expression's own bytes. */
#define nft_priv(expr) ((void *)(uintptr_t)(expr)->data)

static inline uint32_t
nft_expr_size(const struct nft_expr_ops *ops)
{
	return (uint32_t)(sizeof(struct nft_expr) + ((ops->size + 7u) & ~7u));
}

/* => NULL when there is none of that name for load->family. */
const struct nft_expr_ops *nft_expr_lookup(const struct nft_load *load,
					   const struct nl_attr *name);

/* One expression from a nest of NFTA_EXPR_NAME and _DATA, by nft_alloc(): for
 * sets' elements and dynset.  'stateful': only those that may be there.
 * => 0 or -errno. */
int nft_expr_create(const struct nft_load *load, const struct nl_attr *attr,
		    bool stateful, struct nft_expr **expr);
int nft_expr_clone(struct nft *nft, const struct nft_expr *from,
		   struct nft_expr **to);
void nft_expr_destroy(struct nft *nft, struct nft_expr *expr);	/* NULL is fine */
/* NFTA_EXPR_NAME and _DATA, within a nest of 'attr_type' (0: none). */
void nft_expr_dump(struct nl_writer *w, uint16_t attr_type,
		   const struct nft_expr *expr, bool reset);

#endif
