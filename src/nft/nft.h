/* SPDX-License-Identifier: BSD-2-Clause
 * nft/nft.h - the ruleset itself: tables, chains, rules; shared by the files
 * of this room and of xt.
 *
 * Generations: a batch prepares the next one while the present one goes on.
 * Every object has a mask of the generations it is NOT in.  What a batch adds
 * is inactive in the present generation, what it deletes in the next; commit
 * makes the next the present, and clears the masks.  Requests look things up
 * in the next generation, dumps in the present one.
 *
 * Packets run no rules but blobs: one contiguous copy of a chain's
 * expressions, made when a batch is committed. */
#ifndef NFT_NFT_H
#define NFT_NFT_H

#include <linux/netfilter.h>

#include "base/list.h"
#include "nft/expr.h"
#include "nft/memory.h"
#include "nft/names.h"
#include "nft/osf.h"
#include "nft/request.h"
#include "nft/transaction.h"
#include "nft/uapi.h"

enum {
	NFT_JUMPS_MOST		= 16,	/* depth of the jump stack */
	NFT_NAME_MOST		= NFT_NAME_MAXLEN - 1,
	NFT_RULE_EXPRS_MOST	= 128,
	NFT_FAMILIES		= 13,	/* NFPROTO_NUMPROTO */
};

/* enum nft_validate: what must be asked of a table's rules at commit. */
enum nft_validate {
	NFT_VALIDATE_SKIP,	/* nothing */
	NFT_VALIDATE_NEED,	/* all, at the end; when the message at fault is
				 * looked for, after each */
};

struct nft_table {
	struct nft_named named;		/* space: family */
	struct list link;		/* nft->tables */
	struct list chains;		/* nft_chain.link */
	struct list sets;		/* the sets' own */
	struct list objects;
	struct list flowtables;
	struct nft_names chain_names;
	struct nft_names set_names;
	struct nft_names object_names;	/* space: type */
	struct nft_names flowtable_names;
	struct nft_hash rules;		/* nft_rule.by_handle */
	/* Sets "prefix%d" have all numbers below this one. */
	char set_prefix[16];
	uint32_t set_number;
	uint64_t last_handle;
	uint32_t use;			/* chains, sets, objects, flowtables */
	uint32_t owner;			/* portid, with F_OWNER */
	uint32_t flags;			/* NFT_TABLE_F_* */
	uint8_t family;			/* NFPROTO_* */
	uint8_t validate;		/* enum nft_validate */
	bool has_update;		/* a change is under way in this batch */
	uint32_t was_flags;		/* with has_update: the present ones */
	uint16_t udata_len;
	uint8_t *udata;
};

struct nft_blob;
struct nft_expr_draft;

struct nft_chain {
	struct nft_named named;
	struct list link;		/* table->chains */
	struct list rules;		/* nft_rule.link */
	struct nft_table *table;
	uint32_t use;			/* rules in it, jumps to it */
	uint8_t flags;			/* NFT_CHAIN_* */
	bool is_bound;			/* the chain of a rule's own braces */
	bool is_owned;			/* it is or was bound: that rule frees it */
	uint16_t udata_len;
	uint8_t *udata;
	struct nft_blob *blob;		/* what packets run */
	struct nft_blob *blob_next;	/* what they will, at commit */
	struct nft_chain *next_touched;	/* with is_touched */
	bool is_touched;		/* rules changed in this batch */
	/* Validation: the deepest level it was reached at, for one kind of
	 * base chain, in one pass. */
	uint64_t pass;
	uint32_t pass_level;
};

static inline bool
nft_chain_is_base(const struct nft_chain *chain)
{
	return chain->flags & NFT_CHAIN_BASE;
}

enum nft_chain_type {
	NFT_CHAIN_FILTER,
	NFT_CHAIN_ROUTE,
	NFT_CHAIN_NAT,
	NFT_CHAIN_TYPES,
};

struct nft_stats {
	uint64_t packets;
	uint64_t bytes;
};

/* A device that a base chain or a flowtable is for. */
struct nft_device {
	struct list link;
	char name[16];
	uint8_t len;			/* what must be equal of it: with its
					 * NUL, or a prefix without */
	uint8_t inactive;		/* as nft_named */
};

struct nft_base {
	struct nft_chain chain;
	uint8_t type;			/* enum nft_chain_type */
	uint8_t wire_hook;		/* as netlink numbers it: of its family */
	uint8_t policy;			/* NFT_VERDICT_ACCEPT or _DROP */
	bool is_registered;		/* packets pass: table not dormant */
	int32_t priority;
	struct list devices;		/* nft_device.link */
	struct nft_stats *stats;	/* counters, NULL: none */
};

static inline struct nft_base *
nft_base_of(const struct nft_chain *chain)
{
	return (struct nft_base *)(uintptr_t)chain;	/* first member */
}

struct nft_rule {
	struct list link;		/* chain->rules */
	struct nft_link by_handle;
	uint64_t handle;
	struct nft_chain *chain;
	uint32_t size;			/* bytes of expressions */
	uint8_t inactive;
	uint16_t udata_len;
	uint64_t data[];		/* expressions, then user data */
};

static inline struct nft_expr *
nft_rule_first(const struct nft_rule *rule)
{
	return (struct nft_expr *)(uintptr_t)rule->data;
}

static inline struct nft_expr *
nft_expr_next(const struct nft_expr *expr)
{
	return (struct nft_expr *)((uintptr_t)expr + nft_expr_size(expr->ops));
}

static inline struct nft_expr *
nft_rule_end(const struct nft_rule *rule)
{
	return (struct nft_expr *)((uintptr_t)rule->data + rule->size);
}

#define nft_rule_each(e, rule)						\
	for ((e) = nft_rule_first(rule); (e) != nft_rule_end(rule);	\
	     (e) = nft_expr_next(e))

static inline const uint8_t *
nft_rule_udata(const struct nft_rule *rule)
{
	return (const uint8_t *)rule->data + rule->size;
}

/* The base chains at one hook of one family. */
struct nft_hook_chains {
	struct nft_hooked *at;
	size_t count;
	size_t size;
};

enum { NFT_DUMP_LEVELS = 3 };

/* A dump under way.  What it comes to next is moved on when that goes
 * (nft_unlink()), so it neither repeats nor misses what stays. */
struct nft_dump {
	struct nft *nft;
	struct list link;		/* nft->dumps */
	const struct nft_dump_ops *ops;
	struct list *at[NFT_DUMP_LEVELS];	/* NULL: that level's begin */
	bool is_torn;
	bool has_reset;
	uint8_t family;
	uint16_t type;			/* of the request */
	uint32_t seq;
	uint32_t portid;
	struct nl_extack *extack;	/* while it begins */
	char *table;			/* filters, or NULL */
	char *name;
	uint32_t filter;
	uint64_t own[8];		/* of the kind of dump */
};

struct nft {
	struct nft_config config;
	struct hash_key key;		/* of the names */
	struct nft_memory memory;
	uint32_t genid;
	uint8_t cursor;			/* 0 or 1: the present generation */
	struct list tables;		/* nft_table.link */
	struct nft_names table_names;	/* space: family */
	uint64_t last_table_handle;
	uint64_t last_chain_id;
	struct nft_hook_chains hooks[NFT_FAMILIES][HOOKS];
	uint32_t hooks_changed;		/* how often */
	struct list dumps;		/* nft_dump.link */
	struct list timed_sets;		/* whose elements end */
	struct nft_hash shared;		/* xt/shared.h */
	struct nft_osf_list osf;
	uint32_t notices;		/* enum nft_notice, bits */
	uint64_t validate_pass;

	/* The batch. */
	bool is_in_batch;
	bool has_first;			/* of the batch: it speaks for all */
	struct nft_load first;
	bool is_finding;		/* the message at fault: batch replayed */
	struct nft_process process;	/* of the last request */
	uint64_t validate_budget;	/* rules that may still be looked at */
	struct list transactions;	/* nft_trans.link */
	struct nft_hash ids;		/* nft_trans.by_id */
	struct nft_hash renames;	/* chains' new names */
	struct nft_chain *touched;	/* nft_chain.next_touched */
	size_t transaction_count;

	struct nft_expr_draft *drafts;	/* of the rule that is being made */

	/* Messages are made here. */
	struct nl_writer writer;
	uint8_t *buffer;
	size_t buffer_size;
};

/* Generations. */

static inline uint8_t
nft_gen_now(const struct nft *nft)
{
	return (uint8_t)(1u << nft->cursor);
}

static inline uint8_t
nft_gen_next(const struct nft *nft)
{
	return (uint8_t)(2u >> nft->cursor);
}

/* A new one: in the next generation only. */
static inline void
nft_gen_add(const struct nft *nft, uint8_t *inactive)
{
	*inactive = nft_gen_now(nft);
}

/* A deleted one: in the present generation only. */
static inline void
nft_gen_delete(const struct nft *nft, uint8_t *inactive)
{
	*inactive = nft_gen_next(nft);
}

static inline bool
nft_gen_is_in_next(const struct nft *nft, uint8_t inactive)
{
	return !(inactive & nft_gen_next(nft));
}

static inline bool
nft_gen_is_in_now(const struct nft *nft, uint8_t inactive)
{
	return !(inactive & nft_gen_now(nft));
}

/* In the next one too: committed (the next is the present by then), or its
 * deletion was undone. */
static inline void
nft_gen_keep(const struct nft *nft, uint8_t *inactive)
{
	*inactive &= (uint8_t)~nft_gen_next(nft);
}

/* References. => false when there are too many: -EMFILE. */
static inline bool
nft_use_inc(uint32_t *use)
{
	if (*use == UINT32_MAX)
		return false;
	(*use)++;
	return true;
}

static inline void
nft_use_dec(uint32_t *use)
{
	(*use)--;
}

/* Something that is kept and listed, but does nothing yet. */
static inline void
nft_notice(struct nft *nft, enum nft_notice notice)
{
	nft->notices |= 1u << notice;
}

/* table.c */

/* In generation 'gen'; 'portid' must own it if anyone does (0: never mind).
 * => NULL with '*err' -EINVAL, -ENOENT or -EPERM. */
struct nft_table *nft_table_find(const struct nft *nft,
				 const struct nl_attr *name, uint8_t family,
				 uint8_t gen, uint32_t portid, int *err);
/* load->table is the one that 'name' names: for a request that looks (in the
 * present generation), and for one that changes (in the next; only who owns
 * the table may).  => 0, or -errno with 'name' blamed. */
int nft_table_seen(struct nft_load *load, const struct nl_attr *name);
int nft_table_changed(struct nft_load *load, const struct nl_attr *name);
static inline uint64_t
nft_table_handle(struct nft_table *table)
{
	return ++table->last_handle;
}

/* Its rules must be validated before commit. */
static inline void
nft_table_validate_later(struct nft_table *table)
{
	if (table->validate == NFT_VALIDATE_SKIP)
		table->validate = NFT_VALIDATE_NEED;
}

/* chain.c */

/* In generation 'gen'. => NULL with '*err' -EINVAL or -ENOENT. */
struct nft_chain *nft_chain_find(const struct nft_table *table,
				 const struct nl_attr *name, uint8_t gen,
				 int *err);
/* One that this batch makes, by NFTA_CHAIN_ID. => NULL: -ENOENT. */
struct nft_chain *nft_chain_by_id(const struct nft *nft,
				  const struct nft_table *table, uint32_t id);

/* validate.c */

/* For validate() of what jumps, with load->level one more: is what 'chain'
 * holds, and what can be reached from it, allowed in load->chain, and its
 * jumps no deeper than they may be?
 * => 0, -EMLINK, or what an expression's validate() says. */
int nft_chain_validate(const struct nft_load *load, struct nft_chain *chain);
/* For expressions' validate(): is load->chain, if it is a base chain, of this
 * type / at one of these hooks (bits 1 << NF_INET_*)? => 0 or -EOPNOTSUPP. */
int nft_chain_validate_type(const struct nft_load *load,
			    enum nft_chain_type type);
int nft_chain_validate_hooks(const struct nft_load *load, uint32_t hooks);

/* Take a link out of a list that dumps walk. */
void nft_unlink(struct nft *nft, struct list *link);

#endif
