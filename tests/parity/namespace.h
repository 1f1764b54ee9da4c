/* SPDX-License-Identifier: BSD-2-Clause
 * parity/namespace.h - a kernel of one's own to put packets through: a network
 * namespace with two taps in a bridge, rules, and netlink sockets. */
#ifndef PARITY_NAMESPACE_H
#define PARITY_NAMESPACE_H

#include <linux/netlink.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>

#include "parity/outcome.h"

#define FRAME_MOST 66000
#define CARD_LEN sizeof(struct virtio_net_hdr)
#define ETH_LEN 14
#define FRAME_IP ((ssize_t)CARD_LEN + ETH_LEN)

struct kernel {
	struct outcomes *o;	/* NULL while it is being made */
	char error[200];	/* the first thing that failed, or "" */
	int ns;
	bool routed;		/* three taps of a router, not two of a bridge */
	int tap[3];
	int raw[2];		/* what the router itself sends, by family */
	int nl;			/* events and log; does not block */
	int ask;		/* dumps and requests */
	unsigned seq;
	uint8_t frame[FRAME_MOST];
	uint8_t buf[1 << 17];
	uint8_t whole[FRAME_MOST];	/* pieces of one datagram that came
					 * out, put together again */
};

/* The next one; it may be waiting already.
 * => Owned by the caller, for kernel_put().  => k->error tells if it failed.
 * => The calling thread stays where it is: setns(k->ns). */
struct kernel *kernel_take(bool routed);
void kernel_put(struct kernel *k);

/* Note what went wrong, with an errno or 0.  => -1 always. */
int kernel_fail(struct kernel *k, const char *what, int error);

/* Write a sysctl, by its name with dots, of the namespace one is in. */
int kernel_set(struct kernel *k, const char *name, const char *value);

/* Run 'program' in the namespace one is in, with 'text' as its input.
 * => Its exit status, or -1; output and messages in '*out' and '*error', for
 *    free(), unless these are NULL. */
int kernel_feed(struct kernel *k, const char *text,
		const char *const *program, char **out, char **error);
/* => A tap, or -1. */
int kernel_tap(struct kernel *k, const char *name);

/* The router: links, addresses, routes (router.c). */
int router_open(struct kernel *k);
int router_routes(struct kernel *k, const char *text);
int router_mtu(struct kernel *k, const char *name, unsigned mtu);

/* Make what policy.h lists, in the namespace one is in. */
int kernel_policies(struct kernel *k);

/* A netlink request in k->buf: header and nfgenmsg.  kernel_acked() sends
 * it and waits for the answer.  => 0 or an errno. */
struct nlmsghdr *kernel_request(struct kernel *k, unsigned type,
				unsigned flags, unsigned family,
				unsigned resource);
int kernel_acked(struct kernel *k, int fd, struct nlmsghdr *nlh);

#endif
