/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/conf.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "tools/emulator/card/pki-cert.h"

#define NOT_BEFORE "202001%02u000000Z" /* edition + 1 */
#define NOT_AFTER  "20491231235959Z"

#define SERIAL_LEN 8

#define CARRIER "TEST.CARD.ONE.1234567890"

#define CRL_ROOT "URI:http://crl.pki.example/crl/TESTDODROOTCA1.crl"
#define CRL_CA	 "URI:http://crl.pki.example/crl/TESTDODCA1.crl"
#define AIA_ROOT                                                               \
	"caIssuers;URI:http://crl.pki.example/issuedto/TESTDODROOTCA1_IT.p7c," \
	"OCSP;URI:http://ocsp.pki.example"
#define AIA_CA                                                                 \
	"caIssuers;URI:http://crl.pki.example/sign/TESTDODCA1.cer,"            \
	"OCSP;URI:http://ocsp.pki.example"

/* id-US-dod-medium, -mediumHardware and the like (DoD certificate policy). */
#define POLICY_CA                                                              \
	"2.16.840.1.101.2.1.11.5,2.16.840.1.101.2.1.11.9,"                     \
	"2.16.840.1.101.2.1.11.36,2.16.840.1.101.2.1.11.42"
#define POLICY_LEAF "2.16.840.1.101.2.1.11.9,2.16.840.1.101.2.1.11.42"
/* id-fpki-common-authentication, -cardAuth (US Federal PKI common policy) */
#define POLICY_AUTHENTICATION "2.16.840.1.101.3.2.1.3.13"
#define POLICY_CARD	      "2.16.840.1.101.3.2.1.3.17"

/* Subject directory attributes: country of citizenship US (RFC 3739). */
#define CITIZEN                                                                \
	"DER:30:12:30:10:06:08:2B:06:01:05:05:07:09:04:31:04:13:02:55:53"

#define UPN	  "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:1234567890@mil"
#define UPN_PIV	  "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:1234567890123456@mil"
#define MAIL	  "email:test.card.one@example.mil"
#define SMARTCARD "1.3.6.1.4.1.311.20.2.2" /* Microsoft smart card logon */

#define CARD_AUTHENTICATION "2.16.840.1.101.3.6.8" /* id-PIV-cardAuth */

struct extension {
	int nid;
	const char *value;
};

struct shape {
	const char *cn;
	const char *organisation; /* unit below PKI, NULL for authorities */
	struct extension extension[12];
};

static const struct shape shapes[] = {
    [CERT_ROOT] = {"TEST DOD ROOT CA 1", NULL,
	{{NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign"},
	    {NID_basic_constraints, "critical,CA:TRUE"}}},
    [CERT_CA] = {"TEST DOD CA 1", NULL,
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign"},
	    {NID_certificate_policies, POLICY_CA},
	    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
	    {NID_crl_distribution_points, CRL_ROOT},
	    {NID_info_access, AIA_ROOT}}},
    [CERT_IDENTITY] = {CARRIER, "TEST UNIT",
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,digitalSignature,nonRepudiation"},
	    {NID_certificate_policies, POLICY_LEAF},
	    {NID_crl_distribution_points, CRL_CA}, {NID_info_access, AIA_CA},
	    {NID_subject_directory_attributes, CITIZEN},
	    {NID_ext_key_usage, "clientAuth," SMARTCARD}}},
    [CERT_SIGNATURE] = {CARRIER, "TEST UNIT",
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,digitalSignature,nonRepudiation"},
	    {NID_certificate_policies, POLICY_LEAF},
	    {NID_subject_alt_name, MAIL "," UPN},
	    {NID_crl_distribution_points, CRL_CA}, {NID_info_access, AIA_CA},
	    {NID_subject_directory_attributes, CITIZEN},
	    {NID_ext_key_usage, "emailProtection,clientAuth"}}},
    [CERT_ENCRYPTION] = {CARRIER, "TEST UNIT",
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,keyEncipherment"},
	    {NID_certificate_policies, POLICY_LEAF},
	    {NID_subject_alt_name, MAIL}, {NID_crl_distribution_points, CRL_CA},
	    {NID_info_access, AIA_CA}}},
    [CERT_AUTHENTICATION] = {CARRIER, "TEST UNIT",
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,digitalSignature"},
	    {NID_certificate_policies, POLICY_AUTHENTICATION},
	    {NID_subject_alt_name, UPN_PIV},
	    {NID_crl_distribution_points, CRL_CA}, {NID_info_access, AIA_CA},
	    {NID_subject_directory_attributes, CITIZEN},
	    {NID_ext_key_usage, "clientAuth," SMARTCARD}}},
    /* Tells of the card only, not of its carrier (FIPS 201-2, 4.2.2.3). */
    [CERT_CARD] = {"TEST CARD 0001", NULL,
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,digitalSignature"},
	    {NID_certificate_policies, POLICY_CARD},
	    {NID_crl_distribution_points, CRL_CA}, {NID_info_access, AIA_CA},
	    {NID_ext_key_usage, "critical," CARD_AUTHENTICATION}}},
    [CERT_RETIRED] = {CARRIER, "TEST UNIT",
	{{NID_authority_key_identifier, "keyid:always"},
	    {NID_subject_key_identifier, "hash"},
	    {NID_key_usage, "critical,keyEncipherment"},
	    {NID_certificate_policies, POLICY_LEAF},
	    {NID_subject_alt_name, MAIL}, {NID_crl_distribution_points, CRL_CA},
	    {NID_info_access, AIA_CA}}},
};

/* An EC key agrees where an RSA key encrypts. */
static const char *
extension_value(const struct extension *e, EVP_PKEY *key)
{
	if (e->nid == NID_key_usage && EVP_PKEY_is_a(key, "EC") &&
	    strcmp(e->value, "critical,keyEncipherment") == 0)
		return "critical,keyAgreement";
	return e->value;
}

static bool
name_add(X509_NAME *name, const char *field, const char *value)
{
	return X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC,
		   (const unsigned char *)value, -1, -1, 0) == 1;
}

static bool
set_subject(X509 *x, const struct shape *shape)
{
	X509_NAME *name = X509_NAME_new();
	bool ok;

	ok = name && name_add(name, "C", "US") &&
	    name_add(name, "O", "TEST GOVERNMENT") &&
	    name_add(name, "OU", "TEST") && name_add(name, "OU", "PKI") &&
	    (!shape->organisation ||
		name_add(name, "OU", shape->organisation)) &&
	    name_add(name, "CN", shape->cn) &&
	    X509_set_subject_name(x, name) == 1;
	X509_NAME_free(name);
	return ok;
}

static bool
set_dates(X509 *x, unsigned edition)
{
	ASN1_TIME *t = ASN1_TIME_new();
	char not_before[32];
	bool ok;

	snprintf(not_before, sizeof(not_before), NOT_BEFORE, edition + 1);
	ok = t && ASN1_TIME_set_string_X509(t, not_before) == 1 &&
	    X509_set1_notBefore(x, t) == 1 &&
	    ASN1_TIME_set_string_X509(t, NOT_AFTER) == 1 &&
	    X509_set1_notAfter(x, t) == 1;
	ASN1_TIME_free(t);
	return ok;
}

/* From the role and the public key, so that it never repeats by chance. */
static bool
set_serial(OSSL_LIB_CTX *lib, X509 *x, enum cert_role role, unsigned edition)
{
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x);
	unsigned char md[EVP_MAX_MD_SIZE];
	uint8_t type[] = {(uint8_t)role, (uint8_t)edition};
	EVP_MD *sha = EVP_MD_fetch(lib, "SHA256", NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	BIGNUM *bn = NULL;
	bool ok;

	ok = sha && ctx && bits && EVP_DigestInit_ex(ctx, sha, NULL) == 1 &&
	    EVP_DigestUpdate(ctx, type, edition ? 2 : 1) == 1 &&
	    EVP_DigestUpdate(ctx, ASN1_STRING_get0_data(bits),
		(size_t)ASN1_STRING_length(bits)) == 1 &&
	    EVP_DigestFinal_ex(ctx, md, NULL) == 1;
	if (ok) {
		md[0] = (unsigned char)((md[0] & 0x3F) | 0x40);
		bn = BN_bin2bn(md, SERIAL_LEN, NULL);
		ok = bn && BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
	}
	BN_free(bn);
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(sha);
	return ok;
}

static bool
add_extensions(
    OSSL_LIB_CTX *lib, X509 *x, X509 *issuer, const struct shape *shape)
{
	/* libcrypto wants one for policies, even if it looks nothing up. */
	CONF *conf = NCONF_new_ex(lib, NULL);
	const struct extension *e;
	X509_EXTENSION *made;
	X509V3_CTX ctx;
	bool ok = conf;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, conf);
	for (e = shape->extension; ok && e->nid; e++) {
		made = X509V3_EXT_nconf_nid(conf, &ctx, e->nid,
		    extension_value(e, X509_get0_pubkey(x)));
		ok = made && X509_add_ext(x, made, -1) == 1;
		X509_EXTENSION_free(made);
	}
	NCONF_free(conf);
	return ok;
}

X509 *
cert_make(const struct cert_signer *signer, enum cert_role role,
    unsigned edition, EVP_PKEY *key)
{
	const struct shape *shape = &shapes[role];
	EVP_MD *sha = EVP_MD_fetch(signer->lib, "SHA256", NULL);
	X509 *x = X509_new_ex(signer->lib, NULL);
	X509 *issuer = signer->certificate ? signer->certificate : x;

	if (sha && x && X509_set_version(x, X509_VERSION_3) == 1 &&
	    X509_set_pubkey(x, key) == 1 &&
	    set_serial(signer->lib, x, role, edition) &&
	    set_dates(x, edition) && set_subject(x, shape) &&
	    X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1 &&
	    add_extensions(signer->lib, x, issuer, shape) &&
	    X509_sign(x, signer->key, sha) > 0)
		goto out;
	X509_free(x);
	x = NULL;
out:
	EVP_MD_free(sha);
	return x;
}

bool
cert_der(X509 *certificate, struct blob *out)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	if (len > 0)
		blob_add(out, der, (size_t)len);
	OPENSSL_free(der);
	return len > 0 && !out->failed;
}
