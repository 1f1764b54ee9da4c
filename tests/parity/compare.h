/* SPDX-License-Identifier: BSD-2-Clause
 * parity/compare.h - the first difference between two outcomes. */
#ifndef PARITY_COMPARE_H
#define PARITY_COMPARE_H

#include "parity/outcome.h"

#define DIFFERENCE_TEXT 8192

struct difference {
	bool found;
	size_t step;		/* or SIZE_MAX: at the end */
	char sign[240];		/* what kind it is, numbers left out: the same
				 * for the same fault in a shorter script */
	char text[DIFFERENCE_TEXT];	/* both sides in words */
};

/* 'kernel' and 'clew' are what both made of 's'.  Words of the log are
 * compared last, so that they hide nothing.
 * => d->found tells whether they differ. */
void compare(struct difference *d, const struct script *s,
	     const struct outcomes *kernel, const struct outcomes *clew);

/* The events of a step, or everything clew said, must be alike in two runs
 * of clew that differ in burst size. */
void compare_bursts(struct difference *d, const struct script *s,
		    const struct outcomes *one, const struct outcomes *many);

/* The same of a router: what came out of it, and the list of its rules.
 * Ports that Linux chose at random are put into clew's outcome where it chose
 * others, as long as each stands for one and is of the same class. */
void ports_align(const struct outcomes *kernel, struct outcomes *clew);
bool frames_differ(char *sign, size_t sign_size, char *text, size_t size,
		   const struct outcomes *kernel, const struct outcomes *clew,
		   const struct step *sent, size_t step);
bool listings_differ(char *sign, size_t sign_size, char *text, size_t size,
		     const char *kernel, const char *clew);

/* Every step and the tables, both sides in words. */
void outcomes_print(FILE *out, const struct script *s,
		    const struct outcomes *kernel,
		    const struct outcomes *clew);

size_t snapshot_text(char *buf, size_t size, const struct clew_snapshot *ct);

#endif
