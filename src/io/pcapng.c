/* SPDX-License-Identifier: BSD-2-Clause
 * io/pcapng.c - which interface each packet of a pcapng file came from.
 *
 * Sources: draft-ietf-opsawg-pcapng, sections 4.1 (section header), 4.2
 * (interface description), 4.3 (enhanced packet), 4.4 (simple packet), and
 * appendix A (the obsolete packet block).
 *
 * Every block is a type, its whole length, a body, and the length again.
 * Of each the first bytes are kept until its end is reached, then it is
 * looked at: so a block in any number of pieces is read as one.
 *
 * A section numbers its interfaces from 0 on; here they are numbered through
 * the whole file, since libpcap may be asked for a packet when the header of
 * the next section has already passed. */
#include "io/pcapng.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,	/* the same in either byte order */
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
	ORDER_MARK = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_NAME = 2,
	HEADER = 8,
	BLOCK_LEAST = 12,
};

void
pcapng_init(struct pcapng *p)
{
	memset(p, 0, sizeof(*p));
	p->is_on = true;
}

void
pcapng_fini(struct pcapng *p)
{
	for (uint32_t i = 0; i < p->interfaces; i++)
		free(p->name[i]);
	free(p->name);
	p->name = NULL;
}

static uint32_t
get32(const struct pcapng *p, uint32_t at)
{
	uint32_t n = load32(p->block + at);

	return p->is_swapped ? __builtin_bswap32(n) : n;
}

static uint16_t
get16(const struct pcapng *p, uint32_t at)
{
	uint16_t n = load16(p->block + at);

	return p->is_swapped ? __builtin_bswap16(n) : n;
}

/* => Whether there is room for one more interface; it has no name yet. */
static bool
add_interface(struct pcapng *p)
{
	uint32_t room = p->names_room > 0 ? 2 * p->names_room : 16;
	char **more;

	if (p->interfaces == PCAPNG_INTERFACES)
		return false;
	if (p->interfaces == p->names_room) {
		more = realloc(p->name, room * sizeof(*p->name));
		if (more == NULL)
			return false;
		p->name = more;
		p->names_room = room;
	}
	p->name[p->interfaces++] = NULL;
	return true;
}

/* Link type, reserved, snap length, then options: code, length, value padded
 * to four bytes. */
static void
read_interface(struct pcapng *p)
{
	uint32_t at = HEADER + 8;

	if (!add_interface(p))
		return;
	while (at + 4 <= p->kept) {
		uint16_t code = get16(p, at), size = get16(p, at + 2);

		at += 4;
		if (code == OPTION_END || at + size > p->kept)
			return;
		if (code == OPTION_NAME) {
			p->name[p->interfaces - 1] =
				strndup((const char *)p->block + at,
					size < PCAPNG_NAME ? size :
					PCAPNG_NAME);
			return;
		}
		at += (size + 3u) & ~3u;
	}
}

static void
add_packet(struct pcapng *p, uint32_t interface)
{
	if (p->count == PCAPNG_QUEUE) {
		p->is_on = false;
		return;
	}
	if (interface >= p->interfaces - p->section)
		interface = UINT32_MAX;
	else
		interface += p->section;
	p->queue[(p->first + p->count++) % PCAPNG_QUEUE] = interface;
}

static void
read_block(struct pcapng *p)
{
	switch (p->type) {
	case BLOCK_SECTION:
		p->section = p->interfaces;
		break;
	case BLOCK_INTERFACE:
		if (p->kept >= HEADER + 8)
			read_interface(p);
		break;
	case BLOCK_ENHANCED:
		if (p->kept >= HEADER + 4)
			add_packet(p, get32(p, HEADER));
		break;
	case BLOCK_PACKET_OLD:
		if (p->kept >= HEADER + 4)
			add_packet(p, get16(p, HEADER));
		break;
	case BLOCK_SIMPLE:
		add_packet(p, 0);
		break;
	}
}

/* A block's type and length are there; of a section's header the mark too
 * that tells its byte order.  => Whether more may follow. */
static bool
begin_block(struct pcapng *p)
{
	if (load32(p->block) == BLOCK_SECTION) {
		if (load32(p->block + HEADER) == ORDER_MARK)
			p->is_swapped = false;
		else if (load32(p->block + HEADER) ==
			 __builtin_bswap32(ORDER_MARK))
			p->is_swapped = true;
		else
			return false;
	} else if (p->size == 0) {
		return false;	/* a file begins with a section */
	}
	p->type = get32(p, 0);
	p->size = get32(p, 4);
	return p->size >= BLOCK_LEAST && p->size % 4 == 0;
}

/* => How many bytes of the block were taken; the block may have ended. */
static size_t
put_part(struct pcapng *p, const uint8_t *data, size_t size)
{
	size_t want, keep;

	if (p->at < BLOCK_LEAST) {
		want = BLOCK_LEAST - p->at;
		if (want > size)
			want = size;
		memcpy(p->block + p->at, data, want);
		p->at += want;
		if (p->at < BLOCK_LEAST)
			return want;
		p->is_on = begin_block(p);
		p->kept = BLOCK_LEAST;
	} else {
		want = p->size - p->at;
		if (want > size)
			want = size;
		keep = sizeof(p->block) - p->kept;
		if (keep > want)
			keep = want;
		memcpy(p->block + p->kept, data, keep);
		p->kept += (uint32_t)keep;
		p->at += want;
	}
	if (p->is_on && p->at == p->size) {
		if (p->kept > p->size - 4)
			p->kept = p->size - 4;	/* the length again */
		read_block(p);
		p->at = 0;
	}
	return want;
}

void
pcapng_put(struct pcapng *p, const uint8_t *data, size_t size)
{
	while (p->is_on && size > 0) {
		size_t taken = put_part(p, data, size);

		data += taken;
		size -= taken;
	}
}

const char *
pcapng_take(struct pcapng *p)
{
	uint32_t interface;

	if (p->count == 0)
		return NULL;
	interface = p->queue[p->first];
	p->first = (p->first + 1) % PCAPNG_QUEUE;
	p->count--;
	return interface < p->interfaces ? p->name[interface] : NULL;
}
