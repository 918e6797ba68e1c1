/* SPDX-License-Identifier: BSD-2-Clause */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"

#define TPDU_MAX   (5 + 256)
#define ROUNDS_MAX 64

size_t
hex_bytes(const char *hex, uint8_t *out, size_t max)
{
	unsigned byte;
	size_t n = 0;
	int used;

	while (sscanf(hex, " %2x%n", &byte, &used) == 1) {
		assert_true(n < max);
		out[n++] = (uint8_t)byte;
		hex += used;
	}
	assert_int_equal(strspn(hex, " \n"), strlen(hex));
	return n;
}

void
host_tpdu(struct card *card, const uint8_t *tpdu, size_t n,
    struct host_answer *answer)
{
	size_t p3 = tpdu[4] ? tpdu[4] : 256;
	struct t0_reply reply;
	bool single = false;

	assert_true(n >= 5);
	card_t0_header(card, tpdu, &reply);
	if (reply.turn == T0_RECEIVES) {
		assert_int_equal(reply.nulls, 0);
		assert_int_equal(n, 5u + tpdu[4]);
		single = reply.single;
		card_t0_data(card, tpdu + 5, n - 5, &reply);
		assert_int_equal(reply.turn, T0_STATUS);
	}
	if (reply.turn == T0_SENDS)
		assert_int_equal(reply.len, p3);
	else
		assert_int_equal(reply.len, 0);
	memcpy(answer->data, reply.data, reply.len);
	answer->len = reply.len;
	answer->sw = reply.sw;
	answer->nulls = reply.nulls;
	answer->single = single || reply.single;
}

uint16_t
host_hex(struct card *card, const char *hex, struct host_answer *a)
{
	uint8_t tpdu[TPDU_MAX];
	struct host_answer unused;
	size_t n = hex_bytes(hex, tpdu, sizeof(tpdu));

	if (!a)
		a = &unused;
	host_tpdu(card, tpdu, n, a);
	return a->sw;
}

static uint16_t
fetch(struct card *card, struct host_answer *a, struct blob *out)
{
	uint8_t get[5] = {0x00, 0xC0, 0x00, 0x00, 0x00};
	unsigned rounds = 0;

	while (a->sw >> 8 == 0x61) {
		assert_true(rounds++ < ROUNDS_MAX);
		get[4] = (uint8_t)a->sw;
		host_tpdu(card, get, sizeof(get), a);
		if (out)
			blob_add(out, a->data, a->len);
	}
	return a->sw;
}

static uint16_t
exchange(struct card *card, uint8_t *tpdu, size_t n, struct blob *out)
{
	struct host_answer a;

	host_tpdu(card, tpdu, n, &a);
	if (a.sw >> 8 == 0x6C) {
		tpdu[4] = (uint8_t)a.sw;
		host_tpdu(card, tpdu, n, &a);
	}
	if (out)
		blob_add(out, a.data, a.len);
	return fetch(card, &a, out);
}

uint16_t
host_apdu(struct card *card, const char *hex, struct blob *out)
{
	uint8_t tpdu[TPDU_MAX];
	size_t n = hex_bytes(hex, tpdu, sizeof(tpdu));

	return exchange(card, tpdu, n, out);
}

void
host_expect(struct card *card, const char *hex, const char *answer)
{
	uint8_t wanted[TPDU_MAX];
	struct host_answer a;
	size_t n = hex_bytes(answer, wanted, sizeof(wanted));

	host_hex(card, hex, &a);
	assert_true(n >= 2);
	assert_int_equal(a.sw, wanted[n - 2] << 8 | wanted[n - 1]);
	assert_int_equal(a.len, n - 2);
	assert_memory_equal(a.data, wanted, n - 2);
}

void
host_read(struct card *card, unsigned type, unsigned piece, struct blob *out)
{
	uint8_t tpdu[7] = {0x80, 0x52, 0x00, 0x00, 0x02, (uint8_t)type, 0x02};
	size_t total, at, count;

	assert_int_equal(exchange(card, tpdu, sizeof(tpdu), out), 0x9000);
	assert_int_equal(out->len, 2);
	total = out->data[0] + 256u * out->data[1];
	out->len = 0;
	for (at = 0; at < total; at += count) {
		count = total - at < piece ? total - at : piece;
		tpdu[2] = (uint8_t)((at + 2) >> 8);
		tpdu[3] = (uint8_t)(at + 2);
		tpdu[6] = (uint8_t)count;
		assert_int_equal(
		    exchange(card, tpdu, sizeof(tpdu), out), 0x9000);
		assert_int_equal(out->len, at + count);
	}
}

void
host_select(struct card *card, const char *aid)
{
	char hex[64];

	snprintf(hex, sizeof(hex), "00 A4 04 00 07 A0 00 00 %s", aid);
	assert_int_equal(host_hex(card, hex, NULL), 0x610D);
}

void
host_verify(struct card *card)
{
	assert_int_equal(
	    host_hex(card, "00 20 00 00 08 37 37 37 37 37 37 37 37", NULL),
	    0x9000);
}

uint16_t
host_private(struct card *card, const uint8_t *block, size_t n, size_t piece,
    struct blob *out)
{
	uint8_t tpdu[TPDU_MAX] = {0x00, 0x42};
	size_t at, count;
	uint16_t sw = 0x9000;

	for (at = 0; at < n && sw == 0x9000; at += count) {
		count = n - at < piece ? n - at : piece;
		tpdu[2] = at + count < n ? 0x80 : 0x00;
		tpdu[4] = (uint8_t)count;
		memcpy(tpdu + 5, block + at, count);
		sw = exchange(card, tpdu, 5 + count, out);
	}
	return sw;
}

static void
path_in(const char *variable, const char *name, char *path, size_t size)
{
	const char *folder = getenv(variable);

	if (!folder)
		fail_msg("%s is not set", variable);
	else
		snprintf(path, size, "%s/%s", folder, name);
}

void
profile_path(const char *name, char *path, size_t size)
{
	path_in("CAC_EMULATOR_PROFILES", name, path, size);
}

void
data_path(const char *name, char *path, size_t size)
{
	path_in("CAC_TEST_DATA", name, path, size);
}

struct card *
host_card(const char *profile, const char *pki)
{
	char path[512];
	const char *error = "";
	struct card *card;
	size_t len;

	if (profile[0] == '/')
		snprintf(path, sizeof(path), "%s", profile);
	else
		profile_path(profile, path, sizeof(path));
	card = card_new(path, pki, &error);
	if (!card)
		fail_msg("%s", error);
	else
		card_reset(card, &len);
	return card;
}

void
host_profile(const char *folder, const char *base, const char *lines,
    char *path, size_t size)
{
	char real[512], *absolute;
	FILE *f;

	profile_path(base, real, sizeof(real));
	absolute = realpath(real, NULL);
	assert_non_null(absolute);
	snprintf(path, size, "%s/profile", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "include %s\n%s\n", absolute, lines);
	assert_int_equal(fclose(f), 0);
	free(absolute);
}

void
folder_make(char *path, size_t size)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(path, size, "%s/emulator-card.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(path));
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
folder_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

char test_folder[128], test_pki[160];

int
test_setup(void **state)
{
	(void)state;
	folder_make(test_folder, sizeof(test_folder));
	snprintf(test_pki, sizeof(test_pki), "%s/pki", test_folder);
	return 0;
}

int
test_teardown(void **state)
{
	(void)state;
	folder_remove(test_folder);
	return 0;
}

struct card *
host_habit(const char *base, const char *lines)
{
	char path[256];

	host_profile(test_folder, base, lines, path, sizeof(path));
	return host_card(path, test_pki);
}
