/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cac/card.h"
#include "tools/cac-tool/pin-prompt.h"
#include "tools/cac-tool/tool.h"

/* The terminal, and how to leave it when a signal comes. */
static int terminal = -1;
static struct termios usual;

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

#define ENDINGS (sizeof(ending) / sizeof(ending[0]))

static void
on_signal(int number)
{
	(void)tcsetattr(terminal, TCSAFLUSH, &usual);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void
write_text(const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t done = write(terminal, text, n);

		if (done <= 0)
			return;
		text += done;
		n -= (size_t)done;
	}
}

/* One line; longer ones are read to their end, and count as too long. */
static size_t
read_line(uint8_t *line, size_t room)
{
	size_t n = 0;
	uint8_t c;

	for (;;) {
		ssize_t got = read(terminal, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n' || c == '\r')
			break;
		if (n < room)
			line[n] = c;
		n++;
	}
	explicit_bzero(&c, sizeof(c));
	return n;
}

static size_t
ask(const char *question, uint8_t *line, size_t room)
{
	struct sigaction old[ENDINGS];
	struct sigaction act = {.sa_handler = on_signal};
	struct termios silent;
	size_t n = 0;

	if (tcgetattr(terminal, &usual) != 0)
		return 0;
	silent = usual;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	silent.c_lflag |= ICANON | ISIG;
	for (size_t i = 0; i < ENDINGS; i++)
		(void)sigaction(ending[i], &act, &old[i]);
	if (tcsetattr(terminal, TCSAFLUSH, &silent) == 0) {
		write_text(question);
		n = read_line(line, room);
		write_text("\n");
	}
	(void)tcsetattr(terminal, TCSAFLUSH, &usual);
	for (size_t i = 0; i < ENDINGS; i++)
		(void)sigaction(ending[i], &old[i], NULL);
	return n;
}

struct secret *
pin_prompt(const char *question)
{
	struct secret *pin = NULL;
	uint8_t line[CARD_PIN_MAX];
	size_t n;

	terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0) {
		complain("a PIN is typed at a terminal, and there is none");
		return NULL;
	}
	n = ask(question, line, sizeof(line));
	(void)close(terminal);
	if (n == 0)
		complain("nothing was typed; nothing has changed");
	else if (n > sizeof(line))
		complain("no PIN is longer than %d digits; nothing has changed",
		    CARD_PIN_MAX);
	else if (secret_new(bytes_of(line, n), &pin) != 0)
		complain("no memory that can be locked");
	explicit_bzero(line, sizeof(line));
	return pin;
}
