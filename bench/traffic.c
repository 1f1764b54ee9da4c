/* SPDX-License-Identifier: BSD-2-Clause
 * bench/traffic.c - packets to measure with, and rows to print. */
#include "bench/traffic.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"

FILE *json;
static bool first_row = true;
static uint64_t random_state = 88172645463325252ull;

uint64_t
draw(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double
row(const char *name, const char *unit, double *samples, int count)
{
	double median;

	qsort(samples, (size_t)count, sizeof(*samples), by_value);
	median = samples[count / 2];
	printf("%-52s %10.1f  [%.1f - %.1f] %s\n", name, median, samples[0],
	       samples[count - 1], unit);
	fflush(stdout);
	if (json) {
		fprintf(json, "%s  {\"name\": \"%s\", \"unit\": \"%s\", "
			"\"median\": %.3f, \"min\": %.3f, \"max\": %.3f}",
			first_row ? "" : ",\n", name, unit, median,
			samples[0], samples[count - 1]);
		first_row = false;
	}
	return median;
}

/* Packets. */

uint8_t bytes[BATCH][PACKET_MAX];
struct clew_packet packets[BATCH];

/* Where a sum over IP header bytes begins and ends up. */
static void
seal_ip(uint8_t *ip)
{
	uint32_t sum = 0;

	put_be16(ip + 10, 0);
	for (int i = 0; i < 20; i += 2)
		sum += get_be16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_be16(ip + 10, (uint16_t)~sum);
}

void
seal_transport(uint8_t *ip, uint32_t len)
{
	uint32_t at = ip[9] == TCP ? 16 : 6, sum = ip[9] + len - 20;

	put_be16(ip + 20 + at, 0);
	for (uint32_t i = 12; i < 20; i += 2)
		sum += get_be16(ip + i);
	for (uint32_t i = 20; i + 1 < len; i += 2)
		sum += get_be16(ip + i);
	if (len & 1)
		sum += (uint32_t)ip[len - 1] << 8;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_be16(ip + 20 + at, (uint16_t)~sum);
}

void
prepare(int slot, uint32_t flow, uint8_t protocol, bool reply, uint8_t flags,
	uint32_t seq, uint32_t ack, uint32_t payload, uint64_t time_ns)
{
	uint8_t *ip = bytes[slot];
	uint32_t client = 0x0a000000 | (flow & 0xffffff);
	uint32_t server = 0xc6336400 | (flow >> 24) | 0x80;
	uint16_t sport = (uint16_t)(1024 + flow % 60000);
	uint32_t options = protocol == TCP && flags & SYN ? 8 : 0;
	uint32_t len = 20 + (protocol == TCP ? 20 + options : 8) + payload;

	memset(ip, 0, 48);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)len);
	ip[8] = 64;
	ip[9] = protocol;
	put_be32(ip + 12, reply ? server : client);
	put_be32(ip + 16, reply ? client : server);
	put_be16(ip + 20, reply ? 443 : sport);
	put_be16(ip + 22, reply ? sport : 443);
	if (protocol == TCP) {
		put_be32(ip + 24, seq);
		put_be32(ip + 28, ack);
		ip[32] = (uint8_t)((5 + options / 4) << 4);
		ip[33] = flags;
		put_be16(ip + 34, 65535);
		if (options)	/* SACK permitted, window scale 14 */
			memcpy(ip + 40, (uint8_t[]){ 4, 2, 3, 3, 14, 1, 1, 1 },
			       8);
	} else {
		put_be16(ip + 24, (uint16_t)(8 + payload));
	}
	seal_ip(ip);
	packets[slot] = (struct clew_packet){
		.data = ip, .caplen = len, .len = len, .ifindex = 1,
		.flags = CLEW_PKT_CSUM_OK, .time_ns = time_ns,
	};
}

void
run(struct clew_engine *e, int count, int burst)
{
	for (int i = 0; i < count; i += burst)
		clew_engine_process(e, packets + i,
				    (size_t)(burst < count - i ? burst :
					     count - i));
}

struct clew_engine *
engine(void)
{
	struct clew_engine *e;

	if (clew_engine_create(&e, &(struct clew_config){
			.seed = { 1, 2 }, .start_ns = START_NS })) {
		fprintf(stderr, "bench: no memory for an engine\n");
		exit(1);
	}
	clew_engine_set(e, "nf_conntrack_max", 0, NULL);
	return e;
}

void
establish(struct clew_engine *e, uint32_t count, uint8_t protocol)
{
	static const struct {
		bool reply;
		uint8_t flags;
		uint32_t seq, ack;
	} step[4] = {
		{ false, SYN, 1000, 0 },
		{ true, SYN | ACK, 5000, 1001 },
		{ false, ACK, 1001, 5001 },
		{ true, ACK, 5001, 1001 },	/* opens a large window */
	};

	for (uint32_t flow = 0; flow < count; flow += BATCH) {
		int n = count - flow < BATCH ? (int)(count - flow) : BATCH;

		for (int s = 0; s < 4; s++) {
			for (int i = 0; i < n; i++)
				prepare(i, flow + (uint32_t)i, protocol,
					step[s].reply, step[s].flags,
					step[s].seq, step[s].ack, 0,
					START_NS);
			run(e, n, 32);
		}
	}
}

