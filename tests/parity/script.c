/* SPDX-License-Identifier: BSD-2-Clause
 * parity/script.c - scripts in memory, on disk and in words.
 *
 * A script owns the bytes of its steps.  Loading checks every length: the
 * files are ours, but a cut one must not crash the arbiter. */
#include "parity/script.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char magic[8] = "CLEWPAR1";

#define PACKET_MOST (1u << 17)

void *
xmalloc(size_t size)
{
	return xrealloc(NULL, size ? size : 1);
}

void *
xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p) {
		fputs("parity: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

void
script_init(struct script *s, const char *name)
{
	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%s", name);
}

void
script_fini(struct script *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		free(s->step[i].bytes);
	free(s->step);
	memset(s, 0, sizeof(*s));
}

static struct step *
add(struct script *s, enum step_type type)
{
	struct step *step;

	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->step = xrealloc(s->step, s->room * sizeof(*s->step));
	}
	step = &s->step[s->count++];
	memset(step, 0, sizeof(*step));
	step->type = type;
	return step;
}

void
script_set(struct script *s, const char *name, uint64_t value)
{
	struct step *step = add(s, STEP_SET);

	step->len = strlen(name);
	step->bytes = xmalloc(step->len + 1);
	memcpy(step->bytes, name, step->len + 1);
	step->value = value;
}

void
script_packet(struct script *s, unsigned side, unsigned how,
	      const void *bytes, size_t len)
{
	struct step *step = add(s, STEP_PACKET);

	step->side = side & 3;
	step->how = (how & HOW_RULE) < HOWS ? how : how & CARD_SAYS;
	step->len = len;
	step->bytes = xmalloc(len);
	memcpy(step->bytes, bytes, len);
	s->packets++;
}

void
script_sleep(struct script *s, unsigned ms)
{
	add(s, STEP_SLEEP)->ms = ms;
}

void
script_delete(struct script *s, unsigned n)
{
	add(s, STEP_DELETE)->ms = n;
}

void
script_text(struct script *s, enum step_type type, const char *text)
{
	struct step *step = add(s, type);

	step->len = strlen(text);
	step->bytes = xmalloc(step->len + 1);
	memcpy(step->bytes, text, step->len + 1);
	if (type == STEP_ROUTER)
		s->routed = true;
}

void
script_copy(struct script *to, const struct script *from)
{
	const struct step *step;
	size_t i;

	script_init(to, from->name);
	for (i = 0; i < from->count; i++) {
		step = &from->step[i];
		if (step->skip)
			continue;
		switch ((enum step_type)step->type) {
		case STEP_SET:
			script_set(to, (const char *)step->bytes, step->value);
			break;
		case STEP_PACKET:
			script_packet(to, step->side, step->how, step->bytes,
				      step->len);
			break;
		case STEP_SLEEP:
			script_sleep(to, step->ms);
			break;
		case STEP_DELETE:
			script_delete(to, step->ms);
			break;
		case STEP_ROUTER:
		case STEP_RULES:
			script_text(to, step->type, (const char *)step->bytes);
			break;
		}
	}
}

static void
put(FILE *f, uint64_t value, unsigned bytes)
{
	while (bytes--) {
		putc(value & 0xff, f);
		value >>= 8;
	}
}

static uint64_t
get(FILE *f, unsigned bytes)
{
	uint64_t value = 0;
	unsigned i;

	for (i = 0; i < bytes; i++)
		value |= (uint64_t)(getc(f) & 0xff) << (8 * i);
	return value;
}

int
script_save(const struct script *s, const char *path)
{
	const struct step *step;
	FILE *f = fopen(path, "wb");
	size_t i;

	if (!f)
		return -errno;
	fwrite(magic, sizeof(magic), 1, f);
	for (i = 0; i < s->count; i++) {
		step = &s->step[i];
		put(f, step->type, 1);
		switch ((enum step_type)step->type) {
		case STEP_SET:
			put(f, step->len, 1);
			fwrite(step->bytes, step->len, 1, f);
			put(f, step->value, 8);
			break;
		case STEP_PACKET:
			put(f, step->side, 1);
			put(f, step->how, 1);
			put(f, step->len, 4);
			fwrite(step->bytes, step->len, 1, f);
			break;
		case STEP_SLEEP:
		case STEP_DELETE:
			put(f, step->ms, 4);
			break;
		case STEP_ROUTER:
		case STEP_RULES:
			put(f, step->len, 4);
			fwrite(step->bytes, step->len, 1, f);
			break;
		}
	}
	return fclose(f) ? -errno : 0;
}

/* => 1: a step was read, 0: end, -1: not a script. */
static int
load_step(struct script *s, FILE *f, char *buf)
{
	unsigned side, how;
	uint32_t len;
	int type = getc(f);

	switch (type) {
	case EOF:
		return 0;
	case STEP_SET:
		len = get(f, 1);
		if (fread(buf, 1, len, f) != len)
			return -1;
		buf[len] = 0;
		script_set(s, buf, get(f, 8));
		return 1;
	case STEP_PACKET:
		side = get(f, 1);
		how = get(f, 1);
		len = get(f, 4);
		if (feof(f) || len > PACKET_MOST ||
		    fread(buf, 1, len, f) != len)
			return -1;
		script_packet(s, side, how, buf, len);
		return 1;
	case STEP_SLEEP:
		script_sleep(s, get(f, 4));
		return feof(f) ? -1 : 1;
	case STEP_DELETE:
		script_delete(s, get(f, 4));
		return feof(f) ? -1 : 1;
	case STEP_ROUTER:
	case STEP_RULES:
		len = get(f, 4);
		if (feof(f) || len >= PACKET_MOST ||
		    fread(buf, 1, len, f) != len)
			return -1;
		buf[len] = 0;
		script_text(s, type, buf);
		return 1;
	}
	return -1;
}

int
script_load(struct script *s, const char *path)
{
	char head[sizeof(magic)], *buf;
	FILE *f = fopen(path, "rb");
	int r = -1;

	script_init(s, path);
	if (!f)
		return -errno;
	buf = xmalloc(PACKET_MOST);
	if (fread(head, sizeof(head), 1, f) == 1 &&
	    !memcmp(head, magic, sizeof(magic))) {
		do
			r = load_step(s, f, buf);
		while (r > 0);
	}
	free(buf);
	fclose(f);
	return r < 0 ? -EINVAL : 0;
}

void
print_hex(FILE *out, const char *indent, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (i % 16 == 0)
			fprintf(out, "%s%s%04zx ", i ? "\n" : "", indent, i);
		fprintf(out, " %02x", p[i]);
	}
	if (len)
		putc('\n', out);
}

static unsigned
be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static size_t
describe_tcp(char *buf, size_t size, const uint8_t *p, size_t len)
{
	static const char letters[] = "FSRPAUEC";
	char flags[9];
	unsigned i, n = 0, hlen;

	if (len < 20)
		return snprintf(buf, size, "tcp, %zu bytes", len);
	for (i = 0; i < 8; i++)
		if (p[13] >> i & 1)
			flags[n++] = letters[i];
	flags[n] = 0;
	hlen = (p[12] >> 4) * 4;
	return snprintf(buf, size,
			"tcp %u>%u %s seq %u ack %u win %u hdr %u data %d",
			be16(p), be16(p + 2), flags, be32(p + 4), be32(p + 8),
			be16(p + 14), hlen, (int)len - (int)hlen);
}

static size_t
describe_l4(char *buf, size_t size, unsigned proto, const uint8_t *p,
	    size_t len)
{
	size_t n, at;

	switch (proto) {
	case 6:
		return describe_tcp(buf, size, p, len);
	case 17:
	case 136:
		if (len < 8)
			break;
		return snprintf(buf, size, "%s %u>%u len %u csum %04x of %zu",
				proto == 17 ? "udp" : "udplite", be16(p),
				be16(p + 2), be16(p + 4), be16(p + 6), len);
	case 1:
	case 58:
		if (len < 8)
			break;
		return snprintf(buf, size, "icmp%s type %u code %u id %u, %zu",
				proto == 58 ? "v6" : "", p[0], p[1],
				be16(p + 4), len);
	case 132:
		if (len < 12)
			break;
		n = snprintf(buf, size, "sctp %u>%u vtag %u chunks", be16(p),
			     be16(p + 2), be32(p + 4));
		for (at = 12; at + 4 <= len && n < size;
		     at += (be16(p + at + 2) + 3) & ~3u) {
			n += snprintf(buf + n, size - n, " %u/%x/%u", p[at],
				      p[at + 1], be16(p + at + 2));
			if (be16(p + at + 2) == 0)
				break;
		}
		return n;
	case 47:
		if (len < 8)
			break;
		return snprintf(buf, size, "gre %04x proto %04x key %u of %zu",
				be16(p), be16(p + 2), be16(p + 6), len);
	}
	return snprintf(buf, size, "protocol %u, %zu bytes", proto, len);
}

size_t
packet_describe(char *buf, size_t size, const uint8_t *p, size_t len)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	size_t n = 0, hlen;
	unsigned frag = 0;

	if (len >= 20 && p[0] >> 4 == 4) {
		hlen = (p[0] & 15) * 4;
		inet_ntop(AF_INET, p + 12, src, sizeof(src));
		inet_ntop(AF_INET, p + 16, dst, sizeof(dst));
		frag = be16(p + 6);
		n = snprintf(buf, size, "%s > %s tot %u of %zu ", src, dst,
			     be16(p + 2), len);
		if (frag & 0x3fff)
			n += snprintf(buf + n, size - n,
				      "frag id %u at %u%s ", be16(p + 4),
				      (frag & 0x1fff) * 8,
				      frag & 0x2000 ? "+" : "");
		if (hlen > len || frag & 0x1fff)
			return n + snprintf(buf + n, size - n, "protocol %u",
					    p[9]);
		return n + describe_l4(buf + n, size - n, p[9], p + hlen,
				       len - hlen);
	}
	if (len >= 40 && p[0] >> 4 == 6) {
		inet_ntop(AF_INET6, p + 8, src, sizeof(src));
		inet_ntop(AF_INET6, p + 24, dst, sizeof(dst));
		n = snprintf(buf, size, "%s > %s pay %u of %zu ", src, dst,
			     be16(p + 4), len);
		if (p[6] == 44 && len >= 48) {
			frag = be16(p + 42);
			return n + snprintf(buf + n, size - n,
					    "frag id %u at %u%s next %u",
					    be32(p + 44), frag & 0xfff8,
					    frag & 1 ? "+" : "", p[40]);
		}
		return n + describe_l4(buf + n, size - n, p[6], p + 40,
				       len - 40);
	}
	return snprintf(buf, size, "%zu bytes", len);
}

enum step_card
step_card(const struct step *step, unsigned *l4)
{
	const uint8_t *p = step->bytes;
	unsigned proto, header;

	if (step->len < 48 || !(step->how & CARD_SAYS))
		return CARD_NOTHING;
	if (p[0] >> 4 == 4) {
		*l4 = (p[0] & 15) * 4;
		proto = p[9];
		if ((be16(p + 6) & 0x3fff) || be16(p + 2) != step->len)
			return CARD_NOTHING;
	} else {
		*l4 = 40;
		proto = p[6];
		if (p[0] >> 4 != 6 || be16(p + 4) + 40u != step->len)
			return CARD_NOTHING;
	}
	if ((proto != 6 && proto != 17) || *l4 < 20 || *l4 + 20 > step->len)
		return CARD_NOTHING;
	header = proto == 6 ? (p[*l4 + 12] >> 4) * 4 : 8;
	if (header < 8 || *l4 + header > step->len)
		return CARD_NOTHING;
	if ((step->how & CARD_SAYS) == CARD_GSO &&
	    (proto != 6 || header < 20 || *l4 + header + 100 > step->len))
		return CARD_NOTHING;
	return step->how & CARD_SAYS;
}

const char *
side_name(unsigned side)
{
	static const char *const names[] = { "tap0", "tap1", "tap2", "host" };

	return names[side & 3];
}

void
script_print(FILE *out, const struct script *s)
{
	static const char *const how[] = {
		"", " zone", " zone-orig", " zone-reply", " notrack",
		" policy", " mark", " unmark", " label", "", "", "", "", "",
		"", "",
	};
	static const char *const card[] = {
		"", " csum-partial", " gso", "",
	};
	const struct step *step;
	size_t i, n = 0;
	char line[300];

	for (i = 0; i < s->count; i++) {
		step = &s->step[i];
		if (step->skip)
			continue;
		switch ((enum step_type)step->type) {
		case STEP_SET:
			fprintf(out, "# set %s = %" PRIu64 "\n", step->bytes,
				step->value);
			break;
		case STEP_SLEEP:
			fprintf(out, "# sleep %u ms\n", step->ms);
			break;
		case STEP_DELETE:
			fprintf(out, "# delete connection %u from behind\n",
				step->ms);
			break;
		case STEP_ROUTER:
			fprintf(out, "# router\n%s", step->bytes);
			break;
		case STEP_RULES:
			fprintf(out, "# rules\n%s", step->bytes);
			break;
		case STEP_PACKET:
			packet_describe(line, sizeof(line), step->bytes,
					step->len);
			fprintf(out, "# packet %zu: %s%s%s %s\n", n++,
				side_name(step->side), how[step->how & HOW_RULE],
				card[step->how >> 4 & 3], line);
			print_hex(out, "#    ", step->bytes, step->len);
			break;
		}
	}
}
