/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read from a certificate, and what libcrypto says of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "pkcs11/x509.h"
#include "tests/unit/make-certificate.h"

static void
check(struct bytes got, struct bytes expect)
{
	assert_int_equal(got.n, expect.n);
	if (expect.n > 0)
		assert_memory_equal(got.p, expect.p, expect.n);
}

static void
check_take(struct bytes got, unsigned char *take_der, int n)
{
	assert_true(n > 0);
	check(got, bytes_of(take_der, (size_t)n));
	OPENSSL_free(take_der);
}

/* libcrypto reads the same out of it. */
static void
check_second_opinion(const struct x509 *x)
{
	const unsigned char *p = x->value.p;
	X509 *cert = d2i_X509(NULL, &p, (long)x->value.n);
	unsigned char *der = NULL;
	int n;

	assert_non_null(cert);
	assert_ptr_equal(p, x->value.p + x->value.n);
	n = i2d_X509_NAME(X509_get_subject_name(cert), &der);
	check_take(x->subject, der, n);
	der = NULL;
	n = i2d_X509_NAME(X509_get_issuer_name(cert), &der);
	check_take(x->issuer, der, n);
	der = NULL;
	n = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &der);
	check_take(x->serial, der, n);
	der = NULL;
	n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	check_take(x->spki, der, n);
	assert_int_equal(x->ca, X509_check_ca(cert) == 1);
	X509_free(cert);
}

static void
parse(const struct make_spec *spec, struct x509 *x)
{
	struct buf der;

	make_certificate(spec, &der);
	assert_int_equal(x509_parse(buf_bytes(&der), x), 0);
	assert_true(bytes_equal(x->value, buf_bytes(&der)));
	check_second_opinion(x);
	buf_clear(&der);
}

static void
check_text(struct bytes got, const char *expect)
{
	check(got, bytes_of(expect, strlen(expect)));
}

/* It lies in the certificate as it is: a copy, no new encoding. */
static void
check_inside(const struct x509 *x, struct bytes part)
{
	assert_true(part.n > 0);
	assert_non_null(memmem(x->value.p, x->value.n, part.p, part.n));
}

static void
test_names(void **state)
{
	/* SEQUENCE { SET { C=US, Printable }, SET { CN=Ab, UTF8 } } */
	static const uint8_t subject[] = {0x30, 0x1A, 0x31, 0x0B, 0x30, 0x09,
	    0x06, 0x03, 0x55, 0x04, 0x06, 0x13, 0x02, 'U', 'S', 0x31, 0x0B,
	    0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x02, 'A', 'b'};
	/* SEQUENCE { SET { CN=DOD ID CA-59, Printable } } */
	static const uint8_t issuer[] = {0x30, 0x17, 0x31, 0x15, 0x30, 0x13,
	    0x06, 0x03, 0x55, 0x04, 0x03, 0x13, 0x0C, 'D', 'O', 'D', ' ', 'I',
	    'D', ' ', 'C', 'A', '-', '5', '9'};
	static const uint8_t serial[] = {0x02, 0x04, 0x00, 0xC0, 0xFF, 0xEE};
	struct x509 x;

	(void)state;
	parse(
	    &(struct make_spec){
		.key = MAKE_P256, .cn = "Ab", .serial = "00C0FFEE"},
	    &x);
	check(x.subject, BYTES(subject));
	check(x.issuer, BYTES(issuer));
	check(x.serial, BYTES(serial));
	check_text(x.cn, "Ab");
	check_inside(&x, x.spki);
	check_inside(&x, x.subject);
	x509_clear(&x);
	assert_null(x.value.p);
}

static void
check_name(const char *cn, int n, int type, const char *expect)
{
	struct make_spec spec = {
	    .key = MAKE_P256, .cn = cn, .cn_len = n, .cn_type = type};
	struct x509 x;

	parse(&spec, &x);
	check_text(x.cn, expect);
	check_inside(&x, x.subject);
	x509_clear(&x);
}

static void
test_odd_names(void **state)
{
	char ucb64[65];

	(void)state;
	check_name(NULL, 0, 0, "");
	check_name("\0J\0o\0\xE9", 6, V_ASN1_BMPSTRING, "Jo\xC3\xA9");
	check_name("Jo\xE9", 3, V_ASN1_T61STRING, "Jo\xC3\xA9");
	check_name(
	    "\0\x01\xF6\0", 4, V_ASN1_UNIVERSALSTRING, "\xF0\x9F\x98\x80");
	memset(ucb64, 'x', 64);
	ucb64[64] = '\0';
	check_name(ucb64, 64, V_ASN1_PRINTABLESTRING, ucb64);
}

/* libcrypto makes none of these, so a good name is overwritten. */
static void
check_bad_utf8(const char *bytes)
{
	struct buf der;
	struct x509 x;
	uint8_t *cn;

	make_certificate(
	    &(struct make_spec){.key = MAKE_P256, .cn = "@@@@"}, &der);
	cn = memmem(der.p, der.n, "@@@@", 4);
	assert_non_null(cn);
	memcpy(cn, bytes, 4);
	assert_int_equal(x509_parse(buf_bytes(&der), &x), 0);
	assert_int_equal(x.cn.n, 0);
	check_inside(&x, x.subject);
	x509_clear(&x);
	buf_clear(&der);
}

static void
test_bad_names(void **state)
{
	(void)state;
	check_bad_utf8("abc\xE9");	    /* cut */
	check_bad_utf8("ab\xC3\x28");	    /* not continued */
	check_bad_utf8("ab\xC0\x80");	    /* overlong */
	check_bad_utf8("a\xE0\x80\x80");    /* overlong */
	check_bad_utf8("\xF0\x80\x80\x80"); /* overlong */
	check_bad_utf8("a\xED\xA0\x80");    /* surrogate */
	check_bad_utf8("\xF4\x90\x80\x80"); /* beyond Unicode */
	check_bad_utf8("abc\x80");	    /* continues nothing */
	check_bad_utf8("abc\xFF");
}

static void
test_rsa(void **state)
{
	static const uint8_t exponent[] = {0x01, 0x00, 0x01};
	BIGNUM *number = NULL;
	uint8_t modulus[256];
	struct x509 x;

	(void)state;
	assert_true(EVP_PKEY_get_bn_param(
	    make_key(MAKE_RSA), OSSL_PKEY_PARAM_RSA_N, &number));
	assert_int_equal(BN_bn2bin(number, modulus), sizeof(modulus));
	BN_free(number);
	parse(&(struct make_spec){.key = MAKE_RSA, .cn = "A"}, &x);
	assert_int_equal(x.key, X509_KEY_RSA);
	assert_int_equal(x.modulus_bits, 2048);
	check(x.modulus, BYTES(modulus));
	assert_true(x.modulus.p[0] != 0);
	check(x.exponent, BYTES(exponent));
	assert_int_equal(x.ec_point.n, 0);
	x509_clear(&x);
}

static void
check_ec(enum make_key kind, struct bytes params, struct bytes head)
{
	uint8_t raw[133];
	struct x509 x;
	size_t n;

	assert_true(EVP_PKEY_get_octet_string_param(
	    make_key(kind), OSSL_PKEY_PARAM_PUB_KEY, raw, sizeof(raw), &n));
	parse(&(struct make_spec){.key = kind, .cn = "A"}, &x);
	assert_int_equal(x.key, X509_KEY_EC);
	check(x.ec_params, params);
	assert_int_equal(x.ec_point.n, head.n + n);
	check(bytes_of(x.ec_point.p, head.n), head);
	check(bytes_of(x.ec_point.p + head.n, n), bytes_of(raw, n));
	assert_int_equal(x.modulus.n, 0);
	x509_clear(&x);
}

static void
test_ec(void **state)
{
	static const uint8_t p256[] = {
	    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
	static const uint8_t p384[] = {
	    0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
	static const uint8_t head256[] = {0x04, 0x41};
	static const uint8_t head384[] = {0x04, 0x61};

	(void)state;
	check_ec(MAKE_P256, BYTES(p256), BYTES(head256));
	check_ec(MAKE_P384, BYTES(p384), BYTES(head384));
}

static void
test_other_key(void **state)
{
	struct x509 x;

	(void)state;
	parse(&(struct make_spec){.key = MAKE_ED25519, .cn = "A"}, &x);
	assert_int_equal(x.key, X509_KEY_OTHER);
	check_inside(&x, x.spki);
	x509_clear(&x);
}

static void
check_usage(enum make_key key, const char *usage, const char *expect)
{
	struct x509 x;
	char got[4];

	parse(&(struct make_spec){.key = key, .cn = "A", .usage = usage}, &x);
	(void)snprintf(got, sizeof(got), "%c%c%c", x.usage.verify ? 'v' : '-',
	    x.usage.encrypt ? 'e' : '-', x.usage.derive ? 'd' : '-');
	assert_string_equal(got, expect);
	x509_clear(&x);
}

static void
test_usage(void **state)
{
	struct x509 x;

	(void)state;
	check_usage(MAKE_RSA, NULL, "ve-");
	check_usage(MAKE_P256, NULL, "v-d");
	check_usage(MAKE_RSA, "digitalSignature", "v--");
	check_usage(MAKE_RSA, "nonRepudiation", "v--");
	check_usage(MAKE_RSA, "keyEncipherment", "-e-");
	check_usage(MAKE_RSA, "dataEncipherment", "-e-");
	check_usage(MAKE_RSA, "digitalSignature,keyEncipherment", "ve-");
	check_usage(MAKE_P256, "keyAgreement", "--d");
	check_usage(MAKE_P256, "keyEncipherment", "---");
	check_usage(MAKE_RSA, "keyAgreement", "---");
	parse(&(struct make_spec){.key = MAKE_RSA, .cn = "A"}, &x);
	assert_false(x.ca);
	x509_clear(&x);
	parse(&(struct make_spec){.key = MAKE_RSA, .cn = "A", .ca = true}, &x);
	assert_true(x.ca);
	x509_clear(&x);
}

static void
check_dates(const char *from, const char *to)
{
	struct make_spec spec = {
	    .key = MAKE_P256, .cn = "A", .not_before = from, .not_after = to};
	struct x509 x;

	parse(&spec, &x);
	assert_true(x.dated);
	assert_memory_equal(x.not_before, from, X509_DATE_LEN);
	assert_memory_equal(x.not_after, to, X509_DATE_LEN);
	x509_clear(&x);
}

static void
test_dates(void **state)
{
	(void)state;
	check_dates("20240229235959Z", "20491231235959Z");
	check_dates("20500101000000Z", "99991231235959Z");
	check_dates("19500101000000Z", "19700101000000Z");
}

static void
test_check_value(void **state)
{
	uint8_t sha1[SHA_DIGEST_LENGTH];
	struct x509 x;

	(void)state;
	parse(&(struct make_spec){.key = MAKE_P256, .cn = "A"}, &x);
	(void)SHA1(x.value.p, x.value.n, sha1);
	assert_memory_equal(x.check, sha1, X509_CHECK_LEN);
	x509_clear(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"x509: names and serial number are copies of the bytes",
		test_names, NULL, NULL, NULL},
	    {"x509: common names of every string type become UTF-8, or none",
		test_odd_names, NULL, NULL, NULL},
	    {"x509: a name that is no text in its encoding is none",
		test_bad_names, NULL, NULL, NULL},
	    {"x509: RSA keys", test_rsa, NULL, NULL, NULL},
	    {"x509: P-256 and P-384 keys", test_ec, NULL, NULL, NULL},
	    {"x509: another key is no obstacle", test_other_key, NULL, NULL,
		NULL},
	    {"x509: what keys are for, and who is a CA", test_usage, NULL, NULL,
		NULL},
	    {"x509: dates before and after 2050", test_dates, NULL, NULL, NULL},
	    {"x509: the check value is of the whole certificate",
		test_check_value, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-x509", tests, NULL, NULL);
}
