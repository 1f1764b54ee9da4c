/* SPDX-License-Identifier: BSD-2-Clause
 * nft/request.h - the ruleset's front door: nf_tables messages in, answers
 * and notifications out.  Between it and a client stands the control room,
 * which knows ports, batches' framing and acknowledgements. */
#ifndef NFT_REQUEST_H
#define NFT_REQUEST_H

#include "nft/load.h"

struct nft_expr_ops;
struct nft_log_record;

/* What the ruleset needs to know, and whom it tells. */
struct nft_config {
	struct track *track;
	struct router *router;
	struct random *random;
	struct hash_key key;		/* of the hash tables: secret */
	/* Expressions of higher rooms, NULL at the end; NULL: none. */
	const struct nft_expr_ops *const *expressions;
	/* A notification for group NFNLGRP_NFTABLES or NFNLGRP_NFTRACE: one
	 * whole message (NULL: one that was too long was lost).  'portid' and 'seq' are of the request that caused it
	 * (0: none); with 'echo' that port wants it too (NLM_F_ECHO). */
	void (*notify)(void *ctx, uint32_t group, const void *message,
		       size_t size, uint32_t portid, bool echo);
	/* Does any port listen to that group?  NULL: as if one did. */
	bool (*listens)(void *ctx, uint32_t group);
	void *notify_ctx;
	nft_trace_fn *trace;
	void *trace_ctx;
	/* Told of every packet that a rule logs (nft/log.h); NULL: nobody. */
	void (*log)(void *ctx, const struct nft_log_record *record);
	void *log_ctx;
};

int nft_create(struct nft **nft, const struct nft_config *config);
void nft_destroy(struct nft *nft);

/* Whose request it is, as NFTA_GEN_PROC_* tell. */
struct nft_process {
	uint32_t id;
	char name[16];
};

/* One message, NFNL_SUBSYS_NFTABLES, its struct nfgenmsg read already. */
struct nft_request {
	const struct nl_msg *msg;
	const uint8_t *attrs;		/* after struct nfgenmsg */
	uint32_t attrs_len;
	uint8_t family;			/* nfgen_family */
	uint16_t res_id;
	uint32_t portid;		/* of the sender */
	struct nft_process process;
	struct nl_extack *extack;
};

/* A batch: begin, messages, then commit or abort.  Messages after one that
 * failed may still be given, to learn of more errors; then abort.
 * begin => 0, or -ERESTART when NFNL_BATCH_GENID is not the present one.
 * message => 0 or -errno, as Linux says.
 * commit => 0, or -errno with everything undone.  -EAGAIN: it is not valid
 *    as a whole; give the same batch once more, from nft_batch_begin() on,
 *    and the message at fault is told. */
int nft_batch_begin(struct nft *nft, uint32_t genid, bool has_genid);
int nft_batch_message(struct nft *nft, const struct nft_request *request);
int nft_batch_commit(struct nft *nft);
/* A batch that ends without a commit ('nft -c'): would it be valid?
 * => 0: abort it now.  -EAGAIN, as commit's; or another -errno: undone. */
int nft_batch_validate(struct nft *nft);
void nft_batch_abort(struct nft *nft);
bool nft_batch_is_batched(uint16_t type);	/* must it be in a batch? */

/* A GET for one thing, answered by one message.  => 0 or -errno. */
int nft_get(struct nft *nft, const struct nft_request *request,
	    struct nl_writer *answer);

/* A GET with NLM_F_DUMP.  The cursor survives changes: what is there
 * throughout comes once; messages after a change bear NLM_F_DUMP_INTR.
 * next => 1: 'answer' has some messages, more to come; 0: it has the last;
 *         -errno.  A message that is larger than 'answer' gives -EMSGSIZE. */
struct nft_dump;
int nft_dump_begin(struct nft *nft, const struct nft_request *request,
		   struct nft_dump **dump);
int nft_dump_next(struct nft_dump *dump, struct nl_writer *answer);
/* Did anything change meanwhile?  Then NLMSG_DONE bears the flag too. */
bool nft_dump_is_torn(const struct nft_dump *dump);
void nft_dump_end(struct nft_dump *dump);

/* What was loaded and is kept and listed, but has no effect yet: for the
 * user to be told of once. */
enum nft_notice {
	NFT_NOTICE_HELPER,		/* ct helper objects */
	NFT_NOTICE_SOCKET,		/* socket, tproxy */
	NFT_NOTICE_FLOW,		/* flow add */
	NFT_NOTICES,
};

/* Bits 1 << NFT_NOTICE_*, of all that was ever loaded. */
uint32_t nft_notices(const struct nft *nft);
const char *nft_notice_text(enum nft_notice notice);

/* Bounded work in the background: expired elements, freed memory.
 * => Is there more to do? */
bool nft_work(struct nft *nft, uint32_t budget);

/* A port closed: tables it owns (NFT_TABLE_F_OWNER) go with it. */
void nft_port_gone(struct nft *nft, uint32_t portid);

#endif
