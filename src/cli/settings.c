/* SPDX-License-Identifier: BSD-2-Clause
 * cli/settings.c - settings from the command line and from sysctl files.
 *
 * Sources: sysctl.conf(5), sysctl(8).  A name may have '/' where others have
 * '.'; a value is read as the kernel reads one: decimal, 0x or 0 for octal. */
#include "cli/settings.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static char *
trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

/* As sysctl(8): when the first separator is '/', those are the separators,
 * and a '.' belongs to a name. */
static void
normalize(char *name)
{
	if (name[strcspn(name, "./")] != '/')
		return;
	for (; *name != '\0'; name++) {
		if (*name == '/')
			*name = '.';
		else if (*name == '.')
			*name = '/';
	}
}

static bool
parse_u64(const char *text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;	/* strtoull would take a sign */
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno == 0 && *end == '\0';
}

static int
apply(struct clew_engine *engine, const char *name, const char *value,
      struct clew_error *error)
{
	uint64_t number;

	if (clew_engine_get(engine, name, &number) == -ENOENT) {
		error_set(error, "unknown setting '%s'; 'clew help settings' "
			  "lists them", name);
		return -ENOENT;
	}
	if (!parse_u64(value, &number)) {
		error_set(error, "%s: '%s' is not a number", name, value);
		return -EINVAL;
	}
	return clew_engine_set(engine, name, number, error);
}

/* Cut 'line' into name and value at its first '='.  => false without one. */
static bool
split(char *line, char **name, char **value)
{
	char *equals = strchr(line, '=');

	if (equals == NULL)
		return false;
	*equals = '\0';
	*name = trim(line);
	*value = trim(equals + 1);
	normalize(*name);
	return **name != '\0';
}

int
settings_apply(struct clew_engine *engine, const char *assignment,
	       struct clew_error *error)
{
	char *copy = strdup(assignment);
	char *name, *value;
	int status = -EINVAL;

	if (copy == NULL)
		error_set(error, "%s", strerror(ENOMEM));
	else if (!split(copy, &name, &value))
		error_set(error, "'%s' is not NAME=VALUE", assignment);
	else
		status = apply(engine, name, value, error);
	free(copy);
	return status < 0 ? -EINVAL : 0;
}

/* Would conntrack answer for this name, if it were there? */
static bool
is_ours(const char *name)
{
	static const char *const prefixes[] = {
		"net.netfilter.", "net.nf_conntrack", "nf_conntrack",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	return false;
}

/* What a file said that is none of conntrack's. */
struct foreign {
	unsigned count;
	unsigned line;		/* of the first, */
	char name[64];		/* and its name */
};

static int
apply_line(struct clew_engine *engine, char *line, unsigned number,
	   struct foreign *foreign, struct clew_error *error)
{
	bool may_fail = false;
	char *name, *value;
	int status;

	line = trim(line);
	if (*line == '\0' || *line == '#' || *line == ';')
		return 0;
	if (*line == '-') {
		may_fail = true;
		line++;
	}
	if (!split(line, &name, &value)) {
		error_set(error, "'%s' is not NAME = VALUE", line);
		return may_fail ? 0 : -EINVAL;
	}
	status = apply(engine, name, value, error);
	if (status == -ENOENT && !is_ours(name)) {
		if (foreign->count++ == 0) {
			foreign->line = number;
			snprintf(foreign->name, sizeof(foreign->name), "%s",
				 name);
		}
		return 0;
	}
	return may_fail ? 0 : status;
}

int
settings_apply_file(struct clew_engine *engine, const char *path, FILE *notes,
		    struct clew_error *error)
{
	struct foreign foreign = { 0 };
	struct clew_error why;
	unsigned number = 0;
	char *line = NULL;
	size_t size = 0;
	int status = 0;
	FILE *file;

	file = fopen(path, "re");
	if (file == NULL) {
		status = -errno;
		error_set(error, "%s: %s", path, strerror(-status));
		return status;
	}
	while (status == 0 && getline(&line, &size, file) >= 0) {
		number++;
		status = apply_line(engine, line, number, &foreign, &why);
		if (status != 0)
			error_set(error, "%s:%u: %s", path, number, why.text);
	}
	if (status == 0 && ferror(file)) {
		status = -EIO;
		error_set(error, "%s: %s", path, strerror(errno));
	}
	free(line);
	fclose(file);
	if (status == 0 && notes != NULL && foreign.count > 0)
		fprintf(notes, "clew: %s:%u: %s%s ignored: not of conntrack\n",
			path, foreign.line, foreign.name,
			foreign.count == 1 ? " is" : " and others are");
	return status;
}
