/* SPDX-License-Identifier: BSD-2-Clause
 * nl/expect.h - ctnetlink's expectations: attributes <-> value, both ways. */
#ifndef NL_EXPECT_H
#define NL_EXPECT_H

#include "clew/expectation.h"
#include "nl/attr.h"

/* The attributes of a message, 'size' bytes after its struct nfgenmsg of
 * 'family'.  => 0, or -EINVAL, -ERANGE, -EOPNOTSUPP. */
int nl_expect_decode(const void *attrs, size_t size, uint8_t family,
		     struct clew_expectation *exp, struct nl_extack *extack);

/* In the order of Linux 6.18's dumps and events.  A request's id is not
 * written, nor is a zone of 0. */
void nl_expect_encode(struct nl_writer *w, const struct clew_expectation *exp,
		      bool is_request);

#endif
