/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificate cache on a disk that is full, or cannot be written. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cac/cert-cache.h"
#include "tests/unit/cache-rig.h"
#include "tests/unit/unit.h"

static const struct cert_cache_key key = {
    .card = {(const uint8_t *)"card", 4},
    .place = {(const uint8_t *)"place", 5},
};

static int
teardown(void **state)
{
	if (geteuid() != getuid())
		assert_int_equal(seteuid(getuid()), 0);
	(void)umount2(rig.folder, MNT_DETACH);
	return cache_teardown(state);
}

static void
file_limit(void **state)
{
	struct rlimit before, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){.rlim_cur = 30, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	(void)cache_list();
	(void)cache_list();
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_in_range(cache_count_files(), 0, 1);
}

/* Root may write everywhere. */
static void
become_other(void)
{
	if (geteuid() != 0)
		return;
	if (chown(rig.home, CACHE_OTHER_USER, CACHE_OTHER_USER) != 0 ||
	    seteuid(CACHE_OTHER_USER) != 0) {
		print_message("this root may not become another user\n");
		skip();
	}
}

static void
read_only_modes(void **state)
{
	unsigned cold;

	(void)state;
	become_other();
	/* The folder cannot be made, then not filled, then not changed. */
	assert_int_equal(chmod(rig.home, 0500), 0);
	(void)cache_list();
	cold = cache_list();
	assert_int_equal(access(rig.folder, F_OK), -1);
	assert_int_equal(chmod(rig.home, 0700), 0);
	assert_int_equal(mkdir(rig.folder, 0500), 0);
	assert_int_equal(cache_list(), cold);
	assert_int_equal(cache_list(), cold);
	assert_int_equal(cache_count_files(), 0);
	assert_int_equal(chmod(rig.folder, 0700), 0);
	(void)cache_list();
	assert_int_equal(cache_list(), CACHE_WARM);
	assert_int_equal(chmod(rig.folder, 0500), 0);
	assert_int_equal(cache_list(), CACHE_WARM);
	cache_renew_first();
	assert_in_range(cache_list(), CACHE_WARM + 1, cold);
	assert_in_range(cache_list(), CACHE_WARM + 1, cold);
	assert_int_equal(cache_count_files(), CACHE_FILES);
	assert_int_equal(chmod(rig.folder, 0700), 0);
}

static bool
put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put = fd >= 0 ? write(fd, text, strlen(text)) : -1;

	if (fd >= 0)
		(void)close(fd);
	return put > 0;
}

/* Who is not root may mount in a user namespace (user_namespaces(7)). */
static bool
own_users(void)
{
	char uids[64], gids[64];

	(void)snprintf(uids, sizeof(uids), "%u %u 1", geteuid(), geteuid());
	(void)snprintf(gids, sizeof(gids), "%u %u 1", getegid(), getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    put_file("/proc/self/setgroups", "deny") &&
	    put_file("/proc/self/uid_map", uids) &&
	    put_file("/proc/self/gid_map", gids);
}

/* A disk of 64 KiB as the cache's folder, seen by this process only. */
static void
mount_disk(void)
{
	static bool asked, own;

	if (!asked)
		own = unshare(CLONE_NEWNS) == 0 || own_users();
	asked = true;
	assert_int_equal(mkdir(rig.folder, 0700), 0);
	if (!own || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", rig.folder, "tmpfs", 0, "size=65536,mode=700") != 0) {
		print_message("this user may not mount anything\n");
		skip();
	}
}

static void
read_only_disk(void **state)
{
	unsigned cold;

	(void)state;
	mount_disk();
	cold = cache_list();
	assert_int_equal(cache_list(), CACHE_WARM);
	assert_int_equal(
	    mount(NULL, rig.folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(cache_list(), CACHE_WARM);
	cache_renew_first();
	assert_in_range(cache_list(), CACHE_WARM + 1, cold);
	assert_in_range(cache_list(), CACHE_WARM + 1, cold);
	assert_int_equal(cache_count_files(), CACHE_FILES);
	assert_int_equal(mount(NULL, rig.folder, NULL, MS_REMOUNT, NULL), 0);
	(void)cache_list();
	assert_int_equal(cache_list(), CACHE_WARM);
}

/* Write until there is no room, or but for a page; the file. */
static int
fill_disk(bool but_a_page)
{
	static const uint8_t block[512];
	char path[CACHE_PATH_LEN];
	off_t n = 0;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/.filler", rig.folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (n < (1 << 20) && write(fd, block, sizeof(block)) > 0)
		n += (off_t)sizeof(block);
	assert_int_equal(errno, ENOSPC);
	if (but_a_page)
		n -= sysconf(_SC_PAGESIZE);
	assert_int_equal(ftruncate(fd, n), 0);
	return fd;
}

static void
full_disk(void **state)
{
	unsigned cold;
	int fd;

	(void)state;
	mount_disk();
	fd = fill_disk(false);
	(void)cache_list();
	cold = cache_list();
	assert_int_equal(cache_list(), cold);
	assert_int_equal(cache_count_files(), 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	(void)cache_list();
	assert_int_equal(cache_list(), CACHE_WARM);
	/* Full again: what is there is of use, and nothing is lost. */
	assert_int_equal(close(fd), 0);
	fd = fill_disk(false);
	assert_int_equal(cache_list(), CACHE_WARM);
	cache_renew_first();
	(void)cache_list();
	assert_in_range(cache_list(), CACHE_WARM + 1, cold);
	assert_int_equal(cache_count_files(), CACHE_FILES);
	assert_int_equal(close(fd), 0);
}

/* Full in the middle of an entry: the one before it stays. */
static void
full_halfway(void **state)
{
	static const uint8_t longer[CERT_CACHE_CONTENT_MAX];
	const struct bytes first = HEX("0A 0B 0C");
	struct buf mark, content;
	int fd;

	(void)state;
	if (sysconf(_SC_PAGESIZE) >= (long)sizeof(longer)) {
		print_message("no entry is longer than a page\n");
		skip();
	}
	mount_disk();
	cert_cache_store(&key, first, first);
	fd = fill_disk(true);
	cert_cache_store(&key, first, BYTES(longer));
	assert_int_equal(cache_count_files(), 1);
	buf_init(&mark, CERT_CACHE_MARK_MAX);
	buf_init(&content, CERT_CACHE_CONTENT_MAX);
	assert_true(cert_cache_load(&key, &mark, &content));
	assert_bytes(buf_bytes(&content), first);
	buf_clear(&mark);
	buf_clear(&content);
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("cache: a limit of file length does no harm", file_limit,
		cache_setup, teardown),
	    TEST_WITH("cache: folders that cannot be written do no harm",
		read_only_modes, cache_setup, teardown),
	    TEST_WITH("cache: on a read-only disk what is there is of use",
		read_only_disk, cache_setup, teardown),
	    TEST_WITH("cache: a full disk does no harm", full_disk, cache_setup,
		teardown),
	    TEST_WITH("cache: an entry that fills the disk leaves the old one",
		full_halfway, cache_setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
