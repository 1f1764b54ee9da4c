/* SPDX-License-Identifier: BSD-2-Clause
 * nft/log.h - what 'log' says of a packet. */
#ifndef NFT_LOG_H
#define NFT_LOG_H

#include "base/strbuf.h"
#include "nft/eval.h"

/* One packet that a rule logs, for nft_config.log. */
struct nft_log_record {
	const struct nft_eval *ev;
	const char *prefix;	/* "" if there is none */
	bool is_nflog;		/* for group 'group', not for the kernel log */
	uint8_t level;		/* NFT_LOGLEVEL_* */
	uint8_t flags;		/* NF_LOG_* */
	uint16_t group;
	uint16_t threshold;	/* queue-threshold, 0: none given */
	uint32_t snaplen;
	bool has_snaplen;
};

enum { NFT_LOG_TEXT_SIZE = 1024 };	/* more is cut, as Linux cuts it */

/* The kernel's line, its prefix first, without level and newline. */
void nft_log_text(const struct nft_log_record *record, struct strbuf *sb);

#endif
