/* SPDX-License-Identifier: BSD-2-Clause
 * parity/kernel.c - what Linux makes of a script.
 *
 * A fresh network namespace per run holds two taps in a bridge whose packets
 * pass the IP hooks (br_netfilter).  A packet written to one tap has been
 * through all of them when write() returns, and waits in the other tap if it
 * was let through.  A rule writes its ct state into the DSCP on the way.
 *
 * One netlink socket, opened before the first packet, carries the connection
 * events and, as log messages, Linux's reasons for INVALID; it is drained
 * after each packet, so that each line has its packet.  Nothing here waits
 * but STEP_SLEEP, and whatever overflows fails the run.
 *
 * Making a namespace takes longer than most scripts, so a thread makes the
 * next one meanwhile; unsharing concerns the calling thread alone.  A
 * namespace dies with the last file and the last thread that are in it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "parity/ctnetlink.h"
#include "parity/outcome.h"
#include "parity/policy.h"

#define TAP_MTU "65521"
#define FRAME_MOST 66000
#define CARD_LEN sizeof(struct virtio_net_hdr)
#define ETH_LEN 14
#define FRAME_IP ((ssize_t)CARD_LEN + ETH_LEN)
#define RCVBUF (512 << 20)

struct kernel {
	struct outcomes *o;	/* NULL while it is being made */
	char error[200];
	int ns;
	int tap[2];
	int nl;			/* events and log */
	int ask;		/* dumps */
	unsigned seq;
	uint8_t frame[FRAME_MOST];
	uint8_t buf[1 << 17];
	uint8_t whole[FRAME_MOST];	/* pieces of one datagram that came
					 * out, put together again */
};

/* The class travels as DSCP: enum outcome_class.  Source MACs choose how. */
static const char ruleset[] =
	"table inet parity {\n"
	" chain how {\n"
	"  type filter hook prerouting priority -300; policy accept;\n"
	"  ether saddr 02:00:00:00:00:01 ct zone set 1\n"
	"  ether saddr 02:00:00:00:00:02 ct original zone set 2\n"
	"  ether saddr 02:00:00:00:00:03 ct reply zone set 3\n"
	"  ether saddr 02:00:00:00:00:04 notrack\n"
	" }\n"
	" chain class {\n"
	"  type filter hook prerouting priority -150; policy accept;\n"
	"  ip dscp set 6\n"
	"  ip6 dscp set 6\n"
	"  ct state invalid ip dscp set 1\n"
	"  ct state invalid ip6 dscp set 1\n"
	"  ct state new ip dscp set 2\n"
	"  ct state new ip6 dscp set 2\n"
	"  ct state established ip dscp set 3\n"
	"  ct state established ip6 dscp set 3\n"
	"  ct state related ip dscp set 4\n"
	"  ct state related ip6 dscp set 4\n"
	"  ct state untracked ip dscp set 5\n"
	"  ct state untracked ip6 dscp set 5\n"
	"  ether saddr 02:00:00:00:00:06 ct state established ct mark set 42\n"
	"  ether saddr 02:00:00:00:00:07 ct state established ct mark set 0\n"
	"  ether saddr 02:00:00:00:00:08 ct state established ct label set 5\n"
	" }\n"
	"}\n";

double
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int
fail(struct kernel *k, const char *what, int error)
{
	if (!k->error[0])
		snprintf(k->error, sizeof(k->error), "%s%s%s", what,
			 error ? ": " : "", error ? strerror(error) : "");
	return -1;
}

/* A setting by its sysctl name, dots for slashes. */
static int
set(struct kernel *k, const char *name, const char *value)
{
	char path[160], *p;
	int fd, r;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	for (p = path + 10; *p; p++)
		if (*p == '.')
			*p = '/';
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(k, path, errno);
	r = write(fd, value, strlen(value)) < 0 ? errno : 0;
	close(fd);
	return r ? fail(k, path, r) : 0;
}

/* A netlink request: header, nfgenmsg, then what the caller adds. */
static struct nlmsghdr *
request(struct kernel *k, unsigned type, unsigned flags, unsigned family,
	unsigned resource)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(k->buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++k->seq;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(resource);
	return nlh;
}

static int
acked(struct kernel *k, int fd, struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err;
	ssize_t n;

	if (send(fd, nlh, nlh->nlmsg_len, 0) < 0)
		return errno;
	n = recv(fd, k->buf, sizeof(k->buf), 0);
	if (n < (ssize_t)sizeof(*nlh))
		return n < 0 ? errno : EPROTO;
	nlh = (struct nlmsghdr *)k->buf;
	if (nlh->nlmsg_type != NLMSG_ERROR)
		return EPROTO;
	err = mnl_nlmsg_get_payload(nlh);
	return -err->error;
}

static int
tap_open(struct kernel *k, const char *name)
{
	struct ifreq ifr = {
		.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
	};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return fail(k, "/dev/net/tun", errno);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr) < 0) {
		fail(k, "TUNSETIFF", errno);
		close(fd);
		return -1;
	}
	/* Then closing it is quick: the dying namespace takes it away. */
	if (ioctl(fd, TUNSETPERSIST, 1) < 0)
		fail(k, "TUNSETPERSIST", errno);
	return fd;
}

static int
link_up(struct kernel *k, int sock, const char *name, int bridge)
{
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (!bridge) {
		ifr.ifr_mtu = atoi(TAP_MTU);
		if (ioctl(sock, SIOCSIFMTU, &ifr) < 0)
			return fail(k, "SIOCSIFMTU", errno);
	}
	ifr.ifr_flags = IFF_UP | IFF_PROMISC;
	if (ioctl(sock, SIOCSIFFLAGS, &ifr) < 0)
		return fail(k, "SIOCSIFFLAGS", errno);
	return 0;
}

static int
link_bridge(struct kernel *k, int sock, const char *name)
{
	struct ifreq ifr = { 0 };
	struct ifreq port = { 0 };

	snprintf(port.ifr_name, sizeof(port.ifr_name), "%s", name);
	if (ioctl(sock, SIOCGIFINDEX, &port) < 0)
		return fail(k, "SIOCGIFINDEX", errno);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "br0");
	ifr.ifr_ifindex = port.ifr_ifindex;
	if (ioctl(sock, SIOCBRADDIF, &ifr) < 0)
		return fail(k, "SIOCBRADDIF", errno);
	return 0;
}

/* A bridge that sends nothing of its own accord: without multicast snooping,
 * which would join a group. */
static int
bridge_create(struct kernel *k)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(k->buf);
	struct nlattr *info, *data;
	struct ifinfomsg *ifi;
	int fd, error;

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "br0");
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "bridge");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u8(nlh, IFLA_BR_MCAST_SNOOPING, 0);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return fail(k, "netlink", errno);
	error = acked(k, fd, nlh);
	close(fd);
	return error ? fail(k, "bridge", error) : 0;
}

static int
links_open(struct kernel *k)
{
	int r = -1, sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock < 0)
		return fail(k, "socket", errno);
	k->tap[0] = tap_open(k, "tap0");
	k->tap[1] = tap_open(k, "tap1");
	if (k->tap[0] < 0 || k->tap[1] < 0)
		goto out;
	if (bridge_create(k))
		goto out;
	if (link_up(k, sock, "tap0", 0) || link_up(k, sock, "tap1", 0) ||
	    link_bridge(k, sock, "tap0") || link_bridge(k, sock, "tap1") ||
	    link_up(k, sock, "br0", 1))
		goto out;
	r = 0;
out:
	close(sock);
	return r;
}

/* Run 'program' with 'text' as its input. */
static int
feed(struct kernel *k, const char *text, const char *const *program)
{
	int pipes[2], status = -1;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return fail(k, "pipe", errno);
	pid = vfork();
	if (pid == 0) {
		dup2(pipes[0], 0);
		execvp(program[0], (char *const *)(uintptr_t)program);
		_exit(127);
	}
	close(pipes[0]);
	if (pid > 0) {
		if (write(pipes[1], text, strlen(text)) < 0)
			fail(k, program[0], errno);
		close(pipes[1]);
		waitpid(pid, &status, 0);
	} else {
		close(pipes[1]);
	}
	return status ? fail(k, program[0], 0) : 0;
}

static int
rules_load(struct kernel *k)
{
	static const char *const nft[] = { "nft", "-f", "-", NULL };

	return feed(k, ruleset, nft);
}

/* Log group 0 is where Linux's own messages go. */
static int
log_bind(struct kernel *k)
{
	struct nfulnl_msg_config_cmd cmd = { .command = NFULNL_CFG_CMD_BIND };
	struct nfulnl_msg_config_mode mode = {
		.copy_mode = NFULNL_COPY_META,
	};
	unsigned type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
	struct nlmsghdr *nlh;
	int error;

	nlh = request(k, type, NLM_F_ACK, AF_UNSPEC, 0);
	mnl_attr_put(nlh, NFULA_CFG_CMD, sizeof(cmd), &cmd);
	error = acked(k, k->nl, nlh);
	if (error)
		return fail(k, "NFLOG bind", error);
	nlh = request(k, type, NLM_F_ACK, AF_UNSPEC, 0);
	mnl_attr_put(nlh, NFULA_CFG_MODE, sizeof(mode), &mode);
	mnl_attr_put_u32(nlh, NFULA_CFG_QTHRESH, htonl(1));
	error = acked(k, k->nl, nlh);
	if (error)
		return fail(k, "NFLOG mode", error);
	return 0;
}

static int
netlink_open(struct kernel *k, bool events)
{
	static const int groups[] = {
		NFNLGRP_CONNTRACK_NEW,
		NFNLGRP_CONNTRACK_UPDATE,
		NFNLGRP_CONNTRACK_DESTROY,
	};
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int fd, size = RCVBUF;
	unsigned i;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (fd < 0)
		return fail(k, "netlink", errno);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size))) {
		fail(k, "netlink", errno);
		close(fd);
		return -1;
	}
	for (i = 0; events && i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (!setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
				&groups[i], sizeof(groups[i])))
			continue;
		fail(k, "netlink groups", errno);
		close(fd);
		return -1;
	}
	return fd;
}

static int
kernel_open(struct kernel *k)
{
	k->tap[0] = k->tap[1] = k->nl = k->ask = -1;
	if (unshare(CLONE_NEWNET) < 0)
		return fail(k, "unshare", errno);
	k->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (k->ns < 0)
		return fail(k, "namespace", errno);
	if (set(k, "net.ipv6.conf.all.disable_ipv6", "1") ||
	    set(k, "net.ipv6.conf.default.disable_ipv6", "1") ||
	    set(k, "net.bridge.bridge-nf-call-iptables", "1") ||
	    set(k, "net.bridge.bridge-nf-call-ip6tables", "1") ||
	    links_open(k) || rules_load(k))
		return -1;
	k->nl = netlink_open(k, true);
	k->ask = netlink_open(k, false);
	if (k->nl < 0 || k->ask < 0 || log_bind(k))
		return -1;
	if (fcntl(k->nl, F_SETFL, O_NONBLOCK) < 0)
		return fail(k, "fcntl", errno);
	return set(k, "net.netfilter.nf_conntrack_log_invalid", "255") ||
	       set(k, "net.netfilter.nf_log.2", "nfnetlink_log") ||
	       set(k, "net.netfilter.nf_log.10", "nfnetlink_log");
}

/* Timeout policies are what 'nfct timeout' makes, and the CT target gives. */
static int
policy_create(struct kernel *k, unsigned i)
{
	unsigned type = NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 |
		IPCTNL_MSG_TIMEOUT_NEW;
	const struct policy *p = &policies[i];
	struct nlmsghdr *nlh;
	struct nlattr *data;
	unsigned j;
	int error;

	nlh = request(k, type, NLM_F_ACK | NLM_F_CREATE, AF_UNSPEC, 0);
	mnl_attr_put_strz(nlh, CTA_TIMEOUT_NAME, p->name);
	mnl_attr_put_u16(nlh, CTA_TIMEOUT_L3PROTO, htons(p->family));
	mnl_attr_put_u8(nlh, CTA_TIMEOUT_L4PROTO, p->tracker);
	data = mnl_attr_nest_start(nlh, CTA_TIMEOUT_DATA);
	for (j = 0; j < p->count; j++)
		if (!(p->left_out >> j & 1))
			mnl_attr_put_u32(nlh, j + 1,
					 htonl(policy_value(i, j)));
	mnl_attr_nest_end(nlh, data);
	error = acked(k, k->ask, nlh);
	return error ? fail(k, p->name, error) : 0;
}

static int
policies_load(struct kernel *k)
{
	static const char *const four[] = { "iptables-restore", "-n", NULL };
	static const char *const six[] = { "ip6tables-restore", "-n", NULL };
	char text[2][4096];
	size_t len[2];
	unsigned i, n;

	len[0] = snprintf(text[0], sizeof(text[0]), "*raw\n");
	len[1] = snprintf(text[1], sizeof(text[1]), "*raw\n");
	for (i = 0; i < policy_count; i++) {
		if (policy_create(k, i))
			return -1;
		n = policies[i].family == CLEW_IPV6;
		len[n] += snprintf(text[n] + len[n], sizeof(text[n]) - len[n],
				   "-A PREROUTING -m mac --mac-source "
				   "02:00:00:00:00:%02x -p %s -j CT "
				   "--timeout %s\n", HOW_POLICY,
				   policies[i].match, policies[i].name);
	}
	for (n = 0; n < 2; n++)
		snprintf(text[n] + len[n], sizeof(text[n]) - len[n],
			 "COMMIT\n");
	return feed(k, text[0], four) || feed(k, text[1], six);
}

static void
kernel_close(struct kernel *k)
{
	unsigned i;

	for (i = 0; i < 2; i++)
		if (k->tap[i] >= 0)
			close(k->tap[i]);
	if (k->nl >= 0)
		close(k->nl);
	if (k->ask >= 0)
		close(k->ask);
	if (k->ns >= 0)
		close(k->ns);
}

/* Where the next kernel side stands when it is ready. */
static pthread_mutex_t workshop_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t workshop_moved = PTHREAD_COND_INITIALIZER;
static struct kernel *workshop;

static void *
work(void *arg)
{
	struct kernel *k;

	for (;;) {
		k = xmalloc(sizeof(*k));
		memset(k, 0, sizeof(*k));
		if (kernel_open(k) && !k->error[0])
			fail(k, "no kernel side", 0);
		pthread_mutex_lock(&workshop_lock);
		while (workshop)
			pthread_cond_wait(&workshop_moved, &workshop_lock);
		workshop = k;
		pthread_cond_signal(&workshop_moved);
		pthread_mutex_unlock(&workshop_lock);
	}
	return arg;
}

static struct kernel *
kernel_take(void)
{
	static bool started;
	struct kernel *k;
	pthread_t thread;

	if (!started && pthread_create(&thread, NULL, work, NULL)) {
		fputs("parity: no thread\n", stderr);
		exit(1);
	}
	started = true;
	pthread_mutex_lock(&workshop_lock);
	while (!workshop)
		pthread_cond_wait(&workshop_moved, &workshop_lock);
	k = workshop;
	workshop = NULL;
	pthread_cond_signal(&workshop_moved);
	pthread_mutex_unlock(&workshop_lock);
	return k;
}

static int
take_log(struct kernel *k, const struct nlmsghdr *nlh, struct outcome *out)
{
	const struct nlattr *a;
	const char *text;
	size_t len;

	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(a) != NFULA_PREFIX)
			continue;
		/* A second line about a packet that was found INVALID; its
		 * effect, a lower timeout, is compared with the table. */
		text = mnl_attr_get_payload(a);
		len = mnl_attr_get_payload_len(a);
		if (memmem(text, len, " lower timeout to ", 18))
			return 0;
		snprintf(out->log, sizeof(out->log), "%.*s", (int)len, text);
		len = strlen(out->log);
		while (len && strchr(" \n", out->log[len - 1]))
			out->log[--len] = 0;
		out->logs++;
		return 0;
	}
	return fail(k, "log message without text", 0);
}

static int
take_event(struct kernel *k, const struct nlmsghdr *nlh, struct outcome *out)
{
	struct said *said = outcomes_say(k->o);
	const char *what = ctnetlink_decode(&said->ct, nlh);

	out->said++;
	if ((nlh->nlmsg_type & 0xff) == IPCTNL_MSG_CT_DELETE)
		said->type = CLEW_EVENT_DESTROY;
	else if (nlh->nlmsg_flags & NLM_F_CREATE)
		said->type = CLEW_EVENT_NEW;
	else
		said->type = CLEW_EVENT_UPDATE;
	return what ? fail(k, what, 0) : 0;
}

/* Everything the kernel has said since the last time. */
static int
drain(struct kernel *k, struct outcome *out)
{
	const struct nlmsghdr *nlh;
	ssize_t n;
	int left;

	for (;;) {
		n = recv(k->nl, k->buf, sizeof(k->buf), 0);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return fail(k, "events were lost", errno);
		nlh = (const struct nlmsghdr *)k->buf;
		left = n;
		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
				continue;
			if (nlh->nlmsg_type >> 8 == NFNL_SUBSYS_ULOG) {
				if (take_log(k, nlh, out))
					return -1;
			} else if (take_event(k, nlh, out)) {
				return -1;
			}
		}
	}
}

/* Where the payload of a frame begins, where it belongs, and whether more
 * follows.  => false when that is not known. */
static bool
piece(const uint8_t *p, size_t len, size_t *at, size_t *where, bool *more)
{
	*where = 0;
	*more = false;
	if (p[0] >> 4 == 4 && len >= 20) {
		*at = (p[0] & 15) * 4;
		*where = ((p[6] << 8 | p[7]) & 0x1fff) * 8;
		*more = p[6] & 0x20;
		return *at <= len;
	}
	if (p[0] >> 4 != 6 || len < 40)
		return false;
	*at = 40;
	if (p[6] == 0 || p[6] == 43 || p[6] == 51 || p[6] == 60)
		return false;	/* the way to the pieces is longer */
	if (p[6] == 44) {
		*at = 48;
		*where = (p[42] << 8 | p[43]) & 0xfff8;
		*more = p[43] & 1;
	}
	return *at <= len;
}

/* Pieces of a datagram that came out, being put together again. */
struct whole {
	size_t len;
	bool more;
};

/* What came out of a tap: its class, and the payload. */
static int
collect(struct kernel *k, int tap, struct outcome *out, struct whole *whole)
{
	const uint8_t *p = k->frame + FRAME_IP;
	size_t at, where, len;
	ssize_t n;

	while ((n = read(tap, k->frame, sizeof(k->frame))) > 0) {
		if (n < FRAME_IP + 20)
			return fail(k, "strange frame", 0);
		len = n - FRAME_IP;
		if (p[0] >> 4 == 4)
			out->class = p[1] >> 2;
		else
			out->class = (p[0] & 15) << 2 | p[1] >> 6;
		if (out->class == CLASS_NONE || out->class > CLASS_ODD)
			return fail(k, "strange class", 0);
		if (!whole->more ||
		    !piece(p, len, &at, &where, &whole->more) ||
		    where != whole->len ||
		    where + len - at > sizeof(k->whole))
			continue;
		memcpy(k->whole + where, p + at, len - at);
		whole->len += len - at;
	}
	return errno != EAGAIN ? fail(k, "tap", errno) : 0;
}

/* Both taps: a datagram whose pieces came into both leaves by either. */
static int
collect_all(struct kernel *k, unsigned from, struct outcome *out)
{
	struct whole whole = { 0, true };

	if (collect(k, k->tap[!from], out, &whole) ||
	    collect(k, k->tap[from], out, &whole))
		return -1;
	if (!whole.more) {
		out->out_len = whole.len;
		out->out_hash = outcome_hash(0, k->whole, whole.len);
	}
	return 0;
}

/* What the card says, in the form taps take it. */
static struct virtio_net_hdr
card_header(const struct step *step)
{
	struct virtio_net_hdr h = { 0 };
	const uint8_t *p = step->bytes;
	enum step_card card;
	unsigned l4 = 0;
	bool tcp;

	card = step_card(step, &l4);
	if (card != CARD_CSUM_PARTIAL && card != CARD_GSO)
		return h;
	tcp = (p[0] >> 4 == 4 ? p[9] : p[6]) == 6;
	h.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h.csum_start = ETH_LEN + l4;
	h.csum_offset = tcp ? 16 : 6;
	if (card == CARD_GSO) {
		h.gso_type = p[0] >> 4 == 4 ? VIRTIO_NET_HDR_GSO_TCPV4 :
			VIRTIO_NET_HDR_GSO_TCPV6;
		h.gso_size = 64;
		h.hdr_len = ETH_LEN + l4 + (p[l4 + 12] >> 4) * 4;
	}
	return h;
}

static int
packet(struct kernel *k, const struct step *step, struct outcome *out)
{
	static const uint8_t mac[12] = { 2, 0xff, 0, 0, 0, 1, 2, 0, 0, 0, 0 };
	unsigned six = step->len && step->bytes[0] >> 4 == 6;
	struct virtio_net_hdr card = card_header(step);
	uint8_t *eth = k->frame + CARD_LEN;

	if (step->len > sizeof(k->frame) - FRAME_IP)
		return fail(k, "packet too long", 0);
	memcpy(k->frame, &card, sizeof(card));
	memcpy(eth, mac, sizeof(mac));
	eth[11] = step->how & HOW_RULE;
	if (eth[11] == HOW_POLICY && step_policy(step) < 0)
		eth[11] = HOW_PLAIN;
	eth[12] = six ? 0x86 : 0x08;
	eth[13] = six ? 0xdd : 0x00;
	memcpy(k->frame + FRAME_IP, step->bytes, step->len);
	if (write(k->tap[step->side], k->frame, FRAME_IP + step->len) < 0)
		return fail(k, "write", errno);
	return collect_all(k, step->side, out) || drain(k, out);
}

typedef const char *take_fn(struct kernel *k, const struct nlmsghdr *nlh);

static const char *
take_entry(struct kernel *k, const struct nlmsghdr *nlh)
{
	return ctnetlink_decode(outcomes_entry(k->o), nlh);
}

static const char *
take_stats(struct kernel *k, const struct nlmsghdr *nlh)
{
	return ctnetlink_stats(&k->o->stats, nlh);
}

static const char *
take_nothing(struct kernel *k, const struct nlmsghdr *nlh)
{
	(void)k;
	(void)nlh;
	return NULL;
}

static int
dump(struct kernel *k, unsigned message, take_fn *take)
{
	unsigned type = NFNL_SUBSYS_CTNETLINK << 8 | message;
	struct nlmsghdr *nlh = request(k, type, NLM_F_DUMP, AF_UNSPEC, 0);
	const char *what;
	ssize_t n;
	int left;

	if (send(k->ask, nlh, nlh->nlmsg_len, 0) < 0)
		return fail(k, "dump", errno);
	for (;;) {
		n = recv(k->ask, k->buf, sizeof(k->buf), 0);
		if (n < 0)
			return fail(k, "dump", errno);
		nlh = (struct nlmsghdr *)k->buf;
		left = n;
		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return 0;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return fail(k, "dump refused", 0);
			what = take(k, nlh);
			if (what)
				return fail(k, what, 0);
		}
	}
}

/* Linux removes what is overdue when it happens to look at it; a dump looks
 * at everything, but takes a few per bucket only. */
static int
expire(struct kernel *k, struct outcome *out)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		if (dump(k, IPCTNL_MSG_CT_GET, take_nothing))
			return -1;
	return drain(k, out);
}

static void
put_tuple(struct nlmsghdr *nlh, const struct clew_tuple *t)
{
	unsigned size = t->family == CLEW_IPV4 ? 4 : 16;
	bool four = t->family == CLEW_IPV4;
	struct nlattr *nest, *inner;

	nest = mnl_attr_nest_start(nlh, CTA_TUPLE_ORIG);
	inner = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);
	mnl_attr_put(nlh, four ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, size, &t->src);
	mnl_attr_put(nlh, four ? CTA_IP_V4_DST : CTA_IP_V6_DST, size, &t->dst);
	mnl_attr_nest_end(nlh, inner);
	inner = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, t->protocol);
	if (t->protocol == 1 || t->protocol == 58) {
		mnl_attr_put_u16(nlh, four ? CTA_PROTO_ICMP_ID :
				 CTA_PROTO_ICMPV6_ID, t->part.icmp.id_be);
		mnl_attr_put_u8(nlh, four ? CTA_PROTO_ICMP_TYPE :
				CTA_PROTO_ICMPV6_TYPE, t->part.icmp.type);
		mnl_attr_put_u8(nlh, four ? CTA_PROTO_ICMP_CODE :
				CTA_PROTO_ICMPV6_CODE, t->part.icmp.code);
	} else {
		mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT,
				 t->part.port.sport_be);
		mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT,
				 t->part.port.dport_be);
	}
	mnl_attr_nest_end(nlh, inner);
	mnl_attr_nest_end(nlh, nest);
}

static int
delete(struct kernel *k, unsigned n, struct outcome *out)
{
	unsigned type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;
	const struct said *said = outcomes_newest(k->o, n);
	const struct clew_snapshot *ct;
	struct nlmsghdr *nlh;
	int error;

	if (!said)
		return 0;
	ct = &said->ct;
	nlh = request(k, type, NLM_F_ACK, ct->tuple[0].family, 0);
	put_tuple(nlh, &ct->tuple[0]);
	if (ct->has & CLEW_HAS_ZONE)
		mnl_attr_put_u16(nlh, CTA_ZONE, htons(ct->zone));
	mnl_attr_put_u32(nlh, CTA_ID, htonl(ct->id));
	error = acked(k, k->ask, nlh);
	if (error && error != ENOENT)
		return fail(k, "delete", error);
	return drain(k, out);
}

static int
one_step(struct kernel *k, const struct step *step, struct outcome *out)
{
	struct timespec t;
	char value[24];

	out->first = k->o->said_count;
	switch ((enum step_type)step->type) {
	case STEP_SET:
		snprintf(value, sizeof(value), "%llu",
			 (unsigned long long)step->value);
		return set(k, (const char *)step->bytes, value);
	case STEP_PACKET:
		return packet(k, step, out);
	case STEP_DELETE:
		return delete(k, step->ms, out);
	case STEP_SLEEP:
		t.tv_sec = step->ms / 1000;
		t.tv_nsec = step->ms % 1000 * 1000000l;
		while (nanosleep(&t, &t) < 0 && errno == EINTR)
			;
		return expire(k, out);
	}
	return fail(k, "strange step", 0);
}

int
kernel_run(struct outcomes *o, const struct script *s)
{
	struct kernel *k = kernel_take();
	double start;
	size_t i;
	int r;

	k->o = o;
	r = k->error[0] ? -1 : 0;
	/* Settings are written in the namespace one is in. */
	if (!r && setns(k->ns, CLONE_NEWNET) < 0)
		r = fail(k, "setns", errno);
	if (!r && script_has_policies(s))
		r = policies_load(k);
	start = clock_now();
	for (i = 0; !r && i < s->count; i++)
		r = one_step(k, &s->step[i], &o->step[i]);
	o->seconds = clock_now() - start;
	if (!r)
		r = dump(k, IPCTNL_MSG_CT_GET, take_entry);
	if (!r)
		r = dump(k, IPCTNL_MSG_CT_GET_STATS_CPU, take_stats);
	memcpy(o->error, k->error, sizeof(o->error));
	kernel_close(k);
	free(k);
	return r ? -1 : 0;
}

static bool
has_program(const char *name)
{
	char path[1000], *copy, *at, *part;
	bool found = false;

	copy = strdup(getenv("PATH") ? getenv("PATH") : "");
	for (at = copy; copy && !found && (part = strsep(&at, ":"));) {
		snprintf(path, sizeof(path), "%s/%s", part, name);
		found = !access(path, X_OK);
	}
	free(copy);
	return found;
}

const char *
kernel_missing(void)
{
	struct utsname u;
	char path[1000];

	/* Where system tools are, in case a user's PATH is in use. */
	snprintf(path, sizeof(path), "%s:/usr/sbin:/sbin",
		 getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	setenv("PATH", path, 1);

	if (geteuid() != 0)
		return "not root";
	if (uname(&u) < 0 || strncmp(u.release, "6.18", 4) ||
	    (u.release[4] >= '0' && u.release[4] <= '9'))
		return "not Linux 6.18";
	if (unshare(CLONE_NEWNET) < 0)
		return "no network namespaces";
	if (access("/proc/sys/net/bridge/bridge-nf-call-iptables", W_OK))
		return "no br_netfilter";
	if (access("/dev/net/tun", R_OK | W_OK))
		return "no /dev/net/tun";
	if (!has_program("nft"))
		return "no nft";
	if (!has_program("iptables-restore") ||
	    !has_program("ip6tables-restore"))
		return "no iptables-restore";
	return NULL;
}
