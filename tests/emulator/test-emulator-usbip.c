/* SPDX-License-Identifier: BSD-2-Clause */
/* The USB/IP server against a client of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/emulator/host.h"

#define HEADER	 48
#define RECORD	 312
#define OUT	 0
#define IN	 1
#define SUBMIT	 1
#define UNLINK	 2
#define DEVID	 0x00010002
#define SETTLE_S 20

struct server {
	pid_t pid;
	uint16_t port;
};

struct client {
	int fd;
	uint32_t seqnum;
	uint8_t reply[HEADER];
	uint8_t data[1024];
	size_t n;
};

static struct server
start(const char *options)
{
	struct server s;
	char command[512];
	int out[2];
	FILE *lines;
	unsigned port;

	assert_int_equal(pipe(out), 0);
	snprintf(command, sizeof(command),
	    "exec $EMULATOR usbip --listen 127.0.0.1:0 $OPTIONS %s", options);
	s.pid = fork();
	if (s.pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(out[1]);
	lines = fdopen(out[0], "r");
	assert_int_equal(fscanf(lines, "127.0.0.1:%u", &port), 1);
	fclose(lines);
	s.port = (uint16_t)port;
	return s;
}

static void
stop(struct server s)
{
	int status;

	kill(s.pid, SIGTERM);
	assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static struct client
dial(struct server s)
{
	const struct timeval patience = {SETTLE_S, 0};
	const struct sockaddr_in address = {.sin_family = AF_INET,
	    .sin_port = htons(s.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct client c = {.fd = socket(AF_INET, SOCK_STREAM, 0)};

	setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(
	    connect(c.fd, (const struct sockaddr *)&address, sizeof(address)),
	    0);
	return c;
}

static void
put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
give(struct client *c, const void *p, size_t n)
{
	assert_int_equal(send(c->fd, p, n, MSG_NOSIGNAL), n);
}

static void
take(struct client *c, void *p, size_t n)
{
	if (n > 0)
		assert_int_equal(recv(c->fd, p, n, MSG_WAITALL), n);
}

/* The server has hung up. */
static void
expect_end(struct client *c)
{
	uint8_t byte;

	assert_true(recv(c->fd, &byte, 1, 0) <= 0);
	close(c->fd);
}

static void
import(struct client *c, const char *busid, uint32_t want)
{
	uint8_t request[40] = {1, 0x11, 0x80, 3};
	uint8_t reply[8 + RECORD];

	strcpy((char *)request + 8, busid);
	give(c, request, sizeof(request));
	take(c, reply, 8);
	assert_int_equal(get32(reply), 0x01110003);
	assert_int_equal(get32(reply + 4), want);
	if (want != 0)
		return;
	take(c, reply + 8, RECORD);
	assert_string_equal(reply + 8 + 256, "1-1");
	assert_memory_equal(reply + 8 + 256 + 32 + 12,
	    "\x04\xE6\x51\x16\x03\x04\x00\x00\x00\x01\x01\x01", 12);
}

static void
submit(struct client *c, uint32_t direction, uint32_t endpoint, uint32_t length,
    const uint8_t *setup, const uint8_t *data)
{
	uint8_t h[HEADER] = {0};

	put32(h, SUBMIT);
	put32(h + 4, ++c->seqnum);
	put32(h + 8, DEVID);
	put32(h + 12, direction);
	put32(h + 16, endpoint);
	put32(h + 24, length);
	put32(h + 32, 0xFFFFFFFF);
	if (setup != NULL)
		memcpy(h + 40, setup, 8);
	give(c, h, sizeof(h));
	if (data != NULL)
		give(c, data, length);
}

/* The next reply must be to this seqnum; returns its status. */
static int
reply(struct client *c, uint32_t seqnum, uint32_t direction)
{
	take(c, c->reply, HEADER);
	assert_int_equal(get32(c->reply + 4), seqnum);
	c->n = 0;
	if (get32(c->reply) == 3) {
		c->n = get32(c->reply + 24);
		assert_true(c->n <= sizeof(c->data));
		if (direction == IN)
			take(c, c->data, c->n);
	}
	return (int)get32(c->reply + 20);
}

static int
control_in(struct client *c, const uint8_t setup[8])
{
	submit(c, IN, 0, (uint32_t)(setup[6] | setup[7] << 8), setup, NULL);
	return reply(c, c->seqnum, IN);
}

static void
configure(struct client *c)
{
	static const uint8_t set[8] = {0, 9, 1};

	submit(c, OUT, 0, 0, set, NULL);
	assert_int_equal(reply(c, c->seqnum, OUT), 0);
}

/* A CCID message out, its answer in. */
static void
ask(struct client *c, const void *message, size_t n)
{
	submit(c, OUT, 1, (uint32_t)n, NULL, message);
	assert_int_equal(reply(c, c->seqnum, OUT), 0);
	assert_int_equal(c->n, n);
	submit(c, IN, 2, 320, NULL, NULL);
	assert_int_equal(reply(c, c->seqnum, IN), 0);
}

static void
test_devlist(void **state)
{
	static const uint8_t request[8] = {1, 0x11, 0x80, 5};
	struct server s = start("");
	struct client c = dial(s);
	uint8_t got[12 + RECORD + 4];

	(void)state;
	give(&c, request, sizeof(request));
	take(&c, got, sizeof(got));
	assert_int_equal(get32(got), 0x01110005);
	assert_int_equal(get32(got + 8), 1);
	assert_string_equal(got + 12 + 256, "1-1");
	assert_memory_equal(got + 12 + RECORD, "\x0B\0\0\0", 4);
	expect_end(&c);
	stop(s);
}

static void
test_session(void **state)
{
	static const uint8_t device[8] = {0x80, 6, 0, 1, 0, 0, 18, 0};
	static const uint8_t config[8] = {0x80, 6, 0, 2, 0, 0, 9, 0};
	static const uint8_t qualifier[8] = {0x80, 6, 0, 6, 0, 0, 10, 0};
	struct server s = start("--card cac-v2");
	struct client c = dial(s), second = dial(s);

	(void)state;
	import(&c, "1-1", 0);
	import(&second, "1-1", 2);
	expect_end(&second);
	assert_int_equal(control_in(&c, device), 0);
	assert_int_equal(c.n, 18);
	assert_memory_equal(c.data, "\x12\x01\x00\x02\0\0\0\x08\xE6\x04", 10);
	assert_int_equal(control_in(&c, config), 0);
	assert_int_equal(c.n, 9);
	assert_int_equal(c.data[2], 93);
	assert_int_equal(control_in(&c, qualifier), -32);
	configure(&c);
	/* IccPowerOn */
	ask(&c, "\x62\0\0\0\0\0\x07\0\0\0", 10);
	assert_int_equal(c.n, 10 + 18);
	assert_memory_equal(c.data, "\x80\x12\0\0\0\0\x07\0\0\0\x3B", 11);
	close(c.fd);
	stop(s);
	host_expect("report", "\"cold_resets\": 1,");
}

static void
unlink_urb(struct client *c, uint32_t victim, int want)
{
	uint8_t h[HEADER] = {0};

	put32(h, UNLINK);
	put32(h + 4, ++c->seqnum);
	put32(h + 8, DEVID);
	put32(h + 20, victim);
	give(c, h, sizeof(h));
	assert_int_equal(reply(c, c->seqnum, OUT), want);
	assert_int_equal(get32(c->reply), 4);
}

static void
test_pending(void **state)
{
	struct server s = start("--card cac-v2 --inject stall-in "
				"--inject late=300");
	struct client c = dial(s);
	uint32_t waits;

	(void)state;
	import(&c, "1-1", 0);
	configure(&c);
	submit(&c, IN, 3, 16, NULL, NULL);
	assert_int_equal(reply(&c, c.seqnum, IN), 0);
	assert_memory_equal(c.data, "\x50\x03", 2);
	submit(&c, IN, 3, 16, NULL, NULL);
	waits = c.seqnum;
	ask(&c, "\x62\0\0\0\0\0\0\0\0\0", 10);
	unlink_urb(&c, waits, -104);
	unlink_urb(&c, waits, 0);
	submit(&c, OUT, 1, 15, NULL,
	    (const uint8_t *)"\x6F\x05\0\0\0\0\1\0\0\0\0\xA4\4\0\0");
	assert_int_equal(reply(&c, c.seqnum, OUT), 0);
	submit(&c, IN, 2, 320, NULL, NULL);
	assert_int_equal(reply(&c, c.seqnum, IN), -32);
	submit(&c, OUT, 0, 0, (const uint8_t *)"\2\1\0\0\x82\0\0\0", NULL);
	assert_int_equal(reply(&c, c.seqnum, OUT), 0);
	submit(&c, IN, 2, 320, NULL, NULL);
	assert_int_equal(reply(&c, c.seqnum, IN), 0);
	/* The second one is late, and an older transfer waits for it. */
	ask(&c, "\x6F\x05\0\0\0\0\2\0\0\0\0\xA4\4\0\0", 15);
	assert_int_equal(c.data[6], 2);
	close(c.fd);
	stop(s);
}

static void
test_unplug(void **state)
{
	struct server s = start("--inject 'unplug msg=GetSlotStatus'");
	struct client c = dial(s);

	(void)state;
	import(&c, "1-1", 0);
	configure(&c);
	submit(&c, OUT, 1, 10, NULL, (const uint8_t *)"\x65\0\0\0\0\0\0\0\0\0");
	expect_end(&c);
	c = dial(s);
	import(&c, "1-1", 4);
	expect_end(&c);
	stop(s);
}

/* Each of these ends the connection, and nothing else. */
static void
test_strict(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
	} wrong[] = {{0, 9}, {4, 0}, {8, 1}, {12, 2}, {16, 16},
	    {24, 0x7FFFFFFF}, {32, 1}};
	struct server s = start("");
	struct client c = dial(s);

	(void)state;
	give(&c, "\x01\x06\x80\x03\0\0\0\0", 8);
	expect_end(&c);
	c = dial(s);
	import(&c, "2-1", 4);
	expect_end(&c);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		uint8_t h[HEADER] = {0};

		c = dial(s);
		import(&c, "1-1", 0);
		put32(h, SUBMIT);
		put32(h + 4, 1);
		put32(h + 8, DEVID);
		put32(h + wrong[i].at, wrong[i].value);
		give(&c, h, sizeof(h));
		expect_end(&c);
	}
	stop(s);
}

static void
test_addresses(void **state)
{
	(void)state;
	assert_int_equal(host_shell("$EMULATOR usbip --listen 0.0.0.0:0 2>&1 | "
				    "grep -q loopback"),
	    0);
	assert_int_equal(
	    host_shell("$EMULATOR usbip --listen 127.0.0.1:x 2>&1 | "
		       "grep -q 'not ADDR'"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_devlist),
	    cmocka_unit_test(test_session),
	    cmocka_unit_test(test_pending),
	    cmocka_unit_test(test_unplug),
	    cmocka_unit_test(test_strict),
	    cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
