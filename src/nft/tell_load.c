/* SPDX-License-Identifier: BSD-2-Clause
 * nft/tell_load.c - what loads put into registers, in nft's words: fields of
 * headers, 'meta', 'ct'. */
#include <netinet/in.h>

#include "nft/tell.h"
#include "nft/tell_load.h"

struct field {
	uint8_t protocol;	/* IPPROTO_*; 0 for the network header */
	uint8_t at;
	uint8_t len;		/* the whole field's */
	uint8_t show;
	const char *name;
};

static const struct field ipv4_fields[] = {
	{ 0, 1, 1, NFT_SHOW_HEX, "ip tos" },
	{ 0, 2, 2, NFT_SHOW_NUMBER, "ip length" },
	{ 0, 4, 2, NFT_SHOW_NUMBER, "ip id" },
	{ 0, 6, 2, NFT_SHOW_HEX, "ip frag-off" },
	{ 0, 8, 1, NFT_SHOW_NUMBER, "ip ttl" },
	{ 0, 9, 1, NFT_SHOW_PROTOCOL, "ip protocol" },
	{ 0, 10, 2, NFT_SHOW_HEX, "ip checksum" },
	{ 0, 12, 4, NFT_SHOW_ADDR, "ip saddr" },
	{ 0, 16, 4, NFT_SHOW_ADDR, "ip daddr" },
	{ 0, 0, 0, 0, NULL },
};

static const struct field ipv6_fields[] = {
	{ 0, 4, 2, NFT_SHOW_NUMBER, "ip6 length" },
	{ 0, 6, 1, NFT_SHOW_PROTOCOL, "ip6 nexthdr" },
	{ 0, 7, 1, NFT_SHOW_NUMBER, "ip6 hoplimit" },
	{ 0, 8, 16, NFT_SHOW_ADDR, "ip6 saddr" },
	{ 0, 24, 16, NFT_SHOW_ADDR, "ip6 daddr" },
	{ 0, 0, 0, 0, NULL },
};

static const struct field link_fields[] = {
	{ 0, 0, 6, NFT_SHOW_MAC, "ether daddr" },
	{ 0, 6, 6, NFT_SHOW_MAC, "ether saddr" },
	{ 0, 12, 2, NFT_SHOW_HEX, "ether type" },
	{ 0, 0, 0, 0, NULL },
};

static const struct field transport_fields[] = {
	{ IPPROTO_TCP, 0, 2, NFT_SHOW_NUMBER, "tcp sport" },
	{ IPPROTO_TCP, 2, 2, NFT_SHOW_NUMBER, "tcp dport" },
	{ IPPROTO_TCP, 4, 4, NFT_SHOW_NUMBER, "tcp sequence" },
	{ IPPROTO_TCP, 8, 4, NFT_SHOW_NUMBER, "tcp ackseq" },
	{ IPPROTO_TCP, 13, 1, NFT_SHOW_TCP_FLAGS, "tcp flags" },
	{ IPPROTO_TCP, 14, 2, NFT_SHOW_NUMBER, "tcp window" },
	{ IPPROTO_UDP, 0, 2, NFT_SHOW_NUMBER, "udp sport" },
	{ IPPROTO_UDP, 2, 2, NFT_SHOW_NUMBER, "udp dport" },
	{ IPPROTO_UDP, 4, 2, NFT_SHOW_NUMBER, "udp length" },
	{ IPPROTO_UDPLITE, 0, 2, NFT_SHOW_NUMBER, "udplite sport" },
	{ IPPROTO_UDPLITE, 2, 2, NFT_SHOW_NUMBER, "udplite dport" },
	{ IPPROTO_SCTP, 0, 2, NFT_SHOW_NUMBER, "sctp sport" },
	{ IPPROTO_SCTP, 2, 2, NFT_SHOW_NUMBER, "sctp dport" },
	{ IPPROTO_SCTP, 4, 4, NFT_SHOW_HEX, "sctp vtag" },
	{ IPPROTO_ICMP, 0, 1, NFT_SHOW_NUMBER, "icmp type" },
	{ IPPROTO_ICMP, 1, 1, NFT_SHOW_NUMBER, "icmp code" },
	{ IPPROTO_ICMP, 4, 2, NFT_SHOW_NUMBER, "icmp id" },
	{ IPPROTO_ICMPV6, 0, 1, NFT_SHOW_NUMBER, "icmpv6 type" },
	{ IPPROTO_ICMPV6, 1, 1, NFT_SHOW_NUMBER, "icmpv6 code" },
	{ IPPROTO_ICMPV6, 4, 2, NFT_SHOW_NUMBER, "icmpv6 id" },
	{ 0, 0, 0, 0, NULL },
};

static const struct field *
find(const struct field *f, uint8_t protocol, uint32_t at, uint32_t len)
{
	for (; f->name; f++) {
		bool is_part = f->show == NFT_SHOW_ADDR && len < f->len;

		if (f->protocol == protocol && f->at == at &&
		    (f->len == len || is_part))
			return f;
	}
	return NULL;
}

static const struct field *
find_payload(const struct nft_telling *t, const struct nft_payload *pay)
{
	bool is_ipv4 = t->ev->path->p->family == CLEW_IPV4;

	switch (pay->base) {
	case NFT_PAYLOAD_LL_HEADER:
		return find(link_fields, 0, pay->offset, pay->len);
	case NFT_PAYLOAD_NETWORK_HEADER:
		return find(is_ipv4 ? ipv4_fields : ipv6_fields, 0,
			    pay->offset, pay->len);
	case NFT_PAYLOAD_TRANSPORT_HEADER:
		return !t->ev->has_l4 ? NULL :
		       find(transport_fields, t->ev->l4proto, pay->offset,
			    pay->len);
	default:
		return NULL;
	}
}

void
nft_tell_payload(struct nft_telling *t, const struct nft_payload *pay)
{
	static const char *const bases[] = { "@ll", "@nh", "@th", "@ih" };
	const struct field *f = find_payload(t, pay);

	if (f)
		nft_tell_load(t, pay->dreg, pay->len, (enum nft_show)f->show,
			      "%s", f->name);
	else
		nft_tell_load(t, pay->dreg, pay->len, NFT_SHOW_HEX,
			      "%s,%u,%u", bases[pay->base & 3],
			      pay->offset * 8u, pay->len * 8u);
}

struct tell_key {
	const char *name;
	uint8_t show;
	uint8_t len;
};

static const struct tell_key meta_keys[] = {
	[NFT_META_LEN] = { "meta length", NFT_SHOW_HOST, 4 },
	[NFT_META_PROTOCOL] = { "meta protocol", NFT_SHOW_HEX, 2 },
	[NFT_META_PRIORITY] = { "meta priority", NFT_SHOW_HOST_HEX, 4 },
	[NFT_META_MARK] = { "meta mark", NFT_SHOW_HOST_HEX, 4 },
	[NFT_META_IIF] = { "iif", NFT_SHOW_IFACE, 4 },
	[NFT_META_OIF] = { "oif", NFT_SHOW_IFACE, 4 },
	[NFT_META_IIFNAME] = { "iifname", NFT_SHOW_STRING, 16 },
	[NFT_META_OIFNAME] = { "oifname", NFT_SHOW_STRING, 16 },
	[NFT_META_IIFTYPE] = { "iiftype", NFT_SHOW_HOST, 2 },
	[NFT_META_OIFTYPE] = { "oiftype", NFT_SHOW_HOST, 2 },
	[NFT_META_SKUID] = { "meta skuid", NFT_SHOW_HOST, 4 },
	[NFT_META_SKGID] = { "meta skgid", NFT_SHOW_HOST, 4 },
	[NFT_META_NFTRACE] = { "meta nftrace", NFT_SHOW_HOST, 1 },
	[NFT_META_RTCLASSID] = { "rtclassid", NFT_SHOW_HOST_HEX, 4 },
	[NFT_META_SECMARK] = { "meta secmark", NFT_SHOW_HOST_HEX, 4 },
	[NFT_META_NFPROTO] = { "meta nfproto", NFT_SHOW_FAMILY, 1 },
	[NFT_META_L4PROTO] = { "meta l4proto", NFT_SHOW_PROTOCOL, 1 },
	[NFT_META_PKTTYPE] = { "meta pkttype", NFT_SHOW_PKTTYPE, 1 },
	[NFT_META_CPU] = { "meta cpu", NFT_SHOW_HOST, 4 },
	[NFT_META_IIFGROUP] = { "iifgroup", NFT_SHOW_HOST, 4 },
	[NFT_META_OIFGROUP] = { "oifgroup", NFT_SHOW_HOST, 4 },
	[NFT_META_CGROUP] = { "meta cgroup", NFT_SHOW_HOST, 4 },
	[NFT_META_PRANDOM] = { "meta random", NFT_SHOW_HOST_HEX, 4 },
	[NFT_META_IIFKIND] = { "meta iifkind", NFT_SHOW_STRING, 16 },
	[NFT_META_OIFKIND] = { "meta oifkind", NFT_SHOW_STRING, 16 },
	[NFT_META_TIME_NS] = { "meta time", NFT_SHOW_HOST, 8 },
	[NFT_META_TIME_DAY] = { "meta day", NFT_SHOW_HOST, 1 },
	[NFT_META_TIME_HOUR] = { "meta hour", NFT_SHOW_HOST, 4 },
};

static const struct tell_key ct_keys[] = {
	[NFT_CT_STATE] = { "ct state", NFT_SHOW_CT_STATE, 4 },
	[NFT_CT_DIRECTION] = { "ct direction", NFT_SHOW_CT_DIR, 1 },
	[NFT_CT_STATUS] = { "ct status", NFT_SHOW_CT_STATUS, 4 },
	[NFT_CT_MARK] = { "ct mark", NFT_SHOW_HOST_HEX, 4 },
	[NFT_CT_EXPIRATION] = { "ct expiration", NFT_SHOW_HOST, 4 },
	[NFT_CT_HELPER] = { "ct helper", NFT_SHOW_STRING, 16 },
	[NFT_CT_L3PROTOCOL] = { "ct l3proto", NFT_SHOW_FAMILY, 1 },
	[NFT_CT_SRC] = { "ct saddr", NFT_SHOW_ADDR, 0 },
	[NFT_CT_DST] = { "ct daddr", NFT_SHOW_ADDR, 0 },
	[NFT_CT_PROTOCOL] = { "ct protocol", NFT_SHOW_PROTOCOL, 1 },
	[NFT_CT_PROTO_SRC] = { "ct proto-src", NFT_SHOW_NUMBER, 2 },
	[NFT_CT_PROTO_DST] = { "ct proto-dst", NFT_SHOW_NUMBER, 2 },
	[NFT_CT_LABELS] = { "ct label", NFT_SHOW_HEX, 16 },
	[NFT_CT_PKTS] = { "ct packets", NFT_SHOW_HOST, 8 },
	[NFT_CT_BYTES] = { "ct bytes", NFT_SHOW_HOST, 8 },
	[NFT_CT_AVGPKT] = { "ct avgpkt", NFT_SHOW_HOST, 8 },
	[NFT_CT_ZONE] = { "ct zone", NFT_SHOW_HOST, 2 },
	[NFT_CT_SRC_IP] = { "ct ip saddr", NFT_SHOW_ADDR, 4 },
	[NFT_CT_DST_IP] = { "ct ip daddr", NFT_SHOW_ADDR, 4 },
	[NFT_CT_SRC_IP6] = { "ct ip6 saddr", NFT_SHOW_ADDR, 16 },
	[NFT_CT_DST_IP6] = { "ct ip6 daddr", NFT_SHOW_ADDR, 16 },
	[NFT_CT_ID] = { "ct id", NFT_SHOW_NUMBER, 4 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct tell_key *
find_key(const struct tell_key *keys, size_t count, uint8_t key, const char *other,
	 struct tell_key *unknown)
{
	if (key < count && keys[key].name)
		return &keys[key];
	*unknown = (struct tell_key){ other, NFT_SHOW_HEX, 4 };
	return unknown;
}

void
nft_tell_meta(struct nft_telling *t, uint8_t key, uint8_t reg)
{
	struct tell_key unknown;
	const struct tell_key *k = find_key(meta_keys, COUNT(meta_keys), key,
				       "meta", &unknown);

	nft_tell_load(t, reg, k->len, (enum nft_show)k->show, "%s", k->name);
}

/* It sets: what, and to what. */
static void
tell_set(struct nft_telling *t, const struct tell_key *k, uint8_t reg)
{
	strbuf_printf(&t->what, "%s", k->name);
	t->op = "set to";
	nft_put_value(t, &t->wanted, (enum nft_show)k->show,
		      &t->saw->word[reg], k->len ? k->len : 4);
}

void
nft_tell_meta_set(struct nft_telling *t, uint8_t key, uint8_t reg)
{
	struct tell_key unknown;

	tell_set(t, find_key(meta_keys, COUNT(meta_keys), key, "meta",
			     &unknown), reg);
}

void
nft_tell_ct_set(struct nft_telling *t, uint8_t key, uint8_t reg)
{
	struct tell_key unknown;

	tell_set(t, find_key(ct_keys, COUNT(ct_keys), key, "ct", &unknown),
		 reg);
}

void
nft_tell_ct(struct nft_telling *t, uint8_t key, uint8_t dir, uint8_t reg)
{
	static const char *const dirs[] = { "original ", "reply ", "" };
	struct tell_key unknown;
	const struct tell_key *k = find_key(ct_keys, COUNT(ct_keys), key, "ct",
				       &unknown);
	uint32_t len = k->len;

	if (!len)
		len = t->ev->path->p->family == CLEW_IPV4 ? 4 : 16;
	nft_tell_load(t, reg, len, (enum nft_show)k->show, "ct %s%s",
		      dirs[dir <= CLEW_DIRS ? dir : CLEW_DIRS],
		      k->name + sizeof("ct"));
	if (!t->holds && !nft_conn(t->ev)) {
		t->note.len = 0;
		strbuf_puts(&t->note, "the packet has no connection");
	}
}
