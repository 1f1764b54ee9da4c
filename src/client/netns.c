/* SPDX-License-Identifier: BSD-2-Clause
 * client/netns.c - -N all: a command in every network namespace. */
#include "client/netns.h"

#include <dirent.h>
#include <stdlib.h>

#include "client/show.h"

static int
is_name(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
netns_each(netns_fn *one, void *ctx)
{
	struct dirent **names;
	bool has_found = false, has_failed = false, has_missed = false;
	int count = scandir("/run/netns", &names, is_name, alphasort);

	if (count <= 0) {
		show_note("no network namespace has a name");
		if (count == 0)
			free(names);
		return 1;
	}
	for (int i = 0; i < count; i++) {
		uint64_t entries = 0;
		int status = one(ctx, names[i]->d_name, &entries);

		if (status == 0)
			has_found = true;
		else if (status == 1 && entries == 0)
			has_missed = true;
		else
			has_failed = true;
		free(names[i]);
	}
	free(names);
	return has_failed || (has_missed && !has_found);
}
