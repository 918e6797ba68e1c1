/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/error.h"
#include "tools/emulator/card/pki-cert.h"
#include "tools/emulator/card/pki-state.h"
#include "tools/emulator/card/pki-store.h"

#define CA_BITS	    2048
#define NO_FOLDER   (-1)
#define MODE_SECRET 0600
#define MODE_PUBLIC 0644

static const char *
key_name(const struct pki_want *want)
{
	return want->algorithm == PKI_EC ? "EC" : "RSA";
}

static bool
key_parameters(EVP_PKEY_CTX *ctx, const struct pki_want *want)
{
	if (want->algorithm == PKI_RSA)
		return EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)want->bits) ==
		    1;
	return EVP_PKEY_CTX_set_group_name(
		   ctx, want->bits == 256 ? "P-256" : "P-384") == 1;
}

static EVP_PKEY *
key_generate(OSSL_LIB_CTX *lib, const struct pki_want *want)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(lib, key_name(want), NULL);
	EVP_PKEY *key = NULL;

	if (!ctx || EVP_PKEY_keygen_init(ctx) != 1 ||
	    !key_parameters(ctx, want) || EVP_PKEY_generate(ctx, &key) != 1)
		error_set("cannot make an %s key of %u bits", key_name(want),
		    want->bits);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* NULL when the file is missing or holds another key than wanted. */
static EVP_PKEY *
key_load(OSSL_LIB_CTX *lib, int folder, const char *name,
    const struct pki_want *want)
{
	static char no_password[] = "";
	struct blob pem = {0};
	EVP_PKEY *key = NULL;
	BIO *bio = NULL;

	if (store_read(folder, name, &pem) && pem.len > 0)
		bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	/* With NULL libcrypto would ask the terminal. */
	if (bio)
		key = PEM_read_bio_PrivateKey_ex(
		    bio, NULL, NULL, no_password, lib, NULL);
	BIO_free(bio);
	blob_clear(&pem);
	if (key &&
	    (!EVP_PKEY_is_a(key, key_name(want)) ||
		EVP_PKEY_get_bits(key) != (int)want->bits)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

static bool
store_bio(int folder, const char *name, mode_t mode, BIO *bio)
{
	char *text = NULL;
	long len = BIO_get_mem_data(bio, &text);

	return len > 0 && store_write(folder, name, mode, text, (size_t)len);
}

static bool
key_store(int folder, const char *name, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	bool ok;

	ok = bio &&
	    PEM_write_bio_PKCS8PrivateKey(
		bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    store_bio(folder, name, MODE_SECRET, bio);
	BIO_free(bio);
	return ok;
}

/* *key stays when it is there already. */
static bool
key_ready(struct pki *pki, int folder, const char *name,
    const struct pki_want *want, EVP_PKEY **key)
{
	EVP_PKEY *stored = NULL;

	if (folder != NO_FOLDER)
		stored = key_load(pki->lib, folder, name, want);
	if (stored) {
		EVP_PKEY_free(*key);
		*key = stored;
		return true;
	}
	if (!*key)
		*key = key_generate(pki->lib, want);
	if (!*key)
		return false;
	return folder == NO_FOLDER || key_store(folder, name, *key);
}

static bool
certificate_store(int folder, const char *stem, X509 *x, bool pem)
{
	struct blob der = {0};
	char name[32];
	BIO *bio = NULL;
	bool ok;

	if (folder == NO_FOLDER)
		return true;
	snprintf(name, sizeof(name), "%s.der", stem);
	ok = cert_der(x, &der) &&
	    store_write(folder, name, MODE_PUBLIC, der.data, der.len);
	blob_clear(&der);
	if (ok && pem) {
		snprintf(name, sizeof(name), "%s.pem", stem);
		bio = BIO_new(BIO_s_mem());
		ok = bio && PEM_write_bio_X509(bio, x) == 1 &&
		    store_bio(folder, name, MODE_PUBLIC, bio);
	}
	BIO_free(bio);
	return ok;
}

/* What the folder knows of renewals, and the one that is asked for now. */
static bool
edition_ready(struct pki *pki, int folder, struct leaf *leaf)
{
	struct blob stored = {0};
	uint8_t edition;
	char name[32];

	snprintf(name, sizeof(name), "%02X.edition", leaf->want.number);
	if (folder != NO_FOLDER && store_read(folder, name, &stored) &&
	    stored.len == 1)
		leaf->edition = stored.data[0];
	blob_clear(&stored);
	if (pki->renew == leaf->want.number)
		leaf->edition++;
	if (leaf->edition >= CERT_EDITIONS)
		return error_set("no more than %d renewals", CERT_EDITIONS - 1);
	if (folder == NO_FOLDER || pki->renew != leaf->want.number)
		return true;
	edition = (uint8_t)leaf->edition;
	return store_write(folder, name, MODE_PUBLIC, &edition, 1);
}

static bool
key_replace(struct pki *pki, int folder, const char *name, struct leaf *leaf)
{
	EVP_PKEY *key = key_generate(pki->lib, &leaf->want);

	if (!key)
		return false;
	EVP_PKEY_free(leaf->key);
	leaf->key = key;
	return folder == NO_FOLDER || key_store(folder, name, key);
}

static bool
leaf_fill(struct pki *pki, int folder, struct leaf *leaf,
    const struct cert_signer *ca)
{
	static const enum cert_role roles[PKI_KINDS] = {
	    [PKI_IDENTITY] = CERT_IDENTITY,
	    [PKI_SIGNATURE] = CERT_SIGNATURE,
	    [PKI_ENCRYPTION] = CERT_ENCRYPTION,
	    [PKI_AUTHENTICATION] = CERT_AUTHENTICATION,
	    [PKI_CARD] = CERT_CARD,
	    [PKI_RETIRED] = CERT_RETIRED};
	char name[32];
	X509 *x;
	bool ok;

	if (!edition_ready(pki, folder, leaf))
		return false;
	snprintf(name, sizeof(name), "%02X.key.pem", leaf->want.number);
	if (pki->renew == leaf->want.number && pki->renew_key &&
	    !key_replace(pki, folder, name, leaf))
		return false;
	if (!key_ready(pki, folder, name, &leaf->want, &leaf->key))
		return false;
	x = cert_make(ca, roles[leaf->want.kind], leaf->edition, leaf->key);
	blob_clear(&leaf->der);
	snprintf(name, sizeof(name), "%02X", leaf->want.number);
	ok = x && cert_der(x, &leaf->der) &&
	    certificate_store(folder, name, x, false);
	X509_free(x);
	return ok;
}

static bool
card_id_fill(struct pki *pki, int folder)
{
	static const char name[] = "card-id";
	struct blob stored = {0};

	if (folder != NO_FOLDER && store_read(folder, name, &stored) &&
	    stored.len == PKI_CARD_ID_LEN) {
		memcpy(pki->card_id, stored.data, PKI_CARD_ID_LEN);
		pki->has_card_id = true;
	}
	blob_clear(&stored);
	if (!pki->has_card_id &&
	    !pki_random(pki, pki->card_id, PKI_CARD_ID_LEN))
		return error_set("no random numbers");
	pki->has_card_id = true;
	return folder == NO_FOLDER ||
	    store_write(
		folder, name, MODE_PUBLIC, pki->card_id, PKI_CARD_ID_LEN);
}

static bool
pki_fill(int folder, void *arg)
{
	static const struct pki_want authority = {.bits = CA_BITS};
	struct pki *pki = arg;
	struct cert_signer root = {.lib = pki->lib}, ca = {.lib = pki->lib};
	bool ok = false;
	size_t i;

	if (!key_ready(
		pki, folder, "root.key.pem", &authority, &pki->root_key) ||
	    !key_ready(pki, folder, "ca.key.pem", &authority, &pki->ca_key) ||
	    !card_id_fill(pki, folder))
		return false;
	error_set("cannot make the certificates");
	root.key = pki->root_key;
	root.certificate = cert_make(&root, CERT_ROOT, 0, pki->root_key);
	if (!root.certificate)
		goto out;
	ca.key = pki->ca_key;
	ca.certificate = cert_make(&root, CERT_CA, 0, pki->ca_key);
	if (!ca.certificate)
		goto out;
	ok = certificate_store(folder, "root", root.certificate, true) &&
	    certificate_store(folder, "ca", ca.certificate, true);
	for (i = 0; ok && i < pki->n; i++)
		ok = leaf_fill(pki, folder, &pki->leaf[i], &ca);
out:
	X509_free(ca.certificate);
	X509_free(root.certificate);
	return ok;
}

void
pki_rest(const struct pki *pki)
{
	OPENSSL_thread_stop_ex(pki->lib);
}

static bool
fill(struct pki *pki)
{
	bool ok = pki->dir ? store_fill(pki->dir, pki_fill, pki)
			   : pki_fill(NO_FOLDER, pki);

	pki_rest(pki);
	return ok;
}

struct pki *
pki_new(const char *dir, const struct pki_want *want, size_t n)
{
	struct pki *pki;
	size_t i;

	/* The user's openssl.cnf may load the module under test. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	pki = n <= PKI_LEAVES_MAX ? calloc(1, sizeof(*pki)) : NULL;
	if (!pki) {
		error_set("out of memory");
		return NULL;
	}
	for (i = 0; i < n; i++)
		pki->leaf[i].want = want[i];
	pki->n = n;
	pki->renew = RENEW_NONE;
	pki->dir = dir ? strdup(dir) : NULL;
	pki->lib = OSSL_LIB_CTX_new();
	if (!pki->lib) {
		error_set("no libcrypto context");
		pki_free(&pki);
	} else if (dir && !pki->dir) {
		error_set("out of memory");
		pki_free(&pki);
	} else if (!fill(pki)) {
		pki_free(&pki);
	}
	return pki;
}

bool
pki_renew(struct pki *pki, unsigned number, bool new_key)
{
	bool ok;

	if (!leaf_find(pki, number))
		return error_set("there is no key %02X", number);
	pki->renew = number;
	pki->renew_key = new_key;
	ok = fill(pki);
	pki->renew = RENEW_NONE;
	return ok;
}

void
pki_free(struct pki **pki)
{
	struct pki *p = *pki;
	size_t i;

	if (!p)
		return;
	for (i = 0; i < p->n; i++) {
		EVP_PKEY_free(p->leaf[i].key);
		blob_clear(&p->leaf[i].der);
	}
	EVP_PKEY_free(p->ca_key);
	EVP_PKEY_free(p->root_key);
	OSSL_LIB_CTX_free(p->lib);
	free(p->dir);
	free(p);
	*pki = NULL;
}
