/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA1_Init() and its like are pure: no context, no configuration, no cleanup
 * at exit. In OpenSSL 3.0 every EVP digest asks for engines first, and so reads
 * openssl.cnf.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "cac/card.h"
#include "pkcs11/der.h"
#include "pkcs11/x509-name.h"
#include "pkcs11/x509.h"

/* 1.2.840.113549.1.1.1 and .10, 1.2.840.10045.2.1 */
static const uint8_t rsa_encryption[] = {
    0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
static const uint8_t rsassa_pss[] = {
    0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A};
static const uint8_t ec_public_key[] = {
    0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};

/* 2.5.29.15 and 2.5.29.19 */
static const uint8_t key_usage[] = {0x55, 0x1D, 0x0F};
static const uint8_t basic_constraints[] = {0x55, 0x1D, 0x13};

/* RFC 5280, 4.2.1.3: bit 0 is the highest of the first byte. */
enum {
	DIGITAL_SIGNATURE = 0x80,
	NON_REPUDIATION = 0x40,
	KEY_ENCIPHERMENT = 0x20,
	DATA_ENCIPHERMENT = 0x10,
	KEY_AGREEMENT = 0x08
};

/* TBSCertificate, as far as it is wanted. */
struct tbs {
	struct der serial, issuer, subject, spki;
	struct bytes validity;
	struct bytes extensions; /* may be empty */
};

static bool
parse_tbs(struct bytes in, struct tbs *tbs)
{
	struct bytes wrapped;
	struct der skipped;

	*tbs = (struct tbs){0};
	(void)der_take_tag(&in, DER_CONTEXT(0), &skipped); /* version */
	if (!der_take_tag(&in, DER_INTEGER, &tbs->serial) ||
	    !der_take_tag(&in, DER_SEQUENCE, &skipped) || /* signature */
	    !der_take_tag(&in, DER_SEQUENCE, &tbs->issuer) ||
	    !der_take_value(&in, DER_SEQUENCE, &tbs->validity) ||
	    !der_take_tag(&in, DER_SEQUENCE, &tbs->subject) ||
	    !der_take_tag(&in, DER_SEQUENCE, &tbs->spki))
		return false;
	while (in.n > 0) {
		if (!der_take(&in, &skipped))
			return false;
		wrapped = skipped.value;
		if (skipped.tag == DER_CONTEXT(3) &&
		    !der_take_value(&wrapped, DER_SEQUENCE, &tbs->extensions))
			return false;
	}
	return true;
}

static bool
parse_certificate(struct bytes in, struct tbs *tbs)
{
	struct bytes inner;
	struct der skipped;

	return der_take_value(&in, DER_SEQUENCE, &inner) &&
	    der_take_tag(&in, DER_SEQUENCE, &skipped) &&   /* algorithm */
	    der_take_tag(&in, DER_BIT_STRING, &skipped) && /* signature */
	    in.n == 0 && parse_tbs(inner, tbs);
}

/* RFC 5280, 4.1.2.5: years of UTCTime are 1950 to 2049. */
static bool
take_date(struct bytes *in, uint8_t date[X509_DATE_LEN])
{
	struct der time;
	size_t century = 0;

	if (!der_take(in, &time))
		return false;
	if (time.tag == DER_UTC_TIME && time.value.n >= 6) {
		memcpy(date, time.value.p[0] < '5' ? "20" : "19", 2);
		century = 2;
	} else if (time.tag != DER_GENERALIZED_TIME || time.value.n < 8) {
		return false;
	}
	memcpy(date + century, time.value.p, X509_DATE_LEN - century);
	for (size_t i = 0; i < X509_DATE_LEN; i++) {
		if (date[i] < '0' || date[i] > '9')
			return false;
	}
	return true;
}

static void
read_validity(struct x509 *x, struct bytes validity)
{
	x->dated = take_date(&validity, x->not_before) &&
	    take_date(&validity, x->not_after);
}

static unsigned
count_bits(struct bytes number)
{
	unsigned bits = (unsigned)number.n * 8;

	for (unsigned top = number.p[0]; (top & 0x80) == 0; top <<= 1)
		bits--;
	return bits;
}

/* RSAPublicKey (RFC 8017, A.1.1) */
static void
read_rsa(struct x509 *x, struct bytes octets)
{
	struct bytes numbers, n, e;

	if (!der_take_value(&octets, DER_SEQUENCE, &numbers) ||
	    !der_take_value(&numbers, DER_INTEGER, &n) ||
	    !der_take_value(&numbers, DER_INTEGER, &e))
		return;
	n = der_unsigned(n);
	e = der_unsigned(e);
	if (n.n == 0 || e.n == 0)
		return;
	x->modulus = n;
	x->exponent = e;
	x->modulus_bits = count_bits(n);
	x->key = X509_KEY_RSA;
}

/* ECPoint (RFC 5480, 2.2), wrapped as PKCS #11 wants it (2.40, 2.3.3). */
static void
read_ec(struct x509 *x, struct bytes params, struct bytes octets)
{
	uint8_t head[DER_HEAD_MAX];
	size_t at = x->store.n;
	struct der curve;

	if (!der_take(&params, &curve) || octets.n == 0)
		return;
	buf_append(&x->store,
	    bytes_of(head, der_head(DER_OCTET_STRING, octets.n, head)));
	buf_append(&x->store, octets);
	x->ec_point = bytes_of(x->store.p + at, x->store.n - at);
	x->ec_params = curve.whole;
	x->key = X509_KEY_EC;
}

/* SubjectPublicKeyInfo (RFC 5280, 4.1) */
static void
read_key(struct x509 *x, struct bytes spki)
{
	struct bytes algorithm, oid, bits, octets;

	if (!der_take_value(&spki, DER_SEQUENCE, &algorithm) ||
	    !der_take_value(&algorithm, DER_OID, &oid) ||
	    !der_take_value(&spki, DER_BIT_STRING, &bits) ||
	    !der_bit_string(bits, &octets))
		return;
	if (bytes_equal(oid, BYTES(rsa_encryption)) ||
	    bytes_equal(oid, BYTES(rsassa_pss)))
		read_rsa(x, octets);
	else if (bytes_equal(oid, BYTES(ec_public_key)))
		read_ec(x, algorithm, octets);
}

static void
read_usage(struct x509 *x, uint8_t usage)
{
	x->usage.verify = (usage & (DIGITAL_SIGNATURE | NON_REPUDIATION)) != 0;
	x->usage.encrypt = x->key == X509_KEY_RSA &&
	    (usage & (KEY_ENCIPHERMENT | DATA_ENCIPHERMENT)) != 0;
	x->usage.derive = x->key == X509_KEY_EC && (usage & KEY_AGREEMENT) != 0;
}

static void
read_extension(struct x509 *x, struct bytes oid, struct bytes value)
{
	struct bytes inner, flag;

	if (bytes_equal(oid, BYTES(key_usage)) &&
	    der_take_value(&value, DER_BIT_STRING, &inner))
		read_usage(x, inner.n >= 2 ? inner.p[1] : 0);
	if (bytes_equal(oid, BYTES(basic_constraints)) &&
	    der_take_value(&value, DER_SEQUENCE, &inner) &&
	    der_take_value(&inner, DER_BOOLEAN, &flag))
		x->ca = flag.n == 1 && flag.p[0] != 0;
}

static void
read_extensions(struct x509 *x, struct bytes list)
{
	struct bytes extension, oid, value;
	struct der critical;

	/* Without the extension a key may do anything. */
	read_usage(x, 0xFF);
	while (der_take_value(&list, DER_SEQUENCE, &extension)) {
		if (!der_take_value(&extension, DER_OID, &oid))
			continue;
		(void)der_take_tag(&extension, DER_BOOLEAN, &critical);
		if (der_take_value(&extension, DER_OCTET_STRING, &value))
			read_extension(x, oid, value);
	}
}

static void
read_name(struct x509 *x, struct bytes subject)
{
	size_t at = x->store.n;

	x509_common_name(subject, &x->store);
	x->cn = bytes_of(x->store.p + at, x->store.n - at);
}

static void
read_check(struct x509 *x)
{
	uint8_t digest[SHA_DIGEST_LENGTH];
	SHA_CTX sha1;

	(void)SHA1_Init(&sha1);
	(void)SHA1_Update(&sha1, x->value.p, x->value.n);
	(void)SHA1_Final(digest, &sha1);
	memcpy(x->check, digest, X509_CHECK_LEN);
}

/*
 * The certificate, its name (in UTF-8 twice as long at most) and its point:
 * reserved at once, so that the store never moves.
 */
static bool
make_store(struct x509 *x, size_t n)
{
	size_t room = 4 * n + DER_HEAD_MAX;

	buf_init(&x->store, room);
	return buf_reserve(&x->store, room) != NULL;
}

static void
read_parts(struct x509 *x, const struct tbs *tbs)
{
	x->serial = tbs->serial.whole;
	x->issuer = tbs->issuer.whole;
	x->subject = tbs->subject.whole;
	x->spki = tbs->spki.whole;
	read_name(x, tbs->subject.value);
	read_validity(x, tbs->validity);
	read_key(x, tbs->spki.value);
	read_extensions(x, tbs->extensions);
	read_check(x);
}

err_t
x509_parse(struct bytes der, struct x509 *out)
{
	struct der whole;
	struct bytes own;
	struct tbs tbs;
	err_t err;

	*out = (struct x509){0};
	if (der.n > CARD_CERT_MAX || !der_take_tag(&der, DER_SEQUENCE, &whole))
		return CARD_ERR_UNDECODABLE;
	if (!make_store(out, whole.whole.n))
		return ERR_MEMORY;
	buf_append(&out->store, whole.whole);
	out->value = buf_bytes(&out->store);
	own = out->value;
	if (der_take_tag(&own, DER_SEQUENCE, &whole) &&
	    parse_certificate(whole.value, &tbs)) {
		read_parts(out, &tbs);
		err = buf_err(&out->store);
	} else {
		err = CARD_ERR_UNDECODABLE;
	}
	if (err != 0)
		x509_clear(out);
	return err;
}

void
x509_clear(struct x509 *x)
{
	buf_clear(&x->store);
	*x = (struct x509){0};
}
