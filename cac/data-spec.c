/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/data-spec.h"
#include "cac/piv-spec.h"

/* Containers of A0 00 00 01 16 30 00, numbered as in PIV. */
#define SHARED(hi, lo)                                                         \
	{                                                                      \
		.aid = {0xA0, 0x00, 0x00, 0x01, 0x16, 0x30, 0x00},             \
		.object = {hi, lo}, .has_object = true                         \
	}
#define DOD(hi, lo)                                                            \
	{                                                                      \
		.aid = {0xA0, 0x00, 0x00, 0x00, 0x79, hi, lo},                 \
		.object = {hi, lo}, .has_object = true, .lone = true           \
	}
#define CCC                                                                    \
	{                                                                      \
		.aid = GSCIS_AID_CCC, .object = CCC_OBJECT,                    \
		.has_object = true, .lone = true                               \
	}

const struct data_spec data_specs[] = {
    {"Card Capability Container", PIV_CCC, CCC, false, 4, {1, 0x81, 0x5B, 0}},
    {"Card Holder Unique Identifier", PIV_CHUID, SHARED(0x30, 0x00), false, 3,
	{2, 48, 0}},
    {"Unsigned Card Holder Unique Identifier", PIV_UNSIGNED_CHUID,
	{.has_object = false}, false, 3, {2, 48, 2}},
    {"Card Holder Fingerprints", PIV_FINGERPRINTS, SHARED(0x60, 0x10), true, 3,
	{2, 96, 16}},
    {"Printed Information", PIV_PRINTED_INFORMATION, SHARED(0x30, 0x01), true,
	3, {2, 48, 1}},
    {"Cardholder Facial Images", PIV_FACIAL_IMAGE, SHARED(0x60, 0x30), true, 3,
	{2, 96, 48}},
    {"Security Object", PIV_SECURITY_OBJECT, SHARED(0x90, 0x00), false, 4,
	{2, 0x81, 0x10, 0}},
    {"Discovery Object", PIV_DISCOVERY, {.has_object = false}, false, 3,
	{2, 96, 80}},
    {"Key History Object", PIV_KEY_HISTORY, {.has_object = false}, false, 3,
	{2, 96, 96}},
    {"Cardholder Iris Images", PIV_IRIS, {.has_object = false}, true, 3,
	{2, 16, 21}},
    {"Secure Messaging Certificate Signer", PIV_SM_SIGNER,
	{.has_object = false}, false, 3, {2, 16, 23}},
    {"Pairing Code Reference Data Container", PIV_PAIRING_CODE,
	{.has_object = false}, true, 3, {2, 16, 24}},
    {"Person Instance", 0, DOD(0x02, 0x00), true, 0, {0}},
    {"Personnel", 0, DOD(0x02, 0x01), true, 0, {0}},
    {"Benefits", 0, DOD(0x02, 0x02), true, 0, {0}},
    {"Other Benefits", 0, DOD(0x02, 0x03), true, 0, {0}},
    {"PKI Credential", 0, DOD(0x02, 0xFD), true, 0, {0}},
    {"PKI Certificate", 0, DOD(0x02, 0xFE), false, 0, {0}},
};

const size_t data_spec_count = sizeof(data_specs) / sizeof(data_specs[0]);
