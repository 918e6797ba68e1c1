/* SPDX-License-Identifier: BSD-2-Clause */
/* The folder where the keys and certificates of a card are kept. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"
#include "tests/emulator/pki-rig.h"

static void
same_file(
    const char *dir, const char *name, const struct blob *before, bool same)
{
	struct blob now = {0};

	pki_file(dir, name, &now);
	assert_int_equal(now.len == before->len &&
		memcmp(now.data, before->data, now.len) == 0,
	    same);
	blob_clear(&now);
}

static void
a_folder_is_used_again_and_completed(void **state)
{
	struct blob der[3] = {{0}}, ccc = {0}, again = {0};
	static const char *const names[] = {"00.der", "01.der", "root.der"};
	struct card *card;
	char dir[256], path[300];
	struct stat st;
	size_t i;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/again", test_folder);
	/* An empty folder that is there already will do. */
	assert_int_equal(mkdir(dir, 0700), 0);
	card = host_card("cac-v2-gcx4", dir);
	host_select(card, "01 16 DB 00");
	host_read(card, 2, 240, &ccc);
	card_free(&card);
	for (i = 0; i < 3; i++)
		pki_file(dir, names[i], &der[i]);
	snprintf(path, sizeof(path), "%s/00.key.pem", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/01.der", dir);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/root.pem", dir);
	assert_int_equal(truncate(path, 3), 0);
	card = host_card("cac-v2-gcx4", dir);
	host_select(card, "01 16 DB 00");
	host_read(card, 2, 240, &again);
	card_free(&card);
	/* Only the key that was lost is new; the card id has stayed. */
	same_file(dir, "00.der", &der[0], false);
	same_file(dir, "01.der", &der[1], true);
	same_file(dir, "root.der", &der[2], true);
	assert_int_equal(ccc.len, again.len);
	assert_memory_equal(ccc.data, again.data, ccc.len);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 1000);
	blob_clear(&ccc);
	blob_clear(&again);
	for (i = 0; i < 3; i++)
		blob_clear(&der[i]);
}

static void
without_a_folder_each_card_is_its_own(void **state)
{
	struct card *one = host_card("cac-v2-gcx4", NULL);
	struct card *two = host_card("cac-v2-gcx4", NULL);
	struct blob a = {0}, b = {0};

	(void)state;
	host_select(one, "01 16 DB 00");
	host_select(two, "01 16 DB 00");
	host_read(one, 2, 255, &a);
	host_read(two, 2, 255, &b);
	assert_memory_not_equal(a.data + 7, b.data + 7, 14);
	blob_clear(&a);
	blob_clear(&b);
	card_free(&one);
	card_free(&two);
}

/* Names in path that begin with what. */
static unsigned
count_names(const char *path, const char *what)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	unsigned n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (strncmp(entry->d_name, what, strlen(what)) == 0)
			n++;
	closedir(dir);
	return n;
}

static void
two_emulators_may_start_at_once(void **state)
{
	char dir[256], path[512];
	const char *error;
	struct card *card;
	pid_t child[2];
	int i, status;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/race", test_folder);
	profile_path("cac-v2-gcx4", path, sizeof(path));
	for (i = 0; i < 2; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			card = card_new(path, dir, &error);
			_exit(card ? 0 : 1);
		}
		assert_true(child[i] > 0);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_names(test_folder, "race"), 1);
	assert_int_equal(count_names(dir, ".0"), 0);
	assert_int_equal(count_names(dir, "0"), 6);
	card = host_card("cac-v2-gcx4", dir);
	pki_container(card, dir, "00 79 01 00", 1, 15, "00.der");
	card_free(&card);
}

static void
a_folder_that_cannot_be_made_is_an_error(void **state)
{
	const char *error = "";
	char path[512];

	(void)state;
	profile_path("cac-v2-gcx4", path, sizeof(path));
	assert_null(card_new(path, "/nowhere/at/all", &error));
	assert_string_equal(
	    error, "/nowhere/at/all: No such file or directory");
	/* A file is not a folder. */
	assert_null(card_new(path, path, &error));
	assert_non_null(strstr(error, "Not a directory"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_folder_is_used_again_and_completed),
	    cmocka_unit_test(without_a_folder_each_card_is_its_own),
	    cmocka_unit_test(two_emulators_may_start_at_once),
	    cmocka_unit_test(a_folder_that_cannot_be_made_is_an_error),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
