/* SPDX-License-Identifier: BSD-2-Clause
 * client/label.c - the names of connection labels: connlabel.conf. */
#include "client/label.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "BIT NAME": the name may hold spaces, not at its ends. */
static void
read_line(struct labels *labels, char *line)
{
	char *end;
	unsigned long bit;

	line[strcspn(line, "#\n")] = '\0';
	errno = 0;
	bit = strtoul(line, &end, 0);
	if (end == line || errno || bit >= LABEL_BITS ||
	    !isspace((unsigned char)*end))
		return;
	while (isspace((unsigned char)*end))
		end++;
	for (size_t len = strlen(end);
	     len > 0 && isspace((unsigned char)end[len - 1]); len--)
		end[len - 1] = '\0';
	if (*end != '\0' && !labels->name[bit])
		labels->name[bit] = strdup(end);
}

int
labels_read(struct labels *labels, const char *path, struct clew_error *error)
{
	FILE *file = fopen(path, "re");
	char line[1024];

	if (!file) {
		int err = errno;

		error_set(error, "cannot read labels from %s: %s", path,
			  strerror(err));
		return -err;
	}
	labels->is_read = true;
	while (fgets(line, sizeof(line), file))
		read_line(labels, line);
	fclose(file);
	return 0;
}

void
labels_fini(struct labels *labels)
{
	for (size_t i = 0; i < LABEL_BITS; i++)
		free(labels->name[i]);
	memset(labels, 0, sizeof(*labels));
}

int
labels_lookup(const struct labels *labels, const char *name)
{
	for (int i = 0; i < LABEL_BITS; i++) {
		if (labels->name[i] && strcmp(labels->name[i], name) == 0)
			return i;
	}
	return -1;
}

const char *
labels_name(void *ctx, unsigned bit)
{
	const struct labels *labels = ctx;

	return bit < LABEL_BITS ? labels->name[bit] : NULL;
}

int
labels_parse(const struct labels *labels, const char *list,
	     uint8_t bits[CLEW_LABELS_SIZE], struct clew_error *error)
{
	while (list) {
		size_t len = strcspn(list, ",");
		char name[256];
		int bit;

		snprintf(name, sizeof(name), "%.*s",
			 (int)(len < 255 ? len : 255), list);
		bit = labels_lookup(labels, name);
		if (bit < 0) {
			error_set(error, "unknown label '%s'", name);
			return -EINVAL;
		}
		bits[bit / 8] |= (uint8_t)(1u << bit % 8);
		list = list[len] == ',' ? list + len + 1 : NULL;
	}
	return 0;
}
