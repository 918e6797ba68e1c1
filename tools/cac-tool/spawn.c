/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cac-tool/spawn.h"
#include "tools/cac-tool/tool.h"

#define OUTPUT_MAX (4u << 20)
#define PIECE	   2048

enum { IN, OUT, ERR, ENDS };

static void
child(char *const argv[], const int fds[ENDS])
{
	if (dup2(fds[IN], 0) < 0 || dup2(fds[OUT], 1) < 0 ||
	    dup2(fds[ERR], 2) < 0)
		_exit(127);
	(void)signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	_exit(127);
}

/* False at the end of the stream. */
static bool
read_piece(int fd, struct buf *to)
{
	uint8_t piece[PIECE];
	ssize_t n = read(fd, piece, sizeof(piece));

	if (n < 0)
		return errno == EINTR;
	/* What is too much is read all the same, so that it can end. */
	if (to->n + (size_t)n <= OUTPUT_MAX)
		buf_append(to, bytes_of(piece, (size_t)n));
	return n > 0;
}

/* False when all is written, or nobody reads it. */
static bool
write_piece(int fd, struct bytes *input)
{
	ssize_t n = write(fd, input->p, input->n);

	if (n < 0)
		return errno == EINTR;
	*input = bytes_of(input->p + n, input->n - (size_t)n);
	return input->n > 0;
}

static void
close_end(struct pollfd *end)
{
	if (end->fd >= 0)
		(void)close(end->fd);
	end->fd = -1;
}

static void
converse(int fds[ENDS], struct bytes input, struct buf *out, struct buf *err)
{
	struct pollfd ends[ENDS] = {{fds[IN], POLLOUT, 0},
	    {fds[OUT], POLLIN, 0}, {fds[ERR], POLLIN, 0}};

	if (input.n == 0)
		close_end(&ends[IN]);
	while (ends[OUT].fd >= 0 || ends[ERR].fd >= 0) {
		if (poll(ends, ENDS, -1) < 0 && errno != EINTR)
			break;
		if (ends[IN].fd >= 0 && ends[IN].revents != 0 &&
		    !write_piece(ends[IN].fd, &input))
			close_end(&ends[IN]);
		if (ends[OUT].fd >= 0 && ends[OUT].revents != 0 &&
		    !read_piece(ends[OUT].fd, out))
			close_end(&ends[OUT]);
		if (ends[ERR].fd >= 0 && ends[ERR].revents != 0 &&
		    !read_piece(ends[ERR].fd, err))
			close_end(&ends[ERR]);
	}
	for (int i = 0; i < ENDS; i++)
		close_end(&ends[i]);
}

/* One line: line ends become "; ". */
static char *
one_line(struct bytes text)
{
	char *line = tool_string(text);
	size_t n = strlen(line);

	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == ' '))
		line[--n] = '\0';
	for (char *p = line; *p != '\0'; p++) {
		if (*p == '\n')
			*p = ' ';
	}
	return line;
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return 127;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What the program reads: input, the terminal, or nothing. */
static bool
open_input(bool wanted, int *theirs, int *ours)
{
	int fds[2];

	*ours = -1;
	if (!wanted) {
		*theirs = isatty(0) ? fcntl(0, F_DUPFD_CLOEXEC, 3)
				    : open("/dev/null", O_RDONLY | O_CLOEXEC);
		return *theirs >= 0;
	}
	if (pipe2(fds, O_CLOEXEC) != 0)
		return false;
	*theirs = fds[0];
	*ours = fds[1];
	return true;
}

void
spawn(char *const argv[], struct bytes input, struct spawned *out)
{
	struct buf *text = tool_buf(OUTPUT_MAX), *err = tool_buf(OUTPUT_MAX);
	int theirs[ENDS] = {-1, -1, -1}, ours[ENDS] = {-1, -1, -1}, fds[2];
	pid_t pid = -1;

	(void)signal(SIGPIPE, SIG_IGN);
	if (open_input(input.n > 0, &theirs[IN], &ours[IN]) &&
	    pipe2(fds, O_CLOEXEC) == 0) {
		ours[OUT] = fds[0];
		theirs[OUT] = fds[1];
		if (pipe2(fds, O_CLOEXEC) == 0) {
			ours[ERR] = fds[0];
			theirs[ERR] = fds[1];
			pid = fork();
		}
	}
	if (pid == 0)
		child(argv, theirs);
	for (int i = 0; i < ENDS; i++) {
		if (theirs[i] >= 0)
			(void)close(theirs[i]);
	}
	converse(ours, input, text, err);
	out->status = pid > 0 ? wait_for(pid) : 127;
	out->out = buf_bytes(text);
	out->complaint = out->status == 127
	    ? tool_print("%s: cannot be run", argv[0])
	    : one_line(buf_bytes(err));
}
