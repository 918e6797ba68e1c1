/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/trace.h"

/* A whole short APDU answer (258 bytes) as hex with its head fits. */
#define LINE_MAX_LEN 1024
/* A pair, the mark of a line that was cut, and its end. */
#define CUT_ROOM 8

static atomic_int trace_fd = -1;

struct line {
	char text[LINE_MAX_LEN];
	size_t n;
};

struct secret_range
secret_shift(struct secret_range s, size_t n)
{
	if (s.n > 0)
		s.from += n;
	return s;
}

void
trace_open(void)
{
	const char *path = secure_getenv("CAC_PKCS11_TRACE");
	int expected = -1, fd;

	if (path == NULL || *path == '\0' || trace_on())
		return;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
	    S_IRUSR | S_IWUSR);
	if (fd < 0) {
		fprintf(stderr,
		    "cac-pkcs11: CAC_PKCS11_TRACE: cannot open %s: %m\n", path);
		return;
	}
	if (!atomic_compare_exchange_strong(&trace_fd, &expected, fd))
		(void)close(fd);
}

void
trace_close(void)
{
	int fd = atomic_exchange(&trace_fd, -1);

	if (fd >= 0)
		(void)close(fd);
}

bool
trace_on(void)
{
	return atomic_load(&trace_fd) >= 0;
}

static void __attribute__((format(printf, 2, 0)))
line_vprintf(struct line *l, const char *format, va_list ap)
{
	size_t room = sizeof(l->text) - 1 - l->n;
	int n = vsnprintf(l->text + l->n, room, format, ap);

	if (n > 0)
		l->n += (size_t)n < room ? (size_t)n : room - 1;
}

static void __attribute__((format(printf, 2, 3)))
line_printf(struct line *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	line_vprintf(l, format, ap);
	va_end(ap);
}

static void
line_begin(struct line *l, unsigned reader, enum trace_level level, char dir)
{
	struct timespec t;

	l->n = 0;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	line_printf(l, "%lld.%03ld r%u %c %c ", (long long)t.tv_sec,
	    t.tv_nsec / 1000000, reader, (char)level, dir);
}

static void
line_write(struct line *l)
{
	int fd = atomic_load(&trace_fd);
	int saved = errno;

	while (l->n > 0 && l->text[l->n - 1] == ' ')
		l->n--;
	l->text[l->n++] = '\n';
	/* A full disk must not stop a login. */
	if (fd >= 0 && write(fd, l->text, l->n) < 0)
		errno = saved;
}

static void
line_hex(struct line *l, struct bytes b, struct secret_range secret)
{
	bool masked = false;

	for (size_t i = 0; i < b.n; i++) {
		if (l->n + CUT_ROOM > sizeof(l->text)) {
			line_printf(l, "..");
			return;
		}
		if (secret.n > 0 && i >= secret.from &&
		    i - secret.from < secret.n) {
			if (!masked)
				line_printf(l, "** ");
			masked = true;
		} else {
			line_printf(l, "%02X ", b.p[i]);
		}
	}
}

void
trace_bytes(unsigned reader, enum trace_level level, char direction,
    const char *text, struct bytes b, struct secret_range secret)
{
	struct line l;

	if (!trace_on())
		return;
	line_begin(&l, reader, level, direction);
	if (text != NULL && *text != '\0')
		line_printf(&l, "%s", text);
	if (b.n > 0 && text != NULL && *text != '\0')
		line_printf(&l, " | ");
	line_hex(&l, b, secret);
	line_write(&l);
}

void
trace_text(unsigned reader, enum trace_level level, char direction,
    const char *format, ...)
{
	struct line l;
	va_list ap;

	if (!trace_on())
		return;
	line_begin(&l, reader, level, direction);
	va_start(ap, format);
	line_vprintf(&l, format, ap);
	va_end(ap);
	line_write(&l);
}
