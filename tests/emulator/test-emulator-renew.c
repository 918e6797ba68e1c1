/* SPDX-License-Identifier: BSD-2-Clause */
/* Renewed certificates, other identities, and lengths of three bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/apdu-host.h"
#include "tools/emulator/card/apdu.h"
#include "tools/emulator/card/state.h"

static char other[160];

static int
setup(void **state)
{
	(void)test_setup(state);
	snprintf(other, sizeof(other), "%s/pki.2", test_folder);
	return 0;
}

/* What can be told apart: certificate, modulus, card id; all copies. */
struct face {
	struct blob der, modulus;
	uint8_t card_id[PKI_CARD_ID_LEN];
};

static void
look(const struct card *card, unsigned number, struct face *out)
{
	const struct blob *der = pki_certificate(card->pki, number);

	*out = (struct face){.der = {.len = 0}};
	blob_add(&out->der, der->data, der->len);
	assert_true(pki_modulus(card->pki, number, &out->modulus));
	memcpy(out->card_id, pki_card_id(card->pki), PKI_CARD_ID_LEN);
}

static void
forget(struct face *face)
{
	blob_clear(&face->der);
	blob_clear(&face->modulus);
}

static bool
same(const struct blob *a, const struct blob *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void
expect_renewed(const struct face *a, const struct face *b, bool new_key)
{
	assert_false(same(&a->der, &b->der));
	assert_int_equal(a->der.len, b->der.len);
	assert_int_equal(a->modulus.len, b->modulus.len);
	assert_int_equal(same(&a->modulus, &b->modulus), !new_key);
	assert_memory_equal(a->card_id, b->card_id, PKI_CARD_ID_LEN);
}

/* What the card hands out is what the PKI has now. */
static void
expect_plain(struct card *card, const char *aid, unsigned number)
{
	const struct blob *der = pki_certificate(card->pki, number);
	struct blob v = {0};

	host_select(card, aid);
	host_read(card, 2, 240, &v);
	assert_true(v.len > der->len);
	assert_memory_equal(v.data + 1, der->data, der->len);
	blob_clear(&v);
}

static void
a_certificate_is_renewed(void **state)
{
	struct card *card = host_card("cac-v2-plain-gzip", test_pki);
	struct face before, after, untouched, again;

	(void)state;
	look(card, 0, &before);
	look(card, 1, &untouched);
	expect_plain(card, "00 79 01 00", 0);
	assert_true(card_renew(card, 0, false, NULL));
	look(card, 0, &after);
	expect_renewed(&before, &after, false);
	expect_plain(card, "00 79 01 00", 0);
	look(card, 1, &again);
	assert_true(same(&untouched.der, &again.der));
	forget(&again);
	card_free(&card);
	/* The folder knows. */
	card = host_card("cac-v2-plain-gzip", test_pki);
	look(card, 0, &again);
	assert_true(same(&after.der, &again.der));
	forget(&again);
	card_free(&card);
	forget(&before);
	forget(&after);
	forget(&untouched);
}

static void
a_key_is_renewed(void **state)
{
	struct card *card = host_card("cac-v2-plain-gzip", test_pki);
	struct face before, after, again;

	(void)state;
	look(card, 0, &before);
	assert_true(card_renew(card, 0, true, NULL));
	look(card, 0, &after);
	expect_renewed(&before, &after, true);
	expect_plain(card, "00 79 01 00", 0);
	card_free(&card);
	card = host_card("cac-v2-plain-gzip", test_pki);
	look(card, 0, &again);
	assert_true(same(&after.der, &again.der));
	forget(&again);
	forget(&before);
	forget(&after);
	card_free(&card);
}

static void
renewal_has_limits(void **state)
{
	struct card *card = host_card("cac-v2", NULL);
	const char *error = "";
	struct face before, after;
	unsigned n = 0;

	(void)state;
	assert_false(card_renew(card, 0x55, false, &error));
	assert_string_equal(error, "there is no key 55");
	/* Without a folder too. */
	look(card, 2, &before);
	while (n < 100 && card_renew(card, 2, false, &error))
		n++;
	assert_int_equal(n, 29);
	assert_string_equal(error, "no more than 29 renewals");
	look(card, 2, &after);
	expect_renewed(&before, &after, false);
	forget(&before);
	forget(&after);
	card_free(&card);
}

static void
another_card_has_nothing_in_common(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);
	struct card *second = host_card("cac-v2", other);
	struct face a, b;
	struct blob ccc = {0}, ccc2 = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		look(card, i, &a);
		look(second, i, &b);
		assert_false(same(&a.der, &b.der));
		assert_false(same(&a.modulus, &b.modulus));
		assert_memory_not_equal(a.card_id, b.card_id, PKI_CARD_ID_LEN);
		forget(&a);
		forget(&b);
	}
	host_select(card, "01 16 DB 00");
	host_read(card, 2, 240, &ccc);
	host_select(second, "01 16 DB 00");
	host_read(second, 2, 240, &ccc2);
	assert_int_equal(ccc.len, ccc2.len);
	assert_memory_equal(ccc.data, ccc2.data, 7);
	assert_memory_not_equal(ccc.data + 7, ccc2.data + 7, 14);
	assert_memory_equal(ccc.data + 21, ccc2.data + 21, ccc.len - 21);
	blob_clear(&ccc);
	blob_clear(&ccc2);
	card_free(&card);
	card_free(&second);
}

/* A 2048-bit block in one command of 256 bytes: Lc 00 01 00. */
static void
one_long_command(void **state)
{
	static const uint8_t header[] = {
	    0x00, 0x42, 0x00, 0x00, 0x00, 0x01, 0x00};
	uint8_t apdu[sizeof(header) + 256 + 2] = {0};
	struct apdu_host h;
	struct blob out = {0};

	(void)state;
	apdu_open(&h, "cac-v2-extended", test_pki);
	apdu_expect(&h, "00 A4 04 00 07 A0 00 00 00 79 01 00 00",
	    "6F 0B 84 07 A0 00 00 00 79 01 00 A5 00 90 00");
	apdu_expect(&h, "00 20 00 00 08 37 37 37 37 37 37 37 37", "90 00");
	memcpy(apdu, header, sizeof(header));
	apdu[sizeof(header) + 255] = 2;
	/* Le 00 00: all of it. */
	assert_int_equal(apdu_once(&h, apdu, sizeof(apdu), &out), 0x9000);
	assert_int_equal(out.len, 256);
	blob_clear(&out);
	/* No Le: the answer waits for nobody here. */
	assert_int_equal(
	    apdu_once(&h, apdu, sizeof(apdu) - 2, &out) >> 8, 0x90);
	blob_clear(&out);
	apdu_close(&h);
}

/* GENERAL AUTHENTICATE: one long command, and the same in a chain. */
static void
long_or_chained(void **state)
{
	static const uint8_t header[] = {
	    0x00, 0x87, 0x07, 0x9A, 0x00, 0x01, 0x0A};
	static const uint8_t template[] = {
	    0x7C, 0x82, 0x01, 0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00};
	uint8_t apdu[sizeof(header) + 266 + 2] = {0};
	struct blob data = {0}, whole = {0}, parts = {0};
	struct apdu_host h;

	(void)state;
	apdu_open(&h, "cac-v2-extended", test_pki);
	apdu_hex(&h, "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00", NULL);
	apdu_expect(&h, "00 20 00 80 08 37 37 37 37 37 37 37 37", "90 00");
	memcpy(apdu, header, sizeof(header));
	memcpy(apdu + sizeof(header), template, sizeof(template));
	apdu[sizeof(apdu) - 3] = 2;
	assert_int_equal(apdu_once(&h, apdu, sizeof(apdu), &whole), 0x9000);
	assert_int_equal(whole.len, 264);
	blob_add(&data, apdu + sizeof(header), 266);
	assert_int_equal(apdu_chain(&h, apdu + 1, &data, 255, &parts), 0x9000);
	assert_true(same(&whole, &parts));
	blob_clear(&data);
	blob_clear(&whole);
	blob_clear(&parts);
	apdu_close(&h);
}

static uint16_t
run(struct card *card, const char *hex)
{
	uint8_t apdu[64];
	struct blob out = {0};
	size_t n = hex_bytes(hex, apdu, sizeof(apdu));
	uint16_t sw;

	apdu_run(card, apdu, n, &out);
	sw = (uint16_t)(out.data[out.len - 2] << 8 | out.data[out.len - 1]);
	blob_clear(&out);
	return sw;
}

static void
long_lengths_are_checked(void **state)
{
	struct card *card = host_card("cac-v2-extended", test_pki);

	(void)state;
	assert_int_equal(
	    run(card, "00 A4 04 00 00 00 07 A0 00 00 00 79 01 00 00 00"),
	    0x9000);
	assert_int_equal(
	    run(card, "00 A4 04 00 00 00 07 A0 00 00 00 79 01 00"), 0x9000);
	assert_int_equal(run(card, "80 56 01 00 00 00 FF"), 0x9000);
	assert_int_equal(run(card, "80 56 01 00 00 01 00"), 0x9000);
	/* Lc of nothing, too little, too much. */
	assert_int_equal(run(card, "00 A4 04 00 00 00 00 A0 00"), 0x6700);
	assert_int_equal(run(card, "00 A4 04 00 00 00 07 A0 00 00"), 0x6700);
	assert_int_equal(run(card, "00 A4 04 00 00 00 01 A0 00 00 00"), 0x6700);
	assert_int_equal(run(card, "00 20 00 00 00 01 08 37"), 0x6700);
	card_free(&card);
	/* A card that does not say so does not know them. */
	card = host_card("cac-v2-t1", test_pki);
	assert_int_equal(
	    run(card, "00 A4 04 00 00 00 07 A0 00 00 00 79 01 00"), 0x6700);
	card_free(&card);
}

static void
a_long_pin_is_no_pin(void **state)
{
	uint8_t apdu[7 + 264] = {0x00, 0x20, 0x00, 0x00, 0x00, 0x01, 0x08};
	struct card *card = host_card("cac-v2-extended", test_pki);
	struct blob out = {0};

	(void)state;
	memset(apdu + 7, 0x37, 264);
	apdu_run(card, apdu, sizeof(apdu), &out);
	assert_memory_equal(out.data, "\x69\x84", 2);
	assert_int_equal(card_verifies(card), 0);
	blob_clear(&out);
	card_free(&card);
}

static void
historical_bytes_tell(void **state)
{
	struct card *card = host_card("cac-v2-extended", test_pki);
	const uint8_t *atr;
	size_t n;

	(void)state;
	atr = card_reset(card, &n);
	/* 73: card capabilities; third byte: chaining and long lengths. */
	assert_memory_equal(atr + n - 6, "\x80\x73\x00\x00\xC0", 5);
	card_free(&card);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    {"renewal: another certificate for the same key",
		a_certificate_is_renewed, NULL, NULL, NULL},
	    {"renewal: another key of the same size", a_key_is_renewed, NULL,
		NULL, NULL},
	    {"renewal: unknown keys and too many are refused",
		renewal_has_limits, NULL, NULL, NULL},
	    {"another card of a profile has nothing in common",
		another_card_has_nothing_in_common, NULL, NULL, NULL},
	    {"extended: a block in one command", one_long_command, NULL, NULL,
		NULL},
	    {"extended: a long command is what a chain is", long_or_chained,
		NULL, NULL, NULL},
	    {"extended: lengths are checked", long_lengths_are_checked, NULL,
		NULL, NULL},
	    {"extended: a PIN of 264 bytes is none", a_long_pin_is_no_pin, NULL,
		NULL, NULL},
	    {"extended: historical bytes tell of it", historical_bytes_tell,
		NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, setup, test_teardown);
}
