/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/unit.h"

#define KINDS (DIGEST_SHA512 + 1)

/* FIPS 180-4's examples: "abc". */
static const char *const abc[KINDS] = {
    "A9993E364706816ABA3E25717850C26C9CD0D89D",
    "23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C9DA7",
    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED1631A8B605A43FF5BED"
    "8086072BA1E7CC2358BAECA134C825A7",
    "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
    "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F"};

static void
test_known(void **state)
{
	uint8_t out[DIGEST_MAX], room[DIGEST_MAX];

	(void)state;
	for (unsigned k = 0; k < KINDS; k++) {
		digest_of(k, bytes_of("abc", 3), out);
		assert_bytes(
		    bytes_of(out, digest_len(k)), hex_parse(abc[k], room));
	}
}

static void
test_parts(void **state)
{
	uint8_t in[700], out[DIGEST_MAX], want[DIGEST_MAX];
	struct digest d;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7 + 3);
	for (unsigned k = 0; k < KINDS; k++) {
		for (size_t n = 0; n < sizeof(in); n += 23) {
			oracle_digest(k, bytes_of(in, n), want);
			digest_begin(&d, k);
			digest_update(&d, bytes_of(in, n / 3));
			digest_update(&d, bytes_of(NULL, 0));
			digest_update(&d, bytes_of(in + n / 3, n - n / 3));
			digest_end(&d, out);
			assert_bytes(bytes_of(out, digest_len(k)),
			    bytes_of(want, digest_len(k)));
		}
	}
}

static void
test_wiped(void **state)
{
	static const struct digest zero;
	uint8_t out[DIGEST_MAX];
	struct digest d;

	(void)state;
	for (unsigned k = 0; k < KINDS; k++) {
		memset(&d, 0, sizeof(d));
		digest_begin(&d, k);
		digest_update(&d, bytes_of("secret", 6));
		digest_end(&d, out);
		assert_memory_equal(&d, &zero, sizeof(d));
	}
}

/* An independent calculation of MGF1, by EVP. */
static void
test_mask(void **state)
{
	uint8_t seed[20 + 4] = "twenty bytes of seed", out[150], want[256];

	(void)state;
	for (unsigned k = 0; k < KINDS; k++) {
		size_t at = 0;

		for (uint8_t i = 0; at < sizeof(out); i++) {
			seed[23] = i;
			oracle_digest(k, BYTES(seed), want + at);
			at += digest_len(k);
		}
		memset(out, 0x5A, sizeof(out));
		digest_mask(k, bytes_of(seed, 20), out, sizeof(out));
		for (size_t i = 0; i < sizeof(out); i++)
			assert_int_equal(out[i], want[i] ^ 0x5A);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("digest: the standard's examples come out", test_known),
	    TEST("digest: parts of any size, empty ones too, as by EVP",
		test_parts),
	    TEST("digest: nothing stays in the state", test_wiped),
	    TEST("digest: MGF1 is the digests of seed and counter", test_mask),
	};

	return cmocka_run_group_tests_name("pkcs11-digest", tests, NULL, NULL);
}
