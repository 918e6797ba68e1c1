/* SPDX-License-Identifier: BSD-2-Clause */
/* The test PKI: certificates in containers, private keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "tests/emulator/card-host.h"
#include "tests/emulator/pki-rig.h"

static X509 *
certificate(const char *dir, const char *name)
{
	struct blob der = {0};
	const unsigned char *p;
	X509 *x;

	pki_file(dir, name, &der);
	p = der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	assert_non_null(x);
	assert_ptr_equal(p, der.data + der.len);
	blob_clear(&der);
	return x;
}

static void
containers_hold_the_certificates(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	pki_container(card, test_pki, "00 79 01 00", 1, 15, "00.der");
	pki_container(card, test_pki, "00 79 01 01", 1, 15, "01.der");
	pki_container(card, test_pki, "00 79 01 02", 1, 15, "02.der");
	card_free(&card);
	card = host_card("cac-v2-plain-gzip", test_pki);
	pki_container(card, test_pki, "00 79 01 00", 0, 0, "00.der");
	pki_container(card, test_pki, "00 79 01 01", 1, 31, "01.der");
	pki_container(card, test_pki, "00 79 01 02", 0, 15, "02.der");
	card_free(&card);
	card = host_card("cac-v2-oddsizes", test_pki);
	pki_container(card, test_pki, "00 79 01 00", 1, 15, "00.der");
	pki_container(card, test_pki, "00 79 01 01", 1, 15, "01.der");
	pki_container(card, test_pki, "00 79 01 02", 1, 15, "02.der");
	card_free(&card);
}

static void
odd_sizes_are_exact(void **state)
{
	static const size_t sizes[] = {6 * 240, 6 * 255, 8 * 240 + 1};
	struct card *card = host_card("cac-v2-oddsizes", test_pki);
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
	struct card *card = host_card("cac-v2-holes", test_pki);
	struct blob b = {0};

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	host_expect(card, "00 C0 00 00 02", "00 00 90 00");
	host_verify(card);
	host_expect(card, "00 42 00 00 01 00", "6A 88");
	host_select(card, "00 79 01 01");
	assert_false(pki_element(card, 0x72, &b));
	assert_true(pki_element(card, 0x70, &b));
	blob_clear(&b);
	host_select(card, "00 79 01 03");
	assert_true(pki_element(card, 0x70, &b));
	assert_int_equal(b.len, 0);
	card_free(&card);
}

/* c^e mod n of a raw private operation is the input. */
static void
check_private(struct card *card, const char *file, size_t block, size_t piece)
{
	X509 *x = certificate(test_pki, file);
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
	struct card *card = host_card("cac-v2-oddsizes", test_pki);

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
	card = host_card("cac-v2-gcx4", test_pki);
	host_verify(card);
	host_select(card, "00 79 01 02");
	check_private(card, "02.der", 128, 128);
	card_free(&card);
}

static void
private_operation_refuses(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);
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
	host_profile(test_folder, "cac-v2-gcx4",
	    "rule 77 05 1E:00\napplet A0000000790107\nobject 0107\n"
	    "key 07 signature 1024\naccess 42 77",
	    path, sizeof(path));
	card = host_card(path, test_pki);
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
	struct card *card = host_card("cac-v2-plain-gzip", test_pki);
	X509 *root = certificate(test_pki, "root.der");
	X509 *ca = certificate(test_pki, "ca.der");
	STACK_OF(X509) *middle = sk_X509_new_null();
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	size_t i;

	(void)state;
	X509_STORE_add_cert(store, root);
	sk_X509_push(middle, ca);
	for (i = 0; i < 3; i++) {
		X509 *x = certificate(test_pki, leaf[i].file);
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
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
