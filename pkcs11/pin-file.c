/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkcs11/digest.h"
#include "pkcs11/pin-file.h"

#define FOLDER	   "cac-pkcs11"
#define NAME_BYTES 16 /* of the serial number's hash */
#define NAME_ROOM  (2 * NAME_BYTES + 1)

/* What a file begins with: other versions write other files. */
static const uint8_t magic[8] = "cacpin1";

struct stored {
	uint8_t magic[sizeof(magic)];
	struct pin_memory mem;
};

static bool
is_private(int fd, mode_t type)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == type &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

static void
close_folder(int *folder)
{
	if (*folder >= 0)
		(void)close(*folder);
	*folder = -1;
}

/* -1: there is none. */
static int
open_folder(bool make)
{
	const char *runtime = secure_getenv("XDG_RUNTIME_DIR");
	int above, folder;

	if (runtime == NULL || runtime[0] != '/')
		return -1;
	above = open(runtime, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Another user's, by way of su or sudo, is not for us. */
	if (above >= 0 && !is_private(above, S_IFDIR))
		close_folder(&above);
	if (above < 0)
		return -1;
	if (make)
		(void)mkdirat(above, FOLDER, 0700);
	folder = openat(
	    above, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close_folder(&above);
	if (folder >= 0 && !is_private(folder, S_IFDIR))
		close_folder(&folder);
	return folder;
}

static void
name_file(const char *serial, char name[NAME_ROOM])
{
	uint8_t hash[DIGEST_MAX];

	digest_of(DIGEST_SHA256, bytes_of(serial, strlen(serial)), hash);
	for (size_t i = 0; i < NAME_BYTES; i++)
		(void)snprintf(name + 2 * i, 3, "%02x", hash[i]);
}

static bool
read_stored(int fd, struct stored *out)
{
	ssize_t n = read(fd, out, sizeof(*out));

	return n == (ssize_t)sizeof(*out) &&
	    memcmp(out->magic, magic, sizeof(magic)) == 0 &&
	    out->mem.count <= PIN_MEMORY_MAX;
}

void
pin_file_load(const char *serial, struct pin_memory *out)
{
	char name[NAME_ROOM];
	struct stored stored;
	int folder = open_folder(false), fd = -1;

	*out = (struct pin_memory){0};
	if (folder < 0 || serial[0] == '\0')
		goto out;
	name_file(serial, name);
	fd = openat(
	    folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && is_private(fd, S_IFREG) && read_stored(fd, &stored))
		*out = stored.mem;
out:
	if (fd >= 0)
		(void)close(fd);
	close_folder(&folder);
}

/* Whole or not at all, whoever looks and whenever we end. */
static void
replace(int folder, const char *name, const struct stored *stored)
{
	char fresh[NAME_ROOM + 4];
	ssize_t n;
	int fd;

	(void)snprintf(fresh, sizeof(fresh), "%s.new", name);
	(void)unlinkat(folder, fresh, 0);
	fd = openat(folder, fresh,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	n = write(fd, stored, sizeof(*stored));
	(void)close(fd);
	if (n != (ssize_t)sizeof(*stored) ||
	    renameat(folder, fresh, folder, name) != 0)
		(void)unlinkat(folder, fresh, 0);
}

void
pin_file_store(const char *serial, const struct pin_memory *mem)
{
	struct stored stored = {.mem = *mem};
	char name[NAME_ROOM];
	int folder = open_folder(mem->count > 0);

	if (folder < 0 || serial[0] == '\0')
		goto out;
	memcpy(stored.magic, magic, sizeof(magic));
	name_file(serial, name);
	if (mem->count > 0)
		replace(folder, name, &stored);
	else
		(void)unlinkat(folder, name, 0);
out:
	close_folder(&folder);
}
