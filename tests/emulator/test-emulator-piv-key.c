/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERAL AUTHENTICATE: keys, rules, templates and chains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

#include "tests/emulator/key-check.h"

#define SELECT_PIV "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00"
#define RIGHT	   "00 20 00 80 08 37 37 37 37 37 37 37 37"
#define ASK	   "00 20 00 80"

/* A template over a hash of P-256: 32 bytes of 11 */
#define HALF  "11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 "
#define HASH  HALF HALF
#define ASKED "7C 24 82 00 81 20 " HASH

/* Each profile has its own keys, made once. */
static void
begin(struct apdu_host *h, const char *base, const char *lines)
{
	snprintf(test_pki, sizeof(test_pki), "%s/pki-%s", test_folder, base);
	apdu_open_habit(h, test_folder, base, lines, test_pki);
	assert_int_equal(apdu_hex(h, SELECT_PIV, NULL), 0x9000);
}

static void
rsa_keys_answer(void **state)
{
	static const uint8_t t1[] = {0xFF, 0x01, 0xFE};
	uint8_t answer[6];
	struct apdu_host h;
	unsigned turn;

	(void)state;
	begin(&h, "piv-only-sce7", "");
	for (turn = 0; turn < 2; turn++) {
		apdu_expect(&h, RIGHT, "90 00");
		check_rsa(&h, test_pki, 0x9A, 0x00, 255);
		check_rsa(&h, test_pki, 0x9D, 0x02, 240);
		check_rsa(&h, test_pki, 0x9E, 0x03, 128);
		apdu_expect(&h, RIGHT, "90 00");
		check_rsa(&h, test_pki, 0x9C, 0x01, 1);
		/* Again in T=1 */
		apdu_reset(&h);
		assert_int_equal(
		    card_pps(h.card, t1, sizeof(t1), answer), sizeof(t1));
		assert_int_equal(card_protocol(h.card), 1);
		assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	}
	/* Twice for each part */
	assert_int_equal(h.wtx, 2 * (2 + 2 + 3 + 266));
	apdu_close(&h);
}

static void
retired_keys_answer(void **state)
{
	static const uint8_t head[] = {
	    0x53, 0x08, 0xC1, 0x01, 0x14, 0xC2, 0x01, 0x00, 0xFE, 0x00};
	struct blob out = {0};
	struct apdu_host h;
	uint8_t key;

	(void)state;
	begin(&h, "piv-key-history", "");
	assert_int_equal(
	    apdu_hex(&h, "00 CB 3F FF 05 5C 03 5F C1 0C 00", &out), 0x9000);
	assert_int_equal(out.len, sizeof(head));
	assert_memory_equal(out.data, head, sizeof(head));
	blob_clear(&out);
	apdu_expect(&h, RIGHT, "90 00");
	for (key = 0x82; key < 0x94; key++)
		check_rsa(&h, test_pki, key, key - 0x82u + 0x10, 255);
	check_ecdh(&h, test_pki, 0x11, 0x94, 0x22);
	check_ecdh(&h, test_pki, 0x14, 0x95, 0x23);
	apdu_close(&h);
	/* The big ones in T=0, too. */
	begin(&h, "piv-key-history",
	    "atr 3B 7D 96 00 00 80 31 80 65 B0 83 11 17 E5 83 00 90 00\n"
	    "protocol t0\n");
	apdu_expect(&h, RIGHT, "90 00");
	check_rsa(&h, test_pki, 0x91, 0x1F, 240);
	check_rsa(&h, test_pki, 0x93, 0x21, 255);
	apdu_close(&h);
}

static void
elliptic_keys_answer(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "piv-ecc", "");
	assert_int_equal(card_protocol(h.card), 1);
	check_ecdsa(&h, test_pki, 0x14, 0x9E, 0x03);
	apdu_expect(&h, RIGHT, "90 00");
	check_ecdsa(&h, test_pki, 0x11, 0x9A, 0x00);
	check_ecdh(&h, test_pki, 0x14, 0x9D, 0x02);
	apdu_expect(&h, RIGHT, "90 00");
	check_ecdsa(&h, test_pki, 0x11, 0x9C, 0x01);
	apdu_close(&h);
}

static void
keys_have_rules(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "piv-ecc", "");
	apdu_expect(&h, "00 87 11 9A 26 " ASKED "00", "69 82");
	apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	apdu_expect(&h, "00 87 14 9D 26 " ASKED "00", "69 82");
	/* A part of a chain is refused at once, too. */
	apdu_expect(&h, "10 87 11 9A 26 " ASKED, "69 82");
	apdu_expect(&h, RIGHT, "90 00");
	check_ecdsa(&h, test_pki, 0x11, 0x9A, 0x00);
	check_ecdsa(&h, test_pki, 0x11, 0x9A, 0x00);
	check_ecdh(&h, test_pki, 0x14, 0x9D, 0x02);
	/* Algorithm against key; keys that are not there */
	apdu_expect(&h, "00 87 14 9A 26 " ASKED "00", "6A 86");
	apdu_expect(&h, "00 87 07 9A 26 " ASKED "00", "6A 86");
	apdu_expect(&h, "00 87 00 9A 26 " ASKED "00", "6A 86");
	apdu_expect(&h, "00 87 11 82 26 " ASKED "00", "6A 86");
	apdu_expect(&h, "00 87 00 9B 04 7C 02 81 00 00", "6A 86");
	apdu_expect(&h, "00 87 11 00 26 " ASKED "00", "6A 86");
	apdu_close(&h);
}

static void
the_signature_key_wants_the_pin_each_time(void **state)
{
	static const char *const between[] = {
	    ASK,
	    "00 CB 3F FF 03 5C 01 7E 00",
	    "00 FD 00 00 03",
	    "80 20 00 80",
	    "00 C0 00 00 00",
	    "00 87 11 82 26 " ASKED "00",
	    "00 24 00 80 10 37 37 37 37 37 37 37 37 37 37 37 37 37 37 37 37",
	    SELECT_PIV,
	};
	struct apdu_host h;
	size_t i;

	(void)state;
	begin(&h, "piv-ecc", "");
	apdu_expect(&h, RIGHT, "90 00");
	check_ecdsa(&h, test_pki, 0x11, 0x9C, 0x01);
	apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	apdu_expect(&h, ASK, "90 00");
	apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	for (i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		apdu_expect(&h, RIGHT, "90 00");
		apdu_hex(&h, between[i], NULL);
		apdu_expect(&h, ASK, "90 00");
		apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	}
	apdu_expect(&h, RIGHT, "90 00");
	check_ecdsa(&h, test_pki, 0x14, 0x9E, 0x03);
	apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	/* An attempt in vain uses it up. */
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, "00 87 11 9C 02 7C 00 00", "6A 80");
	apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	/* A chain is one command. */
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, "10 87 11 9C 06 7C 24 82 00 81 20", "90 00");
	apdu_expect(&h, "10 87 11 9C 10 " HALF, "90 00");
	assert_int_equal(
	    apdu_hex(&h, "00 87 11 9C 10 " HALF "00", NULL), 0x9000);
	apdu_expect(&h, "00 87 11 9C 26 " ASKED "00", "69 82");
	apdu_close(&h);
}

static void
templates_are_read_strictly(void **state)
{
	static const char *const bad[] = {
	    "7D 24 82 00 81 20 " HASH,	     /* another template */
	    "7C 23 82 00 81 20 " HASH,	     /* too short */
	    "7C 25 82 00 81 20 " HASH,	     /* too long */
	    "7C 22 81 20 " HASH,	     /* asks for nothing */
	    "7C 26 82 00 82 00 81 20 " HASH, /* asks twice */
	    "7C 25 82 01 00 81 20 " HASH,    /* brings a response */
	    "7C 26 80 00 82 00 81 20 " HASH, /* witness */
	    "7C 02 82 00",		     /* no data */
	    "7C 04 82 00 81 00",	     /* empty challenge */
	    "7C 24 82 00 85 20 " HASH,	     /* 9A does not agree */
	    "7C 14 82 00 81 10 " HALF,	     /* half a hash */
	    "7C 25 82 00 81 21 00 " HASH,    /* more than a hash */
	    "7C 24 82 00 81 80 " HASH,	     /* indefinite */
	    "7C 24 82 00 81 83 " HASH,	     /* longer than anything */
	    "7C 24 82 00 81 21 " HASH,	     /* past its template */
	    "7C",
	};
	char hex[256];
	struct apdu_host h;
	uint8_t bytes[64];
	size_t i;

	(void)state;
	begin(&h, "piv-ecc", "");
	apdu_expect(&h, RIGHT, "90 00");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(hex, sizeof(hex), "00 87 11 9A %02zX %s 00",
		    hex_bytes(bad[i], bytes, sizeof(bytes)), bad[i]);
		apdu_expect(&h, hex, "6A 80");
	}
	apdu_expect(&h, "00 87 11 9A", "67 00");
	/* Longer lengths and the other order are as good. */
	assert_int_equal(
	    apdu_hex(&h,
		"00 87 11 9A 2A 7C 82 00 26 81 82 00 20 " HASH "82 00 00",
		NULL),
	    0x9000);
	assert_int_equal(
	    apdu_hex(
		&h, "00 87 11 9A 27 7C 81 24 82 00 81 20 " HASH "00", NULL),
	    0x9000);
	/* 9D agrees and does not sign. */
	apdu_expect(
	    &h, "00 87 14 9D 36 7C 34 82 00 81 30 " HALF HASH "00", "6A 80");
	apdu_expect(&h,
	    "00 87 11 9A 4A 7C 48 82 00 81 20 " HASH "85 20 " HASH "82 00 00",
	    "6A 80");
	apdu_close(&h);
}

/* RSA: exact lengths, and a number below the modulus. */
static void
rsa_blocks_are_exact(void **state)
{
	static const uint8_t header[] = {0x87, 0x07, 0x9E};
	static const size_t lengths[] = {0, 1, 128, 255, 257};
	struct blob template = {0}, value = {0};
	uint8_t block[600] = {0};
	struct apdu_host h;
	size_t i;

	(void)state;
	begin(&h, "piv-only-sce7", "");
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		check_template(&template, true, 0x81, block, lengths[i]);
		assert_int_equal(
		    check_authenticate(&h, 0x07, 0x9E, &template, 255, &value),
		    0x6A80);
		blob_clear(&template);
	}
	check_template(&template, true, 0x85, block, 256);
	assert_int_equal(
	    check_authenticate(&h, 0x07, 0x9E, &template, 255, &value), 0x6A80);
	blob_clear(&template);
	memset(block, 0xFF, sizeof(block));
	check_template(&template, true, 0x81, block, 256);
	assert_int_equal(
	    check_authenticate(&h, 0x07, 0x9E, &template, 255, &value), 0x6A80);
	blob_clear(&template);
	/* More than any template of this key */
	check_template(&template, true, 0x81, block, 300);
	assert_int_equal(apdu_chain(&h, header, &template, 255, NULL), 0x6700);
	assert_int_equal(apdu_chain(&h, header, &template, 100, NULL), 0x6700);
	blob_clear(&template);
	apdu_close(&h);
}

static void
chains_are_not_broken(void **state)
{
	static const char *const other[] = {
	    "00 CB 3F FF 03 5C 01 7E 00",
	    ASK,
	    RIGHT,
	    "00 C0 00 00 00",
	    "00 87 14 9A 10 " HALF "00",
	    "00 87 11 9C 10 " HALF "00",
	    "10 87 11 9C 10 " HALF,
	    "80 87 11 9A 10 " HALF "00",
	    "10 CB 3F FF 03 5C 01 7E",
	    "00 FD 00 00 00",
	};
	struct apdu_host h;
	size_t i;

	(void)state;
	begin(&h, "piv-ecc", "");
	apdu_expect(&h, RIGHT, "90 00");
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		apdu_expect(&h, "10 87 11 9A 06 7C 24 82 00 81 20", "90 00");
		apdu_expect(&h, "10 87 11 9A 10 " HALF, "90 00");
		apdu_expect(&h, other[i], "68 83");
		/* And the parts are gone. */
		apdu_expect(&h, "00 87 11 9A 10 " HALF "00", "6A 80");
	}
	check_ecdsa(&h, test_pki, 0x11, 0x9A, 0x00);
	/* SELECT goes through; a reset forgets. */
	apdu_expect(&h, "10 87 11 9A 06 7C 24 82 00 81 20", "90 00");
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, "00 87 11 9A 20 " HASH "00", "6A 80");
	apdu_expect(&h, "10 87 11 9A 06 7C 24 82 00 81 20", "90 00");
	apdu_reset(&h);
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, "00 87 11 9A 20 " HASH "00", "6A 80");
	/* Parts without data, or with Le */
	apdu_expect(&h, "10 87 11 9A", "67 00");
	apdu_expect(&h, "10 87 11 9A 06 7C 24 82 00 81 20 00", "67 00");
	apdu_expect(&h, "00 87 11 9A 20 " HASH "00", "6A 80");
	apdu_close(&h);
	begin(&h, "piv-ecc", "status chain-broken none\n");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, "10 87 11 9A 06 7C 24 82 00 81 20", "90 00");
	apdu_expect(&h, ASK, "90 00");
	apdu_expect(&h, "00 87 11 9A 20 " HASH "00", "6A 80");
	apdu_close(&h);
}

/* The bytes of 6.7 and 7.2: 266 = 255 + 11, then 256 + 8. */
static void
chain_of_t0_as_known(void **state)
{
	uint8_t first[5 + 255] = {0x10, 0x87, 0x07, 0x9E, 0xFF, 0x7C, 0x82,
	    0x01, 0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00};
	struct blob out = {0};
	struct apdu_host h;

	(void)state;
	begin(&h, "piv-only-sce7", "");
	assert_int_equal(apdu_once(&h, first, sizeof(first), NULL), 0x9000);
	apdu_exact(
	    &h, "00 87 07 9E 0B 00 00 00 00 00 00 00 00 00 00 01", "61 00");
	assert_int_equal(
	    apdu_once(&h, (const uint8_t *)"\0\xC0\0\0\0", 5, &out), 0x6108);
	/* 1 to the power of d is 1. */
	assert_int_equal(out.len, 256);
	assert_memory_equal(
	    out.data, "\x7C\x82\x01\x04\x82\x82\x01\x00\x00", 9);
	apdu_exact(&h, "00 C0 00 00 08", "00 00 00 00 00 00 00 01 90 00");
	blob_clear(&out);
	assert_int_equal(card_counts(h.card)->private_operations, 1);
	apdu_close(&h);
}

static uint32_t
usage(unsigned number)
{
	X509 *x = check_certificate(test_pki, number);
	uint32_t bits = X509_get_key_usage(x);

	X509_free(x);
	return bits;
}

static void
certificates_fit_their_keys(void **state)
{
	struct apdu_host h;
	X509 *x;

	(void)state;
	begin(&h, "piv-ecc", "");
	assert_int_equal(usage(0x00), KU_DIGITAL_SIGNATURE);
	assert_int_equal(
	    usage(0x01), KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
	assert_int_equal(usage(0x02), KU_KEY_AGREEMENT);
	assert_int_equal(usage(0x03), KU_DIGITAL_SIGNATURE);
	x = check_certificate(test_pki, 0x00);
	assert_true(X509_get_extended_key_usage(x) & XKU_SSL_CLIENT);
	X509_free(x);
	apdu_close(&h);
	begin(&h, "piv-only-sce7", "");
	assert_int_equal(usage(0x02), KU_KEY_ENCIPHERMENT);
	apdu_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rsa_keys_answer),
	    cmocka_unit_test(retired_keys_answer),
	    cmocka_unit_test(elliptic_keys_answer),
	    cmocka_unit_test(keys_have_rules),
	    cmocka_unit_test(the_signature_key_wants_the_pin_each_time),
	    cmocka_unit_test(templates_are_read_strictly),
	    cmocka_unit_test(rsa_blocks_are_exact),
	    cmocka_unit_test(chains_are_not_broken),
	    cmocka_unit_test(chain_of_t0_as_known),
	    cmocka_unit_test(certificates_fit_their_keys),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
