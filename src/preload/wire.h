/* SPDX-License-Identifier: BSD-2-Clause
 * preload/wire.h - how the preloaded library and an engine's socket speak.
 *
 * A program's netlink socket is a connection to the engine (AF_UNIX,
 * SOCK_SEQPACKET), so that poll() and its like work on it as they are.
 *
 * From the engine: a 'wire_head' and the netlink datagram behind it.  Only one
 * at a time waits in the kernel; the engine is told when it has been taken,
 * and counts what waits as Linux would.  When more follows it says WIRE_MORE:
 * who takes it asks for that at once (WIRE_PULL) and is answered when it is
 * there, so that to the program it looks as if it had been there before.  What
 * comes while one waits that did not say so is told by WIRE_BEHIND in the
 * answer to a call; and who does not wait and finds nothing pulls once, too.
 *
 * To the engine: a 'wire_call', and with it (SCM_RIGHTS) one end of a
 * SOCK_STREAM pair made for this call alone.  Through that go 'size' bytes of
 * data, then come a 'wire_answer' and its 'size' bytes.  So calls wait for
 * nothing that was sent to the program before; what a call causes to be sent
 * is there when it is answered; and of its sockets the library need remember
 * nothing, so that they can be duplicated and inherited at will.
 *
 * Both ends are of one build: there is a version, and no compatibility. */
#ifndef PRELOAD_WIRE_H
#define PRELOAD_WIRE_H

#include <stdint.h>

#define WIRE_SOCKET_VARIABLE "CLEW_ENGINE"	/* path of the socket */

enum {
	WIRE_VERSION	= 0x636c6502,
	WIRE_IFNAME	= 16,
	WIRE_PATH	= 108,	/* of a Unix socket's address, with its NUL */
};

enum wire_op {
	WIRE_OPEN = 1,	/* a: protocol, b: the portid that is wished for */
	WIRE_SEND,	/* data: a datagram */
	WIRE_PULL,
	WIRE_BIND,	/* a: portid, b: groups */
	WIRE_NAME,	/* => a: portid, b: groups, c: protocol */
	WIRE_SET,	/* a: NETLINK_*, b: value */
	WIRE_GET,	/* a: NETLINK_* => a: value */
	WIRE_GROUPS,	/* => a, b: memberships, low word first; c: groups */
	WIRE_LIMITS,	/* a: receive, b: send, 0: as it is => both */
	WIRE_FILTER,	/* data: struct sock_filter[], none: detach */
	WIRE_IFACE,	/* a: index, or 0 and data: name => a, data: name;
			 * needs no WIRE_OPEN */
};

struct wire_call {
	uint32_t version;
	uint32_t op;		/* enum wire_op */
	uint32_t a;
	uint32_t b;
	uint32_t reader;	/* the largest room that its reads had */
	uint32_t size;		/* of the data that follow in the pair */
};

struct wire_answer {
	int32_t error;		/* errno, or 0 */
	uint32_t a;
	uint32_t b;
	uint32_t c;
	uint32_t flags;		/* enum wire_flags */
	uint32_t size;
};

enum wire_flags {
	WIRE_MORE	= 1u << 0,
	WIRE_PKTINFO	= 1u << 1,	/* the program asked for the group */
	WIRE_BEHIND	= 1u << 2,
};

struct wire_head {
	uint32_t group;
	int32_t error;		/* errno: instead of a datagram */
	uint32_t flags;
	uint32_t reserved;
};

#endif
