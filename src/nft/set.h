/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set.h - sets and maps: hash, intervals, concatenations.
 *
 * What rules need of them; set.c, set_hash.c, set_interval.c and
 * set_concat.c keep the rest to themselves (set_private.h). */
#ifndef NFT_SET_H
#define NFT_SET_H

#include "base/list.h"
#include "nft/expr.h"

struct nft_set;
struct nft_object;

/* One element, as a packet sees it. */
struct nft_elem {
	const struct nft_data *data;	/* maps: NULL otherwise */
	struct nft_object *object;	/* object maps */
	uint8_t expr_count;		/* counter, limit, ... of the element */
	struct nft_expr *const *expr;
	void *handle;			/* the set's own */
};

/* Find the element of a key (words of registers) at the engine's time.
 * => false when there is none, and no catch-all ("*") either. */
bool nft_set_lookup(struct nft *nft, const struct nft_set *set,
		    const uint32_t *key, struct nft_elem *elem);

/* Dynset: find, or add with 'timeout_ms' (0: the set's own), 'data' (maps) and copies of
 * 'expr' (expressions of dynset).  'expiration' is renewed with 'update'.
 * => 0, -ENFILE (full), -ENOMEM, -EOPNOTSUPP. */
int nft_set_add_dynamic(struct nft *nft, struct nft_set *set,
			const uint32_t *key, const struct nft_data *data,
			uint64_t timeout_ms, bool update,
			struct nft_expr *const *expr, uint8_t expr_count,
			struct nft_elem *elem);
/* => Was it there? */
bool nft_set_delete_dynamic(struct nft *nft, struct nft_set *set,
			    const uint32_t *key);

/* Rules' references.  The lookup is by name, or by id for a set that the
 * same batch makes; in the next generation.  => 0 or -ENOENT. */
int nft_set_find(const struct nft_load *load, const struct nl_attr *name,
		 const struct nl_attr *id, struct nft_set **set);

struct nft_set_binding {
	struct list link;
	const struct nft_chain *chain;
	uint32_t flags;			/* NFT_SET_MAP for a map look-up */
};

/* => 0, or -EBUSY, -ELOOP, ... as nf_tables_bind_set(). */
int nft_set_bind(const struct nft_load *load, struct nft_set *set,
		 struct nft_set_binding *binding);
void nft_set_activate(const struct nft_load *load, struct nft_set *set);
void nft_set_deactivate(const struct nft_load *load, struct nft_set *set,
			struct nft_set_binding *binding, enum nft_phase phase);
void nft_set_unbind(struct nft *nft, struct nft_set *set,
		    struct nft_set_binding *binding);

const char *nft_set_name(const struct nft_set *set);
uint32_t nft_set_flags(const struct nft_set *set);	/* NFT_SET_* */
uint16_t nft_set_key_len(const struct nft_set *set);
uint16_t nft_set_data_len(const struct nft_set *set);
uint32_t nft_set_data_type(const struct nft_set *set);	/* wire: NFT_DATA_VERDICT or other */
uint32_t nft_set_object_type(const struct nft_set *set);
uint64_t nft_set_timeout_ms(const struct nft_set *set);
struct nft_expr *const *nft_set_exprs(const struct nft_set *set,
				      uint8_t *count);

/* Validation of verdict maps: call 'visit' for every element's data. */
int nft_set_each_data(const struct nft_load *load, const struct nft_set *set,
		      int (*visit)(const struct nft_load *load,
				   const struct nft_data *data));

#endif
