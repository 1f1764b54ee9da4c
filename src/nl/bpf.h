/* SPDX-License-Identifier: BSD-2-Clause
 * nl/bpf.h - socket filters on netlink datagrams: classic BPF, as programs
 * attach it with SO_ATTACH_FILTER (libnetfilter_conntrack does).
 *
 * A program is checked once: known instructions, jumps that go forward and
 * stay inside, memory that was written before it is read, a return at the
 * end.  So it ends after as many steps as it has instructions, and every
 * load is bounded by the datagram.  Source: McCanne, Jacobson, "The BSD
 * Packet Filter" (1993); linux/filter.h for Linux's extensions. */
#ifndef NL_BPF_H
#define NL_BPF_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* May this program run?  'count' instructions. */
bool bpf_check(const struct sock_filter *program, size_t count);

/* Run it over a datagram.  => How many of its bytes pass, 0: none. */
uint32_t bpf_run(const struct sock_filter *program, size_t count,
		 const uint8_t *data, uint32_t size);

#endif
