/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/replay.c - runs a target without libFuzzer.
 *
 *	replay [-n COUNT] [-m SIZE] FILE-OR-FOLDER...
 *
 * Every file given is an input; then COUNT more are made of them, the same
 * with every run, of at most SIZE bytes.  An input that fails is written to
 * "fuzz-failed" in the present folder. */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parity/build.h"

/* A target may have one of its own. */
__attribute__((weak))
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
			       unsigned seed);

struct input {
	size_t size;
	uint8_t *bytes;
};

static struct {
	struct input *input;
	size_t count;
} files;

static struct rng rng = { 1 };
static struct input present;

/* Only what a signal handler may call. */
static void
save(void)
{
	static const char told[] = "The input is in fuzz-failed.\n";
	int out = open("fuzz-failed", O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (out < 0)
		return;
	if (write(out, present.bytes, present.size) ==
	    (ssize_t)present.size)
		(void)!write(2, told, sizeof(told) - 1);
	close(out);
}

static void
on_abort(int number)
{
	(void)number;
	save();
	signal(SIGABRT, SIG_DFL);
	raise(SIGABRT);
}

/* Of the sanitizers' run time, when there is one. */
__attribute__((weak))
void __sanitizer_set_death_callback(void (*callback)(void));

size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most)
{
	unsigned times = 1 + rng_below(&rng, 4);

	while (times--) {
		size_t at = size ? rng_below(&rng, (uint32_t)size) : 0, n;

		switch (rng_below(&rng, 7)) {
		case 0:
			if (size)
				data[at] ^= (uint8_t)(1 << rng_below(&rng, 8));
			break;
		case 1:
			if (size)
				data[at] = (uint8_t)rng_next(&rng);
			break;
		case 2:			/* a number that is at a bound */
			if (size)
				data[at] = (const uint8_t[]){ 0, 1, 0x7f,
					0x80, 0xff }[rng_below(&rng, 5)];
			break;
		case 3:			/* take out */
			n = rng_below(&rng, 16);
			if (n > size - at)
				n = size - at;
			memmove(data + at, data + at + n, size - at - n);
			size -= n;
			break;
		case 4:			/* put in */
			n = 1 + rng_below(&rng, 16);
			if (n > most - size)
				break;
			memmove(data + at + n, data + at, size - at);
			for (size_t i = 0; i < n; i++)
				data[at + i] = (uint8_t)rng_next(&rng);
			size += n;
			break;
		case 5:			/* copy within */
			if (!size)
				break;
			n = rng_below(&rng, (uint32_t)size);
			if (n > size - at)
				n = size - at;
			memmove(data + rng_below(&rng, (uint32_t)(size - n +
								  1)),
				data + at, n);
			break;
		default:		/* from another input */
			if (!files.count)
				break;
			{
				const struct input *from = &files.input[
					rng_below(&rng, (uint32_t)
						  files.count)];

				n = from->size < size - at ? from->size :
				    size - at;
				if (n)
					memcpy(data + at, from->bytes, n);
			}
			break;
		}
	}
	return size;
}

static void
run(const uint8_t *bytes, size_t size)
{
	present.bytes = realloc(present.bytes, size + !size);
	present.size = size;
	if (size)
		memcpy(present.bytes, bytes, size);
	LLVMFuzzerTestOneInput(present.bytes, size);
}

static int
by_bytes(const void *a, const void *b)
{
	const struct input *x = a, *y = b;
	size_t n = x->size < y->size ? x->size : y->size;
	int order = n ? memcmp(x->bytes, y->bytes, n) : 0;

	return order ? order : (x->size > y->size) - (x->size < y->size);
}

static void
read_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	struct input *i;
	long size;

	if (!in || fseek(in, 0, SEEK_END) || (size = ftell(in)) < 0 ||
	    fseek(in, 0, SEEK_SET)) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	files.input = realloc(files.input, (files.count + 1) * sizeof(*i));
	i = &files.input[files.count++];
	i->bytes = malloc((size_t)size + 1);
	i->size = fread(i->bytes, 1, (size_t)size, in);
	fclose(in);
}

static void
read_path(const char *path)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (stat(path, &st)) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	if (!S_ISDIR(st.st_mode)) {
		read_file(path);
		return;
	}
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		char name[4096];

		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' && !stat(name, &st) &&
		    S_ISREG(st.st_mode))
			read_file(name);
	}
	if (dir)
		closedir(dir);
}

/* Inputs on top of each other, so that they grow. */
static void
invent(unsigned count, size_t most)
{
	uint8_t *bytes = malloc(most);
	size_t size = 0;

	for (unsigned i = 0; i < count; i++) {
		unsigned seed = (unsigned)rng_next(&rng);

		if (i % 16 == 0 && files.count) {
			const struct input *from = &files.input[
				rng_below(&rng, (uint32_t)files.count)];

			size = from->size < most ? from->size : most;
			memcpy(bytes, from->bytes, size);
		}
		size = LLVMFuzzerCustomMutator ?
		       LLVMFuzzerCustomMutator(bytes, size, most, seed) :
		       LLVMFuzzerMutate(bytes, size, most);
		run(bytes, size);
	}
	free(bytes);
}

int
main(int argc, char **argv)
{
	unsigned count = 0;
	size_t most = 4096;
	int option;

	while ((option = getopt(argc, argv, "m:n:")) != -1) {
		if (option == 'n')
			count = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'm')
			most = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(save);
	signal(SIGABRT, on_abort);
	for (; optind < argc; optind++)
		read_path(argv[optind]);
	/* A folder has no order of its own. */
	if (files.count)
		qsort(files.input, files.count, sizeof(*files.input),
		      by_bytes);
	for (size_t i = 0; i < files.count; i++)
		run(files.input[i].bytes, files.input[i].size);
	invent(count, most);
	printf("%zu files, %u invented\n", files.count, count);
	for (size_t i = 0; i < files.count; i++)
		free(files.input[i].bytes);
	free(files.input);
	free(present.bytes);
	return 0;
}
