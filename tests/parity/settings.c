/* SPDX-License-Identifier: BSD-2-Clause
 * parity/settings.c - the settings: names, defaults and what they take.
 *
 * In a fresh network namespace every sysctl has its default.  Then values
 * at and beside both ends of what libclew takes are written to both, and
 * read back. */
#define _GNU_SOURCE
#include "parity/settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clew/engine.h"
#include "parity/script.h"

static void
path_of(char *path, size_t size, const char *name)
{
	char *p;

	snprintf(path, size, "/proc/sys/%s", name);
	for (p = path + 10; *p; p++)
		if (*p == '.')
			*p = '/';
}

/* => 0 or -errno. */
static int
kernel_get(const char *name, uint64_t *value)
{
	char path[200], text[32];
	ssize_t n;
	int fd;

	path_of(path, sizeof(path), name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	text[n] = 0;
	*value = strtoull(text, NULL, 10);
	return 0;
}

static int
kernel_set(const char *name, const char *text)
{
	char path[200];
	int fd, r = 0;

	path_of(path, sizeof(path), name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* Not of a namespace: the machine's size decides, or it is seen in the first
 * namespace alone. */
static bool
is_global(const char *name)
{
	static const char *const names[] = {
		"nf_conntrack_max", "nf_conntrack_buckets",
		"nf_conntrack_expect_max", "nf_conntrack_count",
		"ipfrag_secret_interval", "ip6frag_secret_interval",
	};
	const char *last = strrchr(name, '.');
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (last && !strcmp(last + 1, names[i]))
			return true;
	return false;
}

/* Linux keeps milliseconds in ticks, rounded up: 10 ms at the most. */
static bool
same_value(const struct clew_setting *s, uint64_t kernel, uint64_t clew)
{
	if (strcmp(s->unit, "ms"))
		return kernel == clew;
	return kernel >= clew && kernel - clew < 10;
}

/* Write 'value' to both.  => true when both say the same. */
static bool
same_answer(struct clew_engine *e, const struct clew_setting *s,
	    uint64_t value)
{
	const char *name = s->name;
	uint64_t k = 0, c = 0;
	char text[32];
	int kr, cr;

	snprintf(text, sizeof(text), "%" PRIu64, value);
	kr = kernel_set(name, text);
	cr = clew_engine_set(e, name, value, NULL);
	kernel_get(name, &k);
	clew_engine_get(e, name, &c);
	if (!kr == !cr && same_value(s, k, c))
		return true;
	printf("# %s = %" PRIu64 ": kernel %s, now %" PRIu64
	       "; clew %s, now %" PRIu64 "\n", name, value,
	       kr ? strerror(-kr) : "takes it", k,
	       cr ? strerror(-cr) : "takes it", c);
	return false;
}

static unsigned
compare_one(struct clew_engine *e, const struct clew_setting *s)
{
	uint64_t k, c, values[7];
	unsigned i, bad = 0;

	if (is_global(s->name))
		return 0;
	if (kernel_get(s->name, &k)) {
		printf("# %s: not in the kernel\n", s->name);
		return 1;
	}
	if (clew_engine_get(e, s->name, &c) || c != k) {
		printf("# %s: default %" PRIu64 " in the kernel, %" PRIu64
		       " in clew\n", s->name, k, c);
		bad++;
	}
	if (s->read_only)
		return bad;
	values[0] = s->minimum;
	values[1] = s->minimum ? s->minimum - 1 : 0;
	values[2] = s->maximum;
	values[3] = s->maximum == UINT64_MAX ? s->maximum - 1 :
		s->maximum + 1;
	values[4] = s->minimum + 1;
	values[5] = 2147483;
	values[6] = k;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		bad += !same_answer(e, s, values[i]);
	return bad;
}

/* Is there a sysctl that clew does not know? */
static unsigned
find_missing(const char *folder, const char *prefix, const char *only)
{
	const struct clew_setting *all;
	struct dirent *entry;
	unsigned bad = 0;
	char name[300];
	size_t i, n;
	DIR *dir = opendir(folder);

	if (!dir)
		return 1;
	all = clew_settings(&n);
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, only, strlen(only)))
			continue;
		snprintf(name, sizeof(name), "%s%s", prefix, entry->d_name);
		for (i = 0; i < n && strcmp(all[i].name, name); i++)
			;
		if (i < n)
			continue;
		printf("# %s: not in clew\n", name);
		bad++;
	}
	closedir(dir);
	return bad;
}

unsigned
settings_compare(size_t *count)
{
	struct clew_config config = { .start_ns = 1 };
	const struct clew_setting *all = clew_settings(count);
	struct clew_engine *e;
	unsigned bad = 0;
	size_t i;

	if (unshare(CLONE_NEWNET) < 0 || clew_engine_create(&e, &config))
		return 1;
	bad += find_missing("/proc/sys/net/netfilter", "net.netfilter.",
			    "nf_conntrack_");
	bad += find_missing("/proc/sys/net/ipv4", "net.ipv4.", "ipfrag_");
	bad += find_missing("/proc/sys/net/ipv6", "net.ipv6.", "ip6frag_");
	for (i = 0; i < *count; i++)
		bad += compare_one(e, &all[i]) != 0;
	clew_engine_destroy(e);
	return bad;
}
