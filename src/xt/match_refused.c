/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_refused.c - matches that are refused when they are loaded: what
 * they ask for is a host's, and packets here have none. */
#include "xt/xt.h"

#define REFUSED(id, n, rev, of, why)					\
	const struct xt_ops xt_match_##id##_##rev = {			\
		.name = n,						\
		.kind = XT_MATCH,					\
		.revision = rev,					\
		.families = of,						\
		.refused = n ": " why,					\
	}

#define OWNER "no process of this host sends packets here"
REFUSED(owner, "owner", 1, XT_IP, OWNER);
REFUSED(cgroup, "cgroup", 0, 0, OWNER);
REFUSED(cgroup, "cgroup", 1, 0, OWNER);
REFUSED(cgroup, "cgroup", 2, 0, OWNER);

#define SOCKET "there are no sockets here"
REFUSED(socket, "socket", 0, XT_IPV4, SOCKET);
REFUSED(socket, "socket", 1, XT_IP, SOCKET);
REFUSED(socket, "socket", 2, XT_IP, SOCKET);
REFUSED(socket, "socket", 3, XT_IP, SOCKET);

#define BPF "there is no kernel here that runs programs"
REFUSED(bpf, "bpf", 0, 0, BPF);
REFUSED(bpf, "bpf", 1, 0, BPF);

#define SET "there are no ipsets here; nf_tables' sets do what they do"
REFUSED(set, "set", 0, XT_IPV4, SET);
REFUSED(set, "set", 1, XT_IP, SET);
REFUSED(set, "set", 2, XT_IP, SET);
REFUSED(set, "set", 3, XT_IP, SET);
REFUSED(set, "set", 4, XT_IP, SET);

#define NFACCT "there are no accounting objects here; nf_tables' counters do what they do"
REFUSED(nfacct, "nfacct", 0, 0, NFACCT);
REFUSED(nfacct, "nfacct", 1, 0, NFACCT);

REFUSED(rateest, "rateest", 0, 0, "there are no rate estimators here");
REFUSED(osf, "osf", 0, XT_IPV4,
	"there are no fingerprints of operating systems here");
