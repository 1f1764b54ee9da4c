/* SPDX-License-Identifier: BSD-2-Clause
 * client/netns.h - -N all: a command in every network namespace. */
#ifndef CLIENT_NETNS_H
#define CLIENT_NETNS_H

#include "client/order.h"

/* Run 'one' in each namespace that has a name (ip-netns(8)), in the order of
 * their names, 'name' being set to it.  It returns an exit status and, in
 * '*entries', with how many entries it dealt.
 * => The exit status of all: to find nothing in some of them is no failure
 *    when others have it; one that cannot be entered is. */
typedef int netns_fn(void *ctx, const char *name, uint64_t *entries);
int netns_each(netns_fn *one, void *ctx);

#endif
