/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tools/emulator/front-usbip.h"
#include "tools/emulator/options.h"
#include "tools/emulator/usbip-session.h"

#define DEFAULT_PORT 3240
#define SESSIONS     8
#define ADDRESS_SIZE 64

struct server {
	struct usbip_export export;
	int listener;
	int signals;
	struct usbip_session *sessions[SESSIONS];
	uint64_t back_at; /* ms; 0: the device is not coming back */
};

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* 127.0.0.0/8 only: USB/IP knows neither users nor secrets. */
static bool
parse_address(const char *text, struct sockaddr_in *out)
{
	char host[ADDRESS_SIZE];
	const char *colon = strchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);
	unsigned long port = DEFAULT_PORT;
	char *end;

	*out = (struct sockaddr_in){.sin_family = AF_INET};
	if (n >= sizeof(host))
		goto bad;
	memcpy(host, text, n);
	host[n] = '\0';
	if (colon != NULL) {
		errno = 0;
		port = strtoul(colon + 1, &end, 10);
		if (colon[1] < '0' || colon[1] > '9' || *end != '\0' ||
		    errno != 0 || port > UINT16_MAX)
			goto bad;
	}
	out->sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, host, &out->sin_addr) != 1)
		goto bad;
	if (ntohl(out->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET)
		return true;
	complain(
	    "%s is no loopback address; carry the port over ssh instead", host);
	return false;
bad:
	complain("--listen: not ADDR[:PORT]: %s", text);
	return false;
}

static bool
start_listening(struct server *server, const char *text)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	const int on = 1;

	if (!parse_address(text, &address))
		return false;
	server->listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->listener < 0 ||
	    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on,
		sizeof(on)) != 0 ||
	    bind(server->listener, (struct sockaddr *)&address,
		sizeof(address)) != 0 ||
	    listen(server->listener, SESSIONS) != 0 ||
	    getsockname(server->listener, (struct sockaddr *)&address, &size) !=
		0) {
		complain("%s: %s", text, strerror(errno));
		return false;
	}
	printf("%s:%u\n", inet_ntoa(address.sin_addr), ntohs(address.sin_port));
	fflush(stdout);
	return true;
}

static bool
catch_signals(struct server *server)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		server->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (server->signals < 0)
		complain("signalfd: %s", strerror(errno));
	return server->signals >= 0;
}

static void
accept_one(struct server *server)
{
	const int on = 1;
	int fd =
	    accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (size_t i = 0; i < SESSIONS; i++) {
		if (server->sessions[i] == NULL) {
			server->sessions[i] =
			    usbip_session_new(fd, &server->export);
			return;
		}
	}
	close(fd);
}

/* How long poll() may sleep. */
static int
sleep_ms(const struct server *server, uint64_t now)
{
	uint64_t due = device_next_due(server->export.device);

	if (server->back_at != 0 && server->back_at < due)
		due = server->back_at;
	if (due == UINT64_MAX)
		return -1;
	if (due <= now)
		return 0;
	return due - now > 60000 ? 60000 : (int)(due - now);
}

/* The cable: an unplugged device ends its session, and may come back. */
static void
check_plug(struct server *server, uint64_t now)
{
	unsigned long back_ms;

	if (!device_is_unplugged(server->export.device, &back_ms)) {
		server->back_at = 0;
	} else if (server->back_at == 0) {
		server->back_at = back_ms > 0 ? now + back_ms : 0;
	} else if (now >= server->back_at) {
		device_plug(server->export.device);
		server->back_at = 0;
	}
}

static void
serve_session(struct server *server, size_t i, short events)
{
	struct usbip_session *s = server->sessions[i];
	bool ok = true;

	if (events & (POLLIN | POLLHUP | POLLERR))
		ok = usbip_session_read(s);
	if (ok && server->export.importer == s)
		ok = usbip_session_pump(s);
	if (ok)
		ok = usbip_session_write(s);
	if (!ok)
		usbip_session_free(&server->sessions[i]);
}

static bool
serve_once(struct server *server)
{
	struct pollfd fds[SESSIONS + 2] = {
	    {.fd = server->signals, .events = POLLIN},
	    {.fd = server->listener, .events = POLLIN},
	};
	uint64_t now = now_ms();

	for (size_t i = 0; i < SESSIONS; i++) {
		struct usbip_session *s = server->sessions[i];

		fds[i + 2].fd = s != NULL ? usbip_session_fd(s) : -1;
		fds[i + 2].events = POLLIN;
		if (s != NULL && usbip_session_wants_write(s))
			fds[i + 2].events |= POLLOUT;
	}
	if (poll(fds, SESSIONS + 2, sleep_ms(server, now)) < 0)
		return errno == EINTR;
	now = now_ms();
	device_set_time(server->export.device, now);
	for (size_t i = 0; i < SESSIONS; i++) {
		if (server->sessions[i] != NULL)
			serve_session(server, i, fds[i + 2].revents);
	}
	check_plug(server, now);
	if (fds[1].revents & POLLIN)
		accept_one(server);
	return fds[0].revents == 0;
}

int
front_usbip_run(struct device *device, const char *listen_on)
{
	struct server server = {
	    .export = {.device = device}, .listener = -1, .signals = -1};
	int status = EXIT_EMULATOR;

	if (!catch_signals(&server) || !start_listening(&server, listen_on))
		goto out;
	while (serve_once(&server))
		;
	status = 0;
out:
	for (size_t i = 0; i < SESSIONS; i++)
		usbip_session_free(&server.sessions[i]);
	if (server.listener >= 0)
		close(server.listener);
	if (server.signals >= 0)
		close(server.signals);
	return status;
}
