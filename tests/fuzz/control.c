/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/control.c - target: netlink into the control face, packets between.
 *
 *	steps, the first byte of each: what 3 bits, port 2 bits:
 *	0	a datagram: size 2, bytes
 *	1	a batch of nf_tables, framed here: messages of
 *		type 1, flags 1, family 1, size 2, bytes; type 255 ends it
 *	2	one message of nf_tables, framed here, as in a batch; the upper
 *		3 bits not 0: of another subsystem, its attributes framed, too:
 *		type 1, flags 1, family 1, then attributes: type and what follows
 *		1 (bit 7: ends the nest, bit 6: begins one), size 1, bytes
 *	3	one of NETLINK_ROUTE: type 1, flags 1, size 2, bytes
 *	4	receive: how often 1, room 2
 *	5	an option: which 1, value 4
 *	6	close and open anew: protocol and limits 1, groups 4
 *	7	a packet: protocol, addresses, ports, how long after the last
 *
 * What comes out is whole messages; a dump ends; everything is given back. */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

#include "base/bytes.h"
#include "clew/control.h"
#include "clew/route.h"
#include "nl/attr.h"
#include "pkt/checksum.h"

enum {
	PORTS = 4,
	DATAGRAM_MOST = 1 << 17,
	STEPS_MOST = 200,
	DUMP_MOST = 5000,	/* datagrams of one dump */
	START_NS = 1700000000,
};

static struct clew_engine *engine;
static struct clew_control *control;
static struct clew_port *port[PORTS];
static uint64_t now_ns;
static uint8_t out[DATAGRAM_MOST];

static void
open_port(unsigned i, unsigned how, uint32_t groups)
{
	struct clew_port_options options = {
		.wish = 1000 + i,
		.receive_limit = how & 4 ? 4096 : how & 8 ? 1 << 20 : 0,
		.can_read_only = (how & 48) == 48,
	};

	clew_port_close(port[i]);
	MUST(clew_port_open(control, how & 1 ? CLEW_PORT_ROUTE :
			    CLEW_PORT_NETFILTER, &options, &port[i]) == 0);
	if (how & 2)
		clew_port_bind(port[i], 0, groups);
}

static void
create(void)
{
	const struct clew_interface lan = {
		.index = 2, .name = "lan0", .type = 1, .mtu = 1500,
	}, wan = {
		.index = 3, .name = "wan0", .type = 1, .mtu = 1500,
	};
	const struct clew_address address = {
		.ifindex = 2, .family = CLEW_IPV4, .prefix = 24,
		.addr.bytes = { 192, 168, 1, 1 },
	};
	const struct clew_route route = {
		.family = CLEW_IPV4, .ifindex = 3,
	};

	now_ns = (uint64_t)START_NS * 1000000000;
	MUST(clew_engine_create(&engine, &(struct clew_config){
		.start_ns = now_ns, .seed = { 1, 2 } }) == 0);
	MUST(clew_interface_add(engine, &lan) == 0);
	MUST(clew_interface_add(engine, &wan) == 0);
	MUST(clew_address_add(engine, &address) == 0);
	MUST(clew_route_add(engine, &route) == 0);
	MUST(clew_control_create(&control, engine) == 0);
	for (unsigned i = 0; i < PORTS; i++) {
		port[i] = NULL;
		open_port(i, i == 3 ? 1 : i == 2 ? 2 : 0, 0x140);
	}
}

static void
check_datagram(const uint8_t *data, size_t size)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg m;

	MUST(size > 0);
	while (nl_next_msg(&r, &m))
		;
	MUST(r.at == r.end);
}

static void
receive(unsigned i, unsigned count, size_t room)
{
	for (unsigned n = 0; n < count; n++) {
		ssize_t size = clew_port_receive(port[i], out, room, n & 1);

		if (size == -EAGAIN)
			return;
		MUST(size > 0 || size == -ENOBUFS);
		if (size > 0 && (size_t)size <= room)
			check_datagram(out, (size_t)size);
	}
}

/* A datagram where ASan sees each step beyond it. */
static void
submit(unsigned i, const void *data, size_t size)
{
	uint8_t *copy = malloc(size + !size);
	ssize_t n;

	if (size)
		memcpy(copy, data, size);
	n = clew_port_send(port[i], copy, size);
	MUST(n == (ssize_t)size || n == -ENODATA || n == -EMSGSIZE);
	free(copy);
}

static void
send_raw(struct food *f, unsigned i)
{
	size_t size = (size_t)eat(f, 2);
	uint8_t *data = eat_bytes(f, size, &size);

	submit(i, data, size);
	free(data);
}

static uint16_t
flags_of(unsigned byte)
{
	return (uint16_t)(NLM_F_REQUEST | (byte & 4) | (byte & 8) |
			  (byte & 0xf0) << 4);
}

/* One message from the food, framed.  => false: that was the last. */
static bool
put_message(struct food *f, struct nl_writer *w, bool is_route, uint32_t seq)
{
	unsigned type = (unsigned)eat(f, 1);
	unsigned flags = (unsigned)eat(f, 1);
	struct nfgenmsg header = { 0 };
	size_t at, size;
	uint8_t *body;

	if (type == 255 || !f->left)
		return false;
	if (!is_route)
		header.nfgen_family = (uint8_t)eat(f, 1);
	size = (size_t)eat(f, 2);
	body = eat_bytes(f, size, &size);
	at = nl_begin_msg(w, (uint16_t)(is_route ? type :
			  NFNL_SUBSYS_NFTABLES << 8 | type),
			  flags_of(flags), seq, 0);
	if (!is_route)
		nl_put_raw(w, &header, sizeof(header));
	nl_put_raw(w, body, size);
	nl_end_msg(w, at);
	free(body);
	return nl_ok(w);
}

/* Attributes and nests from the food, until it says 255. */
static void
put_attributes(struct food *f, struct nl_writer *w)
{
	size_t nest[8], depth = 0;
	unsigned head;

	while (f->left && (head = (unsigned)eat(f, 1)) != 255) {
		if (head & 0x80) {
			if (depth)
				nl_end(w, nest[--depth]);
		} else if (head & 0x40) {
			if (depth < sizeof(nest) / sizeof(nest[0]))
				nest[depth++] = nl_begin(w, head & 0x3f);
		} else {
			size_t size = (size_t)eat(f, 1) & 31;
			uint8_t *data = eat_bytes(f, size, &size);

			nl_put(w, (uint16_t)head, data, size);
			free(data);
		}
	}
	while (depth)
		nl_end(w, nest[--depth]);
}

static void
send_attributes(struct food *f, unsigned i, unsigned which)
{
	static const uint8_t subsystems[] = {
		NFNL_SUBSYS_NFTABLES, NFNL_SUBSYS_CTNETLINK,
		NFNL_SUBSYS_CTNETLINK_EXP, NFNL_SUBSYS_CTNETLINK_TIMEOUT,
		NFNL_SUBSYS_CTHELPER, NFNL_SUBSYS_NFT_COMPAT,
		NFNL_SUBSYS_ULOG, NFNL_SUBSYS_CTNETLINK,
	};
	static uint64_t space[DATAGRAM_MOST / 8];
	struct nl_writer w = nl_writer(space, sizeof(space));
	unsigned type = (unsigned)eat(f, 1);
	uint16_t flags = flags_of((unsigned)eat(f, 1));
	struct nfgenmsg header = { .nfgen_family = (uint8_t)eat(f, 1) };
	size_t at = nl_begin_msg(&w, (uint16_t)(subsystems[which] << 8 | type),
				 flags, 1, 0);

	nl_put_raw(&w, &header, sizeof(header));
	put_attributes(f, &w);
	nl_end_msg(&w, at);
	if (nl_ok(&w))
		submit(i, w.base, w.used);
}

static void
put_edge(struct nl_writer *w, uint16_t type)
{
	const struct nfgenmsg header = { .res_id = NFNL_SUBSYS_NFTABLES << 8 };
	size_t at = nl_begin_msg(w, type, NLM_F_REQUEST, 0, 0);

	nl_put_raw(w, &header, sizeof(header));
	nl_end_msg(w, at);
}

static void
send_framed(struct food *f, unsigned i, unsigned what)
{
	static uint64_t space[DATAGRAM_MOST / 8];
	struct nl_writer w = nl_writer(space, sizeof(space));
	uint32_t seq = 1;

	if (what == 1)
		put_edge(&w, NFNL_MSG_BATCH_BEGIN);
	while (put_message(f, &w, what == 3, seq++) && what == 1)
		;
	if (what == 1)
		put_edge(&w, NFNL_MSG_BATCH_END);
	if (nl_ok(&w) && w.used)
		submit(i, w.base, w.used);
}

static void
process(struct food *f)
{
	uint8_t b[64] = { 0x45, 0, 0, 48, 0, 1, 0x40, 0, 64 };
	struct clew_packet p = { .data = b, .caplen = 48, .len = 48 };
	unsigned how = (unsigned)eat(f, 1);
	unsigned addresses = (unsigned)eat(f, 1);
	size_t count;

	now_ns += eat(f, 1) << 24;
	b[9] = how & 1 ? 6 : how & 2 ? 1 : 17;
	put_be32(b + 12, 0xc0a80100u | (addresses & 15));
	put_be32(b + 16, how & 4 ? 0xc0a80101u : 0x08080800u | addresses >> 4);
	put_be16(b + 10, (uint16_t)~checksum_fold(checksum_add(0, b, 20)));
	put_be32(b + 20, (uint32_t)eat(f, 4));
	b[32] = 0x70;
	b[33] = (uint8_t)eat(f, 1);
	p.flags = CLEW_PKT_CSUM_OK | CLEW_PKT_IP_CSUM_OK |
		  (how & 64 ? CLEW_PKT_LOCAL_OUT : 0) |
		  (how & 128 ? CLEW_PKT_TRACE : 0);
	p.ifindex = how & 8 ? 3 : 2;
	p.time_ns = now_ns;
	clew_engine_process(engine, &p, 1);
	clew_engine_outputs(engine, &count);
}

static void
step(struct food *f)
{
	unsigned first = (unsigned)eat(f, 1);
	unsigned what = first & 7, i = first >> 3 & 3;
	unsigned how;

	switch (what) {
	case 0:
		send_raw(f, i);
		break;
	case 1:
		send_framed(f, i, what);
		break;
	case 2:
		if (first >> 5)
			send_attributes(f, i, first >> 5);
		else
			send_framed(f, i, what);
		break;
	case 3:
		send_framed(f, 3, what);
		break;
	case 4:
		how = (unsigned)eat(f, 1);
		receive(i, how, (size_t)eat(f, 2));
		break;
	case 5:
		how = (unsigned)eat(f, 1);
		clew_port_option(port[i], (int)how, (int)eat(f, 4));
		break;
	case 6:
		how = (unsigned)eat(f, 1);
		open_port(i, how, (uint32_t)eat(f, 4));
		break;
	default:
		process(f);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct food f = { data, size };

	create();
	for (unsigned n = 0; n < STEPS_MOST && f.left; n++)
		step(&f);
	for (unsigned i = 0; i < PORTS; i++) {
		unsigned count = 0;

		for (; clew_port_is_readable(port[i]); count++)
			receive(i, 2, sizeof(out));
		MUST(count < DUMP_MOST);
	}
	/* Whose port closes first does not matter. */
	clew_port_close(port[1]);
	clew_control_destroy(control);
	clew_engine_destroy(engine);
	return 0;
}
