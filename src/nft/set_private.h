/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_private.h - a set, as the files that make sets see it.
 *
 *	set.c		what rules and packets ask of sets; references
 *	set_message.c	NFT_MSG_*SET
 *	set_draft.c	what NFT_MSG_NEWSET says
 *	set_elem.c	elements: made, held, released
 *	set_change.c	NFT_MSG_NEWSETELEM, _DELSETELEM
 *	set_list.c	NFT_MSG_GETSETELEM and its dump
 *	set_store.c	finding elements (set_hash.c, set_interval.c, ...) */
#ifndef NFT_SET_PRIVATE_H
#define NFT_SET_PRIVATE_H

#include "nft/kinds.h"
#include "nft/object.h"
#include "nft/set.h"
#include "nft/set_store.h"

enum {
	SET_EXPRS		= 2,		/* NFT_SET_EXPR_MAX */
	SET_DYNAMIC_SIZE	= 0xffff,	/* of one that rules fill */
	SET_VERDICT_LEN		= 16,
};

struct nft_set {
	struct nft_named named;
	struct list link;		/* table->sets */
	struct nft_table *table;
	struct nft *nft;
	struct list timed;		/* nft->timed_sets */
	struct list bindings;		/* nft_set_binding.link */
	uint32_t use;			/* rules */
	uint32_t flags;			/* NFT_SET_* */
	uint32_t key_type;		/* as the wire has them */
	uint32_t data_type;
	uint32_t object_type;
	uint32_t policy;
	uint32_t size;			/* as asked for; 0: no limit */
	uint32_t gc_interval_ms;
	uint64_t timeout_ms;		/* 0: none by default */
	uint64_t gc_due_ms;		/* of expressions with a gc: the next */
	uint32_t gc_hand;		/* round, and the element it is at */
	uint16_t data_len;
	uint16_t udata_len;
	uint8_t *udata;
	uint8_t field_len[STORE_FIELDS];
	uint8_t fields;
	uint8_t expr_count;
	bool can_update;		/* rules may add elements */
	bool is_bound;			/* anonymous: a rule of this batch, or
					 * an older one, has it */
	bool has_gc;			/* elements may have such expressions */
	struct nft_expr *expr[SET_EXPRS];
	uint32_t catchall;		/* element "*", or 0 */
	struct set_store store;
};

/* What few elements have. */
struct elem_extra {
	uint16_t udata_len;
	uint8_t expr_count;
	struct nft_expr *expr[SET_EXPRS];
	uint8_t udata[];
};

static inline bool
set_is_anonymous(const struct nft_set *set)
{
	return set->flags & NFT_SET_ANONYMOUS;
}

static inline bool
set_has_map(const struct nft_set *set)
{
	return set->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
}

static inline enum nft_data_type
set_data_kind(const struct nft_set *set)
{
	return set->data_type == NFT_DATA_VERDICT ? NFT_DATA_JUDGEMENT :
	       NFT_DATA_BYTES;
}

static inline const struct nft_data *
set_elem_data(const struct nft_set *set, const struct elem *e)
{
	return e->flags & ELEM_HAS_DATA ? elem_data(&set->store, e) : NULL;
}

static inline struct nft_object *
set_elem_object(const struct nft_set *set, const struct elem *e)
{
	return set->store.object_at ? *elem_object(&set->store, e) : NULL;
}

static inline struct nft_set *
set_of(const struct nft_named *named)
{
	return list_entry(named, struct nft_set, named);
}

uint64_t set_now_ms(const struct nft *nft);

/* set.c */

/* For packets: the element of a key; the catch-all. => Is there one? */
bool set_lookup_key(const struct nft_set *set, const uint32_t *key,
		    struct nft_elem *elem);
bool set_lookup_catchall(const struct nft_set *set, struct nft_elem *elem);

/* The element's own expressions see the packet, until one says no. */
static inline void
set_run_elem(const struct nft_elem *elem, struct nft_regs *regs,
	     struct nft_eval *ev)
{
	for (uint8_t i = 0; i < elem->expr_count; i++) {
		elem->expr[i]->ops->eval(elem->expr[i], regs, ev);
		if (regs->verdict == NFT_BREAK)
			return;
	}
}

/* set_tell.c: for packets that are explained (nft/tell.h). */

/* Which set: its name or, of one without, its elements' number. */
void set_tell(struct nft_telling *t, const struct nft_set *set);
/* Which element of it; NULL: none. */
void set_tell_found(struct nft_telling *t, const struct nft_set *set,
		    uint8_t reg, const struct nft_elem *elem);

/* In generation 'gen', by name or by handle (either may be absent). */
struct nft_set *set_lookup(const struct nft_table *table,
			   const struct nl_attr *name,
			   const struct nl_attr *handle, uint8_t gen);
/* Every element that is found, the catch-all last; 'visit' may not change
 * the set.  => What 'visit' said, if not 0. */
int set_each(const struct nft_set *set,
	     int (*visit)(void *ctx, const struct nft_set *set, uint32_t ref),
	     void *ctx);
/* References of all elements, as the set goes away or comes back. */
void set_hold_all(struct nft_set *set);
void set_release_all(struct nft_set *set);
/* Whose time has come goes, at most '*budget' (NULL: all) of them. */
void set_expire(struct nft_set *set, uint32_t *budget);
void set_destroy(struct nft *nft, struct nft_set *set);
void set_unlink(struct nft *nft, struct nft_set *set);

/* set_message.c */
void set_notify(const struct nft_load *load, const struct nft_set *set,
		uint16_t message);
/* The transaction that makes a set with this id, if that is under way. */
struct nft_set *set_by_id(const struct nft *nft, const struct nft_table *table,
			  uint32_t id);

/* set_elem.c: one element. */

/* NFTA_SET_ELEM_*, checked. */
struct elem_draft {
	struct nl_attr tb[NFTA_SET_ELEM_MAX + 1];
	uint32_t flags;			/* NFT_SET_ELEM_* */
	uint32_t key[STORE_KEY_MAX / 4];
	uint32_t end[STORE_KEY_MAX / 4];
	bool has_end;
	uint64_t timeout_ms;
	uint64_t expires_ms;		/* 0: not said */
	struct nft_data data;
	bool has_data;
	struct nft_object *object;
	struct nft_expr *expr[SET_EXPRS];
	uint8_t expr_count;
};

/* Milliseconds on the wire. => 0 or -ERANGE. */
int set_parse_ms(const struct nl_attr *attr, uint64_t *ms);

/* NFTA_SET_ELEM_LIST_ELEMENTS: are all well-formed? => 0 or -errno. */
int elem_check_list(const struct nft_load *load, const struct nl_attr *list);

/* Attributes, flags and keys; enough to find one. => 0 or -errno. */
int elem_parse_key(const struct nft_load *load, const struct nft_set *set,
		   const struct nl_attr *attr, struct elem_draft *d);
/* The same, and all the rest: what it refers to is held.
 * => 0, or -errno with nothing held. */
int elem_parse(const struct nft_load *load, struct nft_set *set,
	       const struct nl_attr *attr, struct elem_draft *d);
/* Let go of what a draft holds. */
void elem_drop(struct nft *nft, const struct nft_set *set,
	       struct elem_draft *d);
/* An element that has what the draft held.  => 0: no memory, the draft is as
 * it was. */
uint32_t elem_create(struct nft_set *set, struct elem_draft *d);
/* References to chains and objects. */
void elem_hold(const struct nft_set *set, const struct elem *e);
void elem_release(const struct nft_set *set, const struct elem *e);
/* Free what one has beside it, or all of it; its references have been
 * released. */
void elem_fini(const struct nft_set *set, struct elem *e);
void elem_destroy(struct nft_set *set, uint32_t ref);
/* One expression for a set, its elements, or a dynset into it. */
int elem_expr_create(const struct nft_load *load, struct nft_set *set,
		     const struct nl_attr *attr, struct nft_expr **expr);
/* Expressions and user data. => 0 or -ENOMEM. */
int elem_set_extra(struct nft_set *set, struct elem *e,
		   struct nft_expr *const expr[], uint8_t expr_count,
		   const void *udata, uint16_t udata_len);

/* set_list.c */
void elem_put(const struct nft_set *set, struct nl_writer *w,
	      const struct elem *e, bool reset);
void elem_notify(const struct nft_load *load, const struct nft_set *set,
		 uint32_t ref, uint16_t message);

/* What a request says of a set. */
struct set_draft {
	uint32_t flags;
	uint32_t key_type;
	uint32_t key_len;
	uint32_t data_type;
	uint32_t data_len;
	uint32_t object_type;
	uint32_t policy;
	uint32_t size;
	uint32_t gc_interval_ms;
	uint64_t timeout_ms;
	uint8_t fields;
	uint8_t field_len[STORE_FIELDS];
};

static inline bool
set_has_both(uint32_t flags, uint32_t a, uint32_t b)
{
	return flags & a && flags & b;
}

/* => 0, -EINVAL, -EOPNOTSUPP, -E2BIG. */
int set_draft_parse(const struct nft_load *load, const struct nl_attr tb[],
		    struct set_draft *d);

#endif
