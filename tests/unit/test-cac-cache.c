/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificate cache: what it saves, and that it is never believed. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cac/card.h"
#include "cac/cert-cache.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

#define PATH_LEN 512

static const enum sample_packing packings[] = {
    SAMPLE_PLAIN, SAMPLE_ZLIB, SAMPLE_GZIP};

#define CONTAINERS (COUNT_OF(packings))

static char home[64], folder[PATH_LEN];
static struct sample_card sample;
static struct reader reader;
static struct buf renewed_v;
static struct buf renewed;
static const struct deadline never = {INT64_MAX};

static void
for_each_file(void (*act)(const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char path[PATH_LEN];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(
		    path, sizeof(path), "%.200s/%.200s", folder, e->d_name);
		act(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static size_t files;

static void
count_file(const char *path)
{
	(void)path;
	files++;
}

static size_t
count_files(void)
{
	files = 0;
	for_each_file(count_file);
	return files;
}

static void
remove_file(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

static int
setup(void **state)
{
	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/test-cac-cache-XXXXXX");
	assert_non_null(mkdtemp(home));
	(void)snprintf(folder, sizeof(folder), "%s/cac-pkcs11", home);
	sample_card_init(&sample, packings, CONTAINERS);
	for (size_t i = 0; i < sample.count; i++)
		sample.containers[i].needs_object = false;
	fake_reader_init(&reader, sample.containers, sample.count);
	assert_int_equal(setenv("XDG_CACHE_HOME", home, 1), 0);
	assert_int_equal(unsetenv("CAC_PKCS11_CACHE"), 0);
	buf_init(&renewed_v, SAMPLE_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for_each_file(remove_file);
	(void)rmdir(folder);
	(void)unlink(folder);
	assert_int_equal(rmdir(home), 0);
	fake_reader_clear(&reader);
	sample_card_clear(&sample);
	buf_clear(&renewed_v);
	buf_clear(&renewed);
	return 0;
}

/* All that is on the card, and nothing else; how many exchanges it took. */
static unsigned
list(void)
{
	struct card *card;
	struct buf der;

	fake_reader_reset(&reader);
	reader.exchanges = 0;
	buf_truncate(&reader.log, 0);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_int_equal(card_container_count(card), CONTAINERS);
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < CONTAINERS; i++) {
		err_t err = card_read_certificate(card, i, never, &der);

		assert_int_equal(
		    err, sample.der[1 + i].n > 0 ? 0 : CARD_ERR_EMPTY);
		assert_bytes(buf_bytes(&der), buf_bytes(&sample.der[1 + i]));
		buf_truncate(&der, 0);
	}
	buf_clear(&der);
	card_free(&card);
	return reader.exchanges;
}

static void
saves(void **state)
{
	unsigned cold = list(), warm = list();

	(void)state;
	/* The CCC, PIV; and the applet with the end of each certificate. */
	assert_int_equal(warm, 2 + 1 + 2 * CONTAINERS);
	assert_in_range(warm, 1, cold / 2);
	/* Three certificates, T of the CCC, and how long its V is. */
	assert_int_equal(count_files(), CONTAINERS + 2);
}

/* Another certificate of the same length, so that only its content tells. */
static void
renew(size_t i)
{
	struct fake_container *c = &sample.containers[i];

	assert_int_equal(packings[i - 1], SAMPLE_PLAIN);
	sample_der(&renewed, sample.der[i].n, 99);
	buf_append(&renewed_v, bytes_of(c->v.p, 1));
	buf_append(&renewed_v, buf_bytes(&renewed));
	buf_append(
	    &renewed_v, bytes_of(c->v.p + renewed_v.n, c->v.n - renewed_v.n));
	assert_int_equal(renewed_v.n, c->v.n);
	c->v = buf_bytes(&renewed_v);
	buf_truncate(&sample.der[i], 0);
	buf_append(&sample.der[i], buf_bytes(&renewed));
}

static void
renewal(void **state)
{
	unsigned warm;

	(void)state;
	(void)list();
	(void)list();
	warm = list();
	renew(1);
	assert_in_range(list(), warm + 1, 99);
	assert_int_equal(list(), warm);
}

static void
emptied(void **state)
{
	(void)state;
	(void)list();
	sample.containers[2].v.n = 0;
	buf_truncate(&sample.der[2], 0);
	(void)list();
	(void)list();
}

/* The old content can still be read there: only the length has changed. */
static void
emptied_by_length(void **state)
{
	struct bytes old = sample.containers[2].v;
	static const uint8_t rest[8];

	(void)state;
	for (size_t i = 1; i <= CONTAINERS; i++)
		sample.containers[i].behind = BYTES(rest);
	(void)list();
	sample.containers[2].v.n = 0;
	sample.containers[2].behind = old;
	buf_truncate(&sample.der[2], 0);
	(void)list();
}

/* Filled up behind the certificate: its end says nothing about it. */
static void
filled_up(void **state)
{
	static uint8_t t[10], v[SAMPLE_MAX / 10];
	struct fake_container *c = &sample.containers[1];
	size_t n = sample.der[1].n + 40;

	(void)state;
	assert_true(c->t.n == sizeof(t) && c->v.n + 40 < sizeof(v));
	memcpy(t, c->t.p, sizeof(t));
	t[4] = (uint8_t)n;
	t[5] = (uint8_t)(n >> 8);
	memset(v, 0, sizeof(v));
	memcpy(v, c->v.p, 1 + sample.der[1].n);
	c->t = BYTES(t);
	c->v = bytes_of(v, c->v.n + 40);
	(void)list();
	(void)list();
	sample_der(&renewed, sample.der[1].n, 99);
	memcpy(v + 1, renewed.p, renewed.n);
	buf_truncate(&sample.der[1], 0);
	buf_append(&sample.der[1], buf_bytes(&renewed));
	(void)list();
}

/* A card of the same holder, and one that claims the same id. */
static void
two_cards(void **state)
{
	struct bytes v = sample.containers[0].v;
	uint8_t other[512];

	(void)state;
	assert_true(v.n <= sizeof(other));
	memcpy(other, v.p, v.n);
	other[20] ^= 1;
	(void)list();
	for (int round = 0; round < 4; round++) {
		sample.containers[0].v =
		    round % 2 == 0 ? bytes_of(other, v.n) : v;
		if (round == 2)
			renew(1);
		(void)list();
	}
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
		(void)list();
		for_each_file(damage);
		(void)list();
	}
}

static void
make_public(const char *path)
{
	assert_int_equal(chmod(path, 0644), 0);
}

static void
foreign_modes(void **state)
{
	unsigned cold = list(), warm;

	(void)state;
	(void)list();
	warm = list();
	/* Entries that others may read are read from the card again. */
	for_each_file(make_public);
	assert_in_range(list(), cold - 1, cold + 1);
	assert_in_range(list(), warm, warm + 2);
	assert_int_equal(chmod(folder, 0755), 0);
	assert_in_range(list(), cold - 1, cold + 1);
	assert_in_range(list(), cold - 1, cold + 1);
}

static void
symbolic_link(void **state)
{
	char other[PATH_LEN];
	struct stat st;

	(void)state;
	(void)snprintf(other, sizeof(other), "%s/other", home);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(symlink(other, folder), 0);
	(void)list();
	assert_int_equal(count_files(), 0);
	assert_int_equal(lstat(folder, &st), 0);
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
	char other[PATH_LEN], found[sizeof(text)] = "";
	int fd;

	(void)state;
	(void)list();
	(void)snprintf(other, sizeof(other), "%s/other", home);
	fd = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	assert_int_equal(close(fd), 0);
	linked_name = other;
	for_each_file(replace_by_link);
	(void)list();
	fd = open(other, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, found, sizeof(found)), sizeof(found));
	assert_string_equal(found, text);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(other), 0);
}

static void
turned_off(void **state)
{
	unsigned cold;

	(void)state;
	assert_int_equal(setenv("CAC_PKCS11_CACHE", "off", 1), 0);
	cold = list();
	assert_int_equal(list(), cold);
	assert_int_equal(access(folder, F_OK), -1);
	/* And where there is nowhere to put it. */
	assert_int_equal(unsetenv("CAC_PKCS11_CACHE"), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", "relative", 1), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	assert_int_equal(list(), cold);
	assert_int_equal(setenv("HOME", home, 1), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", "/proc/nowhere", 1), 0);
	(void)list();
	(void)list();
	assert_int_equal(access(folder, F_OK), -1);
}

static void
disk_full(void **state)
{
	struct rlimit before, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){.rlim_cur = 30, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	(void)list();
	(void)list();
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_in_range(count_files(), 0, 1);
}

static void
modes(void **state)
{
	struct stat st;

	(void)state;
	(void)umask(0);
	(void)list();
	(void)umask(022);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	/* Files that may be read would not be used. */
	assert_int_equal(list(), 2 + 1 + 2 * CONTAINERS);
}

static void
make_file(const char *name, time_t when)
{
	const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
	char path[PATH_LEN];
	int fd;

	(void)snprintf(path, sizeof(path), "%.200s/%.100s", folder, name);
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
	assert_int_equal(mkdir(folder, 0700), 0);
	for (unsigned i = 0; i < CERT_CACHE_FILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%032x", i);
		make_file(name, 1000 + (time_t)i);
	}
	/* What a killed writer has left, long ago. */
	(void)snprintf(name, sizeof(name), "%032x.77", 1);
	make_file(name, 1000);
	(void)list();
	(void)list();
	assert_int_equal(count_files(), CERT_CACHE_FILES_MAX);
	assert_int_equal(list(), 2 + 1 + 2 * CONTAINERS);
}

/* Any exchange fails, or the card is reset: with the cache as without. */
static void
disturbed(void **state)
{
	static const enum fake_fault_kind kinds[] = {
	    FAKE_RESET, FAKE_SILENT_RESET};
	unsigned n;

	(void)state;
	(void)list();
	(void)list();
	n = list();
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		for (unsigned at = 0; at < n; at++) {
			const struct fake_fault fault = {
			    .at = at, .kind = kinds[i]};

			reader.faults = &fault;
			reader.fault_count = 1;
			(void)list();
			reader.fault_count = 0;
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("cache: a second listing proves each certificate by its "
		      "end",
		saves, setup, teardown),
	    TEST_WITH("cache: a renewed certificate is seen at once", renewal,
		setup, teardown),
	    TEST_WITH("cache: an emptied container is empty at once", emptied,
		setup, teardown),
	    TEST_WITH("cache: also when only its length says so",
		emptied_by_length, setup, teardown),
	    TEST_WITH("cache: what stands behind a certificate proves nothing",
		filled_up, setup, teardown),
	    TEST_WITH("cache: two cards never mix", two_cards, setup, teardown),
	    TEST_WITH("cache: 200 rounds of damage are ignored", damaged, setup,
		teardown),
	    TEST_WITH("cache: what others may touch is not used", foreign_modes,
		setup, teardown),
	    TEST_WITH("cache: a folder behind a link is not used",
		symbolic_link, setup, teardown),
	    TEST_WITH("cache: entries behind links are not followed",
		linked_entry, setup, teardown),
	    TEST_WITH("cache: it can be turned off, and do without a home",
		turned_off, setup, teardown),
	    TEST_WITH(
		"cache: a full disk does no harm", disk_full, setup, teardown),
	    TEST_WITH("cache: only the user may enter", modes, setup, teardown),
	    TEST_WITH("cache: the oldest entries make room", ceiling, setup,
		teardown),
	    TEST_WITH(
		"cache: resets change no result", disturbed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
