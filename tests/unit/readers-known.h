/* SPDX-License-Identifier: BSD-2-Clause */
/* Class descriptors of real readers (CCID 1.1, 5.1), as their USB shows them.
 */
#ifndef TESTS_READERS_KNOWN_H
#define TESTS_READERS_KNOWN_H

/* 04E6:5116, firmware 5.23. */
#define SCR3310_5116                                                           \
	"36 21 10 01 00 01 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 BA 00 01 00 "   \
	"0F 01 00 00 FF FF 00 00 00 01"

/* 04E6:511F, firmware 5.22: messages of 263 bytes. */
#define SCR3310_511F                                                           \
	"36 21 00 01 00 01 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 BA 00 01 00 "   \
	"07 01 00 00 FF FF 00 00 00 01"

/* SCR335 v2.0, firmware 2.04. */
#define SCR335_V2                                                              \
	"36 21 10 01 00 07 03 00 00 00 C0 12 00 00 40 1F 00 00 00 67 32 00 "   \
	"00 E7 4C 06 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 BA 01 01 00 "   \
	"0F 01 00 00 FF FF 00 00 00 01"

/* AvidCardCAC_A, firmware 6.02. */
#define AVID_602                                                               \
	"36 21 10 01 00 07 03 00 00 00 C0 12 00 00 80 3E 00 00 00 67 32 00 "   \
	"00 C0 27 09 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 BA 00 01 00 "   \
	"0F 01 00 00 FF FF 00 00 00 01"

/* SPR532 with PIN pad, firmware 5.10. */
#define SPR532                                                                 \
	"36 21 00 01 00 01 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FE 00 00 00 00 00 00 00 00 00 00 00 BA 00 01 00 "   \
	"0E 01 00 00 FF FF 00 00 03 01"

#endif
