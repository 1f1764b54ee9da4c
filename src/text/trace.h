/* SPDX-License-Identifier: BSD-2-Clause
 * text/trace.h - the parts of a trace's lines. */
#ifndef TEXT_TRACE_H
#define TEXT_TRACE_H

#include "base/strbuf.h"
#include "clew/rules.h"

/* The headers of the packet in nft's words, each word followed by a blank. */
void trace_put_headers(struct strbuf *sb, const struct clew_trace *trace);

/* "src=A dst=B sport=N dport=N " of the packet as it is; nothing when it has
 * no header to tell. */
void trace_put_flow(struct strbuf *sb, const uint8_t *data, uint32_t len);

/* Where the transport header begins, as nft's evaluation sees it.
 * => false when there is none. */
bool trace_transport(const uint8_t *data, uint32_t len, uint32_t *at,
		     uint8_t *protocol);

#endif
