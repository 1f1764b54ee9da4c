/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_refused.c - targets that Linux has and that mean nothing without
 * the host around it: known, and refused with a reason. */
#include "xt/xt.h"

#define REFUSED(id, n, rev, of, why)					\
	const struct xt_ops xt_target_##id##_##rev = {			\
		.name = n,						\
		.kind = XT_TARGET,					\
		.revision = rev,					\
		.families = of,						\
		.refused = n ": " why,					\
	}

#define LABEL "there are no security labels here"
REFUSED(connsecmark, "CONNSECMARK", 0, XT_IP, LABEL);
REFUSED(secmark, "SECMARK", 0, XT_IP, LABEL);
REFUSED(secmark, "SECMARK", 1, XT_IP, LABEL);

#define TIMER "there is no host here that would be told of idleness"
REFUSED(idletimer, "IDLETIMER", 0, XT_IP, TIMER);
REFUSED(idletimer, "IDLETIMER", 1, XT_IP, TIMER);

#define SET "there are no ipsets here; nf_tables' sets do what they do"
REFUSED(set, "SET", 0, XT_IPV4, SET);
REFUSED(set, "SET", 1, XT_IP, SET);
REFUSED(set, "SET", 2, XT_IP, SET);
REFUSED(set, "SET", 3, XT_IP, SET);

#define SOCKET "there are no sockets here"
REFUSED(tproxy, "TPROXY", 0, XT_IPV4, SOCKET);
REFUSED(tproxy, "TPROXY", 1, XT_IP, SOCKET);

REFUSED(rateest, "RATEEST", 0, XT_IP, "there are no rate estimators here");
