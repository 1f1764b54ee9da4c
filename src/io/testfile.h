/* SPDX-License-Identifier: BSD-2-Clause
 * io/testfile.h - tiny captures for the tests beside this file. */
#ifndef IO_TESTFILE_H
#define IO_TESTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A capture being written.  Numbers are written in the order 'swapped' asks
 * for: false is this machine's. */
struct testfile {
	char path[64];
	bool swapped;
	size_t size;
	uint8_t bytes[8192];
};

/* Begin an empty file; testfile_save() gives it its bytes and its path. */
void testfile_init(struct testfile *t, bool swapped);
void testfile_save(struct testfile *t);
/* Delete it. */
void testfile_fini(struct testfile *t);

void testfile_put(struct testfile *t, const void *bytes, size_t n);
void testfile_put16(struct testfile *t, uint16_t n);
void testfile_put32(struct testfile *t, uint32_t n);

/* pcap: 'nano' asks for nanoseconds. */
void testfile_pcap(struct testfile *t, uint32_t linktype, bool nano);
void testfile_record(struct testfile *t, uint32_t sec, uint32_t fraction,
		     const void *bytes, uint32_t caplen, uint32_t len);

/* pcapng: one section, one interface, 10^-'digits' seconds. */
void testfile_pcapng(struct testfile *t, uint16_t linktype, uint8_t digits);
void testfile_block(struct testfile *t, uint64_t stamp, const void *bytes,
		    uint32_t caplen, uint32_t len);

#endif
