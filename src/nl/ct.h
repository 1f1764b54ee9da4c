/* SPDX-License-Identifier: BSD-2-Clause
 * nl/ct.h - ctnetlink's connections: attributes <-> snapshot, both ways.
 *
 * One codec for the tools (which read what a kernel or an engine says, and
 * ask) and for the engine's own face (which reads what tools ask, and says).
 * 'has' of the snapshot says which attributes there are.  What is written
 * stands in the order in which Linux 6.18 writes it. */
#ifndef NL_CT_H
#define NL_CT_H

#include "clew/snapshot.h"
#include "nl/attr.h"

/* The tuple in 'nest' (CTA_TUPLE_* or CTA_EXPECT_*) of an address family.
 * '*has_zone' (may be NULL) tells whether it bore a zone of its own.
 * => 0, -EINVAL (malformed) or -EOPNOTSUPP (no family of ours). */
int nl_tuple_decode(const struct nl_attr *nest, uint8_t family,
		    struct clew_tuple *tuple, bool *has_zone,
		    struct nl_extack *extack);
void nl_tuple_encode(struct nl_writer *w, uint16_t type,
		     const struct clew_tuple *tuple, bool with_zone);

/* What a message about a connection is for. */
enum nl_ct_use {
	NL_CT_ENTRY,		/* answer to a get or dump */
	NL_CT_EVENT,		/* NEW and UPDATE */
	NL_CT_DESTROY,
	NL_CT_ATTACHED,		/* beside a packet that is told of */
	NL_CT_REQUEST,		/* a client's: create, update, delete */
};

/* The attributes of a message, 'size' bytes after its struct nfgenmsg of
 * 'family'.  => 0, or -EINVAL, -ERANGE, -EOPNOTSUPP. */
int nl_ct_decode(const void *attrs, size_t size, uint8_t family,
		 struct clew_snapshot *ct, struct nl_extack *extack);
/* All that ct->has names, in the order of 'use'. */
void nl_ct_encode(struct nl_writer *w, const struct clew_snapshot *ct,
		  enum nl_ct_use use);

/* A translation that a request asks for (CTA_NAT_SRC, CTA_NAT_DST). */
struct nl_nat {
	bool is_set;
	bool has_addr;
	bool has_port;
	union clew_addr min_addr;
	union clew_addr max_addr;
	uint16_t min_port_be;
	uint16_t max_port_be;
};

int nl_nat_decode(const struct nl_attr *nest, uint8_t family,
		  struct nl_nat *nat, struct nl_extack *extack);
void nl_nat_encode(struct nl_writer *w, uint16_t type, uint8_t family,
		   const struct nl_nat *nat);

#endif
