/* SPDX-License-Identifier: BSD-2-Clause
 * route/path.c - a packet's bytes: copied when they are first changed. */
#include "route/path.h"

#include <string.h>

uint8_t *
path_own(struct path *path)
{
	struct pkt *p = path->p;
	uint32_t have = p->have < p->len ? p->have : p->len;

	if (path->is_own)
		return path->room;
	if (have > path->room_size)
		return NULL;
	memcpy(path->room, p->ip, have);	/* not what padded the frame */
	p->ip = path->room;
	p->have = have;
	path->is_own = true;
	return path->room;
}

uint8_t *
path_resize(struct path *path, uint32_t len)
{
	struct pkt *p = path->p;
	uint8_t *bytes;

	/* What a capture cut off cannot be moved. */
	if (len > path->room_size || p->have < p->len)
		return NULL;
	bytes = path_own(path);
	if (!bytes)
		return NULL;
	if (len > p->have)
		memset(bytes + p->have, 0, len - p->have);
	p->have = p->len = len;
	return bytes;
}
