/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rule_places.c - which rules an engine has, chain by chain.
 *
 * One dump of nf_tables' rules, over the engine's netlink face. */
#include "cli/rule_places.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "nl/attr.h"

struct list {
	struct rule_place *place;
	size_t count;
	size_t room;
};

static int
add(struct list *list, const struct nl_msg *m)
{
	struct nl_attr tb[NFTA_RULE_MAX + 1];
	const size_t head = sizeof(struct nfgenmsg);
	struct rule_place *more, *place;
	size_t room = list->room > 0 ? 2 * list->room : 64;

	if (m->body_len < head ||
	    nl_parse(tb, NFTA_RULE_MAX, m->body + head, m->body_len - head,
		     NULL, NULL) != 0)
		return 0;
	if (list->count == list->room) {
		more = realloc(list->place, room * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		list->place = more;
		list->room = room;
	}
	place = &list->place[list->count++];
	place->family = m->body[0];	/* nfgen_family */
	nl_string(&tb[NFTA_RULE_TABLE], place->table, sizeof(place->table));
	nl_string(&tb[NFTA_RULE_CHAIN], place->chain, sizeof(place->chain));
	place->handle = nl_be64(&tb[NFTA_RULE_HANDLE]);
	return 0;
}

/* => 1 at the end of the dump, 0, or -ENOMEM. */
static int
take_datagram(struct list *list, const uint8_t *data, size_t size)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg m;
	int status = 0;

	while (status == 0 && nl_next_msg(&r, &m)) {
		if (m.type == NLMSG_DONE || m.type == NLMSG_ERROR)
			return 1;
		if (m.type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE))
			status = add(list, &m);
	}
	return status;
}

static int
ask(struct clew_port *port, uint8_t family)
{
	const struct nfgenmsg head = { .nfgen_family = family };
	_Alignas(4) uint8_t buffer[64];
	struct nl_writer w = nl_writer(buffer, sizeof(buffer));
	size_t at = nl_begin_msg(&w, NFNL_SUBSYS_NFTABLES << 8 |
				 NFT_MSG_GETRULE, NLM_F_REQUEST | NLM_F_DUMP,
				 1, 0);
	ssize_t n;

	nl_put_raw(&w, &head, sizeof(head));
	nl_end_msg(&w, at);
	n = clew_port_send(port, buffer, w.used);
	return n < 0 ? (int)n : 0;
}

int
rule_places_read(struct clew_control *control, uint8_t family,
		 struct rule_place **places, size_t *count)
{
	const struct clew_port_options options = { .portid = 0 };
	struct list list = { NULL, 0, 0 };
	struct clew_datagram datagram;
	struct clew_port *port;
	int status;

	*places = NULL;
	*count = 0;
	status = clew_port_open(control, CLEW_PORT_NETFILTER, &options, &port);
	if (status != 0)
		return status;
	status = ask(port, family);
	while (status == 0 && clew_port_peek(port, &datagram) == 0) {
		status = take_datagram(&list, datagram.data, datagram.size);
		clew_port_take(port, 32768);
	}
	clew_port_close(port);
	if (status < 0) {
		free(list.place);
		return status;
	}
	*places = list.place;
	*count = list.count;
	return 0;
}
