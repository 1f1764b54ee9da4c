/* SPDX-License-Identifier: BSD-2-Clause
 * track/explain.h - tracking, step by step for who asks why.
 *
 * Nothing here decides: the packet goes through track_packet() as any other,
 * and what that saw is worked out once more on copies of the connection made
 * before it.  So the path of packets knows nothing of explanations. */
#ifndef TRACK_EXPLAIN_H
#define TRACK_EXPLAIN_H

#include "base/watch.h"
#include "track/track.h"

/* As track_packet() and track_confirm(), and 'w' is told of it. */
void track_packet_explained(struct track *t, const struct pkt *p,
			    struct clew_packet *out, struct passage *pass,
			    enum proto_result read, const struct watch *w);
void track_confirm_explained(struct track *t, struct clew_packet *out,
			     struct passage *pass, const struct watch *w);

/* The rest is shared by the files that explain. */

/* A packet that is being judged, once more. */
struct explained {
	struct track *t;
	const struct pkt *p;
	const struct watch *w;
	enum clew_dir dir;
	bool is_new;		/* no connection was there */
	struct conn before;	/* a copy, made before; blank but for its key
				 * when there was none */
	const struct conn *after;	/* NULL: there is none any more */
	const struct clew_packet *out;	/* what tracking said of it */
};

/* Cell and window of a segment; how its timeout was chosen. */
void explain_tcp(const struct explained *x);
/* => An index into settings.tcp. */
unsigned explain_tcp_timeout(const struct explained *x);

/* Cells and tags of every chunk. */
void explain_sctp(const struct explained *x);

/* Say the cell; 'next' is what its table said, by the names of the
 * protocol's states. */
void explain_cell(const struct explained *x, struct clew_explain_cell *cell);

#endif
