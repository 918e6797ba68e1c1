/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A byte that chooses digests, then a block as a private or public key would
 * give it.
 */
#include "pkcs11/rsa-oaep.h"
#include "pkcs11/rsa-pad.h"
#include "pkcs11/rsa-pss.h"
#include "pkcs11/rsa-public.h"
#include "tests/fuzz/fuzz.h"

#define KINDS (DIGEST_SHA512 + 1)

/* A message, then zeros; all zeros when there is none. */
static void
check_result(CK_RV rv, const uint8_t *out, size_t n, size_t room)
{
	MUST(rv == CKR_OK || n == 0);
	MUST(n <= room);
	for (size_t i = n; i < room; i++)
		MUST(out[i] == 0);
}

static void
unpad(struct bytes block)
{
	uint8_t out[RSA_PUBLIC_MAX], again[RSA_PUBLIC_MAX];
	size_t n,
	    room = block.n > RSA_PAD_OVERHEAD ? block.n - RSA_PAD_OVERHEAD : 0;
	CK_RV rv = rsa_unpad_encrypt(block, out, &n);

	check_result(rv, out, n, room);
	if (rv != CKR_OK)
		return;
	MUST(rsa_pad_encrypt(bytes_of(out, n), again, block.n) == CKR_OK);
	MUST(bytes_equal(bytes_of(again + block.n - n, n), bytes_of(out, n)));
}

static void
decode(struct bytes block, enum digest_kind hash, enum digest_kind mask)
{
	uint8_t em[RSA_PUBLIC_MAX], out[RSA_PUBLIC_MAX], label[DIGEST_MAX];
	const struct oaep oaep = {hash, mask, label};
	size_t n, room = 0;
	CK_RV rv;

	digest_of(hash, bytes_of(NULL, 0), label);
	memcpy(em, block.p, block.n);
	(void)oaep_message_max(block.n, hash, &room);
	rv = oaep_decode(&oaep, em, block.n, out, &n);
	check_result(rv, out, n, room);
}

static void
verify(struct bytes block, enum digest_kind hash, enum digest_kind mask)
{
	struct pss pss = {hash, mask, 0, (unsigned)block.n * 8};
	uint8_t digest[DIGEST_MAX];
	size_t max;

	digest_of(hash, bytes_of(NULL, 0), digest);
	for (unsigned less = 0; less < 8; less++, pss.bits--) {
		if (!pss_salt_max(pss.bits, hash, &max))
			continue;
		pss.salt_len = max / 2;
		(void)pss_verify(
		    &pss, bytes_of(digest, digest_len(hash)), block);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	uint8_t kinds;

	if (!bytes_take_u8(&in, &kinds) || in.n == 0 || in.n > RSA_PUBLIC_MAX)
		return 0;
	unpad(in);
	decode(in, kinds % KINDS, kinds / KINDS % KINDS);
	verify(in, kinds % KINDS, kinds / KINDS % KINDS);
	return 0;
}
