/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/record.h - how an input of the engine's target is laid out.
 *
 *	switches 1 | burst 1 | limits 1 | budget 1 | records ...
 *	record:	kind 1 | flags 1 | time 2 | size 2 | bytes
 *
 * Numbers are big-endian.  A record is a packet or something done to the
 * engine; see engine.c for what the flags and bytes of each kind mean. */
#ifndef FUZZ_RECORD_H
#define FUZZ_RECORD_H

enum {
	PREFIX_SIZE = 4,
	RECORD_SIZE = 6,
};

/* Bits of 'switches'. */
enum {
	SWITCH_CHECKSUM = 1,	/* nf_conntrack_checksum */
	SWITCH_STRICT = 2,	/* not tcp_loose */
	SWITCH_LIBERAL = 4,	/* tcp_be_liberal */
	SWITCH_COUNT = 8,	/* acct, timestamp */
	SWITCH_FORMAT = 16,	/* write some events out as text */
	SWITCH_RAW = 32,	/* take IP headers as they are, else mend their
				 * checksums */
	SWITCH_ONCE = 64,	/* do not compare with bursts of one */
	SWITCH_SHORT = 128,	/* short timeouts */
};

/* 'kind', in its three lowest bits. */
enum {
	KIND_PACKET = 0,	/* to 3: four times as likely as the others */
	KIND_CONN = 4,
	KIND_SETTING = 5,
	KIND_ADVANCE = 6,
	KIND_LOOK = 7,
};

#endif
