/* SPDX-License-Identifier: BSD-2-Clause
 * io/capture.c - the IP packets of one capture file, in the file's order.
 *
 * libpcap reads the format: pcap and pcapng, either byte order, micro- and
 * nanoseconds.  What is added here is what a hostile or careless file may
 * get wrong: stamps out of range, a wire length below the captured one,
 * frames that are not IP (counted and passed over); and the names of the
 * interfaces, which libpcap does not hand on (io/pcapng).
 *
 * Life-cycle: open, next until it returns 0 or less, close.  Memory is
 * bounded by libpcap's largest frame for the link type (256 KiB for all that
 * are read here). */
#define _GNU_SOURCE	/* fopencookie() */
#include "io/capture.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "base/error.h"
#include "io/link.h"
#include "io/pcapng.h"

/* What is read at once; pcapng's smallest packet times PCAPNG_QUEUE. */
enum { READ_SIZE = 65536 };

struct capture {
	pcap_t *pcap;
	FILE *stream;		/* the file; libpcap reads it through us */
	struct pcapng pcapng;
	const struct link *link;
	struct capture_counts counts;
	uint64_t size;		/* of the file; 0 when it is a pipe */
	uint64_t taken;		/* bytes, from the stream */
	bool done;
};

static uint64_t
file_size(FILE *stream)
{
	struct stat st;
	int fd = fileno(stream);

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size;
}

/* What there is, without waiting for more than the first byte of it: what a
 * live stream has sent must not wait for what it will send. */
static ssize_t
read_some(void *cookie, char *buf, size_t size)
{
	struct capture *c = cookie;
	int fd = fileno(c->stream);
	ssize_t got;

	if (fd >= 0) {
		do
			got = read(fd, buf, size);
		while (got < 0 && errno == EINTR);
	} else {
		got = (ssize_t)fread(buf, 1, size, c->stream);
		if (got == 0 && ferror(c->stream))
			got = -1;
	}
	if (got > 0) {
		pcapng_put(&c->pcapng, (const uint8_t *)buf, (size_t)got);
		c->taken += (uint64_t)got;
	}
	return got;
}

/* Where we are, for ftello(); nobody goes elsewhere. */
static int
tell_stream(void *cookie, off64_t *offset, int whence)
{
	struct capture *c = cookie;
	int fd = fileno(c->stream);

	if (whence != SEEK_CUR || *offset != 0)
		return -1;
	*offset = fd >= 0 ? lseek(fd, 0, SEEK_CUR) : ftello(c->stream);
	if (*offset < 0)
		*offset = (off64_t)c->taken;	/* a pipe */
	return 0;
}

static int
close_stream(void *cookie)
{
	struct capture *c = cookie;

	return fclose(c->stream);
}

int
capture_open_stream(struct capture **capture, FILE *stream,
		    struct clew_error *error)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	struct capture *c;
	const char *name;
	FILE *through;
	int dlt;

	c = calloc(1, sizeof(*c));
	through = c != NULL ? fopencookie(c, "rb", (cookie_io_functions_t){
		.read = read_some, .seek = tell_stream,
		.close = close_stream }) : NULL;
	if (through == NULL) {
		fclose(stream);
		free(c);
		error_set(error, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	c->stream = stream;
	c->size = file_size(stream);
	pcapng_init(&c->pcapng);
	setvbuf(through, NULL, _IOFBF, READ_SIZE);
	c->pcap = pcap_fopen_offline_with_tstamp_precision(through,
		PCAP_TSTAMP_PRECISION_NANO, text);
	if (c->pcap == NULL) {
		fclose(through);
		pcapng_fini(&c->pcapng);
		free(c);
		error_set(error, "not a capture: %s", text);
		return -EINVAL;
	}
	dlt = pcap_datalink(c->pcap);
	c->link = link_lookup(dlt);
	if (c->link == NULL) {
		name = pcap_datalink_val_to_name(dlt);
		error_set(error, "link type %d (%s) is none that clew reads",
		     dlt, name != NULL ? name : "unknown");
		capture_close(c);
		return -EINVAL;
	}
	*capture = c;
	return 0;
}

int
capture_open(struct capture **capture, const char *path,
	     struct clew_error *error)
{
	FILE *stream;
	int err;

	if (strcmp(path, "-") == 0)
		return capture_open_stream(capture, stdin, error);
	stream = fopen(path, "rbe");
	if (stream == NULL) {
		err = errno;
		error_set(error, "%s", strerror(err));
		return -err;
	}
	return capture_open_stream(capture, stream, error);
}

void
capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	pcap_close(capture->pcap);
	pcapng_fini(&capture->pcapng);
	free(capture);
}

/* Nanoseconds since the epoch.  The seconds of pcap are 32 bits without a
 * sign, which libpcap hands out with one.  What else is negative counts as
 * the epoch; what is too large for the clock, as its last instant (in the
 * year 2262). */
static uint64_t
stamp_ns(const struct timeval *ts)
{
	const int64_t second = 1000000000;
	int64_t ns = ts->tv_usec;	/* nanoseconds, as asked for */
	int64_t sec = ts->tv_sec;

	if (ns < 0)
		ns = 0;
	if (ns >= second)
		ns = second - 1;
	if (sec < 0)
		sec = sec >= INT32_MIN ? (uint32_t)sec : 0;
	if (sec >= INT64_MAX / second)
		return INT64_MAX;
	return (uint64_t)(sec * second + ns);
}

/* Count a frame, and fill in 'packet' if it holds IP.  => Whether it does. */
static bool
take(struct capture *c, const struct pcap_pkthdr *header, const u_char *data,
     struct capture_packet *packet)
{
	const char *interface = pcapng_take(&c->pcapng);
	uint32_t len = header->len;
	struct link_place place;

	if (len < header->caplen)
		len = header->caplen;
	c->counts.frames++;
	switch (link_find_ip(c->link, data, header->caplen, len, &place)) {
	case LINK_OTHER:
		c->counts.other++;
		return false;
	case LINK_CUT:
		c->counts.cut++;
		return false;
	case LINK_IP:
		break;
	}
	c->counts.packets++;
	if (header->caplen < len)
		c->counts.snapped++;
	*packet = (struct capture_packet){
		.data = data,
		.caplen = header->caplen,
		.len = len,
		.l2 = place.l2,
		.l3 = place.l3,
		.time_ns = stamp_ns(&header->ts),
		.number = c->counts.frames,
		.interface = interface,
		.ifindex = place.ifindex,
	};
	return true;
}

int
capture_next(struct capture *c, struct capture_packet *packet,
	     struct clew_error *error)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	int status;

	if (c->done)
		return 0;
	while ((status = pcap_next_ex(c->pcap, &header, &data)) == 1) {
		if (take(c, header, data, packet))
			return 1;
	}
	c->done = true;
	if (status == PCAP_ERROR_BREAK)		/* the end of the file */
		return 0;
	error_set(error, "stopped after frame %llu: %s",
		  (unsigned long long)c->counts.frames, pcap_geterr(c->pcap));
	return -EIO;
}

const struct capture_counts *
capture_counts(const struct capture *capture)
{
	return &capture->counts;
}

bool
capture_may_wait(const struct capture *capture)
{
	struct pollfd pollfd = { .events = POLLIN };
	off_t here;

	if (capture->size > 0)
		return false;
	pollfd.fd = fileno(capture->stream);
	/* What stdio holds already may end within a packet: hence the guess. */
	here = ftello(pcap_file(capture->pcap));
	if (here >= 0 && (uint64_t)here < capture->taken)
		return false;
	return pollfd.fd >= 0 && poll(&pollfd, 1, 0) == 0;
}

bool
capture_progress(const struct capture *capture, uint64_t *at, uint64_t *size)
{
	off_t here;

	if (capture->size == 0)
		return false;
	here = ftello(pcap_file(capture->pcap));
	if (here < 0)
		return false;
	*at = (uint64_t)here;
	*size = capture->size;
	return true;
}
