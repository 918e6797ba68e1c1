/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/emulator/card/error.h"
#include "tools/emulator/card/pki-store.h"

#define FILE_MAX 65536

bool
store_read(int folder, const char *name, struct blob *out)
{
	uint8_t block[1024];
	ssize_t n;
	int fd;

	fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	do {
		n = read(fd, block, sizeof(block));
		if (n > 0)
			blob_add(out, block, (size_t)n);
	} while (n > 0 && out->len <= FILE_MAX);
	close(fd);
	explicit_bzero(block, sizeof(block));
	return n == 0 && !out->failed;
}

static bool
same_bytes(int folder, const char *name, const void *data, size_t len)
{
	struct blob old = {0};
	bool same;

	same = store_read(folder, name, &old) && old.len == len &&
	    memcmp(old.data, data, len) == 0;
	blob_clear(&old);
	return same;
}

static bool
write_all(int fd, const uint8_t *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

bool
store_write(
    int folder, const char *name, mode_t mode, const void *data, size_t len)
{
	char part[64];
	bool ok;
	int fd;

	if (same_bytes(folder, name, data, len))
		return true;
	snprintf(part, sizeof(part), ".%s.part", name);
	/* Left by a process that died; the lock is ours now. */
	unlinkat(folder, part, 0);
	fd = openat(folder, part,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return error_set("%s: %s", name, strerror(errno));
	ok = write_all(fd, data, len);
	if (close(fd) < 0)
		ok = false;
	if (ok && renameat(folder, part, folder, name) < 0)
		ok = false;
	if (!ok) {
		error_set("%s: %s", name, strerror(errno));
		unlinkat(folder, part, 0);
	}
	return ok;
}

static int
folder_open(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A folder that store_fill made holds files only. */
static void
folder_remove(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (dir) {
		while ((entry = readdir(dir)))
			unlinkat(dirfd(dir), entry->d_name, 0);
		closedir(dir);
	}
	rmdir(path);
}

static bool
fill_existing(const char *path, bool (*fill)(int folder, void *arg), void *arg)
{
	bool ok = false;
	int folder;

	folder = folder_open(path);
	if (folder < 0 || flock(folder, LOCK_EX) < 0)
		error_set("%s: %s", path, strerror(errno));
	else
		ok = fill(folder, arg);
	if (folder >= 0)
		close(folder);
	return ok;
}

/* 1 made, 0 failed, -1 somebody else was quicker. */
static int
fill_new(const char *path, bool (*fill)(int folder, void *arg), void *arg)
{
	int folder = -1, result = 0;
	bool made = false;
	char *beside;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
		error_set("out of memory");
		return 0;
	}
	made = mkdtemp(beside) != NULL;
	if (made)
		folder = folder_open(beside);
	if (folder < 0) {
		error_set("%s: %s", path, strerror(errno));
		goto out;
	}
	if (!fill(folder, arg))
		goto out;
	if (rename(beside, path) == 0) {
		result = 1;
		made = false;
	} else if (errno == EEXIST || errno == ENOTEMPTY) {
		result = -1;
	} else {
		error_set("%s: %s", path, strerror(errno));
	}
out:
	if (folder >= 0)
		close(folder);
	if (made)
		folder_remove(beside);
	free(beside);
	return result;
}

bool
store_fill(const char *path, bool (*fill)(int folder, void *arg), void *arg)
{
	struct stat st;
	int result;

	if (stat(path, &st) == 0)
		return fill_existing(path, fill, arg);
	result = fill_new(path, fill, arg);
	if (result < 0)
		return fill_existing(path, fill, arg);
	return result > 0;
}
