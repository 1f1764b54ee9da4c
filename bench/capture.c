/* SPDX-License-Identifier: BSD-2-Clause
 * bench/capture.c - writes a large capture to standard output: many TCP
 * connections side by side, each from SYN to last ACK, with right checksums,
 * as a gateway of a few thousand users would see them. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum {
	FLOWS = 4096,		/* at a time */
	STEPS = 20,		/* packets of each */
	LINK_RAW = 101,
	FIN = 1, SYN = 2, ACK = 0x10,
};

struct flow {
	uint32_t client;
	uint16_t port;
	uint8_t step;
	uint32_t seq[2];
};

static uint32_t
add(uint32_t sum, const uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i + 1 < size; i += 2)
		sum += get_be16(bytes + i);
	if (size & 1)
		sum += (uint32_t)bytes[size - 1] << 8;
	return sum;
}

static uint16_t
fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static void
emit(const struct flow *f, bool reply, uint8_t flags, uint32_t payload,
     uint64_t usec)
{
	uint8_t record[16 + 40 + 1400] = { 0 }, *ip = record + 16;
	uint32_t len = 40 + payload, server = 0xc6336407;

	put_le32(record, (uint32_t)(usec / 1000000));
	put_le32(record + 4, (uint32_t)(usec % 1000000));
	put_le32(record + 8, len);
	put_le32(record + 12, len);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)len);
	ip[8] = 64;
	ip[9] = 6;
	put_be32(ip + 12, reply ? server : f->client);
	put_be32(ip + 16, reply ? f->client : server);
	put_be16(ip + 10, fold(add(0, ip, 20)));
	put_be16(ip + 20, reply ? 443 : f->port);
	put_be16(ip + 22, reply ? f->port : 443);
	put_be32(ip + 24, f->seq[reply]);
	if (flags & ACK)
		put_be32(ip + 28, f->seq[!reply]);
	ip[32] = 5 << 4;
	ip[33] = flags;
	put_be16(ip + 34, 65000);
	put_be16(ip + 36, fold(add(6 + 20 + payload + add(0, ip + 12, 8),
				   ip + 20, len - 20)));
	fwrite(record, 1, 16 + len, stdout);
}

/* The next packet of a connection: handshake, a request and its answer
 * again and again, and an orderly end. */
static void
step(struct flow *f, uint64_t usec)
{
	int s = f->step++;
	bool reply = s == 1 || (s > 2 && s < STEPS - 3 && s % 2 == 0) ||
		     s == STEPS - 2;
	uint8_t flags = s == 0 ? SYN : s == 1 ? SYN | ACK :
			s == STEPS - 3 || s == STEPS - 2 ? FIN | ACK : ACK;
	uint32_t payload = s > 2 && s < STEPS - 3 ? reply ? 600 : 80 : 0;

	emit(f, reply, flags, payload, usec);
	f->seq[reply] += payload + !!(flags & (SYN | FIN));
}

int
main(int argc, char **argv)
{
	static struct flow flow[FLOWS];
	static const uint8_t header[24] = {
		0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 4, 0, LINK_RAW, 0, 0, 0,
	};
	uint64_t packets = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	uint64_t usec = 1700000000ull * 1000000, begun = 0, state = 1;

	fwrite(header, 1, sizeof(header), stdout);
	for (uint64_t n = 0; n < packets; n++) {
		struct flow *f;

		state = state * 6364136223846793005ull + 1442695040888963407ull;
		f = &flow[state >> 33 & (FLOWS - 1)];
		if (f->step == 0 || f->step == STEPS)
			*f = (struct flow){
				.client = (uint32_t)(0x0a000000 | (begun++ / 60000)),
				.port = (uint16_t)(1024 + begun % 60000),
				.seq = { (uint32_t)state, (uint32_t)~state },
			};
		step(f, usec);
		usec += 5;
	}
	return fflush(stdout) ? 1 : 0;
}
