/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_log.c - 'log': tell of the packet, and go on. */
#include <linux/netfilter/nf_log.h>

#include "nft/expr_all.h"
#include "nft/log.h"
#include "nft/nft.h"

struct log {
	char *prefix;		/* NULL: none was given */
	uint32_t snaplen;
	uint16_t group;
	uint16_t threshold;
	uint8_t level;
	uint8_t flags;
	bool is_nflog;
	bool has_snaplen;
};

static const struct nl_policy policy[NFTA_LOG_MAX + 1] = {
	[NFTA_LOG_GROUP] = { .kind = NL_U16 },
	[NFTA_LOG_PREFIX] = { .kind = NL_STRING, .max = NF_LOG_PREFIXLEN - 1 },
	[NFTA_LOG_SNAPLEN] = { .kind = NL_U32 },
	[NFTA_LOG_QTHRESHOLD] = { .kind = NL_U16 },
	[NFTA_LOG_LEVEL] = { .kind = NL_U32 },
	[NFTA_LOG_FLAGS] = { .kind = NL_U32 },
};

static int
init_syslog(struct log *log, const struct nl_attr tb[])
{
	/* Of both the last byte, as Linux has it. */
	log->level = NFT_LOGLEVEL_WARNING;
	if (tb[NFTA_LOG_LEVEL].data)
		log->level = (uint8_t)nl_be32(&tb[NFTA_LOG_LEVEL]);
	log->flags = (uint8_t)nl_be32(&tb[NFTA_LOG_FLAGS]);
	return log->level > NFT_LOGLEVEL_AUDIT || log->flags & ~NF_LOG_MASK ?
	       -EINVAL : 0;
}

static int
init_nflog(struct log *log, const struct nl_attr tb[])
{
	if (tb[NFTA_LOG_LEVEL].data || tb[NFTA_LOG_FLAGS].data)
		return -EINVAL;
	log->is_nflog = true;
	log->group = nl_be16(&tb[NFTA_LOG_GROUP]);
	log->threshold = nl_be16(&tb[NFTA_LOG_QTHRESHOLD]);
	log->has_snaplen = tb[NFTA_LOG_SNAPLEN].data;
	log->snaplen = nl_be32(&tb[NFTA_LOG_SNAPLEN]);
	return 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct log *log = nft_priv(expr);
	int err = tb[NFTA_LOG_GROUP].data ? init_nflog(log, tb) :
					    init_syslog(log, tb);

	if (err || !tb[NFTA_LOG_PREFIX].data)
		return err;
	log->prefix = nft_alloc(load->nft, NF_LOG_PREFIXLEN);
	if (!log->prefix)
		return -ENOMEM;
	nl_string(&tb[NFTA_LOG_PREFIX], log->prefix, NF_LOG_PREFIXLEN);
	return 0;
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	struct log *log = nft_priv(expr);

	nft_free(nft, log->prefix, NF_LOG_PREFIXLEN);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct log *log = nft_priv(expr);
	const struct nft_config *config = &ev->nft->config;

	(void)regs;
	if (!config->log)
		return;
	config->log(config->log_ctx, &(struct nft_log_record){
		.ev = ev,
		.prefix = log->prefix ? log->prefix : "",
		.is_nflog = log->is_nflog,
		.level = log->level,
		.flags = log->flags,
		.group = log->group,
		.threshold = log->threshold,
		.snaplen = log->snaplen,
		.has_snaplen = log->has_snaplen,
	});
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct log *log = nft_priv(expr);

	(void)reset;
	if (log->prefix)
		nl_put_string(w, NFTA_LOG_PREFIX, log->prefix);
	if (log->is_nflog) {
		nl_put_be16(w, NFTA_LOG_GROUP, log->group);
		if (log->has_snaplen)
			nl_put_be32(w, NFTA_LOG_SNAPLEN, log->snaplen);
		if (log->threshold)
			nl_put_be16(w, NFTA_LOG_QTHRESHOLD, log->threshold);
		return;
	}
	nl_put_be32(w, NFTA_LOG_LEVEL, log->level);
	if (log->flags)
		nl_put_be32(w, NFTA_LOG_FLAGS, log->flags);
}

const struct nft_expr_ops nft_expr_log = {
	.name = "log",
	.size = sizeof(struct log),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_LOG_MAX,
	.policy = policy,
	.fini = fini,
	.dump = dump,
};
