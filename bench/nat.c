/* SPDX-License-Identifier: BSD-2-Clause
 * bench/nat.c - what NAT adds to a connection and to a packet, without rules.
 *
 * New connections go through tracking, both nat hooks and confirmation, eight
 * side by side as in the engine's stages; once without NAT, once with null
 * bindings, once masqueraded: thousand clients behind one address, to one
 * server for every 32000 connections, so that one port in four is taken and
 * another must be found.  Then first segments come once more, all in the
 * cache, and are translated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "nat/nat.h"
#include "pkt/checksum.h"

enum {
	CONNS = 1000000,
	REPEATS = 5,
	LEN = 40,
};

static struct track track;
static struct random rnd;
static const struct nat_range masquerade = {
	.flags = NAT_RANGE_MAP_IPS,
	.min_addr.bytes = { 203, 0, 113, 1 },
	.max_addr.bytes = { 203, 0, 113, 1 },
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

struct work {
	uint8_t bytes[LEN];
	uint8_t room[64];
	struct pkt p;
	struct clew_packet packet;
	struct passage pass;
	enum proto_result read;
};

/* The first segment of connection 'n'; sent again, it counts like a later
 * one. */
static void
prepare(struct work *w, uint32_t n)
{
	uint8_t *b = w->bytes;

	memset(b, 0, LEN);
	b[0] = 0x45;
	put_be16(b + 2, LEN);
	b[8] = 64;
	b[9] = PROTO_TCP;
	put_be32(b + 12, 0x0a000000 | (n & 1023));
	put_be32(b + 16, 0xc6336400 + n / 32000);
	put_be16(b + 20, (uint16_t)(1024 +
		 (n * 2654435761u >> 16) % 60000));
	put_be16(b + 22, 443);
	put_be32(b + 24, 1000);
	b[32] = 5 << 4;
	b[33] = 2;
	put_be16(b + 34, 65535);
	put_be16(b + 10, (uint16_t)~checksum_fold(checksum_add(0, b, 20)));
	w->packet = (struct clew_packet){
		.data = b, .caplen = LEN, .len = LEN,
		.flags = CLEW_PKT_CSUM_OK,
	};
}

static enum clew_verdict
bind_source(struct path *path)
{
	return nat_setup(path, &masquerade, NAT_SRC);
}

enum how { NO_NAT, NULL_BINDINGS, MASQUERADE };

static void
settle(struct work *w, enum how how)
{
	struct path path = {
		.p = &w->p, .packet = &w->packet, .pass = &w->pass,
		.track = &track, .random = &rnd,
		.room = w->room, .room_size = sizeof(w->room),
	};

	track_packet(&track, &w->p, &w->packet, &w->pass, w->read);
	if (how != NO_NAT) {
		path.hook = HOOK_PREROUTING;
		nat_hook(&path, NULL);
		path.hook = HOOK_POSTROUTING;
		nat_hook(&path, how == MASQUERADE ? bind_source : NULL);
	}
	track_confirm(&track, &w->packet, &w->pass);
}

static void
group(struct work *w, enum how how)
{
	struct passage *pass[HASH_LANES];

	for (int i = 0; i < HASH_LANES; i++) {
		w[i].p.flags = CLEW_PKT_CSUM_OK;
		pkt_parse(&w[i].p, w[i].bytes, LEN, LEN);
		w[i].read = track_read(&w[i].p, &w[i].packet, &w[i].pass);
		pass[i] = &w[i].pass;
	}
	track_hash(&track, pass, HASH_LANES);
	for (int i = 0; i < HASH_LANES; i++)
		track_prefetch_bucket(&track, pass[i]);
	for (int i = 0; i < HASH_LANES; i++)
		track_prefetch_conn(&track, pass[i]);
	for (int i = 0; i < HASH_LANES; i++)
		settle(&w[i], how);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
row(const char *name, const char *unit, double *samples)
{
	qsort(samples, REPEATS, sizeof(*samples), by_value);
	printf("%-52s %10.1f  [%.1f - %.1f] %s\n", name, samples[REPEATS / 2],
	       samples[0], samples[REPEATS - 1], unit);
	return samples[REPEATS / 2];
}

static double
run(enum how how, uint32_t first, uint32_t count)
{
	static struct work work[HASH_LANES];
	double spent = 0, begin;

	for (uint32_t n = first; n < first + count; n += HASH_LANES) {
		for (uint32_t i = 0; i < HASH_LANES; i++)
			prepare(&work[i], n + i);
		begin = now();
		group(work, how);
		spent += now() - begin;
	}
	return spent / count;
}

static void
bench(enum how how, const char *name)
{
	double fresh[REPEATS], rate[REPEATS], later[REPEATS];
	double bytes[REPEATS];
	char text[80];

	for (int r = 0; r < REPEATS; r++) {
		if (track_init(&track, &(struct clew_config){
				.seed = { 1, 2 }, .start_ns = 1000000000 })) {
			fprintf(stderr, "bench-nat: no memory\n");
			exit(1);
		}
		track.set.max = 0;
		random_init(&rnd, 1);
		run(how, 0, CONNS / 2);
		fresh[r] = run(how, CONNS / 2, CONNS / 2);
		rate[r] = 1e3 / fresh[r];
		bytes[r] = (double)(region_bytes(&track.conns.region) +
			region_bytes(&track.table.buckets) +
			region_bytes(&track.sources.table.buckets) +
			region_bytes(&track.sources.links)) / CONNS;
		run(how, 0, 1024);
		later[r] = run(how, 0, 1024);
		track_fini(&track);
	}
	snprintf(text, sizeof(text), "new TCP connection, %s", name);
	row(text, "ns", fresh);
	row(text, "million/s", rate);
	snprintf(text, sizeof(text), "the same again, %s, in cache", name);
	row(text, "ns", later);
	snprintf(text, sizeof(text), "memory, %s", name);
	row(text, "bytes/connection", bytes);
}

int
main(void)
{
	bench(NO_NAT, "no NAT");
	bench(NULL_BINDINGS, "null bindings");
	bench(MASQUERADE, "masqueraded");
	return 0;
}
