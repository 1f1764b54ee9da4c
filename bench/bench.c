/* SPDX-License-Identifier: BSD-2-Clause
 * bench/bench.c - how fast the engine is, and what limits it.
 *
 * Every figure is a median over repetitions with its range, taken around
 * clew_engine_process() alone: packets are prepared outside the clock and
 * are hot in the cache, flows come in random order.  The floor is what the
 * memory alone would cost: the same number of dependent cache lines (one
 * bucket, then two adjacent lines) of arrays as large as the engine's own,
 * prefetched in the same stages, and nothing done with them. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/region.h"
#include "bench/traffic.h"

static double
established(const char *label, uint32_t count, uint8_t protocol, int burst,
	    struct clew_engine *e)
{
	static uint32_t seq = 1001;
	double samples[REPEATS];
	int batches = 2000;
	char name[80];

	for (int r = -1; r < REPEATS; r++) {
		double spent = 0;

		for (int b = 0; b < batches; b++) {
			double begin;

			seq++;
			for (int i = 0; i < BATCH; i++)
				prepare(i, (uint32_t)(draw() % count),
					protocol, false, ACK, seq, 5001, 1,
					START_NS);
			begin = now();
			run(e, BATCH, burst);
			spent += now() - begin;
			if (packets[0].ct_state != CLEW_CT_ESTABLISHED) {
				fprintf(stderr, "bench: not established\n");
				exit(1);
			}
		}
		if (r >= 0)
			samples[r] = spent / batches / BATCH;
	}
	snprintf(name, sizeof(name), "established %s, %u connections, burst %d",
		 label, count, burst);
	return row(name, "ns/packet", samples, REPEATS);
}

/* The floor. */

static double
memory_floor(uint32_t count, uint64_t hash_bytes, uint64_t conn_bytes,
	     int burst)
{
	size_t buckets = hash_bytes / 64, conns = conn_bytes / 128;
	struct region bucket, conn;
	static uint32_t at[BATCH];
	double samples[REPEATS];
	uint64_t sum = 0;
	char name[80];

	if (region_init(&bucket, 64, buckets) ||
	    region_init(&conn, 128, conns) ||
	    region_grow(&bucket, buckets) || region_grow(&conn, conns)) {
		fprintf(stderr, "bench: no memory for the floor\n");
		exit(1);
	}
	for (size_t i = 0; i < buckets; i++)
		*(uint32_t *)region_at(&bucket, i) =
			(uint32_t)(draw() % conns);
	for (size_t i = 0; i < conns; i++)
		memset(region_at(&conn, i), (int)i, 128);

	for (int r = -1; r < REPEATS; r++) {
		double spent = 0;
		int batches = 2000;

		for (int b = 0; b < batches; b++) {
			double begin;

			for (int i = 0; i < BATCH; i++)
				at[i] = (uint32_t)(draw() % buckets);
			begin = now();
			for (int i = 0; i < BATCH; i += burst) {
				int end = i + burst < BATCH ? i + burst : BATCH;

				for (int k = i; k < end && burst > 1; k++)
					__builtin_prefetch(
						region_at(&bucket, at[k]));
				for (int k = i; k < end; k++) {
					at[k] = *(volatile uint32_t *)
						region_at(&bucket, at[k]);
					__builtin_prefetch(
						region_at(&conn, at[k]));
					__builtin_prefetch((char *)
						region_at(&conn, at[k]) + 64);
				}
				for (int k = i; k < end; k++) {
					char *c = region_at(&conn, at[k]);

					sum += *(volatile uint64_t *)(void *)c;
					sum += *(volatile uint64_t *)(void *)
					       (c + 64);
				}
			}
			spent += now() - begin;
		}
		if (r >= 0)
			samples[r] = spent / batches / BATCH;
	}
	if (sum == 42)
		puts("");
	region_fini(&bucket);
	region_fini(&conn);
	snprintf(name, sizeof(name), "floor: 3 lines, %u connections, burst %d",
		 count, burst);
	return row(name, "ns/packet", samples, REPEATS);
}

static void
one(const char *name, const char *unit, double value)
{
	row(name, unit, &value, 1);
}

static void
bench_established(uint32_t most)
{
	static const uint32_t sizes[] = { 10000, 1000000, 10000000 };
	double base[2] = { 0 }, base_floor[2] = { 0 };

	for (size_t s = 0; s < 3 && sizes[s] <= most; s++) {
		struct clew_engine *e = engine();
		struct clew_memory before, after;
		char name[80];

		clew_engine_memory(e, &before);
		establish(e, sizes[s], TCP);
		clew_engine_memory(e, &after);
		for (int b = 0; b < 2; b++) {
			int burst = b ? 1 : 32;
			double cost, least;

			cost = established("TCP", sizes[s], TCP, burst, e);
			least = memory_floor(sizes[s], after.hash,
					     sizes[s] * 128ull, burst);
			if (!s) {
				base[b] = cost;
				base_floor[b] = least;
				continue;
			}
			snprintf(name, sizeof(name), "growth over 10000 / "
				 "growth of the floor, %u, burst %d",
				 sizes[s], burst);
			one(name, "times", (cost - base[b]) /
			    (least - base_floor[b]));
		}
		snprintf(name, sizeof(name), "memory of %u TCP connections",
			 sizes[s]);
		one(name, "bytes/connection",
		    (double)(after.connections + after.hash) / sizes[s]);
		clew_engine_destroy(e);

		e = engine();
		establish(e, sizes[s], UDP);
		established("UDP", sizes[s], UDP, 32, e);
		established("UDP", sizes[s], UDP, 1, e);
		clew_engine_destroy(e);
	}
}

/* New connections, and their end. */
static void
bench_new(void)
{
	enum { HAVE = 1000000, MORE = 400000 };
	double rate[REPEATS], rate_udp[REPEATS], expiry[REPEATS];

	for (int r = 0; r < REPEATS; r++) {
		for (int udp = 0; udp < 2; udp++) {
			struct clew_engine *e = engine();
			uint8_t protocol = udp ? UDP : TCP;
			double spent = 0, begin;

			establish(e, HAVE, protocol);
			for (uint32_t f = 0; f < MORE; f += BATCH) {
				for (int i = 0; i < BATCH; i++)
					prepare(i, HAVE + f + (uint32_t)i,
						protocol, false, SYN, 1000, 0,
						0, START_NS);
				begin = now();
				run(e, BATCH, 32);
				spent += now() - begin;
			}
			if (udp)
				rate_udp[r] = 1e3 * MORE / spent;
			else
				rate[r] = 1e3 * MORE / spent;
			if (!udp) {
				size_t all = clew_engine_count(e);

				begin = now();
				clew_engine_advance(e, START_NS +
						    1000000ull * 1000000000,
						    0);
				expiry[r] = (now() - begin) / (double)all;
			}
			clew_engine_destroy(e);
		}
	}
	row("new TCP connections at 1000000", "million/s", rate, REPEATS);
	row("new UDP connections at 1000000", "million/s", rate_udp, REPEATS);
	row("expiry of 1.4 million TCP connections", "ns/connection", expiry,
	    REPEATS);
}

/* The checksum's share, hot. */
static void
bench_checksum(void)
{
	static const uint32_t sizes[] = { 64, 1500 };

	for (size_t s = 0; s < 2; s++) {
		struct clew_engine *e = engine();
		double samples[2][REPEATS];
		double delta[REPEATS];
		char name[80];

		establish(e, 10000, UDP);
		for (int r = 0; r < REPEATS; r++) {
			for (int check = 0; check < 2; check++) {
				double spent = 0;

				for (int b = 0; b < 500; b++) {
					double begin;

					for (int i = 0; i < BATCH; i++) {
						prepare(i, (uint32_t)
							(draw() % 10000), UDP,
							false, 0, 0, 0,
							sizes[s] - 28,
							START_NS);
						seal_transport(bytes[i],
							       sizes[s]);
						if (check)
							packets[i].flags = 0;
					}
					begin = now();
					run(e, BATCH, 32);
					spent += now() - begin;
				}
				samples[check][r] = spent / 500 / BATCH;
			}
			delta[r] = samples[1][r] - samples[0][r];
		}
		snprintf(name, sizeof(name), "checksum of %u bytes", sizes[s]);
		row(name, "ns/packet", delta, REPEATS);
		clew_engine_destroy(e);
	}
}

static int
usage(FILE *to, int status)
{
	fputs("usage: bench [--most CONNECTIONS] [--json FILE] "
	      "[--only established|new|checksum]\n", to);
	return status;
}

int
main(int argc, char **argv)
{
	const char *only = NULL, *file = NULL;
	uint32_t most = 10000000;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help"))
			return usage(stdout, 0);
		if (i + 1 == argc)
			return usage(stderr, 2);
		if (!strcmp(argv[i], "--most"))
			most = (uint32_t)strtoul(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--json"))
			file = argv[++i];
		else if (!strcmp(argv[i], "--only"))
			only = argv[++i];
		else
			return usage(stderr, 2);
	}
	if (file) {
		json = fopen(file, "w");
		if (!json) {
			fprintf(stderr, "bench: cannot write %s: %s\n", file,
				strerror(errno));
			return 1;
		}
		fputs("[\n", json);
	}
	if (!only || !strcmp(only, "established"))
		bench_established(most);
	if (!only || !strcmp(only, "new"))
		bench_new();
	if (!only || !strcmp(only, "checksum"))
		bench_checksum();
	if (json) {
		fputs("\n]\n", json);
		fclose(json);
	}
	return 0;
}
