/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/seeds.c - writes the inputs that fuzzing begins with into a folder;
 * see make-corpus.  All of them are made here, none is captured. */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <sys/stat.h>

#include "fuzz/record.h"
#include "io/testfile.h"
#include "parity/gen.h"

static const char *folder;

static void
save(const char *target, const char *name, const uint8_t *bytes, size_t size)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	out = fopen(path, "wb");
	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out)) {
		perror(path);
		exit(1);
	}
}

/* The engine: short stretches of random traffic, a protocol each. */
static void
engine_seeds(void)
{
	static const char *const classes[] = {
		"tcp", "tcp", "sctp", "udp", "icmp", "gre", "other", NULL,
		NULL, NULL, NULL, NULL,
	};
	static const uint8_t prefixes[][PREFIX_SIZE] = {
		{ SWITCH_FORMAT, 7, 0xf0, 0 },
		{ SWITCH_CHECKSUM | SWITCH_COUNT, 31, 0xf4, 0 },
		{ SWITCH_SHORT | SWITCH_STRICT, 3, 0x40, 130 },
	};
	enum { MOST = 3000 };

	for (unsigned i = 0; i < 12; i++) {
		uint8_t bytes[MOST];
		size_t size = PREFIX_SIZE;
		struct script s;
		char name[32];

		memcpy(bytes, prefixes[i % 3], PREFIX_SIZE);
		script_init(&s, "");
		gen_script(&s, 40 + i, classes[i]);
		for (size_t k = 0; k < s.count; k++) {
			const struct step *step = &s.step[k];

			if (step->type != STEP_PACKET || step->len > 400)
				continue;
			if (size + RECORD_SIZE + step->len > MOST)
				break;
			bytes[size] = 0;
			bytes[size + 1] = (uint8_t)(step->side << 6);
			put16(bytes + size + 2, k % 7 == 6 ? 0x97ff : 0x1001);
			put16(bytes + size + 4, (uint16_t)step->len);
			memcpy(bytes + size + RECORD_SIZE, step->bytes,
			       step->len);
			size += RECORD_SIZE + step->len;
		}
		script_fini(&s);
		snprintf(name, sizeof(name), "%02u-%s", i,
			 classes[i] ? classes[i] : "mixed");
		save("engine", name, bytes, size);
	}
}

/* Reassembly: two datagrams of each family, in order, in reverse, with a
 * piece twice and one that overlaps. */
static void
frag_seeds(void)
{
	static const char *const names[] = {
		"in-order", "reverse", "twice", "overlap",
	};

	for (unsigned i = 0; i < 4; i++) {
		uint8_t b[2 + 4 * 12 * 10] = { 0xff, 0 };
		size_t size = 2;

		for (unsigned family = 0; family < 4; family++) {
			for (unsigned k = 0; k < 8; k++) {
				unsigned n = i == 1 ? 7 - k : k;
				uint8_t *p = b + size;

				p[0] = (uint8_t)((family & 1) |
						 (n < 7) << 1 | n << 5);
				p[1] = (uint8_t)(family * 9);
				put16(p + 3, (uint16_t)(n * 4 - (i == 3 &&
								 n == 5)));
				put16(p + 5, 32);
				p[7] = (uint8_t)(family & 2);
				size += 10;
				if (i == 2 && k == 3) {
					memcpy(p + 10, p, 10);
					size += 10;
				}
			}
		}
		save("frag", names[i], b, size);
	}
}

static void
save_capture(const char *name, const struct testfile *t)
{
	save("capture", name, t->bytes, t->size);
}

/* Captures: both formats, several link types, something cut. */
static void
capture_seeds(void)
{
	static const struct {
		uint32_t type;
		uint8_t head[24];
		uint8_t size;
	} links[] = {
		{ 1, { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 }, 14 },
		{ 1, { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 5,
		       0x88, 0xa8, 0, 6, 8, 0 }, 22 },
		{ 101, { 0 }, 0 },
		{ 113, { 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0 },
		  16 },
		{ 276, { 8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0,
			 1 }, 20 },
		{ 0, { 2, 0, 0, 0 }, 4 },
		{ 108, { 0, 0, 0, 2 }, 4 },
		{ 9, { 0xff, 3, 0, 0x21 }, 4 },
		{ 51, { 0x11, 0, 0, 1, 0, 40, 0, 0x21 }, 8 },
	};
	const struct ends ends = { .addr = { { 10, 0, 0, 1 },
					     { 10, 0, 0, 2 } } };
	static struct testfile t;
	static struct packet p;
	char name[32];

	build_udp(&p, &ends, 0, 17, 1000, 53, 20);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		uint8_t frame[100];
		uint32_t size = links[i].size + (uint32_t)p.len;

		memcpy(frame, links[i].head, links[i].size);
		memcpy(frame + links[i].size, p.b, p.len);
		testfile_init(&t, i & 1);
		testfile_pcap(&t, links[i].type, i % 3 == 0);
		testfile_record(&t, 1700000000, 5, frame, size, size);
		testfile_record(&t, 1700000001, 6, frame, size - 10, size);
		testfile_record(&t, 1600000000, 6, frame, 3, 3);
		snprintf(name, sizeof(name), "pcap-%u", (unsigned)
			 links[i].type * 10 + (unsigned)i);
		save_capture(name, &t);
		testfile_init(&t, i & 1);
		testfile_pcapng(&t, (uint16_t)links[i].type,
				(uint8_t)(i % 2 ? 6 : 9));
		testfile_block(&t, 1700000000000000000, frame, size, size);
		testfile_block(&t, 1700000000000000, frame, size - 10, size);
		snprintf(name, sizeof(name), "pcapng-%u", (unsigned)
			 links[i].type * 10 + (unsigned)i);
		save_capture(name, &t);
		if (i == 0)
			save("capture", "cut", t.bytes, t.size - 7);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: seeds FOLDER\n");
		return 2;
	}
	folder = argv[1];
	mkdir(folder, 0777);
	engine_seeds();
	frag_seeds();
	capture_seeds();
	return 0;
}
