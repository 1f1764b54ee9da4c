/* SPDX-License-Identifier: BSD-2-Clause
 * cli/layers.h - the headers of a packet, field by field, for people and for
 * JSON. */
#ifndef CLI_LAYERS_H
#define CLI_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LAYERS_MOST = 8,
	LAYER_FIELDS_MOST = 24,
	LAYER_VALUE_SIZE = 96,
};

struct layer_field {
	const char *name;	/* JSON's; people see 'label' */
	const char *label;	/* "" : the value speaks for itself */
	char value[LAYER_VALUE_SIZE];
	bool is_number;
};

struct layer {
	const char *name;	/* "ethernet", "ipv4", "tcp" */
	struct layer_field field[LAYER_FIELDS_MOST];
	size_t fields;
};

struct layers {
	struct layer layer[LAYERS_MOST];
	size_t count;
};

/* Read what there is: 'have' bytes at 'data', the link-layer header of
 * 'l2_len' bytes before it (NULL: none); 'len' were on the wire. */
void layers_read(struct layers *layers, const uint8_t *l2, size_t l2_len,
		 const uint8_t *data, size_t have, size_t len);

#endif
