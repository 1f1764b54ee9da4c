/* SPDX-License-Identifier: BSD-2-Clause
 * io/testfile.c - tiny captures for the tests beside this file.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. */
#include "io/testfile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
testfile_init(struct testfile *t, bool swapped)
{
	t->path[0] = '\0';
	t->swapped = swapped;
	t->size = 0;
}

void
testfile_save(struct testfile *t)
{
	int fd;

	strcpy(t->path, "/tmp/clew-testfile-XXXXXX");
	fd = mkstemp(t->path);
	assert(fd >= 0);
	assert(write(fd, t->bytes, t->size) == (ssize_t)t->size);
	close(fd);
}

void
testfile_fini(struct testfile *t)
{
	unlink(t->path);
}

void
testfile_put(struct testfile *t, const void *bytes, size_t n)
{
	assert(sizeof(t->bytes) - t->size >= n);
	memcpy(t->bytes + t->size, bytes, n);
	t->size += n;
}

void
testfile_put16(struct testfile *t, uint16_t n)
{
	if (t->swapped)
		n = __builtin_bswap16(n);
	testfile_put(t, &n, sizeof(n));
}

void
testfile_put32(struct testfile *t, uint32_t n)
{
	if (t->swapped)
		n = __builtin_bswap32(n);
	testfile_put(t, &n, sizeof(n));
}

void
testfile_pcap(struct testfile *t, uint32_t linktype, bool nano)
{
	testfile_put32(t, nano ? 0xa1b23c4d : 0xa1b2c3d4);
	testfile_put16(t, 2);		/* version 2.4 */
	testfile_put16(t, 4);
	testfile_put32(t, 0);		/* time zone, accuracy: unused */
	testfile_put32(t, 0);
	testfile_put32(t, 262144);	/* snap length */
	testfile_put32(t, linktype);
}

void
testfile_record(struct testfile *t, uint32_t sec, uint32_t fraction,
		const void *bytes, uint32_t caplen, uint32_t len)
{
	testfile_put32(t, sec);
	testfile_put32(t, fraction);
	testfile_put32(t, caplen);
	testfile_put32(t, len);
	testfile_put(t, bytes, caplen);
}

void
testfile_pcapng(struct testfile *t, uint16_t linktype, uint8_t digits)
{
	/* section header */
	testfile_put32(t, 0x0a0d0d0a);
	testfile_put32(t, 28);
	testfile_put32(t, 0x1a2b3c4d);
	testfile_put16(t, 1);		/* version 1.0 */
	testfile_put16(t, 0);
	testfile_put32(t, UINT32_MAX);	/* length: not told */
	testfile_put32(t, UINT32_MAX);
	testfile_put32(t, 28);
	/* interface description */
	testfile_put32(t, 1);
	testfile_put32(t, 32);
	testfile_put16(t, linktype);
	testfile_put16(t, 0);
	testfile_put32(t, 65535);	/* snap length */
	testfile_put16(t, 9);		/* if_tsresol */
	testfile_put16(t, 1);
	testfile_put(t, (uint8_t[4]){ digits }, 4);
	testfile_put32(t, 0);		/* end of options */
	testfile_put32(t, 32);
}

void
testfile_block(struct testfile *t, uint64_t stamp, const void *bytes,
	       uint32_t caplen, uint32_t len)
{
	uint32_t padded = (caplen + 3) & ~3u;

	testfile_put32(t, 6);		/* enhanced packet */
	testfile_put32(t, 32 + padded);
	testfile_put32(t, 0);		/* interface */
	testfile_put32(t, (uint32_t)(stamp >> 32));
	testfile_put32(t, (uint32_t)stamp);
	testfile_put32(t, caplen);
	testfile_put32(t, len);
	testfile_put(t, bytes, caplen);
	testfile_put(t, (uint8_t[4]){ 0 }, padded - caplen);
	testfile_put32(t, 32 + padded);
}
