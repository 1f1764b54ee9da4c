/* SPDX-License-Identifier: BSD-2-Clause
 * nl/cthelper.h - user-space helper objects (nfnetlink_cthelper): attributes
 * <-> value, both ways. */
#ifndef NL_CTHELPER_H
#define NL_CTHELPER_H

#include "nl/attr.h"

#define NL_CTHELPER_NAME	16
#define NL_CTHELPER_POLICIES	4

/* What one class of expectations may be. */
struct nl_cthelper_policy {
	char name[NL_CTHELPER_NAME];
	uint32_t expect_max;
	uint32_t timeout_s;
};

struct nl_cthelper {
	char name[NL_CTHELPER_NAME];
	bool has_tuple;
	uint16_t family;
	uint8_t protocol;
	bool has_queue;
	uint32_t queue;
	bool has_priv_size;
	uint32_t priv_size;		/* bytes of a connection's own data */
	bool has_status;
	bool is_enabled;
	bool has_policies;
	uint32_t policies;		/* at most NL_CTHELPER_POLICIES */
	struct nl_cthelper_policy policy[NL_CTHELPER_POLICIES];
};

/* => 0, or -EINVAL, -ERANGE; -EOVERFLOW: more policies than there may be. */
int nl_cthelper_decode(const void *attrs, size_t size,
		       struct nl_cthelper *helper, struct nl_extack *extack);
/* The parts of it: NFCTH_TUPLE, NFCTH_POLICY.  => As above. */
int nl_cthelper_decode_tuple(const struct nl_attr *nest,
			     struct nl_cthelper *helper,
			     struct nl_extack *extack);
int nl_cthelper_decode_classes(const struct nl_attr *nest,
			       struct nl_cthelper *helper,
			       struct nl_extack *extack);
/* Of NFCTH_POLICY, what it says of how many there are, whatever there is; and
 * class 'i'. */
int nl_cthelper_decode_count(const struct nl_attr *nest, uint32_t *count,
			     struct nl_extack *extack);
int nl_cthelper_decode_class(const struct nl_attr *nest, unsigned i,
			     struct nl_cthelper_policy *class,
			     struct nl_extack *extack);
/* In the order in which Linux lists. */
void nl_cthelper_encode(struct nl_writer *w,
			const struct nl_cthelper *helper);

#endif
