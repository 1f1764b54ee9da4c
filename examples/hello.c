/* SPDX-License-Identifier: BSD-2-Clause
 * examples/hello.c - libclew in a page: a question, its answer, and what
 * conntrack would have said of them.
 *
 *	cc hello.c $(pkg-config --cflags --libs clew) */
#include <stdio.h>
#include <string.h>

#include <clew/clew.h>

/* An IPv4 header, 20 bytes, and a UDP header, 8; no payload. */
static const uint8_t question[28] = {
	0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0xf7, 0x75,
	192, 168, 1, 10, 192, 168, 1, 1, 0x04, 0x00, 0, 53, 0, 8, 0, 0,
};
static const uint8_t answer[28] = {
	0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0xf7, 0x75,
	192, 168, 1, 1, 192, 168, 1, 10, 0, 53, 0x04, 0x00, 0, 8, 0, 0,
};

static void
on_event(void *ctx, const struct clew_event *event)
{
	const struct clew_text_options options = { .now_ns = event->time_ns };
	char line[CLEW_TEXT_MAX];

	(void)ctx;
	clew_text_format(line, sizeof(line), event->ct,
			 event->type == CLEW_EVENT_NEW ? CLEW_RECORD_NEW :
			 event->type == CLEW_EVENT_UPDATE ? CLEW_RECORD_UPDATE :
			 CLEW_RECORD_DESTROY, &options);
	puts(line);
}

int
main(void)
{
	const struct clew_config config = { .on_event = on_event };
	struct clew_packet packets[2];
	struct clew_engine *engine;

	memset(packets, 0, sizeof(packets));
	packets[0].data = question;
	packets[1].data = answer;
	for (int i = 0; i < 2; i++) {
		packets[i].caplen = packets[i].len = 28;
		packets[i].time_ns = 1777888800000000000 + i * 1000000;
	}
	if (clew_engine_create(&engine, &config) != 0)
		return 1;
	clew_engine_process(engine, packets, 2);
	clew_engine_advance(engine, clew_engine_now(engine) + 60000000000, 0);
	clew_engine_destroy(engine);
	return packets[0].ct_state != CLEW_CT_NEW ||
	       packets[1].ct_state != CLEW_CT_ESTABLISHED;
}
