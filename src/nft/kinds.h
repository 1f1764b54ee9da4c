/* SPDX-License-Identifier: BSD-2-Clause
 * nft/kinds.h - what the kinds of objects offer to requests, batches and
 * each other; shared by the files of this room alone. */
#ifndef NFT_KINDS_H
#define NFT_KINDS_H

#include "nft/nft.h"

/* Handlers, for the table in request.c. */
extern const struct nft_handler nft_chain_del;
extern const struct nft_handler nft_chain_get;
extern const struct nft_handler nft_chain_new;
extern const struct nft_handler nft_elem_del;
extern const struct nft_handler nft_elem_get;
extern const struct nft_handler nft_elem_get_reset;
extern const struct nft_handler nft_elem_new;
extern const struct nft_handler nft_flowtable_del;
extern const struct nft_handler nft_flowtable_get;
extern const struct nft_handler nft_flowtable_new;
extern const struct nft_handler nft_gen_get;
extern const struct nft_handler nft_object_del;
extern const struct nft_handler nft_object_get;
extern const struct nft_handler nft_object_get_reset;
extern const struct nft_handler nft_object_new;
extern const struct nft_handler nft_rule_del;
extern const struct nft_handler nft_rule_get;
extern const struct nft_handler nft_rule_get_reset;
extern const struct nft_handler nft_rule_new;
extern const struct nft_handler nft_set_del;
extern const struct nft_handler nft_set_get;
extern const struct nft_handler nft_set_new;
extern const struct nft_handler nft_table_del;
extern const struct nft_handler nft_table_get;
extern const struct nft_handler nft_table_new;

/* Delete all of a kind in load->table, for the deletion of the table: a step
 * of table.c's flush().  => 0 or -errno. */
int nft_chain_flush(struct nft_load *load);
int nft_flowtable_flush(struct nft_load *load);
int nft_object_flush(struct nft_load *load);
int nft_rule_flush(struct nft_load *load);
int nft_set_flush(struct nft_load *load);

/* Elements whose time has come, '*budget' of them. => Is there more? */
bool nft_set_work(struct nft *nft, uint32_t *budget);

/* All tables of an owner (0: all there are), in a batch that is begun. */
int nft_tables_flush(struct nft *nft, uint32_t owner);

/* request.c: the dump that a request asks for, its attributes in 'tb'.
 * => NULL with '*err'. */
const struct nft_dump_ops *
nft_request_dump(const struct nft_request *request, struct nl_attr tb[],
		 bool *is_reset, int *err);

/* dump.c: for the kinds' own dumps. */
bool nft_dump_wants_table(const struct nft_dump *d, const struct list *l);
/* The lists of two levels, tables and what table_list and inactive name. */
struct list *nft_dump_kind_list(const struct nft_dump *d, unsigned level,
				struct list *outer);
bool nft_dump_kind_wants(const struct nft_dump *d, unsigned level,
			 const struct list *l);
#define NFT_DUMP_INACTIVE(type)						\
	((ptrdiff_t)offsetof(type, named.inactive) -			\
	 (ptrdiff_t)offsetof(type, link))
/* NLM_F_MULTI, and NLM_F_DUMP_INTR after a change. */
uint16_t nft_dump_flags(const struct nft_dump *d);
/* Keep a filter's string. => 0 or -ENOMEM. */
int nft_dump_filter(char **to, const struct nl_attr *name);

/* A copy on the heap. => NULL: -ENOMEM. */
char *nft_strdup(const struct nl_attr *a);
void *nft_memdup(const struct nl_attr *a);

/* chain_hook.c: base chains and where packets come by. */

/* Have packets run it (=> 0 or -ENOMEM) / no longer. */
int nft_base_register(struct nft *nft, struct nft_base *base);
void nft_base_unregister(struct nft *nft, struct nft_base *base);

/* NFTA_CHAIN_HOOK and _TYPE as a request has them. */
struct nft_hook_draft {
	uint8_t type;			/* enum nft_chain_type */
	uint8_t wire_hook;
	uint8_t hook;			/* enum hook */
	int32_t priority;
	struct list devices;		/* nft_device.link */
};

/* 'base': the chain that is changed, or NULL.
 * => 0, or -errno with nothing held. */
int nft_hook_parse(const struct nft_load *load, const struct nl_attr tb[],
		   const struct nft_base *base, uint32_t flags,
		   struct nft_hook_draft *draft);
/* Where the engine has the hook ('*hook': enum hook).
 * => Family of the packets there; INET: both. */
uint8_t nft_hook_place(const struct nft_base *base, uint8_t *hook);
/* Is the hook one of devices? */
bool nft_hook_is_netdev(uint8_t family, uint8_t wire_hook);
void nft_hook_put(struct nl_writer *w, const struct nft_base *base,
		  const struct list *devices, uint8_t gen);
const char *nft_chain_type_name(uint8_t type);

/* Devices, of chains and flowtables. */
int nft_devices_parse(const struct nl_attr *one, const struct nl_attr *many,
		      struct list *devices, struct nl_extack *extack);
void nft_devices_free(struct list *devices);
void nft_devices_move(struct list *to, struct list *from);
struct nft_device *nft_devices_find(const struct list *devices,
				    const struct nft_device *like);
void nft_devices_put(struct nl_writer *w, uint16_t attr_type,
		     const struct list *devices, uint8_t gen);
bool nft_devices_match(const struct list *devices, const char *name);

/* chain.c: a chain that a rule owned goes with it. */
void nft_chain_unlink(struct nft *nft, struct nft_chain *chain);
void nft_chain_free(struct nft_chain *chain);

/* rule.c */
int nft_rule_delete_all(const struct nft_load *load);	/* of load->chain */
/* load->chain is the rule's. */
void nft_rule_activate(const struct nft_load *load, struct nft_rule *rule);
void nft_rule_deactivate(const struct nft_load *load, struct nft_rule *rule,
			 enum nft_phase phase);
void nft_rule_unlink(struct nft *nft, struct nft_rule *rule);
void nft_rule_free(struct nft *nft, struct nft_rule *rule);

/* blob.c: what packets run. */

/* An empty one for a new chain. => 0 or -ENOMEM. */
int nft_blob_init(struct nft_chain *chain);
void nft_blob_destroy(struct nft_blob *blob);
/* The chain's rules differ in the next generation. */
void nft_chain_touch(struct nft *nft, struct nft_chain *chain);
void nft_chain_forget(struct nft *nft, struct nft_chain *chain);
/* Make blobs of all chains that were touched. => 0 or -ENOMEM. */
int nft_blobs_prepare(struct nft *nft);
/* Packets run them from now on / they are not needed. */
void nft_blobs_commit(struct nft *nft);
void nft_blobs_abort(struct nft *nft);

/* validate.c */

/* All rules that packets can come to, if something was added that may not
 * stand everywhere. => 0 or -errno. */
int nft_table_validate(struct nft *nft, struct nft_table *table);

#endif
