/* SPDX-License-Identifier: BSD-2-Clause
 * nft/tell_value.c - bytes of registers as nft would write them. */
#include <inttypes.h>
#include <netinet/in.h>

#include "base/bytes.h"
#include "base/number.h"
#include "nft/tell.h"

struct word {
	uint32_t value;
	const char *name;
};

static const struct word protocols[] = {
	{ IPPROTO_ICMP, "icmp" }, { IPPROTO_IGMP, "igmp" },
	{ IPPROTO_TCP, "tcp" }, { IPPROTO_UDP, "udp" },
	{ IPPROTO_IPV6, "ipv6" }, { IPPROTO_GRE, "gre" },
	{ IPPROTO_ESP, "esp" }, { IPPROTO_AH, "ah" },
	{ IPPROTO_ICMPV6, "icmpv6" }, { IPPROTO_SCTP, "sctp" },
	{ IPPROTO_UDPLITE, "udplite" }, { 33, "dccp" }, { 0, NULL },
};

static const struct word families[] = {
	{ 2, "ipv4" }, { 10, "ipv6" }, { 3, "arp" }, { 5, "netdev" },
	{ 7, "bridge" }, { 0, NULL },
};

static const struct word pkttypes[] = {
	{ 0, "host" }, { 1, "broadcast" }, { 2, "multicast" },
	{ 3, "other" }, { 0, NULL },
};

static const struct word addr_types[] = {
	{ 0, "unspec" }, { 1, "unicast" }, { 2, "local" },
	{ 3, "broadcast" }, { 4, "anycast" }, { 5, "multicast" },
	{ 6, "blackhole" }, { 7, "unreachable" }, { 8, "prohibit" },
	{ 0, NULL },
};

static const struct word directions[] = {
	{ 0, "original" }, { 1, "reply" }, { 0, NULL },
};

/* Bits. */
static const struct word tcp_flags[] = {
	{ 1, "fin" }, { 2, "syn" }, { 4, "rst" }, { 8, "psh" },
	{ 16, "ack" }, { 32, "urg" }, { 64, "ecn" }, { 128, "cwr" },
	{ 0, NULL },
};

static const struct word ct_states[] = {
	{ 1, "invalid" }, { 8, "new" }, { 2, "established" },
	{ 4, "related" }, { 64, "untracked" }, { 0, NULL },
};

static const struct word ct_statuses[] = {
	{ CLEW_STATUS_EXPECTED, "expected" },
	{ CLEW_STATUS_SEEN_REPLY, "seen-reply" },
	{ CLEW_STATUS_ASSURED, "assured" },
	{ CLEW_STATUS_CONFIRMED, "confirmed" },
	{ CLEW_STATUS_SRC_NAT, "snat" }, { CLEW_STATUS_DST_NAT, "dnat" },
	{ CLEW_STATUS_SRC_NAT_DONE, "snat-done" },
	{ CLEW_STATUS_DST_NAT_DONE, "dnat-done" },
	{ CLEW_STATUS_DYING, "dying" }, { 0, NULL },
};

static void
put_word(struct strbuf *sb, const struct word *words, uint64_t value)
{
	for (; words->name; words++) {
		if (words->value == value) {
			strbuf_puts(sb, words->name);
			return;
		}
	}
	strbuf_put_u64(sb, value);
}

static void
put_bits(struct strbuf *sb, const struct word *words, uint64_t value)
{
	const char *between = "";

	for (; words->name; words++) {
		if (!(value & words->value))
			continue;
		strbuf_printf(sb, "%s%s", between, words->name);
		between = ",";
		value &= ~(uint64_t)words->value;
	}
	if (value)
		strbuf_printf(sb, "%s0x%" PRIx64, between, value);
	else if (!*between)
		strbuf_puts(sb, "none");
}

static void
put_hex(struct strbuf *sb, const uint8_t *bytes, uint32_t len)
{
	strbuf_puts(sb, "0x");
	for (uint32_t i = 0; i < len; i++)
		strbuf_printf(sb, "%02x", bytes[i]);
}

static void
put_addr(struct strbuf *sb, const uint8_t *bytes, uint32_t len)
{
	uint8_t whole[16] = { 0 };
	char text[NUMBER_IPV6_MAX], *end;

	if (len > 16) {
		put_hex(sb, bytes, len);
		return;
	}
	memcpy(whole, bytes, len);
	end = len <= 4 ? number_put_ipv4(text, whole) :
			 number_put_ipv6(text, whole);
	strbuf_put(sb, text, (size_t)(end - text));
	if (len != 4 && len != 16)
		strbuf_printf(sb, "/%u", len * 8);
}

static void
put_mac(struct strbuf *sb, const uint8_t *bytes, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		strbuf_printf(sb, i ? ":%02x" : "%02x", bytes[i]);
}

static void
put_string(struct strbuf *sb, const uint8_t *bytes, uint32_t len)
{
	strbuf_putc(sb, '"');
	for (uint32_t i = 0; i < len && bytes[i]; i++)
		strbuf_putc(sb, bytes[i] < ' ' || bytes[i] > '~' ? '?' :
			    (char)bytes[i]);
	strbuf_putc(sb, '"');
}

static void
put_iface(const struct nft_telling *t, struct strbuf *sb, uint32_t index)
{
	const struct iface *dev = router_iface(t->ev->path->router, index);

	if (dev)
		put_string(sb, (const uint8_t *)dev->pub.name,
			   sizeof(dev->pub.name));
	else
		strbuf_put_u64(sb, index);
}

static uint64_t
host_number(const uint8_t *bytes, uint32_t len)
{
	uint64_t v8 = 0;
	uint32_t v4;
	uint16_t v2;

	switch (len) {
	case 1:
		return *bytes;
	case 2:
		memcpy(&v2, bytes, 2);
		return v2;
	case 4:
		memcpy(&v4, bytes, 4);
		return v4;
	default:
		memcpy(&v8, bytes, len < 8 ? len : 8);
		return v8;
	}
}

static uint64_t
network_number(const uint8_t *bytes, uint32_t len)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < len; i++)
		v = v << 8 | bytes[i];
	return v;
}

void
nft_put_value(const struct nft_telling *t, struct strbuf *sb,
	      enum nft_show show, const void *at, uint32_t len)
{
	const uint8_t *bytes = at;
	bool is_number = len <= 8;

	switch (show) {
	case NFT_SHOW_ADDR: put_addr(sb, bytes, len); return;
	case NFT_SHOW_MAC: put_mac(sb, bytes, len); return;
	case NFT_SHOW_STRING: put_string(sb, bytes, len); return;
	default: break;
	}
	if (!is_number || show == NFT_SHOW_HEX) {
		put_hex(sb, bytes, len);
		return;
	}
	switch (show) {
	case NFT_SHOW_NUMBER:
		strbuf_put_u64(sb, network_number(bytes, len));
		break;
	case NFT_SHOW_HOST:
		strbuf_put_u64(sb, host_number(bytes, len));
		break;
	case NFT_SHOW_HOST_HEX:
		strbuf_printf(sb, "0x%08" PRIx64, host_number(bytes, len));
		break;
	case NFT_SHOW_PROTOCOL: put_word(sb, protocols, *bytes); break;
	case NFT_SHOW_FAMILY: put_word(sb, families, *bytes); break;
	case NFT_SHOW_IFACE:
		put_iface(t, sb, (uint32_t)host_number(bytes, len));
		break;
	case NFT_SHOW_PKTTYPE: put_word(sb, pkttypes, *bytes); break;
	case NFT_SHOW_TCP_FLAGS:
		put_bits(sb, tcp_flags, network_number(bytes, len));
		break;
	case NFT_SHOW_CT_STATE:
		put_bits(sb, ct_states, host_number(bytes, len));
		break;
	case NFT_SHOW_CT_STATUS:
		put_bits(sb, ct_statuses, host_number(bytes, len));
		break;
	case NFT_SHOW_CT_DIR: put_word(sb, directions, *bytes); break;
	case NFT_SHOW_ADDR_TYPE:
		put_word(sb, addr_types, host_number(bytes, len));
		break;
	case NFT_SHOW_HEX:
	case NFT_SHOW_ADDR:
	case NFT_SHOW_MAC:
	case NFT_SHOW_STRING:
		break;
	}
}

enum nft_show
nft_show_of_type(uint32_t type)
{
	enum {		/* nft's own numbers, stored with sets for listing */
		TYPE_IPADDR = 7, TYPE_IP6ADDR = 8, TYPE_LLADDR = 9,
		TYPE_INET_PROTOCOL = 12, TYPE_INET_SERVICE = 13,
		TYPE_MARK = 19, TYPE_IFINDEX = 20, TYPE_CT_STATE = 26,
		TYPE_IFNAME = 41,
	};

	switch (type) {
	case TYPE_IPADDR:
	case TYPE_IP6ADDR: return NFT_SHOW_ADDR;
	case TYPE_LLADDR: return NFT_SHOW_MAC;
	case TYPE_INET_PROTOCOL: return NFT_SHOW_PROTOCOL;
	case TYPE_INET_SERVICE: return NFT_SHOW_NUMBER;
	case TYPE_MARK: return NFT_SHOW_HOST_HEX;
	case TYPE_IFINDEX: return NFT_SHOW_IFACE;
	case TYPE_CT_STATE: return NFT_SHOW_CT_STATE;
	case TYPE_IFNAME: return NFT_SHOW_STRING;
	default: return NFT_SHOW_HEX;
	}
}
