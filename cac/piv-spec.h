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

/* Data objects (part 1, table 3). */
#define PIV_DISCOVERY		0x7E
#define PIV_CARD_AUTHENTICATION 0x5FC101
#define PIV_CHUID		0x5FC102
#define PIV_AUTHENTICATION	0x5FC105
#define PIV_CCC			0x5FC107
#define PIV_DIGITAL_SIGNATURE	0x5FC10A
#define PIV_KEY_MANAGEMENT	0x5FC10B
#define PIV_KEY_HISTORY		0x5FC10C
#define PIV_RETIRED_FIRST	0x5FC10D
#define PIV_RETIRED_COUNT	20

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
