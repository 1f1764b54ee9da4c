/* SPDX-License-Identifier: BSD-2-Clause
 * parity/namespace.c - a kernel of one's own to put packets through.
 *
 * A fresh network namespace per run holds two taps in a bridge whose packets
 * pass the IP hooks (br_netfilter).  A packet written to one tap has been
 * through all of them when write() returns, and waits in the other tap if it
 * was let through.  A rule writes its ct state into the DSCP on the way.
 *
 * One netlink socket, opened before the first packet, carries the connection
 * events and, as log messages, Linux's reasons for INVALID.
 *
 * Making a namespace takes longer than most scripts, so a thread makes the
 * next one meanwhile; unsharing concerns the calling thread alone.  A
 * namespace dies with the last file and the last thread that are in it. */
#define _GNU_SOURCE
#include "parity/namespace.h"

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
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parity/policy.h"

#define TAP_MTU "65521"
#define RCVBUF (512 << 20)

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

int
kernel_fail(struct kernel *k, const char *what, int error)
{
	if (!k->error[0])
		snprintf(k->error, sizeof(k->error), "%s%s%s", what,
			 error ? ": " : "", error ? strerror(error) : "");
	return -1;
}

/* A setting by its sysctl name, dots for slashes. */
int
kernel_set(struct kernel *k, const char *name, const char *value)
{
	char path[160], *p;
	int fd, r;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	for (p = path + 10; *p; p++)
		if (*p == '.')
			*p = '/';
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return kernel_fail(k, path, errno);
	r = write(fd, value, strlen(value)) < 0 ? errno : 0;
	close(fd);
	return r ? kernel_fail(k, path, r) : 0;
}

/* A netlink request: header, nfgenmsg, then what the caller adds. */
struct nlmsghdr *
kernel_request(struct kernel *k, unsigned type, unsigned flags, unsigned family,
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

int
kernel_acked(struct kernel *k, int fd, struct nlmsghdr *nlh)
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

int
kernel_tap(struct kernel *k, const char *name)
{
	struct ifreq ifr = {
		.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
	};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return kernel_fail(k, "/dev/net/tun", errno);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr) < 0) {
		kernel_fail(k, "TUNSETIFF", errno);
		close(fd);
		return -1;
	}
	/* Then closing it is quick: the dying namespace takes it away. */
	if (ioctl(fd, TUNSETPERSIST, 1) < 0)
		kernel_fail(k, "TUNSETPERSIST", errno);
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
			return kernel_fail(k, "SIOCSIFMTU", errno);
	}
	ifr.ifr_flags = IFF_UP | IFF_PROMISC;
	if (ioctl(sock, SIOCSIFFLAGS, &ifr) < 0)
		return kernel_fail(k, "SIOCSIFFLAGS", errno);
	return 0;
}

static int
link_bridge(struct kernel *k, int sock, const char *name)
{
	struct ifreq ifr = { 0 };
	struct ifreq port = { 0 };

	snprintf(port.ifr_name, sizeof(port.ifr_name), "%s", name);
	if (ioctl(sock, SIOCGIFINDEX, &port) < 0)
		return kernel_fail(k, "SIOCGIFINDEX", errno);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "br0");
	ifr.ifr_ifindex = port.ifr_ifindex;
	if (ioctl(sock, SIOCBRADDIF, &ifr) < 0)
		return kernel_fail(k, "SIOCBRADDIF", errno);
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
		return kernel_fail(k, "netlink", errno);
	error = kernel_acked(k, fd, nlh);
	close(fd);
	return error ? kernel_fail(k, "bridge", error) : 0;
}

static int
links_open(struct kernel *k)
{
	int r = -1, sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock < 0)
		return kernel_fail(k, "socket", errno);
	k->tap[0] = kernel_tap(k, "tap0");
	k->tap[1] = kernel_tap(k, "tap1");
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

/* Both of the child's outputs to their ends, until it has closed them. */
static void
slurp(const int *from, char **to)
{
	struct pollfd p[2] = { { from[0], POLLIN, 0 }, { from[1], POLLIN, 0 } };
	size_t len[2] = { 0, 0 };
	unsigned i;
	ssize_t n;

	for (i = 0; i < 2; i++)
		to[i] = xmalloc(1);
	while (p[0].fd >= 0 || p[1].fd >= 0) {
		if (poll(p, 2, -1) < 0)
			break;
		for (i = 0; i < 2; i++) {
			if (p[i].fd < 0 || !p[i].revents)
				continue;
			to[i] = xrealloc(to[i], len[i] + 4097);
			n = read(p[i].fd, to[i] + len[i], 4096);
			if (n <= 0)
				p[i].fd = -1;
			else
				len[i] += n;
		}
	}
	for (i = 0; i < 2; i++)
		to[i][len[i]] = 0;
}

int
kernel_feed(struct kernel *k, const char *text, const char *const *program,
	    char **out, char **error)
{
	int in[2], outs[2][2], ends[2], status = -1;
	char *got[2];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(outs[0], O_CLOEXEC) < 0 ||
	    pipe2(outs[1], O_CLOEXEC) < 0)
		return kernel_fail(k, "pipe", errno);
	pid = vfork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(outs[0][1], 1);
		dup2(outs[1][1], 2);
		execvp(program[0], (char *const *)(uintptr_t)program);
		_exit(127);
	}
	close(in[0]);
	close(outs[0][1]);
	close(outs[1][1]);
	if (pid > 0 && write(in[1], text, strlen(text)) < 0)
		kernel_fail(k, program[0], errno);
	close(in[1]);
	ends[0] = outs[0][0];
	ends[1] = outs[1][0];
	slurp(ends, got);
	close(ends[0]);
	close(ends[1]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (out)
		*out = got[0];
	else
		free(got[0]);
	if (error)
		*error = got[1];
	else
		free(got[1]);
	return status < 0 || !WIFEXITED(status) ? -1 : WEXITSTATUS(status);
}

/* It has to work. */
static int
feed(struct kernel *k, const char *text, const char *const *program)
{
	char *error = NULL;
	int status = kernel_feed(k, text, program, NULL, &error);

	if (status)
		kernel_fail(k, error && error[0] ? error : program[0], 0);
	free(error);
	return status ? -1 : 0;
}

static int
rules_load(struct kernel *k)
{
	static const char *const nft[] = { "nft", "-f", "-", NULL };

	return feed(k, ruleset, nft);
}

/* Log group 0 is where Linux's own messages go; a router shows in group 1
 * what reaches it. */
static int
log_bind(struct kernel *k, unsigned group)
{
	struct nfulnl_msg_config_cmd cmd = { .command = NFULNL_CFG_CMD_BIND };
	struct nfulnl_msg_config_mode mode = {
		.copy_range = htonl(FRAME_MOST),
		.copy_mode = group ? NFULNL_COPY_PACKET : NFULNL_COPY_META,
	};
	unsigned type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
	struct nlmsghdr *nlh;
	int error;

	nlh = kernel_request(k, type, NLM_F_ACK, AF_UNSPEC, group);
	mnl_attr_put(nlh, NFULA_CFG_CMD, sizeof(cmd), &cmd);
	error = kernel_acked(k, k->nl, nlh);
	if (error)
		return kernel_fail(k, "NFLOG bind", error);
	nlh = kernel_request(k, type, NLM_F_ACK, AF_UNSPEC, group);
	mnl_attr_put(nlh, NFULA_CFG_MODE, sizeof(mode), &mode);
	mnl_attr_put_u32(nlh, NFULA_CFG_QTHRESH, htonl(1));
	error = kernel_acked(k, k->nl, nlh);
	if (error)
		return kernel_fail(k, "NFLOG mode", error);
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
		return kernel_fail(k, "netlink", errno);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size))) {
		kernel_fail(k, "netlink", errno);
		close(fd);
		return -1;
	}
	for (i = 0; events && i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (!setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
				&groups[i], sizeof(groups[i])))
			continue;
		kernel_fail(k, "netlink groups", errno);
		close(fd);
		return -1;
	}
	return fd;
}

static int
bridge_open(struct kernel *k)
{
	return kernel_set(k, "net.ipv6.conf.all.disable_ipv6", "1") ||
	       kernel_set(k, "net.ipv6.conf.default.disable_ipv6", "1") ||
	       kernel_set(k, "net.bridge.bridge-nf-call-iptables", "1") ||
	       kernel_set(k, "net.bridge.bridge-nf-call-ip6tables", "1") ||
	       links_open(k) || rules_load(k);
}

static int
kernel_open(struct kernel *k)
{
	k->tap[0] = k->tap[1] = k->tap[2] = k->nl = k->ask = -1;
	k->raw[0] = k->raw[1] = -1;
	if (unshare(CLONE_NEWNET) < 0)
		return kernel_fail(k, "unshare", errno);
	k->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (k->ns < 0)
		return kernel_fail(k, "namespace", errno);
	if (k->routed ? router_open(k) : bridge_open(k))
		return -1;
	k->nl = netlink_open(k, true);
	k->ask = netlink_open(k, false);
	if (k->nl < 0 || k->ask < 0 || log_bind(k, 0) ||
	    (k->routed && log_bind(k, 1)))
		return -1;
	if (fcntl(k->nl, F_SETFL, O_NONBLOCK) < 0)
		return kernel_fail(k, "fcntl", errno);
	return kernel_set(k, "net.netfilter.nf_conntrack_log_invalid", "255") ||
	       kernel_set(k, "net.netfilter.nf_log.2", "nfnetlink_log") ||
	       kernel_set(k, "net.netfilter.nf_log.10", "nfnetlink_log");
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

	nlh = kernel_request(k, type, NLM_F_ACK | NLM_F_CREATE, AF_UNSPEC, 0);
	mnl_attr_put_strz(nlh, CTA_TIMEOUT_NAME, p->name);
	mnl_attr_put_u16(nlh, CTA_TIMEOUT_L3PROTO, htons(p->family));
	mnl_attr_put_u8(nlh, CTA_TIMEOUT_L4PROTO, p->tracker);
	data = mnl_attr_nest_start(nlh, CTA_TIMEOUT_DATA);
	for (j = 0; j < p->count; j++)
		if (!(p->left_out >> j & 1))
			mnl_attr_put_u32(nlh, j + 1,
					 htonl(policy_value(i, j)));
	mnl_attr_nest_end(nlh, data);
	error = kernel_acked(k, k->ask, nlh);
	return error ? kernel_fail(k, p->name, error) : 0;
}

int
kernel_policies(struct kernel *k)
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

void
kernel_put(struct kernel *k)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		if (k->tap[i] >= 0)
			close(k->tap[i]);
	for (i = 0; i < 2; i++)
		if (k->raw[i] >= 0)
			close(k->raw[i]);
	if (k->nl >= 0)
		close(k->nl);
	if (k->ask >= 0)
		close(k->ask);
	if (k->ns >= 0)
		close(k->ns);
	free(k);
}

/* Where the next kernel side stands when it is ready. */
static pthread_mutex_t workshop_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t workshop_moved = PTHREAD_COND_INITIALIZER;
static struct kernel *workshop;
static bool workshop_routed;		/* what kind was taken last */

static void *
work(void *arg)
{
	struct kernel *k;

	for (;;) {
		k = xmalloc(sizeof(*k));
		memset(k, 0, sizeof(*k));
		pthread_mutex_lock(&workshop_lock);
		k->routed = workshop_routed;
		pthread_mutex_unlock(&workshop_lock);
		if (kernel_open(k) && !k->error[0])
			kernel_fail(k, "no kernel side", 0);
		pthread_mutex_lock(&workshop_lock);
		while (workshop)
			pthread_cond_wait(&workshop_moved, &workshop_lock);
		workshop = k;
		pthread_cond_signal(&workshop_moved);
		pthread_mutex_unlock(&workshop_lock);
	}
	return arg;
}

struct kernel *
kernel_take(bool routed)
{
	static bool started;
	struct kernel *k;
	pthread_t thread;

	if (!started)
		workshop_routed = routed;
	if (!started && pthread_create(&thread, NULL, work, NULL)) {
		fputs("parity: no thread\n", stderr);
		exit(1);
	}
	started = true;
	for (;;) {
		pthread_mutex_lock(&workshop_lock);
		workshop_routed = routed;
		while (!workshop)
			pthread_cond_wait(&workshop_moved, &workshop_lock);
		k = workshop;
		workshop = NULL;
		pthread_cond_signal(&workshop_moved);
		pthread_mutex_unlock(&workshop_lock);
		if (k->routed == routed)
			return k;
		kernel_put(k);
	}
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
