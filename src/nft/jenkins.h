/* SPDX-License-Identifier: BSD-2-Clause
 * nft/jenkins.h - Bob Jenkins's hash "lookup3" (public domain, May 2006), as
 * 'jhash' has it: little-endian words, the seed added to the length. */
#ifndef NFT_JENKINS_H
#define NFT_JENKINS_H

#include <stddef.h>
#include <stdint.h>

uint32_t jenkins_hash(const void *key, size_t size, uint32_t seed);

#endif
