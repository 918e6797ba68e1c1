/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cac-tool/certificate.h"
#include "tools/cac-tool/tool.h"

#define DAY 86400

const char *const certificate_usages[CERTIFICATE_USAGES] = {"digitalSignature",
    "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"};

enum {
	SIGNS = 1 << 0 | 1 << 1, /* digitalSignature, nonRepudiation */
	ENCRYPTS = 1 << 2 | 1 << 3 | 1 << 4
};

/* id-kp-clientAuth, Microsoft's smart card logon, id-pkinit-KPClientAuth */
static const char *const logon[] = {
    "1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.2.3.4"};
static const char email[] = "1.3.6.1.5.5.7.3.4";
static const char any[] = "2.5.29.37.0";
static const char card_auth[] = "2.16.840.1.101.3.6.8"; /* FIPS 201-2 */

static void
release_x509(void *x509)
{
	X509_free(x509);
}

static char *
take_bio(BIO *bio)
{
	char *p, *text;
	long n = BIO_get_mem_data(bio, &p);

	text = tool_string(bytes_of(p, n > 0 ? (size_t)n : 0));
	BIO_free(bio);
	return text;
}

static BIO *
new_bio(void)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (bio == NULL) {
		complain("out of memory");
		exit(STATUS_FAILED);
	}
	return bio;
}

/* As RFC 4514 has it, UTF-8 as it is. */
static char *
name_text(const X509_NAME *name)
{
	BIO *bio = new_bio();

	(void)X509_NAME_print_ex(bio, name, 0,
	    XN_FLAG_RFC2253 & (unsigned long)~ASN1_STRFLGS_ESC_MSB);
	return take_bio(bio);
}

static char *
common_name(const X509_NAME *name)
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *utf8 = NULL;
	char *text;
	int n;

	if (at < 0)
		return NULL;
	n = ASN1_STRING_to_UTF8(
	    &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (n <= 0) {
		OPENSSL_free(utf8);
		return NULL;
	}
	text = tool_string(bytes_of(utf8, (size_t)n));
	OPENSSL_free(utf8);
	return text;
}

static bool
read_time(const ASN1_TIME *asn1, time_t *out)
{
	struct tm tm;

	if (asn1 == NULL || ASN1_TIME_to_tm(asn1, &tm) != 1)
		return false;
	*out = timegm(&tm);
	return true;
}

static char *
serial_text(X509 *x509)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);

	return crypto_hex(bytes_of(
	    ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial)));
}

static char *
curve_name(EVP_PKEY *key)
{
	static const char *const nist[][2] = {{"prime256v1", "P-256"},
	    {"secp384r1", "P-384"}, {"secp521r1", "P-521"}};
	char name[64];

	if (EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) != 1)
		return tool_print("EC");
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(name, nist[i][0]) == 0)
			return tool_print("EC %s", nist[i][1]);
	}
	return tool_print("EC %s", name);
}

static void
read_key(struct certificate *c)
{
	EVP_PKEY *key = X509_get0_pubkey(c->x509);

	if (key == NULL) {
		c->key_type = tool_print("unknown");
		return;
	}
	c->key_bits = EVP_PKEY_get_bits(key);
	if (EVP_PKEY_is_a(key, "EC"))
		c->key_type = curve_name(key);
	else if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS"))
		c->key_type = tool_print("RSA");
	else
		c->key_type =
		    tool_print("%s", OBJ_nid2sn(EVP_PKEY_get_base_id(key)));
}

static void
read_usage(struct certificate *c)
{
	ASN1_BIT_STRING *bits =
	    X509_get_ext_d2i(c->x509, NID_key_usage, NULL, NULL);

	if (bits == NULL)
		return;
	c->has_usage = true;
	for (int i = 0; i < CERTIFICATE_USAGES; i++) {
		if (ASN1_BIT_STRING_get_bit(bits, i))
			c->usage |= 1U << i;
	}
	ASN1_BIT_STRING_free(bits);
}

static void
read_eku(struct certificate *c)
{
	EXTENDED_KEY_USAGE *all =
	    X509_get_ext_d2i(c->x509, NID_ext_key_usage, NULL, NULL);
	char oid[128];

	for (int i = 0;
	     i < sk_ASN1_OBJECT_num(all) && c->eku_count < CERTIFICATE_EKUS_MAX;
	     i++) {
		if (OBJ_obj2txt(
			oid, sizeof(oid), sk_ASN1_OBJECT_value(all, i), 1) > 0)
			c->eku[c->eku_count++] = tool_print("%s", oid);
	}
	sk_ASN1_OBJECT_pop_free(all, ASN1_OBJECT_free);
}

struct certificate *
certificate_new(struct bytes der)
{
	struct certificate *c = tool_alloc(sizeof(*c));
	const unsigned char *p = der.p;

	if (der.n == 0 || der.n > LONG_MAX)
		return NULL;
	c->x509 = X509_new_ex(crypto_context(), NULL);
	if (c->x509 == NULL || d2i_X509(&c->x509, &p, (long)der.n) == NULL) {
		X509_free(c->x509);
		return NULL;
	}
	tool_own(c->x509, release_x509);
	/* What stands behind it is not the certificate's. */
	c->der.n = (size_t)(p - der.p);
	c->der.p = memcpy(tool_alloc(c->der.n), der.p, c->der.n);
	crypto_sha256(c->der, c->sha256);
	c->subject = name_text(X509_get_subject_name(c->x509));
	c->issuer = name_text(X509_get_issuer_name(c->x509));
	c->common_name = common_name(X509_get_subject_name(c->x509));
	c->serial = serial_text(c->x509);
	c->dated = read_time(X509_get0_notBefore(c->x509), &c->not_before) &&
	    read_time(X509_get0_notAfter(c->x509), &c->not_after);
	read_key(c);
	read_usage(c);
	read_eku(c);
	c->authority = X509_check_ca(c->x509) == 1;
	c->self_issued = certificate_issued_by(c, c);
	return c;
}

static bool
has_eku(const struct certificate *c, const char *oid)
{
	for (size_t i = 0; i < c->eku_count; i++) {
		if (strcmp(c->eku[i], oid) == 0)
			return true;
	}
	return false;
}

static bool
is_for_logon(const struct certificate *c)
{
	for (size_t i = 0; i < sizeof(logon) / sizeof(logon[0]); i++) {
		if (has_eku(c, logon[i]))
			return true;
	}
	return false;
}

size_t
certificate_purposes(
    const struct certificate *c, const char *purposes[CERTIFICATE_PURPOSES_MAX])
{
	unsigned usage = c->has_usage ? c->usage : SIGNS | ENCRYPTS;
	bool open = c->eku_count == 0 || has_eku(c, any);
	bool mail = open || has_eku(c, email);
	size_t n = 0;

	if (c->authority) {
		purposes[n++] = "authority";
		return n;
	}
	if ((usage & SIGNS) != 0 && (open || is_for_logon(c)))
		purposes[n++] = "authentication";
	if ((usage & SIGNS) != 0 && mail)
		purposes[n++] = "signing";
	if ((usage & ENCRYPTS) != 0 && mail)
		purposes[n++] = "encryption";
	if (has_eku(c, card_auth))
		purposes[n++] = "card authentication";
	return n;
}

long
certificate_days_left(const struct certificate *c, time_t now)
{
	double seconds = difftime(c->not_after, now);

	if (seconds < 0)
		return -(long)((-seconds + DAY - 1) / DAY);
	return (long)(seconds / DAY);
}

static char *
date(time_t when)
{
	char text[32];
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d", &tm) == 0)
		return tool_print("?");
	return tool_print("%s", text);
}

char *
certificate_validity(const struct certificate *c, time_t now)
{
	long days;

	if (!c->dated)
		return tool_print("no dates");
	days = certificate_days_left(c, now);
	if (days < 0)
		return tool_print("expired %s", date(c->not_after));
	if (difftime(c->not_before, now) > 0)
		return tool_print("valid from %s", date(c->not_before));
	if (days > CERTIFICATE_WARN_DAYS)
		return tool_print("until %s", date(c->not_after));
	if (days == 0)
		return tool_print("expires today");
	return tool_print(
	    days == 1 ? "expires in %ld day" : "expires in %ld days", days);
}

bool
certificate_issued_by(
    const struct certificate *c, const struct certificate *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer->x509);

	return key != NULL &&
	    X509_NAME_cmp(X509_get_issuer_name(c->x509),
		X509_get_subject_name(issuer->x509)) == 0 &&
	    X509_verify(c->x509, key) == 1;
}

struct bytes
certificate_pem(const struct certificate *c)
{
	BIO *bio = new_bio();
	char *text;

	(void)PEM_write_bio_X509(bio, c->x509);
	text = take_bio(bio);
	return bytes_of(text, strlen(text));
}
