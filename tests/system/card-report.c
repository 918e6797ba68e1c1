/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *	card-report MODULE PIN
 *
 * What a PKCS#11 module tells of the card in its first reader, for a comparison
 * of two modules. Each certificate is a line, and so is each signature, which
 * libcrypto judges by the certificate with the same CKA_ID:
 *
 *	certificate SHA-256 ID LABEL
 *	signature ID right|wrong|ERROR
 */
#include <err.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/client.h"

#define OBJECTS_MAX 64
#define SLOTS_MAX   16
#define VALUE_MAX   8192
#define ID_MAX	    32
#define LIFE_S	    300
#define UNTIL_MS    60000
#define SIGNED_MAX  66 /* P-521 */

static struct client client;
static CK_SESSION_HANDLE session;

static struct certificate_seen {
	CK_BYTE id[ID_MAX];
	CK_ULONG id_n;
	X509 *x;
} seen[OBJECTS_MAX];
static size_t seen_n;

static void
print_hex(const CK_BYTE *p, CK_ULONG n)
{
	for (CK_ULONG i = 0; i < n; i++)
		printf("%02x", p[i]);
	if (n == 0)
		printf("-");
}

/* The attribute's length; 0 when it is not there or too long. */
static CK_ULONG
get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *p, CK_ULONG size)
{
	CK_ATTRIBUTE a = {type, p, size};

	if (client.f->C_GetAttributeValue(session, object, &a, 1) != CKR_OK ||
	    a.ulValueLen > size)
		return 0;
	return a.ulValueLen;
}

static bool
get_bool(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
	CK_BBOOL value = CK_FALSE;

	return get(object, type, &value, sizeof(value)) == sizeof(value) &&
	    value != CK_FALSE;
}

static CK_ULONG
search(CK_OBJECT_CLASS class, CK_OBJECT_HANDLE found[OBJECTS_MAX])
{
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_ULONG n = 0;

	if (client.f->C_FindObjectsInit(session, &want, 1) != CKR_OK ||
	    client.f->C_FindObjects(session, found, OBJECTS_MAX, &n) != CKR_OK)
		errx(1, "the search failed");
	(void)client.f->C_FindObjectsFinal(session);
	return n;
}

static void
show_certificate(CK_OBJECT_HANDLE object)
{
	static CK_BYTE value[VALUE_MAX];
	struct certificate_seen *c = &seen[seen_n];
	CK_ULONG n = get(object, CKA_VALUE, value, sizeof(value));
	CK_BYTE hash[SHA256_DIGEST_LENGTH];
	const unsigned char *p = value;
	char label[128] = {0};

	c->id_n = get(object, CKA_ID, c->id, sizeof(c->id));
	(void)get(object, CKA_LABEL, label, sizeof(label) - 1);
	c->x = d2i_X509(NULL, &p, (long)n);
	if (c->x != NULL)
		seen_n++;
	(void)SHA256(value, n, hash);
	printf("certificate ");
	print_hex(hash, sizeof(hash));
	printf(" ");
	print_hex(c->id, c->id_n);
	printf(" %s\n", label);
}

static EVP_PKEY *
key_of(const CK_BYTE *id, CK_ULONG id_n)
{
	for (size_t i = 0; i < seen_n; i++) {
		if (seen[i].id_n == id_n && memcmp(seen[i].id, id, id_n) == 0)
			return X509_get0_pubkey(seen[i].x);
	}
	return NULL;
}

/* An ECDSA signature is r and s in PKCS#11 and a SEQUENCE in libcrypto. */
static size_t
sequence(unsigned char *p, size_t n)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	int half = (int)(n / 2), length = 0;

	if (sig != NULL &&
	    ECDSA_SIG_set0(sig, BN_bin2bn(p, half, NULL),
		BN_bin2bn(p + half, half, NULL)) == 1)
		length = i2d_ECDSA_SIG(sig, &p);
	ECDSA_SIG_free(sig);
	return length > 0 ? (size_t)length : 0;
}

static bool
verifies(EVP_PKEY *key, unsigned char *signature, size_t n,
    const unsigned char *data, size_t data_n)
{
	EVP_PKEY_CTX *ctx;
	bool right;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
		n = sequence(signature, n);
	ctx = EVP_PKEY_CTX_new(key, NULL);
	right = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
	    EVP_PKEY_verify(ctx, signature, n, data, data_n) == 1;
	EVP_PKEY_CTX_free(ctx);
	return right;
}

/* Some data, or a hash as long as the curve. */
static CK_ULONG
signed_bytes(EVP_PKEY *key)
{
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
		return 32;
	return ((CK_ULONG)EVP_PKEY_get_bits(key) + 7) / 8;
}

/* Where the key wants the PIN each time, it is given once more. */
static CK_RV
sign(CK_OBJECT_HANDLE key, bool ec, char *pin, CK_BYTE *data, CK_ULONG data_n,
    CK_BYTE *out, CK_ULONG *out_n)
{
	CK_MECHANISM mechanism = {ec ? CKM_ECDSA : CKM_RSA_PKCS, NULL, 0};
	CK_RV rv = client.f->C_SignInit(session, &mechanism, key);

	if (rv == CKR_OK && get_bool(key, CKA_ALWAYS_AUTHENTICATE))
		rv = client.f->C_Login(
		    session, CKU_CONTEXT_SPECIFIC, (CK_BYTE *)pin, strlen(pin));
	if (rv == CKR_OK)
		rv = client.f->C_Sign(session, data, data_n, out, out_n);
	return rv;
}

static void
show_signature(CK_OBJECT_HANDLE object, char *pin)
{
	CK_BYTE id[ID_MAX], data[SIGNED_MAX], signature[1024];
	CK_ULONG id_n = get(object, CKA_ID, id, sizeof(id));
	CK_ULONG n = sizeof(signature), data_n;
	EVP_PKEY *key = key_of(id, id_n);
	CK_RV rv;

	if (key == NULL || !get_bool(object, CKA_SIGN))
		return;
	data_n = signed_bytes(key);
	if (data_n > sizeof(data))
		return;
	memset(data, 0x5A, sizeof(data));
	rv = sign(object, EVP_PKEY_get_base_id(key) == EVP_PKEY_EC, pin, data,
	    data_n, signature, &n);
	printf("signature ");
	print_hex(id, id_n);
	if (rv != CKR_OK)
		printf(" %#lx\n", rv);
	else if (verifies(key, signature, n, data, data_n))
		printf(" right\n");
	else
		printf(" wrong\n");
}

static void
open_session(void)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	CK_RV rv = client.f->C_GetSlotList(CK_TRUE, slots, &n);

	if (rv == CKR_OK && n == 0)
		errx(1, "no card");
	if (rv == CKR_OK)
		rv = client.f->C_OpenSession(
		    slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session);
	if (rv != CKR_OK)
		errx(1, "no session: %#lx", rv);
}

int
main(int argc, char **argv)
{
	CK_OBJECT_HANDLE found[OBJECTS_MAX];
	CK_ULONG n;
	CK_RV rv;

	if (argc != 3)
		errx(2, "usage: card-report MODULE PIN");
	(void)alarm(LIFE_S);
	if (!client_load(&client, argv[1]) ||
	    client.f->C_Initialize(NULL) != CKR_OK)
		errx(1, "%s: C_Initialize failed", argv[1]);
	open_session();
	n = search(CKO_CERTIFICATE, found);
	for (CK_ULONG i = 0; i < n; i++)
		show_certificate(found[i]);
	rv = client.f->C_Login(
	    session, CKU_USER, (CK_BYTE *)argv[2], strlen(argv[2]));
	if (rv != CKR_OK)
		errx(1, "C_Login: %#lx", rv);
	n = search(CKO_PRIVATE_KEY, found);
	for (CK_ULONG i = 0; i < n; i++)
		show_signature(found[i], argv[2]);
	(void)client.f->C_Finalize(NULL);
	return EXIT_SUCCESS;
}
