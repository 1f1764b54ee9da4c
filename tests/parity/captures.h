/* SPDX-License-Identifier: BSD-2-Clause
 * parity/captures.h - the IP packets of a capture file as a script. */
#ifndef PARITY_CAPTURES_H
#define PARITY_CAPTURES_H

#include "parity/script.h"

struct capture_count {
	size_t taken;
	size_t cut;		/* by the snap length: left out */
	size_t other;		/* not IP */
};

/* => 0, or -1 with 'error' filled in when nothing could be read. */
int capture_load(struct script *s, const char *path,
		 struct capture_count *count, char *error, size_t size);

/* The same through a router: who was seen first on side 0 of the capture is
 * behind lan0, everybody else behind wan0. */
int capture_load_routed(struct script *s, const char *path, const char *rules,
			struct capture_count *count, char *error, size_t size);

#endif
