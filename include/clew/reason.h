/* SPDX-License-Identifier: BSD-2-Clause
 * clew/reason.h - why a packet was called INVALID, dropped, or passed with a
 * remark.
 *
 * One line per reason: its name, what it does to the packet, the protocol of
 * Linux's log prefix (0: Linux says nothing, the words are ours) and the
 * words.  Words with %u, %x or %s take the numbers of struct clew_detail in
 * order; where Linux logs the case (nf_conntrack_log_invalid), they are the
 * words it logs after "nf_ct_proto_N: ". */
#ifndef CLEW_REASON_H
#define CLEW_REASON_H

#include <stddef.h>
#include <stdint.h>

#include "clew/visibility.h"

/*	name			effect	log	words */
#define CLEW_REASONS(X)							\
	X(NONE,			NOTE,	  0, "")			\
	/* before tracking: the receiving stack drops these */		\
	X(IP_TRUNCATED,		DROP,	  0, "IP header or packet cut short") \
	X(IP_HEADER,		DROP,	  0, "malformed IP header")	\
	X(IP_CHECKSUM,		DROP,	  0, "bad IP header checksum")	\
	/* fragments */							\
	X(FRAG_OVERLAP,		DROP,	  0, "fragments overlap")	\
	X(FRAG_MALFORMED,	DROP,	  0, "fragment contradicts the others") \
	X(FRAG_DUPLICATE,	DROP,	  0, "fragment already received")	\
	X(FRAG_TOO_BIG,		DROP,	  0, "reassembled packet too big") \
	X(FRAG_ECN,		DROP,	  0, "fragments mix ECN codepoints") \
	X(FRAG_MEMORY,		DROP,	  0, "fragment memory full")	\
	X(FRAG_TIMEOUT,		DROP,	  0, "fragments timed out")	\
	/* any protocol */						\
	X(L4_MISSING,		INVALID,  0, "no transport header to be found") \
	X(NO_TUPLE,		INVALID,  0, "transport header too short for a tuple") \
	X(NOT_INVERTIBLE,	INVALID,  0, "nothing can answer this packet") \
	X(TABLE_FULL,		DROP,	  0, "table full")		\
	X(CLASH,		DROP,	  0, "reply tuple already in use")	\
	/* rules, NAT, routing */					\
	X(RULE,			DROP,	  0, "dropped by a rule")		\
	X(QUEUE,		DROP,	  0, "queued by a rule, and nobody listens") \
	X(NAT_NO_TUPLE,		DROP,	  0, "no free tuple to translate to")	\
	X(NAT_NO_ADDRESS,	DROP,	  0, "no address to masquerade with")	\
	X(NAT_ERROR,		DROP,	  0, "packet cannot be translated")	\
	X(SYNPROXY,		DROP,	  0, "no handshake that synproxy began") \
	X(NO_ROUTE,		DROP,	  0, "no route")			\
	X(ROUTE_REFUSES,	DROP,	  0, "route refuses")			\
	X(MARTIAN,		DROP,	  0, "source or destination cannot be forwarded") \
	X(TTL,			DROP,	  0, "TTL exceeded")			\
	X(MTU,			DROP,	  0, "too big for the way out")		\
	/* tcp */							\
	X(TCP_SHORT,		INVALID,  0, "short packet")		\
	X(TCP_TRUNCATED,	INVALID,  6, "truncated packet")	\
	X(TCP_CHECKSUM,		INVALID,  6, "bad checksum")		\
	X(TCP_FLAGS,		INVALID,  6, "invalid tcp flag combination") \
	X(TCP_NEW,		INVALID,  6, "invalid new")		\
	X(TCP_NOT_LOOSE,	INVALID,  0, "no SYN seen and nf_conntrack_tcp_loose is 0") \
	X(TCP_STATE,		INVALID,  6, "packet (index %u) in dir %u invalid, state %s") \
	X(TCP_RST,		INVALID,  6, "invalid rst")		\
	X(TCP_SEQ_OVER,		INVALID,  6, "SEQ is over upper bound %u (over the window of the receiver)") \
	X(TCP_ACK_OVER,		INVALID,  6, "ACK is over upper bound %u (ACKed data not seen yet)") \
	X(TCP_IGNORED,		NOTE,	  6, "packet (index %u) in dir %u ignored, state %s") \
	X(TCP_CHALLENGE_ACK,	NOTE,	  6, "challenge-ack ignored")	\
	X(TCP_OVERSHOT,		NOTE,	  6, "%u bytes more than expected") \
	X(TCP_SEQ_UNDER,	NOTE,	  6, "SEQ is under lower bound %u (already ACKed data retransmitted)") \
	X(TCP_ACK_UNDER,	NOTE,	  6, "ignored ACK under lower bound %u (possible overly delayed)") \
	/* udp, udplite */						\
	X(UDP_SHORT,		INVALID, 17, "short packet")		\
	X(UDP_MALFORMED,	INVALID, 17, "truncated/malformed packet") \
	X(UDP_CHECKSUM,		INVALID, 17, "bad checksum")		\
	X(UDPLITE_SHORT,	INVALID, 136, "short packet")		\
	X(UDPLITE_COVERAGE,	INVALID, 136, "invalid checksum coverage") \
	X(UDPLITE_NO_CHECKSUM,	INVALID, 136, "checksum missing")	\
	X(UDPLITE_CHECKSUM,	INVALID, 136, "bad checksum")		\
	/* icmp, icmpv6 */						\
	X(ICMP_SHORT,		INVALID,  1, "short packet")		\
	X(ICMP_CHECKSUM,	INVALID,  1, "bad hw icmp checksum")	\
	X(ICMP_TYPE,		INVALID,  1, "invalid icmp type")	\
	X(ICMP_NEW,		INVALID,  0, "no query waits for this reply") \
	X(ICMP_FAMILY,		INVALID,  0, "ICMP of the other address family") \
	X(ICMP_INNER,		INVALID,  0, "ICMP error quotes no readable packet") \
	X(ICMP_UNRELATED,	INVALID,  0, "ICMP error quotes an unknown connection") \
	X(ICMP_BOGUS,		INVALID,  1, "outer daddr %s != inner %s") \
	X(ICMPV6_SHORT,		INVALID, 58, "short packet")		\
	X(ICMPV6_CHECKSUM,	INVALID, 58, "ICMPv6 checksum failed")	\
	X(ICMPV6_NEW,		INVALID,  0, "no query waits for this reply") \
	X(ICMPV6_BOGUS,		INVALID, 58, "outer daddr %s != inner %s") \
	X(ICMPV6_REDIRECT_SENDER, INVALID, 58, "invalid saddr or hoplimit for redirect") \
	X(ICMPV6_REDIRECT_SHORT, INVALID, 58, "short redirect")	\
	X(ICMPV6_REDIRECT_EMPTY, INVALID, 58, "redirect without options") \
	/* sctp */							\
	X(SCTP_SHORT,		INVALID, 132, "nf_ct_sctp: short packet ") \
	X(SCTP_CHECKSUM,	INVALID, 132, "nf_ct_sctp: bad CRC ")	\
	X(SCTP_CHUNKS,		INVALID, 132, "do_basic_checks failed. chunk num %u, type %u, len %u flag %u") \
	X(SCTP_NO_CHUNK,	INVALID,  0, "no chunk, or one cut short") \
	X(SCTP_OOTB,		INVALID,  0, "chunk cannot begin an association") \
	X(SCTP_VTAG,		INVALID, 132, "verification tag check failed %x vs %x for dir %u") \
	X(SCTP_CHUNK_VTAG,	INVALID,  0, "verification tag %x, expected %x for dir %u") \
	X(SCTP_STATE,		INVALID, 132, "Invalid, old_state %u, dir %u, type %u") \
	/* gre */							\
	X(GRE_PROTOCOL,		INVALID,  0, "GRE version 1 without PPP")

enum clew_reason {
#define CLEW_REASON_NAME(name, effect, log, words) CLEW_WHY_##name,
	CLEW_REASONS(CLEW_REASON_NAME)
#undef CLEW_REASON_NAME
	CLEW_REASONS_COUNT,
};

enum clew_reason_effect {
	CLEW_REASON_NOTE,	/* tracked all the same */
	CLEW_REASON_INVALID,	/* not part of any connection */
	CLEW_REASON_DROP,
};

/* The numbers behind a reason.  'n' are those of its words, in order, as
 * Linux prints them: SCTP's tags and chunk lengths with their bytes reversed.
 * 'value', 'bound' and 'off_by' are the comparison that failed, if it was
 * one: sequence numbers in host byte order. */
struct clew_detail {
	uint32_t n[4];
	uint32_t value;
	uint32_t bound;
	uint32_t off_by;
	uint8_t state;		/* for "state %s": of the reason's protocol */
	uint8_t has_bound;	/* value, bound and off_by mean something */
	uint8_t family;		/* for "outer daddr %s": enum clew_family */
	uint8_t addr[2][16];
	uint8_t dropped;	/* enum clew_reason: why it was dropped, when
				 * the reason is why it was INVALID */
};

/* => A short lower-case identifier, "tcp_seq_over": stable, for counters and
 *    JSON.  => Static storage. */
CLEW_API const char *clew_reason_name(enum clew_reason reason);

CLEW_API enum clew_reason_effect clew_reason_effect(enum clew_reason reason);

/* Protocol number in Linux's log prefix, or 0 when Linux logs nothing. */
CLEW_API unsigned clew_reason_log_protocol(enum clew_reason reason);

/* Write the words of 'reason' with the numbers of 'detail' (may be NULL: the
 * words alone) into 'buf', NUL-terminated and cut to 'size'.
 * => The length it would have had, as snprintf. */
CLEW_API size_t clew_reason_format(char *buf, size_t size,
				   enum clew_reason reason,
				   const struct clew_detail *detail);

#endif
