/* SPDX-License-Identifier: BSD-2-Clause
 * control/rtlink.c - RTM_GETLINK and RTM_GETADDR: interfaces, addresses. */
#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

#include "control/rtnetlink.h"

enum {
	QUEUE_LENGTH	= 1000,
	FOREVER		= -1,
	MAC_SIZE	= 6,
};

/* Interfaces. */

static uint32_t
link_flags(const struct clew_interface *i)
{
	uint32_t flags;

	if (i->type == ARPHRD_LOOPBACK)
		flags = IFF_LOOPBACK;
	else if (i->type == ARPHRD_ETHER)
		flags = IFF_BROADCAST | IFF_MULTICAST;
	else
		flags = IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST;
	if (!i->is_down)
		flags |= IFF_UP | IFF_RUNNING | IFF_LOWER_UP;
	return flags;
}

static uint8_t
link_state(const struct clew_interface *i)
{
	if (i->is_down)
		return IF_OPER_DOWN;
	return i->type == ARPHRD_LOOPBACK ? IF_OPER_UNKNOWN : IF_OPER_UP;
}

static void
put_hardware(struct nl_writer *w, const struct clew_interface *i)
{
	static const uint8_t zeros[MAC_SIZE];
	static const uint8_t ones[MAC_SIZE] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	};
	bool is_loopback = i->type == ARPHRD_LOOPBACK;

	if (!is_loopback && i->type != ARPHRD_ETHER)
		return;
	nl_put(w, IFLA_ADDRESS, is_loopback ? zeros : i->mac, MAC_SIZE);
	nl_put(w, IFLA_BROADCAST, is_loopback ? zeros : ones, MAC_SIZE);
}

static void
put_link(struct nl_writer *w, const struct clew_interface *i, uint32_t index,
	 uint16_t flags, uint32_t seq, uint32_t portid)
{
	const struct ifinfomsg header = {
		.ifi_type = i->type,
		.ifi_index = (int)index,
		.ifi_flags = link_flags(i),
	};
	size_t at = nl_begin_msg(w, RTM_NEWLINK, flags, seq, portid);
	size_t nest;

	nl_put_raw(w, &header, sizeof(header));
	nl_put_string(w, IFLA_IFNAME, i->name);
	nl_put_u32(w, IFLA_TXQLEN, QUEUE_LENGTH);
	nl_put_u8(w, IFLA_OPERSTATE, link_state(i));
	nl_put_u8(w, IFLA_LINKMODE, 0);
	nl_put_u32(w, IFLA_MTU, i->mtu);
	nl_put_u32(w, IFLA_GROUP, i->group);
	nl_put_u32(w, IFLA_PROMISCUITY, 0);
	nl_put_u32(w, IFLA_NUM_TX_QUEUES, 1);
	nl_put_u32(w, IFLA_NUM_RX_QUEUES, 1);
	nl_put_u8(w, IFLA_CARRIER, !i->is_down);
	put_hardware(w, i);
	if (i->kind[0] != '\0') {
		nest = nl_begin_bare(w, IFLA_LINKINFO);
		nl_put_string(w, IFLA_INFO_KIND, i->kind);
		nl_end(w, nest);
	}
	nl_put_string(w, IFLA_QDISC, "noqueue");
	nl_end_msg(w, at);
}

static const struct nl_policy link_policy[IFLA_MAX + 1] = {
	[IFLA_IFNAME] = { .kind = NL_STRING, .max = CLEW_IFNAME_SIZE - 1 },
	[IFLA_ALT_IFNAME] = { .kind = NL_STRING, .max = 127 },
	[IFLA_LINKINFO] = { .kind = NL_NESTED },
	[IFLA_MASTER] = { .kind = NL_U32 },
};

/* The attributes of a request, behind its header. */
static int
parse(struct nl_attr tb[], const struct nl_msg *msg, size_t header,
      struct nl_extack *extack)
{
	size_t have = msg->body_len;

	if (header > have)
		header = have;
	return nl_parse(tb, IFLA_MAX, msg->body + header, have - header,
			link_policy, extack);
}

/* Does the request want only interfaces of another kind than this? */
static bool
is_other_kind(const struct nl_attr tb[], const struct clew_interface *i)
{
	struct nl_attr info[IFLA_INFO_MAX + 1];

	if (nl_u32(&tb[IFLA_MASTER]))
		return true;
	if (!tb[IFLA_LINKINFO].data ||
	    nl_parse_nested(info, IFLA_INFO_MAX, &tb[IFLA_LINKINFO], NULL,
			    NULL) != 0)
		return false;
	return info[IFLA_INFO_KIND].data &&
	       !nl_string_is(&info[IFLA_INFO_KIND], i->kind);
}

int
rtlink_list(struct rtlist *l, struct nl_extack *extack)
{
	struct nl_attr tb[IFLA_MAX + 1];
	const struct iface *iface;
	uint32_t index = 0;
	int err;

	/* What is sent by who wants all families is often no more than one. */
	err = parse(tb, l->msg, sizeof(struct ifinfomsg), extack);
	if (err)
		return err;
	while ((iface = rt_iface_next(l->router, &index)) != NULL) {
		if (!is_other_kind(tb, &iface->pub))
			rtlist_put(l, put_link, &iface->pub, index, l->flags,
				   l->msg->seq, l->port->portid);
	}
	return 0;
}

int
rtlink_get(struct clew_port *port, const struct nl_msg *msg,
	   struct nl_extack *extack)
{
	struct nl_writer w = nl_writer(port->control->scratch,
				       CONTROL_ANSWER);
	const struct router *router = rt_router(port);
	struct nl_attr tb[IFLA_MAX + 1];
	const struct iface *iface = NULL;
	struct ifinfomsg header;
	char name[CLEW_IFNAME_SIZE];
	int err;

	if (msg->body_len < sizeof(header))
		return -EINVAL;
	memcpy(&header, msg->body, sizeof(header));
	err = parse(tb, msg, sizeof(header), extack);
	if (err)
		return err;
	if (header.ifi_index > 0) {
		iface = rt_iface(router, (uint32_t)header.ifi_index);
	} else if (tb[IFLA_IFNAME].data) {
		nl_string(&tb[IFLA_IFNAME], name, sizeof(name));
		iface = rt_iface_by_name(router, name);
	} else if (!tb[IFLA_ALT_IFNAME].data) {
		return -EINVAL;
	}
	if (!iface || !rt_index(router, iface))
		return -ENODEV;
	put_link(&w, &iface->pub, rt_index(router, iface), 0, msg->seq,
		 port->portid);
	return message_answer(port, &w);
}

/* Addresses. */

static uint8_t
address_scope(const struct clew_address *a)
{
	const uint8_t *b = a->addr.bytes;

	if (a->family == CLEW_IPV4)
		return b[0] == 127 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80)
		return RT_SCOPE_LINK;
	for (int i = 0; i < 15; i++) {
		if (b[i])
			return RT_SCOPE_UNIVERSE;
	}
	return b[15] == 1 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
}

static void
put_address(struct nl_writer *w, const struct iface *iface, uint32_t index,
	    const struct iface_addr *addr, uint16_t flags, uint32_t seq,
	    uint32_t portid)
{
	const struct clew_address *a = &addr->pub;
	const struct ifa_cacheinfo lifetime = {
		.ifa_prefered = (uint32_t)FOREVER,
		.ifa_valid = (uint32_t)FOREVER,
	};
	uint32_t ifa_flags = IFA_F_PERMANENT |
			     (addr->is_secondary ? IFA_F_SECONDARY : 0);
	const struct ifaddrmsg header = {
		.ifa_family = a->family,
		.ifa_prefixlen = a->prefix,
		.ifa_flags = (uint8_t)ifa_flags,
		.ifa_scope = address_scope(a),
		.ifa_index = index,
	};
	size_t at = nl_begin_msg(w, RTM_NEWADDR, flags, seq, portid);
	size_t size = router_addr_size(a->family);

	nl_put_raw(w, &header, sizeof(header));
	nl_put(w, IFA_ADDRESS, a->addr.bytes, size);
	if (a->family == CLEW_IPV4) {
		nl_put(w, IFA_LOCAL, a->addr.bytes, size);
		if (!router_is_zero(&a->broadcast))
			nl_put(w, IFA_BROADCAST, a->broadcast.bytes, size);
		nl_put_string(w, IFA_LABEL, iface->pub.name);
	}
	nl_put_u32(w, IFA_FLAGS, ifa_flags);
	nl_put(w, IFA_CACHEINFO, &lifetime, sizeof(lifetime));
	nl_end_msg(w, at);
}

static void
list_family(struct rtlist *l, uint8_t family, uint32_t ifindex)
{
	const struct iface *iface;
	uint32_t index = 0;

	while ((iface = rt_iface_next(l->router, &index)) != NULL) {
		const struct iface_addr *addr;

		if (ifindex && index != ifindex)
			continue;
		list_each(addr, &iface->addrs, link) {
			if (addr->pub.family == family)
				rtlist_put(l, put_address, iface, index, addr,
					   l->flags, l->msg->seq,
					   l->port->portid);
		}
	}
}

int
rtaddr_list(struct rtlist *l, struct nl_extack *extack)
{
	struct ifaddrmsg header = { .ifa_family = l->msg->body[0] };
	uint32_t ifindex = 0;

	(void)extack;
	if (l->msg->body_len >= sizeof(header))
		memcpy(&header, l->msg->body, sizeof(header));
	if (port_has(l->port, NETLINK_GET_STRICT_CHK) && header.ifa_index) {
		ifindex = header.ifa_index;
		if (!rt_iface(l->router, ifindex))
			return -ENODEV;
		l->flags |= NLM_F_DUMP_FILTERED;
	}
	if (rt_is_asked(header.ifa_family, AF_INET))
		list_family(l, CLEW_IPV4, ifindex);
	if (rt_is_asked(header.ifa_family, AF_INET6))
		list_family(l, CLEW_IPV6, ifindex);
	return 0;
}
