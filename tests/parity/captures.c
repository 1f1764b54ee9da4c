/* SPDX-License-Identifier: BSD-2-Clause
 * parity/captures.c - the IP packets of a capture file as a script.
 *
 * Times are dropped: a script happens at one instant.  A packet goes into
 * tap 0 when its source is the one of its two addresses that was seen first
 * as a source, so that both directions are exercised. */
#include "parity/captures.h"

#include <arpa/inet.h>

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS 4096	/* slots; when full, sides go by address order */

struct pair {
	uint8_t used;
	uint8_t six;
	uint8_t first[16];
	uint8_t second[16];
};

static unsigned
be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

/* The bytes behind an Ethernet header and its VLAN tags. */
static long
ethernet(const uint8_t *p, size_t len)
{
	size_t at = 12;

	while (at + 2 <= len) {
		switch (be16(p + at)) {
		case 0x8100:
		case 0x88a8:
		case 0x9100:
			at += 4;
			continue;
		case 0x0800:
		case 0x86dd:
			return at + 2;
		}
		return -1;
	}
	return -1;
}

/* Where the IP header begins.  => -1: not IP. */
static long
ip_offset(int link, const uint8_t *p, size_t len)
{
	switch (link) {
	case DLT_EN10MB:
		return ethernet(p, len);
	case DLT_RAW:
	case 101:
	case DLT_IPV4:
	case DLT_IPV6:
		return 0;
	case DLT_LINUX_SLL:
		if (len >= 16 && (be16(p + 14) == 0x0800 ||
				  be16(p + 14) == 0x86dd))
			return 16;
		return -1;
	case DLT_LINUX_SLL2:
		if (len >= 20 && (be16(p) == 0x0800 || be16(p) == 0x86dd))
			return 20;
		return -1;
	case DLT_NULL:
	case DLT_LOOP:
		return 4;
	case DLT_PPP:
		if (len >= 4 && p[0] == 0xff && p[1] == 3)
			return be16(p + 2) == 0x21 || be16(p + 2) == 0x57 ?
				4 : -1;
		return len >= 2 && (be16(p) == 0x21 || be16(p) == 0x57) ?
			2 : -1;
	case DLT_PPP_SERIAL:
	case DLT_C_HDLC:
		if (len >= 4 && (be16(p + 2) == 0x0800 ||
				 be16(p + 2) == 0x86dd ||
				 be16(p + 2) == 0x21 || be16(p + 2) == 0x57))
			return 4;
		return -1;
	}
	return -1;
}

static unsigned
side_of(struct pair *pairs, const uint8_t *p, size_t len)
{
	bool six = p[0] >> 4 == 6;
	size_t size = six ? 16 : 4, i, n;
	const uint8_t *src, *dst;
	uint32_t hash = 0;
	struct pair *x;

	if (len < (six ? 40u : 20u))
		return 0;
	src = p + (six ? 8 : 12);
	dst = src + size;
	for (i = 0; i < size; i++)	/* the same both ways round */
		hash += (src[i] + 1u) * (dst[i] + 1u) * (i * 2 + 40503u);
	for (n = 0; n < PAIRS; n++) {
		x = &pairs[(hash + n) % PAIRS];
		if (!x->used) {
			x->used = 1;
			x->six = six;
			memcpy(x->first, src, size);
			memcpy(x->second, dst, size);
			return 0;
		}
		if (x->six != six)
			continue;
		if (!memcmp(x->first, src, size) &&
		    !memcmp(x->second, dst, size))
			return 0;
		if (!memcmp(x->first, dst, size) &&
		    !memcmp(x->second, src, size))
			return 1;
	}
	return memcmp(src, dst, size) > 0;
}

int
capture_load(struct script *s, const char *path, struct capture_count *count,
	     char *error, size_t size)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	struct pcap_pkthdr *h;
	struct pair *pairs;
	const u_char *p;
	pcap_t *pcap;
	long at;
	int link;

	memset(count, 0, sizeof(*count));
	pcap = pcap_open_offline(path, text);
	if (!pcap) {
		snprintf(error, size, "%s", text);
		return -1;
	}
	link = pcap_datalink(pcap);
	pairs = xmalloc(PAIRS * sizeof(*pairs));
	memset(pairs, 0, PAIRS * sizeof(*pairs));
	while (pcap_next_ex(pcap, &h, &p) == 1) {
		at = ip_offset(link, p, h->caplen);
		if (at < 0 || at >= (long)h->caplen ||
		    (p[at] >> 4 != 4 && p[at] >> 4 != 6)) {
			count->other++;
			continue;
		}
		if (h->caplen < h->len || h->caplen - at > 65500) {
			count->cut++;
			continue;
		}
		count->taken++;
		script_packet(s, side_of(pairs, p + at, h->caplen - at),
			      HOW_PLAIN, p + at, h->caplen - at);
	}
	free(pairs);
	pcap_close(pcap);
	return 0;
}

/* Host routes for the sources of side 0, as many as are told apart. */
static void
inside_routes(const struct script *from, char *text, size_t size)
{
	enum { MOST = 200 };
	char line[INET6_ADDRSTRLEN + 16], name[INET6_ADDRSTRLEN];
	const struct step *step;
	unsigned routes = 0;
	size_t i, n = 0;
	bool six;

	text[0] = 0;
	for (i = 0; i < from->count && routes < MOST; i++) {
		step = &from->step[i];
		if (step->side || step->len < 40)
			continue;
		six = step->bytes[0] >> 4 == 6;
		inet_ntop(six ? AF_INET6 : AF_INET,
			  step->bytes + (six ? 8 : 12), name, sizeof(name));
		/* Loopback, multicast, nobody: no route of their own. */
		if (!strncmp(name, "127.", 4) || !strncmp(name, "0.", 2) ||
		    !strncmp(name, "ff", 2) || !strncmp(name, "::", 2) ||
		    !strncmp(name, "fe80", 4) || atoi(name) >= 224)
			continue;
		snprintf(line, sizeof(line), "%s/%u=lan0\n", name,
			 six ? 128 : 32);
		if (strstr(text, line) || n + strlen(line) >= size)
			continue;
		memcpy(text + n, line, strlen(line) + 1);
		n += strlen(line);
		routes++;
	}
}

/* ff0X::2: ours have joined no group, lest they tell anybody. */
static bool
is_to_all_routers(const struct step *step)
{
	const uint8_t *p = step->bytes;

	return step->len >= 40 && p[0] >> 4 == 6 && p[24] == 0xff &&
	       p[39] == 2;
}

int
capture_load_routed(struct script *s, const char *path, const char *rules,
		    struct capture_count *count, char *error, size_t size)
{
	static char text[16384];
	const struct step *step;
	struct script plain;
	size_t i;
	int r;

	script_init(&plain, path);
	r = capture_load(&plain, path, count, error, size);
	inside_routes(&plain, text, sizeof(text));
	script_text(s, STEP_ROUTER, text);
	script_text(s, STEP_RULES, rules);
	for (i = 0; i < plain.count; i++) {
		step = &plain.step[i];
		if (is_to_all_routers(step))
			continue;
		script_packet(s, step->side, HOW_PLAIN, step->bytes,
			      step->len);
	}
	script_fini(&plain);
	return r;
}
