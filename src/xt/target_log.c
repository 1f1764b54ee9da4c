/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_log.c - 'LOG', 'NFLOG' and 'AUDIT': tell of the packet, and go
 * on.  All three tell whom nf_tables' 'log' tells. */
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/xt_AUDIT.h>
#include <linux/netfilter/xt_LOG.h>
#include <linux/netfilter/xt_NFLOG.h>

#include "nft/log.h"
#include "xt/xt.h"

static int32_t
tell(const struct nft_log_record *record)
{
	const struct nft_config *config = &record->ev->nft->config;

	if (config->log)
		config->log(config->log_ctx, record);
	return NFT_CONTINUE;
}

static int
log_check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_log_info *info = ext->info;

	(void)load;
	return info->level > NFT_LOGLEVEL_DEBUG ||
	       info->prefix[sizeof(info->prefix) - 1] ? -EINVAL : 0;
}

static int32_t
log_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_log_info *info = ext->info;

	return tell(&(struct nft_log_record){
		.ev = ev,
		.prefix = info->prefix,
		.level = info->level,
		.flags = info->logflags,
	});
}

static int
nflog_check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_nflog_info *info = ext->info;

	(void)load;
	return info->flags & ~XT_NFLOG_MASK ||
	       info->prefix[sizeof(info->prefix) - 1] ? -EINVAL : 0;
}

static int32_t
nflog_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_nflog_info *info = ext->info;

	return tell(&(struct nft_log_record){
		.ev = ev,
		.prefix = info->prefix,
		.is_nflog = true,
		.group = info->group,
		.threshold = info->threshold,
		.snaplen = info->len,
		.has_snaplen = info->flags & XT_NFLOG_F_COPY_LEN,
	});
}

static int
audit_check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_audit_info *info = ext->info;

	(void)load;
	return info->type > XT_AUDIT_TYPE_MAX ? -ERANGE : 0;
}

static int32_t
audit_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	(void)ext;
	return tell(&(struct nft_log_record){
		.ev = ev,
		.prefix = "",
		.level = NFT_LOGLEVEL_AUDIT,
	});
}

const struct xt_ops xt_target_log_0 = {
	.name = "LOG",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_log_info),
	.check = log_check,
	.target = log_target,
};

const struct xt_ops xt_target_nflog_0 = {
	.name = "NFLOG",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_nflog_info),
	.check = nflog_check,
	.target = nflog_target,
};

const struct xt_ops xt_target_audit_0 = {
	.name = "AUDIT",
	.kind = XT_TARGET,
	.size = sizeof(struct xt_audit_info),
	.check = audit_check,
	.target = audit_target,
};
