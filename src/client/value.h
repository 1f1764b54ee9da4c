/* SPDX-License-Identifier: BSD-2-Clause
 * client/value.h - the values of options: text into numbers, addresses, bits.
 *
 * => 0, or -EINVAL with a line for the user in 'error', in the words of
 *    conntrack 1.4.7 where it has some. */
#ifndef CLIENT_VALUE_H
#define CLIENT_VALUE_H

#include "base/error.h"
#include "client/order.h"

/* An address as inet_aton() (IPv4: "1.2.3" is 1.2.0.3) and inet_pton() read
 * it.  => Its family in '*family'. */
int value_address(const char *text, uint8_t *family, union clew_addr *addr,
		  struct clew_error *error);

/* Address with "/LENGTH".  => A mask of all ones when there is none; then
 * '*has_mask' is false. */
int value_prefix(const char *text, uint8_t *family, union clew_addr *addr,
		 union clew_addr *mask, bool *has_mask,
		 struct clew_error *error);

/* A number that is the whole text: decimal, 0x, or 0 for octal.
 * => 'what' names the option in the message. */
int value_number(const char *text, uint64_t most, const char *what,
		 uint64_t *number, struct clew_error *error);

/* "[!]V[,V...]", V being NUMBER or LOW-HIGH. */
int value_numbers(const char *text, uint64_t most, const char *what,
		  struct order_match *match, struct clew_error *error);
/* "[!]A[,A...]", A being ADDRESS or ADDRESS/LENGTH. */
int value_addresses(const char *text, uint8_t *family,
		    struct order_match *match, struct clew_error *error);
/* The same of names, each a number by 'lookup' (-1: unknown). */
int value_names(const char *text, int (*lookup)(const char *name),
		const char *what, struct order_match *match,
		struct clew_error *error);

int value_protocol(const char *text, uint8_t *protocol,
		   struct clew_error *error);
int value_family(const char *text, uint8_t *family, struct clew_error *error);
/* "V[/MASK]" */
int value_mark(const char *text, uint32_t *mark, uint32_t *mask,
	       struct clew_error *error);
/* Lists of words, any of them shortened and in any case. */
int value_status(const char *text, uint32_t *set, uint32_t *unset,
		 bool *is_unset, struct clew_error *error);
int value_events(const char *text, uint32_t *events,
		 struct clew_error *error);
int value_output(const char *text, uint32_t *output,
		 struct clew_error *error);
/* "ADDRESS[:PORT]", "[ADDRESS6]:PORT" */
int value_nat(const char *text, uint8_t *family, struct order_nat *nat,
	      struct clew_error *error);

int value_tcp_state(const char *name);
int value_sctp_state(const char *name);

int value_count_by(const char *text, enum order_field *field,
		   struct clew_error *error);

/* The i-th word that an option (enum option), or --state of a protocol, takes.
 * => NULL: there are no more. */
const char *value_word(unsigned option, size_t i);
const char *value_state_word(uint8_t protocol, size_t i);

/* Give back a match's values. */
void value_clear(struct order_match *match);

#endif
