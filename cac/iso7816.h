/* SPDX-License-Identifier: BSD-2-Clause */
/* The SELECT command and status words (ISO/IEC 7816-4, 11.1.1 and 5.6). */
#ifndef CAC_ISO7816_H
#define CAC_ISO7816_H

#define CLA_ISO 0x00

#define INS_SELECT 0xA4

/* P1 and P2 of SELECT. */
#define SELECT_BY_NAME	 0x04 /* data: an AID */
#define SELECT_EF	 0x02 /* data: a two-byte identifier */
#define SELECT_FCI	 0x00
#define SELECT_NO_ANSWER 0x0C

#define SW_WRONG_DATA	       0x6A80
#define SW_FILE_NOT_FOUND      0x6A82
#define SW_RECORD_NOT_FOUND    0x6A83
#define SW_WRONG_P1_P2	       0x6A86
#define SW_REFERENCE_NOT_FOUND 0x6A88
#define SW_INS_UNKNOWN	       0x6D00
#define SW_CLA_UNKNOWN	       0x6E00

#define SW1(sw)		((sw) >> 8)
#define SW1_PARAMETERS	0x6A
#define SW1_INS_UNKNOWN 0x6D
#define SW1_CLA_UNKNOWN 0x6E

#endif
