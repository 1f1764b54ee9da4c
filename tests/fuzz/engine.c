/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/engine.c - target: the whole engine, many packets per input, and
 * everything else that can be done to one between them.
 *
 * Beyond what the sanitizers see: a run in bursts says what a run in bursts
 * of one says; what is counted, dumped and found agrees; and when time has
 * passed nothing is left, of connections or of fragments. */
#include "fuzz/fuzz.h"

#include "base/bytes.h"
#include "clew/clew.h"
#include "engine/engine.h"
#include "engine/tape.h"
#include "fuzz/record.h"

enum {
	BURST_MOST = 32,
	REFS = 16,
	PACKETS_MOST = 4000,
	TEXTS_MOST = 10,
	START = 1700000000,
};

struct run {
	struct clew_engine *e;
	struct tape tape;
	unsigned format;	/* so many more events as text */
	bool mend;
	bool has_budget;
	bool has_one_way_zones;
	size_t burst;
	uint64_t now_ns;
	struct clew_packet packets[BURST_MOST];
	uint8_t *copies[BURST_MOST];
	size_t waiting;
	clew_conn_ref refs[REFS];
	unsigned next_ref;
	clew_conn_ref cursor;
	struct tape results;
	struct tape outputs;
};

static void
write_out(const struct clew_snapshot *ct, enum clew_record record,
	  uint64_t now_ns)
{
	for (enum clew_format f = CLEW_FORMAT_LINE; f <= CLEW_FORMAT_JSON;
	     f++) {
		struct clew_text_options options = {
			.format = f, .show = 0x1f, .now_ns = now_ns,
		};
		char text[CLEW_TEXT_MAX];
		size_t size = clew_text_format(text, sizeof(text), ct, record,
					       &options);

		MUST(size < sizeof(text) && strlen(text) == size);
	}
}

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct run *run = ctx;

	tape_put_event(&run->tape, event);
	MUST(event->type == CLEW_EVENT_DESTROY ||
	     event->time_ns == clew_engine_now(run->e));
	if (!run->format)
		return;
	run->format--;
	write_out(event->ct, event->type == CLEW_EVENT_NEW ?
		  CLEW_RECORD_NEW : event->type == CLEW_EVENT_UPDATE ?
		  CLEW_RECORD_UPDATE : CLEW_RECORD_DESTROY, event->time_ns);
}

/* What is said of a packet must make sense by itself. */
static void
check_packet(const struct clew_packet *p)
{
	char text[512];

	MUST(p->verdict <= CLEW_STOLEN);
	MUST(p->ct_state <= CLEW_CT_UNTRACKED);
	MUST(p->dir < CLEW_DIRS);
	MUST(p->reason < CLEW_REASONS_COUNT);
	MUST(!(p->result & CLEW_RES_CUT) || (p->verdict == CLEW_ACCEPT &&
	     p->caplen < p->len && !p->conn));
	MUST(!(p->result & CLEW_RES_NEW_CONN) || p->conn);
	if (p->ct_state == CLEW_CT_NEW || p->ct_state == CLEW_CT_ESTABLISHED ||
	    p->ct_state == CLEW_CT_RELATED)
		MUST(p->conn || p->verdict == CLEW_DROP);
	else
		MUST(!p->conn);
	if (p->reason)
		MUST(clew_reason_format(text, sizeof(text),
					(enum clew_reason)p->reason,
					&p->detail) < sizeof(text));
	if (p->verdict == CLEW_DROP)
		MUST(p->reason);
}

static void
flush(struct run *run)
{
	const struct clew_output *out;
	size_t count;

	clew_engine_process(run->e, run->packets, run->waiting);
	for (size_t i = 0; i < run->waiting; i++) {
		const struct clew_packet *p = &run->packets[i];

		check_packet(p);
		tape_put_packet(&run->results, p);
		if (p->conn)
			run->refs[run->next_ref++ % REFS] = p->conn;
	}
	out = clew_engine_outputs(run->e, &count);
	for (size_t i = 0; i < count; i++) {
		MUST(out[i].packet < run->waiting);
		MUST(out[i].len >= 20 && out[i].len <= 65575);
		tape_put(&run->outputs, out[i].data, out[i].len);
	}
	for (size_t i = 0; i < run->waiting; i++)
		free(run->copies[i]);
	run->waiting = 0;
}

/* 12 bits, moved up by 4 bits more: from nothing to years. */
static uint64_t
time_of(uint16_t code)
{
	return (uint64_t)(code & 0xfff) << (code >> 12) * 3;
}

static void
pass_time(struct run *run, uint16_t code)
{
	uint64_t by = time_of(code);

	/* Now and then it seems to run back. */
	if (code % 31 == 30)
		run->now_ns -= by < run->now_ns ? by % 1000000000 : 0;
	else if (by < UINT64_MAX - run->now_ns)
		run->now_ns += by;
	else
		run->now_ns = UINT64_MAX;
}

/* A flipped bit in the header is not to be the end of every packet. */
static void
mend(uint8_t *b, size_t size)
{
	uint32_t sum = 0;
	size_t header;

	if (size < 20 || b[0] >> 4 != 4)
		return;
	header = (b[0] & 15u) * 4;
	if (header < 20 || header > size)
		return;
	put_be16(b + 10, 0);
	for (size_t i = 0; i < header; i += 2)
		sum += get_be16(b + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_be16(b + 10, (uint16_t)~sum);
}

/* kind: . . zone 2, policy 2 bits;  flags: as they are, and what of them
 * is no flag: the interface, and that a capture cut it. */
static void
add_packet(struct run *run, uint8_t kind, uint8_t flags, uint8_t *copy,
	   size_t size)
{
	struct clew_packet *p = &run->packets[run->waiting];

	if (run->mend)
		mend(copy, size);
	*p = (struct clew_packet){
		.data = copy,
		.caplen = (uint32_t)size,
		.len = (uint32_t)size,
		.ifindex = 1 + (flags >> 6 & 1u),
		.flags = flags & 0x3f,
		.zone = kind >> 3 & 3,
		.timeout_policy = kind >> 5 & 3,
		.time_ns = run->now_ns,
	};
	/* One way or the other, or both. */
	if ((p->flags & CLEW_PKT_ZONE_ORIG) &&
	    (p->flags & CLEW_PKT_ZONE_REPLY))
		p->flags &= ~(uint32_t)CLEW_PKT_ZONE_REPLY;
	run->has_one_way_zones |= (p->flags & (CLEW_PKT_ZONE_ORIG |
					       CLEW_PKT_ZONE_REPLY)) != 0;
	if (flags & 0x80)
		p->len += kind;
	run->copies[run->waiting++] = copy;
	if (run->waiting == run->burst)
		flush(run);
}

static void
change_conn(struct run *run, uint8_t flags, struct food *f)
{
	clew_conn_ref conn = run->refs[flags % REFS];
	struct clew_snapshot s;
	struct clew_seqadj adj;
	uint8_t labels[CLEW_LABELS_SIZE];
	int err;

	if (flags & 0x80)
		conn ^= eat(f, 8);
	switch (flags >> 4 & 7) {
	case 0:
		err = clew_conn_set_mark(run->e, conn, (uint32_t)eat(f, 4));
		break;
	case 1:
		for (unsigned i = 0; i < sizeof(labels); i++)
			labels[i] = (uint8_t)eat(f, 1);
		err = clew_conn_set_labels(run->e, conn, labels);
		break;
	case 2:
		err = clew_conn_set_timeout(run->e, conn,
					    (uint32_t)eat(f, 4) >> 12);
		break;
	case 3:
		err = clew_conn_add_status(run->e, conn, (uint32_t)eat(f, 4));
		break;
	case 4:
		adj.correction_pos = (uint32_t)eat(f, 4);
		adj.offset_before = (int32_t)eat(f, 2);
		adj.offset_after = (int32_t)eat(f, 2);
		err = clew_conn_set_seqadj(run->e, conn, eat(f, 1) & 1, &adj);
		break;
	case 5:
		err = clew_conn_delete(run->e, conn);
		MUST(clew_conn_snapshot(run->e, conn, &s));
		break;
	case 6:
		err = clew_conn_snapshot(run->e, conn, &s);
		if (!err)
			write_out(&s, CLEW_RECORD_ENTRY, run->now_ns);
		break;
	default:
		err = clew_timeout_destroy(run->e, (int)eat(f, 1) % 4);
		if (!err && eat(f, 1) & 1) {
			uint32_t values[16];

			for (unsigned i = 0; i < 16; i++)
				values[i] = (uint32_t)eat(f, 1);
			(void)clew_timeout_create(run->e, "again", CLEW_IPV4,
						  (uint8_t)eat(f, 1), values,
						  (uint32_t)eat(f, 2));
		}
		break;
	}
	tape_put(&run->results, &err, sizeof(err));
}

static void
change_setting(struct run *run, uint8_t flags, struct food *f)
{
	const struct clew_setting *list;
	uint64_t value, is;
	size_t count;
	int err;

	list = clew_settings(&count);
	list += flags % count;
	value = eat(f, (unsigned)eat(f, 1) % 9);
	/* No more memory than a test may take. */
	if (strstr(list->name, "conntrack_max"))
		value %= 10000;
	if (strstr(list->name, "thresh"))
		value %= 1 << 20;
	err = clew_engine_set(run->e, list->name, value, NULL);
	MUST(err || (!list->read_only && value >= list->minimum &&
		     value <= list->maximum));
	/* The two thresholds of a pair bound each other besides. */
	MUST(!err || list->read_only || value < list->minimum ||
	     value > list->maximum || strstr(list->name, "thresh"));
	MUST(!clew_engine_get(run->e, list->name, &is));
	MUST(err || is == value);
}

static void
look(struct run *run, struct food *f)
{
	struct clew_tuple t = { 0 };
	struct clew_snapshot s;
	enum clew_dir dir;
	clew_conn_ref conn;

	if (clew_conn_next(run->e, &run->cursor))
		MUST(!clew_conn_snapshot(run->e, run->cursor, &s));
	else
		run->cursor = 0;
	for (unsigned i = 0; i < 16 && f->left; i++)
		t.src.bytes[i] = (uint8_t)eat(f, 1);
	for (unsigned i = 0; i < 16 && f->left; i++)
		t.dst.bytes[i] = (uint8_t)eat(f, 1);
	t.part.word = (uint32_t)eat(f, 4);
	t.family = (uint8_t)eat(f, 1);
	t.protocol = (uint8_t)eat(f, 1);
	conn = clew_conn_lookup(run->e, &t, &dir);
	if (conn)
		MUST(!clew_conn_snapshot(run->e, conn, &s));
	tape_put(&run->results, &conn, sizeof(conn));
}

static void
do_record(struct run *run, struct food *all)
{
	uint8_t kind = (uint8_t)eat(all, 1), flags = (uint8_t)eat(all, 1);
	uint16_t time = (uint16_t)eat(all, 2);
	size_t size = (size_t)eat(all, 2), got;
	uint8_t *bytes;
	struct food f;

	pass_time(run, time);
	bytes = eat_bytes(all, size, &got);
	f = (struct food){ bytes, got };
	if ((kind & 7) < KIND_CONN) {
		add_packet(run, kind, flags, bytes, got);
		return;
	}
	flush(run);
	switch (kind & 7) {
	case KIND_CONN: change_conn(run, flags, &f); break;
	case KIND_SETTING: change_setting(run, flags, &f); break;
	case KIND_ADVANCE:
		clew_engine_advance(run->e, run->now_ns, flags);
		break;
	case KIND_LOOK: look(run, &f); break;
	}
	free(bytes);
}

static void
set_up(struct run *run, struct food *f)
{
	static const uint32_t values[16] = {
		3, 5, 7, 2, 1, 1, 1, 1, 1, 1, 1,
	};
	uint8_t switches = (uint8_t)eat(f, 1);
	uint8_t burst = (uint8_t)eat(f, 1);
	uint8_t limits = (uint8_t)eat(f, 1);
	uint8_t budget = (uint8_t)eat(f, 1);
	const struct clew_config config = {
		.seed = { switches, burst },
		.choice = limits,
		.start_ns = START * 1000000000ull,
		.expire_budget = budget < 128 ? 0 : budget - 127u,
		.on_event = on_event,
		.ctx = run,
	};
	const struct {
		const char *name;
		uint64_t value;
	} settings[] = {
		{ "nf_conntrack_checksum", switches & SWITCH_CHECKSUM },
		{ "nf_conntrack_tcp_loose", !(switches & SWITCH_STRICT) },
		{ "nf_conntrack_tcp_be_liberal",
		  !!(switches & SWITCH_LIBERAL) },
		{ "nf_conntrack_acct", !!(switches & SWITCH_COUNT) },
		{ "nf_conntrack_timestamp", !!(switches & SWITCH_COUNT) },
		{ "nf_conntrack_max", limits & 15 },
		{ "ipfrag_low_thresh", 0 },
		{ "ipfrag_high_thresh", 1000ull << (limits >> 4) },
		{ "nf_conntrack_frag6_low_thresh", 0 },
		{ "nf_conntrack_frag6_high_thresh", 1000ull << (limits >> 4) },
	};

	if (run->burst != 1)
		run->burst = 1 + burst % BURST_MOST;
	run->has_budget = config.expire_budget;
	run->format = switches & SWITCH_FORMAT ? TEXTS_MOST : 0;
	run->mend = !(switches & SWITCH_RAW);
	run->now_ns = config.start_ns;
	MUST(!clew_engine_create(&run->e, &config));
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		MUST(!clew_engine_set(run->e, settings[i].name,
				      settings[i].value, NULL));
	if (switches & SWITCH_SHORT) {
		clew_engine_set(run->e, "nf_conntrack_udp_timeout", 1, NULL);
		clew_engine_set(run->e, "nf_conntrack_tcp_timeout_syn_sent",
				1, NULL);
		clew_engine_set(run->e, "ipfrag_time", 1, NULL);
	}
	MUST(clew_timeout_create(run->e, "tcp", CLEW_IPV4, 6, values,
				 0x7ff) == 1);
	MUST(clew_timeout_create(run->e, "udp", CLEW_IPV6, 17, values, 3) ==
	     2);
}

/* What is counted, what is dumped and what is found agree. */
static void
check_table(struct run *run)
{
	clew_conn_ref cursor = 0;
	struct clew_stats stats;
	size_t count = 0;

	while (clew_conn_next(run->e, &cursor)) {
		struct clew_snapshot s;
		enum clew_dir dir;

		count++;
		MUST(!clew_conn_snapshot(run->e, cursor, &s));
		MUST(s.status & CLEW_STATUS_CONFIRMED);
		if (run->has_budget || run->has_one_way_zones)
			continue;
		/* It may be due in this very moment. */
		if (!s.timeout_s)
			continue;
		MUST(clew_conn_lookup(run->e, &s.tuple[1], &dir) == cursor);
		MUST(dir == CLEW_DIR_REPLY);
		MUST(clew_conn_lookup(run->e, &s.tuple[0], &dir) == cursor);
	}
	clew_engine_stats(run->e, &stats);
	MUST(count == clew_engine_count(run->e));
	MUST(count == stats.created - stats.destroyed);
}

/* Longer than any timeout. */
static void
check_the_end(struct run *run)
{
	const struct frags *f = &run->e->frags;
	uint64_t now = clew_engine_now(run->e);
	uint64_t end = now + 20000000ull * 1000000000;
	unsigned asked = 0;
	uint64_t due;

	if (end < now)
		return;
	while (clew_engine_next_due(run->e, &due) && due <= end) {
		uint64_t to = due > now ? due : now;

		while (!clew_engine_advance(run->e, to, 1000))
			;
		MUST(asked++ < 100000);
	}
	while (!clew_engine_advance(run->e, end, 0))
		;
	MUST(clew_engine_count(run->e) == 0);
	MUST(!clew_engine_next_due(run->e, &due));
	MUST(f->bytes[0] == 0 && f->bytes[1] == 0);
	MUST(f->queues.count == 0 && f->runs.count == 0 &&
	     f->blocks.count == 0 && f->peers.count == 0);
	MUST(run->e->track.exts.count == 0);
	MUST(run->e->track.table.entries == 0);
}

static struct tape
play(const uint8_t *data, size_t size, size_t burst)
{
	struct food f = { data, size };
	struct run *run = calloc(1, sizeof(*run));
	struct tape tape;

	run->burst = burst;
	set_up(run, &f);
	for (unsigned i = 0; f.left && i < PACKETS_MOST; i++)
		do_record(run, &f);
	flush(run);
	tape_put(&run->tape, run->results.bytes, run->results.size);
	tape_put(&run->tape, run->outputs.bytes, run->outputs.size);
	tape_put_engine(&run->tape, run->e);
	check_table(run);
	check_the_end(run);
	clew_engine_destroy(run->e);
	tape_free(&run->results);
	tape_free(&run->outputs);
	tape = run->tape;
	free(run);
	return tape;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tape tape, other;

	if (size < PREFIX_SIZE)
		return 0;
	tape = play(data, size, 0);
	if (!(data[0] & SWITCH_ONCE)) {
		other = play(data, size, 1);
		MUST(tape.size == other.size);
		MUST(!memcmp(tape.bytes, other.bytes, tape.size));
		tape_free(&other);
	}
	tape_free(&tape);
	return 0;
}
