/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/file.h"
#include "tools/cac-tool/tool.h"

#define READ_SIZE 4096

/* The file behind a path: links are kept, what they lead to is replaced. */
static char *
real_path(const char *path)
{
	char *real = realpath(path, NULL);

	if (real == NULL)
		return tool_print("%s", path);
	tool_own(real, free);
	return real;
}

static const char *
read_all(int fd, size_t max, struct bytes *out)
{
	struct buf *text = tool_buf(max + READ_SIZE);
	uint8_t *room;
	ssize_t n;

	do {
		if (text->n > max)
			return "too long for what it should be";
		room = buf_reserve(text, READ_SIZE);
		if (room == NULL)
			return strerror(ENOMEM);
		n = read(fd, room, READ_SIZE);
		if (n > 0)
			buf_commit(text, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	*out = buf_bytes(text);
	return n < 0 ? strerror(errno) : NULL;
}

const char *
file_read(const char *path, size_t max, struct file *out)
{
	const char *wrong = NULL;
	int fd;

	*out = (struct file){.path = real_path(path)};
	fd = open(out->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT ? NULL : strerror(errno);
	out->exists = true;
	if (fstat(fd, &out->st) != 0)
		wrong = strerror(errno);
	else if (!S_ISREG(out->st.st_mode))
		wrong = "not a plain file";
	else
		wrong = read_all(fd, max, &out->text);
	(void)close(fd);
	return wrong;
}

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return tool_print(".");
	return tool_print(
	    "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static const char *
write_all(int fd, struct bytes text)
{
	ssize_t n;

	while (text.n > 0) {
		n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return strerror(errno);
		text = bytes_of(text.p + n, text.n - (size_t)n);
	}
	return fsync(fd) != 0 ? strerror(errno) : NULL;
}

static void
sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

const char *
file_write(const char *path, struct bytes text, mode_t mode)
{
	char *folder = folder_of(path);
	char *temporary = tool_print("%s/.cac-tool.XXXXXX", folder);
	int fd = mkostemp(temporary, O_CLOEXEC);
	const char *wrong;

	if (fd < 0)
		return strerror(errno);
	wrong = write_all(fd, text);
	if (wrong == NULL && fchmod(fd, mode) != 0)
		wrong = strerror(errno);
	if (close(fd) != 0 && wrong == NULL)
		wrong = strerror(errno);
	if (wrong == NULL && rename(temporary, path) != 0)
		wrong = strerror(errno);
	if (wrong != NULL)
		(void)unlink(temporary);
	else
		sync_folder(folder);
	return wrong;
}

/* Root may write everywhere, but was not meant to. */
static const char *
may_write(const struct stat *st)
{
	if (st->st_uid != geteuid())
		return "belongs to another user: give it back with chown";
	return (st->st_mode & S_IWUSR) == 0 ? "is protected from writing"
					    : NULL;
}

static bool
has_changed(const struct file *f)
{
	struct stat now;

	if (stat(f->path, &now) != 0)
		return f->exists || errno != ENOENT;
	return !f->exists || now.st_ino != f->st.st_ino ||
	    now.st_size != f->st.st_size ||
	    now.st_mtim.tv_sec != f->st.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != f->st.st_mtim.tv_nsec;
}

const char *
file_may_write_in(const char *folder)
{
	const char *wrong;
	struct stat st;

	if (stat(folder, &st) != 0)
		return strerror(errno);
	wrong = may_write(&st);
	return wrong != NULL ? tool_print("its folder %s", wrong) : NULL;
}

const char *
file_may_replace(const struct file *f)
{
	const char *wrong = file_may_write_in(folder_of(f->path));

	if (wrong == NULL && f->exists)
		wrong = may_write(&f->st);
	return wrong;
}

const char *
file_replace(struct file *f, struct bytes text, mode_t mode)
{
	const char *wrong = file_may_replace(f);

	if (wrong != NULL)
		return wrong;
	if (has_changed(f))
		return "has just been changed by another program: try again";
	return file_write(
	    f->path, text, f->exists ? f->st.st_mode & 07777 : mode);
}

const char *
file_make_folder(const char *path, mode_t mode,
    void (*made)(void *arg, const char *path), void *arg)
{
	const char *wrong = NULL;

	if (file_is_folder(path))
		return NULL;
	if (strchr(path + 1, '/') != NULL)
		wrong = file_make_folder(folder_of(path), mode, made, arg);
	if (wrong != NULL)
		return wrong;
	if (mkdir(path, mode) != 0)
		return strerror(errno);
	made(arg, path);
	return NULL;
}

char *
file_absolute(const char *path)
{
	char *here;

	if (path[0] == '/')
		return tool_print("%s", path);
	here = getcwd(NULL, 0);
	tool_own(here, free);
	return tool_print("%s/%s", here, path);
}

bool
file_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
file_is_plain(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
file_is_same(const char *a, const char *b)
{
	struct stat x, y;

	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}
