/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants of the PIV card application (SP 800-73-4, parts 1 and 2). */
#ifndef CAC_PIV_SPEC_H
#define CAC_PIV_SPEC_H

/* Without the version, which all cards accept (ISO/IEC 7816-4, 11.1.1). */
#define PIV_AID                                                                \
	{                                                                      \
		0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00           \
	}

/* GET DATA (part 2, 3.1.2): the data is 5C and the object's tag. */
#define PIV_INS_GET_DATA 0xCB
#define PIV_GET_DATA_P1	 0x3F
#define PIV_GET_DATA_P2	 0xFF
#define PIV_TAG_LIST	 0x5C

/* Key references (part 1, table 4b), and of the PINs (part 2, 2.4.3). */
#define PIV_KEY_AUTHENTICATION	    0x9A
#define PIV_KEY_DIGITAL_SIGNATURE   0x9C
#define PIV_KEY_MANAGEMENT_KEY	    0x9D
#define PIV_KEY_CARD_AUTHENTICATION 0x9E
#define PIV_KEY_RETIRED_FIRST	    0x82
#define PIV_PIN			    0x80
#define PIV_PIN_GLOBAL		    0x00

/* GENERAL AUTHENTICATE and its template (part 2, 3.2.4). */
#define PIV_INS_AUTHENTICATE 0x87
#define PIV_TAG_TEMPLATE     0x7C
#define PIV_TAG_CHALLENGE    0x81
#define PIV_TAG_RESPONSE     0x82
#define PIV_TAG_EXPONENT     0x85 /* the peer's point */

/* Algorithms (SP 800-78-4, table 6-2; 4096 is of later cards). */
#define PIV_RSA_3072 0x05
#define PIV_RSA_1024 0x06
#define PIV_RSA_2048 0x07
#define PIV_P256     0x11
#define PIV_P384     0x14
#define PIV_RSA_4096 0x16

/*
 * PIN usage policy of the Discovery object (part 1, 3.3.2): which PINs there
 * are, and which is meant first.
 */
#define DISCOVERY_TAG_POLICY	0x5F2F
#define DISCOVERY_POLICY_LENGTH 2
#define DISCOVERY_PIN		0x40
#define DISCOVERY_PIN_GLOBAL	0x20
#define DISCOVERY_GLOBAL_FIRST	0x20

/* Data objects (part 1, table 3). */
#define PIV_DISCOVERY		0x7E
#define PIV_CARD_AUTHENTICATION 0x5FC101
#define PIV_CHUID		0x5FC102
#define PIV_FINGERPRINTS	0x5FC103
#define PIV_UNSIGNED_CHUID	0x5FC104
#define PIV_AUTHENTICATION	0x5FC105
#define PIV_SECURITY_OBJECT	0x5FC106
#define PIV_CCC			0x5FC107
#define PIV_FACIAL_IMAGE	0x5FC108
#define PIV_PRINTED_INFORMATION 0x5FC109
#define PIV_DIGITAL_SIGNATURE	0x5FC10A
#define PIV_KEY_MANAGEMENT	0x5FC10B
#define PIV_KEY_HISTORY		0x5FC10C
#define PIV_RETIRED_FIRST	0x5FC10D
#define PIV_RETIRED_COUNT	20
#define PIV_IRIS		0x5FC121
#define PIV_SM_SIGNER		0x5FC122
#define PIV_PAIRING_CODE	0x5FC123

/* What every object but Discovery is wrapped in. */
#define PIV_TAG_DATA 0x53

/* Tags of the CHUID and their lengths (part 1, table 9). */
#define CHUID_TAG_FASC_N    0x30
#define CHUID_TAG_GUID	    0x34
#define CHUID_FASC_N_LENGTH 25
#define CHUID_GUID_LENGTH   16

/* Tag of Key History: how many retired keys have certificates on the card. */
#define HISTORY_TAG_ON_CARD 0xC1

#endif
