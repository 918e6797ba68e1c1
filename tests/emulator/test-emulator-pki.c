/* SPDX-License-Identifier: BSD-2-Clause */
/* The test PKI: certificates in containers, private keys, the stored folder. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#define ZLIB_CONST
#include <zlib.h>

#include "tests/emulator/card-host.h"

#define CERT_MAX 2048

static char folder[128];
static char pki[160];

static int
setup(void **state)
{
	(void)state;
	folder_make(folder, sizeof(folder));
	snprintf(pki, sizeof(pki), "%s/pki", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

static void
file_read(const char *dir, const char *name, struct blob *out)
{
	uint8_t data[1024];
	char path[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f) {
		fail_msg("%s is missing", path);
		return;
	}
	while ((n = fread(data, 1, sizeof(data), f)) > 0)
		blob_add(out, data, n);
	fclose(f);
}

static X509 *
certificate(const char *dir, const char *name)
{
	struct blob der = {0};
	const unsigned char *p;
	X509 *x;

	file_read(dir, name, &der);
	p = der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	assert_non_null(x);
	assert_ptr_equal(p, der.data + der.len);
	blob_clear(&der);
	return x;
}

/* The element tag of the selected object; false when it is not in T. */
static bool
element(struct card *card, uint8_t tag, struct blob *out)
{
	struct blob t = {0}, v = {0};
	size_t i, len, at = 0;
	bool found = false;

	host_read(card, 1, 255, &t);
	host_read(card, 2, 240, &v);
	for (i = 0; i + 1 < t.len; i += 2) {
		uint8_t this = t.data[i];

		len = t.data[i + 1];
		if (len == 0xFF) {
			assert_true(i + 3 < t.len);
			len = t.data[i + 2] + 256u * t.data[i + 3];
			i += 2;
		}
		assert_true(at + len <= v.len);
		if (this == tag) {
			blob_add(out, v.data + at, len);
			found = true;
		}
		at += len;
	}
	assert_int_equal(at, v.len);
	blob_clear(&t);
	blob_clear(&v);
	return found;
}

static size_t
unpack(const struct blob *in, int window, uint8_t *out, size_t max)
{
	z_stream z = {.next_in = in->data,
	    .avail_in = (uInt)in->len,
	    .next_out = out,
	    .avail_out = (uInt)max};
	size_t n;

	assert_int_equal(inflateInit2(&z, window), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	n = z.total_out;
	inflateEnd(&z);
	return n;
}

static void
container_holds(struct card *card, const char *dir, const char *aid,
    uint8_t certinfo, int window, const char *file)
{
	struct blob packed = {0}, info = {0}, wanted = {0}, lrc = {0};
	uint8_t der[CERT_MAX];
	size_t n;

	host_select(card, aid);
	assert_true(element(card, 0x70, &packed));
	assert_true(element(card, 0x71, &info));
	assert_int_equal(info.len, 1);
	assert_int_equal(info.data[0], certinfo);
	assert_true(element(card, 0xFE, &lrc));
	file_read(dir, file, &wanted);
	if (window) {
		n = unpack(&packed, window, der, sizeof(der));
		assert_int_equal(n, wanted.len);
		assert_memory_equal(der, wanted.data, n);
	} else {
		assert_int_equal(packed.len, wanted.len);
		assert_memory_equal(packed.data, wanted.data, wanted.len);
	}
	blob_clear(&packed);
	blob_clear(&info);
	blob_clear(&wanted);
	blob_clear(&lrc);
}

static void
containers_hold_the_certificates(void **state)
{
	struct card *card = host_card("cac-v2", pki);

	(void)state;
	container_holds(card, pki, "00 79 01 00", 1, 15, "00.der");
	container_holds(card, pki, "00 79 01 01", 1, 15, "01.der");
	container_holds(card, pki, "00 79 01 02", 1, 15, "02.der");
	card_free(&card);
	card = host_card("cac-v2-plain-gzip", pki);
	container_holds(card, pki, "00 79 01 00", 0, 0, "00.der");
	container_holds(card, pki, "00 79 01 01", 1, 31, "01.der");
	container_holds(card, pki, "00 79 01 02", 0, 15, "02.der");
	card_free(&card);
	card = host_card("cac-v2-oddsizes", pki);
	container_holds(card, pki, "00 79 01 00", 1, 15, "00.der");
	container_holds(card, pki, "00 79 01 01", 1, 15, "01.der");
	container_holds(card, pki, "00 79 01 02", 1, 15, "02.der");
	card_free(&card);
}

static void
odd_sizes_are_exact(void **state)
{
	static const size_t sizes[] = {6 * 240, 6 * 255, 8 * 240 + 1};
	struct card *card = host_card("cac-v2-oddsizes", pki);
	struct blob v = {0};
	char aid[16];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(aid, sizeof(aid), "00 79 01 %02zX", i);
		host_select(card, aid);
		host_read(card, 2, 255, &v);
		assert_int_equal(v.len, sizes[i]);
		blob_clear(&v);
	}
	card_free(&card);
}

static void
holes_are_holes(void **state)
{
	struct card *card = host_card("cac-v2-holes", pki);
	struct blob b = {0};

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	host_expect(card, "00 C0 00 00 02", "00 00 90 00");
	host_verify(card);
	host_expect(card, "00 42 00 00 01 00", "6A 88");
	host_select(card, "00 79 01 01");
	assert_false(element(card, 0x72, &b));
	assert_true(element(card, 0x70, &b));
	blob_clear(&b);
	host_select(card, "00 79 01 03");
	assert_true(element(card, 0x70, &b));
	assert_int_equal(b.len, 0);
	card_free(&card);
}

/* c^e mod n of a raw private operation is the input. */
static void
check_private(struct card *card, const char *file, size_t block, size_t piece)
{
	X509 *x = certificate(pki, file);
	EVP_PKEY *key = X509_get0_pubkey(x);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t in[512], back[512];
	struct blob out = {0};
	size_t i, len = sizeof(back);

	for (i = 0; i < block; i++)
		in[i] = (uint8_t)(i * 11);
	assert_int_equal(EVP_PKEY_get_size(key), (int)block);
	assert_int_equal(host_private(card, in, block, piece, &out), 0x9000);
	assert_int_equal(out.len, block);
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	assert_int_equal(
	    EVP_PKEY_encrypt(ctx, back, &len, out.data, out.len), 1);
	assert_int_equal(len, block);
	assert_memory_equal(back, in, block);
	blob_clear(&out);
	EVP_PKEY_CTX_free(ctx);
	X509_free(x);
}

static void
private_operation_matches_the_certificate(void **state)
{
	struct card *card = host_card("cac-v2-oddsizes", pki);

	(void)state;
	host_verify(card);
	host_select(card, "00 79 01 00");
	check_private(card, "00.der", 256, 240);
	check_private(card, "00.der", 256, 128);
	host_select(card, "00 79 01 01");
	check_private(card, "01.der", 256, 255);
	host_select(card, "00 79 01 02");
	check_private(card, "02.der", 512, 250);
	check_private(card, "02.der", 512, 1);
	card_free(&card);
	card = host_card("cac-v2-gcx4", pki);
	host_verify(card);
	host_select(card, "00 79 01 02");
	check_private(card, "02.der", 128, 128);
	card_free(&card);
}

static void
private_operation_refuses(void **state)
{
	struct card *card = host_card("cac-v2", pki);
	uint8_t block[257] = {0};
	struct blob out = {0};

	(void)state;
	host_select(card, "00 79 01 01");
	host_expect(card, "00 42 00 00 01 00", "69 82");
	host_expect(card, "80 42 80 00 01 00", "69 82");
	host_verify(card);
	host_expect(card, "00 42 01 00 01 00", "6A 86");
	host_expect(card, "00 42 00 01 01 00", "6A 86");
	assert_int_equal(host_private(card, block, 255, 240, &out), 0x6984);
	assert_int_equal(host_private(card, block, 257, 255, &out), 0x6984);
	/* Not below the modulus. */
	memset(block, 0xFF, sizeof(block));
	assert_int_equal(host_private(card, block, 256, 240, &out), 0x6984);
	/* SELECT forgets the first part. */
	memset(block, 0x01, sizeof(block));
	host_expect(card, "00 42 80 00 01 01", "90 00");
	host_expect(card, "00 A4 02 00 02 01 01", "90 00");
	assert_int_equal(host_private(card, block, 256, 240, &out), 0x9000);
	assert_int_equal(out.len, 256);
	blob_clear(&out);
	host_select(card, "00 79 02 00");
	host_expect(card, "00 42 00 00 01 00", "6D 00");
	host_select(card, "01 16 30 00");
	host_expect(card, "00 42 00 00 01 00", "69 85");
	card_free(&card);
}

static void
pin_always_asks_each_time(void **state)
{
	uint8_t block[128] = {0};
	struct card *card;
	char path[256];

	(void)state;
	host_profile(folder, "cac-v2-gcx4",
	    "rule 77 05 1E:00\napplet A0000000790107\nobject 0107\n"
	    "key 07 signature 1024\naccess 42 77",
	    path, sizeof(path));
	card = host_card(path, pki);
	host_select(card, "00 79 01 07");
	host_verify(card);
	assert_int_equal(host_private(card, block, 128, 100, NULL), 0x9000);
	assert_int_equal(host_private(card, block, 128, 100, NULL), 0x6982);
	host_verify(card);
	assert_int_equal(host_private(card, block, 128, 128, NULL), 0x9000);
	card_free(&card);
}

static void
certificates_are_shaped_like_those_of_a_cac(void **state)
{
	static const struct {
		const char *file;
		uint32_t usage;
		int purpose;
	} leaf[] = {
	    {"00.der", KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
		X509_PURPOSE_SSL_CLIENT},
	    {"01.der", KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
		X509_PURPOSE_SMIME_SIGN},
	    {"02.der", KU_KEY_ENCIPHERMENT, X509_PURPOSE_SMIME_ENCRYPT},
	};
	struct card *card = host_card("cac-v2-plain-gzip", pki);
	X509 *root = certificate(pki, "root.der");
	X509 *ca = certificate(pki, "ca.der");
	STACK_OF(X509) *middle = sk_X509_new_null();
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	size_t i;

	(void)state;
	X509_STORE_add_cert(store, root);
	sk_X509_push(middle, ca);
	for (i = 0; i < 3; i++) {
		X509 *x = certificate(pki, leaf[i].file);
		int size = i2d_X509(x, NULL);

		assert_in_range(size, 1100, 1600);
		assert_int_equal(X509_get_key_usage(x), leaf[i].usage);
		assert_int_equal(X509_check_purpose(x, leaf[i].purpose, 0), 1);
		assert_int_equal(
		    X509_check_email(x, "test.card.one@example.mil", 0, 0),
		    i > 0);
		X509_STORE_CTX_init(ctx, store, x, middle);
		assert_int_equal(X509_verify_cert(ctx), 1);
		X509_STORE_CTX_cleanup(ctx);
		X509_free(x);
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(middle);
	X509_free(ca);
	X509_free(root);
	card_free(&card);
}

static void
same_file(
    const char *dir, const char *name, const struct blob *before, bool same)
{
	struct blob now = {0};

	file_read(dir, name, &now);
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
	snprintf(dir, sizeof(dir), "%s/again", folder);
	/* An empty folder that is there already will do. */
	assert_int_equal(mkdir(dir, 0700), 0);
	card = host_card("cac-v2-gcx4", dir);
	host_select(card, "01 16 DB 00");
	host_read(card, 2, 240, &ccc);
	card_free(&card);
	for (i = 0; i < 3; i++)
		file_read(dir, names[i], &der[i]);
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
	snprintf(dir, sizeof(dir), "%s/race", folder);
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
	assert_int_equal(count_names(folder, "race"), 1);
	assert_int_equal(count_names(dir, ".0"), 0);
	assert_int_equal(count_names(dir, "0"), 6);
	card = host_card("cac-v2-gcx4", dir);
	container_holds(card, dir, "00 79 01 00", 1, 15, "00.der");
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
	    cmocka_unit_test(containers_hold_the_certificates),
	    cmocka_unit_test(odd_sizes_are_exact),
	    cmocka_unit_test(holes_are_holes),
	    cmocka_unit_test(private_operation_matches_the_certificate),
	    cmocka_unit_test(private_operation_refuses),
	    cmocka_unit_test(pin_always_asks_each_time),
	    cmocka_unit_test(certificates_are_shaped_like_those_of_a_cac),
	    cmocka_unit_test(a_folder_is_used_again_and_completed),
	    cmocka_unit_test(without_a_folder_each_card_is_its_own),
	    cmocka_unit_test(two_emulators_may_start_at_once),
	    cmocka_unit_test(a_folder_that_cannot_be_made_is_an_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
