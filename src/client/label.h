/* SPDX-License-Identifier: BSD-2-Clause
 * client/label.h - the names of connection labels: connlabel.conf. */
#ifndef CLIENT_LABEL_H
#define CLIENT_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "clew/snapshot.h"

enum { LABEL_BITS = 8 * CLEW_LABELS_SIZE };

#define LABEL_FILE "/etc/xtables/connlabel.conf"

struct labels {
	bool is_read;
	char *name[LABEL_BITS];		/* NULL: without one */
};

/* Read "BIT NAME" lines; '#' begins a remark, the first name of a bit
 * stands.  => 0, or -errno with a message. */
int labels_read(struct labels *labels, const char *path,
		struct clew_error *error);
void labels_fini(struct labels *labels);

/* => The bit, or -1. */
int labels_lookup(const struct labels *labels, const char *name);
/* A clew_label_name_fn; 'ctx' is the struct labels. */
const char *labels_name(void *ctx, unsigned bit);

/* Set the bits of "a,b,c".  => 0 or -EINVAL with a message. */
int labels_parse(const struct labels *labels, const char *list,
		 uint8_t bits[CLEW_LABELS_SIZE], struct clew_error *error);

#endif
