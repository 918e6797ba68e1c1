/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "reader/ccid-desc.h"
#include "reader/usb-sysfs.h"

#define DEVICES_MAX 4096
/* Of one device, with all its configurations; more is as good as a reader. */
#define DESCRIPTORS_MAX 16384

/* The whole file; false when it cannot be read, or has more than room. */
static bool
read_whole(int fd, uint8_t *p, size_t room, size_t *n)
{
	ssize_t got = 0;

	for (*n = 0; *n < room; *n += (size_t)got) {
		got = read(fd, p + *n, room - *n);
		if (got <= 0)
			break;
	}
	return got == 0;
}

static bool
may_be_reader(int fd)
{
	static const size_t room = DESCRIPTORS_MAX;
	struct buf all;
	struct bytes desc;
	bool maybe = true;
	uint8_t *p;
	size_t n;

	buf_init(&all, room);
	p = buf_reserve(&all, room);
	if (p != NULL && read_whole(fd, p, room, &n))
		maybe = ccid_desc_find(bytes_of(p, n), &desc);
	buf_clear(&all);
	return maybe;
}

bool
usb_sysfs_may_have_reader(const char *devices, const char *nodes)
{
	DIR *dir = opendir(devices);
	struct dirent *e;
	bool maybe = false;
	char name[300];
	int fd;

	if (dir == NULL)
		return errno != ENOENT || access(nodes, F_OK) == 0;
	for (unsigned i = 0; !maybe && (e = readdir(dir)) != NULL; i++) {
		maybe = i == DEVICES_MAX;
		(void)snprintf(name, sizeof(name), "%s/descriptors", e->d_name);
		/* Interfaces have none, and a device may just have left. */
		fd = openat(dirfd(dir), name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		maybe = maybe || may_be_reader(fd);
		(void)close(fd);
	}
	(void)closedir(dir);
	return maybe;
}
