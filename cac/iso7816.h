/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands and status words (ISO/IEC 7816-4, clause 11 and 5.6). */
#ifndef CAC_ISO7816_H
#define CAC_ISO7816_H

#define CLA_ISO 0x00

#define INS_SELECT		  0xA4
#define INS_VERIFY		  0x20
#define INS_CHANGE_REFERENCE_DATA 0x24

/* P1 and P2 of SELECT. */
#define SELECT_BY_NAME	 0x04 /* data: an AID */
#define SELECT_EF	 0x02 /* data: a two-byte identifier */
#define SELECT_FCI	 0x00
#define SELECT_NO_ANSWER 0x0C

#define SW_PIN_WRONG	       0x6300
#define SW_TRIES	       0x63C0 /* the last digit counts those left */
#define SW_WRONG_LENGTH	       0x6700
#define SW_CHAIN_UNFINISHED    0x6883
#define SW_APPLET_BLOCKED      0x6981
#define SW_NOT_SATISFIED       0x6982 /* security status */
#define SW_BLOCKED	       0x6983
#define SW_NOT_USABLE	       0x6984 /* reference data */
#define SW_CONDITIONS	       0x6985 /* of use, not satisfied */
#define SW_WRONG_DATA	       0x6A80
#define SW_NOT_SUPPORTED       0x6A81
#define SW_FILE_NOT_FOUND      0x6A82
#define SW_RECORD_NOT_FOUND    0x6A83
#define SW_WRONG_P1_P2	       0x6A86
#define SW_REFERENCE_NOT_FOUND 0x6A88
#define SW_INS_UNKNOWN	       0x6D00
#define SW_CLA_UNKNOWN	       0x6E00
#define SW_NO_DIAGNOSIS	       0x6F00

#define SW1(sw)		((sw) >> 8)
#define SW1_PARAMETERS	0x6A
#define SW1_INS_UNKNOWN 0x6D
#define SW1_CLA_UNKNOWN 0x6E

#endif
