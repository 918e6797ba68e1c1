/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cac/cert-cache.h"

#define FOLDER	 "cac-pkcs11"
#define PATH_LEN 1024

#define NAME_DIGITS 32 /* of an entry; more is a file being written */
#define NAME_LEN    40 /* with its final 0 */
#define DRAFT_LEN   64

/* A writer that was killed leaves its file behind. */
#define ABANDONED_S 60

/*
 * An entry: magic, length of mark and of content (LE), both of them, and a
 * checksum of all that, against damage.
 */
#define MAGIC	   "CACcert1"
#define MAGIC_LEN  8
#define HEADER_LEN (MAGIC_LEN + 8)
#define SUM_LEN	   8
#define FILE_LEN_MAX                                                           \
	(HEADER_LEN + CERT_CACHE_MARK_MAX + CERT_CACHE_CONTENT_MAX + SUM_LEN)

/* The folder's parent; with its last component it is not there by itself. */
static bool
parent_path(char path[PATH_LEN])
{
	const char *base = secure_getenv("XDG_CACHE_HOME"), *below = "";
	int n;

	if (base == NULL || base[0] != '/') {
		base = secure_getenv("HOME");
		below = "/.cache";
	}
	if (base == NULL || base[0] != '/')
		return false;
	n = snprintf(path, PATH_LEN, "%s%s", base, below);
	return n > 0 && n < PATH_LEN - (int)sizeof("/" FOLDER);
}

bool
cert_cache_on(void)
{
	const char *choice = secure_getenv("CAC_PKCS11_CACHE");
	char path[PATH_LEN];

	return (choice == NULL || strcmp(choice, "off") != 0) &&
	    parent_path(path);
}

static bool
is_private(const struct stat *st)
{
	return st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

/* -1: there is none, or it is not the user's alone. */
static int
open_folder(bool make)
{
	char path[PATH_LEN];
	struct stat st;
	int fd;

	if (!parent_path(path))
		return -1;
	if (make)
		(void)mkdir(path, 0700);
	strcat(path, "/" FOLDER);
	if (make)
		(void)mkdir(path, 0700);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !is_private(&st))) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

#define HASH_START 0xCBF29CE484222325

/* FNV-1a, 64 bits: no secret, no adversary. */
static uint64_t
hash(uint64_t sum, struct bytes in)
{
	for (size_t i = 0; i < in.n; i++)
		sum = (sum ^ in.p[i]) * 0x100000001B3;
	/* Where one part ends and the next begins. */
	return (sum ^ in.n) * 0x100000001B3;
}

static void
name_entry(const struct cert_cache_key *key, char name[NAME_LEN])
{
	uint64_t a = hash(hash(HASH_START, key->card), key->place);
	uint64_t b = hash(hash(a, key->place), key->card);

	(void)snprintf(name, NAME_LEN, "%016" PRIx64 "%016" PRIx64, a, b);
}

void
cert_cache_hash(struct bytes in, uint8_t out[CERT_CACHE_HASH_LEN])
{
	uint64_t a = hash(HASH_START, in), b = hash(a, in);

	for (unsigned i = 0; i < CERT_CACHE_HASH_LEN / 2; i++) {
		out[i] = (uint8_t)(a >> 8 * i);
		out[CERT_CACHE_HASH_LEN / 2 + i] = (uint8_t)(b >> 8 * i);
	}
}

static bool
read_all(int fd, struct buf *out, size_t n)
{
	while (n > 0) {
		uint8_t *room = buf_reserve(out, n);
		ssize_t got = room != NULL ? read(fd, room, n) : -1;

		if (got <= 0)
			return false;
		buf_commit(out, (size_t)got);
		n -= (size_t)got;
	}
	return true;
}

static bool
read_entry(const char *name, struct buf *file)
{
	int folder = open_folder(false), fd;
	struct stat st;
	bool done;

	if (folder < 0)
		return false;
	fd = openat(
	    folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	(void)close(folder);
	if (fd < 0)
		return false;
	done = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_private(&st) &&
	    st.st_size > 0 && st.st_size <= FILE_LEN_MAX &&
	    read_all(fd, file, (size_t)st.st_size);
	(void)close(fd);
	return done;
}

static void
checksum(struct bytes in, uint8_t out[SUM_LEN])
{
	uint64_t sum = hash(HASH_START, in);

	for (unsigned i = 0; i < SUM_LEN; i++)
		out[i] = (uint8_t)(sum >> 8 * i);
}

/* Whole and undamaged, or nothing. */
static bool
parse_entry(struct bytes in, struct bytes *mark, struct bytes *content)
{
	struct bytes whole = in, magic, lengths;
	uint8_t sum[SUM_LEN];

	if (!bytes_take(&in, MAGIC_LEN, &magic) ||
	    !bytes_equal(magic, bytes_of(MAGIC, MAGIC_LEN)) ||
	    !bytes_take(&in, HEADER_LEN - MAGIC_LEN, &lengths) ||
	    !bytes_take(&in, bytes_le32(lengths.p), mark) ||
	    !bytes_take(&in, bytes_le32(lengths.p + 4), content))
		return false;
	if (in.n != SUM_LEN || mark->n > CERT_CACHE_MARK_MAX ||
	    content->n > CERT_CACHE_CONTENT_MAX)
		return false;
	checksum(bytes_of(whole.p, whole.n - SUM_LEN), sum);
	return bytes_equal(in, BYTES(sum));
}

bool
cert_cache_load(
    const struct cert_cache_key *key, struct buf *mark, struct buf *content)
{
	size_t mark_before = mark->n, before = content->n;
	struct bytes m, c;
	char name[NAME_LEN];
	struct buf file;
	bool found;

	name_entry(key, name);
	buf_init(&file, FILE_LEN_MAX);
	found =
	    read_entry(name, &file) && parse_entry(buf_bytes(&file), &m, &c);
	if (found) {
		buf_append(mark, m);
		buf_append(content, c);
		found = buf_err(mark) == 0 && buf_err(content) == 0;
	}
	if (!found) {
		buf_truncate(mark, mark_before);
		buf_truncate(content, before);
	}
	buf_clear(&file);
	return found;
}

struct sweep {
	unsigned entries;
	char oldest[NAME_LEN];
	time_t oldest_time;
};

static void
sweep_file(int folder, const char *name, struct sweep *s)
{
	size_t n = strlen(name);
	struct stat st;

	if (n < NAME_DIGITS || n >= DRAFT_LEN ||
	    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode))
		return;
	if (n > NAME_DIGITS) {
		if (st.st_mtime + ABANDONED_S < time(NULL))
			(void)unlinkat(folder, name, 0);
		return;
	}
	s->entries++;
	if (s->entries == 1 || st.st_mtime < s->oldest_time) {
		s->oldest_time = st.st_mtime;
		memcpy(s->oldest, name, n + 1);
	}
}

/* Drop what killed writers left, and make room for one more entry. */
static void
sweep_folder(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct sweep s = {.entries = 0};
	struct dirent *e;

	if (dir == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	for (unsigned i = 0;
	     i < 4 * CERT_CACHE_FILES_MAX && (e = readdir(dir)) != NULL; i++)
		sweep_file(folder, e->d_name, &s);
	(void)closedir(dir);
	if (s.entries >= CERT_CACHE_FILES_MAX)
		(void)unlinkat(folder, s.oldest, 0);
}

/* Writing past a limit would end the process. */
static bool
may_write(size_t n)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && n <= limit.rlim_cur;
}

static bool
write_all(int fd, struct bytes in)
{
	while (in.n > 0) {
		ssize_t put = write(fd, in.p, in.n);

		if (put <= 0)
			return false;
		in.p += put;
		in.n -= (size_t)put;
	}
	return true;
}

/* Under its name there is always a whole entry, the old or the new one. */
static void
write_entry(int folder, const char *name, struct bytes file)
{
	char draft[DRAFT_LEN];
	bool done;
	int fd;

	(void)snprintf(draft, sizeof(draft), "%s.%ld", name, (long)getpid());
	fd = openat(folder, draft,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	done = write_all(fd, file);
	done = close(fd) == 0 && done;
	if (!done || renameat(folder, draft, folder, name) != 0)
		(void)unlinkat(folder, draft, 0);
}

void
cert_cache_store(
    const struct cert_cache_key *key, struct bytes mark, struct bytes content)
{
	uint8_t lengths[HEADER_LEN - MAGIC_LEN], sum[SUM_LEN];
	char name[NAME_LEN];
	struct buf file;
	int folder;

	if (mark.n > CERT_CACHE_MARK_MAX || content.n > CERT_CACHE_CONTENT_MAX)
		return;
	folder = open_folder(true);
	if (folder < 0)
		return;
	bytes_put_le32(lengths, (uint32_t)mark.n);
	bytes_put_le32(lengths + 4, (uint32_t)content.n);
	buf_init(&file, FILE_LEN_MAX);
	buf_append(&file, bytes_of(MAGIC, MAGIC_LEN));
	buf_append(&file, BYTES(lengths));
	buf_append(&file, mark);
	buf_append(&file, content);
	checksum(buf_bytes(&file), sum);
	buf_append(&file, BYTES(sum));
	if (buf_err(&file) == 0 && may_write(file.n)) {
		sweep_folder(folder);
		name_entry(key, name);
		write_entry(folder, name, buf_bytes(&file));
	}
	buf_clear(&file);
	(void)close(folder);
}
