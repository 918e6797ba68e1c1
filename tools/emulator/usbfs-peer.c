/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tools/emulator/usbfs-peer.h"

static bool
option_is(int fd, int option, int value)
{
	int got = -1;
	socklen_t n = sizeof(got);

	return getsockopt(fd, SOL_SOCKET, option, &got, &n) == 0 &&
	    got == value;
}

/* Accepted sockets have the name of the one that listened. */
static bool
is_for(int fd, const char *devnode)
{
	struct sockaddr_un a = {0};
	socklen_t room = sizeof(a) - 1;
	size_t n, want = strlen(devnode);

	if (!option_is(fd, SO_DOMAIN, AF_UNIX) ||
	    !option_is(fd, SO_TYPE, SOCK_STREAM) ||
	    !option_is(fd, SO_ACCEPTCONN, 0) ||
	    getsockname(fd, (struct sockaddr *)&a, &room) != 0)
		return false;
	n = strlen(a.sun_path);
	return n >= want && strcmp(a.sun_path + n - want, devnode) == 0;
}

static uint64_t
cookie(int fd)
{
	uint64_t id = 0;
	socklen_t n = sizeof(id);

	(void)getsockopt(fd, SOL_SOCKET, SO_COOKIE, &id, &n);
	return id;
}

static bool
is_known(int fd, const int *known, size_t n)
{
	size_t i = 0;

	while (i < n && cookie(known[i]) != cookie(fd))
		i++;
	return i < n;
}

int
usbfs_peer_find(const char *devnode, const int *known, size_t n)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *e;
	int found = -1;

	while (dir != NULL && found < 0 && (e = readdir(dir)) != NULL) {
		int fd = atoi(e->d_name);

		if (e->d_name[0] != '.' && is_for(fd, devnode) &&
		    !usbfs_peer_gone(fd) && !is_known(fd, known, n))
			found = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

bool
usbfs_peer_gone(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}
