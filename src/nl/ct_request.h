/* SPDX-License-Identifier: BSD-2-Clause
 * nl/ct_request.h - requests to ctnetlink, read as strictly as Linux 6.18
 * reads them: what must be there, in which order things are found wanting,
 * and with which error.
 *
 * nl/ct.h reads what a table says and takes what there is; this is for who
 * answers. */
#ifndef NL_CT_REQUEST_H
#define NL_CT_REQUEST_H

#include "clew/expectation.h"
#include "nl/ct.h"
#include "nl/uapi_ct.h"

/* A zone as a request names it: for both directions, or for one. */
struct nl_zone {
	uint16_t id;
	bool one_way;
	enum clew_dir dir;		/* with one_way */
};

/* All of CTA_FILTER's flags: a whole tuple. */
#define NL_CT_FILTER_ALL 0xfffu

/* The attributes of a message about connections, or about expectations,
 * checked by their sizes.  => 0, -EINVAL, -ERANGE. */
int nl_ct_request(struct nl_attr tb[NL_CTA_MAX + 1], const void *attrs,
		  size_t size, struct nl_extack *extack);
int nl_expect_request(struct nl_attr tb[CTA_EXPECT_MAX + 1],
		      const void *attrs, size_t size,
		      struct nl_extack *extack);

/* CTA_ZONE or CTA_EXPECT_ZONE, which may be absent. */
struct nl_zone nl_zone_request(const struct nl_attr *a);

/* A tuple, of which 'flags' (enum nl_ct_filter) are meant and must be there.
 * 'dir' is the direction its zone would hold in; '*zone' (NULL: a zone is
 * refused) is then that one.  => 0, -EINVAL, -ERANGE, -EOPNOTSUPP. */
int nl_tuple_request(const struct nl_attr *nest, uint8_t family,
		     enum clew_dir dir, uint32_t flags, struct clew_tuple *t,
		     struct nl_zone *zone);

/* CTA_FILTER: which parts of the two tuples count.  => 0 or -EINVAL. */
int nl_filter_request(const struct nl_attr *nest, uint32_t flags[CLEW_DIRS]);

/* CTA_HELP.  '*info' is left absent if there is none.
 * => 0, -EINVAL, -ERANGE. */
int nl_help_request(const struct nl_attr *nest, char name[CLEW_HELPER_SIZE],
		    struct nl_attr *info);

/* CTA_PROTOINFO of a protocol: which of the following it gives.
 * => 0, -EINVAL, -ERANGE. */
struct nl_protoinfo {
	bool has_state;
	bool has_scales;
	bool has_vtags;
	uint8_t state;
	uint8_t scale[CLEW_DIRS];
	uint8_t flags[CLEW_DIRS];
	uint8_t flags_mask[CLEW_DIRS];
	uint32_t vtag[CLEW_DIRS];
};

int nl_protoinfo_request(const struct nl_attr *nest, uint8_t protocol,
			 struct nl_protoinfo *info);

/* CTA_SEQ_ADJ_*, CTA_SYNPROXY.  => 0, -EINVAL, -ERANGE. */
int nl_seqadj_request(const struct nl_attr *nest, struct clew_seqadj *adj);
int nl_synproxy_request(const struct nl_attr *nest, uint32_t *isn,
			uint32_t *its, uint32_t *tsoff);

/* CTA_EXPECT_NAT.  => 0, -EINVAL, -ERANGE. */
int nl_expect_nat_request(const struct nl_attr *nest, uint8_t family,
			  uint8_t *dir, struct clew_tuple *t);

#endif
