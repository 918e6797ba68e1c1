/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA256_Init() and its like are pure: no context, no configuration, no cleanup
 * at exit. In OpenSSL 3.0 every EVP digest asks for engines first, and so reads
 * openssl.cnf, which may name this very module.
 */
#include "pkcs11/digest.h"

/* SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING }, all but its octets. */
static const uint8_t head_sha1[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B,
    0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14};
static const uint8_t head_sha224[] = {0x30, 0x2D, 0x30, 0x0D, 0x06, 0x09, 0x60,
    0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1C};
static const uint8_t head_sha256[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60,
    0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
static const uint8_t head_sha384[] = {0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60,
    0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30};
static const uint8_t head_sha512[] = {0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60,
    0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40};

static const struct {
	size_t len;
	struct bytes head;
} kinds[] = {
    [DIGEST_SHA1] = {20, {head_sha1, sizeof(head_sha1)}},
    [DIGEST_SHA224] = {28, {head_sha224, sizeof(head_sha224)}},
    [DIGEST_SHA256] = {32, {head_sha256, sizeof(head_sha256)}},
    [DIGEST_SHA384] = {48, {head_sha384, sizeof(head_sha384)}},
    [DIGEST_SHA512] = {64, {head_sha512, sizeof(head_sha512)}},
};

size_t
digest_len(enum digest_kind kind)
{
	return kinds[kind].len;
}

struct bytes
digest_info_head(enum digest_kind kind)
{
	return kinds[kind].head;
}

void
digest_begin(struct digest *d, enum digest_kind kind)
{
	d->kind = kind;
	switch (kind) {
	case DIGEST_SHA1:
		(void)SHA1_Init(&d->state.sha1);
		break;
	case DIGEST_SHA224:
		(void)SHA224_Init(&d->state.sha256);
		break;
	case DIGEST_SHA256:
		(void)SHA256_Init(&d->state.sha256);
		break;
	case DIGEST_SHA384:
		(void)SHA384_Init(&d->state.sha512);
		break;
	case DIGEST_SHA512:
		(void)SHA512_Init(&d->state.sha512);
		break;
	}
}

void
digest_update(struct digest *d, struct bytes in)
{
	if (in.n == 0)
		return;
	switch (d->kind) {
	case DIGEST_SHA1:
		(void)SHA1_Update(&d->state.sha1, in.p, in.n);
		break;
	case DIGEST_SHA224:
	case DIGEST_SHA256:
		(void)SHA256_Update(&d->state.sha256, in.p, in.n);
		break;
	case DIGEST_SHA384:
	case DIGEST_SHA512:
		(void)SHA512_Update(&d->state.sha512, in.p, in.n);
		break;
	}
}

void
digest_end(struct digest *d, uint8_t *out)
{
	switch (d->kind) {
	case DIGEST_SHA1:
		(void)SHA1_Final(out, &d->state.sha1);
		break;
	case DIGEST_SHA224:
		(void)SHA224_Final(out, &d->state.sha256);
		break;
	case DIGEST_SHA256:
		(void)SHA256_Final(out, &d->state.sha256);
		break;
	case DIGEST_SHA384:
		(void)SHA384_Final(out, &d->state.sha512);
		break;
	case DIGEST_SHA512:
		(void)SHA512_Final(out, &d->state.sha512);
		break;
	}
	explicit_bzero(d, sizeof(*d));
}

void
digest_of(enum digest_kind kind, struct bytes in, uint8_t *out)
{
	struct digest d;

	digest_begin(&d, kind);
	digest_update(&d, in);
	digest_end(&d, out);
}

void
digest_mask(enum digest_kind kind, struct bytes seed, uint8_t *out, size_t n)
{
	size_t len = digest_len(kind);
	uint8_t block[DIGEST_MAX], counter[4];
	struct digest d;

	for (size_t at = 0; at < n; at++) {
		if (at % len == 0) {
			size_t number = at / len;

			counter[0] = (uint8_t)(number >> 24);
			counter[1] = (uint8_t)(number >> 16);
			counter[2] = (uint8_t)(number >> 8);
			counter[3] = (uint8_t)number;
			digest_begin(&d, kind);
			digest_update(&d, seed);
			digest_update(&d, BYTES(counter));
			digest_end(&d, block);
		}
		out[at] ^= block[at % len];
	}
	explicit_bzero(block, sizeof(block));
}
