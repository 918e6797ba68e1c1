/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificate cache on a disk that is against it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cac/cert-cache.h"
#include "tests/unit/cache-rig.h"
#include "tests/unit/unit.h"

static void
modes(void **state)
{
	struct stat st;

	(void)state;
	(void)umask(0);
	(void)cache_list();
	(void)umask(022);
	assert_int_equal(stat(rig.folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	/* Files that may be read would not be used. */
	assert_int_equal(cache_list(), CACHE_WARM);
}

static void
make_public(const char *path)
{
	assert_int_equal(chmod(path, 0644), 0);
}

static void
foreign_modes(void **state)
{
	unsigned cold = cache_list(), warm;

	(void)state;
	(void)cache_list();
	warm = cache_list();
	/* Entries that others may read are read from the card again. */
	cache_each_file(make_public);
	assert_in_range(cache_list(), cold - 1, cold + 1);
	assert_in_range(cache_list(), warm, warm + 2);
	assert_int_equal(chmod(rig.folder, 0755), 0);
	assert_in_range(cache_list(), cold - 1, cold + 1);
	assert_in_range(cache_list(), cold - 1, cold + 1);
}

static void
give_away(const char *path)
{
	assert_int_equal(chown(path, CACHE_OTHER_USER, CACHE_OTHER_USER), 0);
}

static void
foreign_owner(void **state)
{
	unsigned cold = cache_list(), warm;

	(void)state;
	if (geteuid() != 0 ||
	    chown(rig.folder, CACHE_OTHER_USER, CACHE_OTHER_USER) != 0) {
		print_message("only root may give files away\n");
		skip();
	}
	assert_in_range(cache_list(), cold - 1, cold + 1);
	assert_int_equal(chown(rig.folder, geteuid(), getegid()), 0);
	warm = cache_list();
	assert_int_equal(warm, CACHE_WARM);
	cache_each_file(give_away);
	assert_in_range(cache_list(), cold - 1, cold + 1);
	assert_in_range(cache_list(), warm, warm + 2);
}

static void
symbolic_link(void **state)
{
	char other[CACHE_PATH_LEN];
	struct stat st;

	(void)state;
	(void)snprintf(other, sizeof(other), "%s/other", rig.home);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(symlink(other, rig.folder), 0);
	(void)cache_list();
	assert_int_equal(cache_count_files(), 0);
	assert_int_equal(lstat(rig.folder, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(rmdir(other), 0);
}

static const char *linked_name;

static void
replace_by_link(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(linked_name, path), 0);
}

static void
linked_entry(void **state)
{
	static const char text[] = "of no concern";
	char other[CACHE_PATH_LEN], found[sizeof(text)] = "";
	int fd;

	(void)state;
	(void)cache_list();
	(void)snprintf(other, sizeof(other), "%s/other", rig.home);
	fd = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	assert_int_equal(close(fd), 0);
	linked_name = other;
	cache_each_file(replace_by_link);
	(void)cache_list();
	fd = open(other, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, found, sizeof(found)), sizeof(found));
	assert_string_equal(found, text);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(other), 0);
}

static void
replace_by_folder(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* Who opens one to read waits for a writer. */
static void
replace_by_pipe(const char *path)
{
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void
no_files(void **state)
{
	(void)state;
	(void)alarm(60);
	(void)cache_list();
	cache_each_file(replace_by_folder);
	(void)cache_list();
	(void)cache_list();
	cache_each_file(replace_by_pipe);
	(void)cache_list();
	assert_in_range(cache_list(), CACHE_WARM, CACHE_WARM + 2);
	(void)alarm(0);
}

static char first_path[CACHE_PATH_LEN];

/* Each takes the next one's name, and the last one the first one's. */
static void
move_up(const char *path)
{
	char spare[CACHE_PATH_LEN];

	if (first_path[0] == '\0') {
		(void)snprintf(first_path, sizeof(first_path), "%s", path);
		return;
	}
	(void)snprintf(spare, sizeof(spare), "%s/spare", rig.home);
	assert_int_equal(rename(path, spare), 0);
	assert_int_equal(rename(first_path, path), 0);
	assert_int_equal(rename(spare, first_path), 0);
}

static void
wrong_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CACHE_FILES; i++) {
		(void)cache_list();
		(void)cache_list();
		for (unsigned k = 0; k <= i; k++) {
			first_path[0] = '\0';
			cache_each_file(move_up);
		}
		(void)cache_list();
	}
	(void)cache_list();
	assert_int_equal(cache_list(), CACHE_WARM);
}

static const struct cert_cache_key key = {
    .card = {(const uint8_t *)"card", 4},
    .place = {(const uint8_t *)"place", 5},
};

static void
assert_entry(bool there)
{
	struct buf mark, content;

	buf_init(&mark, CERT_CACHE_MARK_MAX);
	buf_init(&content, CERT_CACHE_CONTENT_MAX);
	assert_int_equal(cert_cache_load(&key, &mark, &content), there);
	if (there) {
		assert_bytes(buf_bytes(&mark), HEX("01 02 03"));
		assert_bytes(buf_bytes(&content), HEX("0A 0B 0C 0D 0E"));
	} else
		assert_int_equal(mark.n + content.n, 0);
	buf_clear(&mark);
	buf_clear(&content);
}

static void
put(const char *path, const uint8_t *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_int_equal(write(fd, p, n), n);
	assert_int_equal(close(fd), 0);
}

/* The one entry, with each length but its own, and each byte changed. */
static void
spoil(const char *path)
{
	uint8_t file[100] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, file, sizeof(file));
	size_t n = (size_t)got;

	assert_int_equal(close(fd), 0);
	assert_in_range(got, 8, sizeof(file) - 1);
	assert_entry(true);
	for (size_t i = 0; i <= sizeof(file); i++) {
		put(path, file, i);
		assert_entry(i == n);
	}
	for (size_t i = 0; i < 8 * n; i++) {
		file[i / 8] ^= (uint8_t)(1 << i % 8);
		put(path, file, n);
		assert_entry(false);
		file[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	put(path, file, n);
	assert_entry(true);
}

static void
each_byte(void **state)
{
	(void)state;
	assert_entry(false);
	cert_cache_store(&key, HEX("01 02 03"), HEX("0A 0B 0C 0D 0E"));
	assert_int_equal(cache_count_files(), 1);
	cache_each_file(spoil);
}

static uint32_t noise;

static uint32_t
next_noise(void)
{
	noise = noise * 1664525U + 1013904223U;
	return noise >> 8;
}

/* Cut, extend, or change some bytes. */
static void
damage(const char *path)
{
	static uint8_t content[CERT_CACHE_CONTENT_MAX];
	int fd = open(path, O_RDWR | O_CLOEXEC);
	size_t n;
	ssize_t got;

	assert_true(fd >= 0);
	got = read(fd, content, sizeof(content));
	assert_true(got > 0);
	n = (size_t)got;
	for (uint32_t i = next_noise() % 4; i > 0; i--)
		content[next_noise() % n] ^= (uint8_t)(1 + next_noise() % 255);
	if (next_noise() % 3 == 0)
		n = next_noise() % n;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(write(fd, content, n), n);
	assert_int_equal(ftruncate(fd, (off_t)n), 0);
	assert_int_equal(close(fd), 0);
}

static void
damaged(void **state)
{
	(void)state;
	noise = 1;
	for (int i = 0; i < 200; i++) {
		(void)cache_list();
		cache_each_file(damage);
		(void)cache_list();
	}
}

static void
make_file(const char *name, time_t when)
{
	const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
	char path[CACHE_PATH_LEN];
	int fd;

	(void)snprintf(path, sizeof(path), "%.200s/%.100s", rig.folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(futimens(fd, times), 0);
	assert_int_equal(close(fd), 0);
}

static void
ceiling(void **state)
{
	char name[40];

	(void)state;
	assert_int_equal(mkdir(rig.folder, 0700), 0);
	for (unsigned i = 0; i < CERT_CACHE_FILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%032x", i);
		make_file(name, 1000 + (time_t)i);
	}
	/* What a killed writer has left, long ago. */
	(void)snprintf(name, sizeof(name), "%032x.77", 1);
	make_file(name, 1000);
	(void)cache_list();
	(void)cache_list();
	assert_int_equal(cache_count_files(), CERT_CACHE_FILES_MAX);
	assert_int_equal(cache_list(), CACHE_WARM);
}

static void
turned_off(void **state)
{
	unsigned cold;

	(void)state;
	assert_int_equal(setenv("CAC_PKCS11_CACHE", "off", 1), 0);
	cold = cache_list();
	assert_int_equal(cache_list(), cold);
	assert_int_equal(access(rig.folder, F_OK), -1);
	/* And where there is nowhere to put it. */
	assert_int_equal(unsetenv("CAC_PKCS11_CACHE"), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", "relative", 1), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	assert_int_equal(cache_list(), cold);
	assert_int_equal(setenv("HOME", rig.home, 1), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", "/proc/nowhere", 1), 0);
	(void)cache_list();
	(void)cache_list();
	assert_int_equal(access(rig.folder, F_OK), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("cache: only the user may enter", modes, cache_setup,
		cache_teardown),
	    TEST_WITH("cache: what others may touch is not used", foreign_modes,
		cache_setup, cache_teardown),
	    TEST_WITH("cache: nor what belongs to others", foreign_owner,
		cache_setup, cache_teardown),
	    TEST_WITH("cache: a folder behind a link is not used",
		symbolic_link, cache_setup, cache_teardown),
	    TEST_WITH("cache: entries behind links are not followed",
		linked_entry, cache_setup, cache_teardown),
	    TEST_WITH("cache: folders and pipes in their place are no entries",
		no_files, cache_setup, cache_teardown),
	    TEST_WITH("cache: entries under each other's names are ignored",
		wrong_names, cache_setup, cache_teardown),
	    TEST_WITH("cache: cut anywhere, or with any bit changed, an entry "
		      "is none",
		each_byte, cache_home_setup, cache_home_teardown),
	    TEST_WITH("cache: 200 rounds of damage are ignored", damaged,
		cache_setup, cache_teardown),
	    TEST_WITH("cache: the oldest entries make room", ceiling,
		cache_setup, cache_teardown),
	    TEST_WITH("cache: it can be turned off, and do without a home",
		turned_off, cache_setup, cache_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
