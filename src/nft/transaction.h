/* SPDX-License-Identifier: BSD-2-Clause
 * nft/transaction.h - how kinds of objects plug into requests and batches.
 *
 * A request of a batch checks everything that can fail, changes the next
 * generation, and leaves a transaction behind.  At the end all of them are
 * committed in order, or aborted in reverse order; neither can fail. */
#ifndef NFT_TRANSACTION_H
#define NFT_TRANSACTION_H

#include "base/list.h"
#include "nft/load.h"
#include "nft/names.h"

struct nft_trans;
struct nft_request;

struct nft_trans_ops {
	uint16_t size;		/* of the transaction, struct nft_trans first */
	/* May this batch be committed?  Asked of all, before anything is
	 * done.  May be NULL.  => 0 or -errno. */
	int (*check)(struct nft *nft, struct nft_trans *t);
	/* In order, when the new generation is the present one already: make
	 * it final, and notify. */
	void (*commit)(struct nft *nft, struct nft_trans *t);
	/* In reverse order: as it was. */
	void (*abort)(struct nft *nft, struct nft_trans *t);
	/* Then, in the same order: free what is gone for good: with
	 * 'is_aborted' what was new, else what was deleted.  May be NULL. */
	void (*release)(struct nft *nft, struct nft_trans *t, bool is_aborted);
};

struct nft_trans {
	struct list link;		/* nft->transactions */
	struct nft_link by_id;		/* with has_id */
	const struct nft_trans_ops *ops;
	struct nft_load load;		/* of the request; without extack */
	const void *scope;		/* ids are told apart within: a table, a
					 * chain */
	uint32_t id;			/* NFTA_*_ID */
	bool has_id;
	size_t order;			/* in the batch, with has_id */
	/* the kind's own follow */
};

/* Make one, zeroed but for struct nft_trans, in no batch yet.
 * => NULL: -ENOMEM. */
void *nft_trans_create(const struct nft_load *load,
		       const struct nft_trans_ops *ops);
void nft_trans_destroy(struct nft_trans *t);	/* one that was not added */
/* The batch has it now. */
void nft_trans_add(struct nft_trans *t);
/* The same; it can be found by 'id'. */
void nft_trans_add_id(struct nft_trans *t, const void *scope, uint32_t id);
/* The oldest of this batch, of that kind and scope, that 'is_it' (NULL: any)
 * says yes to. */
struct nft_trans *nft_trans_by_id(const struct nft *nft,
				  const struct nft_trans_ops *ops,
				  const void *scope, uint32_t id,
				  bool (*is_it)(const struct nft *nft,
						const struct nft_trans *t));

/* Kinds of messages. */

struct nft_dump;

struct nft_dump_ops {
	uint8_t levels;			/* lists within lists: 1 (tables) to
					 * NFT_DUMP_LEVELS */
	/* Filters and what else the request says. => 0 or -errno. */
	int (*begin)(struct nft_dump *d, const struct nl_attr tb[]);
	/* => The head of the list at 'level' (from 0) within 'outer', the
	 * element of the level above. */
	struct list *(*list)(const struct nft_dump *d, unsigned level,
			     struct list *outer);
	/* Shall what is in this element be looked at (outer levels), shall it
	 * be listed (the innermost)? */
	bool (*wants)(const struct nft_dump *d, unsigned level,
		      const struct list *l);
	/* One message.  => false: there is more of this element, to be had in
	 * further messages (d->own says where it stopped). */
	bool (*put)(struct nft_dump *d, struct nl_writer *w, struct list *l);
	void (*end)(struct nft_dump *d);	/* may be NULL */
	/* For nft_dump_kind_list() and _wants(): where in a table its list of
	 * these is, and where, from an element's link on, its mask of
	 * generations. */
	size_t table_list;
	ptrdiff_t inactive;
};

/* One type of message.  A handler has one of 'change', 'get' and 'dump', or
 * the latter two. */
struct nft_handler {
	uint16_t max_attr;
	const struct nl_policy *policy;
	/* In a batch.  load->table is NULL: it is for the handler to find.
	 * => 0 or -errno. */
	int (*change)(struct nft_load *load, const struct nl_attr tb[]);
	/* One message as an answer. */
	int (*get)(struct nft_load *load, const struct nl_attr tb[],
		   struct nl_writer *answer);
	const struct nft_dump_ops *dump;
	bool is_reset;			/* a dump resets what it lists */
};

/* Messages of nf_tables: header and struct nfgenmsg, with the generation
 * where Linux puts it. => Offset for nl_end_msg(). */
size_t nft_begin_msg(const struct nft *nft, struct nl_writer *w,
		     uint16_t message, uint16_t flags, uint32_t seq,
		     uint32_t portid, uint8_t family);

/* Tell NFNLGRP_NFTABLES what the transaction of 'load' has changed: if
 * anybody listens, write one message; nft_notify_end() sends it.
 * => NULL when nobody listens. */
struct nl_writer *nft_notify_begin(const struct nft_load *load);
void nft_notify_end(const struct nft_load *load);

#endif
