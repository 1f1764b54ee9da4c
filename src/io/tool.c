/* SPDX-License-Identifier: BSD-2-Clause
 * io/tool.c - run foreign programs with their netlink sockets carried to an
 * engine.
 *
 * The preloaded library is looked for beside the program that we are: where
 * it was built, or where it was installed. */
#define _GNU_SOURCE
#include "io/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/server.h"
#include "preload/wire.h"

enum {
	OUTPUT_FIRST	= 4096,
	OUTPUT_MOST	= 1 << 30,
};

static int
fail(struct clew_error *error, const char *what, int err)
{
	snprintf(error->text, sizeof(error->text), "%.180s: %s", what,
		 strerror(err));
	return -err;
}

/* The environment. */

static const char *const places[] = {
	"src/preload/clew_preload.so",		/* build/clew */
	"../src/preload/clew_preload.so",	/* build/tests/... */
	"../" CLEW_PRELOAD,			/* installed, wherever */
	CLEW_PREFIX "/" CLEW_PRELOAD,
};

/* Find the library.  => 0 or -errno with words. */
static int
find_library(char path[PATH_MAX], struct clew_error *error)
{
	char self[PATH_MAX];
	const char *given = getenv("CLEW_PRELOAD");
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (given)
		return realpath(given, path) ? 0 : fail(error, given, errno);
	if (len < 0)
		return fail(error, "/proc/self/exe", errno);
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char place[PATH_MAX + 64];

		snprintf(place, sizeof(place), "%s%s%s",
			 places[i][0] == '/' ? "" : self,
			 places[i][0] == '/' ? "" : "/", places[i]);
		if (realpath(place, path) && access(path, R_OK) == 0)
			return 0;
	}
	return fail(error, "clew_preload.so", ENOENT);
}

/* Have programs started from here on carried to 'socket'.
 * => 0 or -errno with words. */
static int
set_environment(const char *socket, struct clew_error *error)
{
	const char *others = getenv("LD_PRELOAD");
	char library[PATH_MAX];
	char *list;
	int err = find_library(library, error);

	if (err)
		return err;
	/* The list is separated by what may well stand in a path. */
	if (strpbrk(library, " :"))
		return fail(error, library, EINVAL);
	if (asprintf(&list, "%s%s%s", library, others && *others ? ":" : "",
		     others ? others : "") < 0)
		return fail(error, library, ENOMEM);
	err = setenv("LD_PRELOAD", list, 1) != 0 ||
	      setenv(WIRE_SOCKET_VARIABLE, socket, 1) != 0 ?
	      fail(error, socket, errno) : 0;
	free(list);
	return err;
}

/* Is somebody there?  What the program would say of it helps nobody.
 * => 0 or an errno. */
static int
knock(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int err = 0;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (strlen(path) >= sizeof(address.sun_path)) {
		close(fd);
		return ENAMETOOLONG;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		err = errno;
	close(fd);
	return err;
}

int
tool_exec(const char *socket, const char *const argv[],
	  struct clew_error *error)
{
	char path[PATH_MAX];
	int err;

	/* The program may change its directory. */
	if (!realpath(socket, path))
		return fail(error, socket, errno);
	if (strlen(path) >= WIRE_PATH)
		return fail(error, path, ENAMETOOLONG);
	err = knock(path);
	if (err)
		return fail(error, socket, err);
	err = set_environment(path, error);
	if (err)
		return err;
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	return fail(error, argv[0], errno);
}

/* A program that runs beside us. */

struct output {
	int fd;			/* -1: it has ended */
	char *text;
	size_t len;
	size_t room;
};

struct tool {
	pid_t pid;
	int pidfd;
	int input_fd;		/* -1: all is written */
	const char *input;
	size_t input_len;
	struct output out;
	struct output err;
	int status;
};

static void
output_grow(struct output *o)
{
	size_t room = o->room ? o->room * 2 : OUTPUT_FIRST;
	char *text;

	if (o->room - o->len > 1 || room > OUTPUT_MOST)
		return;
	text = realloc(o->text, room);
	if (!text)
		return;
	o->text = text;
	o->room = room;
}

static void
output_read(struct output *o)
{
	char lost[4096];
	bool has_room;
	ssize_t n;

	output_grow(o);
	has_room = o->room - o->len > 1;
	n = read(o->fd, has_room ? o->text + o->len : lost,
		 has_room ? o->room - o->len - 1 : sizeof(lost));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		o->len += has_room ? (size_t)n : 0;
		return;
	}
	close(o->fd);
	o->fd = -1;
}

static void
input_write(struct tool *t)
{
	ssize_t n = t->input_len ? write(t->input_fd, t->input, t->input_len) :
				   0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		t->input += n;
		t->input_len -= (size_t)n;
	}
	if (n >= 0 && t->input_len > 0)
		return;
	close(t->input_fd);
	t->input_fd = -1;
}

/* In the child: become the program, or say why not through 'report'. */
static void
become(const char *socket, const char *const argv[], const int ends[3],
       int report)
{
	struct clew_error error = { "" };
	sigset_t none;

	for (int i = 0; i < 3; i++)
		dup2(ends[i], i);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	tool_exec(socket, argv, &error);
	if (write(report, error.text, strlen(error.text)) < 0)
		_exit(126);
	_exit(127);
}

static void
close_all(int (*pairs)[2], size_t count, int which)
{
	for (size_t i = 0; i < count; i++) {
		if (which < 0 || which == 0)
			close(pairs[i][0]);
		if (which < 0 || which == 1)
			close(pairs[i][1]);
	}
}

/* Pipes: its input, its outputs, and whether it could be run at all. */
static int
start(struct tool *t, const char *socket, const char *const argv[],
      struct clew_error *error)
{
	enum { IN, OUT, ERR, REPORT, PIPES };
	int pipes[PIPES][2];
	char why[sizeof(error->text)];
	ssize_t n;

	for (int i = 0; i < PIPES; i++) {
		if (pipe2(pipes[i], O_CLOEXEC) != 0) {
			close_all(pipes, (size_t)i, -1);
			return fail(error, argv[0], errno);
		}
	}
	t->pid = fork();
	if (t->pid == 0)
		become(socket, argv, (int[]){ pipes[IN][0], pipes[OUT][1],
		       pipes[ERR][1] }, pipes[REPORT][1]);
	close(pipes[IN][0]);
	close_all(&pipes[OUT], PIPES - OUT, 1);
	t->input_fd = pipes[IN][1];
	t->out.fd = pipes[OUT][0];
	t->err.fd = pipes[ERR][0];
	if (t->pid < 0) {
		close(pipes[REPORT][0]);
		return fail(error, argv[0], errno);
	}
	/* Ends when the program begins. */
	n = read(pipes[REPORT][0], why, sizeof(why) - 1);
	close(pipes[REPORT][0]);
	if (n <= 0)
		return 0;
	why[n] = '\0';
	memcpy(error->text, why, (size_t)n + 1);
	return -ENOEXEC;
}

static void
set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void
stop(struct tool *t)
{
	int status = 0;

	if (t->pid > 0) {
		while (waitpid(t->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	t->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					  WEXITSTATUS(status);
	for (int i = 0; i < 4; i++) {
		int fd = (int[]){ t->input_fd, t->out.fd, t->err.fd,
				  t->pidfd }[i];

		if (fd >= 0)
			close(fd);
	}
}

/* Serve it until it ends; what it has left running meanwhile may hold its
 * outputs, but nobody waits for that. */
static void
attend(struct tool *t, struct server *server)
{
	bool has_ended = false;

	while (!has_ended) {
		struct pollfd fds[] = {
			{ server_fd(server), POLLIN, 0 },
			{ t->pidfd, POLLIN, 0 },
			{ t->out.fd, POLLIN, 0 },
			{ t->err.fd, POLLIN, 0 },
			{ t->input_fd, POLLOUT, 0 },
		};

		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
			continue;
		has_ended = fds[1].revents != 0 &&
			    fds[2].revents == 0 && fds[3].revents == 0;
		if (fds[0].revents)
			server_poll(server, 0);
		if (fds[2].revents)
			output_read(&t->out);
		if (fds[3].revents)
			output_read(&t->err);
		if (fds[4].revents)
			input_write(t);
	}
}

static void
output_take(struct output *o, char **text, size_t *len)
{
	if (!o->text)
		o->text = calloc(1, 1);
	if (o->text)
		o->text[o->len] = '\0';
	*text = o->text;
	*len = o->len;
}

static int
run(struct tool *t, struct server *server, const char *socket,
    const char *const argv[], struct clew_error *error)
{
	void (*was)(int) = signal(SIGPIPE, SIG_IGN);
	int err = start(t, socket, argv, error);

	if (!err) {
		t->pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0);
		if (t->pidfd < 0) {
			err = fail(error, argv[0], errno);
			kill(t->pid, SIGKILL);
		}
	}
	if (!err) {
		set_nonblocking(t->input_fd);
		set_nonblocking(t->out.fd);
		set_nonblocking(t->err.fd);
		attend(t, server);
	}
	stop(t);
	signal(SIGPIPE, was);
	return err;
}

int
tool_run(struct clew_control *control,
	 const char *const argv[], const char *input, size_t input_len,
	 struct tool_result *result, struct clew_error *error)
{
	char folder[] = "/tmp/clew-XXXXXX";
	char path[sizeof(folder) + 8];
	struct tool t = {
		.pidfd = -1,
		.input_fd = -1,
		.input = input,
		.input_len = input_len,
		.out.fd = -1,
		.err.fd = -1,
	};
	struct server *server = NULL;
	int err;

	*result = (struct tool_result){ 0 };
	if (!mkdtemp(folder))
		return fail(error, folder, errno);
	snprintf(path, sizeof(path), "%s/socket", folder);
	err = server_create(&server, control, path, error);
	if (!err)
		err = run(&t, server, path, argv, error);
	server_destroy(server);
	rmdir(folder);
	result->status = t.status;
	output_take(&t.out, &result->out, &result->out_len);
	output_take(&t.err, &result->err, &result->err_len);
	if (!err && (!result->out || !result->err))
		err = fail(error, argv[0], ENOMEM);
	return err;
}

void
tool_result_fini(struct tool_result *result)
{
	free(result->out);
	free(result->err);
	*result = (struct tool_result){ 0 };
}
